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
func Program(t testing.TB) string { return built(t, program) }

// Checker is Program for the program stoa-check, packed as make build has it.
func Checker(t testing.TB) string { return built(t, checker) }

func built(t testing.TB, build func() (string, error)) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var (
	program = sync.OnceValues(func() (string, error) { return build("stoa", false) })
	checker = sync.OnceValues(func() (string, error) { return build("stoa-check", true) })
)

func build(name string, packed bool) (string, error) {
	dir, err := os.MkdirTemp("", "stoa-program-")
	if err != nil {
		return "", fmt.Errorf("build %s: %w", name, err)
	}
	if err := sweep(dir); err != nil {
		return "", err
	}
	top, err := root()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name)
	flags, err := os.ReadFile(filepath.Join(top, "tools", "gcflags"))
	if err != nil {
		return "", fmt.Errorf("build %s: %w", name, err)
	}
	args := append([]string{"build", "-trimpath", "-buildvcs=false"}, strings.Fields(string(flags))...)
	if packed {
		if out, err := exec.Command(filepath.Join(top, "tools", "pack.sh"), filepath.Join(dir, "packed")).CombinedOutput(); err != nil {
			return "", fmt.Errorf("pack %s: %w\n%s", name, err, out)
		}
		args = append(args, "-overlay", filepath.Join(dir, "packed", "overlay.json"))
	}
	cmd := exec.Command("go", append(args, "-ldflags=-s -w -X main.version=test", "-o", path, "./cmd/"+name)...)
	cmd.Dir, cmd.Env = top, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return path, nil
}
