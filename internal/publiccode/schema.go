package publiccode

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// The format's rules: structure, types, lists of values, what must be there and
// what is deprecated. Formats named in it are in formats.go.
//
//go:embed schema.json
var schemaJSON []byte

// root is the compiled schema, once somebody has a file checked; it is part of
// the program, so that a mistake in it is found by any test.
var root = sync.OnceValue(compile)

func compile() *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		panic(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for name, check := range formats() {
		c.RegisterFormat(&jsonschema.Format{Name: name, Validate: func(v any) error {
			if s, ok := v.(string); ok {
				return check(s)
			}
			return nil
		}})
	}
	if err := c.AddResource("publiccode.json", doc); err != nil {
		panic(err)
	}
	return c.MustCompile("publiccode.json")
}

// child is what s says of the member key, or nil.
func child(s *jsonschema.Schema, key string) *jsonschema.Schema {
	if s = target(s); s == nil {
		return nil
	}
	if c := s.Properties[key]; c != nil {
		return c
	}
	c, _ := s.AdditionalProperties.(*jsonschema.Schema)
	return c
}

// items is what s says of the elements of a list, or nil.
func items(s *jsonschema.Schema) *jsonschema.Schema {
	if s = target(s); s == nil {
		return nil
	}
	for _, one := range s.OneOf {
		if one.Items2020 != nil {
			return one.Items2020
		}
	}
	return s.Items2020
}

func target(s *jsonschema.Schema) *jsonschema.Schema {
	if s != nil && s.Ref != nil {
		return s.Ref
	}
	return s
}

// textual says whether s wants a text.
func textual(s *jsonschema.Schema) bool {
	s = target(s)
	return s != nil && s.Types != nil && len(s.Types.ToStrings()) == 1 && s.Types.ToStrings()[0] == "string"
}

// checkSchema says what the schema finds, and returns the paths of the values
// that are wrong.
func (d *document) checkSchema() (wrong [][]string) {
	for lang := range mapping(d.value, "description") {
		here := []string{"description", lang}
		if err := languageTag(lang); err != nil {
			wrong = append(wrong, here)
			d.say(Error, here, d.find(here), "the key %v", err)
		}
	}
	err := root().Validate(map[string]any(d.value))
	var ve *jsonschema.ValidationError
	if !errors.As(err, &ve) {
		return wrong
	}
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		path := d.steps(e.InstanceLocation)
		if _, several := e.ErrorKind.(*kind.OneOf); several {
			wrong = append(wrong, path)
			d.either(path, e)
			return
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
		if len(e.Causes) == 0 {
			wrong = append(wrong, d.explain(path, e.ErrorKind)...)
		}
	}
	walk(ve)
	return wrong
}

// either says what is wrong with a value that may be a text or a list of texts.
func (d *document) either(path []string, e *jsonschema.ValidationError) {
	before := len(d.findings)
	var leaves func(e *jsonschema.ValidationError)
	leaves = func(e *jsonschema.ValidationError) {
		for _, c := range e.Causes {
			leaves(c)
		}
		if f, ok := e.ErrorKind.(*kind.Format); ok {
			here := d.steps(e.InstanceLocation)
			d.say(Error, here, d.find(here), "%v", f.Err)
		}
	}
	leaves(e)
	if len(d.findings) == before {
		d.say(Error, path, d.find(path), "must be a text or a list of texts")
	}
}

// steps marks the indexes in a location: a key may be a number too.
func (d *document) steps(location []string) []string {
	out := make([]string, 0, len(location)+1)
	var v any = map[string]any(d.value)
	for _, step := range location {
		switch x := v.(type) {
		case []any:
			var i int
			_, _ = fmt.Sscan(step, &i) // the location is the schema library's own
			out = append(out, item(i))
			if i < len(x) {
				v = x[i]
			}
		case map[string]any:
			out = append(out, step)
			v = x[step]
		}
	}
	return out
}

var typeNames = map[string]string{"string": "a text", "array": "a list", "object": "a mapping", "boolean": "true or false", "null": "nothing"}

// explain says one thing the schema found, in words, and returns the paths of
// the values concerned.
func (d *document) explain(path []string, what jsonschema.ErrorKind) [][]string {
	say := func(format string, args ...any) [][]string {
		d.say(Error, path, d.find(path), format, args...)
		return [][]string{path}
	}
	switch k := what.(type) {
	case *kind.Required:
		for _, key := range k.Missing {
			here := append(path[:len(path):len(path)], key)
			switch {
			case key == "contractors":
				d.say(Error, here, d.find(here), "is mandatory when maintenance.type is contract")
			case key == "contacts":
				d.say(Error, here, d.find(here), "is mandatory when maintenance.type is internal or community")
			default:
				d.say(Error, here, d.find(here), "is mandatory")
			}
		}
		return nil
	case *kind.FalseSchema:
		return say("must not be there unless maintenance.type is contract")
	case *kind.Type:
		return say("must be %s, not %s", typeNames[k.Want[0]], typeNames[k.Got])
	case *kind.Pattern:
		return say("must not be empty")
	case *kind.MinItems, *kind.MinProperties:
		return say("must have at least one entry")
	case *kind.Format:
		return say("%v", k.Err)
	case *kind.Enum:
		if len(k.Want) > 10 {
			return say("must be in the list of the format")
		}
		return say("must be one of %s", strings.Trim(strings.ReplaceAll(fmt.Sprint(k.Want), " ", ", "), "[]"))
	}
	return say("is not as the format wants it (%s)", strings.Join(what.KeywordPath(), "/"))
}
