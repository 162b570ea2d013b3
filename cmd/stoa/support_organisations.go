package main

import (
	"context"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/support"
)

// SupportOrganisationsCmd lists organisations that help.
type SupportOrganisationsCmd struct {
	Kind    string `help:"Only those with this kind of help."`
	Country string `help:"Only those for this country (ISO 3166-1 alpha-2)."`
	Good    string `help:"Only those for this good (slug or id)."`
	After   string `help:"Begin behind this slug."`
	Limit   int    `default:"30" help:"How many."`
}

// Run lists them.
func (c *SupportOrganisationsCmd) Run(env *Env) error {
	return As{}.helped(env, func(ctx context.Context, a *app.App, _ access.Who) (any, error) {
		list, err := a.Organisations(ctx, app.Which{Kind: c.Kind, Country: c.Country, Good: c.Good}, c.After, max(1, c.Limit))
		return map[string]any{"items": list.Items, "next": list.Next}, err
	})
}

// SupportOrganisationCmd prints one organisation.
type SupportOrganisationCmd struct {
	Organisation string `arg:"" help:"Slug or id of the organisation."`
}

// Run prints it.
func (c *SupportOrganisationCmd) Run(env *Env) error {
	return As{}.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		return a.ShowOrganisation(ctx, who, c.Organisation)
	})
}

// SupportReachCmd says whom an organisation reaches.
type SupportReachCmd struct {
	As
	Body    string `arg:"" help:"Slug or id of the organisation."`
	Country string `arg:"" help:"Country (ISO 3166-1 alpha-2)."`
	Unit    string `enum:"subscribers,people,covered" default:"subscribers" help:"What is counted: subscribers, people reached in a year, or people who live where it reaches (${enum})."`
	Number  int64  `help:"How many."`
	AsOf    string `help:"As of when: a year, a month or a day."`
	Source  string `help:"Address of who counted."`
	Drop    bool   `help:"Take back what was said of this country and unit."`
}

// Run says it.
func (c *SupportReachCmd) Run(env *Env) error {
	s := []support.Span{{Country: c.Country, Number: c.Number, Unit: c.Unit, Date: good.Date(c.AsOf), Source: c.Source}}
	in := app.ReachInput{Body: c.Body, Say: s}
	if c.Drop {
		in = app.ReachInput{Body: c.Body, Drop: s}
	}
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		r, _, err := a.Reach(ctx, who, in)
		return r, err
	})
}

// SupportAgreementsCmd lists agreements.
type SupportAgreementsCmd struct {
	Kind         string `help:"Only of this kind of help."`
	Country      string `help:"Only for this country (ISO 3166-1 alpha-2)."`
	Good         string `help:"Only with this good (slug or id)."`
	Organisation string `help:"Only of this organisation (slug or id), denied and ended ones, too."`
	Detail       string `help:"Only with this option of one kind of help: channel_type:ussd."`
	Before       string `help:"Begin behind this id."`
	Limit        int    `default:"30" help:"How many."`
}

// Run lists them.
func (c *SupportAgreementsCmd) Run(env *Env) error {
	return As{}.helped(env, func(ctx context.Context, a *app.App, _ access.Who) (any, error) {
		list, err := a.Agreements(ctx, app.Which{Kind: c.Kind, Country: c.Country, Good: c.Good, Body: c.Organisation, Detail: c.Detail, Before: good.ID(c.Before)}, max(1, c.Limit))
		return map[string]any{"items": list.Items, "next": list.Next}, err
	})
}

// SupportAgreeCmd tells of an agreement.
type SupportAgreeCmd struct {
	As
	Change  string   `help:"Id of the agreement that is stated anew."`
	Body    string   `help:"Slug or id of the organisation."`
	Good    string   `help:"Good (slug or id)."`
	Kind    string   `required:"" help:"Kind of help."`
	Text    string   `help:"What was agreed, in words."`
	Country []string `help:"Countries; anywhere without."`
	Since   string   `required:"" help:"Since when: a year, a month or a day."`
	Until   string   `help:"Until when: a year, a month or a day."`
	Link    string   `help:"Where it can be read."`
	Seen    int64    `help:"Version of the agreement that you saw, of one that is stated anew."`
	Detail  []string `help:"What is said of one kind of help alone, name=value: zero_domains=learn.example.org, device_number=200."`
}

// Run tells of it.
func (c *SupportAgreeCmd) Run(env *Env) error {
	in := app.AgreementInput{Body: c.Body, Good: c.Good, Deal: support.Deal{Kind: c.Kind, Text: c.Text, Countries: c.Country, Since: good.Date(c.Since), Until: good.Date(c.Until), Link: c.Link, Details: details(c.Detail)}, Version: c.Seen}
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		if c.Change != "" {
			g, _, err := a.ChangeAgreement(ctx, who, good.ID(c.Change), in)
			return g, err
		}
		g, _, err := a.Agree(ctx, who, in)
		return g, err
	})
}

// OfAgreement names an agreement, and the version that was seen.
type OfAgreement struct {
	As
	Agreement string `arg:"" help:"Id of the agreement."`
	Seen      int64  `help:"Version of the agreement that you saw: nobody answers what was stated anew meanwhile. Needed to confirm it."`
}

// turned takes an agreement to a state.
func (a OfAgreement) turned(env *Env, to support.State, reason string) error {
	return a.helped(env, func(ctx context.Context, help *app.App, who access.Who) (any, error) {
		g, _, err := help.TurnAgreement(ctx, who, good.ID(a.Agreement), to, reason, a.Seen)
		return g, err
	})
}

// SupportConfirmCmd confirms an agreement.
type SupportConfirmCmd struct{ OfAgreement }

// Run confirms it.
func (c *SupportConfirmCmd) Run(env *Env) error {
	return c.turned(env, support.Confirmed, "")
}

// SupportDenyCmd denies one.
type SupportDenyCmd struct {
	OfAgreement
	Reason string `arg:"" help:"Why; public."`
}

// Run denies it.
func (c *SupportDenyCmd) Run(env *Env) error {
	return c.turned(env, support.Denied, c.Reason)
}

// SupportEndCmd ends one.
type SupportEndCmd struct {
	OfAgreement
	Reason string `arg:"" help:"Why; public."`
}

// Run ends it.
func (c *SupportEndCmd) Run(env *Env) error {
	return c.turned(env, support.Closed, c.Reason)
}
