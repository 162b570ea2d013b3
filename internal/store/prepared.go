package store

import (
	"context"
	"database/sql"
)

// prepared are the statements that SQLite's one writer runs again and again.
// They are read and planned once: done anew for each run, that took a third of
// a small write. Whoever has the writer's turn has them, too.
type prepared struct {
	writer *sql.DB
	ready  map[string]*sql.Stmt
	seen   map[string]bool // run before, but not prepared yet
}

// mostPrepared is how many statements are kept; each takes some kilobytes.
const mostPrepared = 100

func newPrepared(writer *sql.DB) *prepared {
	return &prepared{writer: writer, ready: map[string]*sql.Stmt{}, seen: map[string]bool{}}
}

// within is what runs statements in a transaction of the writer.
func (p *prepared) within(tx *sql.Tx) *writing {
	return &writing{Tx: tx, prepared: p, bound: map[string]*sql.Stmt{}}
}

// learn prepares what transactions have run twice. The writer must be free.
func (p *prepared) learn(ctx context.Context, w *writing) {
	for _, query := range w.unknown {
		switch {
		case p.ready[query] != nil || len(p.ready) == mostPrepared:
		case !p.seen[query]:
			if len(p.seen) == 4*mostPrepared {
				clear(p.seen)
			}
			p.seen[query] = true
		default:
			if s, err := p.writer.PrepareContext(ctx, query); err == nil { // else it is run as it was
				p.ready[query] = s
			}
			delete(p.seen, query)
		}
	}
}

// writing runs a transaction's statements, those known by their plan.
type writing struct {
	*sql.Tx
	prepared *prepared
	bound    map[string]*sql.Stmt // to this transaction; nil where there is no plan
	unknown  []string
}

func (w *writing) plan(ctx context.Context, query string) *sql.Stmt {
	s, asked := w.bound[query]
	if !asked {
		if ready := w.prepared.ready[query]; ready != nil {
			s = w.StmtContext(ctx, ready)
		} else {
			w.unknown = append(w.unknown, query)
		}
		w.bound[query] = s
	}
	return s
}

// ExecContext implements runner.
func (w *writing) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s := w.plan(ctx, query); s != nil {
		return s.ExecContext(ctx, args...)
	}
	return w.Tx.ExecContext(ctx, query, args...)
}

// QueryRowContext implements runner. The rows of QueryContext may be read while
// the same is asked again, so that it has no plan of its own.
func (w *writing) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := w.plan(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return w.Tx.QueryRowContext(ctx, query, args...)
}
