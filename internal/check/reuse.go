package check

import (
	"bytes"
	"strings"

	"stoa/internal/check/nested"
)

// readReuse reads what REUSE.toml, or .reuse/dep5 before it, says of files that
// cannot say it themselves.
func readReuse(f *File) []claim {
	var out []claim
	add := func(raw string, line int) {
		if e, ok := readExpression(raw); ok && len(out) < 200 {
			out = append(out, claim{expression: e, raw: raw, known: true, form: "reuse", at: f.At(line), depth: f.Depth})
		}
	}
	if f.Name == "reuse.toml" {
		var doc struct {
			Annotations []struct {
				Licence any `toml:"SPDX-License-Identifier"`
			} `toml:"annotations"`
		}
		if nested.TOML(f.Text, &doc) != nil {
			return nil
		}
		for _, a := range doc.Annotations {
			switch v := a.Licence.(type) {
			case string:
				add(v, 0)
			case []any:
				for _, s := range v {
					if s, ok := s.(string); ok {
						add(s, 0)
					}
				}
			}
		}
		return out
	}
	n := 0
	for line := range bytes.Lines(f.Text) {
		n++
		if value, found := strings.CutPrefix(string(line), "License:"); found {
			add(value, n)
		}
	}
	return out
}
