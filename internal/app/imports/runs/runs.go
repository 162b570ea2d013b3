// Package runs reads sources by itself: which, where, how often and within
// which bounds is data that the secretariat keeps; each reading goes page by
// page, commits every page with where it stands, goes on after a kill exactly
// from there, and ends with a report that everybody may read.
package runs

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/good"
	"stoa/internal/harvest/connect"
	"stoa/internal/store"
)

// Task is the kind of the tasks that read; each waits for other people's hosts.
const Task = "harvest"

// App is the noun's verbs and views.
type App struct {
	DB     *store.DB
	Import *imports.App
	Queue  Queue
	Client func() *http.Client // the fence, for one run
	Hosts  *connect.Hosts
	Now    func() time.Time
	Temp   string // folder for what is too large to hold, "" for the system's
	// Manners are what holds where a source says nothing; the zero value is kind.
	Manners connect.Manners
	CatchUp func(context.Context) error
}

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

// Bounds of runs.
const (
	MostRecords = 5_000_000        // of one run, where the source says nothing
	hold        = 10 * time.Minute // without a sign of life, then somebody else goes on
	budget      = 8 * time.Minute  // of one task; another goes on
	keptFaults  = 1000             // of one run
	keptReports = 20               // runs whose faults are kept
	mostPages   = 200_000          // of one reading
	idlePages   = 20               // pages in a row without a record that was not there before: it goes in circles
	maxID       = 300              // bytes of an id
	halfGone    = 20               // records; where more than that and half of all are missing, a person must look
)

// given is what a task is told.
type given struct {
	Source string `json:"source"`
	Holder string `json:"holder"`
}

// Tick has those sources read that are due.
func (a *App) Tick(ctx context.Context, now time.Time) error {
	due, err := a.DB.Primary().DueHarvests(ctx, now)
	if err != nil {
		return err
	}
	var all error
	for _, h := range due {
		_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			g := given{Source: h.Source, Holder: string(tx.NewID())}
			args, err := json.Marshal(g)
			if err != nil {
				return err
			}
			if err := tx.HoldHarvest(ctx, g.Source, g.Holder, tx.Now().Add(hold), false); err != nil {
				return err
			}
			return a.Queue.Enqueue(ctx, tx, good.Task{Kind: Task, Key: g.Holder, Args: args})
		})
		if good.KindOf(err) != good.Conflict { // another node was faster
			all = errors.Join(all, err)
		}
	}
	return all
}

// Do reads one source for a while.
func (a *App) Do(ctx context.Context, task good.Task) error {
	var g given
	if err := json.Unmarshal(task.Args, &g); err != nil {
		return err
	}
	_, err := a.read(ctx, g, a.Now().Add(budget), nil)
	if kind := good.KindOf(err); kind == good.Conflict || kind == good.NotFound { // somebody else has it
		return nil
	}
	return err
}

// ReadNow reads one source to the end of its run, whoever else is at it where over
// says so, and returns the report. seen is called after every page.
func (a *App) ReadNow(ctx context.Context, who access.Who, source string, over bool, seen func(good.Run)) (good.Run, error) {
	if _, err := access.As(who, access.Harvest, access.Thing{}); err != nil {
		return good.Run{}, err
	}
	g := given{Source: source}
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Harvest(ctx, source); err != nil {
			return err
		}
		g.Holder = string(tx.NewID())
		return tx.HoldHarvest(ctx, source, g.Holder, tx.Now().Add(hold), over)
	})
	if err != nil {
		return good.Run{}, err
	}
	return a.read(ctx, g, time.Time{}, seen)
}

// Hurry makes a source due now: the clock has it read within a minute.
func (a *App) Hurry(ctx context.Context, who access.Who, source string) error {
	actor, err := access.As(who, access.Harvest, access.Thing{})
	if err != nil {
		return err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		h, err := tx.Harvest(ctx, source)
		if err != nil {
			return err
		}
		if h.Paused {
			return &good.Error{Kind: good.Conflict, Key: "harvest.error.paused"}
		}
		return tx.HurryHarvest(ctx, source, tx.Now())
	})
	return err
}
