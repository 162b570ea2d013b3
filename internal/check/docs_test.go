package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stoa/internal/testkit"
)

// TestEachProbeHasASectionOfItsOwn holds docs to the list of probes: under a
// heading that is a probe's id and nothing else stands what it sees and what it
// cannot, and no such heading is of a probe that is gone.
func TestEachProbeHasASectionOfItsOwn(t *testing.T) {
	sections, section := map[string]*strings.Builder{}, (*strings.Builder)(nil)
	for _, name := range []string{"check.md", "probes.md"} {
		raw, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			if strings.HasPrefix(line, "#") {
				section = nil
				if id := strings.TrimSpace(strings.TrimLeft(line, "# ")); strings.HasPrefix(id, "`") {
					if id = strings.Trim(id, "`"); sections[id] != nil {
						t.Errorf("%s has two sections", id)
					}
					section = &strings.Builder{}
					sections[id] = section
				}
			} else if section != nil {
				section.WriteString(line)
			}
		}
	}
	for _, id := range IDs() {
		text := ""
		if sections[id] != nil {
			text = strings.ToLower(sections[id].String())
		}
		if len(text) < 60 || !strings.Contains(text, "cannot") && !strings.Contains(text, " not ") && !strings.Contains(text, "no register") {
			t.Errorf("docs/check.md and docs/probes.md do not say in a section of its own what %s sees, and what it cannot", id)
		}
		delete(sections, id)
	}
	for id := range sections {
		t.Errorf("the docs have a section of %s, which is no probe", id)
	}
}
