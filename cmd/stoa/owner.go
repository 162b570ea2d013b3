package main

import (
	"context"
	"errors"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/messages"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/notify"
)

// OwnerCmd seeks the owners of goods that other registries report.
type OwnerCmd struct {
	List    OwnerListCmd    `cmd:"" help:"List goods that others report as recognised and that nobody here owns, with their contacts."`
	Contact OwnerContactCmd `cmd:"" help:"Say by hand who may own a good."`
	Write   OwnerWriteCmd   `cmd:"" help:"Write to who may own goods, once each; a running server sends the letters."`
	Letters OwnerLettersCmd `cmd:"" help:"List letters to owners and what became of them."`
	Recall  OwnerRecallCmd  `cmd:"" help:"Take back the letters to owners that were not sent yet."`
}

// byServer stands for the letters that a running server sends.
type byServer struct{}

// Send is never asked: commands write no letters.
func (byServer) Send(context.Context, notify.Letter) error {
	return errors.New("a running server sends the letters")
}

// sought runs do with the messages of the instance, for whom a names, and
// prints what it answers as JSON.
func (a As) sought(env *Env, base string, do func(*messages.App, access.Who) (any, error)) error {
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
	base = strings.TrimRight(base, "/")
	_, name, _ := strings.Cut(base, "://")
	out, err := do(&messages.App{DB: db, Queue: queue, Now: env.Now, Rand: env.Rand, Base: base, Name: name, Mail: byServer{}, Reach: reach(db)}, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// OwnerListCmd lists.
type OwnerListCmd struct {
	As
	Which string `help:"Only those with a contact and no letter yet (write), without a contact (none) or with a letter (written)." enum:",write,none,written" default:""`
	Text  string `name:"text" help:"Part of the slug."`
	After string `help:"Id to go on behind."`
	Limit int    `help:"How many." default:"100"`
}

// Run prints them.
func (c *OwnerListCmd) Run(env *Env) error {
	return c.sought(env, "", func(a *messages.App, who access.Who) (any, error) {
		list, _, err := a.Ownerless(env.Ctx, who, messages.Seeking{Which: c.Which, Text: c.Text, After: good.ID(c.After), Limit: c.Limit})
		return list, err
	})
}

// OwnerContactCmd says who.
type OwnerContactCmd struct {
	As
	Good    string `arg:"" help:"Slug or id of the good."`
	Address string `arg:"" optional:"" help:"E-mail address; without one nobody is to be written to."`
	Name    string `help:"Name."`
	Reset   bool   `help:"Forget what was said by hand: what records name counts again."`
}

// Run says it.
func (c *OwnerContactCmd) Run(env *Env) error {
	return c.sought(env, "", func(a *messages.App, who access.Who) (any, error) {
		if c.Reset {
			return nil, a.ResetContact(env.Ctx, who, c.Good)
		}
		return nil, a.SetContact(env.Ctx, who, c.Good, c.Address, c.Name)
	})
}

// OwnerWriteCmd writes.
type OwnerWriteCmd struct {
	As
	At
	Good    []string `arg:"" optional:"" help:"Slugs or ids of goods."`
	All     bool     `help:"Every good with a contact to whom nobody wrote yet, 500 at a time."`
	Lang    string   `help:"Language of the letters." enum:"en,ar,zh,fr,ru,es" default:"en"`
	AnHour  int      `help:"Letters an hour at most." default:"60"`
	Preview bool     `help:"Print what would be written, and write nothing."`
}

// Run writes, and prints to whom and when.
func (c *OwnerWriteCmd) Run(env *Env) error {
	return c.sought(env, c.BaseURL, func(a *messages.App, who access.Who) (any, error) {
		do := a.WriteOwners
		if c.Preview {
			do = a.PlanLetters
		}
		return do(env.Ctx, who, messages.Asking{Goods: c.Good, All: c.All, Language: c.Lang, AnHour: c.AnHour})
	})
}

// OwnerLettersCmd lists letters.
type OwnerLettersCmd struct {
	As
	State  string `help:"Only those in this state: waiting, sent, opened, claimed, declined, left, bounced or dropped."`
	Before string `help:"Id to go on before."`
	Limit  int    `help:"How many." default:"100"`
}

// Run prints them.
func (c *OwnerLettersCmd) Run(env *Env) error {
	return c.sought(env, "", func(a *messages.App, who access.Who) (any, error) {
		list, _, err := a.OwnerLetters(env.Ctx, who, good.Fate(c.State), good.ID(c.Before), c.Limit)
		return list, err
	})
}

// OwnerRecallCmd takes back.
type OwnerRecallCmd struct{ As }

// Run takes them back, and prints how many there were.
func (c *OwnerRecallCmd) Run(env *Env) error {
	return c.sought(env, "", func(a *messages.App, who access.Who) (any, error) {
		n, err := a.Recall(env.Ctx, who)
		return map[string]int64{"recalled": n}, err
	})
}
