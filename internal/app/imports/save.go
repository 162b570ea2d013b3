package imports

import (
	"context"
	"maps"
	"slices"

	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/match"
	"stoa/internal/store"
)

// save writes what was decided about c.
func (d *decision) save(ctx context.Context, tx *store.Tx, c harvest.Candidate) error {
	if d.unchanged() {
		return nil
	}
	if len(c.Contacts) > 0 {
		if err := tx.PutContacts(ctx, c.Source, c.ForeignID, c.Contacts); err != nil {
			return err
		}
	}
	if d.open != nil {
		if err := putCase(ctx, tx, *d.open); err != nil {
			return err
		}
	}
	if !d.write {
		return nil
	}
	for _, id := range d.merge {
		if err := join(ctx, tx, id, d.record); err != nil {
			return err
		}
	}
	return state(ctx, tx, &d.record, d.isNew, d.slug, "")
}

// join makes the good with this id one with the good of rec, which showed them
// to be the same; what is known of it moves, and its address redirects.
func join(ctx context.Context, tx *store.Tx, id good.ID, rec good.Record) error {
	old, err := tx.Good(ctx, id)
	if err != nil {
		return err
	}
	return tx.MergeGood(ctx, old, rec.Good, rec.Key(), false) // the record is the reason, in any language
}

func putCase(ctx context.Context, tx *store.Tx, c store.Case) error {
	if c.ID == "" {
		c.ID, c.Since = tx.NewID(), tx.Now()
	}
	if c.Settlement != "" && c.Settled.IsZero() {
		c.Settled = tx.Now()
	}
	return tx.PutCase(ctx, c)
}

// state writes one record and the good it is about, with their entries.
func state(ctx context.Context, tx *store.Tx, rec *good.Record, isNew bool, slug, reason string) error {
	sources, err := tx.Sources(ctx)
	if err != nil {
		return err
	}
	if isNew {
		rec.Good = tx.NewID()
		tx.Append(good.GoodCreated, []good.ID{rec.Good}, store.NamedValue{Name: "slug", Value: slug})
		g := good.Good{ID: rec.Good, Slug: slug, Created: tx.Now()}.Restate([]good.Record{*rec}, sources)
		if err := tx.PutGood(ctx, &g); err != nil { // before what refers to it
			return err
		}
	}
	values := []store.NamedValue{{Name: "record", Value: *rec}}
	if reason != "" {
		values = append(values, store.NamedValue{Name: "reason", Value: reason})
	}
	tx.Append(good.RecordStated, []good.ID{rec.Good}, values...)
	if err := tx.PutRecord(ctx, *rec); err != nil {
		return err
	}
	for _, scheme := range slices.Sorted(maps.Keys(rec.Facts.Identifiers)) {
		if err := tx.AddIdentifier(ctx, rec.Good, scheme, rec.Facts.Identifiers[scheme]); err != nil {
			return err
		}
	}
	if isNew {
		return tx.SetMatchKeys(ctx, rec.Good, match.Keys(*rec))
	}
	g, err := tx.Good(ctx, rec.Good)
	if err != nil {
		return err
	}
	return restate(ctx, tx, g, sources)
}
