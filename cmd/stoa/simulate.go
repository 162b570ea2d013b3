package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"time"

	"stoa/internal/app/assessment"
	"stoa/internal/app/assessment/season"
	"stoa/internal/app/journal"
	"stoa/internal/store"
	"stoa/internal/tlog"
)

// SimulateCmd plays what happens over months in minutes.
type SimulateCmd struct {
	Season SimulateSeasonCmd `cmd:"" help:"Play a season of applications, cut at random, and check what must hold. Only in a data directory of its own."`
}

// SimulateSeasonCmd plays a season.
type SimulateSeasonCmd struct {
	Applications int  `help:"How many." default:"40"`
	Cuts         int  `help:"How often the program is killed in the midst of it." default:"3"`
	Worker       bool `hidden:"" help:"Play, and be killed."`
}

// begin is when a season begins.
var begin = time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)

// Run plays the season in processes that are killed, and then checks it.
func (c *SimulateSeasonCmd) Run(env *Env) error {
	if c.Worker {
		return c.play(env)
	}
	started := time.Now()
	cuts := 0
	for done := false; !done; {
		cut := time.Duration(0)
		if cuts < c.Cuts {
			cut = time.Second + time.Duration(rand.Int64N(int64(4*time.Second)))
		}
		var err error
		if done, err = c.worker(env, cut); err != nil {
			return err
		}
		if !done {
			cuts++
		}
	}
	return c.check(env, cuts, started)
}

// worker plays in a process of its own that is killed after a time, where that
// is not zero. done says that it came to the end.
func (c *SimulateSeasonCmd) worker(env *Env, cut time.Duration) (done bool, err error) {
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	ctx := env.Ctx
	if cut > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, cut) // it ends by SIGKILL
		defer stop()
	}
	cmd := exec.CommandContext(ctx, self, "simulate", "season", "--worker", "--applications", strconv.Itoa(c.Applications), "--data", env.Data, "--database", env.Database)
	cmd.Stderr = env.Stderr
	err = cmd.Run()
	if err != nil && ctx.Err() != nil && env.Ctx.Err() == nil {
		return false, nil
	}
	return err == nil, err
}

// play goes on with the season where it was cut.
func (c *SimulateSeasonCmd) play(env *Env) error {
	return c.season(env, func(s *season.Season, _ *store.DB) error {
		if err := s.Start(env.Ctx); err != nil {
			return err
		}
		return s.Play(env.Ctx)
	})
}

// season opens the instance in the time of the season.
func (c *SimulateSeasonCmd) season(env *Env, do func(*season.Season, *store.DB) error) error {
	clock := season.NewClock(begin)
	env.Now = clock.Now
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	last, err := db.Position(env.Ctx)
	if err != nil {
		return err
	}
	if entries, err := db.Entries(env.Ctx, max(last, 0), 1); err != nil {
		return err
	} else if len(entries) > 0 {
		clock.Pass(entries[0].Time.Sub(begin))
	}
	app, err := env.assessment(db)
	if err != nil {
		return err
	}
	return do(&season.Season{App: &assessment.App{DB: db, Library: app.Library, Now: clock.Now, Issuer: app.Issuer}, N: c.Applications, Clock: clock}, db)
}

// check checks everything that must hold and prints how it went.
func (c *SimulateSeasonCmd) check(env *Env, cuts int, started time.Time) error {
	return c.season(env, func(s *season.Season, db *store.DB) error {
		r, err := s.Check(env.Ctx)
		if err != nil {
			return err
		}
		if err := db.Check(env.Ctx); err != nil {
			return err
		}
		key, err := tlog.LoadOrCreateKey(env.Data, env.Rand)
		if err != nil {
			return err
		}
		told := &journal.App{DB: db, Key: key}
		if differs, err := told.Compare(env.Ctx); err != nil || differs != "" {
			return fmt.Errorf("the journal gives another state than the database holds: %w %s", err, differs)
		}
		proof, err := tlog.Verify(env.Ctx, told, told.Verifier())
		if err != nil {
			return err
		}
		out, err := json.MarshalIndent(map[string]any{"season": r, "cuts": cuts, "journal_entries": proof.Checkpoint.Size, "seconds": int(time.Since(started).Seconds())}, "", "  ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(env.Stdout, string(out))
		return err
	})
}
