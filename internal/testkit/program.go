package testkit

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Program builds the program stoa with the flags of make build, without what it
// packs (that is tested where it is given out), and returns its path. It
// is built once per process and removed when the process ends.
func Program(t testing.TB) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "stoa-program-")
	if err != nil {
		return "", fmt.Errorf("build stoa: %w", err)
	}
	if err := sweep(dir); err != nil {
		return "", err
	}
	top, err := root()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "stoa")
	flags, err := os.ReadFile(filepath.Join(top, "tools", "gcflags"))
	if err != nil {
		return "", fmt.Errorf("build stoa: %w", err)
	}
	args := append([]string{"build", "-trimpath", "-buildvcs=false"}, strings.Fields(string(flags))...)
	cmd := exec.Command("go", append(args, "-ldflags=-s -w -X main.version=test", "-o", path, "./cmd/stoa")...)
	cmd.Dir, cmd.Env = top, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build stoa: %w\n%s", err, out)
	}
	return path, nil
})
