package i18n

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOneWordForOneThing holds that a thing is called the same on every page
// of a language, in the questions of the standards too: a reader who meets
// two words looks for two things. The words are in the glossary of
// docs/translating.md.
func TestOneWordForOneThing(t *testing.T) {
	data, err := os.ReadFile("testdata/one-word.tsv")
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]texts{}
	for _, l := range All() {
		own[l.Code] = written(t, l.Code)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\n"); line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 || own[f[0]] == nil {
			t.Fatalf("malformed: %q", line)
		}
		other := regexp.MustCompile(f[1])
		for key, forms := range own[f[0]] {
			for _, text := range forms {
				if other.MatchString(text) {
					t.Errorf("%s %s: write “%s”, as elsewhere: %q", f[0], key, f[2], text)
				}
			}
		}
		questions, err := filepath.Glob("../../standards/*/*/" + f[0] + ".yml")
		if err != nil || len(questions) == 0 && f[0] != "en" {
			t.Fatalf("no questions of standards in %s: %v", f[0], err)
		}
		for _, path := range questions {
			lines, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for text := range strings.Lines(string(lines)) {
				if other.MatchString(text) {
					t.Errorf("%s: write “%s”, as elsewhere: %s", path, f[2], text)
				}
			}
		}
	}
}
