package nominations

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/store"
)

// Look is what was found at one place: nil for the proof, else why not.
type Look struct {
	Place nominate.Place
	Err   *good.Error
}

// Prove looks for the proof of a claim. It returns what was found at each place
// that was looked at; where one holds the proof, the person owns the good from
// now on.
func (a *App) Prove(ctx context.Context, who access.Who, slugOrID string) (looks []Look, position int64, err error) {
	claim, err := a.Begin(ctx, who, slugOrID)
	if err != nil || !claim.Proved.IsZero() {
		return nil, 0, err
	}
	actor, err := access.As(who, access.Claim, access.Thing{})
	if err != nil {
		return nil, 0, err
	}
	if err := a.mayLook(ctx, actor, claim.Good.ID, who.Person); err != nil {
		return nil, 0, err
	}
	looks = a.lookAround(ctx, who.Person, claim)
	for _, l := range looks {
		if l.Err == nil {
			position, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
				return own(ctx, tx, store.Claim{Good: claim.Good.ID, Person: who.Person, Token: claim.Token, Created: tx.Now()}, l.Place.Method, l.Place.Where)
			})
			if err == nil && a.CatchUp != nil {
				err = a.CatchUp(ctx)
			}
			break
		}
	}
	return looks, position, err
}

// lookAround looks at every place at once. Where an address that is known here
// proves it, nobody waits for strangers' hosts.
func (a *App) lookAround(ctx context.Context, person good.ID, claim *Claim) []Look {
	for _, p := range claim.Places {
		if p.Method == nominate.ByEmail && a.look(ctx, person, p, claim.Token) == nil {
			return []Look{{Place: p}}
		}
	}
	looks := make([]Look, len(claim.Places))
	var all sync.WaitGroup
	for i, p := range claim.Places {
		all.Go(func() { looks[i] = Look{p, a.look(ctx, person, p, claim.Token)} })
	}
	all.Wait()
	return looks
}

// mayLook counts the looks, and has each wait a moment for the one before.
func (a *App) mayLook(ctx context.Context, actor good.Actor, id, person good.ID) error {
	_, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.Claim(ctx, id, person)
		if err != nil || c == nil {
			return err
		}
		if wait := betweenLooks - tx.Now().Sub(c.Checked); wait > 0 {
			return &good.Error{Kind: good.Limited, Key: "nominate.error.looked", Args: map[string]any{"Seconds": int(wait/time.Second) + 1}}
		}
		c.Checked = tx.Now()
		c.Checks++
		return tx.PutClaim(ctx, *c)
	})
	return err
}

// look looks at one place.
func (a *App) look(ctx context.Context, person good.ID, p nominate.Place, token string) *good.Error {
	switch p.Method {
	case nominate.ByDNS:
		return a.lookUp(ctx, p.Look, nominate.TXTPrefix+token)
	case nominate.ByEmail:
		addresses, err := a.DB.Emails(ctx, person)
		if err != nil {
			return &good.Error{Kind: good.Internal, Key: "nominate.look.failed", Err: err}
		}
		for _, e := range addresses {
			if !e.Verified.IsZero() && nominate.AtDomain(e.Address, p.Where) {
				return nil
			}
		}
		return &good.Error{Kind: good.NotFound, Key: "nominate.look.email", Args: map[string]any{"Domain": p.Where}}
	}
	found := a.read(ctx, p.Look, token)
	if found != nil && p.Refs != "" {
		if err := a.read(ctx, []string{p.Refs}, nominate.RefPrefix+token); err == nil {
			return nil
		}
	}
	return found
}

// read looks for a word in what stands at the first address that answers.
func (a *App) read(ctx context.Context, addresses []string, word string) *good.Error {
	var last *good.Error
	for _, address := range addresses {
		var b bytes.Buffer
		_, err := a.Proof.Fetch(ctx, address, &b)
		if err == nil {
			if strings.Contains(b.String(), word) {
				return nil
			}
			last = &good.Error{Kind: good.NotFound, Key: "nominate.look.other", Args: map[string]any{"Address": address}}
			continue
		}
		if !errors.As(err, &last) {
			last = &good.Error{Kind: good.Invalid, Key: "nominate.look.failed", Err: err}
		}
	}
	return last
}

// lookUp looks for a record at the first of names that has it.
func (a *App) lookUp(ctx context.Context, names []string, want string) *good.Error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	found := &good.Error{Kind: good.NotFound, Key: "nominate.look.dns", Args: map[string]any{"Name": names[0]}}
	for _, name := range names {
		records, err := a.Proof.LookupTXT(ctx, name)
		for _, r := range records {
			if strings.TrimSpace(r) == want {
				return nil
			}
		}
		var lost *net.DNSError
		if errors.As(err, &lost) && !lost.IsNotFound {
			found = &good.Error{Kind: good.Invalid, Key: "nominate.look.silent", Args: map[string]any{"Name": name}, Err: err}
		}
	}
	return found
}
