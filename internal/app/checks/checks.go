// Package checks has a machine look at what a nomination or an application is
// about: in the background, within limits, with its progress to be seen and an
// end to be had at any time. What it finds informs: it fills in what nobody
// answered, marks where an answer says another thing, and can be disputed.
package checks

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/check/target"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Task is the kind of the tasks that check; each waits for other people's hosts.
const Task = "check"

// App is the noun's verbs and views.
type App struct {
	DB      *store.DB
	Queue   Queue
	Library *standard.Library
	Client  func() *http.Client // the fence, for one check
	Limits  target.Limits
	Now     func() time.Time
	Temp    string // where what is fetched lies until it has been read
}

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

// State is where a check stands.
type State string

// The states.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed" // there is nothing to report: Failure says why
	Cancelled State = "cancelled"
)

// Check is a machine's look at an address.
type Check struct {
	ID          good.ID         `json:"id"`
	Application good.ID         `json:"application,omitempty"`
	Target      string          `json:"target"`
	State       State           `json:"state"`
	Step        string          `json:"step,omitempty"`
	Count       int             `json:"count,omitempty"`
	Created     time.Time       `json:"created"`
	Ended       time.Time       `json:"ended,omitzero"`
	Failure     *finding.Text   `json:"failure,omitempty"`
	Report      *finding.Report `json:"report,omitempty"`
}

// Open says whether it goes on still.
func (c *Check) Open() bool { return c.State == Waiting || c.State == Running }

func read(s store.StoredCheck) (*Check, error) {
	c := &Check{ID: s.ID, Application: s.Application, Target: s.Target, State: State(s.State), Step: s.Step, Count: s.Count, Created: s.Created, Ended: s.Ended}
	if len(s.Failure) > 0 {
		if err := json.Unmarshal(s.Failure, &c.Failure); err != nil {
			return nil, err
		}
	}
	if len(s.Report) > 0 {
		if err := json.Unmarshal(s.Report, &c.Report); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Start is what is to be looked at, and for which application; for none, the
// check is seen by whoever holds its id, and kept for a week.
type Start struct {
	Application good.ID
	Target      string
	Kinds       []good.Kind
}

// What bounds the checks: who has no rights cannot make the program look at
// addresses at will, nor keep others waiting.
const (
	mostOpen    = 200 // that wait or run
	mostStrange = 50  // of those, of no application
	mostAnHour  = 30  // of one person's applications, all together
)

// Begin has an address looked at. Where the application's newest check of the
// same address goes on still, it is that one.
func (a *App) Begin(ctx context.Context, who access.Who, in Start) (*Check, error) {
	var out *Check
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if in.Application == "" {
			if _, err := access.As(who, access.Nominate, access.Thing{}); err != nil {
				return err
			}
		} else {
			app, err := a.mine(ctx, tx, who, access.EditApplication, in.Application)
			if err != nil {
				return err
			}
			in.Kinds = app.Goods
			if out, err = relieve(ctx, tx, in); err != nil || out != nil {
				return err
			}
		}
		if utf8.RuneCountInString(in.Target) > 2048 || !good.WebAddress(target.Address(in.Target)) {
			return &good.Error{Kind: good.Invalid, Key: "target.error.address", Field: "target"}
		}
		if err := room(ctx, tx, who, in.Application); err != nil {
			return err
		}
		s := store.StoredCheck{ID: tx.NewID(), Application: in.Application, Target: in.Target, Kinds: in.Kinds, State: string(Waiting), Created: tx.Now()}
		if err := tx.AddCheck(ctx, s); err != nil {
			return err
		}
		args, err := json.Marshal(s.ID)
		if err != nil {
			return err
		}
		if err := a.Queue.Enqueue(ctx, tx, good.Task{Kind: Task, Key: string(s.ID), Args: args}); err != nil {
			return err
		}
		out, err = read(s)
		return err
	})
	return out, err
}

// relieve ends the checks of an application that go on: it was another address
// that was meant. Of the same address it returns the one that goes on.
func relieve(ctx context.Context, tx *store.Tx, in Start) (*Check, error) {
	list, err := tx.ChecksOf(ctx, in.Application, mostAnHour)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if !c.Ended.IsZero() {
			continue
		}
		if c.Target == in.Target {
			return read(c)
		}
		if _, err := tx.EndCheck(ctx, c.ID, string(Cancelled), nil, nil); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// room says whether another check may be begun.
func room(ctx context.Context, tx *store.Tx, who access.Who, application good.ID) error {
	n, strange, err := tx.OpenChecks(ctx)
	if err != nil {
		return err
	}
	if n >= mostOpen || application == "" && strange >= mostStrange {
		return &good.Error{Kind: good.Limited, Key: "assess.error.checks"}
	}
	if application == "" {
		return nil
	}
	n, err = tx.ChecksSince(ctx, who.Person, tx.Now().Add(-time.Hour))
	if err == nil && n >= mostAnHour {
		err = &good.Error{Kind: good.Limited, Key: "assess.error.checks"}
	}
	return err
}

// mine loads an application for somebody who wants to do an act with it.
func (a *App) mine(ctx context.Context, r interface {
	Application(ctx context.Context, id good.ID) (*assess.Application, error)
}, who access.Who, act access.Act, id good.ID) (*assess.Application, error) {
	app, err := r.Application(ctx, id)
	if err != nil {
		return nil, err
	}
	t := access.Thing{Owners: app.Owners, Consulted: app.Consulted(), Decided: app.Deciders()}
	for _, s := range app.Seats {
		t.Assigned = append(t.Assigned, s.Person)
	}
	_, err = access.As(who, act, t)
	return app, err
}

// Show returns a check to who may read its application, or holds its id where
// it is of none.
func (a *App) Show(ctx context.Context, who access.Who, id good.ID) (*Check, error) {
	s, err := a.DB.StoredCheck(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.Application != "" {
		if _, err := a.mine(ctx, a.DB, who, access.ReadApplication, s.Application); err != nil {
			return nil, err
		}
	}
	return read(s)
}

// Cancel ends a check at once; one that has ended stays as it is.
func (a *App) Cancel(ctx context.Context, who access.Who, id good.ID) (*Check, error) {
	s, err := a.DB.StoredCheck(ctx, id)
	if err != nil {
		return nil, err
	}
	_, err = a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if s.Application != "" {
			if _, err := a.mine(ctx, tx, who, access.EditApplication, s.Application); err != nil {
				return err
			}
		}
		_, err := tx.EndCheck(ctx, id, string(Cancelled), nil, nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.Show(ctx, who, id)
}

// Stop ends a check of no application, for who holds its id.
func (a *App) Stop(ctx context.Context, who access.Who, id good.ID) error {
	c, err := a.Show(ctx, who, id)
	if err != nil {
		return err
	}
	if c.Application != "" {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.check"}
	}
	_, err = a.Cancel(ctx, who, id)
	return err
}

// Dispute notes what the applicant holds against a finding of their
// application; without a reason it is taken back.
func (a *App) Dispute(ctx context.Context, who access.Who, application good.ID, probe, reason string) error {
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if _, err := a.mine(ctx, tx, who, access.EditApplication, application); err != nil {
			return err
		}
		if utf8.RuneCountInString(reason) > 2000 || !utf8.ValidString(reason) {
			return &good.Error{Kind: good.Invalid, Key: "assess.error.long", Field: "reason", Args: map[string]any{"Max": 2000}}
		}
		c, err := reported(ctx, tx, application)
		if err != nil {
			return err
		}
		if c == nil || !slices.ContainsFunc(c.Report.Findings, func(f finding.Finding) bool { return f.Probe == probe }) {
			return &good.Error{Kind: good.NotFound, Key: "assess.error.finding", Field: "probe"}
		}
		return tx.PutDispute(ctx, store.Dispute{Application: application, Probe: probe, Person: who.Person, Reason: reason})
	})
	return err
}

// reported is the newest check of an application that has a report, or nil.
func reported(ctx context.Context, r interface {
	ChecksOf(ctx context.Context, application good.ID, limit int) ([]store.StoredCheck, error)
}, application good.ID) (*Check, error) {
	list, err := r.ChecksOf(ctx, application, 10)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if State(s.State) == Done {
			return read(s)
		}
	}
	return nil, nil
}

const (
	keep = 7 * 24 * time.Hour // how long a check of no application is kept
	lost = time.Hour          // after which a check that has not ended never will
)

// Tick forgets what nobody needs any more, and ends what was lost.
func (a *App) Tick(ctx context.Context, now time.Time) error {
	failure, err := json.Marshal(finding.Text{Key: "assess.check.failed"})
	if err != nil {
		return err
	}
	if _, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		return tx.LapseChecks(ctx, now.Add(-lost), string(Failed), failure)
	}); err != nil {
		return err
	}
	for {
		var n int64
		_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = tx.ForgetChecks(ctx, now.Add(-keep), 50)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}
