package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/good"
	stoalog "stoa/internal/tlog"
)

// journal writes the pending entries at the next positions and returns the
// log's edge after them. The head's row is the last thing taken: who has it
// commits next, so that positions are dense and in commit order.
func (tx *Tx) journal(ctx context.Context) (*stoalog.Edge, error) {
	edge, err := tx.take(ctx, len(tx.entries))
	if err != nil {
		return nil, err
	}
	var entries, values, subjects, hashes [][]any
	for i := range tx.entries {
		e := &tx.entries[i]
		e.Position = edge.Size()
		leaf, err := stoalog.LeafOf(*e).Encode()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Verb, err)
		}
		list, err := json.Marshal(e.Subjects)
		if err != nil {
			return nil, err
		}
		stored, err := edge.Append(leaf)
		if err != nil {
			return nil, err
		}
		entries = append(entries, []any{e.Position, e.Time.UnixMilli(), e.Actor.Role, e.Actor.Pseudonym, string(e.Verb), string(list), leaf})
		for n, v := range e.Values {
			values = append(values, []any{e.Position, n, v.Name, v.Salt, v.Data})
		}
		for _, s := range e.Subjects {
			subjects = append(subjects, []any{string(s), e.Position})
		}
		for n, h := range stored {
			hashes = append(hashes, []any{tlog.StoredHashIndex(0, e.Position) + int64(n), h[:]})
		}
	}
	for _, in := range []struct {
		query string
		rows  [][]any
	}{
		{Q(`INSERT INTO journal (position, time, role, pseudonym, verb, subjects, leaf) VALUES ($1, $2, $3, $4, $5, $6, $7)`), entries},
		{Q(`INSERT INTO journal_values (position, n, name, salt, data) VALUES ($1, $2, $3, $4, $5)`), values},
		{Q(`INSERT INTO journal_subjects (good, position) VALUES ($1, $2) ON CONFLICT DO NOTHING`), subjects},
		{Q(`INSERT INTO log_hashes (id, hash) VALUES ($1, $2)`), hashes},
	} {
		if err := tx.insert(ctx, in.query, in.rows); err != nil {
			return nil, err
		}
	}
	return edge, tx.sign(ctx, edge)
}

// take moves the head on by n entries and returns the edge from which they go
// on. Nobody else commits entries until this transaction ends.
func (tx *Tx) take(ctx context.Context, n int) (*stoalog.Edge, error) {
	var size int64
	err := tx.q.QueryRowContext(ctx, Q(`UPDATE log_head SET size = size + $1 WHERE one = 1 RETURNING size`), n).Scan(&size)
	if err != nil {
		return nil, err
	}
	size -= int64(n)
	tx.db.mu.Lock()
	known := tx.db.edge
	tx.db.mu.Unlock()
	if known != nil && known.Size() == size {
		edge := *known // the log only grows: at one size there is one edge
		return &edge, nil
	}
	return stoalog.NewEdge(size, tx.Hashes(ctx))
}

// keep remembers the edge of the log after a commit.
func (db *DB) keep(edge *stoalog.Edge) {
	db.Shown(edge.Size() - 1)
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.edge == nil || db.edge.Size() < edge.Size() {
		db.edge = edge
	}
	db.ours = db.o.Signer != nil
}

// sign writes the signed checkpoint of the log as it will be. Of the
// checkpoints before it, the last of each day is kept.
func (tx *Tx) sign(ctx context.Context, edge *stoalog.Edge) error {
	if tx.db.o.Signer == nil {
		return nil
	}
	root, err := edge.Root()
	if err != nil {
		return err
	}
	note, err := tx.db.o.Signer.Sign(edge.Size(), root)
	if err != nil {
		return err
	}
	if err := tx.sameLog(ctx, note); err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO checkpoints (size, note, signed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`), edge.Size(), note, tx.now.UnixMilli())
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`DELETE FROM checkpoints WHERE size < $1 AND signed >= $2`), edge.Size(), tx.now.Truncate(24*time.Hour).UnixMilli())
	return err
}

// sameLog refuses to sign with another key than the log is signed with: two
// nodes on one database must share it, and nobody could follow such a log.
func (tx *Tx) sameLog(ctx context.Context, note string) error {
	tx.db.mu.Lock()
	ours := tx.db.ours
	tx.db.mu.Unlock()
	if ours {
		return nil
	}
	return tx.signedAs(ctx, note)
}

// signedAs compares the name of the log in a note with that of the newest
// checkpoint.
func (r reads) signedAs(ctx context.Context, note string) error {
	_, held, err := r.NewestCheckpoint(ctx)
	if err != nil || held == "" {
		return err
	}
	theirs, _, _ := strings.Cut(held, "\n")
	mine, _, _ := strings.Cut(note, "\n")
	if theirs != mine {
		return &good.Error{Kind: good.Forbidden, Key: "error.log.key", Args: map[string]any{"Log": theirs, "Key": mine}}
	}
	return nil
}

// SameKey returns an error unless the log is signed with our key, or not yet.
func (db *DB) SameKey(ctx context.Context) error {
	if db.o.Signer == nil {
		return nil
	}
	note, err := db.o.Signer.Sign(0, tlog.Hash{})
	if err != nil {
		return err
	}
	return db.signedAs(ctx, note)
}

// SignHead signs the log as it is now, where no commit did: before the first
// entry, and after writers without a key.
func (db *DB) SignHead(ctx context.Context) error {
	_, err := db.Do(ctx, good.Actor{}, func(ctx context.Context, tx *Tx) error {
		edge, err := tx.take(ctx, 0)
		if err != nil {
			return err
		}
		return tx.sign(ctx, edge)
	})
	return err
}

// insert runs one INSERT for many rows, in statements of a few sizes so that
// an engine may remember them. SQLite looks parameters up by name, one after
// the other, so that more rows at once take longer. query inserts a single row.
func (tx *Tx) insert(ctx context.Context, query string, rows [][]any) error {
	for n := 32; len(rows) > 0; n /= 2 {
		for len(rows) >= n {
			if _, err := tx.q.ExecContext(ctx, rowsOf(query, len(rows[0]), n), slices.Concat(rows[:n]...)...); err != nil {
				return err
			}
			rows = rows[n:]
		}
	}
	return nil
}

// rowsOf is the INSERT of one row of width columns, for n rows.
func rowsOf(query string, width, n int) string {
	const values = "VALUES "
	at := strings.Index(query, values) + len(values)
	end := at + strings.IndexByte(query[at:], ')') + 1
	var b strings.Builder
	b.WriteString(query[:end])
	for i := width + 1; i <= width*n; i++ {
		if i%width == 1 || width == 1 {
			b.WriteString(", (")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i))
		if i%width == 0 {
			b.WriteByte(')')
		} else {
			b.WriteString(", ")
		}
	}
	b.WriteString(query[end:])
	return b.String()
}

// Checkpoints returns the signed checkpoints that are kept, the newest last.
func (r reads) Checkpoints(ctx context.Context) ([]string, error) {
	var out []string
	err := each(ctx, r.q, Q(`SELECT note FROM checkpoints ORDER BY size`), nil, func(scan func(...any) error) error {
		var note string
		err := scan(&note)
		out = append(out, note)
		return err
	})
	return out, err
}

// NewestCheckpoint returns the newest signed checkpoint and the size it is of,
// -1 if there is none.
func (r reads) NewestCheckpoint(ctx context.Context) (size int64, note string, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1`)).Scan(&size, &note)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, "", nil
	}
	return size, note, err
}

// Leaves returns up to limit leaves from position on, as the log has them.
func (r reads) Leaves(ctx context.Context, from int64, limit int) ([][]byte, error) {
	var out [][]byte
	err := each(ctx, r.q, Q(`SELECT leaf FROM journal WHERE position >= $1 ORDER BY position LIMIT $2`), []any{from, limit}, func(scan func(...any) error) error {
		var leaf []byte
		err := scan(&leaf)
		out = append(out, leaf)
		return err
	})
	return out, err
}

// LogRoot is the log's root when it had so many entries, which it must have had.
func (r reads) LogRoot(ctx context.Context, size int64) ([32]byte, error) {
	root, err := tlog.TreeHash(size, r.Hashes(ctx))
	return root, err
}

// Hashes reads stored hashes of the log.
func (r reads) Hashes(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
		list, err := json.Marshal(ids)
		if err != nil {
			return nil, err
		}
		held := make(map[int64]tlog.Hash, len(ids))
		err = each(ctx, r.q, Q(`SELECT id, hash FROM log_hashes WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($1))`), []any{string(list)},
			func(scan func(...any) error) error {
				var id int64
				var raw []byte
				if err := scan(&id, &raw); err != nil {
					return err
				}
				if len(raw) != tlog.HashSize {
					return fmt.Errorf("hash %d of the log has %d bytes", id, len(raw))
				}
				held[id] = tlog.Hash(raw)
				return nil
			})
		if err != nil {
			return nil, err
		}
		out := make([]tlog.Hash, len(ids))
		for i, id := range ids {
			h, ok := held[id]
			if !ok {
				level, n := tlog.SplitStoredHashIndex(id)
				return nil, fmt.Errorf("position %d: the log's hash at level %d is gone", n<<level, level)
			}
			out[i] = h
		}
		return out, nil
	})
}
