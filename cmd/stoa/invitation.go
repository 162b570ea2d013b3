package main

import (
	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/good"
)

// InvitationCmd is how people ask others to join what they look after.
type InvitationCmd struct {
	Send    InvitationSendCmd    `cmd:"" help:"Ask somebody to join; a running server sends the letter."`
	List    InvitationListCmd    `cmd:"" help:"List who was asked to join something and has not accepted."`
	Back    InvitationBackCmd    `cmd:"" help:"Take an invitation back."`
	Waiting InvitationWaitingCmd `cmd:"" help:"List the invitations that wait for somebody's answer."`
	Answer  InvitationAnswerCmd  `cmd:"" help:"Accept an invitation, or decline it."`
}

// Joined is what somebody invites to.
type Joined struct {
	For
	Kind  string `arg:"" enum:"organisation,good,application,board" help:"One of ${enum}."`
	Thing string `arg:"" help:"Its id, or slug."`
}

// InvitationSendCmd asks.
type InvitationSendCmd struct {
	Joined
	Address string `arg:"" help:"E-mail address of who is asked."`
	Keeper  bool   `help:"They are to look after the organisation, too."`
	Lang    string `help:"Language of the letter, where the address is nobody's here." enum:"en,ar,zh,fr,ru,es" default:"en"`
}

// Run asks.
func (c *InvitationSendCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		return a.Invite(env.Ctx, v.Who, good.Invited(c.Kind), c.Thing, c.Address, c.Keeper, c.Lang)
	})
}

// InvitationListCmd lists.
type InvitationListCmd struct{ Joined }

// Run prints them.
func (c *InvitationListCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		return a.Circle(env.Ctx, v.Who, good.Invited(c.Kind), c.Thing)
	})
}

// InvitationBackCmd takes back.
type InvitationBackCmd struct {
	Joined
	ID string `arg:"" help:"Id of the invitation."`
}

// Run takes it back.
func (c *InvitationBackCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		return nil, a.TakeBack(env.Ctx, v.Who, good.Invited(c.Kind), c.Thing, good.ID(c.ID))
	})
}

// InvitationWaitingCmd lists what waits.
type InvitationWaitingCmd struct{ For }

// Run prints it.
func (c *InvitationWaitingCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		list, err := a.Invitations(env.Ctx, v.Who)
		if list == nil {
			list = []people.Asked{} // none is a list, too
		}
		return list, err
	})
}

// InvitationAnswerCmd answers.
type InvitationAnswerCmd struct {
	For
	ID     string `arg:"" help:"Id of the invitation."`
	Answer string `arg:"" enum:"accept,decline" help:"One of ${enum}."`
}

// Run answers.
func (c *InvitationAnswerCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		return nil, a.Answer(env.Ctx, v.Who, good.ID(c.ID), c.Answer == "accept")
	})
}
