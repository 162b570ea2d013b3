package main

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/catalogue"
	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// TestAMinistryPutsAGoodToUse follows a ministry on a phone without scripts, in
// three languages: it tells what it needs, compares the goods it is shown, keeps
// the need, asks for help, and says which good it uses; who makes that good confirms it.
func TestAMinistryPutsAGoodToUse(t *testing.T) {
	for _, lang := range []string{"en", "fr", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := begins(t, lang, testkit.Screen{Width: 360, Height: 780, Phone: true, Patience: longest})
			s.slug = "dhis2"
			s.hasGoods()
			ministry := s.sits("ministry", false, true)
			ministry.address = "amina@health.go.ke"
			ministry.finds()
			ministry.compares()
			ministry.enters()
			s.belongs(ministry.address)
			ministry.keeps()
			ministry.asksForHelp()
			ministry.uses()
			maker := s.sits("maker", false, true)
			maker.address = "maker@dhis2.org"
			maker.enters()
			s.makes(maker.address)
			maker.agrees()
			ministry.opens("/goods/" + s.slug)
			ministry.sees(s.lang.T("deploy.state.confirmed"))
			ministry.opens("/reports/goods/" + s.slug)
			ministry.presses(`a[href*="state=confirmed"]`)
			ministry.sees("Ministry of Health")
		})
	}
}

// hasGoods has the instance read the catalogue that comes with the program.
func (s *story) hasGoods() {
	s.t.Helper()
	in, err := harvest.Catalogue(catalogue.FS)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := (&imports.App{DB: s.db, Now: func() time.Time { return s.now }, CatchUp: s.assessed.CatchUp}).Import(s.t.Context(), good.Actor{Role: access.Importer}, in, imports.Options{}); err != nil {
		s.t.Fatal(err)
	}
}

// personAt is who has an address.
func (s *story) personAt(address string) good.ID {
	s.t.Helper()
	p, err := s.db.PersonByEmail(s.t.Context(), address)
	if err != nil || p == nil {
		s.t.Fatal(address, err)
	}
	return p.ID
}

// belongs makes the person with an address act for the ministry, which proved
// its domain.
func (s *story) belongs(address string) {
	s.t.Helper()
	s.notes(func(ctx context.Context, tx *store.Tx) error {
		b := good.Body{ID: tx.NewID(), Slug: "ministry-of-health", Name: "Ministry of Health", Created: s.now}
		if err := tx.AddBody(ctx, b); err != nil {
			return err
		}
		if err := tx.PutMember(ctx, good.Member{Body: b.ID, Person: s.personAt(address), Keeper: true, Since: s.now}); err != nil {
			return err
		}
		return tx.PutDomain(ctx, good.BodyDomain{Body: b.ID, Domain: "health.go.ke", Way: "dns", Verified: s.now})
	})
}

// makes has the person with an address own the good.
func (s *story) makes(address string) {
	s.t.Helper()
	g, _, err := s.db.GoodBySlug(s.t.Context(), s.slug)
	if err != nil {
		s.t.Fatal(err)
	}
	s.notes(func(ctx context.Context, tx *store.Tx) error {
		return tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: s.personAt(address), Created: s.now, Proved: s.now, Method: "file"})
	})
}

// notes writes something down behind the pages.
func (s *story) notes(do func(context.Context, *store.Tx) error) {
	s.t.Helper()
	if _, err := s.db.Do(s.t.Context(), good.Actor{}, do); err != nil {
		s.t.Fatal(err)
	}
}

// problems is what the ministry needs, as it says it.
var problems = map[string]string{
	"en": "Our districts still count malaria cases on paper. We need routine health data of every facility in one place, with charts, also where the network is down.",
	"fr": "Nos districts comptent encore les cas de paludisme sur papier. Il nous faut les données sanitaires de chaque établissement en un seul lieu, avec des graphiques.",
	"ar": "ما زالت مناطقنا تعدّ حالات الملاريا على الورق. نحتاج إلى نظام معلومات صحية يجمع بيانات كل مرفق صحي في مكان واحد مع رسوم بيانية.",
}

// finds tells what the ministry needs and is shown goods for it.
func (a actor) finds() {
	a.t.Helper()
	a.opens("/")
	a.opens("/needs/new")
	a.presses(`button[value=show]`)
	a.sees(a.lang.T("need.error.problem"))
	a.writes("textarea[name=problem]", problems[a.lang.Code])
	a.presses(`button[value=next]`)
	a.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("select[name=country]").value = "KE"`))
	a.presses(`button[value=show]`)
	a.sees("DHIS2")
}

// compares sets the goods that were found side by side, and reads about one.
func (a actor) compares() {
	a.t.Helper()
	a.presses(`main a[href*="/compare?"]`)
	a.sees("DHIS2")
	a.presses(`main a[href$="/goods/` + a.slug + `"]`)
	a.sees("DHIS2")
}

// keeps keeps the need for everybody to see, with what was found.
func (a actor) keeps() {
	a.t.Helper()
	a.finds()
	a.writes("input[name=title]", "Malaria")
	a.chooses("form", "public")
	a.sends("/needs")
	a.sees("DHIS2")
	a.opens("/needs")
	a.sees("Malaria")
}

// asksForHelp asks who can train its people, for everybody to see.
func (a actor) asksForHelp() {
	a.t.Helper()
	a.opens("/support/requests/new?good=" + a.slug)
	a.writes("input[name=title]", "DHIS2, Kisumu")
	a.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("select[name=kind]").value = "training"; document.querySelector("select[name=country]").value = "KE"`))
	a.chooses(`.field:has([name=public])`, "yes")
	a.sends("/support/requests")
	a.sees("DHIS2, Kisumu")
	a.opens("/support")
	a.sees("DHIS2, Kisumu")
}

// uses says that the good is in use at the ministry.
func (a actor) uses() {
	a.t.Helper()
	a.opens("/deployments/new?good=" + a.slug)
	a.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("select[name=country]").value = "KE"`))
	a.writes("input[name=place]", "Kisumu")
	a.writes("input[name=since]", "2099")
	a.sends("/deployments")
	a.sees(a.lang.T("deploy.error.future"))
	a.writes("input[name=since]", "2024-05")
	a.sends("/deployments")
	a.sees("Ministry of Health")
	a.sees("Kisumu")
	a.story.used = ask[string](a.screen, "location.pathname.split('/').pop()")
}

// agrees confirms, as the maker, that the ministry uses the good.
func (a actor) agrees() {
	a.t.Helper()
	a.opens("/deployments/" + a.used)
	a.sends("/confirm")
	a.sees("Ministry of Health")
	r, err := a.db.Deployment(a.t.Context(), good.ID(a.used))
	if err != nil || r.State != deploy.Confirmed || r.Confirmed.Proof != deploy.Owns {
		a.t.Fatalf("%+v %v", r, err)
	}
}
