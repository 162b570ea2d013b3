package main

import (
	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/alliance"
	"stoa/internal/good"
)

// JoinCmd is how somebody comes to join the alliance.
type JoinCmd struct {
	Add      JoinAddCmd      `cmd:"" help:"Ask to join."`
	List     JoinListCmd     `cmd:"" help:"List those who ask, in the order of work."`
	Show     JoinShowCmd     `cmd:"" help:"Print what became of an application to join."`
	Reply    JoinReplyCmd    `cmd:"" help:"Answer what the secretariat asked."`
	Withdraw JoinWithdrawCmd `cmd:"" help:"Take an application to join back."`
	Settle   JoinSettleCmd   `cmd:"" help:"Ask back, accept or decline."`
}

// JoinAddCmd asks.
type JoinAddCmd struct {
	As
	Name    string `arg:"" help:"Name of the organisation or country."`
	Role    string `required:"" enum:"member,pathfinder,partner" help:"As what: ${enum}."`
	Country string `help:"ISO 3166-1 alpha-2; a pathfinder needs it."`
	Website string `help:"Its website."`
	Why     string `required:"" help:"Why they want to join."`
	Offer   string `required:"" help:"What they would commit to."`
	Email   string `required:"" help:"Address to answer to."`
	Lang    string `default:"en" help:"Language of the texts and the letters."`
}

// Run asks and prints the application.
func (c *JoinAddCmd) Run(env *Env) error {
	return c.allied(env, func(a *app.App, who access.Who) (any, error) {
		return a.Join(env.Ctx, who, app.Input{Email: c.Email, Joining: alliance.Joining{Role: alliance.Role(c.Role), Name: c.Name, Country: c.Country, Website: c.Website, Why: c.Why, Offer: c.Offer, Lang: c.Lang}})
	})
}

// JoinListCmd lists.
type JoinListCmd struct{ As }

// Run prints those who ask.
func (c *JoinListCmd) Run(env *Env) error {
	return c.allied(env, func(a *app.App, who access.Who) (any, error) { return a.Queue(env.Ctx, who) })
}

// Asked is one application to join.
type Asked struct {
	As
	ID string `arg:"" help:"Id of the application."`
}

// JoinShowCmd shows.
type JoinShowCmd struct{ Asked }

// Run prints it.
func (c *JoinShowCmd) Run(env *Env) error {
	return c.allied(env, func(a *app.App, _ access.Who) (any, error) { return a.Became(env.Ctx, good.ID(c.ID)) })
}

// JoinReplyCmd answers.
type JoinReplyCmd struct {
	Asked
	Text string `arg:"" help:"The answer."`
}

// Run answers.
func (c *JoinReplyCmd) Run(env *Env) error {
	return c.allied(env, func(a *app.App, who access.Who) (any, error) {
		return a.Reply(env.Ctx, who, good.ID(c.ID), c.Text)
	})
}

// JoinWithdrawCmd withdraws.
type JoinWithdrawCmd struct{ Asked }

// Run takes it back.
func (c *JoinWithdrawCmd) Run(env *Env) error {
	return c.allied(env, func(a *app.App, who access.Who) (any, error) {
		return a.Withdraw(env.Ctx, who, good.ID(c.ID))
	})
}

// JoinSettleCmd settles.
type JoinSettleCmd struct {
	Asked
	How    string `arg:"" enum:"ask,accept,decline" help:"What to do: ${enum}."`
	Reason string `help:"The question, or why; the applicant reads it."`
}

// Run settles it.
func (c *JoinSettleCmd) Run(env *Env) error {
	return c.allied(env, func(a *app.App, who access.Who) (any, error) {
		out, _, err := a.Settle(env.Ctx, who, good.ID(c.ID), c.How, c.Reason)
		return out, err
	})
}
