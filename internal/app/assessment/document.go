package assessment

import (
	"context"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// Document is one application as programs read it. People are told of by
// pseudonym, and by name where the reader may know it.
type Document struct {
	State
	Link           string                      `json:"link,omitempty"`
	Kinds          []good.Kind                 `json:"kinds,omitempty"`
	Owners         []Named                     `json:"owners"`
	Authority      string                      `json:"authority,omitempty"`
	Answers        []Saved                     `json:"answers"`
	Gaps           []standard.Gap              `json:"gaps,omitempty"`
	Screened       *assess.PublicScreened      `json:"screened,omitempty"`
	Reviewers      []Named                     `json:"reviewers,omitempty"`
	Verdicts       []Opined                    `json:"verdicts,omitempty"`
	Advice         []Opined                    `json:"advice,omitempty"`
	Notes          []NotedBy                   `json:"notes,omitempty"`
	Suggestions    []SuggestedBy               `json:"suggestions,omitempty"`
	Consultations  []Consulted                 `json:"consultations,omitempty"`
	Findings       map[string]assess.Finding   `json:"findings,omitempty"`
	Clarifications []assess.ClarificationRound `json:"clarifications,omitempty"`
	Proposal       *assess.PublicDecision      `json:"proposal,omitempty"`
	Record         *assess.Record              `json:"record,omitempty"`
	May            []string                    `json:"may"` // what the reader may do, leave given
	Conflicts      []assess.Reason             `json:"conflicts,omitempty"`
}

type (
	// Named is a person, as far as the reader may know them.
	Named struct {
		ID        good.ID `json:"id,omitempty"`
		Pseudonym string  `json:"pseudonym"`
		Name      string  `json:"name,omitempty"`
		Done      bool    `json:"done,omitempty"`
	}
	// Opined is what somebody found of an indicator.
	Opined struct {
		By        Named  `json:"by"`
		Round     int    `json:"round"`
		Indicator string `json:"indicator"`
		assess.Finding
		Version int64     `json:"version"`
		At      time.Time `json:"at"`
	}
	// NotedBy is a note with its author.
	NotedBy struct {
		By        Named     `json:"by"`
		Indicator string    `json:"indicator,omitempty"`
		Text      string    `json:"text"`
		At        time.Time `json:"at"`
	}
	// SuggestedBy is a suggestion with its author.
	SuggestedBy struct {
		ID         good.ID         `json:"id"`
		By         Named           `json:"by"`
		Question   string          `json:"question"`
		Answer     standard.Answer `json:"answer"`
		Reason     string          `json:"reason"`
		Settlement string          `json:"settlement,omitempty"`
	}
	// Consulted is a question to an expert.
	Consulted struct {
		ID        int            `json:"id"`
		Expert    Named          `json:"expert"`
		Indicator string         `json:"indicator"`
		Question  string         `json:"question"`
		Opinion   string         `json:"opinion,omitempty"`
		Verdict   assess.Verdict `json:"verdict,omitempty"`
	}
)

func (f *Full) named(id good.ID) Named {
	p := f.People[id]
	return Named{ID: id, Pseudonym: p.Pseudonym, Name: p.Name}
}

// Document is f as programs read it.
func (f *Full) Document() Document {
	d := Document{State: StateOf(f.Application, 0), Link: f.Link, Kinds: f.Goods, Owners: []Named{}, Answers: []Saved{}, Gaps: f.Gaps, Findings: f.Findings,
		Clarifications: f.Clarifications, Record: f.Record, Conflicts: f.Conflicts, May: []string{}}
	for _, o := range f.Owners {
		d.Owners = append(d.Owners, f.named(o))
	}
	if f.Authority != nil {
		d.Authority = f.Authority.Text
	}
	for _, q := range f.Set.Questions() {
		if s, ok := f.Answers[q.ID]; ok {
			d.Answers = append(d.Answers, s)
		}
	}
	if s := f.Screened; s != nil {
		d.Screened = &assess.PublicScreened{Accepted: s.Cause == "" && s.Reason == "", Cause: s.Cause, Findings: s.Findings, Reason: s.Reason}
	}
	for _, s := range f.Seats {
		n := f.named(s.Person)
		n.Pseudonym, n.Done = s.Pseudonym, s.Done
		d.Reviewers = append(d.Reviewers, n)
	}
	d.Verdicts, d.Advice = f.opined(f.Verdicts), f.opined(f.Advice)
	for _, n := range f.Notes {
		d.Notes = append(d.Notes, NotedBy{f.named(n.Person), n.Indicator, n.Text, n.Time})
	}
	for _, s := range f.Suggestions {
		d.Suggestions = append(d.Suggestions, SuggestedBy{s.ID, f.named(s.Person), s.Question, s.Answer, s.Reason, s.Settlement})
	}
	for _, c := range f.Consultations {
		d.Consultations = append(d.Consultations, Consulted{c.ID, f.named(c.Expert.Person), c.Indicator, c.Question, c.Opinion, c.Verdict})
	}
	if p := f.Proposal(); p != nil {
		d.Proposal = &assess.PublicDecision{Outcome: p.Outcome, Findings: p.Findings, Appeal: p.Appeal, By: []good.Actor{p.Proposed.Actor()}, At: p.At}
	}
	for act, may := range f.May {
		if may {
			d.May = append(d.May, string(act))
		}
	}
	slices.Sort(d.May)
	return d
}

func (f *Full) opined(list []Verdict) []Opined {
	var out []Opined
	for _, v := range list {
		out = append(out, Opined{f.named(v.Person), v.Round, v.Indicator, v.Finding, v.Version, v.Time})
	}
	return out
}

// RecordOf is the public record of a good that is found by slug or id.
func (a *App) RecordOf(ctx context.Context, slugOrID string) (*good.Good, PublicRecord, error) {
	var g *good.Good
	var err error
	if id := good.ID(slugOrID); id.Valid() {
		g, err = a.DB.Good(ctx, id)
	} else {
		g, _, err = a.DB.GoodBySlug(ctx, slugOrID)
	}
	if err != nil {
		return nil, PublicRecord{}, err
	}
	r, err := a.Record(ctx, g.ID)
	return g, r, err
}

// MayRead says whether somebody may read an application at all.
func (a *App) MayRead(ctx context.Context, who access.Who, id good.ID) error {
	_, _, err := a.readable(ctx, who, id)
	return err
}
