package assessment_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// joined makes somebody of a world known with roles.
func (w *world) joined(t testing.TB, id good.ID, roles ...string) access.Who {
	t.Helper()
	p := assessment.Person{ID: id, Pseudonym: "p-" + string(id[24:]), Roles: roles}
	w.people[id] = p
	_, err := w.DB.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.PutPerson(ctx, &good.Person{ID: id, Pseudonym: p.Pseudonym}); err != nil {
			return err
		}
		for _, r := range roles {
			if _, err := tx.PutRole(ctx, id, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w.who(id)
}

// doubted is a challenge of indicator 4 of a good with two reviewers.
func (w *world) doubted(t testing.TB, id good.ID) *assess.Application {
	t.Helper()
	ctx := t.Context()
	a, p, err := w.Challenge(ctx, w.who(expert), assessment.Doubt{Good: string(id), Indicators: []string{"4", "4"}, Text: "It needs a closed database."})
	c := ok(t, a, p, err)
	a, p, err = w.Screen(ctx, w.who(chief), c.ID, 0, assessment.Screening{Decision: "accept"})
	ok(t, a, p, err)
	for _, r := range []good.ID{one, two} {
		a, p, err := w.Claim(ctx, w.who(r), c.ID)
		c = ok(t, a, p, err)
	}
	return c
}

func TestThoseWhoseGoodIsDoubtedDoNotEndTheDoubt(t *testing.T) {
	w := build(t, "")
	ctx := t.Context()
	app := w.recognised(t, "Clinic Book")
	c := w.doubted(t, app.Good)
	if !slices.Equal(c.Scope, []string{"4"}) {
		t.Errorf("an indicator named twice is doubted as %v", c.Scope)
	}
	if _, _, err := w.Withdraw(ctx, w.who(owner), c.ID, 0, "It is wrong."); good.KindOf(err) != good.Conflict {
		t.Errorf("the owner withdraws the challenge of their good: %v", err)
	}
	asks := map[string]assess.Finding{"4": {Verdict: assess.Clarify, Reason: "Does an open database do?"}}
	w.judge(t, c, one, asks)
	if c = w.judge(t, c, two, asks); c.State != assess.Clarification {
		t.Fatalf("the owner is asked: %s", c.State)
	}
	from := must[int64](t)(w.DB.Position(ctx)) + 1
	w.days(t, 31)
	f, err := w.Application(ctx, w.who(chief), c.ID)
	if err != nil || f.State != assess.Deciding {
		t.Fatalf("nobody answered, and the challenge is %v: %v", f.State, err)
	}
	if heard := w.heard(t, from); !slices.Contains(heard["ready-to-decide"], chief) || len(heard["closed"]) > 0 {
		t.Errorf("of the owner's silence hear %v", heard)
	}
	if _, _, err := w.Propose(ctx, w.who(chief), c.ID, 0, assess.NotEligible, nil); key(err) != "assess.error.unsettled" {
		t.Errorf("decided without a verdict: %v", err)
	}
	a, p, err := w.Propose(ctx, w.who(chief), c.ID, 0, assess.NotEligible, map[string]assess.Finding{"4": {Verdict: assess.Fail, Reason: "Nobody showed that it does."}})
	ok(t, a, p, err)
	a, p, err = w.Confirm(ctx, w.who(second), c.ID, 0)
	ok(t, a, p, err)
	w.days(t, 31)
	if r := w.standing(t, app.Good); r.State != good.NotEligible {
		t.Fatalf("the challenge stands, and the good is %+v", r)
	}
	again := w.renewal(t, app.Good)
	if _, err := w.Authorise(ctx, w.who(owner), again.ID, "I still do."); err != nil {
		t.Fatal(err)
	}
	a, p, err = w.Submit(ctx, w.who(owner), again.ID, 0)
	if again = ok(t, a, p, err); again.State != assess.Queued || !slices.Equal(again.Scope, []string{"4"}) {
		t.Errorf("what was found to fail is renewed by a word: %s of %v", again.State, again.Scope)
	}
	w.same(t)
}

func TestADecisionGivesAReasonForEachIndicatorAlsoWhereItIsMet(t *testing.T) {
	w := build(t, "")
	ctx := t.Context()
	app := w.inReview(t, "Clinic Book")
	silent := map[string]assess.Finding{"3": {Verdict: assess.Pass}}
	w.judge(t, app, one, silent)
	w.judge(t, app, two, silent)
	if _, _, err := w.Propose(ctx, w.who(chief), app.ID, 0, assess.Recognised, nil); key(err) != "assess.error.verdict_reason" {
		t.Fatalf("nobody said why 3 is met: %v", err)
	}
	a, p, err := w.Propose(ctx, w.who(chief), app.ID, 0, assess.Recognised, map[string]assess.Finding{"3": {Verdict: assess.Pass, Reason: "The deed names the owner."}})
	ok(t, a, p, err)
	a, p, err = w.Confirm(ctx, w.who(second), app.ID, 0)
	if app = ok(t, a, p, err); app.Decision().Findings["3"].Reason != "The deed names the owner." || app.Decision().Findings["4"].Reason == "" {
		t.Errorf("the reasons are %v", app.Decision().Findings)
	}
}

func TestHowAGoodHelpsAGoalIsAFactAndComesBackFilledIn(t *testing.T) {
	w := build(t, "")
	app := w.recognised(t, "Clinic Book")
	g, err := w.DB.Good(t.Context(), app.Good)
	if err != nil || len(g.Goals) != 1 || g.Goals[0] != (good.Goal{SDG: 3, Relevance: "It helps health workers."}) {
		t.Fatalf("its goals are %+v, %v", g.Goals, err)
	}
	w.now = w.now.AddDate(0, 0, 320)
	again := w.renewal(t, app.Good)
	f, err := w.Application(t.Context(), w.who(owner), again.ID)
	if err != nil || f.Answers["sdg.relevance"].Answer.Items["3"] != "It helps health workers." {
		t.Errorf("what is known is not filled in: %+v, %v", f.Answers["sdg.relevance"], err)
	}
}

func TestNobodyAppliesForWhatWasRecognisedForOthers(t *testing.T) {
	w := build(t, "")
	app := w.recognised(t, "Clinic Book")
	if _, err := w.Start(t.Context(), w.who(expert), assessment.Start{Good: string(app.Good)}); key(err) != "apply.error.claimed" {
		t.Errorf("a stranger applies for it: %v", err)
	}
	if _, err := w.Start(t.Context(), w.who(owner), assessment.Start{Good: string(app.Good)}); key(err) != "apply.error.recognised" {
		t.Errorf("those for whom it was recognised renew it: %v", err)
	}
}

func TestNothingChangesUnderTheHandsOfThoseWhoSign(t *testing.T) {
	w := build(t, "")
	ctx := t.Context()
	app := w.inReview(t, "Clinic Book")
	name := func(to string) good.ID {
		t.Helper()
		id, err := w.Suggest(ctx, w.who(one), app.ID, "general.name", standard.Answer{Text: to}, "That is what it is called.")
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	if err := w.Settle(ctx, w.who(owner), app.ID, name("Clinic Notebook"), true); err != nil {
		t.Fatal(err)
	}
	f, err := w.Application(ctx, w.who(owner), app.ID)
	if err != nil || f.Name != "Clinic Notebook" {
		t.Errorf("the name was accepted, and lists say %q: %v", f.Name, err)
	}
	late := name("Hospital Book")
	w.judge(t, app, one, nil)
	w.judge(t, app, two, nil)
	a, p, err := w.Propose(ctx, w.who(chief), app.ID, 0, assess.Recognised, nil)
	ok(t, a, p, err)
	if err := w.Settle(ctx, w.who(owner), app.ID, late, true); key(err) != "assess.error.closed" {
		t.Errorf("an answer changes while people sign: %v", err)
	}
	if _, err := w.Suggest(ctx, w.who(one), app.ID, "general.name", standard.Answer{Text: "Third Book"}, "Once more."); key(err) != "assess.error.closed" {
		t.Errorf("something is suggested while people sign: %v", err)
	}
	if err := w.Settle(ctx, w.who(owner), app.ID, late, false); err != nil {
		t.Errorf("declining changes nothing: %v", err)
	}
	a, p, err = w.Confirm(ctx, w.who(second), app.ID, 0)
	ok(t, a, p, err)
	a, p, err = w.Publish(ctx, w.who(second), app.ID)
	ok(t, a, p, err)
	if g, err := w.DB.Good(ctx, app.Good); err != nil || g.Name != "Clinic Notebook" {
		t.Errorf("the good is called %q: %v", g.Name, err)
	}
}

func TestWhoReadsWhat(t *testing.T) {
	w := build(t, "")
	ctx := t.Context()
	advisor, volunteer := w.joined(t, person(10), access.Advisor), w.joined(t, person(11), access.Community)
	draft, err := w.Start(ctx, w.who(owner), assessment.Start{Name: "Secret Plans", Kinds: []good.Kind{good.Software}})
	if err != nil {
		t.Fatal(err)
	}
	for who, sees := range map[*access.Who]int{&advisor: 0, &volunteer: 0, {Person: one, Pseudonym: "p-02", Roles: []string{access.Reviewer}}: 0, {Person: chief, Pseudonym: "p-06", Roles: []string{access.Coordinator}}: 1} {
		list, err := w.Queue(ctx, *who, assessment.Filter{States: []assess.State{assess.Draft}})
		if err != nil || len(list.Items) != sees {
			t.Errorf("%v lists %d drafts: %v", who.Roles, len(list.Items), err)
		}
		if _, err := w.Application(ctx, *who, draft.ID); (err == nil) != (sees > 0) {
			t.Errorf("%v reads a draft: %v", who.Roles, err)
		}
	}
	app := w.accepted(t, "Clinic Book")
	if err := w.Declare(ctx, w.who(two), assess.Declared{Good: app.Good, Reason: "I used to work on it."}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		who   access.Who
		whole bool
	}{{advisor, false}, {volunteer, false}, {w.who(two), false}, {w.who(one), true}, {w.who(chief), true}, {w.who(owner), true}} {
		f, err := w.Application(ctx, c.who, app.ID)
		if err != nil {
			t.Errorf("%v: %v", c.who, err)
			continue
		}
		private, named := false, false
		for id := range f.Answers {
			q, _ := f.Set.Question(id)
			private = private || !q.Public
		}
		for _, p := range f.People {
			named = named || p.ID == owner && p.Name != ""
		}
		if private != c.whole || (f.Authority != nil) != c.whole || named != c.whole {
			t.Errorf("%v: private answers %v, authority %v, the owner's name %v; want %v", c.who.Roles, private, f.Authority != nil, named, c.whole)
		}
		if _, err := w.ExportAnswers(ctx, c.who, app.ID); (err == nil) != c.whole {
			t.Errorf("%v takes the answers away: %v", c.who.Roles, err)
		}
	}
	if f, err := w.Application(ctx, w.who(two), app.ID); err != nil || len(f.Conflicts) == 0 {
		t.Errorf("who must not judge is not told why: %v", err)
	}
}

func TestFindingsAreAboutWhatIsJudgedAndOfBearableLength(t *testing.T) {
	w := build(t, "")
	app := w.submitted(t, "Clinic Book")
	for id, f := range map[string]assess.Finding{"77": {Verdict: assess.Pass}, "4": {Verdict: assess.Fail, Reason: strings.Repeat("a", good.MaxAnswer+1)}, "5": {Verdict: "perhaps"}} {
		_, _, err := w.Screen(t.Context(), w.who(chief), app.ID, 0, assessment.Screening{Decision: "return", Screened: assess.Screened{Reason: "See there.", Findings: map[string]assess.Finding{id: f}}})
		if good.KindOf(err) != good.Invalid {
			t.Errorf("a finding on %s that is %s: %v", id, f.Verdict, err)
		}
	}
	app = w.inReview(t, "Other Book")
	if _, _, err := w.Release(t.Context(), w.who(chief), app.ID, one, "a word that everybody will read"); good.KindOf(err) != good.Invalid {
		t.Errorf("a seat is taken for any reason: %v", err)
	}
}

// merge makes one good of two, as the secretariat would.
func (w *world) merge(t testing.TB, from, into good.ID) {
	t.Helper()
	_, err := w.DB.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		records, err := tx.Records(ctx, from)
		if err != nil {
			return err
		}
		for _, r := range records {
			r.Good = into
			if err := tx.PutRecord(ctx, r); err != nil {
				return err
			}
		}
		if err := tx.MoveApplications(ctx, from, into); err != nil {
			return err
		}
		sources, err := tx.Sources(ctx)
		if err != nil {
			return err
		}
		g, err := tx.Good(ctx, into)
		if err != nil {
			return err
		}
		if err := tx.Restate(ctx, g, sources); err != nil {
			return err
		}
		return tx.PutGood(ctx, g)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOfTwoGoodsMadeOneTheLongerRecognitionHolds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		a, b := w.recognised(t, "Clinic Book"), w.recognised(t, "Clinic Notebook")
		w.merge(t, b.Good, a.Good) // both until the same day
		w.days(t, 40)
		c := w.recognised(t, "Clinic Journal")
		w.merge(t, c.Good, a.Good)
		w.days(t, 340)
		if r := w.standing(t, a.Good); r.State == good.Lapsed {
			t.Errorf("it lapsed with the shorter: %+v", r)
		}
		w.days(t, 60)
		if r := w.standing(t, a.Good); r.State != good.Lapsed || r.Until != c.Until {
			t.Errorf("nobody renewed it, and it is %+v", r)
		}
	})
}

func TestNothingIsDueOfAGoodThatWasRemoved(t *testing.T) {
	w := build(t, "")
	ctx := t.Context()
	app := w.recognised(t, "Clinic Book")
	bury := func(tomb *good.Tombstone) {
		t.Helper()
		_, err := w.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
			g, err := tx.Good(ctx, app.Good)
			if err != nil {
				return err
			}
			g.Tombstone = tomb
			return tx.PutGood(ctx, g)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	bury(&good.Tombstone{Reason: "a mistake", At: w.now})
	if d := w.days(t, 300); d.Reminded+d.Opened > 0 {
		t.Errorf("of what was removed people hear: %+v", d)
	}
	bury(nil)
	if d := w.days(t, 5); d.Reminded == 0 {
		t.Errorf("it came back, and nobody hears that it ends: %+v", d)
	}
}

func TestOnlyThoseForWhomItWasRecognisedHearOfItsRenewal(t *testing.T) {
	w := build(t, "")
	ctx := t.Context()
	app := w.recognised(t, "Clinic Book")
	_, err := w.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutApplication(ctx, &assess.Application{ID: tx.NewID(), Good: app.Good, Kind: assess.First, Standard: app.Standard, Name: app.Name, State: assess.Withdrawn,
			Since: tx.Now(), Opened: tx.Now(), Owners: []good.ID{expert}}, assess.Settings{})
	})
	if err != nil {
		t.Fatal(err)
	}
	from := must[int64](t)(w.DB.Position(ctx)) + 1
	w.days(t, 300)
	if heard := w.heard(t, from); !slices.Contains(heard["renewal-due"], owner) || slices.Contains(heard["renewal-due"], expert) {
		t.Errorf("of the renewal hear %v", heard)
	}
}

func TestWhatWasNeverShownGoesWithTheApplicant(t *testing.T) {
	w := build(t, "")
	ctx := t.Context()
	app := w.submitted(t, "Clinic Book")
	_, err := w.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		return w.Gone(ctx, tx, good.Person{ID: owner})
	})
	if err != nil {
		t.Fatal(err)
	}
	answers, err := w.DB.Answers(ctx, app.ID)
	if err != nil || strings.Contains(string(answers["general.contact"].Doc), "home.example") || !strings.Contains(string(answers["general.name"].Doc), "Clinic Book") {
		t.Errorf("the answers are %s and %s: %v", answers["general.contact"].Doc, answers["general.name"].Doc, err)
	}
	f, err := w.Application(ctx, w.who(chief), app.ID)
	if err != nil || !f.Answers["general.contact"].Answer.Empty() {
		t.Errorf("how to reach them is %+v: %v", f.Answers["general.contact"], err)
	}
}
