package main

import (
	"stoa/internal/app/advisory"
	"stoa/internal/app/assessment"
	"stoa/internal/app/goods"
	"stoa/internal/edge"
	"stoa/internal/store"
	"stoa/internal/web/page"
	advisorypage "stoa/internal/web/page/advisory"
	proofpage "stoa/internal/web/page/proof"
)

// rooms are the pages about assessment: what is public of it and who advises.
func (e *Env) rooms(db *store.DB, app *assessment.App, g *goods.App, quota *edge.Quota) []page.Route {
	return append(proofpage.Routes(proofpage.Config{Assessment: app, Goods: g, Standards: app.Library, Quota: quota.Take, Now: e.Now}),
		advisorypage.Routes(&advisory.App{DB: db, Now: e.Now})...)
}
