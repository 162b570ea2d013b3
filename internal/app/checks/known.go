package checks

import (
	"context"
	"strconv"
	"time"

	"stoa/internal/access"
	"stoa/internal/check"
	"stoa/internal/finding"
	"stoa/internal/good"
)

// patience is how long Wait waits, so that a page shows what was seen also
// where no script runs; glance is how often it looks.
const (
	patience = 4 * time.Second
	glance   = 150 * time.Millisecond
)

// Wait returns a check once it has ended, or as it is after a little while.
func (a *App) Wait(ctx context.Context, who access.Who, id good.ID) (*Check, error) {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for range patience / glance {
		if c, err := a.Show(ctx, who, id); err != nil || !c.Open() {
			return c, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
	return a.Show(ctx, who, id)
}

// Known is what a report tells of a good that nobody has described yet.
type Known struct {
	Name     string
	Licence  string // SPDX identifier
	Kind     good.Kind
	SDG      int
	Findings []finding.Finding // that say so
}

// Known reads a report for a nomination, by the questions of the standard of
// recognition that ask for the same facts.
func (a *App) Known(report *finding.Report) Known {
	var out Known
	set, ok := a.Library.Find("dpg")
	if !ok || report == nil {
		return out
	}
	for _, q := range set.Questions() {
		p := check.Answer(set, q, report)
		answer := p.Answer
		if answer.Empty() {
			continue
		}
		switch first := append(answer.Choices, "")[0]; q.Fact {
		case good.FieldName:
			out.Name = answer.Text
		case good.FieldLicences:
			out.Licence = first
		case good.FieldKinds:
			out.Kind = good.Kind(first)
		case good.FieldGoals:
			out.SDG, _ = strconv.Atoi(first) // 0 for one that says none
		default:
			continue
		}
		out.Findings = append(out.Findings, p.Findings...)
	}
	return out
}
