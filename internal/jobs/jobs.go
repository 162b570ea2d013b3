// Package jobs is when verbs run by themselves: tasks that a transaction left
// behind, readers that follow the journal, and ticks of the clock. River does
// the timing, the retrying and the choice of one node among several; what is to
// be done lies in our own tables, so that a copy of the database has it too.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"stoa/internal/good"
	"stoa/internal/store"
)

// The two queues: what waits for others must not keep our own work waiting.
const (
	inside  = "inside"
	outside = "outside"
)

// Outside is which kinds of task wait for other people's hosts.
type Outside []string

// due is what River knows of a task: which one it is.
type due struct {
	ID   good.ID `json:"id"`
	Task string  `json:"task"`
}

// Kind implements river.JobArgs.
func (due) Kind() string { return "task" }

// beat is what River knows of a tick.
type beat struct {
	Name string `json:"name"`
}

// Kind implements river.JobArgs.
func (beat) Kind() string { return "tick" }

// live are the states of a job that will still be worked on; of two in them
// with the same arguments there is only one.
var live = []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled}

func driver(db *store.DB) riverdriver.Driver[*sql.Tx] {
	if db.Engine() == "sqlite" {
		return riversqlite.New(db.Queue())
	}
	return riverdatabasesql.New(db.Queue())
}

// Migrate makes River's own tables, where they are missing or old.
func Migrate(ctx context.Context, db *store.DB) error {
	m, err := rivermigrate.New(driver(db), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	up := func() error {
		_, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	}
	if err := up(); err != nil { // another process may have taken the same step at the same time
		if again := up(); again != nil {
			return fmt.Errorf("migrate the job queue: %w", errors.Join(err, again))
		}
	}
	return nil
}

// Queue puts tasks away within the transactions that want them done.
type Queue struct {
	client  *river.Client[*sql.Tx]
	outside Outside
}

// NewQueue returns a queue on a database with River's tables in it.
func NewQueue(db *store.DB, away Outside) (*Queue, error) {
	client, err := river.NewClient(driver(db), &river.Config{Logger: slog.New(slog.DiscardHandler), SkipUnknownJobCheck: true})
	if err != nil {
		return nil, fmt.Errorf("open the job queue: %w", err)
	}
	return &Queue{client: client, outside: away}, nil
}

// Enqueue has task done after tx has committed, once for its kind and key.
func (q *Queue) Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error {
	id, err := tx.AddTask(ctx, task)
	if err != nil || id == "" {
		return err
	}
	return q.schedule(ctx, tx, id, task)
}

// schedule tells River of a task that is kept, unless it knows.
func (q *Queue) schedule(ctx context.Context, tx *store.Tx, id good.ID, task good.Task) error {
	opts := &river.InsertOpts{Queue: inside, MaxAttempts: maxAttempts, ScheduledAt: task.At, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: live}}
	for _, kind := range q.outside {
		if kind == task.Kind {
			opts.Queue = outside
		}
	}
	if _, err := q.client.InsertTx(ctx, tx.SQL(), due{ID: id, Task: task.Kind}, opts); err != nil {
		return fmt.Errorf("enqueue a task: %w", err)
	}
	return nil
}

// Retry opens a task again that was given up and has it done at once.
func (q *Queue) Retry(ctx context.Context, db *store.DB, id good.ID) error {
	_, err := db.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.ReopenTask(ctx, id); err != nil {
			return err
		}
		t, err := tx.Task(ctx, id)
		if err != nil {
			return err
		}
		return q.schedule(ctx, tx, id, t.Task)
	})
	return err
}

// resume tells River of every open task that it does not know: those of a
// database that was restored or copied. The slices are small, so that people's
// writes go between them.
func (q *Queue) resume(ctx context.Context, db *store.DB) error {
	after := good.ID("")
	for {
		open, err := db.Primary().OpenTasks(ctx, after, 20)
		if err != nil || len(open) == 0 {
			return err
		}
		_, err = db.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			for _, t := range open {
				if err := q.schedule(ctx, tx, t.ID, t.Task); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("resume tasks: %w", err)
		}
		after = open[len(open)-1].ID
	}
}

// keep is how long a finished task is remembered, so that a second one with
// its key is known.
const keep = 90 * 24 * time.Hour
