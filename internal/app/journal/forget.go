package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"stoa/internal/good"
	"stoa/internal/store"
)

// forget takes out of the projections what was derived from an erased value:
// a record whose newest statement is erased falls back to the statement before
// it that still stands, or goes.
func forget(ctx context.Context, tx *store.Tx, e good.Entry, name string) error {
	if e.Verb != good.RecordStated || name != "record" {
		return nil
	}
	var erased good.Record
	for _, v := range e.Values {
		if v.Name == name {
			if err := json.Unmarshal(v.Data, &erased); err != nil {
				return fmt.Errorf("decode the record of entry %d: %w", e.Position, err)
			}
		}
	}
	held, err := tx.Record(ctx, erased.Source, erased.ForeignID)
	if err != nil || held == nil {
		return err
	}
	g, err := tx.Good(ctx, held.Good)
	if err != nil {
		return err
	}
	standing, err := lastStatement(ctx, tx, e.Subjects, erased)
	if err != nil {
		return err
	}
	if standing != nil {
		standing.Good = held.Good
		err = tx.PutRecord(ctx, *standing)
	} else {
		err = tx.DeleteRecord(ctx, erased.Source, erased.ForeignID)
	}
	if err != nil {
		return err
	}
	return restate(ctx, tx, g)
}

// lastStatement finds the newest statement of the same record that has not
// been erased.
func lastStatement(ctx context.Context, tx *store.Tx, subjects []good.ID, erased good.Record) (*good.Record, error) {
	for _, id := range subjects {
		history, err := tx.History(ctx, id, 1_000_000)
		if err != nil {
			return nil, err
		}
		for _, e := range history {
			if r, ok := recordOf(e); ok && r.Key() == erased.Key() {
				return &r, nil
			}
		}
	}
	return nil, nil
}

// recordOf is the record an entry states, if it states one that still stands.
func recordOf(e good.Entry) (r good.Record, ok bool) {
	if e.Verb != good.RecordStated {
		return r, false
	}
	ok = value(e, "record", &r)
	return r, ok
}

// value decodes a value of an entry; false where it was erased or is not there.
func value(e good.Entry, name string, into any) bool {
	for _, v := range e.Values {
		if v.Name == name {
			return v.Erased == nil && json.Unmarshal(v.Data, into) == nil
		}
	}
	return false
}

// restate makes a good anew of its records.
func restate(ctx context.Context, tx *store.Tx, g *good.Good) error {
	records, err := tx.Records(ctx, g.ID)
	if err != nil {
		return err
	}
	sources, err := tx.Sources(ctx)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		g.Name = "" // nothing that was said of it stands
	}
	*g = g.Restate(records, sources)
	var keys []string
	for _, r := range records {
		keys = append(keys, good.Keys(r)...)
	}
	slices.Sort(keys)
	if err := tx.SetMatchKeys(ctx, g.ID, slices.Compact(keys)); err != nil {
		return err
	}
	return tx.PutGood(ctx, g)
}
