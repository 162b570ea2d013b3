package connect_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/harvest/connect"
)

// aRepo is a repository on a forge of a test.
type aRepo struct {
	id       int
	name     string // within the organisation "water"
	more     string // of what the API says
	changed  string
	files    map[string]string
	formerly string
}

// site is where the forge says that its pages are.
const site = "https://git.example.org"

// forge is a server that speaks the APIs of GitHub, GitLab and Forgejo over the
// same repositories of one organisation.
type forge struct {
	base  string
	repos []*aRepo
	files atomic.Int32 // how many files were asked for
	limit atomic.Int32 // of requests, 0 for none
	asked atomic.Int32
}

func (f *forge) describe(r *aRepo) string {
	path, page := strconv.Quote("water/"+r.name), strconv.Quote(site+"/water/"+r.name)
	return fmt.Sprintf(`{"id":%d,"name":%q,"full_name":%s,"path_with_namespace":%s,"html_url":%s,"web_url":%s,"description":"About %s.","updated_at":%q,"pushed_at":%q%s}`,
		r.id, r.name, path, path, page, page, r.name, r.changed, r.changed, r.more)
}

// ServeHTTP implements http.Handler.
func (f *forge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	for _, api := range []string{"/api/v3", "/api/v4", "/api/v1"} {
		path = strings.TrimPrefix(path, api)
	}
	if n := f.asked.Add(1); f.limit.Load() > 0 && n > f.limit.Load() {
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10))
		w.WriteHeader(http.StatusForbidden)
		return
	}
	q := r.URL.Query()
	switch {
	case path == "/orgs/water/repos", path == "/groups/water/projects":
		f.page(w, r, func(*aRepo) bool { return true }, `[%s]`)
	case path == "/search/repositories":
		f.page(w, r, func(one *aRepo) bool { return strings.Contains(one.more, strings.TrimPrefix(q.Get("q"), "topic:")) }, `{"total_count":2,"incomplete_results":false,"items":[%s]}`)
	case path == "/repos/search":
		f.page(w, r, func(one *aRepo) bool { return strings.Contains(one.more, q.Get("q")) }, `{"ok":true,"data":[%s]}`)
	case path == "/projects":
		f.page(w, r, func(one *aRepo) bool { return strings.Contains(one.more, q.Get("topic")) }, `[%s]`)
	default:
		f.one(w, r, path)
	}
}

func (f *forge) one(w http.ResponseWriter, r *http.Request, path string) {
	plain, err := url.PathUnescape(path)
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"publiccode.yml", "codemeta.json", "CITATION.cff"} {
		if strings.Contains(plain, name) {
			f.files.Add(1)
		}
	}
	for _, one := range f.repos {
		for _, at := range []string{"/repos/water/", "/projects/water/"} {
			if one.formerly != "" && plain == at+one.formerly {
				http.Redirect(w, r, strings.Replace(r.URL.EscapedPath(), one.formerly, one.name, 1), http.StatusMovedPermanently)
				return
			}
			if plain == at+one.name {
				fmt.Fprint(w, f.describe(one))
				return
			}
		}
		for name, text := range one.files {
			if slices.Contains([]string{"/water/" + one.name + "/raw/HEAD/" + name, "/projects/" + strconv.Itoa(one.id) + "/repository/files/" + name + "/raw", "/repos/water/" + one.name + "/raw/" + name}, plain) {
				fmt.Fprint(w, text)
				return
			}
		}
	}
	http.NotFound(w, r)
}

// page gives two repositories at a time.
func (f *forge) page(w http.ResponseWriter, r *http.Request, which func(*aRepo) bool, form string) {
	q := r.URL.Query()
	n, _ := strconv.Atoi(q.Get("page"))
	var all []string
	for _, one := range f.repos {
		if which(one) {
			all = append(all, f.describe(one))
		}
	}
	begin := min(max(n-1, 0)*2, len(all))
	end := min(begin+2, len(all))
	if end < len(all) {
		q.Set("page", strconv.Itoa(max(n, 1)+1))
		w.Header().Set("Link", "<"+f.base+r.URL.Path+"?"+q.Encode()+`>; rel="next", <`+f.base+`>; rel="last"`)
	}
	tag := fmt.Sprintf(`"%d"`, len(strings.Join(all, "")))
	if w.Header().Set("ETag", tag); r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	fmt.Fprintf(w, form, strings.Join(all[begin:end], ","))
}

var forgeKinds = []string{"github", "gitlab", "forgejo"}

func aForge(t testing.TB) *forge {
	f := &forge{}
	f.base = serve(t, f)
	f.repos = []*aRepo{
		{id: 30, name: "clinics", changed: "2026-01-01T00:00:00Z", more: `,"topics":["sdg-3","water"],"homepage":"https://clinics.example","license":{"spdx_id":"MIT","key":"mit"}`,
			files: map[string]string{"publiccode.yml": fmt.Sprintf(aFile, "Clinic Book", "https://elsewhere.example/copied"), "CITATION.cff": aCitation}},
		{id: 7, name: "wells", changed: "2026-05-01T00:00:00Z", more: `,"archived":true`, formerly: "old-wells", files: map[string]string{"codemeta.json": codeMetaThree}},
		{id: 8, name: "undescribed", changed: "2026-05-01T00:00:00Z", more: `,"topics":["water"]`},
		{id: 9, name: "forked", changed: "2026-05-01T00:00:00Z", more: `,"fork":true,"forked_from_project":{"id":1}`, files: map[string]string{"codemeta.json": codeMetaThree}},
		{id: 10, name: "secret", changed: "2026-05-01T00:00:00Z", more: `,"private":true,"visibility":"private"`, files: map[string]string{"codemeta.json": codeMetaThree}},
		{id: 11, name: "broken", changed: "9999-12-31T00:00:00Z", files: map[string]string{"publiccode.yml": "a: &a [*a]\nname: [", "codemeta.json": "{", "CITATION.cff": strings.Repeat("x", 2<<20)}},
	}
	return f
}

func TestTheRepositoriesOfAnOrganisation(t *testing.T) {
	for _, kind := range forgeKinds {
		f := aForge(t)
		make := func() connect.Connector {
			return open(t, kind, f.base, connect.Config{Address: f.base + "/water", Options: map[string]string{"owner": "Water Office"}})
		}
		got := whole(t, make, connect.State{})
		if len(got.candidates) != 3 || !got.last.Listing || len(got.faults) != 0 {
			t.Fatalf("%s: %d candidates, faults %+v", kind, len(got.candidates), got.faults)
		}
		c := got.candidates["30"]
		facts := c.Facts
		if facts.Name != "Clinic Book" || len(facts.Licences) != 1 || facts.Licences[0].SPDX != "AGPL-3.0-or-later" || facts.Repositories[0].URL != site+"/water/clinics" ||
			facts.Cite[good.FieldName] != site+"/water/clinics/blob/HEAD/publiccode.yml" || facts.Identifiers["doi"] != "10.5281/zenodo.1" ||
			!slices.Equal(facts.Parties, []good.Party{{Name: "Water Office", Website: "https://water.example", Role: good.Owner}}) || len(facts.Goals) != 1 {
			t.Errorf("%s: held %v %v %+v", kind, c.Held, c.Reasons, facts)
		}
		if said, err := json.Marshal(facts); err != nil || strings.Contains(string(said), "Mzolux") || strings.Contains(string(said), "elsewhere") || len(c.Contacts) < 2 {
			t.Errorf("%s: %s %+v", kind, said, c.Contacts)
		}
		if w := got.candidates["7"]; w.Held || w.Facts.Name != "Well Finder" || !slices.Contains(w.Reasons, "repository-archived") {
			t.Errorf("%s: %v %+v", kind, w.Reasons, w.Facts)
		}
		b := got.candidates["11"]
		if b.Facts.Name != "broken" || b.Facts.Summary["en"] != "About broken." || len(b.Facts.Parties) != 1 || !slices.ContainsFunc(b.Reasons, func(s string) bool { return strings.HasPrefix(s, "CITATION.cff cannot be read") }) {
			t.Errorf("%s: %v %+v", kind, b.Reasons, b.Facts)
		}
		// A later run reads only what changed, and hears that the rest is there.
		asked := f.files.Load()
		later := whole(t, make, connect.State{Since: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
		if len(later.candidates) != 1 || !slices.Equal(later.last.Still, []string{"7", "8", "30"}) || f.files.Load()-asked != 3 {
			t.Errorf("%s: %d candidates, still %v, %d files", kind, len(later.candidates), later.last.Still, f.files.Load()-asked)
		}
		if all := whole(t, func() connect.Connector {
			return open(t, kind, f.base, connect.Config{Address: f.base + "/water", Options: map[string]string{"take": "all", "topic": "Water"}})
		}, connect.State{}); len(all.candidates) != 2 || all.candidates["8"].Facts.Name != "undescribed" {
			t.Errorf("%s: by topic: %d", kind, len(all.candidates))
		}
	}
}

// TestARenamedRepository keeps its record: the forge's own id stays.
func TestARenamedRepository(t *testing.T) {
	for _, kind := range forgeKinds {
		f := aForge(t)
		named := func() connect.Connector {
			return open(t, kind, f.base, connect.Config{Address: f.base, Options: map[string]string{"repositories": "water/old-wells\n\n" + f.base + "/water/clinics.git\nwater/nothing\n"}})
		}
		got := whole(t, named, connect.State{})
		if len(got.candidates) != 2 || len(got.faults) != 1 || got.faults[0].ID != "water/nothing" {
			t.Fatalf("%s: %d candidates, faults %+v", kind, len(got.candidates), got.faults)
		}
		if at := got.candidates["7"].Facts.Repositories; len(at) < 2 || at[0].URL != site+"/water/wells" || !slices.Contains(at, good.Link{URL: site + "/water/old-wells"}) {
			t.Errorf("%s: %+v", kind, at)
		}
		if found := whole(t, func() connect.Connector {
			return open(t, kind, f.base, connect.Config{Address: f.base, Options: map[string]string{"topic": "water"}})
		}, connect.State{}); len(found.candidates) != 1 || found.candidates["30"].Facts.Name != "Clinic Book" {
			t.Errorf("%s: by topic: %d", kind, len(found.candidates))
		}
	}
}

// TestWhoseRepositories are read, by addresses as people paste them.
func TestWhoseRepositories(t *testing.T) {
	for path, n := range map[string]int{"/water/": 3, "/orgs/water/repositories": 3, "/groups/water": 3, "/groups/water/-/activity": 3, "/users/water": 3, "/water/wells": 1, "/water/wells.git": 1} {
		for _, kind := range forgeKinds {
			if kind == "gitlab" && (n == 1 || strings.HasPrefix(path, "/orgs")) { // there it could be a group within a group
				continue
			}
			f := aForge(t)
			got := whole(t, func() connect.Connector { return open(t, kind, f.base, connect.Config{Address: f.base + path}) }, connect.State{})
			if len(got.candidates) != n {
				t.Errorf("%s %s: %d repositories", kind, path, len(got.candidates))
			}
		}
	}
}

func TestAnOrganisationOfOnePage(t *testing.T) {
	f := aForge(t)
	f.repos = f.repos[:2]
	make := func() connect.Connector {
		return open(t, "forgejo", f.base, connect.Config{Address: f.base + "/water"})
	}
	got := whole(t, make, connect.State{})
	if again := whole(t, make, got.last.Next); len(got.candidates) != 2 || !again.last.Unchanged {
		t.Errorf("%d candidates, then %+v", len(got.candidates), again.last)
	}
	f.repos = f.repos[:1]
	if again := whole(t, make, got.last.Next); again.last.Unchanged || len(again.candidates) != 1 {
		t.Errorf("what changed: %+v", again.last)
	}
}

// TestAForgeThatHasEnough stops a run in its midst; the next one goes on there.
func TestAForgeThatHasEnough(t *testing.T) {
	f := aForge(t)
	for n := range 60 {
		f.repos = append(f.repos, &aRepo{id: 100 + n, name: fmt.Sprintf("tool-%d", n), changed: "2026-01-01T00:00:00Z", files: map[string]string{"codemeta.json": codeMetaThree}})
	}
	make := func() connect.Connector { return open(t, "github", f.base, connect.Config{Address: f.base + "/water"}) }
	first, err := make().Page(ctx, connect.State{})
	if err != nil || first.Done || len(first.Candidates) == 0 {
		t.Fatalf("%+v %v", first, err)
	}
	f.limit.Store(f.asked.Load())
	if _, err := make().Page(ctx, first.Next); keyOf(err) != "harvest.error.busy" {
		t.Errorf("%v", err)
	}
	f.limit.Store(0)
	seen := map[string]bool{}
	for _, c := range first.Candidates {
		seen[c.ForeignID] = true
	}
	for id := range whole(t, make, first.Next).candidates {
		if seen[id] {
			t.Errorf("%s came twice", id)
		}
		seen[id] = true
	}
	if len(seen) != 63 {
		t.Errorf("%d repositories", len(seen))
	}
}

func TestWhatAForgeMaySay(t *testing.T) {
	for _, c := range []struct{ body, link, key string }{
		{`{"message":"Bad credentials"}`, "", "harvest.error.not-the-api"}, {`<html>`, "", "harvest.error.not-the-api"}, {`[{"id":"seven"},7,{"id":-1}]`, "", "<nil>"},
		{`[]`, `<http://10.0.0.1/repos>; rel="next"`, "harvest.error.cursor"}, {`[]`, `<?page=2>; rel="next"`, "harvest.error.circles"},
	} {
		base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", c.link)
			fmt.Fprint(w, c.body)
		}))
		p, err := open(t, "github", base, connect.Config{Address: base + "/x"}).Page(ctx, connect.State{})
		if keyOf(err) != c.key || err == nil && len(p.Faults) != 3 {
			t.Errorf("%s: %v %+v", c.body, err, p.Faults)
		}
	}
	for option, value := range map[string]string{"take": "everything", "repositories": "https://elsewhere.example/a/b", "topic": ""} {
		cfg := connect.Config{Address: "https://github.com/", Options: map[string]string{option: value}}
		if _, err := connect.New("github", cfg, nil); good.KindOf(err) != good.Invalid {
			t.Errorf("%s %q: %v", option, value, err)
		}
	}
}

func FuzzForgePage(f *testing.F) {
	one := aForge(f)
	f.Add([]byte("[" + one.describe(one.repos[0]) + "," + one.describe(one.repos[1]) + "]"))
	fuzzPage(f, "github", "/water")
}
