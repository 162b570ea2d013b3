package assessment_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

func TestASecondSubmitSaysWhatIsSo(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		app := w.submitted(t, "Clinic Book")
		if _, _, err := w.Submit(t.Context(), w.who(owner), app.ID, 0); key(err) != "assess.error.state" || good.KindOf(err) != good.Conflict {
			t.Errorf("submitted twice: %v", err)
		}
		if _, _, err := w.Submit(t.Context(), w.who(owner), app.ID, app.Version-1); key(err) != "assess.error.stale" {
			t.Errorf("submitted from a stale form: %v", err)
		}
		rec, err := w.DB.Assessment(t.Context(), app.ID)
		if err != nil || len(rec.Path) != 1 {
			t.Errorf("the record tells of it %d times: %v", len(rec.Path), err)
		}
		id := w.reported(t, "Elsewhere")
		for range 2 { // two people at once for one good
			other, err := w.Start(t.Context(), w.who(owner), assessment.Start{Good: string(id)})
			if err != nil {
				t.Fatal(err)
			}
			w.fill(t, other.ID, owner)
			if _, err := w.Authorise(t.Context(), w.who(owner), other.ID, "I do."); err != nil {
				t.Fatal(err)
			}
			_, _, err = w.Submit(t.Context(), w.who(owner), other.ID, 0)
			if err != nil && key(err) != "assess.error.other" {
				t.Errorf("two applications for one good: %v", err)
			}
		}
		w.same(t)
	})
}

func TestWhatIsMissingIsNamedBeforeSubmission(t *testing.T) {
	w := build(t, "")
	app, err := w.Start(t.Context(), w.who(owner), assessment.Start{Name: "Clinic Book", Kinds: []good.Kind{good.Software}})
	if err != nil {
		t.Fatal(err)
	}
	gaps, err := w.Gaps(t.Context(), w.who(owner), app.ID)
	if err != nil || len(gaps) < 5 || gaps[len(gaps)-1].Key != "assess.error.authority" {
		t.Fatalf("the gaps are %+v %v", gaps, err)
	}
	if _, _, err := w.Submit(t.Context(), w.who(owner), app.ID, 0); key(err) != "assess.error.gaps" || good.KindOf(err) != good.Invalid {
		t.Errorf("submitted with gaps: %v", err)
	}
	w.fill(t, app.ID, owner)
	if _, _, err := w.Submit(t.Context(), w.who(owner), app.ID, 0); key(err) != "assess.error.authority" {
		t.Errorf("submitted without a declaration: %v", err)
	}
}

func TestTwoWhoWriteAtOnceAreBothShownAndNothingIsOverwritten(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx, me := t.Context(), w.who(owner)
		app, err := w.Start(ctx, me, assessment.Start{Name: "Clinic Book"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return w.Join(ctx, tx, me, app.ID, w.who(three)) }); err != nil {
			t.Fatal(err)
		}
		write := func(who access.Who, version int64, text string) ([]assessment.Saved, error) {
			return w.Save(ctx, who, app.ID, []assessment.Edit{{Question: "general.summary", Version: version, Answer: standard.Answer{Text: text}}})
		}
		if _, err := write(me, 0, "It books."); err != nil {
			t.Fatal(err)
		}
		_, err = write(w.who(three), 0, "It reminds.")
		var clash *assessment.Clashes
		if !errors.As(err, &clash) || good.KindOf(err) != good.Conflict {
			t.Fatalf("the second is told %v", err)
		}
		c := clash.List[0]
		if c.Mine.Text != "It reminds." || c.Theirs.Answer.Text != "It books." || c.Theirs.Person != owner || c.Merged.Text != "It books.\n\nIt reminds." {
			t.Errorf("the clash is %+v", c)
		}
		if saved, err := write(w.who(three), 0, "It books."); err != nil || saved[0].Version != 1 {
			t.Errorf("the same text is a clash: %+v %v", saved, err)
		}
		if saved, err := write(w.who(three), c.Theirs.Version, c.Merged.Text); err != nil || saved[0].Version != 2 {
			t.Errorf("the merged text: %+v %v", saved, err)
		}
		if _, err := w.RemoveOwner(ctx, w.who(three), app.ID, owner); err != nil {
			t.Error(err)
		}
		if _, err := w.RemoveOwner(ctx, w.who(three), app.ID, three); key(err) != "assess.error.last_owner" {
			t.Errorf("the last owner left: %v", err)
		}
		if _, err := write(me, 2, "Mine again."); good.KindOf(err) != good.Forbidden {
			t.Errorf("who left still writes: %v", err)
		}
	})
}

func TestNobodyJudgesWhatTheyMustNot(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.accepted(t, "Clinic Book")
		_, err := w.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.AddBody(ctx, good.Body{ID: "01HZZZZZZZZZZZZZZZZZZBODYA", Slug: "clinic-press", Name: "Clinic Press"}); err != nil {
				return err
			}
			for _, p := range []good.ID{owner, one} {
				if err := tx.PutMember(ctx, good.Member{Body: "01HZZZZZZZZZZZZZZZZZZBODYA", Person: p}); err != nil {
					return err
				}
			}
			_, err := tx.PutRole(ctx, owner, access.Reviewer)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		me := w.who(owner)
		me.Roles = []string{access.Reviewer, access.Coordinator}
		if _, _, err := w.Claim(ctx, me, app.ID); good.KindOf(err) != good.Forbidden {
			t.Errorf("an owner claims the review of their own: %v", err)
		}
		if _, _, err := w.Assign(ctx, w.who(chief), app.ID, owner); key(err) != "assess.error.own" {
			t.Errorf("an owner is given their own: %v", err)
		}
		if _, _, err := w.Assign(ctx, w.who(chief), app.ID, one); key(err) != "assess.error.conflict.organisation" {
			t.Errorf("of the owner's organisation: %v", err)
		}
		if _, _, err := w.Claim(ctx, w.who(one), app.ID); good.KindOf(err) != good.Forbidden {
			t.Errorf("who has a conflict claims: %v", err)
		}
		if err := w.Declare(ctx, w.who(two), assess.Declared{Good: app.Good, Reason: "I used to work on it."}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Assign(ctx, w.who(chief), app.ID, two); key(err) != "assess.error.conflict.declared" {
			t.Errorf("who declared a conflict: %v", err)
		}
		fit, unfit, err := w.Candidates(ctx, w.who(chief), app.ID)
		if err != nil || len(fit) != 1 || fit[0].Person != three || len(unfit) != 3 || len(unfit[1].Reason) == 0 {
			t.Errorf("fit %+v unfit %+v %v", fit, unfit, err)
		}
		a, p, err := w.Assign(ctx, w.who(chief), app.ID, "")
		if ok(t, a, p, err).Seats[0].Person != three {
			t.Errorf("the best is %+v", a.Seats)
		}
		if _, _, err := w.Assign(ctx, w.who(chief), app.ID, ""); key(err) != "assess.error.nobody" {
			t.Errorf("nobody is left: %v", err)
		}
	})
}

func TestTwoWhoDecideAtOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.inReview(t, "Clinic Book")
		w.judge(t, app, one, nil)
		app = w.judge(t, app, two, nil)
		a, p, err := w.Propose(ctx, w.who(chief), app.ID, app.Version, assess.Recognised, nil)
		proposed := ok(t, a, p, err)
		if _, _, err := w.Propose(ctx, w.who(second), app.ID, app.Version, assess.Recognised, nil); key(err) != "assess.error.stale" {
			t.Errorf("proposed twice: %v", err)
		}
		if _, _, err := w.Confirm(ctx, w.who(chief), app.ID, proposed.Version); key(err) != "assess.error.second" {
			t.Errorf("signed twice by one: %v", err)
		}
		if _, _, err := w.Confirm(ctx, w.who(owner), app.ID, proposed.Version); good.KindOf(err) != good.Forbidden {
			t.Errorf("signed by the owner: %v", err)
		}
		a, p, err = w.Confirm(ctx, w.who(second), app.ID, proposed.Version)
		ok(t, a, p, err)
		if _, _, err := w.Confirm(ctx, w.who(third), app.ID, proposed.Version); key(err) != "assess.error.stale" {
			t.Errorf("confirmed twice: %v", err)
		}
		if _, _, err := w.Confirm(ctx, w.who(third), app.ID, 0); key(err) != "assess.error.state" {
			t.Errorf("confirmed once more: %v", err)
		}
	})
}

func TestAnAccountThatVanishesFreesItsSeat(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.inReview(t, "Clinic Book")
		w.judge(t, app, two, nil)
		_, err := w.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
			if err := w.Gone(ctx, tx, good.Person{ID: one}); err != nil {
				return err
			}
			return tx.DeletePerson(ctx, one)
		})
		if err != nil {
			t.Fatal(err)
		}
		if d := w.tick(t); d.Vacated != 1 {
			t.Fatalf("the tick freed %d seats", d.Vacated)
		}
		f, err := w.Application(ctx, w.who(chief), app.ID)
		if err != nil || f.State != assess.Queued || len(f.Seats) != 1 || f.Seats[0].Person != two || !f.Seats[0].Done {
			t.Fatalf("%+v %v", f, err)
		}
		a, p, err := w.Claim(ctx, w.who(three), app.ID)
		app = w.judge(t, ok(t, a, p, err), three, nil)
		if app.State != assess.Deciding {
			t.Errorf("with another in their place it is %s", app.State)
		}
		rec, err := w.Record(ctx, app.Good)
		if err != nil || !strings.Contains(string(rec.Applications[0].Path[len(rec.Applications[0].Path)-4].Verb), "application.") {
			t.Error(rec, err)
		}
		w.same(t)
	})
}

// TestAnAbsenceOnTheAccountFreesSeats holds that what a reviewer says on their
// account counts as what they or others say at the desk.
func TestAnAbsenceOnTheAccountFreesSeats(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		app := w.inReview(t, "Clinic Book")
		away := func(from, until int) {
			t.Helper()
			_, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
				p, err := tx.Person(ctx, one)
				if err != nil {
					return err
				}
				p.Away = good.Absence{From: assess.DateOf(w.now.AddDate(0, 0, from)), Until: assess.DateOf(w.now.AddDate(0, 0, until))}
				return tx.PutPerson(ctx, p)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		w.now = w.now.AddDate(0, 0, 1)
		for _, short := range [][2]int{{0, 4}, {2, 30}} { // a short one, and one that has not begun
			away(short[0], short[1])
			if d := w.tick(t); d.Vacated != 0 {
				t.Fatalf("an absence of the days %v freed %d seats", short, d.Vacated)
			}
		}
		w.now = w.now.AddDate(0, 0, 3)
		if d := w.tick(t); d.Vacated != 1 {
			t.Fatalf("the tick freed %d seats", d.Vacated)
		}
		f, err := w.Application(t.Context(), w.who(chief), app.ID)
		if err != nil || f.State != assess.Queued || f.Seated(one) {
			t.Fatalf("%+v %v", f, err)
		}
		// Who takes a seat all the same is back for it.
		a, p, err := w.Claim(t.Context(), w.who(one), app.ID)
		ok(t, a, p, err)
		if d := w.tick(t); d.Vacated != 0 {
			t.Errorf("a seat taken since was freed")
		}
	})
}

func TestTwoDevicesDoNotOverwriteAProfile(t *testing.T) {
	w := build(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"))
	ctx, who := t.Context(), w.who(one)
	seen, err := w.ProfileOf(ctx, who, one)
	if err != nil {
		t.Fatal(err)
	}
	phone, desk := seen, seen
	phone.Knows, desk.Kinds = []string{"7"}, []good.Kind{good.Data}
	if err := w.SetProfile(ctx, who, phone); err != nil {
		t.Fatal(err)
	}
	if err := w.SetProfile(ctx, who, desk); key(err) != "people.error.changed" || good.KindOf(err) != good.Conflict {
		t.Errorf("over what was not seen: %v", err)
	}
	if now, err := w.ProfileOf(ctx, who, one); err != nil || len(now.Kinds) > 0 || len(now.Knows) != 1 || now.Version != seen.Version+1 {
		t.Errorf("%+v %v", now, err)
	}
}

func TestAFormSentTwiceIsOneApplication(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		in := assessment.Start{ID: "01JZZZZZZZZZZZZZZZZZZZZZZZ", Name: "Clinic Book"}
		var both sync.WaitGroup
		ids := make([]good.ID, 4)
		for n := range ids { // in one moment
			both.Go(func() {
				app, err := w.Start(t.Context(), w.who(owner), in)
				if err != nil {
					t.Error(err)
					return
				}
				ids[n] = app.ID
			})
		}
		both.Wait()
		for _, id := range ids {
			if id != in.ID {
				t.Errorf("it became %v", ids)
			}
		}
		if _, err := w.Start(t.Context(), w.who(three), in); good.KindOf(err) != good.Conflict {
			t.Errorf("another's form: %v", err)
		}
	})
}

func TestAnAppealGoesToPeopleWhoDidNotDecide(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.inReview(t, "Clinic Book")
		fails := map[string]assess.Finding{"4": {Verdict: assess.Fail, Reason: "It needs a closed database."}}
		w.judge(t, app, one, fails)
		w.judge(t, app, two, fails)
		app = w.decide(t, app.ID, assess.NotEligible)
		if _, _, err := w.Publish(ctx, w.who(second), app.ID); key(err) != "assess.error.appeal_open" {
			t.Errorf("published while it may be appealed: %v", err)
		}
		w.pass(10 * days)
		a, p, err := w.Appeal(ctx, w.who(owner), app.ID, "An open database works, see the manual.", []good.Link{{URL: "https://good.example/manual"}})
		app = ok(t, a, p, err)
		for _, id := range []good.ID{chief, second} {
			if _, _, err := w.Propose(ctx, w.who(id), app.ID, 0, assess.NotEligible, nil); good.KindOf(err) != good.Forbidden {
				t.Errorf("who decided decides on the appeal: %v", err)
			}
		}
		_, err = w.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutPerson(ctx, &good.Person{ID: person(9), Pseudonym: "p-09"})
		})
		if err != nil {
			t.Fatal(err)
		}
		w.people[person(9)] = assessment.Person{ID: person(9), Pseudonym: "p-09", Roles: []string{access.Coordinator}}
		a, p, err = w.Propose(ctx, w.who(third), app.ID, 0, assess.Recognised, map[string]assess.Finding{"4": {Verdict: assess.Pass, Reason: "It works with an open one."}})
		ok(t, a, p, err)
		a, p, err = w.Confirm(ctx, w.who(person(9)), app.ID, 0)
		ok(t, a, p, err)
		a, p, err = w.Publish(ctx, w.who(third), app.ID)
		app = ok(t, a, p, err)
		if r := w.standing(t, app.Good); r.State != good.Recognised {
			t.Errorf("the appeal was granted, and the good is %+v", r)
		}
		if _, _, err := w.Appeal(ctx, w.who(owner), app.ID, "again", nil); good.KindOf(err) != good.Conflict {
			t.Errorf("appealed twice: %v", err)
		}
		next := w.submitted(t, "Other Book")
		if _, _, err := w.Screen(ctx, w.who(chief), next.ID, 0, assessment.Screening{Decision: "refuse", Screened: assess.Screened{Cause: assess.Spam, Reason: "That one again."}}); good.KindOf(err) != good.Forbidden {
			t.Errorf("after an appeal those who decided judge the same people's next application: %v", err)
		}
		against, err := w.DB.Entangled(ctx, []good.ID{owner}, "")
		if err != nil || len(against[chief]) == 0 || against[chief][0] != assess.Quarrel {
			t.Errorf("the quarrel is forgotten: %v %v", against, err)
		}
		w.same(t)
	})
}

func TestAChallengeIsAReviewInSmallAndKeepsAConfidence(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.recognised(t, "Clinic Book")
		reporter := w.who(expert)
		a, p, err := w.Challenge(ctx, reporter, assessment.Doubt{Good: string(app.Good), Indicators: []string{"4"}, Text: "It needs Oracle, I maintain the port.", Confidential: true, Contact: "me@secret.example"})
		c := ok(t, a, p, err)
		if c.Kind != assess.Challenge || c.State != assess.Screening {
			t.Fatalf("%+v", c)
		}
		entries, err := w.DB.Entries(ctx, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Verb == good.ChallengeFiled && (e.Actor.Pseudonym != "" || e.Actor.Role != access.Anyone) {
				t.Errorf("the journal knows who it was: %+v", e.Actor)
			}
			for _, v := range e.Values {
				for _, secret := range []string{"Oracle", "secret.example", string(expert), w.people[expert].Pseudonym} {
					if e.Verb == good.ChallengeFiled && strings.Contains(string(v.Data), secret) {
						t.Errorf("the journal says %s: %s", secret, v.Data)
					}
				}
			}
		}
		for id, may := range map[good.ID]bool{second: true, chief: false, one: false, owner: false} {
			r, err := w.Reporter(ctx, w.who(id), c.ID)
			if (err == nil) != may || may && (r.Person != expert || r.Contact != "me@secret.example") {
				t.Errorf("%s asks who it was: %+v %v", id, r, err)
			}
		}
		f, err := w.Application(ctx, w.who(owner), c.ID)
		if err != nil || f.Doubt.Text != "" {
			t.Errorf("the owner reads the confidence: %+v %v", f, err)
		}
		a, p, err = w.Screen(ctx, w.who(chief), c.ID, 0, assessment.Screening{Decision: "accept"})
		c = ok(t, a, p, err)
		for _, r := range []good.ID{one, two} {
			a, p, err := w.Claim(ctx, w.who(r), c.ID)
			c = ok(t, a, p, err)
		}
		fails := map[string]assess.Finding{"4": {Verdict: assess.Fail, Reason: "It needs a closed database."}}
		w.judge(t, c, one, fails)
		w.judge(t, c, two, fails)
		if r := w.standing(t, app.Good); r.State != good.Recognised {
			t.Errorf("challenged, it is %+v", r)
		}
		w.decide(t, c.ID, assess.NotEligible)
		w.days(t, 31)
		if r := w.standing(t, app.Good); r.State != good.NotEligible || r.First != "2027-01-04" {
			t.Errorf("the challenge stands, and the good is %+v", r)
		}
		w.same(t)
	})
}
