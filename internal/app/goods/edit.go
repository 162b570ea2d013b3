package goods

import (
	"context"
	"encoding/json"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/vocab"
)

// Edit lets change restate, in person, facts of a good. change is handed what
// persons have stated so far and edits it; a field it leaves empty goes back to
// what the other sources say. Undoing an edit is one more edit.
func (a *App) Edit(ctx context.Context, actor good.Actor, slugOrID string, version int64, reason string,
	change func(*good.Facts) error) (*good.Good, int64, error) {
	if err := needReason(reason); err != nil {
		return nil, 0, err
	}
	return a.change(ctx, actor, access.Edit, slugOrID, version, func(ctx context.Context, tx *store.Tx, g *good.Good) error {
		if g.Tombstone != nil {
			return &good.Error{Kind: good.Gone, Key: "error.good.gone", Args: map[string]any{"Name": g.Name}}
		}
		r := good.Record{Source: PersonSource, ForeignID: string(g.ID), Good: g.ID}
		held, err := tx.Record(ctx, r.Source, r.ForeignID)
		if err != nil {
			return err
		}
		if held != nil {
			r = *held
		}
		before, err := json.Marshal(r.Facts)
		if err != nil {
			return err
		}
		if err := change(&r.Facts); err != nil {
			return err
		}
		if err := vocab.CheckFacts(&r.Facts); err != nil {
			return err
		}
		after, err := json.Marshal(r.Facts)
		if err != nil {
			return err
		}
		if string(after) == string(before) {
			return &good.Error{Kind: good.Invalid, Key: "error.edit.nothing"}
		}
		if err := declarePerson(ctx, tx); err != nil {
			return err
		}
		r.Seen = good.Date(tx.Now().UTC().Format("2006-01-02"))
		if err := tx.PutRecord(ctx, r); err != nil {
			return err
		}
		tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: r}, store.NamedValue{Name: "reason", Value: reason})
		return restate(ctx, tx, g)
	})
}

// declarePerson makes sure the source of personal statements is known.
func declarePerson(ctx context.Context, tx *store.Tx) error {
	sources, err := tx.Sources(ctx)
	if err != nil {
		return err
	}
	if _, ok := sources[PersonSource]; ok {
		return nil
	}
	s := good.Source{ID: PersonSource, Name: "Stoa", Person: true, Priority: 100}
	tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: s})
	return tx.PutSource(ctx, s)
}
