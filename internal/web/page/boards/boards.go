// Package boards is the pages of boards of goods to look at.
package boards

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/sourcing"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/sourcing"
	"stoa/internal/web/page"
)

// Config is what the pages need.
type Config struct{ App *app.App }

// Routes are the pages.
func Routes(c Config) []page.Route {
	return []page.Route{
		{Pattern: "GET /boards", Act: access.ReadBoard, Handler: c.all},
		{Pattern: "POST /boards", Act: access.FoundBoard, Handler: c.found},
		{Pattern: "GET /boards/{board}", Act: access.ReadBoard, Handler: c.board},
		{Pattern: "POST /boards/{board}", Act: access.LeadBoard, Handler: c.change},
		{Pattern: "GET /boards/{board}/cards.csv", Act: access.ReadBoard, Handler: c.table},
		{Pattern: "POST /boards/{board}/cards", Act: access.WorkBoard, Handler: c.add},
		{Pattern: "POST /boards/{board}/people", Act: access.WorkBoard, Handler: c.people},
		{Pattern: "GET /boards/{board}/cards/{card}", Act: access.ReadBoard, Handler: c.card},
		{Pattern: "POST /boards/{board}/cards/{card}", Act: access.WorkBoard, Handler: c.move},
		{Pattern: "POST /boards/{board}/cards/{card}/invite", Act: access.WorkBoard, Handler: c.invite},
	}
}

// model is what the pages show.
type model struct {
	*page.Frame
	app.View
	Form        *page.Form // that was sent, with what is wrong
	Sent        string     // which form that was
	Public      []sourcing.Board
	Mine        []sourcing.Board
	Founds      bool
	Suggestions []app.Suggestion
	Told        app.Told
}

// field is a field of one of the forms of the page, as it was sent if it was.
func (m *model) field(form string, d page.Field) page.Field {
	if m.Sent == form {
		return m.Form.Field(d)
	}
	return d
}

func (c Config) all(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeAll(w, r, f, http.StatusOK, nil)
}

func (c Config) writeAll(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	f.Path, f.Title, f.Description, f.Work, f.Unlisted = "/boards", f.T("board.title"), f.T("board.lede"), true, false
	m := &model{Frame: f, Form: form, Sent: "found", Founds: c.App.MayFound(r.Context(), f.Reader()) == nil}
	var err error
	if m.Public, m.Mine, err = c.App.Boards(r.Context(), f.Reader()); err != nil {
		return err
	}
	return page.Write(w, r, f, status, allPage(m))
}

// written is a board as a form has it.
func written(r *http.Request, f *page.Frame) (sourcing.Board, *page.Form, error) {
	v, err := page.Sent(r, "name", "purpose", "country", "sdgs*", "kinds*", "public")
	if err != nil {
		return sourcing.Board{}, nil, err
	}
	b := sourcing.Board{Name: v.Get("name"), Purpose: v.Get("purpose"), Lang: f.Code, Country: v.Get("country"), Public: v.Get("public") == "yes"}
	for _, s := range v["sdgs"] {
		n, err := strconv.Atoi(s)
		if err != nil {
			n = -1 // no goal has it: said beside the field
		}
		b.SDGs = append(b.SDGs, n)
	}
	for _, k := range v["kinds"] {
		b.Kinds = append(b.Kinds, good.Kind(k))
	}
	return b, &page.Form{Values: v}, nil
}

func (c Config) found(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	in, form, err := written(r, f)
	if err != nil {
		return err
	}
	b, err := c.App.Found(r.Context(), f.Reader(), in)
	if err != nil {
		if !form.Add(f, err) {
			return err
		}
		return c.writeAll(w, r, f, edge.Status(w.Header(), err), form)
	}
	http.Redirect(w, r, string(f.Href("/boards/"+page.PathEscape(b.Slug))), http.StatusSeeOther)
	return nil
}

func (c Config) board(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeBoard(w, r, f, http.StatusOK, "", nil)
}

func (c Config) writeBoard(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	v, err := c.App.Show(r.Context(), f.Reader(), r.PathValue("board"))
	if err != nil {
		return err
	}
	m := &model{Frame: f, View: v, Form: form, Sent: sent}
	f.Path, f.Title, f.Work, f.Unlisted = "/boards/"+v.Slug, v.Name, true, !v.Board.Public
	if v.Works {
		if m.Suggestions, err = c.App.Suggest(r.Context(), f.Reader(), v.Slug); err != nil {
			return err
		}
	}
	return page.Write(w, r, f, status, boardPage(m))
}

// done answers a form of a board: with the page again where something is to be
// mended, else by leading on.
func (c Config) done(w http.ResponseWriter, r *http.Request, f *page.Frame, sent string, form *page.Form, err error) error {
	if err != nil {
		if !form.Add(f, err) {
			return err
		}
		return c.writeBoard(w, r, f, edge.Status(w.Header(), err), sent, form)
	}
	http.Redirect(w, r, string(f.Href("/boards/"+page.PathEscape(r.PathValue("board")))), http.StatusSeeOther)
	return nil
}

func (c Config) change(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	in, form, err := written(r, f)
	if err != nil {
		return err
	}
	return c.done(w, r, f, "change", form, c.App.Change(r.Context(), f.Reader(), r.PathValue("board"), in))
}

func (c Config) add(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "link", "title", "why")
	if err != nil {
		return err
	}
	_, err = c.App.Add(r.Context(), f.Reader(), r.PathValue("board"), sourcing.Card{Link: v.Get("link"), Title: v.Get("title"), Why: v.Get("why")})
	return c.done(w, r, f, "add", &page.Form{Values: v}, err)
}

func (c Config) people(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "person", "how")
	if err != nil {
		return err
	}
	err = c.App.SetPerson(r.Context(), f.Reader(), r.PathValue("board"), v.Get("person"), v.Get("how"))
	if err == nil && v.Get("how") == app.Drop && v.Get("person") == f.Reader().Pseudonym {
		http.Redirect(w, r, string(f.Href("/boards")), http.StatusSeeOther) // which they may not see any more
		return nil
	}
	return c.done(w, r, f, "people", &page.Form{Values: v}, err)
}

func (c Config) card(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeCard(w, r, f, http.StatusOK, "", nil)
}

func (c Config) writeCard(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	told, v, err := c.App.Card(r.Context(), f.Reader(), r.PathValue("board"), good.ID(r.PathValue("card")))
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work = cardPath(v, told.Card), told.Title, true
	return page.Write(w, r, f, status, cardPage(&model{Frame: f, View: v, Form: form, Sent: sent, Told: told}))
}

func cardPath(v app.View, c sourcing.Card) string {
	return "/boards/" + page.PathEscape(v.Slug) + "/cards/" + string(c.ID)
}

func (c Config) move(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "state", "owner", "next", "remind", "note", "version")
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(v.Get("version"), 10, 64) // 0, whatever it is, where the field is lost
	_, err = c.App.Move(r.Context(), f.Reader(), r.PathValue("board"), good.ID(r.PathValue("card")), app.Step{State: sourcing.State(v.Get("state")), Owner: v.Get("owner"), Next: v.Get("next"), Remind: good.Date(v.Get("remind")), Note: v.Get("note"), Version: version})
	return c.onward(w, r, f, "move", &page.Form{Values: v}, err)
}

func (c Config) invite(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "address")
	if err != nil {
		return err
	}
	_, err = c.App.Invite(r.Context(), f.Reader(), r.PathValue("board"), good.ID(r.PathValue("card")), v.Get("address"), f.Code)
	return c.onward(w, r, f, "invite", &page.Form{Values: v}, err)
}

func (c Config) onward(w http.ResponseWriter, r *http.Request, f *page.Frame, sent string, form *page.Form, err error) error {
	if err != nil {
		if !form.Add(f, err) {
			return err
		}
		return c.writeCard(w, r, f, edge.Status(w.Header(), err), sent, form)
	}
	http.Redirect(w, r, string(f.Href("/boards/"+page.PathEscape(r.PathValue("board"))+"/cards/"+page.PathEscape(r.PathValue("card")))), http.StatusSeeOther)
	return nil
}

// table answers with the cards of a board as a file that spreadsheets read.
func (c Config) table(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := c.App.Show(r.Context(), f.Reader(), r.PathValue("board"))
	if err != nil {
		return err
	}
	return page.WriteTable(w, "board-"+v.Slug, c.App.Now(), func(row func(...string)) error {
		row("id", "title", "link", "good", "state", "owner", "next", "remind", "why", "created", "moved")
		for _, k := range v.Cards {
			row(string(k.ID), k.Title, k.Link, string(k.Good), string(k.State), v.Called(k.Owner), k.Next, string(k.Remind), k.Why, stamp(k.Created), stamp(k.Moved))
		}
		return nil
	})
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// options are the values of a list with their names in words.
func options[T ~string](list []T, label func(T) string) []page.Option {
	var out []page.Option
	for _, v := range list {
		out = append(out, page.Option{Value: string(v), Label: label(v)})
	}
	return out
}

func states(f *page.Frame) []page.Option {
	return options(sourcing.States, func(s sourcing.State) string { return f.T("board.state." + string(s)) })
}

func kinds(f *page.Frame) []page.Option { return options(good.Kinds, f.Kind) }

func goals(f *page.Frame) []page.Option {
	var out []page.Option
	for n := 1; n <= 17; n++ {
		out = append(out, page.Option{Value: strconv.Itoa(n), Label: f.Number(n) + " · " + f.Goal(n)})
	}
	return out
}

func (m *model) owners() []page.Option {
	var out []page.Option
	for _, p := range m.View.People {
		out = append(out, page.Option{Value: p.Pseudonym, Label: m.Frame.Called(p.Name, p.Pseudonym)})
	}
	return out
}

func (m *model) owner(pseudonym string) string {
	return m.Frame.Called(m.View.Called(pseudonym), pseudonym)
}

// why is the reason of a suggestion in words.
func (m *model) why(s app.Suggestion) string {
	g := s.Gaps[0]
	var goals []string
	for _, g := range s.Gaps {
		goals = append(goals, m.Number(g.SDG))
	}
	if g.Country == "" {
		return m.Tell("board.gap", "Kind", m.Kind(g.Kind), "Goals", m.List(goals))
	}
	return m.Tell("board.gap.in", "Kind", m.Kind(g.Kind), "Goals", m.List(goals), "Country", m.Frame.Country(g.Country))
}

func texts[T any](list []T, text func(T) string) []string {
	var out []string
	for _, v := range list {
		out = append(out, text(v))
	}
	return out
}

// in are the cards in one state.
func in(cards []sourcing.Card, s sourcing.State) []sourcing.Card {
	return slices.DeleteFunc(slices.Clone(cards), func(c sourcing.Card) bool { return c.State != s })
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}
