package assessment_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/journal"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// What must be nowhere.
const (
	contact = "reporter@secret.example"
	called  = "Reporter Inparticular"
	words   = "It needs Oracle, I maintain the port"
)

// confided is a challenge that somebody made in confidence.
func (w *world) confided(t testing.TB) *assess.Application {
	t.Helper()
	app := w.recognised(t, "Clinic Book")
	a, p, err := w.Challenge(t.Context(), w.who(expert), assessment.Doubt{Good: string(app.Good), Indicators: []string{"4"}, Text: words, Confidential: true, Name: called, Contact: contact})
	return ok(t, a, p, err)
}

func TestAReporterIsKnownToTwoRolesAndStandsInNoPartOfTheJournal(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		c := w.confided(t)
		admin := w.who(third)
		admin.Roles = []string{access.Administrator}
		both := w.who(expert) // the reporter, were they of the secretariat themselves
		both.Roles = append(both.Roles, access.Secretariat)
		for name, a := range map[string]struct {
			who access.Who
			may bool
		}{
			"secretariat": {w.who(second), true}, "administrator": {admin, true},
			"coordinator": {w.who(chief), false}, "reviewer": {w.who(one), false}, "expert": {w.who(expert), false}, "owner": {w.who(owner), false},
			"nobody": {access.Who{}, false}, "operator": {access.Machine(access.Operator), false},
			"secretariat by a token": {access.Who{Person: second, Pseudonym: "p", Roles: []string{access.Secretariat}, Scopes: []string{"read", "apply", "review", "desk", "admin"}}, false},
		} {
			r, err := w.Reporter(ctx, a.who, c.ID)
			if (err == nil) != a.may || a.may && (r.Person != expert || r.Contact != contact || r.Name != called) {
				t.Errorf("%s asks who it was: %+v %v", name, r, err)
			}
		}
		if _, err := w.Reporter(ctx, both, c.ID); err == nil {
			t.Error("who is a party to it may ask who it was") // they know already; the rule is the same for all
		}
		secrets := []string{string(expert), w.people[expert].Pseudonym, w.people[expert].Name, called, contact, words}
		err := w.DB.Still(ctx, func(s *store.Still) error {
			for _, table := range []string{"journal", "journal_subjects", "journal_values", "checkpoints", "application_records", "notices", "tasks", "deliveries"} {
				err := s.EachRows(ctx, table, -1, 1<<20, func(r store.Rows) error {
					for _, secret := range secrets {
						if strings.Contains(string(r.Lines), secret) {
							t.Errorf("the table %s, and so a backup's part of that name, says %q", table, secret)
						}
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.Application(ctx, w.who(chief), c.ID)
		doc, jerr := json.Marshal(f.Document())
		if err != nil || jerr != nil {
			t.Fatal(err, jerr)
		}
		for _, secret := range secrets[:5] { // the words are for those who review it
			if strings.Contains(string(doc), secret) {
				t.Errorf("who screens it reads %q", secret)
			}
		}
		w.same(t)
	})
}

func TestWhatIsErasedOfAnApplicationStaysErasedHoweverTheJournalIsReplayed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := w.asked(t)
		a, p, err := w.Reply(ctx, w.who(owner), app.ID, "5", "Ask Somebody Inparticular.")
		ok(t, a, p, err)
		clarified := p
		for _, r := range []good.ID{one, two} {
			app = w.judge(t, a, r, map[string]assess.Finding{"5": {Verdict: assess.Fail, Reason: "Somebody Inparticular does not answer."}})
			a = app
		}
		a, decided, err := w.Propose(ctx, w.who(chief), app.ID, 0, assess.NotEligible, nil)
		app = ok(t, a, decided, err)
		a, decided, err = w.Confirm(ctx, w.who(second), app.ID, 0)
		app = ok(t, a, decided, err)
		a, appealed, err := w.Appeal(ctx, w.who(owner), app.ID, "Somebody Inparticular is ill.", nil)
		app = ok(t, a, appealed, err)
		told := &journal.App{DB: w.DB}
		for position, name := range map[int64]string{clarified: "reply", decided: "decision", appealed: "grounds"} {
			if _, err := told.Erase(ctx, good.Actor{Role: access.Operator}, position, name, "asked for"); err != nil {
				t.Fatalf("erase %s of %d: %v", name, position, err)
			}
		}
		for position, name := range map[int64]string{clarified: "step", 0: "source"} {
			if _, err := told.Erase(ctx, good.Actor{Role: access.Operator}, position, name, "why not"); err == nil {
				t.Errorf("the journal loses %s of %d", name, position)
			}
		}
		w.same(t)
		rec, err := w.DB.Assessment(ctx, app.ID)
		if err != nil || rec.State != assess.Appealed || rec.Grounds != nil || len(rec.Decisions) != 0 || rec.Exchanges[0].Reply != "" {
			t.Errorf("the record still says %+v %v", rec, err)
		}
		marked := 0
		for _, step := range rec.Path {
			if step.Erased {
				marked++
			}
		}
		if marked != 3 {
			t.Errorf("%d steps say that something was erased, not 3", marked)
		}
		empty, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "empty.db"), store.Options{Now: time.Now, Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		defer empty.Close()
		if err := empty.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if differs, err := told.Rebuild(ctx, empty); err != nil || differs != "" {
			t.Errorf("replayed into an empty database the journal gives another state: %v %s", err, differs)
		}
		live, err := (&journal.App{DB: empty}).Live(ctx)
		all, jerr := json.Marshal(live)
		if err != nil || jerr != nil || strings.Contains(string(all), "Inparticular") || len(live.Applications) != 1 {
			t.Errorf("what was erased is back: %v %v %s", err, jerr, all)
		}
		// The appeal goes its way all the same.
		other := w.fourth(t)
		a, p, err = w.Propose(ctx, w.who(third), app.ID, 0, assess.Recognised, map[string]assess.Finding{"5": {Verdict: assess.Pass, Reason: "It is there."}})
		ok(t, a, p, err)
		a, p, err = w.Confirm(ctx, w.who(other), app.ID, 0)
		ok(t, a, p, err)
		w.days(t, 4)
		w.same(t)
	})
}

func TestAReporterWhoIsErasedIsInNoFile(t *testing.T) {
	pg := testkit.DurablePostgres(t)
	dir := t.TempDir()
	for engine, c := range map[string]struct {
		url   string
		files func() []string
	}{
		"sqlite":   {"sqlite:" + filepath.Join(dir, "stoa.db"), func() []string { return testkit.FilesWith(t, dir, contact) }},
		"postgres": {pg.URL(), func() []string { return pg.FilesWith(contact) }},
	} {
		t.Run(engine, func(t *testing.T) {
			w := build(t, c.url)
			ctx := t.Context()
			w.confided(t)
			if len(c.files()) == 0 {
				t.Fatal("the test looks in the wrong place")
			}
			_, err := w.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
				if err := w.Gone(ctx, tx, good.Person{ID: expert}); err != nil {
					return err
				}
				return tx.DeletePerson(ctx, expert)
			})
			if err == nil {
				err = w.DB.Scrub(ctx)
			}
			if err != nil {
				t.Fatal(err)
			}
			if left := c.files(); len(left) > 0 {
				t.Errorf("how to reach the reporter can still be read from %v", left)
			}
		})
	}
}
