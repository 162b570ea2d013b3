package store_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// TestALockedFileIsNotWaitedForInTurns locks the file as another program may:
// who reads is answered, and all who write at once are told within twice the
// patience of one to come again, not one after the other.
func TestALockedFileIsNotWaitedForInTurns(t *testing.T) {
	const patience, writers = 400 * time.Millisecond, 12
	url := "sqlite:" + filepath.Join(t.TempDir(), "stoa.db")
	open(t, url)
	db := opened(t, url, store.Options{Patience: patience})
	note(t, db, 1)
	other, err := testkit.SQL(t, url).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), `BEGIN EXCLUSIVE`); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			_, err := db.Do(t.Context(), actor, func(_ context.Context, tx *store.Tx) error {
				tx.Append("test.noted", nil, store.NamedValue{Name: "n", Value: 2})
				return nil
			})
			if good.KindOf(err) != good.Limited {
				t.Errorf("a write beside a lock: %v", err)
			}
		})
	}
	if position, err := db.Position(t.Context()); err != nil || position != 0 {
		t.Errorf("a read beside a lock: %d, %v", position, err)
	}
	all.Wait()
	if took := time.Since(begun); took < patience || took > writers*patience/2 {
		t.Errorf("%d writes were told after %v, each waits for %v", writers, took, patience)
	}
	if _, err := other.ExecContext(t.Context(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	note(t, db, 1)
	if position, err := db.Position(t.Context()); err != nil || position != 1 {
		t.Errorf("once the lock is gone: %d, %v", position, err)
	}
}

// TestADatabaseAtRestGoesOn gives back what the database keeps in memory, while
// others read and write, and finds everything where it was.
func TestADatabaseAtRestGoesOn(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		note(t, db, 100)
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				for range 20 {
					if entries, err := db.Entries(t.Context(), 0, 100); err != nil || len(entries) != 100 {
						t.Errorf("%d entries, %v", len(entries), err)
					}
				}
			})
		}
		all.Go(func() {
			for range 10 {
				if err := db.Rest(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
		for range 20 {
			note(t, db, 1)
		}
		all.Wait()
		if position, err := db.Position(t.Context()); err != nil || position != 119 {
			t.Errorf("the last entry is %d, %v", position, err)
		}
	})
}
