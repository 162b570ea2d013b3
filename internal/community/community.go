// Package community is the rules of communities of practice: what one is for,
// who belongs to it, and when it meets.
package community

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Community is people and organisations who work with the same goods or on the
// same question. Who belongs to it is kept beside.
type Community struct {
	ID      good.ID   `json:"id"`
	Slug    string    `json:"slug"`
	Lang    string    `json:"lang"` // in which most is said
	Name    good.Text `json:"name"`
	Purpose good.Text `json:"purpose"`
	SDGs    []int     `json:"sdgs,omitempty"`
	Goods   []good.ID `json:"goods,omitempty"`
	Needs   []good.ID `json:"needs,omitempty"`  // public ones
	Boards  []good.ID `json:"boards,omitempty"` // public ones
	Link    string    `json:"link,omitempty"`   // where it talks elsewhere
	Hidden  string    `json:"hidden,omitempty"` // why the secretariat took it off the lists
	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"`
	Version int64     `json:"version"`
}

// Member is a person or, where Body is set, an organisation that a person speaks
// for.
type Member struct {
	Community good.ID
	Person    good.ID
	Body      good.ID // "" for the person alone
	Keeper    bool    // may change the community
	Named     bool    // agrees to be named in public
	Since     time.Time
}

// Meeting is one time at which a community meets.
type Meeting struct {
	ID        good.ID   `json:"id"`
	Community good.ID   `json:"community"`
	Title     string    `json:"title"`
	Text      string    `json:"text,omitempty"`
	Zone      string    `json:"zone"`  // of the time zone database, "Africa/Nairobi"
	Local     string    `json:"local"` // on the clocks of Zone, "2026-12-01T09:00"
	Start     time.Time `json:"start"` // Local, as one moment everywhere
	Minutes   int       `json:"minutes"`
	Link      string    `json:"link,omitempty"`  // where it takes place
	Notes     string    `json:"notes,omitempty"` // address of what was written down
	Cancelled bool      `json:"cancelled,omitempty"`
	Changed   time.Time `json:"changed"`
	Version   int64     `json:"version"`
}

// End is when the meeting is over.
func (m *Meeting) End() time.Time { return m.Start.Add(time.Duration(m.Minutes) * time.Minute) }

// What is what happened to a community.
type What string

// What can happen.
const (
	Founded   What = "founded"
	Altered   What = "altered" // what it is for; Text names the fields
	Kept      What = "kept"    // somebody became a keeper
	Unkept    What = "unkept"  // somebody is a keeper no more
	Met       What = "met"     // meetings were announced or changed; Text is the title
	HiddenNow What = "hidden"  // by the secretariat; Text is the reason
	ShownNow  What = "shown"   // by the secretariat, again
)

// Event is something that happened. Events are only added.
type Event struct {
	ID   good.ID   `json:"id"`
	At   time.Time `json:"at"`
	By   string    `json:"by,omitempty"` // pseudonym; "" for the secretariat's program
	What What      `json:"what"`
	Text string    `json:"text,omitempty"`
}

// Bounds of what is written, in characters, and of how much there is.
const (
	MaxName     = 120
	MaxPurpose  = 4_000
	MaxTitle    = 120
	MaxText     = 2_000
	MaxReason   = 1_000
	MaxLinks    = 50  // goods, needs, boards
	MaxFounded  = 10  // communities that one account founded
	MaxAhead    = 60  // meetings of one community that lie ahead
	MaxMinutes  = 600 // of a meeting
	MaxRepeats  = 26
	MaxJoinsDay = 50 // communities that one account joins in a day
)

// Languages are those in which a community says what it is for.
var Languages = []string{"en", "ar", "zh", "fr", "ru", "es"}

func wrong(key, field string, kv ...any) error {
	e := &good.Error{Kind: good.Invalid, Key: key, Field: field}
	for i := 0; i+1 < len(kv); i += 2 {
		if e.Args == nil {
			e.Args = map[string]any{}
		}
		e.Args[kv[i].(string)] = kv[i+1]
	}
	return e
}

// link mends what can be mended of an address and says what is wrong with it.
func link(field string, s *string) error {
	if *s = good.Address(*s); *s != "" && !good.WebAddress(*s) {
		return wrong("community.error.link", field)
	}
	return nil
}

// Check mends what can be mended and says what is wrong with a community.
func (c *Community) Check() error {
	if !slices.Contains(Languages, c.Lang) {
		return wrong("community.error.lang", "lang", "Value", good.Short(c.Lang))
	}
	for lang, text := range c.Name {
		if text = good.Line(text); text == "" {
			delete(c.Name, lang)
			continue
		}
		c.Name[lang] = text
		if err := good.CheckText("name", text, MaxName); err != nil {
			return err
		}
		if !strings.ContainsFunc(text, unicode.IsLetter) || strings.Contains(text, "://") {
			return wrong("community.error.name", "name")
		}
	}
	for lang, text := range c.Purpose {
		if text = strings.TrimSpace(text); text == "" {
			delete(c.Purpose, lang)
			continue
		}
		c.Purpose[lang] = text
		if err := good.CheckText("purpose", text, MaxPurpose); err != nil {
			return err
		}
	}
	switch {
	case c.Name[c.Lang] == "":
		return wrong("community.error.name", "name")
	case !strings.ContainsFunc(c.Purpose[c.Lang], unicode.IsLetter):
		return wrong("community.error.purpose", "purpose")
	case len(c.Goods) > MaxLinks, len(c.Needs) > MaxLinks, len(c.Boards) > MaxLinks:
		return wrong("deploy.error.many", "goods", "Max", MaxLinks)
	case slices.ContainsFunc(c.SDGs, func(n int) bool { return n < 1 || n > 17 }):
		return wrong("community.error.sdgs", "sdgs")
	}
	slices.Sort(c.SDGs)
	c.SDGs = slices.Compact(c.SDGs)
	for field, text := range map[string]good.Text{"name": c.Name, "purpose": c.Purpose} {
		for lang := range text {
			if !slices.Contains(Languages, lang) {
				return wrong("community.error.lang", field, "Value", good.Short(lang))
			}
		}
	}
	return link("link", &c.Link)
}

// Check mends what can be mended and says what is wrong with a meeting.
func (m *Meeting) Check() error {
	if m.Title = good.Line(m.Title); !strings.ContainsFunc(m.Title, unicode.IsLetter) {
		return wrong("community.error.title", "title")
	}
	m.Text = strings.TrimSpace(m.Text)
	if err := good.CheckText("title", m.Title, MaxTitle); err != nil {
		return err
	}
	if err := good.CheckText("text", m.Text, MaxText); err != nil {
		return err
	}
	if m.Minutes < 1 || m.Minutes > MaxMinutes {
		return wrong("community.error.minutes", "minutes", "Max", MaxMinutes)
	}
	zone, err := time.LoadLocation(m.Zone)
	if err != nil || m.Zone == "" || m.Zone == "Local" {
		return wrong("community.error.zone", "zone", "Value", good.Short(m.Zone))
	}
	start, err := time.ParseInLocation("2006-01-02T15:04", m.Local, zone)
	if err != nil || start.Year() < 2000 || start.Year() > 2100 || start.Format("2006-01-02T15:04") != m.Local { // an hour that the clocks leap over
		return wrong("community.error.time", "local", "Value", good.Short(m.Local))
	}
	m.Start = start.UTC()
	if err := link("link", &m.Link); err != nil {
		return err
	}
	return link("notes", &m.Notes)
}

// The ways in which meetings repeat.
const (
	Once    = ""
	Weekly  = "weekly"
	Monthly = "monthly" // on the same weekday of the month: each second Tuesday
)

// Repeats lists them.
var Repeats = []string{Once, Weekly, Monthly}

// Dates are the times on the clocks of a zone at which something takes place
// that begins at a time and repeats n times in all. Each is on the same hour of
// those clocks, whatever these do meanwhile.
func Dates(local, repeat string, n int) ([]string, error) {
	const form = "2006-01-02T15:04"
	first, err := time.Parse(form, local)
	if err != nil {
		return nil, wrong("community.error.time", "local", "Value", good.Short(local))
	}
	if n < 1 || n > MaxRepeats {
		return nil, wrong("community.error.times", "times", "Max", MaxRepeats)
	}
	var out []string
	switch repeat {
	case Once:
		return []string{local}, nil
	case Weekly:
		for i := range n {
			out = append(out, first.AddDate(0, 0, 7*i).Format(form))
		}
	case Monthly:
		nth := (first.Day() - 1) / 7 // of its weekday in the month
		for i := range n {
			at := time.Date(first.Year(), first.Month()+time.Month(i), 1, first.Hour(), first.Minute(), 0, 0, time.UTC)
			at = at.AddDate(0, 0, (int(first.Weekday())-int(at.Weekday())+7)%7+7*nth)
			if (at.Day()-1)/7 != nth { // there is no fifth one: the last one it is
				at = at.AddDate(0, 0, -7)
			}
			out = append(out, at.Format(form))
		}
	default:
		return nil, wrong("community.error.repeat", "repeat", "Value", good.Short(repeat))
	}
	return out, nil
}

// Goals are the names of goals as people list them.
func Goals(list []string) ([]int, error) {
	var out []int
	for _, s := range list {
		if strings.TrimSpace(s) == "" {
			continue
		}
		n, ok := vocab.FindSDG(s)
		if !ok {
			return nil, wrong("community.error.sdgs", "sdgs")
		}
		out = append(out, n)
	}
	return out, nil
}
