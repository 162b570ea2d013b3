package connect_test

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/harvest/connect"
	"stoa/internal/testkit"
)

// TestWhatStoaWritesIsReadBack writes a good of which all is known in each form
// and reads it by the connector for it: what the form has a place for comes back
// as it was.
func TestWhatStoaWritesIsReadBack(t *testing.T) {
	const stoa = "https://stoa.example"
	for _, form := range []struct {
		name, kind, media string
		write             func(g *good.Good) ([]byte, error)
		options           map[string]string
	}{
		{name: "dcat", kind: "dcat", media: "application/ld+json", write: func(g *good.Good) ([]byte, error) { return export.DCAT(stoa, nil, []*good.Good{g}, true) }},
		{name: "dcat", kind: "dcat", media: "text/turtle", write: func(g *good.Good) ([]byte, error) { return export.DCAT(stoa, nil, []*good.Good{g}, false) }},
		{name: "code.json", kind: "code-json", write: func(g *good.Good) ([]byte, error) { return export.CodeJSON(g, stoa) }},
		{name: "codemeta.json", kind: "codemeta", write: func(g *good.Good) ([]byte, error) { return export.CodeMeta(g, stoa) }},
		{name: "cff", kind: "citation", write: func(g *good.Good) ([]byte, error) { return export.CFF(g, stoa) }},
		{name: "cff", kind: "citation", options: map[string]string{"works": "references"}, write: func(g *good.Good) ([]byte, error) {
			head, err := export.CFFHead("Goods", stoa)
			one, err2 := export.CFFReference(g, stoa)
			return slices.Concat(head, []byte(export.CFFReferences), one), cmp.Or(err, err2)
		}},
	} {
		name := form.name + " " + form.media
		base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			raw, err := form.write(testkit.FullGood())
			if err != nil {
				t.Error(err)
			}
			w.Header().Set("Content-Type", form.media)
			_, _ = w.Write(raw)
		}))
		got := whole(t, func() connect.Connector {
			return open(t, form.kind, base, connect.Config{Address: base + "/x", Options: form.options})
		}, connect.State{})
		if len(got.candidates) != 1 || len(got.faults) != 0 {
			t.Fatalf("%s: %d candidates, faults %+v", name, len(got.candidates), got.faults)
		}
		for _, c := range got.candidates {
			if c.Held {
				t.Errorf("%s: held: %v", name, c.Reasons)
			}
			if diff := gocmp.Diff(held(form.name), kept(c)); diff != "" {
				t.Errorf("%s (- what the form holds, + what came back):\n%s", name, diff)
			}
		}
	}
	raw, err := export.Publiccode(testkit.FullGood(), stoa)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(held("publiccode.yml"), kept(harvest.Posted("src", "1", raw, []string{"https://git.example/a"}))); diff != "" {
		t.Errorf("publiccode.yml (- what the form holds, + what came back):\n%s", diff)
	}
}

// held are the facts of the sample that a form has a place for.
func held(form string) good.Facts {
	g := testkit.FullGood()
	for lang, text := range g.Summary {
		g.Summary[lang] = strings.TrimSpace(text)
	}
	for _, part := range slices.Backward(export.Omits[form]) { // what is of a part before the part
		if part != "kinds" { // a form for software alone says so by what it is
			testkit.Without[part](g)
		}
	}
	slices.SortFunc(g.Parties, byRole)
	return g.Facts
}

func byRole(a, b good.Party) int { return strings.Compare(string(a.Role), string(b.Role)) }

// kept are the facts that came back.
func kept(c harvest.Candidate) good.Facts {
	f := c.Facts
	f.Cite = nil
	slices.SortFunc(f.Parties, byRole)
	return f
}
