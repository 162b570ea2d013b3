package main

import (
	"context"

	"stoa/internal/app/goods"
	"stoa/internal/app/reports"
	"stoa/internal/good"
)

// ReportCmd prints how goods do.
type ReportCmd struct {
	Kind string `arg:"" optional:"" enum:",years,countries,goals,programmes,goods" default:"" help:"Of what: ${enum}; without it, the reports there are."`
	Key  string `arg:"" optional:"" help:"A year, an ISO 3166-1 alpha-2 code, the number of a goal, the address of a programme's name or the slug of a good."`
}

// Run prints the report as JSON.
func (c *ReportCmd) Run(env *Env) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	app := &reports.App{DB: db, Goods: searched{env, db}, Now: env.Now}
	if c.Kind == "" {
		all, err := app.Index(env.Ctx)
		if err != nil {
			return err
		}
		return printJSON(env.Stdout, all)
	}
	report, err := app.Of(env.Ctx, reports.Kind(c.Kind), c.Key)
	if err != nil {
		return err
	}
	return printJSON(env.Stdout, report)
}

// Good implements reports.Goods.
func (s searched) Good(ctx context.Context, slugOrID string) (*good.Good, error) {
	return (&goods.App{DB: s.db}).Good(ctx, slugOrID)
}
