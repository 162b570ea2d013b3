package assess

import (
	"cmp"

	"stoa/internal/good"
)

// Standing is what an application makes of its good's standing here, given
// what it was; the same one again where the application changes nothing. nil
// means that nothing is said yet.
func (a *Application) Standing(was *good.Standing, issuer string) *good.Standing {
	held := was != nil && (was.State == good.Recognised || was.State == good.RenewalDue || was.State == good.Lapsed)
	if a.Kind == Challenge || a.Kind == Renewal || held {
		return a.kept(was, held, issuer)
	}
	s := good.Standing{Issuer: issuer, Decided: true, Standard: a.Standard}
	switch a.State {
	case Draft, Refused:
		return was
	case Screening, Returned:
		s.State = good.Applying
	case Published:
		return a.published(was, issuer)
	case Withdrawn:
		s.State = good.Withdrawn
	case Closed:
		s.State, s.Reason = good.Withdrawn, string(Closed)
	default:
		s.State = good.InReview
	}
	s.Last = DateOf(a.Since)
	return &s
}

// kept is the standing of a good that is or was recognised: it stays what it
// is until something else is published, and says since when a renewal is under
// review.
func (a *Application) kept(was *good.Standing, held bool, issuer string) *good.Standing {
	if a.State == Published {
		return a.published(was, issuer)
	}
	if was == nil || !held || a.Kind == Challenge || a.Submitted.IsZero() {
		return was
	}
	s := *was
	s.Renewing = ""
	if !a.State.Over() {
		s.Renewing = DateOf(a.Submitted)
	}
	return &s
}

// published is the standing once the decision takes effect.
func (a *Application) published(was *good.Standing, issuer string) *good.Standing {
	d := a.Decision()
	if a.Kind == Challenge && d.Outcome == Recognised {
		return was // the doubt was dismissed
	}
	s := &good.Standing{Issuer: issuer, Decided: true, Standard: a.Standard, Last: DateOf(a.Since), State: good.NotEligible}
	if was != nil {
		s.First = was.First
	}
	if d.Outcome == Recognised {
		s.State, s.From, s.Until = good.Recognised, a.From, a.Until
		s.First = cmp.Or(s.First, a.From)
	}
	return s
}

// RenewalDue is the standing once its renewal is open.
func RenewalDue(was good.Standing) *good.Standing {
	was.State = good.RenewalDue
	return &was
}

// Lapse is the standing once nobody renewed it: since the day after its last.
func Lapse(was good.Standing) *good.Standing {
	was.State, was.Renewing = good.Lapsed, ""
	was.Last = DateOf(Midnight(was.Until).Add(day))
	return &was
}
