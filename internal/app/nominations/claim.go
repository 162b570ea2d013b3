package nominations

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/store"
)

// Prover reaches the places where a proof may lie: strangers' hosts through the
// fence, and names through the resolver.
type Prover interface {
	Fetch(ctx context.Context, address string, w io.Writer) (final string, err error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Bounds of looking for proofs.
const (
	betweenLooks = 5 * time.Second // of one claim
	mostClaims   = 100             // of one person, at a time
)

// Claim is a person's claim of a good as that person sees it.
type Claim struct {
	Good   *good.Good
	Token  string
	Places []nominate.Place
	Proved time.Time // zero until it is
	Method nominate.Method
	Place  string
	Owners int // proved ones, the person among them
	// Waits says that an application for it came from elsewhere and has no
	// owner: whoever proves the claim goes on with it.
	Waits bool
}

// ClaimOf is where who stands with a good: begin makes a claim where there is
// none yet.
func (a *App) ClaimOf(ctx context.Context, who access.Who, slugOrID string) (*Claim, error) {
	actor, err := access.As(who, access.Claim, access.Thing{})
	if err != nil {
		return nil, err
	}
	g, err := find(ctx, a.DB, slugOrID)
	if err != nil {
		return nil, err
	}
	held, err := a.DB.Claim(ctx, g.ID, who.Person)
	if err != nil {
		return nil, err
	}
	if held == nil {
		if held, err = a.begin(ctx, actor, g.ID, who.Person); err != nil {
			return nil, err
		}
	}
	records, err := a.DB.Records(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	owners, err := a.DB.OwnersOf(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	made, err := a.DB.ApplicationsOf(ctx, g.ID)
	waits := slices.ContainsFunc(made, func(app *assess.Application) bool { return app.State == assess.Draft && len(app.Owners) == 0 })
	return &Claim{Waits: waits, Good: g, Token: held.Token, Places: nominate.Places(records), Proved: held.Proved, Method: nominate.Method(held.Method), Place: held.Place, Owners: len(owners)}, err
}

// begin hands out the token of a new claim. It is no public fact yet.
func (a *App) begin(ctx context.Context, actor good.Actor, id, person good.ID) (*store.Claim, error) {
	token, err := newToken(a.Rand)
	if err != nil {
		return nil, err
	}
	var c *store.Claim
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if c, err = tx.Claim(ctx, id, person); err != nil || c != nil {
			return err
		}
		all, err := tx.ClaimsBy(ctx, person)
		if err != nil {
			return err
		}
		open := 0
		for _, o := range all {
			if o.Proved.IsZero() {
				open++
			}
		}
		if open >= mostClaims {
			return &good.Error{Kind: good.Limited, Key: "nominate.error.claims", Args: map[string]any{"Max": mostClaims}}
		}
		c = &store.Claim{Good: id, Person: person, Token: token, Created: tx.Now()}
		return tx.PutClaim(ctx, *c)
	})
	return c, err
}

// newToken is a word nobody can guess, fit for a file, a tag and a record.
func newToken(r io.Reader) (string, error) {
	b := make([]byte, 15)
	if _, err := io.ReadFull(r, b); err != nil {
		return "", fmt.Errorf("token of a claim: %w", err)
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)), nil
}

// Owns says whether a person's claim of a good was proved.
func (a *App) Owns(ctx context.Context, person, id good.ID) (bool, error) {
	c, err := a.DB.Claim(ctx, id, person)
	return c != nil && !c.Proved.IsZero(), err
}

// Release gives a good up: the person is its owner no more, or takes back a
// claim that was never proved.
func (a *App) Release(ctx context.Context, who access.Who, slugOrID string) error {
	actor, err := access.As(who, access.Claim, access.Thing{})
	if err != nil {
		return err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		g, err := find(ctx, tx, slugOrID)
		if err != nil {
			return err
		}
		c, err := tx.Claim(ctx, g.ID, who.Person)
		if err != nil {
			return err
		}
		if c == nil {
			return &good.Error{Kind: good.NotFound, Key: "nominate.error.unclaimed"}
		}
		if !c.Proved.IsZero() {
			tx.Append(good.GoodReleased, []good.ID{g.ID})
		}
		return tx.DeleteClaim(ctx, g.ID, who.Person)
	})
	return err
}

// Join makes a person an owner of a good, at the word of one who is one now.
// The journal has it as the act of whoever joins.
func (a *App) Join(ctx context.Context, tx *store.Tx, by access.Who, id good.ID, person access.Who) error {
	owners, err := tx.OwnersOf(ctx, id)
	if err != nil {
		return err
	}
	if _, err := access.As(by, access.Apply, access.Thing{Owners: owners}); err != nil {
		return err
	}
	actor, err := access.As(person, access.Claim, access.Thing{})
	if err != nil {
		return err
	}
	token, err := newToken(a.Rand)
	if err != nil {
		return err
	}
	tx.ActAs(actor)
	return own(ctx, tx, store.Claim{Good: id, Person: person.Person, Token: token, Created: tx.Now()}, nominate.Invited, "")
}

// own writes a proof down.
func own(ctx context.Context, tx *store.Tx, c store.Claim, method nominate.Method, place string) error {
	held, err := tx.Claim(ctx, c.Good, c.Person)
	if err != nil {
		return err
	}
	if held != nil {
		if !held.Proved.IsZero() {
			return nil // once is enough
		}
		c = *held
	}
	c.Proved, c.Method, c.Place = tx.Now(), string(method), place
	tx.Append(good.GoodClaimed, []good.ID{c.Good}, store.NamedValue{Name: "claim", Value: good.Claim{Method: string(method), Place: place}})
	return tx.PutClaim(ctx, c)
}
