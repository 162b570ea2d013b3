package alliance_test

import (
	"strings"
	"testing"
	"unicode"

	"stoa/internal/alliance"
	"stoa/internal/good"
)

const today = good.Date("2026-11-26")

func sound() alliance.Commitment {
	return alliance.Commitment{Text: "Every county registers births with an open system.", Lang: "en", SDGs: []int{16}, Countries: []string{"KE"}, Due: "2027-06-30"}
}

func TestWhatCannotBeCommitted(t *testing.T) {
	for field, changes := range map[string][]func(*alliance.Commitment){
		"text":      {func(c *alliance.Commitment) { c.Text = " \n" }, func(c *alliance.Commitment) { c.Text = strings.Repeat("x", 2001) }, func(c *alliance.Commitment) { c.Text = "a\u202eb" }, func(c *alliance.Commitment) { c.Text = "a\xff" }},
		"due":       {func(c *alliance.Commitment) { c.Due = "2026-11-25" }, func(c *alliance.Commitment) { c.Due = "9999-12-31" }, func(c *alliance.Commitment) { c.Due = "soon" }, func(c *alliance.Commitment) { c.Due = "2027-02-30" }, func(c *alliance.Commitment) { c.Due = "" }},
		"sdgs":      {func(c *alliance.Commitment) { c.SDGs = []int{18} }, func(c *alliance.Commitment) { c.SDGs = []int{0} }},
		"countries": {func(c *alliance.Commitment) { c.Countries = []string{"Atlantis"} }},
		"lang":      {func(c *alliance.Commitment) { c.Lang = "<script>" }},
	} {
		for n, change := range changes {
			c := sound()
			change(&c)
			err := alliance.CheckCommitment(&c, today)
			var e *good.Error
			if good.KindOf(err) != good.Invalid {
				t.Errorf("%s %d: %v", field, n, err)
			} else if e = err.(*good.Error); e.Field != field {
				t.Errorf("%s %d: field %s", field, n, e.Field)
			}
		}
	}
	c := sound()
	if err := alliance.CheckCommitment(&c, today); err != nil {
		t.Errorf("a sound one: %v", err)
	}
}

func TestTheClockSaysWhatIsOverdue(t *testing.T) {
	c := sound()
	for day, want := range map[good.Date]alliance.State{"2027-06-30": alliance.Planned, "2027-07-01": alliance.Overdue} {
		if got := c.State(day); got != want {
			t.Errorf("on %s %s, want %s", day, got, want)
		}
	}
	c.Reports = []alliance.Report{{State: alliance.Working, Text: "later", Due: "2028-01-01"}}
	if got := c.State("2027-07-01"); got != alliance.Working {
		t.Errorf("after its last day moved: %s", got)
	}
	c.Reports = append(c.Reports, alliance.Report{State: alliance.Done, Evidence: "https://example.org"})
	if got := c.State("2030-01-01"); got != alliance.Done || c.Evidence() == "" {
		t.Errorf("done long ago: %s", got)
	}
}

func FuzzWhatStrangersWriteNeverTurnsText(f *testing.F) {
	f.Add("Kenya", "KE", "https://example.org", "2027-01-01")
	f.Add("a\u202eb", "XX", "javascript:alert(1)", "9999-99-99")
	f.Add("\u2066", "", "//", "")
	f.Fuzz(func(t *testing.T, name, country, site, day string) {
		m := alliance.Member{Name: name, Roles: []alliance.Role{alliance.Ordinary}, Country: country, Website: site, Since: good.Date(day)}
		if alliance.CheckMember(&m) == nil {
			if strings.ContainsFunc(m.Name, func(r rune) bool {
				return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
			}) || !strings.ContainsFunc(m.Name, unicode.IsLetter) {
				t.Errorf("%q is taken as a name", m.Name)
			}
			if m.Website != "" && !good.WebAddress(m.Website) {
				t.Errorf("%q is taken as an address", m.Website)
			}
		}
		j := alliance.Joining{Name: name, Role: alliance.Partner, Country: country, Website: site, Why: name, Offer: day}
		if alliance.CheckJoining(&j) == nil && strings.ContainsRune(j.Why, '\u202e') {
			t.Errorf("%q is taken", j.Why)
		}
	})
}
