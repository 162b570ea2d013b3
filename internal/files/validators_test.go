package files_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/testkit"
)

// awkward are goods whose texts try a format's syntax.
func awkward() []*good.Good {
	var out []*good.Good
	for i, name := range []string{"OpenCRVS", `Quotes " ' \ {braces} # & <b>`, "数字公共产品: ليبيا", "- no: list", "100% _under_ $ ~ ^"} {
		g := &good.Good{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Slug: good.Slugify(name), Stage: good.Recognised, Updated: time.Date(2026, 11, 24, 1, 2, 3, 0, time.UTC)}
		g.Facts = good.Facts{Name: name, Aliases: []string{"Other " + name}, Kinds: []good.Kind{good.Kinds[i%len(good.Kinds)]}, Website: "https://opencrvs.example",
			Summary:      good.Text{"en": "Registers births: deaths & <more>.\n\n" + name, "fr": "Enregistre « tout »."},
			Repositories: []good.Link{{URL: "https://git.example/a"}, {URL: "https://git.example/b"}}, Documentation: []good.Link{{Name: name, URL: "https://docs.example/"}},
			Licences: []good.Licence{{SPDX: "MPL-2.0"}, {SPDX: "CC-BY-3.0-IGO"}, {SPDX: "MIT"}}, Goals: []good.Goal{{SDG: 16}}, Languages: []string{"en", "pt-BR"}, Sectors: []string{"health"},
			Parties:     []good.Party{{Name: name + " Ltd", Role: good.Owner, Website: "https://owner.example/über uns"}, {Name: "Jembi", Role: good.Maintainer}, {Name: "Fund", Role: good.Funder}},
			DevelopedIn: []string{"BD"}, Deployments: []good.Deployment{{Country: "BD"}, {Country: "NA"}}, Identifiers: map[string]string{"dpgid": "GID1"}}
		out = append(out, g, &good.Good{ID: g.ID, Slug: g.Slug, Updated: g.Updated, Facts: good.Facts{Name: name}})
	}
	return out
}

// Other people's readers take what Stoa gives away, and refuse what is broken.
func TestOthersReadWhatIsGivenAway(t *testing.T) {
	const base = "https://stoa.example"
	var docs []testkit.Document
	add := func(kind, name string, text []byte, err error) {
		if err != nil {
			t.Fatal(name, err)
		}
		docs = append(docs, testkit.Document{Name: name, Kind: kind, Text: string(text)})
	}
	for _, g := range awkward() {
		name := g.Name
		if len(g.Kinds) == 0 {
			name += " (nothing but a name)"
		}
		b, err := export.JSONLD(g, base)
		add("jsonld", "JSON-LD of "+name, b, err)
		b, err = export.CodeMeta(g, base)
		add("jsonld", "CodeMeta of "+name, b, err)
		b, err = export.CFF(g, base)
		add("cff", "CITATION.cff of "+name, b, err)
		add("bibtex", "BibTeX of "+name, []byte(export.BibTeX(g, base)), nil)
	}
	h := open(t, "sqlite:"+filepath.Join(t.TempDir(), "v.db"), 3)
	for path, kind := range map[string]string{"/goods.atom": "xml", "/goods.atom?q=nothing-has-this-name": "xml", "/sitemap.xml": "xml", "/opensearch.xml": "xml",
		"/goods.cff": "cff", "/goods.cff?q=nothing-has-this-name": "cff", "/goods.cff?lang=ar": "cff"} {
		body, _ := h.get(t, path, 200)
		add(kind, path, []byte(body), nil)
	}
	api, err := os.ReadFile(filepath.Join(testkit.Root(t), "api", "openapi.yaml"))
	add("openapi", "OpenAPI", api, err)
	broken := []testkit.Document{{Name: "broken JSON-LD", Kind: "jsonld", Text: `{"@context":"https://schema.org","@type":"Dataset","@id":"https://a.example","nmae":"x","name":"a","url":"b","license":"c"}`},
		{Name: "broken XML", Kind: "xml", Text: "<feed><entry></feed>"}, {Name: "broken OpenAPI", Kind: "openapi", Text: "openapi: 3.1.0\ninfo: {}\npaths: {}\n"},
		{Name: "broken CITATION.cff", Kind: "cff", Text: "title: [\n"}, {Name: "incomplete CITATION.cff", Kind: "cff", Text: "cff-version: 1.2.0\ntitle: x\nmessage: cite it\n"},
		{Name: "broken BibTeX", Kind: "bibtex", Text: "@software{x, title = {a"}}
	found := testkit.Judge(t, append(docs, broken...))
	for _, d := range broken {
		if found[d.Name] == "" {
			t.Errorf("nothing is said of %s", d.Name)
		}
		delete(found, d.Name)
	}
	for name, problem := range found {
		t.Errorf("%s: %s", name, problem)
	}
	t.Logf("%d documents", len(docs))
}
