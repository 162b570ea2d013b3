package assess

import (
	"maps"
	"slices"
	"time"

	"stoa/internal/good"
)

// Reply answers what was asked about one indicator. With the last answer the
// review begins anew, of these indicators alone.
func (a *Application) Reply(t Turn, indicator, text string) (Event, error) {
	if err := a.ready(StepReply); err != nil {
		return Event{}, err
	}
	if text == "" {
		return Event{}, invalid("reply", "text", nil)
	}
	if len(text) > good.MaxAnswer {
		return Event{}, invalid("reply", "long", map[string]any{"Max": good.MaxAnswer})
	}
	i := slices.IndexFunc(a.Clarifications, func(c ClarificationRound) bool {
		return c.Round == a.Round && c.Indicator == indicator && c.Answered.IsZero()
	})
	if i < 0 {
		return Event{}, conflict("no_question", map[string]any{"Indicator": indicator})
	}
	a.Clarifications[i].Reply, a.Clarifications[i].Answered = text, t.At
	reply := Value{"reply", PublicReply{Indicator: indicator, Text: text}}
	if len(a.Open()) > 0 {
		return a.move(StepReply, Clarification, t, reply), nil
	}
	a.Scope = nil
	for _, c := range a.Clarifications {
		if c.Round == a.Round {
			a.Scope = append(a.Scope, c.Indicator)
		}
	}
	a.Round++
	for i := range a.Seats {
		a.Seats[i].Done = false
	}
	to := Queued
	if len(a.Seats) == Quorum {
		to = Review
	}
	return a.move(StepReply, to, t, reply), nil
}

// AskMore asks for more time.
func (a *Application) AskMore(t Turn, reason string) (Event, error) {
	if err := a.ready(StepExtend); err != nil {
		return Event{}, err
	}
	if reason == "" {
		return Event{}, invalid("reason", "reason", nil)
	}
	if a.Extended >= t.Settings.Extensions {
		return Event{}, conflict("extensions", map[string]any{"Max": t.Settings.Extensions})
	}
	a.Extension = &Extension{By: t.By, Reason: reason, At: t.At}
	return Event{Verb: good.ExtensionAsked}, nil
}

// Extend grants more time, asked for or not.
func (a *Application) Extend(t Turn) (Event, error) {
	if err := a.ready(StepExtend); err != nil {
		return Event{}, err
	}
	if a.Owned(t.By.Person) {
		return Event{}, forbidden("own", nil)
	}
	if a.Extended >= t.Settings.Extensions {
		return Event{}, conflict("extensions", map[string]any{"Max": t.Settings.Extensions})
	}
	a.Extended++
	a.Extension = nil
	a.Deadline = a.Deadline.Add(time.Duration(t.Settings.Extension) * day)
	return a.move(StepExtend, a.State, t, Value{"until", a.Deadline}), nil
}

// Propose signs a decision first. findings replace those that were settled;
// without any a decision says what was found. Each has a reason in the end, that
// an indicator is met too: the reviewers' or, where both left it out, that of
// who signs.
func (a *Application) Propose(t Turn, outcome Outcome, findings map[string]Finding) (Event, error) {
	if err := a.signable(StepPropose, t); err != nil {
		return Event{}, err
	}
	all := maps.Clone(a.Findings)
	if all == nil {
		all = map[string]Finding{}
	}
	for id, f := range findings {
		if _, known := all[id]; !known {
			return Event{}, invalid(id, "indicator", map[string]any{"Indicator": id})
		}
		all[id] = f
	}
	failed := false
	for _, id := range slices.Sorted(maps.Keys(all)) {
		switch f := all[id]; {
		case f.Verdict != Pass && f.Verdict != Fail:
			return Event{}, invalid(id, "unsettled", map[string]any{"Indicator": id})
		case f.Reason == "": // also where all agree: who reads the record was not there
			return Event{}, invalid(id, "verdict_reason", map[string]any{"Indicator": id})
		case f.Verdict == Fail:
			failed = true
			if outcome == Recognised {
				return Event{}, invalid(id, "fails", map[string]any{"Indicator": id})
			}
		}
	}
	if outcome != Recognised && outcome != NotEligible {
		return Event{}, invalid("outcome", "outcome", nil)
	}
	if outcome == NotEligible && !failed {
		return Event{}, invalid("outcome", "nothing_fails", nil)
	}
	to := Proposed
	if a.State == Appealed {
		to = AppealProposed
	}
	d := Decision{Outcome: outcome, Findings: all, Proposed: t.By, At: t.At, Appeal: to == AppealProposed}
	if err := a.inTurn(StepPropose, &d, t, findings); err != nil {
		return Event{}, err
	}
	a.Decisions = append(a.Decisions, d)
	return a.move(StepPropose, to, t), nil
}

// Reject takes a proposal off the table; somebody has to propose anew.
func (a *Application) Reject(t Turn, reason string) (Event, error) {
	if err := a.signable(StepReject, t); err != nil {
		return Event{}, err
	}
	if reason == "" {
		return Event{}, invalid("reason", "reason", nil)
	}
	a.Decisions = a.Decisions[:len(a.Decisions)-1]
	to := Deciding
	if a.State == AppealProposed {
		to = Appealed
	}
	return a.move(StepReject, to, t), nil
}

// Confirm signs a proposed decision second: now it counts.
func (a *Application) Confirm(t Turn) (Event, error) {
	if err := a.signable(StepConfirm, t); err != nil {
		return Event{}, err
	}
	d := a.Proposal()
	if d.Proposed.Person == t.By.Person {
		return Event{}, forbidden("second", nil)
	}
	if err := a.inTurn(StepConfirm, d, t, nil); err != nil {
		return Event{}, err
	}
	by := t.By
	d.Second, d.Signed = &by, t.At
	return a.move(StepConfirm, Decided, t, Value{"decision", PublicDecision{Outcome: d.Outcome, Findings: d.Findings, Appeal: d.Appeal,
		By: []good.Actor{d.Proposed.Actor(), by.Actor()}}}), nil
}

// Actor is how the journal knows a party.
func (p Party) Actor() good.Actor { return good.Actor{Role: p.Role, Pseudonym: p.Pseudonym} }

// signable refuses to let an owner sign, and those who decided sign once more
// on an appeal.
func (a *Application) signable(s Step, t Turn) error {
	if err := a.ready(s); err != nil {
		return err
	}
	if t.By.Person == "" { // a decision is signed by people
		return &good.Error{Kind: good.NotFound, Key: "assess.error.person"}
	}
	if a.Owned(t.By.Person) {
		return forbidden("own", nil)
	}
	if (a.State == Appealed || a.State == AppealProposed) && slices.Contains(a.Deciders(), t.By.Person) {
		return forbidden("decided", nil)
	}
	return nil
}

// mayAppeal says whether the decision that stands can be appealed: once, and
// only where it says no.
func (a *Application) mayAppeal() bool {
	d := a.Decision()
	return d != nil && d.Outcome == NotEligible && !d.Appeal && a.Appeal == nil
}

// AppealTo asks people who did not decide to look once more.
func (a *Application) AppealTo(t Turn, text string, links []good.Link) (Event, error) {
	if err := a.ready(StepAppealTo); err != nil {
		return Event{}, err
	}
	switch {
	case !a.mayAppeal():
		return Event{}, conflict("appealed", nil)
	case t.At.After(a.Deadline):
		return Event{}, conflict("appeal_late", nil)
	case text == "":
		return Event{}, invalid("grounds", "text", nil)
	}
	a.Appeal = &Statement{By: t.By, At: t.At, Text: text, Links: links}
	return a.move(StepAppealTo, Appealed, t, Value{"grounds", PublicGrounds{Text: text, Links: links}}), nil
}

// Publish makes a decision take effect. What can still be appealed waits for
// its time to pass; the clock waits in any case. until is the day on which the
// good's present recognition ends, "" where it has none: a renewal goes on
// from there.
func (a *Application) Publish(t Turn, until good.Date) (Event, error) {
	if err := a.ready(StepPublish); err != nil {
		return Event{}, err
	}
	if a.Owned(t.By.Person) {
		return Event{}, forbidden("own", nil)
	}
	if t.At.Before(a.Deadline) && (a.mayAppeal() || t.By.Person == "") {
		return Event{}, conflict("appeal_open", nil)
	}
	d := a.Decision()
	if err := a.inTurn(StepPublish, d, t, nil); err != nil {
		return Event{}, err
	}
	if d.Outcome == Recognised && a.Kind != Challenge {
		a.From = DateOf(t.At)
		if a.Kind == Renewal && until != "" {
			a.From = until
		}
		a.Until = plusMonths(a.From, t.Settings.Months)
		if a.Until <= DateOf(t.At) { // under review for longer than it will hold
			a.From = DateOf(t.At)
			a.Until = plusMonths(a.From, t.Settings.Months)
		}
	}
	return a.move(StepPublish, Published, t, Value{"published", PublicValidity{Outcome: d.Outcome, From: a.From, Until: a.Until}}), nil
}

// Withdraw ends an application at the applicant's wish.
func (a *Application) Withdraw(t Turn, reason string) (Event, error) {
	if err := a.ready(StepWithdraw); err != nil {
		return Event{}, err
	}
	if a.Kind == Challenge { // its owners are those whose good is doubted, not those who doubt it
		return Event{}, conflict("state", map[string]any{"State": string(a.State), "Step": string(StepWithdraw)})
	}
	e := a.move(StepWithdraw, Withdrawn, t, Value{"reason", reason})
	if a.Submitted.IsZero() { // nobody has heard of it
		return Event{}, nil
	}
	return e, nil
}

// Expire closes an application that waited for the applicant in vain. A doubt
// is not ended by silence: people decide on it with what is known.
func (a *Application) Expire(t Turn) (Event, error) {
	if err := a.ready(StepExpire); err != nil {
		return Event{}, err
	}
	if t.At.Before(a.Deadline) {
		return Event{}, conflict("early", nil)
	}
	if a.Kind == Challenge {
		e := a.move(StepExpire, Deciding, t)
		e.Verb = good.ApplicationConsolidated
		return e, nil
	}
	return a.move(StepExpire, Closed, t), nil
}
