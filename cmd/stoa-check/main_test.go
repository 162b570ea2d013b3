package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stoa/internal/lazy"
)

// TestItLooks has the program look at a small tree.
func TestItLooks(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte("# Made\n\nLicence: MIT\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{dir, "--format", "json", "--kind", "software", "--fail-on", "none"}, 0, `"standard": "dpg@`},
		{[]string{dir, "--standard", "readiness", "--kind", "software", "--fail-on", "none"}, 0, "Readiness of a country 1.0"},
		{[]string{dir, "--standard", "nothing@1"}, 2, "dpg@1.1.7, dpg@1.1.6"},
		{[]string{filepath.Join(dir, "none")}, 2, "stoa-check: "},
		{[]string{"a-good"}, 2, "stoa-check: "}, // it has no registry of its own
		{[]string{filepath.Join(dir, "README.md"), "--fail-on", "not-met"}, 0, "only this one document was"},
		{[]string{filepath.Join(dir, "README.md"), "--init", "--yes"}, 2, "give its folder"},
		{[]string{"--help"}, 0, "--registry=URL"},
		{[]string{"--version"}, 0, "stoa-check dev"},
		{[]string{dir, "--formt", "json"}, 2, "did you mean"},
	} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), c.args, &out, &errs); code != c.code || !strings.Contains(out.String()+errs.String(), c.says) {
			t.Errorf("%v: exit code %d, %.300s %.300s", c.args, code, out.String(), errs.String())
		}
	}
}

// TestEveryExpressionCompiles: expressions are compiled when they are first used,
// so that a mistake in one would show only then.
func TestEveryExpressionCompiles(t *testing.T) {
	all := lazy.All()
	if len(all) < 100 {
		t.Errorf("there are %d", len(all))
	}
	for _, l := range all {
		l.Compile()
	}
}
