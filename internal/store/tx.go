package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"stoa/internal/fault"
	"stoa/internal/good"
	stoalog "stoa/internal/tlog"
)

// Tx is one write transaction: state, journal entries and log leaves together.
type Tx struct {
	reads
	tx      *sql.Tx
	db      *DB
	actor   good.Actor
	now     time.Time
	entries []good.Entry
	err     error // the first failure of a call that cannot return one
}

// NamedValue is a value of an entry; Value is stored as JSON.
type NamedValue struct {
	Name  string
	Value any
}

const (
	// attempts is how often a transaction that lost a race is run.
	attempts = 10
	// again is how often one whose row was changed meanwhile is run: by then
	// it is the caller's version that is old.
	again = 3
	// longHold is how long one transaction may keep the others waiting.
	longHold = 50 * time.Millisecond
)

// Do runs fn in one write transaction as actor. What fn appends to the journal
// is written with it or not at all. The position returned is that of the
// journal's last entry after the commit, -1 while it is empty. fn may run more
// than once, and must act through tx and its own variables alone.
func (db *DB) Do(ctx context.Context, actor good.Actor, fn func(ctx context.Context, tx *Tx) error) (int64, error) {
	if db.w == nil {
		return 0, &good.Error{Kind: good.Forbidden, Key: "error.db.readonly"}
	}
	if db.turn != nil {
		if err := db.take(ctx); err != nil {
			return 0, err
		}
		defer func() { <-db.turn }()
		defer db.tell()()
	}
	for try := 1; ; try++ {
		begun := db.o.Now()
		position, err := db.try(ctx, actor, fn)
		if held := db.o.Now().Sub(begun); held > longHold {
			db.o.Log.Debug("a write transaction took long", "ms", held.Milliseconds(), "actor", actor.Role)
		}
		switch {
		case err == nil:
			return position, nil
		case db.dialect.busy(err):
			return 0, tooBusy(err)
		case db.dialect.lost(err) && try < attempts:
		case db.turn == nil && good.KindOf(err) == good.Conflict && try < again:
		default:
			return 0, err
		}
	}
}

// take waits for the turn before SQLite's one writer, no longer than a write
// has patience: else all who stand behind one that another process keeps
// waiting would wait for each before them.
func (db *DB) take(ctx context.Context) error {
	late := time.NewTimer(db.o.Patience)
	defer late.Stop()
	select {
	case db.turn <- struct{}{}:
		return nil
	case <-late.C:
		return tooBusy(errors.New("others write"))
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begin begins a transaction; done is called after its end. The job queue, which
// takes no turns, may have the one connection: it is waited for with patience.
func (db *DB) begin(ctx context.Context) (tx *sql.Tx, done func(), err error) {
	if db.turn == nil {
		tx, err = db.w.BeginTx(ctx, nil)
		return tx, func() {}, err
	}
	patient, cancel := context.WithTimeoutCause(ctx, db.o.Patience, tooBusy(errors.New("the queue writes")))
	defer cancel()
	conn, err := db.w.Conn(patient)
	if err != nil {
		return nil, nil, cmp.Or(context.Cause(patient), err)
	}
	if tx, err = conn.BeginTx(ctx, nil); err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	return tx, func() { conn.Close() }, nil // it is given back, which cannot fail
}

// tooBusy says that a write waited for too long.
func tooBusy(err error) error {
	return &good.Error{Kind: good.Limited, Key: "error.db.busy", Retry: soon, Err: err}
}

func (db *DB) try(ctx context.Context, actor good.Actor, fn func(ctx context.Context, tx *Tx) error) (int64, error) {
	sqlTx, done, err := db.begin(ctx)
	if err != nil {
		return 0, fmt.Errorf("begin: %w", db.dialect.told(err))
	}
	var run runner = sqlTx
	if db.prepared != nil {
		w := db.prepared.within(sqlTx)
		run = w
		defer func() { db.prepared.learn(context.WithoutCancel(ctx), w) }() // once the transaction has ended
	}
	defer done()
	defer sqlTx.Rollback()
	tx := &Tx{reads: reads{q: db.dialect.fit(run)}, tx: sqlTx, db: db, actor: actor, now: db.o.Now().UTC().Truncate(time.Millisecond)}
	if err := fn(ctx, tx); err != nil {
		return 0, err
	}
	if tx.err != nil {
		return 0, tx.err
	}
	if len(tx.entries) == 0 {
		position, err := tx.Position(ctx)
		if err != nil {
			return 0, err
		}
		return position, commit(sqlTx)
	}
	fault.At("a write: the state is written")
	edge, err := tx.journal(ctx)
	if err != nil {
		return 0, fmt.Errorf("write the journal: %w", err)
	}
	fault.At("a write: the journal is written")
	if err := commit(sqlTx); err != nil {
		return 0, err
	}
	fault.At("a write: it is committed")
	db.keep(edge)
	good.Wrote(ctx, edge.Size()-1)
	return edge.Size() - 1, nil
}

func commit(tx *sql.Tx) error {
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Now is the transaction's one time, UTC in milliseconds.
func (tx *Tx) Now() time.Time { return tx.now }

// Actor is who acts.
func (tx *Tx) Actor() good.Actor { return tx.actor }

// SQL is the transaction itself, for the job queue alone.
func (tx *Tx) SQL() *sql.Tx { return tx.tx }

// NewID returns a fresh id.
func (tx *Tx) NewID() good.ID {
	id, err := good.NewID(tx.now, tx.db.o.Rand)
	if err != nil && tx.err == nil {
		tx.err = err
	}
	return id
}

// Append adds an entry to the journal; it is written when the transaction
// commits.
func (tx *Tx) Append(verb good.Verb, subjects []good.ID, values ...NamedValue) {
	e := good.Entry{Time: tx.now, Actor: tx.actor, Verb: verb, Subjects: subjects}
	for _, v := range values {
		data, err := json.Marshal(v.Value)
		if err != nil && tx.err == nil {
			tx.err = fmt.Errorf("value %s of %s: %w", v.Name, verb, err)
		}
		salt := make([]byte, stoalog.SaltSize)
		if _, err := io.ReadFull(tx.db.o.Rand, salt); err != nil && tx.err == nil {
			tx.err = fmt.Errorf("salt: %w", err)
		}
		e.Values = append(e.Values, good.Value{Name: v.Name, Salt: salt, Data: data})
	}
	tx.entries = append(tx.entries, e)
}

// ActAs says who acts, where that depends on what the transaction read.
func (tx *Tx) ActAs(actor good.Actor) { tx.actor = actor }
