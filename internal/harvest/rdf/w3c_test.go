//go:build w3c

package rdf

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

// known are tests of the W3C that are not passed on purpose.
var known = map[string]string{
	"rdfms-xml-literal-namespaces": "a literal of XML is kept as its text",
	"xml-canon":                    "a literal of XML is kept as its text",
	"rdfms-xmllang/test00":         "a literal of XML is kept as its text",
}

// TestTheSuiteOfTheW3C takes the suite where it lies: STOA_W3C_RDF names the
// folder "rdf/rdf11" of a copy of https://github.com/w3c/rdf-tests.
func TestTheSuiteOfTheW3C(t *testing.T) {
	dir := os.Getenv("STOA_W3C_RDF")
	if dir == "" {
		t.Fatal("STOA_W3C_RDF names no copy of the suite")
	}
	for _, suite := range []struct {
		folder string
		read   func([]byte, string) (*Graph, error)
	}{{"rdf-turtle", Turtle}, {"rdf-xml", XML}} {
		base := "https://w3c.github.io/rdf-tests/rdf/rdf11/" + suite.folder + "/"
		fsys := os.DirFS(path.Join(dir, suite.folder))
		raw := file(t, fsys, "manifest.ttl")
		m, err := Turtle(raw, base+"manifest.ttl")
		if err != nil {
			t.Fatal(err)
		}
		passed, failed := 0, 0
		m.Each(func(s Term, p string, o Term) {
			name, ok := strings.CutPrefix(o.Value, base)
			if !ok || p != "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#action" {
				return
			}
			kind := m.Objects(s, RDFType)[0].Value
			g, err := suite.read(file(t, fsys, name), base+name)
			var why error
			switch {
			case strings.Contains(kind, "Negative"):
				if err == nil {
					why = errors.New("taken, and is wrong")
				}
			case err != nil:
				why = err
			case strings.Contains(kind, "Eval"):
				want, err := Turtle(file(t, fsys, strings.TrimPrefix(m.Objects(s, "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#result")[0].Value, base)), "")
				if err != nil {
					t.Fatal(err)
				}
				if a, b := canonical(t, g), canonical(t, want); a != b {
					why = errors.New("says\n" + a + "and not\n" + b)
				}
			}
			if why == nil {
				passed++
				return
			}
			failed++
			for part, excuse := range known {
				if strings.Contains(name, part) {
					t.Logf("%s: %s", name, excuse)
					return
				}
			}
			t.Errorf("%s (%s): %v", name, s.Value, why)
		})
		t.Logf("%s: %d passed, %d not", suite.folder, passed, failed)
		if passed < 100 {
			t.Errorf("only %d tests of %s were looked at", passed, suite.folder)
		}
	}
}

func file(t *testing.T, fsys fs.FS, name string) []byte {
	t.Helper()
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
