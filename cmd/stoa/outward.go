package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/goods"
	"stoa/internal/app/imports"
	"stoa/internal/app/listings"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/oai"
	"stoa/internal/softwareapi"
	"stoa/internal/store"
)

// forPrograms are where addresses begin that only programs ask for: what is
// refused there is refused as a problem document.
var forPrograms = []string{"/api/", "/log/", "/dpga/", "/v1/", "/oai"}

// isForPrograms says whether a program asks.
func isForPrograms(path string) bool {
	for _, begin := range forPrograms {
		if strings.HasPrefix(path, begin) {
			return true
		}
	}
	return false
}

// listings is what is listed through the publiccode catalogue API.
func (e *Env) listings(db *store.DB, base string, catchUp func(context.Context) error) *listings.App {
	importing := &imports.App{DB: db, Now: e.Now, CatchUp: catchUp}
	return &listings.App{DB: db, Rand: e.Rand, Base: base, Bring: func(ctx context.Context, s good.Source, c harvest.Candidate) error {
		one := func(yield func(harvest.Candidate, error) bool) { yield(c, nil) }
		_, err := importing.Import(ctx, good.Actor{Role: access.Importer}, &harvest.Input{Format: harvest.Publiccode, Sources: []good.Source{s}, Count: 1, Each: one}, imports.Options{})
		return err
	}}
}

// outward adds what other registries, portals and crawlers ask for.
func (c *ServeCmd) outward(mux *http.ServeMux, env *Env, db *store.DB, g *goods.App, base string, deny edge.Deny, shell ...edge.Middleware) {
	c.listed = env.listings(db, base, g.CatchUp)
	host := base
	if u, err := url.Parse(base); err == nil {
		host = u.Hostname()
	}
	mux.Handle("/oai", edge.Chain(oai.New(oai.Config{Goods: g, BaseURL: base, Name: env.Name, Mail: "postmaster@" + host, Now: env.Now, Log: env.Log, Deny: deny}), shell...))
	mux.Handle("/v1/", edge.Chain(softwareapi.New(softwareapi.Config{Listings: c.listed, Hooks: c.heard, Version: version, Log: env.Log, Deny: deny}), shell...))
}
