package main

import (
	"stoa/internal/access"
	"stoa/internal/api"
	"stoa/internal/app/goods"
	app "stoa/internal/app/recipes"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/recipe"
	"stoa/internal/store"
	"stoa/internal/web/page"
	recipepage "stoa/internal/web/page/recipes"
)

// recipes are the ways in which goods are brought to run.
func (e *Env) recipes(db *store.DB, f CheckFlags) (*app.App, error) {
	client, err := f.client()
	return &app.App{DB: db, Now: e.Now, Client: client}, err
}

// prescribed makes what looks after recipes, and its pages.
func (c *ServeCmd) prescribed(env *Env, db *store.DB, g *goods.App) ([]page.Route, error) {
	a, err := env.recipes(db, c.CheckFlags)
	if err != nil {
		return nil, err
	}
	a.CatchUp = g.CatchUp
	if c.queue != nil {
		a.Queue = c.queue
	}
	if c.heard != nil {
		a.Tell = c.heard.Tell
	}
	c.recipes, c.watch.Found = a, a.Found
	return recipepage.Routes(recipepage.Config{App: a}), nil
}

// recipesWhenDue has the recipes looked at that are due.
func (c *ServeCmd) recipesWhenDue(cfg *jobs.Config) {
	cfg.Doers[app.Task] = jobs.Doer{Do: c.recipes.Do, Attempts: 3, Time: app.RoundTime}
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "recipes", Every: app.Every, Do: c.recipes.Tick})
}

// RecipeCmd looks after recipes.
type RecipeCmd struct {
	List   RecipeListCmd   `cmd:"" help:"List how a good is brought to run, and whether each way still answers."`
	State  RecipeStateCmd  `cmd:"" help:"Say how a good is brought to run."`
	Change RecipeChangeCmd `cmd:"" help:"Say a recipe anew, as a whole."`
	Drop   RecipeDropCmd   `cmd:"" help:"Take a recipe away."`
	Look   RecipeLookCmd   `cmd:"" help:"Look now whether recipes answer: those of a good, or all that are due."`
}

// prescribes runs do with the recipes for whom a names, and prints what it
// answers as JSON.
func (a As) prescribes(env *Env, f CheckFlags, do func(*app.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	recipes, err := env.recipes(db, f)
	if err != nil {
		return err
	}
	queue, err := jobs.NewQueue(db, away)
	if err != nil {
		return err
	}
	recipes.Tell = env.telling(db, queue)
	out, err := do(recipes, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// RecipeListCmd lists.
type RecipeListCmd struct {
	Good string `arg:"" help:"Slug or id of the good."`
}

// Run prints them.
func (c *RecipeListCmd) Run(env *Env) error {
	return As{}.prescribes(env, CheckFlags{}, func(a *app.App, who access.Who) (any, error) {
		list, err := a.Of(env.Ctx, who, c.Good)
		if err != nil {
			return nil, err
		}
		return api.RecipesOf(list.Recipes), nil
	})
}

// RecipeFlags are what is said of a recipe.
type RecipeFlags struct {
	Name     string   `arg:"" help:"What it is called; of a chart, the name it has in its repository."`
	Address  string   `arg:"" help:"Of an image, with its registry: registry.example.org/births/server:2.1; of a chart, that of its repository or oci://…; else a web address."`
	Kind     string   `required:"" enum:"container,chart,package,hosted,media,conformance,steps" help:"In which form: ${enum}."`
	Release  string   `help:"Version of the good that it brings."`
	Command  string   `help:"What to copy."`
	Language []string `help:"Languages in which it is: BCP 47 or names."`
}

func (f RecipeFlags) recipe() recipe.Recipe {
	return recipe.Recipe{Kind: recipe.Kind(f.Kind), Name: f.Name, Address: f.Address, Version: f.Release, Command: f.Command, Languages: f.Language}
}

// RecipeStateCmd says one.
type RecipeStateCmd struct {
	As
	Good string `arg:"" help:"Slug or id of the good."`
	RecipeFlags
	Found bool `help:"A program read it from the good's files; readers are told so. Without --as."`
}

// Run says it.
func (c *RecipeStateCmd) Run(env *Env) error {
	return c.prescribes(env, CheckFlags{}, func(a *app.App, who access.Who) (any, error) {
		in := c.recipe()
		if c.Found {
			in.Says = recipe.Machine
		}
		made, _, err := a.State(env.Ctx, who, c.Good, in)
		if err != nil {
			return nil, err
		}
		return api.RecipeOf(made), nil
	})
}

// RecipeChangeCmd changes one.
type RecipeChangeCmd struct {
	As
	Good string `arg:"" help:"Slug or id of the good."`
	ID   string `arg:"" name:"recipe" help:"Id of the recipe."`
	RecipeFlags
	Edition int64 `help:"Only if it is still this edition." default:"0"`
}

// Run changes it.
func (c *RecipeChangeCmd) Run(env *Env) error {
	return c.prescribes(env, CheckFlags{}, func(a *app.App, who access.Who) (any, error) {
		in := c.recipe()
		in.Edition = c.Edition
		kept, _, err := a.Change(env.Ctx, who, c.Good, good.ID(c.ID), in)
		if err != nil {
			return nil, err
		}
		return api.RecipeOf(kept), nil
	})
}

// RecipeDropCmd drops one.
type RecipeDropCmd struct {
	As
	Good string `arg:"" help:"Slug or id of the good."`
	ID   string `arg:"" name:"recipe" help:"Id of the recipe."`
}

// Run takes it away.
func (c *RecipeDropCmd) Run(env *Env) error {
	return c.prescribes(env, CheckFlags{}, func(a *app.App, who access.Who) (any, error) {
		_, err := a.Drop(env.Ctx, who, c.Good, good.ID(c.ID))
		return nil, err
	})
}

// RecipeLookCmd looks.
type RecipeLookCmd struct {
	As
	CheckFlags
	Good string `arg:"" optional:"" help:"Slug or id of the good whose recipes are looked at, due or not; without one, what is due."`
}

// Run looks, and prints how many were looked at.
func (c *RecipeLookCmd) Run(env *Env) error {
	return c.prescribes(env, c.CheckFlags, func(a *app.App, who access.Who) (any, error) {
		n, err := a.Run(env.Ctx, who, c.Good)
		return map[string]int{"looked": n}, err
	})
}
