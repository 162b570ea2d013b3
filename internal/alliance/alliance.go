// Package alliance is the rules of an alliance for digital public goods: who
// belongs to it and as what, what each committed, how that gets on, and how
// somebody comes to join.
package alliance

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Role is as what somebody belongs to the alliance.
type Role string

// The roles.
const (
	Ordinary   Role = "member"     // an organisation that belongs to it
	Pathfinder Role = "pathfinder" // a country that leads others the way
	Partner    Role = "partner"    // an organisation that helps: sources goods, funds, implements
)

// Roles lists the roles in the order in which they are shown.
var Roles = []Role{Ordinary, Pathfinder, Partner}

// Member is an organisation or a country that belongs to the alliance.
type Member struct {
	ID      good.ID   `json:"id"`
	Slug    string    `json:"slug"`
	Name    string    `json:"name"`
	Roles   []Role    `json:"roles"`
	Country string    `json:"country,omitempty"` // ISO 3166-1 alpha-2: where it sits or, of a pathfinder, which it is
	Website string    `json:"website,omitempty"`
	Summary string    `json:"summary,omitempty"` // who they are, in their own words
	Lang    string    `json:"lang,omitempty"`    // BCP 47, of Summary
	Since   good.Date `json:"since"`
	Until   good.Date `json:"until,omitempty"` // the day it left; its page stays
	// Body is the organisation whose people keep its commitments; "" where
	// only the secretariat does.
	Body    good.ID `json:"body,omitempty"`
	Version int64   `json:"version"`
}

// Belongs says whether the member has not left.
func (m *Member) Belongs() bool { return m.Until == "" }

// Current says whether any of some members has not left.
func Current(list []Member) bool {
	return slices.ContainsFunc(list, func(m Member) bool { return m.Belongs() })
}

// State is how far a commitment is.
type State string

// The states. Overdue is none that somebody states: the clock says it.
const (
	Planned State = "planned"
	Working State = "working"
	Done    State = "done"
	Dropped State = "dropped"
	Overdue State = "overdue"
)

// Stated are the states that a report can give, in the order in which they are
// shown.
var Stated = []State{Planned, Working, Done, Dropped}

// States are those that people filter by.
var States = []State{Planned, Working, Overdue, Done, Dropped}

// Commitment is what a member committed to.
type Commitment struct {
	ID        good.ID   `json:"id"`
	Member    good.ID   `json:"member"`
	Text      string    `json:"text"`
	Lang      string    `json:"lang"`
	SDGs      []int     `json:"sdgs,omitempty"`
	Countries []string  `json:"countries,omitempty"` // ISO 3166-1 alpha-2
	Due       good.Date `json:"due"`
	Made      time.Time `json:"made"`
	Reports   []Report  `json:"reports,omitempty"` // the oldest first; nothing is taken away
	Version   int64     `json:"version"`
}

// Report is what a member says of how a commitment gets on.
type Report struct {
	At       time.Time `json:"at"`
	State    State     `json:"state"`
	Percent  int       `json:"percent"` // done, 0 to 100
	Text     string    `json:"text,omitempty"`
	Lang     string    `json:"lang,omitempty"`
	Evidence string    `json:"evidence,omitempty"` // address of what shows it
	Due      good.Date `json:"due,omitempty"`      // the new last day, where it moves
}

// Last is the newest report, the zero report where there is none.
func (c *Commitment) Last() Report {
	if len(c.Reports) == 0 {
		return Report{State: Planned}
	}
	return c.Reports[len(c.Reports)-1]
}

// Until is the last day as it stands now, after all that moved it.
func (c *Commitment) Until() good.Date {
	due := c.Due
	for _, r := range c.Reports {
		due = cmp.Or(r.Due, due)
	}
	return due
}

// Evidence is what was shown last, or "".
func (c *Commitment) Evidence() string {
	for _, r := range slices.Backward(c.Reports) {
		if r.Evidence != "" {
			return r.Evidence
		}
	}
	return ""
}

// State is how far the commitment is on a day.
func (c *Commitment) State(today good.Date) State {
	s := c.Last().State
	if c.Until() < today && s != Done && s != Dropped {
		return Overdue
	}
	return s
}

// Changed is when something was said of it last.
func (c *Commitment) Changed() time.Time {
	if len(c.Reports) == 0 {
		return c.Made
	}
	return c.Last().At
}

// Bounds of what people write, in characters, and of how far ahead they plan.
const (
	MaxName  = 200
	MaxText  = 2_000
	MaxYears = 30
	maxList  = 50
)

// CheckMember mends what can be mended and says what is wrong with a member.
func CheckMember(m *Member) error {
	m.Roles = slices.Clone(m.Roles) // the caller's stay
	m.Name, m.Website, m.Summary = Line(m.Name), good.Address(m.Website), strings.TrimSpace(m.Summary)
	if len(m.Roles) == 0 || slices.ContainsFunc(m.Roles, func(r Role) bool { return !slices.Contains(Roles, r) }) {
		return wrong("alliance.error.role", "role")
	}
	slices.SortFunc(m.Roles, func(a, b Role) int { return cmp.Compare(slices.Index(Roles, a), slices.Index(Roles, b)) })
	m.Roles = slices.Compact(m.Roles)
	if err := checkName(m.Name); err != nil {
		return err
	}
	if err := checkText("summary", m.Summary); err != nil {
		return err
	}
	if err := checkLang(&m.Lang); err != nil {
		return err
	}
	_, known := vocab.CountryByCode(m.Country)
	switch {
	case m.Country != "" && !known:
		return wrong("alliance.error.country", "country")
	case m.Country == "" && slices.Contains(m.Roles, Pathfinder):
		return wrong("alliance.error.pathfinder", "country")
	case m.Website != "" && !good.WebAddress(m.Website):
		return wrong("alliance.error.address", "website")
	case !day(m.Since):
		return wrong("alliance.error.day", "since")
	}
	return nil
}

// CheckCommitment mends what can be mended and says what is wrong with a new
// commitment.
func CheckCommitment(c *Commitment, today good.Date) error {
	c.Text = strings.TrimSpace(c.Text)
	c.SDGs, c.Countries = slices.Clone(c.SDGs), slices.Clone(c.Countries) // the caller's stay
	if c.Text == "" {
		return wrong("alliance.error.missing", "text")
	}
	if err := checkText("text", c.Text); err != nil {
		return err
	}
	if err := checkLang(&c.Lang); err != nil {
		return err
	}
	if len(c.SDGs) > 17 || slices.ContainsFunc(c.SDGs, func(n int) bool { return n < 1 || n > 17 }) {
		return wrong("alliance.error.goal", "sdgs")
	}
	if len(c.Countries) > maxList {
		return &good.Error{Kind: good.Invalid, Key: "alliance.error.countries", Field: "countries", Args: map[string]any{"Max": maxList}}
	}
	for i, name := range c.Countries {
		found, ok := vocab.CountryByCode(name)
		if !ok {
			if found, ok = vocab.FindCountry(name); !ok {
				return &good.Error{Kind: good.Invalid, Key: "alliance.error.place", Field: "countries", Args: map[string]any{"Value": name}}
			}
		}
		c.Countries[i] = found.Alpha2
	}
	slices.Sort(c.SDGs)
	slices.Sort(c.Countries)
	c.SDGs, c.Countries = slices.Compact(c.SDGs), slices.Compact(c.Countries)
	return ahead("due", c.Due, today)
}

// CheckReport mends what can be mended and says what is wrong with a report on
// a commitment.
func CheckReport(c *Commitment, r *Report, today good.Date) error {
	r.Text, r.Evidence = strings.TrimSpace(r.Text), good.Address(r.Evidence)
	if !slices.Contains(Stated, r.State) {
		return wrong("alliance.error.state", "state")
	}
	if r.State == Done {
		r.Percent = 100
	}
	if err := checkText("report", r.Text); err != nil {
		return err
	}
	if err := checkLang(&r.Lang); err != nil {
		return err
	}
	switch {
	case r.Percent < 0 || r.Percent > 100:
		return wrong("alliance.error.percent", "percent")
	case r.Evidence != "" && !good.WebAddress(r.Evidence):
		return wrong("alliance.error.address", "evidence")
	case r.State == Done && r.Evidence == "" && c.Evidence() == "":
		return wrong("alliance.error.evidence", "evidence")
	case r.State == Dropped && r.Text == "", r.Due != "" && r.Text == "":
		return wrong("alliance.error.why", "report")
	case r.Due != "":
		return ahead("due", r.Due, today)
	}
	return nil
}

// Line is s on one line, without spaces around it.
func Line(s string) string { return strings.Join(strings.Fields(s), " ") }

func checkName(name string) error {
	switch {
	case !strings.ContainsFunc(name, unicode.IsLetter):
		return wrong("alliance.error.name", "name")
	case utf8.RuneCountInString(name) > MaxName:
		return &good.Error{Kind: good.Invalid, Key: "alliance.error.long", Field: "name", Args: map[string]any{"Max": MaxName}}
	}
	return checkText("name", name)
}

func checkText(field, s string) error {
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, good.Hidden):
		return wrong("alliance.error.hidden", field)
	case utf8.RuneCountInString(s) > MaxText:
		return &good.Error{Kind: good.Invalid, Key: "alliance.error.long", Field: field, Args: map[string]any{"Max": MaxText}}
	}
	return nil
}

func checkLang(lang *string) error {
	if *lang = cmp.Or(*lang, "en"); !vocab.ValidLanguage(*lang) {
		return wrong("alliance.error.lang", "lang")
	}
	return nil
}

// ahead says what is wrong with a day that is to come.
func ahead(field string, d, today good.Date) error {
	now, err := time.Parse(time.DateOnly, string(today))
	if err != nil {
		return err
	}
	switch {
	case !day(d):
		return wrong("alliance.error.day", field)
	case d < today:
		return wrong("alliance.error.past", field)
	case string(d) > now.AddDate(MaxYears, 0, 0).Format(time.DateOnly):
		return &good.Error{Kind: good.Invalid, Key: "alliance.error.far", Field: field, Args: map[string]any{"Years": MaxYears}}
	}
	return nil
}

func day(d good.Date) bool { _, err := time.Parse(time.DateOnly, string(d)); return err == nil }

func wrong(key, field string) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: field}
}
