package need

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"stoa/internal/good"
)

// Visibility is who may see a need that is kept.
type Visibility string

// The visibilities.
const (
	Private Visibility = "private" // whoever keeps it
	Linked  Visibility = "link"    // whoever has its address, which stands nowhere
	Public  Visibility = "public"  // everybody; it is listed
)

// Visibilities lists them in the order in which they are shown.
var Visibilities = []Visibility{Private, Linked, Public}

// Outcome is how a need ended; "" while it is open.
type Outcome string

// The outcomes.
const (
	Solved  Outcome = "solved"  // a good, or what somebody offered, meets it
	Dropped Outcome = "dropped" // it is needed no more
	Hidden  Outcome = "hidden"  // the secretariat took it away from the public
)

// Outcomes are those that who keeps a need may choose.
var Outcomes = []Outcome{Solved, Dropped}

// Record is a need that is kept. Who keeps it is kept beside.
type Record struct {
	ID    good.ID `json:"id"`
	Title string  `json:"title"`
	Ask
	Visibility Visibility  `json:"visibility"`
	Wanted     bool        `json:"expressions_wanted"` // whoever can help may say so
	Shortlist  []good.ID   `json:"shortlist,omitempty"`
	Was        []good.Part `json:"was,omitempty"` // what the shortlist first named, where goods became one since
	Outcome    Outcome     `json:"outcome,omitempty"`
	Reason     string      `json:"reason,omitempty"` // of the outcome
	Created    time.Time   `json:"created"`
	Changed    time.Time   `json:"changed"`
	Version    int64       `json:"version"`
}

// Answer is an expression of interest: an organisation says that it can help.
// It is between the two of them until it is accepted.
type Answer struct {
	ID      good.ID     `json:"id"`
	Need    good.ID     `json:"need"`
	Body    good.ID     `json:"organisation"` // an organisation here
	Name    string      `json:"name"`         // its name then
	Text    string      `json:"text"`
	State   AnswerState `json:"state"`
	At      time.Time   `json:"at"`
	Decided time.Time   `json:"decided,omitzero"`
	Version int64       `json:"version"`
}

// AnswerState is what became of an answer.
type AnswerState string

// The states of answers.
const (
	Offered  AnswerState = "offered"
	Accepted AnswerState = "accepted" // whoever sees the need sees it
	Declined AnswerState = "declined"
)

// Bounds of what is kept.
const (
	MaxTitle  = 120
	MaxAnswer = 2_000
	MaxReason = 2_000
	MaxShort  = 20 // goods on a shortlist
	titled    = 90 // characters of a problem that make a title
)

// Check mends what can be mended and says what is wrong with a record. Without
// a title it is called by how its problem begins.
func (r *Record) Check() error {
	if err := r.Ask.Check(); err != nil {
		return err
	}
	if r.Title = line(r.Title); r.Title == "" {
		r.Title = begin(r.Problem)
	}
	if err := CheckText("title", r.Title, MaxTitle); err != nil {
		return err
	}
	switch {
	case letters(r.Title) < 2:
		return wrong("need.error.title", "title")
	case good.Advertises(r.Title):
		return wrong("need.error.spam", "title")
	case !slices.Contains(Visibilities, r.Visibility):
		return odd("need.error.visibility", "visibility", string(r.Visibility))
	}
	return nil
}

// begin is how a text begins: its first sentence, or as many words as fit.
func begin(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if i := strings.IndexAny(s, ".!?。！？؟"); i > 0 && utf8.RuneCountInString(s[:i]) <= titled {
		return s[:i]
	}
	r := []rune(s)
	if len(r) <= titled {
		return s
	}
	s = string(r[:titled])
	if i := strings.LastIndex(s, " "); i > len(s)/2 {
		s = s[:i]
	}
	return s + "…"
}

// Open says whether something can still become of the need.
func (r *Record) Open() error {
	if r.Outcome != "" {
		return &good.Error{Kind: good.Conflict, Key: "need.error.closed"}
	}
	return nil
}

// Close ends a need.
func (r *Record) Close(o Outcome, reason string) error {
	if err := r.Open(); err != nil {
		return err
	}
	if !slices.Contains(Outcomes, o) && o != Hidden {
		return wrong("need.error.outcome", "outcome")
	}
	reason = lines(reason)
	if o == Hidden && reason == "" {
		return wrong("error.reason.missing", "reason")
	}
	if err := CheckText("reason", reason, MaxReason); err != nil {
		return err
	}
	r.Outcome, r.Reason = o, reason
	return nil
}

// Short puts a good on the shortlist, or takes it off.
func (r *Record) Short(id good.ID, off bool) error {
	if err := r.Open(); err != nil {
		return err
	}
	at := slices.Index(r.Shortlist, id)
	switch {
	case off && at >= 0:
		r.Shortlist = slices.Delete(r.Shortlist, at, at+1)
		if r.Was != nil {
			r.Shortlist, r.Was = good.Names(slices.DeleteFunc(r.Was, func(p good.Part) bool { return p.Now == id }))
		}
	case !off && at < 0 && len(r.Shortlist) >= MaxShort:
		return &good.Error{Kind: good.Limited, Key: "need.error.short", Args: map[string]any{"Max": MaxShort}}
	case !off && at < 0:
		r.Shortlist = append(r.Shortlist, id)
		if r.Was != nil {
			r.Was = append(r.Was, good.Part{Of: id, Now: id})
		}
	}
	return nil
}

// Check mends what can be mended and says what is wrong with an answer.
func (a *Answer) Check() error {
	a.Text = lines(a.Text)
	if err := CheckText("text", a.Text, MaxAnswer); err != nil {
		return err
	}
	if letters(a.Text) < minProblem && !dense(a.Text) {
		return wrong("need.error.answer", "text")
	}
	if good.Advertises(a.Text) {
		return wrong("need.error.spam", "text")
	}
	return nil
}

// Decide accepts or declines an answer.
func (a *Answer) Decide(accept bool, now time.Time) error {
	if a.State != Offered {
		return &good.Error{Kind: good.Conflict, Key: "need.error.decided"}
	}
	a.State, a.Decided = Declined, now
	if accept {
		a.State = Accepted
	}
	return nil
}
