// Package recipes holds what can be done with deployment recipes: people say how
// a good is brought to run, and a job looks whether what they name still answers.
package recipes

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/recipe"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB     *store.DB
	Now    func() time.Time
	Queue  Queue               // of the looks; nil where nothing is looked at by itself
	Client func() *http.Client // the fence, for the looks of one round
	// CatchUp lets the pages see what was written.
	CatchUp func(context.Context) error
	// Tell keeps a notice for one person, once for its key; nil where nobody hears.
	Tell func(ctx context.Context, tx *store.Tx, key string, n good.Notice) error
}

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

// reader is what finds goods and recipes.
type reader interface {
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error)
	OwnersOf(ctx context.Context, id good.ID) ([]good.ID, error)
	PersonByPseudonym(ctx context.Context, pseudonym string) (*good.Person, error)
	Recipe(ctx context.Context, id good.ID) (*recipe.Recipe, error)
}

// find is the good that somebody named by slug or id; of what was merged, the one
// it went into.
func find(ctx context.Context, db reader, key string) (*good.Good, error) {
	g, err := store.GoodNamed(ctx, db, key)
	switch {
	case err != nil:
		return nil, err
	case g == nil || g.Tombstone != nil:
		kind := good.NotFound
		if g != nil {
			kind = good.Gone
		}
		return nil, &good.Error{Kind: kind, Key: "l10n.error.good", Field: "good", Args: map[string]any{"Name": good.Short(key)}}
	}
	return g, nil
}

// one is a recipe of a good.
func one(ctx context.Context, db reader, g *good.Good, id good.ID) (*recipe.Recipe, error) {
	r, err := db.Recipe(ctx, id)
	if err == nil && (r == nil || r.Good != g.ID) {
		err = &good.Error{Kind: good.NotFound, Key: "ways.error.unknown"}
	}
	return r, err
}

// keepers are who said a recipe and who owns its good.
func keepers(ctx context.Context, db reader, r *recipe.Recipe) (teller, owners []good.ID, err error) {
	if r.By != "" {
		p, err := db.PersonByPseudonym(ctx, r.By)
		if err != nil {
			return nil, nil, err
		}
		if p != nil {
			teller = []good.ID{p.ID}
		}
	}
	owners, err = db.OwnersOf(ctx, r.Good)
	return teller, owners, err
}

// kept is a recipe as the thing of an act.
func kept(ctx context.Context, db reader, r *recipe.Recipe) (access.Thing, error) {
	teller, owners, err := keepers(ctx, db, r)
	return access.Thing{Owners: append(teller, owners...)}, err
}

// said is who says a recipe, as readers are told. Only a program can say that a
// machine does.
func said(who access.Who, owners []good.ID, says recipe.Says) recipe.Says {
	switch {
	case who.Person == "" && says == recipe.Machine:
		return recipe.Machine
	case who.Person == "":
		return recipe.Office
	case slices.Contains(owners, who.Person):
		return recipe.Owner
	case slices.Contains(who.Roles, access.Secretariat):
		return recipe.Office
	}
	return recipe.Person
}

func stated(tx *store.Tx, r recipe.Recipe) {
	r.Edition = 0
	tx.Append(good.RecipeStated, []good.ID{r.Good, r.ID}, store.NamedValue{Name: "recipe", Value: r})
}

// flood says that somebody said enough for a day.
func flood(ctx context.Context, tx *store.Tx, who access.Who) error {
	if who.Person == "" {
		return nil
	}
	n, err := tx.RecipesSaid(ctx, who.Pseudonym, tx.Now().Add(-24*time.Hour))
	if err == nil && n >= recipe.MaxOfDay {
		err = &good.Error{Kind: good.Limited, Key: "ways.error.flood", Args: map[string]any{"Max": recipe.MaxOfDay}, Retry: time.Hour}
	}
	return err
}

// full says that there is no room for one more recipe of a good.
func full(all []recipe.Recipe) error {
	if len(all) < recipe.MaxOfGood {
		return nil
	}
	return &good.Error{Kind: good.Limited, Key: "ways.error.many", Args: map[string]any{"Max": recipe.MaxOfGood}}
}

// twice says that another recipe of a good leads to the same.
func twice(all []recipe.Recipe, r *recipe.Recipe) error {
	for i := range all {
		if all[i].ID != r.ID && all[i].Same(r) {
			return &good.Error{Kind: good.Conflict, Key: "ways.error.twice", Field: "address", Args: map[string]any{"Name": all[i].Name}}
		}
	}
	return nil
}

// State says how a good is brought to run.
func (a *App) State(ctx context.Context, who access.Who, key string, in recipe.Recipe) (*recipe.Recipe, int64, error) {
	actor, err := access.As(who, access.StateRecipe, access.Thing{})
	if err != nil {
		return nil, 0, err
	}
	if err := in.Check(); err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		g, err := find(ctx, tx, key)
		if err != nil {
			return err
		}
		owners, err := tx.OwnersOf(ctx, g.ID)
		if err != nil {
			return err
		}
		all, err := tx.RecipesOf(ctx, g.ID)
		if err != nil {
			return err
		}
		in.ID, in.Good, in.By, in.At, in.Sight, in.Edition, in.Says = tx.NewID(), g.ID, who.Pseudonym, tx.Now(), recipe.Sight{}, 0, said(who, owners, in.Says)
		if err := cmp.Or(flood(ctx, tx, who), full(all), twice(all, &in)); err != nil {
			return err
		}
		stated(tx, in)
		if err := tx.PutRecipe(ctx, &in); err != nil {
			return err
		}
		return a.hear(ctx, tx, g, &in, owners)
	})
	return &in, position, a.caught(ctx, err)
}

// Change says a recipe anew, as a whole. Edition is the one that was looked at,
// 0 for any. Where it leads elsewhere than before it is looked at again.
func (a *App) Change(ctx context.Context, who access.Who, key string, id good.ID, in recipe.Recipe) (*recipe.Recipe, int64, error) {
	if err := in.Check(); err != nil {
		return nil, 0, err
	}
	var out *recipe.Recipe
	position, err := a.keep(ctx, who, key, id, func(ctx context.Context, tx *store.Tx, was *recipe.Recipe, owners []good.ID) error {
		if in.Edition != 0 && in.Edition != was.Edition {
			return &good.Error{Kind: good.Conflict, Key: "ways.error.changed"}
		}
		all, err := tx.RecipesOf(ctx, was.Good)
		if err != nil {
			return err
		}
		next := in
		next.ID, next.Good, next.By, next.At, next.Edition, next.Says = was.ID, was.Good, who.Pseudonym, tx.Now(), was.Edition, said(who, owners, in.Says)
		if next.Sight = was.Sight; !next.Same(was) {
			next.Sight = recipe.Sight{}
		}
		if err := cmp.Or(flood(ctx, tx, who), twice(all, &next)); err != nil {
			return err
		}
		out = &next
		stated(tx, next)
		if err := tx.PutRecipe(ctx, out); err != nil {
			return err
		}
		g, err := tx.Good(ctx, next.Good)
		if err != nil {
			return err
		}
		return a.hear(ctx, tx, g, out, owners)
	})
	return out, position, err
}

// hear writes to the owners of a good what others say of how it is run, once a
// day at most.
func (a *App) hear(ctx context.Context, tx *store.Tx, g *good.Good, r *recipe.Recipe, owners []good.ID) error {
	if a.Tell == nil || r.Says != recipe.Person || g == nil {
		return nil
	}
	for _, p := range owners {
		n := good.Notice{Person: p, Kind: "recipe-stated", About: g.ID, Args: map[string]string{"Good": g.Name, "Name": r.Name}, Path: "/goods/" + g.Slug + "/recipes"}
		if err := a.Tell(ctx, tx, "recipe-stated/"+string(g.ID)+"/"+tx.Now().UTC().Format(time.DateOnly), n); err != nil {
			return err
		}
	}
	return nil
}

// Drop takes a recipe away.
func (a *App) Drop(ctx context.Context, who access.Who, key string, id good.ID) (int64, error) {
	return a.keep(ctx, who, key, id, func(ctx context.Context, tx *store.Tx, r *recipe.Recipe, _ []good.ID) error {
		tx.Append(good.RecipeDropped, []good.ID{r.Good, r.ID})
		return tx.DropRecipe(ctx, r.ID)
	})
}

// keep runs do on a recipe for whoever keeps it.
func (a *App) keep(ctx context.Context, who access.Who, key string, id good.ID, do func(context.Context, *store.Tx, *recipe.Recipe, []good.ID) error) (int64, error) {
	g, err := find(ctx, a.DB.Primary(), key)
	if err != nil {
		return 0, err
	}
	r, err := one(ctx, a.DB.Primary(), g, id)
	if err != nil {
		return 0, err
	}
	thing, err := kept(ctx, a.DB.Primary(), r)
	if err != nil {
		return 0, err
	}
	actor, err := access.As(who, access.KeepRecipe, thing)
	if err != nil {
		return 0, err
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		now, err := one(ctx, tx, g, id)
		if err != nil {
			return err
		}
		_, owners, err := keepers(ctx, tx, now)
		if err != nil {
			return err
		}
		return do(ctx, tx, now, owners)
	})
	return position, a.caught(ctx, err)
}

func (a *App) caught(ctx context.Context, err error) error {
	if err != nil || a.CatchUp == nil {
		return err
	}
	return a.CatchUp(ctx)
}

// List are the recipes of a good, as who sees them.
type List struct {
	Good    *good.Good
	Recipes []recipe.Recipe
	Keeps   map[good.ID]bool // those that who may change
	States  bool             // who may say one
}

// Of returns the recipes of a good: those that answer first, and among those the
// ones that its owners say.
func (a *App) Of(ctx context.Context, who access.Who, key string) (*List, error) {
	g, err := find(ctx, a.DB, key)
	if err != nil {
		return nil, err
	}
	out := &List{Good: g, Keeps: map[good.ID]bool{}, States: access.May(who, access.StateRecipe) == nil}
	if out.Recipes, err = a.DB.RecipesOf(ctx, g.ID); err != nil {
		return nil, err
	}
	slices.SortStableFunc(out.Recipes, func(a, b recipe.Recipe) int { return cmp.Compare(rank(&a), rank(&b)) })
	if access.May(who, access.KeepRecipe) != nil {
		return out, nil
	}
	owners, err := a.DB.OwnersOf(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range out.Recipes {
		thing := access.Thing{Owners: owners}
		if r.By != "" && r.By == who.Pseudonym {
			thing.Owners = append(slices.Clone(owners), who.Person)
		}
		_, err = access.As(who, access.KeepRecipe, thing)
		out.Keeps[r.ID] = err == nil
	}
	return out, nil
}

func rank(r *recipe.Recipe) int {
	n := 0
	if !r.Sight.Dead.IsZero() {
		n = 2
	}
	if r.Says != recipe.Owner {
		n++
	}
	return n
}

// Vouched are those that owners, the secretariat or a machine that read the files
// say: what pages show that speak for the good.
func (l *List) Vouched() []recipe.Recipe {
	return slices.DeleteFunc(slices.Clone(l.Recipes), func(r recipe.Recipe) bool { return r.Says == recipe.Person })
}

// Moved says whether the good was asked for under another name than its slug.
func (l *List) Moved(key string) bool { return l.Good.Slug != key }
