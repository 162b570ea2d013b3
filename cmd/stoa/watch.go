package main

import (
	"context"
	"errors"
	"time"

	"stoa/internal/access"
	"stoa/internal/api"
	"stoa/internal/app/assessment"
	"stoa/internal/app/goods"
	"stoa/internal/app/messages"
	"stoa/internal/app/watching"
	"stoa/internal/check/target"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/notify"
	"stoa/internal/store"
	"stoa/internal/web/page"
	watchpage "stoa/internal/web/page/watch"
)

// Bounds of the watch's looks.
const (
	watchPause = time.Second     // between two requests to one host
	watchTime  = 3 * time.Minute // of one look
)

// watching is what looks at the recognised again.
func (e *Env) watching(db *store.DB, queue watching.Queue, f CheckFlags) (*watching.App, error) {
	library, err := e.Library()
	if err != nil {
		return nil, err
	}
	client, err := f.client()
	if err != nil {
		return nil, err
	}
	assessed, err := e.assessment(db)
	if err != nil {
		return nil, err
	}
	return &watching.App{DB: db, Queue: queue, Library: library, Client: client, Now: e.Now, Pause: watchPause, Challenge: challenging(assessed),
		Limits: target.Limits{Files: 100_000, Bytes: 1 << 30, Time: checkTime}}, nil
}

// challenging opens a challenge because of what the watch saw.
func challenging(a *assessment.App) func(context.Context, access.Who, watching.Doubt) (good.ID, error) {
	return func(ctx context.Context, who access.Who, in watching.Doubt) (good.ID, error) {
		app, _, err := a.Challenge(ctx, who, assessment.Doubt{Good: string(in.Good), Indicators: in.Indicators, Text: in.Text, Links: in.Links})
		if err != nil {
			return "", err
		}
		return app.ID, nil
	}
}

// watched makes what looks again, and its pages.
func (c *ServeCmd) watched(env *Env, db *store.DB, g *goods.App) ([]page.Route, error) {
	var queue watching.Queue = atOnce{}
	if c.queue != nil {
		queue = c.queue
	}
	app, err := env.watching(db, queue, c.CheckFlags)
	if err != nil {
		return nil, err
	}
	app.CatchUp = g.CatchUp
	if c.heard != nil {
		app.Tell = c.heard.Tell
	}
	c.watch = app
	return watchpage.Routes(app, g), nil
}

// watches has the goods looked at that are due.
func (c *ServeCmd) watches(cfg *jobs.Config) {
	cfg.Doers[watching.Task] = jobs.Doer{Do: c.watch.Do, Attempts: 3, Time: watchTime}
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "watch", Every: time.Minute, Do: c.watch.Tick}, jobs.Tick{Name: "watch daily", Every: 24 * time.Hour, Do: c.watch.Daily})
}

// later is a mail server that is another process's: what is to be sent waits
// for it in the queue.
type later struct{}

// Send implements messages.Sender; nothing here does the tasks that call it.
func (later) Send(context.Context, notify.Letter) error {
	return errors.New("the server sends letters")
}

// telling keeps notices whose letters the server sends.
func (e *Env) telling(db *store.DB, queue *jobs.Queue) func(context.Context, *store.Tx, string, good.Notice) error {
	return (&messages.App{DB: db, Queue: queue, Now: e.Now, Rand: e.Rand, Mail: later{}}).Tell
}

// WatchCmd looks after the watch.
type WatchCmd struct {
	List    WatchListCmd    `cmd:"" help:"Show what stands, and how the looks get on."`
	Run     WatchRunCmd     `cmd:"" help:"Look now: at the goods that are named, or at those that are due."`
	Show    WatchShowCmd    `cmd:"" help:"Show what was seen of a good."`
	Settle  WatchSettleCmd  `cmd:"" help:"End a sign, write to the owners about it, or open a challenge."`
	Explain WatchExplainCmd `cmd:"" help:"Say why a sign of one's own good is as it is."`
}

// Watching is what all commands of the watch take.
type Watching struct {
	As
	CheckFlags
}

// do opens the instance for fn, as somebody, and prints what it gives as JSON.
func (c Watching) do(env *Env, fn func(*watching.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	app, err := env.watching(db, atOnce{}, c.CheckFlags)
	if err != nil {
		return err
	}
	queue, err := jobs.NewQueue(db, away)
	if err != nil {
		return err
	}
	app.Tell = env.telling(db, queue)
	ways, err := env.recipes(db, c.CheckFlags)
	if err != nil {
		return err
	}
	app.Found = ways.Found
	who, err := c.who(env, db)
	if err != nil {
		return err
	}
	out, err := fn(app, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// WatchListCmd lists.
type WatchListCmd struct{ Watching }

// Run prints how the watch gets on.
func (c *WatchListCmd) Run(env *Env) error {
	return c.do(env, func(a *watching.App, who access.Who) (any, error) { return a.Board(env.Ctx, who) })
}

// WatchRunCmd looks.
type WatchRunCmd struct {
	Watching
	Good []string `arg:"" optional:"" help:"Slugs or ids; without one, what is due is looked at."`
	Most int      `help:"How many of those that are due at most." default:"50"`
}

// Run looks, and prints what is seen of each.
func (c *WatchRunCmd) Run(env *Env) error {
	return c.do(env, func(a *watching.App, who access.Who) (any, error) {
		ids, err := a.RunDue(env.Ctx, who, c.Good, c.Most)
		if err != nil {
			return nil, err
		}
		out := map[string]api.GoodWatch{}
		for _, id := range ids {
			g, seen, err := a.ByName(env.Ctx, string(id))
			if err != nil {
				return nil, err
			}
			out[g.Slug] = api.WatchOf(seen)
		}
		return out, nil
	})
}

// WatchShowCmd shows.
type WatchShowCmd struct {
	Watching
	Good string `arg:"" help:"Slug or id."`
}

// Run prints what was seen of the good.
func (c *WatchShowCmd) Run(env *Env) error {
	return c.do(env, func(a *watching.App, who access.Who) (any, error) {
		_, seen, err := a.ByName(env.Ctx, c.Good)
		if err != nil {
			return nil, err
		}
		row, err := a.Row(env.Ctx, who, c.Good)
		if good.KindOf(err) == good.Forbidden { // what everybody may read
			err = nil
		}
		return map[string]any{"public": api.WatchOf(seen), "looks": row}, err
	})
}

// WatchSettleCmd decides.
type WatchSettleCmd struct {
	Watching
	Sign       string   `arg:"" help:"Id of the sign."`
	How        string   `required:"" enum:"dismissed,mended,write,challenge" help:"What is done: ${enum}."`
	Reason     string   `required:"" help:"Public with a decision; a letter is read by the owners alone."`
	Indicators []string `help:"That a challenge doubts."`
}

// Run does what was decided.
func (c *WatchSettleCmd) Run(env *Env) error {
	return c.do(env, func(a *watching.App, who access.Who) (any, error) {
		return a.Decide(env.Ctx, who, good.ID(c.Sign), watching.Decision{How: c.How, Reason: c.Reason, Indicators: c.Indicators})
	})
}

// WatchExplainCmd explains.
type WatchExplainCmd struct {
	Watching
	Sign   string `arg:"" help:"Id of the sign."`
	Reason string `arg:"" optional:"" help:"Why it is so, for everybody to read; without one it is taken back."`
}

// Run notes what the owner says.
func (c *WatchExplainCmd) Run(env *Env) error {
	return c.do(env, func(a *watching.App, who access.Who) (any, error) {
		return nil, a.Explain(env.Ctx, who, good.ID(c.Sign), c.Reason)
	})
}
