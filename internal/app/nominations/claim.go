package nominations

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
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

// ClaimOf is where who stands with a good. It writes nothing: what a proof must
// hold can be told before there is a claim.
func (a *App) ClaimOf(ctx context.Context, who access.Who, slugOrID string) (*Claim, error) {
	if _, err := access.As(who, access.Claim, access.Thing{}); err != nil {
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
		held = &store.Claim{Token: a.token(g.ID, who.Person)}
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

// Begin says that a good is a person's own, which is no public fact yet. Said
// twice it is one claim.
func (a *App) Begin(ctx context.Context, who access.Who, slugOrID string) (*Claim, error) {
	c, err := a.ClaimOf(ctx, who, slugOrID)
	if err != nil {
		return nil, err
	}
	_, err = a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if held, err := tx.Claim(ctx, c.Good.ID, who.Person); err != nil || held != nil {
			return err
		}
		all, err := tx.ClaimsBy(ctx, who.Person)
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
		return tx.PutClaim(ctx, store.Claim{Good: c.Good.ID, Person: who.Person, Token: c.Token, Created: tx.Now()})
	})
	return c, err
}

// token is what a proof that a good is a person's must hold: nobody else can
// make it up, and it is the same whenever they ask.
func (a *App) token(id, person good.ID) string {
	m := hmac.New(sha256.New, a.Key)
	m.Write([]byte("stoa claim\n" + string(id) + "\n" + string(person)))
	return lower(m.Sum(nil)[:15])
}

// lower is bytes as small letters and digits.
func lower(b []byte) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
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
	tx.ActAs(actor)
	return own(ctx, tx, store.Claim{Good: id, Person: person.Person, Token: a.token(id, person.Person), Created: tx.Now()}, nominate.Invited, "")
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
