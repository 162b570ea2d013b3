package main

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/testkit"
)

// TestAnOperatorOffersAChannel follows a mobile network operator and a ministry
// on phones without scripts, in three languages: the one offers a channel, the
// other asks for it, and both go on to work that both call delivered and to what
// is said of it in public.
func TestAnOperatorOffersAChannel(t *testing.T) {
	for _, lang := range []string{"en", "fr", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := begins(t, lang, testkit.Screen{Width: 360, Height: 780, Phone: true, Patience: longest})
			s.slug = "dhis2"
			s.hasGoods()
			operator := s.sits("operator", false, true)
			operator.address = "olu@safari.example"
			operator.enters()
			s.operates(operator.address)
			offer := operator.offers()
			ministry := s.sits("ministry", false, true)
			ministry.address = "amina@health.go.ke"
			ministry.enters()
			talk := ministry.wants(offer)
			operator.opens(talk)
			operator.says("We send them.", "")
			ministry.opens(talk)
			ministry.sees("We send them.")
			ministry.steps("agreed")
			operator.opens(talk)
			operator.steps("working")
			operator.steps("delivered")
			ministry.opens(talk)
			ministry.steps("delivered")
			ministry.says("They kept their word.", "/reference")
			operator.opens(talk)
			operator.says("Thank you.", "/reply")
			ministry.opens(offer)
			ministry.sees("They kept their word.")
			ministry.sees("Thank you.")
			ministry.sees(s.lang.T("help.proof.delivery"))
			ministry.opens("/goods/" + s.slug)
			ministry.sees(s.lang.T("web.past.support.delivered"))
			operator.covers()
			deal := operator.deals()
			s.owns(ministry.address)
			ministry.opens(deal)
			ministry.presses(`form[action$="/confirm"] button`)
			ministry.sees(s.lang.T("web.past.support.confirmed"))
			ministry.opens("/goods/" + s.slug)
			ministry.sees(s.lang.T("reach.with"))
			ministry.presses(`section:has(> #agreed) a[href*="/support/organisations/"]`)
			ministry.sees(s.lang.T("reach.unit.subscribers"))
			ministry.opens("/support/organisations?kind=zero-rating&country=KE")
			ministry.sees(s.lang.T("reach.unit.subscribers"))
			ministry.opens("/support/agreements?good=" + s.slug)
			ministry.sees("Safari Mobile")
		})
	}
}

// operates makes the person with an address act for an operator that proved its
// domain.
func (s *story) operates(address string) {
	s.t.Helper()
	s.notes(func(ctx context.Context, tx *store.Tx) error {
		b := good.Body{ID: tx.NewID(), Slug: "safari-mobile", Name: "Safari Mobile", Created: s.now}
		if err := tx.AddBody(ctx, b); err != nil {
			return err
		}
		if err := tx.PutMember(ctx, good.Member{Body: b.ID, Person: s.personAt(address), Keeper: true, Since: s.now}); err != nil {
			return err
		}
		return tx.PutDomain(ctx, good.BodyDomain{Body: b.ID, Domain: "safari.example", Way: "dns", Verified: s.now})
	})
}

// owns makes the person with an address own the good.
func (s *story) owns(address string) {
	s.t.Helper()
	g, _, err := s.db.GoodBySlug(s.t.Context(), s.slug)
	if err != nil {
		s.t.Fatal(err)
	}
	s.notes(func(ctx context.Context, tx *store.Tx) error {
		return tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: s.personAt(address), Created: s.now, Proved: s.now, Method: "dns"})
	})
}

// covers says whom the operator reaches, with a day to come first.
func (a actor) covers() {
	a.t.Helper()
	a.opens("/support/organisations/safari-mobile")
	a.unfolds("details:has(select[name=country])")
	a.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("select[name=country]").value = "KE"`))
	a.writes("input[name=number]", "43700000")
	a.writes("input[name=date]", "2126")
	a.writes("input[name=source]", "https://safari.example/annual")
	a.sends("/reach")
	a.sees(a.lang.T("deploy.error.future"))
	a.writes("input[name=date]", "2026-01")
	a.sends("/reach")
	a.sees(a.lang.T("web.past.support.reached"))
}

// deals tells of an agreement with the good, and returns where it stands.
func (a actor) deals() string {
	a.t.Helper()
	a.opens("/support/agreements/new?organisation=safari-mobile&good=" + a.slug)
	a.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("select[name=kind]").value = "zero-rating"`))
	a.writes("input[name=countries]", "KE")
	a.writes("input[name=since]", "2026-01")
	a.sends("/support/agreements")
	a.sees(a.lang.T("help.kind.zero-rating"))
	return "/support/agreements/" + ask[string](a.screen, "location.pathname.split('/').pop()")
}

// offers offers a channel, with a mistake first, and returns where it stands.
func (a actor) offers() string {
	a.t.Helper()
	a.opens("/support/offers/new")
	a.writes("input[name=title]", "Messages in Kenya")
	a.writes("input[name=countries]", "Atlantis")
	a.do(chromedp.Click(chromedp.CSS("input[name=kinds][value=channel]")))
	a.sends("/support/offers")
	a.sees("Atlantis")
	a.writes("input[name=countries]", "KE")
	a.sends("/support/offers")
	a.sees("Messages in Kenya")
	return "/support/offers/" + ask[string](a.screen, "location.pathname.split('/').pop()")
}

// wants asks for the channel, sees who offers it and why, and returns where the
// conversation stands.
func (a actor) wants(offer string) string {
	a.t.Helper()
	a.opens("/support?country=KE")
	a.sees("Safari Mobile")
	a.opens("/support/requests/new?kind=channel&good=" + a.slug)
	a.writes("input[name=title]", "Tell parents by SMS")
	a.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("select[name=country]").value = "KE"`))
	a.sends("/support/requests")
	a.sees("Safari Mobile")
	a.sees(a.lang.T("help.kind.channel"))
	a.presses(`main a[href*="/support/talks/"]`)
	id := good.ID(ask[string](a.screen, "location.pathname.split('/').pop()"))
	t, err := a.db.Talk(a.t.Context(), id)
	if err != nil || t == nil || t.Step != support.Asked || "/support/offers/"+string(t.Offer) != offer {
		a.t.Fatalf("%+v %v", t, err)
	}
	return "/support/talks/" + string(id)
}

// says writes something in the form of the conversation at the end of whose
// address stands what.
func (a actor) says(text, what string) {
	a.t.Helper()
	at := ask[string](a.screen, "location.pathname.split('/').pop()") + what
	a.writes(`form[action$="`+at+`"] textarea[name=text]`, text)
	a.sends(at)
	a.sees(text)
}

// steps takes the conversation a step on.
func (a actor) steps(to support.Step) {
	a.t.Helper()
	a.presses(`button[name=step][value=` + string(to) + `]`)
}
