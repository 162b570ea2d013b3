package softwareapi_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/listings"
	"stoa/internal/app/messages"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/softwareapi"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// who are known by their tokens.
var who = map[string]access.Viewer{
	"crawls":  {Who: access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "p", Roles: []string{access.Secretariat}, Scopes: []string{"crawl"}}},
	"reads":   {Who: access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "p", Roles: []string{access.Secretariat}, Scopes: []string{"read"}}},
	"another": {Who: access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "q", Scopes: []string{"crawl"}}},
}

type tokens struct{}

func (tokens) Session(context.Context, string) (access.Viewer, error) { return access.Viewer{}, nil }
func (tokens) Token(_ context.Context, secret string) (access.Viewer, error) {
	return who[secret], nil
}

// instance is the face over a real database.
type instance struct {
	t       testing.TB
	db      *store.DB
	app     *listings.App
	handler http.Handler
}

func newInstance(t testing.TB) *instance {
	return instanceAt(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"))
}

// everywhere tests an instance on each engine.
func everywhere(t *testing.T, test func(t *testing.T, i *instance)) {
	testkit.Databases(t, func(t *testing.T, url string) { test(t, instanceAt(t, url)) })
}

func instanceAt(t testing.TB, url string) *instance {
	t.Helper()
	db, err := store.Open(t.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	deny := func(w http.ResponseWriter, _ *http.Request, status int, e *good.Error) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"status":%d,"detail":%q}`, status, e.Key)
	}
	i := &instance{t: t, db: db, app: &listings.App{DB: db, Rand: rand.Reader, Base: "https://stoa.example"}}
	heard := &messages.App{DB: db, Now: time.Now, Rand: rand.Reader}
	face := softwareapi.New(softwareapi.Config{Listings: i.app, Hooks: heard, Version: "v1", Deny: deny})
	i.handler = edge.Chain(face, edge.Identify(tokens{}, false, deny))
	return i
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request as whoever holds a token, "" for nobody. Headers come in
// pairs.
func (i *instance) ask(as, method, path, body string, headers ...string) answer {
	i.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if as != "" {
		r.Header.Set("Authorization", "Bearer "+as)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for n := 0; n+1 < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	w := httptest.NewRecorder()
	i.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// must is ask where the answer must have a status; it is decoded.
func (i *instance) must(status int, as, method, path, body string, headers ...string) map[string]any {
	i.t.Helper()
	a := i.ask(as, method, path, body, headers...)
	if a.status != status {
		i.t.Fatalf("%s %s: %d, want %d\n%s", method, path, a.status, status, a.body)
	}
	var doc map[string]any
	if a.body != "" {
		if err := json.Unmarshal([]byte(a.body), &doc); err != nil {
			i.t.Fatalf("%s %s: %v\n%s", method, path, err, a.body)
		}
	}
	return doc
}

func soft(n int) string {
	return fmt.Sprintf(`{"url":"https://git.example/org/soft-%d","publiccodeYml":"publiccodeYmlVersion: \"0.7\"\nname: Soft %d\n"}`, n, n)
}

func TestSoftwareIsPostedChangedAndTakenAway(t *testing.T) {
	everywhere(t, func(t *testing.T, i *instance) {
		made := i.must(200, "crawls", "POST", "/v1/software", `{"url":"HTTPS://WWW.Git.example:443/org/a/","aliases":["https://git.example/old/a","https://git.example/old/a"],"publiccodeYml":"name: A\nmaintenance:\n  type: internal\n  contacts:\n    - name: Ada Planted\n      email: ada@people.example\n","vitality":"90,80"}`)
		id := made["id"].(string)
		if made["url"] != "https://git.example/org/a" || len(made["aliases"].([]any)) != 1 || made["active"] != true || made["vitality"] != "90,80" || made["createdAt"] != made["updatedAt"] {
			t.Errorf("%v", made)
		}
		if file := made["publiccodeYml"].(string); !strings.Contains(file, "type: internal") || strings.Contains(file, "Planted") || strings.Contains(file, "@") {
			t.Errorf("people stand in it:\n%s", file)
		}
		at := "/v1/software/" + id
		one := i.ask("", "GET", at, "")
		tag := one.header.Get("Etag")
		if one.status != 200 || tag == "" {
			t.Fatalf("%+v", one)
		}
		if again := i.ask("", "GET", at, "", "If-None-Match", tag); again.status != 304 || again.body != "" {
			t.Errorf("%+v", again)
		}
		// By its address, and by one that it had.
		for _, address := range []string{"https://git.example/org/a", "https://www.git.example/org/a/", "https://git.example/old/a"} {
			if found := i.must(200, "", "GET", "/v1/software?url="+address, ""); len(found["data"].([]any)) != 1 {
				t.Errorf("%s: %v", address, found)
			}
		}
		// Conditional changes.
		i.must(412, "crawls", "PATCH", at, `{"active":false}`, "If-Match", `W/"99-v1"`)
		changed := i.must(200, "crawls", "PATCH", at, `{"active":false,"vitality":null,"publiccodeYml":""}`, "If-Match", tag)
		if changed["active"] != false || changed["vitality"] != nil || changed["publiccodeYml"] != made["publiccodeYml"] || changed["createdAt"] != made["createdAt"] {
			t.Errorf("%v", changed)
		}
		i.must(412, "crawls", "PATCH", at, `{"active":true}`, "If-Match", tag)
		before := i.ask("", "GET", at, "").header.Get("Etag")
		i.must(200, "crawls", "PATCH", at, `{"active":false}`, "Content-Type", "application/merge-patch+json")
		if after := i.ask("", "GET", at, "").header.Get("Etag"); after != before {
			t.Errorf("a change of nothing made %s of %s", after, before)
		}
		if list := i.must(200, "", "GET", "/v1/software", ""); len(list["data"].([]any)) != 0 {
			t.Errorf("what is not active is listed: %v", list)
		}
		if list := i.must(200, "", "GET", "/v1/software?all=true", ""); len(list["data"].([]any)) != 1 {
			t.Errorf("%v", list)
		}
		i.must(409, "crawls", "POST", "/v1/software", `{"url":"https://git.example/old/a","publiccodeYml":"name: B"}`)
		i.must(412, "crawls", "DELETE", at, "", "If-Match", tag)
		i.must(204, "crawls", "DELETE", at, "")
		i.must(404, "", "GET", at, "")
		i.must(404, "crawls", "DELETE", at, "")
		i.must(200, "crawls", "POST", "/v1/software", `{"url":"https://git.example/old/a","publiccodeYml":"name: B"}`)
	})
}

// TestGoodsThatAreThereAreListed lists what was there before anything was
// listed: software with a repository, once however often it is begun.
func TestGoodsThatAreThereAreListed(t *testing.T) {
	everywhere(t, func(t *testing.T, i *instance) {
		const n = 450 // more than two transactions take
		if _, err := i.db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			for k := range n + 2 {
				g := &good.Good{ID: good.ID(fmt.Sprintf("01J00000000000000000%06d", k)), Slug: fmt.Sprintf("soft-%d", k), Stage: good.Nominated, Facts: good.Facts{
					Name: fmt.Sprintf("Soft %d", k), Kinds: []good.Kind{good.Software}, Repositories: []good.Link{{URL: fmt.Sprintf("https://git.example/org/soft-%d", k)}}}}
				switch k {
				case n:
					g.Repositories = nil
				case n + 1:
					g.Kinds = []good.Kind{good.Data}
				}
				if err := tx.PutGood(ctx, g); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := i.app.Begin(t.Context()); err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for next := "?page[size]=100"; next != ""; {
				page := i.must(200, "", "GET", "/v1/software"+next, "")
				for _, d := range page["data"].([]any) {
					seen[d.(map[string]any)["url"].(string)] = true
				}
				next, _ = page["links"].(map[string]any)["next"].(string)
			}
			if len(seen) != n || !seen["https://git.example/org/soft-449"] {
				t.Errorf("%d are listed, not %d", len(seen), n)
			}
		}
	})
}

// TestPagesHoldEveryEntryOnce walks forwards and backwards, at every size.
func TestPagesHoldEveryEntryOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, i *instance) {
		for n := range 7 {
			i.must(200, "crawls", "POST", "/v1/software", soft(n))
		}
		for _, size := range []int{1, 2, 3, 7, 100} {
			var forwards, backwards []string
			var last map[string]any
			for at := fmt.Sprintf("?page[size]=%d&x=a+b", size); at != ""; {
				last = i.must(200, "", "GET", "/v1/software"+at, "")
				for _, d := range last["data"].([]any) {
					forwards = append(forwards, d.(map[string]any)["url"].(string))
				}
				at, _ = last["links"].(map[string]any)["next"].(string)
				if at != "" && !strings.Contains(at, "x=a+b") {
					t.Fatalf("%s lost what was asked", at)
				}
			}
			for page := last; page != nil; {
				data := page["data"].([]any)
				for n := range data {
					backwards = append([]string{data[len(data)-1-n].(map[string]any)["url"].(string)}, backwards...)
				}
				at, _ := page["links"].(map[string]any)["prev"].(string)
				if page = nil; at != "" {
					page = i.must(200, "", "GET", "/v1/software"+at, "")
				}
			}
			if strings.Join(forwards, " ") != strings.Join(backwards, " ") || len(forwards) != 7 {
				t.Errorf("size %d: forwards %v, backwards %v", size, forwards, backwards)
			}
		}
		all := i.must(200, "", "GET", "/v1/software", "")["data"].([]any)
		third := all[2].(map[string]any)["createdAt"].(string)
		whole, _ := time.Parse(time.RFC3339, third)
		early := i.must(200, "", "GET", "/v1/software?to="+whole.Format(time.RFC3339Nano), "")["data"].([]any)
		late := i.must(200, "", "GET", "/v1/software?from="+whole.Format(time.RFC3339Nano), "")["data"].([]any)
		same := 0
		for _, d := range all {
			if d.(map[string]any)["createdAt"] == third {
				same++
			}
		}
		if len(early)+len(late)+same != 7 || len(early) > 2 || len(late) > 4 {
			t.Errorf("%d before, %d after, %d at %s", len(early), len(late), same, third)
		}
	})
}

func TestCatalogsHoldTheirOwn(t *testing.T) {
	everywhere(t, func(t *testing.T, i *instance) {
		c := i.must(200, "crawls", "POST", "/v1/catalogs", `{"name":"Region","alternativeId":"region","sources":[{"url":"https://git.example/region","driver":"gitlab","args":["a"]}],"scopes":["iso3166:IT-25"],"publishersNamespace":"urn:x:"}`)
		id := c["id"].(string)
		s := i.must(200, "crawls", "POST", "/v1/catalogs/region/software", soft(1))
		if s["catalogId"] != id {
			t.Errorf("%v", s)
		}
		p := i.must(200, "crawls", "POST", "/v1/catalogs/"+id+"/publishers", `{"description":"Ministry","email":"Press@Ministry.example","alternativeId":"min","codeHosting":[{"url":"https://git.example/min"},{"url":"https://git.example/min/one","group":false}]}`)
		if p["email"] != "press@ministry.example" || p["catalogId"] != id {
			t.Errorf("%v", p)
		}
		if seen := i.must(200, "", "GET", "/v1/publishers/min", ""); seen["email"] != nil || len(seen["codeHosting"].([]any)) != 2 {
			t.Errorf("everybody sees %v", seen)
		}
		if patched := i.must(200, "crawls", "PATCH", "/v1/catalogs/region/publishers/min", `{"description":"The ministry"}`); patched["email"] != "press@ministry.example" || patched["description"] != "The ministry" {
			t.Errorf("%v", patched)
		}
		i.must(404, "crawls", "PATCH", "/v1/catalogs/%E2%88%85/publishers/min", `{"description":"Another"}`)
		i.must(404, "crawls", "PATCH", "/v1/catalogs/%E2%88%85/software/"+s["id"].(string), `{"active":false}`)
		for path, want := range map[string]int{"/v1/catalogs/region/software": 1, "/v1/catalogs/%E2%88%85/software": 0, "/v1/catalogs/region/publishers": 1, "/v1/software": 1, "/v1/catalogs/region/software?url=https://git.example/org/soft-1": 1, "/v1/catalogs/%E2%88%85/software?url=https://git.example/org/soft-1": 0} {
			if got := len(i.must(200, "", "GET", path, "")["data"].([]any)); got != want {
				t.Errorf("%s: %d, want %d", path, got, want)
			}
		}
		i.must(404, "", "GET", "/v1/catalogs/nowhere/software", "")
		i.must(409, "crawls", "DELETE", "/v1/catalogs/region", "")
		i.must(409, "crawls", "POST", "/v1/catalogs", `{"name":"Again","alternativeId":"region","sources":[{"url":"https://git.example/x"}]}`)
		i.must(409, "crawls", "POST", "/v1/publishers", `{"description":"x","alternativeId":"`+p["id"].(string)+`","codeHosting":[{"url":"https://git.example/y"}]}`)
		i.must(204, "crawls", "DELETE", "/v1/publishers/min", "")
		i.must(204, "crawls", "DELETE", "/v1/software/"+s["id"].(string), "")
		i.must(204, "crawls", "DELETE", "/v1/catalogs/region", "")

		root := i.must(200, "crawls", "POST", "/v1/catalogs", `{"name":"All","alternativeId":"∅"}`)
		i.must(422, "crawls", "PATCH", "/v1/catalogs/%E2%88%85", `{"alternativeId":"other"}`)
		if s := i.must(200, "crawls", "POST", "/v1/catalogs/%E2%88%85/software", soft(2)); s["catalogId"] != nil {
			t.Errorf("%v is in %v", s, root)
		}
	})
}

func TestNotesAndAnalyses(t *testing.T) {
	everywhere(t, func(t *testing.T, i *instance) {
		s := i.must(200, "crawls", "POST", "/v1/software", soft(1))
		at := "/v1/software/" + s["id"].(string)
		n := i.must(200, "crawls", "POST", at+"/logs", `{"message":"BAD publiccode.yml: ask ada.planted@people.example, see git@git.example"}`)
		if msg := n["message"].(string); strings.Contains(msg, "planted") || !strings.Contains(msg, "git@git.example") || n["entity"] != "/software/"+s["id"].(string) {
			t.Errorf("%v", n)
		}
		i.must(200, "crawls", "POST", "/v1/logs", `{"message":"100% done_"}`)
		i.must(422, "crawls", "POST", "/v1/logs", `{"message":""}`)
		for path, want := range map[string]int{"/v1/logs": 2, at + "/logs": 1, "/v1/logs?search=0%25+D": 1, "/v1/logs?search=%25": 1, "/v1/logs?search=bad+PUB": 1, "/v1/logs?page[size]=1": 1} {
			if got := len(i.must(200, "", "GET", path, "")["data"].([]any)); got != want {
				t.Errorf("%s: %d, want %d", path, got, want)
			}
		}
		log := "/v1/logs/" + n["id"].(string)
		if again := i.must(200, "crawls", "PATCH", log, `{"message":"mended"}`); again["message"] != "mended" {
			t.Errorf("%v", again)
		}
		i.must(204, "crawls", "DELETE", log, "")
		i.must(404, "", "GET", log, "")

		if found := i.must(200, "", "GET", at+"/analysis", ""); len(found) != 0 {
			t.Errorf("%v", found)
		}
		first := i.must(200, "crawls", "PATCH", at+"/analysis", `{"scanner":{"v":1,"grade":"A","count":12345678901234567}}`)
		second := i.must(200, "crawls", "PATCH", at+"/analysis", `{"other":{"v":2},"scanner":{"v":1,"count":12345678901234567,"grade":"A"}}`)
		if first["scanner"].(map[string]any)["t"] == nil || second["scanner"].(map[string]any)["grade"] != "A" || second["other"] == nil {
			t.Errorf("%v %v", first, second)
		}
		if raw := i.ask("", "GET", at+"/analysis", "").body; !strings.Contains(raw, "12345678901234567") {
			t.Errorf("a number was rounded: %s", raw)
		}
		for _, bad := range []string{`{"a":1}`, `{"a":{}}`, `{"a":{"v":1000}}`, `{"a":{"v":1.5}}`, `{"a":null}`} {
			i.must(422, "crawls", "PATCH", at+"/analysis", bad)
		}
	})
}

// TestWhoMayPost asks every address as everybody: whoever may not is told so
// before anything is looked at.
func TestWhoMayPost(t *testing.T) {
	everywhere(t, func(t *testing.T, i *instance) {
		for _, r := range softwareapi.Routes() {
			path := strings.NewReplacer("{id}", "absent", "{catalog}", "absent").Replace(r.Path)
			for as, may := range map[string]bool{"": r.Act == access.Public, "reads": r.Act == access.Public, "another": r.Act == access.Public || r.Act == access.ListenToListings, "crawls": true} {
				a := i.ask(as, r.Method, path, "")
				want := 403
				if as == "" {
					want = 401
				}
				if refused := a.status == 401 || a.status == 403; refused == may || refused && a.status != want {
					t.Errorf("%q %s %s: %d", as, r.Method, r.Path, a.status)
				}
				if a.status == 401 && a.header.Get("WWW-Authenticate") == "" || a.status >= 500 {
					t.Errorf("%q %s %s: %d %v", as, r.Method, r.Path, a.status, a.header)
				}
			}
		}
		if a := i.ask("", "PUT", "/v1/software", "{}"); a.status != 405 || !strings.Contains(a.header.Get("Allow"), "POST") {
			t.Errorf("%+v", a)
		}
		if a := i.ask("", "GET", "/v1/nothing", ""); a.status != 404 {
			t.Errorf("%+v", a)
		}
	})
}

func TestWhatIsWrongIsSaidOneByOne(t *testing.T) {
	everywhere(t, func(t *testing.T, i *instance) {
		for _, c := range []struct{ path, body, field, rule string }{
			{"/v1/software", `{}`, "url", "required"},
			{"/v1/software", `{"url":"nowhere","publiccodeYml":"a: b"}`, "url", "url"},
			{"/v1/software", `{"url":"javascript:alert(1)//x","publiccodeYml":"a: b"}`, "url", "url"},
			{"/v1/software", `{"url":"https://user:secret@git.example/a","publiccodeYml":"a: b"}`, "url", "url"},
			{"/v1/software", `{"url":"https://git.example/a"}`, "publiccodeYml", "required"},
			{"/v1/software", `{"url":"https://git.example/a","publiccodeYml":"a: [b"}`, "publiccodeYml", "yaml"},
			{"/v1/software", `{"url":"https://git.example/a","publiccodeYml":"` + strings.Repeat("[", 5000) + `"}`, "publiccodeYml", "yaml"},
			{"/v1/software", `{"url":"https://git.example/a","publiccodeYml":"` + strings.Repeat("a", 100_000) + `"}`, "publiccodeYml", "max"},
			{"/v1/software", `{"url":"https://git.example/a","publiccodeYml":"a: b","colour":"red"}`, "colour", "unknown"},
			{"/v1/software", `{"url":7}`, "url", "type"},
			{"/v1/publishers", `{"description":"x"}`, "codeHosting", "required"},
			{"/v1/publishers", `{"description":"x","email":"nobody","codeHosting":[{"url":"https://git.example"}]}`, "email", "email"},
			{"/v1/publishers", `{"description":"x","alternativeId":"webhooks","codeHosting":[{"url":"https://git.example"}]}`, "alternativeId", "id"},
			{"/v1/catalogs", `{"name":"x"}`, "sources", "required"},
			{"/v1/catalogs", `{"name":"x","alternativeId":"∅","sources":[{"url":"https://git.example"}]}`, "sources", "root"},
			{"/v1/catalogs", `{"name":"a\nb","sources":[{"url":"https://git.example"}]}`, "name", "line"},
		} {
			doc := i.must(422, "crawls", "POST", c.path, c.body)
			first := doc["validationErrors"].([]any)[0].(map[string]any)
			if first["field"] != c.field || first["rule"] != c.rule || doc["detail"] == "" || strings.Contains(doc["detail"].(string), "listed.") {
				t.Errorf("%s %.60s: %v", c.path, c.body, doc)
			}
		}
		for _, body := range []string{`{`, `[]`, `{} {}`, ``, `null x`} {
			if a := i.ask("crawls", "POST", "/v1/software", body, "Content-Type", "application/json"); a.status != 400 && a.status != 422 {
				t.Errorf("%q: %d", body, a.status)
			}
		}
		i.must(422, "crawls", "POST", "/v1/software", soft(1), "Content-Type", "text/plain")
		for _, q := range []string{"page[size]=0", "page[size]=x", "page[after]=%25", "page[before]=AAAA", "from=yesterday", "to=2026"} {
			i.must(422, "", "GET", "/v1/software?"+q, "")
		}
	})
}

// FuzzPosted holds that nothing that is sent brings the face down or leaves
// people in what everybody reads.
func FuzzPosted(f *testing.F) {
	i := newInstance(f)
	for _, seed := range []string{soft(1), `{"url":"https://a.example","publiccodeYml":"maintenance: &a\n  contacts: [*a]\n"}`, `{"url":"https://b.example","publiccodeYml":"a: &a [1]\nb: [*a,*a]\nmaintenance:\n  contacts: &c\n  - name: P\nx: *c\n"}`, `{"aliases":[null]}`, `{"url":"https://[::1]:99999999/","publiccodeYml":"x"}`, `{"vitality":{}}`} {
		f.Add("POST", "/v1/software", seed)
	}
	f.Add("PATCH", "/v1/catalogs/%E2%88%85", `{"sources":null}`)
	f.Add("GET", "/v1/software?page[after]=MC4&all=true?x&from=9999-12-31T23:59:59Z&to=0000-01-01T00:00:00Z", "")
	f.Fuzz(func(t *testing.T, method, path, body string) {
		r, err := http.NewRequest(method, "http://stoa.example"+path, strings.NewReader(body))
		if err != nil || !strings.HasPrefix(r.URL.Path, "/") {
			return
		}
		r.Header.Set("Authorization", "Bearer crawls")
		w := httptest.NewRecorder()
		i.handler.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if w.Code == 200 && w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Fatalf("no JSON: %s", w.Body)
		}
	})
}
