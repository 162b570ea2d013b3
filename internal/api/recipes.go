package api

import (
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	app "stoa/internal/app/recipes"
	"stoa/internal/good"
	"stoa/internal/recipe"
)

// RecipeForm says how a good is brought to run.
type RecipeForm struct {
	Kind      string   `json:"kind" enum:"container,chart,package,hosted,media,conformance,steps"`
	Name      string   `json:"name" maxLength:"120" doc:"Of a chart, the name it has in its repository."`
	Address   string   `json:"address" maxLength:"500" example:"registry.example.org/births/server:2.1" doc:"Of an image, with its registry; of a chart, that of its repository or oci://…; else a web address."`
	Version   string   `json:"version,omitempty" maxLength:"60"`
	Command   string   `json:"command,omitempty" maxLength:"2000" doc:"To copy."`
	Languages []string `json:"languages,omitempty" doc:"BCP 47 or names."`
	Edition   int64    `json:"edition,omitempty" doc:"Of the recipe as it was seen; a later change is answered with 409."`
}

// RecipeSight is what a machine saw of a recipe.
type RecipeSight struct {
	Word     recipe.Word `json:"word" enum:"alive,gone,silent,unclear" doc:"What became of its address at the last look."`
	Looked   *time.Time  `json:"looked,omitempty"`
	Alive    *time.Time  `json:"alive,omitempty" doc:"When it answered last."`
	Dead     *time.Time  `json:"dead,omitempty" doc:"Since when it does not answer."`
	Failures int         `json:"failures,omitempty" doc:"How often in a row it did not."`
}

// RecipeDoc is a recipe.
type RecipeDoc struct {
	ID        good.ID      `json:"id"`
	Good      good.ID      `json:"good"`
	Kind      recipe.Kind  `json:"kind" enum:"container,chart,package,hosted,media,conformance,steps"`
	Name      string       `json:"name"`
	Address   string       `json:"address"`
	Version   string       `json:"version,omitempty"`
	Command   string       `json:"command,omitempty"`
	Languages []string     `json:"languages,omitempty" doc:"BCP 47."`
	Says      recipe.Says  `json:"says" enum:"owner,person,office,machine" doc:"Who says so."`
	By        string       `json:"by,omitempty" doc:"Pseudonym."`
	At        time.Time    `json:"at" doc:"When it was said."`
	Sight     *RecipeSight `json:"sight,omitempty" doc:"Nothing where nobody looked yet."`
	Edition   int64        `json:"edition"`
}

// RecipeList are the recipes of a good.
type RecipeList struct {
	Items []RecipeDoc `json:"items" doc:"Those that answer first."`
}

// RecipeOf is a recipe as it is answered and printed.
func RecipeOf(r *recipe.Recipe) RecipeDoc {
	out := RecipeDoc{ID: r.ID, Good: r.Good, Kind: r.Kind, Name: r.Name, Address: r.Address, Version: r.Version, Command: r.Command, Languages: r.Languages, Says: r.Says, By: r.By, At: r.At, Edition: r.Edition}
	if s := r.Sight; !s.At.IsZero() {
		out.Sight = &RecipeSight{Word: s.Word, Looked: when(s.At), Alive: when(s.Alive), Dead: when(s.Dead), Failures: s.Failures}
	}
	return out
}

// RecipesOf are recipes as they are answered and printed.
func RecipesOf(list []recipe.Recipe) RecipeList {
	out := RecipeList{Items: []RecipeDoc{}}
	for i := range list {
		out.Items = append(out.Items, RecipeOf(&list[i]))
	}
	return out
}

// prescribing are the operations on recipes.
func (f *face) prescribing(d describer) []operation {
	slug, id := param("good", "path", "Slug or id of the good.", &huma.Schema{Type: "string"}, "dhis2"), param("recipe", "path", "Id of the recipe.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	slug.Required, id.Required = true, true
	path, takes, gives := "/api/v1/goods/{good}/recipes", reflect.TypeFor[RecipeForm](), reflect.TypeFor[RecipeDoc]()
	return []operation{
		d.read("list-recipes", path, "guides", "How a good is brought to run", "Images, charts, packages, services, files to carry: who says so, and whether each still answers.", []*huma.Param{slug}, f.listRecipes, d.of(reflect.TypeFor[RecipeList]()), 404, 410),
		d.call(call{act: access.StateRecipe, method: http.MethodPost, path: path, id: "state-recipe", tag: "guides", summary: "Say how a good is brought to run", params: []*huma.Param{slug}, takes: takes, gives: gives, handle: f.stateRecipe, created: true, statuses: []int{404, 409}}),
		d.call(call{act: access.KeepRecipe, method: http.MethodPut, path: path + "/{recipe}", id: "change-recipe", tag: "guides", summary: "Say a recipe anew, as a whole", text: "As who said it, the good's owner or the secretariat. Where it leads elsewhere it is looked at again.",
			params: []*huma.Param{slug, id}, takes: takes, gives: gives, handle: f.changeRecipe, statuses: []int{404, 409}}),
		d.call(call{act: access.KeepRecipe, method: http.MethodDelete, path: path + "/{recipe}", id: "drop-recipe", tag: "guides", summary: "Take a recipe away", text: "As who said it, the good's owner or the secretariat.", params: []*huma.Param{slug, id}, handle: f.dropRecipe, statuses: []int{404}}),
	}
}

// recipes are those of an instance; without any there is nothing here.
func (f *face) recipes() (*app.App, error) {
	if f.cfg.Recipes == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "ways.error.unknown"}
	}
	return f.cfg.Recipes, nil
}

func (r RecipeForm) recipe() recipe.Recipe {
	return recipe.Recipe{Kind: recipe.Kind(r.Kind), Name: r.Name, Address: r.Address, Version: r.Version, Command: r.Command, Languages: r.Languages, Edition: r.Edition}
}

func (f *face) listRecipes(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	a, err := f.recipes()
	if err != nil {
		return err
	}
	list, err := a.Of(r.Context(), access.Who{}, r.PathValue("good"))
	if err != nil {
		return err
	}
	return f.write(w, r, RecipesOf(list.Recipes))
}

func (f *face) stateRecipe(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[RecipeForm](r)
	if err != nil {
		return err
	}
	a, err := f.recipes()
	if err != nil {
		return err
	}
	made, _, err := a.State(r.Context(), who(r), r.PathValue("good"), doc.recipe())
	if err != nil {
		return err
	}
	return f.made(w, r, RecipeOf(made))
}

func (f *face) changeRecipe(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[RecipeForm](r)
	if err != nil {
		return err
	}
	a, err := f.recipes()
	if err != nil {
		return err
	}
	kept, _, err := a.Change(r.Context(), who(r), r.PathValue("good"), named(r, "recipe"), doc.recipe())
	if err != nil {
		return err
	}
	return f.write(w, r, RecipeOf(kept))
}

func (f *face) dropRecipe(w http.ResponseWriter, r *http.Request) error {
	a, err := f.recipes()
	if err != nil {
		return err
	}
	if _, err := a.Drop(r.Context(), who(r), r.PathValue("good"), named(r, "recipe")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
