package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stoa/internal/app/assessment"
	"stoa/internal/app/assessment/season"
	"stoa/internal/app/journal"
	"stoa/internal/store"
	"stoa/internal/tlog"
)

// SimulateCmd plays what happens over months in minutes.
type SimulateCmd struct {
	Season SimulateSeasonCmd `cmd:"" help:"Play a season of applications over HTTP on a server that is killed at random, and check what must hold. Only in a data directory of its own."`
	Serve  SimulateServeCmd  `cmd:"" hidden:"" help:"Serve with a clock that the standard input sets."`
}

// SimulateSeasonCmd plays a season.
type SimulateSeasonCmd struct {
	Applications int `help:"How many." default:"40"`
	Cuts         int `help:"How often the server is killed in the midst of it; one time in each 25 applications unless said." default:"-1"`
}

// begin is when a season begins.
var begin = time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)

// asksEach is about how many requests an application takes.
const asksEach = 20

// Run plays the season on servers that are killed, and then checks it.
func (c *SimulateSeasonCmd) Run(env *Env) error {
	started := time.Now()
	cuts := c.Cuts
	if cuts < 0 {
		cuts = 1 + c.Applications/25
	}
	p := &played{env: env}
	for range cuts {
		p.cuts = append(p.cuts, 1+rand.Int64N(int64(asksEach*c.Applications)))
	}
	slices.Sort(p.cuts)
	s := &season.Season{Instance: p, N: c.Applications}
	p.forget = func(db *store.DB) error { return p.eraseOne(db, s) }
	p.asked = s.Asked.Load
	if err := p.open(func(db *store.DB) error { return c.gather(env, db, s) }); err != nil {
		return err
	}
	err := p.start()
	if err == nil {
		err = s.Play(env.Ctx)
	}
	if err := errors.Join(err, p.stop()); err != nil {
		return err
	}
	took := time.Since(started)
	return p.open(func(db *store.DB) error { return c.check(env, db, s, p, took) })
}

// gather makes the people of the season.
func (c *SimulateSeasonCmd) gather(env *Env, db *store.DB, s *season.Season) error {
	library, err := env.Library()
	if err != nil {
		return err
	}
	set, ok := library.Find(assessment.DefaultStandard)
	if !ok {
		return fmt.Errorf("there is no standard %s", assessment.DefaultStandard)
	}
	s.Set = set
	s.Cast, err = season.Gather(env.Ctx, db, env.Rand, c.Applications)
	return err
}

// check checks everything that must hold and prints how it went.
func (c *SimulateSeasonCmd) check(env *Env, db *store.DB, s *season.Season, p *played, took time.Duration) error {
	r, err := s.Check(env.Ctx, db)
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
	r.Held["the log verifies"] = 1
	proof, err := tlog.Verify(env.Ctx, told, told.Verifier())
	if err != nil {
		return err
	}
	hash, err := c.rebuild(env, told, p.erased)
	if err != nil {
		return err
	}
	r.Held["the journal alone gives the same in an empty database"] = 1
	r.Held["what was erased is nowhere public"] = len(p.erased)
	out, err := json.MarshalIndent(map[string]any{"season": r, "days": s.Days, "requests": s.Asked.Load(), "kills": p.killed, "unknown_after_a_kill": p.unknown.Load(), "erased": proof.Erased,
		"journal_entries": proof.Checkpoint.Size, "projections": hash, "seconds": int(took.Seconds()), "server_processor_seconds": int(p.used.Seconds())}, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.Stdout, string(out))
	return err
}

// rebuild replays the journal into an empty database and returns the hash of
// what comes of it, which is that of the database itself. What was erased is in
// neither.
func (c *SimulateSeasonCmd) rebuild(env *Env, told *journal.App, erased []string) (string, error) {
	dir, err := os.MkdirTemp(env.Data, "anew-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	empty, err := store.Open(env.Ctx, "sqlite:"+filepath.Join(dir, "stoa.db"), store.Options{Now: env.Now, Rand: env.Rand, Log: env.Log})
	if err != nil {
		return "", err
	}
	defer empty.Close()
	if err := empty.Migrate(env.Ctx); err != nil {
		return "", err
	}
	differs, err := told.Rebuild(env.Ctx, empty)
	if err != nil || differs != "" {
		return "", fmt.Errorf("the journal, replayed into an empty database, gives another state: %w %s", err, differs)
	}
	live, err := (&journal.App{DB: empty}).Live(env.Ctx)
	if err != nil {
		return "", err
	}
	all, err := json.Marshal(live)
	if err != nil {
		return "", err
	}
	for _, words := range erased {
		if strings.Contains(string(all), words) {
			return "", fmt.Errorf("%q was erased and is public", words)
		}
	}
	sum, err := live.Hash()
	return fmt.Sprintf("%x", sum), err
}

// eraseOne erases a reply to a clarification, as somebody may ask for.
func (p *played) eraseOne(db *store.DB, s *season.Season) error {
	if len(p.erased) >= 20 {
		return nil
	}
	last, err := db.Position(p.env.Ctx)
	if err != nil {
		return err
	}
	entries, err := db.Entries(p.env.Ctx, max(0, last-400), 400)
	if err != nil {
		return err
	}
	for _, e := range entries {
		words := s.Replied(e)
		if words == "" || slices.Contains(p.erased, words) {
			continue
		}
		if _, err := (&journal.App{DB: db}).Erase(p.env.Ctx, operator, e.Position, "reply", "asked for"); err != nil {
			return err
		}
		p.erased = append(p.erased, words)
		return nil
	}
	return nil
}

// open opens the database in the time of the season while no server runs.
func (p *played) open(do func(*store.DB) error) error {
	env := *p.env
	env.Now = p.now
	db, err := env.Open()
	if err != nil {
		return err
	}
	if p.offset == 0 {
		last, err := lastTime(env.Ctx, db)
		if err != nil {
			return errors.Join(err, db.Close())
		}
		p.offset = time.Until(last)
	}
	return errors.Join(do(db), db.Close())
}

// lastTime is when the journal was written last; the begin of a season where it
// is empty.
func lastTime(ctx context.Context, db *store.DB) (time.Time, error) {
	last, err := db.Position(ctx)
	if err != nil || last < 0 {
		return begin, err
	}
	entries, err := db.Entries(ctx, last, 1)
	if err != nil {
		return begin, err
	}
	if len(entries) == 0 {
		return begin, errors.New("the journal's last entry is not there")
	}
	return entries[0].Time, nil
}
