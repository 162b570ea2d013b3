package store

import (
	"context"
	"slices"

	"stoa/internal/assess"
	"stoa/internal/good"
)

// Conflicts finds why people must not judge what owners want decided about a
// good, "" for one that is not known: a fixed number of reads, however many
// people.
func (r reads) Conflicts(ctx context.Context, id good.ID, owners, people []good.ID) (map[good.ID][]assess.Reason, error) {
	if owners == nil { // no list is said as null
		owners = []good.ID{}
	}
	keys := make([]string, 0, len(people)+len(owners))
	for _, p := range slices.Concat(people, owners) {
		keys = append(keys, string(p))
	}
	list, err := r.Acting(ctx, keys)
	if err != nil {
		return nil, err
	}
	houses := make(map[good.ID][]string, len(list))
	for _, p := range list {
		houses[p.ID] = p.Organisations
	}
	entangled, err := r.Entangled(ctx, owners, id)
	if err != nil {
		return nil, err
	}
	declared, err := r.DeclaredConflicts(ctx, append(slices.Clone(owners), people...))
	if err != nil {
		return nil, err
	}
	stakes := assess.Stakes{Good: id, Owners: owners}
	for _, o := range owners {
		stakes.Organisations = append(stakes.Organisations, houses[o]...)
	}
	if id != "" {
		g, err := r.Good(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, p := range g.Parties {
			stakes.Organisations = append(stakes.Organisations, p.Slug())
		}
	}
	for _, d := range declared {
		if slices.Contains(owners, d.By) {
			stakes.Declared = append(stakes.Declared, d)
		}
	}
	out := map[good.ID][]assess.Reason{}
	for _, p := range people {
		in := assess.Interests{Person: p, Organisations: houses[p]}
		for _, d := range declared {
			if d.By == p {
				in.Declared = append(in.Declared, d)
			}
		}
		for _, cause := range entangled[p] {
			switch cause {
			case assess.Contributor:
				in.Goods = append(in.Goods, id)
			case assess.Quarrel:
				in.Quarrels = append(in.Quarrels, owners...)
			case assess.Reported:
				in.Reported = true
			}
		}
		out[p] = assess.Conflicts(in, stakes)
	}
	return out, nil
}
