package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stoa/internal/testkit"
)

// TestEndlessFilesAreRefused gives the built program two gigabytes that never
// end a record: it must say so in 256 MB of memory and without a trace of the
// program's insides.
func TestEndlessFilesAreRefused(t *testing.T) {
	program := testkit.Program(t)
	const size = 2 << 30
	for what, head := range map[string]string{
		"nothing":         "",
		"one name":        `[{"id":"1","name":"` + strings.Repeat("Well ", 10<<20),
		"one deep record": `[{"id":"1","name":` + strings.Repeat("[", 10<<20),
		"many keys":       `[{` + strings.Repeat(`"a":1,`, 5<<20),
		"spaces":          strings.Repeat(" ", 64<<20),
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "dpgs.json")
			if err := os.WriteFile(file, []byte(head), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(file, size); err != nil { // the rest is a hole
				t.Fatal(err)
			}
			cmd := exec.Command("/bin/sh", "-c", `ulimit -d 262144 && exec "$@"`, "sh", // kB
				program, "import", "--format", "dpga-v1", "--data", filepath.Join(dir, "data"), file)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() < 1 || exit.ExitCode() > 2 {
				t.Errorf("ends with %v", err)
			}
			if s := string(out); !strings.Contains(s, "stoa: ") || strings.Contains(s, "goroutine") || strings.Contains(s, "error.") || len(s) > 2000 {
				t.Errorf("says %.500q", s)
			}
			t.Logf("after %v: %s", cmd.ProcessState.UserTime(), out)
		})
	}
}
