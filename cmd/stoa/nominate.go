package main

import (
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/attachments"
	"stoa/internal/app/checks"
	"stoa/internal/app/duplicates"
	"stoa/internal/app/goods"
	"stoa/internal/app/imports"
	"stoa/internal/app/messages"
	"stoa/internal/app/nominations"
	"stoa/internal/app/people"
	"stoa/internal/app/watching"
	"stoa/internal/edge"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/nominate"
	"stoa/internal/tlog"
	"stoa/internal/web/page"
	applypage "stoa/internal/web/page/apply"
	deskpage "stoa/internal/web/page/desk"
	nominatepage "stoa/internal/web/page/nominate"
)

// NominateCmd is what an operator does with nominations.
type NominateCmd struct {
	Add     NominateAddCmd     `cmd:"" help:"Nominate a good."`
	List    NominateListCmd    `cmd:"" help:"List the nominations that wait for a person, the oldest first."`
	Publish NominatePublishCmd `cmd:"" help:"Make a nomination that waits a public nominee."`
	Into    NominateIntoCmd    `cmd:"" help:"Note a nomination that waits as one more word about another good."`
	Drop    NominateDropCmd    `cmd:"" help:"Decide against a nomination that waits."`
	Forget  NominateForgetCmd  `cmd:"" help:"Erase the address of somebody who nominated a good."`
}

// machine is who types at the command line, for verbs that ask who acts.
var machine = access.Machine(access.Operator)

// withNominations opens the instance for do.
func withNominations(env *Env, do func(*nominations.App) error) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	queue, err := jobs.NewQueue(db, away)
	if err != nil {
		return err
	}
	return do(&nominations.App{DB: db, Rand: env.Rand, Tasks: queue})
}

// NominateAddCmd nominates.
type NominateAddCmd struct {
	Name     string `required:"" help:"Name of the good."`
	Link     string `required:"" help:"Its repository or website."`
	Kind     string `help:"What it is: ${enum}." enum:",software,data,ai,standard,content" default:""`
	Licence  string `help:"SPDX identifier of its licence."`
	SDG      int    `name:"sdg" help:"The Sustainable Development Goal it advances most, 1 to 17."`
	Why      string `required:"" help:"How it advances that goal."`
	Lang     string `help:"Language of the reason." default:"en"`
	Distinct bool   `help:"It is another good than those it is like."`
}

// Run nominates and prints what became of it.
func (c *NominateAddCmd) Run(env *Env) error {
	return withNominations(env, func(a *nominations.App) error {
		out, _, err := a.Nominate(env.Ctx, machine, nominations.Input{Distinct: c.Distinct, Nomination: nominate.Nomination{
			Name: c.Name, Link: c.Link, Kind: good.Kind(c.Kind), Licence: c.Licence, SDG: c.SDG, Why: c.Why, Lang: c.Lang}})
		if err != nil {
			return err
		}
		if out.State == nominations.Known {
			for _, g := range out.Like {
				fmt.Fprintf(env.Stdout, "known\t%s\t%s\n", g.Slug, g.Name)
			}
			return &good.Error{Kind: good.Conflict, Key: "nominate.error.known"}
		}
		_, err = fmt.Fprintln(env.Stdout, strings.TrimRight(fmt.Sprintf("%s\t%s\t%s\t%s", out.State, out.ID, out.Slug, joined(out.Doubts)), "\t"))
		return err
	})
}

func joined(doubts []nominate.Doubt) string {
	out := make([]string, len(doubts))
	for i, d := range doubts {
		out[i] = string(d)
	}
	return strings.Join(out, "; ")
}

// NominateListCmd lists.
type NominateListCmd struct {
	JSON bool `name:"json" help:"One JSON document a line."`
}

// Run lists the nominations that wait.
func (c *NominateListCmd) Run(env *Env) error {
	return withNominations(env, func(a *nominations.App) error {
		w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
		for after := good.ID(""); ; {
			items, _, err := a.Queue(env.Ctx, machine, after, 500)
			if err != nil || len(items) == 0 {
				return cmpErr(err, w.Flush())
			}
			for _, n := range items {
				after = n.ID
				if c.JSON {
					if err := json.NewEncoder(env.Stdout).Encode(n); err != nil {
						return err
					}
					continue
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", n.ID, n.Since[:10], n.Name, n.Link, joined(n.Doubts))
			}
		}
	})
}

func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Sorted is what all ways to sort a nomination take.
type Sorted struct {
	ID      string `arg:"" help:"Id of the nomination."`
	Reason  string `help:"Why; the nominator reads it. Needed but for spam."`
	Kind    string `help:"Put right what it is: ${enum}." enum:",software,data,ai,standard,content" default:""`
	Licence string `help:"Put its licence right."`
	SDG     int    `name:"sdg" help:"Put its goal right."`
}

func (c Sorted) run(env *Env, s nominations.Sorting) error {
	s.Reason, s.Kind, s.Licence, s.SDG = c.Reason, good.Kind(c.Kind), c.Licence, c.SDG
	return withNominations(env, func(a *nominations.App) error {
		slug, position, err := a.Sort(env.Ctx, machine, good.ID(strings.ToUpper(c.ID)), s)
		if err != nil {
			return err
		}
		if slug == "" {
			_, err = fmt.Fprintln(env.Stdout, "dropped")
			return err
		}
		_, err = fmt.Fprintf(env.Stdout, "%s\tjournal %d\n", slug, position)
		return err
	})
}

// NominatePublishCmd publishes.
type NominatePublishCmd struct{ Sorted }

// Run publishes the nomination.
func (c *NominatePublishCmd) Run(env *Env) error {
	return c.run(env, nominations.Sorting{Publish: true})
}

// NominateIntoCmd joins.
type NominateIntoCmd struct {
	Sorted
	Good string `arg:"" help:"Slug or id of the good it is about."`
}

// Run joins the nomination to a good.
func (c *NominateIntoCmd) Run(env *Env) error {
	return c.run(env, nominations.Sorting{Into: c.Good})
}

// NominateDropCmd drops.
type NominateDropCmd struct {
	Sorted
	Spam bool `help:"It is spam or a test entry."`
}

// Run drops the nomination.
func (c *NominateDropCmd) Run(env *Env) error {
	return c.run(env, nominations.Sorting{Drop: true, Spam: c.Spam})
}

// NominateForgetCmd forgets.
type NominateForgetCmd struct {
	ID string `arg:"" help:"Id of the nomination."`
}

// Run erases the address to answer to.
func (c *NominateForgetCmd) Run(env *Env) error {
	return withNominations(env, func(a *nominations.App) error { return a.ForgetEmail(env.Ctx, good.ID(strings.ToUpper(c.ID))) })
}

// How often one client may nominate: this many at once, then one every so often.
const (
	nominateBurst = 10
	nominateEvery = 6 * time.Minute
)

// proofs reaches where proofs of ownership lie.
type proofs struct {
	*fence.Client
	*net.Resolver
}

// owners are the pages on which goods are nominated, claimed and applied for,
// and those on which that is judged.
func owners(a *nominations.App, weighed *imports.App, assessed *assessment.App, files *attachments.App, looks *checks.App, again *watching.App, known *people.App, heard *messages.App, quota *edge.Quota, key *tlog.Key, env *Env) ([]page.Route, error) {
	a.Proof = proofs{fence.New(fence.Proofs), net.DefaultResolver}
	tickets, err := key.Secret("tickets of nominations")
	if err != nil {
		return nil, err
	}
	forms, err := key.Secret("forms of applications")
	if err != nil {
		return nil, err
	}
	if a.Key, err = key.Secret("claims"); err != nil {
		return nil, err
	}
	called, err := env.callPages(assessed, quota, key)
	if err != nil {
		return nil, err
	}
	return slices.Concat(called, deskpage.Routes(deskpage.Config{Assessment: assessed, Nominations: a, People: known, Crowd: &imports.App{DB: a.DB, Now: env.Now}, Checks: looks, Watch: again, Owners: heard, Duplicates: &duplicates.App{DB: a.DB, CatchUp: a.CatchUp}, Corrections: &goods.App{DB: a.DB, CatchUp: a.CatchUp}, Priorities: weighed}), nominatepage.Routes(nominatepage.Config{Checks: looks, Nominations: a, Claims: a, Tickets: nominate.Tickets{Key: tickets}, Quota: quota.Take, Now: env.Now, Rand: env.Rand}),
		applypage.Routes(applypage.Config{Checks: looks, Views: assessed, Answers: assessed, Carrier: assessed, Steps: assessed, Replies: assessed, Files: files, Tickets: nominate.Tickets{Key: forms}, Now: env.Now, Rand: env.Rand})), nil
}
