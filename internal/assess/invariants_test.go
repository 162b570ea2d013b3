package assess

import (
	"encoding/json"
	"errors"
	"slices"

	"stoa/internal/good"
)

func clone(a *Application) *Application {
	b, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	out := new(Application)
	if err := json.Unmarshal(b, out); err != nil {
		panic(err)
	}
	return out
}

// holds checks everything that must be so after any step, and that a refusal
// says what to do and changed nothing that counts.
func (h *history) holds(before *Application, e Event, err error) {
	t, a := h.t, h.app
	if err != nil {
		var said *good.Error
		if !errors.As(err, &said) || said.Key == "" {
			t.Fatalf("an error that tells nobody anything: %v", err)
		}
		if a.State != before.State || len(a.Decisions) != len(before.Decisions) || len(a.Seats) != len(before.Seats) || !a.Deadline.Equal(before.Deadline) {
			t.Fatalf("refused (%v), and yet it changed: %+v to %+v", err, before, a)
		}
		return
	}
	if a.State != before.State {
		if !slices.ContainsFunc(Transitions, func(row Transition) bool { return Leads(row.Step, before.State, a.State) }) {
			t.Fatalf("%s became %s, which no row allows", before.State, a.State)
		}
		if a.Since.Before(before.Since) {
			t.Fatalf("%s begins before %s", a.State, before.State)
		}
		if before.State.Over() {
			t.Fatalf("%s was over and became %s", before.State, a.State)
		}
	}
	h.people()
	h.told(e)
	if n := len(a.Open()); a.State == Clarification && n == 0 || a.State != Clarification && n > 0 && a.State != Closed && a.State != Withdrawn {
		t.Fatalf("%s with %d open questions", a.State, n)
	}
	if (a.State == Consolidation) != (len(a.Disputed) > 0) && a.State != Withdrawn {
		t.Fatalf("%s with %v disputed", a.State, a.Disputed)
	}
	if a.State.Over() && len(a.Dues(Defaults())) > 0 || !a.State.Over() && a.State != Draft && a.Deadline.IsZero() {
		t.Fatalf("%s: deadline %v, due %v", a.State, a.Deadline, a.Dues(Defaults()))
	}
	if a.State == Published {
		d := a.Decision()
		if (d.Outcome == Recognised) != (a.Until != "") || a.Until != "" && plusMonths(a.From, 12) != a.Until {
			t.Fatalf("published %s from %s until %s", d.Outcome, a.From, a.Until)
		}
	}
}

// people checks that nobody judges what they must not, and that two people
// signed whatever counts.
func (h *history) people() {
	t, a := h.t, h.app
	if len(a.Seats) > Quorum || len(a.Seats) == Quorum && a.Seats[0].Person == a.Seats[1].Person {
		t.Fatalf("seats %+v", a.Seats)
	}
	for _, s := range a.Seats {
		if a.Owned(s.Person) {
			t.Fatal("an owner reviews their own application")
		}
	}
	var first []good.ID
	for i, d := range a.Decisions {
		if d.Second == nil && i < len(a.Decisions)-1 {
			t.Fatalf("a proposal that nobody confirmed lies below another decision: %+v", a.Decisions)
		}
		if d.Second != nil && (d.Second.Person == d.Proposed.Person || a.Owned(d.Second.Person) || a.Owned(d.Proposed.Person)) {
			t.Fatalf("signed by %s and %s", d.Proposed.Person, d.Second.Person)
		}
		if d.Appeal && (slices.Contains(first, d.Proposed.Person) || d.Second != nil && slices.Contains(first, d.Second.Person)) {
			t.Fatal("who decided decides on the appeal, too")
		}
		if !d.Appeal && d.Second != nil {
			first = append(first, d.Proposed.Person, d.Second.Person)
		}
		failed := false
		for _, f := range d.Findings {
			failed = failed || f.Verdict == Fail
			if f.Verdict != Pass && f.Reason == "" || f.Verdict != Pass && f.Verdict != Fail {
				t.Fatalf("decided with %+v", f)
			}
		}
		if failed != (d.Outcome == NotEligible) {
			t.Fatalf("%s with %+v", d.Outcome, d.Findings)
		}
	}
	if signed := len(a.Deciders()) / 2; signed > 2 || signed == 2 && a.Appeal == nil {
		t.Fatalf("%d decisions", signed)
	}
	if (a.State == Decided || a.State == Published) && a.Decision() == nil {
		t.Fatalf("%s without a decision", a.State)
	}
}

// told takes the event into the public record, as the journal would, and
// checks that the record says what is so and names no person.
func (h *history) told(e Event) {
	t, a := h.t, h.app
	if e.Verb != "" {
		if !Tells(e.Verb) {
			t.Fatalf("the journal does not know that %s tells of an application", e.Verb)
		}
		entry := good.Entry{Position: h.n, Time: h.now, Verb: e.Verb, Subjects: []good.ID{a.ID}}
		h.n++
		for _, v := range e.Values {
			data, err := json.Marshal(v.Value)
			if err != nil {
				t.Fatal(err)
			}
			entry.Values = append(entry.Values, good.Value{Name: v.Name, Data: data})
		}
		h.rec.Apply(entry)
	}
	if a.Submitted.IsZero() {
		if len(h.rec.Path) > 0 {
			t.Fatal("a draft is told of")
		}
		return
	}
	hidden := map[State]State{Proposed: Deciding, AppealProposed: Appealed} // nobody's business until it is signed
	want := a.State
	if s, ok := hidden[want]; ok {
		want = s
	}
	if h.rec.State != want {
		t.Fatalf("the record says %s, it is %s", h.rec.State, a.State)
	}
	asked, answered := 0, 0
	for _, x := range h.rec.Exchanges {
		asked++
		if !x.Answered.IsZero() {
			answered++
		}
	}
	ours := 0
	for _, c := range a.Clarifications {
		if !c.Answered.IsZero() {
			ours++
		}
	}
	if asked != len(a.Clarifications) || answered != ours {
		t.Fatalf("the record has %d questions with %d answers, there are %d with %d", asked, answered, len(a.Clarifications), ours)
	}
	if len(h.rec.Decisions) != len(a.Deciders())/2 {
		t.Fatalf("the record has %d decisions", len(h.rec.Decisions))
	}
}
