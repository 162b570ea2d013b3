package calls_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/calls"
	"stoa/internal/app/journal"
	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/standards"
)

func person(name, id string, roles ...string) access.Who {
	return access.Who{Person: good.ID("01HZZZZZZZZZZZZZZZZZZZZZ" + id), Pseudonym: name, Roles: roles}
}

// The people of the tests: pia acts for the fund, paul for another partner,
// ewa, eve and emil enter, joy, jan and jo score. jan acts for the house of ewa.
var (
	desk = person("desk", "0A", access.Secretariat)
	pia  = person("pia", "0B")
	paul = person("paul", "0C")
	ewa  = person("ewa", "0D")
	eve  = person("eve", "0E")
	emil = person("emil", "0F")
	joy  = person("joy", "0G")
	jan  = person("jan", "0H")
	jo   = person("jo", "0J")
)

type world struct {
	*calls.App
	db  *store.DB
	now time.Time
}

// each runs a test on both engines.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	library, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	testkit.Databases(t, func(t *testing.T, url string) {
		w := &world{now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)}
		w.db = must(store.Open(t.Context(), url, store.Options{Now: func() time.Time { return w.now }, Rand: rand.Reader}))(t)
		t.Cleanup(func() { w.db.Close() })
		if err := w.db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		must(w.db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			for _, who := range []access.Who{desk, pia, paul, ewa, eve, emil, joy, jan, jo} {
				if err := errors.Join(tx.PutPerson(ctx, &good.Person{ID: who.Person, Pseudonym: who.Pseudonym, Name: strings.ToUpper(who.Pseudonym)}),
					tx.PutEmail(ctx, good.Email{Address: who.Pseudonym + "@example.org", Person: who.Person, Main: true})); err != nil {
					return err
				}
			}
			for slug, people := range map[string][]access.Who{"fund": {pia}, "agency": {paul}, "house-of-ewa": {ewa, jan}} {
				b := good.Body{ID: tx.NewID(), Slug: slug, Name: "The " + slug, Created: tx.Now()}
				if err := tx.AddBody(ctx, b); err != nil {
					return err
				}
				for _, p := range people {
					if err := tx.PutMember(ctx, good.Member{Body: b.ID, Person: p.Person, Keeper: true, Since: tx.Now()}); err != nil {
						return err
					}
				}
			}
			return nil
		}))(t)
		w.App = &calls.App{DB: w.db, Library: library, Now: func() time.Time { return w.now }}
		for _, slug := range []string{"fund", "agency"} {
			if _, _, err := w.MakePartner(t.Context(), desk, slug, true, "an agreement"); err != nil {
				t.Fatal(err)
			}
		}
		f(t, w)
	})
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// refused fails unless err is a good.Error with the key.
func refused(t *testing.T, err error, key string) {
	t.Helper()
	var e *good.Error
	if !errors.As(err, &e) || e.Key != key && e.Key != "calls.error."+key {
		t.Errorf("%v, want %s", err, key)
	}
}

func written() call.Call {
	return call.Call{Lang: "en", Title: good.Text{"en": "Health in East Africa"}, Text: good.Text{"en": "We look for goods."}, SDGs: []int{3}, Kinds: []good.Kind{good.Software}, Countries: []string{"KE", "UG"},
		Zone: "Africa/Nairobi", Opens: "2026-12-01T09:00:00", Closes: "2026-12-31T18:00:00", Standard: "dpg", Asks: []string{"general.summary"},
		Questions: []call.Question{{ID: "reach", Type: "long-text", Label: "Whom do you reach?", Required: true}, {ID: "size", Type: "choice", Label: "How many of you?", Options: []string{"One", "Many"}}},
		Stages:    []call.Stage{{Name: "Only", Jurors: 2, Sheet: []call.Criterion{{Label: "Need", Most: 5, Weight: 1}}}}}
}

// open is a call that takes entries.
func (w *world) open(t *testing.T, change func(*call.Call)) *call.Call {
	t.Helper()
	c := written()
	if change != nil {
		change(&c)
	}
	made := must(w.Begin(t.Context(), pia, "fund", c))(t)
	made, _, err := w.Announce(t.Context(), pia, made.Slug, made.Version)
	if err != nil {
		t.Fatal(err)
	}
	w.now = made.From
	return made
}

func afya(name string) calls.Input {
	return calls.Input{Name: name, Link: "https://github.com/example-health/" + strings.ToLower(name), Kinds: []good.Kind{good.Software}, SDGs: []int{3}, Country: "KE", Lang: "en", Filled: nominate.Filled{Took: time.Minute},
		Answers: standard.Answers{"call.reach": {Text: "Midwives in forty clinics of the lake region."}, "general.summary": {Text: "A register of pregnancies for clinics without a network."}}}
}

func (w *world) enter(t *testing.T, who access.Who, c *call.Call, in calls.Input) *call.Entry {
	t.Helper()
	e, _, err := w.Enter(t.Context(), who, c.Slug, in)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestOnlyAPartnerRunsCallsAndOnlyItsOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.Begin(ctx, ewa, "house-of-ewa", written())
		refused(t, err, "no-partner")
		_, err = w.Begin(ctx, paul, "fund", written())
		refused(t, err, "error.access.forbidden")
		_, _, err = w.MakePartner(ctx, pia, "house-of-ewa", true, "I say so")
		refused(t, err, "error.access.forbidden")
		_, _, err = w.MakePartner(ctx, desk, "fund", true, "again")
		refused(t, err, "partner-already")
		c := w.open(t, nil)
		e := w.enter(t, ewa, c, afya("Afya"))
		for what, try := range map[string]func(access.Who) error{
			"see":     func(who access.Who) error { _, err := w.Whole(ctx, who, c.Slug); return err },
			"entry":   func(who access.Who) error { _, err := w.Entry(ctx, who, e.ID); return err },
			"change":  func(who access.Who) error { _, _, err := w.Change(ctx, who, c.Slug, 0, written()); return err },
			"cancel":  func(who access.Who) error { _, _, err := w.Cancel(ctx, who, c.Slug, "x"); return err },
			"juror":   func(who access.Who) error { _, err := w.AddJuror(ctx, who, c.Slug, "joy@example.org"); return err },
			"assign":  func(who access.Who) error { _, err := w.Assign(ctx, who, c.Slug); return err },
			"refuse":  func(who access.Who) error { _, _, err := w.Refuse(ctx, who, e.ID, "spam", "x"); return err },
			"decide":  func(who access.Who) error { _, _, err := w.Decide(ctx, who, c.Slug, 0, nil); return err },
			"publish": func(who access.Who) error { _, _, err := w.Publish(ctx, who, c.Slug, ""); return err },
			"score":   func(who access.Who) error { return w.Score(ctx, who, e.ID, map[string]int{"need": 5}, "") },
			"part":    func(who access.Who) error { _, err := w.Part(ctx, who, e.ID); return err },
		} {
			for _, who := range []access.Who{paul, eve, {}} {
				if k := good.KindOf(try(who)); k != good.Forbidden && k != good.Unauthenticated {
					t.Errorf("%q may %s: %v", who.Pseudonym, what, try(who))
				}
			}
		}
		for _, who := range []access.Who{paul, eve, pia} {
			if _, _, err := w.Withdraw(ctx, who, e.ID); good.KindOf(err) != good.Forbidden {
				t.Errorf("%q withdraws another's entry: %v", who.Pseudonym, err)
			}
		}
		v := must(w.Entry(ctx, pia, e.ID))(t)
		if v.Given["call.reach"].Text == "" || v.Owner != "" {
			t.Errorf("the partner sees %+v", v.Entry)
		}
		if _, _, err := w.MakePartner(ctx, desk, "fund", false, "it ended"); err != nil {
			t.Fatal(err)
		}
		_, err = w.Begin(ctx, pia, "fund", written())
		refused(t, err, "no-partner")
		if _, _, err := w.Cancel(ctx, pia, c.Slug, "The fund is wound up."); err != nil {
			t.Errorf("what was announced can be ended: %v", err)
		}
	})
}

func TestEntriesAreTakenToTheSecond(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		draft := must(w.Begin(ctx, pia, "fund", written()))(t)
		_, _, err := w.Enter(ctx, ewa, draft.Slug, afya("Afya"))
		refused(t, err, "unknown")
		if _, err := w.Call(ctx, draft.Slug); good.KindOf(err) != good.NotFound {
			t.Errorf("a draft is public: %v", err)
		}
		c, _, err := w.Announce(ctx, pia, draft.Slug, 0)
		if err != nil {
			t.Fatal(err)
		}
		w.now = c.From.Add(-time.Millisecond)
		_, _, err = w.Enter(ctx, ewa, c.Slug, afya("Afya"))
		refused(t, err, "not-yet")
		w.now = c.Until.Add(-time.Millisecond)
		in := afya("Afya")
		in.ID = "01HZZZZZZZZZZZZZZZZZZZZZ99"
		e := w.enter(t, ewa, c, in)
		w.now = c.Until
		if again := w.enter(t, ewa, c, in); again.ID != e.ID || again.Version != e.Version {
			t.Error("a form sent twice, the second time late, is not the entry it was")
		}
		_, _, err = w.Enter(ctx, eve, c.Slug, afya("Mtoto"))
		refused(t, err, "late")
		_, _, err = w.Amend(ctx, ewa, e.ID, 0, afya("Afya"))
		refused(t, err, "late")
		// The tick writes down what has long been so, once.
		if n := must(w.Tick(ctx, w.now))(t); n != 1 {
			t.Errorf("%d calls turned", n)
		}
		at := must(w.db.Position(ctx))(t)
		if n := must(w.Tick(ctx, w.now.Add(time.Hour)))(t); n != 0 || must(w.db.Position(ctx))(t) != at {
			t.Errorf("the tick did it again: %d", n)
		}
		if got := must(w.db.Call(ctx, c.Slug))(t); got.State != call.Closed {
			t.Errorf("after the tick: %s", got.State)
		}
	})
}

func TestTheSameGoodTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.open(t, nil)
		first := w.enter(t, ewa, c, afya("Afya"))
		mirrored := afya("Afya")
		mirrored.Link = "http://www.github.com/example-health/afya.git"
		_, _, err := w.Enter(ctx, ewa, c.Slug, mirrored)
		refused(t, err, "twice")
		_, _, err = w.Enter(ctx, eve, c.Slug, mirrored)
		refused(t, err, "twin")
		mirrored.Distinct = true
		second := w.enter(t, eve, c, mirrored)
		v := must(w.Entry(ctx, pia, first.ID))(t)
		if len(v.Twins) != 1 || v.Twins[0].ID != second.ID {
			t.Errorf("the partner is shown %+v", v.Twins)
		}
		if mine := must(w.Entry(ctx, ewa, first.ID))(t); len(mine.Twins)+len(mine.Entry.Twins) > 0 {
			t.Error("an entrant is told of another's entry")
		}
		if _, _, err := w.Refuse(ctx, pia, second.ID, "duplicate", "Ewa entered it first, and it is hers."); err != nil {
			t.Fatal(err)
		}
		if mine := must(w.Entry(ctx, eve, second.ID))(t); mine.State != call.Refused || mine.Reason == "" {
			t.Errorf("the entrant reads %+v", mine.Entry)
		}
		if _, _, err := w.Withdraw(ctx, ewa, first.ID); err != nil {
			t.Fatal(err)
		}
		if again := w.enter(t, ewa, c, afya("Afya")); again.ID == first.ID {
			t.Error("what was withdrawn cannot be entered anew")
		}
		spam := afya("Asdfasdf")
		spam.Link, spam.Answers["call.reach"] = "https://spam.example", standard.Answer{Text: "Buy now https://a.b https://c.d https://e.f casino"}
		if e := w.enter(t, emil, c, spam); len(e.Doubts) < 2 {
			t.Errorf("rubbish raises %v", e.Doubts)
		}
		for name, in := range map[string]calls.Input{"standard.gap.missing": func() calls.Input { i := afya("B"); i.Answers = nil; return i }(),
			"calls.error.not-country":          func() calls.Input { i := afya("B"); i.Country = "DE"; return i }(),
			"standard.answer.unknown-question": func() calls.Input { i := afya("B"); i.Answers["general.name"] = standard.Answer{Text: "B"}; return i }(),
			"standard.answer.choice": func() calls.Input {
				i := afya("B")
				i.Answers["call.size"] = standard.Answer{Choices: []string{"some"}}
				return i
			}()} {
			_, _, err := w.Enter(ctx, emil, c.Slug, in)
			refused(t, err, name)
		}
	})
}

func TestFromEntryToCohort(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.open(t, nil)
		a, b := w.enter(t, ewa, c, afya("Afya")), w.enter(t, eve, c, afya("Mtoto"))
		for _, j := range []access.Who{joy, jan, jo, eve} {
			must(w.AddJuror(ctx, pia, c.Slug, j.Pseudonym+"@example.org"))(t)
		}
		_, err := w.AddJuror(ctx, pia, c.Slug, "nobody@example.org")
		refused(t, err, "advisory.error.person")
		_, err = w.Assign(ctx, pia, c.Slug)
		refused(t, err, "not-closed")
		w.now = c.Until
		given := must(w.Assign(ctx, pia, c.Slug))(t)
		if given.Given != 4 || len(given.Short) > 0 {
			t.Fatalf("given %+v", given)
		}
		if again := must(w.Assign(ctx, pia, c.Slug))(t); again.Given != 0 {
			t.Errorf("assigned twice: %+v", again)
		}
		parts := map[good.ID][]string{}
		for _, s := range must(w.db.Scores(ctx, c.ID))(t) {
			parts[s.Entry] = append(parts[s.Entry], s.Juror)
			if s.Entry == a.ID && s.Juror == "jan" || s.Entry == b.ID && s.Juror == "eve" {
				t.Errorf("%s scores their own or their house's", s.Juror)
			}
		}
		whos := map[string]access.Who{"joy": joy, "jan": jan, "jo": jo, "eve": eve}
		one, two := whos[parts[a.ID][0]], whos[parts[a.ID][1]]
		if err := w.Score(ctx, one, a.ID, map[string]int{"need": 5}, "It is needed."); err != nil {
			t.Fatal(err)
		}
		if p := must(w.Part(ctx, two, a.ID))(t); len(p.Others) > 0 || p.All || p.Pseudonym != "" || p.Owner != "" {
			t.Errorf("before giving their own a juror sees %+v", p)
		}
		if p := must(w.Part(ctx, one, a.ID))(t); len(p.Others) > 0 || !p.Open || p.Mine.Percent != 100 {
			t.Errorf("who gave theirs sees %+v", p)
		}
		_, _, err = w.Decide(ctx, pia, c.Slug, 0, []call.Verdict{{Entry: a.ID, Passes: true, Reason: "r"}, {Entry: b.ID, Reason: "r"}})
		refused(t, err, "unscored")
		if err := w.Score(ctx, two, a.ID, map[string]int{"need": 1}, ""); err != nil {
			t.Fatal(err)
		}
		if p := must(w.Part(ctx, two, a.ID))(t); len(p.Others) != 1 || p.Others[0].Percent != 100 || p.Others[0].Juror != "" || p.Open {
			t.Errorf("when all are done a juror sees %+v", p.Others)
		}
		refused(t, w.Score(ctx, two, a.ID, map[string]int{"need": 5}, ""), "scored")
		// One stands aside; somebody else takes their place.
		if err := w.StandAside(ctx, whos[parts[b.ID][0]], b.ID, "I advise them."); err != nil {
			t.Fatal(err)
		}
		if more := must(w.Assign(ctx, pia, c.Slug))(t); more.Given != 1 {
			t.Errorf("nobody takes the place: %+v", more)
		}
		for _, s := range must(w.db.Scores(ctx, c.ID))(t) {
			if s.Entry == b.ID && s.Waits() {
				if err := w.Score(ctx, whos[s.Juror], b.ID, map[string]int{"need": 3}, ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		whole := must(w.Whole(ctx, pia, c.Slug))(t)
		if len(whole.Standings) != 2 || len(whole.Scores[b.ID]) != 3 {
			t.Errorf("standings %+v", whole.Standings)
		}
		if _, _, err := w.Decide(ctx, pia, c.Slug, whole.Version, []call.Verdict{{Entry: a.ID, Passes: true, Reason: "Needed."}, {Entry: b.ID, Reason: "Too early."}}); err != nil {
			t.Fatal(err)
		}
		if mine := must(w.Entry(ctx, eve, b.ID))(t); mine.State != call.Entered || mine.Reason != "" || len(mine.Outcomes) > 0 {
			t.Errorf("an entrant knows before it is published: %+v", mine.Entry)
		}
		if _, _, err := w.Publish(ctx, pia, c.Slug, "Thank you all."); err != nil {
			t.Fatal(err)
		}
		public := must(w.Call(ctx, c.Slug))(t)
		if r := public.Results; r == nil || len(r.Cohort) != 1 || r.Cohort[0].Name != "Afya" || r.Cohort[0].Reason != "Needed." || len(r.Others) != 0 || r.Entries != 2 {
			t.Errorf("the public reads %+v", public.Results)
		}
		if mine := must(w.Entry(ctx, eve, b.ID))(t); mine.State != call.PassedBy || mine.Reason != "Too early." {
			t.Errorf("the entrant reads %+v", mine.Entry)
		}
		w.replays(t)
	})
}

// replays fails unless the journal alone gives the calls as they are.
func (w *world) replays(t *testing.T) {
	t.Helper()
	if diff := must((&journal.App{DB: w.db}).Compare(t.Context()))(t); diff != "" {
		t.Error(diff)
	}
}

func TestWhatWasAnsweredIsNotAskedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.open(t, nil)
		e := w.enter(t, ewa, c, afya("Afya"))
		apply := &assessment.App{DB: w.db, Library: w.Library, Now: w.Now, Issuer: "Test"}
		_, err := apply.Start(ctx, eve, assessment.Start{Entry: e.ID})
		refused(t, err, "not-yours")
		app := must(apply.Start(ctx, ewa, assessment.Start{Entry: e.ID}))(t)
		if app.Name != "Afya" || app.Link == "" || len(app.Goods) != 1 {
			t.Errorf("begun as %+v", app)
		}
		full := must(apply.Application(ctx, ewa, app.ID))(t)
		from := must(apply.Prefilled(ctx, full))(t)
		if full.Answers["general.summary"].Answer.Text == "" || from["general.summary"] != "Health in East Africa" {
			t.Errorf("answered %+v from %v", full.Answers["general.summary"], from)
		}
		for _, gap := range full.Gaps {
			if gap.Question == "general.summary" || gap.Question == "general.name" {
				t.Errorf("asked again: %+v", gap)
			}
		}
		if again := must(apply.Start(ctx, ewa, assessment.Start{Entry: e.ID}))(t); again.ID != app.ID {
			t.Error("a second application is begun")
		}
		if f := must(w.Whole(ctx, pia, c.Slug))(t).Figures; f.Entries != 1 || f.Applying != 1 || f.Submitted != 0 {
			t.Errorf("figures %+v", f)
		}
		if _, _, err := apply.Withdraw(ctx, ewa, app.ID, 0, "later"); err != nil {
			t.Fatal(err)
		}
		if anew := must(apply.Start(ctx, ewa, assessment.Start{Entry: e.ID}))(t); anew.ID == app.ID {
			t.Error("what was withdrawn is not begun anew")
		}
	})
}

func TestWhoIsErasedLeavesNoTrace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.open(t, nil)
		e := w.enter(t, ewa, c, afya("Afya"))
		must(w.AddJuror(ctx, pia, c.Slug, "joy@example.org"))(t)
		kept := must(w.Kept(ctx, good.Person{ID: ewa.Person}))(t).(calls.Kept)
		if len(kept.Entries) != 1 || len(kept.Entries[0].Answers) != 2 {
			t.Errorf("kept %+v", kept)
		}
		must(w.db.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(calls.Forget(ctx, tx, good.Person{ID: ewa.Person, Pseudonym: "ewa"}), calls.Forget(ctx, tx, good.Person{ID: joy.Person, Pseudonym: "joy"}))
		}))(t)
		v := must(w.Entry(ctx, pia, e.ID))(t)
		if v.State != call.Withdrawn || len(v.Given) > 0 || v.Country != "" {
			t.Errorf("left %+v", v.Entry)
		}
		if whole := must(w.Whole(ctx, pia, c.Slug))(t); len(whole.Jury) > 0 {
			t.Errorf("the jury still has %+v", whole.Jury)
		}
		w.replays(t)
	})
}
