package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"stoa/internal/alliance"
	"stoa/internal/good"
)

// AllianceMembers returns everybody who belongs or belonged to the alliance, by
// slug.
func (r reads) AllianceMembers(ctx context.Context) ([]alliance.Member, error) {
	return docs[alliance.Member](ctx, r, Q(`SELECT doc FROM alliance_members ORDER BY slug`))
}

// AllianceMember returns a member of the alliance by id or slug; nil if there
// is none.
func (r reads) AllianceMember(ctx context.Context, key string) (*alliance.Member, error) {
	return first(docs[alliance.Member](ctx, r, Q(`SELECT doc FROM alliance_members WHERE id = $1 OR slug = $1`), key))
}

// AllianceMembersOf returns the members whose commitments a person keeps.
func (r reads) AllianceMembersOf(ctx context.Context, person good.ID) ([]alliance.Member, error) {
	return docs[alliance.Member](ctx, r, Q(`SELECT a.doc FROM alliance_members a JOIN memberships m ON m.organisation = a.body WHERE m.person = $1 ORDER BY a.slug`), person)
}

// first is the first of a list, nil where there is none.
func first[T any](list []T, err error) (*T, error) {
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// PutAllianceMember writes a member: a new one if its Version is 0, else a
// change of exactly that version. It sets Version.
func (tx *Tx) PutAllianceMember(ctx context.Context, m *alliance.Member) error {
	was := m.Version
	m.Version++
	doc, err := json.Marshal(m)
	if err != nil {
		return err
	}
	err = tx.changed(ctx, Q(`INSERT INTO alliance_members (id, slug, body, version, doc) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, version = excluded.version, doc = excluded.doc WHERE alliance_members.version = $6`), string(m.ID), m.Slug, string(m.Body), m.Version, string(doc), was)
	if tx.db.dialect.unique(err) {
		return &good.Error{Kind: good.Conflict, Key: "alliance.error.taken", Field: "name", Args: map[string]any{"Name": m.Name}}
	}
	return err
}

// Commitments returns every commitment, by id.
func (r reads) Commitments(ctx context.Context) ([]alliance.Commitment, error) {
	return docs[alliance.Commitment](ctx, r, Q(`SELECT doc FROM commitments ORDER BY id`))
}

// CommitmentsOf returns the commitments of one member, by id.
func (r reads) CommitmentsOf(ctx context.Context, member good.ID) ([]alliance.Commitment, error) {
	return docs[alliance.Commitment](ctx, r, Q(`SELECT doc FROM commitments WHERE member = $1 ORDER BY id`), member)
}

// Commitment returns one commitment; nil if there is none.
func (r reads) Commitment(ctx context.Context, id good.ID) (*alliance.Commitment, error) {
	return first(docs[alliance.Commitment](ctx, r, Q(`SELECT doc FROM commitments WHERE id = $1`), id))
}

// PutCommitment writes a commitment: a new one if its Version is 0, else a
// change of exactly that version. It sets Version.
func (tx *Tx) PutCommitment(ctx context.Context, c *alliance.Commitment) error {
	was := c.Version
	c.Version++
	doc, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return tx.changed(ctx, Q(`INSERT INTO commitments (id, member, version, doc) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, doc = excluded.doc WHERE commitments.version = $5`), string(c.ID), string(c.Member), c.Version, string(doc), was)
}

// Joining is an application to join the alliance, with whom to answer. Both
// Email and Person are private.
type Joining struct {
	alliance.Joining
	Email   string  // "" once it is forgotten
	Person  good.ID // who was signed in when it was made; "" for nobody
	Version int64
}

func (r reads) joinings(ctx context.Context, query string, args ...any) ([]Joining, error) {
	var out []Joining
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var j Joining
		var doc []byte
		if err := scan(&j.Email, &j.Person, &j.Version, &doc); err != nil {
			return err
		}
		if err := json.Unmarshal(doc, &j.Joining); err != nil {
			return fmt.Errorf("decode an application to join: %w", err)
		}
		out = append(out, j)
		return nil
	})
	return out, err
}

const joiningColumns = `email, person, version, doc`

// Joining returns one application to join; nil if there is none.
func (r reads) Joining(ctx context.Context, id good.ID) (*Joining, error) {
	return first(r.joinings(ctx, Q(`SELECT `+joiningColumns+` FROM joinings WHERE id = $1`), id))
}

// Joinings returns applications to join by id from behind one on: those that
// are open, or every one.
func (r reads) Joinings(ctx context.Context, open bool, after good.ID, limit int) ([]Joining, error) {
	least := int64(0)
	if open {
		least = 1
	}
	return r.joinings(ctx, Q(`SELECT `+joiningColumns+` FROM joinings WHERE open >= $1 AND id > $2 ORDER BY id LIMIT $3`), least, after, limit)
}

// JoiningsBy returns the applications to join that a person made, or that are
// to be answered to an address of theirs.
func (r reads) JoiningsBy(ctx context.Context, person good.ID) ([]Joining, error) {
	return r.joinings(ctx, Q(`SELECT `+joiningColumns+` FROM joinings WHERE person = $1 OR email IN (SELECT address FROM emails WHERE person = $1) ORDER BY id`), person)
}

// CountJoinings is how many applications to join are open: all, and those to
// be answered to an address.
func (r reads) CountJoinings(ctx context.Context, email string) (all, same int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT count(*), coalesce(sum(CASE WHEN email = $1 THEN 1 ELSE 0 END), 0) FROM joinings WHERE open = 1`), email).Scan(&all, &same)
	return all, same, err
}

// PutJoining writes an application to join: a new one if its Version is 0, else
// a change of exactly that version. It sets Version.
func (tx *Tx) PutJoining(ctx context.Context, j *Joining) error {
	was := j.Version
	j.Version++
	doc, err := json.Marshal(j.Joining)
	if err != nil {
		return err
	}
	open := int64(0)
	if j.State.Open() {
		open = 1
	}
	return tx.changed(ctx, Q(`INSERT INTO joinings (id, open, created, email, person, version, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET open = excluded.open, email = excluded.email, person = excluded.person, version = excluded.version, doc = excluded.doc WHERE joinings.version = $8`),
		string(j.ID), open, millis(j.Created), j.Email, string(j.Person), j.Version, string(doc), was)
}

// ForgetJoiners erases up to limit addresses of applications to join that were
// settled and made before a time, and says how many there were.
func (tx *Tx) ForgetJoiners(ctx context.Context, before time.Time, limit int) (int64, error) {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE joinings SET email = '', person = '' WHERE id IN (SELECT id FROM joinings WHERE open = 0 AND (email <> '' OR person <> '') AND created < $1 LIMIT $2)`), millis(before), limit)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
