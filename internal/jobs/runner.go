package jobs

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"stoa/internal/good"
	"stoa/internal/store"
)

// maxAttempts bounds the attempts at any task; a Doer may give up earlier.
const maxAttempts = 1000

// Doer does the tasks of one kind. A task is done at least once.
type Doer struct {
	Do func(ctx context.Context, task good.Task) error
	// Attempts is how often it is tried before it is given up; 0 for 25.
	Attempts int
	// Wait is how long to wait after the n-th failed attempt, from 1 on; nil
	// for a wait that grows to an hour.
	Wait func(n int) time.Duration
	// Time is how long one attempt may take; 0 for a minute.
	Time time.Duration
	// Private says that what the task is handed names a person, or is a secret:
	// it is forgotten even where the task is given up.
	Private bool
}

// Tick is what happens by the clock: Do reads from the database what is due,
// and bears to be called again.
type Tick struct {
	Name  string
	Every time.Duration
	Do    func(ctx context.Context, now time.Time) error
}

// Config is what runs. DB, Queue and Now must be set.
type Config struct {
	DB      *store.DB
	Queue   *Queue
	Doers   map[string]Doer // by kind of task
	Readers []Reader
	Ticks   []Tick
	Log     *slog.Logger
	Now     func() time.Time
}

// How long one piece of work may take. What a killed process left half done is
// taken up again after rescue, or at the next start.
const (
	taskTime = time.Minute
	tickTime = 10 * time.Minute
	rescue   = 11 * time.Minute
)

// Runner works.
type Runner struct {
	cfg    Config
	client *river.Client[*sql.Tx]
	driver riverdriver.Driver[*sql.Tx]
	stop   context.CancelFunc
	wait   sync.WaitGroup

	mu     sync.Mutex
	counts map[outcome]int64
	behind map[string]int64
}

// outcome is how an attempt at a kind of task ended.
type outcome struct {
	kind string
	done bool
}

// NewRunner returns a runner that Start starts.
func NewRunner(cfg Config) (*Runner, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Ticks = append(cfg.Ticks[:len(cfg.Ticks):len(cfg.Ticks)], Tick{Name: "forget tasks", Every: 24 * time.Hour, Do: func(ctx context.Context, now time.Time) error { return forget(ctx, cfg.DB, now) }})
	r := &Runner{cfg: cfg, driver: driver(cfg.DB), counts: map[outcome]int64{}, behind: map[string]int64{}}
	workers := river.NewWorkers()
	river.AddWorker(workers, &taskWorker{runner: r})
	river.AddWorker(workers, &tickWorker{runner: r})
	var err error
	r.client, err = river.NewClient(r.driver, &river.Config{
		Queues:  map[string]river.QueueConfig{inside: {MaxWorkers: 4}, outside: {MaxWorkers: 8}},
		Workers: workers, Logger: slog.New(onlyFaults{cfg.Log.Handler()}), PeriodicJobs: r.periodic(),
		PollOnly: true, // on SQLite it would look for notes twenty times a second instead
		// Each look costs a plan of SQLite's: letters may wait two seconds.
		FetchPollInterval: 2 * time.Second, FetchCooldown: 100 * time.Millisecond,
		JobTimeout: taskTime, RescueStuckJobsAfter: rescue, SoftStopTimeout: 5 * time.Second,
		CompletedJobRetentionPeriod: time.Hour, CancelledJobRetentionPeriod: time.Hour, DiscardedJobRetentionPeriod: time.Hour,
		ErrorHandler:        quiet{},
		ReindexerIndexNames: []string{}, ReindexerSchedule: never{},
	})
	if err != nil {
		return nil, fmt.Errorf("make the job runner: %w", err)
	}
	return r, nil
}

// never is a schedule without an end to the wait.
type never struct{}

// Next implements river.PeriodicSchedule.
func (never) Next(now time.Time) time.Time { return now.AddDate(100, 0, 0) }

func (r *Runner) periodic() []*river.PeriodicJob {
	var out []*river.PeriodicJob
	for _, t := range r.cfg.Ticks {
		out = append(out, river.NewPeriodicJob(river.PeriodicInterval(t.Every), func() (river.JobArgs, *river.InsertOpts) {
			return beat{t.Name}, &river.InsertOpts{Queue: inside, MaxAttempts: 3, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: live}}
		}, &river.PeriodicJobOpts{RunOnStart: true}))
	}
	return out
}

// Start begins to work, after what a killed process left is free again.
func (r *Runner) Start(ctx context.Context) error {
	if r.cfg.DB.Engine() == "sqlite" { // one server a database: what runs runs nowhere
		if err := r.free(ctx); err != nil {
			return err
		}
	}
	ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := r.client.Start(ctx); err != nil {
		return fmt.Errorf("start the job runner: %w", err)
	}
	r.wait.Go(func() {
		if err := r.cfg.Queue.resume(ctx, r.cfg.DB); err != nil && ctx.Err() == nil {
			r.cfg.Log.Error("resume tasks", "err", err)
		}
	})
	for _, reader := range r.cfg.Readers {
		r.wait.Go(func() { r.follow(ctx, reader) })
	}
	return nil
}

// Stop lets the work under way end, for a few seconds, and stops.
func (r *Runner) Stop(ctx context.Context) error {
	err := r.client.Stop(ctx)
	r.stop()
	r.wait.Wait()
	if err != nil {
		return fmt.Errorf("stop the job runner: %w", err)
	}
	return nil
}

// free gives back what a process had begun that is no more.
func (r *Runner) free(ctx context.Context) error {
	for {
		running, err := r.client.JobList(ctx, river.NewJobListParams().States(rivertype.JobStateRunning).First(100))
		if err != nil {
			return fmt.Errorf("look for work that was cut: %w", err)
		}
		if len(running.Jobs) == 0 {
			return nil
		}
		p := &riverdriver.JobRescueManyParams{StuckHorizon: r.cfg.Now().Add(time.Hour)}
		for _, j := range running.Jobs {
			cut, err := json.Marshal(rivertype.AttemptError{At: r.cfg.Now(), Attempt: j.Attempt, Error: "cut by the end of the process"})
			if err != nil {
				return err
			}
			p.ID, p.Error, p.FinalizedAt = append(p.ID, j.ID), append(p.Error, cut), append(p.FinalizedAt, nil)
			p.ScheduledAt, p.State = append(p.ScheduledAt, r.cfg.Now()), append(p.State, string(rivertype.JobStateAvailable))
		}
		if _, err := r.driver.GetExecutor().JobRescueMany(ctx, p); err != nil {
			return fmt.Errorf("free work that was cut: %w", err)
		}
	}
}

// forget deletes what has ended long ago, in slices.
func forget(ctx context.Context, db *store.DB, now time.Time) error {
	for {
		var n int64
		_, err := db.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = tx.ForgetTasks(ctx, now.Add(-keep), 200)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// taskWorker does tasks.
type taskWorker struct {
	river.WorkerDefaults[due]
	runner *Runner
}

// Timeout implements river.Worker.
func (w *taskWorker) Timeout(job *river.Job[due]) time.Duration {
	return cmp.Or(w.runner.cfg.Doers[job.Args.Task].Time, taskTime)
}

// Work implements river.Worker.
func (w *taskWorker) Work(ctx context.Context, job *river.Job[due]) error {
	r := w.runner
	t, err := r.cfg.DB.Primary().Task(ctx, job.Args.ID)
	if good.KindOf(err) == good.NotFound || err == nil && !t.Ended.IsZero() {
		return nil // forgotten or done
	}
	if err != nil {
		return err
	}
	doer, known := r.cfg.Doers[t.Kind]
	if !known {
		return fmt.Errorf("nobody does tasks of kind %q", t.Kind)
	}
	err = attempt(ctx, doer, t.Task)
	r.count(t.Kind, err == nil)
	if err == nil {
		return r.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.EndTask(ctx, t.ID) })
	}
	if ctx.Err() != nil { // cut, which is nobody's fault
		return err
	}
	last := t.Attempts+1 >= doer.attempts() || errors.Is(err, ErrNever)
	r.cfg.Log.Warn("a task failed", "kind", t.Kind, "task", t.ID, "attempt", t.Attempts+1, "last", last, "err", scrub(err))
	if noted := r.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.NoteTask(ctx, t.ID, scrub(err), last, doer.Private)
	}); noted != nil {
		return errors.Join(err, noted)
	}
	if last {
		return river.JobCancel(err)
	}
	return err
}

// ErrNever is in the chain of an error that no other attempt can mend.
var ErrNever = errors.New("it will never succeed")

// attempt does a task; a panic is an error.
func attempt(ctx context.Context, d Doer, t good.Task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return d.Do(ctx, t)
}

func (d Doer) attempts() int {
	if d.Attempts > 0 {
		return d.Attempts
	}
	return 25
}

// NextRetry implements river.Worker.
func (w *taskWorker) NextRetry(job *river.Job[due]) time.Time {
	now := w.runner.cfg.Now()
	if d, ok := w.runner.cfg.Doers[job.Args.Task]; ok && d.Wait != nil {
		return now.Add(d.Wait(job.Attempt))
	}
	return now.Add(grow(job.Attempt, time.Hour))
}

// grow is a wait that grows with the fourth power of n, up to most.
func grow(n int, most time.Duration) time.Duration {
	if n > 60 {
		return most
	}
	return min(time.Duration(n*n*n*n)*time.Second, most)
}

// tickWorker does ticks.
type tickWorker struct {
	river.WorkerDefaults[beat]
	runner *Runner
}

// Timeout implements river.Worker.
func (*tickWorker) Timeout(*river.Job[beat]) time.Duration { return tickTime }

// Work implements river.Worker.
func (w *tickWorker) Work(ctx context.Context, job *river.Job[beat]) error {
	for _, t := range w.runner.cfg.Ticks {
		if t.Name != job.Args.Name {
			continue
		}
		err := t.Do(ctx, w.runner.cfg.Now())
		if err != nil && ctx.Err() == nil {
			w.runner.cfg.Log.Error("a tick of the clock failed", "tick", t.Name, "err", err)
		}
		w.runner.count("tick "+t.Name, err == nil)
		return err
	}
	return nil // of an older program
}

func (r *Runner) do(ctx context.Context, fn func(context.Context, *store.Tx) error) error {
	_, err := r.cfg.DB.Do(ctx, good.Actor{}, fn)
	return err
}

func (r *Runner) count(kind string, done bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[outcome{kind, done}]++
}

// quiet has River's own log leave out what we have said ourselves.
type quiet struct{}

// HandleError implements river.ErrorHandler.
func (quiet) HandleError(context.Context, *rivertype.JobRow, error) *river.ErrorHandlerResult {
	return nil
}

// HandlePanic implements river.ErrorHandler.
func (quiet) HandlePanic(context.Context, *rivertype.JobRow, any, string) *river.ErrorHandlerResult {
	return nil
}

// onlyFaults passes on what River calls an error.
type onlyFaults struct{ slog.Handler }

// Enabled implements slog.Handler.
func (h onlyFaults) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelError && h.Handler.Enabled(ctx, l)
}

// WithAttrs implements slog.Handler.
func (h onlyFaults) WithAttrs(a []slog.Attr) slog.Handler { return onlyFaults{h.Handler.WithAttrs(a)} }

// WithGroup implements slog.Handler.
func (h onlyFaults) WithGroup(name string) slog.Handler { return onlyFaults{h.Handler.WithGroup(name)} }

// mailAddress finds addresses of people in what other programs say.
var mailAddress = regexp.MustCompile(`[\w.+-]+@[\w.-]+`)

// scrub is an error as the operator may read it and a database may keep it: text
// without people's addresses, and not without end.
func scrub(err error) string {
	s := mailAddress.ReplaceAllString(err.Error(), "…")
	s = strings.ReplaceAll(s[:min(len(s), 500)], "\x00", "")
	return strings.ToValidUTF8(s, "")
}
