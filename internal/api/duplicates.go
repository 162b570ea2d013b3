package api

import (
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/duplicates"
	"stoa/internal/good"
	"stoa/internal/match"
)

// Duplicate is two goods that may be one.
type Duplicate struct {
	ID      good.ID        `json:"id"`
	State   string         `json:"state" enum:"open,merged,apart" doc:"Nobody decided yet; they are one good; a person keeps them apart."`
	Score   int            `json:"score" minimum:"0" maximum:"100" doc:"How likely they are one."`
	Sure    bool           `json:"sure" doc:"Above the level at which two goods are merged by themselves, where no person has spoken of either."`
	Reasons []match.Reason `json:"reasons" doc:"Why they look like one: a code, and what was found in both."`
	One     DuplicateGood  `json:"one"`
	Other   DuplicateGood  `json:"other"`
	Name    string         `json:"name" doc:"What the two are called as one good: the name that the most trusted source gives."`
	Aliases []string       `json:"aliases" doc:"Every other name of either; a merge keeps them all."`
	Found   time.Time      `json:"found"`
	Decided *time.Time     `json:"decided,omitempty"`
	By      string         `json:"by,omitempty" doc:"The role of who decided."`
}

// DuplicateGood is one of the two.
type DuplicateGood struct {
	ID   good.ID `json:"id"`
	Slug string  `json:"slug"`
	Name string  `json:"name"`
}

// Duplicates is a page of pairs.
type Duplicates struct {
	Pairs  []Duplicate    `json:"pairs"`
	Counts map[string]int `json:"counts" doc:"How many there are in each state."`
}

// DuplicateDecision is what is decided about a pair.
type DuplicateDecision struct {
	Decision string `json:"decision" enum:"merge,apart,undo" doc:"They are one good; they are two; take the decision back."`
	Into     string `json:"into,omitempty" doc:"Slug or id of the one that stays. Without it, the recognised one, else the older." example:"dhis2"`
	Reason   string `json:"reason" maxLength:"2000" doc:"Public, in the history of both."`
}

// DuplicateOf is a pair as programs read it.
func DuplicateOf(i duplicates.Item) Duplicate {
	of := func(g *good.Good) DuplicateGood { return DuplicateGood{g.ID, g.Slug, g.Name} }
	return Duplicate{ID: i.ID, State: string(i.State), Score: i.Score, Sure: i.Sure, Reasons: some(i.Reasons), One: of(i.A), Other: of(i.B), Name: i.Name, Aliases: some(i.Aliases), Found: i.Found, Decided: maybe(i.Decided), By: i.Role}
}

// doubling are the operations on goods that look like one.
func (f *face) doubling(d describer) []operation {
	pair := param("pair", "path", "Id of the pair.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	pair.Required = true
	return []operation{
		d.call(call{act: access.SeeDuplicates, method: http.MethodGet, path: "/api/v1/desk/duplicates", id: "list-duplicates", tag: "goods", summary: "List goods that look like one",
			text: "The likeliest first or, of those that were decided about, the newest decision first.", gives: reflect.TypeFor[Duplicates](), handle: f.duplicates,
			params: []*huma.Param{param("state", "query", "Which pairs.", &huma.Schema{Type: "string", Enum: anys(match.States), Default: "open"}, "merged"),
				param("limit", "query", "How many.", integer(1, 500, 50), 25), param("offset", "query", "How many to leave out.", integer(0, good.MaxOffset, 0), 50)}}),
		d.call(call{act: access.SeeDuplicates, method: http.MethodGet, path: "/api/v1/desk/duplicates/{pair}", id: "get-duplicate", tag: "goods", summary: "Two goods that look like one",
			params: []*huma.Param{pair}, gives: reflect.TypeFor[Duplicate](), handle: f.duplicate, statuses: []int{404}}),
		d.call(call{act: access.SettleDuplicates, method: http.MethodPost, path: "/api/v1/desk/duplicates/{pair}/decision", id: "settle-duplicate", tag: "goods", summary: "Merge two goods, keep them apart, or undo either",
			text: "A merge keeps every address and identifier of both; undoing it brings both back.", params: []*huma.Param{pair}, takes: reflect.TypeFor[DuplicateDecision](), gives: reflect.TypeFor[Duplicate](),
			handle: f.settleDuplicate, statuses: []int{404, 409}}),
	}
}

func (f *face) doubles() (*duplicates.App, error) {
	if f.cfg.Duplicates == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
	}
	return f.cfg.Duplicates, nil
}

func (f *face) duplicates(w http.ResponseWriter, r *http.Request) error {
	app, err := f.doubles()
	if err != nil {
		return err
	}
	v, err := parameters(r, "state", "limit", "offset")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit, offset := bad.number(v, "limit", 50, 500), 0
	if v.Has("offset") {
		offset = bad.number(v, "offset", 0, good.MaxOffset)
	}
	if len(bad.parts) > 0 {
		return bad
	}
	items, counts, err := app.Queue(r.Context(), who(r), match.State(last(v, "state")), offset, limit)
	if err != nil {
		return err
	}
	out := Duplicates{Pairs: some(each(items, DuplicateOf)), Counts: map[string]int{}}
	for _, s := range match.States {
		out.Counts[string(s)] = counts[s]
	}
	return f.write(w, r, out)
}

func (f *face) duplicate(w http.ResponseWriter, r *http.Request) error {
	app, err := f.doubles()
	if err != nil {
		return err
	}
	i, _, err := app.One(r.Context(), who(r), good.ID(r.PathValue("pair")))
	if err != nil {
		return err
	}
	return f.write(w, r, DuplicateOf(i))
}

func (f *face) settleDuplicate(w http.ResponseWriter, r *http.Request) error {
	app, err := f.doubles()
	if err != nil {
		return err
	}
	doc, err := received[DuplicateDecision](r)
	if err != nil {
		return err
	}
	i, _, err := app.Decide(r.Context(), who(r), good.ID(r.PathValue("pair")), duplicates.Decision{How: doc.Decision, Into: doc.Into, Reason: doc.Reason})
	if err != nil {
		return err
	}
	return f.write(w, r, DuplicateOf(i))
}
