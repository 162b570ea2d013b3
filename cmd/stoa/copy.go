package main

import (
	"fmt"

	"stoa/internal/app/backup"
	"stoa/internal/store"
)

// DBCopyCmd copies the database into another.
type DBCopyCmd struct {
	To string `help:"Empty database to copy into, or one where an earlier copy was cut." required:"" env:"STOA_COPY_TO" secret:"" placeholder:"URL"`
}

// Run copies the database. Nobody writes into a data directory meanwhile.
func (c *DBCopyCmd) Run(env *Env) error {
	from, err := env.OpenExisting()
	if err != nil {
		return err
	}
	defer from.Close()
	if env.Database == "" {
		if err := env.alone(); err != nil {
			return err
		}
	}
	if err := from.Ready(env.Ctx); err != nil {
		return err
	}
	to, err := store.Open(env.Ctx, c.To, store.Options{Now: env.Now, Rand: env.Rand, Log: env.Log})
	if err != nil {
		return err
	}
	defer to.Close()
	if err := to.Migrate(env.Ctx); err != nil {
		return err
	}
	done, err := backup.Copy(env.Ctx, from, to)
	if err != nil {
		return err
	}
	how := "copied"
	switch {
	case done.Before:
		how = "was copied before"
	case done.Resumed:
		how = "copied, going on where it had been cut"
	}
	_, err = fmt.Fprintf(env.Stdout, "%s: %d journal entries, %d rows in all, the same log root on both sides\nroot %s\n", how, done.Entries, done.Rows, done.Root)
	return err
}
