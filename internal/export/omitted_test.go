package export

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/good"
	"stoa/internal/testkit"
)

// written are the forms that this package writes.
var written = map[string]func(*good.Good) ([]byte, error){
	"bib":            func(g *good.Good) ([]byte, error) { return []byte(BibTeX(g, base)), nil },
	"cff":            func(g *good.Good) ([]byte, error) { return CFF(g, base) },
	"code.json":      func(g *good.Good) ([]byte, error) { return CodeJSON(g, base) },
	"codemeta.json":  func(g *good.Good) ([]byte, error) { return CodeMeta(g, base) },
	"dcat":           func(g *good.Good) ([]byte, error) { return DCAT(base, nil, []*good.Good{g}, false) },
	"jsonld":         func(g *good.Good) ([]byte, error) { return JSONLD(g, base) },
	"publiccode.yml": func(g *good.Good) ([]byte, error) { return Publiccode(g, base) },
	"csv": func(g *good.Good) ([]byte, error) {
		var b bytes.Buffer
		c, err := NewCSV(&b, base)
		if err != nil {
			return nil, err
		}
		if err := c.Write(g); err != nil {
			return nil, err
		}
		return b.Bytes(), c.Close()
	},
}

// TestWhatAFormCannotHoldIsNamed takes each part away from a good of which all
// is known: where the document stays as it is, the form has no place for it.
func TestWhatAFormCannotHoldIsNamed(t *testing.T) {
	for form, write := range written {
		before, err := write(testkit.FullGood())
		if err != nil {
			t.Fatal(err)
		}
		var lost []string
		for _, p := range parts {
			g := testkit.FullGood()
			if !p.known(g) {
				t.Fatalf("the sample has no %s", p.name)
			}
			testkit.Without[p.name](g)
			after, err := write(g)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Equal(before, after) {
				lost = append(lost, p.name)
			}
		}
		if diff := cmp.Diff(lost, Omits[form]); diff != "" {
			t.Errorf("%s (- what it has no place for, + what is said):\n%s\n%q", form, diff, lost)
		}
	}
	h := http.Header{}
	Omit(h, "bib", &good.Good{Facts: good.Facts{Name: "x", Languages: []string{"en"}, Aliases: []string{"y"}, Parties: []good.Party{{Name: "z", Role: good.Maintainer}}}})
	if got := h.Get("Stoa-Omitted"); got != "aliases, languages" {
		t.Errorf("of a good of which little is known: %q", got)
	}
}

// TestTheDocsNameWhatEachFormCannotHold compares the table of docs/formats.md.
func TestTheDocsNameWhatEachFormCannotHold(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", "formats.md"))
	if err != nil {
		t.Fatal(err)
	}
	for form, lost := range Omits {
		want := "| `" + form + "` | " + strings.Join(lost, ", ") + " |"
		if !strings.Contains(string(raw), want) {
			t.Errorf("docs/formats.md has no line\n%s", want)
		}
	}
}
