package vocab_test

import (
	"maps"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

var table = []vocab.Detail{
	{Name: "line", Of: "a", Type: vocab.Text}, {Name: "one", Of: "a", Type: vocab.OneOf, Options: []string{"red", "blue"}}, {Name: "some", Of: "a", Type: vocab.SomeOf, Options: []string{"red", "blue"}},
	{Name: "tongues", Of: "a", Type: vocab.Languages}, {Name: "was", Of: "a", Type: vocab.DayPast, Needs: "line"}, {Name: "till", Of: "a", Type: vocab.DayAny},
	{Name: "link", Of: "b", Type: vocab.Link}, {Name: "hosts", Of: "b", Type: vocab.Hosts}, {Name: "n", Of: "b", Type: vocab.Whole}, {Name: "sum", Of: "b", Type: vocab.Money}, {Name: "dial", Of: "b", Type: vocab.ShortCode},
}

const now = good.Date("2026-11-26")

func TestDetailsAreMended(t *testing.T) {
	said := map[string]string{"line": "  two   words ", "one": "Blue", "some": "blue, RED blue", "tongues": "Swahili, English", "was": "2026-11", "till": "2031", "link": "example.org/x", "hosts": "https://Free.example.org/a, *.example.org",
		"n": "1000.0", "sum": "kes 0,50", "dial": "* 123 #", "": " "}
	want := map[string]string{"line": "two words", "one": "blue", "some": "red blue", "tongues": "en sw", "was": "2026-11", "till": "2031", "link": "https://example.org/x", "hosts": "example.org free.example.org",
		"n": "1000", "sum": "0.5 KES", "dial": "*123#"}
	got, err := vocab.CheckDetails(table, []string{"a", "b"}, said, now)
	if err != nil || !maps.Equal(got, want) {
		t.Fatalf("%v %v", got, err)
	}
	// What was mended is said again as it is kept.
	if again, err := vocab.CheckDetails[string](table, nil, got, now); err != nil || !maps.Equal(again, want) {
		t.Errorf("%v %v", again, err)
	}
	if got, err := vocab.CheckDetails(table, []string{"a"}, map[string]string{"line": " "}, now); got != nil || err != nil {
		t.Errorf("nothing was said: %v %v", got, err)
	}
}

func TestWhatCannotBeADetail(t *testing.T) {
	for name, values := range map[string][]string{
		"line": {"a\u202eb", strings.Repeat("x", 201), "a\xff"}, "one": {"green", "red blue"}, "some": {"red green"}, "tongues": {"Klingonese", "sw Klingonese"}, "was": {"2027", "2026-12", "1969", "2026-02-30", "soon"},
		"till": {"2101", "never"}, "link": {"javascript:alert(1)", "ask me"}, "hosts": {"localhost", "10.0.0.1", "ex ample", strings.Repeat("a.example.org ", 51)}, "n": {"0", "-1", "1.5", "many", "99999999999"},
		"sum": {"5", "KES", "-1 KES", "5 QQQ", "5 XTS", "1,000 KES", "1.000 KES", "5 XAU"}, "dial": {"call", "1", "+44 20", "123456789012345678901234"},
	} {
		for _, v := range values {
			_, err := vocab.CheckDetails[string](table, nil, map[string]string{name: v, "line": map[bool]string{true: v, false: "x"}[name == "line"]}, now)
			if e, ok := err.(*good.Error); !ok || e.Kind != good.Invalid || e.Field != name {
				t.Errorf("%s %q: %v", name, v, err)
			}
		}
	}
	for field, said := range map[string]map[string]string{"link": {"link": "https://example.org"}, "line": {"was": "2026"}, "details": {"nothing": "x"}} {
		_, err := vocab.CheckDetails(table, []string{"a"}, said, now)
		if e, ok := err.(*good.Error); !ok || e.Field != field {
			t.Errorf("%v: %v", said, err)
		}
	}
}

func FuzzDetails(f *testing.F) {
	f.Add("sw, en", "0.5 KES", "*123#", "https://a.example")
	f.Fuzz(func(t *testing.T, tongues, sum, dial, hosts string) {
		got, err := vocab.CheckDetails[string](table, nil, map[string]string{"tongues": tongues, "sum": sum, "dial": dial, "hosts": hosts, "line": dial}, now)
		if err != nil {
			return
		}
		if again, err := vocab.CheckDetails[string](table, nil, got, now); err != nil || !maps.Equal(again, got) {
			t.Errorf("%v is mended to %v: %v", got, again, err)
		}
	})
}
