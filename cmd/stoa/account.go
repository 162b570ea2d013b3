package main

import (
	"encoding/base64"
	"fmt"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/good"
)

// owning runs do with the people of the instance for the person, and prints
// what it answers as JSON.
func (c For) owning(env *Env, do func(*people.App, access.Viewer) (any, error)) error {
	return env.withPeople("", func(app *people.App) error {
		app.Look = newProber()
		who, err := app.Act(env.Ctx, c.Person)
		if err != nil {
			return err
		}
		out, err := do(app, access.Viewer{Who: who})
		if err != nil || out == nil {
			return err
		}
		return printJSON(env.Stdout, out)
	})
}

// UserProfileCmd says something of a person.
type UserProfileCmd struct {
	For
	Name      *string  `help:"What they wish to be called."`
	Language  string   `help:"Language of messages." enum:",en,ar,zh,fr,ru,es" default:""`
	Named     *bool    `help:"They agree to be named beside what they do in public." negatable:""`
	Expertise []string `help:"What they know."`
	From      string   `help:"First day of an absence, 2026-01-31."`
	Until     string   `help:"Last day of it."`
}

// Run changes what is said and leaves the rest.
func (c *UserProfileCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		held, err := a.Account(env.Ctx, v.Who, v.Person)
		if err != nil {
			return nil, err
		}
		p := held.Person
		next := people.Profile{Version: p.Version, Name: p.Name, Language: p.Language, Named: p.Named, Expertise: p.Expertise, Away: p.Away}
		if c.Name != nil {
			next.Name = *c.Name
		}
		if c.Language != "" {
			next.Language = c.Language
		}
		if c.Named != nil {
			next.Named = *c.Named
		}
		if c.Expertise != nil {
			next.Expertise = c.Expertise
		}
		if c.From != "" || c.Until != "" {
			next.Away = good.Absence{From: good.Date(c.From), Until: good.Date(c.Until)}
		}
		return nil, a.SetProfile(env.Ctx, v, next)
	})
}

// UserShowCmd shows an account.
type UserShowCmd struct{ For }

// Run prints the account: addresses, ways in, sessions, tokens, organisations.
func (c *UserShowCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) { return a.Account(env.Ctx, v.Who, v.Person) })
}

// UserAddressCmd makes one of the addresses the main one, or takes it away.
type UserAddressCmd struct {
	For
	Do      string `arg:"" enum:"main,drop" help:"main: messages go there; drop: take it away."`
	Address string `arg:"" help:"One of the person's addresses."`
}

// Run changes the address.
func (c *UserAddressCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		if c.Do == "main" {
			return nil, a.MakeMain(env.Ctx, v, c.Address)
		}
		return nil, a.DropAddress(env.Ctx, v, c.Address)
	})
}

// UserEndCmd ends one thing that lets somebody in.
type UserEndCmd struct {
	For
	What string `arg:"" enum:"session,token,passkey,identity" help:"One of ${enum}."`
	ID   string `arg:"" help:"Its id; of an identity the issuer."`
	Sub  string `arg:"" optional:"" help:"Of an identity the subject."`
}

// Run ends it.
func (c *UserEndCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		switch c.What {
		case "session":
			return nil, a.EndSession(env.Ctx, v, good.ID(c.ID))
		case "token":
			return nil, a.EndToken(env.Ctx, v, good.ID(c.ID))
		case "identity":
			return nil, a.Unlink(env.Ctx, v, c.ID, c.Sub)
		}
		key, err := base64.RawURLEncoding.DecodeString(c.ID)
		if err != nil {
			return nil, fmt.Errorf("%q is no id of a passkey: %w", c.ID, err)
		}
		return nil, a.DropKey(env.Ctx, v, key)
	})
}

// UserOrganisationCmd is what a person does for an organisation.
type UserOrganisationCmd struct {
	Found      BodyFoundCmd      `cmd:"" help:"Enter an organisation the person acts for."`
	Show       BodyShowCmd       `cmd:"" help:"Print an organisation the person acts for."`
	Domain     BodyDomainCmd     `cmd:"" help:"Say that a domain is its; print what has to be put up there."`
	Prove      BodyProveCmd      `cmd:"" help:"Look for the proof at a domain."`
	DropDomain BodyDropDomainCmd `cmd:"" help:"Take a domain from it."`
	Keeper     BodyKeeperCmd     `cmd:"" help:"Say whether a member looks after it, too. Others are asked to join by stoa invitation send."`
	DropMember BodyDropMemberCmd `cmd:"" help:"Take somebody out of it."`
}

// BodyFoundCmd founds.
type BodyFoundCmd struct {
	For
	Name string `arg:"" help:"Name of the organisation."`
}

// Run enters it.
func (c *BodyFoundCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) { return a.Found(env.Ctx, v, c.Name) })
}

// Body is an organisation somebody acts for.
type Body struct {
	For
	Organisation string `arg:"" help:"Slug or id of the organisation."`
}

// BodyShowCmd shows.
type BodyShowCmd struct{ Body }

// Run prints it.
func (c *BodyShowCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) { return a.Body(env.Ctx, v, c.Organisation) })
}

// BodyDomainCmd names a domain.
type BodyDomainCmd struct {
	Body
	Domain string `arg:"" help:"The domain."`
}

// Run prints what proves it.
func (c *BodyDomainCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		return a.AddDomain(env.Ctx, v, c.Organisation, c.Domain)
	})
}

// BodyProveCmd proves a domain.
type BodyProveCmd struct {
	Body
	Domain string `arg:"" help:"The domain."`
	Way    string `arg:"" enum:"dns,file" help:"Where the proof is: ${enum}."`
}

// Run looks for the proof.
func (c *BodyProveCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		return nil, a.ProveDomain(env.Ctx, v, c.Organisation, c.Domain, c.Way, "", "en")
	})
}

// BodyDropDomainCmd drops a domain.
type BodyDropDomainCmd struct {
	Body
	Domain string `arg:"" help:"The domain."`
}

// Run takes it away.
func (c *BodyDropDomainCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		return nil, a.DropDomain(env.Ctx, v, c.Organisation, c.Domain)
	})
}

// BodyKeeperCmd says who looks after it.
type BodyKeeperCmd struct {
	Body
	Other string `arg:"" help:"E-mail address, id or pseudonym of the member."`
	No    bool   `help:"They look after it no longer."`
}

// Run says so.
func (c *BodyKeeperCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		other, err := a.Act(env.Ctx, c.Other)
		if err != nil {
			return nil, err
		}
		return nil, a.SetKeeper(env.Ctx, v, c.Organisation, other.Person, !c.No)
	})
}

// BodyDropMemberCmd drops a member.
type BodyDropMemberCmd struct {
	Body
	Other string `arg:"" help:"E-mail address, id or pseudonym of who leaves."`
}

// Run takes them out.
func (c *BodyDropMemberCmd) Run(env *Env) error {
	return c.owning(env, func(a *people.App, v access.Viewer) (any, error) {
		other, err := a.Act(env.Ctx, c.Other)
		if err != nil {
			return nil, err
		}
		return nil, a.DropMember(env.Ctx, v, c.Organisation, other.Person)
	})
}
