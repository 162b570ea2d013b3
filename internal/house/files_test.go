package house

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"stoa/internal/testkit"
)

// file is one text file of the tree that a person wrote.
type file struct {
	path string // from the root, with slashes
	text []byte
}

// generated is the line by which tools know made files (go.dev/s/generatedcode).
var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// notOurs are directories of what is built, installed or kept by a running program.
var notOurs = []string{".git", "node_modules", "bin", "data", "dist"}

// files returns every text file of the tree.
func files(t *testing.T) []file {
	t.Helper()
	root := testkit.Root(t)
	var out []file
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			// Only at the root: a package may embed a folder named data.
			if d.Name() == "node_modules" || !strings.Contains(rel, "/") && slices.Contains(notOurs, rel) {
				return fs.SkipDir
			}
			return nil
		}
		if info, err := d.Info(); err != nil || !info.Mode().IsRegular() || info.Size() > 4<<20 {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if utf8.Valid(text) && !bytes.ContainsRune(text, 0) {
			out = append(out, file{rel, text})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Fatalf("only %d files found in %s", len(out), root)
	}
	return out
}

// maxLines is how long a hand-written file may be.
const maxLines = 400

// longFiles may be longer, each for a reason.
var longFiles = map[string]string{}

func TestFilesAreShort(t *testing.T) {
	for _, f := range files(t) {
		if !strings.HasSuffix(f.path, ".go") && !strings.HasSuffix(f.path, ".templ") && !strings.HasSuffix(f.path, ".sql") {
			continue
		}
		if generated.Match(f.text) || strings.HasSuffix(f.path, "_test.go") || strings.Contains(f.path, "/testdata/") {
			continue
		}
		_, excused := longFiles[f.path]
		if n := bytes.Count(f.text, []byte("\n")); (n > maxLines) != excused {
			t.Errorf("%s has %d lines; a file has at most %d, or a reason in internal/house (excused: %t)", f.path, n, maxLines, excused)
		}
	}
}

// unwanted is spelt with a gap so that this file does not hold it.
var unwanted = map[string]*regexp.Regexp{
	"a note instead of the work": regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b|(?i)coming` + ` soon|not` + ` (yet )?implemented`),
	"a path of one machine":      regexp.MustCompile(`(^|[\s"'=:(\x60])/(work|home/[a-z]+|Users/[A-Za-z]+)/`),
	"a registry's host":          regexp.MustCompile(`(?i)registry` + `\.npmjs|proxy\.` + `golang|deb\.` + `debian|sum\.` + `golang`),
	"a secret key":               regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE` + ` KEY|PRIVATE\+` + `KEY\+`),
	"an unresolved merge":        regexp.MustCompile(`(?m)^(<{7}|>{7}) `),
}

// readable are files whose words are ours.
func readable(path string) bool {
	switch {
	case strings.Contains(path, "/testdata/"), strings.HasPrefix(path, "testdata/"), strings.HasSuffix(path, ".sum"), path == "LICENSE":
		return false
	case strings.HasPrefix(path, "internal/vocab/data/"), strings.HasPrefix(path, "internal/i18n/locales/"):
		return false
	}
	return true
}

func TestWords(t *testing.T) {
	for _, f := range files(t) {
		if !readable(f.path) {
			continue
		}
		for what, re := range unwanted {
			if at := re.FindIndex(f.text); at != nil {
				line := 1 + bytes.Count(f.text[:at[0]], []byte("\n"))
				t.Errorf("%s:%d: %s: %q", f.path, line, what, f.text[at[0]:at[1]])
			}
		}
	}
}

func TestFilesEndWell(t *testing.T) {
	for _, f := range files(t) {
		if !strings.HasSuffix(f.path, ".go") && !strings.HasSuffix(f.path, ".md") && !strings.HasSuffix(f.path, ".templ") {
			continue
		}
		if !bytes.HasSuffix(f.text, []byte("\n")) || bytes.Contains(f.text, []byte("\r\n")) {
			t.Errorf("%s: lines end with a line feed, the last one too", f.path)
		}
	}
}
