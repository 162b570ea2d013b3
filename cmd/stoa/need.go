package main

import (
	"context"

	"stoa/internal/access"
	"stoa/internal/app/follow"
	app "stoa/internal/app/needs"
	"stoa/internal/catalog"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/need"
	"stoa/internal/store"
)

// NeedCmd ranks goods for needs and looks after those that are kept.
type NeedCmd struct {
	Match     NeedMatchCmd  `cmd:"" help:"Rank goods for a need; nothing is kept."`
	List      NeedListCmd   `cmd:"" help:"List the needs that are public, and those of a person."`
	Show      NeedShowCmd   `cmd:"" help:"Print one need."`
	Goods     NeedGoodsCmd  `cmd:"" help:"Rank goods for a need that is kept."`
	Aid       NeedAidCmd    `cmd:"" help:"Print who offers help that fits a need that is kept, and the open calls that do."`
	Keep      NeedKeepCmd   `cmd:"" help:"Keep a need."`
	Change    NeedChangeCmd `cmd:"" help:"State a need anew, as a whole."`
	Close     NeedCloseCmd  `cmd:"" help:"End a need that was met or is needed no more."`
	Hide      NeedHideCmd   `cmd:"" help:"Take a need away from the public."`
	Shortlist NeedShortCmd  `cmd:"" help:"Put a good on the shortlist of a need, or take it off."`
	Answer    NeedAnswerCmd `cmd:"" help:"Say that an organisation can help."`
	Decide    NeedDecideCmd `cmd:"" help:"Accept or decline an answer."`
}

// indexed is an index of the goods of a database.
func (e *Env) indexed(ctx context.Context, db *store.DB) (*catalog.Live, error) {
	live := &catalog.Live{}
	return live, (&follow.Follower{Store: db, Primary: db, Live: live, Log: e.Log, Now: e.Now}).Start(ctx)
}

// needed runs do with the needs for whom a names, and prints what it answers as
// JSON.
func (a As) needed(env *Env, do func(*app.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	queue, err := jobs.NewQueue(db, away)
	if err != nil {
		return err
	}
	in := env.needs(db)
	in.Tell = env.telling(db, queue)
	out, err := do(in, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// fit is a good in its place as it is printed.
type fit struct {
	Slug     string         `json:"slug"`
	Name     string         `json:"name"`
	Findings []need.Finding `json:"findings"`
}

// ranked prints goods for what is asked.
func (e *Env) ranked(a *app.App, ask *need.Ask, n int) (any, error) {
	var err error
	if a.Live, err = e.indexed(e.Ctx, a.DB); err != nil {
		return nil, err
	}
	list, err := a.Match(e.Ctx, ask, max(1, min(n, app.Most)))
	out := []fit{}
	for _, r := range list {
		out = append(out, fit{r.Good.Slug, r.Good.Name, r.Findings})
	}
	return out, err
}

// AskFlags are what is asked besides the problem.
type AskFlags struct {
	Lang     string   `enum:"en,ar,zh,fr,ru,es" default:"en" help:"Language of the words: ${enum}."`
	Use      string   `help:"What is done with it, step by step."`
	Country  string   `help:"Where (ISO 3166-1 alpha-2)."`
	Kind     []string `help:"Kinds of good: software, data, ai, standard, content."`
	Sector   []string `help:"Sectors."`
	SDG      []int    `name:"sdg" help:"Goals, 1 to 17."`
	Block    []string `help:"Building blocks."`
	Users    string   `help:"Who works with it."`
	People   int64    `help:"Whom it is to serve."`
	Language []string `help:"Languages that it has to speak."`
	Must     []string `help:"What it has to allow: offline, hosting."`
	Licence  string   `help:"Family of its licence: permissive, copyleft, public-domain, attribution, share-alike."`
	Standard []string `help:"Standards, such as FHIR."`
	Budget   string   `help:"In the first year: none, under-50k, under-500k, over-500k, unknown."`
	Time     string   `help:"Until first use: months-3, months-12, years, unknown."`
}

func (c AskFlags) ask(problem string) need.Ask {
	a := need.Ask{Problem: problem, Lang: c.Lang, Use: c.Use, Country: c.Country, Sectors: c.Sector, SDGs: c.SDG, Blocks: c.Block, Users: c.Users, People: c.People,
		Tongues: c.Language, Licence: c.Licence, Standards: c.Standard, Budget: c.Budget, Time: c.Time}
	for _, k := range c.Kind {
		a.Kinds = append(a.Kinds, good.Kind(k))
	}
	for _, m := range c.Must {
		a.Musts = append(a.Musts, need.Must(m))
	}
	return a
}

// NeedMatchCmd ranks.
type NeedMatchCmd struct {
	Problem string `arg:"" help:"The problem in plain words."`
	AskFlags
	Limit int `default:"10" help:"How many goods."`
}

// Run prints the goods.
func (c *NeedMatchCmd) Run(env *Env) error {
	return As{}.needed(env, func(a *app.App, _ access.Who) (any, error) {
		ask := c.ask(c.Problem)
		return env.ranked(a, &ask, c.Limit)
	})
}

// NeedListCmd lists.
type NeedListCmd struct {
	As
	Country string `help:"Only of this country (ISO 3166-1 alpha-2)."`
	Sector  string `help:"Only of this sector."`
	Block   string `help:"Only with this building block."`
	SDG     string `name:"sdg" help:"Only of this goal."`
	State   string `enum:",open,closed" default:"" help:"Only in this state."`
	Before  string `help:"Begin behind this id."`
	Limit   int    `default:"50" help:"How many."`
}

// Run prints them.
func (c *NeedListCmd) Run(env *Env) error {
	return c.needed(env, func(a *app.App, who access.Who) (any, error) {
		list, err := a.List(env.Ctx, app.Which{Country: c.Country, Sector: c.Sector, Block: c.Block, SDG: c.SDG, State: c.State, Before: good.ID(c.Before)}, max(1, c.Limit))
		if err != nil {
			return nil, err
		}
		mine, err := a.Mine(env.Ctx, who)
		return map[string]any{"total": list.Total, "public": list.Needs, "mine": mine, "next": list.Next}, err
	})
}

// OfNeed is one need.
type OfNeed struct {
	As
	ID string `arg:"" help:"Id of the need."`
}

// NeedShowCmd prints one.
type NeedShowCmd struct{ OfNeed }

// Run prints it.
func (c *NeedShowCmd) Run(env *Env) error {
	return c.needed(env, func(a *app.App, who access.Who) (any, error) {
		v, err := a.Show(env.Ctx, who, good.ID(c.ID))
		return map[string]any{"need": v.Record, "answers": v.Answers}, err
	})
}

// NeedGoodsCmd ranks for one that is kept.
type NeedGoodsCmd struct {
	OfNeed
	Limit int `default:"10" help:"How many goods."`
}

// Run prints the goods.
func (c *NeedGoodsCmd) Run(env *Env) error {
	return c.needed(env, func(a *app.App, who access.Who) (any, error) {
		v, err := a.Show(env.Ctx, who, good.ID(c.ID))
		if err != nil {
			return nil, err
		}
		return env.ranked(a, &v.Ask, c.Limit)
	})
}

// NeedAidCmd finds help and calls.
type NeedAidCmd struct{ OfNeed }

// Run prints them.
func (c *NeedAidCmd) Run(env *Env) error {
	return c.needed(env, func(a *app.App, who access.Who) (any, error) {
		v, err := a.Show(env.Ctx, who, good.ID(c.ID))
		if err != nil {
			return nil, err
		}
		if a.Live, err = env.indexed(env.Ctx, a.DB); err != nil {
			return nil, err
		}
		list, err := a.Match(env.Ctx, &v.Ask, 10)
		if err != nil {
			return nil, err
		}
		out, err := a.Aids(env.Ctx, &v.Ask, list)
		return map[string]any{"offers": append([]need.Aid{}, out.Offers...), "calls": append([]need.Aid{}, out.Calls...), "communities": append([]community.Community{}, out.Communities...)}, err
	})
}

// KeepFlags are a need as it is kept.
type KeepFlags struct {
	Problem string `arg:"" help:"The problem in plain words."`
	AskFlags
	Title      string `help:"How the problem begins without it."`
	Visibility string `enum:"private,link,public" default:"private" help:"Who may see it: ${enum}."`
	Wanted     bool   `help:"Organisations that can help may say so."`
}

func (c KeepFlags) record() need.Record {
	return need.Record{Title: c.Title, Ask: c.ask(c.Problem), Visibility: need.Visibility(c.Visibility), Wanted: c.Wanted}
}

// NeedKeepCmd keeps.
type NeedKeepCmd struct {
	As
	KeepFlags
}

// Run keeps it.
func (c *NeedKeepCmd) Run(env *Env) error {
	return c.needed(env, func(a *app.App, who access.Who) (any, error) { return a.Keep(env.Ctx, who, c.record()) })
}

// NeedChangeCmd changes.
type NeedChangeCmd struct {
	OfNeed
	KeepFlags
}

// Run changes it.
func (c *NeedChangeCmd) Run(env *Env) error {
	return c.needed(env, func(a *app.App, who access.Who) (any, error) {
		return a.Change(env.Ctx, who, good.ID(c.ID), c.record())
	})
}

// NeedCloseCmd closes.
type NeedCloseCmd struct {
	OfNeed
	Outcome string `arg:"" enum:"solved,dropped" help:"How it ended: ${enum}."`
	Reason  string `help:"Why."`
}

// Run closes it.
func (c *NeedCloseCmd) Run(env *Env) error {
	return c.needed(env, func(a *app.App, who access.Who) (any, error) {
		return a.Close(env.Ctx, who, good.ID(c.ID), need.Outcome(c.Outcome), c.Reason)
	})
}

// NeedHideCmd hides.
type NeedHideCmd struct {
	OfNeed
	Reason string `required:"" help:"Why; who keeps it reads it."`
}

// Run hides it.
func (c *NeedHideCmd) Run(env *Env) error {
	return c.needed(env, func(a *app.App, who access.Who) (any, error) {
		return a.Hide(env.Ctx, who, good.ID(c.ID), c.Reason)
	})
}

// NeedShortCmd keeps a shortlist.
type NeedShortCmd struct {
	OfNeed
	Good string `arg:"" help:"Slug or id of the good."`
	Off  bool   `help:"Take it off."`
}

// Run puts it on or takes it off.
func (c *NeedShortCmd) Run(env *Env) error {
	return c.needed(env, func(a *app.App, who access.Who) (any, error) {
		return a.Short(env.Ctx, who, good.ID(c.ID), c.Good, c.Off)
	})
}

// NeedAnswerCmd answers.
type NeedAnswerCmd struct {
	OfNeed
	Text string `arg:"" help:"How it can help; private until accepted."`
	Body string `help:"Slug or id of the organisation for which you speak."`
}

// Run answers.
func (c *NeedAnswerCmd) Run(env *Env) error {
	return c.needed(env, func(a *app.App, who access.Who) (any, error) {
		return a.Answer(env.Ctx, who, good.ID(c.ID), c.Body, c.Text)
	})
}

// NeedDecideCmd decides.
type NeedDecideCmd struct {
	OfNeed
	Answer  string `arg:"" help:"Id of the answer."`
	Verdict string `arg:"" enum:"accept,decline" help:"${enum}."`
}

// Run accepts or declines.
func (c *NeedDecideCmd) Run(env *Env) error {
	return c.needed(env, func(a *app.App, who access.Who) (any, error) {
		return a.Decide(env.Ctx, who, good.ID(c.ID), good.ID(c.Answer), c.Verdict == "accept")
	})
}
