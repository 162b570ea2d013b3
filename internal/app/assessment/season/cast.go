package season

import (
	"context"
	"fmt"
	"io"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Member is somebody who plays, and the token by which they do.
type Member struct {
	ID        good.ID
	Pseudonym string
	token     string
}

// Cast are those who play, by role, "" for applicants, and by pseudonym.
type Cast struct {
	by    map[string][]Member
	alias map[string]Member
}

// perOwner is how many applications each applicant makes in a season, about.
const perOwner = 4

// contract is how long the tokens of the cast hold.
const contract = 5 * 366 * 24 * time.Hour

// Gather makes the people of a season of n applications, where they are not
// there yet, and gives each a new token.
func Gather(ctx context.Context, db *store.DB, chance io.Reader, n int) (*Cast, error) {
	c := &Cast{by: map[string][]Member{}, alias: map[string]Member{}}
	known := true
	for _, r := range []struct {
		role string
		n    int
	}{{"", 10 + n/perOwner}, {access.Reviewer, 12}, {access.Expert, 3}, {access.Coordinator, 5}, {access.Secretariat, 5}} {
		_, err := db.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
			c.by[r.role] = nil
			for i := range r.n {
				m, before, err := member(ctx, tx, chance, r.role, i)
				if err != nil {
					return err
				}
				known = known && before
				c.by[r.role] = append(c.by[r.role], m)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for _, m := range c.by[r.role] {
			c.alias[m.Pseudonym] = m
		}
	}
	if known {
		return c, nil
	}
	_, err := db.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		for i, reviewer := range c.by[access.Reviewer] { // each knows one of the applicants too well
			if err := tx.PutConflict(ctx, assess.Declared{By: reviewer.ID, Person: c.of("", i).ID, Reason: "We worked together."}); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

func member(ctx context.Context, tx *store.Tx, chance io.Reader, role string, n int) (m Member, known bool, err error) {
	m = Member{Pseudonym: fmt.Sprintf("season-%s-%03d", role, n)}
	p, err := tx.PersonByPseudonym(ctx, m.Pseudonym)
	if err != nil {
		return m, false, err
	}
	if known = p != nil; !known {
		p = &good.Person{ID: tx.NewID(), Pseudonym: m.Pseudonym, Name: m.Pseudonym}
		if err := tx.PutPerson(ctx, p); err != nil {
			return m, false, err
		}
		if role != "" {
			if _, err := tx.PutRole(ctx, p.ID, role); err != nil {
				return m, false, err
			}
		}
	}
	m.ID = p.ID
	if m.token, err = access.NewSecret(chance); err != nil {
		return m, false, err
	}
	scopes := []string{string(access.Read), string(access.Applying), string(access.Reviewing), string(access.Desk)}
	return m, known, tx.AddToken(ctx, access.Token{ID: tx.NewID(), Person: p.ID, Name: "season", Scopes: scopes, Created: tx.Now(), Expires: tx.Now().Add(contract)}, access.Hash(m.token))
}

// of is the n-th of a role, counted round.
func (c *Cast) of(role string, n int) Member { return c.by[role][n%len(c.by[role])] }
