package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"stoa/internal/access"
	"stoa/internal/app/attachments"
	"stoa/internal/good"
)

// Attached is what all commands about files take.
type Attached struct {
	As
	FileFlags
	ID string `arg:"" help:"Id of the application."`
}

// attached opens the instance for do, as somebody.
func (c Attached) attached(env *Env, do func(*attachments.App, access.Who) error) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	files, err := c.attachments(env, db)
	if err != nil {
		return err
	}
	who, err := c.who(env, db)
	if err != nil {
		return err
	}
	return do(files, who)
}

// ApplicationFilesCmd lists files.
type ApplicationFilesCmd struct{ Attached }

// Run lists what is attached and the person may read.
func (c *ApplicationFilesCmd) Run(env *Env) error {
	return c.attached(env, func(a *attachments.App, who access.Who) error {
		list, err := a.List(env.Ctx, who, good.ID(c.ID))
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
		for _, f := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", f.ID, f.Question, f.Name, f.Size, f.Type)
		}
		return w.Flush()
	})
}

// ApplicationAttachCmd attaches.
type ApplicationAttachCmd struct {
	Attached
	Question string `arg:"" help:"Id of a question that takes files, such as owner.files."`
	File     string `arg:"" help:"The file." type:"existingfile"`
}

// Run attaches the file and prints its id.
func (c *ApplicationAttachCmd) Run(env *Env) error {
	return c.attached(env, func(a *attachments.App, who access.Who) error {
		in, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer in.Close()
		f, err := a.Attach(env.Ctx, who, good.ID(c.ID), c.Question, filepath.Base(c.File), in)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(env.Stdout, f.ID)
		return err
	})
}

// ApplicationDetachCmd takes away.
type ApplicationDetachCmd struct {
	Attached
	Attachment string `arg:"" help:"Id of the attachment."`
}

// Run takes the file away.
func (c *ApplicationDetachCmd) Run(env *Env) error {
	return c.attached(env, func(a *attachments.App, who access.Who) error {
		return a.Detach(env.Ctx, who, good.ID(c.ID), c.Attachment)
	})
}

// ApplicationFetchCmd fetches.
type ApplicationFetchCmd struct {
	Attached
	Attachment string `arg:"" help:"Id of the attachment."`
}

// Run writes the file to the standard output.
func (c *ApplicationFetchCmd) Run(env *Env) error {
	return c.attached(env, func(a *attachments.App, who access.Who) error {
		_, r, err := a.Open(env.Ctx, who, c.Attachment)
		if err != nil {
			return err
		}
		_, err = io.Copy(env.Stdout, r)
		return errors.Join(err, r.Close())
	})
}
