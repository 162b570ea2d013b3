package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"stoa/internal/i18n"
)

// TestEveryVerbIsToldInWords reads the verbs from the source that declares
// them: no reader is shown the raw name of one.
func TestEveryVerbIsToldInWords(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "good", "event.go"))
	if err != nil {
		t.Fatal(err)
	}
	verbs := regexp.MustCompile(`Verb\s+=\s+"([a-z.-]+)"`).FindAllSubmatch(source, -1)
	if len(verbs) < 40 {
		t.Errorf("only %d verbs found", len(verbs))
	}
	for _, v := range verbs {
		for _, l := range i18n.All() {
			if !l.Has("web.past." + string(v[1])) {
				t.Errorf("%s: %s has no sentence", l.Code, v[1])
			}
		}
	}
}
