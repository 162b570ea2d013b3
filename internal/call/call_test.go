package call_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/call"
	"stoa/internal/good"
)

// sound is a call of which nothing is wrong.
func sound() call.Call {
	return call.Call{Lang: "en", Title: good.Text{"en": "Health in Kenya"}, Text: good.Text{"en": "We look for goods."}, Themes: []string{"health"}, SDGs: []int{3}, Kinds: []good.Kind{good.Software},
		Countries: []string{"KE", "UG"}, Zone: "Africa/Nairobi", Opens: "2026-12-01T09:00", Closes: "2026-12-31T18:00:00", State: call.Draft,
		Questions: []call.Question{{ID: "reach", Type: "long-text", Label: "Whom do you reach?", Required: true}},
		Stages:    []call.Stage{{Name: "Long list", Jurors: 2, Sheet: []call.Criterion{{Label: "Need", Most: 5, Weight: 2}, {Label: "Team", Most: 10, Weight: 1}}}, {Name: "Cohort", Jurors: 1, Places: 1, Sheet: []call.Criterion{{Label: "Promise", Most: 5}}}}}
}

// key is that of a good.Error and the field it names.
func key(err error) string {
	var e *good.Error
	if !errors.As(err, &e) {
		return ""
	}
	return strings.TrimPrefix(e.Key, "calls.error.") + " " + e.Field
}

func TestACallNamesWhatIsWrongWithIt(t *testing.T) {
	for want, change := range map[string]func(*call.Call){
		" ":                     func(*call.Call) {},
		"missing title":         func(c *call.Call) { c.Title = good.Text{"en": " "} },
		"language title":        func(c *call.Call) { c.Title = good.Text{"english": "A"} },
		"long title":            func(c *call.Call) { c.Title["en"] = strings.Repeat("é", call.MaxTitle+1) },
		"not-text text":         func(c *call.Call) { c.Text["en"] = "a\x00b" },
		"choice sdgs":           func(c *call.Call) { c.SDGs = []int{18} },
		"choice kinds":          func(c *call.Call) { c.Kinds = []good.Kind{"hardware"} },
		"country countries":     func(c *call.Call) { c.Countries = []string{"Kenya"} },
		"zone zone":             func(c *call.Call) { c.Zone = "Africa/Wakanda" },
		"time opens":            func(c *call.Call) { c.Opens = "tomorrow" },
		"time closes":           func(c *call.Call) { c.Closes = "9999-12-31T00:00:00" },
		"order closes":          func(c *call.Call) { c.Closes = "2026-11-30T18:00:00" },
		"days closes":           func(c *call.Call) { c.Closes = "2030-12-31T18:00:00" },
		"question-id questions": func(c *call.Call) { c.Questions = append(c.Questions, c.Questions[0]) },
		"type questions":        func(c *call.Call) { c.Questions[0].Type = "files" },
		"options options":       func(c *call.Call) { c.Questions[0].Type = "choice" },
		"missing label":         func(c *call.Call) { c.Questions[0].Label = "" },
		"jurors jurors":         func(c *call.Call) { c.Stages[0].Jurors = 0 },
		"sheet sheet":           func(c *call.Call) { c.Stages[0].Sheet = nil },
		"criterion sheet":       func(c *call.Call) { c.Stages[0].Sheet[1].Label = "Need" },
		"many themes": func(c *call.Call) {
			for r := 'a'; r <= 'z'; r++ {
				c.Themes = append(c.Themes, string(r))
			}
		},
	} {
		c := sound()
		change(&c)
		c.Clean()
		if err := c.Check(); key(err) != want && !(want == " " && err == nil) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestTimesAreThoseOfTheClocksOfTheZone(t *testing.T) {
	for _, c := range []struct {
		zone, clock string
		late        bool
		want, wrong string
	}{
		{"Africa/Nairobi", "2026-12-31T18:00", false, "2026-12-31T15:00:00Z", ""},
		{"Asia/Kathmandu", "2026-12-31T18:00:00", false, "2026-12-31T12:15:00Z", ""},
		{"UTC", "2026-12-31T18:00:00", false, "2026-12-31T18:00:00Z", ""},
		// In Berlin clocks leap from 2 to 3 in the night of 29 March 2026, and are put back from 3 to 2 on 25 October.
		{"Europe/Berlin", "2026-03-29T02:30:00", false, "", "gap closes"},
		{"Europe/Berlin", "2026-03-29T03:00:00", false, "2026-03-29T01:00:00Z", ""},
		{"Europe/Berlin", "2026-10-25T02:30:00", false, "2026-10-25T00:30:00Z", ""},
		{"Europe/Berlin", "2026-10-25T02:30:00", true, "2026-10-25T01:30:00Z", ""},
		// On Lord Howe Island by half an hour.
		{"Australia/Lord_Howe", "2026-04-05T01:45:00", false, "2026-04-04T14:45:00Z", ""},
		{"Australia/Lord_Howe", "2026-04-05T01:45:00", true, "2026-04-04T15:15:00Z", ""},
		{"Australia/Lord_Howe", "2026-10-04T02:10:00", true, "", "gap closes"},
		// Samoa had no 30 December 2011.
		{"Pacific/Apia", "2011-12-30T12:00:00", false, "", "gap closes"},
		{"Local", "2026-12-31T18:00:00", false, "", "zone zone"}, {"", "2026-12-31T18:00:00", false, "", "zone zone"},
		{"../../etc/passwd", "2026-12-31T18:00:00", false, "", "zone zone"}, {"/etc/localtime", "2026-12-31T18:00:00", false, "", "zone zone"}, {"EAST", "2026-12-31T18:00:00", false, "", "zone zone"},
		{"UTC", "2026-02-30T18:00:00", false, "", "time closes"}, {"UTC", "2026-12-31T24:00:01", false, "", "time closes"}, {"UTC", "2026-12-31T18:00:00Z", false, "", "time closes"},
	} {
		at, err := call.Moment(c.zone, c.clock, "closes", c.late)
		if strings.TrimSpace(key(err)) != c.wrong || err == nil && at.Format(time.RFC3339) != c.want {
			t.Errorf("%s %s late %v: %v %v, want %s %s", c.zone, c.clock, c.late, at, err, c.want, c.wrong)
		}
	}
}

func FuzzMoment(f *testing.F) {
	f.Add("Europe/Berlin", "2026-03-29T02:30:00", true)
	f.Add("America/St_Johns", "2026-11-01T00:30", false)
	f.Add("Local", "", false)
	f.Fuzz(func(t *testing.T, zone, clock string, late bool) {
		at, err := call.Moment(zone, clock, "closes", late)
		if err != nil {
			if good.KindOf(err) != good.Invalid {
				t.Errorf("%q %q: %v", zone, clock, err)
			}
			return
		}
		c := call.Call{Zone: zone}
		if shown := c.On(at); !strings.HasPrefix(shown, strings.Replace(clock, "T", " ", 1)) {
			t.Errorf("%q %q is shown as %q", zone, clock, shown)
		}
	})
}

// at is a call that is announced, and a moment before it closes.
func announced(t *testing.T) call.Call {
	t.Helper()
	c := sound()
	c.Clean()
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	if err := c.Announce(c.From.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheDeadlineIsOneSecondWhateverTheTickWrote(t *testing.T) {
	c := announced(t)
	for _, m := range []struct {
		at    time.Time
		state call.State
		want  string
	}{
		{c.From.Add(-time.Nanosecond), call.Announced, "not-yet "}, {c.From, call.Open, ""},
		{c.Until.Add(-time.Nanosecond), call.Open, ""}, {c.Until, call.Closed, "late "}, {c.Until.AddDate(1, 0, 0), call.Closed, "late "},
	} {
		if got := c.Now(m.at); got != m.state {
			t.Errorf("at %v: %s, want %s", m.at, got, m.state)
		}
		if err := c.MayEnter(m.at); key(err) != m.want {
			t.Errorf("at %v: %v", m.at, err)
		}
	}
	var e *good.Error
	if errors.As(c.MayEnter(c.Until), &e); e.Args["Closes"] != "2026-12-31 18:00:00 Africa/Nairobi" {
		t.Errorf("late entrants are told %v", e.Args)
	}
	if c.State != call.Announced {
		t.Error("to ask is to change")
	}
	var steps []call.State
	for s, turned := c.Turn(c.Until); turned; s, turned = c.Turn(c.Until) {
		steps = append(steps, s)
	}
	if !slices.Equal(steps, []call.State{call.Open, call.Closed}) {
		t.Errorf("the clock went %v", steps)
	}
}

func TestWhatWasAnnouncedStays(t *testing.T) {
	c := announced(t)
	during := c.From.Add(time.Hour)
	for want, change := range map[string]func(*call.Call){
		"": func(n *call.Call) {
			n.Title = good.Text{"en": "Another name", "fr": "Un autre nom"}
			n.Closes = "2027-01-05T18:00:00"
		},
		"sooner closes": func(n *call.Call) { n.Closes = "2026-12-30T18:00:00" },
		"fixed ":        func(n *call.Call) { n.Questions = nil },
	} {
		next := sound()
		change(&next)
		next.State = c.State
		next.Clean()
		if err := next.Check(); err != nil {
			t.Fatal(err)
		}
		if err := c.MayChange(&next, during); key(err) != want {
			t.Errorf("want %q, got %v", want, err)
		}
		if err := c.MayChange(&next, c.Until); key(err) != "over " {
			t.Errorf("after it closed: %v", err)
		}
	}
}

func TestAnEntryHasToFit(t *testing.T) {
	c := announced(t)
	e := call.Entry{Name: "Afya", Link: "https://afya.or.ke", Kinds: []good.Kind{good.Software, good.Data}, SDGs: []int{3, 5}, Country: "KE"}
	if m := c.Mistakes(&e); len(m) > 0 {
		t.Fatalf("a fitting entry: %v", m)
	}
	e = call.Entry{Name: "12", Link: "javascript:x", Kinds: []good.Kind{good.Data}, SDGs: []int{4}, Country: "DE"}
	var got []string
	for _, err := range c.Mistakes(&e) {
		got = append(got, key(err))
	}
	if want := []string{"missing name", "link link", "not-kind kinds", "not-sdg sdgs", "not-country country"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// gave is what a juror gave in the first stage, done.
func gave(entry, juror string, need, team int) call.Score {
	return call.Score{Entry: good.ID(entry), Juror: juror, Points: map[string]int{"need": need, "team": team}, Done: time.Unix(1, 0)}
}

func TestScoresAreNormalisedByJuror(t *testing.T) {
	c := announced(t)
	of := c.Stages[0]
	// The strict juror gives little, the mild one much; they order alike. Raw, c who
	// was only seen by the strict one and by the mild one alike comes last anyway;
	// b seen by the strict one alone must not lose by that.
	scores := []call.Score{
		gave("a", "strict", 2, 4), gave("b", "strict", 3, 6), gave("c", "strict", 1, 2),
		gave("a", "mild", 4, 8), gave("c", "mild", 3, 6), gave("d", "mild", 5, 10),
	}
	list := call.Standings(of, scores, []good.ID{"a", "b", "c", "d"})
	var order []good.ID
	by := map[good.ID]call.Standing{}
	for _, s := range list {
		order, by[s.Entry] = append(order, s.Entry), s
	}
	if by["b"].Score != by["d"].Score || by["b"].Raw == by["d"].Raw || by["b"].Rank != 1 || by["d"].Rank != 1 {
		t.Errorf("the best of each juror differ: %+v %+v", by["b"], by["d"])
	}
	if order[3] != "c" || by["a"].Rank != 3 {
		t.Errorf("order %v", order)
	}
	if by["a"].Disagree || by["a"].Spread != 0 {
		t.Errorf("jurors who order alike disagree: %+v", by["a"])
	}
	split := call.Standings(of, []call.Score{gave("a", "x", 5, 10), gave("b", "x", 0, 0), gave("a", "y", 0, 0), gave("b", "y", 5, 10), {Entry: "a", Juror: "z"}, {Entry: "b", Juror: "w", Aside: "my cousin"}}, []good.ID{"a", "b"})
	for _, s := range split {
		if !s.Disagree || s.Spread != 100 || s.Scored != 2 {
			t.Errorf("jurors who contradict each other: %+v", s)
		}
		if want := map[good.ID]int{"a": 1, "b": 0}[s.Entry]; s.Waiting != want {
			t.Errorf("%s waits for %d", s.Entry, s.Waiting)
		}
	}
	// Who gives all the same says nothing; who saw one only counts as it is.
	flat := call.Standings(of, []call.Score{gave("a", "flat", 3, 6), gave("b", "flat", 3, 6), gave("b", "once", 5, 10)}, []good.ID{"a", "b"})
	if flat[0].Entry != "b" || flat[0].Score <= flat[1].Score {
		t.Errorf("%+v", flat)
	}
}

func TestJurorsAreSharedOutFairly(t *testing.T) {
	of := call.Stage{Jurors: 2}
	entries := []good.ID{"a", "b", "c", "d", "e", "f"}
	barred := func(j string, e good.ID) bool { return j == "x" && e == "a" || e == "f" && j != "y" }
	give, short := call.Assign(of, entries, []call.Score{{Entry: "b", Juror: "x", Aside: "a friend"}}, []string{"x", "y", "z"}, barred)
	load := map[string]int{}
	for e, list := range give {
		if len(list) != 2 && e != "f" || list[0] == list[len(list)-1] && len(list) > 1 {
			t.Errorf("%s is scored by %v", e, list)
		}
		for _, j := range list {
			load[j]++
			if barred(j, e) || j == "x" && e == "b" {
				t.Errorf("%s must not score %s", j, e)
			}
		}
	}
	if !slices.Equal(short, []good.ID{"f"}) || max(load["x"], load["y"], load["z"])-min(load["x"], load["y"], load["z"]) > 2 {
		t.Errorf("short %v, load %v", short, load)
	}
}

func TestStagesAreDecidedWholeAndWithReasons(t *testing.T) {
	c := announced(t)
	c.State = call.Closed
	now := c.Until.Add(time.Hour)
	entries := []*call.Entry{{ID: "a", Name: "A", State: call.Entered}, {ID: "b", Name: "B", State: call.Entered, Named: true}, {ID: "c", Name: "C", State: call.Entered}, {ID: "x", State: call.Refused}}
	scores := []call.Score{gave("a", "j", 5, 10), gave("b", "j", 3, 5), gave("c", "j", 1, 1)}
	verdicts := []call.Verdict{{Entry: "a", Passes: true, Reason: "Strong."}, {Entry: "b", Passes: true, Reason: "Good."}, {Entry: "c", Reason: "Too early."}}
	for want, try := range map[string]func() error{
		"unscored ":  func() error { return c.Decide(entries, scores[:2], verdicts, now) },
		"undecided ": func() error { return c.Decide(entries, scores, verdicts[:2], now) },
		"verdict ": func() error {
			return c.Decide(entries, scores, append(slices.Clone(verdicts), call.Verdict{Entry: "x", Reason: "r"}), now)
		},
		"error.reason.missing reason-c": func() error {
			return c.Decide(entries, scores, []call.Verdict{verdicts[0], verdicts[1], {Entry: "c"}}, now)
		},
		"not-judged ": func() error { return c.Publish(entries, "", now) },
	} {
		if err := try(); key(err) != want {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if err := c.Decide(entries, scores, verdicts, now); err != nil || c.At != 1 || c.State != call.Closed || entries[2].State != call.PassedBy || entries[0].Stage != 1 {
		t.Fatalf("%v %+v", err, c)
	}
	last := []call.Score{{Entry: "a", Juror: "j", Stage: 1, Points: map[string]int{"promise": 5}, Done: now}, {Entry: "b", Juror: "j", Stage: 1, Points: map[string]int{"promise": 1}, Done: now}}
	if err := c.Decide(entries, last, []call.Verdict{{Entry: "a", Passes: true, Reason: "r"}, {Entry: "b", Passes: true, Reason: "r"}}, now); key(err) != "places " {
		t.Errorf("more than there are places: %v", err)
	}
	if err := c.Decide(entries, last, []call.Verdict{{Entry: "a", Passes: true, Reason: "The best."}, {Entry: "b", Reason: "Nearly."}}, now); err != nil || c.State != call.Judged {
		t.Fatal(err)
	}
	if err := c.Publish(entries, "Thank you.", now); err != nil {
		t.Fatal(err)
	}
	r := c.Results
	if r.Entries != 3 || len(r.Cohort) != 1 || r.Cohort[0].Reason != "The best." || len(r.Others) != 1 || r.Others[0].Name != "B" || r.Stages[0].In != 3 || r.Stages[0].Passed != 2 || r.Stages[1].In != 2 || r.Stages[1].Passed != 1 {
		t.Errorf("results %+v", r)
	}
}

func TestPointsFillTheSheet(t *testing.T) {
	c := announced(t)
	for want, p := range map[string]map[string]int{"": {"need": 5, "team": 0}, "points p.need": {"need": 6, "team": 1}, "points p.team": {"need": 1}, "points-unknown ": {"need": 1, "team": 1, "luck": 1}} {
		var s call.Score
		if err := s.Give(c.Stages[0], p, "", time.Unix(1, 0)); key(err) != want {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	var s call.Score
	if err := s.StandAside(" "); key(err) != "error.reason.missing reason" {
		t.Error(err)
	}
	if err := errors.Join(s.StandAside("my sister's"), s.Give(c.Stages[0], map[string]int{"need": 1, "team": 1}, "", time.Unix(1, 0))); key(err) != "aside " {
		t.Errorf("who stood aside scores: %v", err)
	}
}
