package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

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
	out, err := r.entries(ctx, Q(`SELECT position, time, role, pseudonym, verb, subjects FROM journal WHERE position >= $1 ORDER BY position LIMIT $2`), from, limit)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out, r.values(ctx, out, Q(`SELECT position, name, salt, data, erased FROM journal_values WHERE position >= $1 AND position <= $2 ORDER BY position, n`),
		out[0].Position, out[len(out)-1].Position)
}

// History returns up to limit entries about a good, newest first.
func (r reads) History(ctx context.Context, id good.ID, limit int) ([]good.Entry, error) {
	out, err := r.entries(ctx, Q(`SELECT j.position, j.time, j.role, j.pseudonym, j.verb, j.subjects FROM journal_subjects s JOIN journal j ON j.position = s.position
		WHERE s.good = $1 ORDER BY s.position DESC LIMIT $2`), id, limit)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	positions := make([]int64, len(out))
	for i, e := range out {
		positions[i] = e.Position
	}
	list, err := json.Marshal(positions)
	if err != nil {
		return nil, err
	}
	return out, r.values(ctx, out, Q(`SELECT position, name, salt, data, erased FROM journal_values
		WHERE position IN (SELECT CAST(value AS BIGINT) FROM json_each($1)) ORDER BY position, n`), string(list))
}

// Declarations returns every entry about sources and the directory, which have
// no good to be found by, oldest first.
func (r reads) Declarations(ctx context.Context) ([]good.Entry, error) {
	out, err := r.entries(ctx, Q(`SELECT position, time, role, pseudonym, verb, subjects FROM journal
		WHERE verb IN ('source.declared', 'directory.stated') ORDER BY position`))
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out, r.values(ctx, out, Q(`SELECT v.position, v.name, v.salt, v.data, v.erased FROM journal j JOIN journal_values v ON v.position = j.position
		WHERE j.verb IN ('source.declared', 'directory.stated') ORDER BY v.position, v.n`))
}

// ActsOf returns entries that somebody with a pseudonym wrote, the newest
// first, from before a position.
func (r reads) ActsOf(ctx context.Context, pseudonym string, before int64, limit int) ([]good.Entry, error) {
	entries, err := r.entries(ctx, Q(`SELECT position, time, role, pseudonym, verb, subjects FROM journal WHERE pseudonym = $1 AND pseudonym <> '' AND position < $2 ORDER BY position DESC LIMIT $3`), pseudonym, before, limit)
	return entries, err
}

// entries reads entries without their values.
func (r reads) entries(ctx context.Context, query string, args ...any) ([]good.Entry, error) {
	var out []good.Entry
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
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
	return out, err
}

// values adds the values to entries.
func (r reads) values(ctx context.Context, entries []good.Entry, query string, args ...any) error {
	at := make(map[int64]*good.Entry, len(entries))
	for i := range entries {
		at[entries[i].Position] = &entries[i]
	}
	return each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var position int64
		var v good.Value
		var erased sql.NullInt64
		if err := scan(&position, &v.Name, &v.Salt, &v.Data, &erased); err != nil {
			return err
		}
		if erased.Valid {
			t := time.UnixMilli(erased.Int64).UTC()
			v.Erased = &t
		}
		if e := at[position]; e != nil {
			e.Values = append(e.Values, v)
		}
		return nil
	})
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

// Scrub clears away what was deleted from the database's own files. Backups
// are the operator's.
func (db *DB) Scrub(ctx context.Context) error {
	if db.turn != nil { // others wait meanwhile, as for a transaction
		db.turn <- struct{}{}
		defer func() { <-db.turn }()
	}
	for _, statement := range db.dialect.scrub {
		rows, err := db.w.QueryContext(ctx, statement)
		if err != nil {
			return fmt.Errorf("clear away what was deleted: %w", err)
		}
		var busy, log, moved int
		if rows.Next() && rows.Scan(&busy, &log, &moved) == nil && busy != 0 { // SQLite says so in a row
			db.o.Log.Warn("what was erased stays in the write-ahead log until its readers have gone")
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return fmt.Errorf("clear away what was deleted: %w", err)
		}
	}
	return nil
}
