// Package guide is the rules of taking a good into use: the copy of a checklist
// that somebody keeps for themselves, and how far they are.
package guide

import (
	"slices"
	"strings"
	"time"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// State is how far an item of a checklist is.
type State string

// The states.
const (
	Open      State = "open"
	InHand    State = "in-hand"
	Done      State = "done"
	NotNeeded State = "not-needed"
)

// States lists the states in the order in which they are shown.
var States = []State{Open, InHand, Done, NotNeeded}

// Bounds of what is written, in characters, and of how much one account keeps.
const (
	MaxTitle  = 120
	MaxOwner  = 120
	MaxNote   = 4_000
	MaxCopies = 100
)

// Mark is what somebody says of one item.
type Mark struct {
	State   State     `json:"state"`
	Note    string    `json:"note,omitempty"`
	Owner   string    `json:"owner,omitempty"` // who sees to it, as they call them
	Due     good.Date `json:"due,omitempty"`   // the day until which
	Changed time.Time `json:"changed"`
	Version int       `json:"version"` // grows by one with every change of this item
}

// Copy is a checklist that somebody keeps for one good. It is private: to its
// person, or to those who act for the organisation that it is shared with.
type Copy struct {
	ID      good.ID         `json:"id"`
	Good    good.ID         `json:"good"`
	List    string          `json:"checklist"` // the version it is of: "adoption@1.0"
	Title   string          `json:"title,omitempty"`
	Country string          `json:"country,omitempty"`      // ISO 3166-1 alpha-2: where the good is to be used
	Body    good.ID         `json:"organisation,omitempty"` // an organisation here that it is shared with
	Marks   map[string]Mark `json:"items,omitempty"`        // by the id of the item; what is not there is open
	Created time.Time       `json:"created"`
	Changed time.Time       `json:"changed"`
	Version int64           `json:"version"`
}

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

// Check mends what can be mended and says what is wrong with a copy.
func (c *Copy) Check() error {
	c.Title = good.Line(c.Title)
	if err := good.CheckText("title", c.Title, MaxTitle); err != nil {
		return err
	}
	if c.Country = strings.TrimSpace(c.Country); c.Country == "" {
		return nil
	}
	land, ok := vocab.CountryByCode(strings.ToUpper(c.Country))
	if !ok {
		if land, ok = vocab.FindCountry(c.Country); !ok {
			return wrong("deploy.error.country", "country", "Value", good.Short(c.Country))
		}
	}
	c.Country = land.Alpha2
	return nil
}

// Check mends what can be mended and says what is wrong with what is said of an
// item.
func (m *Mark) Check() error {
	m.Note, m.Owner, m.Due = strings.TrimSpace(m.Note), good.Line(m.Owner), good.Date(strings.TrimSpace(string(m.Due)))
	if m.State == "" {
		m.State = Open
	}
	if !slices.Contains(States, m.State) {
		return wrong("guide.error.state", "state", "Value", good.Short(string(m.State)))
	}
	if err := good.CheckText("owner", m.Owner, MaxOwner); err != nil {
		return err
	}
	if err := good.CheckText("note", m.Note, MaxNote); err != nil {
		return err
	}
	if m.Due == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, string(m.Due)); err != nil || m.Due < "2000" || m.Due > "2100" {
		return wrong("guide.error.due", "due")
	}
	return nil
}

// Say writes what is said of an item. seen is the version of the item that was
// looked at; a later one is a Conflict, so that nobody writes over what another
// of their organisation wrote meanwhile.
func (c *Copy) Say(item string, m Mark, seen int, now time.Time) error {
	if c.Marks[item].Version != seen { // first: what is mended after a mistake is mended on what is there now
		return &good.Error{Kind: good.Conflict, Key: "guide.error.changed"}
	}
	if err := m.Check(); err != nil {
		return err
	}
	if c.Marks == nil {
		c.Marks = map[string]Mark{}
	}
	m.Version, m.Changed = seen+1, now
	c.Marks[item] = m
	return nil
}

// Mark is what is said of an item: that it is open, where nothing is.
func (c *Copy) Mark(item string) Mark {
	m := c.Marks[item]
	if m.State == "" {
		m.State = Open
	}
	return m
}

// Progress is how many items are how far.
type Progress struct {
	Open      int `json:"open"`
	InHand    int `json:"in_hand"`
	Done      int `json:"done"`
	NotNeeded int `json:"not_needed"`
	Late      int `json:"late"` // whose day has passed and that are not done
}

// All is how many items have to be done, or are.
func (p Progress) All() int { return p.Open + p.InHand + p.Done }

// Progress counts the items of a checklist.
func (c *Copy) Progress(items []string, today good.Date) (p Progress) {
	for _, id := range items {
		m := c.Mark(id)
		switch m.State {
		case Done:
			p.Done++
		case NotNeeded:
			p.NotNeeded++
		case InHand:
			p.InHand++
		default:
			p.Open++
		}
		if m.Due != "" && m.Due < today && (m.State == Open || m.State == InHand) {
			p.Late++
		}
	}
	return p
}

// Renew takes a copy to a newer version of its checklist: replaces names the
// item that an item now stands for. What was said of items that are asked no
// more stays.
func (c *Copy) Renew(list string, replaces map[string]string) {
	c.List = list
	for id, was := range replaces {
		m, said := c.Marks[was]
		if _, there := c.Marks[id]; said && !there {
			c.Marks[id] = m
			delete(c.Marks, was)
		}
	}
}
