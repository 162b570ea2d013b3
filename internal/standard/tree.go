package standard

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"stoa/internal/good"
)

// Bounds of a file of a set.
const (
	maxFile  = 1 << 20 // bytes
	maxDepth = 20
	maxNodes = 50_000
)

// tree is a YAML file as values of JSON, with the line of each.
type tree struct {
	file     string
	value    any
	lines    map[string]int // path, its steps joined → line
	nodes    int
	problems *Problems
}

// step joins the steps of a path.
const step = "\x00"

// line is where the value at a path stands, else what holds it.
func (t *tree) line(path ...string) int {
	for n := len(path); n > 0; n-- {
		if l, ok := t.lines[strings.Join(path[:n], step)]; ok {
			return l
		}
	}
	return 1
}

// parse reads the one YAML document of a file. What is wrong with it goes to
// problems, and ok is false.
func parse(file string, raw []byte, problems *Problems) (t *tree, ok bool) {
	t = &tree{file: file, lines: map[string]int{}, problems: problems}
	before := len(*problems)
	if len(raw) > maxFile {
		problems.note(file, 1, "the file is larger than %d kB; split the set", maxFile>>10)
		return t, false
	}
	if !utf8.Valid(raw) {
		problems.note(file, 1, "the file is not UTF-8; save it as UTF-8")
		return t, false
	}
	loader, err := yaml.NewLoader(bytes.NewReader(raw), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(2*maxDepth))))
	if err != nil {
		problems.note(file, 1, "cannot be read: %v", err)
		return t, false
	}
	var top, more yaml.Node
	if err := loader.Load(&top); err != nil && !errors.Is(err, io.EOF) {
		t.syntax(err)
		return t, false
	}
	if len(top.Content) == 0 {
		problems.note(file, 1, "the file is empty")
		return t, false
	}
	if err := loader.Load(&more); !errors.Is(err, io.EOF) {
		problems.note(file, max(more.Line, 1), "the file holds several YAML documents; keep one")
		return t, false
	}
	t.value = t.read(top.Content[0], nil)
	return t, len(*problems) == before
}

func (t *tree) syntax(err error) {
	var le *yaml.LoadError
	if errors.As(err, &le) {
		t.problems.note(t.file, le.Mark.Line, "not YAML: %s", good.Shown(le.Message))
		return
	}
	t.problems.note(t.file, 1, "not YAML: %s", good.Shown(err.Error()))
}

// read makes a JSON value of n. Whatever is no list, mapping, whole number,
// true or false is a text as it is written, dates and versions among them.
func (t *tree) read(n *yaml.Node, path []string) any {
	t.lines[strings.Join(path, step)] = n.Line
	if t.nodes++; t.nodes > maxNodes || len(path) > maxDepth {
		if t.nodes <= maxNodes+1 || len(path) > maxDepth {
			t.problems.note(t.file, n.Line, "the file holds too much, or goes too deep")
		}
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		return t.mapping(n, path)
	case yaml.SequenceNode:
		out := make([]any, 0, len(n.Content))
		for i, e := range n.Content {
			out = append(out, t.read(e, append(slices.Clone(path), strconv.Itoa(i))))
		}
		return out
	case yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!bool":
			return strings.EqualFold(n.Value, "true")
		case "!!int":
			if i, err := strconv.Atoi(n.Value); err == nil {
				return float64(i)
			}
		case "!!str", "!!float", "!!null", "!!timestamp":
		default:
			t.problems.note(t.file, n.Line, "the tag %s has no meaning here; remove it", good.Shown(n.Tag))
		}
		return n.Value
	}
	t.problems.note(t.file, n.Line, "anchors and aliases are not used here; write the value out")
	return nil
}

func (t *tree) mapping(n *yaml.Node, path []string) any {
	out := map[string]any{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || k.ShortTag() == "!!merge" {
			t.problems.note(t.file, k.Line, "a key must be a plain text")
			continue
		}
		here := append(slices.Clone(path), k.Value)
		if _, twice := out[k.Value]; twice {
			t.problems.note(t.file, k.Line, "%s is given twice; first in line %d", good.Shown(k.Value), t.line(here...))
			continue
		}
		out[k.Value] = t.read(n.Content[i+1], here)
		t.lines[strings.Join(here, step)] = k.Line
	}
	return out
}
