// Package advise is the rules of the advisory group: who sits in it and for how
// long, what it is asked, who must stand aside, and when a consultation ends.
package advise

import (
	"slices"
	"strings"
	"time"

	"stoa/internal/good"
)

// Constituency is a part of the field that has seats in the advisory group.
type Constituency string

// The six constituencies.
const (
	PrivateSector      Constituency = "private-sector"
	OpenSourceBusiness Constituency = "open-source-business"
	Academia           Constituency = "academia"
	NGO                Constituency = "ngo"
	Government         Constituency = "government"
	UnitedNations      Constituency = "united-nations"
)

// Constituencies lists the constituencies in the order in which they are shown.
var Constituencies = []Constituency{PrivateSector, OpenSourceBusiness, Academia, NGO, Government, UnitedNations}

// Seat is one place in the advisory group, held by one person for one term.
// Name is public and shown because its holder agreed; without it the seat is
// shown by constituency and organisation alone.
type Seat struct {
	ID           good.ID      `json:"id"`
	Constituency Constituency `json:"constituency"`
	Pseudonym    string       `json:"holder"`
	Name         string       `json:"name,omitempty"`
	Organisation string       `json:"organisation,omitempty"`
	From         good.Date    `json:"from"`
	Until        good.Date    `json:"until"` // last day of the term
	Interests    []Interest   `json:"interests,omitempty"`
	Ended        string       `json:"ended,omitempty"` // why the seat was given up before its term
	Version      int64        `json:"version"`
}

// Interest is something that a holder declared: an organisation or good whose
// matters they do not advise on.
type Interest struct {
	Text         string    `json:"text"`
	Organisation string    `json:"organisation,omitempty"` // slug
	Good         string    `json:"good,omitempty"`         // slug
	Declared     good.Date `json:"declared"`
}

// Sits says whether the seat is held on day.
func (s *Seat) Sits(day good.Date) bool {
	return s.Ended == "" && s.From <= day && day <= s.Until
}

// SubjectKind is what the advisory group is asked about.
type SubjectKind string

// What can be consulted on.
const (
	OnStandard SubjectKind = "standard" // a draft of a standard: Ref is "dpg@1.2.0"
	OnPolicy   SubjectKind = "policy"   // Ref is an address of the policy's text
	OnAppeal   SubjectKind = "appeal"   // Ref is the slug of the good
)

// SubjectKinds lists them in the order in which they are shown.
var SubjectKinds = []SubjectKind{OnStandard, OnPolicy, OnAppeal}

// Consultation is a question to the advisory group and, where Public, to
// everybody. Opinions, answers and minutes are public.
type Consultation struct {
	ID      good.ID     `json:"id"`
	Slug    string      `json:"slug"`
	Subject SubjectKind `json:"subject"`
	Ref     string      `json:"ref"`
	Title   string      `json:"title"`
	Text    string      `json:"text"`
	Lang    string      `json:"lang"` // BCP 47, of title and text
	Public  bool        `json:"public"`
	Opens   good.Date   `json:"opens"`
	Closes  good.Date   `json:"closes"` // last day
	// Organisations and Goods are whom the matter concerns, by slug: who has
	// declared an interest in one of them stands aside.
	Organisations []string  `json:"organisations,omitempty"`
	Goods         []string  `json:"goods,omitempty"`
	Minutes       string    `json:"minutes,omitempty"`
	Outcome       string    `json:"outcome,omitempty"`
	Concluded     time.Time `json:"concluded,omitzero"`
	Version       int64     `json:"version"`
}

// Open says whether the consultation takes opinions and comments on day.
func (c *Consultation) Open(day good.Date) bool {
	return c.Concluded.IsZero() && c.Opens <= day && day <= c.Closes
}

// Position is what an opinion amounts to.
type Position string

// The positions.
const (
	Support     Position = "support"
	WithChanges Position = "support-with-changes"
	Oppose      Position = "oppose"
	Abstain     Position = "abstain"
)

// Positions lists them in the order in which they are shown.
var Positions = []Position{Support, WithChanges, Oppose, Abstain}

// Opinion is what one seat says on a consultation; a later one of the same seat
// takes its place, and the journal keeps both.
type Opinion struct {
	Consultation good.ID   `json:"consultation"`
	Seat         good.ID   `json:"seat"`
	Position     Position  `json:"position"`
	Text         string    `json:"text"`
	Lang         string    `json:"lang"`
	At           time.Time `json:"at"`
}

// Disposition is what became of a comment.
type Disposition string

// The dispositions.
const (
	Accepted Disposition = "accepted"
	Partly   Disposition = "partly"
	Declined Disposition = "declined"
	Noted    Disposition = "noted"
)

// Dispositions lists them in the order in which they are shown.
var Dispositions = []Disposition{Accepted, Partly, Declined, Noted}

// Comment is what a member of the public says on a consultation, and the
// answer. Name is shown because the author asked for it.
type Comment struct {
	ID           good.ID     `json:"id"`
	Consultation good.ID     `json:"consultation"`
	On           string      `json:"on,omitempty"` // indicator or paragraph it is about
	Pseudonym    string      `json:"author"`
	Name         string      `json:"name,omitempty"`
	Text         string      `json:"text"`
	Lang         string      `json:"lang"`
	At           time.Time   `json:"at"`
	Disposition  Disposition `json:"disposition,omitempty"`
	Answer       string      `json:"answer,omitempty"`
	Answered     time.Time   `json:"answered,omitzero"`
}

// The longest texts of the advisory group, in characters.
const (
	MaxOpinion = 10_000
	MaxComment = 5_000
	MaxMinutes = 50_000
	MaxLang    = 35 // of a language's code
)

// termYears is the longest term of a seat.
const termYears = 3

// CheckSeat says what is wrong with a seat.
func CheckSeat(s *Seat) error {
	switch {
	case !slices.Contains(Constituencies, s.Constituency):
		return invalid("advisory.error.constituency", "constituency")
	case !day(s.From):
		return invalid("advisory.error.day", "from")
	case !day(s.Until):
		return invalid("advisory.error.day", "until")
	case s.Until < s.From, parse(s.Until).After(parse(s.From).AddDate(termYears, 0, 0)):
		return &good.Error{Kind: good.Invalid, Key: "advisory.error.term", Field: "until", Args: map[string]any{"Years": termYears}}
	case len([]rune(s.Name)) > 200 || len([]rune(s.Organisation)) > 200:
		return tooLong("name", 200)
	}
	return nil
}

// CheckConsultation says what is wrong with a consultation.
func CheckConsultation(c *Consultation) error {
	switch {
	case !slices.Contains(SubjectKinds, c.Subject):
		return invalid("advisory.error.subject", "subject")
	case strings.TrimSpace(c.Title) == "":
		return invalid("advisory.error.missing", "title")
	case strings.TrimSpace(c.Text) == "":
		return invalid("advisory.error.missing", "text")
	case strings.TrimSpace(c.Ref) == "":
		return invalid("advisory.error.missing", "ref")
	case len([]rune(c.Title)) > 200:
		return tooLong("title", 200)
	case len([]rune(c.Text)) > MaxMinutes:
		return tooLong("text", MaxMinutes)
	case !day(c.Opens):
		return invalid("advisory.error.day", "opens")
	case !day(c.Closes) || c.Closes < c.Opens:
		return invalid("advisory.error.closes", "closes")
	case c.Subject == OnAppeal && c.Public: // an appeal is weighed by seats, not by a crowd
		return invalid("advisory.error.appeal-public", "public")
	}
	return nil
}

// MayAdvise says why the holder of a seat cannot give an opinion on c today,
// nil if they can: the seat must sit, the consultation be open, and nothing
// that the holder declared may be touched by it.
func MayAdvise(s *Seat, c *Consultation, today good.Date) error {
	if !s.Sits(today) {
		return &good.Error{Kind: good.Forbidden, Key: "advisory.error.no-seat"}
	}
	if err := taking(c, today); err != nil {
		return err
	}
	for _, i := range s.Interests {
		if i.Organisation != "" && slices.Contains(c.Organisations, i.Organisation) || i.Good != "" && slices.Contains(c.Goods, i.Good) {
			return &good.Error{Kind: good.Forbidden, Key: "advisory.error.interest", Args: map[string]any{"Interest": i.Text}}
		}
	}
	if s.Organisation != "" && slices.Contains(c.Organisations, good.Slugify(s.Organisation)) {
		return &good.Error{Kind: good.Forbidden, Key: "advisory.error.interest", Args: map[string]any{"Interest": s.Organisation}}
	}
	return nil
}

// CheckOpinion says what is wrong with an opinion.
func CheckOpinion(o *Opinion) error {
	switch {
	case !slices.Contains(Positions, o.Position):
		return invalid("advisory.error.position", "position")
	case o.Position != Support && o.Position != Abstain && strings.TrimSpace(o.Text) == "":
		return invalid("advisory.error.why", "text")
	case len([]rune(o.Text)) > MaxOpinion:
		return tooLong("text", MaxOpinion)
	case len(o.Lang) > MaxLang:
		return tooLong("lang", MaxLang)
	}
	return nil
}

// MayComment says why nobody can comment on c today, nil if people can.
func MayComment(c *Consultation, today good.Date) error {
	if !c.Public {
		return &good.Error{Kind: good.Forbidden, Key: "advisory.error.not-public"}
	}
	return taking(c, today)
}

// CheckComment says what is wrong with a comment.
func CheckComment(c *Comment) error {
	switch {
	case strings.TrimSpace(c.Text) == "":
		return invalid("advisory.error.missing", "text")
	case len([]rune(c.Text)) > MaxComment:
		return tooLong("text", MaxComment)
	case len([]rune(c.On)) > 100:
		return tooLong("on", 100)
	case len([]rune(c.Name)) > 200:
		return tooLong("name", 200)
	case len(c.Lang) > MaxLang:
		return tooLong("lang", MaxLang)
	}
	return nil
}

// AnswerComment puts the answer to a comment. Each comment is answered once;
// what was answered stays as it was.
func AnswerComment(c *Comment, d Disposition, text string, at time.Time) error {
	switch {
	case !c.Answered.IsZero():
		return &good.Error{Kind: good.Conflict, Key: "advisory.error.answered", Field: "answer"}
	case !slices.Contains(Dispositions, d):
		return invalid("advisory.error.disposition", "disposition")
	case strings.TrimSpace(text) == "":
		return invalid("advisory.error.missing", "answer")
	case len([]rune(text)) > MaxComment:
		return tooLong("answer", MaxComment)
	}
	c.Disposition, c.Answer, c.Answered = d, text, at
	return nil
}

// Conclude ends a consultation with its minutes and outcome: after its last
// day, and once every comment has its answer.
func Conclude(c *Consultation, comments []Comment, minutes, outcome string, at time.Time) error {
	waiting := 0
	for _, m := range comments {
		if m.Answered.IsZero() {
			waiting++
		}
	}
	today := good.Date(at.UTC().Format(time.DateOnly))
	switch {
	case !c.Concluded.IsZero():
		return &good.Error{Kind: good.Conflict, Key: "advisory.error.concluded"}
	case today <= c.Closes:
		return &good.Error{Kind: good.Conflict, Key: "advisory.error.still-open", Args: map[string]any{"Closes": c.Closes}}
	case waiting > 0:
		return &good.Error{Kind: good.Conflict, Key: "advisory.error.unanswered", Args: map[string]any{"Count": waiting}}
	case strings.TrimSpace(minutes) == "":
		return invalid("advisory.error.missing", "minutes")
	case strings.TrimSpace(outcome) == "":
		return invalid("advisory.error.missing", "outcome")
	case len([]rune(minutes)) > MaxMinutes:
		return tooLong("minutes", MaxMinutes)
	case len([]rune(outcome)) > MaxComment:
		return tooLong("outcome", MaxComment)
	}
	c.Minutes, c.Outcome, c.Concluded = minutes, outcome, at
	return nil
}

// taking says whether a consultation takes anything today.
func taking(c *Consultation, today good.Date) error {
	switch {
	case today < c.Opens:
		return &good.Error{Kind: good.Conflict, Key: "advisory.error.not-yet", Args: map[string]any{"Opens": c.Opens}}
	case !c.Open(today):
		return &good.Error{Kind: good.Conflict, Key: "advisory.error.closed", Args: map[string]any{"Closes": c.Closes}}
	}
	return nil
}

func day(d good.Date) bool { _, err := time.Parse(time.DateOnly, string(d)); return err == nil }

func parse(d good.Date) time.Time { t, _ := time.Parse(time.DateOnly, string(d)); return t }

func invalid(key, field string) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: field}
}

func tooLong(field string, most int) error {
	return &good.Error{Kind: good.Invalid, Key: "advisory.error.long", Field: field, Args: map[string]any{"Max": most}}
}
