package localisation_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/journal"
	app "stoa/internal/app/localisation"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// forge answers for repositories, and counts who asks.
type forge struct {
	seen  l10n.Coverage
	err   error
	asked int
}

func (f *forge) Read(_ context.Context, addresses []string, _ time.Time) (l10n.Coverage, error) {
	f.asked++
	c := f.seen
	c.Source = addresses[0]
	return c, f.err
}

// basket keeps what is to be done.
type basket struct{ tasks []good.Task }

func (b *basket) Enqueue(_ context.Context, _ *store.Tx, t good.Task) error {
	b.tasks = append(b.tasks, t)
	return nil
}

// reads opens a world in which goods at hosts are recognised and read.
func reads(t *testing.T, url string, hosts ...string) (*world, *forge, *basket) {
	t.Helper()
	w := open(t, url)
	f, b := &forge{seen: l10n.Coverage{Commit: "aaaa", Shares: []l10n.Share{{Language: "en", Percent: 100, Texts: 10, Words: 20}, {Language: "sw", Percent: 40, Texts: 4, Words: 9}}}}, &basket{}
	w.Reader, w.Queue = f, b
	_, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		held, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		held.Settings.Watch = 30
		if err := tx.PutSettings(ctx, held.Version, "looks", held.Settings); err != nil {
			return err
		}
		for i, host := range hosts {
			g := good.Good{ID: tx.NewID(), Slug: "read" + string(rune('a'+i)), Stage: good.Recognised, Facts: good.Facts{Name: "Read", Repositories: []good.Link{{URL: "https://" + host + "/o/r" + string(rune('a'+i))}}}}
			if err := tx.PutGood(ctx, &g); err != nil {
				return err
			}
			if i == 0 {
				if err := tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: owner.Person, Created: w.now, Proved: w.now, Method: "file"}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w, f, b
}

// live lets hours pass, and has done what is to be done.
func (w *world) live(t *testing.T, b *basket, hours int) {
	t.Helper()
	for h := range hours {
		w.now = w.now.Add(time.Hour)
		if h%24 == 0 {
			if err := w.Daily(t.Context(), w.now); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Tick(t.Context(), w.now); err != nil {
			t.Fatal(err)
		}
		for _, task := range b.tasks {
			for range 2 { // a task may be done twice
				if err := w.Do(t.Context(), task); err != nil {
					t.Fatal(err)
				}
			}
		}
		b.tasks = nil
	}
}

func TestAMachineReadsRecognisedGoodsEachWeek(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, f, b := reads(t, url, "a.example")
		ctx := t.Context()
		w.live(t, b, 15*24)
		if f.asked < 2 || f.asked > 3 { // its place in the week is its own
			t.Errorf("read %d times in 15 days", f.asked)
		}
		shares := l10n.Coverage{Hand: true, Shares: []l10n.Share{{Language: "fr", Percent: 70}}}
		if _, _, err := w.Cover(ctx, owner, "reada", shares); err != nil {
			t.Fatal(err)
		}
		f.seen.Commit = "bbbb"
		w.live(t, b, 7*24)
		got, err := w.Languages(ctx, owner, "reada")
		if err != nil || got.Seen == nil || got.Seen.Commit != "bbbb" || len(got.Seen.Shares) != 2 || got.Coverage == nil || !got.Coverage.Hand || !got.Reads || got.Seen.At.Before(w.now.AddDate(0, 0, -7)) {
			t.Fatalf("%+v, %v", got, err)
		}
		said := func() (n int) {
			entries, err := w.DB.History(ctx, got.Good.ID, 50)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if e.Verb == good.LocalisationSeen {
					n++
				}
			}
			return n
		}
		if said() != 1 {
			t.Errorf("the journal says the same %d times", said())
		}
		f.seen.Shares = f.seen.Shares[:1]
		w.live(t, b, 7*24)
		if said() != 2 {
			t.Errorf("a change is in the journal %d times", said())
		}
		f.err = &good.Error{Kind: good.Invalid, Key: "target.error.empty"}
		w.live(t, b, 7*24)
		if got, err = w.Languages(ctx, access.Who{}, "reada"); err != nil || got.Failure == nil || got.Failure.Key != "target.error.empty" || got.Seen == nil || got.Reads {
			t.Errorf("a failure: %+v, %v", got, err)
		}
		sameSeen(t, w)
	})
}

// sameSeen says that the journal says what a machine saw.
func sameSeen(t *testing.T, w *world) {
	t.Helper()
	log := &journal.App{DB: w.DB}
	said, err := log.Replay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	live, err := log.Live(t.Context())
	if err != nil || len(live.Localisation.Seen) != 1 {
		t.Fatalf("%+v, %v", live.Localisation.Seen, err)
	}
	for id, c := range live.Localisation.Seen {
		if s := said.Localisation.Seen[id]; !s.At.Equal(c.At) || s.Commit != c.Commit || len(s.Shares) != len(c.Shares) || s.Source != c.Source {
			t.Errorf("the journal says %+v, there is %+v", s, c)
		}
	}
}

func TestReadingsComeInNoBurst(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, _, b := reads(t, url, "a.example", "a.example", "a.example", "b.example", "c.example", "d.example", "e.example")
		ctx := t.Context()
		if err := w.Daily(ctx, w.now); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.AddDate(0, 0, 8) // all of them are due at once
		for range 3 {
			if err := w.Tick(ctx, w.now); err != nil {
				t.Fatal(err)
			}
		}
		running, err := w.DB.ReadingLanguages(ctx, 100)
		hosts := map[string]bool{}
		for _, r := range running {
			hosts[r.Host] = true
		}
		if err != nil || len(running) != 3 || len(hosts) != 3 || len(b.tasks) != 3 {
			t.Errorf("%d run at %d hosts, %d tasks, %v", len(running), len(hosts), len(b.tasks), err)
		}
		b.tasks = nil // lost
		w.now = w.now.Add(2 * time.Hour)
		if err := w.Tick(ctx, w.now); err != nil || len(b.tasks) != 3 {
			t.Errorf("what was lost is not taken up again: %d, %v", len(b.tasks), err)
		}
	})
}

func TestOwnersHaveTheirGoodReadNow(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, f, b := reads(t, url, "a.example", "b.example")
		ctx := t.Context()
		if err := w.Again(ctx, thief, "reada"); good.KindOf(err) != good.Forbidden {
			t.Errorf("a thief has it read: %v", err)
		}
		if err := w.Again(ctx, owner, "readb"); good.KindOf(err) != good.Forbidden {
			t.Errorf("the owner of another: %v", err)
		}
		if err := w.Again(ctx, owner, "wells"); key(err) != "l10n.error.repository" {
			t.Errorf("without a repository: %v", err)
		}
		sights := map[string]bool{}
		sight := func() {
			t.Helper()
			got, err := w.Languages(ctx, access.Who{}, "reada")
			if err != nil || sights[got.Sight()] {
				t.Errorf("a page that was kept is shown on: %s, %v", got.Sight(), err)
			}
			sights[got.Sight()] = true
		}
		sight()
		if err := w.Again(ctx, owner, "reada"); err != nil || len(b.tasks) != 1 {
			t.Fatalf("%d tasks, %v", len(b.tasks), err)
		}
		sight()
		if got, err := w.Languages(ctx, owner, "reada"); err != nil || !got.Reading {
			t.Errorf("%+v, %v", got, err)
		}
		if err := w.Again(ctx, owner, "reada"); good.KindOf(err) != good.Limited {
			t.Errorf("twice: %v", err)
		}
		f.err = errors.New("no answer")
		if err := w.Do(ctx, b.tasks[0]); err != nil {
			t.Fatal(err)
		}
		sight()
		if err := w.Again(ctx, owner, "reada"); good.KindOf(err) != good.Limited {
			t.Errorf("again after a failure: %v", err)
		}
		f.err, w.now = nil, w.now.Add(11*time.Minute)
		if ids, err := w.ReadNow(ctx, owner, []string{"reada"}); err != nil || len(ids) != 1 {
			t.Errorf("%v, %v", ids, err)
		}
		if got, err := w.Languages(ctx, owner, "reada"); err != nil || got.Seen == nil || got.Failure != nil {
			t.Errorf("%+v, %v", got, err)
		}
		sight()
	})
}

// TestReadingsThatPeopleAskForWaitForOthers has no more read at once, nor two at
// one host, than by itself, and what was lost be asked for again.
func TestReadingsThatPeopleAskForWaitForOthers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, _, b := reads(t, url, "a.example", "a.example", "b.example", "c.example", "d.example")
		ctx := t.Context()
		for _, c := range []struct {
			slug string
			busy bool
		}{{"reada", false}, {"readb", true}, {"readc", false}, {"readd", false}, {"reade", true}} {
			if err := w.Again(ctx, desk, c.slug); (key(err) == "l10n.error.busy") != c.busy || err != nil && !c.busy {
				t.Errorf("%s: %v", c.slug, err)
			}
		}
		b.tasks = nil // lost, and the watch begins nothing
		w.now = w.now.Add(2 * time.Hour)
		if err := w.Again(ctx, desk, "reada"); err != nil || len(b.tasks) != 1 {
			t.Errorf("what was lost: %d tasks, %v", len(b.tasks), err)
		}
		_, err := w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			g, _, err := tx.GoodBySlug(ctx, "reada")
			if err != nil {
				return err
			}
			g.Stage, g.Tombstone = good.Removed, &good.Tombstone{At: tx.Now()}
			return tx.PutGood(ctx, g)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Do(ctx, b.tasks[0]); err != nil {
			t.Fatal(err)
		}
		n := 0
		if err := w.DB.EachLanguagesSeen(ctx, func(l10n.Coverage) error { n++; return nil }); err != nil || n != 0 {
			t.Errorf("of a good that was removed is said what a machine saw, %v", err)
		}
	})
}

// TestAReadingThatIsCutIsDoneOnce has the program end while a repository is
// read, and do the task again after it was done.
func TestAReadingThatIsCutIsDoneOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, f, b := reads(t, url, "a.example")
		if err := w.Again(t.Context(), owner, "reada"); err != nil || len(b.tasks) != 1 {
			t.Fatalf("%d tasks, %v", len(b.tasks), err)
		}
		ctx, end := context.WithCancel(t.Context())
		w.Reader = cut{f, end}
		if err := w.Do(ctx, b.tasks[0]); !errors.Is(err, context.Canceled) {
			t.Fatalf("the end of the program: %v", err)
		}
		if got, err := w.Languages(t.Context(), owner, "reada"); err != nil || got.Seen != nil || got.Failure != nil || !got.Reading {
			t.Errorf("after the end: %+v, %v", got, err)
		}
		again := &app.App{DB: w.DB, Now: w.Now, Reader: f, Queue: b}
		for range 3 {
			if err := again.Do(t.Context(), b.tasks[0]); err != nil {
				t.Fatal(err)
			}
		}
		got, err := again.Languages(t.Context(), owner, "reada")
		if err != nil || got.Seen == nil || len(got.Seen.Shares) != 2 || got.Reading || f.asked != 2 {
			t.Errorf("asked %d times: %+v, %v", f.asked, got, err)
		}
		sameSeen(t, w)
		entries, err := w.DB.History(t.Context(), got.Good.ID, 50)
		if n := len(slices.DeleteFunc(entries, func(e good.Entry) bool { return e.Verb != good.LocalisationSeen })); err != nil || n != 1 {
			t.Errorf("the journal says it %d times, %v", n, err)
		}
	})
}

// cut ends the program while a repository is read.
type cut struct {
	*forge
	end func()
}

func (c cut) Read(ctx context.Context, addresses []string, now time.Time) (l10n.Coverage, error) {
	c.end()
	return c.forge.Read(ctx, addresses, now)
}

// TestNobodyIsReadWhereTheWatchIsOff has an instance look at nobody's host.
func TestNobodyIsReadWhereTheWatchIsOff(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, f, b := reads(t, url, "a.example")
		_, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			held, err := tx.Settings(ctx)
			if err != nil {
				return err
			}
			held.Settings.Watch = 0
			return tx.PutSettings(ctx, held.Version, "off", held.Settings)
		})
		if err != nil {
			t.Fatal(err)
		}
		if w.live(t, b, 10*24); f.asked != 0 {
			t.Errorf("read %d times", f.asked)
		}
	})
}

var _ app.Reader = (*forge)(nil)
