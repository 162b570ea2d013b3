// Package sourcing is the rules of a board on which a community of practice or
// a country keeps the goods that it looks at: from a first suggestion to what
// became of it.
package sourcing

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

// State is where a card stands.
type State string

// The states, in the order in which they are shown.
const (
	Suggested  State = "suggested"  // somebody should look at it
	Contacted  State = "contacted"  // its owner was written to
	Waiting    State = "waiting"    // for the owner
	Applying   State = "applying"   // an application is under way
	Recognised State = "recognised" // it is recognised
	Declined   State = "declined"   // not for this board, or the owner does not want it
)

// States lists them.
var States = []State{Suggested, Contacted, Waiting, Applying, Recognised, Declined}

// Board is a list of goods to look at. Who works on it is kept beside.
type Board struct {
	ID      good.ID     `json:"id"`
	Slug    string      `json:"slug"`
	Name    string      `json:"name"`
	Purpose string      `json:"purpose,omitempty"`
	Lang    string      `json:"lang"`
	Country string      `json:"country,omitempty"` // ISO 3166-1 alpha-2: for which it looks
	SDGs    []int       `json:"sdgs,omitempty"`
	Kinds   []good.Kind `json:"kinds,omitempty"`
	Public  bool        `json:"public"`
	Created time.Time   `json:"created"`
	Version int64       `json:"version"`
}

// Card is one good to look at: one of the registry, or an address.
type Card struct {
	ID      good.ID   `json:"id"`
	Board   good.ID   `json:"board"`
	Title   string    `json:"title"`
	Link    string    `json:"link,omitempty"`
	Good    good.ID   `json:"good,omitempty"`
	State   State     `json:"state"`
	Owner   string    `json:"owner,omitempty"` // pseudonym of who looks after the card
	Next    string    `json:"next,omitempty"`  // what is to be done
	Remind  good.Date `json:"remind,omitempty"`
	Why     string    `json:"why,omitempty"` // why it is here
	Created time.Time `json:"created"`
	Moved   time.Time `json:"moved"`   // when its state changed last
	Version int64     `json:"version"` // a change names the one it was made on
}

// Event is something that happened to a card. Events are only added.
type Event struct {
	ID   good.ID   `json:"id"`
	Card good.ID   `json:"card"`
	At   time.Time `json:"at"`
	By   string    `json:"by,omitempty"` // pseudonym; "" where the good's own course moved it
	What What      `json:"what"`
	To   State     `json:"to,omitempty"`
	Text string    `json:"text,omitempty"`
}

// What is what happened.
type What string

// What can happen.
const (
	Added   What = "added"
	Moved   What = "moved"
	Noted   What = "noted"   // owner, next step, reminder or a note
	Invited What = "invited" // the owner was asked to claim the good
)

// Bounds of what people write, in characters, and of lists.
const (
	MaxName = 200
	MaxText = 2_000
	maxDays = 5 * 366 // how far ahead a reminder may lie
)

// CheckBoard mends what can be mended and says what is wrong with a board.
func CheckBoard(b *Board) error {
	b.Name, b.Purpose, b.Lang = Line(b.Name), strings.TrimSpace(b.Purpose), cmp.Or(b.Lang, "en")
	b.SDGs, b.Kinds = slices.Clone(b.SDGs), slices.Clone(b.Kinds) // the caller's stay
	slices.Sort(b.SDGs)
	slices.Sort(b.Kinds)
	b.SDGs, b.Kinds = slices.Compact(b.SDGs), slices.Compact(b.Kinds)
	_, known := vocab.CountryByCode(b.Country)
	switch {
	case !strings.ContainsFunc(b.Name, unicode.IsLetter):
		return wrong("board.error.name", "name")
	case !vocab.ValidLanguage(b.Lang):
		return wrong("board.error.choice", "lang")
	case b.Country != "" && !known:
		return wrong("board.error.choice", "country")
	case slices.ContainsFunc(b.SDGs, func(n int) bool { return n < 1 || n > 17 }):
		return wrong("board.error.choice", "sdgs")
	case slices.ContainsFunc(b.Kinds, func(k good.Kind) bool { return !slices.Contains(good.Kinds, k) }):
		return wrong("board.error.choice", "kinds")
	}
	return cmp.Or(text("name", b.Name, MaxName), text("purpose", b.Purpose, MaxText))
}

// CheckCard mends what can be mended and says what is wrong with a card.
func CheckCard(c *Card, today good.Date) error {
	c.Title, c.Next, c.Why, c.Link = Line(c.Title), strings.TrimSpace(c.Next), strings.TrimSpace(c.Why), strings.TrimSpace(c.Link)
	if c.Link != "" && !strings.Contains(c.Link, "://") {
		c.Link = "https://" + c.Link
	}
	switch {
	case !strings.ContainsFunc(c.Title, unicode.IsLetter):
		return wrong("board.error.name", "title")
	case c.Good == "" && c.Link == "":
		return wrong("board.error.link", "link")
	case c.Link != "" && !good.WebAddress(c.Link):
		return wrong("board.error.link", "link")
	case !slices.Contains(States, c.State):
		return wrong("board.error.choice", "state")
	}
	if err := cmp.Or(text("title", c.Title, MaxName), text("next", c.Next, MaxText), text("why", c.Why, MaxText)); err != nil {
		return err
	}
	return remind(c.Remind, today)
}

// remind says what is wrong with the day of a reminder; one that has passed
// stays as it is.
func remind(d, today good.Date) error {
	if d == "" {
		return nil
	}
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return wrong("board.error.day", "remind")
	}
	if now, err := time.Parse(time.DateOnly, string(today)); err != nil || t.After(now.AddDate(0, 0, maxDays)) {
		return wrong("board.error.far", "remind")
	}
	return nil
}

// Ahead says whether the day of a new reminder is still to come.
func Ahead(d, today good.Date) error {
	if d != "" && d < today {
		return wrong("board.error.past", "remind")
	}
	return nil
}

// Note says what is wrong with a note.
func Note(s string) error { return text("note", s, MaxText) }

// Follows is where a card goes by itself once its good is at a stage; "" where
// it stays. Nobody's decision to decline is undone but by a recognition.
func Follows(at State, stage good.Stage) State {
	switch stage {
	case good.Recognised, good.RenewalDue:
		if at != Recognised {
			return Recognised
		}
	case good.Applying, good.InReview:
		if at == Suggested || at == Contacted || at == Waiting {
			return Applying
		}
	}
	return ""
}

// Line is s on one line, without spaces around it.
func Line(s string) string { return strings.Join(strings.Fields(s), " ") }

func text(field, s string, most int) error {
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, good.Hidden):
		return wrong("board.error.hidden", field)
	case utf8.RuneCountInString(s) > most:
		return &good.Error{Kind: good.Invalid, Key: "board.error.long", Field: field, Args: map[string]any{"Max": most}}
	}
	return nil
}

func wrong(key, field string) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: field}
}
