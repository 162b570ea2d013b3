package guide

import (
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
)

var now = time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)

func TestWhatIsSaidOfAnItem(t *testing.T) {
	for name, m := range map[string]Mark{
		"a state that is none":       {State: "nearly"},
		"no day":                     {State: Done, Due: "tomorrow"},
		"a day that does not exist":  {State: Done, Due: "2026-02-30"},
		"a day of another age":       {State: Done, Due: "1026-02-20"},
		"a note that turns":          {State: Done, Note: "a\u202eb"},
		"an owner that hides":        {State: Done, Owner: "a\u200bb"},
		"a note that is too long":    {State: Done, Note: strings.Repeat("x", MaxNote+1)},
		"an owner that is too long":  {State: Done, Owner: strings.Repeat("x", MaxOwner+1)},
		"a note that is no text":     {State: Done, Note: "\xff"},
		"a state with signs in it":   {State: "done\x00"},
		"a state in capital letters": {State: "DONE"},
	} {
		c := Copy{}
		if err := c.Say("a.b", m, 0, now); good.KindOf(err) != good.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if len(c.Marks) > 0 {
			t.Errorf("%s is written", name)
		}
	}
}

func TestNobodyWritesOverWhatTheyDidNotSee(t *testing.T) {
	c := Copy{}
	if err := c.Say("a.b", Mark{State: InHand, Note: "first"}, 0, now); err != nil {
		t.Fatal(err)
	}
	if err := c.Say("a.b", Mark{State: Done, Note: "second"}, 0, now); good.KindOf(err) != good.Conflict {
		t.Errorf("a second one who saw nothing writes: %v", err)
	}
	if err := c.Say("a.b", Mark{State: Done, Due: "tomorrow"}, 0, now); good.KindOf(err) != good.Conflict {
		t.Errorf("a mistake hides that another wrote: %v", err)
	}
	if err := c.Say("a.c", Mark{State: Done}, 0, now); err != nil {
		t.Errorf("another item is none of that: %v", err)
	}
	if err := c.Say("a.b", Mark{State: Done}, 1, now); err != nil || c.Mark("a.b").State != Done || c.Mark("a.b").Version != 2 {
		t.Errorf("%v %+v", err, c.Mark("a.b"))
	}
}

func TestProgressCountsWhatHasToBeDone(t *testing.T) {
	c := Copy{Marks: map[string]Mark{"a": {State: Done, Due: "2026-01-01"}, "b": {State: InHand, Due: "2026-11-26"}, "c": {State: NotNeeded}, "gone": {State: Done}}}
	if p := c.Progress([]string{"a", "b", "c", "d"}, "2026-11-27"); p != (Progress{Open: 1, InHand: 1, Done: 1, NotNeeded: 1, Late: 1}) || p.All() != 3 {
		t.Errorf("%+v", p)
	}
}

func TestANewVersionLosesNothing(t *testing.T) {
	c := Copy{List: "adoption@1.0", Marks: map[string]Mark{"old": {State: Done, Note: "kept"}, "gone": {State: Done, Note: "kept, too"}, "both": {Note: "mine"}, "was": {Note: "before"}}}
	c.Renew("adoption@2.0", map[string]string{"new": "old", "both": "was", "other": "never"})
	if c.List != "adoption@2.0" || c.Marks["new"].Note != "kept" || c.Marks["gone"].Note != "kept, too" || c.Marks["both"].Note != "mine" || c.Marks["was"].Note != "before" || len(c.Marks) != 4 {
		t.Errorf("%+v", c)
	}
}

func TestACopyIsOfACountryThatExists(t *testing.T) {
	for in, want := range map[string]string{"ke": "KE", "Kenya": "KE", " ": ""} {
		c := Copy{Country: in}
		if err := c.Check(); err != nil || c.Country != want {
			t.Errorf("%q: %q, %v", in, c.Country, err)
		}
	}
	if err := (&Copy{Country: "Atlantis"}).Check(); good.KindOf(err) != good.Invalid {
		t.Errorf("Atlantis: %v", err)
	}
}
