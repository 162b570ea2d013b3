package store

import (
	"context"
	"fmt"
	"testing"

	"stoa/internal/good"
)

// TestTheWriterKnowsItsStatements writes the same again and again, and then
// statements that are never the same: the first are planned once, and what is
// kept of the others stays bounded. A statement that fails does not harm those
// after it.
func TestTheWriterKnowsItsStatements(t *testing.T) {
	db := filled(t, 1)
	do := func(query string, args ...any) error {
		_, err := db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *Tx) error {
			_, err := tx.q.ExecContext(ctx, query, args...)
			return err
		})
		return err
	}
	const insert = `INSERT INTO sources (id, doc) VALUES ($1, '{}')`
	for i := range 4 {
		if err := do(insert, fmt.Sprint("source-", i)); err != nil {
			t.Fatal(err)
		}
	}
	if db.prepared.ready[insert] == nil {
		t.Fatal("a statement run four times is not known")
	}
	if err := do(insert, "source-1"); !db.dialect.unique(err) {
		t.Errorf("a source given twice: %v", err)
	}
	if err := do(insert, "source-9"); err != nil {
		t.Errorf("after a statement that failed: %v", err)
	}
	for i := range 5 * mostPrepared {
		for range 2 {
			if err := do(fmt.Sprintf(`UPDATE sources SET doc = '{}' WHERE id = 'source-%d'`, i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if ready, seen := len(db.prepared.ready), len(db.prepared.seen); ready > mostPrepared || seen > 4*mostPrepared {
		t.Errorf("%d statements are kept and %d noted", ready, seen)
	}
	var n int
	if err := db.r.QueryRow(`SELECT count(*) FROM sources WHERE doc = '{}'`).Scan(&n); err != nil || n != 5 {
		t.Errorf("%d sources, %v", n, err)
	}
}
