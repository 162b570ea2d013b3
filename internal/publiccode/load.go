package publiccode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// at is a place in the file.
type at struct{ line, column int }

// document is a file as a tree of JSON values, with the place of each.
type document struct {
	value    map[string]any
	place    map[string]at // key path → place
	tag      map[string]string
	findings []Finding
	nodes    int
	full     bool // maxNodes was met and said
}

func (d *document) say(level Level, path []string, p at, format string, args ...any) {
	d.findings = append(d.findings, Finding{Level: level, Key: dotted(path), Line: p.line, Column: p.column, Message: fmt.Sprintf(format, args...)})
}

// dotted writes a path as people read it: description.en.features[0]. Keys come
// from strangers: they are shortened and shown without control characters.
func dotted(path []string) string {
	var b strings.Builder
	for _, p := range path {
		if i, ok := strings.CutPrefix(p, "\x00"); ok {
			b.WriteString("[" + i + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(shown(p))
	}
	return b.String()
}

// item is the path's step to the i-th element of a list.
func item(i int) string { return "\x00" + strconv.Itoa(i) }

// shown is a stranger's short text fit for one line of output.
func shown(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	q := strconv.QuoteToGraphic(s)
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}

func where(path []string) string { return strings.Join(path, "\x01") }

// find is the place of the path, else of the nearest key above it.
func (d *document) find(path []string) at {
	for n := len(path); n > 0; n-- {
		if p, ok := d.place[where(path[:n])]; ok {
			return p
		}
	}
	return at{1, 1}
}

// Mapping reads any YAML document that is a mapping, such as CITATION.cff, as
// carefully as a publiccode.yml: nil and what is wrong where it is none. Values
// are texts, true and false, lists and mappings.
func Mapping(raw []byte) (map[string]any, []Finding) {
	d, found := loadAs(raw, nil)
	if d == nil {
		return nil, found
	}
	return d.value, d.findings
}

// load reads the one YAML document in raw; nil where there is none.
func load(raw []byte) (*document, []Finding) { return loadAs(raw, root()) }

func loadAs(raw []byte, s *jsonschema.Schema) (*document, []Finding) {
	d := &document{place: map[string]at{}, tag: map[string]string{}}
	fail := func(p at, format string, args ...any) (*document, []Finding) {
		d.say(Error, nil, p, format, args...)
		return nil, d.findings
	}
	if len(raw) > MaxSize {
		return fail(at{}, "the file is larger than %d kB", MaxSize>>10)
	}
	if !utf8.Valid(raw) {
		return fail(at{line: 1 + bytes.Count(raw[:firstInvalid(raw)], []byte("\n")), column: 1}, "the file is not UTF-8")
	}
	if bytes.HasPrefix(raw, []byte("\xEF\xBB\xBF")) {
		d.say(Warning, nil, at{1, 1}, "the file begins with a byte order mark; save it as UTF-8 without one")
		raw = raw[3:]
	}
	if bytes.HasPrefix(raw, []byte("%YAML 1.1")) {
		d.say(Warning, nil, at{1, 1}, "YAML 1.1 is deprecated; write YAML 1.2")
	}
	if bytes.HasPrefix(raw, []byte("%YAML 1.")) { // the reader knows no directive of 1.2
		raw = append([]byte("#"), raw[1:]...)
	}
	loader, err := yaml.NewLoader(bytes.NewReader(raw), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil {
		return fail(at{}, "%v", err)
	}
	var top, more yaml.Node
	if err := loader.Load(&top); err != nil && !errors.Is(err, io.EOF) {
		return fail(syntax(err))
	}
	if len(top.Content) == 0 {
		return fail(at{1, 1}, "the file is empty")
	}
	if err := loader.Load(&more); !errors.Is(err, io.EOF) {
		if err != nil {
			return fail(syntax(err))
		}
		return fail(at{more.Line, 1}, "the file holds several YAML documents")
	}
	body := top.Content[0]
	if body.Kind != yaml.MappingNode {
		return fail(at{body.Line, body.Column}, "the file must be a mapping of keys to values")
	}
	d.value = d.mapping(body, s, nil, 0)
	return d, nil
}

func firstInvalid(raw []byte) int {
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return len(raw)
}

// syntax says what the YAML reader disliked, and where.
func syntax(err error) (at, string, any) {
	var le *yaml.LoadError
	if errors.As(err, &le) {
		return at{le.Mark.Line, max(le.Mark.Column, 1)}, "not YAML: %s", shown(le.Message)
	}
	return at{}, "not YAML: %s", shown(strings.TrimPrefix(err.Error(), "yaml: "))
}

// enter counts a value and says whether it may be read.
func (d *document) enter(n *yaml.Node, path []string, depth int) bool {
	d.nodes++
	if d.nodes <= maxNodes && depth <= maxDepth {
		return true
	}
	if !d.full {
		d.full = true
		d.say(Error, path[:min(len(path), 4)], at{n.Line, n.Column}, "the file holds too much, or refers to itself")
	}
	return false
}

// mapping reads the keys and values of n, which s describes. A key without a
// value is as good as none.
func (d *document) mapping(n *yaml.Node, s *jsonschema.Schema, path []string, depth int) map[string]any {
	out := map[string]any{}
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content) && !d.full; i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		if k.ShortTag() == "!!merge" {
			merged = append(merged, v)
			continue
		}
		if k.Kind != yaml.ScalarNode {
			d.say(Error, path, at{k.Line, k.Column}, "a key must be a text")
			continue
		}
		here := append(slices.Clone(path), k.Value)
		if first, twice := d.place[where(here)]; twice {
			d.say(Error, here, at{k.Line, k.Column}, "the key was given before, in line %d", first.line)
			continue
		}
		d.place[where(here)] = at{k.Line, k.Column}
		value := d.read(v, child(s, k.Value), here, depth+1)
		if value == nil && len(path) == 1 && path[0] == "description" {
			value = map[string]any{} // the language is claimed: what it lacks is to be said
		}
		if value != nil {
			out[k.Value] = value
		}
	}
	for _, v := range merged {
		d.merge(out, v, s, path, depth)
	}
	return out
}

// merge takes over what a merge key ("<<") refers to, unless it is there.
func (d *document) merge(out map[string]any, n *yaml.Node, s *jsonschema.Schema, path []string, depth int) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if !d.enter(n, path, depth) {
		return
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for _, one := range n.Content {
			d.merge(out, one, s, path, depth+1)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			if k.ShortTag() == "!!merge" {
				d.merge(out, v, s, path, depth+1)
				continue
			}
			here := append(slices.Clone(path), k.Value)
			if _, have := d.place[where(here)]; have || k.Kind != yaml.ScalarNode {
				continue
			}
			d.place[where(here)] = at{k.Line, k.Column}
			if value := d.read(v, child(s, k.Value), here, depth+1); value != nil {
				out[k.Value] = value
			}
		}
	default:
		d.say(Error, path, at{n.Line, n.Column}, "a merge key must refer to a mapping")
	}
}

// tagsOf are the tags that each kind of value may have.
var tagsOf = map[yaml.Kind][]string{yaml.MappingNode: {"!!map"}, yaml.SequenceNode: {"!!seq"},
	yaml.ScalarNode: {"!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp"}}

// read makes a JSON value of n. The format knows no numbers: whatever is not
// true, false or nothing is a text, as it is written.
func (d *document) read(n *yaml.Node, s *jsonschema.Schema, path []string, depth int) any {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if !d.enter(n, path, depth) {
		return nil
	}
	tag := n.ShortTag()
	if !slices.Contains(tagsOf[n.Kind], tag) {
		d.say(Error, path, at{n.Line, n.Column}, "the tag %s is no part of the format", shown(n.Tag))
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		return d.mapping(n, s, path, depth)
	case yaml.SequenceNode:
		out := make([]any, 0, len(n.Content))
		for i, e := range n.Content {
			if d.full {
				return nil
			}
			here := append(slices.Clone(path), item(i))
			d.place[where(here)] = at{e.Line, e.Column}
			out = append(out, d.read(e, items(s), here, depth+1))
		}
		return out
	}
	d.tag[where(path)] = tag
	switch tag {
	case "!!null":
		return nil
	case "!!bool":
		if !textual(s) {
			return strings.EqualFold(n.Value, "true")
		}
	}
	return n.Value
}
