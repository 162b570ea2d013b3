package desk

import (
	"slices"
	"strings"
	"time"

	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// say is a set's text in the page's language.
func say(f *page.Frame, t good.Text) string {
	text, _ := t.In(f.Code)
	return text
}

func state(f *page.Frame, s assess.State) string     { return f.T("assess.state." + string(s)) }
func kind(f *page.Frame, k assess.Kind) string       { return f.T("assess.kind." + string(k)) }
func verdict(f *page.Frame, v assess.Verdict) string { return f.T("assess.verdict." + string(v)) }
func outcome(f *page.Frame, o assess.Outcome) string { return f.T("assess.outcome." + string(o)) }

// signs stand before the words of a verdict.
var signs = map[assess.Verdict]string{assess.Pass: "✓", assess.Fail: "×", assess.Clarify: "?", assess.NeedsExpert: "!"}

// verdicts are verdicts to choose from.
func verdicts(f *page.Frame, list ...assess.Verdict) []page.Option {
	var out []page.Option
	for _, v := range list {
		out = append(out, page.Option{Value: string(v), Label: verdict(f, v)})
	}
	return out
}

// against is why somebody must not judge, in words.
func against(f *page.Frame, r assess.Reason) string {
	if r.With != "" {
		return f.Tell("desk.against."+string(r.Cause)+".with", "With", r.With)
	}
	return f.T("desk.against." + string(r.Cause))
}

// goods are kinds of good in words.
func goods(f *page.Frame, list []good.Kind) string {
	names := make([]string, len(list))
	for i, k := range list {
		names[i] = f.Kind(k)
	}
	return f.Terms(names)
}

// refused are the kinds of good for which a licence is not accepted.
func refused(set *standard.Set, kinds []good.Kind, licence string) []good.Kind {
	return slices.DeleteFunc(slices.Clone(kinds), func(k good.Kind) bool {
		return len(set.Licences[k]) == 0 || slices.Contains(set.Licences[k], licence)
	})
}

// items are the items of an answer in a steady order.
func items(a standard.Answer) []string {
	out := make([]string, 0, len(a.Items))
	for k := range a.Items {
		out = append(out, k)
	}
	slices.SortFunc(out, func(x, y string) int {
		if len(x) != len(y) {
			return len(x) - len(y) // 3 before 10
		}
		return strings.Compare(x, y)
	})
	return out
}

// deadline says how long there is until a deadline, or how late it is.
func deadline(f *page.Frame, at, now time.Time) string {
	switch {
	case at.IsZero():
		return ""
	case at.Before(now):
		return f.N("desk.late", max(days(at, now), 1))
	}
	return f.N("desk.left", days(now, at))
}

// since says how long something has waited.
func since(f *page.Frame, from, now time.Time) string {
	if n := days(from, now); n > 0 {
		return f.N("desk.since", n)
	}
	return f.T("desk.today")
}

// size is a number of bytes in words.
func size(f *page.Frame, n int64) string { return f.T("desk.kb", "Size", int((n+1023)/1024)) }

// step is a step of the machine in words.
func step(f *page.Frame, s assess.Step) string {
	return f.T("desk.step." + strings.ToLower(string(s)))
}

// people are persons to choose from.
func people(f *page.Frame, list []assessment.Person) []page.Option {
	var out []page.Option
	for _, p := range list {
		out = append(out, page.Option{Value: string(p.ID), Label: f.Called(p.Name, p.Pseudonym, p.Roles...), Hint: strings.Join(p.Expertise, ", ")})
	}
	return out
}

// lines are links as they are written in a form: one a line, name after it.
func lines(links []good.Link) string {
	var b strings.Builder
	for _, l := range links {
		b.WriteString(strings.TrimSpace(l.URL+" "+l.Name) + "\n")
	}
	return b.String()
}

func joined(list []string) string { return strings.Join(list, ", ") }

// options are the choices that a question offers.
func options(m *review, q standard.Question) []page.Option {
	var ids []string
	switch q.Type {
	case standard.YesNo:
		ids = []string{"yes", "no"}
	case standard.SDGs:
		for n := 1; n <= 17; n++ {
			ids = append(ids, itoa(n))
		}
	default:
		for _, o := range q.Options {
			ids = append(ids, o.ID)
		}
	}
	out := make([]page.Option, len(ids))
	for i, id := range ids {
		out[i] = page.Option{Value: id, Label: m.Chosen(m.Set, q, id)}
	}
	return out
}

// screenings are what can come of screening.
func screenings(m *review) []page.Option {
	out := []page.Option{{Value: "accept", Label: m.T("desk.screen.accept")}}
	if m.Application.Kind != assess.Challenge {
		out = append(out, page.Option{Value: "return", Label: m.T("desk.screen.return")})
	}
	return append(out, page.Option{Value: "refuse", Label: m.T("desk.screen.refuse")})
}

func causes(f *page.Frame) []page.Option {
	var out []page.Option
	for _, c := range assess.Causes {
		out = append(out, page.Option{Value: string(c), Label: f.T("desk.cause." + string(c))})
	}
	return out
}

func outcomes(f *page.Frame) []page.Option {
	return []page.Option{{Value: string(assess.Recognised), Label: outcome(f, assess.Recognised)}, {Value: string(assess.NotEligible), Label: outcome(f, assess.NotEligible)}}
}

// loose are the notes on the whole.
func (m *review) loose() []assessment.Note {
	return slices.DeleteFunc(slices.Clone(m.Notes), func(n assessment.Note) bool { return n.Indicator != "" })
}

// appealable says whether the decision that stands can still be appealed.
func (m *review) appealable() bool {
	d := m.Decision()
	return d != nil && d.Outcome == assess.NotEligible && !d.Appeal && m.Appeal == nil && m.Now.Before(m.Deadline)
}

// knows is what a reviewer knows, in words.
func knows(f *page.Frame, r assess.Reviewer) string {
	parts := []string{}
	if len(r.Kinds) > 0 {
		parts = append(parts, goods(f, r.Kinds))
	}
	if len(r.Knows) > 0 {
		parts = append(parts, strings.Join(r.Knows, " "))
	}
	return strings.Join(parts, " · ")
}

// unfit is why somebody cannot be given an application now.
func unfit(f *page.Frame, r assess.Reviewer) string {
	switch r.Unfit {
	case assess.UnfitConflict:
		return against(f, r.Reason[0])
	case assess.UnfitSeated:
		return f.T("desk.unfit.seated")
	case assess.UnfitAway:
		return f.T("desk.away", "Date", f.Day(r.Away))
	}
	return f.T("desk.unfit.load", "Open", r.Open)
}
