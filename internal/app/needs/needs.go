package needs

import (
	"context"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/store"
)

// What one account may do in a day, and keep open in all.
const (
	keptADay     = 20
	answeredADay = 20
	keptInAll    = 200
)

func (a *App) do(ctx context.Context, fn func(context.Context, *store.Tx) error) error {
	_, err := a.DB.Do(ctx, good.Actor{}, fn)
	return err
}

var errUnknown = &good.Error{Kind: good.NotFound, Key: "need.error.unknown"}

// sight is how somebody sees a need.
type sight struct {
	*need.Record
	owner good.ID
	keeps bool
}

// kept is a need of a person; what the command line keeps is nobody's.
func kept(owner good.ID) access.Thing {
	if owner == "" {
		return access.Thing{}
	}
	return access.Own(owner)
}

// find is a need for who may see it: to everybody else it is not there. A need
// that is only linked to is there for whoever has its address.
func find(ctx context.Context, db interface {
	Need(ctx context.Context, id good.ID) (*need.Record, good.ID, error)
}, who access.Who, id good.ID) (sight, error) {
	rec, owner, err := db.Need(ctx, id)
	if err != nil {
		return sight{}, err
	}
	if rec == nil {
		return sight{}, errUnknown
	}
	whole := who
	whole.Scopes = nil
	_, theirs := access.As(whole, access.KeepNeed, kept(owner))
	_, desk := access.As(whole, access.HideNeed, access.Thing{})
	switch {
	case theirs == nil:
	case rec.Visibility == need.Private, rec.Outcome == need.Hidden && desk != nil:
		return sight{}, errUnknown
	}
	return sight{rec, owner, theirs == nil}, nil
}

// keep runs do on a need that who keeps, and writes what became of it. seen is
// the version that was looked at, 0 for any.
func (a *App) keep(ctx context.Context, who access.Who, id good.ID, seen int64, do func(context.Context, *store.Tx, *need.Record) error) (*need.Record, error) {
	var out *need.Record
	return out, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		s, err := find(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if _, err := access.As(who, access.KeepNeed, kept(s.owner)); err != nil {
			return err
		}
		if seen != 0 && seen != s.Version {
			return &good.Error{Kind: good.Conflict, Key: "need.error.changed"}
		}
		if err := do(ctx, tx, s.Record); err != nil {
			return err
		}
		s.Changed, out = tx.Now(), s.Record
		return tx.PutNeed(ctx, s.Record, s.owner)
	})
}

// Keep keeps a need.
func (a *App) Keep(ctx context.Context, who access.Who, in need.Record) (*need.Record, error) {
	if _, err := access.As(who, access.AskNeed, access.Thing{}); err != nil {
		return nil, err
	}
	in.Shortlist, in.Was, in.Outcome, in.Reason = nil, nil, "", ""
	if err := in.Check(); err != nil {
		return nil, err
	}
	return &in, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := a.flood(ctx, tx, who); err != nil {
			return err
		}
		in.ID, in.Created, in.Changed, in.Version = tx.NewID(), tx.Now(), tx.Now(), 0
		return tx.PutNeed(ctx, &in, who.Person)
	})
}

// flood refuses what is too much for one account.
func (a *App) flood(ctx context.Context, tx *store.Tx, who access.Who) error {
	if who.Person == "" {
		return nil
	}
	today, _, err := tx.NeedsSince(ctx, who.Person, tx.Now().Add(-24*time.Hour).UnixMilli())
	if err != nil {
		return err
	}
	if today >= keptADay {
		return &good.Error{Kind: good.Limited, Key: "need.error.flood", Args: map[string]any{"Max": keptADay}}
	}
	all, _, err := tx.NeedsSince(ctx, who.Person, 0)
	if err == nil && all >= keptInAll {
		err = &good.Error{Kind: good.Limited, Key: "need.error.full", Args: map[string]any{"Max": keptInAll}}
	}
	return err
}

// Change states a need anew; its shortlist stays.
func (a *App) Change(ctx context.Context, who access.Who, id good.ID, in need.Record) (*need.Record, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	return a.keep(ctx, who, id, in.Version, func(_ context.Context, _ *store.Tx, r *need.Record) error {
		if err := r.Open(); err != nil {
			return err
		}
		r.Title, r.Ask, r.Visibility, r.Wanted = in.Title, in.Ask, in.Visibility, in.Wanted
		return nil
	})
}

// Close ends a need that was met or is needed no more.
func (a *App) Close(ctx context.Context, who access.Who, id good.ID, o need.Outcome, reason string) (*need.Record, error) {
	return a.keep(ctx, who, id, 0, func(_ context.Context, _ *store.Tx, r *need.Record) error {
		if o == need.Hidden {
			o = ""
		}
		return r.Close(o, reason)
	})
}

// Hide takes a need away from the public, with a reason that who keeps it sees.
func (a *App) Hide(ctx context.Context, who access.Who, id good.ID, reason string) (*need.Record, error) {
	if _, err := access.As(who, access.HideNeed, access.Thing{}); err != nil {
		return nil, err
	}
	var out *need.Record
	return out, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		s, err := find(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if s.Outcome == need.Solved || s.Outcome == need.Dropped {
			s.Outcome = "" // what is closed can be hidden, too
		}
		if err := s.Close(need.Hidden, reason); err != nil {
			return err
		}
		s.Changed, out = tx.Now(), s.Record
		return tx.PutNeed(ctx, s.Record, s.owner)
	})
}

// Short puts a good, named by slug or id, on the shortlist, or takes it off.
func (a *App) Short(ctx context.Context, who access.Who, id good.ID, key string, off bool) (*need.Record, error) {
	return a.keep(ctx, who, id, 0, func(ctx context.Context, tx *store.Tx, r *need.Record) error {
		var g *good.Good
		var err error
		if named := good.ID(strings.TrimSpace(key)); named.Valid() {
			g, err = tx.Good(ctx, named)
		} else {
			g, _, err = tx.GoodBySlug(ctx, string(named))
		}
		if good.KindOf(err) == good.NotFound || err == nil && (g == nil || g.Tombstone != nil) {
			return &good.Error{Kind: good.Invalid, Key: "error.good.unknown", Field: "good", Args: map[string]any{"Name": key}, Err: err}
		}
		if err != nil {
			return err
		}
		return r.Short(g.ID, off)
	})
}

// Which says which public needs are looked at.
type Which struct {
	Country, Sector, Block, SDG, State string
	Before                             good.ID
}

// List is a page of public needs.
type List struct {
	Total int
	Needs []need.Record
	Next  good.ID // "" for no more
}

// PageLength is how many needs a page has.
const PageLength = 25

// List lists public needs, the newest first.
func (a *App) List(ctx context.Context, w Which, limit int) (List, error) {
	that := store.NeedsThat{Country: w.Country, Sector: w.Sector, Block: w.Block, SDG: w.SDG, State: w.State}
	if w.State != "" && !slices.Contains([]string{"open", "closed"}, w.State) {
		return List{}, &good.Error{Kind: good.Invalid, Key: "need.error.state", Field: "state", Args: map[string]any{"Value": w.State}}
	}
	total, err := a.DB.CountNeeds(ctx, that)
	if err != nil {
		return List{}, err
	}
	list, err := a.DB.PublicNeeds(ctx, that, w.Before, limit+1)
	out := List{Total: total, Needs: list}
	if len(list) > limit {
		out.Needs, out.Next = list[:limit], list[limit-1].ID
	}
	return out, err
}

// Mine are the needs that who keeps, the newest first.
func (a *App) Mine(ctx context.Context, who access.Who) ([]need.Record, error) {
	if who.Person == "" {
		return nil, nil
	}
	return a.DB.Primary().NeedsOf(ctx, who.Person)
}

// Kept returns what is kept of a person here, for them to take away.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	list, err := a.DB.Primary().NeedsOf(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	answers, err := a.DB.Primary().NeedAnswersOf(ctx, p.ID)
	return map[string]any{"needs": list, "answers": answers}, err
}

// Forget deletes the needs and answers of a person who is erased.
func Forget(ctx context.Context, tx *store.Tx, p good.Person) error { return tx.ForgetNeeds(ctx, p.ID) }
