package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"stoa/internal/testkit"
)

var (
	readmeLine = regexp.MustCompile(`(?m)^bin/stoa (.*?)(?:\s+#.*)?$`)
	flagIn     = regexp.MustCompile(`--[a-z-]+`)
	quotedIn   = regexp.MustCompile(`"[^"]*"`)
	variableIn = regexp.MustCompile(`STOA_[A-Z_]+`)
)

// TestReadmeCommandsAreUnderstood parses every command of the README and looks
// for its flags and variables in the program's own help.
func TestReadmeCommandsAreUnderstood(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(testkit.Root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	lines := readmeLine.FindAllStringSubmatch(string(text), -1)
	if len(lines) < 5 {
		t.Fatalf("%d commands found", len(lines))
	}
	help := ""
	for _, l := range lines {
		var args []string
		for _, word := range strings.Fields(quotedIn.ReplaceAllString(l[1], "x")) {
			if word != "--help" {
				args = append(args, word)
			}
		}
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), append(args, "--help"), &stdout, &stderr); code != 0 {
			t.Errorf("stoa %s: exit %d\n%s", l[1], code, stderr.String())
		}
		for _, flag := range flagIn.FindAllString(l[1], -1) {
			if !strings.Contains(stdout.String(), flag) {
				t.Errorf("stoa %s: the help does not know %s", l[1], flag)
			}
		}
		help += stdout.String()
	}
	for _, name := range variableIn.FindAllString(string(text), -1) {
		if name != "STOA_REAL_DATA" && !strings.Contains(help, "$"+name) {
			t.Errorf("the README says %s, the program's help does not", name)
		}
	}
}
