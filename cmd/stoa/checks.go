package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"stoa/internal/access"
	"stoa/internal/api"
	"stoa/internal/app/checks"
	"stoa/internal/check/target"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/store"
)

// CheckFlags say where a machine may look.
type CheckFlags struct {
	CheckNetworks []string `name:"check-networks" help:"Private networks in which a check may look as well, 10.1.0.0/16; none unless named." env:"STOA_CHECK_NETWORKS" placeholder:"CIDR"`
	CheckPorts    []uint16 `name:"check-ports" help:"Ports at which a check may look." env:"STOA_CHECK_PORTS" default:"80,443"`
}

// The limits of one check that a server makes: half its time is for fetching,
// and the whole fits into the time of a task.
const (
	checkTime  = 36 * time.Second
	checkBytes = 300 << 20 // of one answer
	checkTotal = 400 << 20 // of all
)

// client is the fence for one check after the other.
func (f CheckFlags) client() (func() *http.Client, error) {
	p := fence.Policy{MaxBytes: checkBytes, MaxTime: checkTime, MaxRedirects: 5, UserAgent: "Stoa-Check", Ports: f.CheckPorts}
	for _, n := range f.CheckNetworks {
		network, err := netip.ParsePrefix(n)
		if err != nil {
			return nil, fmt.Errorf("--check-networks: %w; write it like 10.1.0.0/16", err)
		}
		p.Allow = append(p.Allow, network.Masked())
	}
	fenced := fence.New(p)
	return func() *http.Client { return fenced.HTTP(checkTotal) }, nil
}

// checks is what has a machine look.
func (e *Env) checks(db *store.DB, queue checks.Queue, f CheckFlags) (*checks.App, error) {
	library, err := e.Library()
	if err != nil {
		return nil, err
	}
	client, err := f.client()
	if err != nil {
		return nil, err
	}
	return &checks.App{DB: db, Queue: queue, Library: library, Client: client, Now: e.Now, Limits: target.Limits{Files: 100_000, Bytes: 1 << 30, Time: checkTime}}, nil
}

// Checked is what all commands about the checks of an application take.
type Checked struct {
	As
	CheckFlags
	ID string `arg:"" help:"Id of the application."`
}

// atOnce puts nothing away: what is to be done is done by who asks.
type atOnce struct{}

// Enqueue implements checks.Queue.
func (atOnce) Enqueue(context.Context, *store.Tx, good.Task) error { return nil }

// checked opens the instance for do, as somebody, and prints what was seen.
func (c Checked) checked(env *Env, do func(*checks.App, access.Who) error) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	app, err := env.checks(db, atOnce{}, c.CheckFlags)
	if err != nil {
		return err
	}
	who, err := c.who(env, db)
	if err != nil {
		return err
	}
	if err := do(app, who); err != nil {
		return err
	}
	sight, err := app.Beside(env.Ctx, who, good.ID(c.ID))
	if err != nil {
		return err
	}
	return printJSON(env.Stdout, api.FindingsOf(sight))
}

// ApplicationCheckCmd has a machine look.
type ApplicationCheckCmd struct {
	Checked
	Target string `arg:"" optional:"" help:"Address to look at; without one, what was seen last is printed."`
	End    bool   `help:"End the check that goes on."`
}

// Run looks, fills in what is open, and prints what was seen. Interrupted, it
// leaves no check that goes on.
func (c *ApplicationCheckCmd) Run(env *Env) error {
	return c.checked(env, func(a *checks.App, who access.Who) error {
		if c.End {
			s, err := a.Beside(env.Ctx, who, good.ID(c.ID))
			if err == nil && s.Last != nil {
				_, err = a.Cancel(env.Ctx, who, s.Last.ID)
			}
			return err
		}
		if c.Target == "" {
			return nil
		}
		begun, err := a.Begin(env.Ctx, who, checks.Start{Application: good.ID(c.ID), Target: c.Target})
		if err != nil {
			return err
		}
		if err := a.Run(env.Ctx, begun.ID); err != nil {
			_, ended := a.Cancel(context.WithoutCancel(env.Ctx), who, begun.ID)
			return fmt.Errorf("check %s: %w", c.Target, errors.Join(err, ended))
		}
		done, err := a.Show(env.Ctx, who, begun.ID)
		if err == nil && done.Failure != nil {
			err = &good.Error{Kind: good.Invalid, Key: done.Failure.Key, Args: done.Failure.Args}
		}
		return err
	})
}

// ApplicationDisputeCmd disputes.
type ApplicationDisputeCmd struct {
	Checked
	Probe  string `arg:"" help:"Whose finding, such as licence.accepted."`
	Reason string `arg:"" optional:"" help:"Why it is wrong; without one it is taken back."`
}

// Run notes the dispute and prints how things stand.
func (c *ApplicationDisputeCmd) Run(env *Env) error {
	return c.checked(env, func(a *checks.App, who access.Who) error {
		return a.Dispute(env.Ctx, who, good.ID(c.ID), c.Probe, c.Reason)
	})
}
