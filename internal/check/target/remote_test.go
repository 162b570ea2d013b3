package target

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"stoa/internal/check"
	"stoa/internal/finding"
	"stoa/internal/good"
)

// world answers for hosts by name, as the forges do.
type world map[string]http.HandlerFunc

// RoundTrip implements http.RoundTripper.
func (w world) RoundTrip(r *http.Request) (*http.Response, error) {
	serve, ok := w[r.URL.Host]
	if !ok {
		return nil, fmt.Errorf("nobody is at %s", r.URL.Host)
	}
	rec := httptest.NewRecorder()
	serve(rec, r)
	res := rec.Result()
	res.Request = r
	return res, nil
}

func TestWhatForgesSayAndWhereTheirArchivesLie(t *testing.T) {
	const head = "1212121212121212121212121212121212121212"
	tree := tarOf(t, member{name: "n-x/README.md", text: "hi"})
	line := func(s string) string { return fmt.Sprintf("%04x%s", len(s)+4, s) }
	var asked atomic.Int32
	forge := func(archive string, facts map[string]string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			switch {
			case strings.HasSuffix(r.URL.Path, "/info/refs"):
				_, _ = fmt.Fprint(w, line("# service=git-upload-pack\n"), "0000", line(head+" HEAD\x00\n"), line(head+" refs/heads/main\n"), "0000")
			case r.URL.Path == archive:
				_, _ = w.Write(tree)
			default:
				if text, ok := facts[r.URL.EscapedPath()]; ok {
					_, _ = w.Write([]byte(text))
					return
				}
				w.WriteHeader(http.StatusForbidden) // as when it was asked too often
			}
		}
	}
	releases := `[{"tag_name":"v2","published_at":"2026-01-02T00:00:00Z","released_at":"2026-01-02T00:00:00Z"},{"tag_name":"v3","draft":true}]`
	w := world{
		"github.com": forge("/o/n/archive/"+head+".tar.gz", nil),
		"api.github.com": forge("", map[string]string{"/repos/o/n": `{"full_name":"o/new","description":"d","homepage":"https://h.example","topics":["t"],"archived":true,"stargazers_count":7,"license":{"spdx_id":"MIT"}}`,
			"/repos/o/n/releases": releases}),
		"gitlab.com": forge("/g/s/n/-/archive/"+head+"/n-"+head+".tar.gz", map[string]string{"/api/v4/projects/g%2Fs%2Fn": `{"path_with_namespace":"g/s/n","description":"d","star_count":7,"archived":true,"license":{"key":"mit"}}`,
			"/api/v4/projects/g%2Fs%2Fn/releases": releases}),
		"codeberg.org": forge("/o/n/archive/"+head+".tar.gz", map[string]string{"/api/v1/repos/o/n": `{"full_name":"o/n","description":"d","archived":true,"stars_count":7,"licenses":["MIT"]}`,
			"/api/v1/repos/o/n/releases": releases}),
		"bitbucket.org":     forge("/o/n/get/"+head+".tar.gz", nil),
		"api.bitbucket.org": forge("", map[string]string{"/2.0/repositories/o/n": `{"full_name":"o/n","description":"d","website":"https://h.example"}`}),
		"forge.example":     forge("/g/n/-/archive/"+head+"/n-"+head+".tar.gz", nil),
	}
	o := Options{Client: &http.Client{Transport: w}, Limits: lower}
	for address, want := range map[string]*check.Forge{
		"https://github.com/o/n/tree/main/src": {Description: "d", Licence: "MIT", Archived: true, Stars: 7, Moved: "https://github.com/o/new"},
		"https://gitlab.com/g/s/n/-/issues":    {Description: "d", Licence: "MIT", Archived: true, Stars: 7},
		"https://codeberg.org/o/n/":            {Description: "d", Licence: "MIT", Archived: true, Stars: 7},
		"https://bitbucket.org/o/n":            {Description: "d"},
		"https://forge.example/g/n":            nil,
	} {
		got := opened(t, address, o)
		if have := files(t, got); have["README.md"] != "hi" || got.Commit != head {
			t.Errorf("%s: %v at %s", address, have, got.Commit)
		}
		f := got.Forge
		if want == nil || f == nil {
			if want != nil || f != nil {
				t.Errorf("%s: %+v", address, f)
			}
			continue
		}
		if f.Description != want.Description || f.Licence != want.Licence || f.Archived != want.Archived || f.Stars != want.Stars || f.Moved != want.Moved {
			t.Errorf("%s: %+v", address, f)
		}
		if want.Stars > 0 && (len(f.Releases) != 1 || f.Releases[0].Name != "v2" || f.Releases[0].At.Year() != 2026) {
			t.Errorf("%s: %+v", address, f.Releases)
		}
	}
	if n := asked.Load(); n > 40 {
		t.Errorf("%d requests for five repositories", n)
	}
	for address, want := range map[string]string{"https://github.com/o": "", "https://github.com/o/n/archive/x.zip": "", "https://github.com/o/n/raw/main/data.csv": "", "https://a.example/": "", "https://a.example/x.csv": "",
		"https://gitlab.example.org/g/n": "g/n", "https://www.github.com/o/n.git": "o/n"} {
		u := mustParse(t, address)
		if p := repository(u); (p == nil) != (want == "") || p != nil && p.path != want {
			t.Errorf("%s: %+v", address, p)
		}
	}
}

func TestASiteIsReadWithinWhatItAllows(t *testing.T) {
	var hits []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits = append(hits, r.URL.Path)
		switch r.URL.Path {
		case "/robots.txt":
			_, _ = w.Write([]byte("User-agent: *\nDisallow: /private/\n"))
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(`<a href="/private/privacy">x</a><a href="#top">top</a><a href=/datenschutz>Datenschutz</a><a href="/gone">Условия</a>
				<a href="javascript:alert(1)">licence</a><a href="http://169.254.169.254/license">licence</a><a href="/security">s</a><a href="/security2">security</a><a href="mailto:x@y.z">privacy</a>`))
		case "/datenschutz", "/security":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<h1>" + r.URL.Path + "</h1>"))
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	got := opened(t, s.URL+"/", Options{Client: through(t, 1<<20, s.URL), Limits: lower})
	var pages []string
	for _, p := range got.Pages {
		pages = append(pages, fmt.Sprint(strings.TrimPrefix(p.URL, s.URL), " ", p.Status))
	}
	if strings.Join(pages, ", ") != "/ 200, /datenschutz 200, /gone 404, /security 200" {
		t.Errorf("%v", pages)
	}
	for _, h := range hits {
		if strings.HasPrefix(h, "/private") {
			t.Error("looked where it was not allowed to")
		}
	}
	closed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("User-agent: stoa\nDisallow: /\n"))
	}))
	defer closed.Close()
	refusedAs(t, closed.URL+"/x.html", Options{Client: through(t, 1<<20, closed.URL), Limits: lower}, "target.error.robots")
}

// TestASiteTellsOfItsGood: of what lies in no files the pages say what it is, whose, and
// under which licence, and what they do not say is not held against it.
func TestASiteTellsOfItsGood(t *testing.T) {
	const works = `<html lang="sw"><head><title>Home | Wells for all</title><meta name="description" content="Lessons on digging and keeping wells, for schools.">
		<meta property="og:site_name" content="Wells for All"></head><body><h1>Welcome</h1><a href="/privacy">Privacy policy</a> <a href="/terms">Terms of use</a>
		<a href="https://github.com/acme/wells">code</a> <a href="https://discord.gg/wells">chat</a> <a href="/docs/">Documentation</a>
		<footer>© 2024–2026 Water Office of Kenya. All lessons are free. <a rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">CC BY-SA 4.0</a></footer></body></html>`
	const data = `<html><head><title>Levels of wells</title><script type="application/ld+json">{"@context":"https://schema.org","@type":"Dataset","name":"Wells of three districts","description":"Daily levels of 40 wells, for water offices.",
		"license":"https://creativecommons.org/publicdomain/zero/1.0/","creator":{"@type":"Organization","name":"Water Office"},"distribution":[{"@type":"DataDownload","contentUrl":"https://wells.example/wells.csv","encodingFormat":"text/csv"}]}</script></head></html>`
	pages := map[string]string{"/": works, "/data": data, "/privacy": "<h1>Privacy</h1>", "/docs/": "<h1>Docs</h1>"}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, there := pages[r.URL.Path]
		if !there {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(text))
	}))
	defer s.Close()
	for path, c := range map[string]struct {
		kinds []good.Kind
		want  map[string]string
	}{
		"/": {[]good.Kind{good.Content}, map[string]string{"general.name": "Wells for All", "general.summary": "Lessons on digging and keeping wells, for schools.", "general.website": s.URL + "/", "general.source": "https://github.com/acme/wells",
			"licence.text": "CC-BY-SA-4.0", "licence.declared": "CC-BY-SA-4.0", "licence.accepted": "", "owner.copyright": "Water Office of Kenya", "owner.country": "KE", "docs.languages": "sw", "docs.place": s.URL + "/docs/", "law.privacy": s.URL + "/privacy", "harm.meeting": "yes"}},
		"/data": {nil, map[string]string{"general.kinds": "data", "general.name": "Wells of three districts", "general.source": "https://wells.example/wells.csv", "licence.text": "CC0-1.0", "owner.organisation": "Water Office", "data.formats": "CSV"}},
	} {
		r := check.Run(t.Context(), opened(t, s.URL+path, Options{Client: through(t, 1<<20, s.URL), Limits: lower, Kinds: c.kinds}))
		for probe, want := range c.want {
			if f := r.Of(probe); len(f) == 0 || f[0].State != finding.Met || want != "" && (len(f[0].Values) == 0 || f[0].Values[0] != want) || len(f[0].Evidence) > 0 && f[0].Evidence[0].URL == "" {
				t.Errorf("%s: %s is %+v, want %q", path, probe, f, want)
			}
		}
		for _, f := range r.Findings {
			if f.State == finding.NotMet {
				t.Errorf("%s: held against it: %+v", path, f)
			}
		}
		if f := r.Of("law.terms"); f[0].State == finding.Met {
			t.Errorf("%s: what is gone is led to: %+v", path, f)
		}
	}
	// Of a program the licence may be that of its pages alone, and nobody said what it is.
	if f := check.Run(t.Context(), opened(t, s.URL+"/", Options{Client: through(t, 1<<20, s.URL), Limits: lower})).Of("licence.declared", "licence.accepted"); f[0].Confidence != finding.Low || f[1].State != finding.NotObservable {
		t.Errorf("%+v", f)
	}
}

func TestSetsOfDataSayWhatTheyHold(t *testing.T) {
	type row struct {
		Name string
		Age  int32
	}
	var columns bytes.Buffer
	w := parquet.NewGenericWriter[row](&columns)
	if _, err := w.Write([]row{{"a", 1}, {"b", 2}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	dcat := `{"@context":{"dcat":"http://www.w3.org/ns/dcat#"},"@graph":[{"@type":"foaf:Agent"},{"@type":"dcat:Dataset","dct:title":[{"@value":"Wells"}],"dct:license":{"@id":"https://creativecommons.org/licenses/by/4.0/"},
		"dct:publisher":{"foaf:name":"Ministry"},"dcat:distribution":[{"dcat:mediaType":"text/csv"},{"dcat:mediaType":"text/csv"}]}]}`
	croissant := `{"@type":"sc:Dataset","name":"Voices","license":"CC0-1.0","conformsTo":"http://mlcommons.org/croissant/1.0","distribution":[{"encodingFormat":"application/x-parquet"}],
		"recordSet":[{"field":[{"name":"clip","dataType":"sc:Text","description":"sound"}]}]}`
	pack := `{"name":"p","title":"Rain","licenses":[{"name":"ODC-BY-1.0"}],"resources":[{"format":"csv","schema":{"fields":[{"name":"mm","type":"number"}]}}]}`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/t.csv":
			w.Header().Set("Content-Type", "text/csv")
			_, _ = w.Write([]byte("\xef\xbb\xbfname;age\n\"a\nb\";2\n"))
		case "/t.parquet":
			_, _ = w.Write(columns.Bytes())
		case "/download":
			w.Header().Set("Content-Type", "application/ld+json")
			_, _ = w.Write([]byte(dcat))
		case "/c.json":
			_, _ = w.Write([]byte(croissant))
		case "/datapackage.json":
			_, _ = w.Write([]byte(pack))
		case "/all.zip":
			_, _ = w.Write(zipOf(t, member{name: "d/t.csv", text: "a,b\n1,2\n"}, member{name: "d/croissant.json", text: croissant}))
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	for path, want := range map[string]string{
		"/t.csv":            "csv   [] [{name  } {age  }] -1",
		"/t.parquet":        "parquet   [] [{Name STRING } {Age INT(32,true) }] 2",
		"/download":         "dcat Wells Ministry [https://creativecommons.org/licenses/by/4.0/] [] -1",
		"/c.json":           "croissant Voices  [CC0-1.0] [{clip sc:Text sound}] -1",
		"/datapackage.json": "datapackage Rain  [ODC-BY-1.0] [{mm number }] -1",
		"/all.zip":          "croissant Voices  [CC0-1.0] [{clip sc:Text sound}] -1",
	} {
		got := opened(t, s.URL+path, Options{Client: through(t, 1<<20, s.URL), Limits: lower})
		if len(got.Data) == 0 {
			t.Errorf("%s: nothing is said; %v", path, got.Entries)
			continue
		}
		d := got.Data[0]
		if have := fmt.Sprint(d.Form, " ", d.Name, " ", d.Publisher, " ", d.Licences, " ", d.Columns, " ", d.Rows); have != want {
			t.Errorf("%s: %s, want %s", path, have, want)
		}
		if r := check.Run(t.Context(), got); path != "/all.zip" && (!got.Alone || r.Kinds[0] != good.Data || len(r.Of("general.kinds")) != 1) {
			t.Errorf("%s: alone %v, kinds %v", path, got.Alone, r.Kinds)
		}
	}
}

// openAPI is the description of an interface.
const openAPI = `openapi: 3.1.0
info:
  title: Wells API
  version: 1.2.0
  description: Levels of wells in three districts, measured daily, for water offices.
  license: {name: Apache 2.0, url: "https://www.apache.org/licenses/LICENSE-2.0"}
externalDocs: {url: "https://wells.example/docs"}
paths: {/wells: {get: {responses: {"200": {description: ok}}}}}
`

// TestWhatADocumentSaysOfItselfIsHeard: of one document is said what stands in it, and
// what may lie around it is not held against it.
func TestWhatADocumentSaysOfItselfIsHeard(t *testing.T) {
	const dcat = `{"@type":"dcat:Dataset","dct:title":"Wells of three districts","dct:description":"Daily levels of 40 wells, for water offices.","dct:license":{"@id":"http://creativecommons.org/publicdomain/zero/1.0/"},
		"dct:publisher":{"foaf:name":"Water Office"},"dcat:landingPage":{"@id":"https://wells.example/"},"dcat:distribution":[{"dcat:downloadURL":"https://wells.example/wells.csv"}]}`
	for name, c := range map[string]struct {
		text string
		want map[string]string
	}{
		"wells-api.yaml": {openAPI, map[string]string{"general.kinds": "software", "general.name": "Wells API", "general.summary": "Levels of wells in three districts, measured daily, for water offices.",
			"general.website": "https://wells.example/docs", "licence.declared": "Apache-2.0", "docs.api": ""}},
		"async.json": {`{"asyncapi":"3.0.0","info":{"title":"Wells Events","version":"1","license":{"name":"MIT"}}}`, map[string]string{"general.name": "Wells Events", "licence.declared": "MIT"}},
		"wells.jsonld": {dcat, map[string]string{"general.kinds": "data", "general.name": "Wells of three districts", "general.summary": "Daily levels of 40 wells, for water offices.",
			"general.website": "https://wells.example/", "general.source": "https://wells.example/wells.csv", "owner.organisation": "Water Office", "licence.declared": "CC0-1.0"}},
		"CARD.md": {"# Wells\n\nSee [the terms](TERMS.md).\n", map[string]string{"general.name": "Wells"}},
		"MODEL_CARD.md": {"---\nlicense: apache-2.0\n---\n# Model card for Habari Classifier\n\nHabari Classifier is a model that sorts Swahili news into topics for newsrooms.\n", map[string]string{"general.name": "Habari Classifier",
			"general.summary": "Habari Classifier is a model that sorts Swahili news into topics for newsrooms.", "licence.declared": "Apache-2.0"}},
	} {
		got := opened(t, saved(t, name, []byte(c.text)), Options{Limits: lower})
		r := check.Run(t.Context(), got)
		for probe, want := range c.want {
			if f := r.Of(probe); len(f) == 0 || f[0].State != finding.Met || len(f[0].Values) == 0 && want != "" || want != "" && f[0].Values[0] != want {
				t.Errorf("%s: %s is %+v, want %q", name, probe, f, want)
			}
		}
		for _, f := range r.Findings {
			if f.State == finding.NotMet || f.State == finding.NotObservable && f.Mend != nil {
				t.Errorf("%s: held against it: %+v", name, f)
			}
		}
	}
}

func TestADocumentStandsForItself(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		_, _ = w.Write([]byte(openAPI))
	}))
	defer s.Close()
	got := opened(t, s.URL+"/v1/openapi", Options{Client: through(t, 1<<20, s.URL), Limits: lower, Kinds: []good.Kind{good.Software}, Now: time.Unix(1, 0)})
	if f := check.Run(t.Context(), got).Of("general.source"); f[0].Values[0] != s.URL+"/v1/openapi" {
		t.Errorf("it can be had at %+v", f)
	}
	if have := files(t, got); have["openapi.yaml"] != openAPI || got.URL != s.URL+"/v1/openapi" || got.Now.Unix() != 1 {
		t.Errorf("%v", have)
	}
	local := opened(t, saved(t, "MODEL_CARD.md", []byte("---\nlicense: mit\n---\n")), Options{Limits: lower})
	if have := files(t, local); have["MODEL_CARD.md"] == "" || len(have) != 1 {
		t.Errorf("%v", have)
	}
}
