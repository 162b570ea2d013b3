package store

import (
	"context"
	"encoding/json"
	"time"

	"stoa/internal/good"
	"stoa/internal/recipe"
)

// RecipesOf returns the recipes of a good, by when they were first said.
func (r reads) RecipesOf(ctx context.Context, id good.ID) ([]recipe.Recipe, error) {
	return docs[recipe.Recipe](ctx, r, Q(`SELECT doc FROM recipes WHERE good = $1 ORDER BY id`), id)
}

// Recipe returns one recipe; nil if there is none.
func (r reads) Recipe(ctx context.Context, id good.ID) (*recipe.Recipe, error) {
	return first(docs[recipe.Recipe](ctx, r, Q(`SELECT doc FROM recipes WHERE id = $1`), id))
}

// DueRecipes returns up to limit recipes that are to be looked at by a moment,
// at most each of one host: those that wait for the longest time first, and what
// lies at one host apart.
func (r reads) DueRecipes(ctx context.Context, now time.Time, each, limit int) ([]recipe.Recipe, error) {
	return docs[recipe.Recipe](ctx, r, Q(`SELECT doc FROM (SELECT doc, due, id, row_number() OVER (PARTITION BY host ORDER BY due, id) AS n FROM recipes WHERE due <= $1) AS waiting
		WHERE n <= $2 ORDER BY n, due, id LIMIT $3`), millis(now), each, limit)
}

// RecipesSaid counts how often a person, by pseudonym, said a recipe, anew too,
// since a moment, whether or not it was taken away again.
func (r reads) RecipesSaid(ctx context.Context, teller string, since time.Time) (n int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM journal WHERE pseudonym = $1 AND time >= $2 AND verb = 'recipe.stated'`), teller, millis(since)).Scan(&n)
	return n, err
}

// EachRecipe hands over every recipe, by id.
func (r reads) EachRecipe(ctx context.Context, f func(recipe.Recipe) error) error {
	return everyDoc(ctx, r, Q(`SELECT doc FROM recipes ORDER BY id`), f)
}

// PutRecipe writes a recipe: a new one if its Edition is 0, else a change of
// exactly that edition. It sets Edition.
func (tx *Tx) PutRecipe(ctx context.Context, r *recipe.Recipe) error {
	was := r.Edition
	r.Edition++
	doc, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return tx.changed(ctx, Q(`INSERT INTO recipes (id, good, host, due, edition, doc) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET good = excluded.good, host = excluded.host, due = excluded.due, edition = excluded.edition, doc = excluded.doc WHERE recipes.edition = $7`),
		string(r.ID), string(r.Good), r.Host(), millis(r.Due()), r.Edition, string(doc), was)
}

// moveRecipes makes recipes of one good those of another and says which it moved.
func (tx *Tx) moveRecipes(ctx context.Context, list []good.ID, from, to good.ID) (moved []good.ID, err error) {
	for _, id := range list {
		r, err := tx.Recipe(ctx, id)
		if err != nil {
			return moved, err
		}
		if r == nil || r.Good != from {
			continue
		}
		r.Good = to
		if err := tx.PutRecipe(ctx, r); err != nil {
			return moved, err
		}
		moved = append(moved, id)
	}
	return moved, nil
}

// DropRecipe takes a recipe away.
func (tx *Tx) DropRecipe(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM recipes WHERE id = $1`), string(id))
	return err
}
