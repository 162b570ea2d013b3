package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"stoa/internal/good"
)

// WriteSQLite writes goods and what each source states of them into a new
// SQLite file at path, for people who want to ask the registry in SQL. The file
// must not exist.
func WriteSQLite(ctx context.Context, path string, goods iter.Seq2[*good.Good, error], records func(context.Context, good.ID) ([]good.Record, error), sources map[string]good.Source) (err error) {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("write %s: it is there already", path)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, publicSchema); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	w := publicWriter{ctx: ctx, tx: tx}
	for _, s := range sources {
		w.insert(`INSERT INTO sources (id, name, doc) VALUES (?, ?, ?)`, s.ID, s.Name, asJSON(s))
	}
	for g, err := range goods {
		if err != nil {
			return err
		}
		w.good(g)
		rs, err := records(ctx, g.ID)
		if err != nil {
			return err
		}
		for _, r := range rs {
			w.insert(`INSERT INTO records (source, foreign_id, good, seen, doc) VALUES (?, ?, ?, ?, ?)`, r.Source, r.ForeignID, r.Good, r.Seen, asJSON(r))
		}
	}
	if w.err != nil {
		return fmt.Errorf("write %s: %w", path, w.err)
	}
	return tx.Commit()
}

const publicSchema = `
CREATE TABLE sources (id TEXT PRIMARY KEY, name TEXT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE goods (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, stage TEXT NOT NULL, summary TEXT NOT NULL, website TEXT NOT NULL, updated TEXT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE good_kinds (good TEXT NOT NULL REFERENCES goods (id), kind TEXT NOT NULL, PRIMARY KEY (good, kind));
CREATE TABLE good_sdgs (good TEXT NOT NULL REFERENCES goods (id), sdg INTEGER NOT NULL, PRIMARY KEY (good, sdg));
CREATE TABLE good_licences (good TEXT NOT NULL REFERENCES goods (id), spdx TEXT NOT NULL, PRIMARY KEY (good, spdx));
CREATE TABLE deployments (good TEXT NOT NULL REFERENCES goods (id), country TEXT NOT NULL, by TEXT NOT NULL, PRIMARY KEY (good, country, by));
CREATE TABLE records (source TEXT NOT NULL REFERENCES sources (id), foreign_id TEXT NOT NULL, good TEXT NOT NULL REFERENCES goods (id), seen TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (source, foreign_id));
`

type publicWriter struct {
	ctx context.Context
	tx  *sql.Tx
	err error
}

func (w *publicWriter) insert(query string, args ...any) {
	if w.err == nil {
		_, w.err = w.tx.ExecContext(w.ctx, query, args...)
	}
}

func (w *publicWriter) good(g *good.Good) {
	summary, _ := g.Summary.In("en")
	w.insert(`INSERT INTO goods (id, slug, name, stage, summary, website, updated, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		g.ID, g.Slug, g.Name, g.Stage, summary, g.Website, g.Updated.UTC().Format("2006-01-02T15:04:05.000Z"), asJSON(g))
	for _, k := range g.Kinds {
		w.insert(`INSERT OR IGNORE INTO good_kinds VALUES (?, ?)`, g.ID, k)
	}
	for _, s := range g.Goals {
		w.insert(`INSERT OR IGNORE INTO good_sdgs VALUES (?, ?)`, g.ID, s.SDG)
	}
	for _, l := range g.Licences {
		w.insert(`INSERT OR IGNORE INTO good_licences VALUES (?, ?)`, g.ID, l.SPDX)
	}
	for _, d := range g.Deployments {
		w.insert(`INSERT OR IGNORE INTO deployments VALUES (?, ?, ?)`, g.ID, d.Country, d.By)
	}
}

func asJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return "null" // the types that are written always marshal
	}
	return string(raw)
}

// ReadSQLite writes the records and sources of a SQLite dump into a folder as
// the NDJSON files that an import reads. The file is opened for reading only.
func ReadSQLite(ctx context.Context, path, dir string) (err error) {
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=query_only(1)&_pragma=trusted_schema(0)")
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for name, query := range map[string]string{"sources.ndjson": `SELECT doc FROM sources ORDER BY id`, "records.ndjson": `SELECT doc FROM records ORDER BY good, source, foreign_id`} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		err = each(ctx, db, query, nil, func(scan func(...any) error) error {
			var doc string
			if err := scan(&doc); err != nil {
				return err
			}
			_, err := f.WriteString(doc + "\n")
			return err
		})
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
	}
	return nil
}
