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

// document is a server of one document.
type document struct{ body, tag string }

// ServeHTTP implements http.Handler.
func (d *document) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", d.tag)
	if d.tag != "" && r.Header.Get("If-None-Match") == d.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	fmt.Fprint(w, d.body)
}

const aRelease = `{"name":"Forms %d","repositoryURL":"https://github.com/agency/forms-%d","description":"Forms without paper. Write to code@agency.example.","homepageURL":"https://forms.agency.example",
 "permissions":{"licenses":[{"name":"CC0 1.0","URL":"https://agency.example/licence"}],"usageType":"%s"},"laborHours":10,"tags":["health","SDG 3","paper"],
 "contact":{"email":"jane@agency.example","name":"Jane Mzolux"},"organization":"Forms Office"}`

func TestAnInventoryOfCode(t *testing.T) {
	d := &document{tag: `"1"`}
	var all []string
	for n := range 240 {
		all = append(all, fmt.Sprintf(aRelease, n, n, "openSource"))
	}
	all[3] = fmt.Sprintf(aRelease, 3, 3, "exemptByNationalSecurity")
	all[4], all[5] = `"no release"`, fmt.Sprintf(aRelease, 6, 6, "openSource")
	d.body = `{"version":"2.0.0","agency":"AGENCY","measurementType":{"method":"modules"},"releases":[` + strings.Join(all, ",") + `]}`
	base := serve(t, d)
	make := func() connect.Connector {
		return open(t, "code-json", base, connect.Config{Address: base + "/code.json"})
	}
	got := whole(t, make, connect.State{})
	if got.pages != 3 || len(got.candidates) != 237 || got.last.Total != 237 || !got.last.Listing || len(got.faults) != 3 {
		t.Fatalf("%d pages, %d candidates of %d, faults %+v", got.pages, len(got.candidates), got.last.Total, got.faults)
	}
	var why []string
	for _, f := range got.faults {
		why = append(why, f.ID+": "+fmt.Sprint(f.Args["Reason"]))
	}
	if !slices.Equal(why, []string{"Forms 3: not-open: exemptByNationalSecurity", "5: not-an-object", "github.com/agency/forms-6: id-twice"}) {
		t.Errorf("%q", why)
	}
	f := got.candidates["github.com/agency/forms-1"].Facts
	if f.Name != "Forms 1" || len(f.Licences) != 1 || f.Licences[0].SPDX != "CC0-1.0" || f.Licences[0].URL != "https://agency.example/licence" || len(f.Goals) != 1 ||
		!slices.Equal(f.Sectors, []string{"health"}) || !slices.Equal(f.Parties, []good.Party{{Name: "Forms Office", Role: good.Owner}}) || strings.Contains(f.Summary["en"], "@") {
		t.Errorf("%+v", f)
	}
	if again := whole(t, make, got.last.Next); !again.last.Unchanged {
		t.Errorf("%+v", again.last)
	}
	// A document that changed meanwhile is begun anew: nothing of it is missed.
	first, err := make().Page(ctx, connect.State{})
	if err != nil {
		t.Fatal(err)
	}
	d.body = strings.Replace(d.body, `{"name":"Forms 0"`, fmt.Sprintf(aRelease, 999, 999, "openSource")+`,{"name":"Forms 0"`, 1)
	if second, err := make().Page(ctx, first.Next); err != nil || second.Candidates[0].ForeignID != "github.com/agency/forms-999" {
		t.Errorf("%v %+v", err, second.Candidates[0].ForeignID)
	}
}

func TestWhatIsNoInventory(t *testing.T) {
	for _, body := range []string{"", "<html>", "[]", `{"agency":"x"}`, `{"releases":[{"name":`, strings.Repeat(`{"releases":[`, 200), "\xff"} {
		base := serve(t, &document{body: body})
		if _, err := open(t, "code-json", base, connect.Config{Address: base}).Page(ctx, connect.State{}); keyOf(err) != "harvest.error.unreadable" {
			t.Errorf("%.30q: %v", body, err)
		}
	}
}

const (
	codeMetaTwo = `{"@context":"https://doi.org/10.5063/schema/codemeta-2.0","@type":"SoftwareSourceCode","@id":"https://doi.org/10.5281/zenodo.1","name":"Well Finder",
 "alternateName":"wf","description":"Finds wells near you. By Jane Mzolux.","codeRepository":"https://codeberg.org/water/wells.git","license":"https://spdx.org/licenses/AGPL-3.0-only",
 "url":"https://wells.example","identifier":"https://doi.org/10.5281/zenodo.1","keywords":["water","SDG 6, health"],"softwareHelp":{"@type":"WebPage","url":"https://wells.example/help","name":"Help"},
 "author":[{"@type":"Person","givenName":"Jane","familyName":"Mzolux","email":"jane@wells.example"},{"@type":"Organization","name":"Water Office","url":"https://water.example"}],
 "funder":{"@type":"Organization","name":"Wells Fund"},"softwareRequirements":[{"@type":"SoftwareApplication","name":"PostgreSQL"}]}`
	codeMetaThree = `{"@context":"https://w3id.org/codemeta/3.0","type":"SoftwareSourceCode","name":"Well Finder","description":"Finds wells near you.","codeRepository":"https://codeberg.org/water/wells",
 "license":["https://spdx.org/licenses/AGPL-3.0-only.html"],"author":{"type":"Organization","name":"Water Office"},"maintainer":{"type":"Person","name":"Jane Mzolux"},"softwareHelp":"https://wells.example/help"}`
)

func TestADocumentOfCodeMeta(t *testing.T) {
	for version, body := range map[string]string{"2": codeMetaTwo, "3": codeMetaThree, "a list": "[" + codeMetaTwo + "]"} {
		base := serve(t, &document{body: body})
		got := whole(t, func() connect.Connector {
			return open(t, "codemeta", base, connect.Config{Address: base + "/codemeta.json"})
		}, connect.State{})
		c := got.candidates["codeberg.org/water/wells"]
		f := c.Facts
		if len(got.candidates) != 1 || c.Held || f.Name != "Well Finder" || len(f.Licences) != 1 || f.Licences[0].SPDX != "AGPL-3.0-only" || len(f.Documentation) != 1 ||
			f.Summary["en"] == "" || strings.Contains(fmt.Sprint(f), "Mzolux") || len(c.Contacts) != 1 || f.Parties[0].Name != "Water Office" || f.Parties[0].Role != good.Owner {
			t.Errorf("version %s: held %v, %v %+v", version, c.Held, c.Reasons, f)
		}
		if version == "2" && (f.Identifiers["doi"] != "10.5281/zenodo.1" || !slices.Equal(f.Aliases, []string{"wf"}) || len(f.Goals) != 1 || !slices.Equal(f.Sectors, []string{"water-sanitation", "health"}) ||
			f.Website != "https://wells.example" || len(f.Parties) != 2 || f.Parties[1].Role != good.Funder || f.Documentation[0].Name != "Help") {
			t.Errorf("%+v", f)
		}
	}
	for _, body := range []string{"{}", "", `{"@context":"https://unknown.example/c","@type":"SoftwareSourceCode"}`, `{"@context":"https://w3id.org/codemeta/3.0","type":"Person"}`, `{"@context":{"a":{"@id":7}}}`} {
		base := serve(t, &document{body: body})
		if _, err := open(t, "codemeta", base, connect.Config{Address: base}).Page(ctx, connect.State{}); keyOf(err) != "harvest.error.unreadable" {
			t.Errorf("%.30q: %v", body, err)
		}
	}
}

const aCitation = `cff-version: 1.2.0
message: Cite it.
title: Well Finder
type: software
abstract: Finds wells near you. By Jane Mzolux.
repository-code: https://codeberg.org/water/wells
url: "https://wells.example"
license: [AGPL-3.0-only]
doi: 10.5281/zenodo.1
keywords: [water, SDG 6, health]
authors:
  - family-names: Mzolux
    given-names: Jane
    orcid: https://orcid.org/0000-0000-0000-0000
  - name: Water Office
    website: https://water.example
references:
  - type: data
    title: Wells of the world
    url: https://data.example/wells
    authors: [{name: Data Office}]
    license: CC-BY-4.0
  - type: article
    title: On wells
    authors: [{family-names: Mzolux}]
`

func TestACitation(t *testing.T) {
	base := serve(t, &document{body: aCitation})
	got := whole(t, func() connect.Connector {
		return open(t, "citation", base, connect.Config{Address: base + "/CITATION.cff"})
	}, connect.State{})
	c := got.candidates["codeberg.org/water/wells"]
	f := c.Facts
	if len(got.candidates) != 1 || c.Held || f.Name != "Well Finder" || !slices.Equal(f.Kinds, []good.Kind{good.Software}) || f.Website != "https://wells.example" ||
		len(f.Licences) != 1 || f.Identifiers["doi"] != "10.5281/zenodo.1" || len(f.Goals) != 1 || !slices.Equal(f.Sectors, []string{"water-sanitation", "health"}) ||
		!slices.Equal(f.Parties, []good.Party{{Name: "Water Office", Website: "https://water.example", Role: good.Owner}}) || len(c.Contacts) != 1 || strings.Contains(fmt.Sprint(f), "Mzolux") {
		t.Errorf("held %v, %v %+v", c.Held, c.Reasons, f)
	}
	works := whole(t, func() connect.Connector {
		return open(t, "citation", base, connect.Config{Address: base, Options: map[string]string{"works": "references"}})
	}, connect.State{})
	if data := works.candidates["data.example/wells"]; len(works.candidates) != 2 || !slices.Equal(data.Facts.Kinds, []good.Kind{good.Data}) || data.Facts.Licences[0].SPDX != "CC-BY-4.0" {
		t.Errorf("%+v", data.Facts)
	}
	for _, body := range []string{"", "title: none of the format", "cff-version: [never closed", "a: &a [*a]\ncff-version: 1.2.0\nb: *a", "- a\n- b"} {
		base := serve(t, &document{body: body})
		if p, err := open(t, "citation", base, connect.Config{Address: base}).Page(ctx, connect.State{}); keyOf(err) != "harvest.error.unreadable" && (len(p.Candidates) != 1 || !p.Candidates[0].Held) {
			t.Errorf("%.30q: %+v %v", body, p, err)
		}
	}
}

func FuzzCodeJSON(f *testing.F) {
	f.Add([]byte(`{"agency":"A","releases":[` + fmt.Sprintf(aRelease, 1, 1, "openSource") + `]}`))
	fuzzPage(f, "code-json", "")
}

func FuzzCodeMeta(f *testing.F) {
	f.Add([]byte(codeMetaTwo))
	f.Add([]byte(codeMetaThree))
	fuzzPage(f, "codemeta", "")
}

func FuzzCitation(f *testing.F) {
	f.Add([]byte(aCitation))
	fuzzPage(f, "citation", "")
}
