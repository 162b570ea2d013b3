// Package shape says what in a file of a criteria set is not of its form. It
// stands apart because the library it does that with is not needed to read sets
// that are known to be sound.
package shape

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"stoa/internal/good"
)

// The shape of set.yml. What a shape cannot say is in rules.go.
//
//go:embed schema.json
var schemaJSON []byte

// New is what finds all that is wrong with the form of a set, as a value of JSON:
// it notes the path of each place and what is wrong there, in words. Nobody needs
// it once the sets are loaded; the schema is part of the program, so that a mistake
// in it is found by any test.
func New() func(value any, note func(at []string, what string)) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		panic(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("set.json", doc); err != nil {
		panic(err)
	}
	schema := c.MustCompile("set.json")
	return func(value any, note func(at []string, what string)) { check(schema, value, note) }
}

var english = message.NewPrinter(language.English)

func check(schema *jsonschema.Schema, value any, note func(at []string, what string)) {
	err := schema.Validate(value)
	if err == nil {
		return
	}
	var ve *jsonschema.ValidationError
	if !errors.As(err, &ve) {
		note(nil, err.Error())
		return
	}
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		for _, cause := range e.Causes {
			walk(cause)
		}
		if len(e.Causes) == 0 {
			where := e.InstanceLocation
			if k, ok := e.ErrorKind.(*kind.AdditionalProperties); ok && len(k.Properties) > 0 {
				where = append(slices.Clone(where), k.Properties[0])
			}
			note(where, explain(value, e))
		}
	}
	walk(ve)
}

// explain says in words what the schema disliked and what would be right.
func explain(value any, e *jsonschema.ValidationError) string {
	at := strings.Join(named(value, e.InstanceLocation), " › ")
	if at == "" {
		at = "the file"
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		return fmt.Sprintf("%s: %s is no key of the format; remove it or correct its spelling", at, quoted(k.Properties))
	case *kind.Required:
		return fmt.Sprintf("%s: add %s", at, quoted(k.Missing))
	case *kind.Enum:
		want := make([]string, len(k.Want))
		for i, w := range k.Want {
			want[i] = fmt.Sprint(w)
		}
		return fmt.Sprintf("%s: %q is unknown; write one of %s", at, good.Shown(fmt.Sprint(k.Got)), strings.Join(want, ", "))
	case *kind.Type:
		return fmt.Sprintf("%s: write a value of type %s; this is of type %s", at, strings.Join(k.Want, " or "), k.Got)
	case *kind.Pattern:
		return fmt.Sprintf("%s: %q does not have the form %s", at, good.Shown(k.Got), k.Want)
	case *kind.UniqueItems:
		return fmt.Sprintf("%s: the items %d and %d are the same; remove one", at, k.Duplicates[0]+1, k.Duplicates[1]+1)
	}
	return at + ": " + e.ErrorKind.LocalizedString(english)
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = `"` + good.Shown(n) + `"`
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// named is a path in which a list's items are called by their ids, if they
// have any.
func named(v any, path []string) []string {
	var out []string
	for _, p := range path {
		name := p
		switch x := v.(type) {
		case map[string]any:
			v = x[p]
		case []any:
			i := 0
			if _, err := fmt.Sscan(p, &i); err != nil || i >= len(x) {
				return append(out, good.Shown(p))
			}
			v = x[i]
			name = fmt.Sprint(i + 1)
			if m, ok := v.(map[string]any); ok {
				if id, ok := m["id"].(string); ok {
					name = id
				}
			}
		}
		out = append(out, good.Shown(name))
	}
	return out
}
