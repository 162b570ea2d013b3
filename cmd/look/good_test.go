package look

import (
	"bytes"
	"strings"
	"testing"

	"stoa/internal/check"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/i18n"
)

func TestWhatARegistrySaysIsHeldAgainstWhatIsThere(t *testing.T) {
	for _, c := range []struct {
		a, b string
		far  int
	}{{"well-book", "well-book", 1}, {"wel-book", "well-book", 1}, {"book", "well-book", 1}, {"abc", "xyz", 3}} {
		if got := distance(c.a, c.b); got != c.far {
			t.Errorf("%s and %s: %d, want %d", c.a, c.b, got, c.far)
		}
	}
	l := &Listing{Name: "Wells", Website: "https://www.wells.example/", Repositories: []good.Link{{URL: "https://forge.example/o/wells"}}, Licences: []good.Licence{{SPDX: "MIT"}}}
	english, _ := i18n.Get("en")
	said := func(moved string, findings ...finding.Finding) (string, bool) {
		var out bytes.Buffer
		differs := l.tell(&out, english, &check.Target{Forge: &check.Forge{Moved: moved}}, &finding.Report{Findings: findings})
		return out.String(), differs
	}
	licence := func(id string) finding.Finding { return finding.Finding{Probe: "licence.text", Values: []string{id}} }
	if text, differs := said("", licence("MIT"), finding.Finding{Probe: "general.website", Values: []string{"https://wells.example"}}); differs || strings.Count(text, "agree") != 2 {
		t.Errorf("%v %s", differs, text)
	}
	if text, differs := said("https://forge.example/n/wells", licence("Apache-2.0")); !differs || !strings.Contains(text, "the registry says MIT, what is there says Apache-2.0") || !strings.Contains(text, "https://forge.example/n/wells") {
		t.Errorf("%v %s", differs, text)
	}
}
