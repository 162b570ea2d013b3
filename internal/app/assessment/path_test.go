package assessment_test

import (
	"slices"
	"testing"

	"stoa/internal/app/journal"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/testkit"
)

func TestAGoodIsAppliedForReviewedDecidedAndRecognised(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.inReview(t, "Clinic Book")
		if app.State != assess.Review || app.Good == "" {
			t.Fatalf("two reviewers, and it is %s of good %q", app.State, app.Good)
		}
		w.judge(t, app, one, map[string]assess.Finding{"4": {Verdict: assess.Fail, Reason: "It needs a closed database."}, "5": {Verdict: assess.Clarify, Reason: "Where is the manual?"}})
		f, err := w.Application(ctx, w.who(two), app.ID)
		if err != nil || len(f.Verdicts) != 0 {
			t.Errorf("one reviewer sees %d verdicts of the other: %v", len(f.Verdicts), err)
		}
		app = w.judge(t, app, two, map[string]assess.Finding{"5": {Verdict: assess.Clarify, Reason: "The manual is a dead link."}})
		if app.State != assess.Consolidation || len(app.Disputed) != 1 || app.Disputed[0] != "4" {
			t.Fatalf("the two differ on 4: %s %v", app.State, app.Disputed)
		}
		a, p, err := w.Consolidate(ctx, w.who(chief), app.ID, app.Version, map[string]assess.Finding{"4": {Verdict: assess.Pass, Reason: "An open one can be used instead."}})
		app = ok(t, a, p, err)
		if app.State != assess.Clarification || len(app.Open()) != 1 {
			t.Fatalf("5 is to be clarified: %s %v", app.State, app.Open())
		}
		a, p, err = w.Reply(ctx, w.who(owner), app.ID, "5", "The link is mended.")
		app = ok(t, a, p, err)
		if app.State != assess.Review || len(app.Scope) != 1 || app.Scope[0] != "5" || app.Round != 2 {
			t.Fatalf("only 5 is reviewed again: %s %v round %d", app.State, app.Scope, app.Round)
		}
		w.judge(t, app, one, nil)
		app = w.judge(t, app, two, nil)
		if app.State != assess.Deciding {
			t.Fatalf("all is settled, and it is %s", app.State)
		}
		app = w.decide(t, app.ID, assess.Recognised)
		r := w.standing(t, app.Good)
		if r.Reported || r.State != good.Recognised || r.From != "2027-01-04" || r.Until != "2028-01-04" || r.Standard != app.Standard {
			t.Errorf("the good holds %+v", r)
		}
		g, err := w.DB.Good(ctx, app.Good)
		if err != nil || g.Stage != good.Recognised || g.Name != "Clinic Book" || len(g.Licences) != 1 || len(g.Goals) != 1 {
			t.Errorf("the good is %+v %v", g, err)
		}
		rec, err := w.Record(ctx, app.Good)
		if err != nil || len(rec.Applications) != 1 {
			t.Fatal(rec, err)
		}
		told := rec.Applications[0]
		if told.State != assess.Published || told.Outcome != assess.Recognised || len(told.Exchanges) != 1 || told.Exchanges[0].Reply == "" || len(told.Decisions) != 1 ||
			told.Decisions[0].Findings["4"].Reason != "An open one can be used instead." {
			t.Errorf("the public record says %+v", told)
		}
		figures, err := w.Statistics(ctx)
		if err != nil || len(figures.States) != 1 || figures.States[0].Count != 1 || len(figures.Whole) == 0 {
			t.Fatal(figures, err)
		}
		var way []assess.State
		for _, s := range figures.Whole {
			way = append(way, s.State)
		}
		if want := []assess.State{assess.Screening, assess.Queued, assess.Review, assess.Consolidation, assess.Clarification, assess.Deciding, assess.Proposed, assess.Decided}; !slices.Equal(way, want) {
			t.Errorf("times are told of %v, not along the way %v", way, want)
		}
		w.same(t)
	})
}

// same fails unless the journal alone gives what the database holds.
func (w *world) same(t testing.TB) {
	t.Helper()
	differs, err := (&journal.App{DB: w.DB}).Compare(t.Context())
	if err != nil || differs != "" {
		t.Errorf("the journal gives another state than the database holds: %v\n%s", err, differs)
	}
}
