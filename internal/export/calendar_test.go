package export

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
)

func TestACalendarIsReadAsItWasMeant(t *testing.T) {
	from := time.Date(2026, 12, 1, 6, 0, 0, 0, time.UTC)
	in := []Occasion{
		{ID: "call-1@stoa.example", Title: "Health; care, and more", Summary: "Line one\nline two\x00 \\ end. " + strings.Repeat("ما أجملها ", 20), Link: base + "/calls/health", From: from, Until: from.Add(time.Hour), Changed: from, Version: 3},
		{ID: "call-2@stoa.example", Title: "Given\rup", Summary: "one\rtwo\r\nthree", From: from, Until: from.Add(time.Hour), Changed: from, Cancelled: true},
	}
	var b bytes.Buffer
	if err := Calendar(&b, "Calls", "ar", in); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); strings.Count(s, "\n") != strings.Count(s, "\r\n") || !strings.HasPrefix(s, "BEGIN:VCALENDAR\r\n") || !strings.HasSuffix(s, "END:VCALENDAR\r\n") {
		t.Errorf("lines do not end as RFC 5545 has it: %.200q", s)
	}
	for line := range strings.SplitSeq(b.String(), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\x00\r") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	cal, err := ics.ParseCalendar(&b)
	if err != nil {
		t.Fatal(err)
	}
	events := cal.Events()
	if len(events) != 2 {
		t.Fatalf("%d events", len(events))
	}
	get := func(e *ics.VEvent, p ics.ComponentProperty) string {
		if v := e.GetProperty(p); v != nil {
			return ics.FromText(v.Value)
		}
		return ""
	}
	e := events[0]
	start, err := e.GetStartAt()
	if err != nil || !start.Equal(from) || e.Id() != in[0].ID || get(e, ics.ComponentPropertySequence) != "3" || get(e, ics.ComponentPropertyUrl) != in[0].Link {
		t.Errorf("%v %v", start, e)
	}
	if got := get(e, ics.ComponentPropertyDescription); !strings.HasPrefix(got, "Line one\nline two \\ end. ما") {
		t.Errorf("described as %q", got)
	}
	if got := get(events[1], ics.ComponentPropertySummary) + "/" + get(events[1], ics.ComponentPropertyDescription); got != "Given\nup/one\ntwo\nthree" {
		t.Errorf("a lone CR ends a line: %q", got)
	}
	if get(e, ics.ComponentPropertySummary) != "Health; care, and more" || get(events[1], ics.ComponentPropertyStatus) != "CANCELLED" {
		t.Errorf("%v %v", e, events[1])
	}
}
