package catalogue_test

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"stoa/internal/testkit"
)

var judgment = regexp.MustCompile(`^([\p{L}\p{N}-]+)=([123])$`)

// TestTheJudgmentsAreWhole reads the judged queries search is measured by: every
// good they name must be on the shelf, and every language must be heard.
func TestTheJudgmentsAreWhole(t *testing.T) {
	onShelf := map[string]bool{}
	for _, f := range shelf(t) {
		onShelf[f.slug] = true
	}
	in, err := os.Open(filepath.Join(testkit.Root(t), "testdata", "judged.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	perLanguage, asked := map[string]int{}, map[string]bool{}
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 3 || cells[1] != strings.TrimSpace(cells[1]) || cells[1] == "" {
			t.Errorf("line %d: want language, query, judgments: %q", n, line)
			continue
		}
		if asked[cells[0]+" "+cells[1]] {
			t.Errorf("line %d: %q was asked before", n, cells[1])
		}
		asked[cells[0]+" "+cells[1]] = true
		perLanguage[cells[0]]++
		best, named := "", map[string]bool{}
		for _, j := range strings.Split(cells[2], ",") {
			m := judgment.FindStringSubmatch(j)
			if m == nil || !onShelf[m[1]] || named[m[1]] {
				t.Errorf("line %d: %q is not a good of the catalogue with a grade, named once", n, j)
				continue
			}
			named[m[1]] = true
			best = max(best, m[2])
		}
		if best != "3" {
			t.Errorf("line %d: nothing answers %q", n, cells[1])
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	for _, l := range []string{"en", "ar", "zh", "fr", "ru", "es"} {
		if perLanguage[l] < 14 {
			t.Errorf("%d queries in %s, want at least 14", perLanguage[l], l)
		}
		delete(perLanguage, l)
	}
	if len(perLanguage) > 0 || len(asked) < 96 {
		t.Errorf("%d queries, in other languages %v", len(asked), perLanguage)
	}
}
