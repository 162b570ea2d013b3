package assessment_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/testkit"
)

var openDatabase = map[string]assess.Finding{"4": {Verdict: assess.Pass, Reason: "It works with an open one since March."}}

// confirmedByAWord is a renewal in which nothing changed, waiting for a decision.
func (w *world) confirmedByAWord(t testing.TB, id good.ID) *assess.Application {
	t.Helper()
	again := w.renewal(t, id)
	if _, err := w.Authorise(t.Context(), w.who(owner), again.ID, "I still do."); err != nil {
		t.Fatal(err)
	}
	a, p, err := w.Submit(t.Context(), w.who(owner), again.ID, 0)
	return ok(t, a, p, err)
}

// upheld takes a challenge to the decision that it is right.
func (w *world) upheld(t testing.TB, c *assess.Application) *assess.Application {
	t.Helper()
	fails := map[string]assess.Finding{"4": {Verdict: assess.Fail, Reason: "It needs a closed database."}}
	w.judge(t, c, one, fails)
	w.judge(t, c, two, fails)
	return w.decide(t, c.ID, assess.NotEligible)
}

// filed is a challenge of indicator 4 that nobody has looked at.
func (w *world) filed(t testing.TB, id good.ID) *assess.Application {
	t.Helper()
	a, p, err := w.Challenge(t.Context(), w.who(expert), assessment.Doubt{Good: string(id), Indicators: []string{"4"}, Text: "It needs a closed database."})
	return ok(t, a, p, err)
}

// let screens a challenge, lets it in and gives it to two reviewers.
func (w *world) let(t testing.TB, c *assess.Application) *assess.Application {
	t.Helper()
	a, p, err := w.Screen(t.Context(), w.who(chief), c.ID, 0, assessment.Screening{Decision: "accept"})
	ok(t, a, p, err)
	for _, r := range []good.ID{one, two} {
		a, p, err = w.Claim(t.Context(), w.who(r), c.ID)
		c = ok(t, a, p, err)
	}
	return c
}

// TestNobodySignsARenewalOverAnOpenChallenge has a challenge come while a
// renewal waits to be decided.
func TestNobodySignsARenewalOverAnOpenChallenge(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.recognised(t, "Clinic Book")
		w.days(t, 310)
		again := w.confirmedByAWord(t, app.Good)
		c := w.filed(t, app.Good)
		a, p, err := w.Propose(ctx, w.who(chief), again.ID, 0, assess.Recognised, nil) // anybody may file: screening comes first
		again = ok(t, a, p, err)
		c = w.let(t, c)
		if _, _, err := w.Confirm(ctx, w.who(second), again.ID, 0); key(err) != "assess.error.challenge_open" || good.KindOf(err) != good.Conflict {
			t.Errorf("signed second over an open challenge: %v", err)
		}
		a, p, err = w.Reject(ctx, w.who(second), again.ID, 0, "There is a challenge.")
		ok(t, a, p, err)
		if _, _, err := w.Propose(ctx, w.who(chief), again.ID, 0, assess.Recognised, nil); key(err) != "assess.error.challenge_open" {
			t.Errorf("proposed over an open challenge: %v", err)
		}
		w.upheld(t, c)
		if _, _, err := w.Propose(ctx, w.who(chief), again.ID, 0, assess.Recognised, nil); key(err) != "assess.error.challenge_open" {
			t.Errorf("proposed while the challenge may be appealed: %v", err)
		}
		w.days(t, 31)
		if r := w.standing(t, app.Good); r.State != good.NotEligible {
			t.Fatalf("the challenge was upheld, and the good is %+v", r)
		}
		if _, _, err := w.Propose(ctx, w.who(chief), again.ID, 0, assess.Recognised, nil); key(err) != "assess.error.challenge_upheld" {
			t.Errorf("what a challenge found is passed over: %v", err)
		}
		if _, _, err := w.Propose(ctx, w.who(chief), again.ID, 0, assess.Recognised, map[string]assess.Finding{"4": {Verdict: assess.Pass}}); key(err) != "assess.error.verdict_reason" {
			t.Errorf("what a challenge found is passed over without a reason: %v", err)
		}
		a, p, err = w.Propose(ctx, w.who(chief), again.ID, 0, assess.Recognised, openDatabase)
		ok(t, a, p, err)
		a, p, err = w.Confirm(ctx, w.who(second), again.ID, 0)
		ok(t, a, p, err)
		a, p, err = w.Publish(ctx, w.who(second), again.ID)
		ok(t, a, p, err)
		if r := w.standing(t, app.Good); r.State != good.Recognised {
			t.Errorf("settled with a reason, the good is %+v", r)
		}
		w.same(t)
	})
}

// TestDecisionsTakeEffectInTheOrderTheyWereSigned has a renewal signed and left
// unpublished while a challenge is let in and upheld.
func TestDecisionsTakeEffectInTheOrderTheyWereSigned(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.recognised(t, "Clinic Book")
		w.days(t, 310)
		again := w.confirmedByAWord(t, app.Good)
		a, p, err := w.Propose(ctx, w.who(chief), again.ID, 0, assess.Recognised, nil)
		again = ok(t, a, p, err)
		a, p, err = w.Confirm(ctx, w.who(second), again.ID, 0)
		ok(t, a, p, err)
		c := w.upheld(t, w.doubted(t, app.Good))
		w.now = c.Deadline.Add(days)
		if _, _, err := w.Publish(ctx, w.who(second), c.ID); key(err) != "assess.error.signed_before" {
			t.Errorf("the challenge overtakes the renewal: %v", err)
		}
		for range 3 { // the clock publishes both, whichever it meets first
			if _, err := w.Tick(ctx, w.now); err != nil {
				t.Errorf("what waits its turn is told as a fault: %v", err)
			}
		}
		if r := w.standing(t, app.Good); r.State != good.NotEligible {
			t.Errorf("the challenge came last, and the good is %+v", r)
		}
		rec, err := w.Record(ctx, app.Good)
		if err != nil || len(rec.Applications) != 3 || slices.ContainsFunc(rec.Applications, func(r assess.Record) bool { return r.State != assess.Published }) {
			t.Errorf("not all of it was published: %+v %v", rec, err)
		}
		w.same(t)
	})
}

// TestAProposalFromBeforeAChallengeIsProposedAnew has a challenge upheld between
// the two signatures.
func TestAProposalFromBeforeAChallengeIsProposedAnew(t *testing.T) {
	w := build(t, "")
	ctx := t.Context()
	app := w.recognised(t, "Clinic Book")
	w.days(t, 310)
	again := w.confirmedByAWord(t, app.Good)
	a, p, err := w.Propose(ctx, w.who(chief), again.ID, 0, assess.Recognised, openDatabase)
	ok(t, a, p, err)
	w.upheld(t, w.doubted(t, app.Good))
	w.days(t, 31)
	if _, _, err := w.Confirm(ctx, w.who(second), again.ID, 0); key(err) != "assess.error.challenge_since" {
		t.Errorf("a proposal of before is signed: %v", err)
	}
	a, p, err = w.Reject(ctx, w.who(second), again.ID, 0, "A challenge came between.")
	ok(t, a, p, err)
	a, p, err = w.Propose(ctx, w.who(chief), again.ID, 0, assess.NotEligible, map[string]assess.Finding{"4": {Verdict: assess.Fail, Reason: "It needs a closed database."}})
	ok(t, a, p, err)
	a, p, err = w.Confirm(ctx, w.who(second), again.ID, 0)
	ok(t, a, p, err)
}

// TestWhoReportedInConfidenceIsNotToldFromWhoDeclared has one reviewer report a
// good in confidence and another declare a conflict with it: the coordinator,
// and whoever asks for a seat, read the same of both.
func TestWhoReportedInConfidenceIsNotToldFromWhoDeclared(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.recognised(t, "Clinic Book")
		a, p, err := w.Challenge(ctx, w.who(three), assessment.Doubt{Good: string(app.Good), Indicators: []string{"4"}, Text: "It needs Oracle.", Confidential: true})
		c := ok(t, a, p, err)
		if err := w.Declare(ctx, w.who(one), assess.Declared{Good: app.Good, Reason: "We use it."}); err != nil {
			t.Fatal(err)
		}
		a, p, err = w.Screen(ctx, w.who(chief), c.ID, 0, assessment.Screening{Decision: "accept"})
		c = ok(t, a, p, err)
		fit, unfit, err := w.Candidates(ctx, w.who(chief), c.ID)
		if err != nil || len(fit) != 1 || fit[0].Person != two {
			t.Fatalf("%+v %v", fit, err)
		}
		for _, r := range unfit {
			if !slices.Equal(r.Reason, []assess.Reason{{Cause: assess.DeclaredSelf}}) {
				t.Errorf("of %s is said %+v", r.Person, r.Reason)
			}
		}
		for _, person := range []good.ID{one, three} {
			if _, _, err := w.Assign(ctx, w.who(chief), c.ID, person); key(err) != "assess.error.conflict.declared" {
				t.Errorf("assigning %s says %v", person, err)
			}
		}
		// Another good of the same owners is no place for the reporter either, nor is it said why.
		next := w.accepted(t, "Other Book")
		if _, _, err := w.Assign(ctx, w.who(chief), next.ID, three); key(err) != "assess.error.conflict.declared" {
			t.Errorf("who reported one good judges the other: %v", err)
		}
	})
}

// TestWhatIsJudgedIsInTheStandard tries indicators that there are none of, and
// conflicts with what is not known.
func TestWhatIsJudgedIsInTheStandard(t *testing.T) {
	w := build(t, "")
	ctx := t.Context()
	app := w.inReview(t, "Clinic Book")
	mona := w.joined(t, person(11), access.Community)
	found := assess.Finding{Verdict: assess.Pass, Reason: "So it is."}
	for _, indicator := range []string{"99", "9", strings.Repeat("x", 10_000), "4 "} {
		if err := w.Advise(ctx, mona, app.ID, indicator, 0, found); key(err) != "assess.error.indicator_unknown" || good.KindOf(err) != good.Invalid {
			t.Errorf("advice on %.20q: %v", indicator, err)
		}
		if err := w.Note(ctx, w.who(one), app.ID, indicator, "See there."); key(err) != "assess.error.indicator_unknown" {
			t.Errorf("a note on %.20q: %v", indicator, err)
		}
	}
	for _, indicator := range []string{"", "4"} {
		if err := w.Note(ctx, w.who(one), app.ID, indicator, "See there."); err != nil {
			t.Errorf("a note on %q: %v", indicator, err)
		}
	}
	if err := w.Advise(ctx, mona, app.ID, "4", 0, found); err != nil {
		t.Error(err)
	}
	for want, d := range map[string]assess.Declared{
		"error.good.unknown":        {Good: "no-such-good"},
		"assess.error.person":       {Person: person(99)},
		"assess.error.organisation": {Organisation: "University of Oslo"},
	} {
		d.Reason = "We know each other."
		if err := w.Declare(ctx, w.who(one), d); key(err) != want {
			t.Errorf("%+v: %v, want %s", d, err, want)
		}
	}
	if err := w.Declare(ctx, w.who(three), assess.Declared{Good: "clinic-book", Reason: "We use it."}); err != nil {
		t.Error(err)
	}
	if _, _, err := w.Assign(ctx, w.who(chief), app.ID, three); key(err) == "" {
		t.Error("a conflict declared by the good's address does not count")
	}
}

// TestASuggestionToAnAnswerThatChangedIsAClash has two reviewers suggest another
// answer each: of the second the applicant is shown both, and loses nothing.
func TestASuggestionToAnAnswerThatChangedIsAClash(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.inReview(t, "Clinic Book")
		var made []good.ID
		for reviewer, to := range []string{"Clinic Notebook", "Clinic Diary"} {
			id, err := w.Suggest(ctx, w.who([]good.ID{one, two}[reviewer]), app.ID, "general.name", standard.Answer{Text: to}, "That is what it is called.")
			if err != nil {
				t.Fatal(err)
			}
			made = append(made, id)
		}
		if err := w.Settle(ctx, w.who(owner), app.ID, made[0], true); err != nil {
			t.Fatal(err)
		}
		err := w.Settle(ctx, w.who(owner), app.ID, made[1], true)
		var clash *assessment.Clashes
		if !errors.As(err, &clash) || good.KindOf(err) != good.Conflict || len(clash.List) != 1 {
			t.Fatalf("the second is accepted over the first: %v", err)
		}
		if c := clash.List[0]; c.Question != "general.name" || c.Mine.Text != "Clinic Diary" || c.Theirs.Answer.Text != "Clinic Notebook" || c.Theirs.Person != owner {
			t.Errorf("the clash is %+v", c)
		}
		held, err := w.DB.Answer(ctx, app.ID, "general.name")
		if err != nil || !strings.Contains(string(held.Doc), "Clinic Notebook") {
			t.Errorf("the answer is %s, %v", held.Doc, err)
		}
		open, err := w.DB.Suggestion(ctx, made[1])
		if err != nil || !open.Settled.IsZero() {
			t.Errorf("what was not accepted counts as settled: %+v %v", open, err)
		}
		if err := w.Settle(ctx, w.who(owner), app.ID, made[1], false); err != nil {
			t.Errorf("it cannot be declined either: %v", err)
		}
		w.same(t)
	})
}

// TestWhatOnePersonBeginsIsBounded begins applications without end.
func TestWhatOnePersonBeginsIsBounded(t *testing.T) {
	w := build(t, "")
	start := func(ctx context.Context, who good.ID, name string) error {
		_, err := w.Start(ctx, w.who(who), assessment.Start{Name: name, Kinds: []good.Kind{good.Software}})
		return err
	}
	if err := start(t.Context(), owner, strings.Repeat("长", good.MaxName+1)); key(err) != "assess.error.long" {
		t.Errorf("a name of %d characters: %v", good.MaxName+1, err)
	}
	if err := start(t.Context(), owner, strings.Repeat("长", good.MaxName)); err != nil {
		t.Errorf("a name of %d characters: %v", good.MaxName, err)
	}
	begun := 1
	for ; begun < 200; begun++ {
		err := start(t.Context(), owner, "Book")
		if key(err) == "assess.error.drafts" && good.KindOf(err) == good.Limited {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if begun != 100 {
		t.Errorf("%d applications were begun", begun)
	}
	if err := start(t.Context(), one, "Book"); err != nil {
		t.Errorf("another person is kept from beginning: %v", err)
	}
	list, _, err := w.DB.Applications(t.Context(), assessment.Filter{States: []assess.State{assess.Draft}, Limit: 1})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	a, p, err := w.Withdraw(t.Context(), w.who(owner), list[0].ID, 0, "")
	ok(t, a, p, err)
	if err := start(t.Context(), owner, "Book"); err != nil {
		t.Errorf("one was withdrawn, and no other can be begun: %v", err)
	}
}
