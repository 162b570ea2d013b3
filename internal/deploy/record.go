package deploy

import (
	"cmp"
	"strings"
	"time"

	"stoa/internal/good"
)

// Word is that somebody spoke: for which side, why they may, and when.
type Word struct {
	By    Side      `json:"by"`
	Proof Proof     `json:"proof"`
	At    time.Time `json:"at"`
}

// Record is a deployment with who said so.
type Record struct {
	ID   good.ID `json:"id"`
	Good good.ID `json:"good"`
	Was  good.ID `json:"was,omitempty"` // the good of which it was stated, where that one is part of Good now
	Statement
	Body good.ID `json:"body,omitempty"` // the organisation here, where people act for it

	Stated    Word      `json:"stated"`              // who says what stands here, and since when
	Confirmed *Word     `json:"confirmed,omitempty"` // the other side, of what stands here
	Dispute   *Word     `json:"dispute,omitempty"`   // who says that it is not so; nil for nobody
	Reason    string    `json:"reason,omitempty"`    // of the dispute, of how it was settled or of the end
	State     State     `json:"state"`
	Due       time.Time `json:"due,omitzero"` // when somebody is to say so again
	Version   int64     `json:"version"`
}

// Year is how long a word holds.
const Year = 365 * 24 * time.Hour

// again is how soon the same side may confirm once more.
const again = 30 * 24 * time.Hour

// Say makes what a side says now the statement. What the other side confirmed
// was another one, so it is to confirm anew.
func (r *Record) Say(s Statement, w Word) {
	r.Statement, r.Stated, r.Confirmed, r.State = s, w, nil, Claimed
	r.wait(w.At)
	if r.Dispute != nil {
		r.State = Disputed // who disputes it is still to be answered
	}
}

// wait has somebody asked in a year, but of what is retired.
func (r *Record) wait(from time.Time) {
	r.Due = from.Add(Year)
	if r.Stage == Retired {
		r.Due = time.Time{}
	}
}

// open says that something can still become of the record.
func (r *Record) open() error {
	if r.State == Withdrawn {
		return &good.Error{Kind: good.Conflict, Key: "deploy.error.withdrawn"}
	}
	return nil
}

// MayChange says whether the statement can be changed.
func (r *Record) MayChange() error { return r.open() }

// Confirm has the other side say the same.
func (r *Record) Confirm(w Word) error {
	switch {
	case r.open() != nil:
		return r.open()
	case r.Dispute != nil:
		return &good.Error{Kind: good.Conflict, Key: "deploy.error.disputed"}
	case w.By == Desk || w.By == r.Stated.By:
		return &good.Error{Kind: good.Forbidden, Key: "deploy.error.own"}
	case r.State == Confirmed && w.At.Sub(r.Confirmed.At) < again:
		return &good.Error{Kind: good.Conflict, Key: "deploy.error.confirmed"}
	}
	r.Confirmed, r.State = &w, Confirmed
	r.wait(w.At)
	return nil
}

// Deny has somebody who is concerned say that it is not so.
func (r *Record) Deny(w Word, reason string) error {
	if err := r.open(); err != nil {
		return err
	}
	if r.Dispute != nil {
		return &good.Error{Kind: good.Conflict, Key: "deploy.error.disputed"}
	}
	if err := CheckReason(&reason); err != nil {
		return err
	}
	r.Dispute, r.Reason, r.State = &w, reason, Disputed
	return nil
}

// Settle ends a dispute: where it is upheld the record is withdrawn, else it
// stands as it stood.
func (r *Record) Settle(upheld bool, reason string, now time.Time) error {
	if err := r.open(); err != nil {
		return err
	}
	if r.Dispute == nil {
		return &good.Error{Kind: good.Conflict, Key: "deploy.error.undisputed"}
	}
	if err := CheckReason(&reason); err != nil {
		return err
	}
	r.Dispute, r.Reason = nil, reason
	switch {
	case upheld:
		r.State, r.Due = Withdrawn, time.Time{}
	case r.Confirmed != nil:
		r.State = Confirmed
	default:
		r.State = Claimed
	}
	r.Age(now)
	return nil
}

// Withdraw ends the record: it is said no more.
func (r *Record) Withdraw(reason string) error {
	if err := r.open(); err != nil {
		return err
	}
	if err := CheckReason(&reason); err != nil {
		return err
	}
	r.State, r.Reason, r.Due, r.Dispute = Withdrawn, reason, time.Time{}, nil
	return nil
}

// Age has the clock speak: it says whether somebody is to say so again.
func (r *Record) Age(now time.Time) bool {
	if r.State != Claimed && r.State != Confirmed || r.Due.IsZero() || now.Before(r.Due) {
		return false
	}
	r.State = Due
	return true
}

// CheckReason mends what can be mended and says what is wrong with a reason.
func CheckReason(reason *string) error {
	if *reason = strings.TrimSpace(*reason); *reason == "" {
		return wrong("error.reason.missing", "reason")
	}
	return good.CheckText("reason", *reason, MaxReason)
}

// Same is by what two records are about one deployment: the good, the
// organisation and where. A withdrawn one is like none.
func (r *Record) Same() string {
	if r.State == Withdrawn {
		return string(r.ID)
	}
	return string(cmp.Or(r.Was, r.Good)) + "/" + r.Country + "/" + alike(r.Organisation) + "/" + alike(r.Place)
}

// Move makes it a deployment of the good into which its own went, or of its own
// again. What was said of two goods that became one stays two records.
func (r *Record) Move(to good.ID) { r.Good, r.Was = good.MoveTo(r.Good, r.Was, to) }

// alike is by what two names are one: their address, and all of what is too
// long for one.
func alike(name string) string {
	s := good.Slugify(name)
	if len(name) >= 80 {
		s += "." + strings.ToLower(name)
	}
	return s
}

// Counts says whether the deployment is a use of the good that the other side
// vouches for.
func (r *Record) Counts() bool { return r.State == Confirmed && r.Stage != Retired }

// Settled is how a dispute ended, or when the clock spoke.
type Settled struct {
	Upheld bool      `json:"upheld,omitempty"`
	At     time.Time `json:"at"`
}
