package calls

import (
	"context"
	"slices"

	"stoa/internal/assess"
	"stoa/internal/call"
)

// figures counts what became of the entries of a call, up to the good that is
// recognised.
func (a *App) figures(ctx context.Context, c *call.Call, entries []*call.Entry) (call.Figures, error) {
	out := call.Figures{}
	for _, s := range c.Stages {
		out.Stages = append(out.Stages, call.StageSum{Name: s.Name})
	}
	var days []int
	apps, err := a.DB.HandedOver(ctx, c.ID)
	if err != nil {
		return out, err
	}
	for _, e := range entries {
		out.Entries++
		switch e.State {
		case call.Refused:
			out.Refused++
		case call.Withdrawn:
			out.Withdrawn++
		case call.Chosen:
			out.Chosen++
		}
		for _, o := range e.Outcomes {
			out.Stages[o.Stage].In++
			if o.Passes {
				out.Stages[o.Stage].Passed++
			}
		}
		if e.Application == "" {
			continue
		}
		out.Applying++
		app := apps[e.Application]
		if app.Submitted.IsZero() {
			continue
		}
		out.Submitted++
		if d := app.Decision(); app.State == assess.Published && d != nil && d.Outcome == assess.Recognised {
			out.Recognised++
			days = append(days, int(app.Since.Sub(e.Sent).Hours()/24))
		}
	}
	if slices.Sort(days); len(days) > 0 {
		out.Days = days[len(days)/2]
	}
	return out, nil
}
