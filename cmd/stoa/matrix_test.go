package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/api"
	"stoa/internal/app/assessment"
	"stoa/internal/app/follow"
	"stoa/internal/app/goods"
	"stoa/internal/app/messages"
	"stoa/internal/app/people"
	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/store"
)

// instance is a whole instance under test, as serve wires it.
type instance struct {
	t        testing.TB
	cmd      *ServeCmd
	handler  http.Handler
	app      *people.App
	assessed *assessment.App
	heard    *messages.App
	db       *store.DB
	dir      string // of its data
	now      time.Time
	clock    func() time.Time // instead of now, where set
	url      string           // of the database
	asked    atomic.Int64     // statements that read so far
}

func newInstance(t testing.TB, cmd *ServeCmd, base string) *instance {
	t.Helper()
	return newInstanceOn(t, cmd, base, "")
}

// newInstanceOn is newInstance on an empty database; "" is one of SQLite in its folder.
func newInstanceOn(t testing.TB, cmd *ServeCmd, base, url string) *instance {
	t.Helper()
	i := &instance{t: t, cmd: cmd, now: time.Now(), url: url}
	clock := func() time.Time {
		if i.clock != nil {
			return i.clock()
		}
		return i.now
	}
	i.dir = t.TempDir()
	dir := i.dir
	if i.url == "" {
		i.url = "sqlite:" + filepath.Join(dir, "stoa.db")
	}
	env := &Env{Ctx: t.Context(), Stdout: io.Discard, Stderr: io.Discard, Now: clock, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler), Name: "Test Alliance", Data: dir, holds: &holds{}}
	var err error
	if i.db, err = store.Open(t.Context(), i.url, store.Options{Now: clock, Rand: rand.Reader, Asked: func(string) { i.asked.Add(1) }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.db.Close() })
	if err := i.db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := jobs.Migrate(t.Context(), i.db); err != nil {
		t.Fatal(err)
	}
	if i.heard, _, err = cmd.messages(env, i.db, base); err != nil {
		t.Fatal(err)
	}
	live := &catalog.Live{}
	follower := &follow.Follower{Store: i.db, Primary: i.db, Live: live, Log: env.Log, Now: clock}
	if err := follower.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if i.handler, err = cmd.handler(env, i.db, &goods.App{DB: i.db, Live: live, CatchUp: follower.CatchUp}, func(context.Context, int64) bool { return true }, base); err != nil {
		t.Fatal(err)
	}
	if i.app, err = env.people(i.db, base); err != nil {
		t.Fatal(err)
	}
	if i.assessed, err = env.assessment(i.db); err != nil {
		t.Fatal(err)
	}
	i.assessed.CatchUp = follower.CatchUp
	return i
}

// someone is a person signed in, with one of each thing a person can have.
type someone struct {
	access.Viewer
	cookie  string
	session good.ID // another of theirs
	token   good.ID
	secret  string // of the token
	body    good.Body
	address string  // a second one
	applied good.ID // an application
	hook    good.ID // a webhook
	invited good.ID // an invitation to their organisation
}

// someone makes a person with roles.
func (i *instance) someone(name string, roles ...string) someone {
	i.t.Helper()
	ctx := i.t.Context()
	s := someone{address: name + "-second@example.org"}
	must := func(err error) {
		i.t.Helper()
		if err != nil {
			i.t.Fatal(err)
		}
	}
	p, err := i.app.Add(ctx, operating, name+"@example.org", name, "en")
	must(err)
	for _, r := range roles {
		_, err := i.app.Grant(ctx, operating, string(p.ID), r, "a test")
		must(err)
	}
	enter := func() (access.Viewer, string) {
		link, err := i.app.PrintLink(ctx, operating, string(p.ID))
		must(err)
		_, secret, _ := strings.Cut(link, "?t=")
		in, err := i.app.UseLink(ctx, secret, "", "", "")
		must(err)
		v, err := i.app.Session(ctx, in.Secret)
		must(err)
		return v, in.Secret
	}
	other, _ := enter()
	s.session = other.Session
	s.Viewer, s.cookie = enter()
	var t access.Token
	s.secret, t, err = i.app.MakeToken(ctx, s.Viewer, "a program", []string{"read", "apply", "review", "desk", "admin"}, 30)
	must(err)
	s.token = t.ID
	s.body, err = i.app.Found(ctx, s.Viewer, "House of "+name)
	must(err)
	a, err := i.assessed.Start(ctx, s.Who, assessment.Start{Name: "Good of " + name, Link: "https://" + name + ".example.org", Kinds: []good.Kind{good.Software}})
	must(err)
	s.applied = a.ID
	invited, err := i.app.Invite(ctx, s.Who, good.ToOrganisation, s.body.Slug, "guest-of-"+name+"@example.org", false, "en")
	must(err)
	s.invited = invited.ID
	hook, _, err := i.cmd.heard.AddWebhook(ctx, s.Who, "https://"+name+".example.org/hook", nil)
	must(err)
	s.hook = hook.ID
	_, err = i.db.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutEmail(ctx, good.Email{Address: s.address, Person: p.ID, Verified: tx.Now()})
	})
	must(err)
	return s
}

// ask sends a request as somebody, "" for nobody.
func (i *instance) ask(method, target, cookie, body, contentType string) *httptest.ResponseRecorder {
	var rd io.Reader
	if body != "" {
		rd = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, rd)
	r.RemoteAddr = "127.0.0.1:1" // which no limit counts
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if cookie != "" {
		r.Header.Set("Cookie", "stoa_session="+cookie)
	}
	if body != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	i.handler.ServeHTTP(w, r)
	return w
}

// route is what a page or an operation is registered as.
type route struct {
	method, path string
	act          access.Act
	api          bool
}

func (i *instance) routes() []route {
	var out []route
	for _, r := range i.cmd.site.Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		out = append(out, route{method, path, r.Act, false})
	}
	for _, o := range api.Operations() {
		out = append(out, route{o.Method, o.Path, o.Act, true})
	}
	return out
}

var wildcard = regexp.MustCompile(`\{([a-z]+)[.]*\}`)

// ends are addresses that end what the test goes on with, asked only by the
// tests of their own.
var ends = []string{"POST /account/erase", "DELETE /api/v1/me", "POST /account/sessions/others", "DELETE /api/v1/people/{person}/sessions", "POST /signout"}

// fill puts ids where an address wants them.
func fill(path string, of map[string]string) (string, []string) {
	var missing []string
	path = strings.ReplaceAll(path, "{$}", "")
	return wildcard.ReplaceAllStringFunc(path, func(w string) string {
		name := wildcard.FindStringSubmatch(w)[1]
		v, ok := of[name]
		if !ok {
			missing = append(missing, name)
		}
		return url.PathEscape(v)
	}), missing
}

// named are the wildcards there are and what stands for each where nobody's
// thing is meant. A route with another one fails until it is said here whose
// things it is about, and in owned what another's id must not do.
var named = map[string]string{"slug": "nothing", "n": "3", "kind": "software", "subject": "goals", "key": "3", "spdx": "MIT", "iso": "KE", "file": "goods.csv", "site": "nowhere", "organisation": "nothing",
	"id": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "person": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "role": "reviewer", "good": "nothing", "code": "not-found",
	"comment": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "consultation": "nothing", "seat": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "version": "1.1.7", "application": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "indicator": "1", "standard": "dpg", "set": "dpg", "from": "1.1.6", "to": "1.1.7", "question": "general.name", "attachment": "nothing", "table": "applications.csv",
	"token": "nothing", "webhook": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "delivery": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "address": "nobody@example.org", "domain": "nothing.example",
	"check": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "nomination": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "thing": "nothing", "invitation": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "sign": "01HZZZZZZZZZZZZZZZZZZZZZZZ",
	"pair": "01HZZZZZZZZZZZZZZZZZZZZZZZ",
	"task": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "term": "01HZZZZZZZZZZZZZZZZZZZZZZZ",
	"call": "nothing", "entry": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "member": "nothing", "board": "nothing", "card": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "source": "nothing", "joining": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "need": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "answer": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "community": "nothing", "meeting": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "recipe": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "guide": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "item": "evaluate.fit", "offer": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "request": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "talk": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "agreement": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "deployment": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "region": "eastern-africa", "sheet": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "commitment": "01HZZZZZZZZZZZZZZZZZZZZZZZ"}

// TestEveryRouteIsForThoseItSays asks each registered page and operation as
// everybody there can be: who may never do its act is turned away before
// anything is looked at, everybody else is not turned away for their role.
func TestEveryRouteIsForThoseItSays(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	whos := map[string]someone{"nobody": {}, "a person": i.someone("plain")}
	for _, role := range access.Granted {
		whos[role] = i.someone(role, role)
	}
	asked := 0
	for _, r := range i.routes() {
		path, missing := fill(r.path, named)
		if len(missing) > 0 {
			t.Errorf("%s %s: say in named and owned whose %v are", r.method, r.path, missing)
			continue
		}
		if slices.Contains(ends, r.method+" "+r.path) {
			continue
		}
		for name, s := range whos {
			body, media := "", ""
			if r.method == http.MethodPost || r.method == http.MethodPut || r.method == http.MethodDelete && r.api && strings.Contains(r.path, "/roles/") {
				body, media = "nothing=known", "application/x-www-form-urlencoded"
				if r.api {
					body, media = `{"nothing":"known"}`, "application/json"
				}
			}
			w := i.ask(r.method, path, s.cookie, body, media)
			asked++
			may := access.May(s.Who, r.act) == nil
			turned := w.Code == http.StatusUnauthorized || w.Code == http.StatusForbidden && strings.Contains(w.Body.String(), string(r.act)) ||
				w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/signin?next=")
			_, err := access.As(s.Who, r.act, access.Thing{})
			must := r.act == access.Public || err == nil || !s.Anonymous() && (r.act == access.Account || r.act == access.ReadAccount)
			if !may && !turned || must && turned { // between the two it hangs on the very thing
				t.Errorf("%s asks %s %s (%s): status %d, may %v, must %v", name, r.method, r.path, r.act, w.Code, may, must)
			}
			if w.Code >= 500 {
				t.Errorf("%s asks %s %s: status %d: %.300s", name, r.method, r.path, w.Code, w.Body)
			}
			if r.act != access.Public && !strings.Contains(w.Header().Get("Cache-Control"), "no-store") {
				t.Errorf("%s asks %s %s: kept by %q", name, r.method, r.path, w.Header().Get("Cache-Control"))
			}
		}
	}
	if asked < 500 {
		t.Errorf("only %d questions were asked", asked)
	}
}

// owned are the addresses about a thing of somebody's, with what is sent there
// for somebody's thing.
func owned(s someone) map[string]url.Values {
	v := func(kv ...string) url.Values {
		out := url.Values{}
		for n := 0; n < len(kv); n += 2 {
			out.Set(kv[n], kv[n+1])
		}
		return out
	}
	body, invite := "/account/organisations/"+s.body.Slug, "/account/invite/organisation/"+s.body.Slug
	return map[string]url.Values{
		"POST /account/addresses/main":                        v("which", s.address),
		"POST /account/addresses/drop":                        v("which", s.address),
		"POST /account/sessions/end":                          v("which", string(s.session)),
		"POST /account/tokens/end":                            v("which", string(s.token)),
		"GET " + body:                                         nil,
		"POST " + body + "/domains":                           v("domain", "example.org"),
		"POST " + body + "/domains/drop":                      v("which", "example.org"),
		"POST " + body + "/domains/prove":                     v("which", "example.org", "way", "dns"),
		"POST " + body + "/members":                           v("which", string(s.Person), "keeper", "yes"),
		"POST " + body + "/members/drop":                      v("which", string(s.Person)),
		"GET " + invite:                                       nil,
		"POST " + invite:                                      v("address", "friend@example.org"),
		"POST " + invite + "/back":                            v("which", string(s.invited)),
		"GET /api/v1/invitations/organisation/" + s.body.Slug: nil,
		"DELETE /api/v1/invitations/organisation/" + s.body.Slug + "/" + string(s.invited): nil,
		"GET /account/invite/application/" + string(s.applied):                             nil,
		"POST /account/invite/application/" + string(s.applied):                            v("address", "friend@example.org"),
		"GET /account/webhooks/" + string(s.hook):                                          nil,
		"POST /account/webhooks/" + string(s.hook):                                         v("url", "https://other.example.org/hook"),
		"POST /account/webhooks/" + string(s.hook) + "/secret":                             nil,
		"POST /account/webhooks/" + string(s.hook) + "/test":                               nil,
		"POST /account/webhooks/" + string(s.hook) + "/turn":                               v("on", "yes"),
		"POST /account/webhooks/" + string(s.hook) + "/drop":                               nil,
		"GET /api/v1/me/webhooks/" + string(s.hook):                                        nil,
		"DELETE /api/v1/me/webhooks/" + string(s.hook):                                     nil,
		"POST /api/v1/me/webhooks/" + string(s.hook) + "/test":                             nil,
		"POST /api/v1/me/webhooks/" + string(s.hook) + "/secret":                           nil,
		"DELETE /api/v1/me/sessions/" + string(s.session):                                  nil,
		"DELETE /api/v1/me/tokens/" + string(s.token):                                      nil,
	}
}

// TestAnothersThingsAreOutOfReach tries another person's ids at every address
// that takes one, as everybody there can be: nothing is shown and nothing is
// changed.
func TestAnothersThingsAreOutOfReach(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	victim := i.someone("victim")
	whole := func() string {
		all, err := i.app.Export(t.Context(), operating, string(victim.Person))
		if err != nil {
			t.Fatal(err)
		}
		b, err := i.app.Body(t.Context(), victim.Viewer, victim.body.Slug)
		if err != nil {
			t.Fatal(err)
		}
		all.Made = time.Time{}
		hooks, err := i.cmd.heard.Webhooks(t.Context(), victim.Who)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(hooks) + strings.Join([]string{string(all.Person), all.Addresses[0].Address, all.Addresses[1].Address}, " ") + " " + string(rune('0'+len(all.Sessions))) + string(rune('0'+len(all.Tokens))) + string(rune('0'+len(b.Members))) + string(rune('0'+len(b.Domains)))
	}
	before := whole()
	for _, role := range append([]string{""}, access.Granted...) {
		if role == access.Administrator { // looks after organisations and people, by their own acts
			continue
		}
		var roles []string
		if role != "" {
			roles = []string{role}
		}
		s := i.someone("thief"+role, roles...)
		for _, asked := range slices.Sorted(maps.Keys(owned(victim))) {
			method, path, _ := strings.Cut(asked, " ")
			for how, w := range map[string]*httptest.ResponseRecorder{
				"signed in": i.ask(method, path, s.cookie, owned(victim)[asked].Encode(), "application/x-www-form-urlencoded"),
				"anonymous": i.ask(method, path, "", owned(victim)[asked].Encode(), "application/x-www-form-urlencoded"),
			} {
				if ok := w.Code >= 400 && w.Code < 500 || how == "anonymous" && w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/signin"); !ok {
					t.Errorf("%q, %s: %s: status %d to %s", role, how, asked, w.Code, w.Header().Get("Location"))
				}
				for _, secret := range []string{victim.address, "victim.example.org/hook", "guest-of-victim", "House of victim", string(victim.Person)} {
					if how == "signed in" && strings.Contains(w.Body.String(), secret) && !strings.Contains(owned(victim)[asked].Encode(), url.QueryEscape(secret)) {
						t.Errorf("%q: %s tells %q", role, asked, secret)
					}
				}
			}
		}
	}
	if after := whole(); after != before {
		t.Errorf("what is another's was changed:\n%s\n%s", before, after)
	}
	// And their own is in reach, so that the above is no wall of another kind.
	for _, asked := range slices.Sorted(maps.Keys(owned(victim))) {
		if strings.Contains(asked, "/domains/") || strings.Contains(asked, "/members/drop") || strings.Contains(asked, "addresses/drop") || strings.HasPrefix(asked, "DELETE") || strings.HasSuffix(asked, "/drop") {
			continue
		}
		method, path, _ := strings.Cut(asked, " ")
		if w := i.ask(method, path, victim.cookie, owned(victim)[asked].Encode(), "application/x-www-form-urlencoded"); w.Code != http.StatusOK && w.Code != http.StatusCreated && w.Code != http.StatusSeeOther {
			t.Errorf("the owner asks %s: status %d: %.200s", asked, w.Code, w.Body)
		}
	}
}

// TestAnothersApplicationsAreOutOfReach tries another's application at every
// address that names one, as everybody there can be whom no role lets to it.
func TestAnothersApplicationsAreOutOfReach(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	victim := i.someone("victim")
	asked := 0
	for _, role := range append([]string{""}, access.Granted...) {
		s := i.someone("thief" + role)
		if role != "" {
			s = i.someone("thieving"+role, role)
		}
		for _, r := range i.routes() {
			if !strings.Contains(r.path, "{application}") || r.act == access.Public {
				continue
			}
			if _, err := access.As(s.Who, r.act, access.Own(victim.Person)); err == nil {
				continue
			}
			of := maps.Clone(named)
			of["application"] = string(victim.applied)
			path, _ := fill(r.path, of)
			body, media := "", "application/x-www-form-urlencoded"
			if r.api && r.method != http.MethodGet {
				body, media = "{}", "application/json"
			}
			asked++
			w := i.ask(r.method, path, s.cookie, body, media)
			if w.Code < 400 || w.Code >= 500 || strings.Contains(w.Body.String(), "Good of victim") || strings.Contains(w.Body.String(), "victim.example.org") {
				t.Errorf("%q asks %s %s (%s): status %d: %.200s", role, r.method, r.path, r.act, w.Code, w.Body)
			}
		}
	}
	if asked < 100 {
		t.Errorf("only %d questions were asked", asked)
	}
	if w := i.ask("GET", "/api/v1/applications/"+string(victim.applied), victim.cookie, "", ""); w.Code != http.StatusOK {
		t.Errorf("the owner is refused: %d %.200s", w.Code, w.Body)
	}
}

func TestATokenReadsButNeverChangesAnAccount(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	s := i.someone("amina")
	ask := func(method, path, body string) int {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("Authorization", "Bearer "+s.secret)
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		i.handler.ServeHTTP(w, r)
		return w.Code
	}
	for asked, want := range map[string]int{"GET /api/v1/me": 200, "GET /api/v1/me/sessions": 200, "GET /api/v1/me/tokens": 200, "GET /api/v1/me/export": 403,
		"DELETE /api/v1/me": 403, "DELETE /api/v1/me/tokens/" + string(s.token): 403, "GET /api/v1/people": 403, "GET /account": 200, "GET /account/export": 403} {
		method, path, _ := strings.Cut(asked, " ")
		if got := ask(method, path, ""); got != want {
			t.Errorf("%s: %d, want %d", asked, got, want)
		}
	}
	if got := ask("POST", "/api/v1/me/tokens", `{"name":"child","scopes":["read"],"days":1}`); got != 403 {
		t.Errorf("a token makes a token: %d", got)
	}
}
