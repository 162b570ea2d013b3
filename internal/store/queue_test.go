package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/assess"
	"stoa/internal/good"
)

// counting counts the statements that are run.
type counting struct {
	querier
	n atomic.Int64
}

// QueryContext implements querier.
func (c *counting) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	c.n.Add(1)
	return c.querier.QueryContext(ctx, query, args...)
}

// QueryRowContext implements querier.
func (c *counting) QueryRowContext(ctx context.Context, query string, args ...any) oneRow {
	c.n.Add(1)
	return c.querier.QueryRowContext(ctx, query, args...)
}

// filled is a database with n applications at every stage.
func filled(t testing.TB, n int) *DB {
	t.Helper()
	db, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for from := 0; from < n; from += 500 {
		_, err := db.Do(t.Context(), good.Actor{Role: "operator"}, func(ctx context.Context, tx *Tx) error {
			for i := from; i < min(n, from+500); i++ {
				since := at.Add(time.Duration(i) * time.Minute)
				a := &assess.Application{ID: tx.NewID(), Kind: assess.Kinds[i%3], Standard: "dpg@1.1.7", Name: fmt.Sprint("Good ", i), State: assess.States[i%len(assess.States)],
					Since: since, Opened: since, Submitted: since, Deadline: since.AddDate(0, 0, 30), Owners: []good.ID{good.ID(fmt.Sprint("owner-", i%40))},
					Seats: []assess.Seat{{Person: good.ID(fmt.Sprint("reviewer-", i%12)), Since: since}, {Person: good.ID(fmt.Sprint("reviewer-", (i+1)%12)), Since: since}}}
				if err := tx.PutApplication(ctx, a, assess.Defaults()); err != nil {
					return err
				}
				if err := tx.Tell(ctx, a, assess.Event{Verb: good.ApplicationSubmitted, Values: []assess.Value{{Name: "step", Value: assess.Moved{Step: assess.StepSubmit, From: assess.Draft, To: a.State}}}}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// lists are the lists a desk shows, each of up to n.
func lists(ctx context.Context, r reads, n int) map[string]func() (int, error) {
	now := time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)
	list := func(f QueueFilter) func() (int, error) {
		f.Limit = n
		return func() (int, error) {
			items, _, err := r.Applications(ctx, f)
			return len(items), err
		}
	}
	return map[string]func() (int, error){
		"age": list(QueueFilter{}), "deadline": list(QueueFilter{Deadline: true}), "late": list(QueueFilter{LateAt: now, Deadline: true}),
		"mine": list(QueueFilter{Person: "reviewer-3", Part: PartReviewer}), "mine by deadline": list(QueueFilter{Person: "reviewer-3", Deadline: true, Undone: true}),
		"kind":  list(QueueFilter{States: []assess.State{assess.Review}, Kind: assess.Kinds[1]}),
		"board": func() (int, error) { c, err := r.Board(ctx, now); return len(c), err },
		"loads": func() (int, error) { c, err := r.Loads(ctx, everybody); return len(c), err },
	}
}

// everybody reviews.
var everybody = func() (out []good.ID) {
	for i := range 12 {
		out = append(out, good.ID(fmt.Sprint("reviewer-", i)))
	}
	return out
}()

func TestNoListAsksMoreOftenForBeingLonger(t *testing.T) {
	db := filled(t, 600)
	asked := func(n int) (map[string]int64, map[string]int) {
		count, found := map[string]int64{}, map[string]int{}
		for name := range lists(t.Context(), db.reads, n) {
			c := &counting{querier: db.reads.q}
			got, err := lists(t.Context(), reads{q: c}, n)[name]()
			if err != nil {
				t.Fatal(name, err)
			}
			count[name], found[name] = c.n.Load(), got
		}
		return count, found
	}
	few, one := asked(1)
	many, all := asked(100)
	for name := range few {
		if few[name] != many[name] || many[name] > 3 {
			t.Errorf("%s asks %d times for one and %d times for a hundred", name, few[name], many[name])
		}
		if name != "board" && name != "loads" && (one[name] != 1 || all[name] < 2) {
			t.Errorf("%s finds %d and %d", name, one[name], all[name])
		}
	}
}

// BenchmarkDesk reads each list of 50 among 10,000 applications.
func BenchmarkDesk(b *testing.B) {
	db := filled(b, 10_000)
	for name, read := range lists(b.Context(), db.reads, 50) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := read(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms/op")
		})
	}
}
