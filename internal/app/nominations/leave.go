package nominations

import (
	"context"
	"time"

	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/store"
)

// Kept is what is kept of a person here, for them to take away.
type Kept struct {
	Nominations []KeptNomination `json:"nominations,omitempty"`
	Claims      []KeptClaim      `json:"claims,omitempty"`
}

// KeptNomination is a nomination that was to be answered to one of the
// person's addresses.
type KeptNomination struct {
	nominate.Nomination
	ID      good.ID   `json:"id"`
	Created time.Time `json:"created"`
	Email   string    `json:"email"`
}

// KeptClaim is the person's word that a good is theirs.
type KeptClaim struct {
	Good    good.ID   `json:"good"`
	Created time.Time `json:"created"`
	Proved  time.Time `json:"proved,omitzero"`
	Method  string    `json:"method,omitempty"`
	Place   string    `json:"place,omitempty"`
}

// Kept returns what is kept of a person.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	var out Kept
	nominations, err := a.DB.Primary().NominationsBy(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, n := range nominations {
		out.Nominations = append(out.Nominations, KeptNomination{n.Nomination, n.ID, n.Created, n.Email})
	}
	claims, err := a.DB.Primary().ClaimsBy(ctx, p.ID)
	for _, c := range claims {
		out.Claims = append(out.Claims, KeptClaim{c.Good, c.Created, c.Proved, c.Method, c.Place})
	}
	return out, err
}

// Forget takes the addresses of a person who is erased off their nominations,
// which stay. Claims go with the person.
func Forget(ctx context.Context, tx *store.Tx, p good.Person) error {
	nominations, err := tx.NominationsBy(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, n := range nominations {
		n.Email = ""
		if err := tx.PutNomination(ctx, n); err != nil {
			return err
		}
	}
	return nil
}
