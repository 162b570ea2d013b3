// Package testkit is what the tests of every package share: throw-away
// PostgreSQL clusters, a browser with an accessibility checker, golden files
// and the real data. Only tests may import it.
package testkit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Need skips the test when something it needs is not there, naming it. Where
// STOA_REQUIRE is "all" nothing may be missing and the test fails instead.
func Need(t testing.TB, what string, ok bool) {
	t.Helper()
	if ok {
		return
	}
	if os.Getenv("STOA_REQUIRE") == "all" {
		t.Fatalf("needs %s, and STOA_REQUIRE=all forbids to skip", what)
	}
	t.Skipf("needs %s", what)
}

// RealData returns the absolute path of the directory of real data, which
// STOA_REAL_DATA names (relative to the root of the source tree), or skips the
// test.
func RealData(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("STOA_REAL_DATA")
	Need(t, "the real data, found by STOA_REAL_DATA", dir != "")
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(Root(t), dir)
	}
	_, err := os.Stat(filepath.Join(dir, "dpga"))
	Need(t, "the real data: STOA_REAL_DATA has no folder dpga", err == nil)
	return dir
}

// Root returns the absolute path of the source tree the test runs in.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// root looks for go.mod from the working directory upwards; go test starts
// every test in its package's directory.
var root = sync.OnceValues(func() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the source tree: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("find the source tree: no go.mod above %s", start)
		}
	}
})

// Golden compares got with the file testdata/golden/name of the test's package
// and shows the first line that differs. STOA_UPDATE=1 writes the file instead.
func Golden[T ~string | ~[]byte](t testing.TB, name string, got T) {
	t.Helper()
	file := filepath.Join("testdata", "golden", filepath.FromSlash(name))
	if os.Getenv("STOA_UPDATE") == "1" {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; STOA_UPDATE=1 writes it", err)
	}
	if string(want) == string(got) {
		return
	}
	wants, gots := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := 0; ; i++ {
		w, g := lineAt(wants, i), lineAt(gots, i)
		if w != g {
			t.Errorf("%s differs in line %d\n want %s\n got  %s\nSTOA_UPDATE=1 takes the new one", file, i+1, w, g)
			return
		}
	}
}

// lineAt is line i quoted, or a note that there is none.
func lineAt(lines []string, i int) string {
	if i >= len(lines) {
		return "(end of file)"
	}
	return fmt.Sprintf("%q", lines[i])
}
