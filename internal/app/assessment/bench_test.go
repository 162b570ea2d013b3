package assessment_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// savers has so many people save their answers in a closed loop, each so often,
// while records are brought in and the clock does what is due. It returns how
// long each save took, and fails if one was lost.
func savers(t testing.TB, people, times int) []time.Duration {
	t.Helper()
	w := build(t, "")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var ids []good.ID
	for n := range people {
		app, err := w.Start(ctx, w.who(owner), assessment.Start{Name: fmt.Sprint("Good ", n)})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, app.ID)
	}
	var beside, working sync.WaitGroup
	beside.Go(func() { // an import, in slices as imports come
		for n := 0; ctx.Err() == nil; n++ {
			_, err := w.DB.Do(ctx, good.Actor{Role: access.Importer}, func(ctx context.Context, tx *store.Tx) error {
				for i := range 20 {
					tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: good.Source{ID: fmt.Sprint("s-", n, "-", i)}})
				}
				return nil
			})
			if err != nil && ctx.Err() == nil {
				t.Error(err)
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	beside.Go(func() {
		for ctx.Err() == nil {
			if _, err := w.Tick(ctx, w.now); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	took := make([][]time.Duration, people)
	for n := range people {
		working.Go(func() {
			for i := range times {
				begun := time.Now()
				_, err := w.Save(ctx, w.who(owner), ids[n], []assessment.Edit{{Question: "general.summary", Version: int64(i), Answer: standard.Answer{Text: fmt.Sprint("It is ", i)}}})
				if err != nil {
					t.Error(err)
					return
				}
				took[n] = append(took[n], time.Since(begun))
			}
		})
	}
	working.Wait()
	stop()
	beside.Wait()
	for _, id := range ids {
		held, err := w.DB.Answer(t.Context(), id, "general.summary")
		if err != nil || held.Version != int64(times) || string(held.Doc) != fmt.Sprintf(`{"text":"It is %d"}`, times-1) {
			t.Errorf("a save was lost: %+v %s %v", held, held.Doc, err)
		}
	}
	all := slices.Concat(took...)
	slices.Sort(all)
	return all
}

func TestManyWhoSaveAtOnceLoseNothing(t *testing.T) {
	if all := savers(t, 50, 4); len(all) != 200 {
		t.Errorf("%d saves of 200 were made", len(all))
	}
}

// BenchmarkFiftySave measures how long one of fifty people waits for a save.
func BenchmarkFiftySave(b *testing.B) {
	var all []time.Duration
	for b.Loop() {
		all = append(all, savers(b, 50, 20)...)
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
}
