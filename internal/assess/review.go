package assess

import (
	"slices"

	"stoa/internal/good"
)

// Seat gives somebody a reviewer's place; with the second the review begins.
// against are the conflicts of interest that were found, load how many
// applications they have already.
func (a *Application) Seat(t Turn, who Party, against []Reason, load int) (Event, error) {
	if err := a.ready(StepSeat); err != nil {
		return Event{}, err
	}
	switch {
	case who.Person == "":
		return Event{}, &good.Error{Kind: good.NotFound, Key: "assess.error.person", Field: "person"}
	case a.Owned(who.Person):
		return Event{}, forbidden("own", nil)
	case len(against) > 0:
		return Event{}, forbidden("conflict."+string(against[0].Cause), map[string]any{"With": against[0].With})
	case a.Seated(who.Person):
		return Event{}, conflict("seated", nil)
	case len(a.Seats) >= Quorum:
		return Event{}, conflict("full", nil)
	case load >= t.Settings.Load:
		return Event{}, &good.Error{Kind: good.Limited, Key: "assess.error.load", Args: map[string]any{"Max": t.Settings.Load}}
	}
	a.Seats = append(a.Seats, Seat{Person: who.Person, Pseudonym: who.Pseudonym, Since: t.At})
	to := Queued
	if len(a.Seats) == Quorum {
		to = Review
	}
	return a.move(StepSeat, to, t, Value{"reviewer", who.Pseudonym}), nil
}

// Vacate takes a reviewer's place away: absence, a conflict found late, or an
// account that is gone. What somebody has finished stands.
func (a *Application) Vacate(t Turn, person good.ID, why Vacancy) (Event, error) {
	if err := a.ready(StepVacate); err != nil {
		return Event{}, err
	}
	if why != Absent && why != InConflict && why != GaveBack && why != Gone { // it is public
		return Event{}, invalid("why", "shape", nil)
	}
	s := a.seat(person)
	if s == nil {
		return Event{}, conflict("unseated", nil)
	}
	if s.Done && why != InConflict {
		return Event{}, conflict("finished", nil)
	}
	pseudonym := s.Pseudonym
	a.Seats = slices.DeleteFunc(a.Seats, func(s Seat) bool { return s.Person == person })
	return a.move(StepVacate, Queued, t, Value{"reviewer", pseudonym}, Value{"why", why}), nil
}

// Vacancy says why a reviewer's place was taken away.
type Vacancy string

// The reasons for which a place becomes free.
const (
	Absent     Vacancy = "absent"
	InConflict Vacancy = "conflict"
	GaveBack   Vacancy = "gave-back"
	Gone       Vacancy = "gone" // the account is no more, or no reviewer's
)

// CheckVerdict says whether the one who acts may now find f of an indicator.
func (a *Application) CheckVerdict(t Turn, indicator string, f Finding) error {
	s := a.seat(t.By.Person)
	switch {
	case a.State != Queued && a.State != Review:
		return conflict("state", map[string]any{"State": string(a.State), "Step": "Review"})
	case a.Owned(t.By.Person):
		return forbidden("own", nil)
	case s == nil:
		return forbidden("unseated", nil)
	case s.Done:
		return conflict("finished", nil)
	case !slices.Contains(a.Scope, indicator):
		return invalid("indicator", "indicator", map[string]any{"Indicator": indicator})
	case !slices.Contains(Verdicts, f.Verdict):
		return invalid("verdict", "verdict", nil)
	case f.Verdict != Pass && f.Reason == "":
		return invalid("reason", "verdict_reason", map[string]any{"Indicator": indicator})
	case len(f.Reason) > good.MaxAnswer:
		return invalid("reason", "long", map[string]any{"Max": good.MaxAnswer})
	case f.Verdict == Clarify && a.Round > t.Settings.Rounds:
		return conflict("rounds", map[string]any{"Max": t.Settings.Rounds})
	}
	return nil
}

// Finish says that the one who acts has found all they will in this round.
// found are the verdicts of this round by person and indicator. With the last
// reviewer's the two become one, or go to a coordinator where they differ.
func (a *Application) Finish(t Turn, found map[good.ID]map[string]Finding) (Event, error) {
	if err := a.ready(StepFinish); err != nil {
		return Event{}, err
	}
	s := a.seat(t.By.Person)
	if s == nil {
		return Event{}, forbidden("unseated", nil)
	}
	if s.Done {
		return Event{}, conflict("finished", nil)
	}
	for _, id := range a.Scope {
		if f, ok := found[t.By.Person][id]; !ok {
			return Event{}, invalid(id, "unjudged", map[string]any{"Indicator": id})
		} else if f.Verdict == NeedsExpert {
			return Event{}, invalid(id, "expert", map[string]any{"Indicator": id})
		}
	}
	s.Done = true
	if len(a.Seats) < Quorum || !a.BothIn() {
		return a.move(StepFinish, a.State, t), nil
	}
	one, other := found[a.Seats[0].Person], found[a.Seats[1].Person]
	a.Disputed = nil
	for _, id := range a.Scope {
		if x, y := one[id], other[id]; x.Verdict == y.Verdict {
			a.settle(id, Finding{x.Verdict, joined(x.Reason, y.Reason)})
		} else {
			a.Disputed = append(a.Disputed, id)
		}
	}
	if len(a.Disputed) > 0 {
		return a.move(StepFinish, Consolidation, t), nil
	}
	return a.settled(StepFinish, t), nil
}

func joined(x, y string) string {
	switch {
	case x == y || y == "":
		return x
	case x == "":
		return y
	}
	return x + "\n\n" + y
}

func (a *Application) settle(indicator string, f Finding) {
	if a.Findings == nil {
		a.Findings = map[string]Finding{}
	}
	a.Findings[indicator] = f
}

// settled goes on once every indicator of the round has one verdict: to the
// applicant where something is to be clarified, else to the decision.
func (a *Application) settled(s Step, t Turn) Event {
	var asked []PublicQuestion
	for _, id := range a.Scope {
		if f := a.Findings[id]; f.Verdict == Clarify {
			a.Clarifications = append(a.Clarifications, ClarificationRound{Round: a.Round, Indicator: id, Question: f.Reason, Asked: t.At})
			asked = append(asked, PublicQuestion{id, f.Reason})
		}
	}
	if len(asked) == 0 {
		return a.move(s, Deciding, t)
	}
	e := a.move(s, Clarification, t, Value{"asked", asked})
	e.Verb = good.ClarificationAsked
	return e
}

// Consolidate settles, indicator by indicator, where the two reviewers differ.
func (a *Application) Consolidate(t Turn, findings map[string]Finding) (Event, error) {
	if err := a.ready(StepConsolidate); err != nil {
		return Event{}, err
	}
	if a.Owned(t.By.Person) {
		return Event{}, forbidden("own", nil)
	}
	if a.Seated(t.By.Person) {
		return Event{}, forbidden("reviewed", nil)
	}
	for id := range findings {
		if !slices.Contains(a.Disputed, id) {
			return Event{}, invalid(id, "undisputed", map[string]any{"Indicator": id})
		}
	}
	for _, id := range a.Disputed {
		f, ok := findings[id]
		switch {
		case !ok:
			return Event{}, invalid(id, "unjudged", map[string]any{"Indicator": id})
		case f.Verdict != Pass && f.Verdict != Fail && f.Verdict != Clarify:
			return Event{}, invalid(id, "verdict", nil)
		case f.Reason == "":
			return Event{}, invalid(id, "verdict_reason", map[string]any{"Indicator": id})
		case f.Verdict == Clarify && a.Round > t.Settings.Rounds:
			return Event{}, conflict("rounds", map[string]any{"Max": t.Settings.Rounds})
		}
		a.settle(id, f)
	}
	a.Disputed = nil
	return a.settled(StepConsolidate, t), nil
}

// Ask asks an expert about one indicator that is open.
func (a *Application) Ask(t Turn, expert Party, against []Reason, indicator, question string) (Event, error) {
	switch {
	case a.State != Queued && a.State != Review && a.State != Consolidation:
		return Event{}, conflict("state", map[string]any{"State": string(a.State), "Step": "Ask"})
	case !slices.Contains(a.Scope, indicator):
		return Event{}, invalid("indicator", "indicator", map[string]any{"Indicator": indicator})
	case question == "":
		return Event{}, invalid("question", "text", nil)
	case a.Owned(expert.Person):
		return Event{}, forbidden("own", nil)
	case a.Seated(expert.Person):
		return Event{}, forbidden("reviewed", nil)
	case len(against) > 0:
		return Event{}, forbidden("conflict."+string(against[0].Cause), map[string]any{"With": against[0].With})
	}
	a.Consultations = append(a.Consultations, Consultation{ID: len(a.Consultations) + 1, Indicator: indicator, Expert: expert, By: t.By, Question: question, Asked: t.At})
	return Event{Verb: good.ExpertAsked, Values: []Value{{"indicator", indicator}, {"expert", expert.Pseudonym}}}, nil
}

// Opine answers a consultation as the expert who was asked.
func (a *Application) Opine(t Turn, id int, v Verdict, opinion string) (Event, error) {
	if id < 1 || id > len(a.Consultations) {
		return Event{}, &good.Error{Kind: good.NotFound, Key: "assess.error.consultation"}
	}
	c := &a.Consultations[id-1]
	switch {
	case c.Expert.Person != t.By.Person || t.By.Person == "":
		return Event{}, forbidden("not_asked", nil)
	case !c.Answered.IsZero():
		return Event{}, conflict("answered", nil)
	case a.State.Over():
		return Event{}, conflict("state", map[string]any{"State": string(a.State), "Step": "Opine"})
	case opinion == "":
		return Event{}, invalid("opinion", "text", nil)
	case v != "" && v != Pass && v != Fail && v != Clarify:
		return Event{}, invalid("verdict", "verdict", nil)
	}
	c.Opinion, c.Verdict, c.Answered = opinion, v, t.At
	return Event{Verb: good.ExpertAnswered, Values: []Value{{"indicator", c.Indicator}}}, nil
}

// CheckAdvice says whether somebody may now advise f on an indicator.
func (a *Application) CheckAdvice(indicator string, f Finding) error {
	switch {
	case a.State == Draft || a.State == Screening || a.State == Returned || a.State.Over():
		return conflict("state", map[string]any{"State": string(a.State), "Step": "Advise"})
	case indicator == "":
		return invalid("indicator", "indicator", map[string]any{"Indicator": indicator})
	case f.Verdict != Pass && f.Verdict != Fail && f.Verdict != Clarify:
		return invalid("verdict", "verdict", nil)
	case f.Reason == "":
		return invalid("reason", "verdict_reason", map[string]any{"Indicator": indicator})
	case len(f.Reason) > good.MaxAnswer:
		return invalid("reason", "long", map[string]any{"Max": good.MaxAnswer})
	}
	return nil
}

// Join lets one more person work on the application.
func (a *Application) Join(person good.ID) error {
	switch {
	case a.State.Over():
		return conflict("state", map[string]any{"State": string(a.State), "Step": "Join"})
	case a.Seated(person) || slices.Contains(a.Consulted(), person) || slices.Contains(a.Deciders(), person):
		return forbidden("reviewed", nil)
	case a.Owned(person):
		return conflict("owner", nil)
	case len(a.Owners) >= MaxOwners:
		return &good.Error{Kind: good.Limited, Key: "assess.error.owners", Args: map[string]any{"Max": MaxOwners}}
	}
	a.Owners = append(slices.Clone(a.Owners), person)
	return nil
}

// MaxOwners is how many people may own one application.
const MaxOwners = 20

// Leave takes one person off the application; somebody has to stay.
func (a *Application) Leave(person good.ID) error {
	if !a.Owned(person) {
		return conflict("no_owner", nil)
	}
	if len(a.Owners) == 1 {
		return conflict("last_owner", nil)
	}
	a.Owners = slices.DeleteFunc(slices.Clone(a.Owners), func(o good.ID) bool { return o == person })
	return nil
}

// Authorise notes the declaration of who may speak for the good.
func (a *Application) Authorise(t Turn, text string) error {
	if a.State != Draft && a.State != Returned {
		return conflict("state", map[string]any{"State": string(a.State), "Step": "Authorise"})
	}
	a.Authority = &Statement{By: t.By, At: t.At, Text: text}
	return nil
}
