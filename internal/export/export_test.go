package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"stoa/internal/good"
)

const base = "https://stoa.example"

func sample() *good.Good {
	return &good.Good{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Slug: "opencrvs", Stage: good.Recognised, Updated: time.Date(2026, 11, 24, 1, 2, 3, 0, time.UTC),
		Facts: good.Facts{Name: "OpenCRVS", Aliases: []string{"Open CRVS"}, Kinds: []good.Kind{good.Software}, Website: "https://opencrvs.example",
			Summary:      good.Text{"en": "Registers births & deaths.", "fr": "Enregistre les naissances."},
			Repositories: []good.Link{{URL: "https://git.example/opencrvs"}}, Licences: []good.Licence{{SPDX: "MPL-2.0"}},
			Goals: []good.Goal{{SDG: 16}}, Parties: []good.Party{{Name: "Plan & Co_", Role: good.Owner}, {Name: "Jembi", Role: good.Maintainer}},
			Deployments: []good.Deployment{{Country: "BD"}}, Identifiers: map[string]string{"dpgid": "GID1"}}}
}

func TestJSONLDNamesTheGoodAsSchemaOrgDoes(t *testing.T) {
	for kind, want := range map[good.Kind]string{good.Software: "SoftwareApplication", good.AI: "SoftwareApplication", good.Data: "Dataset", good.Standard: "DefinedTermSet", good.Content: "CreativeWork"} {
		g := sample()
		g.Kinds = []good.Kind{kind}
		raw, err := JSONLD(g, base)
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(raw, &doc); err != nil {
			t.Fatal(err)
		}
		if doc["@type"] != want || doc["@id"] != base+"/goods/opencrvs" || doc["name"] != "OpenCRVS" {
			t.Errorf("%s: %s", kind, raw)
		}
		if strings.Contains(string(raw), "null") {
			t.Errorf("%s says null: %s", kind, raw)
		}
	}
}

func TestACitationHasWhatTheFormatDemands(t *testing.T) {
	for _, g := range []*good.Good{sample(), {Slug: "数字", Facts: good.Facts{Name: "数字: #1 {x}", Kinds: []good.Kind{good.Content}}}} {
		raw, err := CFF(g, base)
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := yaml.Unmarshal(raw, &doc); err != nil {
			t.Fatalf("%v in\n%s", err, raw)
		}
		for _, key := range []string{"cff-version", "message", "title", "authors"} {
			if doc[key] == nil {
				t.Errorf("%s is missing in\n%s", key, raw)
			}
		}
		if doc["title"] != g.Name {
			t.Errorf("the name %q came back as %v", g.Name, doc["title"])
		}
	}
}

func TestBibTeXStaysOneEntryWhateverTheNames(t *testing.T) {
	if got := BibTeX(sample(), base); !strings.Contains(got, "author = {{Plan \\& Co\\_}}") || !strings.HasPrefix(got, "@software{opencrvs,") {
		t.Error(got)
	}
	rapid.Check(t, func(t *rapid.T) {
		g := sample()
		g.Name, g.Website = rapid.String().Draw(t, "name"), rapid.String().Draw(t, "site")
		g.Parties = []good.Party{{Name: rapid.String().Draw(t, "owner"), Role: good.Owner}}
		g.Slug = good.Slugify(g.Name)
		depth, ends := 0, 0
		escaped := false
		for _, r := range BibTeX(g, base) {
			switch {
			case escaped:
				escaped = false
			case r == '\\':
				escaped = true
			case r == '{':
				depth++
			case r == '}':
				if depth--; depth == 0 {
					ends++
				}
			}
			if depth < 0 {
				t.Fatal("a brace closes what was never opened")
			}
		}
		if depth != 0 || ends != 1 {
			t.Fatalf("not one whole entry: %s", BibTeX(g, base))
		}
	})
}

func TestCSVHoldsEveryColumnAndNoFormula(t *testing.T) {
	g := sample()
	g.Name = "=HYPERLINK(\"http://evil\")"
	g.Aliases = []string{"a,b", "c\nd"}
	var b bytes.Buffer
	c, err := NewCSV(&b, base)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Write(g); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 2 || len(rows[1]) != len(Columns) {
		t.Fatal(err, rows)
	}
	cell := func(col string) string { return rows[1][slices.Index(Columns, col)] }
	if cell("name") != "'"+g.Name || cell("aliases") != "a,b | c\nd" || cell("deployed_in") != "BD" || cell("owners") != "Plan & Co_" {
		t.Error(rows[1])
	}
}

func TestNDJSONComesBackWhole(t *testing.T) {
	var b bytes.Buffer
	if err := NDJSON(&b, sample()); err != nil {
		t.Fatal(err)
	}
	if bytes.Count(b.Bytes(), []byte("\n")) != 1 {
		t.Error("more than one line")
	}
	var back good.Good
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), &back); diff != "" {
		t.Error(diff)
	}
}

func TestCodeMetaPointsAtTheCode(t *testing.T) {
	raw, err := CodeMeta(sample(), base)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	if doc["codeRepository"] != "https://git.example/opencrvs" || doc["@context"] != "https://w3id.org/codemeta/3.0" {
		t.Errorf("%s", raw)
	}
}

func TestAFeedIsWellFormedWhateverTheGoods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var goods []*good.Good
		for range rapid.IntRange(0, 3).Draw(t, "goods") {
			g := sample()
			g.Name = rapid.String().Draw(t, "name")
			g.Summary = good.Text{"en": rapid.String().Draw(t, "summary")}
			goods = append(goods, g)
		}
		var b bytes.Buffer
		err := Atom(&b, Feed{Base: base, Self: base + "/goods.atom?q=" + rapid.StringMatching(`[ -~]{0,9}`).Draw(t, "q"), Title: "Goods", Lang: "en", Updated: time.Unix(0, 0)}, goods)
		if err != nil {
			t.Fatal(err)
		}
		var feed struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
			Entries []struct {
				ID      string `xml:"id"`
				Updated string `xml:"updated"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(b.Bytes(), &feed); err != nil {
			t.Fatalf("%v in\n%s", err, b.String())
		}
		if feed.ID == "" || feed.Title == "" || feed.Updated == "" || len(feed.Entries) != len(goods) {
			t.Fatalf("a feed lacks what it must have: %s", b.String())
		}
	})
}
