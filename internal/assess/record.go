package assess

import (
	"encoding/json"
	"slices"
	"time"

	"stoa/internal/good"
)

// The values that events carry, as the public sees them.
type (
	// PublicApplication says what was submitted.
	PublicApplication struct {
		Kind     Kind        `json:"kind"`
		Standard string      `json:"standard"`
		Name     string      `json:"name"`
		Kinds    []good.Kind `json:"kinds,omitempty"`
		Scope    []string    `json:"scope,omitempty"`
	}
	// PublicScreened is what screening found.
	PublicScreened struct {
		Accepted bool               `json:"accepted"`
		Cause    Cause              `json:"cause,omitempty"`
		Findings map[string]Finding `json:"findings,omitempty"`
		Reason   string             `json:"reason,omitempty"`
	}
	// PublicQuestion is what the applicant is asked about an indicator.
	PublicQuestion struct {
		Indicator string `json:"indicator"`
		Question  string `json:"question"`
	}
	// PublicReply is what they answered.
	PublicReply struct {
		Indicator string `json:"indicator"`
		Text      string `json:"text"`
	}
	// PublicDecision is a decision with its reasons and the two who signed.
	PublicDecision struct {
		Outcome  Outcome            `json:"outcome"`
		Findings map[string]Finding `json:"findings"`
		Appeal   bool               `json:"appeal,omitempty"`
		By       []good.Actor       `json:"by"`
		At       time.Time          `json:"at,omitzero"`
	}
	// PublicGrounds are those of an appeal.
	PublicGrounds struct {
		Text  string      `json:"text"`
		Links []good.Link `json:"links,omitempty"`
	}
	// PublicDoubt is what is challenged; without words where in confidence.
	PublicDoubt struct {
		Indicators   []string    `json:"indicators"`
		Confidential bool        `json:"confidential,omitempty"`
		Text         string      `json:"text,omitempty"`
		Links        []good.Link `json:"links,omitempty"`
	}
	// PublicValidity is what a published decision led to.
	PublicValidity struct {
		Outcome Outcome   `json:"outcome"`
		From    good.Date `json:"from,omitempty"`
		Until   good.Date `json:"until,omitempty"`
	}
	// PublicReminder says of what somebody was reminded.
	PublicReminder struct {
		State State `json:"state"`
		Days  int   `json:"days,omitempty"`
		Late  bool  `json:"late,omitempty"`
	}
)

// Passed is one step of an application's path, as the public sees it.
type Passed struct {
	At    time.Time  `json:"at"`
	Verb  good.Verb  `json:"verb"`
	By    good.Actor `json:"by"`
	Step  Step       `json:"step"`
	To    State      `json:"to"`
	Round int        `json:"round,omitempty"`
	Words string     `json:"words,omitempty"` // the reason given, where one was
	// Erased says that something told here was erased since.
	Erased bool `json:"erased,omitempty"`
}

// Exchange is a question to the applicant and its answer.
type Exchange struct {
	Indicator string    `json:"indicator"`
	Question  string    `json:"question,omitempty"`
	Asked     time.Time `json:"asked"`
	Reply     string    `json:"reply,omitempty"`
	Answered  time.Time `json:"answered,omitzero"`
}

// Record is the public side of an application: all of it is told by the
// journal, and Apply rebuilds it entry by entry.
type Record struct {
	Application good.ID          `json:"application"`
	Good        good.ID          `json:"good,omitempty"`
	Kind        Kind             `json:"kind"`
	Standard    string           `json:"standard"`
	Name        string           `json:"name,omitempty"`
	State       State            `json:"state"`
	Since       time.Time        `json:"since"`
	Submitted   time.Time        `json:"submitted"`
	Round       int              `json:"round,omitempty"`
	Path        []Passed         `json:"path"`
	Exchanges   []Exchange       `json:"clarifications,omitempty"`
	Decisions   []PublicDecision `json:"decisions,omitempty"`
	Grounds     *PublicGrounds   `json:"appeal,omitempty"`
	Doubt       *PublicDoubt     `json:"challenge,omitempty"`
	From        good.Date        `json:"from,omitempty"`
	Until       good.Date        `json:"until,omitempty"`
	Outcome     Outcome          `json:"outcome,omitempty"`
	// Answers are the public ones, as submitted, by question.
	Answers map[string]json.RawMessage `json:"answers,omitempty"`
}

// Tells says whether a verb tells of an application: its first subject is then
// the application, its second the good, once there is one.
func Tells(v good.Verb) bool {
	return v == good.ApplicationReminded || v == good.ExpertAsked || v == good.ExpertAnswered || v == good.ExtensionAsked || v == good.ApplicationAnswered || v == good.AnswerSuggested ||
		slices.ContainsFunc(Transitions, func(t Transition) bool { return t.Verb == v }) || v == good.ClarificationAsked
}

// Apply takes in one entry of the journal. What was erased is left out, and
// said to be.
func (r *Record) Apply(e good.Entry) {
	if len(e.Subjects) == 0 {
		return
	}
	r.Application = e.Subjects[0]
	if len(e.Subjects) > 1 {
		r.Good = e.Subjects[1]
	}
	told := map[string]json.RawMessage{}
	erased := false
	for _, v := range e.Values {
		if v.Erased == nil {
			told[v.Name] = v.Data
		} else {
			erased = true
		}
	}
	var m Moved
	if !read(told, "step", &m) {
		r.answers(told)
		return
	}
	if r.State != m.To || r.Since.IsZero() {
		r.Since = e.Time
	}
	r.State, r.Round = m.To, max(r.Round, m.Round)
	p := Passed{At: e.Time, Verb: e.Verb, By: e.Actor, Step: m.Step, To: m.To, Round: m.Round, Erased: erased}
	read(told, "reason", &p.Words)
	r.take(e, told, &p)
	r.Path = append(r.Path, p)
}

func (r *Record) take(e good.Entry, told map[string]json.RawMessage, p *Passed) {
	r.answers(told)
	var app PublicApplication
	if read(told, "application", &app) {
		r.Kind, r.Standard, r.Name = app.Kind, app.Standard, app.Name
		if r.Submitted.IsZero() {
			r.Submitted = e.Time
		}
	}
	var s PublicScreened
	if read(told, "screened", &s) {
		p.Words = s.Reason
	}
	var asked []PublicQuestion
	read(told, "asked", &asked)
	for _, q := range asked {
		r.Exchanges = append(r.Exchanges, Exchange{Indicator: q.Indicator, Question: q.Question, Asked: e.Time})
	}
	var reply PublicReply
	if read(told, "reply", &reply) {
		for i := range r.Exchanges {
			if x := &r.Exchanges[i]; x.Indicator == reply.Indicator && x.Answered.IsZero() {
				x.Reply, x.Answered = reply.Text, e.Time
				break
			}
		}
	}
	var d PublicDecision
	if read(told, "decision", &d) {
		d.At = e.Time
		r.Decisions = append(r.Decisions, d)
	}
	var g PublicGrounds
	if read(told, "grounds", &g) {
		r.Grounds = &g
	}
	var doubt PublicDoubt
	if read(told, "doubt", &doubt) {
		r.Doubt = &doubt
	}
	var v PublicValidity
	if read(told, "published", &v) {
		r.Outcome, r.From, r.Until = v.Outcome, v.From, v.Until
	}
}

// answers takes in public answers; an empty one is taken back.
func (r *Record) answers(told map[string]json.RawMessage) {
	var answers map[string]json.RawMessage
	if !read(told, "answers", &answers) {
		return
	}
	for id, raw := range answers {
		if string(raw) == "null" {
			delete(r.Answers, id)
			continue
		}
		if r.Answers == nil {
			r.Answers = map[string]json.RawMessage{}
		}
		r.Answers[id] = raw
	}
}

func read(told map[string]json.RawMessage, name string, into any) bool {
	raw, ok := told[name]
	return ok && json.Unmarshal(raw, into) == nil
}
