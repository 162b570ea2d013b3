package main

import (
	"context"
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/deployments"
	"stoa/internal/deploy"
	"stoa/internal/good"
)

// DeploymentCmd looks after goods in use.
type DeploymentCmd struct {
	List     DeploymentListCmd     `cmd:"" help:"List deployments, the newest first."`
	Show     DeploymentShowCmd     `cmd:"" help:"Print one deployment with its history."`
	Claim    DeploymentClaimCmd    `cmd:"" help:"Say that a good is in use."`
	Change   DeploymentChangeCmd   `cmd:"" help:"State a deployment anew; the other side confirms it again."`
	Confirm  DeploymentConfirmCmd  `cmd:"" help:"Confirm a deployment as the side that did not say it."`
	Dispute  DeploymentDisputeCmd  `cmd:"" help:"Say that a deployment is not so."`
	Settle   DeploymentSettleCmd   `cmd:"" help:"End a dispute."`
	Sheet    DeploymentSheetCmd    `cmd:"" help:"Say of each row of a spreadsheet whether it can be entered, and enter them."`
	Withdraw DeploymentWithdrawCmd `cmd:"" help:"Say a deployment no more; its page stays."`
}

// used runs do with goods in use for whom a names, and prints what it answers
// as JSON.
func (a As) used(env *Env, do func(*app.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	out, err := do(&app.App{DB: db, Now: env.Now}, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// moved runs a verb on one deployment.
func (a As) moved(env *Env, do func(ctx context.Context, a *app.App, who access.Who) (*deploy.Record, int64, error)) error {
	return a.used(env, func(u *app.App, who access.Who) (any, error) {
		r, _, err := do(env.Ctx, u, who)
		return r, err
	})
}

// DeploymentListCmd lists.
type DeploymentListCmd struct {
	Good         string `help:"Only of this good (slug or id)."`
	Country      string `help:"Only in this country (ISO 3166-1 alpha-2)."`
	Organisation string `help:"Only of this organisation (address of its name)."`
	Stage        string `enum:",exploring,pilot,live,national-scale,retired" default:"" help:"Only in this stage."`
	State        string `enum:",standing,claimed,confirmed,due,disputed,withdrawn" default:"" help:"Only in this state; standing is all but withdrawn."`
	Programme    string `help:"Only what this programme pays for (address of its name)."`
	Since        string `help:"Only what began in this year."`
	Before       string `help:"Begin behind this id."`
	Limit        int    `default:"50" help:"How many."`
}

// Run lists them.
func (c *DeploymentListCmd) Run(env *Env) error {
	return As{}.used(env, func(a *app.App, _ access.Who) (any, error) {
		return a.List(env.Ctx, app.Which{Good: c.Good, Country: c.Country, Organisation: c.Organisation, Stage: deploy.Stage(c.Stage), State: deploy.State(c.State), Programme: c.Programme, Since: c.Since, Before: good.ID(c.Before)}, max(1, c.Limit))
	})
}

// DeploymentShowCmd prints one.
type DeploymentShowCmd struct {
	As
	ID string `arg:"" help:"Id of the deployment."`
}

// Run prints it.
func (c *DeploymentShowCmd) Run(env *Env) error {
	return c.used(env, func(a *app.App, who access.Who) (any, error) { return a.Show(env.Ctx, who, good.ID(c.ID)) })
}

// StateFlags are what is said of a deployment.
type StateFlags struct {
	Stage        string   `enum:"exploring,pilot,live,national-scale,retired" default:"live" help:"How far it is: ${enum}."`
	Country      string   `help:"Where (ISO 3166-1 alpha-2)."`
	Place        string   `help:"Within the country."`
	Release      string   `help:"Version of the good."`
	Since        string   `help:"Since when: 2024, 2024-05 or 2024-05-31."`
	Until        string   `help:"Until when, of what is retired."`
	People       *int64   `help:"How many people it serves."`
	Users        *int64   `help:"How many work with it."`
	Facilities   *int64   `help:"In how many facilities it is used."`
	Transactions *int64   `help:"How many transactions a year it makes."`
	Counted      string   `help:"As of when these numbers are; today without it."`
	Source       string   `help:"Address of who counted."`
	Language     []string `help:"Languages in which it is used."`
	Hosting      string   `enum:",own,public,cloud,provider,devices" default:"" help:"Where it runs: own machines, a public data centre, a cloud, a provider, devices."`
	Integration  []string `help:"Other goods it works with (slug or id)."`
	Programme    string   `help:"That pays for it."`
	Evidence     []string `help:"Addresses of what shows it."`
	Detail       []string `help:"What is said of one kind of good alone, name=value: data_use=analysis, ai_oversight=each, content_offline='device card', standard_result=passed."`
	Contact      []string `help:"Whom to ask, role=address; private. Roles: lead, technical, data-protection, training."`
}

// input is what was said as the app takes it.
func (c StateFlags) input() app.Input {
	in := app.Input{Integrations: c.Integration, Statement: deploy.Statement{Stage: deploy.Stage(c.Stage), Country: c.Country, Place: c.Place, Release: c.Release, Since: good.Date(c.Since), Until: good.Date(c.Until),
		Languages: c.Language, Hosting: c.Hosting, Programme: c.Programme, Evidence: c.Evidence}}
	for unit, n := range map[deploy.Unit]*int64{deploy.People: c.People, deploy.Users: c.Users, deploy.Facilities: c.Facilities, deploy.Transactions: c.Transactions} {
		if n != nil {
			in.Scale = append(in.Scale, deploy.Measure{Number: *n, Unit: unit, Date: good.Date(c.Counted), Source: c.Source})
		}
	}
	in.Details = details(c.Detail)
	for _, s := range c.Contact {
		role, address, _ := strings.Cut(s, "=")
		in.Contacts = append(in.Contacts, deploy.Contact{Role: role, Address: address})
	}
	return in
}

// details are what is said as name=value; what is said twice is a list.
func details(list []string) map[string]string {
	var out map[string]string
	for _, s := range list {
		if out == nil {
			out = map[string]string{}
		}
		name, value, _ := strings.Cut(s, "=")
		out[name] = strings.TrimSpace(out[name] + " " + value)
	}
	return out
}

// DeploymentClaimCmd claims.
type DeploymentClaimCmd struct {
	As
	Good         string `arg:"" help:"Slug or id of the good."`
	Organisation string `arg:"" optional:"" help:"Who uses it; not needed with --body."`
	Side         string `enum:",maintainer,adopter" default:"" help:"For which side you speak."`
	Body         string `help:"Slug or id of the organisation for which you speak."`
	Website      string `help:"Of the organisation: whoever proved its domain speaks for it."`
	StateFlags
}

// Run claims it.
func (c *DeploymentClaimCmd) Run(env *Env) error {
	return c.moved(env, func(ctx context.Context, a *app.App, who access.Who) (*deploy.Record, int64, error) {
		in := c.input()
		in.Good, in.Side, in.Body, in.Organisation, in.Website = c.Good, deploy.Side(c.Side), c.Body, c.Organisation, c.Website
		return a.Claim(ctx, who, in)
	})
}

// DeploymentChangeCmd changes.
type DeploymentChangeCmd struct {
	As
	ID string `arg:"" help:"Id of the deployment."`
	StateFlags
}

// Run changes it.
func (c *DeploymentChangeCmd) Run(env *Env) error {
	return c.moved(env, func(ctx context.Context, a *app.App, who access.Who) (*deploy.Record, int64, error) {
		return a.Change(ctx, who, good.ID(c.ID), c.input())
	})
}

// DeploymentConfirmCmd confirms.
type DeploymentConfirmCmd struct {
	As
	ID string `arg:"" help:"Id of the deployment."`
}

// Run confirms it.
func (c *DeploymentConfirmCmd) Run(env *Env) error {
	return c.moved(env, func(ctx context.Context, a *app.App, who access.Who) (*deploy.Record, int64, error) {
		return a.Confirm(ctx, who, good.ID(c.ID))
	})
}

// DeploymentDisputeCmd disputes.
type DeploymentDisputeCmd struct {
	As
	ID     string `arg:"" help:"Id of the deployment."`
	Reason string `arg:"" help:"Why; public."`
}

// Run disputes it.
func (c *DeploymentDisputeCmd) Run(env *Env) error {
	return c.moved(env, func(ctx context.Context, a *app.App, who access.Who) (*deploy.Record, int64, error) {
		return a.Dispute(ctx, who, good.ID(c.ID), c.Reason)
	})
}

// DeploymentSettleCmd settles.
type DeploymentSettleCmd struct {
	As
	ID     string `arg:"" help:"Id of the deployment."`
	Reason string `arg:"" help:"Why; public."`
	Upheld bool   `help:"The dispute is right: the deployment is withdrawn."`
}

// Run settles it.
func (c *DeploymentSettleCmd) Run(env *Env) error {
	return c.moved(env, func(ctx context.Context, a *app.App, who access.Who) (*deploy.Record, int64, error) {
		return a.Settle(ctx, who, good.ID(c.ID), c.Upheld, c.Reason)
	})
}

// DeploymentWithdrawCmd withdraws.
type DeploymentWithdrawCmd struct {
	As
	ID     string `arg:"" help:"Id of the deployment."`
	Reason string `arg:"" help:"Why; public."`
}

// Run withdraws it.
func (c *DeploymentWithdrawCmd) Run(env *Env) error {
	return c.moved(env, func(ctx context.Context, a *app.App, who access.Who) (*deploy.Record, int64, error) {
		return a.Withdraw(ctx, who, good.ID(c.ID), c.Reason)
	})
}
