package sourcing_test

import (
	"strings"
	"testing"
	"unicode"

	"stoa/internal/good"
	"stoa/internal/sourcing"
)

func TestWhereACardGoesByItself(t *testing.T) {
	for _, c := range []struct {
		at    sourcing.State
		stage good.Stage
		want  sourcing.State
	}{
		{sourcing.Suggested, good.Applying, sourcing.Applying}, {sourcing.Waiting, good.InReview, sourcing.Applying}, {sourcing.Declined, good.Applying, ""},
		{sourcing.Declined, good.Recognised, sourcing.Recognised}, {sourcing.Recognised, good.Applying, ""}, {sourcing.Recognised, good.RenewalDue, ""}, {sourcing.Contacted, good.Lapsed, ""},
	} {
		if got := sourcing.Follows(c.at, c.stage); got != c.want {
			t.Errorf("%s, good %s: %q, want %q", c.at, c.stage, got, c.want)
		}
	}
}

func FuzzCardsHoldOnlyWhatCanBeSeen(f *testing.F) {
	f.Add("A card", "https://example.org", "next", "2027-01-01")
	f.Add("a\u202eb", "javascript:x", "\u2066", "9999-99-99")
	f.Fuzz(func(t *testing.T, title, link, next, day string) {
		c := sourcing.Card{Title: title, Link: link, Next: next, Remind: good.Date(day), State: sourcing.Suggested}
		if sourcing.CheckCard(&c, "2026-11-26") != nil {
			return
		}
		if strings.ContainsFunc(c.Title, func(r rune) bool { return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E }) || c.Link != "" && !good.WebAddress(c.Link) || c.Remind > "2031-12-31" {
			t.Errorf("%+v is taken", c)
		}
	})
}
