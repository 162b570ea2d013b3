package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"stoa/internal/app/checks"
	"stoa/internal/assess"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// TestAGapBecomesHelp follows an owner on a phone without scripts from each gap
// that an application shows, to a request that is filled in, to whoever offers
// help with that very indicator, and to the good's page, which tells that both
// sides call it delivered.
func TestAGapBecomesHelp(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := begins(t, lang, testkit.Screen{Width: 360, Height: 780, Phone: true, Patience: longest})
			s.slug = "dhis2"
			s.hasGoods()
			helper := s.sits("helper", false, true)
			helper.address = "olu@safari.example"
			helper.enters()
			s.operates(helper.address)
			helper.mends("Manuals, licences, advice", "5, 9a, 2")
			helper.mends("Other indicators", "4, 6")
			owner := s.sits("owner", false, true)
			owner.address = "ana@dhis2.org"
			owner.enters()
			s.owns(owner.address)
			owner.opens("/apply/new?good=" + s.slug)
			owner.presses(`form[action$="/apply/new"] button`)
			s.applied = good.ID(ask[string](owner.screen, "location.pathname.split('/').pop()"))
			at := "/apply/" + string(s.applied)

			const to = ` a[href*="/support/requests/new"]`
			owner.opens(at + "/part/9a") // of which nothing is answered
			owner.goesFor("9a", "main"+to, helper)
			s.asksBack("5")
			owner.opens(at)
			owner.goesFor("5", "article.back"+to, helper)
			s.finds("licence.accepted")
			owner.opens(at)
			owner.goesFor("2", "#seen"+to, helper)
		})
	}
}

// mends offers help with indicators.
func (a actor) mends(title, indicators string) {
	a.t.Helper()
	a.opens("/support/offers/new")
	a.writes("input[name=title]", title)
	a.do(chromedp.Click(chromedp.CSS("input[name=kinds][value=training]")))
	a.writes("input[name=indicators]", indicators)
	a.sends("/support/offers")
	a.sees(title)
}

// goesFor follows a link from a gap in an indicator all the way.
func (a actor) goesFor(indicator, link string, helper actor) {
	a.t.Helper()
	a.presses(link)
	title := apart.Replace(a.lang.T("help.gap", "Indicator", indicator))
	if got := ask[string](a.screen, `["title", "good", "indicator"].map((n) => document.querySelector("input[name=" + n + "]").value).join("|")`); got != title+"|"+a.slug+"|"+indicator {
		a.t.Fatalf("the request begins with %q", got)
	}
	if ask[bool](a.screen, `document.querySelector("input[name=public]").checked`) {
		a.t.Error("what only the applicant sees would be public")
	}
	a.chooses(`.field:has([name=public])`, "yes")
	a.sends("/support/requests")
	if !a.tells("help.why.indicator", "Value", indicator) {
		a.t.Errorf("why it fits is not said: %.900s", a.reads())
	}
	a.sees("Manuals, licences, advice")
	if strings.Contains(a.reads(), "Other indicators") {
		a.t.Errorf("help with other indicators is proposed for %s", indicator)
	}
	a.presses(`main a[href*="/support/talks/"]`)
	talk := "/support/talks/" + ask[string](a.screen, "location.pathname.split('/').pop()")
	helper.opens(talk)
	helper.says("We can.", "")
	a.opens(talk)
	a.steps("agreed")
	helper.opens(talk)
	helper.steps("working")
	helper.steps("delivered")
	const done = "web.past.support.delivered.gap"
	a.opens("/goods/" + a.slug)
	if a.tells(done, "Indicator", indicator) {
		a.t.Error("one side alone calls it delivered, and the good's page says so")
	}
	a.opens(talk)
	a.steps("delivered")
	a.opens("/goods/" + a.slug)
	if !a.tells(done, "Indicator", indicator) {
		a.t.Errorf("the good's page does not tell of it: %.900s", a.reads())
	}
}

// tells says whether the page has a sentence, whatever sets its values apart.
func (a actor) tells(key, name, value string) bool {
	a.t.Helper()
	return strings.Contains(apart.Replace(a.reads()), apart.Replace(a.lang.T(key, name, value)))
}

// apart takes from a sentence what sets its values apart.
var apart = strings.NewReplacer("\u2068", "", "\u2069", "")

// asksBack has reviewers ask about one indicator.
func (s *story) asksBack(indicator string) {
	s.t.Helper()
	app, err := s.db.Application(s.t.Context(), s.applied)
	if err != nil {
		s.t.Fatal(err)
	}
	app.State, app.Round, app.Since, app.Submitted = assess.Clarification, 1, s.now, s.now
	app.Clarifications = []assess.ClarificationRound{{Round: 1, Indicator: indicator, Question: "Where is the manual?", Asked: s.now}}
	s.notes(func(ctx context.Context, tx *store.Tx) error {
		set, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		return tx.PutApplication(ctx, app, set.Settings)
	})
}

// finds has a machine find that something is not there.
func (s *story) finds(probe string) {
	s.t.Helper()
	report, err := json.Marshal(finding.Report{Findings: []finding.Finding{{Probe: probe, State: finding.NotMet, Confidence: finding.High, Why: finding.Text{Key: "check.licence.accepted.not", Args: map[string]any{"Licence": "CC-BY-NC-4.0", "Kind": "software"}}}}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.notes(func(ctx context.Context, tx *store.Tx) error {
		c := store.StoredCheck{ID: tx.NewID(), Application: s.applied, Target: "https://github.com/dhis2/dhis2-core", State: string(checks.Running)}
		if err := tx.AddCheck(ctx, c); err != nil {
			return err
		}
		_, err := tx.EndCheck(ctx, c.ID, string(checks.Done), nil, report)
		return err
	})
}
