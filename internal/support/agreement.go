package support

import (
	"slices"
	"time"

	"stoa/internal/good"
)

// The states of an agreement. Closed, that it holds no more, and Hidden are
// among them, too.
const (
	Claimed   State = "claimed"   // the organisation alone says so
	Confirmed State = "confirmed" // whoever owns the good says the same
	Denied    State = "denied"    // whoever owns the good says that it is not so
)

// Lasts is how long a confirmation counts, before it is due again.
const Lasts = 365 * 24 * time.Hour

// MaxAgreements is how many agreements of one organisation stand at once.
const MaxAgreements = 200

// StatedADay is how many agreements an organisation states within a day: each
// asks whoever owns a good.
const StatedADay = 20

// Deal is what an organisation and a good agreed.
type Deal struct {
	Good      good.ID   `json:"good"`
	Kind      string    `json:"kind"` // of help: zero-rating, a channel, a device programme, hosting …
	Text      string    `json:"text,omitempty"`
	Countries []string  `json:"countries,omitempty"` // ISO 3166-1 alpha-2; none: anywhere
	Since     good.Date `json:"since"`
	Until     good.Date `json:"until,omitempty"`
	Link      string    `json:"link,omitempty"` // where it can be read
	// What is said of one kind of help alone, by the names of Details.
	Details map[string]string `json:"details,omitempty"`
}

// Check mends what can be mended and says what is wrong with an agreement.
func (d *Deal) Check(today good.Date) error {
	var err error
	if d.Kind, err = kind("kind", d.Kind); err != nil {
		return err
	}
	if err := checkText("text", d.Text, MaxText); err != nil {
		return err
	}
	if len(d.Countries) > MaxList {
		return &good.Error{Kind: good.Invalid, Key: "deploy.error.many", Field: "countries", Args: map[string]any{"Max": MaxList}}
	}
	if d.Countries, err = all(d.Countries, country); err != nil {
		return err
	}
	if err := past("since", d.Since, today); err != nil {
		return err
	}
	if d.Until != "" {
		n := min(len(d.Since), len(d.Until))
		switch {
		case !someDay(d.Until) || d.Until > "2100":
			return wrong("deploy.error.day", "until")
		case d.Until[:n] < d.Since[:n]:
			return wrong("deploy.error.order", "until")
		}
	}
	if d.Link = good.Address(d.Link); d.Link != "" && !good.WebAddress(d.Link) {
		return wrong("deploy.error.address", "link")
	}
	return checkDetails(&d.Details, d.Kind)
}

// Agreement is what an organisation says that it and a good agreed, and what
// becomes of it.
type Agreement struct {
	ID           good.ID `json:"id"`
	Body         good.ID `json:"body"` // the organisation here
	Organisation string  `json:"organisation"`
	Deal
	Was       good.ID   `json:"was,omitempty"` // the good with which it was agreed, where that one is part of Good now
	State     State     `json:"state"`
	Reason    string    `json:"reason,omitempty"` // why it is denied, over or hidden
	Opened    time.Time `json:"opened"`
	Stated    time.Time `json:"stated"`
	Confirmed time.Time `json:"confirmed,omitzero"`
	Version   int64     `json:"version"`
}

// Say states the agreement anew: what was confirmed was another.
func (a *Agreement) Say(d Deal, now time.Time) error {
	if a.State == Hidden || a.State == Closed {
		return &good.Error{Kind: good.Conflict, Key: "help.error." + map[State]string{Hidden: "hidden", Closed: "closed"}[a.State]}
	}
	a.Deal, a.State, a.Reason, a.Stated, a.Confirmed = d, Claimed, "", now.UTC(), time.Time{}
	return nil
}

// Due says whether it is confirmed, but so long ago that it is to be confirmed
// again.
func (a *Agreement) Due(now time.Time) bool {
	return a.State == Confirmed && now.Sub(a.Confirmed) >= Lasts
}

// Over says whether the day until which it was agreed has passed.
func (a *Agreement) Over(today good.Date) bool {
	return a.Until != "" && a.Until < today[:min(len(a.Until), len(today))]
}

// again is how soon a confirmation may follow another.
const again = 30 * 24 * time.Hour

// May says whether an agreement can come to a state: whoever owns the good
// confirms or denies it, its people end it, the secretariat hides and shows it.
func (a *Agreement) May(to State, now time.Time) error {
	switch {
	case a.State == Hidden && to != Claimed:
		return &good.Error{Kind: good.Conflict, Key: "help.error.hidden"}
	case a.State == Closed:
		return &good.Error{Kind: good.Conflict, Key: "help.error.closed"}
	case !slices.Contains([]State{Claimed, Confirmed, Denied, Closed, Hidden}, to):
		return wrong("help.error.choice", "state")
	case a.State == Confirmed && to == Confirmed && now.Sub(a.Confirmed) < again, a.State == to && to != Confirmed:
		return &good.Error{Kind: good.Conflict, Key: "help.error.same"}
	}
	return nil
}

// Take takes in what became of an agreement.
func (a *Agreement) Take(t Turned, reason string) {
	a.State, a.Reason, a.Confirmed = t.State, reason, time.Time{}
	if t.State == Confirmed {
		a.Confirmed = t.At
	}
}
