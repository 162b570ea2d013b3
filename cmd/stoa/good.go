package main

import (
	"encoding/json"
	"fmt"

	"stoa/internal/access"
	"stoa/internal/app/goods"
	"stoa/internal/good"
)

// GoodCmd is what an operator does with one good.
type GoodCmd struct {
	Show    GoodShowCmd    `cmd:"" help:"Print a good as JSON."`
	Edit    GoodEditCmd    `cmd:"" help:"State facts about a good in person."`
	Undo    GoodUndoCmd    `cmd:"" help:"Take back the newest statement in person, by a new one."`
	Rename  GoodRenameCmd  `cmd:"" help:"Give a good another address; the old one redirects."`
	Remove  GoodRemoveCmd  `cmd:"" help:"Take a good away, leaving a tombstone."`
	Restore GoodRestoreCmd `cmd:"" help:"Bring a removed good back."`
	Merge   GoodMergeCmd   `cmd:"" help:"Declare two goods one."`
	Part    GoodPartCmd    `cmd:"" help:"Undo a merge: bring both goods back."`
}

// operator is who types at the command line.
var operator = good.Actor{Role: access.Operator}

// withGoods runs do with the goods of the instance and says where the change
// stands in the journal.
func withGoods(env *Env, do func(*goods.App) (*good.Good, int64, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	g, position, err := do(&goods.App{DB: db})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%s\t%s\tversion %d\tjournal %d\n", g.Slug, g.Stage, g.Version, position)
	return err
}

// GoodShowCmd prints a good.
type GoodShowCmd struct {
	Good string `arg:"" help:"Slug, id or foreign id."`
}

// Run prints the good as indented JSON.
func (c *GoodShowCmd) Run(env *Env) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	g, err := (&goods.App{DB: db}).Good(env.Ctx, c.Good)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(env.Stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(g)
}

// GoodEditCmd states facts.
type GoodEditCmd struct {
	Good    string   `arg:"" help:"Slug, id or foreign id."`
	Set     []string `arg:"" help:"field=value, value as JSON or plain text: 'name=DHIS2', 'languages=[\"en\",\"fr\"]', 'website=' to go back to what other sources say." sep:"none"`
	Reason  string   `required:"" help:"Why."`
	Version int64    `help:"Only if the good still has this version." default:"0"`
}

// Run writes the edit.
func (c *GoodEditCmd) Run(env *Env) error {
	return withGoods(env, func(a *goods.App) (*good.Good, int64, error) {
		return a.Edit(env.Ctx, operator, c.Good, c.Version, c.Reason, func(f *good.Facts) error { return goods.SetFields(f, c.Set) })
	})
}

// GoodUndoCmd undoes.
type GoodUndoCmd struct {
	Good   string `arg:"" help:"Slug, id or foreign id."`
	Reason string `required:"" help:"Why."`
}

// Run takes the newest edit back.
func (c *GoodUndoCmd) Run(env *Env) error {
	return withGoods(env, func(a *goods.App) (*good.Good, int64, error) {
		return a.Undo(env.Ctx, operator, c.Good, c.Reason)
	})
}

// GoodRenameCmd renames.
type GoodRenameCmd struct {
	Good   string `arg:"" help:"Slug, id or foreign id."`
	Slug   string `arg:"" help:"The new address."`
	Reason string `required:"" help:"Why."`
}

// Run renames the good.
func (c *GoodRenameCmd) Run(env *Env) error {
	return withGoods(env, func(a *goods.App) (*good.Good, int64, error) {
		return a.Rename(env.Ctx, operator, c.Good, c.Slug, c.Reason)
	})
}

// GoodRemoveCmd removes.
type GoodRemoveCmd struct {
	Good   string `arg:"" help:"Slug, id or foreign id."`
	Reason string `required:"" help:"Why; shown on the tombstone."`
}

// Run removes the good.
func (c *GoodRemoveCmd) Run(env *Env) error {
	return withGoods(env, func(a *goods.App) (*good.Good, int64, error) {
		return a.Remove(env.Ctx, operator, c.Good, c.Reason)
	})
}

// GoodRestoreCmd restores.
type GoodRestoreCmd struct {
	Good   string `arg:"" help:"Slug, id or foreign id."`
	Reason string `required:"" help:"Why."`
}

// Run restores the good.
func (c *GoodRestoreCmd) Run(env *Env) error {
	return withGoods(env, func(a *goods.App) (*good.Good, int64, error) {
		return a.Restore(env.Ctx, operator, c.Good, c.Reason)
	})
}

// GoodMergeCmd merges.
type GoodMergeCmd struct {
	From   string `arg:"" help:"The good that goes; its addresses redirect."`
	Into   string `arg:"" help:"The good that stays."`
	Reason string `required:"" help:"Why."`
}

// Run merges the goods.
func (c *GoodMergeCmd) Run(env *Env) error {
	return withGoods(env, func(a *goods.App) (*good.Good, int64, error) {
		return a.Merge(env.Ctx, operator, c.From, c.Into, c.Reason)
	})
}
