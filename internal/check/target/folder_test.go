package target

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/check"
)

func TestAFolderIsReadAndNothingOutsideOfIt(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	put(t, outside, "secret", "root:x:0")
	put(t, dir, "README.md", "hello")
	put(t, dir, "a-b/x", "1")
	put(t, dir, "a/x", "2")
	put(t, dir, "bad\xff\xfename", "raw")
	put(t, dir, "new\nline\u202e", "moved")
	put(t, dir, "node_modules/p/index.js", "filled")
	for link, to := range map[string]string{"out": outside, "secret": outside + "/secret", "passwd": "/etc/passwd", "round": ".", "README": "README.md"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../README.md", filepath.Join(dir, "a", "up")); err != nil {
		t.Fatal(err)
	}
	got := opened(t, dir, Options{Limits: lower})
	want := map[string]string{"README.md": "hello", "a-b/x": "1", "a/x": "2", "bad�name": "raw", "new�line�": "moved"}
	if have := files(t, got); fmt.Sprint(have) != fmt.Sprint(want) || len(got.Cut) != 0 {
		t.Errorf("%q, cut %v", have, got.Cut)
	}
	if up, err := fs.ReadFile(got.FS, "a/up"); err != nil || string(up) != "hello" {
		t.Errorf("a link within the folder leads to %q, %v", up, err)
	}
	buf := make([]byte, 100)
	for name, text := range want {
		if n, err := got.FS.(check.Heads).ReadHead(name, buf); err != nil || string(buf[:n]) != text {
			t.Errorf("%s begins with %q, %v", name, buf[:n], err)
		}
		if n, err := got.FS.(check.Heads).ReadHead(name, buf[:1]); err != nil || n != 1 {
			t.Errorf("%d bytes of %s, %v", n, name, err)
		}
	}
	for _, name := range []string{"out/secret", "secret", "README", "round/README.md", "a/up", "a/../README.md", "../" + filepath.Base(outside) + "/secret", "/etc/passwd", "pipe", "a", "", "."} {
		if n, err := got.FS.(check.Heads).ReadHead(name, buf); err == nil {
			t.Errorf("%s is read: %q", name, buf[:n])
		}
	}
	for _, name := range []string{"out/secret", "secret", "passwd", "../" + filepath.Base(outside) + "/secret", "/etc/passwd", "pipe", "a"} {
		if f, err := got.FS.Open(name); err == nil {
			t.Errorf("%s can be opened", name)
			_ = f.Close()
		}
	}
}

func TestAFileThatChangesItsKindIsNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "sub/a", "1")
	put(t, dir, "sub/b", "2")
	put(t, dir, "c", "3")
	got := opened(t, dir, Options{Limits: lower})
	if err := os.Remove(dir + "/sub/a"); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(dir + "/c"); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(dir+"/c", 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(dir + "/sub/b"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", dir+"/sub/b"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for _, name := range []string{"sub/a", "sub/b", "c"} {
		if _, err := got.FS.Open(name); err == nil {
			t.Errorf("%s can be opened", name)
		}
	}
	if time.Since(began) > time.Second {
		t.Error("waited for who writes into a pipe")
	}
}

func TestWhatGitIgnoresIsNotLookedAtUnlessItIsTracked(t *testing.T) {
	dir := repo(t)
	put(t, dir, ".gitignore", "/build/\n*.log\n!keep.log\n")
	put(t, dir, "src/.gitignore", "made.go\n")
	for _, name := range []string{"build/out.js", "x.log", "keep.log", "src/made.go", "src/new.go", "tracked.log", ".venv/lib/x.py"} {
		put(t, dir, name, name)
	}
	gitIn(t, dir, "2026-03-01T00:00:00Z", "add", "-f", "tracked.log")
	have := files(t, opened(t, dir, Options{Limits: lower}))
	var names []string
	for name := range have {
		names = append(names, name)
	}
	for _, want := range []string{"README.md", "LICENSE", "keep.log", "src/new.go", "tracked.log", ".gitignore"} {
		if _, ok := have[want]; !ok {
			t.Errorf("%s is missing of %v", want, names)
		}
	}
	for _, not := range []string{"build/out.js", "x.log", "src/made.go", ".venv/lib/x.py", ".git/HEAD", ".git/config"} {
		if _, ok := have[not]; ok {
			t.Errorf("%s is looked at", not)
		}
	}
}

func TestAFoldersPastIsReadWithoutRunningAnything(t *testing.T) {
	dir := repo(t)
	marker := filepath.Join(t.TempDir(), "ran")
	script := "#!/bin/sh\ntouch " + marker + "\n"
	for _, hook := range []string{"post-checkout", "pre-commit", "fsmonitor"} {
		if err := os.WriteFile(filepath.Join(dir, ".git/hooks", hook), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	head := gitIn(t, dir, "2026-03-01T00:00:00Z", "rev-parse", "HEAD")
	gitIn(t, dir, "2026-03-01T00:00:00Z", "remote", "add", "origin", "https://someone:secret@forge.example/o/n.git")
	config, err := os.OpenFile(dir+"/.git/config", os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(config, "[core]\n\tfsmonitor = %s\n[diff]\n\texternal = %s\n", dir+"/.git/hooks/fsmonitor", dir+"/.git/hooks/fsmonitor")
	if err := config.Close(); err != nil {
		t.Fatal(err)
	}
	got := opened(t, dir, Options{Limits: lower})
	if got.Commit != head || got.URL != "https://forge.example/o/n" {
		t.Errorf("commit %s at %s", got.Commit, got.URL)
	}
	sawPast(t, got.History)
	if _, err := os.Stat(marker); err == nil {
		t.Error("something of theirs ran")
	}
	packed := opened(t, dir, Options{Limits: lower})
	gitIn(t, dir, "2026-03-01T00:00:00Z", "-c", "core.fsmonitor=false", "gc", "-q")
	sawPast(t, packed.History)
	sawPast(t, opened(t, dir, Options{Limits: lower}).History)
}

// sawPast compares with the past that repo makes.
func sawPast(t *testing.T, h *check.History) {
	t.Helper()
	if h == nil {
		t.Fatal("no past")
	}
	if h.Newest.Format(time.DateOnly) != "2026-02-05" || h.Commits != 3 || len(h.Authors) != 2 || h.Authors[0].Commits != 2 || len(h.Authors[0].ID) != 8 {
		t.Errorf("%+v", h)
	}
	if len(h.Tags) != 2 || h.Tags[0].Name != "v0.10" || h.Tags[0].At.Format(time.DateOnly) != "2026-02-06" || h.Tags[1].Name != "v0.9" || h.Tags[1].At.Format(time.DateOnly) != "2024-01-01" {
		t.Errorf("%+v", h.Tags)
	}
}

func TestAHistoryThatIsCutSaysSo(t *testing.T) {
	dir, to := repo(t), t.TempDir()
	if out, err := exec.Command("git", "clone", "-q", "--depth=2", "file://"+dir, to).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if h := opened(t, to, Options{Limits: lower}).History; h == nil || h.Commits != -1 {
		t.Errorf("%+v", h)
	}
}

func TestAFolderWithinLimitsOnly(t *testing.T) {
	dir := t.TempDir()
	for i := range 60 {
		put(t, dir, fmt.Sprintf("d%02d/f", i), "x")
	}
	put(t, dir, strings.Repeat("deep/", 15)+"f", "x")
	few := lower
	few.Files = 40
	if got := opened(t, dir, Options{Limits: few}); len(got.Entries) != 40 || cutKeys(got) != "files" {
		t.Errorf("%d files, cut %q", len(got.Entries), cutKeys(got))
	}
	if got := opened(t, dir, Options{Limits: lower}); len(got.Entries) != 60 || cutKeys(got) != "depth" {
		t.Errorf("%d files, cut %q", len(got.Entries), cutKeys(got))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	got, free, err := Open(ctx, dir, Options{Limits: lower})
	defer free()
	if err == nil && len(got.Cut) == 0 {
		t.Error("an end that nobody hears of")
	}
}

func TestWhatIsNoTargetIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(dir+"/pipe", 0o644); err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]string{dir + "/none": "target.error.none", dir + "/pipe": "target.error.kind", "/dev/zero": "target.error.kind",
		"https://example.org": "target.error.offline", "git@example.org:o/n.git": "target.error.offline"} {
		refusedAs(t, name, Options{Limits: lower}, key)
	}
	for name, want := range map[string]string{"https://a.example/x": "https://a.example/x", "HTTPS://a.example": "https://a.example", "git@a.example:o/n.git": "https://a.example/o/n.git",
		"ssh://git@a.example/o/n": "https://a.example/o/n", "git://a.example/o/n": "https://a.example/o/n", "./x": "", "a@b": "", "c:/x": "", "x@y:z": ""} {
		if got := Address(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
