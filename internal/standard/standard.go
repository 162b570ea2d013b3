// Package standard holds criteria sets as data: what a good is asked, by whom
// it may be answered, when an answer is needed and what an answer may be. The
// DPG Standard is one set; nothing here knows it from any other.
package standard

import (
	"slices"

	"stoa/internal/good"
)

// Set is one version of a criteria set, as its folder of files says. It does
// not change after loading.
type Set struct {
	ID         string                 `json:"id"`      // "dpg"
	Version    string                 `json:"version"` // numbers with dots: "1.1.7"
	Name       good.Text              `json:"name"`
	Summary    good.Text              `json:"summary,omitempty"`
	Released   good.Date              `json:"released"`
	Official   string                 `json:"official,omitempty"` // address of the text that counts
	Languages  []string               `json:"languages"`          // every text is in each of them, English first
	About      string                 `json:"about,omitempty"`    // AboutCountries; without it, goods are held against it
	Advisory   bool                   `json:"advisory,omitempty"` // its outcome recognises nothing
	Draft      bool                   `json:"draft,omitempty"`    // open to comments, never current
	Levels     []Level                `json:"levels,omitempty"`   // from the lowest to the highest; most sets have none
	Licences   map[good.Kind][]string `json:"licences,omitempty"` // SPDX identifiers accepted for each kind; none: all
	Indicators []Indicator            `json:"indicators"`         // in order, each before those below it
	Retired    map[string]good.Text   `json:"retired,omitempty"`  // question ids of the version before that went, and why
	Changes    good.Text              `json:"changes,omitempty"`  // what is new in this version, in a paragraph

	questions map[string]place
}

// AboutCountries is the About of a set that a country answers of itself. No
// good can apply against it, and each of its questions is of the type Degree.
const AboutCountries = "country"

// place is where a question stands in Indicators.
type place struct{ indicator, question int }

// Level is one step of a set that grades.
type Level struct {
	ID      string    `json:"id"`
	Name    good.Text `json:"name"`
	Summary good.Text `json:"summary,omitempty"`
}

// Indicator is one requirement of a set, or a part of the form that only
// informs.
type Indicator struct {
	ID          string     `json:"id"` // "9a"
	Parent      string     `json:"parent,omitempty"`
	Title       good.Text  `json:"title"`
	Requirement good.Text  `json:"requirement"`
	Screening   bool       `json:"screening,omitempty"`   // looked at before anybody reviews
	Informative bool       `json:"informative,omitempty"` // asked to know, never judged
	Level       string     `json:"level,omitempty"`       // of Set.Levels
	Questions   []Question `json:"questions,omitempty"`
}

// Type is what sort of answer a question takes.
type Type string

// The types of question.
const (
	ShortText Type = "text"      // one line
	LongText  Type = "long-text" // paragraphs, and links beside them
	Links     Type = "links"     // addresses with labels, and a note
	YesNo     Type = "yes-no"    // Choices holds "yes" or "no"
	Degree    Type = "degree"    // Choices holds "yes", "partly" or "no"
	Choice    Type = "choice"    // one of Options
	Choices   Type = "choices"   // some of Options
	Countries Type = "countries" // ISO 3166-1 alpha-2
	Licences  Type = "licences"  // SPDX identifiers
	Languages Type = "languages" // BCP 47
	SDGs      Type = "sdgs"      // "1" to "17"
	Items     Type = "items"     // one text for each item chosen in question Of
	Files     Type = "files"     // attachments
)

// The people who may answer a question.
const (
	Anyone     = "anyone"
	Authorised = "authorised" // only who may speak for the good
)

// Question is one thing asked. Its id never changes its meaning.
type Question struct {
	ID           string                  `json:"id"` // "licence.licences"
	Indicator    string                  `json:"indicator"`
	Type         Type                    `json:"type"`
	Label        good.Text               `json:"label"`
	Help         good.Text               `json:"help,omitempty"`
	HelpBy       map[good.Kind]good.Text `json:"help_by,omitempty"`
	Kinds        []good.Kind             `json:"kinds,omitempty"` // none: all
	Options      []Option                `json:"options,omitempty"`
	Of           string                  `json:"of,omitempty"` // the question whose chosen items an Items question goes through
	Required     bool                    `json:"required,omitempty"`
	RequiredWhen Cond                    `json:"required_when,omitzero"`
	ShownWhen    Cond                    `json:"shown_when,omitzero"`
	Must         []string                `json:"must,omitempty"` // the choices that meet the requirement
	Public       bool                    `json:"public"`
	By           string                  `json:"by"`
	MaxLength    int                     `json:"max_length,omitempty"` // characters
	Example      good.Text               `json:"example,omitempty"`    // a good answer
	Fact         good.Field              `json:"fact,omitempty"`       // the fact of the good that the answer states
	Replaces     string                  `json:"replaces,omitempty"`   // the id it had in the version before
	SeenBy       []string                `json:"seen_by,omitempty"`    // the probes whose findings speak of it; none: only a person can say
}

// Option is one answer of a choice.
type Option struct {
	ID    string    `json:"id"`
	Label good.Text `json:"label"`
}

// Cond is a condition on the answers and kinds of a good: each part that is
// set must hold. The zero Cond holds always as ShownWhen and never as
// RequiredWhen.
type Cond struct {
	Question string      `json:"question,omitempty"` // a question that is asked too
	Is       []string    `json:"is,omitempty"`       // and answered with one of these; none: with anything
	Kinds    []good.Kind `json:"kinds,omitempty"`    // the good is of one of these
}

// IsZero says whether there is no condition.
func (c Cond) IsZero() bool { return c.Question == "" && len(c.Kinds) == 0 }

// Key names the version for people and for pins: "dpg@1.1.7".
func (s *Set) Key() string { return s.ID + "@" + s.Version }

// Leaves are the indicators that carry questions, in order.
func (s *Set) Leaves() []Indicator {
	return slices.DeleteFunc(slices.Clone(s.Indicators), func(i Indicator) bool { return len(i.Questions) == 0 })
}

// Judged are the leaves on which there is a verdict, in order.
func (s *Set) Judged() []Indicator {
	return slices.DeleteFunc(s.Leaves(), func(i Indicator) bool { return i.Informative })
}

// Indicator finds an indicator by its id.
func (s *Set) Indicator(id string) (Indicator, bool) {
	if i := slices.IndexFunc(s.Indicators, func(i Indicator) bool { return i.ID == id }); i >= 0 {
		return s.Indicators[i], true
	}
	return Indicator{}, false
}

// Question finds a question by its id.
func (s *Set) Question(id string) (Question, bool) {
	at, ok := s.questions[id]
	if !ok {
		return Question{}, false
	}
	return s.Indicators[at.indicator].Questions[at.question], true
}

// Questions are all questions, in order.
func (s *Set) Questions() []Question {
	var out []Question
	for _, i := range s.Indicators {
		out = append(out, i.Questions...)
	}
	return out
}

// HelpFor is the help of a question for a good of these kinds: what is said to
// all, then what is said to each of its kinds.
func (q Question) HelpFor(kinds []good.Kind) []good.Text {
	var out []good.Text
	if len(q.Help) > 0 {
		out = append(out, q.Help)
	}
	for _, k := range good.Kinds {
		if t := q.HelpBy[k]; len(t) > 0 && slices.Contains(kinds, k) {
			out = append(out, t)
		}
	}
	return out
}

// index fills what is looked up by id.
func (s *Set) index() {
	s.questions = map[string]place{}
	for i := range s.Indicators {
		for j := range s.Indicators[i].Questions {
			q := &s.Indicators[i].Questions[j]
			q.Indicator = s.Indicators[i].ID
			if _, twice := s.questions[q.ID]; !twice {
				s.questions[q.ID] = place{i, j}
			}
		}
	}
}
