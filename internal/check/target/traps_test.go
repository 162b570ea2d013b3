package target

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"stoa/internal/check"
)

// TestAFolderFullOfTrapsIsLookedAt has of everything that has no place in a
// repository something: what can be read is read, and the check ends.
func TestAFolderFullOfTrapsIsLookedAt(t *testing.T) {
	dir := repo(t)
	put(t, dir, "package.json", `{"name": "traps", "license": "MIT"}`)
	huge := []string{"COPYING", "LICENSES/MIT.txt", "docs/README.md", "a.csv", "a.parquet", "data.json", "datapackage.json", "sub/package-lock.json", "go.sum", "big.bin", ".gitignore", "sub/.gitignore", ".git/info/exclude", ".git/packed-refs"}
	for _, name := range huge { // six gigabytes each, of which nothing lies on the disk
		put(t, dir, name, "x")
		if err := os.Truncate(filepath.Join(dir, name), 6<<30); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"README.rst", "setup.py", ".git/index.lock", "CITATION.cff"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"NOTICE": "NOTICE", "a/b/c": "../..", "loop1": "loop2", "loop2": "loop1", "publiccode.yml": "/dev/zero", "AUTHORS": "/proc/self/mem", "docs/up": "../../../../..", "codemeta.json": "/etc/passwd"} {
		put(t, dir, filepath.Join(filepath.Dir(link), "x"), "x")
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	// Only root makes devices, and not in every container.
	for name, major := range map[string]int{"pom.xml": 1<<8 | 5, "Dockerfile": 1<<8 | 8} {
		if err := syscall.Mknod(filepath.Join(dir, name), syscall.S_IFCHR|0o666, major); err != nil && !errors.Is(err, fs.ErrPermission) {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("unix", filepath.Join(dir, "GOVERNANCE.md"))
	if err == nil { // the name of a socket may be too long for one
		defer l.Close()
	}
	for _, name := range []string{"-rf", "--help", "$(touch x)", "`touch x`", "a\nb", "a\tb", "\x1b[2J", "CON", "nul.", "x ", " y", strings.Repeat("n", 255), "\xff\xfe.md", "LICENSE\u202etxt", "é", "e\u0301", "%2e%2e", "~", "*", "?", "\\..\\x", "'\";DROP"} {
		put(t, dir, "names/"+name, "\xff\xfe\x00\x01 not text")
	}
	put(t, dir, "docs/guide.md", "# \xff\xfe\n\n\xc3\x28 [x](\xff) licence \xed\xa0\x80\n")
	put(t, dir, "Cargo.toml", "[package]\nlicense = \"\xff\"\n")
	put(t, dir, "codemeta.yaml", "\xff\xfea\x00:\x00")
	deep := filepath.Join(dir, "deep")
	for range 300 {
		deep = filepath.Join(deep, "d")
	}
	put(t, deep, "f", "x")

	before := peak(t)
	began := time.Now()
	got := opened(t, dir, Options{})
	r := check.Run(context.Background(), got)
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	if grew := peak(t) - before; grew > 200<<20 {
		t.Errorf("it took %d MB", grew>>20)
	}
	if cutKeys(got) != "depth names" { // two names look alike once they are fit to be shown
		t.Errorf("cut %q", cutKeys(got))
	}
	if r.Bytes > 100<<20 {
		t.Errorf("%d MB were read", r.Bytes>>20)
	}
	for _, c := range r.Cut {
		if !strings.HasPrefix(c.Key, "target.cut.") {
			t.Errorf("cut %v", c)
		}
	}
	if found := r.Of("licence.declared"); len(found) != 1 || len(found[0].Values) != 1 || found[0].Values[0] != "MIT" {
		t.Errorf("what can be read was not: %+v", found)
	}
	for _, e := range got.Entries {
		for _, not := range []string{"NOTICE", "README.rst", "pom.xml", "Dockerfile", "publiccode.yml", "AUTHORS", "codemeta.json", "loop1", "a/b/c", "docs/up", "GOVERNANCE.md"} {
			if e.Path == not {
				t.Errorf("%s is a file", e.Path)
			}
		}
	}
}

// peak is the memory that the program took from the system so far, in bytes.
func peak(t *testing.T) int64 {
	t.Helper()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}

func TestAFolderOfTooManyNamesIsReadToTheLimit(t *testing.T) {
	dir := t.TempDir()
	few := lower
	few.Files = 500
	for i := range 6000 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%05d", i)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	seen := 0
	few.Files = 500
	got := opened(t, dir, Options{Limits: few, Progress: func(_ string, n int) { seen = max(seen, n) }})
	if len(got.Entries) != 500 || cutKeys(got) != "files" || seen > 500 {
		t.Errorf("%d files, cut %q, %d told", len(got.Entries), cutKeys(got), seen)
	}
	r := check.Run(context.Background(), got)
	if len(r.Cut) != 1 || r.Files != 500 {
		t.Errorf("%d files, cut %v", r.Files, r.Cut)
	}
}

// stuckFile is a file whose reading never comes to an end before the test does.
type stuckFile struct {
	fs.FS
	over chan struct{}
}

func (f stuckFile) Open(name string) (fs.File, error) {
	if name == "b.csv" {
		<-f.over
	}
	return f.FS.Open(name)
}

func TestDataThatIsNeverReadIsNotWaitedFor(t *testing.T) {
	over := make(chan struct{})
	defer close(over)
	was := patience
	patience = 100 * time.Millisecond
	defer func() { patience = was }()
	file := &fstest.MapFile{Data: []byte("x,y\n1,2\n")}
	tr := &check.Target{FS: stuckFile{fstest.MapFS{"a.csv": file, "b.csv": file, "c.csv": file}, over}, Entries: []check.Entry{{Path: "a.csv", Size: 8}, {Path: "b.csv", Size: 8}, {Path: "c.csv", Size: 8}}}
	describe(tr)
	if len(tr.Data) != 2 || cutKeys(tr) != "slow" || tr.Cut[0].Args["Path"] != "b.csv" {
		t.Errorf("%v, cut %v", tr.Data, tr.Cut)
	}
}
