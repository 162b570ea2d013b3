package imports

import (
	"context"
	"slices"
	"time"

	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/store"
)

// rehearsal is the database with what an import would have written laid over
// it, so that a dry run decides as the real one would.
type rehearsal struct {
	under   *store.DB
	records map[string]good.Record // by key
	goods   map[good.ID]*good.Good
	slugs   map[string]good.ID
	keys    map[string][]good.ID
	byGood  map[good.ID][]string // record keys
	into    map[good.ID]good.ID  // merged goods
	ticks   int
}

func newRehearsal(db *store.DB) *rehearsal {
	return &rehearsal{under: db, records: map[string]good.Record{}, goods: map[good.ID]*good.Good{}, slugs: map[string]good.ID{},
		keys: map[string][]good.ID{}, byGood: map[good.ID][]string{}, into: map[good.ID]good.ID{}}
}

// next is a time after every other: goods are made in this order.
func (r *rehearsal) next() time.Time {
	r.ticks++
	return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.ticks) * time.Millisecond)
}

// remember lays a decision over the database.
func (r *rehearsal) remember(d decision) {
	if !d.write {
		return
	}
	rec := d.record
	if d.isNew {
		// No id is given in a dry run: the slug stands for it.
		rec.Good = good.ID("new:" + d.slug)
		r.goods[rec.Good] = &good.Good{ID: rec.Good, Slug: d.slug, Created: r.next()}
		r.slugs[d.slug] = rec.Good
	}
	if _, known := r.records[rec.Key()]; !known {
		r.byGood[rec.Good] = append(r.byGood[rec.Good], rec.Key())
	}
	r.records[rec.Key()] = rec
	for _, id := range d.merge {
		r.into[id] = rec.Good
	}
	for _, k := range match.Keys(rec) {
		if !slices.Contains(r.keys[k], rec.Good) {
			r.keys[k] = append(r.keys[k], rec.Good)
		}
	}
}

// now is the good that id is one with by now.
func (r *rehearsal) now(id good.ID) good.ID {
	for {
		next, ok := r.into[id]
		if !ok {
			return id
		}
		id = next
	}
}

// Record implements reader.
func (r *rehearsal) Record(ctx context.Context, source, foreignID string) (*good.Record, error) {
	if rec, ok := r.records[good.Record{Source: source, ForeignID: foreignID}.Key()]; ok {
		return &rec, nil
	}
	return r.under.Record(ctx, source, foreignID)
}

// MatchKeys implements reader.
func (r *rehearsal) MatchKeys(ctx context.Context, keys []string) (map[string][]good.ID, error) {
	out, err := r.under.MatchKeys(ctx, keys)
	if err != nil {
		return nil, err
	}
	if out == nil {
		out = map[string][]good.ID{}
	}
	for _, k := range keys {
		var ids []good.ID
		for _, id := range append(slices.Clip(out[k]), r.keys[k]...) {
			if id = r.now(id); !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if len(ids) > 0 {
			out[k] = ids
		}
	}
	return out, nil
}

// Records implements reader.
func (r *rehearsal) Records(ctx context.Context, id good.ID) ([]good.Record, error) {
	all := []good.ID{id}
	for from := range r.into {
		if r.now(from) == id {
			all = append(all, from)
		}
	}
	var out []good.Record
	for _, id := range all {
		if r.goods[id] == nil {
			under, err := r.under.Records(ctx, id)
			if err != nil {
				return nil, err
			}
			for _, rec := range under {
				if _, over := r.records[rec.Key()]; !over {
					out = append(out, rec)
				}
			}
		}
		for _, k := range r.byGood[id] {
			out = append(out, r.records[k])
		}
	}
	return out, nil
}

// Good implements reader.
func (r *rehearsal) Good(ctx context.Context, id good.ID) (*good.Good, error) {
	id = r.now(id)
	if g := r.goods[id]; g != nil {
		return g, nil
	}
	return r.under.Good(ctx, id)
}

// GoodBySlug implements reader.
func (r *rehearsal) GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error) {
	if id, ok := r.slugs[slug]; ok {
		return r.goods[id], true, nil
	}
	return r.under.GoodBySlug(ctx, slug)
}

// CaseFor implements reader.
func (r *rehearsal) CaseFor(ctx context.Context, source, foreignID string) (*store.Case, error) {
	return r.under.CaseFor(ctx, source, foreignID)
}

// PairOf implements reader.
func (r *rehearsal) PairOf(ctx context.Context, a, b good.ID) (match.Pair, error) {
	return r.under.PairOf(ctx, a, b)
}
