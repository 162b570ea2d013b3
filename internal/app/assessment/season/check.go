package season

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"stoa/internal/assess"
	"stoa/internal/good"
)

// Clock is the time of a season: it passes as fast as the work is done.
type Clock struct{ at atomic.Int64 }

// NewClock begins at a time.
func NewClock(at time.Time) *Clock {
	c := new(Clock)
	c.at.Store(at.UnixMilli())
	return c
}

// Now is the time; a millisecond passes with each look.
func (c *Clock) Now() time.Time { return time.UnixMilli(c.at.Add(1)).UTC() }

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) { c.at.Add(d.Milliseconds()) }

// Report is how a season went.
type Report struct {
	Applications int                  `json:"applications"`
	States       map[assess.State]int `json:"states"`
	Steps        int                  `json:"steps"` // public ones
	Days         int                  `json:"days"`
	Appeals      int                  `json:"appeals"`
	Clarified    int                  `json:"clarified"`
	Differing    int                  `json:"differing"` // went to a coordinator
}

// Check checks everything that must hold of the applications and returns how
// the season went; the first thing that does not hold is the error.
func (s *Season) Check(ctx context.Context) (Report, error) {
	out := Report{States: map[assess.State]int{}}
	records := map[good.ID]assess.Record{}
	err := s.App.DB.EachAssessment(ctx, func(r assess.Record) error {
		records[r.Application] = r
		return nil
	})
	if err != nil {
		return out, err
	}
	var first, last time.Time
	err = s.App.DB.EachApplication(ctx, func(app *assess.Application) error {
		if app.Kind != assess.First {
			return nil
		}
		out.Applications++
		out.States[app.State]++
		r, told := records[app.ID]
		if !told {
			return fmt.Errorf("%s is %s, and nothing is told of it", app.Name, app.State)
		}
		out.Steps += len(r.Path)
		if app.Appeal != nil {
			out.Appeals++
		}
		if len(app.Clarifications) > 0 {
			out.Clarified++
		}
		for _, p := range r.Path {
			if p.To == assess.Consolidation {
				out.Differing++
			}
		}
		if first.IsZero() || app.Opened.Before(first) {
			first = app.Opened
		}
		if app.Since.After(last) {
			last = app.Since
		}
		return s.sound(ctx, app, r)
	})
	out.Days = int(last.Sub(first).Hours() / 24)
	return out, err
}

// sound says what does not hold of one application.
func (s *Season) sound(ctx context.Context, app *assess.Application, r assess.Record) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%s (%s): "+format, append([]any{app.Name, app.ID}, args...)...)
	}
	if !app.State.Over() || r.State != app.State {
		return bad("it is %s, the record says %s", app.State, r.State)
	}
	if want := assess.State(fateOf(app)); want != app.State && app.State != assess.Published {
		return bad("it was to be %s and is %s", want, app.State)
	}
	for i, p := range r.Path {
		if i > 0 && p.At.Before(r.Path[i-1].At) {
			return bad("step %d is told to be before step %d", i+1, i)
		}
	}
	for _, d := range app.Decisions {
		if d.Second == nil || d.Second.Person == d.Proposed.Person || app.Owned(d.Second.Person) || app.Owned(d.Proposed.Person) {
			return bad("its decision is not signed by two others: %+v", d)
		}
	}
	for _, seat := range app.Seats {
		if app.Owned(seat.Person) {
			return bad("an owner reviewed it")
		}
	}
	due, err := s.App.DB.DueOf(ctx, app.ID)
	if err != nil {
		return err
	}
	if len(due) > 0 {
		return bad("it is over, and %d things are due", len(due))
	}
	if app.State != assess.Published {
		return nil
	}
	d := app.Decision()
	if (fateOf(app) == Passes) != (d.Outcome == assess.Recognised) {
		return bad("it was to be %s and is %s", fateOf(app), d.Outcome)
	}
	g, err := s.App.DB.Good(ctx, app.Good)
	if err != nil {
		return err
	}
	if listed := g.Stage == good.Recognised || g.Stage == good.RenewalDue || g.Stage == good.Lapsed; listed != (d.Outcome == assess.Recognised) {
		return bad("it was found %s, and the good is %s", d.Outcome, g.Stage)
	}
	return nil
}
