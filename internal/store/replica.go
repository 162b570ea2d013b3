package store

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"
	"time"
)

const (
	// lookEvery is how often a replica that is behind is asked how far it is.
	lookEvery = 50 * time.Millisecond
	// restAfter is how long a replica that fails is left alone.
	restAfter = time.Second
)

// nearest reads from a replica while it holds all that this node has written
// and shown, and from the primary otherwise, so that one answer never mixes
// two states of the journal.
type nearest struct {
	primary, replica runner
	fit              func(runner) querier
	fresh            func() time.Time
	seen             atomic.Int64 // entries this node has written or shown
	holds            atomic.Int64 // entries the replica is known to have
	next             atomic.Int64 // when the replica may be asked again, in Unix nanoseconds
}

// pick is where to read.
func (n *nearest) pick(ctx context.Context) runner {
	if n.holds.Load() >= n.seen.Load() && n.next.Load() == 0 {
		return n.replica
	}
	now, next := n.fresh().UnixNano(), n.next.Load()
	if now < next && next-now < int64(restAfter) || !n.next.CompareAndSwap(next, now+int64(lookEvery)) { // or the clock was set back
		return n.primary
	}
	position, err := reads{q: n.fit(n.replica)}.Position(ctx)
	if err != nil {
		n.failed(ctx)
		return n.primary
	}
	n.holds.Store(position + 1)
	if position+1 < n.seen.Load() {
		return n.primary
	}
	n.next.Store(0)
	return n.replica
}

// failed leaves the replica alone for a while, unless it was the asker who
// gave up; it says whether the primary is to answer instead.
func (n *nearest) failed(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	n.next.Store(n.fresh().Add(restAfter).UnixNano())
	return true
}

// ExecContext implements runner.
func (n *nearest) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return n.primary.ExecContext(ctx, query, args...)
}

// QueryContext implements runner.
func (n *nearest) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	q := n.pick(ctx)
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil && q == n.replica && n.failed(ctx) {
		return n.primary.QueryContext(ctx, query, args...)
	}
	return rows, err
}

// QueryRowContext implements runner.
func (n *nearest) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	q := n.pick(ctx)
	row := q.QueryRowContext(ctx, query, args...)
	if err := row.Err(); err != nil && !errors.Is(err, sql.ErrNoRows) && q == n.replica && n.failed(ctx) {
		return n.primary.QueryRowContext(ctx, query, args...)
	}
	return row
}

// Shown says that this node shows the journal up to position, so that nothing
// older is read from a replica.
func (db *DB) Shown(position int64) {
	if db.near == nil {
		return
	}
	for {
		seen := db.near.seen.Load()
		if position+1 <= seen || db.near.seen.CompareAndSwap(seen, position+1) {
			return
		}
	}
}

// Head is the position of the journal's last entry on the primary, whatever a
// replica has.
func (db *DB) Head(ctx context.Context) (int64, error) {
	return reads{q: db.dialect.fit(db.r)}.Position(ctx)
}

// Primary reads what no position of the journal stands for (sessions, drafts,
// whatever is private) where it was written, whatever a replica has.
func (db *DB) Primary() reads { return db.over(db.r) }
