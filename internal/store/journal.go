package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/good"
)

// Position is the position of the journal's last entry, -1 while it is empty.
func (r reads) Position(ctx context.Context) (int64, error) {
	var size int64
	err := r.q.QueryRowContext(ctx, Q(`SELECT size FROM log_head WHERE one = 1`)).Scan(&size)
	return size - 1, err
}

// Entries returns up to limit entries from position on, with their values.
func (r reads) Entries(ctx context.Context, from int64, limit int) ([]good.Entry, error) {
	return r.entries(ctx, Q(`SELECT position, time, role, pseudonym, verb, subjects FROM journal WHERE position >= $1 ORDER BY position LIMIT $2`),
		Q(`SELECT position, name, salt, data, erased FROM journal_values WHERE position >= $1 AND position <= $2 ORDER BY position, n`), from, limit)
}

// History returns up to limit entries about a good, newest first.
func (r reads) History(ctx context.Context, id good.ID, limit int) ([]good.Entry, error) {
	var positions []int64
	err := each(ctx, r.q, Q(`SELECT position FROM journal_subjects WHERE good = $1 ORDER BY position DESC LIMIT $2`), []any{id, limit}, func(scan func(...any) error) error {
		var p int64
		err := scan(&p)
		positions = append(positions, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]good.Entry, 0, len(positions))
	for _, p := range positions {
		e, err := r.Entries(ctx, p, 1)
		if err != nil {
			return nil, err
		}
		out = append(out, e...)
	}
	return out, nil
}

func (r reads) entries(ctx context.Context, rows, values string, from int64, limit int) ([]good.Entry, error) {
	var out []good.Entry
	err := each(ctx, r.q, rows, []any{from, limit}, func(scan func(...any) error) error {
		var e good.Entry
		var ms int64
		var subjects []byte
		if err := scan(&e.Position, &ms, &e.Actor.Role, &e.Actor.Pseudonym, &e.Verb, &subjects); err != nil {
			return err
		}
		e.Time = time.UnixMilli(ms).UTC()
		if err := json.Unmarshal(subjects, &e.Subjects); err != nil {
			return fmt.Errorf("subjects of entry %d: %w", e.Position, err)
		}
		out = append(out, e)
		return nil
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	at := map[int64]int{}
	for i, e := range out {
		at[e.Position] = i
	}
	return out, each(ctx, r.q, values, []any{from, out[len(out)-1].Position}, func(scan func(...any) error) error {
		var p int64
		var v good.Value
		var erased sql.NullInt64
		if err := scan(&p, &v.Name, &v.Salt, &v.Data, &erased); err != nil {
			return err
		}
		if erased.Valid {
			t := time.UnixMilli(erased.Int64).UTC()
			v.Erased = &t
		}
		if i, ok := at[p]; ok {
			out[i].Values = append(out[i].Values, v)
		}
		return nil
	})
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

// Hashes reads stored hashes of the log.
func (r reads) Hashes(ctx context.Context) tlog.HashReader {
	return &hashCache{ctx: ctx, q: r.q, fresh: map[int64]tlog.Hash{}}
}

// Erase deletes a value and its salt for ever; the log's commitment stays.
func (tx *Tx) Erase(ctx context.Context, position int64, name string) error {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE journal_values SET salt = NULL, data = NULL, erased = $1 WHERE position = $2 AND name = $3 AND erased IS NULL`),
		tx.now.UnixMilli(), position, name)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return &good.Error{Kind: good.NotFound, Key: "error.value.unknown", Args: map[string]any{"Position": position, "Name": name}}
}

// Checkpoint returns the signed checkpoint of a tree size, "" if none is kept.
func (r reads) Checkpoint(ctx context.Context, size int64) (note string, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT note FROM checkpoints WHERE size = $1`), size).Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return note, err
}

// PutCheckpoint keeps a signed checkpoint.
func (tx *Tx) PutCheckpoint(ctx context.Context, size int64, note string) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO checkpoints (size, note, signed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`), size, note, tx.now.UnixMilli())
	return err
}
