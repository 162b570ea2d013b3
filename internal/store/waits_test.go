package store_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// at does do in many transactions that begin at once.
func at(t *testing.T, db *store.DB, many int, do func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	var wg sync.WaitGroup
	for range many {
		wg.Go(func() {
			if _, err := db.Do(t.Context(), actor, do); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestHowLongStatesLastedIsCountedByAllWhoEndThemAtOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db, now := open(t, url), time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
		at(t, db, 20, func(ctx context.Context, tx *store.Tx) error {
			return tx.AddSpent(ctx, assess.First, assess.Screening, now.Add(-3*time.Hour), now)
		})
		spent, err := db.Spent(t.Context(), "2026-01")
		if err != nil || len(spent) != 1 || len(spent[0].Lasted) != 1 || spent[0].Lasted[0] != (store.Lasted{Hours: 3, Count: 20}) {
			t.Errorf("twenty states ended: %+v, %v", spent, err)
		}
	})
}

func TestWhoeverHoldsAThingIsWaitedFor(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db, inside := open(t, url), 0
		at(t, db, 8, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Hold(ctx, "a thing"); err != nil {
				return err
			}
			if inside++; inside > 1 {
				t.Error("two hold one thing at once")
			}
			time.Sleep(5 * time.Millisecond)
			inside--
			return nil
		})
	})
}

func TestWhatIsDueOfTwoGoodsIsDueOnceOfTheOneTheyBecome(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		from, into := newGood(t, db, "from"), newGood(t, db, "into")
		until := time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC)
		_, err := db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
			for _, g := range []good.ID{from.ID, into.ID} {
				if err := tx.SetDue(ctx, g, []assess.Due{{Subject: g, Kind: "expire", Key: "same", At: until}}); err != nil {
					return err
				}
			}
			return tx.MoveApplications(ctx, from.ID, into.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		if due, err := db.DueOf(t.Context(), into.ID); err != nil || len(due) != 1 {
			t.Errorf("due: %+v, %v", due, err)
		}
		if due, err := db.DueOf(t.Context(), from.ID); err != nil || len(due) != 0 {
			t.Errorf("due of what is no more: %+v, %v", due, err)
		}
	})
}

func TestWhoWritesMuchSeesThatAnotherProcessWaits(t *testing.T) {
	path := "sqlite:" + filepath.Join(t.TempDir(), "stoa.db")
	one, other := open(t, path), open(t, path) // each with locks of its own, as two processes have
	if one.Contended() || other.Contended() {
		t.Error("somebody waits where nobody writes")
	}
	_, err := one.Do(t.Context(), actor, func(context.Context, *store.Tx) error {
		if !other.Contended() {
			t.Error("who writes is not seen from beside")
		}
		return nil
	})
	if err != nil || other.Contended() {
		t.Errorf("who has written is still waited for (%v)", err)
	}
}
