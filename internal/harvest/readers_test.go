package harvest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"stoa/internal/harvest"
	"stoa/internal/vocab"
)

// everyReader reads bytes as whatever a source may send, in every form.
func everyReader(raw []byte) []harvest.Candidate {
	var out []harvest.Candidate
	if p, err := harvest.OAI(raw); err == nil {
		for _, r := range p.Records {
			if r.ID != "" {
				out = append(out, harvest.DublinCore("s", r.ID, r.Elements, len(r.ID)%2 == 0, r.Raw))
			}
		}
	}
	if e := harvest.CKAN("s", "https://data.example", raw); e.ID != "" {
		out = append(out, e.Candidate)
	}
	_ = harvest.CodeJSON("s", bytes.NewReader(raw), func(c *harvest.Candidate, _, _ string) error {
		if c != nil {
			out = append(out, *c)
		}
		return nil
	})
	for _, references := range []bool{false, true} {
		all, _ := harvest.Citation("s", "https://git.example.org/a/b", raw, references)
		out = append(out, all...)
	}
	all, _ := harvest.CodeMeta("s", "https://git.example.org/a/b", raw)
	out = append(out, all...)
	for _, media := range []string{"text/turtle", "application/rdf+xml", "application/ld+json"} {
		if p, err := harvest.DCAT("s", "https://data.example/catalogue", media, raw); err == nil {
			out = append(out, p.Candidates...)
		}
	}
	card := harvest.Card{Source: "s", ForeignID: "models/a/b", ID: "a/b", Address: "https://hub.example/a/b", Readme: raw}
	repo := harvest.Repository{Source: "s", ID: "1", Name: "b", Address: "https://git.example.org/a/b", Files: map[string][]byte{}}
	for _, name := range harvest.Described {
		repo.Files[name] = raw
	}
	return append(out, card.Candidate(), repo.Candidate())
}

var anAddress = regexp.MustCompile(`[\p{L}\d._%+-]+@[\p{L}\d-]+\.\p{L}{2,}`)

// sound says what is wrong with a candidate that is not held, or "".
func sound(c harvest.Candidate) string {
	if len(c.ForeignID) > 500 || !utf8.ValidString(c.ForeignID) {
		return "its id is " + c.ForeignID
	}
	if c.Held {
		return ""
	}
	if c.ForeignID == "" || c.Facts.Name == "" {
		return "it has no id or no name"
	}
	if err := vocab.CheckFacts(&c.Facts); err != nil {
		return err.Error()
	}
	said := c.Facts.Name
	for _, text := range c.Facts.Summary {
		said += "\n" + text
	}
	for _, p := range c.Facts.Parties {
		said += "\n" + p.Name
	}
	if found := anAddress.FindString(said); found != "" {
		return "it tells " + found
	}
	if _, err := json.Marshal(c.Facts); err != nil || !utf8.ValidString(said) {
		return "it is not UTF-8"
	}
	return ""
}

// TestReadersKeepToTheBounds gives each reader more than it may take.
func TestReadersKeepToTheBounds(t *testing.T) {
	long := strings.Repeat("A long paragraph of words that say little. ", 50)
	text := strings.Repeat(long+"\n\n", 5)
	var urls, authors []string
	for n := range 40 {
		at := "https://git.example.org/a/" + strings.Repeat("b", n+1)
		urls = append(urls, at)
		authors = append(authors, "Office "+strings.Repeat("x", n+1))
	}
	meta, err := json.Marshal(map[string]any{"@context": "https://w3id.org/codemeta/3.0", "type": "SoftwareSourceCode", "name": "Well", "description": text, "codeRepository": urls,
		"license": "who knows", "alternateName": []string{strings.Repeat("n", 300), "well"}, "softwareHelp": urls})
	if err != nil {
		t.Fatal(err)
	}
	all, err := harvest.CodeMeta("s", "", meta)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	c := all[0]
	rules := map[string]bool{}
	for _, r := range c.Repairs {
		rules[r.Rule] = true
	}
	if why := sound(c); why != "" || c.Held || len(c.Facts.Repositories) != 20 || len(c.Facts.Documentation) != 20 || len(c.Facts.Aliases) != 0 ||
		!strings.HasSuffix(c.Facts.Summary["en"], "little.") || !rules["list-long"] || !rules["text-too-long"] || !rules["licence-unknown"] {
		t.Errorf("%s, %v, %d repositories, %d pages, aliases %q", why, rules, len(c.Facts.Repositories), len(c.Facts.Documentation), c.Facts.Aliases)
	}
	var cff strings.Builder
	cff.WriteString("cff-version: 1.2.0\ntitle: Well\nauthors:\n")
	for _, name := range authors {
		cff.WriteString("  - name: " + name + "\n")
	}
	works, err := harvest.Citation("s", "https://git.example.org/a/b", []byte(cff.String()), false)
	if err != nil || len(works) != 1 || len(works[0].Facts.Parties) != 20 {
		t.Errorf("%+v %v", works, err)
	}
}

func TestLicencesOfAllKindsOfLists(t *testing.T) {
	for said, want := range map[string]string{
		"http://publications.europa.eu/resource/authority/licence/CC_BY_4_0": "CC-BY-4.0", "http://publications.europa.eu/resource/authority/licence/EUPL_1_2": "EUPL-1.2",
		"https://spdx.org/licenses/MIT.html": "MIT", "https://spdx.org/licenses/AGPL-3.0-only": "AGPL-3.0-only", "http://www.opendefinition.org/licenses/cc-by": "",
		"http://www.opendefinition.org/licenses/odc-odbl": "ODbL-1.0", "cc-zero": "CC0-1.0", "https://creativecommons.org/licenses/by-sa/4.0/": "CC-BY-SA-4.0", "apache-2.0": "Apache-2.0",
		"All rights reserved": "", "openSource": "",
	} {
		e := harvest.CKAN("s", "https://data.example", []byte(`{"id":"1","title":"Well","license_title":`+quote(said)+`}`))
		got := ""
		if len(e.Facts.Licences) == 1 {
			got = e.Facts.Licences[0].SPDX
		}
		if got != want || e.Held || want == "" && !slices.ContainsFunc(e.Repairs, func(r harvest.Repair) bool { return r.Rule == "licence-unknown" }) {
			t.Errorf("%s: %q, %+v", said, got, e.Repairs)
		}
	}
}

func quote(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func FuzzReaders(f *testing.F) {
	for _, seed := range []string{
		`<OAI-PMH><ListRecords><record><header><identifier>oai:x:1</identifier></header><metadata><dc xmlns:d="http://purl.org/dc/elements/1.1/"><d:title>T</d:title><d:identifier>doi:10.5555/x</d:identifier><d:rights>MIT</d:rights></dc></metadata></record></ListRecords></OAI-PMH>`,
		`{"id":"a","title":"T","notes":"N a@b.example","tags":[{"name":"sdg-3"}],"extras":[{"key":"doi","value":"10.5555/x"}],"organization":{"title":"O"}}`,
		`{"agency":"A","releases":[{"name":"N","repositoryURL":"https://git.example/a","permissions":{"usageType":"openSource","licenses":[{"name":"MIT"}]}}]}`,
		"cff-version: 1.2.0\ntitle: T\nauthors: [{name: O}, {family-names: F}]\nreferences: [{type: data, title: D, url: 'https://d.example'}]\n",
		`{"@context":"https://w3id.org/codemeta/3.0","type":"SoftwareSourceCode","name":"N","codeRepository":"https://git.example/a","author":{"type":"Person","name":"P"}}`,
		`@prefix d: <http://www.w3.org/ns/dcat#> . @prefix t: <http://purl.org/dc/terms/> . <a> a d:Dataset ; t:title "T"@fr ; t:description "x y@z.example" .`,
		"---\nlicense: mit\nlanguage: [en]\ntags: [health]\n---\n# T\n\nA paragraph that is long enough to say what the thing is, see [here](x).\n",
		"publiccodeYmlVersion: '0.4'\nname: N\nurl: https://git.example/a\nlegal: {license: MIT}\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, c := range everyReader(raw) {
			if why := sound(c); why != "" {
				t.Errorf("%s: %+v", why, c.Facts)
			}
		}
	})
}

// TestFilesThatDescribeWorks are known by their names, or by what is in them.
func TestFilesThatDescribeWorks(t *testing.T) {
	meta := `{"@context":"https://w3id.org/codemeta/3.0","type":"SoftwareSourceCode","name":"Well","codeRepository":"https://git.example.org/a/b"}`
	cff := "# a file\ncff-version: 1.2.0\ntitle: Well\nrepository-code: https://git.example.org/a/b\n"
	code := `{"agency":"A","releases":[{"name":"Well","repositoryURL":"https://git.example.org/a/b","permissions":{"usageType":"openSource"}},{"name":"Well","repositoryURL":"https://git.example.org/a/b","permissions":{"usageType":"openSource"}},7,{"name":"No","permissions":{"usageType":"exemptByLaw"}}]}`
	turtle := "@prefix d: <http://www.w3.org/ns/dcat#> . @prefix t: <http://purl.org/dc/terms/> .\n<https://d.example/1> a d:Dataset ; t:title \"Well\" ."
	for _, c := range []struct {
		name, body string
		format     harvest.Format
		held       []string // reasons of those that wait for a person
		n          int
	}{
		{"codemeta.json", meta, harvest.CodeMetaFile, nil, 1}, {"sent.json", meta, harvest.CodeMetaFile, nil, 1}, {"list.json", "[" + meta + "]", harvest.CodeMetaFile, nil, 1},
		{"CITATION.cff", cff, harvest.CitationFile, nil, 1}, {"sent", cff, harvest.CitationFile, nil, 1},
		{"code.json", code, harvest.CodeFile, []string{"id-twice: git.example.org/a/b", "not-an-object"}, 3}, {"sent2", code, harvest.CodeFile, []string{"id-twice: git.example.org/a/b", "not-an-object"}, 3},
		{"catalogue.ttl", turtle, harvest.DCATFile, nil, 1}, {"sent3", turtle, harvest.DCATFile, nil, 1},
	} {
		path := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(path, []byte(c.body), 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := harvest.Open(path, "")
		if err != nil || in.Format != c.format || in.Complete {
			t.Errorf("%s: %v %+v", c.name, err, in)
			continue
		}
		n := 0
		var held []string
		for one, err := range in.Each {
			if n++; err != nil || one.Source != string(c.format) {
				t.Errorf("%s: %v, of %s", c.name, err, one.Source)
			}
			if one.Held {
				held = append(held, one.Reasons...)
			}
		}
		if n != c.n || !slices.Equal(held, c.held) {
			t.Errorf("%s: %d records, held %q", c.name, n, held)
		}
	}
}
