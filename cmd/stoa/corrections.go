package main

import (
	"stoa/internal/access"
	"stoa/internal/api"
	"stoa/internal/app/goods"
	"stoa/internal/good"
)

// CorrectionsCmd settles what people corrected and sources contradict.
type CorrectionsCmd struct {
	List   CorrectionsListCmd   `cmd:"" help:"List corrections that a source contradicts, the oldest first."`
	Show   CorrectionsShowCmd   `cmd:"" help:"Show those of one good."`
	Settle CorrectionsSettleCmd `cmd:"" help:"Keep a correction, or take what the source says."`
}

// Correcting is what all commands about corrections take.
type Correcting struct{ As }

// do opens the instance for fn, as somebody, and prints what it gives as JSON.
func (c Correcting) do(env *Env, fn func(*goods.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := c.who(env, db)
	if err != nil {
		return err
	}
	out, err := fn(&goods.App{DB: db}, who)
	if err != nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// CorrectionsListCmd lists.
type CorrectionsListCmd struct {
	Correcting
	Field  string `help:"Of this field alone." placeholder:"FIELD"`
	Source string `help:"With this source alone." placeholder:"SOURCE"`
	Limit  int    `help:"How many at most." default:"50"`
	Offset int    `help:"How many to leave out." default:"0"`
}

// Run prints them.
func (c *CorrectionsListCmd) Run(env *Env) error {
	return c.do(env, func(a *goods.App, who access.Who) (any, error) {
		list, err := a.Conflicts(env.Ctx, who, goods.ClashQuery{Field: good.Field(c.Field), Source: c.Source, Offset: c.Offset, Limit: c.Limit})
		return api.CorrectionsOf(list), err
	})
}

// CorrectionsShowCmd shows.
type CorrectionsShowCmd struct {
	Correcting
	Good string `arg:"" help:"Slug, id or foreign id."`
}

// Run prints those of a good.
func (c *CorrectionsShowCmd) Run(env *Env) error {
	return c.do(env, func(a *goods.App, who access.Who) (any, error) {
		return correctionsOf(env, a, who, c.Good)
	})
}

func correctionsOf(env *Env, a *goods.App, who access.Who, slug string) (any, error) {
	list, err := a.ConflictsOf(env.Ctx, who, slug)
	out := make([]api.Correction, 0, len(list))
	for _, one := range list {
		out = append(out, api.CorrectionOf(one))
	}
	return out, err
}

// CorrectionsSettleCmd decides.
type CorrectionsSettleCmd struct {
	Correcting
	Good   string `arg:"" help:"Slug, id or foreign id."`
	Field  string `arg:"" help:"The field: website, summary/fr."`
	How    string `required:"" enum:"keep,take" help:"What counts: keep, the correction; take, what the source says."`
	Reason string `required:"" help:"Why; it is published with the decision."`
}

// Run settles, and prints what is left.
func (c *CorrectionsSettleCmd) Run(env *Env) error {
	return c.do(env, func(a *goods.App, who access.Who) (any, error) {
		if _, _, err := a.SettleConflict(env.Ctx, who, c.Good, good.Field(c.Field), c.How, "", c.Reason); err != nil {
			return nil, err
		}
		return correctionsOf(env, a, who, c.Good)
	})
}
