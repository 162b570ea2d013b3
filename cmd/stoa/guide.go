package main

import (
	"io/fs"
	"sync"

	"stoa/internal/access"
	app "stoa/internal/app/guides"
	"stoa/internal/app/recipes"
	"stoa/internal/good"
	"stoa/internal/guide"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/internal/web/page"
	guidepage "stoa/internal/web/page/guide"
	"stoa/standards"
)

// checklists are what guides are made of. They are read when the first guide is
// asked for.
var checklists = sync.OnceValues(func() (*standard.Library, error) {
	folder, err := fs.Sub(standards.Guides, "guides")
	if err != nil {
		return nil, err
	}
	return standard.Load(shape.New(), folder)
})

// guides are the guides of goods, and the copies that people keep of them.
func (e *Env) guides(db *store.DB) *app.App {
	return &app.App{DB: db, Now: e.Now, Lists: checklists}
}

// guidePages are the pages of them.
func (e *Env) guidePages(db *store.DB, ways *recipes.App) []page.Route {
	return guidepage.Routes(guidepage.Config{App: e.guides(db), Recipes: ways})
}

// GuideCmd looks after guides.
type GuideCmd struct {
	Show   GuideShowCmd   `cmd:"" help:"Print the checklist of a good, filled with what is known."`
	Mine   GuideMineCmd   `cmd:"" help:"List your copies, and those that are shared with you."`
	Keep   GuideKeepCmd   `cmd:"" help:"Keep a copy of the checklist of a good."`
	Copy   GuideCopyCmd   `cmd:"" help:"Print a copy."`
	Change GuideChangeCmd `cmd:"" help:"Say anew what a copy is about, and with whom it is shared."`
	Mark   GuideMarkCmd   `cmd:"" help:"Say how far an item of a copy is."`
	Renew  GuideRenewCmd  `cmd:"" help:"Take a copy to the newest version of its checklist."`
	Drop   GuideDropCmd   `cmd:"" help:"Delete a copy."`
}

// guided runs do with the guides for whom a names, and prints what it answers as
// JSON.
func (a As) guided(env *Env, do func(*app.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	out, err := do(env.guides(db), who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// listedItem is an item of a guide as it is printed.
type listedItem struct {
	ID    string      `json:"id"`
	Label string      `json:"label"`
	Known []app.Known `json:"known,omitempty"`
	Mark  *guide.Mark `json:"mark,omitempty"`
}

func printed(g *app.Guide, marked bool) []listedItem {
	var out []listedItem
	for _, p := range g.Parts {
		for _, i := range p.Items {
			label, _ := i.Label.In("en")
			one := listedItem{ID: i.ID, Label: label, Known: i.Known}
			if marked {
				one.Mark = &i.Mark
			}
			out = append(out, one)
		}
	}
	return out
}

// GuideShowCmd prints one.
type GuideShowCmd struct {
	Good    string `arg:"" help:"Slug or id of the good."`
	Country string `help:"Fill it for this country (ISO 3166-1 alpha-2)."`
}

// Run prints it.
func (c *GuideShowCmd) Run(env *Env) error {
	return As{}.guided(env, func(a *app.App, _ access.Who) (any, error) {
		g, err := a.Guide(env.Ctx, c.Good, c.Country)
		if err != nil {
			return nil, err
		}
		return map[string]any{"good": g.Of.Slug, "checklist": g.List.Key(), "country": g.For, "items": printed(g, false)}, nil
	})
}

// GuideMineCmd lists.
type GuideMineCmd struct{ As }

// Run lists them.
func (c *GuideMineCmd) Run(env *Env) error {
	return c.guided(env, func(a *app.App, who access.Who) (any, error) { return a.Mine(env.Ctx, who) })
}

// AboutGuide is what a copy is about.
type AboutGuide struct {
	Title   string `help:"What you call it."`
	Country string `help:"Where the good is to be used (ISO 3166-1 alpha-2)."`
	Body    string `help:"Slug or id of an organisation for which you act, to share it with."`
}

// GuideKeepCmd keeps.
type GuideKeepCmd struct {
	As
	AboutGuide
	Good string `arg:"" help:"Slug or id of the good."`
}

// Run keeps it.
func (c *GuideKeepCmd) Run(env *Env) error {
	return c.guided(env, func(a *app.App, who access.Who) (any, error) {
		return a.Keep(env.Ctx, who, app.Input{Good: c.Good, Title: c.Title, Country: c.Country, Body: c.Body})
	})
}

// OfGuide is one copy.
type OfGuide struct {
	As
	ID string `arg:"" help:"Id of the copy."`
}

// GuideCopyCmd prints one.
type GuideCopyCmd struct{ OfGuide }

// Run prints it.
func (c *GuideCopyCmd) Run(env *Env) error {
	return c.guided(env, func(a *app.App, who access.Who) (any, error) {
		v, err := a.Show(env.Ctx, who, good.ID(c.ID))
		if err != nil {
			return nil, err
		}
		return map[string]any{"copy": v.Copy, "good": v.Of.Slug, "progress": v.Progress, "items": printed(&v.Guide, true), "changes": v.Changes}, nil
	})
}

// GuideChangeCmd changes.
type GuideChangeCmd struct {
	OfGuide
	AboutGuide
}

// Run changes it.
func (c *GuideChangeCmd) Run(env *Env) error {
	return c.guided(env, func(a *app.App, who access.Who) (any, error) {
		return a.Change(env.Ctx, who, good.ID(c.ID), app.Input{Title: c.Title, Country: c.Country, Body: c.Body})
	})
}

// GuideMarkCmd marks.
type GuideMarkCmd struct {
	OfGuide
	Item  string `arg:"" help:"Id of the item."`
	State string `arg:"" enum:"open,in-hand,done,not-needed" help:"How far it is: ${enum}."`
	Note  string `help:"What there is to say of it."`
	Owner string `help:"Who sees to it."`
	Due   string `help:"The day until which."`
	Seen  int    `help:"Version of the item that you saw, 0 where nothing is said of it yet."`
}

// Run marks it.
func (c *GuideMarkCmd) Run(env *Env) error {
	return c.guided(env, func(a *app.App, who access.Who) (any, error) {
		return a.Mark(env.Ctx, who, good.ID(c.ID), c.Item, guide.Mark{State: guide.State(c.State), Note: c.Note, Owner: c.Owner, Due: good.Date(c.Due)}, c.Seen)
	})
}

// GuideRenewCmd renews.
type GuideRenewCmd struct{ OfGuide }

// Run renews it.
func (c *GuideRenewCmd) Run(env *Env) error {
	return c.guided(env, func(a *app.App, who access.Who) (any, error) { return a.Renew(env.Ctx, who, good.ID(c.ID)) })
}

// GuideDropCmd drops.
type GuideDropCmd struct{ OfGuide }

// Run deletes it.
func (c *GuideDropCmd) Run(env *Env) error {
	return c.guided(env, func(a *app.App, who access.Who) (any, error) { return nil, a.Drop(env.Ctx, who, good.ID(c.ID)) })
}
