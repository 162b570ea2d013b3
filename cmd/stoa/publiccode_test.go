package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/testkit"
)

// stoa runs the program's main and returns its exit code and output.
func stoa(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestPubliccodeValidateSaysWhereAndWhat(t *testing.T) {
	rules := filepath.Join(testkit.Root(t), "internal", "publiccode", "testdata")
	valid := filepath.Join(rules, "full.yml")
	raw, err := os.ReadFile(filepath.Join(rules, "smallest.yml"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	old := write("old.yml", strings.Replace(string(raw), `"0.7"`, `"0.5"`, 1))
	bad := write("bad.yml", strings.Replace(string(raw), "beta", "ready", 1))

	if code, out, errs := stoa(t, "publiccode", "validate", valid); code != 0 || out != "" || errs != "" {
		t.Errorf("a valid file: %d %s%s", code, out, errs)
	}
	if code, out, _ := stoa(t, "publiccode", "validate", old); code != 0 || out != old+":1: publiccodeYmlVersion: warning: 0.5 is not the latest version, which is 0.7\n" {
		t.Errorf("an old file: %d %s", code, out)
	}
	code, out, errs := stoa(t, "publiccode", "validate", valid, bad, old)
	want := bad + ":5: developmentStatus: must be one of concept, development, beta, stable, obsolete\n"
	if code != 1 || !strings.HasPrefix(out, want) || strings.Count(out, "\n") != 2 || errs != "" {
		t.Errorf("a wrong file: %d %s%s", code, out, errs)
	}
	code, out, _ = stoa(t, "publiccode", "validate", "--json", bad)
	var list []map[string]any
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 1 || len(list) != 1 {
		t.Fatalf("%d %v %s", code, err, out)
	}
	if diff := cmp.Diff(map[string]any{"file": bad, "level": "error", "key": "developmentStatus", "line": 5.0, "column": 1.0,
		"message": "must be one of concept, development, beta, stable, obsolete"}, list[0]); diff != "" {
		t.Error(diff)
	}
	if code, out, _ = stoa(t, "publiccode", "validate", "--json", valid); code != 0 || out != "[]\n" {
		t.Errorf("nothing found: %d %q", code, out)
	}
	if code, _, errs = stoa(t, "publiccode", "validate", filepath.Join(dir, "none.yml")); code != 1 || !strings.Contains(errs, "none.yml") {
		t.Errorf("no such file: %d %s", code, errs)
	}
}

// What a publiccode.yml says of a good is the same when the good's own
// publiccode.yml is read again.
func TestAPubliccodeLeavesAndComesBack(t *testing.T) {
	facts := func(path string) (out []good.Facts) {
		in, err := harvest.Open(path, "")
		if err != nil {
			t.Fatal(err)
		}
		for c, err := range in.Each {
			if err != nil {
				t.Fatal(err)
			}
			if !c.Held {
				out = append(out, c.Facts)
			}
		}
		return out
	}
	first := facts(filepath.Join(testkit.Root(t), "internal", "harvest", "testdata", "publiccode"))
	if len(first) != 2 {
		t.Fatalf("%d files", len(first))
	}
	for _, f := range first {
		f.Licences = f.Licences[:1] // how several go together cannot be written
		f.Aliases = nil             // of which language they are is not kept
		f.Standards = f.Standards[:min(1, len(f.Standards))]
		raw, err := export.Publiccode(&good.Good{Slug: "x", Facts: f}, "https://stoa.example")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "publiccode.yml")
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		back := facts(file)
		if len(back) != 1 {
			t.Fatalf("%s\n%s", f.Name, raw)
		}
		if diff := cmp.Diff(f, back[0]); diff != "" {
			t.Errorf("%s: %s\n%s", f.Name, diff, raw)
		}
	}
}
