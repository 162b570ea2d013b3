package export

import (
	"io"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// TypeCalendar is the media type of a calendar.
const TypeCalendar = "text/calendar; charset=utf-8"

// Occasion is one entry of a calendar: a span of time, in UTC.
type Occasion struct {
	ID        string // never changes; unique in the world
	Title     string
	Summary   string
	Link      string // full address
	From      time.Time
	Until     time.Time
	Changed   time.Time
	Version   int // grows with each change
	Cancelled bool
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// words are a text as a calendar can hold it: a lone CR would end its line.
func words(s string) string { return text(lineEnds.Replace(s)) }

// Calendar writes occasions as iCalendar (RFC 5545), which calendars subscribe
// to and import. Times are written in UTC: each calendar shows them on its own
// clocks.
func Calendar(w io.Writer, name, lang string, list []Occasion) error {
	cal := ics.NewCalendarFor("Stoa")
	cal.SetMethod(ics.MethodPublish)
	cal.SetProductId("-//Stoa//Stoa//" + lang)
	cal.SetName(words(name))
	cal.SetXWRCalName(words(name))
	for _, o := range list {
		e := cal.AddEvent(o.ID)
		e.SetSummary(words(o.Title))
		e.SetDescription(words(o.Summary))
		e.SetURL(o.Link)
		e.SetStartAt(o.From)
		e.SetEndAt(o.Until)
		e.SetDtStampTime(o.Changed)
		e.SetModifiedAt(o.Changed)
		e.SetSequence(o.Version)
		e.SetTimeTransparency(ics.TransparencyTransparent)
		if o.Cancelled {
			e.SetStatus(ics.ObjectStatusCancelled)
		}
	}
	return cal.SerializeTo(w, ics.WithNewLineWindows)
}
