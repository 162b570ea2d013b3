package api

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/good"
)

// SourcePriority is how much the word of a source counts.
type SourcePriority struct {
	Source   string         `json:"source" example:"dpga-v1"`
	Name     string         `json:"name"`
	Priority int            `json:"priority" doc:"Of two sources the word of the higher counts; a person's before every source's."`
	Fields   map[string]int `json:"fields" doc:"Priorities of single fields where they are others, 1 to 90."`
}

// FieldPriorities are the fields for which a source counts otherwise: all of
// them.
type FieldPriorities struct {
	Fields map[string]int `json:"fields" doc:"1 to 90 for each field; those that are not named count as the source does."`
	Reason string         `json:"reason" maxLength:"2000" doc:"Public, in the journal."`
}

// PriorityOf is a source as programs read what it counts.
func PriorityOf(s good.Source) SourcePriority {
	out := SourcePriority{Source: s.ID, Name: s.Name, Priority: s.Priority, Fields: map[string]int{}}
	for field, n := range s.Fields {
		out.Fields[string(field)] = n
	}
	return out
}

// FieldsOf are priorities as the registry keeps them.
func FieldsOf(fields map[string]int) map[good.Field]int {
	if len(fields) == 0 {
		return nil
	}
	out := make(map[good.Field]int, len(fields))
	for field, n := range fields {
		out[good.Field(field)] = n
	}
	return out
}

// preferring are the operations on how much a source counts.
func (f *face) preferring(d describer) []operation {
	source := param("source", "path", "Id of the source.", &huma.Schema{Type: "string"}, "dpga-v1")
	source.Required = true
	return []operation{
		d.call(call{act: access.Harvest, method: http.MethodGet, path: "/api/v1/desk/priorities", id: "list-priorities", tag: "registry", summary: "How much the word of each source counts",
			gives: reflect.TypeFor[[]SourcePriority](), handle: f.priorities}),
		d.call(call{act: access.Harvest, method: http.MethodPut, path: "/api/v1/desk/priorities/{source}", id: "set-priorities", tag: "registry", summary: "Say for which fields a source counts more or less",
			text: "The goods that it changes are made anew soon after.", params: []*huma.Param{source}, takes: reflect.TypeFor[FieldPriorities](), gives: reflect.TypeFor[SourcePriority](), handle: f.setPriorities, statuses: []int{404}}),
	}
}

func (f *face) weighing() (*imports.App, error) {
	if f.cfg.Imports == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
	}
	return f.cfg.Imports, nil
}

func (f *face) priorities(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	app, err := f.weighing()
	if err != nil {
		return err
	}
	list, err := app.Preferences(r.Context(), who(r))
	if err != nil {
		return err
	}
	return f.write(w, r, some(each(list, PriorityOf)))
}

func (f *face) setPriorities(w http.ResponseWriter, r *http.Request) error {
	app, err := f.weighing()
	if err != nil {
		return err
	}
	doc, err := received[FieldPriorities](r)
	if err != nil {
		return err
	}
	s, err := app.Prefer(r.Context(), who(r), r.PathValue("source"), FieldsOf(doc.Fields), doc.Reason)
	if err != nil {
		return err
	}
	return f.write(w, r, PriorityOf(s))
}
