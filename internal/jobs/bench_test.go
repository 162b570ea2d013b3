package jobs

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
)

// BenchmarkFiftyPeopleSave is how long people wait for a save on SQLite, 50 of
// them one after the other without a pause, alone and while jobs work.
func BenchmarkFiftyPeopleSave(b *testing.B) {
	for _, busy := range []bool{false, true} {
		b.Run(map[bool]string{false: "alone", true: "with-jobs"}[busy], func(b *testing.B) {
			for b.Loop() {
				took, done := save(b, busy)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
				b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
				b.ReportMetric(float64(done), "tasks")
			}
		})
	}
}

// save has fifty people save forty times each, and returns how long each save
// took, in order, and how many tasks were done meanwhile.
func save(t testing.TB, busy bool) ([]time.Duration, int) {
	t.Helper()
	db, q := open(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"))
	var did seen
	if busy {
		for i := range 2000 {
			put(t, db, q, good.Task{Kind: "away", Key: fmt.Sprint(i)})
		}
		r := run(t, Config{DB: db, Queue: q, Doers: map[string]Doer{"away": {Do: func(ctx context.Context, t good.Task) error {
			_, err := db.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.StartCursor(ctx, t.Key, 1) })
			did.add(t.Key)
			return err
		}}}})
		defer stop(t, r)
	}
	var mu sync.Mutex
	var took []time.Duration
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for n := range 40 {
				begun := time.Now()
				_, err := db.Do(t.Context(), good.Actor{Role: "applicant"}, func(_ context.Context, tx *store.Tx) error {
					tx.Append("test.saved", nil, store.NamedValue{Name: "n", Value: n})
					return nil
				})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				took = append(took, time.Since(begun))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took, len(did.all())
}
