package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/mod/sumdb/tlog"

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

// attempts is how often a transaction that lost a race is run.
const attempts = 10

// Do runs fn in one write transaction as actor. What fn appends to the journal
// is written with it or not at all. The position returned is that of the
// journal's last entry after the commit, -1 while it is empty. fn may run more
// than once and must only act through tx.
func (db *DB) Do(ctx context.Context, actor good.Actor, fn func(ctx context.Context, tx *Tx) error) (int64, error) {
	if db.turn != nil {
		select {
		case db.turn <- struct{}{}:
			defer func() { <-db.turn }()
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	for try := 1; ; try++ {
		position, err := db.try(ctx, actor, fn)
		if err == nil || try == attempts || !db.dialect.retry(err) {
			return position, err
		}
	}
}

func (db *DB) try(ctx context.Context, actor good.Actor, fn func(ctx context.Context, tx *Tx) error) (int64, error) {
	sqlTx, err := db.w.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("begin: %w", err)
	}
	defer sqlTx.Rollback()
	tx := &Tx{reads: reads{q: sqlTx, dialect: &db.dialect}, tx: sqlTx, db: db, actor: actor, now: db.o.Now().UTC().Truncate(time.Millisecond)}
	if err := fn(ctx, tx); err != nil {
		return 0, err
	}
	if tx.err != nil {
		return 0, tx.err
	}
	position, err := tx.journal(ctx)
	if err != nil {
		return 0, fmt.Errorf("write the journal: %w", err)
	}
	if err := sqlTx.Commit(); err != nil {
		return 0, fmt.Errorf("commit: %w", err)
	}
	return position, nil
}

// Now is the transaction's one time, UTC in milliseconds.
func (tx *Tx) Now() time.Time { return tx.now }

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

// journal writes the pending entries at the next positions. The head's row is
// the last thing taken, so that positions are dense and in commit order.
func (tx *Tx) journal(ctx context.Context) (int64, error) {
	var size int64
	if len(tx.entries) == 0 {
		return tx.Position(ctx)
	}
	err := tx.q.QueryRowContext(ctx, Q(`UPDATE log_head SET size = size + $1 WHERE one = 1 RETURNING size`), len(tx.entries)).Scan(&size)
	if err != nil {
		return 0, err
	}
	first := size - int64(len(tx.entries))
	hashes := &hashCache{ctx: ctx, q: tx.q, fresh: map[int64]tlog.Hash{}}
	last := map[good.ID]int64{}
	for i := range tx.entries {
		e := &tx.entries[i]
		e.Position = first + int64(i)
		if err := tx.write(ctx, e, hashes); err != nil {
			return 0, err
		}
		for _, s := range e.Subjects {
			last[s] = e.Position
		}
	}
	for id, position := range last {
		if _, err := tx.q.ExecContext(ctx, Q(`UPDATE goods SET position = $1 WHERE id = $2`), position, id); err != nil {
			return 0, err
		}
	}
	return size - 1, nil
}

func (tx *Tx) write(ctx context.Context, e *good.Entry, hashes *hashCache) error {
	leaf, err := stoalog.LeafOf(*e).Encode()
	if err != nil {
		return err
	}
	subjects, err := json.Marshal(e.Subjects)
	if err != nil {
		return err
	}
	if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO journal (position, time, role, pseudonym, verb, subjects, leaf) VALUES ($1, $2, $3, $4, $5, $6, $7)`),
		e.Position, e.Time.UnixMilli(), e.Actor.Role, e.Actor.Pseudonym, e.Verb, string(subjects), leaf); err != nil {
		return err
	}
	for n, v := range e.Values {
		if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO journal_values (position, n, name, salt, data) VALUES ($1, $2, $3, $4, $5)`),
			e.Position, n, v.Name, v.Salt, v.Data); err != nil {
			return err
		}
	}
	for _, s := range e.Subjects {
		if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO journal_subjects (good, position) VALUES ($1, $2) ON CONFLICT DO NOTHING`), s, e.Position); err != nil {
			return err
		}
	}
	stored, err := tlog.StoredHashes(e.Position, leaf, hashes)
	if err != nil {
		return err
	}
	at := tlog.StoredHashIndex(0, e.Position)
	for i, h := range stored {
		hashes.fresh[at+int64(i)] = h
		if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO log_hashes (id, hash) VALUES ($1, $2)`), at+int64(i), h[:]); err != nil {
			return err
		}
	}
	return nil
}

// hashCache reads stored hashes, those of this transaction from memory.
type hashCache struct {
	ctx   context.Context
	q     querier
	fresh map[int64]tlog.Hash
}

// ReadHashes implements tlog.HashReader.
func (c *hashCache) ReadHashes(ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		h, ok := c.fresh[id]
		if !ok {
			var raw []byte
			if err := c.q.QueryRowContext(c.ctx, Q(`SELECT hash FROM log_hashes WHERE id = $1`), id).Scan(&raw); err != nil {
				return nil, fmt.Errorf("log hash %d: %w", id, err)
			}
			if len(raw) != len(h) {
				return nil, errors.New("log hash of a wrong length")
			}
			h = tlog.Hash(raw)
			c.fresh[id] = h
		}
		out[i] = h
	}
	return out, nil
}
