package finding

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"stoa/internal/good"
)

// plainly speaks no language: it shows what it is handed.
type plainly struct{}

func (plainly) T(key string, kv ...any) string {
	var parts []string
	for i := 0; i+1 < len(kv); i += 2 {
		parts = append(parts, fmt.Sprintf("%s=%T:%v", kv[i], kv[i+1], kv[i+1]))
	}
	slices.Sort(parts)
	return key + " " + strings.Join(parts, " ")
}
func (plainly) List(items []string) string { return strings.Join(items, " & ") }
func (plainly) Kind(k good.Kind) string    { return "the kind " + string(k) }

func TestAStoredSentenceSaysTheSame(t *testing.T) {
	said := Say("check.x", "Files", []string{"a", "b"}, "Count", 3, "Kind", "data", "Licence", "MIT")
	want := "check.x Count=int:3 Files=string:a & b Kind=string:the kind data Licence=string:MIT"
	if got := said.In(plainly{}); got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	raw, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	var again Text
	if err := json.Unmarshal(raw, &again); err != nil {
		t.Fatal(err)
	}
	if got := again.In(plainly{}); got != want {
		t.Errorf("stored, it says %q, want %q", got, want)
	}
}

func TestASureNoOutweighsAYes(t *testing.T) {
	f := func(s State, c Confidence) Finding { return Finding{State: s, Confidence: c} }
	for _, c := range []struct {
		found []Finding
		want  State
	}{
		{nil, NotObservable},
		{[]Finding{f(NotObservable, Low)}, NotObservable},
		{[]Finding{f(Met, Medium), f(NotObservable, Low)}, Met},
		{[]Finding{f(Met, High), f(NotMet, High)}, NotMet},
		{[]Finding{f(NotMet, Medium), f(Met, Medium)}, Met},
		{[]Finding{f(NotMet, Low), f(NotObservable, Low)}, NotMet},
	} {
		if got := Sum(c.found); got != c.want {
			t.Errorf("%v together are %s, want %s", c.found, got, c.want)
		}
	}
}

// TestALackSaysOfWhat: a sentence that is said of many matters alike says of which
// where something lacks.
func TestALackSaysOfWhat(t *testing.T) {
	for want, f := range map[string]Finding{
		"probe.name.docs.run  — probe.none ": {Probe: "docs.run", State: NotMet, Why: Say("probe.none")},
		"probe.there ":                       {Probe: "docs.run", State: Met, Why: Say("probe.there")},
		"check.licence.text.none ":           {Probe: "licence.text", State: NotMet, Why: Say("check.licence.text.none")},
	} {
		if got := f.Tell(plainly{}); got != want {
			t.Errorf("tells %q, want %q", got, want)
		}
	}
}
