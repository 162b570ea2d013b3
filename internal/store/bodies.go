package store

import (
	"context"

	"stoa/internal/good"
)

func readBody(scan func(...any) error) (b good.Body, err error) {
	var created int64
	err = scan(&b.ID, &b.Slug, &b.Name, &created)
	b.Created = moment(created)
	return b, err
}

// Body returns an organisation that people act for, by id or slug; nil if
// there is none.
func (r reads) Body(ctx context.Context, key string) (*good.Body, error) {
	return one(readBody(r.q.QueryRowContext(ctx, Q(`SELECT id, slug, name, created FROM organisations WHERE id = $1 OR slug = $1`), key).Scan))
}

// BodiesOf returns the organisations that a person acts for.
func (r reads) BodiesOf(ctx context.Context, person good.ID) ([]good.Body, error) {
	var out []good.Body
	err := each(ctx, r.q, Q(`SELECT o.id, o.slug, o.name, o.created FROM organisations o JOIN memberships m ON m.organisation = o.id WHERE m.person = $1 ORDER BY o.name, o.id`), []any{person}, func(scan func(...any) error) error {
		b, err := readBody(scan)
		out = append(out, b)
		return err
	})
	return out, err
}

// AddBody writes a new organisation; a slug that is taken is a Conflict.
func (tx *Tx) AddBody(ctx context.Context, b good.Body) error {
	return tx.must(ctx, &good.Error{Kind: good.Conflict, Key: "people.error.body_taken", Field: "name"},
		Q(`INSERT INTO organisations (id, slug, name, created) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`), b.ID, b.Slug, b.Name, millis(b.Created))
}

// Domains returns the domains of an organisation, proved or not.
func (r reads) Domains(ctx context.Context, body good.ID) ([]good.BodyDomain, error) {
	var out []good.BodyDomain
	err := each(ctx, r.q, Q(`SELECT organisation, domain, proof, way, verified FROM domains WHERE organisation = $1 ORDER BY domain`), []any{body}, func(scan func(...any) error) error {
		var d good.BodyDomain
		var verified int64
		err := scan(&d.Body, &d.Domain, &d.Proof, &d.Way, &verified)
		d.Verified = moment(verified)
		out = append(out, d)
		return err
	})
	return out, err
}

// PutDomain writes a domain of an organisation; one that another has proved is
// a Conflict.
func (tx *Tx) PutDomain(ctx context.Context, d good.BodyDomain) error {
	taken := &good.Error{Kind: good.Conflict, Key: "people.error.domain_taken", Field: "domain", Args: map[string]any{"Domain": d.Domain}}
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO domains (organisation, domain, proof, way, verified) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (organisation, domain) DO UPDATE SET proof = excluded.proof, way = excluded.way, verified = excluded.verified`), d.Body, d.Domain, d.Proof, d.Way, millis(d.Verified))
	if err != nil && tx.db.dialect.unique(err) {
		return taken
	}
	return err
}

// DeleteDomain takes a domain from an organisation.
func (tx *Tx) DeleteDomain(ctx context.Context, body good.ID, domain string) error {
	return tx.must(ctx, &good.Error{Kind: good.NotFound, Key: "people.error.gone"}, Q(`DELETE FROM domains WHERE organisation = $1 AND domain = $2`), body, domain)
}

// Members returns who acts for an organisation, those who look after it first.
func (r reads) Members(ctx context.Context, body good.ID) ([]good.Member, error) {
	return r.members(ctx, Q(`SELECT organisation, person, keeper, since FROM memberships WHERE organisation = $1 ORDER BY keeper DESC, since, person`), body)
}

// Colleagues returns who acts for any organisation that a person acts for,
// themselves among them.
func (r reads) Colleagues(ctx context.Context, person good.ID) ([]good.Member, error) {
	return r.members(ctx, Q(`SELECT m.organisation, m.person, m.keeper, m.since FROM memberships m JOIN memberships own ON own.organisation = m.organisation WHERE own.person = $1 ORDER BY m.organisation, m.person`), person)
}

func (r reads) members(ctx context.Context, query string, args ...any) ([]good.Member, error) {
	var out []good.Member
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var m good.Member
		var keeper, since int64
		err := scan(&m.Body, &m.Person, &keeper, &since)
		m.Keeper, m.Since = keeper != 0, moment(since)
		out = append(out, m)
		return err
	})
	return out, err
}

// PutMember lets a person act for an organisation.
func (tx *Tx) PutMember(ctx context.Context, m good.Member) error {
	keeper := 0
	if m.Keeper {
		keeper = 1
	}
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO memberships (organisation, person, keeper, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT (organisation, person) DO UPDATE SET keeper = excluded.keeper`), m.Body, m.Person, keeper, millis(m.Since))
	return err
}

// DeleteMember takes a person out of an organisation.
func (tx *Tx) DeleteMember(ctx context.Context, body, person good.ID) error {
	return tx.must(ctx, &good.Error{Kind: good.NotFound, Key: "people.error.gone"}, Q(`DELETE FROM memberships WHERE organisation = $1 AND person = $2`), body, person)
}
