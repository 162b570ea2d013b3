package main

import (
	"context"
	"time"

	"stoa/internal/access"
	"stoa/internal/api"
	"stoa/internal/app/duplicates"
	"stoa/internal/app/goods"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/match"
	"stoa/internal/store"
)

// doubled makes what finds goods that look like one.
func (c *ServeCmd) doubled(db *store.DB, g *goods.App) *duplicates.App {
	c.duplicates = &duplicates.App{DB: db, Live: g.Live, CatchUp: g.CatchUp, Pause: rested}
	return c.duplicates
}

// rested waits, so that going through all goods leaves the machine to others.
func rested(ctx context.Context) error {
	select {
	case <-time.After(duplicatesPause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// duplicatesPause is how long nothing is looked for after a few goods were.
const duplicatesPause = 20 * time.Millisecond

// doubles reads the journal for goods that look like one.
func (c *ServeCmd) doubles() jobs.Reader {
	return jobs.Reader{Name: duplicates.Follower, Begin: c.duplicates.Begin, Wants: duplicates.Wants, Read: c.duplicates.Read}
}

// DuplicatesCmd looks after goods that look like one.
type DuplicatesCmd struct {
	List   DuplicatesListCmd   `cmd:"" help:"List pairs of goods that look like one."`
	Find   DuplicatesFindCmd   `cmd:"" help:"Look now for what a good may be one with; a server does so by itself."`
	Settle DuplicatesSettleCmd `cmd:"" help:"Merge two goods, keep them apart, or undo either."`
}

// Doubled is what all commands about duplicates take.
type Doubled struct{ As }

// do opens the instance for fn, as somebody, and prints what it gives as JSON.
func (c Doubled) do(env *Env, fn func(*duplicates.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := c.who(env, db)
	if err != nil {
		return err
	}
	out, err := fn(&duplicates.App{DB: db}, who)
	if err != nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

func pairsOf(items []duplicates.Item) []api.Duplicate {
	out := make([]api.Duplicate, 0, len(items))
	for _, i := range items {
		out = append(out, api.DuplicateOf(i))
	}
	return out
}

// DuplicatesListCmd lists.
type DuplicatesListCmd struct {
	Doubled
	State  string `help:"Which: ${enum}." enum:"open,merged,apart" default:"open"`
	Limit  int    `help:"How many at most." default:"50"`
	Offset int    `help:"How many to leave out." default:"0"`
}

// Run prints pairs.
func (c *DuplicatesListCmd) Run(env *Env) error {
	return c.do(env, func(a *duplicates.App, who access.Who) (any, error) {
		items, _, err := a.Queue(env.Ctx, who, match.State(c.State), c.Offset, c.Limit)
		return pairsOf(items), err
	})
}

// DuplicatesFindCmd finds.
type DuplicatesFindCmd struct {
	Doubled
	Good string `arg:"" help:"Slug or id."`
}

// Run prints what the good may be one with.
func (c *DuplicatesFindCmd) Run(env *Env) error {
	return c.do(env, func(a *duplicates.App, who access.Who) (any, error) {
		live, err := env.indexed(env.Ctx, a.DB) // words find what no key does
		if err != nil {
			return nil, err
		}
		a.Live = live
		items, err := a.Find(env.Ctx, who, c.Good)
		return pairsOf(items), err
	})
}

// DuplicatesSettleCmd decides.
type DuplicatesSettleCmd struct {
	Doubled
	Pair   string `arg:"" help:"Id of the pair."`
	How    string `required:"" enum:"merge,apart,undo" help:"What is done: ${enum}."`
	Into   string `help:"Slug or id of the good that stays; without it, the recognised one, else the older." placeholder:"GOOD"`
	Reason string `required:"" help:"Why; it is published with the decision."`
}

// Run does what was decided.
func (c *DuplicatesSettleCmd) Run(env *Env) error {
	return c.do(env, func(a *duplicates.App, who access.Who) (any, error) {
		i, _, err := a.Decide(env.Ctx, who, good.ID(c.Pair), duplicates.Decision{How: c.How, Into: c.Into, Reason: c.Reason})
		if err != nil {
			return nil, err
		}
		return api.DuplicateOf(i), nil
	})
}

// GoodPartCmd undoes a merge.
type GoodPartCmd struct {
	Good   string `arg:"" help:"Slug or id of the good that went."`
	Reason string `required:"" help:"Why."`
}

// Run brings both back.
func (c *GoodPartCmd) Run(env *Env) error {
	return withGoods(env, func(a *goods.App) (*good.Good, int64, error) { return a.Part(env.Ctx, operator, c.Good, c.Reason) })
}
