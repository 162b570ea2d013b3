// Package sourcing holds what can be done on a board of goods to look at. What
// lies on a board is its people's work and no fact of the registry: it is not
// in the journal, and a private board is nobody else's to see.
package sourcing

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	"stoa/internal/good"
	"stoa/internal/sourcing"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB    *store.DB
	Now   func() time.Time
	Goods Goods // what suggestions are found among; nil where there are none
	Tasks Queue // for letters; nil where none are written
	// Tell has a person told, once for a key; nil where nobody is told.
	Tell func(ctx context.Context, tx *store.Tx, key string, n good.Notice) error
}

// Goods finds goods.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
}

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

func day(t time.Time) good.Date { return good.Date(t.UTC().Format(time.DateOnly)) }

func (a *App) do(ctx context.Context, fn func(context.Context, *store.Tx) error) error {
	_, err := a.DB.Do(ctx, good.Actor{}, fn)
	return err
}

// circle are a board and who works on it.
type circle struct {
	sourcing.Board
	leads, others []good.ID
}

func (c circle) all() access.Thing { return access.Thing{Owners: slices.Concat(c.leads, c.others)} }

// board finds a board by slug or id for who may do act there. To who may not
// see it, a private board is not there.
func (a *App) board(ctx context.Context, who access.Who, act access.Act, key string) (circle, error) {
	unknown := &good.Error{Kind: good.NotFound, Key: "board.error.unknown", Args: map[string]any{"Name": key}}
	b, err := a.DB.Primary().SourcingBoard(ctx, key)
	if err != nil || b == nil {
		return circle{}, cmp.Or[error](err, unknown)
	}
	c := circle{Board: *b}
	if c.leads, c.others, err = a.DB.Primary().BoardPeople(ctx, b.ID); err != nil {
		return c, err
	}
	_, works := access.As(who, access.WorkBoard, c.all())
	whole := who
	whole.Scopes = nil
	if _, theirs := access.As(whole, access.WorkBoard, c.all()); theirs != nil && !b.Public {
		return c, unknown
	}
	switch act {
	case access.WorkBoard:
		err = works
	case access.LeadBoard:
		_, err = access.As(who, act, access.Thing{Owners: c.leads})
	default:
		_, err = access.As(who, act, access.Thing{})
	}
	return c, err
}

// Boards are the public boards, and those that somebody works on.
func (a *App) Boards(ctx context.Context, who access.Who) (public, mine []sourcing.Board, err error) {
	all, err := a.DB.SourcingBoards(ctx)
	for _, b := range all {
		if b.Public {
			public = append(public, b)
		}
	}
	if err == nil && who.Person != "" {
		mine, err = a.DB.Primary().SourcingBoardsOf(ctx, who.Person)
	}
	return public, mine, err
}

// MayFound says whether somebody may begin a board: those whose work is with
// goods, and those who keep a member of the alliance.
func (a *App) MayFound(ctx context.Context, who access.Who) error {
	var thing access.Thing
	if who.Person != "" {
		kept, err := a.DB.Primary().AllianceMembersOf(ctx, who.Person)
		if err != nil {
			return err
		}
		if alliance.Current(kept) {
			thing = access.Own(who.Person)
		}
	}
	_, err := access.As(who, access.FoundBoard, thing)
	return err
}

// Bounds of boards.
const (
	mostBoards = 20    // that one person works on
	mostCards  = 2_000 // of one board
	mostPeople = 100   // of one board
)

// Found begins a board, which its founder leads.
func (a *App) Found(ctx context.Context, who access.Who, b sourcing.Board) (sourcing.Board, error) {
	if err := a.MayFound(ctx, who); err != nil {
		return b, err
	}
	if err := sourcing.CheckBoard(&b); err != nil {
		return b, err
	}
	return b, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		held, err := tx.SourcingBoardsOf(ctx, who.Person)
		if err != nil {
			return err
		}
		if who.Person != "" && len(held) >= mostBoards {
			return &good.Error{Kind: good.Limited, Key: "board.error.many", Field: "name", Args: map[string]any{"Max": mostBoards}}
		}
		b.ID, b.Created, b.Version = tx.NewID(), tx.Now(), 0
		b.Slug, err = good.FreeSlug(func(slug string) (bool, error) {
			held, err := tx.SourcingBoard(ctx, slug)
			return held != nil, err
		}, b.Name, string(b.ID))
		if err != nil {
			return err
		}
		if err := tx.PutBoard(ctx, &b); err != nil || who.Person == "" {
			return err
		}
		return tx.PutBoardPerson(ctx, b.ID, who.Person, true)
	})
}

// Change changes what a board is for, and whether it is public.
func (a *App) Change(ctx context.Context, who access.Who, key string, in sourcing.Board) error {
	c, err := a.board(ctx, who, access.LeadBoard, key)
	if err != nil {
		return err
	}
	in.ID, in.Slug, in.Created = c.ID, c.Slug, c.Created
	if err := sourcing.CheckBoard(&in); err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		held, err := tx.SourcingBoard(ctx, string(c.ID))
		if err != nil {
			return err
		}
		in.Version = held.Version
		return tx.PutBoard(ctx, &in)
	})
}

// Join lets a person work on a board to whom one of its leads gave an
// invitation.
func (a *App) Join(ctx context.Context, tx *store.Tx, by access.Who, about good.ID, person access.Who) error {
	leads, others, err := tx.BoardPeople(ctx, about)
	if err != nil || slices.Contains(leads, person.Person) || slices.Contains(others, person.Person) {
		return err
	}
	if _, err := access.As(by, access.LeadBoard, access.Thing{Owners: leads}); err != nil {
		return err
	}
	if len(leads)+len(others) >= mostPeople {
		return &good.Error{Kind: good.Limited, Key: "board.error.people", Args: map[string]any{"Max": mostPeople}}
	}
	return tx.PutBoardPerson(ctx, about, person.Person, false)
}

// What becomes of somebody on a board.
const (
	Lead = "lead"
	Work = "work"
	Drop = "drop"
)

// SetPerson has somebody, named by pseudonym, lead a board, only work on it, or
// leave it. Anybody may leave; the last lead stays.
func (a *App) SetPerson(ctx context.Context, who access.Who, key, pseudonym, how string) error {
	act := access.LeadBoard
	if how == Drop && who.Pseudonym == pseudonym && who.Person != "" {
		act = access.WorkBoard
	}
	c, err := a.board(ctx, who, act, key)
	if err != nil {
		return err
	}
	people, err := a.DB.Primary().PeopleOf(ctx, []string{pseudonym})
	if err != nil {
		return err
	}
	if len(people) == 0 || !slices.Contains(c.all().Owners, people[0].ID) {
		return &good.Error{Kind: good.NotFound, Key: "board.error.person"}
	}
	person := people[0].ID
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		leads, _, err := tx.BoardPeople(ctx, c.ID)
		if err != nil {
			return err
		}
		if how != Lead && len(leads) == 1 && leads[0] == person {
			return &good.Error{Kind: good.Conflict, Key: "board.error.last", Field: "person"}
		}
		switch how {
		case Lead, Work:
			return tx.PutBoardPerson(ctx, c.ID, person, how == Lead)
		case Drop:
			return tx.DropBoardPerson(ctx, c.ID, person)
		}
		return &good.Error{Kind: good.Invalid, Key: "board.error.choice", Field: "how"}
	})
}

// Somebody is a person who works on a board, as its people see them.
type Somebody struct {
	Pseudonym string `json:"pseudonym"`
	Name      string `json:"name,omitempty"`
	Leads     bool   `json:"leads,omitempty"`
}

// View is a board as who sees it.
type View struct {
	sourcing.Board
	Cards  []sourcing.Card `json:"cards"`            // by state, then as they came
	People []Somebody      `json:"people,omitempty"` // for those who work on it alone
	Works  bool            `json:"-"`
	Leads  bool            `json:"-"`
	Today  good.Date       `json:"-"`
}

// Called is the name of whoever has a pseudonym, where the reader may know it.
func (v *View) Called(pseudonym string) string {
	for _, p := range v.People {
		if p.Pseudonym == pseudonym {
			return p.Name
		}
	}
	return ""
}

// Show shows a board.
func (a *App) Show(ctx context.Context, who access.Who, key string) (View, error) {
	c, err := a.board(ctx, who, access.ReadBoard, key)
	if err != nil {
		return View{}, err
	}
	v := View{Board: c.Board, Today: day(a.Now())}
	if v.Cards, err = a.DB.Primary().Cards(ctx, c.ID); err != nil {
		return v, err
	}
	slices.SortStableFunc(v.Cards, func(x, y sourcing.Card) int {
		return cmp.Compare(slices.Index(sourcing.States, x.State), slices.Index(sourcing.States, y.State))
	})
	_, works := access.As(who, access.WorkBoard, c.all())
	_, leads := access.As(who, access.LeadBoard, access.Thing{Owners: c.leads})
	v.Works, v.Leads = works == nil, leads == nil
	if !v.Works {
		for i := range v.Cards { // what its people say among themselves
			v.Cards[i].Owner, v.Cards[i].Next, v.Cards[i].Remind = "", "", ""
		}
		return v, nil
	}
	var keys []string
	for _, id := range c.all().Owners {
		keys = append(keys, string(id))
	}
	people, err := a.DB.Primary().PeopleOf(ctx, keys)
	for _, p := range people {
		v.People = append(v.People, Somebody{p.Pseudonym, p.Name, slices.Contains(c.leads, p.ID)})
	}
	slices.SortFunc(v.People, func(x, y Somebody) int {
		return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.Pseudonym, y.Pseudonym))
	})
	return v, err
}

// Gone takes a person who is erased off boards and cards.
func Gone(ctx context.Context, tx *store.Tx, p good.Person) error {
	boards, err := tx.SourcingBoardsOf(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, b := range boards {
		cards, err := tx.Cards(ctx, b.ID)
		if err != nil {
			return err
		}
		for _, c := range cards {
			if c.Owner != p.Pseudonym {
				continue
			}
			c.Owner = ""
			if err := tx.PutCard(ctx, &c); err != nil {
				return err
			}
		}
		if err := tx.DropBoardPerson(ctx, b.ID, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// Kept returns what is kept of a person here, for them to take away.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	return a.DB.Primary().SourcingBoardsOf(ctx, p.ID)
}
