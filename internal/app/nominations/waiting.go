package nominations

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/nominate"
	"stoa/internal/store"
)

// Item is a nomination that waits, as whoever sorts may see it: without the
// address to answer to.
type Item struct {
	ID     good.ID          `json:"id"`
	Since  string           `json:"since"` // RFC 3339
	Doubts []nominate.Doubt `json:"doubts"`
	nominate.Nomination
}

func itemOf(n store.Nomination) Item {
	return Item{ID: n.ID, Since: n.Created.Format(time.RFC3339), Doubts: n.Doubts, Nomination: n.Nomination}
}

// Sift is which nominations of the queue are looked at.
type Sift = store.Sift

// The ways to sift.
const (
	All    = store.All     // every one
	Honest = store.Honest  // those that look like what they say
	Spam   = store.Rubbish // those that raise a doubt no honest one raises by chance
)

// Counts are how many nominations wait.
type Counts struct{ All, Honest, Spam int }

// Queue lists up to limit nominations that wait, the oldest first, from behind
// an id on, and how many wait in all.
func (a *App) Queue(ctx context.Context, who access.Who, after good.ID, limit int) (items []Item, total int, err error) {
	items, counts, err := a.Sifted(ctx, who, All, after, limit)
	return items, counts.All, err
}

// Sifted is Queue for some of those that wait.
func (a *App) Sifted(ctx context.Context, who access.Who, sift Sift, after good.ID, limit int) (items []Item, counts Counts, err error) {
	if _, err := access.As(who, access.SortNominations, access.Thing{}); err != nil {
		return nil, Counts{}, err
	}
	list, err := a.DB.WaitingNominations(ctx, sift, after, limit)
	if err != nil {
		return nil, Counts{}, err
	}
	for _, n := range list {
		items = append(items, itemOf(n))
	}
	if err := a.doubtTwins(ctx, items); err != nil {
		return nil, Counts{}, err
	}
	counts.Honest, counts.Spam, err = a.DB.CountWaitingNominations(ctx)
	counts.All = counts.Honest + counts.Spam
	return items, counts, err
}

// Waiting is one nomination that waits, with the goods it may be about.
func (a *App) Waiting(ctx context.Context, who access.Who, id good.ID) (Item, []good.Card, error) {
	if _, err := access.As(who, access.SortNominations, access.Thing{}); err != nil {
		return Item{}, nil, err
	}
	n, err := a.DB.Nomination(ctx, id)
	switch {
	case err != nil:
		return Item{}, nil, err
	case n == nil:
		return Item{}, nil, &good.Error{Kind: good.NotFound, Key: "nominate.error.unknown"}
	case !n.Settled.IsZero():
		return Item{}, nil, &good.Error{Kind: good.Conflict, Key: "nominate.error.sorted", Args: map[string]any{"Name": n.Name}}
	}
	like, near, err := a.alike(ctx, n.Facts())
	if err != nil {
		return Item{}, nil, err
	}
	items := []Item{itemOf(*n)}
	err = a.doubtTwins(ctx, items)
	return items[0], cards(append(like, near...)), err
}

// doubtTwins adds to nominations that wait the doubt that another one waits
// that may be about the same good, as the one rule of all such questions says.
// It is found when they are read: whoever nominates must not learn the id of
// another's nomination, and the doubt ends as soon as one of them is sorted.
func (a *App) doubtTwins(ctx context.Context, items []Item) error {
	ids := make([]good.ID, 0, len(items))
	for _, i := range items {
		ids = append(ids, i.ID)
	}
	beside, err := a.DB.Beside(ctx, ids)
	if err != nil {
		return err
	}
	for n := range items {
		i := &items[n]
		if len(beside[i.ID]) == 0 {
			continue
		}
		said := sideOf(i.Facts())
		surest, twin := match.Other, good.ID("")
		for _, other := range beside[i.ID] { // the oldest first
			if level := match.Compare(said, sideOf(other.Facts())).Level; level > surest {
				surest, twin = level, other.ID
			}
		}
		if twin != "" {
			i.Doubts = append(i.Doubts, nominate.Twin.Of(string(twin)))
		}
	}
	return nil
}

// Left is a nomination that could not be decided about with others, and why.
type Left struct {
	Name string
	Err  error
}

// SortAll decides the same about several nominations, each for itself. It
// returns for how many that was done, and what stands against it for the rest.
func (a *App) SortAll(ctx context.Context, who access.Who, ids []good.ID, s Sorting) (done int, left []Left, err error) {
	if len(ids) == 0 {
		return 0, nil, &good.Error{Kind: good.Invalid, Key: "office.error.none"}
	}
	for _, id := range ids {
		_, _, err := a.Sort(ctx, who, id, s)
		var e *good.Error
		switch {
		case err == nil:
			done++
		case errors.As(err, &e) && e.Field == "reason", good.KindOf(err) != good.Invalid && good.KindOf(err) != good.Conflict && good.KindOf(err) != good.NotFound:
			return done, left, err // the same for all of them
		default:
			n, lost := a.DB.Nomination(ctx, id)
			if lost != nil {
				return done, left, lost
			}
			if n == nil {
				n = &store.Nomination{}
			}
			left = append(left, Left{Name: cmp.Or(n.Name, string(id)), Err: err})
		}
	}
	return done, left, nil
}

// Noted is a nomination as the table of all has it.
type Noted struct {
	Item
	Good       good.ID
	Settled    time.Time // zero while it waits
	Settlement string
}

// Table hands over every nomination there ever was, the oldest first.
func (a *App) Table(ctx context.Context, who access.Who, each func(Noted)) error {
	for _, act := range []access.Act{access.SortNominations, access.Export} {
		if _, err := access.As(who, act, access.Thing{}); err != nil {
			return err
		}
	}
	const slice = 1000
	for after := good.ID(""); ; {
		list, err := a.DB.Nominations(ctx, after, slice)
		if err != nil {
			return err
		}
		items := make([]Item, len(list))
		for i, n := range list {
			items[i] = itemOf(n)
		}
		if err := a.doubtTwins(ctx, items); err != nil {
			return err
		}
		for i, n := range list {
			after = n.ID
			each(Noted{Item: items[i], Good: n.Good, Settled: n.Settled, Settlement: n.Settlement})
		}
		if len(list) < slice {
			return nil
		}
	}
}

// Report is what became of a nomination, as whoever holds its id may see it.
type Report struct {
	Outcome
	Name   string
	Reason string // why it was dropped, where that is for the nominator
	Heard  bool   // there is an address to answer to
}

// Became is what became of a nomination. Its id is known to its nominator
// alone.
func (a *App) Became(ctx context.Context, id good.ID) (Report, error) {
	unknown := &good.Error{Kind: good.NotFound, Key: "nominate.error.unknown"}
	if !id.Valid() {
		return Report{}, unknown
	}
	n, err := a.DB.Nomination(ctx, id)
	if err != nil || n == nil {
		return Report{}, cmp.Or[error](err, unknown)
	}
	out, err := outcome(ctx, a.DB, *n)
	r := Report{Outcome: out, Name: n.Name, Heard: n.Email != ""}
	if why, ok := strings.CutPrefix(n.Settlement, dropped); ok {
		r.Reason = why
	}
	return r, err
}
