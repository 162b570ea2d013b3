package people

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Add makes an account for somebody with an address, who gets in by a link. It
// is how the first administrator comes to be.
func (a *App) Add(ctx context.Context, who access.Who, address, name, lang string) (good.Person, error) {
	if _, err := access.As(who, access.ManagePeople, access.Thing{}); err != nil {
		return good.Person{}, err
	}
	address, err := good.EmailAddress(address)
	if err != nil {
		return good.Person{}, err
	}
	p := good.Person{Name: oneLine(name), Language: language(lang)}
	if !plain(p.Name) {
		return p, &good.Error{Kind: good.Invalid, Key: "people.error.name", Field: "name"}
	}
	err = a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		p.Version = 0
		if err := a.newPerson(ctx, tx, &p); err != nil {
			return err
		}
		return tx.PutEmail(ctx, good.Email{Address: address, Person: p.ID, Main: true})
	})
	return p, err
}

// Grant gives a person, found by id, pseudonym or address, a role. It returns
// the journal's position. A role they have already changes nothing.
func (a *App) Grant(ctx context.Context, who access.Who, key, role, reason string) (int64, error) {
	return a.role(ctx, who, key, role, reason, good.RoleGranted, (*store.Tx).PutRole)
}

// Revoke takes a role from a person.
func (a *App) Revoke(ctx context.Context, who access.Who, key, role, reason string) (int64, error) {
	return a.role(ctx, who, key, role, reason, good.RoleRevoked, (*store.Tx).DeleteRole)
}

func (a *App) role(ctx context.Context, who access.Who, key, role, reason string, verb good.Verb, change func(*store.Tx, context.Context, good.ID, string) (bool, error)) (int64, error) {
	actor, err := access.As(who, access.ManageRoles, access.Thing{})
	if err != nil {
		return 0, err
	}
	if !slices.Contains(access.Granted, role) {
		return 0, &good.Error{Kind: good.Invalid, Key: "people.error.role", Field: "role", Args: map[string]any{"Role": role}}
	}
	if reason == "" {
		return 0, &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	}
	p, err := a.find(ctx, key)
	if err != nil {
		return 0, err
	}
	if verb == good.RoleRevoked && role == access.Administrator && p.ID == who.Person {
		return 0, &good.Error{Kind: good.Forbidden, Key: "people.error.last_administrator"}
	}
	return a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		changed, err := change(tx, ctx, p.ID, role)
		if err != nil || !changed {
			return err
		}
		tx.Append(verb, []good.ID{good.ID(p.Pseudonym)}, store.NamedValue{Name: "role", Value: role}, store.NamedValue{Name: "reason", Value: reason})
		return nil
	})
}

// EndAll ends every session and token of a person, for an administrator.
func (a *App) EndAll(ctx context.Context, who access.Who, key string) error {
	if _, err := access.As(who, access.ManagePeople, access.Thing{}); err != nil {
		return err
	}
	p, err := a.find(ctx, key)
	if err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		tokens, err := tx.Tokens(ctx, p.ID)
		if err != nil {
			return err
		}
		for _, t := range tokens {
			if err := tx.DeleteToken(ctx, p.ID, t.ID); err != nil {
				return err
			}
		}
		return tx.DeleteSessions(ctx, p.ID, "")
	})
}

// Named returns the names of those behind pseudonyms who agreed to be named.
func (a *App) Named(ctx context.Context, pseudonyms []string) (map[string]string, error) {
	people, err := a.DB.Primary().PeopleOf(ctx, pseudonyms)
	out := map[string]string{}
	for _, p := range people {
		if p.Named && p.Name != "" {
			out[p.Pseudonym] = p.Name
		}
	}
	return out, err
}
