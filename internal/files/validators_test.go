package files_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/testkit"
)

// document is one text for other people's validators.
type document struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// judged is what the validators find wrong, by the document's name.
func judged(t *testing.T, docs []document) map[string]string {
	t.Helper()
	dir := filepath.Join(testkit.Root(t), "internal", "testkit", "validators")
	_, err := os.Stat(filepath.Join(dir, "node_modules", "jsonld"))
	node, lookErr := exec.LookPath("node")
	testkit.Need(t, "validators from npm (npm ci in internal/testkit/validators)", err == nil && lookErr == nil)
	in, err := json.Marshal(docs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "check.mjs")
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(in)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var found []struct{ Name, Problem string }
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	wrong := map[string]string{}
	for _, f := range found {
		wrong[f.Name] = f.Problem
	}
	return wrong
}

// awkward are goods whose texts try a format's syntax.
func awkward() []*good.Good {
	var out []*good.Good
	for i, name := range []string{"OpenCRVS", `Quotes " ' \ {braces} # & <b>`, "数字公共产品: ليبيا", "- no: list", "100% _under_ $ ~ ^"} {
		g := &good.Good{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Slug: good.Slugify(name), Stage: good.Recognised, Updated: time.Date(2026, 11, 24, 1, 2, 3, 0, time.UTC)}
		g.Facts = good.Facts{Name: name, Aliases: []string{"Other " + name}, Kinds: []good.Kind{good.Kinds[i%len(good.Kinds)]}, Website: "https://opencrvs.example",
			Summary:      good.Text{"en": "Registers births: deaths & <more>.\n\n" + name, "fr": "Enregistre « tout »."},
			Repositories: []good.Link{{URL: "https://git.example/a"}, {URL: "https://git.example/b"}}, Documentation: []good.Link{{Name: name, URL: "https://docs.example/"}},
			Licences: []good.Licence{{SPDX: "MPL-2.0"}, {SPDX: "MIT"}}, Goals: []good.Goal{{SDG: 16}}, Languages: []string{"en", "pt-BR"}, Sectors: []string{"health"},
			Parties:     []good.Party{{Name: name + " Ltd", Role: good.Owner, Website: "https://owner.example"}, {Name: "Jembi", Role: good.Maintainer}, {Name: "Fund", Role: good.Funder}},
			DevelopedIn: []string{"BD"}, Deployments: []good.Deployment{{Country: "BD"}, {Country: "NA"}}, Identifiers: map[string]string{"dpgid": "GID1"}}
		out = append(out, g, &good.Good{ID: g.ID, Slug: g.Slug, Updated: g.Updated, Facts: good.Facts{Name: name}})
	}
	return out
}

// Other people's readers take what Stoa gives away, and refuse what is broken.
func TestOthersReadWhatIsGivenAway(t *testing.T) {
	const base = "https://stoa.example"
	var docs []document
	add := func(kind, name string, text []byte, err error) {
		if err != nil {
			t.Fatal(name, err)
		}
		docs = append(docs, document{name, kind, string(text)})
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
	for _, path := range []string{"/goods.atom", "/goods.atom?q=nothing-has-this-name", "/sitemap.xml", "/opensearch.xml"} {
		body, _ := h.get(t, path, 200)
		add("xml", path, []byte(body), nil)
	}
	api, err := os.ReadFile(filepath.Join(testkit.Root(t), "api", "openapi.yaml"))
	add("openapi", "OpenAPI", api, err)
	broken := []document{{"broken JSON-LD", "jsonld", `{"@context":"https://schema.org","@type":"Dataset","@id":"https://a.example","nmae":"x","name":"a","url":"b","license":"c"}`},
		{"broken XML", "xml", "<feed><entry></feed>"}, {"broken OpenAPI", "openapi", "openapi: 3.1.0\ninfo: {}\npaths: {}\n"},
		{"broken CITATION.cff", "cff", "title: [\n"}, {"broken BibTeX", "bibtex", "@software{x, title = {a"}}
	found := judged(t, append(docs, broken...))
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
