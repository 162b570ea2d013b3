package support

import (
	"cmp"
	"slices"
	"time"

	"stoa/internal/good"
)

// Units are what a span counts: lines of a network's subscribers, people whom
// the organisation reaches in a year, people who live where they can be reached.
var Units = []string{"subscribers", "people", "covered"}

// Bounds of what organisations say of their reach.
const (
	MaxSpans  = 250 // of one organisation: every country there is
	maxPeople = 10_000_000_000
	oldest    = "1990"
)

// Span is how far an organisation reaches in a country, as it says.
type Span struct {
	Country string    `json:"country"` // ISO 3166-1 alpha-2
	Number  int64     `json:"number"`
	Unit    string    `json:"unit"`
	Date    good.Date `json:"date"`   // as of when: a year, a month or a day
	Source  string    `json:"source"` // address of who counted
}

// Check mends what can be mended and says what is wrong with a span.
func (s *Span) Check(today good.Date) error {
	c, err := country(s.Country)
	if err != nil {
		err.(*good.Error).Field = "country"
		return err
	}
	s.Country = c
	switch {
	case !slices.Contains(Units, s.Unit):
		return wrong("help.error.choice", "unit")
	case s.Number < 0:
		return wrong("deploy.error.negative", "number")
	case s.Number == 0 || s.Number > maxPeople:
		return &good.Error{Kind: good.Invalid, Key: "deploy.error.number", Field: "number", Args: map[string]any{"Max": int64(maxPeople)}}
	}
	if err := past("date", s.Date, today); err != nil {
		return err
	}
	if s.Source = good.Address(s.Source); !good.WebAddress(s.Source) {
		return wrong("deploy.error.address", "source")
	}
	return nil
}

// past says what is wrong with a day, a month or a year that is to lie in the
// past.
func past(field string, d, today good.Date) error {
	switch {
	case !someDay(d):
		return wrong("deploy.error.day", field)
	case d > today[:min(len(d), len(today))]:
		return wrong("deploy.error.future", field)
	case d < oldest:
		return wrong("deploy.error.old", field)
	}
	return nil
}

func someDay(d good.Date) bool {
	return slices.ContainsFunc([]string{time.DateOnly, "2006-01", "2006"}, func(layout string) bool {
		_, err := time.Parse(layout, string(d))
		return err == nil
	})
}

// Old says whether a number is of more than a year ago.
func (s Span) Old(today time.Time) bool {
	d := good.Date(today.AddDate(-1, 0, 0).Format(time.DateOnly))
	return s.Date < d[:min(len(s.Date), len(d))]
}

// Reach is how far an organisation reaches, country by country.
type Reach struct {
	Body         good.ID   `json:"body"` // the organisation here
	Organisation string    `json:"organisation"`
	Spans        []Span    `json:"spans,omitempty"` // by country and unit
	Changed      time.Time `json:"changed"`
	Version      int64     `json:"version"`
}

// Say takes in what is said of a country in a unit, in the place of what was
// said before.
func (r *Reach) Say(s Span) error {
	r.Drop(s.Country, s.Unit)
	if len(r.Spans) >= MaxSpans {
		return &good.Error{Kind: good.Limited, Key: "deploy.error.many", Field: "country", Args: map[string]any{"Max": MaxSpans}}
	}
	r.Spans = append(r.Spans, s)
	slices.SortFunc(r.Spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(slices.Index(Units, a.Unit), slices.Index(Units, b.Unit)))
	})
	return nil
}

// Drop takes back what was said of a country in a unit, and says whether there
// was something.
func (r *Reach) Drop(country, unit string) bool {
	n := len(r.Spans)
	r.Spans = slices.DeleteFunc(slices.Clone(r.Spans), func(s Span) bool { return s.Country == country && s.Unit == unit })
	return len(r.Spans) < n
}
