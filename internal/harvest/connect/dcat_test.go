package connect_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/harvest/connect"
)

// The same two data sets in each form.
const (
	inTurtle = `@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
<BASE/catalogue> a dcat:Catalog ; dcat:dataset <BASE/set/rain>, <BASE/set/wells> .
<BASE/set/rain> a dcat:Dataset ; dct:title "Pluie"@fr, "Rainfall"@en ; dct:description "Rain since 1950, ask rain@office.example."@en, "Pluie depuis 1950."@fr ;
  dct:identifier "https://doi.org/10.5555/RAIN" ; dcat:keyword "SDG 13", "weather" ; dcat:landingPage <https://rain.example/> ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ;
  dct:language <http://publications.europa.eu/resource/authority/language/FRA> ; foaf:page <https://rain.example/guide> ;
  dct:publisher [ a foaf:Organization ; foaf:name "Rain Office" ; foaf:homepage <https://office.example/> ] ;
  dct:creator [ a foaf:Person ; foaf:name "Jane Mzolux" ] ;
  dcat:contactPoint [ a vcard:Kind ; vcard:fn "Amin Qrelbat" ; vcard:hasEmail <mailto:amin@office.example> ] ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://rain.example/data> ; dct:license <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> ],
    [ a dcat:Distribution ; dcat:accessURL <https://rain.example/data> ] .
<BASE/set/wells> a dcat:Dataset ; dct:title "Wells" ; dct:description "Where there are wells." ; dct:license "who knows" .
`
	inXML = `<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/"
 xmlns:foaf="http://xmlns.com/foaf/0.1/" xmlns:vcard="http://www.w3.org/2006/vcard/ns#">
<dcat:Catalog rdf:about="BASE/catalogue"><dcat:dataset>
 <dcat:Dataset rdf:about="BASE/set/rain"><dct:title xml:lang="fr">Pluie</dct:title><dct:title xml:lang="en">Rainfall</dct:title>
  <dct:description xml:lang="en">Rain since 1950, ask rain@office.example.</dct:description><dct:description xml:lang="fr">Pluie depuis 1950.</dct:description>
  <dct:identifier>https://doi.org/10.5555/RAIN</dct:identifier><dcat:keyword>SDG 13</dcat:keyword><dcat:keyword>weather</dcat:keyword>
  <dcat:landingPage rdf:resource="https://rain.example/"/><dcat:theme rdf:resource="http://publications.europa.eu/resource/authority/data-theme/ENVI"/>
  <dct:language rdf:resource="http://publications.europa.eu/resource/authority/language/FRA"/><foaf:page rdf:resource="https://rain.example/guide"/>
  <dct:publisher><foaf:Organization><foaf:name>Rain Office</foaf:name><foaf:homepage rdf:resource="https://office.example/"/></foaf:Organization></dct:publisher>
  <dct:creator><foaf:Person><foaf:name>Jane Mzolux</foaf:name></foaf:Person></dct:creator>
  <dcat:contactPoint rdf:parseType="Resource"><vcard:fn>Amin Qrelbat</vcard:fn><vcard:hasEmail rdf:resource="mailto:amin@office.example"/></dcat:contactPoint>
  <dcat:distribution><dcat:Distribution><dcat:accessURL rdf:resource="https://rain.example/data"/>
   <dct:license rdf:resource="http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"/></dcat:Distribution></dcat:distribution>
 </dcat:Dataset></dcat:dataset><dcat:dataset>
 <dcat:Dataset rdf:about="BASE/set/wells"><dct:title>Wells</dct:title><dct:description>Where there are wells.</dct:description><dct:license>who knows</dct:license></dcat:Dataset>
</dcat:dataset></dcat:Catalog></rdf:RDF>`
	// as data.json of the United States has it, leaning on a context of which there is a copy
	inJSON = `{"@context":"https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld","@id":"BASE/catalogue","@type":"dcat:Catalog","dataset":[
 {"@id":"BASE/set/rain","@type":"dcat:Dataset","title":"Rainfall","description":"Rain since 1950, ask rain@office.example.","identifier":"https://doi.org/10.5555/RAIN",
  "keyword":["SDG 13","weather"],"landingPage":"https://rain.example/","theme":["environment"],"language":["fr"],"references":["https://x.example/"],
  "publisher":{"@type":"org:Organization","name":"Rain Office"},"contactPoint":{"@type":"vcard:Contact","fn":"Amin Qrelbat","hasEmail":"mailto:amin@office.example"},
  "license":"https://creativecommons.org/licenses/by/4.0/",
  "distribution":[{"@type":"dcat:Distribution","accessURL":"https://rain.example/data","mediaType":"text/csv"}]},
 {"@id":"BASE/set/wells","@type":"dcat:Dataset","title":"Wells","description":"Where there are wells.","license":"who knows"}]}`
)

func TestACatalogueOfDataInEachForm(t *testing.T) {
	for _, form := range []struct{ media, body string }{{"text/turtle", inTurtle}, {"application/rdf+xml", inXML}, {"application/ld+json", inJSON}, {"", inTurtle}, {"", inXML}, {"text/plain", inJSON}} {
		base := ""
		base = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", form.media)
			w.Header().Set("ETag", `"1"`)
			if r.Header.Get("If-None-Match") == `"1"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(w, strings.ReplaceAll(form.body, "BASE", base))
		}))
		name := form.media + " " + form.body[:20]
		make := func() connect.Connector {
			return open(t, "dcat", base, connect.Config{Address: base + "/catalogue"})
		}
		got := whole(t, make, connect.State{})
		host := strings.TrimPrefix(base, "http://")
		c, other := got.candidates[host+"/set/rain"], got.candidates[host+"/set/wells"]
		f := c.Facts
		if len(got.candidates) != 2 || c.Held || f.Name != "Rainfall" || !slices.Equal(f.Kinds, []good.Kind{good.Data}) || f.Website != "https://rain.example/" ||
			f.Identifiers["doi"] != "10.5555/rain" || len(f.Goals) != 1 || !slices.Equal(f.Sectors, []string{"climate", "environment"}) || !slices.Equal(f.Languages, []string{"fr"}) ||
			len(f.Licences) != 1 || f.Licences[0].SPDX != "CC-BY-4.0" || len(f.Repositories) != 1 || f.Repositories[0].URL != "https://rain.example/data" ||
			len(f.Parties) != 1 || f.Parties[0].Name != "Rain Office" || f.Parties[0].Role != good.Owner {
			t.Errorf("%s: held %v %+v", name, c.Held, f)
		}
		for _, text := range f.Summary {
			if strings.Contains(text, "rain@") || !strings.Contains(text, "1950") {
				t.Errorf("%s: %q", name, text)
			}
		}
		if form.body != inJSON && (!slices.Equal(f.Aliases, []string{"Pluie"}) || f.Summary["fr"] == "" || len(f.Documentation) != 1 || f.Parties[0].Website != "https://office.example/") {
			t.Errorf("%s: %+v", name, f)
		}
		if len(c.Contacts) < 2 || strings.Contains(fmt.Sprint(f), "Mzolux") || strings.Contains(fmt.Sprint(f), "Qrelbat") {
			t.Errorf("%s: contacts %+v", name, c.Contacts)
		}
		if other.Held || len(other.Facts.Licences) != 0 || !slices.Contains(other.Reasons, "language-assumed: en") {
			t.Errorf("%s: %v %+v", name, other.Reasons, other.Facts)
		}
		if again := whole(t, make, got.last.Next); !again.last.Unchanged || len(again.candidates) != 0 {
			t.Errorf("%s: asked again: %+v", name, again.last)
		}
	}
}

func TestACatalogueInPages(t *testing.T) {
	base := ""
	next := "/catalogue?page=%d"
	base = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := 1
		_, _ = fmt.Sscanf(r.URL.Query().Get("page"), "%d", &n)
		w.Header().Set("Content-Type", "text/turtle")
		fmt.Fprintf(w, "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n")
		fmt.Fprintf(w, "</catalogue> a dcat:Catalog ; hydra:totalItems 3 .\n</set/%d> a dcat:Dataset ; dct:title \"Set %d\"@en .\n", n, n)
		if n < 3 {
			fmt.Fprintf(w, "<?page=%d> a hydra:PartialCollectionView ; hydra:next <"+next+"> .\n", n, n+1)
		}
	}))
	make := func() connect.Connector {
		return open(t, "dcat", base, connect.Config{Address: base + "/catalogue"})
	}
	got := whole(t, make, connect.State{})
	if got.pages != 3 || len(got.candidates) != 3 || got.last.Total != 3 || !got.last.Listing {
		t.Errorf("%+v", got)
	}
	for to, key := range map[string]string{"http://10.0.0.1/catalogue?page=%d": "harvest.error.cursor", "https://elsewhere.example/?%d": "harvest.error.cursor", "/catalogue#%.0d": ""} {
		next = to
		_, err := make().Page(ctx, connect.State{})
		if (key == "") != (err == nil) || key != "" && keyOf(err) != key {
			t.Errorf("%s: %v", to, err)
		}
	}
}

func TestWhatIsNoCatalogue(t *testing.T) {
	for body, key := range map[string]string{
		"@prefix dcat: <http://www.w3.org/ns/dcat#> .\n<a> a dcat:Dataset ; dcat:keyword \"never closed .":             "harvest.error.unreadable",
		`{"@context":"https://evil.example/context.jsonld","@type":"x"}`:                                               "harvest.error.unreadable",
		`{"@context":{"@import":"file:///etc/passwd"},"a":"b"}`:                                                        "harvest.error.unreadable",
		`<!DOCTYPE x [<!ENTITY a "b">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&a;</rdf:RDF>`: "harvest.error.unreadable",
		`<html><body>A portal</body></html>`:                                                                           "harvest.error.unreadable",
		`{"@context":{"@vocab":"https://x.example/"},"title":"nothing of the kind"}`:                                   "harvest.error.not-the-api",
		strings.Repeat(`[{"@context":{"a":`, 500):                                                                      "harvest.error.unreadable", "": "harvest.error.unreadable",
		strings.Repeat("[ <https://a.example> ", 500): "harvest.error.unreadable",
	} {
		base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
		_, err := open(t, "dcat", base, connect.Config{Address: base}).Page(ctx, connect.State{})
		if keyOf(err) != key {
			t.Errorf("%.60s: %v", body, err)
		}
	}
}

func FuzzDCATPage(f *testing.F) {
	f.Add([]byte(inTurtle))
	f.Add([]byte(inXML))
	f.Add([]byte(inJSON))
	fuzzPage(f, "dcat", "/catalogue")
}
