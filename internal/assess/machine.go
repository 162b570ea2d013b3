package assess

import (
	"slices"
	"strings"

	"stoa/internal/good"
)

// Step is one transition of the machine; the method of Application that has
// its name takes it.
type Step string

// The steps.
const (
	StepSubmit      Step = "Submit"
	StepReaffirm    Step = "Reaffirm"
	StepFile        Step = "File"
	StepAccept      Step = "Accept"
	StepReturn      Step = "Return"
	StepRefuse      Step = "Refuse"
	StepSeat        Step = "Seat"
	StepVacate      Step = "Vacate"
	StepFinish      Step = "Finish"
	StepConsolidate Step = "Consolidate"
	StepReply       Step = "Reply"
	StepExtend      Step = "Extend"
	StepPropose     Step = "Propose"
	StepReject      Step = "Reject"
	StepConfirm     Step = "Confirm"
	StepAppealTo    Step = "AppealTo"
	StepPublish     Step = "Publish"
	StepWithdraw    Step = "Withdraw"
	StepExpire      Step = "Expire"
)

// Transition is a row of the machine: from any of some states to one of some,
// and the verb by which the journal tells of it ("" where that is nobody's
// business but those at work).
type Transition struct {
	Step Step
	From []State
	To   []State
	Verb good.Verb
	By   string // whose step it is, for the drawing
	When string // what must be so besides, for the drawing
}

// recognising is what a signature under a recognition waits for.
const recognising = "no challenge is open, or it is not recognised"

// Transitions is the whole machine. Nothing changes an application's state but
// a step named here.
var Transitions = []Transition{
	{StepSubmit, []State{Draft, Returned}, []State{Screening, Queued}, good.ApplicationSubmitted, "applicant", ""},
	{StepReaffirm, []State{Draft}, []State{Deciding}, good.ApplicationSubmitted, "applicant: a renewal in which nothing changed", ""},
	{StepFile, []State{Draft}, []State{Screening}, good.ChallengeFiled, "anyone: a challenge", ""},
	{StepAccept, []State{Screening}, []State{Queued}, good.ApplicationScreened, "coordinator", ""},
	{StepReturn, []State{Screening}, []State{Returned}, good.ApplicationScreened, "coordinator", ""},
	{StepRefuse, []State{Screening}, []State{Refused}, good.ApplicationScreened, "coordinator", ""},
	{StepSeat, []State{Queued}, []State{Queued, Review}, good.ApplicationAssigned, "reviewer or coordinator", ""},
	{StepVacate, []State{Queued, Review}, []State{Queued}, good.ApplicationVacated, "coordinator, or the clock", ""},
	{StepFinish, []State{Queued, Review}, []State{Queued, Review, Consolidation, Clarification, Deciding}, good.ApplicationReviewed, "reviewer", ""},
	{StepConsolidate, []State{Consolidation}, []State{Clarification, Deciding}, good.ApplicationConsolidated, "coordinator", ""},
	{StepReply, []State{Clarification}, []State{Clarification, Queued, Review}, good.ClarificationAnswered, "applicant", ""},
	{StepExtend, []State{Clarification, Returned}, []State{Clarification, Returned}, good.ClarificationExtended, "coordinator", ""},
	{StepPropose, []State{Deciding, Appealed}, []State{Proposed, AppealProposed}, "", "first to sign", recognising},
	{StepReject, []State{Proposed, AppealProposed}, []State{Deciding, Appealed}, "", "another person", ""},
	{StepConfirm, []State{Proposed, AppealProposed}, []State{Decided}, good.ApplicationDecided, "second to sign", recognising},
	{StepAppealTo, []State{Decided}, []State{Appealed}, good.ApplicationAppealed, "applicant", ""},
	{StepPublish, []State{Decided}, []State{Published}, good.ApplicationPublished, "coordinator, or the clock", "of what was signed about the good, the first comes first"},
	{StepWithdraw, []State{Draft, Screening, Returned, Queued, Review, Consolidation, Clarification, Deciding, Proposed}, []State{Withdrawn}, good.ApplicationWithdrawn, "applicant", ""},
	{StepExpire, []State{Returned, Clarification}, []State{Closed, Deciding}, good.ApplicationClosed, "the clock", ""},
}

// transition is the row of a step.
func transition(s Step) Transition {
	return Transitions[slices.IndexFunc(Transitions, func(t Transition) bool { return t.Step == s })]
}

// Value is a named value of an event.
type Value struct {
	Name  string
	Value any
}

// Event is what a step leaves for the journal: its verb and values, the value
// "step" first. An event without a verb is not journalled.
type Event struct {
	Verb   good.Verb
	Values []Value
}

// Moved is the value "step" of every event: public, and never erased, for the
// record of an application hangs together by it.
type Moved struct {
	Step  Step  `json:"step"`
	From  State `json:"from"`
	To    State `json:"to"`
	Round int   `json:"round,omitempty"`
}

// ready refuses a step that does not begin where the application stands.
func (a *Application) ready(s Step) error {
	if !slices.Contains(transition(s).From, a.State) {
		return conflict("state", map[string]any{"State": string(a.State), "Step": string(s)})
	}
	return nil
}

// move takes a step that was found ready. A clock that jumps back does not make
// a state begin before the one before it.
func (a *Application) move(s Step, to State, t Turn, values ...Value) Event {
	row := transition(s)
	if !slices.Contains(row.To, to) {
		panic("assess: " + string(s) + " does not lead to " + string(to)) // a mistake of this package
	}
	m := Moved{Step: s, From: a.State, To: to, Round: a.Round}
	at := t.At
	if at.Before(a.Since) {
		at = a.Since
	}
	if to != a.State {
		a.State, a.Since = to, at
		a.Extension, a.Extended = nil, 0
		a.Deadline = t.Settings.deadline(a, at)
	}
	if row.Verb == "" {
		return Event{}
	}
	return Event{Verb: row.Verb, Values: append([]Value{{"step", m}}, values...)}
}

// Drawing is the machine as a Mermaid state diagram.
func Drawing() string {
	id := func(s State) string { return strings.ReplaceAll(string(s), "-", "_") }
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n    [*] --> draft\n")
	for _, t := range Transitions {
		for _, from := range t.From {
			for _, to := range t.To {
				if Leads(t.Step, from, to) {
					b.WriteString("    " + id(from) + " --> " + id(to) + ": " + string(t.Step) + when(t) + "\n")
				}
			}
		}
	}
	for _, s := range States {
		if s.Over() {
			b.WriteString("    " + id(s) + " --> [*]\n")
		}
	}
	return b.String()
}

// when is the condition of a transition as a drawing writes it.
func when(t Transition) string {
	if t.When == "" {
		return ""
	}
	return " [" + t.When + "]"
}

// Leads says whether a step can lead from one state to another: where a row
// names several of both, only these belong together.
func Leads(s Step, from, to State) bool {
	row := transition(s)
	if !slices.Contains(row.From, from) || !slices.Contains(row.To, to) {
		return false
	}
	switch s {
	case StepPropose, StepReject:
		return (from == Appealed || from == AppealProposed) == (to == Appealed || to == AppealProposed)
	case StepExtend:
		return from == to
	case StepExpire: // a challenge goes on to its decision
		return to == Closed || from == Clarification
	case StepSubmit:
		return to == Screening || from == Draft
	}
	return true
}
