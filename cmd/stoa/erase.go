package main

import (
	"fmt"
	"path/filepath"

	"stoa/internal/app/journal"
	"stoa/internal/catalog"
)

// EraseCmd forgets one value for ever.
type EraseCmd struct {
	Position int64  `arg:"" help:"Position of the journal entry."`
	Value    string `arg:"" help:"Name of its value, such as record or reason."`
	Reason   string `required:"" help:"Why; it is published, so it must not repeat what is erased."`
}

// Run erases the value and says where the journal notes it.
func (c *EraseCmd) Run(env *Env) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	position, err := (&journal.App{DB: db}).Erase(env.Ctx, operator, c.Position, c.Value, c.Reason)
	if err != nil {
		return err
	}
	// The search index may hold the value: a server makes it anew, and has what it
	// needs until then.
	if err := (&catalog.Folder{Dir: filepath.Join(env.Data, indexFolder)}).Clear(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "erased %s of entry %d\tjournal %d\n", c.Value, c.Position, position)
	return err
}
