package imports

import (
	"cmp"
	"context"
	"slices"

	"stoa/internal/good"
	"stoa/internal/store"
)

// complete notes that a listing was whole and states anew the goods that have
// lapsed by it. It is done even where the day is known already, so that an
// import that was cut short is finished by the next.
func (r *run) complete(ctx context.Context) error {
	if r.o.DryRun || len(r.in.Sources) != 1 || r.rep.totals.Records == 0 {
		return nil
	}
	if err := r.stillListed(ctx); err != nil {
		return err
	}
	sources, err := r.app.DB.Sources(ctx)
	if err != nil {
		return err
	}
	s, ok := sources[r.in.Sources[0].ID]
	if !ok { // every record needs a person
		s = r.in.Sources[0]
	}
	asOf := cmp.Or(r.o.Seen, r.in.AsOf, r.app.today())
	moved := asOf > s.AsOf
	s.AsOf = max(asOf, s.AsOf)
	sources[s.ID] = s
	stale, err := r.stale(ctx, sources, s.Issuer)
	if err != nil {
		return err
	}
	for first := true; len(stale) > 0 || (first && moved); first = false {
		n := min(len(stale), lapseSize)
		if err := r.lapse(ctx, s, stale[:n]); err != nil {
			return err
		}
		stale = stale[n:]
	}
	return nil
}

// stillListed notes, of goods that a complete listing names in a record which
// needs a person, that they are listed still: else they would seem to have
// lapsed. The days move, the facts stay what they were.
func (r *run) stillListed(ctx context.Context) error {
	cases, err := r.app.DB.OpenCases(ctx)
	if err != nil {
		return err
	}
	for _, c := range cases {
		st := c.Facts.Standing
		if c.Source != r.in.Sources[0].ID || st == nil || c.Facts.Name == "" {
			continue
		}
		rec, err := r.statedBefore(ctx, c)
		if err != nil {
			return err
		}
		if rec == nil {
			continue
		}
		days := *rec.Facts.Standing
		days.First, days.Last = earlier(days.First, st.First), max(days.Last, st.Last)
		if days == *rec.Facts.Standing {
			continue
		}
		rec.Facts.Standing = &days
		if _, err := r.app.DB.Do(ctx, r.actor, func(ctx context.Context, tx *store.Tx) error {
			return state(ctx, tx, rec, false, "", "")
		}); err != nil {
			return err
		}
	}
	return nil
}

// statedBefore is the newest record of the case's source about the good the
// case is surely about, if it says the same of its standing.
func (r *run) statedBefore(ctx context.Context, c store.Case) (*good.Record, error) {
	goods, _, err := r.about(ctx, r.app.DB, good.Record{Source: c.Source, ForeignID: c.ForeignID, Facts: c.Facts})
	if err != nil || len(goods) != 1 {
		return nil, err
	}
	records, err := r.app.DB.Records(ctx, goods[0].ID)
	if err != nil {
		return nil, err
	}
	var newest *good.Record
	for i, rec := range records {
		st := rec.Facts.Standing
		if rec.Source == c.Source && st != nil && st.Issuer == c.Facts.Standing.Issuer && st.State == c.Facts.Standing.State &&
			(newest == nil || rec.Seen > newest.Seen) {
			newest = &records[i]
		}
	}
	return newest, nil
}

// stale are the goods whose stage or recognitions are no longer what the
// sources give.
func (r *run) stale(ctx context.Context, sources map[string]good.Source, issuer string) ([]good.ID, error) {
	var out []good.ID
	for g, err := range r.app.DB.EachGood(ctx) { // one at a time: a register may be large
		if err != nil {
			return nil, err
		}
		if g.Tombstone != nil || !slices.ContainsFunc(g.Recognitions, func(x good.Recognition) bool { return x.Issuer == issuer }) {
			continue
		}
		records, err := r.app.DB.Records(ctx, g.ID)
		if err != nil {
			return nil, err
		}
		next := g.Restate(records, sources)
		if g.Stage != next.Stage || !slices.Equal(g.Recognitions, next.Recognitions) {
			out = append(out, g.ID)
		}
	}
	return out, nil
}

// lapseSize is how many goods are stated anew in one transaction.
const lapseSize = 16

// lapse states some goods anew under the source's new listing.
func (r *run) lapse(ctx context.Context, s good.Source, ids []good.ID) error {
	_, err := r.app.DB.Do(ctx, r.actor, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.PutSource(ctx, s); err != nil {
			return err
		}
		sources, err := tx.Sources(ctx)
		if err != nil {
			return err
		}
		tx.Append(good.SourceDeclared, ids, store.NamedValue{Name: "source", Value: s})
		for _, id := range ids {
			g, err := tx.Good(ctx, id)
			if err != nil {
				return err
			}
			if err := restate(ctx, tx, g, sources); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}
