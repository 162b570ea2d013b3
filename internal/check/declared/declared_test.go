package declared

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// said is what a file declares, in one line.
func said(f *Facts) string {
	var parts []string
	for _, c := range f.Licences {
		parts = append(parts, fmt.Sprintf("%s (line %d)", c.Text, c.Line))
	}
	join := " and "
	if f.Choice {
		join = " or "
	}
	s := strings.TrimSpace(f.Form + ": " + strings.Join(parts, join))
	if f.Private {
		s += "; private"
	}
	if len(f.Owners) > 0 {
		s += "; owners " + strings.Join(f.Owners, ", ")
	}
	if len(f.Authors) > 0 {
		s += "; authors " + strings.Join(f.Authors, ", ")
	}
	if f.Publisher != "" {
		s += "; publisher " + f.Publisher
	}
	return s
}

func TestEachFormIsRead(t *testing.T) {
	a, err := txtar.ParseFile(filepath.Join("testdata", "forms.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(a.Comment)) {
		if name, text, found := strings.Cut(strings.TrimSpace(line), " → "); found {
			want[name] = text
		}
	}
	if len(want) != len(a.Files) {
		t.Errorf("%d files and %d statements", len(a.Files), len(want))
	}
	forms := map[string]bool{}
	for _, f := range a.Files {
		if facts := Card(f.Data); facts != nil {
			if got := said(facts); got != want[f.Name] {
				t.Errorf("%s → %s\nwant %s", f.Name, got, want[f.Name])
			}
			continue
		}
		facts, err := Parse(f.Name, f.Data)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		forms[facts.Form] = true
		if got := said(facts); got != want[f.Name] {
			t.Errorf("%s → %s\nwant %s", f.Name, got, want[f.Name])
		}
	}
	for name, f := range byName {
		if !forms[f.name] {
			t.Errorf("no test reads a file of the form %s (%s)", f.name, name)
		}
	}
}

func TestRubbishIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"package.json": "{", "Cargo.toml": "[[[", "pom.xml": "<project>", "publiccode.yml": "a: [b", "pyproject.toml": strings.Repeat("[", 5000),
		"citation.cff": "- a", "codemeta.json": "[]", "README.md": "# x", "x.csproj": "<P>", "package.json.bak": "{}",
	} {
		if _, err := Parse(name, []byte(text)); !errors.Is(err, ErrShape) {
			t.Errorf("%s with %.10q: %v", name, text, err)
		}
	}
	if _, err := Parse("package.json", make([]byte, MaxSize+1)); !errors.Is(err, ErrShape) {
		t.Error("a file of any length is read")
	}
}

func FuzzParse(f *testing.F) {
	a, err := txtar.ParseFile(filepath.Join("testdata", "forms.txtar"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range a.Files {
		f.Add(filepath.Base(file.Name), file.Data)
	}
	f.Add("pubspec.yaml", []byte("a: &a [*a]\nlicense: *a"))
	f.Add("package.json", []byte(`{"license": [{"type": 3}, null], "author": []}`))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		Card(text)
		facts, err := Parse(name, text)
		if err != nil {
			return
		}
		for _, c := range facts.Licences {
			if strings.TrimSpace(c.Text) == "" || c.Line < 0 || c.Line > 1+strings.Count(string(text), "\n") {
				t.Fatalf("%s: %+v", name, c)
			}
		}
	})
}
