package imports

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
)

// Settled is what became of one record that a source gave.
type Settled struct {
	ID      string // the source's
	Changed bool   // the record is new or changed
	Waits   bool   // a person must decide
}

// Within is what is done besides in the transactions in which records are taken
// in: all of it is in with them, or nothing.
type Within struct {
	// Write is called in each transaction with what it took in and how many
	// are left. It may run more than once.
	Write func(ctx context.Context, tx *store.Tx, done []Settled, left int) error
	// Wrote is called when the transaction of the last Write has committed.
	Wrote func()
}

// Take takes in candidates of one source in as many transactions as they need;
// without any there is one. What was committed before an error stands.
func (a *App) Take(ctx context.Context, actor good.Actor, source good.Source, list []harvest.Candidate, w Within) error {
	if err := access.Can(actor, access.Import); err != nil {
		return err
	}
	r := &run{app: a, actor: actor, in: &harvest.Input{Sources: []good.Source{source}}}
	var err error
	if r.sources, err = a.DB.Sources(ctx); err != nil {
		return err
	}
	source.Fields = r.sources[source.ID].Fields
	r.sources[source.ID] = source
	return a.slices(ctx, actor, len(list), w, func(ctx context.Context, tx *store.Tx, from int) ([]Settled, error) {
		done, err := r.within(ctx, tx, list[from:])
		out := make([]Settled, len(done))
		for i, d := range done {
			out[i] = Settled{ID: list[from+i].ForeignID, Changed: d.write || d.open != nil, Waits: d.outcome == NeedsAPerson}
		}
		return out, err
	})
}

// Lapse notes of records of one source that all it lists was seen without them
// on a day, or, with "", that they are listed again. What is known of the goods
// stays.
func (a *App) Lapse(ctx context.Context, actor good.Actor, source string, ids []string, day good.Date, w Within) error {
	if err := access.Can(actor, access.Import); err != nil {
		return err
	}
	return a.slices(ctx, actor, len(ids), w, func(ctx context.Context, tx *store.Tx, from int) (out []Settled, err error) {
		for _, id := range ids[from:min(from+lapseSize, len(ids))] {
			rec, err := tx.Record(ctx, source, id)
			if err != nil {
				return nil, err
			}
			s := Settled{ID: id, Changed: rec != nil && (rec.Gone == "") != (day == "")}
			if s.Changed {
				rec.Gone = day
				if err := state(ctx, tx, rec, false, "", ""); err != nil {
					return nil, err
				}
			}
			out = append(out, s)
		}
		return out, nil
	})
}

// slices calls take in one transaction after the other, until it has taken n.
func (a *App) slices(ctx context.Context, actor good.Actor, n int, w Within, take func(ctx context.Context, tx *store.Tx, from int) ([]Settled, error)) error {
	for from := 0; ; {
		var done []Settled
		_, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) (err error) {
			if done = nil; n > from {
				if done, err = take(ctx, tx, from); err != nil {
					return err
				}
			}
			return w.Write(ctx, tx, slices.Clone(done), n-from-len(done))
		})
		if err != nil {
			return err
		}
		w.Wrote()
		if from += len(done); from >= n {
			return nil
		}
		if a.DB.Contended() {
			if err := giveWay(ctx); err != nil {
				return err
			}
		}
	}
}
