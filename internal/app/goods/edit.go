package goods

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"

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
	return a.restateInPerson(ctx, actor, slugOrID, version, reason, func(r good.Record, others good.Facts) (good.Record, error) {
		facts := r.Facts
		facts.Summary, facts.Identifiers, facts.Cite = maps.Clone(facts.Summary), maps.Clone(facts.Identifiers), maps.Clone(facts.Cite)
		if err := change(&facts); err != nil {
			return r, err
		}
		if err := vocab.CheckFacts(&facts); err != nil {
			return r, err
		}
		return r.Restated(facts, others), nil
	})
}

// restateInPerson lets change make another of the record of what persons say of
// a good, knowing what the others say.
func (a *App) restateInPerson(ctx context.Context, actor good.Actor, slugOrID string, version int64, reason string,
	change func(r good.Record, others good.Facts) (good.Record, error)) (*good.Good, int64, error) {
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
		others, err := othersOf(ctx, tx, g.ID)
		if err != nil {
			return err
		}
		next, err := change(r, others)
		if err != nil {
			return err
		}
		if same, err := equal(r, next); err != nil || same {
			return cmp.Or[error](err, &good.Error{Kind: good.Invalid, Key: "error.edit.nothing"})
		}
		if err := declarePerson(ctx, tx); err != nil {
			return err
		}
		return say(ctx, tx, g, next, reason)
	})
}

// othersOf is what everybody but persons says of a good.
func othersOf(ctx context.Context, tx *store.Tx, id good.ID) (good.Facts, error) {
	records, err := tx.Records(ctx, id)
	if err != nil {
		return good.Facts{}, err
	}
	sources, err := tx.Sources(ctx)
	return good.Others(records, sources).Facts, err
}

// say writes what persons say of g from today on, and makes g anew.
func say(ctx context.Context, tx *store.Tx, g *good.Good, r good.Record, reason string, more ...store.NamedValue) error {
	r.Seen = good.Date(tx.Now().UTC().Format("2006-01-02"))
	if err := tx.PutRecord(ctx, r); err != nil {
		return err
	}
	tx.Append(good.RecordStated, []good.ID{g.ID}, append([]store.NamedValue{{Name: "record", Value: r}, {Name: "reason", Value: reason}}, more...)...)
	return restate(ctx, tx, g)
}

func equal(a, b good.Record) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return string(x) == string(y), err
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
