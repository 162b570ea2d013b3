package assessment_test

import (
	"context"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// fails are findings by which a good is not eligible.
var fails = map[string]assess.Finding{"4": {Verdict: assess.Fail, Reason: "It needs a closed database."}}

// fourth is one more coordinator, so that two are left who did not decide.
func (w *world) fourth(t testing.TB) good.ID {
	t.Helper()
	id := person(9)
	_, err := w.DB.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.PutPerson(ctx, &good.Person{ID: id, Pseudonym: "p-09"}); err != nil {
			return err
		}
		_, err := tx.PutRole(ctx, id, access.Coordinator)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.people[id] = assessment.Person{ID: id, Pseudonym: "p-09", Roles: []string{access.Coordinator}}
	return id
}

func TestAnAppealIsUpheldOrReversedByOthers(t *testing.T) {
	for name, c := range map[string]struct {
		outcome  assess.Outcome
		findings map[string]assess.Finding
		stage    good.Stage
	}{
		"upheld":   {assess.NotEligible, nil, good.NotEligible},
		"reversed": {assess.Recognised, map[string]assess.Finding{"4": {Verdict: assess.Pass, Reason: "It works with an open one."}}, good.Recognised},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Databases(t, func(t *testing.T, url string) {
				w := build(t, url)
				ctx, other := t.Context(), w.fourth(t)
				app := w.inReview(t, "Clinic Book")
				w.judge(t, app, one, fails)
				w.judge(t, app, two, fails)
				app = w.decide(t, app.ID, assess.NotEligible)
				a, p, err := w.Appeal(ctx, w.who(owner), app.ID, "An open database works.", nil)
				app = ok(t, a, p, err)
				for _, id := range []good.ID{chief, second, owner} {
					if _, _, err := w.Propose(ctx, w.who(id), app.ID, 0, c.outcome, c.findings); good.KindOf(err) != good.Forbidden {
						t.Errorf("%s proposes about the appeal: %v", id, err)
					}
				}
				a, p, err = w.Propose(ctx, w.who(third), app.ID, 0, c.outcome, c.findings)
				app = ok(t, a, p, err)
				for _, id := range []good.ID{chief, second, third, owner} {
					if _, _, err := w.Confirm(ctx, w.who(id), app.ID, 0); good.KindOf(err) != good.Forbidden {
						t.Errorf("%s confirms about the appeal: %v", id, err)
					}
				}
				a, p, err = w.Confirm(ctx, w.who(other), app.ID, 0)
				app = ok(t, a, p, err)
				if _, _, err := w.Appeal(ctx, w.who(owner), app.ID, "Once more.", nil); key(err) != "assess.error.appealed" {
					t.Errorf("appealed twice: %v", err)
				}
				w.days(t, 4) // nothing can be appealed any more: the clock publishes
				g, err := w.DB.Good(ctx, app.Good)
				if err != nil || g.Stage != c.stage {
					t.Errorf("the good is %s: %v", g.Stage, err)
				}
				rec, err := w.DB.Assessment(ctx, app.ID)
				if err != nil || rec.Grounds == nil || len(rec.Decisions) != 2 || !rec.Decisions[1].Appeal || rec.Outcome != c.outcome {
					t.Errorf("the public record says %+v %v", rec, err)
				}
				w.same(t)
			})
		})
	}
}

func TestAnAppealAfterItsTimeIsRefused(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.inReview(t, "Clinic Book")
		w.judge(t, app, one, fails)
		w.judge(t, app, two, fails)
		app = w.decide(t, app.ID, assess.NotEligible)
		w.now = app.Deadline.Add(1e9)
		if _, _, err := w.Appeal(ctx, w.who(owner), app.ID, "Too late.", nil); key(err) != "assess.error.appeal_late" {
			t.Errorf("appealed a second after its time: %v", err)
		}
		if d := w.tick(t); d.Published != 1 {
			t.Errorf("the clock published %d", d.Published)
		}
		if _, _, err := w.Appeal(ctx, w.who(owner), app.ID, "Too late.", nil); key(err) != "assess.error.state" {
			t.Errorf("appealed what is published: %v", err)
		}
		w.same(t)
	})
}

// asked is an application of which the applicant is asked back about 5.
func (w *world) asked(t testing.TB) *assess.Application {
	t.Helper()
	clarify := map[string]assess.Finding{"5": {Verdict: assess.Clarify, Reason: "Where is the manual?"}}
	app := w.inReview(t, "Clinic Book")
	w.judge(t, app, one, clarify)
	return w.judge(t, app, two, clarify)
}

func TestMoreTimeIsAskedForAndGrantedTwiceAtMost(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.asked(t)
		until := app.Deadline
		if _, _, err := w.AskMore(ctx, w.who(owner), app.ID, ""); key(err) != "assess.error.reason" {
			t.Errorf("asked without a reason: %v", err)
		}
		if _, _, err := w.AskMore(ctx, w.who(one), app.ID, "They are few."); good.KindOf(err) != good.Forbidden {
			t.Errorf("a reviewer asks for the applicant: %v", err)
		}
		a, p, err := w.AskMore(ctx, w.who(owner), app.ID, "We are few.")
		if app = ok(t, a, p, err); app.Extension == nil || app.Extension.Reason != "We are few." || !app.Deadline.Equal(until) {
			t.Fatalf("the wish is not kept, or moved the deadline by itself: %+v", app)
		}
		for range 2 {
			until = until.Add(30 * days)
			for _, id := range []good.ID{owner, one} {
				if _, _, err := w.Extend(ctx, w.who(id), app.ID); good.KindOf(err) != good.Forbidden {
					t.Errorf("%s grants it: %v", id, err)
				}
			}
			a, p, err = w.Extend(ctx, w.who(chief), app.ID)
			if app = ok(t, a, p, err); !app.Deadline.Equal(until) || app.Extension != nil {
				t.Fatalf("granted, and the deadline is %s, the wish %v", app.Deadline, app.Extension)
			}
		}
		if _, _, err := w.AskMore(ctx, w.who(owner), app.ID, "Once more."); key(err) != "assess.error.extensions" {
			t.Errorf("asked a third time: %v", err)
		}
		if _, _, err := w.Extend(ctx, w.who(chief), app.ID); key(err) != "assess.error.extensions" {
			t.Errorf("granted a third time: %v", err)
		}
		if d := w.days(t, 89); d.Closed != 0 {
			t.Errorf("closed a day before the new deadline: %+v", d)
		}
		a, p, err = w.Reply(ctx, w.who(owner), app.ID, "5", "Here it is.")
		if app = ok(t, a, p, err); app.State != assess.Review {
			t.Errorf("answered in time, it is %s", app.State)
		}
		w.same(t)
	})
}

func TestAClarificationThatNobodyAnswersEndsOnItsDay(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.asked(t)
		if d := w.days(t, 29); d.Reminded != 2 || d.Closed != 0 {
			t.Errorf("up to the last day: %+v", d)
		}
		d := w.days(t, 2)
		if d.Closed != 1 || d.Reminded != 0 {
			t.Errorf("after it: %+v", d)
		}
		if _, _, err := w.Reply(ctx, w.who(owner), app.ID, "5", "Here it is."); key(err) != "assess.error.state" || good.KindOf(err) != good.Conflict {
			t.Errorf("answered too late: %v", err)
		}
		g, err := w.DB.Good(ctx, app.Good)
		if err != nil || g.Stage != good.Withdrawn {
			t.Errorf("the good is %s: %v", g.Stage, err)
		}
		rec, err := w.DB.Assessment(ctx, app.ID)
		if err != nil || rec.State != assess.Closed || rec.Path[len(rec.Path)-1].By.Role != access.Clock {
			t.Errorf("the record says %+v %v", rec, err)
		}
		again, err := w.Start(ctx, w.who(owner), assessment.Start{Good: string(app.Good)})
		if err != nil || again.State != assess.Draft {
			t.Errorf("they cannot come back: %+v %v", again, err)
		}
		w.same(t)
	})
}

func TestAProposalIsTakenOffTheTable(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.inReview(t, "Clinic Book")
		w.judge(t, app, one, nil)
		app = w.judge(t, app, two, nil)
		a, p, err := w.Propose(ctx, w.who(chief), app.ID, app.Version, assess.Recognised, nil)
		app = ok(t, a, p, err)
		before, err := w.DB.Position(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Reject(ctx, w.who(second), app.ID, app.Version, ""); key(err) != "assess.error.reason" {
			t.Errorf("rejected without a reason: %v", err)
		}
		if _, _, err := w.Reject(ctx, w.who(owner), app.ID, app.Version, "No."); good.KindOf(err) != good.Forbidden {
			t.Errorf("rejected by the owner: %v", err)
		}
		if _, _, err := w.Reject(ctx, w.who(second), app.ID, app.Version-1, "Say why."); key(err) != "assess.error.stale" {
			t.Errorf("rejected from a stale page: %v", err)
		}
		a, p, err = w.Reject(ctx, w.who(second), app.ID, app.Version, "The reason for 5 is not clear to me.")
		if app = ok(t, a, p, err); app.State != assess.Deciding || app.Proposal() != nil || len(app.Deciders()) != 0 {
			t.Fatalf("rejected, it is %s with %+v", app.State, app.Decisions)
		}
		if _, _, err := w.Confirm(ctx, w.who(third), app.ID, 0); key(err) != "assess.error.state" {
			t.Errorf("confirmed what is off the table: %v", err)
		}
		notes, err := w.DB.Notes(ctx, app.ID)
		if err != nil || len(notes) != 1 || notes[0].Person != second || !strings.Contains(notes[0].Text, "5 is not clear") {
			t.Errorf("those at work are not told why: %+v %v", notes, err)
		}
		if after, err := w.DB.Position(ctx); err != nil || after != before {
			t.Errorf("the journal tells of a proposal that came to nothing: %d to %d, %v", before, after, err)
		}
		w.decide(t, app.ID, assess.Recognised)
		w.same(t)
	})
}
