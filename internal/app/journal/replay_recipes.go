package journal

import (
	"context"
	"errors"
	"fmt"

	"stoa/internal/good"
	"stoa/internal/recipe"
	"stoa/internal/store"
)

// prescribes says whether a verb is about recipes.
func prescribes(v good.Verb) bool {
	return v == good.RecipeStated || v == good.RecipeDropped || v == good.RecipesLooked
}

// prescribe is one step of the replay.
func (p *projections) prescribe(e good.Entry) error {
	if e.Verb == good.RecipesLooked {
		var sights map[good.ID]recipe.Sight
		e.Value("sights", &sights)
		for id, s := range sights {
			if r, stands := p.Recipes[id]; stands {
				r.Sight = s
				p.Recipes[id] = r
			}
		}
		return nil
	}
	if len(e.Subjects) < 2 {
		return fmt.Errorf("%d subjects of 2", len(e.Subjects))
	}
	id := e.Subjects[1]
	var r recipe.Recipe
	if delete(p.Recipes, id); e.Verb == good.RecipeStated && e.Value("recipe", &r) {
		p.Recipes[id] = r
	}
	return nil
}

// moveRecipes is the part of a merge, or of its undoing, about recipes.
func (p *projections) moveRecipes(list []good.ID, to good.ID) {
	for _, id := range list {
		if r, stands := p.Recipes[id]; stands {
			r.Good = to
			p.Recipes[id] = r
		}
	}
}

// liveRecipes reads the same from the database.
func liveRecipes(ctx context.Context, db *store.DB) (map[good.ID]recipe.Recipe, error) {
	out := map[good.ID]recipe.Recipe{}
	return out, db.EachRecipe(ctx, func(r recipe.Recipe) error {
		r.Edition = 0
		out[r.ID] = r
		return nil
	})
}

func writeRecipes(ctx context.Context, tx *store.Tx, all map[good.ID]recipe.Recipe) (err error) {
	for _, r := range all {
		err = errors.Join(err, tx.PutRecipe(ctx, &r))
	}
	return err
}

// putRecipe makes what an erased entry was about what the journal still says.
func putRecipe(ctx context.Context, tx *store.Tx, p *projections, e good.Entry) error {
	if e.Verb == good.RecipesLooked {
		return nil
	}
	id := e.Subjects[1]
	held, err := tx.Recipe(ctx, id)
	if err != nil || held == nil {
		return err
	}
	r, stands := p.Recipes[id]
	if !stands {
		return tx.DropRecipe(ctx, id)
	}
	r.Edition = held.Edition
	return tx.PutRecipe(ctx, &r)
}
