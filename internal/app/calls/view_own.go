package calls

import (
	"context"
	"time"

	"stoa/internal/access"
	"stoa/internal/call"
	"stoa/internal/good"
)

// Part is an entry as one of its jurors sees it.
type Part struct {
	EntryView
	Stage  call.Stage  `json:"stage"`
	Mine   ScoreView   `json:"mine"`
	All    bool        `json:"all"`              // everybody is done
	Others []ScoreView `json:"others,omitempty"` // only then; without names
	Open   bool        `json:"open"`             // the reader may still give points
}

// Part is what somebody was given to score.
func (a *App) Part(ctx context.Context, who access.Who, id good.ID) (*Part, error) {
	e, err := a.DB.CallEntry(ctx, id)
	if err != nil {
		return nil, err
	}
	c, err := a.DB.Call(ctx, string(e.Call))
	if err != nil {
		return nil, err
	}
	mine, err := part(ctx, a.DB, c, e, who)
	if err != nil {
		return nil, err
	}
	all, err := a.DB.Scores(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	out := &Part{Stage: c.Stages[mine.Stage], Mine: scoreView(*c, mine), All: allIn(all, id, mine.Stage, c.Stages[mine.Stage].Jurors)}
	out.Open = c.State == call.Closed && e.State == call.Entered && mine.Stage == c.At && !out.All && mine.Aside == ""
	if out.All && mine.Aside == "" {
		for _, s := range inStage(all, mine.Stage) {
			if s.Entry == id && s.Juror != mine.Juror && s.Aside == "" {
				v := scoreView(*c, s)
				v.Juror = ""
				out.Others = append(out.Others, v)
			}
		}
	}
	// who entered, and how it fared so far, must not colour what one finds
	e.Pseudonym, e.Outcomes, e.Twins, e.Doubts, e.Application, e.Reason = "", nil, nil, nil, "", ""
	v, err := a.entryView(ctx, c, e)
	if err != nil {
		return nil, err
	}
	out.EntryView = *v
	return out, nil
}

// Own is what somebody entered and what they have to score.
type Own struct {
	Entries []OwnEntry `json:"entries"`
	Parts   []OwnPart  `json:"parts"`
}

// OwnEntry is an entry of one's own in a list.
type OwnEntry struct {
	ID    good.ID         `json:"id"`
	Name  string          `json:"name"`
	State call.EntryState `json:"state"`
	Sent  time.Time       `json:"sent"`
	Call  string          `json:"call"` // slug
	Title good.Text       `json:"title"`
}

// OwnPart is what one has to score, or did, in the stage under way.
type OwnPart struct {
	Entry good.ID   `json:"entry"`
	Name  string    `json:"name"`
	Call  string    `json:"call"` // slug
	Title good.Text `json:"title"`
	Stage string    `json:"stage"`
	Done  bool      `json:"done"`
	Aside bool      `json:"aside,omitempty"`
}

// Own lists what somebody entered and what they have to score.
func (a *App) Own(ctx context.Context, who access.Who) (Own, error) {
	var out Own
	if _, err := access.As(who, access.ReadEntry, access.Own(who.Person)); err != nil {
		return out, err
	}
	list, err := a.DB.EntriesOf(ctx, who.Person)
	if err != nil {
		return out, err
	}
	parts, err := a.DB.ScoresOf(ctx, who.Person)
	if err != nil {
		return out, err
	}
	var calls, entries []good.ID
	for _, e := range list {
		calls = append(calls, e.Call)
	}
	for _, p := range parts {
		calls, entries = append(calls, p.Call), append(entries, p.Entry)
	}
	of, err := a.DB.CallsBy(ctx, calls)
	if err != nil {
		return out, err
	}
	scored, err := a.DB.EntriesBy(ctx, entries)
	if err != nil {
		return out, err
	}
	for _, e := range list {
		c := of[e.Call]
		out.Entries = append(out.Entries, OwnEntry{e.ID, e.Name, told(c, e), e.Sent, c.Slug, c.Title})
	}
	for _, s := range parts {
		c, e := of[s.Call], scored[s.Entry]
		if c.State == call.Closed && s.Stage == c.At && e.State == call.Entered {
			out.Parts = append(out.Parts, OwnPart{e.ID, e.Name, c.Slug, c.Title, c.Stages[s.Stage].Name, !s.Done.IsZero(), s.Aside != ""})
		}
	}
	return out, nil
}

// told is the state of an entry as who entered it may know it: what was decided
// of it is told with the results.
func told(c *call.Call, e *call.Entry) call.EntryState {
	if (e.State == call.Chosen || e.State == call.PassedBy) && c.State != call.Published {
		return call.Entered
	}
	return e.State
}
