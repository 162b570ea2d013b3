package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"stoa/internal/good"
)

// lister asks for rows.
type lister interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// runner runs statements: what *sql.DB and *sql.Tx have in common.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// querier runs statements in the words of an engine, and tells its failures in ours.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) oneRow
	told(error) error
}

// oneRow is one row to be read.
type oneRow interface {
	Scan(to ...any) error
}

// fit makes a querier of what runs statements on the engine.
func (d dialect) fit(r runner) querier { return fitted{r, d} }

type fitted struct {
	runner
	d dialect
}

// ExecContext implements querier.
func (f fitted) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	res, err := f.runner.ExecContext(ctx, f.d.words(query), args...)
	return res, f.told(err)
}

// QueryContext implements querier.
func (f fitted) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := f.runner.QueryContext(ctx, f.d.words(query), args...)
	return rows, f.told(err)
}

// QueryRowContext implements querier.
func (f fitted) QueryRowContext(ctx context.Context, query string, args ...any) oneRow {
	return fittedRow{f.runner.QueryRowContext(ctx, f.d.words(query), args...), f.d}
}

func (f fitted) told(err error) error { return f.d.told(err) }

type fittedRow struct {
	*sql.Row
	d dialect
}

// Scan implements oneRow.
func (r fittedRow) Scan(to ...any) error { return r.d.told(r.Row.Scan(to...)) }

// soon is after how long it is worth asking again for what the database could
// not give.
const soon = 5 * time.Second

// told gives the failure of a database that is away the words and the promise
// that it passes.
func (d dialect) told(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || !d.away(err) {
		return err
	}
	return &good.Error{Kind: good.Limited, Key: "error.db.away", Retry: soon, Err: err}
}
