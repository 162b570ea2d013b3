package assess

import (
	"cmp"
	"slices"
	"time"

	"stoa/internal/good"
)

// Reviewer is somebody who may be given applications.
type Reviewer struct {
	Party
	Name   string      `json:"name,omitempty"`
	Kinds  []good.Kind `json:"kinds,omitempty"`                                  // of good they know
	Knows  []string    `json:"indicators,omitempty"`                             // indicators they are expert in
	Away   time.Time   `json:"away,omitzero"`                                    // until when
	Open   int         `json:"open"`                                             // seats they have not finished
	Last   time.Time   `json:"last,omitzero"`                                    // when they were last given one
	Reason []Reason    `json:"conflicts,omitempty"`                              // why they must not judge this one
	Unfit  Unfit       `json:"unfit,omitempty" enum:"conflict,seated,away,load"` // why they may not be given this one now
}

// Unfit says why somebody may not be given an application now.
type Unfit string

// The reasons.
const (
	UnfitConflict Unfit = "conflict" // a conflict of interest; Reason names it
	UnfitSeated   Unfit = "seated"   // they have a seat already
	UnfitAway     Unfit = "away"     // until Away
	UnfitLoad     Unfit = "load"     // they have as much to do as anybody may
)

// Unfit says why r may not be given the application now; "" where they may.
func (a *Application) Unfit(r Reviewer, now time.Time, s Settings) Unfit {
	switch {
	case len(r.Reason) > 0 || a.Owned(r.Person):
		return UnfitConflict
	case a.Seated(r.Person):
		return UnfitSeated
	case r.Away.After(now):
		return UnfitAway
	case r.Open >= s.Load:
		return UnfitLoad
	}
	return ""
}

// Fit is how much of an application's kinds and scope a reviewer knows.
func (r Reviewer) Fit(a *Application) int {
	n := 0
	for _, k := range a.Goods {
		if slices.Contains(r.Kinds, k) {
			n += 3
		}
	}
	for _, id := range a.Scope {
		if slices.Contains(r.Knows, id) {
			n++
		}
	}
	return n
}

// Candidates orders those who may be given an application now: who knows most
// of it, of these who has least to do, of these who waited longest. Left out
// are who has a conflict, is away, is at their limit or has a seat already.
func Candidates(a *Application, all []Reviewer, now time.Time, s Settings) []Reviewer {
	var out []Reviewer
	for _, r := range all {
		if a.Unfit(r, now, s) == "" {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(x, y Reviewer) int {
		return cmp.Or(cmp.Compare(y.Fit(a), x.Fit(a)), cmp.Compare(x.Open, y.Open), x.Last.Compare(y.Last), cmp.Compare(x.Person, y.Person))
	})
	return out
}
