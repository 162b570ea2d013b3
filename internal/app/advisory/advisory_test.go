package advisory_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/advise"
	"stoa/internal/app/advisory"
	"stoa/internal/app/journal"
	"stoa/internal/app/people"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	desk    = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "desk", Roles: []string{access.Secretariat}}
	amina   = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "amina", Roles: []string{access.Advisor}}
	bo      = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZC", Pseudonym: "bo", Roles: []string{access.Advisor}}
	citizen = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZD", Pseudonym: "citizen"}
)

// world is an advisory group on a database, at a time that a test moves.
type world struct {
	*advisory.App
	db  *store.DB
	now time.Time
}

func open(t *testing.T, url string) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)}
	var err error
	w.db, err = store.Open(t.Context(), url, store.Options{Now: func() time.Time { return w.now }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.db.Close() })
	if err := w.db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = w.db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []access.Who{amina, bo, citizen} {
			p := good.Person{ID: who.Person, Pseudonym: who.Pseudonym}
			if err := tx.PutPerson(ctx, &p); err != nil {
				return err
			}
			if err := tx.PutEmail(ctx, good.Email{Address: address(who), Person: p.ID, Main: true}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.App = &advisory.App{DB: w.db, Now: func() time.Time { return w.now }}
	return w
}

func address(who access.Who) string { return who.Pseudonym + "@example.org" }

func (w *world) seat(t *testing.T, who access.Who, s advise.Seat) advise.Seat {
	t.Helper()
	s.Constituency, s.From, s.Until = advise.Academia, "2026-01-01", "2027-12-31"
	s, _, err := w.Appoint(t.Context(), desk, address(who), s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) asked(t *testing.T) advise.Consultation {
	t.Helper()
	c, _, err := w.Consult(t.Context(), desk, advise.Consultation{Subject: advise.OnStandard, Ref: "dpg@1.2.0", Title: "Draft 1.2.0", Text: "What do you think?",
		Lang: "en", Public: true, Opens: "2026-11-01", Closes: "2026-12-01", Organisations: []string{"acme"}, Goods: []string{"dhis2"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// refused fails unless err is a good.Error with the key.
func refused(t *testing.T, err error, key string) {
	t.Helper()
	var e *good.Error
	if !errors.As(err, &e) || e.Key != key {
		t.Errorf("%v, want %s", err, key)
	}
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	testkit.Databases(t, func(t *testing.T, url string) { f(t, open(t, url)) })
}

func TestAConsultationFromQuestionToMinutes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.seat(t, amina, advise.Seat{Name: "Amina Diallo"})
		c := w.asked(t)
		if _, err := w.Opine(ctx, amina, c.Slug, advise.Opinion{Position: advise.Support, Lang: "en"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Opine(ctx, amina, c.Slug, advise.Opinion{Position: advise.WithChanges, Text: "Say what a collection is.", Lang: "en"}); err != nil {
			t.Fatal(err)
		}
		m, _, err := w.Comment(ctx, citizen, c.Slug, advise.Comment{On: "2", Text: "Name the licences.", Lang: "en", Name: "C. Itizen"})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Comment(ctx, citizen, c.Slug, advise.Comment{On: "2", Text: "Name the licences.", Lang: "en"})
		refused(t, err, "advisory.error.twice")
		_, err = w.Conclude(ctx, desk, c.Slug, "We met.", "Adopted.")
		refused(t, err, "advisory.error.still-open")
		w.now = w.now.AddDate(0, 0, 10)
		_, _, err = w.Comment(ctx, citizen, c.Slug, advise.Comment{Text: "Late.", Lang: "en"})
		refused(t, err, "advisory.error.closed")
		_, err = w.Conclude(ctx, desk, c.Slug, "We met.", "Adopted.")
		refused(t, err, "advisory.error.unanswered")
		if _, err := w.Answer(ctx, desk, m.ID, advise.Accepted, "We will."); err != nil {
			t.Fatal(err)
		}
		_, err = w.Answer(ctx, desk, m.ID, advise.Declined, "On second thoughts, no.")
		refused(t, err, "advisory.error.answered")
		if _, err := w.Conclude(ctx, desk, c.Slug, "We met.", "Adopted."); err != nil {
			t.Fatal(err)
		}
		r, err := w.Record(ctx, c.Slug)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Opinions) != 1 || r.Opinions[0].Position != advise.WithChanges || r.Opinions[0].By.Name != "Amina Diallo" || r.Minutes != "We met." ||
			len(r.Comments) != 1 || r.Comments[0].Answer != "We will." || r.Waiting() != 0 {
			t.Errorf("%+v", r)
		}
		w.replays(t)
	})
}

func (w *world) replays(t *testing.T) {
	t.Helper()
	if differs, err := (&journal.App{DB: w.db}).Compare(t.Context()); err != nil || differs != "" {
		t.Error(differs, err)
	}
}

func TestWhoHasAnInterestStandsAside(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, c := t.Context(), w.asked(t)
		say := advise.Opinion{Position: advise.Support, Lang: "en"}
		_, err := w.Opine(ctx, amina, c.Slug, say)
		refused(t, err, "advisory.error.no-seat")
		s := w.seat(t, amina, advise.Seat{})
		if _, err := w.Declare(ctx, amina, s.ID, advise.Interest{Text: "I maintain DHIS2", Good: "dhis2"}); err != nil {
			t.Fatal(err)
		}
		_, err = w.Opine(ctx, amina, c.Slug, say)
		refused(t, err, "advisory.error.interest")
		if _, err := w.Undeclare(ctx, amina, s.ID, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Opine(ctx, amina, c.Slug, say); err != nil {
			t.Errorf("without an interest: %v", err)
		}
		w.seat(t, bo, advise.Seat{Organisation: "Acme"})
		_, err = w.Opine(ctx, bo, c.Slug, say)
		refused(t, err, "advisory.error.interest")
		w.replays(t)
	})
}

func TestASeatIsOnesOwnForItsTerm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := w.seat(t, amina, advise.Seat{})
		_, _, err := w.Appoint(ctx, desk, address(amina), advise.Seat{Constituency: advise.NGO, From: "2027-01-01", Until: "2028-01-01"})
		refused(t, err, "advisory.error.sits")
		_, _, err = w.Appoint(ctx, amina, address(bo), advise.Seat{Constituency: advise.NGO, From: "2027-01-01", Until: "2028-01-01"})
		refused(t, err, "error.access.forbidden")
		_, _, err = w.Appoint(ctx, desk, address(bo), advise.Seat{Constituency: advise.NGO, From: "2027-01-01", Until: "2037-01-01"})
		refused(t, err, "advisory.error.term")
		_, err = w.Declare(ctx, bo, s.ID, advise.Interest{Text: "not mine"})
		refused(t, err, "advisory.error.no-seat")
		_, err = w.EndSeat(ctx, bo, s.ID, "I would like it")
		refused(t, err, "error.access.forbidden")
		if _, err := w.EndSeat(ctx, amina, s.ID, "A new post"); err != nil {
			t.Fatal(err)
		}
		g, err := w.Group(ctx)
		if err != nil || len(g.Sitting) != 0 || len(g.Former) != 1 || g.Former[0].Ended != "A new post" {
			t.Errorf("%+v %v", g, err)
		}
		w.replays(t)
	})
}

func TestANameCanBeErasedAndTheSeatStays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := w.seat(t, amina, advise.Seat{Name: "Amina Diallo"})
		c := w.asked(t)
		m, _, err := w.Comment(ctx, citizen, c.Slug, advise.Comment{Text: "My number is 12345.", Lang: "en", Name: "C. Itizen"})
		if err != nil {
			t.Fatal(err)
		}
		j := &journal.App{DB: w.db}
		erase := func(of good.ID, name string) {
			t.Helper()
			history, err := w.db.History(ctx, of, 10)
			if err != nil || len(history) != 1 {
				t.Fatal(len(history), err)
			}
			if _, err := j.Erase(ctx, good.Actor{Role: access.Operator}, history[0].Position, name, "asked for"); err != nil {
				t.Fatal(err)
			}
			w.replays(t)
		}
		erase(s.ID, "name")
		erase(m.ID, "comment")
		r, err := w.Record(ctx, c.Slug)
		if err != nil || len(r.Comments) != 0 {
			t.Errorf("%+v %v", r.Comments, err)
		}
		g, err := w.Group(context.WithoutCancel(ctx))
		if err != nil || len(g.Sitting) != 1 || g.Sitting[0].Name != "" || g.Sitting[0].Constituency != advise.Academia {
			t.Errorf("%+v %v", g.Sitting, err)
		}
	})
}

func TestWhatIsTooLongOrMissingIsRefused(t *testing.T) {
	w := open(t, "sqlite:"+t.TempDir()+"/stoa.db")
	ctx, c := t.Context(), w.asked(t)
	w.seat(t, amina, advise.Seat{})
	for key, err := range map[string]error{
		"advisory.error.long":          second(w.Comment(ctx, citizen, c.Slug, advise.Comment{Text: strings.Repeat("ж", advise.MaxComment+1)})),
		"advisory.error.missing":       second(w.Comment(ctx, citizen, c.Slug, advise.Comment{Text: " \n"})),
		"advisory.error.consultation":  second(w.Comment(ctx, citizen, "no-such", advise.Comment{Text: "?"})),
		"error.access.unknown":         second(w.Comment(ctx, access.Who{}, c.Slug, advise.Comment{Text: "?"})),
		"advisory.error.slug":          second(w.Consult(ctx, desk, advise.Consultation{Subject: advise.OnPolicy, Ref: "x", Title: "Draft 1.2.0", Text: "x", Opens: "2026-01-01", Closes: "2026-01-02"})),
		"advisory.error.appeal-public": second(w.Consult(ctx, desk, advise.Consultation{Subject: advise.OnAppeal, Ref: "x", Title: "y", Text: "x", Public: true, Opens: "2026-01-01", Closes: "2026-01-02"})),
	} {
		refused(t, err, key)
	}
	_, err := w.Opine(ctx, amina, c.Slug, advise.Opinion{Position: advise.Oppose})
	refused(t, err, "advisory.error.why")
	_, err = w.Opine(ctx, amina, c.Slug, advise.Opinion{Position: "maybe"})
	refused(t, err, "advisory.error.position")
}

func second[A, B any](_ A, _ B, err error) error { return err }

func TestAPersonWhoIsErasedLeavesNoName(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := w.seat(t, amina, advise.Seat{Name: "Amina Diallo"})
		if _, err := w.Declare(ctx, amina, s.ID, advise.Interest{Text: "My sister works at Acme"}); err != nil {
			t.Fatal(err)
		}
		c := w.asked(t)
		if _, _, err := w.Comment(ctx, amina, c.Slug, advise.Comment{Text: "As a citizen, too.", Name: "Amina Diallo", Lang: "en"}); err != nil {
			t.Fatal(err)
		}
		people := &people.App{DB: w.db, Now: w.App.Now, Rand: rand.Reader, Gone: []func(context.Context, *store.Tx, good.Person) error{advisory.Forget}}
		if _, err := people.Erase(ctx, access.Viewer{Who: access.Machine(access.Operator)}, address(amina)); err != nil {
			t.Fatal(err)
		}
		entries, err := w.db.Entries(ctx, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			for _, v := range e.Values {
				if strings.Contains(string(v.Data), "Diallo") || strings.Contains(string(v.Data), "sister") {
					t.Errorf("entry %d still has %s", e.Position, v.Data)
				}
			}
		}
		r, err := w.Record(ctx, c.Slug)
		if err != nil || len(r.Comments) != 1 || r.Comments[0].Name != "" || r.Comments[0].Text != "As a citizen, too." {
			t.Errorf("%+v %v", r.Comments, err)
		}
		w.replays(t)
	})
}
