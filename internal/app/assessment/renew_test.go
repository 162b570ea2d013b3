package assessment_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// tick does what is due as the hourly job would, and again as it might.
func (w *world) tick(t testing.TB) assessment.Ticked {
	t.Helper()
	var sum assessment.Ticked
	for range 2 {
		d, err := w.Tick(t.Context(), w.now)
		if err != nil {
			t.Fatal(err)
		}
		sum.Reminded += d.Reminded
		sum.Closed += d.Closed
		sum.Published += d.Published
		sum.Opened += d.Opened
		sum.Lapsed += d.Lapsed
		sum.Vacated += d.Vacated
	}
	return sum
}

// days lets so many days pass, hour by hour work done once a day.
func (w *world) days(t testing.TB, n int) (sum assessment.Ticked) {
	t.Helper()
	for range n {
		w.pass(days)
		d := w.tick(t)
		sum.Reminded += d.Reminded
		sum.Closed += d.Closed
		sum.Opened += d.Opened
		sum.Lapsed += d.Lapsed
		sum.Published += d.Published
	}
	return sum
}

// renewal is the open renewal of a good.
func (w *world) renewal(t testing.TB, id good.ID) *assess.Application {
	t.Helper()
	app, err := w.Renew(t.Context(), w.who(owner), string(id))
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func TestARecognitionIsRenewedByAWordWhereNothingChanged(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.recognised(t, "Clinic Book")
		w.now = w.now.AddDate(0, 0, 270)
		if d := w.tick(t); d.Reminded != 0 || d.Opened != 0 {
			t.Fatalf("95 days before: %+v", d)
		}
		if d := w.days(t, 40); d.Reminded != 2 || d.Opened != 1 {
			t.Fatalf("from 95 to 55 days before: %+v", d)
		}
		if r := w.standing(t, app.Good); r.State != good.RenewalDue || r.Until != "2028-01-04" {
			t.Errorf("with its renewal open the good is %+v", r)
		}
		again := w.renewal(t, app.Good)
		if again.Kind != assess.Renewal || again.State != assess.Draft || again.ID == app.ID {
			t.Fatalf("the renewal is %+v", again)
		}
		f, err := w.Application(ctx, w.who(owner), again.ID)
		if err != nil || len(f.Gaps) != 0 || len(f.Answers) == 0 {
			t.Fatalf("the renewal is not prefilled: %d answers, gaps %v, %v", len(f.Answers), f.Gaps, err)
		}
		if _, err := w.Authorise(ctx, w.who(owner), again.ID, "I still do."); err != nil {
			t.Fatal(err)
		}
		a, p, err := w.Submit(ctx, w.who(owner), again.ID, 0)
		if again = ok(t, a, p, err); again.State != assess.Deciding {
			t.Fatalf("nothing changed, and it is %s", again.State)
		}
		w.decide(t, again.ID, assess.Recognised)
		if r := w.standing(t, app.Good); r.State != good.Recognised || r.From != "2028-01-04" || r.Until != "2029-01-04" || r.First != "2027-01-04" {
			t.Errorf("renewed, the good is %+v", r)
		}
		if d := w.days(t, 70); d.Lapsed != 0 {
			t.Errorf("the old recognition lapsed: %+v", d)
		}
		w.same(t)
	})
}

func TestARenewalDoesNotOpenBeforeItsTime(t *testing.T) {
	w := build(t, "")
	app := w.recognised(t, "Clinic Book") // until 4 January 2028
	early := func() {
		t.Helper()
		var e *good.Error
		if _, err := w.Renew(t.Context(), w.who(owner), string(app.Good)); !errors.As(err, &e) || e.Key != "assess.error.renewal_early" || e.Args["Opens"] != good.Date("2027-11-05") {
			t.Errorf("on %s its renewal: %v", w.now.Format(time.DateOnly), err)
		}
	}
	early()
	w.now = time.Date(2027, 11, 4, 23, 59, 0, 0, time.UTC)
	early()
	w.now = time.Date(2027, 11, 5, 0, 0, 0, 0, time.UTC)
	if again := w.renewal(t, app.Good); again.Kind != assess.Renewal || again.State != assess.Draft {
		t.Errorf("in its time the renewal is %+v", again)
	}
}

func TestWhatIsUnderReviewStaysListedAndWhatNobodyRenewsLapsesAndReturns(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.recognised(t, "Clinic Book")
		w.days(t, 310)
		again := w.renewal(t, app.Good)
		f, err := w.Application(ctx, w.who(owner), again.ID)
		if err != nil {
			t.Fatal(err)
		}
		q := ""
		for _, asked := range f.Asked {
			if asked.Question.Indicator == "5" && f.Answers[asked.Question.ID].Version > 0 {
				q = asked.Question.ID
			}
		}
		edit := assessment.Edit{Question: q, Version: f.Answers[q].Version, Answer: f.Answers[q].Answer}
		edit.Answer.Links = []good.Link{{URL: "https://manual.example"}}
		if _, err := w.Save(ctx, w.who(owner), again.ID, []assessment.Edit{edit}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Authorise(ctx, w.who(owner), again.ID, "I still do."); err != nil {
			t.Fatal(err)
		}
		a, p, err := w.Submit(ctx, w.who(owner), again.ID, 0)
		if again = ok(t, a, p, err); again.State != assess.Queued || len(again.Scope) != 1 || again.Scope[0] != "5" {
			t.Fatalf("one answer changed: %s of %v", again.State, again.Scope)
		}
		w.days(t, 80)
		if r := w.standing(t, app.Good); r.State != good.RenewalDue || r.Renewing != "2027-11-10" || r.Until >= assess.DateOf(w.now) {
			t.Fatalf("under review past the date it is %+v", r)
		}
		a, p, err = w.Withdraw(ctx, w.who(owner), again.ID, 0, "no time")
		ok(t, a, p, err)
		w.days(t, 2)
		r := w.standing(t, app.Good)
		g, err := w.DB.Good(ctx, app.Good)
		if err != nil || r.State != good.Lapsed || r.Last != "2028-01-05" || g.Stage != good.Lapsed || g.Name != "Clinic Book" {
			t.Fatalf("nobody renewed it, and it is %+v %s %v", r, g.Stage, err)
		}
		back := w.renewal(t, app.Good)
		if _, err := w.Authorise(ctx, w.who(owner), back.ID, "I still do."); err != nil {
			t.Fatal(err)
		}
		a, p, err = w.Submit(ctx, w.who(owner), back.ID, 0)
		ok(t, a, p, err)
		w.decide(t, back.ID, assess.Recognised)
		if r := w.standing(t, app.Good); r.State != good.Recognised || r.From != assess.DateOf(w.now) || r.Renewing != "" {
			t.Errorf("it returns as %+v", r)
		}
		w.same(t)
	})
}

func TestAClockThatJumpsEndsNoRecognitionUnheard(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		app := w.recognised(t, "Clinic Book")
		w.pass(500 * days)
		if d := w.tick(t); d.Reminded != 1 || d.Lapsed != 0 {
			t.Fatalf("a year too far, at once: %+v", d)
		}
		w.pass(-499 * days)
		if d := w.tick(t); d.Reminded != 0 || d.Lapsed != 0 {
			t.Errorf("and back: %+v", d)
		}
		if r := w.standing(t, app.Good); r.State != good.RenewalDue && r.State != good.Recognised {
			t.Errorf("the good is %+v", r)
		}
		w.pass(499 * days)
		if d := w.days(t, 6); d.Lapsed != 0 {
			t.Errorf("within the week of grace: %+v", d)
		}
		if d := w.days(t, 2); d.Lapsed != 1 {
			t.Errorf("after it: %+v", d)
		}
		w.same(t)
	})
}

func TestAReportedRecognitionNeverLapsesByOurClock(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		id := w.reported(t, "Elsewhere")
		w.pass(2000 * days)
		w.tick(t)
		g, err := w.DB.Good(t.Context(), id)
		if err != nil || g.Stage != good.Recognised {
			t.Errorf("reported elsewhere, it is %s: %v", g.Stage, err)
		}
		app, err := w.Start(t.Context(), w.who(owner), assessment.Start{Good: "elsewhere"})
		if err != nil || app.Name != "Elsewhere" || app.Good != id {
			t.Fatalf("its owner applies here: %+v %v", app, err)
		}
		f, err := w.Application(t.Context(), w.who(owner), app.ID)
		if err != nil || f.Answers["licence.licences"].Answer.Choices[0] != "MIT" || f.Answers["general.website"].Answer.Links[0].URL != "https://elsewhere.example" {
			t.Errorf("it is not prefilled: %+v %v", f.Answers, err)
		}
		var late time.Time
		if due, err := w.DB.DueOf(t.Context(), id); err != nil || len(due) != 0 {
			t.Errorf("%v is due of it: %v %v", due, late, err)
		}
	})
}

// reminded are the days of each reminder of a renewal that the journal tells of.
func (w *world) reminded(t testing.TB) (days []int) {
	t.Helper()
	entries, err := w.DB.Entries(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Verb != good.RenewalReminded {
			continue
		}
		var said struct{ Days int }
		if err := json.Unmarshal(e.Values[0].Data, &said); err != nil {
			t.Fatal(err)
		}
		days = append(days, said.Days)
	}
	return days
}

func TestEachReminderOfARenewalIsSentOnceHoweverOftenTheClockLooks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		app := w.recognised(t, "Clinic Book")
		w.pass(270 * days)
		for range 100 { // every day, by two nodes at once, again and again
			w.pass(days)
			var nodes sync.WaitGroup
			for range 2 {
				nodes.Go(func() {
					for range 2 {
						_, err := w.Tick(t.Context(), w.now)
						if err != nil && good.KindOf(err) != good.Conflict {
							t.Error(err)
						}
					}
				})
			}
			nodes.Wait()
		}
		if got := w.reminded(t); !slices.Equal(got, []int{90, 60, 30, 7}) {
			t.Errorf("the owner was reminded %v days before", got)
		}
		if r := w.standing(t, app.Good); r.State != good.Lapsed {
			t.Errorf("it was not renewed, and is %s", r.State)
		}
		w.same(t)
	})
}

func TestAClockThatJumpsClosesNothingUnheard(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		app := w.asked(t)
		w.pass(500 * days)
		if d := w.tick(t); d.Reminded != 1 || d.Closed != 0 {
			t.Fatalf("more than a year too far, at once: %+v", d)
		}
		w.pass(-499 * days)
		if d := w.tick(t); d.Reminded != 0 || d.Closed != 0 {
			t.Errorf("and back: %+v", d)
		}
		a, p, err := w.Reply(t.Context(), w.who(owner), app.ID, "5", "Here it is.")
		if app = ok(t, a, p, err); app.State != assess.Review {
			t.Errorf("answered, it is %s", app.State)
		}
		rec, err := w.DB.Assessment(t.Context(), app.ID)
		if err != nil {
			t.Fatal(err)
		}
		for i, step := range rec.Path {
			if i > 0 && step.At.Before(rec.Path[i-1].At) {
				t.Errorf("%s is told to be before %s", step.Step, rec.Path[i-1].Step)
			}
		}
		w.same(t)
	})
}

func TestFilesGoOnIntoARenewal(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.recognised(t, "Clinic Book")
		_, err := w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return tx.AddAttachment(ctx, store.Attachment{ID: "first", Hash: strings.Repeat("a", 64), About: app.ID, Question: "owner.files", Name: "deed.pdf", Person: owner, Size: 9, Type: "application/pdf"})
		})
		if err != nil {
			t.Fatal(err)
		}
		w.days(t, 310)
		again := w.renewal(t, app.Good)
		f, err := w.Application(ctx, w.who(owner), again.ID)
		if err != nil {
			t.Fatal(err)
		}
		files := f.Answers["owner.files"].Answer.Files
		if len(files) != 1 || files[0].Name != "deed.pdf" || files[0].ID == "first" || len(files[0].ID) != 26 {
			t.Fatalf("the files are %+v", files)
		}
		if _, err := w.Authorise(ctx, w.who(owner), again.ID, "I still do."); err != nil {
			t.Fatal(err)
		}
		a, p, err := w.Submit(ctx, w.who(owner), again.ID, 0)
		if again = ok(t, a, p, err); len(again.Touched) != 0 {
			t.Errorf("nothing was changed, and %v are to be judged again", again.Touched)
		}
	})
}

func TestWhatIsRecognisedIsRenewedAndNotBegunAnew(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.recognised(t, "Clinic Book")
		refused := func(when string) {
			t.Helper()
			if _, err := w.Start(ctx, w.who(owner), assessment.Start{Good: string(app.Good)}); key(err) != "apply.error.recognised" {
				t.Errorf("%s: begun anew: %v", when, err)
			}
			list, err := w.DB.ApplicationsOf(ctx, app.Good)
			if err != nil || len(slices.DeleteFunc(list, func(a *assess.Application) bool { return a.Kind != assess.First })) != 1 {
				t.Errorf("%s: %d applications, %v", when, len(list), err)
			}
		}
		refused("recognised")
		w.days(t, 320)
		refused("with its renewal open")
		w.days(t, 60)
		if r := w.standing(t, app.Good); r.State != good.Lapsed {
			t.Fatalf("it is %s", r.State)
		}
		refused("lapsed")
		if again := w.renewal(t, app.Good); again.Kind != assess.Renewal {
			t.Errorf("it is renewed by %+v", again)
		}
	})
}
