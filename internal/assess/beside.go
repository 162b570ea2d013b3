package assess

import (
	"maps"
	"slices"
	"time"
)

// Beside is what else is under way, or was found, about the good of an
// application.
type Beside struct {
	Challenged bool                 // a challenge that screening let in is not settled
	Signed     bool                 // a recognition was signed and is not published
	Upheld     map[string]time.Time // indicators that a challenge found to fail since the application was handed in, and when
}

// BesideOf is what the other applications of its good are to an application.
func BesideOf(a *Application, others []*Application) Beside {
	out := Beside{Upheld: map[string]time.Time{}}
	for _, o := range others {
		d := o.Decision()
		switch {
		case o.ID == a.ID:
		case o.Kind != Challenge:
			out.Signed = out.Signed || o.State == Decided && d.Outcome == Recognised
		case o.State == Published && o.Since.After(a.Submitted):
			for id, f := range d.Findings {
				if f.Verdict == Fail && o.Since.After(out.Upheld[id]) {
					out.Upheld[id] = o.Since
				}
			}
		case !o.State.Over() && o.State != Draft && o.State != Screening && o.State != Returned:
			out.Challenged = true
		}
	}
	return out
}

// inTurn is the rule by which decisions about one good follow one another: they
// take effect in the order in which they were signed, and nobody signs a
// recognition while a challenge of the good is not settled, nor over what one
// found without saying why. given are the findings that come with a proposal.
func (a *Application) inTurn(s Step, d *Decision, t Turn, given map[string]Finding) error {
	b := t.Beside
	if a.Kind == Challenge {
		if s == StepPublish && d.Outcome == NotEligible && b.Signed {
			return conflict("signed_before", nil)
		}
		return nil
	}
	if d.Outcome != Recognised || s == StepPublish {
		return nil
	}
	if b.Challenged {
		return conflict("challenge_open", nil)
	}
	for _, id := range slices.Sorted(maps.Keys(b.Upheld)) {
		if _, judged := d.Findings[id]; !judged {
			continue
		}
		if s == StepPropose && (given[id].Verdict != Pass || given[id].Reason == "") {
			return invalid(id, "challenge_upheld", map[string]any{"Indicator": id})
		}
		if s == StepConfirm && b.Upheld[id].After(d.At) {
			return conflict("challenge_since", map[string]any{"Indicator": id})
		}
	}
	return nil
}
