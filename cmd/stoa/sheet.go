package main

import (
	"fmt"
	"os"
	"slices"

	"stoa/internal/access"
	app "stoa/internal/app/deployments"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/i18n"
)

// DeploymentSheetCmd enters many.
type DeploymentSheetCmd struct {
	As
	File  string `arg:"" help:"Spreadsheet with a deployment a row: XLSX, ODS or CSV."`
	Side  string `enum:",maintainer,adopter" default:"" help:"For which side you speak in every row."`
	Body  string `help:"Slug or id of the organisation for which you speak."`
	Enter bool   `help:"Enter the rows that can be."`
	Row   []int  `help:"Enter only the row of this number; repeat it for several."`
}

// Run looks at the rows, enters those that can be if it is to, and prints what
// became of each: a line with its number, its outcome, and why.
func (c *DeploymentSheetCmd) Run(env *Env) error {
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	if len(raw) > app.MaxFile {
		return &good.Error{Kind: good.Invalid, Key: "deploy.sheet.large", Args: map[string]any{"Max": app.MaxFile >> 20}}
	}
	return c.used(env, func(a *app.App, who access.Who) (any, error) {
		s, err := a.Send(env.Ctx, who, deploy.Side(c.Side), c.Body, raw)
		if err != nil {
			return nil, err
		}
		id := s.ID
		if c.Enter || len(c.Row) > 0 {
			if err := a.Enter(env.Ctx, who, id, c.Row); err != nil {
				return nil, err
			}
		}
		if s, err = a.Sheet(env.Ctx, who, id); err != nil {
			return nil, err
		}
		words := i18n.All()[0]
		for _, r := range s.Rows {
			why := ""
			if r.Key != "" {
				why = r.Field + "\t" + words.T(r.Key, pairs(r.Args)...)
			}
			if _, err := fmt.Fprintf(env.Stdout, "%d\t%s\t%s%s\n", r.Number, r.Outcome, r.ID, why); err != nil {
				return nil, err
			}
		}
		_, err = fmt.Fprintf(env.Stderr, "%d rows: %d can be entered, %d wrong, %d here already, %d entered\n", len(s.Rows), s.Count(deploy.Fit), s.Count(deploy.Wrong), s.Count(deploy.There), s.Count(deploy.Entered))
		if err != nil {
			return nil, err
		}
		return nil, a.Drop(env.Ctx, who, id)
	})
}

// pairs are the arguments of a sentence, in order of their names.
func pairs(args map[string]any) []any {
	var names []string
	for name := range args {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []any
	for _, name := range names {
		out = append(out, name, args[name])
	}
	return out
}
