package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"stoa/internal/good"
)

// Records returns what every source states of a good.
func (r reads) Records(ctx context.Context, id good.ID) ([]good.Record, error) {
	var out []good.Record
	err := each(ctx, r.q, Q(`SELECT doc FROM records WHERE good = $1 ORDER BY source, foreign_id`), []any{id}, func(scan func(...any) error) error {
		var doc []byte
		if err := scan(&doc); err != nil {
			return err
		}
		var rec good.Record
		if err := json.Unmarshal(doc, &rec); err != nil {
			return fmt.Errorf("decode a record: %w", err)
		}
		out = append(out, rec)
		return nil
	})
	return out, err
}

// RecordsOf returns what every source states of some goods.
func (r reads) RecordsOf(ctx context.Context, ids []good.ID) (map[good.ID][]good.Record, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	out := make(map[good.ID][]good.Record, len(ids))
	return out, each(ctx, r.q, Q(`SELECT doc FROM records WHERE good IN (SELECT value FROM json_each($1)) ORDER BY source, foreign_id`), []any{string(list)}, func(scan func(...any) error) error {
		var doc []byte
		if err := scan(&doc); err != nil {
			return err
		}
		var rec good.Record
		if err := json.Unmarshal(doc, &rec); err != nil {
			return fmt.Errorf("decode a record: %w", err)
		}
		out[rec.Good] = append(out[rec.Good], rec)
		return nil
	})
}

// GoodsStatedBy returns the goods that up to limit records of a source after one
// are about, and the foreign id of the last of those records.
func (r reads) GoodsStatedBy(ctx context.Context, source, after string, limit int) (ids []good.ID, last string, err error) {
	err = each(ctx, r.q, Q(`SELECT good, foreign_id FROM records WHERE source = $1 AND foreign_id > $2 ORDER BY foreign_id LIMIT $3`), []any{source, after, limit}, func(scan func(...any) error) error {
		var id good.ID
		err := scan(&id, &last)
		ids = append(ids, id)
		return err
	})
	slices.Sort(ids)
	return slices.Compact(ids), last, err
}

// Record returns one source's record; nil if there is none.
func (r reads) Record(ctx context.Context, source, foreignID string) (*good.Record, error) {
	var doc []byte
	err := r.q.QueryRowContext(ctx, Q(`SELECT doc FROM records WHERE source = $1 AND foreign_id = $2`), source, foreignID).Scan(&doc)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var rec good.Record
	return &rec, json.Unmarshal(doc, &rec)
}

// PutRecord writes one source's record.
func (tx *Tx) PutRecord(ctx context.Context, r good.Record) error {
	doc, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode a record: %w", err)
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO records (source, foreign_id, good, doc) VALUES ($1, $2, $3, $4)
		ON CONFLICT (source, foreign_id) DO UPDATE SET good = excluded.good, doc = excluded.doc`), r.Source, r.ForeignID, r.Good, string(doc))
	return err
}

// DeleteRecord takes one source's record away, when its value was erased.
func (tx *Tx) DeleteRecord(ctx context.Context, source, foreignID string) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM records WHERE source = $1 AND foreign_id = $2`), source, foreignID)
	return err
}

// Sources returns every source by id.
func (r reads) Sources(ctx context.Context) (map[string]good.Source, error) {
	out := map[string]good.Source{}
	err := each(ctx, r.q, Q(`SELECT doc FROM sources`), nil, func(scan func(...any) error) error {
		var doc []byte
		if err := scan(&doc); err != nil {
			return err
		}
		var s good.Source
		err := json.Unmarshal(doc, &s)
		out[s.ID] = s
		return err
	})
	return out, err
}

// PutSource writes a source.
func (tx *Tx) PutSource(ctx context.Context, s good.Source) error {
	doc, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode a source: %w", err)
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO sources (id, doc) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc`), s.ID, string(doc))
	return err
}

// PutContacts replaces the private contacts of one source's record.
func (tx *Tx) PutContacts(ctx context.Context, source, foreignID string, cs []good.Contact) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM contacts WHERE source = $1 AND foreign_id = $2`), source, foreignID); err != nil {
		return err
	}
	for n, c := range cs {
		if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO contacts (source, foreign_id, n, role, name, email) VALUES ($1, $2, $3, $4, $5, $6)`),
			source, foreignID, n, c.Role, c.Name, c.Email); err != nil {
			return err
		}
	}
	return nil
}

// Case is something that needs a person, with what is private of it.
type Case struct {
	good.OpenCase
	Raw        []byte // private: what was read
	Facts      good.Facts
	Settled    time.Time // zero while open
	Settlement string
}

const caseColumns = `id, source, foreign_id, name, reasons, raw, facts, created, settled, settlement`

func readCase(scan func(...any) error) (Case, error) {
	var c Case
	var reasons, facts []byte
	var created, settled int64
	if err := scan(&c.ID, &c.Source, &c.ForeignID, &c.Name, &reasons, &c.Raw, &facts, &created, &settled, &c.Settlement); err != nil {
		return Case{}, err
	}
	c.Since = time.UnixMilli(created).UTC()
	if settled != 0 {
		c.Settled = time.UnixMilli(settled).UTC()
	}
	return c, errors.Join(json.Unmarshal(reasons, &c.Reasons), json.Unmarshal(facts, &c.Facts))
}

// OpenCases returns the cases no one has settled, oldest first.
func (r reads) OpenCases(ctx context.Context) ([]Case, error) {
	var out []Case
	err := each(ctx, r.q, Q(`SELECT `+caseColumns+` FROM cases WHERE settled = 0 ORDER BY created, id`), nil, func(scan func(...any) error) error {
		c, err := readCase(scan)
		out = append(out, c)
		return err
	})
	return out, err
}

// Case returns one case, settled or not.
func (r reads) Case(ctx context.Context, id good.ID) (*Case, error) {
	return r.oneCase(r.q.QueryRowContext(ctx, Q(`SELECT `+caseColumns+` FROM cases WHERE id = $1`), id))
}

// CaseFor returns the case of one source's record; nil if there is none.
func (r reads) CaseFor(ctx context.Context, source, foreignID string) (*Case, error) {
	c, err := r.oneCase(r.q.QueryRowContext(ctx, Q(`SELECT `+caseColumns+` FROM cases WHERE source = $1 AND foreign_id = $2`), source, foreignID))
	if good.KindOf(err) == good.NotFound {
		return nil, nil
	}
	return c, err
}

func (r reads) oneCase(row oneRow) (*Case, error) {
	c, err := readCase(row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &good.Error{Kind: good.NotFound, Key: "error.case.unknown"}
	}
	return &c, err
}

// PutCase writes a case; there is one for each source's record.
func (tx *Tx) PutCase(ctx context.Context, c Case) error {
	reasons, err := json.Marshal(c.Reasons)
	if err != nil {
		return err
	}
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return err
	}
	var settled int64
	if !c.Settled.IsZero() {
		settled = c.Settled.UnixMilli()
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO cases (`+caseColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (source, foreign_id) DO UPDATE SET name = excluded.name, reasons = excluded.reasons, raw = excluded.raw, facts = excluded.facts,
		settled = excluded.settled, settlement = excluded.settlement`),
		c.ID, c.Source, c.ForeignID, c.Name, string(reasons), c.Raw, string(facts), c.Since.UnixMilli(), settled, c.Settlement)
	return err
}
