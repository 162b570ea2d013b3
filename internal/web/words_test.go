package web_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// made are the keys that are put together of a prefix and what a source, an
// entry or an error brings.
var made = []string{"web.list.sort.", "web.home.kind.", "web.home.try.", "web.indicator.", "web.question.", "web.past.", "web.actor.",
	"web.recognition.", "web.trouble.", "web.about.stage.", "web.reason.", "web.region.", "web.map.", "web.licence.", "web.take.form.", "web.take.file."}

var key = regexp.MustCompile(`"(web\.[a-z0-9.-]*[a-z0-9])"`)

func TestEverySentenceIsThereAndUsed(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "i18n", "locales", "web.en.json"))
	if err != nil {
		t.Fatal(err)
	}
	var have map[string]any
	if err := json.Unmarshal(raw, &have); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") || filepath.Ext(path) != ".go" && filepath.Ext(path) != ".templ" {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range key.FindAllStringSubmatch(string(b), -1) {
			used[m[1]] = true
			if have[m[1]] == nil {
				t.Errorf("%s: no sentence %s", path, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for k := range have {
		if !used[k] && !slices.ContainsFunc(made, func(p string) bool { return strings.HasPrefix(k, p) }) {
			t.Errorf("nothing says %s", k)
		}
	}
}
