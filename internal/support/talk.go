package support

import (
	"slices"
	"time"

	"stoa/internal/good"
)

// Side is who speaks in a conversation.
type Side string

// The sides.
const (
	Seeker Side = "seeker" // who asked
	Helper Side = "helper" // who offers
)

// Other is the other side.
func (s Side) Other() Side {
	if s == Seeker {
		return Helper
	}
	return Seeker
}

// Step is how far a conversation is.
type Step string

// The steps, in their order.
const (
	Asked     Step = "asked"     // the request reached the offer
	Answered  Step = "answered"  // the helper answered
	Agreed    Step = "agreed"    // the seeker wants this help
	Working   Step = "working"   // the helper began
	Delivered Step = "delivered" // both say that it is done
	Ended     Step = "ended"     // nothing comes of it
)

// Steps lists the steps in their order.
var Steps = []Step{Asked, Answered, Agreed, Working, Delivered, Ended}

// Talk is a conversation between who asks and who offers. It is private.
type Talk struct {
	ID      good.ID   `json:"id"`
	Request good.ID   `json:"request"`
	Offer   good.ID   `json:"offer"`
	Step    Step      `json:"step"`
	Claimed Side      `json:"claimed,omitempty"` // who says that it is delivered, while the other is asked
	Reason  string    `json:"reason,omitempty"`  // why it ended
	Begun   time.Time `json:"begun"`
	Since   time.Time `json:"since"` // when it came to this step
	Version int64     `json:"version"`
}

// over says that nothing more becomes of a conversation.
func (t *Talk) over() bool { return t.Step == Delivered || t.Step == Ended }

// May lists the steps to which a side may take the conversation.
func (t *Talk) May(side Side) []Step {
	switch {
	case t.over():
		return nil
	case t.Step == Asked && side == Helper:
		return []Step{Answered, Ended}
	case t.Step == Answered && side == Seeker:
		return []Step{Agreed, Ended}
	case t.Step == Agreed && side == Helper:
		return []Step{Working, Ended}
	case t.Step == Working && t.Claimed != side:
		return []Step{Delivered, Ended}
	}
	return []Step{Ended}
}

// Turn takes the conversation a step on. Delivered it is once both sides said
// so: the first word only asks the other.
func (t *Talk) Turn(side Side, to Step, reason string, now time.Time) error {
	if t.over() {
		return &good.Error{Kind: good.Conflict, Key: "help.error.over"}
	}
	if !slices.Contains(t.May(side), to) {
		return &good.Error{Kind: good.Conflict, Key: "help.error.turn", Field: "step"}
	}
	if to == Ended {
		if err := CheckReason(&reason); err != nil {
			return err
		}
		t.Reason = reason
	}
	if to == Delivered && t.Claimed == "" {
		t.Claimed = side
		return nil
	}
	t.Step, t.Since, t.Claimed = to, now.UTC(), ""
	return nil
}

// Note is a message in a conversation. It is private.
type Note struct {
	ID     good.ID   `json:"id"`
	Side   Side      `json:"side"`
	Person good.ID   `json:"-"`
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
}

// Reference is what an adopter says in public of work that was delivered, and
// what the helper answers.
type Reference struct {
	ID           good.ID   `json:"id"` // of the conversation
	Offer        good.ID   `json:"offer"`
	Body         good.ID   `json:"body"` // who helped
	Good         good.ID   `json:"good,omitempty"`
	Kind         string    `json:"kind,omitempty"`
	Country      string    `json:"country,omitempty"`
	Organisation string    `json:"organisation,omitempty"` // who was helped, as they call themselves
	Text         string    `json:"text"`
	At           time.Time `json:"at"`
	Answer       string    `json:"answer,omitempty"`
	Answered     time.Time `json:"answered,omitzero"`
}

// Reply has the helper answer a reference, once.
func (r *Reference) Reply(text string, now time.Time) error {
	if r.Answer != "" || !r.Answered.IsZero() {
		return &good.Error{Kind: good.Conflict, Key: "help.error.answered"}
	}
	if err := CheckNote(&text); err != nil {
		return err
	}
	r.Answer, r.Answered = text, now.UTC()
	return nil
}
