package duplicates

import (
	"context"
	"slices"

	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/store"
)

// Begin goes through all goods: it writes the keys by which each is found as the
// rule makes them now, and then finds what each may be one with. Nothing is
// written of what stays as it is.
func (a *App) Begin(ctx context.Context) error {
	if err := a.each(ctx, a.rekey); err != nil {
		return err
	}
	k, err := knowing(ctx, a.DB.Primary())
	if err != nil {
		return err
	}
	return a.each(ctx, func(ctx context.Context, goods []*good.Good) error {
		var news []looked
		for _, g := range goods {
			l, err := a.look(ctx, k, g.ID, g)
			if err != nil {
				return err
			}
			had, err := a.DB.Primary().PairsOf(ctx, g.ID)
			if err != nil {
				return err
			}
			if len(had)+len(l.proposals) > 0 {
				news = append(news, l)
			}
		}
		if len(news) == 0 {
			return nil
		}
		_, err := a.DB.Do(ctx, machine, func(ctx context.Context, tx *store.Tx) error { return write(ctx, tx, news) })
		return err
	})
}

// known is what is known of goods while others are compared with them. A pass
// over all goods asks for the same ones again and again: it makes one known, and
// what changes meanwhile is read after the pass.
type known struct {
	db      reader
	sources map[string]good.Source
	sides   map[good.ID]match.Side
}

// mostKnown bounds the goods whose sides are kept.
const mostKnown = 4000

func knowing(ctx context.Context, db reader) (*known, error) {
	sources, err := db.Sources(ctx)
	return &known{db, sources, map[good.ID]match.Side{}}, err
}

// of returns the sides of goods that have records.
func (k *known) of(ctx context.Context, ids []good.ID) (map[good.ID]match.Side, error) {
	out := make(map[good.ID]match.Side, len(ids))
	var missing []good.ID
	for _, id := range ids {
		if side, ok := k.sides[id]; ok {
			out[id] = side
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	records, err := k.db.RecordsOf(ctx, missing)
	if err != nil {
		return nil, err
	}
	if len(k.sides) > mostKnown {
		clear(k.sides)
	}
	for id, of := range records {
		k.sides[id] = match.SideOf(of, k.sources)
		out[id] = k.sides[id]
	}
	return out, nil
}

// each hands over all goods, a few at a time, with a pause between.
func (a *App) each(ctx context.Context, fn func(context.Context, []*good.Good) error) error {
	for after := good.ID(""); ; {
		goods, err := a.DB.Primary().GoodsAfter(ctx, after, 200)
		if err != nil || len(goods) == 0 {
			return err
		}
		after = goods[len(goods)-1].ID
		for part := range slices.Chunk(goods, 20) {
			if err := fn(ctx, part); err != nil {
				return err
			}
			if a.Pause != nil {
				if err := a.Pause(ctx); err != nil {
					return err
				}
			}
		}
	}
}

// rekey writes the keys of goods where they are not what the rule makes.
func (a *App) rekey(ctx context.Context, goods []*good.Good) error {
	db := a.DB.Primary()
	var ids, stale []good.ID
	for _, g := range goods {
		if g.Tombstone == nil || g.Tombstone.Into == "" {
			ids = append(ids, g.ID)
		}
	}
	records, err := db.RecordsOf(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		have, err := db.KeysOfGood(ctx, id)
		if err != nil {
			return err
		}
		if !slices.Equal(match.KeysOf(records[id]), have) {
			stale = append(stale, id)
		}
	}
	if len(stale) == 0 {
		return nil
	}
	_, err = a.DB.Do(ctx, machine, func(ctx context.Context, tx *store.Tx) error {
		records, err := tx.RecordsOf(ctx, stale) // meanwhile they may say something else
		if err != nil {
			return err
		}
		for _, id := range stale {
			if err := tx.SetMatchKeys(ctx, id, match.KeysOf(records[id])); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func write(ctx context.Context, tx *store.Tx, all []looked) error {
	for _, l := range all {
		if err := l.write(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}
