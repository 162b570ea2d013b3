package standards

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/testkit"
)

var yamlBlock = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")

// TestTheExampleInTheDocumentsLoads takes the set of docs/standards.md as a
// reader would.
func TestTheExampleInTheDocumentsLoads(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", "standards.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := yamlBlock.FindAllStringSubmatch(string(doc), -1)
	if len(blocks) < 2 {
		t.Fatalf("%d examples", len(blocks))
	}
	_, err = standard.Load(shape.New(), fstest.MapFS{"open-school/1.0/set.yml": {Data: []byte(blocks[0][1])}, "open-school/1.0/fr.yml": {Data: []byte(blocks[1][1])}})
	var lacking int
	for _, p := range asProblems(t, err) {
		if !strings.HasPrefix(p.File, "open-school/1.0/fr.yml") || !strings.Contains(p.Message, "is missing") {
			t.Error(p) // the example translates a part alone
		}
		lacking++
	}
	if lacking == 0 {
		t.Error("the example of a language file translates everything; say so in the documents")
	}
	whole := strings.Replace(blocks[0][1], "[en, fr]", "[en]", 1)
	l, err := standard.Load(shape.New(), fstest.MapFS{"open-school/1.0/set.yml": {Data: []byte(whole)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := l.Find("open-school@1.0"); !ok {
		t.Error("the example is not found")
	}
}

func asProblems(t *testing.T, err error) standard.Problems {
	t.Helper()
	p, ok := err.(standard.Problems)
	if !ok {
		t.Fatalf("%v", err)
	}
	return p
}

// TestNothingElseLiesThere holds that each file of the sets is read.
func TestNothingElseLiesThere(t *testing.T) {
	files, err := fs.Glob(FS, "*/*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		dir := f[:strings.LastIndex(f, "/")]
		s, ok := library(t).Find(strings.Replace(dir, "/", "@", 1))
		name := strings.TrimSuffix(f[len(dir)+1:], ".yml")
		if !ok || name != "set" && !strings.Contains(strings.Join(s.Languages[1:], " "), name) {
			t.Errorf("%s is read by nobody", f)
		}
	}
}
