package support_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/testkit"
)

var owner = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZH", Pseudonym: "owner"} // of OpenCRVS

// owned has somebody own OpenCRVS.
func (w *world) owned(t *testing.T, who access.Who) {
	t.Helper()
	if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if who.Person == owner.Person {
			if err := tx.PutPerson(ctx, &good.Person{ID: owner.Person, Pseudonym: owner.Pseudonym}); err != nil {
				return err
			}
		}
		return tx.PutClaim(ctx, store.Claim{Good: opencrvs, Person: who.Person, Created: w.now, Proved: w.now, Method: "file"})
	}); err != nil {
		t.Fatal(err)
	}
}

func span(number int64) support.Span {
	return support.Span{Country: "Kenya", Number: number, Unit: "subscribers", Date: "2026-06", Source: "https://safari.example/report"}
}

func TestAnOrganisationSaysWhomItReaches(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		say := func(who access.Who, body good.ID, s ...support.Span) error {
			_, _, err := w.Reach(t.Context(), who, app.ReachInput{Body: string(body), Say: s})
			return err
		}
		for name, c := range map[string]struct {
			who  access.Who
			body good.ID
			want good.ErrorKind
		}{"nobody": {access.Who{}, safari, good.Unauthenticated}, "a stranger": {thief, safari, good.Forbidden}, "without a domain": {thief, theirs, good.Invalid}} {
			if err := say(c.who, c.body, span(1)); good.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := say(operator, safari, span(42_000_000)); err != nil {
			t.Fatal(err)
		}
		people := span(9_000_000)
		people.Unit, people.Country = "people", "TZ"
		if err := say(operator, safari, span(43_000_000), people); err != nil {
			t.Fatal(err)
		}
		v, err := w.ShowOrganisation(t.Context(), access.Who{}, string(safari))
		if err != nil || len(v.Reach.Spans) != 2 || v.Reach.Spans[0].Number != 43_000_000 || v.Reach.Spans[0].Country != "KE" || v.Keeps {
			t.Errorf("%+v %v", v.Reach, err)
		}
		for country, want := range map[string]int{"": 1, "KE": 1, "TZ": 1, "SN": 0} {
			if list, err := w.Organisations(t.Context(), app.Which{Country: country}, "", 10); err != nil || len(list.Items) != want {
				t.Errorf("in %q: %+v %v", country, list.Items, err)
			}
		}
		w.offer(t)
		if list, err := w.Organisations(t.Context(), app.Which{Country: "KE", Kind: "channel"}, "", 10); err != nil || len(list.Items) != 1 || !slices.Equal(list.Items[0].Kinds, []string{"zero-rating", "channel"}) {
			t.Errorf("by what it offers: %+v %v", list.Items, err)
		}
		if list, err := w.Organisations(t.Context(), app.Which{Country: "TZ", Kind: "channel"}, "", 10); err != nil || len(list.Items) != 0 {
			t.Errorf("it offers nothing there: %+v %v", list.Items, err)
		}
		drop := app.ReachInput{Body: string(safari), Drop: []support.Span{{Country: "ke", Unit: "subscribers"}}}
		if r, _, err := w.Reach(t.Context(), operator, drop); err != nil || len(r.Spans) != 1 {
			t.Errorf("%+v %v", r, err)
		}
		if _, _, err := w.Reach(t.Context(), operator, drop); good.KindOf(err) != good.Conflict {
			t.Errorf("dropped twice: %v", err)
		}
		w.same(t)
	})
}

func deal() app.AgreementInput {
	return app.AgreementInput{Body: string(safari), Good: "opencrvs", Deal: support.Deal{Kind: "zero-rating", Text: "Free to use for everybody.", Countries: []string{"KE"}, Since: "2026-01", Until: "2027-12", Link: "safari.example/free"}}
}

func TestAnAgreementIsAClaimUntilTheOwnerConfirmsIt(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.owned(t, owner)
		in := deal()
		in.Body = string(theirs)
		if _, _, err := w.Agree(t.Context(), thief, in); good.KindOf(err) != good.Invalid {
			t.Errorf("without a domain: %v", err)
		}
		if _, _, err := w.Agree(t.Context(), thief, deal()); good.KindOf(err) != good.Forbidden {
			t.Errorf("for another: %v", err)
		}
		g, _, err := w.Agree(t.Context(), operator, deal())
		if err != nil || g.State != support.Claimed || w.heard(owner, "agreement-waiting") != 1 {
			t.Fatalf("%+v %v %v", g, err, w.told)
		}
		if _, _, err := w.Agree(t.Context(), operator, deal()); good.KindOf(err) != good.Conflict {
			t.Errorf("twice: %v", err)
		}
		turn := func(who access.Who, to support.State, reason string) error {
			now, err := w.DB.Agreement(t.Context(), g.ID)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = w.TurnAgreement(t.Context(), who, g.ID, to, reason, now.Version)
			return err
		}
		if err := turn(operator, support.Confirmed, ""); good.KindOf(err) != good.Forbidden {
			t.Errorf("confirmed by who claims it: %v", err)
		}
		if err := turn(owner, support.Denied, " "); good.KindOf(err) != good.Invalid {
			t.Errorf("denied without a reason: %v", err)
		}
		if err := turn(owner, support.Closed, "I end it"); good.KindOf(err) != good.Forbidden {
			t.Errorf("ended by the other side: %v", err)
		}
		if err := turn(owner, support.Denied, "There is none."); err != nil || w.heard(operator, "agreement-denied") != 1 {
			t.Fatalf("%v %v", err, w.told)
		}
		if list, err := w.Agreements(t.Context(), app.Which{Good: "opencrvs"}, 10); err != nil || len(list.Items) != 0 {
			t.Errorf("a denied one stands: %+v %v", list.Items, err)
		}
		w.same(t)
		if w.now = w.now.Add(time.Hour); turn(owner, support.Confirmed, "") != nil {
			t.Error("who denied it cannot confirm it")
		}
		for which, want := range map[app.Which]int{{}: 1, {Kind: "zero-rating", Country: "KE", Good: "opencrvs"}: 1, {Country: "SN"}: 0, {Body: string(safari)}: 1, {Body: string(theirs)}: 0} {
			if list, err := w.Agreements(t.Context(), which, 10); err != nil || len(list.Items) != want {
				t.Errorf("%+v: %+v %v", which, list.Items, err)
			}
		}
		v, err := w.ShowAgreement(t.Context(), owner, g.ID)
		if err != nil || v.State != support.Confirmed || v.Keeps || v.Confirms || !v.Denies || v.Due(w.now) || !v.Due(w.now.Add(support.Lasts)) {
			t.Errorf("%+v %v", v, err)
		}
		past, err := w.DB.History(t.Context(), opencrvs, 10)
		if err != nil || len(past) != 3 || past[0].Verb != good.SupportConfirmed {
			t.Errorf("the good's record: %+v %v", past, err)
		}
		// What is stated anew is to be confirmed anew.
		in = deal()
		in.Countries = []string{"KE", "TZ"}
		if a, _, err := w.ChangeAgreement(t.Context(), operator, g.ID, in); err != nil || a.State != support.Claimed || !a.Confirmed.IsZero() || w.heard(owner, "agreement-waiting") != 2 {
			t.Errorf("%+v %v", a, err)
		}
		if _, err := w.Hide(t.Context(), desk, g.ID, true, "It is an advertisement."); err != nil {
			t.Error(err)
		}
		if err := turn(owner, support.Confirmed, ""); good.KindOf(err) != good.Conflict {
			t.Errorf("confirmed while hidden: %v", err)
		}
		if _, err := w.Hide(t.Context(), desk, g.ID, false, "They mended it."); err != nil {
			t.Error(err)
		}
		if err := turn(operator, support.Closed, "It ran out."); err != nil {
			t.Error(err)
		}
		if err := turn(owner, support.Confirmed, ""); good.KindOf(err) != good.Conflict {
			t.Errorf("confirmed after its end: %v", err)
		}
		w.same(t)
	})
}

func TestNobodyConfirmsTheirOwnAgreementThroughTheGood(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.owned(t, operator) // of the good, too
		w.owned(t, thief)
		g, _, err := w.Agree(t.Context(), operator, deal())
		if err != nil {
			t.Fatal(err)
		}
		confirm := func(who access.Who) error {
			_, _, err := w.TurnAgreement(t.Context(), who, g.ID, support.Confirmed, "", g.Version)
			return err
		}
		if v, err := w.ShowAgreement(t.Context(), operator, g.ID); err != nil || v.Confirms {
			t.Errorf("may confirm themselves: %+v %v", v, err)
		}
		if err := confirm(operator); good.KindOf(err) != good.Forbidden {
			t.Errorf("confirmed by themselves: %v", err)
		}
		if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutMember(ctx, good.Member{Body: theirs, Person: operator.Person, Since: w.now})
		}); err != nil {
			t.Fatal(err)
		}
		if err := confirm(thief); good.KindOf(err) != good.Forbidden {
			t.Errorf("confirmed by a colleague: %v", err)
		}
	})
}

func TestWhatCannotBeSaidOfReachAndAgreements(t *testing.T) {
	today := good.Date("2026-11-26")
	for field, changes := range map[string][]func(*support.Span){
		"country": {func(s *support.Span) { s.Country = "Atlantis" }, func(s *support.Span) { s.Country = "" }},
		"unit":    {func(s *support.Span) { s.Unit = "friends" }},
		"number":  {func(s *support.Span) { s.Number = -5 }, func(s *support.Span) { s.Number = 0 }, func(s *support.Span) { s.Number = 11_000_000_000 }},
		"date":    {func(s *support.Span) { s.Date = "2026-12" }, func(s *support.Span) { s.Date = "yesterday" }, func(s *support.Span) { s.Date = "1066" }, func(s *support.Span) { s.Date = "2026-02-31" }},
		"source":  {func(s *support.Span) { s.Source = "" }, func(s *support.Span) { s.Source = "our own count" }},
	} {
		for n, change := range changes {
			s := span(5)
			change(&s)
			refused(t, field, n, s.Check(today))
		}
	}
	for field, changes := range map[string][]func(*support.Deal){
		"kind":      {func(d *support.Deal) { d.Kind = "" }, func(d *support.Deal) { d.Kind = "magic" }},
		"text":      {func(d *support.Deal) { d.Text = "Free\u202eeerf" }},
		"countries": {func(d *support.Deal) { d.Countries = []string{"Atlantis"} }, func(d *support.Deal) { d.Countries = make([]string, 51) }},
		"since":     {func(d *support.Deal) { d.Since = "" }, func(d *support.Deal) { d.Since = "2027-01" }},
		"until":     {func(d *support.Deal) { d.Until = "2025" }, func(d *support.Deal) { d.Until = "never" }},
		"link":      {func(d *support.Deal) { d.Link = "javascript:alert(1)" }},
	} {
		for n, change := range changes {
			d := deal().Deal
			change(&d)
			refused(t, field, n, d.Check(today))
		}
	}
	old := span(5)
	if old.Date = "2025-11"; old.Old(time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)) {
		t.Error("the same month a year ago is old")
	}
	if old.Date = "2025-10-31"; !old.Old(time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)) {
		t.Error("13 months are not old")
	}
}

func refused(t *testing.T, field string, n int, err error) {
	t.Helper()
	e, ok := err.(*good.Error)
	if !ok || e.Kind != good.Invalid || e.Field != field {
		t.Errorf("%s %d: %v", field, n, err)
	}
}

// TestAGapThatIsClosedIsNamedInTheGoodsHistory goes from an indicator that lacks
// something to help that both call delivered.
func TestAGapThatIsClosedIsNamedInTheGoodsHistory(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.offer(t) // helps with indicator 9a
		gap := wish()
		gap.Kind, gap.Indicator, gap.Title = "", "9a", "Indicator 9a is not met"
		r := w.ask(t, gap)
		v, err := w.ShowRequest(t.Context(), ministry, r.ID)
		if err != nil || len(v.Fits) != 1 || v.Fits[0].Points[0].Code != "indicator" || v.Fits[0].Talk == nil {
			t.Fatalf("not matched by the indicator: %+v %v", v.Fits, err)
		}
		id := v.Fits[0].Talk.ID
		if _, _, err := w.Say(t.Context(), operator, id, "We can."); err != nil {
			t.Fatal(err)
		}
		for _, s := range []struct {
			who access.Who
			to  support.Step
		}{{ministry, support.Agreed}, {operator, support.Working}, {operator, support.Delivered}, {ministry, support.Delivered}} {
			if _, _, err := w.Step(t.Context(), s.who, id, s.to, ""); err != nil {
				t.Fatal(err)
			}
		}
		past, err := w.DB.History(t.Context(), opencrvs, 10)
		var step support.Turned
		if err != nil || len(past) != 2 || past[0].Verb != good.SupportDelivered || !past[0].Value("step", &step) || step.Indicator != "9a" {
			t.Errorf("the good's record: %+v %+v %v", past, step, err)
		}
		w.same(t)
	})
}
