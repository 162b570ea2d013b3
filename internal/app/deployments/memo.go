package deployments

import (
	"context"

	"stoa/internal/deploy"
	"stoa/internal/good"
)

// memo remembers what it read: of ten thousand rows many are about one good,
// one organisation or one country.
type memo struct {
	reader
	goods   map[string]kept[*good.Good]
	held    map[good.ID]kept[[]good.ID]
	owners  map[good.ID]kept[[]good.ID]
	keepers map[string]kept[[]good.ID]
	bodies  map[good.ID]kept[[]good.Body]
	domains map[good.ID]kept[[]good.BodyDomain]
	members map[good.ID]kept[[]good.Member]
	by      map[string]kept[[]good.ID] // who speaks for the first of some domains
}

type kept[T any] struct {
	v   T
	err error
}

func newMemo(db reader) *memo {
	return &memo{db, map[string]kept[*good.Good]{}, map[good.ID]kept[[]good.ID]{}, map[good.ID]kept[[]good.ID]{}, map[string]kept[[]good.ID]{}, map[good.ID]kept[[]good.Body]{}, map[good.ID]kept[[]good.BodyDomain]{}, map[good.ID]kept[[]good.Member]{}, map[string]kept[[]good.ID]{}}
}

// remember asks once for a key.
func remember[K comparable, T any](m map[K]kept[T], key K, ask func() (T, error)) (T, error) {
	k, ok := m[key]
	if !ok {
		k.v, k.err = ask()
		m[key] = k
	}
	return k.v, k.err
}

// Good implements reader.
func (m *memo) Good(ctx context.Context, id good.ID) (*good.Good, error) {
	return remember(m.goods, string(id), func() (*good.Good, error) { return m.reader.Good(ctx, id) })
}

// GoodBySlug implements reader.
func (m *memo) GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error) {
	g, err := remember(m.goods, slug, func() (*good.Good, error) {
		g, _, err := m.reader.GoodBySlug(ctx, slug)
		return g, err
	})
	return g, g != nil && g.Slug == slug, err
}

// Absorbed implements reader.
func (m *memo) Absorbed(ctx context.Context, id good.ID) ([]good.ID, error) {
	return remember(m.held, id, func() ([]good.ID, error) { return m.reader.Absorbed(ctx, id) })
}

// OwnersOf implements reader.
func (m *memo) OwnersOf(ctx context.Context, id good.ID) ([]good.ID, error) {
	return remember(m.owners, id, func() ([]good.ID, error) { return m.reader.OwnersOf(ctx, id) })
}

// CountryKeepers implements reader.
func (m *memo) CountryKeepers(ctx context.Context, country string) ([]good.ID, error) {
	return remember(m.keepers, country, func() ([]good.ID, error) { return m.reader.CountryKeepers(ctx, country) })
}

// BodiesOf implements reader.
func (m *memo) BodiesOf(ctx context.Context, person good.ID) ([]good.Body, error) {
	return remember(m.bodies, person, func() ([]good.Body, error) { return m.reader.BodiesOf(ctx, person) })
}

// Domains implements reader.
func (m *memo) Domains(ctx context.Context, body good.ID) ([]good.BodyDomain, error) {
	return remember(m.domains, body, func() ([]good.BodyDomain, error) { return m.reader.Domains(ctx, body) })
}

// Members implements reader.
func (m *memo) Members(ctx context.Context, body good.ID) ([]good.Member, error) {
	return remember(m.members, body, func() ([]good.Member, error) { return m.reader.Members(ctx, body) })
}

// MembersByDomain implements reader.
func (m *memo) MembersByDomain(ctx context.Context, domains []string) ([]good.ID, error) {
	if len(domains) == 0 {
		return nil, nil
	}
	return remember(m.by, domains[0], func() ([]good.ID, error) { return m.reader.MembersByDomain(ctx, domains) })
}

// asked are those whose word a new deployment waits for.
func asked(ctx context.Context, db reader, r *deploy.Record) ([]good.ID, error) {
	s, err := speak(ctx, db, r)
	if err != nil {
		return nil, err
	}
	var out []good.ID
	for _, side := range []deploy.Side{deploy.Maintainer, deploy.Adopter} {
		if side != r.Stated.By {
			out = append(out, s.of(side)...)
		}
	}
	return out, nil
}
