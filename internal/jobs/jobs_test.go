package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

func open(t testing.TB, url string) (*store.DB, *Queue) {
	t.Helper()
	db, err := store.Open(t.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := errors.Join(db.Migrate(t.Context()), Migrate(t.Context(), db), Migrate(t.Context(), db)); err != nil {
		t.Fatal(err)
	}
	q, err := NewQueue(db, Outside{"away"})
	if err != nil {
		t.Fatal(err)
	}
	return db, q
}

func run(t testing.TB, cfg Config) *Runner {
	t.Helper()
	cfg.Now = time.Now
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	r, err := NewRunner(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func stop(t testing.TB, r *Runner) {
	t.Helper()
	if err := r.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

func put(t testing.TB, db *store.DB, q *Queue, tasks ...good.Task) {
	t.Helper()
	_, err := db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for _, task := range tasks {
			if err := q.Enqueue(ctx, tx, task); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// seen collects what was done.
type seen struct {
	mu   sync.Mutex
	keys []string
}

func (s *seen) add(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = append(s.keys, key)
}

func (s *seen) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(slices.Values(s.keys))
}

func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 300 {
		if ok() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("in vain waited until ", what)
}

func TestATaskIsDoneOnceForItsKeyAndOnlyIfTheTransactionStands(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db, q := open(t, url)
		put(t, db, q, good.Task{Kind: "here", Key: "1"}, good.Task{Kind: "here", Key: "1"}, good.Task{Kind: "away", Key: "1", Args: []byte(`{"who":"x"}`)})
		put(t, db, q, good.Task{Kind: "here", Key: "1"})
		put(t, db, q, good.Task{Kind: "here", Key: "later", At: time.Now().Add(time.Hour)})
		refused := errors.New("no")
		_, err := db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(q.Enqueue(ctx, tx, good.Task{Kind: "here", Key: "2"}), refused)
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		var did seen
		do := Doer{Do: func(_ context.Context, t good.Task) error { did.add(t.Kind + " " + t.Key + string(t.Args)); return nil }}
		r := run(t, Config{DB: db, Queue: q, Doers: map[string]Doer{"here": do, "away": do}})
		until(t, "both are done", func() bool { return len(did.all()) >= 2 })
		put(t, db, q, good.Task{Kind: "here", Key: "1"}, good.Task{Kind: "here", Key: "3"})
		until(t, "the third is done", func() bool { return len(did.all()) >= 3 })
		stop(t, r)
		if got, want := did.all(), []string{`away 1{"who":"x"}`, "here 1{}", "here 3{}"}; !slices.Equal(got, want) {
			t.Errorf("done: %q, want %q", got, want)
		}
		open, _, _, err := db.TaskFigures(t.Context())
		if err != nil || open != 1 {
			t.Errorf("%d tasks are open, want the one for later: %v", open, err)
		}
		list, err := db.OpenTasks(t.Context(), "", 10)
		if err != nil || len(list) != 1 || list[0].Key != "later" {
			t.Errorf("%+v %v", list, err)
		}
	})
}

func TestAFailedTaskIsTriedAgainThenGivenUpThenTakenUpByThePerson(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db, q := open(t, url)
		put(t, db, q, good.Task{Kind: "flaky", Key: "1"}, good.Task{Kind: "hopeless", Key: "1", Args: []byte(`{"n":1}`)}, good.Task{Kind: "never", Key: "1", Args: []byte(`{"to":"ada@example.org"}`)}, good.Task{Kind: "panics", Key: "1"})
		var did seen
		var mu sync.Mutex
		healed := false
		at := func(time.Duration) func(int) time.Duration {
			return func(int) time.Duration { return 10 * time.Millisecond }
		}(0)
		r := run(t, Config{DB: db, Queue: q, Doers: map[string]Doer{
			"flaky": {Wait: at, Do: func(context.Context, good.Task) error {
				did.add("flaky")
				if len(slices.DeleteFunc(did.all(), func(s string) bool { return s != "flaky" })) < 3 {
					return errors.New("not yet")
				}
				return nil
			}},
			"hopeless": {Wait: at, Attempts: 2, Do: func(context.Context, good.Task) error {
				mu.Lock()
				defer mu.Unlock()
				did.add("hopeless")
				if healed {
					return nil
				}
				return errors.New("550 no such user ada@example.org")
			}},
			"never":  {Private: true, Do: func(context.Context, good.Task) error { did.add("never"); return fmt.Errorf("gone: %w", ErrNever) }},
			"panics": {Attempts: 1, Do: func(context.Context, good.Task) error { panic("at the disco") }},
		}})
		defer stop(t, r)
		var failed []store.Task
		until(t, "three are given up and one is done", func() bool {
			var err error
			failed, err = db.FailedTasks(t.Context(), 10)
			open, _, _, err2 := db.TaskFigures(t.Context())
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			return len(failed) == 3 && open == 0
		})
		if got, want := did.all(), []string{"flaky", "flaky", "flaky", "hopeless", "hopeless", "never"}; !slices.Equal(got, want) {
			t.Errorf("attempts: %q, want %q", got, want)
		}
		i := slices.IndexFunc(failed, func(t store.Task) bool { return t.Kind == "hopeless" })
		if failed[i].Error != "550 no such user …" || failed[i].Attempts != 2 {
			t.Errorf("%+v", failed[i])
		}
		if string(failed[i].Args) != `{"n":1}` { // what is to be done can be tried again
			t.Errorf("%s", failed[i].Args)
		}
		if n := slices.IndexFunc(failed, func(t store.Task) bool { return t.Kind == "never" }); string(failed[n].Args) != "{}" {
			t.Errorf("a private task that was given up keeps %s", failed[n].Args)
		}
		mu.Lock()
		healed = true
		mu.Unlock()
		if err := q.Retry(t.Context(), db, failed[i].ID); err != nil {
			t.Fatal(err)
		}
		until(t, "it is done after all", func() bool {
			task, err := db.Task(t.Context(), failed[i].ID)
			return err == nil && !task.Ended.IsZero() && !task.Failed
		})
		if err := q.Retry(t.Context(), db, failed[i].ID); good.KindOf(err) != good.NotFound {
			t.Errorf("a task that is done was opened again: %v", err)
		}
	})
}

// TestTheQueueIsMadeAnewFromTheTasks holds that a database without River's
// rows, as a restored one is, does what was open.
func TestTheQueueIsMadeAnewFromTheTasks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db, q := open(t, url)
		for i := range 120 {
			put(t, db, q, good.Task{Kind: "here", Key: fmt.Sprint(i)})
		}
		if _, err := testkit.SQL(t, url).ExecContext(t.Context(), "DELETE FROM river_job WHERE id % 2 = 0"); err != nil {
			t.Fatal(err)
		}
		var did seen
		r := run(t, Config{DB: db, Queue: q, Doers: map[string]Doer{"here": {Do: func(_ context.Context, t good.Task) error { did.add(t.Key); return nil }}}})
		defer stop(t, r)
		until(t, "all are done", func() bool { return len(did.all()) >= 120 })
		time.Sleep(300 * time.Millisecond)
		if got := did.all(); len(got) != 120 || len(slices.Compact(got)) != 120 {
			t.Errorf("%d done, %d different", len(got), len(slices.Compact(got)))
		}
	})
}

func TestWorkThatWasCutIsTakenUpAtTheNextStart(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "stoa.db")
	db, q := open(t, url)
	put(t, db, q, good.Task{Kind: "long", Key: "1"})
	begun, release := make(chan struct{}), make(chan struct{})
	first := run(t, Config{DB: db, Queue: q, Doers: map[string]Doer{"long": {Do: func(context.Context, good.Task) error { close(begun); <-release; return errors.New("cut") }}}})
	<-begun
	if err := testkit.SQL(t, url).QueryRowContext(t.Context(), "SELECT 1 FROM river_job WHERE state = 'running'").Scan(new(int)); err != nil {
		t.Fatal("River does not call it running: ", err)
	}
	var did seen
	second := run(t, Config{DB: db, Queue: q, Doers: map[string]Doer{"long": {Do: func(_ context.Context, t good.Task) error { did.add(t.Key); return nil }}}})
	until(t, "the second start did it", func() bool { return len(did.all()) == 1 })
	close(release)
	stop(t, second)
	stop(t, first)
}

func TestAReaderAnswersEachEntryOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db, q := open(t, url)
		write := func(n int, verb good.Verb) {
			t.Helper()
			_, err := db.Do(t.Context(), good.Actor{Role: "tester"}, func(_ context.Context, tx *store.Tx) error {
				for i := range n {
					tx.Append(verb, nil, store.NamedValue{Name: "n", Value: i})
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		write(3, "test.noted") // history
		var mu sync.Mutex
		broken := true
		reader := Reader{Name: "tester", Wants: func(v good.Verb) bool { return v != "test.ignored" },
			Read: func(_ context.Context, e good.Entry) (func(context.Context, *store.Tx) error, error) {
				mu.Lock()
				defer mu.Unlock()
				if e.Verb == "test.poison" || broken && e.Position == 20 {
					return nil, errors.New("cannot be read")
				}
				return func(ctx context.Context, tx *store.Tx) error {
					return q.Enqueue(ctx, tx, good.Task{Kind: "heard", Key: fmt.Sprint(e.Position)})
				}, nil
			}}
		var did seen
		cfg := Config{DB: db, Queue: q, Readers: []Reader{reader}, Doers: map[string]Doer{"heard": {Do: func(_ context.Context, t good.Task) error { did.add(t.Key); return nil }}}}
		// Two processes: on PostgreSQL two nodes work at the same time.
		first, second := run(t, cfg), run(t, cfg)
		until(t, "the reader has begun", func() bool { _, known, _ := db.Cursor(t.Context(), "tester"); return known })
		write(25, "test.noted")
		write(700, "test.ignored")
		until(t, "the entries before the broken one are answered", func() bool { return len(did.all()) >= 10 })
		mu.Lock()
		broken = false
		mu.Unlock()
		until(t, "all are answered", func() bool { return len(did.all()) >= 25 })
		stop(t, first)
		write(1, "test.poison")
		write(2, "test.noted")
		until(t, "those after the poison are answered", func() bool { return len(did.all()) >= 27 })
		stop(t, second)
		if got := did.all(); len(got) != 27 || len(slices.Compact(got)) != 27 {
			t.Errorf("%q", got)
		}
		if at, _, err := db.Cursor(t.Context(), "tester"); err != nil || at != 730 {
			t.Errorf("the cursor is at %d: %v", at, err)
		}
		if f, err := second.Figures(t.Context()); err != nil || f.Erred["reader tester"] != 1 || f.Behind["tester"] != 0 {
			t.Errorf("%+v %v", f, err)
		}
	})
}

// TestAReaderDoesWhatWasBeforeItOnce has what is written meanwhile read, and is
// not asked again at a second start.
func TestAReaderDoesWhatWasBeforeItOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db, q := open(t, url)
		write := func() {
			t.Helper()
			if _, err := db.Do(t.Context(), good.Actor{Role: "tester"}, func(_ context.Context, tx *store.Tx) error {
				tx.Append("test.noted", nil)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		write()
		var began, did seen
		reader := Reader{Name: "tester", Wants: func(good.Verb) bool { return true },
			Begin: func(context.Context) error {
				began.add("begun")
				if len(began.all()) == 1 {
					return errors.New("the power went")
				}
				write()
				return nil
			},
			Read: func(_ context.Context, e good.Entry) (func(context.Context, *store.Tx) error, error) {
				did.add(fmt.Sprint(e.Position))
				return nil, nil
			}}
		for range 2 {
			r := run(t, Config{DB: db, Queue: q, Readers: []Reader{reader}})
			until(t, "what was written meanwhile is read", func() bool { return len(did.all()) > 0 })
			stop(t, r)
		}
		if got := did.all(); len(got) != 1 || got[0] != "1" {
			t.Errorf("read %q", got)
		}
		if got := began.all(); len(got) != 2 {
			t.Errorf("begun %d times", len(got))
		}
	})
}

func TestATickComesAtTheStartAndAgain(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db, q := open(t, url)
		var did seen
		r := run(t, Config{DB: db, Queue: q, Ticks: []Tick{{Name: "hour", Every: time.Second, Do: func(_ context.Context, now time.Time) error {
			did.add(now.Format(time.TimeOnly))
			return nil
		}}}})
		defer stop(t, r)
		until(t, "the tick came twice", func() bool { return len(did.all()) >= 2 })
	})
}
