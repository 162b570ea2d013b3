package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"stoa/internal/good"
)

// Clash is a conflict as it is kept: of which good, and since when.
type Clash struct {
	good.Clash
	Good  good.ID
	Since time.Time
}

// ClashCount is how many conflicts there are of a field with a source.
type ClashCount struct {
	Field  good.Field
	Source string
	N      int
}

func readClash(scan func(...any) error) (Clash, error) {
	var c Clash
	var since int64
	var doc []byte
	if err := scan(&c.Good, &since, &doc); err != nil {
		return c, err
	}
	c.Since = moment(since)
	return c, json.Unmarshal(doc, &c.Clash)
}

func (r reads) clashes(ctx context.Context, query string, args ...any) ([]Clash, error) {
	var out []Clash
	return out, each(ctx, r.q, query, args, func(scan func(...any) error) error {
		c, err := readClash(scan)
		out = append(out, c)
		return err
	})
}

// ClashesOf returns the conflicts of a good, by field.
func (r reads) ClashesOf(ctx context.Context, id good.ID) ([]Clash, error) {
	return r.clashes(ctx, Q(`SELECT good, since, doc FROM clashes WHERE good = $1 ORDER BY field`), id)
}

// Clashes returns conflicts, the oldest first: of a field and with a source, ""
// for all. A summary's field is that of all its languages.
func (r reads) Clashes(ctx context.Context, field good.Field, source string, offset, limit int) ([]Clash, error) {
	return r.clashes(ctx, Q(`SELECT good, since, doc FROM clashes WHERE ($1 = '' OR field = $1 OR field LIKE $2) AND ($3 = '' OR source = $3)
		ORDER BY since, good, field LIMIT $4 OFFSET $5`), string(field), string(field)+"/%", source, limit, offset)
}

// ClashesSince returns conflicts that were noticed after a moment, the oldest
// first.
func (r reads) ClashesSince(ctx context.Context, after time.Time, offset, limit int) ([]Clash, error) {
	return r.clashes(ctx, Q(`SELECT good, since, doc FROM clashes WHERE since > $1 ORDER BY since, good, field LIMIT $2 OFFSET $3`), after.UnixMilli(), limit, offset)
}

// CountClashes returns how many conflicts there are by field and source.
func (r reads) CountClashes(ctx context.Context) ([]ClashCount, error) {
	var out []ClashCount
	return out, each(ctx, r.q, Q(`SELECT field, source, count(*) FROM clashes GROUP BY field, source ORDER BY field, source`), nil, func(scan func(...any) error) error {
		var c ClashCount
		err := scan(&c.Field, &c.Source, &c.N)
		out = append(out, c)
		return err
	})
}

// SetClashes makes the conflicts of a good those given. One that is as it was
// keeps its day.
func (tx *Tx) SetClashes(ctx context.Context, id good.ID, list []good.Clash) error {
	held, err := tx.ClashesOf(ctx, id)
	if err != nil || len(held)+len(list) == 0 {
		return err
	}
	since := map[good.Field]time.Time{}
	for _, c := range list {
		since[c.Field] = tx.now
	}
	for _, h := range held {
		if _, stays := since[h.Field]; !stays {
			if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM clashes WHERE good = $1 AND field = $2`), id, string(h.Field)); err != nil {
				return err
			}
			continue
		}
		for _, c := range list {
			if c.Field == h.Field && bytes.Equal(c.Said, h.Said) && bytes.Equal(c.Now, h.Now) {
				since[c.Field] = h.Since
			}
		}
	}
	for _, c := range list {
		doc, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("encode a conflict: %w", err)
		}
		if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO clashes (good, field, source, since, doc) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (good, field) DO UPDATE SET source = excluded.source, since = excluded.since, doc = excluded.doc`), id, string(c.Field), c.By.Source, millis(since[c.Field]), string(doc)); err != nil {
			return err
		}
	}
	return nil
}
