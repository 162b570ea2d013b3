package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// TestTheWatchInTheBrowser has a recognised good's website die: everybody reads
// it on the good's page, its owner says why, and once it stays the secretariat
// ends it at the desk; the good stays recognised.
func TestTheWatchInTheBrowser(t *testing.T) {
	for lang, look := range map[string]testkit.Screen{"": {}, "/ar": {Width: 360, Height: 780, Phone: true, NoScript: true}} {
		t.Run("language "+lang, func(t *testing.T) { watchInTheBrowser(t, lang, look) })
	}
}

func watchInTheBrowser(t *testing.T, lang string, look testkit.Screen) {
	var dead atomic.Bool
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if dead.Load() || r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<p>Wells</p>"))
	}))
	defer site.Close()
	port, err := strconv.ParseUint(site.URL[strings.LastIndex(site.URL, ":")+1:], 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(nil)
	defer srv.Close()
	base := "http://" + srv.Listener.Addr().String()
	cmd := &ServeCmd{CheckFlags: CheckFlags{CheckNetworks: []string{"127.0.0.1/32"}, CheckPorts: []uint16{uint16(port)}}}
	i := newInstance(t, cmd, base)
	srv.Config.Handler = i.handler
	srv.Start()
	now := time.Now()
	i.clock = func() time.Time { return now }
	kofi := i.someone("kofi")
	ines := i.someone("ines", access.Secretariat)
	recognised(t, i, site.URL+"/", kofi.Person)
	cmd.watch.Pause = 0
	day := func() {
		now = now.Add(24 * time.Hour)
		_, err := cmd.watch.RunDue(t.Context(), access.Machine(access.Operator), []string{"well-book"}, 1)
		if err = errors.Join(err, cmd.watch.Daily(t.Context(), now)); err != nil {
			t.Fatal(err)
		}
	}
	s := screen{t, testkit.Browser(t, look)}
	read := func(path string, want ...string) {
		t.Helper()
		s.do(chromedp.Navigate(base + lang + path))
		said := ask[string](s, "document.body.textContent")
		for _, w := range want {
			if lang == "" && !strings.Contains(said, w) {
				t.Errorf("%s does not say %q: %.3000s", path, w, said)
			}
		}
		s.fine()
		picture(t, s, "watch"+strings.ReplaceAll(lang+path, "/", "-"))
	}
	day()
	read("/goods/well-book", "nothing changed")
	dead.Store(true)
	day()
	read("/goods/well-book", "nothing changed") // an outage is no sign
	day()
	day()
	read("/goods/well-book", "Recognised", "is not there any more")
	read("/goods/well-book/record", "is not there any more")
	enter := func(who someone) {
		link, err := i.app.PrintLink(t.Context(), operating, string(who.Person))
		if err != nil {
			t.Fatal(err)
		}
		s.do(chromedp.Navigate(base + link[strings.Index(link, "/signin"):]))
		s.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
	}
	enter(kofi)
	read("/goods/well-book/watch", "is not there any more", "Why is it so?")
	s.do(chromedp.SendKeys(chromedp.CSS("textarea[name=reason]"), "We move house in spring."))
	s.turn(chromedp.Click(chromedp.CSS("form:has(textarea[name=reason]) button")))
	if said := ask[string](s, "document.body.textContent"); !strings.Contains(said, "We move house in spring.") {
		t.Errorf("the owner's words are not shown: %.2000s", said)
	}
	s.fine()
	now = now.AddDate(0, 0, 31)
	if err := cmd.watch.Tick(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	read("/imports", "Well Book", "Website gone")
	enter(ines)
	read("/desk/watch", "Well Book", "a case for people since", "We move house in spring.")
	s.turn(chromedp.Click(chromedp.CSS(".rows h3 a")))
	s.fine()
	picture(t, s, "watch-case"+strings.ReplaceAll(lang, "/", "-"))
	s.do(chromedp.Click(chromedp.CSS("input[name=decision][value=dismissed]")), chromedp.SendKeys(chromedp.CSS("textarea[name=reason]"), "A new site is on its way."))
	s.turn(chromedp.Click(chromedp.CSS("form:has(input[name=decision]) button")))
	s.fine()
	read("/desk/watch", "None.")
	read("/goods/well-book", "Recognised", "nothing changed")
	if g, _, err := i.db.GoodBySlug(t.Context(), "well-book"); err != nil || g.Stage != good.Recognised {
		t.Errorf("%+v %v", g, err)
	}
}

// recognised brings in a good that others recognise, owned here by somebody.
func recognised(t *testing.T, i *instance, website string, owner good.ID) {
	t.Helper()
	_, err := i.db.Do(t.Context(), good.Actor{Role: access.Importer}, func(ctx context.Context, tx *store.Tx) error {
		src := good.Source{ID: "dpga", Name: "DPGA", Issuer: "DPGA"}
		rec := good.Record{Source: "dpga", ForeignID: "1", Good: tx.NewID(), Seen: "2026-01-01", Facts: good.Facts{Name: "Well Book", Kinds: []good.Kind{good.Content}, Website: website,
			Standing: &good.Standing{State: good.Recognised, Issuer: "DPGA", First: "2026-01-01", Last: "2026-01-01"}}}
		g := good.Good{ID: rec.Good, Slug: "well-book", Created: tx.Now()}.Restate([]good.Record{rec}, map[string]good.Source{"dpga": src})
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: src})
		tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: g.Slug})
		tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: rec})
		return errors.Join(tx.PutSource(ctx, src), tx.PutGood(ctx, &g), tx.PutRecord(ctx, rec),
			tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: owner, Token: "t", Created: tx.Now(), Proved: tx.Now(), Method: "file"}))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheWatchAtTheCommandLine(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	recognised(t, i, "http://127.0.0.1:1/", i.someone("kofi").Person)
	command := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(t.Context(), append([]string{"--data", i.dir, "watch"}, args...), &out, &errs); code != want {
			t.Errorf("%v: %d, want %d: %s %s", args, code, want, out.String(), errs.String())
		}
		return out.String() + errs.String()
	}
	if said := command(0, "run", "well-book"); !strings.Contains(said, `"watched": true`) {
		t.Error(said)
	}
	if said := command(1, "run", "well-book"); !strings.Contains(said, "was looked at just now") {
		t.Error(said)
	}
	// The address is within this machine, where nobody may look unless it is said: no sign.
	if said := command(0, "list"); !strings.Contains(said, `"slug": "well-book"`) || !strings.Contains(said, `"failure"`) || !strings.Contains(said, `"open": 0`) {
		t.Error(said)
	}
	if said := command(0, "show", "well-book"); !strings.Contains(said, `"signs": []`) {
		t.Error(said)
	}
	if said := command(1, "list", "--as", "kofi@example.org"); !strings.Contains(said, "see-watch") {
		t.Error(said)
	}
	for _, args := range [][]string{{"settle", "NONE", "--how", "dismissed", "--reason", "x"}, {"explain", "NONE", "x", "--as", "kofi@example.org"}} {
		if said := command(1, args...); !strings.Contains(said, "no such sign") {
			t.Error(said)
		}
	}
}
