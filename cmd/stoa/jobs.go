package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"stoa/internal/app/calls"
	"stoa/internal/app/checks"
	"stoa/internal/app/communities"
	"stoa/internal/app/deployments"
	"stoa/internal/app/goods"
	"stoa/internal/app/imports/runs"
	"stoa/internal/app/listings"
	"stoa/internal/app/localisation"
	"stoa/internal/app/messages"
	"stoa/internal/app/recipes"
	"stoa/internal/app/sourcing"
	"stoa/internal/app/watching"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/ops"
	"stoa/internal/store"
)

// away are the kinds of task that wait for other people's hosts.
var away = jobs.Outside{messages.TaskMail, messages.TaskLetter, messages.TaskNominator, messages.TaskJoining, messages.TaskInvitation, messages.TaskWebhook, checks.Task, watching.Task, localisation.Task, runs.Task, recipes.Task}

// work starts what runs by itself.
func (c *ServeCmd) work(env *Env, db *store.DB, queue *jobs.Queue, m *messages.App) (*jobs.Runner, error) {
	assessed, err := env.assessment(db)
	if err != nil {
		return nil, err
	}
	cfg := jobs.Config{DB: db, Queue: queue, Log: env.Log, Now: env.Now}
	cfg.Ticks = []jobs.Tick{{Name: "assessment", Every: time.Hour, Do: func(ctx context.Context, now time.Time) error {
		_, err := assessed.Tick(ctx, now)
		return err
	}}}
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "calls", Every: time.Hour, Do: func(ctx context.Context, now time.Time) error {
		_, err := (&calls.App{DB: db, Now: env.Now}).Tick(ctx, now)
		return err
	}})
	chores(&cfg, m)
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "sweep attachments", Every: 24 * time.Hour, Do: c.files.Tick})
	cfg.Doers[checks.Task] = jobs.Doer{Do: c.checks.Do, Attempts: 3}
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "forget checks", Every: time.Hour, Do: c.checks.Tick})
	c.watches(&cfg)
	c.recipesWhenDue(&cfg)
	c.readsLanguages(&cfg)
	cfg.Doers[communities.Task] = jobs.Doer{Do: c.communities(env, db).Do, Attempts: 5}
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "alliance", Every: time.Hour, Do: c.alliance(env, db).Tick}, jobs.Tick{Name: "boards", Every: time.Hour, Do: c.boards(env, db, nil).Tick})
	c.harvestsWhenDue(&cfg)
	c.weighing(&cfg)
	cfg.Readers = append(cfg.Readers, c.doubles())
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "corrections", Every: time.Hour, Do: (&goods.App{DB: db, Tell: c.heard.Tell}).Tick})
	cfg.Doers[deployments.TaskSheet] = jobs.Doer{Do: c.deployments(env, db).Do, Attempts: 5, Time: 10 * time.Minute}
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "deployments", Every: time.Hour, Do: c.deployments(env, db).Tick})
	cfg.Readers = append(cfg.Readers, jobs.Reader{Name: sourcing.Follower, Wants: sourcing.Wants, Read: c.boards(env, db, nil).Read})
	cfg.Readers = append(cfg.Readers, jobs.Reader{Name: listings.Follower, Begin: c.listed.Begin, Wants: listings.Wants, Read: c.listed.Read})
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "forget crawlers' notes", Every: 24 * time.Hour, Do: c.listed.Tick})
	runner, err := jobs.NewRunner(cfg)
	if err != nil {
		return nil, err
	}
	if c.ticking != nil {
		go c.ticking(assessed)
	}
	return runner, runner.Start(env.Ctx)
}

// figures are how what runs by itself gets on.
func (c *ServeCmd) figures(ctx context.Context) (ops.Work, error) {
	if c.runner == nil {
		return ops.Work{}, nil
	}
	f, err := c.runner.Figures(ctx)
	return ops.Work(f), err
}

// ended lets the work under way end.
func ended(work *jobs.Runner) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return work.Stop(ctx)
}

// JobsCmd looks after jobs.
type JobsCmd struct {
	List  JobsListCmd  `cmd:"" help:"List what is to be done and what was given up."`
	Retry JobsRetryCmd `cmd:"" help:"Do a task again that was given up."`
}

// JobsListCmd lists.
type JobsListCmd struct {
	Failed bool `help:"Only what was given up."`
	Limit  int  `help:"How many of each at most." default:"100"`
}

// Run lists tasks; it changes nothing.
func (c *JobsListCmd) Run(env *Env) error {
	db, err := env.OpenExisting()
	if err != nil {
		return err
	}
	defer db.Close()
	list, err := db.FailedTasks(env.Ctx, c.Limit)
	if err != nil {
		return err
	}
	if !c.Failed {
		open, err := db.OpenTasks(env.Ctx, "", c.Limit)
		if err != nil {
			return err
		}
		list = append(list, open...)
	}
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	for _, t := range list {
		state := "open"
		if t.Failed {
			state = "failed"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\n", t.ID, state, t.Kind, t.Created.Format(time.RFC3339), t.Attempts, t.Error)
	}
	return w.Flush()
}

// JobsRetryCmd retries.
type JobsRetryCmd struct {
	ID []string `arg:"" help:"Ids of the tasks; all for every one that was given up."`
}

// Run has tasks done again by the server.
func (c *JobsRetryCmd) Run(env *Env) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	queue, err := jobs.NewQueue(db, away)
	if err != nil {
		return err
	}
	ids := c.ID
	if len(ids) == 1 && ids[0] == "all" {
		failed, err := db.FailedTasks(env.Ctx, 10_000)
		if err != nil {
			return err
		}
		ids = nil
		for _, t := range failed {
			ids = append(ids, string(t.ID))
		}
	}
	for _, id := range ids {
		if err := queue.Retry(env.Ctx, db, good.ID(strings.ToUpper(id))); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(env.Stdout, "%d tasks will be tried again\n", len(ids))
	return err
}
