package assess

import (
	"slices"
	"time"

	"stoa/internal/good"
)

// Cause says why screening refused an application.
type Cause string

// The causes.
const (
	Spam       Cause = "spam"
	Test       Cause = "test"
	Duplicate  Cause = "duplicate"
	Ineligible Cause = "ineligible" // not one of the five kinds of good
	Indicators Cause = "indicators" // of those that are screened, one fails
)

// Causes lists the causes.
var Causes = []Cause{Spam, Test, Duplicate, Ineligible, Indicators}

// Screened is what screening found.
type Screened struct {
	Findings map[string]Finding `json:"findings,omitempty"` // of the indicators that are screened
	Cause    Cause              `json:"cause,omitempty"`
	Of       good.ID            `json:"of,omitempty"` // the good it is a duplicate of
	Reason   string             `json:"reason,omitempty"`
	By       Party              `json:"by"`
	At       time.Time          `json:"at"`
}

// Submit hands a draft in, or once more what screening returned. leaves are
// the indicators of its standard that ask something. Of a renewal only the
// indicators that were touched are reviewed.
func (a *Application) Submit(t Turn, leaves []string) (Event, error) {
	if err := a.submittable(StepSubmit, t); err != nil {
		return Event{}, err
	}
	to := Screening
	a.Scope = slices.Clone(leaves)
	if a.Kind == Renewal {
		if len(a.Touched) == 0 {
			return Event{}, conflict("unchanged", nil)
		}
		to, a.Scope = Queued, slices.Clone(a.Touched)
	}
	a.begin(t)
	return a.move(StepSubmit, to, t), nil
}

// Reaffirm hands in a renewal in which nothing changed: two people decide on
// what was found before.
func (a *Application) Reaffirm(t Turn, leaves []string) (Event, error) {
	if err := a.submittable(StepReaffirm, t); err != nil {
		return Event{}, err
	}
	if a.Kind != Renewal || len(a.Touched) > 0 {
		return Event{}, conflict("changed", nil)
	}
	a.begin(t)
	a.Scope = nil
	for _, id := range leaves {
		if a.Findings == nil {
			a.Findings = map[string]Finding{}
		}
		if _, found := a.Findings[id]; !found {
			a.Findings[id] = Finding{Verdict: Pass}
		}
	}
	return a.move(StepReaffirm, Deciding, t), nil
}

func (a *Application) begin(t Turn) {
	a.Round = max(a.Round, 1)
	if a.Submitted.IsZero() {
		a.Submitted = t.At
	}
}

func (a *Application) submittable(s Step, t Turn) error {
	if err := a.ready(s); err != nil {
		return err
	}
	if a.Kind == Challenge {
		return conflict("state", map[string]any{"State": string(a.State), "Step": string(s)})
	}
	if a.Authority == nil {
		return invalid("authority", "authority", nil)
	}
	return nil
}

// File begins a challenge: a doubt about some indicators of a recognised good,
// with evidence. by is nobody where it was made in confidence.
func (a *Application) File(t Turn, indicators []string, text string, links []good.Link) (Event, error) {
	if err := a.ready(StepFile); err != nil {
		return Event{}, err
	}
	if a.Kind != Challenge || len(indicators) == 0 {
		return Event{}, invalid("indicators", "challenge_indicators", nil)
	}
	if text == "" {
		return Event{}, invalid("text", "text", nil)
	}
	by := t.By
	if a.Confidential {
		by = Party{Role: "anyone"}
	}
	a.Doubt = &Statement{By: by, At: t.At, Text: text, Links: links}
	a.Scope = slices.Clone(indicators)
	a.begin(t)
	doubt := Value{"doubt", PublicDoubt{Indicators: a.Scope, Confidential: a.Confidential, Text: text, Links: links}}
	if a.Confidential { // the words could give their author away
		doubt = Value{"doubt", PublicDoubt{Indicators: a.Scope, Confidential: true}}
	}
	return a.move(StepFile, Screening, t, doubt), nil
}

// Accept lets an application through screening: it is no spam and no
// duplicate, its kind is eligible, and the indicators that are screened hold.
func (a *Application) Accept(t Turn, s Screened, screening []string) (Event, error) {
	if err := a.screen(StepAccept, t, &s); err != nil {
		return Event{}, err
	}
	if a.Kind == Challenge {
		screening = nil
	}
	for _, id := range screening {
		if s.Findings[id].Verdict != Pass {
			return Event{}, invalid(id, "screening", map[string]any{"Indicator": id})
		}
	}
	a.Screened = &s
	return a.move(StepAccept, Queued, t, Value{"screened", PublicScreened{Accepted: true, Findings: s.Findings}}), nil
}

// Return sends an application back to be mended, and says what is missing.
func (a *Application) Return(t Turn, s Screened) (Event, error) {
	if err := a.screen(StepReturn, t, &s); err != nil {
		return Event{}, err
	}
	if s.Reason == "" {
		return Event{}, invalid("reason", "reason", nil)
	}
	if a.Kind == Challenge {
		return Event{}, conflict("state", map[string]any{"State": string(a.State), "Step": string(StepReturn)})
	}
	a.Screened = &s
	return a.move(StepReturn, Returned, t, Value{"screened", PublicScreened{Findings: s.Findings, Reason: s.Reason}}), nil
}

// Refuse ends an application in screening.
func (a *Application) Refuse(t Turn, s Screened) (Event, error) {
	if err := a.screen(StepRefuse, t, &s); err != nil {
		return Event{}, err
	}
	if !slices.Contains(Causes, s.Cause) {
		return Event{}, invalid("cause", "cause", nil)
	}
	if s.Reason == "" {
		return Event{}, invalid("reason", "reason", nil)
	}
	a.Screened = &s
	return a.move(StepRefuse, Refused, t, Value{"screened", PublicScreened{Cause: s.Cause, Findings: s.Findings, Reason: s.Reason}}), nil
}

func (a *Application) screen(step Step, t Turn, s *Screened) error {
	if err := a.ready(step); err != nil {
		return err
	}
	if a.Owned(t.By.Person) {
		return forbidden("own", nil)
	}
	s.By, s.At = t.By, t.At
	return nil
}
