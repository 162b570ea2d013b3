package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"stoa/internal/app/imports"
	"stoa/internal/good"
)

// SettleCmd ends the cases that an import left to a person.
type SettleCmd struct {
	Case   string `arg:"" optional:"" help:"Id of the case; without one, the open cases are listed."`
	AsNew  bool   `help:"The record is a good of its own." xor:"how"`
	Into   string `help:"The record is about this good." xor:"how" placeholder:"GOOD"`
	Drop   bool   `help:"The record is nothing." xor:"how"`
	Reason string `help:"Why; it is published with the decision."`
}

// Run settles a case, or lists the open ones.
func (c *SettleCmd) Run(env *Env) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	app := &imports.App{DB: db, Now: env.Now}
	if c.Case == "" {
		return listCases(env, app)
	}
	slug, position, err := app.Settle(env.Ctx, operator, good.ID(strings.ToUpper(c.Case)),
		imports.Settlement{AsNew: c.AsNew, Into: c.Into, Drop: c.Drop}, c.Reason)
	if err != nil {
		return err
	}
	if slug == "" {
		_, err = fmt.Fprintln(env.Stdout, "dropped")
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%s\tjournal %d\n", slug, position)
	return err
}

func listCases(env *Env, app *imports.App) error {
	cases, err := app.OpenCases(env.Ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	for _, c := range cases {
		fmt.Fprintf(w, "%s\t%s\t%s/%s\t%s\t%s\n", c.ID, c.Since.Format(time.DateOnly), c.Source, c.ForeignID, c.Name, strings.Join(c.Reasons, "; "))
	}
	return w.Flush()
}
