package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	"stoa/internal/advise"
	rules "stoa/internal/alliance"
	"stoa/internal/app/advisory"
	"stoa/internal/app/alliance"
	"stoa/internal/app/calls"
	"stoa/internal/app/deployments"
	"stoa/internal/app/sourcing"
	"stoa/internal/assess"
	"stoa/internal/call"
	"stoa/internal/deploy"
	"stoa/internal/good"
	boards "stoa/internal/sourcing"
	"stoa/internal/store"
)

// hears has everybody told what concerns them, as the jobs would.
func (s *story) hears() {
	s.t.Helper()
	for from := int64(0); ; {
		entries, err := s.db.Entries(s.t.Context(), from, 500)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, e := range entries {
			from = e.Position + 1
			tell, err := s.heard.Hear(s.t.Context(), e)
			if err != nil {
				s.t.Fatal(err)
			}
			if tell == nil {
				continue
			}
			if _, err := s.db.Do(s.t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tell(ctx, tx) }); err != nil {
				s.t.Fatal(err)
			}
		}
		if len(entries) == 0 {
			return
		}
	}
}

// unseen are the pages that no browser is led to here, and why.
var unseen = map[string]string{
	"GET /nominate/alike":        "a part of a page",
	"GET /entries/{entry}/score": "seen by jurors in the browser test of calls",
	"GET /organisations/{slug}":  "none is stated in the story",
	"GET /account/address":       "wants the secret of a letter",
	"GET /account/domain":        "wants the secret of a letter",
	"GET /signin/link":           "met while signing in",
	"GET /signin/sent":           "met while signing in",
	"GET /unsubscribe/{token}":   "wants the secret of a letter",
}

// everyPage looks at every page there is, as it is once the story is told: by
// somebody of every role, and by the owner where that one may not.
func (s *story) everyPage(olga, rosa actor) {
	s.t.Helper()
	s.hears()
	adam := s.someone("adam", access.Granted...)
	hook, _, err := s.heard.AddWebhook(s.t.Context(), adam.Who, "https://hooks.clinic-book.org/stoa", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	whole := s.sits("adam", false)
	whole.carries(adam.cookie)
	slug, entry := s.calls(adam)
	member, commitment := s.commits()
	board, card := s.looksAtGoods(adam)
	s.notes(func(ctx context.Context, tx *store.Tx) error { // who helps has proved a domain
		return tx.PutDomain(ctx, good.BodyDomain{Body: adam.body.ID, Domain: "adam.example", Way: "dns", Verified: s.now})
	})
	slugs := map[string]string{"/consultations/": s.advises(adam), "/collections/": "", "/calls/": slug, "/alliance/": member}
	ids := map[string]string{"/standards/": "dpg", "/account/webhooks/": string(hook.ID), "/nominate/": s.nomination}
	seen := 0
	for _, r := range s.routes() {
		if r.method != http.MethodGet || r.api || unseen[r.method+" "+r.path] != "" {
			continue
		}
		of := map[string]string{"slug": s.slug, "id": "", "organisation": adam.body.Slug, "application": string(s.applied), "indicator": "4", "question": "docs.links", "person": string(rosa.person), "n": "3", "call": slug, "entry": entry,
			"member": member, "commitment": commitment, "board": board, "card": card, "deployment": s.isUsed(), "subject": "countries", "key": "KE",
			"kind": "software", "spdx": "Apache-2.0", "iso": "KE", "version": "1.1.7"}
		for name, list := range map[string]map[string]string{"slug": slugs, "id": ids} {
			for prefix, value := range list {
				if strings.HasPrefix(r.path, prefix) {
					of[name] = value
				}
			}
		}
		if strings.HasSuffix(r.path, "/reporter") {
			of["application"] = string(s.doubt())
		}
		path, missing := fill(r.path, of)
		if len(missing) > 0 || strings.Contains(path+"/", "//") {
			continue // a file, or something there is none of
		}
		w := s.ask("GET", s.prefix+path, adam.cookie, "", "")
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || w.Code >= 300 && w.Code < 400 {
			continue
		}
		who := whole
		if w.Code == http.StatusForbidden {
			who = olga
		}
		who.opens(path)
		if problems := ask[int](who.screen, `performance.getEntriesByType("navigation")[0].responseStatus`); problems >= 400 {
			s.t.Errorf("%s asks %s: status %d", who.name, path, problems)
		}
		seen++
	}
	if seen < 40 {
		s.t.Errorf("only %d pages were looked at", seen)
	}
}

// calls has a partner take entries, one of which is there, and returns where
// both stand.
func (s *story) calls(keeper someone) (slug, entry string) {
	s.t.Helper()
	app := &calls.App{DB: s.db, Library: s.assessed.Library, Now: func() time.Time { return s.now }}
	at := func(d time.Duration) string { return s.now.UTC().Add(d).Format("2006-01-02T15:04:05") }
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	_, _, err := app.MakePartner(s.t.Context(), operating, keeper.body.Slug, true, "an agreement")
	must(err)
	c, err := app.Begin(s.t.Context(), keeper.Who, keeper.body.Slug, call.Call{Lang: "en", Title: good.Text{"en": "Registers for clinics"}, Text: good.Text{"en": "We look for registers."}, Zone: "Africa/Nairobi",
		Opens: at(3*time.Hour - time.Minute), Closes: at(100 * time.Hour), Stages: []call.Stage{{Name: "Only", Jurors: 1, Sheet: []call.Criterion{{Label: "Need", Most: 5}}}}})
	must(err)
	_, _, err = app.Announce(s.t.Context(), keeper.Who, c.Slug, 0)
	must(err)
	e, _, err := app.Enter(s.t.Context(), keeper.Who, c.Slug, calls.Input{Name: "Clinic Ledger", Link: "https://ledger.clinic-book.org", Kinds: []good.Kind{good.Software}, SDGs: []int{3}, Country: "KE"})
	must(err)
	return c.Slug, string(e.ID)
}

// commits has a country commit to something, and returns where both stand.
func (s *story) commits() (slug, commitment string) {
	s.t.Helper()
	app := &alliance.App{DB: s.db, Now: func() time.Time { return s.now }}
	m, _, err := app.Admit(s.t.Context(), operating, alliance.Entry{Member: rules.Member{Name: "Kenya", Roles: []rules.Role{rules.Pathfinder}, Country: "KE", Summary: "A country that goes ahead.", Lang: "en"}})
	if err != nil {
		s.t.Fatal(err)
	}
	c, _, err := app.Commit(s.t.Context(), operating, m.Slug, rules.Commitment{Text: "A register for every clinic.", Lang: "en", SDGs: []int{3}, Countries: []string{"KE"}, Due: good.Date(s.now.AddDate(1, 0, 0).Format(time.DateOnly))})
	if err != nil {
		s.t.Fatal(err)
	}
	return m.Slug, string(c.ID)
}

// looksAtGoods has somebody keep a board with a card, and returns where both
// stand.
func (s *story) looksAtGoods(keeper someone) (board, card string) {
	s.t.Helper()
	app := &sourcing.App{DB: s.db, Now: func() time.Time { return s.now }}
	b, err := app.Found(s.t.Context(), keeper.Who, boards.Board{Name: "Registers", Country: "KE", Public: true})
	if err != nil {
		s.t.Fatal(err)
	}
	c, err := app.Add(s.t.Context(), keeper.Who, b.Slug, boards.Card{Link: s.slug})
	if err != nil {
		s.t.Fatal(err)
	}
	return b.Slug, string(c.ID)
}

// isUsed has the good be in use somewhere, once, and returns where that stands.
func (s *story) isUsed() string {
	s.t.Helper()
	if s.used == "" {
		app := &deployments.App{DB: s.db, Now: func() time.Time { return s.now }}
		r, _, err := app.Claim(s.t.Context(), operating, deployments.Input{Good: s.slug, Side: deploy.Desk, Statement: deploy.Statement{Organisation: "Clinic of Nairobi", Country: "KE", Stage: deploy.Live}})
		if err != nil {
			s.t.Fatal(err)
		}
		s.used = string(r.ID)
	}
	return s.used
}

// advises has the advisory group asked something, in which somebody sits, and
// returns where that stands.
func (s *story) advises(keeper someone) string {
	s.t.Helper()
	group, today := &advisory.App{DB: s.db, Now: func() time.Time { return s.now }}, good.Date(s.now.Format(time.DateOnly))
	if _, _, err := group.Appoint(s.t.Context(), keeper.Who, keeper.address, advise.Seat{Constituency: advise.Constituencies[0], Name: "Adam", Organisation: "House of Adam", From: today, Until: assess.DateOf(s.now.AddDate(2, 0, 0))}); err != nil {
		s.t.Fatal(err)
	}
	c, _, err := group.Consult(s.t.Context(), keeper.Who, advise.Consultation{Subject: advise.OnStandard, Ref: "dpg@1.1.7", Title: "How long is long enough?", Text: "Is a year the right time for which a recognition lasts?", Lang: "en", Public: true, Opens: today, Closes: today})
	if err != nil {
		s.t.Fatal(err)
	}
	return c.Slug
}

// doubt is the challenge that somebody brought.
func (s *story) doubt() (id good.ID) {
	s.t.Helper()
	err := s.db.EachApplication(s.t.Context(), func(a *assess.Application) error {
		if a.Kind == assess.Challenge {
			id = a.ID
		}
		return nil
	})
	if err != nil || id == "" {
		s.t.Fatalf("nobody doubts: %v", err)
	}
	return id
}

// carries signs somebody in who has a session.
func (a actor) carries(cookie string) {
	a.t.Helper()
	if _, err := chromedp.Call(a.ctx, network.SetCookie, network.SetCookieParams{Name: "stoa_session", Value: cookie, URL: a.base}); err != nil {
		a.t.Fatal(err)
	}
}
