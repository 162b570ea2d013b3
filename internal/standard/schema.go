package standard

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
)

// The shape of set.yml. What a shape cannot say is in rules.go.
//
//go:embed schema.json
var schemaJSON []byte

// shape compiles the schema, which nobody needs once the sets are loaded; it is
// part of the program, so that a mistake in it is found by any test.
func shape() *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		panic(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("set.json", doc); err != nil {
		panic(err)
	}
	return c.MustCompile("set.json")
}

var english = message.NewPrinter(language.English)

// checkShape notes what the schema finds and says whether it found nothing.
func (t *tree) checkShape(shape *jsonschema.Schema) bool {
	err := shape.Validate(t.value)
	if err == nil {
		return true
	}
	var ve *jsonschema.ValidationError
	if !errors.As(err, &ve) {
		t.problems.note(t.file, 1, "%v", err)
		return false
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
			t.problems.note(t.file, t.line(where...), "%s", t.explain(e))
		}
	}
	walk(ve)
	return false
}

// explain says in words what the schema disliked and what would be right.
func (t *tree) explain(e *jsonschema.ValidationError) string {
	at := strings.Join(named(t.value, e.InstanceLocation), " › ")
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
		return fmt.Sprintf("%s: %q is unknown; write one of %s", at, shown(fmt.Sprint(k.Got)), strings.Join(want, ", "))
	case *kind.Type:
		return fmt.Sprintf("%s: write a value of type %s; this is of type %s", at, strings.Join(k.Want, " or "), k.Got)
	case *kind.Pattern:
		return fmt.Sprintf("%s: %q does not have the form %s", at, shown(k.Got), k.Want)
	case *kind.UniqueItems:
		return fmt.Sprintf("%s: the items %d and %d are the same; remove one", at, k.Duplicates[0]+1, k.Duplicates[1]+1)
	}
	return at + ": " + e.ErrorKind.LocalizedString(english)
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = `"` + shown(n) + `"`
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
				return append(out, shown(p))
			}
			v = x[i]
			name = fmt.Sprint(i + 1)
			if m, ok := v.(map[string]any); ok {
				if id, ok := m["id"].(string); ok {
					name = id
				}
			}
		}
		out = append(out, shown(name))
	}
	return out
}
