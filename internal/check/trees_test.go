package check

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"stoa/internal/finding"
	"stoa/internal/good"
)

var oneTree = flag.String("tree", "", "look at the trees whose name holds this")

// labelled is a tree with what is to be found in it: lines "probe state
// confidence sentence [values]" before its files, after "kinds: …", "matters: …"
// (beginnings of the probes that are of interest) and a sentence on what it is.
type labelled struct {
	name    string
	archive *txtar.Archive
	kinds   []good.Kind
	want    []string
	matters []string
}

// about says whether a line or the name of a probe is of interest.
func (l *labelled) about(s string) bool {
	return slices.ContainsFunc(l.matters, func(m string) bool { return strings.HasPrefix(s, m) })
}

func readTree(t *testing.T, file string, texts map[string][]byte) (*labelled, *Target) {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	l := &labelled{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), archive: a, matters: []string{"licence.", "owner."}}
	for line := range strings.Lines(string(a.Comment)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "kinds:"):
			for _, k := range strings.Fields(line[6:]) {
				l.kinds = append(l.kinds, good.Kind(k))
			}
		case strings.HasPrefix(line, "matters:"):
			l.matters = strings.Fields(line[8:])
		case l.about(line):
			l.want = append(l.want, line)
		}
	}
	m := fstest.MapFS{}
	for _, f := range a.Files {
		var data []byte
		// A line "text: MIT.t1" stands for a text of the licence library.
		for part := range bytes.Lines(f.Data) {
			if name, is := strings.CutPrefix(strings.TrimSpace(string(part)), "text: "); is {
				if part = texts[name]; part == nil {
					t.Fatalf("%s: there is no text %s", file, name)
				}
			}
			data = append(data, part...)
		}
		m[f.Name] = &fstest.MapFile{Data: data}
	}
	tr := target(m)
	if tr.Kinds = l.kinds; len(l.kinds) == 0 {
		t.Fatalf("%s names no kinds", file)
	}
	return l, tr
}

func line(f finding.Finding) string {
	s := fmt.Sprintf("%s %s %s %s", f.Probe, f.State, f.Confidence, f.Why.Key)
	if len(f.Values) > 0 {
		s += " [" + strings.Join(f.Values, ", ") + "]"
	}
	if len(f.Evidence) > 0 {
		s += fmt.Sprintf(" %s:%d", f.Evidence[0].Path, f.Evidence[0].Line)
	}
	return s
}

func TestLabelledTrees(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d trees, %v", len(files), err)
	}
	texts := knownTexts(t)
	for _, file := range files {
		if !strings.Contains(file, *oneTree) {
			continue
		}
		l, tr := readTree(t, file, texts)
		t.Run(l.name, func(t *testing.T) {
			var got []string
			for _, f := range Run(context.Background(), tr).Findings {
				if l.about(f.Probe) {
					got = append(got, line(f))
				}
			}
			if os.Getenv("STOA_UPDATE") != "" {
				rewrite(t, file, l, got)
				return
			}
			if want := strings.Join(l.want, "\n"); want != strings.Join(got, "\n") {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), want)
			}
		})
	}
}

// rewrite puts what was found into the file, for a person to read.
func rewrite(t *testing.T, file string, l *labelled, got []string) {
	var head []string
	for line := range strings.Lines(string(l.archive.Comment)) {
		if line = strings.TrimSpace(line); line != "" && !l.about(line) {
			head = append(head, line)
		}
	}
	l.archive.Comment = []byte(strings.Join(append(append(head, ""), got...), "\n") + "\n\n")
	if err := os.WriteFile(file, txtar.Format(l.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
