package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"stoa/internal/store"
	"stoa/internal/testkit"
)

// TestWhatIsErasedIsInNoFileOfPostgres is for PostgreSQL what
// TestWhatIsErasedIsInNoFile is for SQLite: of many values a short and a
// long one are erased, and no file of a table or an index says it any more.
func TestWhatIsErasedIsInNoFileOfPostgres(t *testing.T) {
	pg := testkit.DurablePostgres(t)
	db := open(t, pg.URL())
	const secret = "Somebody Inparticular"
	for n := range 30 {
		_, err := db.Do(t.Context(), actor, func(_ context.Context, tx *store.Tx) error {
			who := fmt.Sprintf("Nobody of note, the %d-th", n)
			switch n {
			case 17:
				who = secret
			case 29: // the last of its page, and long
				who = secret + strings.Repeat(" of the Ministry of Truth", 40)
			}
			tx.Append("test.noted", nil, store.NamedValue{Name: "who", Value: who})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(pg.FilesWith(secret)) == 0 {
		t.Fatal("the test looks in the wrong place")
	}
	_, err := db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.Erase(ctx, 17, "who"), tx.Erase(ctx, 29, "who"))
	})
	if err := errors.Join(err, db.Scrub(t.Context())); err != nil {
		t.Fatal(err)
	}
	if left := pg.FilesWith(secret); len(left) > 0 {
		t.Errorf("what was erased can still be read from %v", left)
	}
}
