// Package assess is the rules of assessment: what an application goes through
// from its draft to a published decision, who may judge it, how two people's
// verdicts become one, and how a recognition is renewed, lapses and is
// challenged. It is pure: no clock, no chance and no I/O of its own.
package assess

import (
	"slices"
	"time"

	"stoa/internal/good"
)

// Kind is what sort of application one is.
type Kind string

// The kinds. A challenge is a review in small: of some indicators of a good
// that is recognised, at somebody's word.
const (
	First     Kind = "first"
	Renewal   Kind = "renewal"
	Challenge Kind = "challenge"
)

// Kinds lists the kinds of application.
var Kinds = []Kind{First, Renewal, Challenge}

// State is where an application stands.
type State string

// The states, in the order in which an application meets them.
const (
	Draft          State = "draft"           // the applicant writes; nothing is public
	Screening      State = "screening"       // spam, duplicate, eligible kind, indicators 1 and 2
	Returned       State = "returned"        // screening asks the applicant to mend it
	Queued         State = "queued"          // waits for two reviewers
	Review         State = "review"          // two reviewers work, neither seeing the other's verdicts
	Consolidation  State = "consolidation"   // a coordinator settles where the two differ
	Clarification  State = "clarification"   // the applicant is asked back
	Deciding       State = "deciding"        // waits for somebody to propose a decision
	Proposed       State = "proposed"        // waits for a second person to confirm it
	Decided        State = "decided"         // may be appealed once, then is published
	Appealed       State = "appealed"        // waits for people who did not decide
	AppealProposed State = "appeal-proposed" // waits for the second of them
	Published      State = "published"
	Refused        State = "refused"   // did not pass screening
	Withdrawn      State = "withdrawn" // by the applicant
	Closed         State = "closed"    // nobody answered in time
)

// States lists the states in order.
var States = []State{Draft, Screening, Returned, Queued, Review, Consolidation, Clarification, Deciding, Proposed, Decided,
	Appealed, AppealProposed, Published, Refused, Withdrawn, Closed}

// Over says whether nothing more happens to an application in state s.
func (s State) Over() bool {
	return s == Published || s == Refused || s == Withdrawn || s == Closed
}

// Signed says whether people sign, or have signed, what stands: from then on
// nobody changes it under their hands.
func (s State) Signed() bool {
	return s == Proposed || s == Decided || s == Appealed || s == AppealProposed || s.Over()
}

// WithApplicant says whether it is the applicant's turn.
func (s State) WithApplicant() bool { return s == Draft || s == Returned || s == Clarification }

// Outcome is what was decided.
type Outcome string

// The outcomes. Of a challenge Recognised means that it was dismissed.
const (
	Recognised  Outcome = "recognised"
	NotEligible Outcome = "not-eligible"
)

// Verdict is what one person finds of one indicator.
type Verdict string

// The verdicts. The last two are no end: an expert or the applicant is asked.
const (
	Pass        Verdict = "pass"
	Fail        Verdict = "fail"
	Clarify     Verdict = "clarify"
	NeedsExpert Verdict = "needs-expert"
)

// Verdicts lists the verdicts in the order they are offered.
var Verdicts = []Verdict{Pass, Fail, Clarify, NeedsExpert}

// Finding is a verdict with its public reason.
type Finding struct {
	Verdict Verdict `json:"verdict" enum:"pass,fail,clarify,needs-expert"`
	Reason  string  `json:"reason,omitempty"`
}

// Party is somebody who acts: the person, who is private, and how the journal
// knows them.
type Party struct {
	Person    good.ID `json:"person,omitempty"`
	Pseudonym string  `json:"pseudonym,omitempty"`
	Role      string  `json:"role"`
}

// Turn is one act: who, when, and by which rules. Those that decide heed what
// else is under way about the same good.
type Turn struct {
	By       Party
	At       time.Time
	Settings Settings
	Beside   Beside
}

// Seat is one of the reviewers' places.
type Seat struct {
	Person    good.ID   `json:"person"`
	Pseudonym string    `json:"pseudonym"`
	Since     time.Time `json:"since"`
	Done      bool      `json:"done,omitempty"` // with this round
}

// Consultation is a question to an expert about one indicator.
type Consultation struct {
	ID        int       `json:"id"`
	Indicator string    `json:"indicator"`
	Expert    Party     `json:"expert"`
	By        Party     `json:"by"`
	Question  string    `json:"question"`
	Asked     time.Time `json:"asked"`
	Opinion   string    `json:"opinion,omitempty"`
	Verdict   Verdict   `json:"verdict,omitempty"`
	Answered  time.Time `json:"answered,omitzero"`
}

// ClarificationRound is what the applicant is asked about one indicator.
type ClarificationRound struct {
	Round     int       `json:"round"`
	Indicator string    `json:"indicator"`
	Question  string    `json:"question"`
	Asked     time.Time `json:"asked"`
	Reply     string    `json:"reply,omitempty"`
	Answered  time.Time `json:"answered,omitzero"`
}

// Extension is a wish for more time that waits for an answer.
type Extension struct {
	By     Party     `json:"by"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// Decision is a decision proposed by one person and, once it counts, confirmed
// by another.
type Decision struct {
	Outcome  Outcome            `json:"outcome"`
	Findings map[string]Finding `json:"findings"` // by indicator
	Proposed Party              `json:"proposed"`
	At       time.Time          `json:"at"`
	Second   *Party             `json:"second,omitempty"`
	Signed   time.Time          `json:"signed,omitzero"`
	Appeal   bool               `json:"appeal,omitempty"` // it answers an appeal
}

// Statement is a text somebody signed: a declaration, an appeal, a challenge.
type Statement struct {
	By    Party       `json:"by"`
	At    time.Time   `json:"at"`
	Text  string      `json:"text"`
	Links []good.Link `json:"links,omitempty"`
}

// Application is a good's answers against one version of one standard on their
// way to a decision. Who did what lies here by person; it is private, its
// public side is a Record.
type Application struct {
	ID       good.ID     `json:"id"`
	Good     good.ID     `json:"good,omitempty"` // empty until screening lets a new good in
	Kind     Kind        `json:"kind"`
	Standard string      `json:"standard"` // "dpg@1.1.7": pinned
	Name     string      `json:"name"`     // of the good, as the applicant writes it
	Link     string      `json:"link,omitempty"`
	Goods    []good.Kind `json:"kinds,omitempty"` // kinds of good

	State     State     `json:"state"`
	Since     time.Time `json:"since"` // in this state
	Opened    time.Time `json:"opened"`
	Submitted time.Time `json:"submitted,omitzero"`
	Deadline  time.Time `json:"deadline,omitzero"` // of whoever has to act next
	Round     int       `json:"round"`
	Scope     []string  `json:"scope,omitempty"`   // indicators open in this round
	Touched   []string  `json:"touched,omitempty"` // indicators whose answers a renewal changed

	Owners         []good.ID            `json:"owners,omitempty"`
	Authority      *Statement           `json:"authority,omitempty"`
	Screened       *Screened            `json:"screened,omitempty"`
	Seats          []Seat               `json:"seats,omitempty"`
	Consultations  []Consultation       `json:"consultations,omitempty"`
	Findings       map[string]Finding   `json:"findings,omitempty"` // settled so far
	Disputed       []string             `json:"disputed,omitempty"`
	Clarifications []ClarificationRound `json:"clarifications,omitempty"`
	Extension      *Extension           `json:"extension,omitempty"`
	Extended       int                  `json:"extended,omitempty"`
	Decisions      []Decision           `json:"decisions,omitempty"`
	Appeal         *Statement           `json:"appeal,omitempty"`
	Doubt          *Statement           `json:"doubt,omitempty"` // of a challenge; without its author where confidential
	Confidential   bool                 `json:"confidential,omitempty"`
	From           good.Date            `json:"from,omitempty"` // of the recognition it led to
	Until          good.Date            `json:"until,omitempty"`
	Done           []string             `json:"done,omitempty"` // keys of what the clock already did

	Version int64 `json:"-"`
}

// Seated says whether a person has one of the reviewers' seats.
func (a *Application) Seated(person good.ID) bool { return a.seat(person) != nil }

func (a *Application) seat(person good.ID) *Seat {
	for i := range a.Seats {
		if person != "" && a.Seats[i].Person == person {
			return &a.Seats[i]
		}
	}
	return nil
}

// Owned says whether the application is a person's.
func (a *Application) Owned(person good.ID) bool {
	return person != "" && slices.Contains(a.Owners, person)
}

// Consulted lists the experts who were asked.
func (a *Application) Consulted() []good.ID {
	var out []good.ID
	for _, c := range a.Consultations {
		if !slices.Contains(out, c.Expert.Person) {
			out = append(out, c.Expert.Person)
		}
	}
	return out
}

// AskedOf lists the indicators about which a person was asked as an expert.
func (a *Application) AskedOf(person good.ID) []string {
	var out []string
	for _, c := range a.Consultations {
		if person != "" && c.Expert.Person == person && !slices.Contains(out, c.Indicator) {
			out = append(out, c.Indicator)
		}
	}
	return out
}

// Deciders lists who signed the decision that stands, or would be appealed.
func (a *Application) Deciders() []good.ID {
	var out []good.ID
	for _, d := range a.Decisions {
		if d.Second != nil {
			out = append(out, d.Proposed.Person, d.Second.Person)
		}
	}
	return out
}

// Decision is the newest decision that two people signed; nil if there is none.
func (a *Application) Decision() *Decision {
	for i := len(a.Decisions) - 1; i >= 0; i-- {
		if a.Decisions[i].Second != nil {
			return &a.Decisions[i]
		}
	}
	return nil
}

// Proposal is the decision that waits for a second person; nil if there is none.
func (a *Application) Proposal() *Decision {
	if n := len(a.Decisions); n > 0 && a.Decisions[n-1].Second == nil {
		return &a.Decisions[n-1]
	}
	return nil
}

// BothIn says whether every reviewer of this round has finished: only then is
// a reviewer shown what the other found.
func (a *Application) BothIn() bool {
	if a.State != Queued && a.State != Review {
		return true
	}
	return len(a.Seats) == Quorum && !slices.ContainsFunc(a.Seats, func(s Seat) bool { return !s.Done })
}

// Open lists the clarifications of this round that wait for an answer.
func (a *Application) Open() []ClarificationRound {
	var out []ClarificationRound
	for _, c := range a.Clarifications {
		if c.Answered.IsZero() && c.Round == a.Round {
			out = append(out, c)
		}
	}
	return out
}

// MayAnswer says whether the applicant may change answers to an indicator's
// questions now: all while drafting, only what was asked about in a
// clarification.
func (a *Application) MayAnswer(indicator string) bool {
	switch a.State {
	case Draft, Returned:
		return true
	case Clarification:
		return slices.ContainsFunc(a.Open(), func(c ClarificationRound) bool { return c.Indicator == indicator })
	}
	return false
}

// Quorum is how many reviewers review and how many people sign a decision.
const Quorum = 2

func invalid(field, key string, args map[string]any) error {
	return &good.Error{Kind: good.Invalid, Key: "assess.error." + key, Field: field, Args: args}
}

func conflict(key string, args map[string]any) error {
	return &good.Error{Kind: good.Conflict, Key: "assess.error." + key, Args: args}
}

func forbidden(key string, args map[string]any) error {
	return &good.Error{Kind: good.Forbidden, Key: "assess.error." + key, Args: args}
}
