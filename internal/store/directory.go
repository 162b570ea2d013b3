package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"stoa/internal/good"
)

func readDirectory(scan func(...any) error) (good.DirectoryEntry, error) {
	var doc []byte
	var version int64
	var e good.DirectoryEntry
	if err := scan(&doc, &version); err != nil {
		return e, err
	}
	if err := json.Unmarshal(doc, &e); err != nil {
		return e, fmt.Errorf("decode a directory entry: %w", err)
	}
	e.Version = version
	return e, nil
}

// Directory returns every entry of a kind by key, those taken away too.
func (r reads) Directory(ctx context.Context, kind good.DirectoryKind) ([]good.DirectoryEntry, error) {
	var out []good.DirectoryEntry
	err := each(ctx, r.q, Q(`SELECT doc, version FROM directory WHERE kind = $1 ORDER BY key`), []any{kind}, func(scan func(...any) error) error {
		e, err := readDirectory(scan)
		out = append(out, e)
		return err
	})
	return out, err
}

// DirectoryEntry returns one entry; nil if there is none.
func (r reads) DirectoryEntry(ctx context.Context, kind good.DirectoryKind, key string) (*good.DirectoryEntry, error) {
	e, err := readDirectory(r.q.QueryRowContext(ctx, Q(`SELECT doc, version FROM directory WHERE kind = $1 AND key = $2`), kind, key).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &e, nil
}

// PutDirectory writes an entry: a new one if its Version is 0, else a change of
// exactly that version. It sets Version and Updated of e.
func (tx *Tx) PutDirectory(ctx context.Context, e *good.DirectoryEntry) error {
	e.Updated = tx.now
	doc, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode a directory entry: %w", err)
	}
	res, err := tx.q.ExecContext(ctx, Q(`INSERT INTO directory (kind, key, version, doc) VALUES ($1, $2, 1, $3)
		ON CONFLICT (kind, key) DO UPDATE SET version = directory.version + 1, doc = excluded.doc WHERE directory.version = $4`), e.Kind, e.Key, string(doc), e.Version)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n != 1 {
		return &good.Error{Kind: good.Conflict, Key: "error.good.changed", Args: map[string]any{"Name": e.Key}}
	}
	e.Version++
	return nil
}

// ForgetDirectory takes an entry away of which every statement was erased.
func (tx *Tx) ForgetDirectory(ctx context.Context, kind good.DirectoryKind, key string) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM directory WHERE kind = $1 AND key = $2`), kind, key)
	return err
}
