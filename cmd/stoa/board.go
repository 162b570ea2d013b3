package main

import (
	"context"

	"stoa/internal/access"
	"stoa/internal/app/goods"
	app "stoa/internal/app/sourcing"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/sourcing"
	"stoa/internal/store"
)

// BoardCmd looks after boards of goods to look at.
type BoardCmd struct {
	List    BoardListCmd    `cmd:"" help:"List the boards that are public, and those of a person."`
	Show    BoardShowCmd    `cmd:"" help:"Print a board with its cards, or one card with what happened to it."`
	Found   BoardFoundCmd   `cmd:"" help:"Begin a board."`
	Change  BoardChangeCmd  `cmd:"" help:"Change what a board is for, as a whole."`
	Suggest BoardSuggestCmd `cmd:"" help:"Print goods that might fill a gap, with the reason."`
	Add     BoardAddCmd     `cmd:"" help:"Put a card on a board."`
	Move    BoardMoveCmd    `cmd:"" help:"Change where a card stands and what is next."`
	Invite  BoardInviteCmd  `cmd:"" help:"Ask the owner to claim the good of a card."`
	Person  BoardPersonCmd  `cmd:"" help:"Have somebody lead a board, only work on it, or leave it."`
}

// boards are the boards of an instance.
func (c *ServeCmd) boards(env *Env, db *store.DB, g *goods.App) *app.App {
	out := &app.App{DB: db, Now: env.Now, Goods: g}
	if c.queue != nil {
		out.Tasks = c.queue
	}
	if c.heard != nil {
		out.Tell = c.heard.Tell
	}
	return out
}

// searched makes the goods of a database ready when somebody first searches.
type searched struct {
	env *Env
	db  *store.DB
}

// Search implements app.Goods.
func (s searched) Search(ctx context.Context, q good.Query) (good.Results, error) {
	live, err := s.env.indexed(ctx, s.db)
	if err != nil {
		return good.Results{}, err
	}
	return (&goods.App{DB: s.db, Live: live}).Search(ctx, q)
}

// boarded runs do with the boards for whom a names, and prints what it answers
// as JSON.
func (a As) boarded(env *Env, do func(*app.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	queue, err := jobs.NewQueue(db, away)
	if err != nil {
		return err
	}
	out, err := do(&app.App{DB: db, Now: env.Now, Goods: searched{env, db}, Tasks: queue, Tell: env.telling(db, queue)}, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// BoardListCmd lists.
type BoardListCmd struct{ As }

// Run prints them.
func (c *BoardListCmd) Run(env *Env) error {
	return c.boarded(env, func(a *app.App, who access.Who) (any, error) {
		public, mine, err := a.Boards(env.Ctx, who)
		return map[string][]sourcing.Board{"public": public, "mine": mine}, err
	})
}

// OfBoard is one board.
type OfBoard struct {
	As
	Board string `arg:"" help:"Slug or id of the board."`
}

// BoardShowCmd shows.
type BoardShowCmd struct {
	OfBoard
	Card string `arg:"" optional:"" help:"Id of a card; the board without it."`
}

// Run prints the board or the card.
func (c *BoardShowCmd) Run(env *Env) error {
	return c.boarded(env, func(a *app.App, who access.Who) (any, error) {
		if c.Card == "" {
			return a.Show(env.Ctx, who, c.Board)
		}
		told, _, err := a.Card(env.Ctx, who, c.Board, good.ID(c.Card))
		return told, err
	})
}

// BoardScope is what a board is for.
type BoardScope struct {
	Purpose string   `help:"What it is for."`
	Lang    string   `default:"en" help:"Language of name and purpose."`
	Country string   `help:"Country for which it looks (ISO 3166-1 alpha-2)."`
	SDG     []int    `name:"sdg" help:"Goals it looks for, 1 to 17."`
	Kind    []string `help:"Kinds of good it looks for: software, data, ai, standard, content."`
	Public  bool     `help:"Everybody may see it."`
}

func (s BoardScope) board(name string) sourcing.Board {
	out := sourcing.Board{Name: name, Purpose: s.Purpose, Lang: s.Lang, Country: s.Country, SDGs: s.SDG, Public: s.Public}
	for _, k := range s.Kind {
		out.Kinds = append(out.Kinds, good.Kind(k))
	}
	return out
}

// BoardFoundCmd begins.
type BoardFoundCmd struct {
	As
	Name string `arg:"" help:"Name of the board."`
	BoardScope
}

// Run begins the board.
func (c *BoardFoundCmd) Run(env *Env) error {
	return c.boarded(env, func(a *app.App, who access.Who) (any, error) { return a.Found(env.Ctx, who, c.board(c.Name)) })
}

// BoardChangeCmd changes.
type BoardChangeCmd struct {
	OfBoard
	Name string `required:"" help:"Its name from now on."`
	BoardScope
}

// Run changes the board.
func (c *BoardChangeCmd) Run(env *Env) error {
	return c.boarded(env, func(a *app.App, who access.Who) (any, error) {
		return nil, a.Change(env.Ctx, who, c.Board, c.board(c.Name))
	})
}

// BoardSuggestCmd suggests.
type BoardSuggestCmd struct{ OfBoard }

// Run prints suggestions.
func (c *BoardSuggestCmd) Run(env *Env) error {
	return c.boarded(env, func(a *app.App, who access.Who) (any, error) { return a.Suggest(env.Ctx, who, c.Board) })
}

// BoardAddCmd adds.
type BoardAddCmd struct {
	OfBoard
	Link   string `arg:"" help:"Slug or id of a good, or an address."`
	Title  string `help:"What to call it; the good's name without it."`
	Why    string `help:"Why it is here."`
	Next   string `help:"What is to be done."`
	Remind string `help:"Day on which to be reminded."`
}

// Run adds the card.
func (c *BoardAddCmd) Run(env *Env) error {
	return c.boarded(env, func(a *app.App, who access.Who) (any, error) {
		return a.Add(env.Ctx, who, c.Board, sourcing.Card{Link: c.Link, Title: c.Title, Why: c.Why, Next: c.Next, Remind: good.Date(c.Remind)})
	})
}

// BoardMoveCmd moves.
type BoardMoveCmd struct {
	OfBoard
	Card   string `arg:"" help:"Id of the card."`
	State  string `enum:",suggested,contacted,waiting,applying,recognised,declined" default:"" help:"Where it stands; it stays without it."`
	Owner  string `help:"Pseudonym of who looks after it; nobody without it."`
	Next   string `help:"What is to be done."`
	Remind string `help:"Day on which to be reminded."`
	Note   string `help:"What to note in its history."`
}

// Run changes the card.
func (c *BoardMoveCmd) Run(env *Env) error {
	return c.boarded(env, func(a *app.App, who access.Who) (any, error) {
		return a.Move(env.Ctx, who, c.Board, good.ID(c.Card), app.Step{State: sourcing.State(c.State), Owner: c.Owner, Next: c.Next, Remind: good.Date(c.Remind), Note: c.Note})
	})
}

// BoardInviteCmd invites.
type BoardInviteCmd struct {
	OfBoard
	Card    string `arg:"" help:"Id of the card."`
	Address string `arg:"" help:"E-mail address of the owner."`
	Lang    string `enum:"en,ar,zh,fr,ru,es" default:"en" help:"Language of the letter, where the address is nobody's here."`
}

// Run has the server write to the owner.
func (c *BoardInviteCmd) Run(env *Env) error {
	return c.boarded(env, func(a *app.App, who access.Who) (any, error) {
		return a.Invite(env.Ctx, who, c.Board, good.ID(c.Card), c.Address, c.Lang)
	})
}

// BoardPersonCmd places.
type BoardPersonCmd struct {
	OfBoard
	Person string `arg:"" help:"Pseudonym."`
	How    string `arg:"" enum:"lead,work,drop" help:"What becomes of them: ${enum}."`
}

// Run places them.
func (c *BoardPersonCmd) Run(env *Env) error {
	return c.boarded(env, func(a *app.App, who access.Who) (any, error) {
		return nil, a.SetPerson(env.Ctx, who, c.Board, c.Person, c.How)
	})
}
