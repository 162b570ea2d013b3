package files_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/harvest/connect"
)

// shapes are what DCAT-AP 3 demands of each class: predicates that must be
// there, with what they must hold.
var shapes = map[string]map[string]string{
	"dcat:Catalog":      {"dct:title": "literal", "dct:description": "literal", "dct:publisher": "agent", "dcat:dataset": "iri"},
	"dcat:Dataset":      {"dct:title": "literal", "dct:description": "literal"},
	"dcat:Distribution": {"dcat:accessURL": "iri"},
	"foaf:Agent":        {"foaf:name": "literal"},
}

// against holds a node, and those in it, against the shapes of its classes.
func against(t *testing.T, n map[string]any) {
	t.Helper()
	for _, class := range n["@type"].([]any) {
		for predicate, what := range shapes[class.(string)] {
			values, _ := n[predicate].([]any)
			if len(values) == 0 {
				t.Errorf("a %v lacks %s: %v", class, predicate, n)
			}
			for _, v := range values {
				v := v.(map[string]any)
				if ok := map[string]bool{"literal": v["@value"] != nil, "iri": v["@id"] != nil, "agent": v["@type"] != nil}[what]; !ok {
					t.Errorf("%s of a %v is no %s: %v", predicate, class, what, v)
				}
			}
		}
	}
	for _, values := range n {
		list, _ := values.([]any)
		for _, v := range list {
			if inner, ok := v.(map[string]any); ok && inner["@type"] != nil && inner["@value"] == nil {
				against(t, inner)
			}
		}
	}
}

// TestTheCatalogueIsReadPageByPageInDCAT walks the pages in both forms and
// holds them against the shapes.
func TestTheCatalogueIsReadPageByPageInDCAT(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/stoa.db", 230)
	var seen []string
	pages := 0
	for path := "/catalog"; path != ""; pages++ {
		body, header := h.get(t, path, 200, "Accept", "application/ld+json")
		var doc struct {
			Context map[string]string `json:"@context"`
			Graph   []map[string]any  `json:"@graph"`
		}
		if err := json.Unmarshal([]byte(body), &doc); err != nil || doc.Context["dcat"] != "http://www.w3.org/ns/dcat#" || header.Get("Content-Type") != "application/ld+json" {
			t.Fatalf("%v %v", err, header)
		}
		next := ""
		for _, n := range doc.Graph {
			against(t, n)
			if slices.Contains(n["@type"].([]any), any("dcat:Dataset")) {
				seen = append(seen, n["@id"].(string))
			}
			if to, ok := n["hydra:next"].([]any); ok {
				next = strings.TrimPrefix(to[0].(map[string]any)["@id"].(string), h.url)
			}
		}
		turtle, header := h.get(t, path, 200, "Accept", "text/turtle;q=0.9, text/html;q=0.1")
		if n := strings.Count(turtle, " a dcat:Dataset"); n != min(100, 230-100*pages) || !strings.HasPrefix(header.Get("Content-Type"), "text/turtle") {
			t.Errorf("%s: %d datasets in Turtle", path, n)
		}
		if path = next; path != "" && header.Get("Link") != "<"+h.url+next+`>; rel="next"` {
			t.Errorf("%q leads elsewhere than %s", header.Get("Link"), next)
		}
	}
	slices.Sort(seen)
	if len(slices.Compact(seen)) != 230 || pages != 3 {
		t.Errorf("%d goods on %d pages", len(seen), pages)
	}
	one, header := h.get(t, "/catalog/good-003", 200, "Accept", "text/turtle")
	for _, want := range []string{"<" + h.url + "/catalog/good-003> a dcat:Dataset, schema:SoftwareApplication", `"Counts & checks <b>things</b>"@en, "Compte"@fr`, "<http://metadata.un.org/sdg/4>"} {
		if !strings.Contains(one, want) {
			t.Errorf("no %s in\n%s", want, one)
		}
	}
	h.get(t, "/catalog/good-003", 304, "Accept", "text/turtle", "If-None-Match", header.Get("Etag"))
	h.get(t, "/catalog", 406, "Accept", "application/rdf+xml")
	h.get(t, "/catalog?after=nowhere", 400)
	h.get(t, "/catalog/absent", 404)
}

// TestTheCatalogueIsReadByAnother reads all pages of the catalogue by the
// connector that reads others' catalogues.
func TestTheCatalogueIsReadByAnother(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/stoa.db", 230)
	client := connect.NewClient(http.DefaultClient, &connect.Hosts{}, connect.Manners{Rate: 10_000})
	names, pages := map[string]bool{}, 0
	for from, done := (connect.State{}), false; !done; pages++ {
		c, err := connect.New("dcat", connect.Config{Source: good.Source{ID: "other-stoa"}, Address: h.url + "/catalog"}, client)
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.Page(t.Context(), from)
		if err != nil || len(p.Faults) > 0 || p.Total != 230 {
			t.Fatalf("%v %+v, %d in all", err, p.Faults, p.Total)
		}
		for _, one := range p.Candidates {
			f := one.Facts
			if names[f.Name] = true; one.Held || f.Summary["fr"] != "Compte" || len(f.Goals) != 1 || len(f.Deployments) != 1 || !slices.Equal(f.Kinds, []good.Kind{good.Software}) {
				t.Fatalf("%v %+v", one.Reasons, f)
			}
		}
		from, done = p.Next, p.Done
	}
	if len(names) != 230 || pages != 3 {
		t.Errorf("%d goods on %d pages", len(names), pages)
	}
}
