package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/nominations"
	"stoa/internal/good"
	"stoa/internal/nominate"
)

// Nominations is what the API asks about nominations.
type Nominations interface {
	Nominate(ctx context.Context, who access.Who, in nominations.Input) (nominations.Outcome, int64, error)
	Queue(ctx context.Context, who access.Who, after good.ID, limit int) ([]nominations.Item, int, error)
	Sort(ctx context.Context, who access.Who, id good.ID, s nominations.Sorting) (slug string, position int64, err error)
	ForgetEmail(ctx context.Context, id good.ID) error
}

// NominationForm is a nomination as it is sent.
type NominationForm struct {
	Name     string `json:"name" maxLength:"200" doc:"Name of the good." example:"OpenCRVS"`
	Link     string `json:"link" maxLength:"2048" doc:"Its source repository or website." example:"https://github.com/opencrvs/opencrvs-core"`
	Kind     string `json:"kind,omitempty" enum:"software,data,ai,standard,content" doc:"What it is."`
	Licence  string `json:"licence,omitempty" doc:"SPDX identifier of its licence." example:"MPL-2.0"`
	SDG      int    `json:"sdg,omitempty" minimum:"1" maximum:"17" doc:"The Sustainable Development Goal it advances most."`
	Why      string `json:"why" maxLength:"2000" doc:"How it advances that goal; public." example:"Every child gets a legal identity: offices in five countries register births with it."`
	Language string `json:"language,omitempty" doc:"Language of why: BCP 47 tag." example:"en"`
	Email    string `json:"email,omitempty" format:"email" doc:"To answer to; private."`
	Distinct bool   `json:"distinct,omitempty" doc:"It is another good than those a first answer called alike."`
}

// NominationOutcome says what became of a nomination.
type NominationOutcome struct {
	ID     string   `json:"id"`
	State  string   `json:"state" enum:"public,waiting,dropped"`
	Good   string   `json:"good,omitempty" doc:"Address of the nominee in this API."`
	Page   string   `json:"page" doc:"Where people see what became of it."`
	Doubts []string `json:"doubts,omitempty" doc:"Why a person looks at it first: codes, some with what they are about."`
}

// NominationQueue is what waits for a person.
type NominationQueue struct {
	Total int              `json:"total"`
	Items []NominationItem `json:"items"`
	Next  string           `json:"next,omitempty"`
}

// NominationItem is a nomination that waits.
type NominationItem struct {
	ID      string   `json:"id"`
	Since   string   `json:"since" format:"date-time"`
	Name    string   `json:"name"`
	Link    string   `json:"link"`
	Kind    string   `json:"kind,omitempty"`
	Licence string   `json:"licence,omitempty"`
	SDG     int      `json:"sdg,omitempty"`
	Why     string   `json:"why"`
	Doubts  []string `json:"doubts"`
}

// NominationSorting is what a person decides about a nomination that waits.
type NominationSorting struct {
	Decision string `json:"decision" enum:"publish,into,drop,spam" doc:"Make it a nominee, note it with another good, decide against it, or say that it is spam or a test entry."`
	Into     string `json:"into,omitempty" doc:"Slug or id of the good it is about."`
	Reason   string `json:"reason,omitempty" doc:"Why; the nominator reads it. Of spam none is needed."`
	Kind     string `json:"kind,omitempty" enum:"software,data,ai,standard,content" doc:"Put right what it is."`
	Licence  string `json:"licence,omitempty" doc:"Put its licence right."`
	SDG      int    `json:"sdg,omitempty" minimum:"1" maximum:"17" doc:"Put its goal right."`
}

// NominationSorted says where a sorted nomination went.
type NominationSorted struct {
	Good string `json:"good,omitempty" doc:"Address of the good in this API."`
}

// nominating are the operations on nominations.
func (f *face) nominating(d describer) []operation {
	id := param("id", "path", "Id of the nomination.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	id.Required = true
	return []operation{
		d.call(call{act: access.Nominate, method: http.MethodPost, path: "/api/v1/nominations", id: "nominate", tag: "goods", summary: "Nominate a good",
			text:   "Anyone may. A nomination that meets indicators 1 and 2 is public at once; another waits for a person. What is here already is answered with 409; say distinct where it is another good.",
			params: nil, takes: reflect.TypeFor[NominationForm](), gives: reflect.TypeFor[NominationOutcome](), handle: f.nominate, statuses: []int{409}, created: true, anyoneMay: true}),
		d.call(call{act: access.Nominate, method: http.MethodDelete, path: "/api/v1/nominations/{id}/email", id: "forget-nominator", tag: "goods", summary: "Erase the address to answer to",
			text: "For whoever holds the nomination's id: no more letters are sent.", params: []*huma.Param{id}, handle: f.forgetNominator, statuses: []int{404}, anyoneMay: true}),
		d.call(call{act: access.SortNominations, method: http.MethodGet, path: "/api/v1/nominations", id: "list-nominations", tag: "goods", summary: "Nominations that wait for a person",
			text: "The oldest first.", params: []*huma.Param{param("after", "query", "Begin behind this id.", &huma.Schema{Type: "string"}, nil), param("limit", "query", "How many.", integer(1, 500, 100), 10)},
			gives: reflect.TypeFor[NominationQueue](), handle: f.waiting}),
		d.call(call{act: access.SortNominations, method: http.MethodPost, path: "/api/v1/nominations/{id}/sorting", id: "sort-nomination", tag: "goods", summary: "Decide about a nomination that waits",
			params: []*huma.Param{id}, takes: reflect.TypeFor[NominationSorting](), gives: reflect.TypeFor[NominationSorted](), handle: f.sorting, statuses: []int{404, 409}}),
	}
}

// nominate answers POST /api/v1/nominations.
func (f *face) nominate(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[NominationForm](r)
	if err != nil {
		return err
	}
	if f.cfg.Quota != nil {
		if err := f.cfg.Quota(r); err != nil {
			return err
		}
	}
	out, _, err := f.cfg.Nominations.Nominate(r.Context(), who(r), nominations.Input{Email: doc.Email, Distinct: doc.Distinct, Nomination: nominate.Nomination{
		Name: doc.Name, Link: doc.Link, Kind: good.Kind(doc.Kind), Licence: doc.Licence, SDG: doc.SDG, Why: doc.Why, Lang: doc.Language}})
	if err != nil {
		return err
	}
	if out.State == nominations.Known {
		return &good.Error{Kind: good.Conflict, Key: "nominate.error.alike", Args: map[string]any{"Name": out.Like[0].Name, "Address": f.address(out.Like[0].Slug)}}
	}
	answer := NominationOutcome{ID: string(out.ID), State: string(out.State), Page: f.base + "/nominate/" + string(out.ID), Doubts: words(out.Doubts)}
	if out.Slug != "" {
		answer.Good = f.address(out.Slug)
		w.Header().Set("Location", answer.Good)
	}
	return f.made(w, r, answer)
}

// waiting answers GET /api/v1/nominations.
func (f *face) waiting(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "after", "limit")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", 100, 500)
	if len(bad.parts) > 0 {
		return bad
	}
	items, total, err := f.cfg.Nominations.Queue(r.Context(), who(r), good.ID(last(v, "after")), limit)
	if err != nil {
		return err
	}
	doc := NominationQueue{Total: total, Items: []NominationItem{}}
	for _, n := range items {
		doc.Items = append(doc.Items, NominationItem{ID: string(n.ID), Since: n.Since, Name: n.Name, Link: n.Link, Kind: string(n.Kind), Licence: n.Licence, SDG: n.SDG, Why: n.Why, Doubts: words(n.Doubts)})
	}
	if len(items) == limit {
		doc.Next = f.base + "/api/v1/nominations?after=" + string(items[limit-1].ID)
	}
	return f.write(w, r, doc)
}

// sorting answers POST /api/v1/nominations/{id}/sorting.
func (f *face) sorting(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[NominationSorting](r)
	if err != nil {
		return err
	}
	s := nominations.Sorting{Publish: doc.Decision == "publish", Drop: doc.Decision == "drop" || doc.Decision == "spam", Spam: doc.Decision == "spam", Reason: doc.Reason, Kind: good.Kind(doc.Kind), Licence: doc.Licence, SDG: doc.SDG}
	if doc.Decision == "into" {
		s.Into = doc.Into
	}
	slug, _, err := f.cfg.Nominations.Sort(r.Context(), who(r), good.ID(r.PathValue("id")), s)
	if err != nil {
		return err
	}
	var answer NominationSorted
	if slug != "" {
		answer.Good = f.address(slug)
	}
	return f.write(w, r, answer)
}

// forgetNominator answers DELETE /api/v1/nominations/{id}/email.
func (f *face) forgetNominator(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.cfg.Nominations.ForgetEmail(r.Context(), good.ID(r.PathValue("id"))))
}
