package call

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// EntryState is where an entry stands.
type EntryState string

// The states of an entry.
const (
	Entered   EntryState = "entered"    // in the stage under way
	Chosen    EntryState = "chosen"     // in the cohort
	PassedBy  EntryState = "not-chosen" // left in a stage
	Refused   EntryState = "refused"    // by the partner, outside any stage: a duplicate, not eligible, spam
	Withdrawn EntryState = "withdrawn"  // by who entered
)

// Causes are why a partner refuses an entry.
var Causes = []string{"duplicate", "not-eligible", "spam"}

// Entry is one good in one call. It is private to who entered it, the partner
// and the jurors who score it; when results are published those chosen are
// told of, and those who agreed to be named.
type Entry struct {
	ID          good.ID                    `json:"id"`
	Call        good.ID                    `json:"call"`
	Good        good.ID                    `json:"good,omitempty"` // where it is known
	Name        string                     `json:"name"`
	Link        string                     `json:"link"`
	Kinds       []good.Kind                `json:"kinds"`
	SDGs        []int                      `json:"sdgs"`
	Country     string                     `json:"country"` // ISO 3166-1 alpha-2 of who enters
	Lang        string                     `json:"lang"`
	Owner       good.ID                    `json:"owner,omitempty"`
	Pseudonym   string                     `json:"pseudonym,omitempty"`
	Sent        time.Time                  `json:"sent"`
	Changed     time.Time                  `json:"changed,omitzero"`
	Named       bool                       `json:"named,omitempty"` // may be told of though not chosen
	Answers     map[string]json.RawMessage `json:"answers,omitempty"`
	Doubts      []string                   `json:"doubts,omitempty"` // why a person should look at it first
	Twins       []good.ID                  `json:"twins,omitempty"`  // other entries about the same good
	State       EntryState                 `json:"state"`
	Stage       int                        `json:"stage"` // index of the one it is in, or left in
	Cause       string                     `json:"cause,omitempty"`
	Reason      string                     `json:"reason,omitempty"`
	Outcomes    []Outcome                  `json:"outcomes,omitempty"`
	Application good.ID                    `json:"application,omitempty"` // that it was handed over to
	Version     int64                      `json:"version"`
}

// Outcome is what was decided of an entry in a stage.
type Outcome struct {
	Stage  int       `json:"stage"`
	Passes bool      `json:"passes"`
	Reason string    `json:"reason"`
	Score  float64   `json:"score"`
	At     time.Time `json:"at"`
}

// Clean mends what can be mended without asking.
func (e *Entry) Clean() {
	e.Name = strings.Join(strings.Fields(e.Name), " ")
	e.Country = strings.ToUpper(strings.TrimSpace(e.Country))
	if e.Link = strings.TrimSpace(e.Link); e.Link != "" && !strings.Contains(e.Link, "://") {
		e.Link = "https://" + e.Link
	}
	slices.Sort(e.SDGs)
	e.SDGs = slices.Compact(e.SDGs)
}

// Mistakes are what the entrant must mend, and why the call is not for this
// good, each naming its field.
func (c *Call) Mistakes(e *Entry) []error {
	var out []error
	wrong := func(is bool, key, field string, args map[string]any) {
		if is {
			out = append(out, invalid(key, field, args))
		}
	}
	wrong(!strings.ContainsFunc(e.Name, unicode.IsLetter), "missing", "name", nil)
	wrong(utf8.RuneCountInString(e.Name) > good.MaxName, "long", "name", map[string]any{"Max": good.MaxName})
	wrong(!good.WebAddress(e.Link), "link", "link", nil)
	bad := len(e.Kinds) == 0
	for _, k := range e.Kinds {
		bad = bad || !slices.Contains(good.Kinds, k)
	}
	wrong(bad, "choice", "kinds", nil)
	wrong(!bad && len(c.Kinds) > 0 && !overlap(c.Kinds, e.Kinds), "not-kind", "kinds", nil)
	bad = len(e.SDGs) == 0
	for _, n := range e.SDGs {
		bad = bad || n < 1 || n > 17
	}
	wrong(bad, "choice", "sdgs", nil)
	wrong(!bad && len(c.SDGs) > 0 && !overlap(c.SDGs, e.SDGs), "not-sdg", "sdgs", nil)
	_, known := vocab.CountryByCode(e.Country)
	wrong(!known, "country", "country", map[string]any{"Value": e.Country})
	wrong(known && len(c.Countries) > 0 && !slices.Contains(c.Countries, e.Country), "not-country", "country", nil)
	return out
}

func overlap[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(x T) bool { return slices.Contains(b, x) })
}

// Refuse takes an entry out of the call before it is decided, with a reason
// that who entered reads.
func (e *Entry) Refuse(c *Call, cause, reason string) error {
	if e.State != Entered || c.State.Over() || c.State == Judged {
		return conflict("entry-over", nil)
	}
	if !slices.Contains(Causes, cause) {
		return invalid("choice", "cause", nil)
	}
	if err := reasoned("reason", reason); err != nil {
		return err
	}
	e.State, e.Cause, e.Reason = Refused, cause, reason
	return nil
}

// Withdraw takes an entry back.
func (e *Entry) Withdraw(c *Call) error {
	if e.State != Entered || c.State.Over() || c.State == Judged {
		return conflict("entry-over", nil)
	}
	e.State = Withdrawn
	return nil
}

// Verdict is what a partner decides of one entry in a stage.
type Verdict struct {
	Entry  good.ID `json:"entry"`
	Passes bool    `json:"passes"`
	Reason string  `json:"reason"`
}

// Decide ends the stage under way: each entry that stands in it goes on or
// leaves, with its reason. After the last stage those that went on are the
// cohort. entries are those of the call; those it changes are changed.
func (c *Call) Decide(entries []*Entry, scores []Score, verdicts []Verdict, now time.Time) error {
	if c.Now(now) != Closed {
		return conflict("not-closed", nil)
	}
	of := c.Stages[c.At]
	var standing []good.ID
	for _, e := range entries {
		if e.State == Entered {
			standing = append(standing, e.ID)
		}
	}
	table := Standings(of, scores, standing)
	waiting, score := 0, map[good.ID]float64{}
	for _, s := range table {
		score[s.Entry] = s.Score
		if s.Waiting > 0 || s.Scored == 0 {
			waiting++
		}
	}
	if waiting > 0 {
		return conflict("unscored", map[string]any{"Count": waiting})
	}
	said, pass := map[good.ID]Verdict{}, 0
	for _, v := range verdicts {
		if _, twice := said[v.Entry]; twice || !slices.Contains(standing, v.Entry) {
			return invalid("verdict", "", nil)
		}
		if err := reasoned("reason-"+string(v.Entry), v.Reason); err != nil {
			return err
		}
		if said[v.Entry] = v; v.Passes {
			pass++
		}
	}
	if len(said) != len(standing) {
		return invalid("undecided", "", map[string]any{"Count": len(standing) - len(said)})
	}
	if of.Places > 0 && pass > of.Places {
		return invalid("places", "", map[string]any{"Places": of.Places, "Count": pass})
	}
	last := c.At == len(c.Stages)-1
	for _, e := range entries {
		v, ok := said[e.ID]
		if !ok {
			continue
		}
		e.Outcomes = append(e.Outcomes, Outcome{Stage: c.At, Passes: v.Passes, Reason: strings.TrimSpace(v.Reason), Score: score[e.ID], At: now})
		switch {
		case !v.Passes:
			e.State, e.Reason = PassedBy, strings.TrimSpace(v.Reason)
		case last:
			e.State, e.Reason = Chosen, strings.TrimSpace(v.Reason)
		default:
			e.Stage++
		}
	}
	if c.State = Closed; last || pass == 0 {
		c.State = Judged
		return nil
	}
	c.At++
	return nil
}

// Results are what is published of a call.
type Results struct {
	At      time.Time  `json:"at"`
	Text    string     `json:"text,omitempty"` // of the partner, in the call's language
	Entries int        `json:"entries"`        // that were handed in, without those withdrawn and refused
	Stages  []StageSum `json:"stages"`
	Cohort  []Told     `json:"cohort"`
	Others  []Told     `json:"others,omitempty"` // not chosen, who agreed to be named
}

// StageSum is how many came to a stage and how many went on.
type StageSum struct {
	Name   string `json:"name"`
	In     int    `json:"in"`
	Passed int    `json:"passed"`
}

// Told is one entry as everybody reads it.
type Told struct {
	Entry  good.ID `json:"entry"`
	Good   good.ID `json:"good,omitempty"`
	Name   string  `json:"name"`
	Link   string  `json:"link"`
	Stage  string  `json:"stage"` // name of the one it came to
	Reason string  `json:"reason"`
}

// Publish tells everybody who was chosen and why.
func (c *Call) Publish(entries []*Entry, words string, now time.Time) error {
	if c.State != Judged {
		return conflict("not-judged", nil)
	}
	if utf8.RuneCountInString(words) > MaxText {
		return invalid("long", "words", map[string]any{"Max": MaxText})
	}
	r := &Results{At: now, Text: strings.TrimSpace(words), Cohort: []Told{}}
	for _, s := range c.Stages {
		r.Stages = append(r.Stages, StageSum{Name: s.Name})
	}
	for _, e := range entries {
		if e.State == Refused || e.State == Withdrawn {
			continue
		}
		r.Entries++
		for _, o := range e.Outcomes {
			r.Stages[o.Stage].In++
			if o.Passes {
				r.Stages[o.Stage].Passed++
			}
		}
		p := Told{Entry: e.ID, Good: e.Good, Name: e.Name, Link: e.Link, Stage: c.Stages[e.Stage].Name, Reason: e.Reason}
		switch {
		case e.State == Chosen:
			r.Cohort = append(r.Cohort, p)
		case e.Named:
			r.Others = append(r.Others, p)
		}
	}
	c.Results, c.State = r, Published
	return nil
}

// Figures are the statistics of one call, from entry to recognised good.
type Figures struct {
	Entries    int        `json:"entries"`
	Refused    int        `json:"refused"`
	Withdrawn  int        `json:"withdrawn"`
	Stages     []StageSum `json:"stages"`
	Chosen     int        `json:"chosen"`
	Applying   int        `json:"applying"`       // began an application with their entry
	Submitted  int        `json:"submitted"`      // handed it in
	Recognised int        `json:"recognised"`     // and were recognised
	Days       int        `json:"days,omitempty"` // median from entry to recognition
}
