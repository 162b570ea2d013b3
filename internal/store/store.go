// Package store is the only SQL: goods, records, the journal and its log in an
// embedded SQLite database or in PostgreSQL, with the same statements.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"stoa/internal/good"
)

// Options are the world a database is handed.
type Options struct {
	Now  func() time.Time
	Rand io.Reader
	Log  *slog.Logger
}

// DB is an open database: R for reading, W for the one writer.
type DB struct {
	reads
	r, w    *sql.DB
	dialect dialect
	o       Options
	turn    chan struct{} // first come, first served before SQLite's one writer; nil on PostgreSQL
}

// Open opens "sqlite:PATH" or "postgres://…". Call Migrate before use.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	var db *DB
	var err error
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		db, err = openSQLite(strings.TrimPrefix(url, "sqlite:"), o)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		db, err = openPostgres(url, o)
	default:
		return nil, &good.Error{Kind: good.Invalid, Key: "error.db.url", Field: "database"}
	}
	if err != nil {
		return nil, err
	}
	db.reads = reads{q: db.r, dialect: &db.dialect}
	if err := db.r.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("reach the database: %w", err), db.Close())
	}
	return db, nil
}

// Close closes the database.
func (db *DB) Close() error {
	if db.r == db.w {
		return db.r.Close()
	}
	return errors.Join(db.r.Close(), db.w.Close())
}

// querier is what *sql.DB and *sql.Tx have in common.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Q marks a statement: a test finds every literal given to it and prepares it
// on both engines.
func Q(query string) string { return query }

// reads are the reads, the same on the pool and within a transaction.
type reads struct {
	q       querier
	dialect *dialect
}

// in completes a statement that ends in IN with the JSON array in $1.
func (r reads) in(query string) string {
	if r.dialect.name == "sqlite" {
		return query + `(SELECT value FROM json_each($1))`
	}
	return query + `(SELECT value FROM json_array_elements_text($1::json))`
}
