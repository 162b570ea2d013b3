package web_test

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/attachments"
	"stoa/internal/app/nominations"
	"stoa/internal/blob"
	"stoa/internal/edge"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/internal/web"
	applypage "stoa/internal/web/page/apply"
	"stoa/internal/web/page/hear"
	nominatepage "stoa/internal/web/page/nominate"
	"stoa/standards"
)

// The people of these tests; a session's secret names one.
var persons = map[string]good.ID{"ana": "01HZZZZZZZZZZZZZZZZZZZZZZ1", "ben": "01HZZZZZZZZZZZZZZZZZZZZZZ2", "eve": "01HZZZZZZZZZZZZZZZZZZZZZZ3",
	"rita": "01HZZZZZZZZZZZZZZZZZZZZZZ4", "rolf": "01HZZZZZZZZZZZZZZZZZZZZZZ5", "cora": "01HZZZZZZZZZZZZZZZZZZZZZZ6",
	"ex": "01HZZZZZZZZZZZZZZZZZZZZZZ7", "comm": "01HZZZZZZZZZZZZZZZZZZZZZZ8", "sec": "01HZZZZZZZZZZZZZZZZZZZZZZ9", "adm": "01HZZZZZZZZZZZZZZZZZZZZZZA", "adv": "01HZZZZZZZZZZZZZZZZZZZZZZB"}

var rolesOf = map[string][]string{"rita": {access.Reviewer}, "rolf": {access.Reviewer}, "cora": {access.Coordinator},
	"ex": {access.Expert}, "comm": {access.Community}, "sec": {access.Secretariat}, "adm": {access.Administrator}, "adv": {access.Advisor}}

func whoIs(name string) access.Who {
	return access.Who{Person: persons[name], Pseudonym: "p-" + name, Roles: rolesOf[name]}
}

// byName knows people by the secret of their session.
type byName struct{}

// Session implements edge.Identity.
func (byName) Session(_ context.Context, secret string) (edge.Viewer, error) {
	if _, ok := persons[secret]; !ok {
		return edge.Viewer{}, nil
	}
	return edge.Viewer{Who: whoIs(secret), Name: strings.ToUpper(secret[:1]) + secret[1:], Session: "s"}, nil
}

// Token implements edge.Identity.
func (byName) Token(context.Context, string) (edge.Viewer, error) { return edge.Viewer{}, nil }

// bureau is an instance on which goods can be applied for, with a clock to turn.
type bureau struct {
	*assessment.App
	site   http.Handler
	now    time.Time
	good   good.ID // dhis2
	claims *nominations.App
	names  *testkit.Names
}

// newBureau makes one whose pages are at an address, and knows the good dhis2.
func newBureau(t *testing.T, base string) *bureau {
	t.Helper()
	b := &bureau{}
	b.build(t, base)
	return b
}

func (b *bureau) build(t *testing.T, base string) {
	t.Helper()
	b.now = when
	library, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), store.Options{Now: func() time.Time { return b.now }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = db.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		for name, id := range persons {
			if err := tx.PutPerson(ctx, &good.Person{ID: id, Pseudonym: "p-" + name, Name: strings.ToUpper(name[:1]) + name[1:]}); err != nil {
				return err
			}
			for _, role := range rolesOf[name] {
				if _, err := tx.PutRole(ctx, id, role); err != nil {
					return err
				}
			}
		}
		src := good.Source{ID: "dpga-v1", Name: "DPG Registry", Issuer: "DPGA"}
		if err := tx.PutSource(ctx, src); err != nil {
			return err
		}
		g := good.Good{ID: tx.NewID(), Slug: "dhis2"}
		b.good = g.ID
		rec := good.Record{Source: src.ID, ForeignID: "1", Good: g.ID, Facts: good.Facts{Name: "DHIS2", Website: "https://dhis2.org", Kinds: []good.Kind{good.Software},
			Licences: []good.Licence{{SPDX: "BSD-3-Clause"}}, Goals: []good.Goal{{SDG: 3}}}}
		g = g.Restate([]good.Record{rec}, map[string]good.Source{src.ID: src})
		tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: g.Slug})
		if err := tx.PutGood(ctx, &g); err != nil {
			return err
		}
		return tx.PutRecord(ctx, rec)
	})
	if err != nil {
		t.Fatal(err)
	}
	b.App = &assessment.App{DB: db, Library: library, Now: func() time.Time { return b.now }, Issuer: "Test Alliance"}
	s := samples()
	dir := t.TempDir()
	files := &attachments.App{DB: db, Vault: &blob.Vault{Keeper: blob.Dir{Path: dir, Now: time.Now}, Temp: dir}, Rand: rand.Reader, Subject: b.App}
	b.names = testkit.NameServer(t)
	policy := fence.Proofs
	policy.Resolver = b.names.Resolver()
	b.claims = &nominations.App{DB: db, Key: []byte("k"), Rand: rand.Reader, Proof: struct {
		*fence.Client
		*net.Resolver
	}{fence.New(policy), policy.Resolver}}
	pages, err := web.New(web.Config{Goods: s, Standards: sets(t), BaseURL: base, Version: "v", Now: func() time.Time { return b.now },
		More: slices.Concat(nominatepage.Routes(nominatepage.Config{Nominations: b.claims, Claims: b.claims, Now: func() time.Time { return b.now }, Rand: rand.Reader}), (&hear.Files{Attachments: files}).Routes(), applypage.Routes(applypage.Config{Views: b, Answers: b, Carrier: b, Steps: b, Replies: b, Files: files, Tickets: nominate.Tickets{Key: []byte("k")}, Now: func() time.Time { return b.now }, Rand: rand.Reader}))})
	if err != nil {
		t.Fatal(err)
	}
	b.site = edge.Identify(byName{}, strings.HasPrefix(base, "https:"), pages.Deny)(pages)
}

// post sends a form as somebody.
func (b *bureau) post(t *testing.T, who, path string, v url.Values, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Cookie", "__Host-stoa_session="+who)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	return w
}

func (b *bureau) get(t *testing.T, who, path string) *httptest.ResponseRecorder {
	t.Helper()
	return get(t, b.site, path, "Cookie", "__Host-stoa_session="+who)
}

// begin begins an application for dhis2 as Ana, and returns its path.
func (b *bureau) begin(t *testing.T) string {
	t.Helper()
	w := b.post(t, "ana", "/apply/new", url.Values{"good": {"dhis2"}})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

var hidden = regexp.MustCompile(`name="v\.([a-z0-9.-]+)" value="(\d+)"`)

// versions are those a part's form was made from.
func versions(w *httptest.ResponseRecorder) url.Values {
	out := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(w.Body.String(), -1) {
		out.Set("v."+m[1], m[2])
	}
	return out
}

func TestAnOwnerBeginsWithWhatIsKnown(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	at := b.begin(t)
	w := b.get(t, "ana", at+"/part/general")
	page := parse(t, w)
	if got := attrOf(page, `input[name="t.general.name"]`, "value"); got != "DHIS2" {
		t.Errorf("the name is %q", got)
	}
	if got := page.texts(".from"); len(got) == 0 || !strings.Contains(got[0], "DPG Registry") {
		t.Errorf("nothing says where it comes from: %q", got)
	}
	if w.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("cached as %q", w.Header().Get("Cache-Control"))
	}
	for path, want := range map[string]int{at: 200, at + "/check": 200, "/apply": 200, "/ar" + at + "/part/2": 200, at + "/part/77": 404, "/apply/01HZZZZZZZZZZZZZZZZZZZZZZ9": 404, "/apply/x": 404} {
		if w := b.get(t, "ana", path); w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for who, want := range map[string]int{"eve": 403, "": 401} { // another's, and nobody's
		if w := b.get(t, who, at+"/part/general"); w.Code != want {
			t.Errorf("%q reads it: %d", who, w.Code)
		}
		if w := b.post(t, who, at+"/part/general", url.Values{"v.general.name": {"1"}, "t.general.name": {"Mine"}}); w.Code != want {
			t.Errorf("%q writes it: %d", who, w.Code)
		}
	}
}

func TestAnswersAreSavedByButtonAndOneByOne(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	at := b.begin(t)
	form := versions(b.get(t, "ana", at+"/part/general"))
	form.Set("t.general.name", "DHIS2 Health")
	form.Set("l.general.website", "dhis2.org the site")
	form.Set("t.general.summary", "Health ministries count with it.\r\nYes.")
	form.Set("next", "1")
	w := b.post(t, "ana", at+"/part/general", form)
	if w.Code != http.StatusSeeOther || !strings.HasSuffix(w.Header().Get("Location"), "/part/1") {
		t.Fatalf("%d %s %s", w.Code, w.Header(), parse(t, w).text("main"))
	}
	page := parse(t, b.get(t, "ana", at+"/part/general"))
	if got := page.text(`textarea[name="t.general.summary"]`); !strings.Contains(got, "count with it. Yes.") {
		t.Errorf("the summary is %q", got)
	}
	if got := page.text(`textarea[name="l.general.website"]`); got != "https://dhis2.org the site" {
		t.Errorf("the website is %q", got)
	}
	// One answer, as the script sends it.
	one := url.Values{"v.general.aliases": {versions(b.get(t, "ana", at+"/part/general")).Get("v.general.aliases")}, "t.general.aliases": {"DHIS"}}
	w = b.post(t, "ana", at+"/part/general", one, "Accept", "application/json")
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"general.aliases":1`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w = b.post(t, "ana", at+"/part/general", one, "Accept", "application/json"); w.Code != 200 { // the same once more is no clash
		t.Errorf("twice: %d %s", w.Code, w.Body)
	}
}

// TestAnApplicationBegunTwiceIsOne presses the button twice, without a script.
func TestAnApplicationBegunTwiceIsOne(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	ticket := parse(t, b.get(t, "ana", "/apply/new")).attrs(`input[name="ticket"]`, "value")
	if len(ticket) != 2 {
		t.Fatalf("%v", ticket)
	}
	form := url.Values{"name": {"Clinic Book"}, "link": {"https://clinic.example"}, "kind": {"software"}, "ticket": {ticket[1]}}
	first, second := b.post(t, "ana", "/apply/new", form), b.post(t, "ana", "/apply/new", form)
	if first.Code != 303 || second.Code != 303 || first.Header().Get("Location") != second.Header().Get("Location") {
		t.Errorf("%d %s, %d %s", first.Code, first.Header().Get("Location"), second.Code, second.Header().Get("Location"))
	}
	if mine := parse(t, b.get(t, "ana", "/apply")).all(`a[href^="/apply/0"]`); len(mine) != 1 {
		t.Errorf("%d applications", len(mine))
	}
	form.Set("ticket", ticket[1]+"x") // made up: said, and nothing is lost
	if w := b.post(t, "ana", "/apply/new", form); w.Code != 409 || !strings.Contains(w.Body.String(), "Clinic Book") {
		t.Errorf("%d", w.Code)
	}
	// A good that is chosen needs no slug, one that is not there is said beside its field.
	page := parse(t, b.get(t, "ana", "/apply/new?good=dhis2"))
	if !strings.Contains(page.text("main"), "DHIS2") || len(page.all(`input[name="good"][type="hidden"][value="dhis2"]`)) != 1 || len(page.all(`input[name="name"]`)) != 0 {
		t.Errorf("%s", page.text("main"))
	}
	if w := b.get(t, "ana", "/apply/new?good=nothing"); w.Code != 404 {
		t.Errorf("%d", w.Code)
	}
	if w := b.post(t, "ana", "/apply/new", url.Values{"good": {"nothing"}}); w.Code != 400 || len(parse(t, w).all("#good-wrong")) != 1 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := b.post(t, "ana", "/apply/new", url.Values{"good": {"https://stoa.example/fr/goods/dhis2?x=1"}}); w.Code != 303 {
		t.Errorf("by the address of its page: %d", w.Code)
	}
}

// joins has somebody accept ana's invitation to an application.
func (b *bureau) joins(t *testing.T, at, name string) {
	t.Helper()
	_, err := b.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		return b.Join(ctx, tx, whoIs("ana"), idOf(at), whoIs(name))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCoAuthorsDoNotOverwriteEachOther(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	at := b.begin(t)
	if got := parse(t, b.get(t, "ana", at)).attrs(`a[href^="/account/invite/"]`, "href"); len(got) != 1 || got[0] != "/account/invite/application/"+string(idOf(at)) {
		t.Errorf("others are invited at %q", got)
	}
	b.joins(t, at, "ben")
	old := versions(b.get(t, "ben", at+"/part/general"))
	hers, his := url.Values{}, url.Values{}
	for k := range old {
		hers.Set(k, old.Get(k))
		his.Set(k, old.Get(k))
	}
	for _, v := range []url.Values{hers, his} {
		v.Set("t.general.name", "DHIS2")
		v.Set("l.general.website", "https://dhis2.org")
		v.Set("c.general.kinds", "software")
	}
	hers.Set("t.general.summary", "What Ana wrote.")
	his.Set("t.general.summary", "What Ben wrote.")
	if w := b.post(t, "ana", at+"/part/general", hers); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	w := b.post(t, "ben", at+"/part/general", his)
	page := parse(t, w)
	if w.Code != 409 || !strings.Contains(page.text("main"), "What Ana wrote.") || !strings.Contains(page.text("main"), "What Ben wrote.") || !strings.Contains(page.text("main"), "What Ana wrote") {
		t.Fatalf("%d %s", w.Code, page.text("main"))
	}
	merged := versions(w)
	merged.Set("t.general.summary", page.text(`textarea[name="t.general.summary"]`)+" Together.")
	if w := b.post(t, "ben", at+"/part/general", merged); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if got := parse(t, b.get(t, "ana", at+"/part/general")).text(`textarea[name="t.general.summary"]`); !strings.Contains(got, "Ana wrote") || !strings.Contains(got, "Ben wrote") || !strings.Contains(got, "Together") {
		t.Errorf("in the end: %q", got)
	}
}
