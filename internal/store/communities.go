package store

import (
	"context"
	"encoding/json"
	"errors"

	"stoa/internal/community"
	"stoa/internal/good"
)

// Communities returns up to limit communities that are on the lists, by slug,
// after one; of a good alone where one is named.
func (r reads) Communities(ctx context.Context, of good.ID, after string, limit int) ([]community.Community, error) {
	if of != "" {
		return docs[community.Community](ctx, r, Q(`SELECT c.doc FROM community_goods g JOIN communities c ON c.id = g.community WHERE g.good = $1 AND c.hidden = 0 AND c.slug > $2 ORDER BY c.slug LIMIT $3`), of, after, limit)
	}
	return docs[community.Community](ctx, r, Q(`SELECT doc FROM communities WHERE hidden = 0 AND slug > $1 ORDER BY slug LIMIT $2`), after, limit)
}

// CommunitiesAbout returns up to limit communities about any of several goods,
// by address.
func (r reads) CommunitiesAbout(ctx context.Context, goods []good.ID, limit int) ([]community.Community, error) {
	list, err := json.Marshal(append([]good.ID{}, goods...))
	if err != nil {
		return nil, err
	}
	return docs[community.Community](ctx, r, Q(`SELECT doc FROM communities WHERE hidden = 0 AND id IN (SELECT community FROM community_goods WHERE good IN (SELECT value FROM json_each($1))) ORDER BY slug LIMIT $2`), string(list), limit)
}

// CountCommunities counts those on the lists, of a good alone where one is named.
func (r reads) CountCommunities(ctx context.Context, of good.ID) (n int, err error) {
	query, args := Q(`SELECT count(*) FROM communities WHERE hidden = 0`), []any(nil)
	if of != "" {
		query, args = Q(`SELECT count(*) FROM community_goods g JOIN communities c ON c.id = g.community WHERE g.good = $1 AND c.hidden = 0`), []any{of}
	}
	err = r.q.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// Community returns a community by id or slug; nil if there is none.
func (r reads) Community(ctx context.Context, key string) (*community.Community, error) {
	return first(docs[community.Community](ctx, r, Q(`SELECT doc FROM communities WHERE id = $1 OR slug = $1`), key))
}

// FoundedBy counts the communities that a person founded since a time, in
// milliseconds.
func (r reads) FoundedBy(ctx context.Context, person good.ID, since int64) (n int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM communities WHERE founder = $1 AND created >= $2`), person, since).Scan(&n)
	return n, err
}

// PutCommunity writes a community: a new one of a founder if its Version is 0,
// else a change of exactly that version. It sets Version.
func (tx *Tx) PutCommunity(ctx context.Context, c *community.Community, founder good.ID) error {
	was := c.Version
	c.Version++
	doc, err := json.Marshal(c)
	if err != nil {
		return err
	}
	hidden := 0
	if c.Hidden != "" {
		hidden = 1
	}
	if err := tx.changed(ctx, Q(`INSERT INTO communities (id, slug, founder, created, hidden, version, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET hidden = excluded.hidden, version = excluded.version, doc = excluded.doc WHERE communities.version = $8`),
		string(c.ID), c.Slug, string(founder), millis(c.Created), hidden, c.Version, string(doc), was); err != nil {
		return err
	}
	return tx.listCommunity(ctx, c)
}

// listCommunity lists a community under its goods, and under what these went into.
func (tx *Tx) listCommunity(ctx context.Context, c *community.Community) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM community_goods WHERE community = $1`), string(c.ID)); err != nil {
		return err
	}
	held, err := tx.Goods(ctx, c.Goods)
	if err != nil {
		return err
	}
	for _, id := range c.Goods {
		for g, hops := held[id], 0; g != nil && g.Tombstone != nil && g.Tombstone.Into != "" && hops < 100; hops++ {
			id = g.Tombstone.Into
			if g, err = tx.Good(ctx, id); err != nil {
				return err
			}
		}
		if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO community_goods (good, community) VALUES ($1, $2) ON CONFLICT DO NOTHING`), string(id), string(c.ID)); err != nil {
			return err
		}
	}
	return nil
}

// listCommunities lists the communities of a good anew, after it went into
// another or one came out of it.
func (tx *Tx) listCommunities(ctx context.Context, of good.ID) error {
	list, err := docs[community.Community](ctx, tx.reads, Q(`SELECT c.doc FROM community_goods g JOIN communities c ON c.id = g.community WHERE g.good = $1`), string(of))
	for i := range list {
		err = errors.Join(err, tx.listCommunity(ctx, &list[i]))
	}
	return err
}

func (r reads) communityMembers(ctx context.Context, query string, args ...any) ([]community.Member, error) {
	var out []community.Member
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var m community.Member
		var keeper, named, since int64
		err := scan(&m.Community, &m.Person, &m.Body, &keeper, &named, &since)
		m.Keeper, m.Named, m.Since = keeper != 0, named != 0, moment(since)
		out = append(out, m)
		return err
	})
	return out, err
}

// CommunityMember returns how a person belongs to a community, or how an
// organisation does, whoever speaks for it; nil if they do not.
func (r reads) CommunityMember(ctx context.Context, id, person, body good.ID) (*community.Member, error) {
	return first(r.communityMembers(ctx, Q(`SELECT community, person, body, keeper, named, since FROM community_members WHERE community = $1 AND body = $2 AND (body <> '' OR person = $3)`), string(id), string(body), string(person)))
}

// CommunityKeepers returns who may change a community.
func (r reads) CommunityKeepers(ctx context.Context, id good.ID) (out []good.ID, err error) {
	err = each(ctx, r.q, Q(`SELECT person FROM community_members WHERE community = $1 AND keeper = 1 ORDER BY since, person`), []any{string(id)}, func(scan func(...any) error) error {
		var p good.ID
		err := scan(&p)
		out = append(out, p)
		return err
	})
	return out, err
}

// CommunityTold returns up to limit people who belong to a community or speak
// there for an organisation, by id, after one.
func (r reads) CommunityTold(ctx context.Context, id, after good.ID, limit int) (out []good.ID, err error) {
	err = each(ctx, r.q, Q(`SELECT DISTINCT person FROM community_members WHERE community = $1 AND person > $2 ORDER BY person LIMIT $3`), []any{string(id), string(after), limit}, func(scan func(...any) error) error {
		var p good.ID
		err := scan(&p)
		out = append(out, p)
		return err
	})
	return out, err
}

// CommunityPerson is a person who belongs to a community.
type CommunityPerson struct {
	good.Person
	Keeper, Named bool
}

// CommunityPeople returns up to limit people who belong to a community, its
// keepers first, then who came last; only those who agree to be named if so asked.
func (r reads) CommunityPeople(ctx context.Context, id good.ID, named bool, limit int) (out []CommunityPerson, err error) {
	least := int64(0)
	if named {
		least = 1
	}
	err = each(ctx, r.q, Q(`SELECT m.keeper, m.named, `+personColumns+` FROM community_members m JOIN persons p ON p.id = m.person WHERE m.community = $1 AND m.body = '' AND m.named >= $2 ORDER BY m.keeper DESC, m.since DESC, m.person LIMIT $3`), []any{string(id), least, limit}, func(scan func(...any) error) error {
		var keeper, named int64
		p, err := readPerson(func(to ...any) error { return scan(append([]any{&keeper, &named}, to...)...) })
		out = append(out, CommunityPerson{Person: p, Keeper: keeper != 0, Named: named != 0})
		return err
	})
	return out, err
}

// CountCommunityPeople counts the people who belong to a community.
func (r reads) CountCommunityPeople(ctx context.Context, id good.ID) (n int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM community_members WHERE community = $1 AND body = ''`), string(id)).Scan(&n)
	return n, err
}

// CommunityBodies returns up to limit organisations that belong to a community,
// by name; of a person, if one is named, those for which they act.
func (r reads) CommunityBodies(ctx context.Context, id, person good.ID, limit int) (out []good.Body, err error) {
	err = each(ctx, r.q, Q(`SELECT o.id, o.slug, o.name, o.created FROM community_members m JOIN organisations o ON o.id = m.body WHERE m.community = $1 AND m.body <> ''
		AND ($2 = '' OR o.id IN (SELECT organisation FROM memberships WHERE person = $2)) ORDER BY o.name, o.id LIMIT $3`), []any{string(id), string(person), limit}, func(scan func(...any) error) error {
		b, err := readBody(scan)
		out = append(out, b)
		return err
	})
	return out, err
}

// CommunitiesOf returns to what a person belongs, for themselves or for an
// organisation.
func (r reads) CommunitiesOf(ctx context.Context, person good.ID) ([]community.Member, error) {
	return r.communityMembers(ctx, Q(`SELECT community, person, body, keeper, named, since FROM community_members WHERE person = $1 ORDER BY community, body`), person)
}

// CommunitiesWith returns the communities to which a person belongs, by slug; of
// hidden ones those that they keep.
func (r reads) CommunitiesWith(ctx context.Context, person good.ID) ([]community.Community, error) {
	return docs[community.Community](ctx, r, Q(`SELECT c.doc FROM communities c WHERE c.id IN (SELECT m.community FROM community_members m WHERE m.person = $1 AND (m.keeper = 1 OR c.hidden = 0)) ORDER BY c.slug`), string(person))
}

// PutCommunityMember has a person, or an organisation by them, belong to a
// community; since when it does stays.
func (tx *Tx) PutCommunityMember(ctx context.Context, m community.Member) error {
	bit := func(b bool) int64 {
		if b {
			return 1
		}
		return 0
	}
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO community_members (community, person, body, keeper, named, since) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (community, person, body) DO UPDATE SET keeper = excluded.keeper, named = excluded.named`), string(m.Community), string(m.Person), string(m.Body), bit(m.Keeper), bit(m.Named), millis(m.Since))
	return err
}

// JoinedCommunity notes that a person joins a community now, and counts how often
// they did since a time, in milliseconds, this time among them. What is older is
// forgotten.
func (tx *Tx) JoinedCommunity(ctx context.Context, person good.ID, since int64) (n int, err error) {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM community_joins WHERE person = $1 AND at < $2`), string(person), since); err != nil {
		return 0, err
	}
	if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO community_joins (person, at) VALUES ($1, $2)`), string(person), millis(tx.now)); err != nil {
		return 0, err
	}
	err = tx.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM community_joins WHERE person = $1`), string(person)).Scan(&n)
	return n, err
}

// DropCommunityMember has a person, or an organisation by them, belong to it no
// more.
func (tx *Tx) DropCommunityMember(ctx context.Context, id, person, body good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM community_members WHERE community = $1 AND person = $2 AND body = $3`), string(id), string(person), string(body))
	return err
}

// ForgetCommunities has a person who is erased belong to nothing. An
// organisation for which others act stays, and one of them speaks for it.
func (tx *Tx) ForgetCommunities(ctx context.Context, person good.ID) error {
	for _, query := range []string{
		Q(`UPDATE communities SET founder = '' WHERE founder = $1`),
		Q(`UPDATE community_members SET person = (SELECT min(o.person) FROM memberships o WHERE o.organisation = community_members.body AND o.person <> $1)
			WHERE person = $1 AND body IN (SELECT o.organisation FROM memberships o WHERE o.person <> $1)`),
		Q(`DELETE FROM community_members WHERE person = $1`),
		Q(`DELETE FROM community_joins WHERE person = $1`),
	} {
		if _, err := tx.q.ExecContext(ctx, query, string(person)); err != nil {
			return err
		}
	}
	return nil
}

// Meetings returns up to limit meetings of a community that begin at a time or
// later, in milliseconds, in their order; with until, before that, the last
// first.
func (r reads) Meetings(ctx context.Context, id good.ID, since, until int64, limit int) ([]community.Meeting, error) {
	if until > 0 {
		return docs[community.Meeting](ctx, r, Q(`SELECT doc FROM community_meetings WHERE community = $1 AND start >= $2 AND start < $3 ORDER BY start DESC, id DESC LIMIT $4`), id, since, until, limit)
	}
	return docs[community.Meeting](ctx, r, Q(`SELECT doc FROM community_meetings WHERE community = $1 AND start >= $2 ORDER BY start, id LIMIT $3`), id, since, limit)
}

// Meeting returns one meeting; nil if there is none.
func (r reads) Meeting(ctx context.Context, id good.ID) (*community.Meeting, error) {
	return first(docs[community.Meeting](ctx, r, Q(`SELECT doc FROM community_meetings WHERE id = $1`), id))
}

// PutMeeting writes a meeting: a new one if its Version is 0, else a change of
// exactly that version. It sets Version.
func (tx *Tx) PutMeeting(ctx context.Context, m *community.Meeting) error {
	was := m.Version
	m.Version++
	doc, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return tx.changed(ctx, Q(`INSERT INTO community_meetings (id, community, start, version, doc) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET start = excluded.start, version = excluded.version, doc = excluded.doc WHERE community_meetings.version = $6`), string(m.ID), string(m.Community), millis(m.Start), m.Version, string(doc), was)
}

// CommunityEvents returns up to limit of what happened to a community, the
// newest first.
func (r reads) CommunityEvents(ctx context.Context, id good.ID, limit int) ([]community.Event, error) {
	return docs[community.Event](ctx, r, Q(`SELECT doc FROM community_events WHERE community = $1 ORDER BY n DESC LIMIT $2`), id, limit)
}

// AddCommunityEvent says what happened to a community.
func (tx *Tx) AddCommunityEvent(ctx context.Context, id good.ID, e community.Event) error {
	return tx.doc(ctx, Q(`INSERT INTO community_events (community, n, doc) SELECT $1, COALESCE((SELECT MAX(n) FROM community_events WHERE community = $1), 0) + 1, $2`), e, string(id))
}
