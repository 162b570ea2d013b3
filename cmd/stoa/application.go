package main

import (
	"fmt"
	"io"
	"os"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/good"
)

// ApplicationCmd looks after applications.
type ApplicationCmd struct {
	Start   ApplicationStartCmd   `cmd:"" help:"Begin an application, prefilled from what is known of the good."`
	List    ApplicationListCmd    `cmd:"" help:"List the applications of a person."`
	Show    ApplicationShowCmd    `cmd:"" help:"Print one application as JSON."`
	Gaps    ApplicationGapsCmd    `cmd:"" help:"Name everything that stands between an application and its submission."`
	Export  ApplicationExportCmd  `cmd:"" help:"Print the answers as one file."`
	Import  ApplicationImportCmd  `cmd:"" help:"Take the answers of a file over."`
	Renew   ApplicationRenewCmd   `cmd:"" help:"Open the renewal of a good that was recognised here."`
	Files   ApplicationFilesCmd   `cmd:"" help:"List the files that are attached."`
	Attach  ApplicationAttachCmd  `cmd:"" help:"Attach a file to a question."`
	Detach  ApplicationDetachCmd  `cmd:"" help:"Take a file away."`
	Fetch   ApplicationFetchCmd   `cmd:"" help:"Print a file that is attached."`
	Check   ApplicationCheckCmd   `cmd:"" help:"Have a machine look at what an application is about."`
	Dispute ApplicationDisputeCmd `cmd:"" help:"Dispute what a machine saw."`
	Step    ApplicationStepCmd    `cmd:"" help:"Do one thing with an application."`
}

// ApplicationStartCmd starts.
type ApplicationStartCmd struct {
	As
	Good     string   `help:"Slug or id of a good that is known."`
	Name     string   `help:"Name of a new one."`
	Link     string   `help:"Its address."`
	Kind     []string `help:"Its kinds: software, data, ai, standard, content."`
	Entry    string   `help:"Id of an entry in a call: what was answered there is not asked again."`
	Standard string   `help:"Version of a standard, such as dpg@1.1.7; the current one by default."`
}

// Run begins the application.
func (c *ApplicationStartCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		in := assessment.Start{Good: c.Good, Name: c.Name, Link: c.Link, Standard: c.Standard, Entry: good.ID(c.Entry)}
		for _, k := range c.Kind {
			in.Kinds = append(in.Kinds, good.Kind(k))
		}
		app, err := a.Start(env.Ctx, who, in)
		if err != nil {
			return nil, err
		}
		return assessment.StateOf(app, 0), nil
	})
}

// ApplicationListCmd lists.
type ApplicationListCmd struct{ As }

// Run lists a person's own applications.
func (c *ApplicationListCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) { return a.Mine(env.Ctx, who) })
}

// ApplicationShowCmd shows.
type ApplicationShowCmd struct {
	As
	ID string `arg:"" help:"Id of the application."`
}

// Run prints the application as the person may see it.
func (c *ApplicationShowCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		f, err := a.Application(env.Ctx, who, good.ID(c.ID))
		if err != nil {
			return nil, err
		}
		return f.Document(), nil
	})
}

// ApplicationGapsCmd names gaps.
type ApplicationGapsCmd struct {
	As
	ID string `arg:"" help:"Id of the application."`
}

// Run prints the gaps.
func (c *ApplicationGapsCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) { return a.Gaps(env.Ctx, who, good.ID(c.ID)) })
}

// ApplicationExportCmd exports.
type ApplicationExportCmd struct {
	As
	ID   string `arg:"" help:"Id of the application."`
	JSON bool   `name:"json" help:"JSON instead of YAML."`
	Lang string `help:"Language of the questions in the YAML." default:"en" enum:"en,ar,zh,fr,ru,es"`
}

// Run prints the answers.
func (c *ApplicationExportCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		if c.JSON {
			return a.ExportAnswers(env.Ctx, who, good.ID(c.ID))
		}
		return a.WriteAnswers(env.Ctx, who, good.ID(c.ID), c.Lang)
	})
}

// ApplicationImportCmd imports.
type ApplicationImportCmd struct {
	As
	ID   string `arg:"" help:"Id of the application."`
	File string `arg:"" help:"File of answers, YAML or JSON; - for standard input."`
}

// Run takes the answers over and says what became of each.
func (c *ApplicationImportCmd) Run(env *Env) error {
	raw, err := input(c.File)
	if err != nil {
		return err
	}
	f, err := assessment.ParseAnswers(raw)
	if err != nil {
		return err
	}
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		return a.ImportAnswers(env.Ctx, who, good.ID(c.ID), f)
	})
}

// maxInput bounds what is read from a file for one command, in bytes.
const maxInput = 16 << 20

func input(name string) ([]byte, error) {
	f := os.Stdin
	if name != "-" {
		var err error
		if f, err = os.Open(name); err != nil {
			return nil, err
		}
		defer f.Close()
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxInput+1))
	if err == nil && len(raw) > maxInput {
		err = fmt.Errorf("%s is larger than %d bytes", name, maxInput)
	}
	return raw, err
}

// ApplicationRenewCmd renews.
type ApplicationRenewCmd struct {
	As
	Good string `arg:"" help:"Slug or id of the good."`
}

// Run opens the renewal.
func (c *ApplicationRenewCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		app, err := a.Renew(env.Ctx, who, c.Good)
		if err != nil {
			return nil, err
		}
		return assessment.StateOf(app, 0), nil
	})
}

// ApplicationStepCmd takes a step.
type ApplicationStepCmd struct {
	As
	ID   string `arg:"" help:"Id of the application."`
	Step string `arg:"" help:"What to do."`
	With string `arg:"" optional:"" help:"What the step takes, as JSON; - for standard input."`
}

// Help lists the steps.
func (*ApplicationStepCmd) Help() string { return "The steps are:" + stepNames() }

// Run takes the step.
func (c *ApplicationStepCmd) Run(env *Env) error {
	with := []byte(c.With)
	if c.With == "-" {
		var err error
		if with, err = input("-"); err != nil {
			return err
		}
	}
	for _, s := range assessment.Steps {
		if s.Name == c.Step {
			return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
				return s.Do(env.Ctx, a, who, good.ID(c.ID), with)
			})
		}
	}
	return fmt.Errorf("there is no step %q; the steps are:%s", c.Step, stepNames())
}
