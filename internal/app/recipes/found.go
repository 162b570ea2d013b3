package recipes

import (
	"context"
	"net/url"
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

// file is where others see a file of a repository as it is now, not as it was in
// one commit: an address that stays. False for a forge whose addresses are not
// known.
func file(repository, name string) (string, bool) {
	u, err := url.Parse(strings.TrimSuffix(strings.TrimSuffix(repository, "/"), ".git"))
	if err != nil || name == "" || strings.Contains(u.Path, "/-/") {
		return "", false
	}
	parts := len(strings.Split(strings.Trim(u.Path, "/"), "/"))
	switch host := strings.ToLower(u.Host); {
	case host == "github.com" && parts == 2:
		return u.JoinPath("blob", "HEAD", name).String(), true
	case host == "bitbucket.org" && parts == 2:
		return u.JoinPath("src", "HEAD", name).String(), true
	case strings.HasPrefix(host, "gitlab.") && parts >= 2:
		return u.JoinPath("-", "blob", "HEAD", name).String(), true
	}
	return "", false
}

// found are the files of a report by which a good is installed, as recipes.
func found(report *finding.Report) []recipe.Recipe {
	var out []recipe.Recipe
	for _, f := range report.Of(packaged) {
		for _, e := range f.Evidence {
			address, known := file(report.URL, e.Path)
			r := recipe.Recipe{Kind: recipe.Steps, Name: e.Path, Address: address, Says: recipe.Machine}
			if f.State == finding.Met && known && r.Check() == nil {
				out = append(out, r)
			}
		}
	}
	return out
}

// Found takes over what a machine that read a good's files found to install it
// by: what it says it has seen. What it said before and finds no more is taken
// away; what people say stays, as does all where nobody knows how the forge
// writes its addresses.
func (a *App) Found(ctx context.Context, id good.ID, report *finding.Report) error {
	if _, known := file(report.URL, "x"); !known {
		return nil
	}
	_, err := a.DB.Do(ctx, good.Actor{Role: access.Clock}, func(ctx context.Context, tx *store.Tx) error {
		g, err := store.GoodNamed(ctx, tx, string(id))
		if err != nil || g == nil || g.Tombstone != nil {
			return err
		}
		all, err := tx.RecipesOf(ctx, g.ID)
		if err != nil {
			return err
		}
		list, sights := found(report), map[good.ID]recipe.Sight{}
		for i := range all {
			r := &all[i]
			if r.Says != recipe.Machine || r.Kind != recipe.Steps {
				continue
			}
			n := slices.IndexFunc(list, func(f recipe.Recipe) bool { return f.Name == r.Name })
			if err := again(ctx, tx, r, list, n, len(report.Cut) == 0, sights); err != nil {
				return err
			}
			if n >= 0 {
				list = slices.Delete(list, n, n+1)
			}
		}
		if len(sights) > 0 {
			tx.Append(good.RecipesLooked, []good.ID{g.ID}, store.NamedValue{Name: "sights", Value: sights})
		}
		return anew(ctx, tx, g.ID, all, list)
	})
	return a.caught(ctx, err)
}

// anew says what a machine found for the first time, as far as there is room.
func anew(ctx context.Context, tx *store.Tx, id good.ID, all, list []recipe.Recipe) error {
	for _, r := range list {
		if full(all) != nil || twice(all, &r) != nil {
			continue
		}
		r.ID, r.Good, r.At = tx.NewID(), id, tx.Now()
		r.Sight = r.Sight.After(recipe.Alive, tx.Now())
		stated(tx, r)
		if err := tx.PutRecipe(ctx, &r); err != nil {
			return err
		}
		all = append(all, r)
	}
	return nil
}

// again says anew what a machine said before, the n-th of what it found now; -1
// where it finds it no more, which counts where it saw everything. What it sees
// where it was is put among the sights.
func again(ctx context.Context, tx *store.Tx, r *recipe.Recipe, list []recipe.Recipe, n int, whole bool, sights map[good.ID]recipe.Sight) error {
	switch {
	case n < 0 && whole:
		tx.Append(good.RecipeDropped, []good.ID{r.Good, r.ID})
		return tx.DropRecipe(ctx, r.ID)
	case n < 0:
		return nil
	}
	r.Sight = r.Sight.After(recipe.Alive, tx.Now())
	if list[n].Address == r.Address {
		sights[r.ID] = r.Sight
		return tx.PutRecipe(ctx, r)
	}
	r.Address, r.At = list[n].Address, tx.Now()
	stated(tx, *r)
	return tx.PutRecipe(ctx, r)
}
