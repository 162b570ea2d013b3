package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/goods"
	"stoa/internal/good"
)

// Correction is a field that a person corrected and of which a source says
// something else since.
type Correction struct {
	Good      DuplicateGood   `json:"good"`
	Field     string          `json:"field" doc:"A field of a good; summary/fr for the text in one language." example:"website"`
	Said      json.RawMessage `json:"said" doc:"What the person said."`
	Then      json.RawMessage `json:"then" doc:"What the sources said when the person said so; null for nothing."`
	Now       json.RawMessage `json:"now" doc:"What the most trusted source says now."`
	Source    string          `json:"source" doc:"Id of that source."`
	ForeignID string          `json:"foreign_id"`
	URL       string          `json:"url,omitempty"`
	Seen      good.Date       `json:"seen,omitempty" doc:"The day the source was seen saying so."`
	Since     time.Time       `json:"since" doc:"Since when it is to be settled."`
}

// Corrections is a page of them.
type Corrections struct {
	Items    []Correction   `json:"items"`
	Total    int            `json:"total" doc:"How many fit what was asked for."`
	ByField  map[string]int `json:"by_field" doc:"How many there are of each field, whatever was asked for."`
	BySource map[string]int `json:"by_source" doc:"How many there are with each source."`
}

// CorrectionDecision settles one.
type CorrectionDecision struct {
	Field    string          `json:"field" example:"website"`
	Decision string          `json:"decision" enum:"keep,take" doc:"The correction holds until the source says something else again; or it is withdrawn."`
	Now      json.RawMessage `json:"now,omitempty" doc:"What the source said when you decided: if it says something else meanwhile, nothing is settled."`
	Reason   string          `json:"reason" maxLength:"2000" doc:"Public, in the history of the good."`
}

// CorrectionOf is a conflict as programs read it.
func CorrectionOf(c goods.Clash) Correction {
	return Correction{Good: DuplicateGood{c.Good.ID, c.Good.Slug, c.Good.Name}, Field: string(c.Field), Said: c.Said, Then: c.Then, Now: c.Now,
		Source: c.By.Source, ForeignID: c.By.ForeignID, URL: c.By.URL, Seen: c.By.Seen, Since: c.Since}
}

// CorrectionsOf is a page of conflicts as programs read it.
func CorrectionsOf(list goods.Clashes) Corrections {
	out := Corrections{Items: some(each(list.Items, CorrectionOf)), Total: list.All, ByField: map[string]int{}, BySource: list.BySource}
	for field, n := range list.ByField {
		out.ByField[string(field)] = n
	}
	return out
}

// correcting are the operations on corrections that sources contradict.
func (f *face) correcting(d describer) []operation {
	g := param("good", "path", "Slug, id or foreign id of the good.", &huma.Schema{Type: "string"}, "dhis2")
	g.Required = true
	return []operation{
		d.call(call{act: access.Edit, method: http.MethodGet, path: "/api/v1/desk/corrections", id: "list-corrections", tag: "goods", summary: "List corrections that a source contradicts",
			text: "The oldest first. A correction holds until people settle it.", gives: reflect.TypeFor[Corrections](), handle: f.corrections,
			params: []*huma.Param{param("field", "query", "Of one field.", &huma.Schema{Type: "string", Enum: anys(good.Merging)}, "website"), param("source", "query", "With one source.", &huma.Schema{Type: "string"}, "dpga-v1"),
				param("limit", "query", "How many.", integer(1, 500, 50), 25), param("offset", "query", "How many to leave out.", integer(0, good.MaxOffset, 0), 50)}}),
		d.call(call{act: access.Edit, method: http.MethodGet, path: "/api/v1/desk/corrections/{good}", id: "get-corrections", tag: "goods", summary: "Corrections of one good that a source contradicts",
			params: []*huma.Param{g}, gives: reflect.TypeFor[[]Correction](), handle: f.correctionsOf, statuses: []int{404}}),
		d.call(call{act: access.Edit, method: http.MethodPost, path: "/api/v1/desk/corrections/{good}", id: "settle-correction", tag: "goods", summary: "Keep a correction, or take what the source says",
			params: []*huma.Param{g}, takes: reflect.TypeFor[CorrectionDecision](), gives: reflect.TypeFor[[]Correction](), handle: f.settleCorrection, statuses: []int{404, 409}}),
	}
}

func (f *face) corrected() (*goods.App, error) {
	if f.cfg.Corrections == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
	}
	return f.cfg.Corrections, nil
}

func (f *face) corrections(w http.ResponseWriter, r *http.Request) error {
	app, err := f.corrected()
	if err != nil {
		return err
	}
	v, err := parameters(r, "field", "source", "limit", "offset")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	q := goods.ClashQuery{Field: good.Field(last(v, "field")), Source: last(v, "source"), Limit: bad.number(v, "limit", 50, 500)}
	if v.Has("offset") {
		q.Offset = bad.number(v, "offset", 0, good.MaxOffset)
	}
	if len(bad.parts) > 0 {
		return bad
	}
	list, err := app.Conflicts(r.Context(), who(r), q)
	if err != nil {
		return err
	}
	return f.write(w, r, CorrectionsOf(list))
}

func (f *face) correctionsOf(w http.ResponseWriter, r *http.Request) error {
	app, err := f.corrected()
	if err != nil {
		return err
	}
	list, err := app.ConflictsOf(r.Context(), who(r), r.PathValue("good"))
	if err != nil {
		return err
	}
	return f.write(w, r, some(each(list, CorrectionOf)))
}

func (f *face) settleCorrection(w http.ResponseWriter, r *http.Request) error {
	app, err := f.corrected()
	if err != nil {
		return err
	}
	doc, err := received[CorrectionDecision](r)
	if err != nil {
		return err
	}
	if _, _, err := app.SettleConflict(r.Context(), who(r), r.PathValue("good"), good.Field(doc.Field), doc.Decision, string(doc.Now), doc.Reason); err != nil {
		return err
	}
	return f.correctionsOf(w, r)
}
