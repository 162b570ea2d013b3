package goods

import (
	"context"
	"slices"
	"time"

	"stoa/internal/good"
	"stoa/internal/watch"
)

// historyShown is how many journal entries a good's page shows.
const historyShown = 50

// similarShown is how many similar goods a good's page shows.
const similarShown = 5

// View is everything public about one good.
type View struct {
	Good    *good.Good
	Moved   bool // asked for under an old slug, an id or a foreign id: redirect to Good.Slug
	Similar []good.Card
	History []good.Entry // newest first
	Sources map[string]good.Source
	Looked  time.Time    // when the watch looked at it last, as the journal says; zero: never
	Signs   []watch.Sign // what the watch saw, the newest first
}

// Standing are the signs that stand still.
func (v View) Standing() []watch.Sign {
	return slices.DeleteFunc(slices.Clone(v.Signs), func(s watch.Sign) bool { return !s.Open() })
}

// Show returns everything public about the good with that slug, old slug, id
// or foreign id. A merged good returns the good it was merged into, Moved; a
// removed one returns with its Tombstone set and no facts beyond its name.
func (a *App) Show(ctx context.Context, slugOrID string) (View, error) {
	g, current, err := find(ctx, a.DB, slugOrID)
	if err != nil {
		return View{}, err
	}
	for hops := 0; g.Tombstone != nil && g.Tombstone.Into != "" && hops < 10; hops++ {
		if g, err = a.DB.Good(ctx, g.Tombstone.Into); err != nil {
			return View{}, err
		}
		current = false
	}
	v := View{Good: g, Moved: !current}
	if v.Moved {
		return v, nil
	}
	if v.Sources, err = a.DB.Sources(ctx); err != nil {
		return View{}, err
	}
	if v.History, err = a.DB.History(ctx, g.ID, historyShown); err != nil {
		return View{}, err
	}
	v.History = slices.DeleteFunc(v.History, func(e good.Entry) bool { return e.Verb == good.GoodsLooked || e.Verb == good.RecipesLooked }) // the page says it beside
	if err := a.watched(ctx, &v); err != nil {
		return View{}, err
	}
	if g.Tombstone == nil {
		v.Similar = a.Live.Load().Similar(g.ID, similarShown)
	}
	return v, nil
}

// watched adds what the watch publicly says of the good.
func (a *App) watched(ctx context.Context, v *View) error {
	w, err := a.DB.Watched(ctx, v.Good.ID)
	if err != nil || w == nil {
		return err
	}
	v.Looked = w.Told
	signs, err := a.DB.SignsOf(ctx, v.Good.ID)
	for _, s := range signs {
		v.Signs = append(v.Signs, s.Sign)
	}
	return err
}

// History returns the journal's entries about a good, newest first.
func (a *App) History(ctx context.Context, id good.ID, limit int) ([]good.Entry, error) {
	if _, err := a.DB.Good(ctx, id); err != nil {
		return nil, err
	}
	return a.DB.History(ctx, id, limit)
}

// Good returns the good with that slug, old slug, id or foreign id, tombstoned
// or not.
func (a *App) Good(ctx context.Context, slugOrID string) (*good.Good, error) {
	g, _, err := find(ctx, a.DB, slugOrID)
	return g, err
}

// Entries returns up to limit entries of the journal from a position on, the
// oldest first.
func (a *App) Entries(ctx context.Context, from int64, limit int) ([]good.Entry, error) {
	return a.DB.Entries(ctx, from, limit)
}
