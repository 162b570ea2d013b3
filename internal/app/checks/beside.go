package checks

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/check"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Sight is what a machine saw of an application, beside its questions.
type Sight struct {
	Last     *Check          // the newest check; nil where there was none
	Report   *finding.Report // of the newest that has one
	Of       map[string]Seen // by question, where something was looked for
	Disputes map[string]Dispute
}

// Dispute is what an applicant holds against what a probe found.
type Dispute = store.Dispute

// Seen is what was seen of one question.
type Seen struct {
	State    finding.State
	Findings []finding.Finding
	Answer   standard.Answer // what it would fill in
	Taken    bool            // the answer that stands is that one
	Against  bool            // the answer that stands says another thing
}

// Beside returns what was seen of an application, for who may read it.
func (a *App) Beside(ctx context.Context, who access.Who, application good.ID) (*Sight, error) {
	app, err := a.mine(ctx, a.DB, who, access.ReadApplication, application)
	if err != nil {
		return nil, err
	}
	list, err := a.DB.ChecksOf(ctx, application, 1)
	if err != nil || len(list) == 0 {
		return &Sight{}, err
	}
	out := &Sight{Of: map[string]Seen{}, Disputes: map[string]Dispute{}}
	if out.Last, err = read(list[0]); err != nil {
		return nil, err
	}
	with := out.Last
	if with.Report == nil {
		if with, err = reported(ctx, a.DB, application); err != nil || with == nil {
			return out, err
		}
	}
	out.Report = with.Report
	disputes, err := a.DB.Disputes(ctx, application)
	if err != nil {
		return nil, err
	}
	for _, d := range disputes {
		out.Disputes[d.Probe] = d
	}
	stored, err := a.DB.Answers(ctx, application)
	if err != nil {
		return nil, err
	}
	answers, err := answersOf(stored)
	if err != nil {
		return nil, err
	}
	return out, a.compare(app, answers, out)
}

func (a *App) compare(app *assess.Application, answers standard.Answers, out *Sight) error {
	set, ok := a.Library.Find(app.Standard)
	if !ok {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.standard", Args: map[string]any{"Standard": app.Standard}}
	}
	for _, q := range set.Questions() {
		s := Seen{Findings: out.Report.Of(q.SeenBy...), Answer: check.Answer(set, q, out.Report).Answer}
		if len(s.Findings) == 0 && s.Answer.Empty() {
			continue
		}
		s.State = finding.Sum(s.Findings)
		held := answers[q.ID]
		s.Taken = !s.Answer.Empty() && same(held, s.Answer)
		s.Against = !held.Empty() && !s.Taken && against(q, held, s)
		out.Of[q.ID] = s
	}
	return nil
}

func same(a, b standard.Answer) bool {
	return a.Text == b.Text && slices.Equal(a.Links, b.Links) && slices.Equal(a.Choices, b.Choices) && maps.Equal(a.Items, b.Items)
}

// against says whether an answer says another thing than what was surely seen:
// a yes where it is not met or a no where it is, a licence that is not there.
// Of other answers nobody but a person can tell.
func against(q standard.Question, held standard.Answer, s Seen) bool {
	sure := func(state finding.State) bool {
		return slices.ContainsFunc(s.Findings, func(f finding.Finding) bool { return f.State == state && f.Confidence == finding.High })
	}
	if slices.ContainsFunc(s.Findings, func(f finding.Finding) bool { return f.Contradicts && f.Confidence != finding.Low }) {
		return true
	}
	switch q.Type {
	case standard.YesNo:
		yes := slices.Contains(held.Choices, "yes")
		return yes && s.State == finding.NotMet && sure(finding.NotMet) || !yes && s.State == finding.Met && sure(finding.Met)
	case standard.Licences:
		if s.State == finding.NotMet && sure(finding.NotMet) {
			return true
		}
		return len(s.Answer.Choices) > 0 && !slices.ContainsFunc(held.Choices, func(c string) bool { return slices.Contains(s.Answer.Choices, c) })
	}
	return false
}

// NameOf is what a good is called for whom only its address is known.
func NameOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	parts := strings.Split(strings.Trim(strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git"), "/"), "/")
	if last := parts[len(parts)-1]; last != "" {
		return last
	}
	return u.Hostname()
}
