package main

import (
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/api"
	"stoa/internal/app/imports"
	"stoa/internal/good"
	"stoa/internal/jobs"
)

// PriorityCmd says how much the word of a source counts.
type PriorityCmd struct {
	List PriorityListCmd `cmd:"" help:"List how much the word of each source counts."`
	Set  PrioritySetCmd  `cmd:"" help:"Say for which fields a source counts more or less than for others."`
}

// weighing has goods made anew of which a source counts more or less.
func (c *ServeCmd) weighing(cfg *jobs.Config) {
	cfg.Doers[imports.TaskWeigh] = jobs.Doer{Do: c.weighed.DoWeigh, Attempts: 5, Time: weighTime}
}

// weighTime is how long goods are made anew before the task begins again.
const weighTime = time.Hour

// Preferring is what all commands about priorities take.
type Preferring struct{ As }

// do opens the instance for fn, as somebody, and prints what it gives as JSON.
func (c Preferring) do(env *Env, fn func(*imports.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := c.who(env, db)
	if err != nil {
		return err
	}
	out, err := fn(&imports.App{DB: db, Now: env.Now}, who)
	if err != nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// PriorityListCmd lists.
type PriorityListCmd struct{ Preferring }

// Run prints every source.
func (c *PriorityListCmd) Run(env *Env) error {
	return c.do(env, func(a *imports.App, who access.Who) (any, error) {
		list, err := a.Preferences(env.Ctx, who)
		out := make([]api.SourcePriority, 0, len(list))
		for _, s := range list {
			out = append(out, api.PriorityOf(s))
		}
		return out, err
	})
}

// PrioritySetCmd sets.
type PrioritySetCmd struct {
	Preferring
	Source string   `arg:"" help:"Id of the source."`
	Field  []string `arg:"" optional:"" help:"field=priority, 1 to 90, for every field for which it counts otherwise: website=80. None for none." sep:"none"`
	Reason string   `required:"" help:"Why; it is published."`
}

// Run sets the priorities and makes the goods anew that change.
func (c *PrioritySetCmd) Run(env *Env) error {
	fields := map[string]int{}
	for _, one := range c.Field {
		field, n, _ := strings.Cut(one, "=")
		v, err := strconv.Atoi(n)
		if err != nil {
			return &good.Error{Kind: good.Invalid, Key: "clash.error.priority", Field: field, Args: map[string]any{"Most": 90}}
		}
		fields[field] = v
	}
	return c.do(env, func(a *imports.App, who access.Who) (any, error) {
		s, err := a.Prefer(env.Ctx, who, c.Source, api.FieldsOf(fields), c.Reason)
		if err != nil {
			return nil, err
		}
		return api.PriorityOf(s), nil
	})
}
