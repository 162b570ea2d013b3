package main

import (
	"strings"

	"stoa/cmd/look"
	"stoa/cmd/roots"
	"stoa/internal/good"
)

// CheckCmd says what a program can see of a good.
type CheckCmd struct{ look.Cmd }

// Run looks; a good can be named as the registry of --data knows it.
func (c *CheckCmd) Run(env *Env) error {
	return c.Look(&look.World{Ctx: env.Ctx, Program: "stoa", Stdout: env.Stdout, Stderr: env.Stderr, Now: env.Now, Standard: env.one, Trust: roots.Trust,
		Registry: func(name string) (*look.Listing, []string, error) { return here(env, name) }})
}

// here looks a good up in the registry of this data directory: by slug, old
// slug, id or another registry's id. near is nil where there is no registry.
func here(env *Env, name string) (l *look.Listing, near []string, err error) {
	db, err := env.OpenExisting()
	if good.KindOf(err) == good.NotFound {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer db.Close()
	if steps, err := db.Migrations(env.Ctx); err != nil || !steps[0].Applied { // an empty database is no registry
		return nil, nil, err
	}
	if err := db.Ready(env.Ctx); err != nil {
		return nil, nil, err
	}
	g, _, err := db.GoodBySlug(env.Ctx, name)
	if id := good.ID(strings.ToUpper(name)); id.Valid() {
		g, err = db.Good(env.Ctx, id)
	}
	if err == nil && g.Tombstone == nil {
		return &look.Listing{Slug: g.Slug, Name: g.Name, Kinds: g.Kinds, Website: g.Website, Repositories: g.Repositories, Licences: g.Licences}, nil, nil
	}
	if err != nil && good.KindOf(err) != good.NotFound {
		return nil, nil, err
	}
	var all []string
	for g, err := range db.EachGood(env.Ctx) {
		if err != nil {
			return nil, nil, err
		}
		if g.Tombstone == nil {
			all = append(all, g.Slug)
		}
	}
	return nil, look.Nearest(name, all), nil
}
