package store

import (
	"context"
	"encoding/json"

	"stoa/internal/good"
)

// Acting is a person with what they may do and for whom they act.
type Acting struct {
	ID            good.ID
	Pseudonym     string
	Name          string
	Named         bool // agreed to be named in public
	Expertise     []string
	Away          good.Absence
	Roles         []string
	Organisations []string // slugs
}

// Acting returns persons by id or by pseudonym: three statements, however
// many. Those who are gone are missing.
func (r reads) Acting(ctx context.Context, keys []string) ([]Acting, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	list, err := r.PeopleOf(ctx, keys)
	if err != nil {
		return nil, err
	}
	return r.acting(ctx, list)
}

// ActingAs returns everybody who has a role, in the order in which they came.
func (r reads) ActingAs(ctx context.Context, role string) ([]Acting, error) {
	list, err := r.WithRole(ctx, role)
	if err != nil {
		return nil, err
	}
	return r.acting(ctx, list)
}

func (r reads) acting(ctx context.Context, list []good.Person) ([]Acting, error) {
	out := make([]Acting, 0, len(list))
	at := make(map[good.ID]int, len(list))
	ids := make([]good.ID, 0, len(list))
	for _, p := range list {
		if _, twice := at[p.ID]; twice { // asked for by id and by pseudonym
			continue
		}
		at[p.ID] = len(out)
		ids = append(ids, p.ID)
		out = append(out, Acting{ID: p.ID, Pseudonym: p.Pseudonym, Name: p.Name, Named: p.Named, Expertise: p.Expertise, Away: p.Away})
	}
	doc, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	err = each(ctx, r.q, Q(`SELECT person, 'role', role FROM roles WHERE person IN (SELECT value FROM json_each($1))
		UNION ALL SELECT m.person, 'organisation', o.slug FROM memberships m JOIN organisations o ON o.id = m.organisation WHERE m.person IN (SELECT value FROM json_each($1))
		ORDER BY 1, 2, 3`), []any{string(doc)}, func(scan func(...any) error) error {
		var person good.ID
		var what, value string
		if err := scan(&person, &what, &value); err != nil {
			return err
		}
		if p := &out[at[person]]; what == "role" {
			p.Roles = append(p.Roles, value)
		} else {
			p.Organisations = append(p.Organisations, value)
		}
		return nil
	})
	return out, err
}
