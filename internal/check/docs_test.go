package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stoa/internal/testkit"
)

func TestEachProbeHasItsPartOfTheDocs(t *testing.T) {
	var headings strings.Builder
	for _, name := range []string{"check.md", "probes.md"} {
		raw, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			if strings.HasPrefix(line, "#") {
				headings.WriteString(line)
			}
		}
	}
	for _, id := range IDs() {
		if !strings.Contains(headings.String(), "`"+id+"`") {
			t.Errorf("docs/check.md and docs/probes.md do not say what %s sees, and what it cannot", id)
		}
	}
}
