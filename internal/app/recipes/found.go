package recipes

import (
	"context"
	"slices"
	"strings"

	"stoa/internal/access"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/recipe"
	"stoa/internal/store"
)

// packaged is the probe that finds what makes or describes something to install.
const packaged = "health.packaged"

// found are the files of a report by which a good is installed, as recipes.
func found(report *finding.Report) []recipe.Recipe {
	var out []recipe.Recipe
	for _, f := range report.Of(packaged) {
		for _, e := range f.Evidence {
			r := recipe.Recipe{Kind: recipe.Steps, Name: e.Path, Address: e.URL, Says: recipe.Machine}
			if f.State == finding.Met && strings.HasPrefix(e.URL, "http") && r.Check() == nil {
				out = append(out, r)
			}
		}
	}
	return out
}

// Found takes over what a machine that read a good's files found to install it
// by. What it said before and finds no more is taken away; what people say stays.
func (a *App) Found(ctx context.Context, id good.ID, report *finding.Report) error {
	now := found(report)
	_, err := a.DB.Do(ctx, good.Actor{Role: access.Clock}, func(ctx context.Context, tx *store.Tx) error {
		all, err := tx.RecipesOf(ctx, id)
		if err != nil {
			return err
		}
		list := slices.Clone(now)
		for i := range all {
			r := &all[i]
			if r.Says != recipe.Machine || r.Kind != recipe.Steps {
				continue
			}
			n := slices.IndexFunc(list, func(f recipe.Recipe) bool { return f.Name == r.Name })
			if err := a.again(ctx, tx, r, list, n, len(report.Cut) == 0); err != nil {
				return err
			}
			if n >= 0 {
				list = slices.Delete(list, n, n+1)
			}
		}
		for _, r := range list {
			if len(all) >= recipe.MaxOfGood || twice(all, &r) != nil {
				continue
			}
			r.ID, r.Good, r.At = tx.NewID(), id, tx.Now()
			stated(tx, r)
			if err := tx.PutRecipe(ctx, &r); err != nil {
				return err
			}
			all = append(all, r)
		}
		return nil
	})
	return a.caught(ctx, err)
}

// again says anew what a machine said before, the n-th of what it found now; -1
// where it finds it no more, which counts where it saw everything.
func (a *App) again(ctx context.Context, tx *store.Tx, r *recipe.Recipe, list []recipe.Recipe, n int, whole bool) error {
	switch {
	case n < 0 && whole:
		tx.Append(good.RecipeDropped, []good.ID{r.Good, r.ID})
		return tx.DropRecipe(ctx, r.ID)
	case n < 0, list[n].Address == r.Address:
		return nil
	}
	r.Address, r.At = list[n].Address, tx.Now()
	stated(tx, *r)
	return tx.PutRecipe(ctx, r)
}
