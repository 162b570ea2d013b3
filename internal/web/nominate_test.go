package web_test

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/app/nominations"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/store"
	"stoa/internal/web"
	nominatepage "stoa/internal/web/page/nominate"
)

// desk is an instance on which goods can be nominated, with a clock to turn.
type desk struct {
	app  *nominations.App
	site http.Handler
	now  time.Time
	full bool // the client has asked too often
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{now: when}
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), store.Options{Now: func() time.Time { return d.now }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.app = &nominations.App{DB: db, Key: []byte("k"), Rand: rand.Reader}
	pages := nominatepage.Routes(nominatepage.Config{Nominations: d.app, Tickets: nominate.Tickets{Key: []byte("k")}, Now: func() time.Time { return d.now }, Rand: rand.Reader,
		Quota: func(*http.Request) error {
			if d.full {
				return &good.Error{Kind: good.Limited, Key: "nominate.error.quota", Args: map[string]any{"Minutes": 6}}
			}
			return nil
		}})
	s := samples()
	if d.site, err = web.New(web.Config{Goods: s, More: pages, BaseURL: "https://stoa.example", Version: "v", Now: func() time.Time { return d.now }}); err != nil {
		t.Fatal(err)
	}
	return d
}

// sheet is a form somebody filled in well, with a ticket of a minute ago.
func (d *desk) sheet(t *testing.T) url.Values {
	t.Helper()
	page := parse(t, get(t, d.site, "/nominate"))
	d.now = d.now.Add(time.Minute)
	return url.Values{"name": {"OpenCRVS"}, "link": {"github.com/opencrvs/opencrvs-core"}, "kind": {"software"}, "licence": {"mpl 2.0"}, "sdg": {"16"}, "email": {"ana@example.org"},
		"why": {"Every child gets a legal identity: offices in five countries register births with it."}, "ticket": {attrOf(page, "input[name=ticket]", "value")}, "homepage": {""}}
}

func (d *desk) send(t *testing.T, path string, v url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	d.site.ServeHTTP(w, r)
	return w
}

func TestAnyoneNominates(t *testing.T) {
	d := newDesk(t)
	sheet := d.sheet(t)
	w := d.send(t, "/nominate", sheet)
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/nominate/") {
		t.Fatalf("%d %s %s", w.Code, w.Header(), w.Body)
	}
	if again := d.send(t, "/nominate", sheet); again.Header().Get("Location") != w.Header().Get("Location") {
		t.Errorf("the same form sent twice leads to %d %s", again.Code, again.Header())
	}
	page := parse(t, get(t, d.site, w.Header().Get("Location")))
	if attrOf(page, "main .btn[href]", "href") != "/goods/opencrvs" || !strings.Contains(page.text("main"), "OpenCRVS") {
		t.Errorf("it says %q", page.text("main"))
	}
	for _, lang := range []string{"ar", "ru"} {
		if w := get(t, d.site, "/"+lang+w.Header().Get("Location")); w.Code != 200 {
			t.Errorf("%s: %d", lang, w.Code)
		}
	}
}

func TestWhatIsKnownIsShownBeforeAndAfterSending(t *testing.T) {
	d := newDesk(t)
	d.send(t, "/nominate", d.sheet(t))
	typing := get(t, d.site, "/nominate/alike?name=open+crvs&link=")
	if !strings.Contains(typing.Body.String(), `href="/goods/opencrvs"`) || strings.Contains(typing.Body.String(), "<html") || strings.Contains(typing.Header().Get("Cache-Control"), "public") {
		t.Errorf("while typing: %s", typing.Body)
	}
	sheet := d.sheet(t)
	w := d.send(t, "/nominate", sheet)
	page := parse(t, w)
	if w.Code != http.StatusConflict || len(page.all(".there li")) != 1 || attrOf(page, "input[name=name]", "value") != "OpenCRVS" {
		t.Fatalf("%d %s", w.Code, page.text("main"))
	}
	sheet.Set("distinct", "yes")
	w = d.send(t, "/nominate", sheet)
	if page := parse(t, get(t, d.site, w.Header().Get("Location"))); len(page.all(".doubts li")) != 1 {
		t.Errorf("who says it is another is told %q", page.text("main"))
	}
}

func TestFormsThatCannotBeTaken(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*desk, url.Values)
		status int
		says   string // in a mistake
	}{
		"nothing":          {func(_ *desk, v url.Values) { v.Set("name", ""); v.Set("link", ""); v.Set("why", "") }, 400, "Write the name"},
		"a goal of words":  {func(_ *desk, v url.Values) { v.Set("sdg", "all") }, 400, "Choose one"},
		"a made-up kind":   {func(_ *desk, v url.Values) { v.Set("kind", "hardware") }, 400, "Choose one"},
		"no address":       {func(_ *desk, v url.Values) { v.Set("email", "me at home") }, 400, "not an e-mail"},
		"an unknown field": {func(_ *desk, v url.Values) { v.Set("stage", "recognised") }, 400, "“stage”"},
		"a repeated field": {func(_ *desk, v url.Values) { v.Add("name", "Another") }, 400, "“name”"},
		"no text":          {func(_ *desk, v url.Values) { v.Set("why", "\xff\xfe") }, 400, "“why”"},
		"a zero byte":      {func(_ *desk, v url.Values) { v.Set("name", "a\x00b") }, 400, "“name”"},
		"a stale form":     {func(d *desk, _ url.Values) { d.now = d.now.Add(48 * time.Hour) }, 409, "lay open"},
		"a forged ticket":  {func(_ *desk, v url.Values) { v.Set("ticket", strings.Repeat("A", 46)) }, 409, "lay open"},
		"no ticket":        {func(_ *desk, v url.Values) { v.Del("ticket") }, 409, "lay open"},
		"too often":        {func(d *desk, _ url.Values) { d.full = true }, 429, "6 min"},
		"a private host":   {func(_ *desk, v url.Values) { v.Set("link", "http://127.0.0.1:8080/admin") }, 400, "open web"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			sheet := d.sheet(t)
			c.change(d, sheet)
			w := d.send(t, "/nominate", sheet)
			page := parse(t, w)
			if w.Code != c.status || !strings.Contains(page.text("main"), c.says) {
				t.Fatalf("%d %q", w.Code, page.text("main"))
			}
			if len(page.all(".wrong")) > 0 && sheet.Get("why") != "" && !strings.Contains(page.text("textarea"), "Every child") {
				t.Error("what was written is lost")
			}
			if goods, err := d.app.DB.GoodsAfter(t.Context(), "", 1); err != nil || len(goods) > 0 {
				t.Errorf("a good was made: %v", err)
			}
		})
	}
}

func TestRobotsWaitForAPerson(t *testing.T) {
	d := newDesk(t)
	quick := d.sheet(t)
	d.now = d.now.Add(-59 * time.Second)
	trapped := url.Values{}
	for k, v := range quick {
		trapped[k] = v
	}
	w := d.send(t, "/nominate", quick)
	if page := parse(t, get(t, d.site, w.Header().Get("Location"))); len(page.all(".doubts li")) != 1 || len(page.all(`a[href="/goods/opencrvs"]`)) > 0 {
		t.Errorf("filled in within a second: %q", page.text("main"))
	}
	d = newDesk(t)
	decoyed := d.sheet(t)
	decoyed.Set("homepage", "https://spam.example")
	decoyed.Set("name", `<script>alert(1)</script>`)
	w = d.send(t, "/nominate", decoyed)
	page := get(t, d.site, w.Header().Get("Location"))
	if strings.Contains(page.Body.String(), "<script>alert") {
		t.Error("what was sent runs")
	}
	if _, n, err := d.app.DB.CountWaitingNominations(t.Context()); err != nil || n != 1 {
		t.Errorf("%d wait: %v", n, err)
	}
}

func TestNoSuchNomination(t *testing.T) {
	d := newDesk(t)
	for _, id := range []string{"01KB0ZZZZZZZZZZZZZZZZZZZZZ", "x", "..%2f"} {
		if w := get(t, d.site, "/nominate/"+id); w.Code != 404 && w.Code != 301 {
			t.Errorf("%s: %d", id, w.Code)
		}
	}
}

// attrOf is an attribute of the one element a selector finds.
func attrOf(d doc, selector, name string) string {
	d.t.Helper()
	return d.attrs(selector, name)[0]
}
