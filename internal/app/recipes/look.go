package recipes

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/check/alive"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/recipe"
	"stoa/internal/store"
)

// Task is the kind of the tasks that look; each waits for other people's hosts.
const Task = "recipes"

// Bounds of the looks.
const (
	Every    = 10 * time.Minute // a round begins, where something is due
	most     = 20               // recipes in one round
	beside   = 4                // of them at one host
	lookTime = 15 * time.Second
	// RoundTime is how long a round may take.
	RoundTime = most*lookTime + time.Minute
)

// Tick puts a round of looks away, where something is due and the watch is not
// switched off.
func (a *App) Tick(ctx context.Context, now time.Time) error {
	settings, err := a.DB.Primary().Settings(ctx)
	if err != nil || settings.Settings.Watch == 0 || a.Queue == nil {
		return err
	}
	due, err := a.DB.Primary().DueRecipes(ctx, now, 1, 1)
	if err != nil || len(due) == 0 {
		return err
	}
	slot := now.UTC().Truncate(Every)
	args, err := json.Marshal(slot)
	if err != nil {
		return err
	}
	_, err = a.DB.Do(ctx, good.Actor{Role: access.Clock}, func(ctx context.Context, tx *store.Tx) error {
		return a.Queue.Enqueue(ctx, tx, good.Task{Kind: Task, Key: slot.Format(time.RFC3339), Args: args})
	})
	return err
}

// Do does the task of a round. It bears to be called again: what was looked at
// is not due any more.
func (a *App) Do(ctx context.Context, _ good.Task) error {
	_, err := a.round(ctx, "")
	return err
}

// Run looks at once at what is due, of one good where it is named then at all its
// recipes, and returns how many were looked at; it is what the command does.
func (a *App) Run(ctx context.Context, who access.Who, key string) (int, error) {
	if _, err := access.As(who, access.RunRecipes, access.Thing{}); err != nil {
		return 0, err
	}
	if key != "" {
		g, err := find(ctx, a.DB.Primary(), key)
		if err != nil {
			return 0, err
		}
		return a.round(ctx, g.ID)
	}
	for all := 0; ; {
		n, err := a.round(ctx, "")
		if all += n; err != nil || n == 0 {
			return all, err
		}
	}
}

// chosen are the recipes of one round, of a good that is named all.
func (a *App) chosen(ctx context.Context, of good.ID) ([]recipe.Recipe, error) {
	if of != "" {
		return a.DB.Primary().RecipesOf(ctx, of)
	}
	return a.DB.Primary().DueRecipes(ctx, a.Now(), beside, most)
}

// round looks at some recipes and keeps what was seen of each, also where the
// process ends on the way.
func (a *App) round(ctx context.Context, of good.ID) (int, error) {
	list, err := a.chosen(ctx, of)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	look := alive.Looker{Client: a.Client(), Token: fence.WithToken}
	words := map[good.ID]recipe.Word{}
	for i := range list {
		w, err := a.one(ctx, look, &list[i])
		if err != nil {
			return 0, err
		}
		if ctx.Err() != nil { // what was not asked is asked in another round
			list = list[:i]
			break
		}
		words[list[i].ID] = w
	}
	ours(words)
	return len(list), errors.Join(a.seen(context.WithoutCancel(ctx), list, words), ctx.Err())
}

// one looks at a recipe. Nobody is asked for a good that is no more.
func (a *App) one(ctx context.Context, look alive.Looker, r *recipe.Recipe) (w recipe.Word, err error) {
	g, err := a.DB.Primary().Good(ctx, r.Good)
	if err != nil && good.KindOf(err) != good.NotFound && ctx.Err() == nil {
		return "", err
	}
	if g == nil || g.Tombstone != nil {
		return recipe.Unclear, nil
	}
	defer func() {
		if recover() != nil { // a parser fell over a stranger's bytes
			w, err = recipe.Unclear, nil
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	return look.Look(ctx, r), nil
}

// ours takes it for our own fault where nobody at all answered.
func ours(words map[good.ID]recipe.Word) {
	for _, w := range words {
		if w != recipe.Silent || len(words) < 3 {
			return
		}
	}
	for id := range words {
		words[id] = recipe.Unclear
	}
}

// seen keeps what was seen, says it in the journal in one entry, and writes to
// the keepers of what does not answer twice in a row.
func (a *App) seen(ctx context.Context, list []recipe.Recipe, words map[good.ID]recipe.Word) error {
	_, err := a.DB.Do(ctx, good.Actor{Role: access.Clock}, func(ctx context.Context, tx *store.Tx) error {
		sights, goods := map[good.ID]recipe.Sight{}, []good.ID(nil)
		for _, was := range list {
			r, err := tx.Recipe(ctx, was.ID)
			if err != nil {
				return err
			}
			if r == nil || !r.Same(&was) || !r.Sight.At.Equal(was.Sight.At) { // changed meanwhile, or kept already
				continue
			}
			r.Sight = r.Sight.After(words[r.ID], tx.Now())
			if err := tx.PutRecipe(ctx, r); err != nil {
				return err
			}
			sights[r.ID], goods = r.Sight, append(goods, r.Good)
			if r.Sight.Dying() {
				if err := a.tell(ctx, tx, r); err != nil {
					return err
				}
			}
		}
		if len(sights) == 0 {
			return nil
		}
		slices.Sort(goods)
		tx.Append(good.RecipesLooked, slices.Compact(goods), store.NamedValue{Name: "sights", Value: sights})
		return nil
	})
	return a.caught(ctx, err)
}

// tell writes to the keeper of a recipe: to who said it, or where nobody stands
// behind it any more to who owns the good.
func (a *App) tell(ctx context.Context, tx *store.Tx, r *recipe.Recipe) error {
	if a.Tell == nil {
		return nil
	}
	people, owners, err := keepers(ctx, tx, r)
	if err != nil {
		return err
	}
	if len(people) == 0 {
		people = owners
	}
	g, err := tx.Good(ctx, r.Good)
	if err != nil || g == nil || g.Tombstone != nil {
		return err
	}
	for _, p := range people {
		n := good.Notice{Person: p, Kind: "recipe-dead", About: r.Good, Args: map[string]string{"Good": g.Name, "Name": r.Name}, Path: "/goods/" + g.Slug + "/recipes"}
		if err := a.Tell(ctx, tx, "recipe-dead/"+string(r.ID)+"/"+r.Sight.Dead.UTC().Format(time.RFC3339), n); err != nil {
			return err
		}
	}
	return nil
}
