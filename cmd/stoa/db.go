package main

import (
	"errors"
	"fmt"

	"stoa/internal/app/journal"
	"stoa/internal/store"
)

// DBCmd looks after the database.
type DBCmd struct {
	Migrate DBMigrateCmd `cmd:"" help:"Bring the schema to this program's version."`
	Status  DBStatusCmd  `cmd:"" help:"List the schema's steps and what the database holds."`
	Copy    DBCopyCmd    `cmd:"" help:"Copy the database into another, on either engine, with the same log."`
	Check   DBCheckCmd   `cmd:"" help:"Check the database: its own integrity, the log, and that the journal gives what it holds."`
}

// OpenExisting opens a database that must be there already, for reading alone.
func (e *Env) OpenExisting() (*store.DB, error) {
	if e.cut() {
		return nil, fmt.Errorf("a restore of %s was cut at its last step; stoa db migrate ends it", e.Data)
	}
	return e.existing()
}

func (e *Env) existing() (*store.DB, error) {
	return store.Open(e.Ctx, e.URL(), store.Options{Now: e.Now, Rand: e.Rand, Log: e.Log, ReadOnly: true})
}

// DBMigrateCmd migrates.
type DBMigrateCmd struct{}

// Run takes the steps that are missing.
func (DBMigrateCmd) Run(env *Env) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = fmt.Fprintln(env.Stdout, "the schema is that of this program")
	return err
}

// DBStatusCmd tells the state.
type DBStatusCmd struct{}

// Run lists steps and counts; it changes nothing.
func (DBStatusCmd) Run(env *Env) error {
	db, err := env.OpenExisting()
	if err != nil {
		return err
	}
	defer db.Close()
	steps, err := db.Migrations(env.Ctx)
	if err != nil {
		return err
	}
	for _, s := range steps {
		state := "missing"
		if s.Applied {
			state = "applied"
		}
		fmt.Fprintf(env.Stdout, "%s\t%s\n", state, s.Name)
	}
	if err := db.Ready(env.Ctx); err != nil {
		return err
	}
	counts, err := db.Counts(env.Ctx)
	if err != nil {
		return err
	}
	for _, c := range counts {
		fmt.Fprintf(env.Stdout, "%d\t%s\n", c.N, c.Of)
	}
	return nil
}

// DBCheckCmd checks.
type DBCheckCmd struct{}

// Run checks the engine's integrity, verifies the log and replays the journal;
// it changes nothing.
func (DBCheckCmd) Run(env *Env) error {
	db, err := env.OpenExisting()
	if err != nil {
		return err
	}
	defer db.Close()
	return env.sound(db, env.Data)
}

// sound checks a database whose log's key is in dir, and says what it found.
func (e *Env) sound(db *store.DB, dir string) error {
	if err := errors.Join(db.Ready(e.Ctx), db.Check(e.Ctx)); err != nil {
		return err
	}
	app, verify := &journal.App{DB: db}, &VerifyCmd{}
	key, err := verify.key(dir)
	if err != nil {
		return err
	}
	if err := verify.prove(e, app, key); err != nil {
		return err
	}
	differs, err := app.Compare(e.Ctx)
	if err != nil {
		return err
	}
	if differs != "" {
		return fmt.Errorf("the journal gives another state than the database holds: %s", differs)
	}
	_, err = fmt.Fprintln(e.Stdout, "sound: the journal gives exactly what the database holds")
	return err
}
