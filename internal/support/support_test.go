package support_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/support"
	"stoa/internal/vocab"
)

const today = good.Date("2026-11-26")

func terms() support.Terms {
	return support.Terms{Title: "Messages to mothers", Kinds: []string{"channel", "zero-rating"}, Countries: []string{"Kenya", "TZ"}, Languages: []string{"Swahili", "en"}, Price: "cost", Indicators: []string{"9A"}, Capacity: 2}
}

func TestWhatCannotBeOfferedOrAskedFor(t *testing.T) {
	for field, changes := range map[string][]func(*support.Terms){
		"title": {func(s *support.Terms) { s.Title = " 12 " }, func(s *support.Terms) { s.Title = "Free\u202emoney" }, func(s *support.Terms) { s.Title = strings.Repeat("x", 121) }, func(s *support.Terms) { s.Title = "Help with pаypal" }}, // its second letter is Cyrillic
		"text": {func(s *support.Terms) { s.Text = strings.Repeat("x", 1<<20) }, func(s *support.Terms) { s.Text = "a\xff" }, func(s *support.Terms) { s.Text = "a\u2066b" },
			func(s *support.Terms) {
				s.Text = "https://a.example https://b.example https://c.example https://d.example"
			}, func(s *support.Terms) { s.Text = "Win <a href=x>money</a>" }, func(s *support.Terms) { s.Text = strings.Repeat("help ", 40) }},
		"kinds":      {func(s *support.Terms) { s.Kinds = nil }, func(s *support.Terms) { s.Kinds = []string{"magic"} }, func(s *support.Terms) { s.Kinds = make([]string, 51) }},
		"countries":  {func(s *support.Terms) { s.Countries = []string{"Atlantis"} }},
		"languages":  {func(s *support.Terms) { s.Languages = []string{"Klingonese"} }},
		"indicators": {func(s *support.Terms) { s.Indicators = []string{"nine!"} }},
		"capacity":   {func(s *support.Terms) { s.Capacity = -1 }, func(s *support.Terms) { s.Capacity = 9_999 }},
		"price":      {func(s *support.Terms) { s.Price = "cheap" }},
	} {
		for n, change := range changes {
			s := terms()
			change(&s)
			refused(t, field, n, s.Check())
		}
	}
	for field, changes := range map[string][]func(*support.Ask){
		"kind":         {func(a *support.Ask) { a.Kind = "" }, func(a *support.Ask) { a.Kind = "magic" }},
		"by":           {func(a *support.Ask) { a.By = "2026-11-25" }, func(a *support.Ask) { a.By = "soon" }, func(a *support.Ask) { a.By = "2127-01-01" }},
		"budget":       {func(a *support.Ask) { a.Budget = "lots" }},
		"country":      {func(a *support.Ask) { a.Country = "Atlantis" }},
		"organisation": {func(a *support.Ask) { a.Organisation = "Ministry\u202e" }},
		"indicator":    {func(a *support.Ask) { a.Indicator = "<9>" }},
		"text":         {func(a *support.Ask) { a.Text = "Write to gооgle" }, func(a *support.Ask) { a.Text = strings.Repeat("!A", 20) + strings.Repeat("z", 40) }}, // two letters are Cyrillic
	} {
		for n, change := range changes {
			a := support.Ask{Title: "An audit", Kind: "security-audit", Country: "KE", By: "2027-01-01", Budget: "small"}
			change(&a)
			refused(t, field, n, a.Check(today))
		}
	}
	s := terms()
	if err := s.Check(); err != nil || strings.Join(s.Countries, " ") != "KE TZ" || strings.Join(s.Languages, " ") != "en sw" || s.Indicators[0] != "9a" {
		t.Errorf("a sound offer: %+v %v", s, err)
	}
	a := support.Ask{Title: "Indicator 9a is not met", Indicator: "9A", Country: "Kenya"}
	if err := a.Check(today); err != nil || a.Country != "KE" || a.Indicator != "9a" {
		t.Errorf("a sound request: %+v %v", a, err)
	}
}

func refused(t *testing.T, field string, n int, err error) {
	t.Helper()
	e, ok := err.(*good.Error)
	if !ok || e.Kind != good.Invalid || e.Field != field {
		t.Errorf("%s %d: %v", field, n, err)
	}
}

func TestWhatFitsIsExplained(t *testing.T) {
	o := support.Offer{ID: "a", State: support.Open, Terms: terms()}
	o.Goods = []good.ID{"g"}
	if err := o.Check(); err != nil {
		t.Fatal(err)
	}
	codes := func(m support.Match) string {
		var out []string
		for _, p := range m.Points {
			out = append(out, p.Code)
		}
		return strings.Join(out, " ")
	}
	r := support.Request{Ask: support.Ask{Kind: "channel", Country: "KE", Good: "g", Languages: []string{"sw-KE", "fr"}, Budget: "none"}}
	for _, c := range []struct {
		name string
		s    support.Standing
		want string
	}{
		{"said", support.Standing{}, "kind country good-said language language-missing budget"},
		{"proved", support.Standing{Proofs: map[good.ID]support.Proof{"g": support.ByDeployment}, References: 1, Busy: 2}, "kind good-deployment country language references language-missing budget full"},
	} {
		m, fits := support.Fit(&o, &r, c.s)
		if !fits || codes(m) != c.want {
			t.Errorf("%s: %v %s, want %s", c.name, fits, codes(m), c.want)
		}
	}
	for name, change := range map[string]func(*support.Offer, *support.Request){
		"paused":          func(o *support.Offer, _ *support.Request) { o.State = support.Paused },
		"another country": func(_ *support.Offer, r *support.Request) { r.Country = "SN" },
		"another kind":    func(_ *support.Offer, r *support.Request) { r.Kind = "hosting" },
	} {
		o, r := o, r
		change(&o, &r)
		if m, fits := support.Fit(&o, &r, support.Standing{}); fits {
			t.Errorf("%s fits: %+v", name, m)
		}
	}
	// By the indicator alone, whatever the kind.
	gap := support.Request{Ask: support.Ask{Indicator: "9a"}}
	if m, fits := support.Fit(&o, &gap, support.Standing{}); !fits || codes(m) != "indicator" {
		t.Errorf("by indicator: %v %+v", fits, m)
	}
	list := []support.Match{{Offer: "b", Score: 1}, {Offer: "c", Score: 9}, {Offer: "a", Score: 1}}
	support.Rank(list)
	if list[0].Offer != "c" || list[1].Offer != "a" {
		t.Errorf("ranked %v", list)
	}
}

func TestBothSidesSayThatItIsDelivered(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	k := support.Talk{Step: support.Asked}
	turn := func(side support.Side, to support.Step, want good.ErrorKind) {
		t.Helper()
		err := k.Turn(side, to, "", now)
		if want == good.Internal && err != nil || want != good.Internal && good.KindOf(err) != want {
			t.Errorf("%s to %s: %v", side, to, err)
		}
	}
	turn(support.Seeker, support.Answered, good.Conflict)
	turn(support.Helper, support.Answered, good.Internal)
	turn(support.Helper, support.Agreed, good.Conflict)
	turn(support.Seeker, support.Agreed, good.Internal)
	turn(support.Seeker, support.Working, good.Conflict)
	turn(support.Helper, support.Working, good.Internal)
	turn(support.Seeker, support.Ended, good.Invalid) // without a reason
	turn(support.Helper, support.Delivered, good.Internal)
	if k.Step != support.Working || k.Claimed != support.Helper {
		t.Errorf("one word is enough: %+v", k)
	}
	turn(support.Helper, support.Delivered, good.Conflict)
	turn(support.Seeker, support.Delivered, good.Internal)
	if k.Step != support.Delivered || k.Claimed != "" {
		t.Errorf("both said so: %+v", k)
	}
	turn(support.Helper, support.Ended, good.Conflict)
}

func TestEachKindOfSupportIsKnownOnce(t *testing.T) {
	var seen []string
	for _, k := range vocab.SupportKinds() {
		if slices.Contains(seen, k.Code) || !slices.Contains([]string{"work", "channel", "means"}, k.Group) {
			t.Errorf("%+v", k)
		}
		seen = append(seen, k.Code)
	}
	if k, ok := vocab.SupportKindByCode("security-audit"); len(seen) < 12 || !ok || !slices.Contains(k.Indicators, "9a") {
		t.Errorf("%v %+v", seen, k)
	}
}

// FuzzTerms gives strangers' texts to the rules: what they let through is plain.
func FuzzTerms(f *testing.F) {
	f.Add("Hosting", "In Nairobi", "KE", "sw", "9a")
	f.Add("\u202eHosting", "\x00", "Kenya", "zz", "99")
	f.Fuzz(func(t *testing.T, title, text, country, language, indicator string) {
		s := support.Terms{Title: title, Text: text, Kinds: []string{"hosting"}, Countries: []string{country}, Languages: []string{language}, Indicators: []string{indicator}}
		if s.Check() == nil && strings.ContainsFunc(s.Title+s.Text+strings.Join(s.Indicators, ""), good.Hidden) {
			t.Errorf("%q %q %q", s.Title, s.Text, s.Indicators)
		}
		a := support.Ask{Title: title, Text: text, Kind: "hosting", Country: country, Languages: []string{language}, Indicator: indicator, By: good.Date(text)}
		if a.Check(today) == nil && a.Country != "" {
			if _, ok := vocab.CountryByCode(a.Country); !ok {
				t.Errorf("%q", a.Country)
			}
		}
	})
}

func TestAMessageIsNoDisguise(t *testing.T) {
	for text, key := range map[string]string{"See https://a.example https://b.example https://c.example https://d.example": "", "Log in at pаypal": "need.error.mixed", " ": "help.error.empty"} {
		err := support.CheckNote(&text)
		e, _ := err.(*good.Error)
		if (key == "") != (err == nil) || e != nil && e.Key != key {
			t.Errorf("%q: %v", text, err)
		}
	}
}
