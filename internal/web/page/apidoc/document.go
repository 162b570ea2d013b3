package apidoc

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// document is the description of the API as its page shows it.
type document struct {
	version string
	intro   []string // paragraphs
	groups  []group
	schemas []schema
}

// group is what belongs together: a tag of the description.
type group struct {
	name, about string
	operations  []operation
}

type operation struct {
	id, method, path string
	summary, about   string
	parameters       []parameter
	answers          []answer
	example          string // path and query to try, "" where a cursor or the like is needed
}

type parameter struct {
	name, in, about string
	kind            string   // "string", "integer", "string[]"
	values          []string // the only ones it takes
	usual           string
	examples        []string
	required        bool
}

type answer struct {
	status, about, media string
	schemas              []string
}

type schema struct {
	name, about string
	fields      []field
}

type field struct {
	name, about, kind string
	schemas           []string // of which it, or each of its values, is one
	values, examples  []string
	required          bool
}

// The parts of an OpenAPI document that are read (OpenAPI 3.1.0).
type openAPI struct {
	Info struct {
		Version, Description string
	}
	Tags       []struct{ Name, Description string }
	Paths      map[string]map[string]openOperation
	Components openComponents
}

// openComponents are what operations share.
type openComponents struct {
	Schemas    map[string]openSchema
	Parameters map[string]openParameter
	Responses  map[string]openResponse
}

type openOperation struct {
	OperationID, Summary, Description string
	Tags                              []string
	Security                          []any
	Parameters                        []openParameter
	Responses                         map[string]openResponse
}

type openParameter struct {
	Ref                   string `json:"$ref"`
	Name, In, Description string
	Required              bool
	Example               any
	Schema                openSchema
}

type openResponse struct {
	Ref         string `json:"$ref"`
	Description string
	Content     map[string]struct{ Schema openSchema }
}

// last is what a reference names.
func last(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

type openSchema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Format               string
	Description          string
	Enum                 []any
	Default              any
	Examples             []any
	Items                *openSchema
	AnyOf                []openSchema
	Properties           map[string]openSchema
	AdditionalProperties json.RawMessage // a schema or true
	Required             []string
}

// read makes a document of an OpenAPI description in JSON.
func read(spec []byte) (*document, error) {
	var o openAPI
	if err := json.Unmarshal(spec, &o); err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	d := &document{version: o.Info.Version, intro: strings.Split(strings.TrimSpace(o.Info.Description), "\n\n")}
	for _, t := range o.Tags {
		g := group{name: t.Name, about: t.Description}
		for _, path := range slices.Sorted(maps.Keys(o.Paths)) {
			for _, method := range slices.Sorted(maps.Keys(o.Paths[path])) {
				if op := o.Paths[path][method]; slices.Contains(op.Tags, t.Name) {
					g.operations = append(g.operations, op.read(strings.ToUpper(method), path, o.Components))
				}
			}
		}
		d.groups = append(d.groups, g)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Components.Schemas)) {
		s := o.Components.Schemas[name]
		d.schemas = append(d.schemas, schema{name: name, about: s.Description, fields: s.fields()})
	}
	return d, nil
}

func (o openOperation) read(method, path string, shared openComponents) operation {
	op := operation{id: o.OperationID, method: method, path: path, summary: o.Summary, about: o.Description}
	for _, p := range o.Parameters {
		if p.Ref != "" {
			p = shared.Parameters[last(p.Ref)]
		}
		out := parameter{name: p.Name, in: p.In, about: p.Description, required: p.Required, kind: p.Schema.kind(),
			values: p.Schema.values(), examples: texts(p.Example)}
		if p.Schema.Default != nil {
			out.usual = fmt.Sprint(p.Schema.Default)
		}
		op.parameters = append(op.parameters, out)
	}
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		r := o.Responses[status]
		if r.Ref != "" {
			r = shared.Responses[last(r.Ref)]
		}
		a := answer{status: status, about: r.Description}
		for _, media := range slices.Sorted(maps.Keys(r.Content)) {
			a.media = media
			a.schemas = append(a.schemas, r.Content[media].Schema.refs()...)
		}
		op.answers = append(op.answers, a)
	}
	if method == "GET" && len(o.Security) == 0 { // else nobody in particular gets an answer
		op.example = op.try(2)
	}
	return op
}

// own are the things in addresses that an instance may have none of, or none by
// that name: they cannot be tried.
var own = []string{"board", "card", "member", "commitment", "call", "entry", "deployment", "task", "offer", "request", "talk", "agreement", "organisation", "need", "guide", "community", "recipe", "source", "id", "pair"}

// try is the path with what its description gives as examples: those of the
// path and the first few of the query; "" where the path has a part of which
// nobody in particular knows one.
func (op operation) try(most int) string {
	path, query := op.path, url.Values{}
	for _, p := range op.parameters {
		switch {
		case p.in == "path" && (len(p.examples) == 0 || slices.Contains(own, p.name)):
			return ""
		case p.in == "path":
			path = strings.ReplaceAll(path, "{"+p.name+"}", url.PathEscape(p.examples[0]))
		case p.in == "query" && len(p.examples) > 0 && len(query) < most:
			query[p.name] = p.examples
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// fields are the properties of an object, those always there first.
func (s openSchema) fields() []field {
	out := make([]field, 0, len(s.Properties))
	for name, p := range s.Properties {
		out = append(out, field{name: name, about: p.Description, kind: p.kind(), schemas: p.refs(), values: p.values(),
			examples: each(p.Examples), required: slices.Contains(s.Required, name)})
	}
	slices.SortFunc(out, func(a, b field) int {
		if a.required != b.required {
			if a.required {
				return -1
			}
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	return out
}

// refs are the names of the schemas a value, or each value in it, is one of.
func (s openSchema) refs() []string {
	var out []string
	if s.Ref != "" {
		out = append(out, last(s.Ref))
	}
	for _, part := range s.AnyOf {
		out = append(out, part.refs()...)
	}
	if s.Items != nil {
		out = append(out, s.Items.refs()...)
	}
	if more, ok := s.more(); ok {
		out = append(out, more.refs()...)
	}
	return out
}

// more is the schema of the values of an object whose keys are not known
// beforehand.
func (s openSchema) more() (openSchema, bool) {
	var more openSchema
	ok := len(s.AdditionalProperties) > 0 && s.AdditionalProperties[0] == '{' && json.Unmarshal(s.AdditionalProperties, &more) == nil
	return more, ok
}

// kind is a type in the words of JSON.
func (s openSchema) kind() string {
	switch kind, _ := s.Type.(string); {
	case s.Items != nil:
		return cmp.Or(s.Items.kind(), "object") + "[]"
	case kind == "object":
		if more, ok := s.more(); ok {
			return strings.TrimSpace("object " + more.kind())
		}
		return kind
	case s.Format != "" && kind == "string":
		return kind + " " + s.Format
	default:
		return kind
	}
}

func (s openSchema) values() []string {
	if s.Items != nil {
		return s.Items.values()
	}
	return each(s.Enum)
}

func each(in []any) []string {
	var out []string
	for _, v := range in {
		out = append(out, written(v))
	}
	return out
}

// written is a value of an example as somebody sends it.
func written(v any) string {
	if raw, err := json.Marshal(v); err == nil && (raw[0] == '{' || raw[0] == '[') {
		return string(raw)
	}
	return fmt.Sprint(v)
}

// texts is an example as the values of a parameter.
func texts(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return each(v)
	default:
		return []string{written(v)}
	}
}
