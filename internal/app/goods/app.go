// Package goods holds what can be done with goods: the views people and
// programs read, and the verbs that change one good.
package goods

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"stoa/internal/access"
	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/store"
)

// PersonSource is the source of what is stated in person on this instance; its
// word beats every machine's.
const PersonSource = "person"

// App is the noun's verbs and views.
type App struct {
	DB   *store.DB
	Live *catalog.Live
	// CatchUp makes the snapshot show what was just committed; nil where no
	// snapshot is served (the command line).
	CatchUp func(context.Context) error
	// Tell keeps a notice for a person, once for its key; nil where nobody is told.
	Tell func(ctx context.Context, tx *store.Tx, key string, n good.Notice) error

	parties     sync.Map // slug → name of an organisation
	partiesHeld atomic.Int64
}

// Search answers a query from the snapshot. The organisations it counts are
// given by name, too.
func (a *App) Search(ctx context.Context, q good.Query) (good.Results, error) {
	snapshot := a.Live.Load()
	res := snapshot.Search(q)
	return res, a.nameParties(ctx, snapshot, res.Facets[good.FacetParty])
}

// partiesKept bounds the names of organisations that are remembered.
const partiesKept = 50_000

// nameParties labels organisations with their names as one of their goods writes
// them; "" where none does. Names are remembered: one address has one name,
// however it is capitalised.
func (a *App) nameParties(ctx context.Context, snapshot *catalog.Snapshot, counts []good.Count) error {
	var unknown []*good.Count
	var ids []good.ID
	for i := range counts {
		c := &counts[i]
		if name, ok := a.parties.Load(c.Value); ok {
			c.Label = name.(string)
			continue
		}
		card, ok := snapshot.Holder(good.FacetParty, c.Value)
		if owner := (good.Party{Name: card.Owner}); owner.Slug() == c.Value {
			a.keepParty(c, owner.Name)
		} else if ok {
			unknown, ids = append(unknown, c), append(ids, card.ID)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	goods, err := a.DB.Goods(ctx, ids)
	if err != nil {
		return err
	}
	for i, c := range unknown {
		if g := goods[ids[i]]; g != nil {
			for _, p := range g.Parties {
				if c.Label == "" && p.Slug() == c.Value {
					a.keepParty(c, p.Name)
				}
			}
		}
	}
	return nil
}

// keepParty labels c and remembers its name.
func (a *App) keepParty(c *good.Count, name string) {
	if a.partiesHeld.Add(1) > partiesKept {
		a.parties.Clear()
		a.partiesHeld.Store(1)
	}
	a.parties.Store(c.Value, name)
	c.Label = name
}

// Suggest returns goods whose names begin like prefix, for type-ahead.
func (a *App) Suggest(_ context.Context, prefix, lang string, n int) []good.Card {
	return a.Live.Load().Suggest(prefix, lang, n)
}

// Position is the journal position that answers are as of.
func (a *App) Position() int64 { return a.Live.Load().Position() }

// Len is how many goods the snapshot holds.
func (a *App) Len() int { return a.Live.Load().Len() }

// Goods returns whole goods by id; ids that do not exist are missing.
func (a *App) Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error) {
	return a.DB.Goods(ctx, ids)
}

// Sources returns every source by id.
func (a *App) Sources(ctx context.Context) (map[string]good.Source, error) {
	return a.DB.Sources(ctx)
}

// find resolves what a person typed for a good: id, slug, old slug or an id of
// another registry. current is false where the address is not the good's own.
func find(ctx context.Context, db reader, slugOrID string) (g *good.Good, current bool, err error) {
	if id := good.ID(slugOrID); id.Valid() {
		g, err = db.Good(ctx, id)
		return g, false, err
	}
	return db.GoodBySlug(ctx, slugOrID)
}

type reader interface {
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error)
}

// change runs one verb on one good: it loads the good, lets do change it, and
// writes the good back; do appends its entries. version 0 means "whatever it
// is"; any other value that is no longer the good's is a Conflict.
func (a *App) change(ctx context.Context, actor good.Actor, act access.Act, slugOrID string, version int64,
	do func(context.Context, *store.Tx, *good.Good) error) (g *good.Good, position int64, err error) {
	if err := access.Can(actor, act); err != nil {
		return nil, 0, err
	}
	position, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if g, _, err = find(ctx, tx, slugOrID); err != nil {
			return err
		}
		if version != 0 && g.Version != version {
			return &good.Error{Kind: good.Conflict, Key: "error.good.changed", Args: map[string]any{"Name": g.Name}}
		}
		if err := do(ctx, tx, g); err != nil {
			return err
		}
		return tx.PutGood(ctx, g)
	})
	if err != nil {
		return nil, 0, err
	}
	if a.CatchUp != nil {
		err = a.CatchUp(ctx)
	}
	return g, position, err
}

// restate makes g anew of its records.
func restate(ctx context.Context, tx *store.Tx, g *good.Good) error {
	sources, err := tx.Sources(ctx)
	if err != nil {
		return err
	}
	return tx.Restate(ctx, g, sources)
}

// needReason refuses an act without a reason: every change must say why.
func needReason(reason string) error {
	if reason == "" {
		return &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	}
	return nil
}

// After returns up to limit goods whose ids come after an id, tombstoned ones
// too, in the order of ids.
func (a *App) After(ctx context.Context, after good.ID, limit int) ([]*good.Good, error) {
	return a.DB.GoodsAfter(ctx, after, limit)
}

// Changed returns up to limit goods that last changed at a time or later,
// tombstoned ones too, whose ids come after an id, in the order of ids.
func (a *App) Changed(ctx context.Context, since time.Time, after good.ID, limit int) ([]*good.Good, error) {
	return a.DB.GoodsChanged(ctx, since, after, limit)
}

// Boundaries returns every n-th id, so that the goods can be walked in parts.
func (a *App) Boundaries(ctx context.Context, n int) ([]good.ID, error) {
	return a.DB.Boundaries(ctx, n)
}
