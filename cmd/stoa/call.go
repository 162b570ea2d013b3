package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/calls"
	"stoa/internal/good"
)

// CallCmd looks after open calls.
type CallCmd struct {
	List    CallListCmd    `cmd:"" help:"List the open calls that were announced, or what a person runs."`
	Show    CallShowCmd    `cmd:"" help:"Print one call, as everybody reads it or with its entries, scores and figures."`
	Partner CallPartnerCmd `cmd:"" help:"Let an organisation run calls, or say that it does no more."`
	Begin   CallBeginCmd   `cmd:"" help:"Begin the draft of a call."`
	Step    CallStepCmd    `cmd:"" help:"Do one thing with a call."`
}

// EntryCmd looks after entries in open calls.
type EntryCmd struct {
	List EntryListCmd `cmd:"" help:"List what a person entered and has to score."`
	Show EntryShowCmd `cmd:"" help:"Print one entry, as who entered it or their partner sees it, or as its juror."`
	Step EntryStepCmd `cmd:"" help:"Do one thing with an entry."`
}

// calls is the app of calls on the database of the instance.
func (a As) calls(env *Env, do func(*calls.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	sets, err := env.Library()
	if err != nil {
		return err
	}
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	out, err := do(&calls.App{DB: db, Library: sets, Now: env.Now}, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// CallListCmd lists.
type CallListCmd struct {
	As
	Own bool `help:"What the person runs, drafts too."`
}

// Run prints them.
func (c *CallListCmd) Run(env *Env) error {
	return c.calls(env, func(a *calls.App, who access.Who) (any, error) {
		if c.Own {
			return a.Running(env.Ctx, who)
		}
		return a.List(env.Ctx)
	})
}

// CallShowCmd shows.
type CallShowCmd struct {
	As
	Call  string `arg:"" help:"Slug or id of the call."`
	Whole bool   `help:"With its entries, scores and figures, for its partner."`
}

// Run prints it.
func (c *CallShowCmd) Run(env *Env) error {
	return c.calls(env, func(a *calls.App, who access.Who) (any, error) {
		if c.Whole {
			return a.Whole(env.Ctx, who, c.Call)
		}
		return a.Call(env.Ctx, c.Call)
	})
}

// CallPartnerCmd says who is a partner.
type CallPartnerCmd struct {
	As
	Organisation string `arg:"" help:"Slug or id of an organisation that people act for."`
	End          bool   `help:"It runs calls no more."`
	Reason       string `required:"" help:"Why."`
}

// Run says it.
func (c *CallPartnerCmd) Run(env *Env) error {
	return c.calls(env, func(a *calls.App, who access.Who) (any, error) {
		p, _, err := a.MakePartner(env.Ctx, who, c.Organisation, !c.End, c.Reason)
		return p, err
	})
}

// CallBeginCmd begins.
type CallBeginCmd struct {
	As
	Organisation string `arg:"" help:"Slug or id of the partner."`
	With         string `arg:"" help:"The call as JSON; - for standard input."`
}

// Run begins the draft.
func (c *CallBeginCmd) Run(env *Env) error {
	raw, err := given(c.With)
	if err != nil {
		return err
	}
	in, err := calls.Received[calls.Written](raw)
	if err != nil {
		return err
	}
	return c.calls(env, func(a *calls.App, who access.Who) (any, error) {
		return a.Begin(env.Ctx, who, c.Organisation, in.Call())
	})
}

// given is what a step takes: as it is written, or from standard input.
func given(with string) ([]byte, error) {
	if with == "-" {
		return input("-")
	}
	return []byte(with), nil
}

// CallStepCmd takes a step.
type CallStepCmd struct {
	As
	Call string `arg:"" help:"Slug or id of the call."`
	Step string `arg:"" help:"What to do."`
	With string `arg:"" optional:"" help:"What the step takes, as JSON; - for standard input."`
}

// Help lists the steps.
func (*CallStepCmd) Help() string { return "The steps are:" + callStepNames(calls.Steps) }

// Run takes the step.
func (c *CallStepCmd) Run(env *Env) error { return c.step(env, calls.Steps, c.Call, c.Step, c.With) }

func (a As) step(env *Env, steps []calls.Step, key, name, with string) error {
	raw, err := given(with)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if s.Name == name {
			return a.calls(env, func(app *calls.App, who access.Who) (any, error) { return s.Do(env.Ctx, app, who, key, raw) })
		}
	}
	return fmt.Errorf("there is no step %q; the steps are:%s", name, callStepNames(steps))
}

// callStepNames are the steps, each on a line with what it does and takes.
func callStepNames(steps []calls.Step) string {
	var b strings.Builder
	for _, s := range steps {
		takes, err := json.Marshal(s.In)
		if err != nil {
			panic(err) // zero values can always be written
		}
		fmt.Fprintf(&b, "\n  %-12s %s", s.Name, s.Summary)
		if string(takes) != "{}" {
			fmt.Fprintf(&b, " %s", takes)
		}
	}
	return b.String()
}

// EntryListCmd lists.
type EntryListCmd struct{ As }

// Run prints them.
func (c *EntryListCmd) Run(env *Env) error {
	return c.calls(env, func(a *calls.App, who access.Who) (any, error) { return a.Own(env.Ctx, who) })
}

// EntryShowCmd shows.
type EntryShowCmd struct {
	As
	ID    string `arg:"" help:"Id of the entry."`
	Juror bool   `help:"As the person sees it who has to score it."`
}

// Run prints it.
func (c *EntryShowCmd) Run(env *Env) error {
	return c.calls(env, func(a *calls.App, who access.Who) (any, error) {
		if c.Juror {
			return a.Part(env.Ctx, who, good.ID(c.ID))
		}
		return a.Entry(env.Ctx, who, good.ID(c.ID))
	})
}

// EntryStepCmd takes a step.
type EntryStepCmd struct {
	As
	ID   string `arg:"" help:"Id of the entry."`
	Step string `arg:"" help:"What to do."`
	With string `arg:"" optional:"" help:"What the step takes, as JSON; - for standard input."`
}

// Help lists the steps.
func (*EntryStepCmd) Help() string { return "The steps are:" + callStepNames(calls.EntrySteps) }

// Run takes the step.
func (c *EntryStepCmd) Run(env *Env) error {
	return c.step(env, calls.EntrySteps, c.ID, c.Step, c.With)
}
