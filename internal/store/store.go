// Package store is the only SQL: goods, records, the journal and its log in an
// embedded SQLite database or in PostgreSQL, with the same statements.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/good"
	stoalog "stoa/internal/tlog"
)

// Options are the world a database is handed.
type Options struct {
	Now  func() time.Time
	Rand io.Reader
	Log  *slog.Logger // nil for silence
	// Signer signs the log's state with every commit, so that nothing is ever
	// written that is not also proved; nil leaves the log unsigned.
	Signer Signer
	// ReadOnly opens an existing database that nothing may change.
	ReadOnly bool
	// Replica is the URL of a streaming replica of a PostgreSQL database that
	// pages read from; "" for none.
	Replica string
	// Patience is how long a write waits for those before it, and for another
	// process that has the file locked; 0 means 10 seconds.
	Patience time.Duration
	// Asked, where set, is told of every statement that reads outside of a
	// transaction: so tests count them.
	Asked func(query string)
}

// patience is how long a write waits unless the options say otherwise.
const patience = 10 * time.Second

// Signer signs the state of the log. *tlog.Key is one.
type Signer interface {
	Sign(size int64, root tlog.Hash) (note string, err error)
}

// DB is an open database: R for reading, W for the one writer.
type DB struct {
	reads
	r, w    *sql.DB
	replica *sql.DB // nil without one
	dialect dialect
	o       Options
	near    *nearest      // reads from a replica; nil without one
	turn    chan struct{} // first come, first served before SQLite's one writer; nil on PostgreSQL
	// waits is locked while this process waits to write; nil on PostgreSQL.
	waits *os.File
	// prepared are the one writer's statements; nil on PostgreSQL, whose driver has its own.
	prepared *prepared

	mu   sync.Mutex
	edge *stoalog.Edge // of the log after our last commit; others may have written since
	ours bool          // the log is known to be signed by our key
}

// Open opens "sqlite:PATH" or "postgres://…". Call Migrate before use.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Patience = cmp.Or(o.Patience, patience)
	var db *DB
	var err error
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		db, err = openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"), o)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		db, err = openPostgres(url, o)
	default:
		return nil, &good.Error{Kind: good.Invalid, Key: "error.db.url", Field: "database"}
	}
	if err != nil {
		return nil, err
	}
	db.reads = db.Primary()
	if o.Replica != "" {
		if err := db.follow(o); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	if err := db.r.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("reach the database: %w", err), db.Close())
	}
	return db, nil
}

// follow makes reads come from a replica. It may be down: the primary answers
// for it.
func (db *DB) follow(o Options) error {
	if db.dialect.name != "postgres" {
		return &good.Error{Kind: good.Invalid, Key: "nodes.replica", Field: "replica"}
	}
	replica, err := openPostgres(o.Replica, Options{ReadOnly: true})
	if err != nil {
		return err
	}
	db.replica = replica.r
	db.near = &nearest{primary: db.r, replica: replica.r, fit: db.dialect.fit, fresh: o.Now}
	db.near.next.Store(1) // ask first
	db.reads = db.over(db.near)
	return nil
}

// over reads by way of r.
func (db *DB) over(r runner) reads {
	if db.o.Asked != nil {
		r = overheard{r, db.o.Asked}
	}
	return reads{q: db.dialect.fit(r)}
}

// overheard tells of what is read.
type overheard struct {
	runner
	asked func(query string)
}

// QueryContext implements runner.
func (t overheard) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	t.asked(query)
	return t.runner.QueryContext(ctx, query, args...)
}

// QueryRowContext implements runner.
func (t overheard) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	t.asked(query)
	return t.runner.QueryRowContext(ctx, query, args...)
}

// Close closes the database.
func (db *DB) Close() error {
	if db.replica != nil {
		defer db.replica.Close()
	}
	if db.w == nil || db.r == db.w {
		return db.r.Close()
	}
	err := errors.Join(db.r.Close(), db.w.Close())
	if db.waits != nil {
		err = errors.Join(err, db.waits.Close())
	}
	return err
}

// Rest gives back the memory that the embedded database keeps pages in: who
// asks next reads them from the system's, which is near.
func (db *DB) Rest(ctx context.Context) error {
	if db.turn == nil { // PostgreSQL has a process of its own
		return nil
	}
	db.r.SetMaxIdleConns(1) // closes the others
	db.r.SetMaxIdleConns(readers())
	if err := db.take(ctx); err != nil {
		return err
	}
	defer func() { <-db.turn }()
	for _, pool := range []*sql.DB{db.w, db.r} {
		if _, err := pool.ExecContext(ctx, db.dialect.shrink); err != nil {
			return err
		}
	}
	return nil
}

// readers is how many read an embedded database at once.
func readers() int { return max(4, 2*runtime.NumCPU()) }

// Q marks a statement: a test finds every literal given to it and prepares it
// on both engines.
func Q(query string) string { return query }

// reads are the reads, the same on the pool and within a transaction.
type reads struct{ q querier }

// each runs a query and calls f for every row.
func each(ctx context.Context, q lister, query string, args []any, f func(scan func(...any) error) error) (err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	err = rows.Err()
	if t, ok := q.(querier); ok {
		err = t.told(err)
	}
	return err
}
