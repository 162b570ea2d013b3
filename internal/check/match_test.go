package check

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/licensecheck"
)

// knownTexts are the texts that the licence library is itself tested with: the
// statement of what is in each comes before the text.
func knownTexts(t testing.TB) map[string][]byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/google/licensecheck").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "testdata", "*.t*"))
	if err != nil || len(files) < 500 {
		t.Fatalf("the library's texts are not there: %d, %v", len(files), err)
	}
	texts := map[string][]byte{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, text, found := bytes.Cut(raw, []byte("\n\n")); found {
			texts[filepath.Base(f)] = text
		}
	}
	return texts
}

func TestPreparingFewTextsFindsWhatPreparingAllFinds(t *testing.T) {
	all, err := licensecheck.NewScanner(licensecheck.BuiltinLicenses())
	if err != nil {
		t.Fatal(err)
	}
	differ, seen := 0, 0
	texts := knownTexts(t)
	for i, name := range slices.Sorted(maps.Keys(texts)) {
		if i%4 != 0 {
			continue // to look at all takes a minute
		}
		seen++
		text := texts[name]
		want, got := all.Scan(text), new(matcher).match(text) // a new one, that prepares whatever it needs
		if ids(want) != ids(got) {
			differ++
			t.Logf("%s: %q (%.0f %%), preparing all %q (%.0f %%)", name, ids(got), got.Percent, ids(want), want.Percent)
		}
	}
	if 100*differ > seen {
		t.Errorf("%d of %d texts are found to be others", differ, seen)
	}
}

func ids(c licensecheck.Coverage) string {
	var out []string
	for _, m := range c.Match {
		if !m.IsURL {
			out = append(out, m.ID)
		}
	}
	return strings.Join(out, " ")
}
