// Package nested reads strangers' documents in forms that nest, JSON, YAML and
// TOML, in time by their length: what their parsers would take much longer over
// is refused.
package nested

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

const (
	maxDepth = 60      // of what is nested
	maxPairs = 1 << 23 // of keys that the parser of TOML holds against each other
)

// ErrWild says that a document goes too deep, or holds too much, to be read.
var ErrWild = errors.New("nested: too deep, or too many keys in one place")

// JSON reads a document into v, a pointer. The parser has a limit of its own to
// how deep it goes.
func JSON(raw []byte, v any) error { return json.Unmarshal(raw, v) }

// YAML reads the first document into v, a pointer. Of keys that stand twice the
// last holds: the parser would hold each against all others.
func YAML(raw []byte, v any) error {
	loader, err := yaml.NewLoader(bytes.NewReader(raw), yaml.WithUniqueKeys(false), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil {
		return err
	}
	return loader.Load(v)
}

// TOML reads a document into v, a pointer.
func TOML(raw []byte, v any) error {
	if wild(raw) {
		return ErrWild
	}
	return toml.Unmarshal(raw, v)
}

// wild says whether a document in TOML is nested deeper than any sound one, as
// the parser calls itself, or has so many keys in one table, or so many tables,
// that the parser, which looks for each among all, would take long.
func wild(raw []byte) bool {
	pairs, keys := 0, 0
	tables := map[string]bool{}
	depth := 0
	for line := range bytes.Lines(raw) {
		equals := 0
		depth = min(depth, maxDepth)
		for _, b := range line {
			switch b {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(depth-1, 0)
			case '=':
				equals++
			}
			if depth > 4*maxDepth {
				return true
			}
		}
		text := bytes.TrimLeft(line, " \t")
		switch {
		case len(text) > 0 && text[0] == '[' && equals == 0:
			pairs += keys * keys
			keys = 0
			tables[string(bytes.TrimSpace(text))] = true
		case len(text) > 0 && text[0] != '{' && equals > 0:
			keys++
		}
		pairs += equals * equals
		if pairs+keys*keys+len(tables)*len(tables) > maxPairs {
			return true
		}
	}
	return false
}
