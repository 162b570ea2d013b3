package main

import (
	"slices"
	_ "time/tzdata" // calls close on the clocks of a zone, whatever the machine knows of it

	"stoa/internal/app/advisory"
	"stoa/internal/app/alliance"
	"stoa/internal/app/assessment"
	"stoa/internal/app/calls"
	"stoa/internal/app/deployments"
	"stoa/internal/app/goods"
	"stoa/internal/app/localisation"
	"stoa/internal/app/needs"
	"stoa/internal/app/nominations"
	"stoa/internal/app/reports"
	"stoa/internal/app/sourcing"
	"stoa/internal/app/support"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/store"
	"stoa/internal/tlog"
	"stoa/internal/web/page"
	advisorypage "stoa/internal/web/page/advisory"
	alliancepage "stoa/internal/web/page/alliance"
	boardspage "stoa/internal/web/page/boards"
	callspage "stoa/internal/web/page/calls"
	deploymentpage "stoa/internal/web/page/deployments"
	needspage "stoa/internal/web/page/needs"
	proofpage "stoa/internal/web/page/proof"
	reportspage "stoa/internal/web/page/reports"
)

// alliance is the alliance of an instance, whose people hear of it by tell.
func (c *ServeCmd) alliance(env *Env, db *store.DB) *alliance.App {
	app := &alliance.App{DB: db, Now: env.Now}
	if c.queue != nil {
		app.Tasks = c.queue
	}
	if c.heard != nil {
		app.Tell = c.heard.Tell
	}
	return app
}

// deployments are the goods in use of an instance, whose people hear of them by
// tell.
func (c *ServeCmd) deployments(env *Env, db *store.DB) *deployments.App {
	app := &deployments.App{DB: db, Now: env.Now}
	if c.queue != nil {
		app.Tasks = c.queue
	}
	if c.heard != nil {
		app.Tell = c.heard.Tell
	}
	return app
}

// needs are the needs of an instance, whose people hear of them by tell.
func (c *ServeCmd) needs(env *Env, db *store.DB, g *goods.App) *needs.App {
	app := env.needs(db)
	app.Live = g.Live
	if c.heard != nil {
		app.Tell = c.heard.Tell
	}
	return app
}

// needs are the needs of a database, beside which help and calls are found.
func (e *Env) needs(db *store.DB) *needs.App {
	return &needs.App{DB: db, Now: e.Now, Offers: (&support.App{DB: db, Now: e.Now}).ForNeed, Calls: (&calls.App{DB: db, Now: e.Now}).ForNeed}
}

// translated is what people translate on an instance, whose people hear of it
// by tell.
func (c *ServeCmd) translated(env *Env, db *store.DB) (*localisation.App, error) {
	reader, err := c.repositories()
	if err != nil {
		return nil, err
	}
	app := &localisation.App{DB: db, Now: env.Now, Reader: reader}
	if c.queue != nil {
		app.Queue = c.queue
	}
	if c.heard != nil {
		app.Tell = c.heard.Tell
	}
	c.local = app
	return app, nil
}

// proposed are the nominations of an instance.
func (c *ServeCmd) proposed(env *Env, db *store.DB, g *goods.App) *nominations.App {
	app := &nominations.App{DB: db, Rand: env.Rand, CatchUp: g.CatchUp, Near: func(like *good.Good, most int) []good.ID { return g.Live.Load().Near(like, most) }}
	if c.queue != nil {
		app.Tasks = c.queue
	}
	return app
}

// rooms are the pages about assessment, what is public of it and who advises,
// about the alliance, goods in use and needs.
func (e *Env) rooms(db *store.DB, app *assessment.App, g *goods.App, allied *alliance.App, boards *sourcing.App, used *deployments.App, needed *needs.App, key *tlog.Key, quota *edge.Quota) ([]page.Route, error) {
	forms, err := key.Secret("forms of the alliance")
	return slices.Concat(proofpage.Routes(proofpage.Config{Assessment: app, Goods: g, Standards: app.Library, Quota: quota.Take, Now: e.Now}),
		advisorypage.Routes(&advisory.App{DB: db, Now: e.Now}), alliancepage.Routes(alliancepage.Config{App: allied, Tickets: nominate.Tickets{Key: forms}, Quota: quota.Take, Rand: e.Rand}), boardspage.Routes(boardspage.Config{App: boards}), deploymentpage.Routes(deploymentpage.Config{App: used}), needspage.Routes(needspage.Config{App: needed}),
		reportspage.Routes(reportspage.Config{App: &reports.App{DB: db, Goods: g, Now: e.Now}})), err
}

// callPages are the pages of open calls.
func (e *Env) callPages(assessed *assessment.App, quota *edge.Quota, key *tlog.Key) ([]page.Route, error) {
	seal, err := key.Secret("forms of entries")
	return callspage.Routes(callspage.Config{Calls: &calls.App{DB: assessed.DB, Library: assessed.Library, Now: e.Now}, Apply: assessed, Standards: assessed.Library, Tickets: nominate.Tickets{Key: seal}, Quota: quota.Take, Now: e.Now, Rand: e.Rand}), err
}
