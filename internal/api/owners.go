package api

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/messages"
	"stoa/internal/good"
)

// OwnerlessList are goods whose owners are sought.
type OwnerlessList struct {
	Counts map[string]int       `json:"counts" doc:"All, those with a contact and no letter yet (write), without a contact (none), and with a letter (written)."`
	Items  []messages.Ownerless `json:"items"`
	Next   string               `json:"next,omitempty" doc:"Id to go on behind."`
}

// OwnerContact is who may own a good.
type OwnerContact struct {
	Address string `json:"address" doc:"Empty: nobody is to be written to."`
	Name    string `json:"name,omitempty"`
}

// OwnerLettersForm has letters written to who may own goods.
type OwnerLettersForm struct {
	Goods    []string `json:"goods,omitempty" maxItems:"500" doc:"Slugs or ids."`
	All      bool     `json:"all,omitempty" doc:"Besides: every good with a contact to whom nobody wrote yet, 500 at a time."`
	Language string   `json:"language" enum:"en,ar,zh,fr,ru,es"`
	AnHour   int      `json:"an_hour,omitempty" minimum:"1" maximum:"600" doc:"Letters an hour at most; 60 unless said."`
	Preview  bool     `json:"preview,omitempty" doc:"Say what would be written, and write nothing."`
}

// OwnerLetterList are letters to who may own goods.
type OwnerLetterList struct {
	Counts map[good.Fate]int      `json:"counts" doc:"By state."`
	Items  []messages.OwnerLetter `json:"items" doc:"The newest first."`
	Next   string                 `json:"next,omitempty" doc:"Id to go on before."`
}

// Recalled says how many letters were taken back.
type Recalled struct {
	Recalled int64 `json:"recalled"`
}

// seeking are the operations on goods whose owners are sought.
func (f *face) seeking(d describer) []operation {
	do := func(method, at, id, summary, text string, params []*huma.Param, takes, gives reflect.Type, h func(http.ResponseWriter, *http.Request, *messages.App) error, statuses ...int) operation {
		return d.call(call{act: access.SeekOwners, method: method, path: "/api/v1/desk/owners" + at, id: id, tag: "messages", summary: summary, text: text, params: params, takes: takes, gives: gives, handle: f.heard(h), statuses: statuses})
	}
	of := param("good", "path", "Id or slug.", &huma.Schema{Type: "string"}, "dhis2")
	of.Required = true
	limit := param("limit", "query", "How many.", integer(1, 500, 50), 25)
	list := []*huma.Param{param("which", "query", "Which of them; all unless said.", &huma.Schema{Type: "string", Enum: []any{"write", "none", "written"}}, "write"),
		param("q", "query", "Part of the slug.", &huma.Schema{Type: "string", MaxLength: new(100)}, "health"), param("after", "query", "Id to go on behind.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ"), limit}
	letters := []*huma.Param{param("state", "query", "State; any unless said.", &huma.Schema{Type: "string", Enum: anys(good.Fates)}, "opened"),
		param("before", "query", "Id to go on before.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ"), limit}
	return []operation{
		do(http.MethodGet, "", "list-ownerless-goods", "Goods that others report as recognised and that nobody here owns", "With whom their owners may be reached by. An address that is somebody's account is not told.", list, nil, reflect.TypeFor[OwnerlessList](), f.ownerless),
		do(http.MethodPut, "/{good}/contact", "set-owner-contact", "Say by hand who may own a good", "In place of what its records name.", []*huma.Param{of}, reflect.TypeFor[OwnerContact](), nil, f.setContact, 404, 410),
		do(http.MethodDelete, "/{good}/contact", "reset-owner-contact", "Forget what was said by hand of who may own a good", "What its records name counts again.", []*huma.Param{of}, nil, nil, f.resetContact, 404, 410),
		do(http.MethodPost, "/letters", "write-owners", "Write to who may own goods", "Each is written to once for a good, however often this is asked; the answer says to whom, when, and who is left out and why.", nil, reflect.TypeFor[OwnerLettersForm](), reflect.TypeFor[messages.Plan](), f.writeOwners),
		do(http.MethodGet, "/letters", "list-owner-letters", "What became of letters to owners", "", letters, nil, reflect.TypeFor[OwnerLetterList](), f.ownerLetters),
		do(http.MethodDelete, "/letters", "recall-owner-letters", "Take back the letters to owners that were not sent yet", "", nil, nil, reflect.TypeFor[Recalled](), f.recallOwners),
	}
}

func (f *face) ownerless(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	v, err := parameters(r, "which", "q", "after", "limit")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", 50, 500)
	if len(bad.parts) > 0 {
		return bad
	}
	list, counts, err := m.Ownerless(r.Context(), who(r), messages.Seeking{Which: last(v, "which"), Text: last(v, "q"), After: good.ID(last(v, "after")), Limit: limit})
	if err != nil {
		return err
	}
	doc := OwnerlessList{Counts: map[string]int{"all": counts[""], "write": counts["write"], "none": counts["none"], "written": counts["written"]}, Items: list}
	if len(list) == limit {
		doc.Next = string(list[limit-1].ID)
	}
	return f.write(w, r, doc)
}

func (f *face) setContact(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	in, err := received[OwnerContact](r)
	if err != nil {
		return err
	}
	return done(w, m.SetContact(r.Context(), who(r), r.PathValue("good"), in.Address, in.Name))
}

func (f *face) resetContact(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	return done(w, m.ResetContact(r.Context(), who(r), r.PathValue("good")))
}

func (f *face) writeOwners(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	in, err := received[OwnerLettersForm](r)
	if err != nil {
		return err
	}
	do := m.WriteOwners
	if in.Preview {
		do = m.PlanLetters
	}
	p, err := do(r.Context(), who(r), messages.Asking{Goods: in.Goods, All: in.All, Language: in.Language, AnHour: in.AnHour})
	if err != nil {
		return err
	}
	return f.write(w, r, p)
}

func (f *face) ownerLetters(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	v, err := parameters(r, "state", "before", "limit")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", 50, 500)
	if len(bad.parts) > 0 {
		return bad
	}
	list, counts, err := m.OwnerLetters(r.Context(), who(r), good.Fate(last(v, "state")), good.ID(last(v, "before")), limit)
	if err != nil {
		return err
	}
	doc := OwnerLetterList{Counts: counts, Items: list}
	if len(list) == limit {
		doc.Next = string(list[limit-1].ID)
	}
	return f.write(w, r, doc)
}

func (f *face) recallOwners(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	n, err := m.Recall(r.Context(), who(r))
	if err != nil {
		return err
	}
	return f.write(w, r, Recalled{n})
}
