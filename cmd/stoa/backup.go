package main

import (
	"fmt"
	"os"

	"stoa/internal/app/backup"
)

// BackupCmd takes a backup.
type BackupCmd struct {
	File  string `arg:"" help:"File to write, which must not be there." type:"path" placeholder:"FILE"`
	Check bool   `help:"Only check a backup that is there."`
}

// Run writes a backup, while a server may go on, and reads it back.
func (c *BackupCmd) Run(env *Env) error {
	if c.Check {
		m, err := backup.Check(env.Ctx, c.File)
		if err == nil {
			describe(env, "sound", c.File, m)
		}
		return err
	}
	db, err := env.OpenExisting()
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Ready(env.Ctx); err != nil {
		return err
	}
	m, err := (&backup.App{DB: db, Dir: env.Data, Version: version, Now: env.Now}).Save(env.Ctx, c.File)
	if err != nil {
		return err
	}
	describe(env, "saved and read back", c.File, m)
	return nil
}

// describe tells what a backup holds.
func describe(env *Env, what, file string, m backup.Manifest) {
	var size int64
	if info, err := os.Stat(file); err == nil {
		size = info.Size()
	}
	fmt.Fprintf(env.Stdout, "%s: %s, %d bytes, of %s, from %s\n%d goods, %d journal entries, %d rows in all\nroot %s\n",
		what, file, size, m.Made.Format("2006-01-02T15:04:05Z"), m.Engine, m.Rows("goods"), m.Entries, m.Rows(""), m.Root)
}
