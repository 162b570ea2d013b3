// Package support is the rules of help for goods: who offers which, who asks
// for some, which offers fit a request and why, and how the two come from the
// first word to work that both say is done.
package support

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// State is whether an offer or a request stands.
type State string

// The states.
const (
	Open   State = "open"
	Paused State = "paused" // its people want to hear nothing for a while
	Closed State = "closed" // it is over; its page stays
	Hidden State = "hidden" // the secretariat took it off the lists, and says why
)

// States lists the states in the order in which they are shown.
var States = []State{Open, Paused, Closed, Hidden}

// Prices are how help is paid for: not at all, at cost, at a fixed price, by
// time, by subscription, or as both agree.
var Prices = []string{"free", "cost", "fixed", "time", "subscription", "arranged"}

// Budgets are the bands of what can be spent: nothing, less than 10,000, less
// than 100,000, or more United States dollars.
var Budgets = []string{"none", "small", "medium", "large"}

// Bounds of what people write, and of how much.
const (
	MaxTitle    = 120   // characters
	MaxText     = 4_000 // characters
	MaxReason   = 1_000 // characters
	MaxList     = 50    // kinds, countries, languages, goods, indicators
	MaxCapacity = 1_000 // pieces of work at once
	MaxOffers   = 50    // of one organisation that are not closed
	ADay        = 5     // requests of one account within a day
	AnHour      = 20    // messages of one account within an hour
	Reached     = 30    // offers that one request reaches by itself
)

// Terms are what is offered.
type Terms struct {
	Title      string    `json:"title"`
	Text       string    `json:"text,omitempty"`
	Kinds      []string  `json:"kinds"`
	Countries  []string  `json:"countries,omitempty"` // ISO 3166-1 alpha-2; none: anywhere
	Languages  []string  `json:"languages,omitempty"` // BCP 47
	Goods      []good.ID `json:"goods,omitempty"`     // that its people know
	Capacity   int       `json:"capacity,omitempty"`  // pieces of work at once; 0 where they do not say
	Price      string    `json:"price,omitempty"`
	Indicators []string  `json:"indicators,omitempty"` // that it helps to meet
	// What is said of one kind of help alone, by the names of Details.
	Details map[string]string `json:"details,omitempty"`
}

// Offer is help that an organisation offers.
type Offer struct {
	ID           good.ID `json:"id"`
	Body         good.ID `json:"body"` // the organisation here
	Organisation string  `json:"organisation"`
	Website      string  `json:"website"` // on the domain that it proved
	Terms
	Was     []good.Part `json:"was,omitempty"` // which goods it first named, where some became one since
	State   State       `json:"state"`
	Reason  string      `json:"reason,omitempty"` // why it is hidden
	Opened  time.Time   `json:"opened"`
	Changed time.Time   `json:"changed"`
	Version int64       `json:"version"`
}

// Ask is what is asked for.
type Ask struct {
	Title        string    `json:"title"`
	Text         string    `json:"text,omitempty"`
	Kind         string    `json:"kind,omitempty"` // "" where an indicator says what is needed
	Good         good.ID   `json:"good,omitempty"`
	Country      string    `json:"country,omitempty"`
	Languages    []string  `json:"languages,omitempty"`
	By           good.Date `json:"by,omitempty"` // when it is needed
	Budget       string    `json:"budget,omitempty"`
	Indicator    string    `json:"indicator,omitempty"`    // that is to be met
	Organisation string    `json:"organisation,omitempty"` // for which it is asked, as they call it
	// What is said of one kind of help alone, by the names of Details.
	Details map[string]string `json:"details,omitempty"`
}

// Request is help that somebody asks for.
type Request struct {
	ID     good.ID `json:"id"`
	Person good.ID `json:"-"` // who asks; private
	Ask
	Was     good.ID   `json:"was,omitempty"`     // the good for which it was asked, where that one is part of Good now
	Public  bool      `json:"public,omitempty"`  // everybody may read it
	Consent bool      `json:"consent,omitempty"` // it may be sent to whoever offers what fits
	State   State     `json:"state"`
	Done    bool      `json:"done,omitempty"` // closed for the help was delivered
	Helper  string    `json:"helper,omitempty"`
	Reason  string    `json:"reason,omitempty"` // why it is hidden
	Opened  time.Time `json:"opened"`
	Changed time.Time `json:"changed"`
	Version int64     `json:"version"`
}

var indicator = regexp.MustCompile(`^[0-9a-z][0-9a-z.-]{0,19}$`)

// Check mends what can be mended and says what is wrong with what is offered.
func (t *Terms) Check() error {
	if err := checkWords(&t.Title, &t.Text); err != nil {
		return err
	}
	for field, list := range map[string]int{"kinds": len(t.Kinds), "countries": len(t.Countries), "languages": len(t.Languages), "goods": len(t.Goods), "indicators": len(t.Indicators)} {
		if list > MaxList {
			return &good.Error{Kind: good.Invalid, Key: "deploy.error.many", Field: field, Args: map[string]any{"Max": MaxList}}
		}
	}
	if len(t.Kinds) == 0 {
		return wrong("help.error.kind", "kinds")
	}
	var err error
	if t.Kinds, err = all(t.Kinds, func(s string) (string, error) { return kind("kinds", s) }); err != nil {
		return err
	}
	if t.Countries, err = all(t.Countries, country); err != nil {
		return err
	}
	if t.Languages, err = all(t.Languages, language); err != nil {
		return err
	}
	if t.Indicators, err = all(t.Indicators, func(s string) (string, error) { return checkIndicator("indicators", s) }); err != nil {
		return err
	}
	slices.Sort(t.Goods)
	t.Goods = slices.Compact(t.Goods)
	if t.Capacity < 0 || t.Capacity > MaxCapacity {
		return &good.Error{Kind: good.Invalid, Key: "help.error.capacity", Field: "capacity", Args: map[string]any{"Max": MaxCapacity}}
	}
	if t.Price != "" && !slices.Contains(Prices, t.Price) {
		return wrong("help.error.choice", "price")
	}
	return checkDetails(&t.Details, t.Kinds...)
}

// Check mends what can be mended and says what is wrong with what is asked for.
func (a *Ask) Check(today good.Date) error {
	if err := checkWords(&a.Title, &a.Text); err != nil {
		return err
	}
	a.Organisation = good.Line(a.Organisation)
	if err := checkText("organisation", a.Organisation, good.MaxName); err != nil {
		return err
	}
	if len(a.Languages) > MaxList {
		return &good.Error{Kind: good.Invalid, Key: "deploy.error.many", Field: "languages", Args: map[string]any{"Max": MaxList}}
	}
	var err error
	if a.Kind == "" && a.Indicator == "" {
		return wrong("help.error.kind", "kind")
	}
	if a.Kind != "" {
		if a.Kind, err = kind("kind", a.Kind); err != nil {
			return err
		}
	}
	if a.Indicator != "" {
		if a.Indicator, err = checkIndicator("indicator", a.Indicator); err != nil {
			return err
		}
	}
	if a.Country = strings.TrimSpace(a.Country); a.Country != "" {
		if a.Country, err = country(a.Country); err != nil {
			err.(*good.Error).Field = "country"
			return err
		}
	}
	if a.Languages, err = all(a.Languages, language); err != nil {
		return err
	}
	if a.By != "" {
		if _, err := time.Parse(time.DateOnly, string(a.By)); err != nil || a.By < today || a.By > "2100" {
			return wrong("help.error.by", "by")
		}
	}
	if a.Budget != "" && !slices.Contains(Budgets, a.Budget) {
		return wrong("help.error.choice", "budget")
	}
	return checkDetails(&a.Details, a.Kind)
}

func checkWords(title, text *string) error {
	*title, *text = good.Line(*title), strings.TrimSpace(*text)
	if !strings.ContainsFunc(*title, unicode.IsLetter) {
		return wrong("help.error.title", "title")
	}
	if err := checkText("title", *title, MaxTitle); err != nil {
		return err
	}
	return checkText("text", *text, MaxText)
}

// checkText says what is wrong with what others read who did not ask for it.
func checkText(field, s string, most int) error {
	if err := good.CheckText(field, s, most); err != nil {
		return err
	}
	switch {
	case good.Disguised(s):
		return wrong("need.error.mixed", field)
	case good.Advertises(s):
		return wrong("help.error.spam", field)
	}
	return nil
}

// CheckReason mends what can be mended and says what is wrong with a reason.
func CheckReason(reason *string) error {
	if *reason = strings.TrimSpace(*reason); *reason == "" {
		return wrong("error.reason.missing", "reason")
	}
	return good.CheckText("reason", *reason, MaxReason)
}

// CheckNote mends what can be mended and says what is wrong with a message.
func CheckNote(text *string) error {
	if *text = strings.TrimSpace(*text); *text == "" {
		return wrong("help.error.empty", "text")
	}
	if good.Disguised(*text) {
		return wrong("need.error.mixed", "text")
	}
	return good.CheckText("text", *text, MaxText)
}

// all puts each of a list right, in order and once.
func all(list []string, f func(string) (string, error)) ([]string, error) {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		v, err := f(s)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func kind(field, s string) (string, error) {
	if _, ok := vocab.SupportKindByCode(s); !ok {
		return "", wrong("help.error.kind", field)
	}
	return s, nil
}

func checkIndicator(field, s string) (string, error) {
	if s = strings.ToLower(strings.TrimSpace(s)); !indicator.MatchString(s) {
		return "", &good.Error{Kind: good.Invalid, Key: "help.error.indicator", Field: field, Args: map[string]any{"Value": good.Short(s)}}
	}
	return s, nil
}

func country(s string) (string, error) {
	c, ok := vocab.CountryByCode(strings.ToUpper(s))
	if !ok {
		if c, ok = vocab.FindCountry(s); !ok {
			return "", &good.Error{Kind: good.Invalid, Key: "deploy.error.country", Field: "countries", Args: map[string]any{"Value": good.Short(s)}}
		}
	}
	return c.Alpha2, nil
}

func language(s string) (string, error) {
	tag, ok := vocab.FindLanguage(s)
	if !ok {
		return "", &good.Error{Kind: good.Invalid, Key: "deploy.error.language", Field: "languages", Args: map[string]any{"Value": good.Short(s)}}
	}
	return tag, nil
}

// Turned is what became of an offer or a request.
type Turned struct {
	State     State     `json:"state"`
	Helper    string    `json:"helper,omitempty"`    // who delivered what was asked for
	Indicator string    `json:"indicator,omitempty"` // with which it helped
	At        time.Time `json:"at"`
}

// Take takes in what became of an offer.
func (o *Offer) Take(t Turned, reason string) { o.State, o.Reason, o.Changed = t.State, reason, t.At }

// Take takes in what became of a request.
func (r *Request) Take(t Turned, reason string) {
	r.State, r.Reason, r.Changed, r.Done, r.Helper = t.State, reason, t.At, t.Helper != "", t.Helper
}

// Turn says whether its people may take an offer or a request from one state to
// another. What is hidden only the secretariat shows again.
func Turn(from, to State) error {
	switch {
	case from == Hidden:
		return &good.Error{Kind: good.Conflict, Key: "help.error.hidden"}
	case from == Closed:
		return &good.Error{Kind: good.Conflict, Key: "help.error.closed"}
	case to != Open && to != Paused && to != Closed:
		return wrong("help.error.choice", "state")
	case from == to:
		return &good.Error{Kind: good.Conflict, Key: "help.error.same"}
	}
	return nil
}

func wrong(key, field string) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: field}
}
