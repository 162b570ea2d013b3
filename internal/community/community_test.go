package community

import (
	"slices"
	"testing"
	"time"

	"stoa/internal/good"
)

func TestWhatIsNoCommunity(t *testing.T) {
	fine := func() Community {
		return Community{Lang: "en", Name: good.Text{"en": " Births  and deaths ", "fr": ""}, Purpose: good.Text{"en": "We register births."}, SDGs: []int{16, 3, 16}, Link: "chat.example.org"}
	}
	c := fine()
	if err := c.Check(); err != nil || c.Name["en"] != "Births and deaths" || len(c.Name) != 1 || !slices.Equal(c.SDGs, []int{3, 16}) || c.Link != "https://chat.example.org" {
		t.Fatalf("%+v %v", c, err)
	}
	for name, change := range map[string]func(*Community){
		"no name":                  func(c *Community) { c.Name = nil },
		"no name in its language":  func(c *Community) { c.Lang = "fr" },
		"a name of signs":          func(c *Community) { c.Name["en"] = "***" },
		"a name that sells":        func(c *Community) { c.Name["en"] = "Buy https://pills.example" },
		"a name that turns":        func(c *Community) { c.Name["en"] = "Births\u202ex" },
		"no purpose":               func(c *Community) { c.Purpose = nil },
		"a language that is none":  func(c *Community) { c.Lang = "tlh" },
		"a name in no language":    func(c *Community) { c.Name["xx"] = "Births" },
		"a purpose in no language": func(c *Community) { c.Purpose["xx"] = "Births" },
		"an eighteenth goal":       func(c *Community) { c.SDGs = []int{18} },
		"a link that runs scripts": func(c *Community) { c.Link = "javascript://alert" },
		"too many goods":           func(c *Community) { c.Goods = make([]good.ID, MaxLinks+1) },
	} {
		c := fine()
		if change(&c); good.KindOf(c.Check()) != good.Invalid {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestAMeetingIsOnTheClocksOfItsZone(t *testing.T) {
	m := Meeting{Title: "Monthly call", Zone: "Africa/Nairobi", Local: "2026-12-01T09:00", Minutes: 60}
	if err := m.Check(); err != nil || !m.Start.Equal(time.Date(2026, 12, 1, 6, 0, 0, 0, time.UTC)) || m.End().Sub(m.Start) != time.Hour {
		t.Fatalf("%+v %v", m, err)
	}
	for name, change := range map[string]func(*Meeting){
		"no title":                     func(m *Meeting) { m.Title = " " },
		"a zone that is none":          func(m *Meeting) { m.Zone = "Mars/Olympus" },
		"the machine's zone":           func(m *Meeting) { m.Zone = "Local" },
		"no zone":                      func(m *Meeting) { m.Zone = "" },
		"no time":                      func(m *Meeting) { m.Local = "soon" },
		"a day that does not exist":    func(m *Meeting) { m.Local = "2026-02-30T09:00" },
		"an hour the clocks leap over": func(m *Meeting) { m.Zone, m.Local = "Europe/Paris", "2027-03-28T02:30" },
		"no end":                       func(m *Meeting) { m.Minutes = 0 },
		"without end":                  func(m *Meeting) { m.Minutes = MaxMinutes + 1 },
		"a place that is none":         func(m *Meeting) { m.Link = "data:text/html,x" },
	} {
		m := m
		if change(&m); good.KindOf(m.Check()) != good.Invalid {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestMeetingsRepeatOnTheirWeekday(t *testing.T) {
	for _, c := range []struct {
		local, repeat string
		n             int
		want          []string
	}{
		{"2026-12-01T09:00", Once, 5, []string{"2026-12-01T09:00"}},
		{"2026-12-29T09:00", Weekly, 3, []string{"2026-12-29T09:00", "2027-01-05T09:00", "2027-01-12T09:00"}},
		{"2026-12-08T09:00", Monthly, 3, []string{"2026-12-08T09:00", "2027-01-12T09:00", "2027-02-09T09:00"}},
		{"2027-01-29T09:00", Monthly, 3, []string{"2027-01-29T09:00", "2027-02-26T09:00", "2027-03-26T09:00"}}, // a fifth Friday, then the last
	} {
		if got, err := Dates(c.local, c.repeat, c.n); c.repeat != Monthly || c.local != "2027-01-29T09:00" {
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s %s: %v %v", c.local, c.repeat, got, err)
			}
		} else if err != nil || len(got) != 3 || got[1] != "2027-02-26T09:00" {
			t.Errorf("%s %s: %v %v", c.local, c.repeat, got, err)
		}
	}
	for _, bad := range []struct {
		local, repeat string
		n             int
	}{{"soon", Weekly, 2}, {"2026-12-01T09:00", "hourly", 2}, {"2026-12-01T09:00", Weekly, 0}, {"2026-12-01T09:00", Weekly, MaxRepeats + 1}} {
		if _, err := Dates(bad.local, bad.repeat, bad.n); good.KindOf(err) != good.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}
