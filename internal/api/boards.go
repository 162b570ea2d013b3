package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	app "stoa/internal/app/sourcing"
	"stoa/internal/good"
	"stoa/internal/sourcing"
)

// BoardList is boards of goods to look at.
type BoardList struct {
	Public []sourcing.Board `json:"public"`
	Mine   []sourcing.Board `json:"mine" doc:"Those that the asker works on."`
}

// BoardForm begins a board or changes one as a whole.
type BoardForm struct {
	Name    string   `json:"name" maxLength:"200"`
	Purpose string   `json:"purpose,omitempty" maxLength:"2000"`
	Lang    string   `json:"lang,omitempty" example:"en"`
	Country string   `json:"country,omitempty" doc:"ISO 3166-1 alpha-2: for which it looks."`
	SDGs    []int    `json:"sdgs,omitempty" doc:"Goals it looks for, 1 to 17; all without them."`
	Kinds   []string `json:"kinds,omitempty" enum:"software,data,ai,standard,content" doc:"Kinds of good it looks for; all without them."`
	Public  bool     `json:"public,omitempty" doc:"Everybody may see it."`
}

// BoardCardForm puts a card on a board.
type BoardCardForm struct {
	Link   string    `json:"link" doc:"Slug or id of a good, or an address."`
	Title  string    `json:"title,omitempty" maxLength:"200" doc:"The good's name without it."`
	Why    string    `json:"why,omitempty" maxLength:"2000"`
	Next   string    `json:"next,omitempty" maxLength:"2000"`
	Remind good.Date `json:"remind,omitempty" format:"date"`
}

// BoardStep changes a card.
type BoardStep struct {
	State   string    `json:"state,omitempty" enum:"suggested,contacted,waiting,applying,recognised,declined" doc:"It stays where it is without it."`
	Owner   string    `json:"owner,omitempty" doc:"Pseudonym of who looks after it; nobody without it."`
	Next    string    `json:"next,omitempty" maxLength:"2000"`
	Remind  good.Date `json:"remind,omitempty" format:"date"`
	Note    string    `json:"note,omitempty" maxLength:"2000"`
	Version int64     `json:"version,omitempty" doc:"Of the card as it was seen; a later change is answered with 409."`
}

// BoardInvitation asks an owner to claim the good of a card.
type BoardInvitation struct {
	Address string `json:"address" format:"email" doc:"Private."`
	Lang    string `json:"lang,omitempty" enum:"en,ar,zh,fr,ru,es" doc:"Of the letter, where the address is nobody's here."`
}

// BoardPlace says what becomes of somebody on a board.
type BoardPlace struct {
	How string `json:"how" enum:"lead,work,drop"`
}

// BoardSuggestions are goods that might fill a gap.
type BoardSuggestions struct {
	Items []app.Suggestion `json:"items"`
}

// boards are the operations on boards of goods to look at.
func (f *face) boards(d describer) []operation {
	path := func(name, text, example string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, example)
		p.Required = true
		return p
	}
	board := path("board", "Slug or id of the board. A private one is there for its people alone.", "open-health")
	card := path("card", "Id of the card.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	person := path("person", "Pseudonym.", "p-1")
	call := func(act access.Act, method, at, id, summary string, params []*huma.Param, takes, gives reflect.Type, h answer) operation {
		return d.call(call{act: act, method: method, path: "/api/v1/boards" + at, id: id, tag: "boards", summary: summary, params: params, takes: takes, gives: gives, handle: h,
			created: gives != nil && method == http.MethodPost, anyoneMay: act == access.ReadBoard, statuses: []int{404, 409}})
	}
	one, two := []*huma.Param{board}, []*huma.Param{board, card}
	return []operation{
		call(access.ReadBoard, http.MethodGet, "", "list-boards", "Boards of goods to look at", nil, nil, reflect.TypeFor[BoardList](), f.listBoards),
		call(access.FoundBoard, http.MethodPost, "", "found-board", "Begin a board", nil, reflect.TypeFor[BoardForm](), reflect.TypeFor[sourcing.Board](), f.foundBoard),
		call(access.ReadBoard, http.MethodGet, "/{board}", "get-sourcing-board", "One board with its cards", one, nil, reflect.TypeFor[app.View](), f.getBoard),
		call(access.LeadBoard, http.MethodPut, "/{board}", "change-board", "Change what a board is for", one, reflect.TypeFor[BoardForm](), nil, f.changeBoard),
		call(access.WorkBoard, http.MethodGet, "/{board}/suggestions", "suggest-for-board", "Goods that might fill a gap, with the reason", one, nil, reflect.TypeFor[BoardSuggestions](), f.suggestForBoard),
		call(access.WorkBoard, http.MethodPost, "/{board}/cards", "add-card", "Put a card on a board", one, reflect.TypeFor[BoardCardForm](), reflect.TypeFor[sourcing.Card](), f.addCard),
		call(access.ReadBoard, http.MethodGet, "/{board}/cards/{card}", "get-card", "One card with what happened to it", two, nil, reflect.TypeFor[app.Told](), f.getCard),
		call(access.WorkBoard, http.MethodPut, "/{board}/cards/{card}", "move-card", "Change where a card stands and what is next", two, reflect.TypeFor[BoardStep](), nil, f.moveCard),
		call(access.WorkBoard, http.MethodPost, "/{board}/cards/{card}/invitations", "invite-owner", "Ask the owner to claim the good of a card", two, reflect.TypeFor[BoardInvitation](), nil, f.inviteOwner),
		call(access.WorkBoard, http.MethodPut, "/{board}/people/{person}", "set-board-person", "Have somebody lead a board, only work on it, or leave it", []*huma.Param{board, person}, reflect.TypeFor[BoardPlace](), nil, f.setBoardPerson),
	}
}

// onBoard runs do with the boards; without any there is nothing here.
func (f *face) onBoard(r *http.Request, do func(ctx context.Context, a *app.App, who access.Who, board string) error) error {
	if f.cfg.Boards == nil {
		return &good.Error{Kind: good.NotFound, Key: "board.error.unknown", Args: map[string]any{"Name": r.PathValue("board")}}
	}
	return do(r.Context(), f.cfg.Boards, who(r), r.PathValue("board"))
}

// boarded runs do with what was sent and answers with what is there now, or
// that it is done.
func boarded[T any](f *face, w http.ResponseWriter, r *http.Request, do func(ctx context.Context, a *app.App, who access.Who, board string, in T) (any, error)) error {
	in, err := received[T](r)
	if err != nil {
		return err
	}
	return f.onBoard(r, func(ctx context.Context, a *app.App, who access.Who, board string) error {
		out, err := do(ctx, a, who, board, in)
		if err != nil || out == nil {
			return done(w, err)
		}
		return f.made(w, r, out)
	})
}

func (b BoardForm) board() sourcing.Board {
	out := sourcing.Board{Name: b.Name, Purpose: b.Purpose, Lang: b.Lang, Country: b.Country, SDGs: b.SDGs, Public: b.Public}
	for _, k := range b.Kinds {
		out.Kinds = append(out.Kinds, good.Kind(k))
	}
	return out
}

func (f *face) listBoards(w http.ResponseWriter, r *http.Request) error {
	return f.onBoard(r, func(ctx context.Context, a *app.App, who access.Who, _ string) error {
		public, mine, err := a.Boards(ctx, who)
		if err != nil {
			return err
		}
		return f.write(w, r, BoardList{some(public), some(mine)})
	})
}

func (f *face) foundBoard(w http.ResponseWriter, r *http.Request) error {
	return boarded(f, w, r, func(ctx context.Context, a *app.App, who access.Who, _ string, in BoardForm) (any, error) {
		return a.Found(ctx, who, in.board())
	})
}

func (f *face) getBoard(w http.ResponseWriter, r *http.Request) error {
	return f.onBoard(r, func(ctx context.Context, a *app.App, who access.Who, board string) error {
		v, err := a.Show(ctx, who, board)
		if err != nil {
			return err
		}
		v.Cards = some(v.Cards)
		return f.write(w, r, v)
	})
}

func (f *face) changeBoard(w http.ResponseWriter, r *http.Request) error {
	return boarded(f, w, r, func(ctx context.Context, a *app.App, who access.Who, board string, in BoardForm) (any, error) {
		return nil, a.Change(ctx, who, board, in.board())
	})
}

func (f *face) suggestForBoard(w http.ResponseWriter, r *http.Request) error {
	return f.onBoard(r, func(ctx context.Context, a *app.App, who access.Who, board string) error {
		list, err := a.Suggest(ctx, who, board)
		if err != nil {
			return err
		}
		return f.write(w, r, BoardSuggestions{some(list)})
	})
}

func (f *face) addCard(w http.ResponseWriter, r *http.Request) error {
	return boarded(f, w, r, func(ctx context.Context, a *app.App, who access.Who, board string, in BoardCardForm) (any, error) {
		return a.Add(ctx, who, board, sourcing.Card{Link: in.Link, Title: in.Title, Why: in.Why, Next: in.Next, Remind: in.Remind})
	})
}

func (f *face) getCard(w http.ResponseWriter, r *http.Request) error {
	return f.onBoard(r, func(ctx context.Context, a *app.App, who access.Who, board string) error {
		told, _, err := a.Card(ctx, who, board, good.ID(r.PathValue("card")))
		if err != nil {
			return err
		}
		return f.write(w, r, told)
	})
}

func (f *face) moveCard(w http.ResponseWriter, r *http.Request) error {
	return boarded(f, w, r, func(ctx context.Context, a *app.App, who access.Who, board string, in BoardStep) (any, error) {
		_, err := a.Move(ctx, who, board, good.ID(r.PathValue("card")), app.Step{State: sourcing.State(in.State), Owner: in.Owner, Next: in.Next, Remind: in.Remind, Note: in.Note, Version: in.Version})
		return nil, err
	})
}

func (f *face) inviteOwner(w http.ResponseWriter, r *http.Request) error {
	return boarded(f, w, r, func(ctx context.Context, a *app.App, who access.Who, board string, in BoardInvitation) (any, error) {
		_, err := a.Invite(ctx, who, board, good.ID(r.PathValue("card")), in.Address, in.Lang)
		return nil, err
	})
}

func (f *face) setBoardPerson(w http.ResponseWriter, r *http.Request) error {
	return boarded(f, w, r, func(ctx context.Context, a *app.App, who access.Who, board string, in BoardPlace) (any, error) {
		return nil, a.SetPerson(ctx, who, board, r.PathValue("person"), in.How)
	})
}
