package main

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	"stoa/internal/app/calls"
	"stoa/internal/testkit"
)

// TestACallInTheBrowser takes a call from its first draft to the published
// cohort and on into an application: the secretariat, a partner, an owner and
// two jurors, in English at a desk and in Arabic on a phone without script.
func TestACallInTheBrowser(t *testing.T) {
	for lang, look := range map[string]testkit.Screen{"": {}, "/ar": {Width: 360, Height: 780, Phone: true, NoScript: true}} {
		t.Run("language "+lang, func(t *testing.T) { callInTheBrowser(t, lang, look) })
	}
}

// caller is a tab at an instance, in one language.
type caller struct {
	screen
	base, lang string
}

// as makes the tab somebody's.
func (c caller) as(who someone) {
	c.t.Helper()
	if _, err := chromedp.Call(c.ctx, network.SetCookie, network.SetCookieParams{Name: "stoa_session", Value: who.cookie, URL: c.base}); err != nil {
		c.t.Fatal(err)
	}
}

// reads opens a page and looks at it.
func (c caller) reads(path string, want ...string) {
	c.t.Helper()
	c.do(chromedp.Navigate(c.base + c.lang + path))
	c.says(path, want...)
	picture(c.t, c.screen, "call"+strings.ReplaceAll(strings.ReplaceAll(c.lang+path, "/", "-"), "?", "-"))
}

func (c caller) says(where string, want ...string) {
	c.t.Helper()
	c.fine()
	said := strings.NewReplacer("\u2068", "", "\u2069", "").Replace(ask[string](c.screen, "document.body.textContent"))
	for _, w := range want {
		if c.lang == "" && !strings.Contains(said, w) {
			c.t.Errorf("%s does not say %q: %.1500s", where, w, said[max(0, strings.Index(said, "Sign in")):])
		}
	}
}

// fills fills fields of the form that holds the first of them, by name, and
// sends it.
func (c caller) fills(form string, fields ...string) {
	c.t.Helper()
	for i := 0; i < len(fields); i += 2 {
		js := `(() => { const f = document.querySelector('form[action$="` + form + `"]'); const e = f.querySelector('[name="` + fields[i] + `"]'); const v = ` + "`" + fields[i+1] + "`" + `;
			const one = [...f.querySelectorAll('[name="` + fields[i] + `"]')].find(x => x.value == v);
			if (one && (one.type == 'radio' || one.type == 'checkbox')) one.checked = true; else e.value = v; return true })()`
		ask[bool](c.screen, js)
	}
	c.turn(chromedp.Submit(chromedp.CSS(`form[action$="` + form + `"] button:not([name])`)))
	c.fine()
}

func callInTheBrowser(t *testing.T, lang string, look testkit.Screen) {
	srv := httptest.NewUnstartedServer(nil)
	defer srv.Close()
	base := "http://" + srv.Listener.Addr().String()
	i := newInstance(t, &ServeCmd{}, base)
	srv.Config.Handler = i.handler
	srv.Start()
	now := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	i.clock = func() time.Time { return now }
	ines, pia, olga := i.someone("ines", access.Secretariat), i.someone("pia"), i.someone("olga")
	joy, jan := i.someone("joy"), i.someone("jan")
	c := caller{screen{t, testkit.Browser(t, look)}, base, lang}

	c.reads("/calls", "No call has been announced yet")
	c.as(ines)
	c.reads("/desk/calls", "Sourcing partners")
	c.fills("/desk/partners", "organisation", pia.body.Slug, "reason", "An agreement.")
	c.says("the desk", "House of pia")

	c.as(pia)
	c.reads("/desk/calls", "Write a new call")
	c.fills("/desk/calls", "title", "Health in East Africa")
	slug := ask[string](c.screen, "location.pathname.split('/').pop()")
	c.says("the draft", "Before you can announce it", "Fill this in.")
	desk := "/desk/calls/" + slug
	c.fills(desk, "text", "We look for registers that midwives can use.", "zone", "Africa/Wakanda", "opens", "2026-12-01T09:00", "closes", "2026-12-04T18:00", "kinds", "software", "sdgs", "3", "countries", "Kenya", "standard", "dpg@1.1.7", "themes", "Health")
	c.says("a zone that is none", "There is no time zone “Africa/Wakanda”.", "We look for registers")
	c.fills(desk, "zone", "Africa/Nairobi")
	c.fills(desk, "asks", "general.summary")
	c.fills(desk+"/questions", "label", "Whom do you reach?", "required", "yes")
	c.fills(desk+"/stages", "stage", "Cohort", "jurors", "2", "sheet", "Need; 5; 2\nTeam; 5", "places", "1")
	c.reads(desk, "Whom do you reach?", "Cohort", "From then on everybody reads it")
	c.fills(desk + "/announce")
	c.reads("/calls", "Health in East Africa", "announced")
	now = time.Date(2026, 12, 1, 6, 0, 0, 0, time.UTC)
	c.reads("/calls/"+slug, "open", "Africa/Nairobi", "Enter a good", "Need")

	c.as(olga)
	enter := "/calls/" + slug + "/enter"
	c.reads(enter, "One form for one good")
	c.fills(enter, "name", "Mama Register", "link", "https://github.com/mama/register", "kinds", "software", "sdgs", "3", "country", "KE")
	c.says("without an answer", "Whom do you reach?")
	if got := ask[string](c.screen, `document.querySelector('[name=name]').value`); got != "Mama Register" || !ask[bool](c.screen, `!!document.querySelector('.wrong a[href="#q-call-whom-do-you-reach"]')`) {
		t.Errorf("after a mistake the form holds %q", got)
	}
	c.fills(enter, "t.call.whom-do-you-reach", "Midwives of forty clinics around the lake.", "t.general.summary", "A register of pregnancies that works without a network.")
	entry := ask[string](c.screen, "location.pathname.split('/').pop()")
	c.reads("/entries/"+entry, "entered", "Change what you sent", "Begin the application")
	c.reads("/entries", "Mama Register")

	c.as(pia)
	for _, j := range []string{"joy", "jan"} {
		c.reads(desk, "1 entry")
		c.fills(desk+"/jurors", "person", j+"@example.org")
	}
	now = time.Date(2026, 12, 4, 15, 0, 0, 0, time.UTC)
	if n, err := (&calls.App{DB: i.db, Now: i.clock}).Tick(t.Context(), now); err != nil || n != 1 {
		t.Fatalf("%d calls turned: %v", n, err)
	}
	c.as(olga)
	c.do(chromedp.Navigate(base + lang + enter))
	c.says("too late", "The call closed at 2026-12-04 18:00:00 Africa/Nairobi")
	c.as(pia)
	c.reads(desk, "closed, being judged")
	c.fills(desk + "/assign")
	for n, j := range []someone{joy, jan} {
		c.as(j)
		c.reads("/entries", "What you are to score", "to be scored")
		sheet := "/entries/" + entry + "/score"
		c.reads(sheet, "Your scoring sheet", "Midwives of forty clinics")
		if n == 0 {
			c.fills(sheet, "p.need", "9", "p.team", "4")
			c.says("too many points", "0 to 5 points")
		}
		c.fills(sheet, "p.need", []string{"5", "1"}[n], "p.team", "4", "comment", "Found needed by juror "+[]string{"one", "two"}[n])
	}
	c.reads("/entries/"+entry+"/score", "What the others gave", "Found needed by juror one")
	c.as(pia)
	c.reads("/entries/"+entry, "What the jurors found", "Found needed by juror two")
	c.reads(desk, "2 of 2", "they disagree")
	c.fills(desk+"/decide", "v."+entry, "yes", "reason-"+entry, "Clinics ask for it.")
	c.says("decided", "decided, not published yet")
	c.fills(desk+"/publish", "words", "Thank you all.")
	c.as(someone{cookie: "nobody"})
	c.reads("/calls/"+slug, "The cohort", "Mama Register", "Clinics ask for it.", "1 good was entered.")

	c.as(olga)
	c.reads("/entries/"+entry, "chosen", "Clinics ask for it.")
	c.fills("/entries/" + entry + "/apply")
	at := ask[string](c.screen, "location.pathname")
	if !strings.Contains(at, "/apply/") {
		t.Fatalf("led to %s", at)
	}
	c.reads(strings.TrimPrefix(at, lang)+"/part/general", "A register of pregnancies that works without a network.", "Filled in from Health in East Africa")
	for path, want := range map[string]string{"/calls/feed.atom": "Health in East Africa", "/calls/calendar.ics": "DTEND:20261204T150000Z", "/calls/" + slug + "/calendar.ics": "SEQUENCE:", "/calls/calls.csv": "published", "/api/v1/calls/" + slug: `"cohort":[{`, "/calls/" + slug + "/card": "results published"} {
		if w := i.ask("GET", path, "", "", ""); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %.400s", path, w.Code, w.Body)
		}
	}
	if w := i.ask("GET", desk+"/tables/entries.csv", pia.cookie, "", ""); w.Code != 200 || !strings.Contains(w.Body.String(), "Mama Register") {
		t.Errorf("the table of entries: %d %.300s", w.Code, w.Body)
	}
	if w := i.ask("GET", "/desk/calls/"+slug, olga.cookie, "", ""); w.Code != 403 || strings.Contains(w.Body.String(), "Clinics") {
		t.Errorf("who is no partner sees the desk: %d", w.Code)
	}
}
