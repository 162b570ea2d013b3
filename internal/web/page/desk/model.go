package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/checks"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/watch"
	"stoa/internal/web/page"
)

// answersShown is how many bytes of answers one page shows in all; what is
// longer is cut, and can be read whole.
const answersShown = 24 << 10

// linksShown is how many links of one answer a page shows.
const linksShown = 12

// review is the page of one application being made.
type review struct {
	*page.Frame
	*assessment.Full
	Now        time.Time
	Me         good.ID
	Only       string      // the indicator that is shown alone, with everything that can be done about it
	Indicators []indicator // those shown
	Experts    []assessment.Person
	Next       *assessment.Item // of the reviewer's own applications, the most pressing other one
	Waiting    int              // how many of those there are
	On         *page.Form       // the form that was sent, with what is wrong
	Which      string           // which form that was
	Told       string           // what was just done
	Sight      *checks.Sight    // what a machine saw; nil where the reader does not read the whole
	Changed    []watch.Sign     // what the watch saw of the good, and stands
}

// indicator is one indicator with all that is known about it.
type indicator struct {
	standard.Indicator
	Asked     []asked
	Judged    bool // there is a verdict on it
	Open      bool // in this round
	Mine      *assessment.Verdict
	Found     []assessment.Verdict // by others, or in earlier rounds
	Advice    []assessment.Verdict
	Crowd     []volunteered // of volunteers elsewhere, before this application
	Notes     []assessment.Note
	Consulted []assess.Consultation
	Exchanged []assess.ClarificationRound
	Settled   *assess.Finding
}

// asked is a question with the applicant's answer.
type asked struct {
	standard.Asked
	Answer      standard.Answer
	Text        string // of the answer, as much as is shown
	Cut         bool
	Suggestions []assessment.Suggested
}

// review loads an application with what its page shows.
func (h *pages) review(ctx context.Context, f *page.Frame, id good.ID, only string) (*review, error) {
	full, err := h.app.Application(ctx, f.Reader(), id)
	if err != nil {
		return nil, err
	}
	m := &review{Frame: f, Full: full, Now: h.app.Now(), Me: f.Reader().Person}
	if _, ok := full.Set.Indicator(only); ok {
		m.Only = only
	}
	f.Path, f.Title, f.Work, f.Here = path(id), full.Name, true, "desk"
	m.gather()
	if err := h.crowd(ctx, m); err != nil {
		return nil, err
	}
	if h.Checks != nil && m.Part == "" {
		m.Sight, err = h.Checks.Beside(ctx, f.Reader(), id)
		if err != nil && good.KindOf(err) != good.Forbidden { // who looks before they claim sees no evidence
			return nil, err
		}
	}
	if h.Watch != nil && full.Good != nil {
		seen, err := h.Watch.Of(ctx, full.Good.ID)
		if err != nil {
			return nil, err
		}
		m.Changed = seen.Standing()
	}
	if m.Only != "" && full.May[access.Consult] {
		if m.Experts, err = h.app.Experts(ctx, f.Reader(), id); err != nil {
			return nil, err
		}
	}
	return m, h.next(ctx, m)
}

// moved are the states in which somebody at the desk has to take the next step.
var moved = []assess.State{assess.Screening, assess.Consolidation, assess.Deciding, assess.Proposed, assess.Appealed, assess.AppealProposed}

// next finds what waits for the reader besides the application shown: of their
// own reviews, else of what the desk has to move on.
func (h *pages) next(ctx context.Context, m *review) error {
	reader := m.Reader()
	filter := assessment.Filter{States: moved, Deadline: true, Limit: 2}
	switch {
	case reader.Has(access.Reviewer):
		filter.States, filter.Person, filter.Part, filter.Undone = []assess.State{assess.Queued, assess.Review}, m.Me, assessment.PartReviewer, true
	case !may(reader, access.Screen):
		return nil
	}
	list, err := h.app.Queue(ctx, reader, filter)
	if err != nil {
		return err
	}
	if reader.Has(access.Reviewer) {
		m.Waiting = list.Total
	}
	for i := range list.Items {
		if list.Items[i].ID != m.ID && m.Next == nil {
			m.Next = &list.Items[i]
		}
	}
	return nil
}

// gather sorts what is known by indicator.
func (m *review) gather() {
	var held int
	for _, a := range m.Full.Asked {
		if !m.Answers[a.Question.ID].Answer.Empty() && (m.Only == "" || a.Question.Indicator == m.Only) {
			held++
		}
	}
	share := answersShown / max(held, 1)
	if m.Only != "" {
		share *= 2
	}
	judged := m.Set.Judged()
	for _, in := range m.Set.Leaves() {
		if m.Only != "" && in.ID != m.Only {
			continue
		}
		i := indicator{Indicator: in, Open: slices.Contains(m.Scope, in.ID),
			Judged: slices.ContainsFunc(judged, func(j standard.Indicator) bool { return j.ID == in.ID })}
		for _, a := range m.Full.Asked {
			if a.Question.Indicator == in.ID {
				i.Asked = append(i.Asked, m.asked(a, share))
			}
		}
		if len(i.Asked) == 0 && m.Part != "" {
			continue // not for this reader
		}
		m.judgements(&i)
		m.Indicators = append(m.Indicators, i)
	}
}

func (m *review) asked(a standard.Asked, share int) asked {
	out := asked{Asked: a, Answer: m.Answers[a.Question.ID].Answer}
	out.Text, out.Cut = cut(out.Answer.Text, share)
	for _, s := range m.Suggestions {
		if s.Question == a.Question.ID {
			out.Suggestions = append(out.Suggestions, s)
		}
	}
	return out
}

func (m *review) judgements(i *indicator) {
	for n := range m.Verdicts {
		v := &m.Verdicts[n]
		switch {
		case v.Indicator != i.ID:
		case v.Person == m.Me && v.Round == m.Round && m.judging():
			i.Mine = v
		default:
			i.Found = append(i.Found, *v)
		}
	}
	for _, v := range m.Full.Advice {
		if v.Indicator == i.ID {
			i.Advice = append(i.Advice, v)
		}
	}
	for _, n := range m.Notes {
		if n.Indicator == i.ID {
			i.Notes = append(i.Notes, n)
		}
	}
	for _, c := range m.Consultations {
		if c.Indicator == i.ID {
			i.Consulted = append(i.Consulted, c)
		}
	}
	for _, c := range m.Clarifications {
		if c.Indicator == i.ID {
			i.Exchanged = append(i.Exchanged, c)
		}
	}
	if f, ok := m.Findings[i.ID]; ok && f.Verdict != "" {
		i.Settled = &f
	}
}

// judging says whether the reader has verdicts to write now.
func (m *review) judging() bool {
	return m.May[access.Review] && (m.State == assess.Queued || m.State == assess.Review) && slices.ContainsFunc(m.Seats, func(s assess.Seat) bool { return s.Person == m.Me && !s.Done })
}

// advising says whether the reader may advise now, as the community.
func (m *review) advising() bool {
	return m.May[access.Advise] && !m.Seated(m.Me) && m.CheckAdvice("1", assess.Finding{Verdict: assess.Pass, Reason: "."}) == nil
}

// unjudged are the indicators of this round that the reader has yet to judge.
func (m *review) unjudged() []string {
	var out []string
	for _, id := range m.Scope {
		if !slices.ContainsFunc(m.Verdicts, func(v assessment.Verdict) bool {
			return v.Indicator == id && v.Person == m.Me && v.Round == m.Round
		}) {
			out = append(out, id)
		}
	}
	return out
}

// mine are the questions that wait for the reader as the expert.
func (m *review) mine(list []assess.Consultation) []assess.Consultation {
	return slices.DeleteFunc(slices.Clone(list), func(c assess.Consultation) bool {
		return c.Expert.Person != m.Me || !c.Answered.IsZero() || !m.May[access.AnswerConsult] || m.State.Over()
	})
}

// signs says whether the reader may sign a decision now.
func (m *review) signs() bool {
	switch m.State {
	case assess.Deciding, assess.Proposed:
		return m.May[access.Decide]
	case assess.Appealed, assess.AppealProposed:
		return m.May[access.DecideAppeal]
	}
	return false
}

// screens are the indicators that screening looks at.
func (m *review) screens() []standard.Indicator {
	if m.Application.Kind == assess.Challenge {
		return nil
	}
	return slices.DeleteFunc(m.Set.Judged(), func(i standard.Indicator) bool { return !i.Screening })
}

// settled are the indicators on which there is a finding, in order.
func (m *review) settled() []standard.Indicator {
	return slices.DeleteFunc(m.Set.Judged(), func(i standard.Indicator) bool { _, ok := m.Findings[i.ID]; return !ok })
}

// disputed are the indicators on which the two reviewers differ.
func (m *review) disputed() []standard.Indicator {
	return slices.DeleteFunc(m.Set.Judged(), func(i standard.Indicator) bool { return !slices.Contains(m.Disputed, i.ID) })
}

// found are the verdicts of this round on one indicator.
func (m *review) found(id string) []assessment.Verdict {
	return slices.DeleteFunc(slices.Clone(m.Verdicts), func(v assessment.Verdict) bool { return v.Indicator != id || v.Round != m.Round })
}

// name is what the reader may call a person.
func (m *review) name(id good.ID) string {
	if id == m.Me && id != "" {
		return m.T("desk.you")
	}
	p, ok := m.People[id]
	if !ok {
		return m.T("desk.gone")
	}
	return m.Called(p.Name, p.Pseudonym, p.Roles...)
}

// field fills a field of the form that was sent; those of the other forms on
// the page stay as they are.
func (m *review) field(which string, d page.Field) page.Field {
	d.ID = d.Name + "-" + which
	if m.Which != which {
		return d
	}
	return m.On.Field(d)
}

// place is where in the page a mistake is.
func (m *review) place(e *good.Error) string {
	_, known := m.Set.Indicator(e.Field)
	switch {
	case e.Field == "":
		return ""
	case known && m.Which == "finish":
		return anchor(e.Field)
	case known && strings.HasSuffix(e.Key, "verdict_reason"):
		return "reason-" + e.Field + "-" + m.Which
	case known:
		return "verdict-" + e.Field + "-" + m.Which
	}
	if _, question := m.Set.Question(e.Field); question {
		return "text-" + m.Which
	}
	return e.Field + "-" + m.Which
}

// anchor is the place of an indicator in the page.
func anchor(indicator string) string { return "i-" + indicator }

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func itoa[T ~int | ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }

// cut is the beginning of a text, of so many bytes at most.
func cut(s string, most int) (string, bool) {
	if len(s) <= most {
		return s, false
	}
	s = s[:most]
	if i := strings.LastIndexAny(s, " \n"); i > most/2 {
		s = s[:i]
	}
	return strings.ToValidUTF8(s, "") + " …", true
}
