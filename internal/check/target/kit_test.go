package target

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"stoa/internal/check"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/testkit"
)

// lower are limits that tests meet soon.
var lower = Limits{Files: 1000, Bytes: 8 << 20, File: 1 << 20, Depth: 10, Pages: 5, Time: 20 * time.Second}

// through is a client of the real fence that lets out to the test's servers on
// loopback and nowhere else.
func through(t *testing.T, most int64, servers ...string) *http.Client {
	t.Helper()
	p := fence.Policy{MaxBytes: most, MaxTime: 5 * time.Second, MaxRedirects: 3, UserAgent: "stoa-test", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	for _, s := range servers {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		p.Ports = append(p.Ports, uint16(port))
	}
	return fence.New(p).HTTP(4 * most)
}

func opened(t *testing.T, name string, o Options) *check.Target {
	t.Helper()
	got, free, err := Open(context.Background(), name, o)
	if err != nil {
		t.Fatalf("%s: %v (%v)", name, err, errors.Unwrap(err))
	}
	t.Cleanup(free)
	return got
}

// refusedAs opens what is to be refused, with this key.
func refusedAs(t *testing.T, name string, o Options, key string) {
	t.Helper()
	began := time.Now()
	_, free, err := Open(context.Background(), name, o)
	free()
	var e *good.Error
	if !errors.As(err, &e) || e.Key != key {
		t.Errorf("%s: %v, want %s", name, err, key)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("%s: refused after %v", name, took)
	}
}

// files are what a target holds, by path.
func files(t *testing.T, got *check.Target) map[string]string {
	t.Helper()
	out := map[string]string{}
	last := ""
	for _, e := range got.Entries {
		if e.Path <= last && last != "" {
			t.Errorf("%q comes after %q", e.Path, last)
		}
		last = e.Path
		text, err := fs.ReadFile(got.FS, e.Path)
		if err != nil {
			t.Errorf("%q: %v", e.Path, err)
		}
		out[e.Path] = string(text)
	}
	return out
}

func cutKeys(got *check.Target) string {
	var keys []string
	for _, c := range got.Cut {
		keys = append(keys, strings.TrimPrefix(c.Key, "target.cut."))
	}
	return strings.Join(keys, " ")
}

// git runs git in a folder, as nobody in particular, at a time of its own.
func gitIn(t *testing.T, dir, when string, args ...string) string {
	t.Helper()
	c := exec.Command("git", append([]string{"-C", dir}, args...)...)
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.org",
		"GIT_COMMITTER_NAME=C", "GIT_COMMITTER_EMAIL=c@example.org", "GIT_AUTHOR_DATE="+when, "GIT_COMMITTER_DATE="+when)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// grown makes a repository with a past: four commits in two years, two tags.
func repo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	gitIn(t, dir, "2024-01-01T00:00:00Z", "init", "-q", "-b", "main")
	put(t, dir, "README.md", "# One\n")
	gitIn(t, dir, "2024-01-01T00:00:00Z", "add", ".")
	gitIn(t, dir, "2024-01-01T00:00:00Z", "commit", "-q", "-m", "one")
	gitIn(t, dir, "2024-01-01T00:00:00Z", "tag", "v0.9")
	put(t, dir, "LICENSE", "MIT License\n")
	put(t, dir, "src/main.go", "package main\n")
	gitIn(t, dir, "2025-12-01T00:00:00Z", "add", ".")
	gitIn(t, dir, "2025-12-01T00:00:00Z", "commit", "-q", "-m", "two", "--author", "B <b@example.org>")
	for i, when := range []string{"2026-01-05T00:00:00Z", "2026-02-05T00:00:00Z"} {
		put(t, dir, "src/main.go", "package main // "+strconv.Itoa(i)+"\n")
		gitIn(t, dir, when, "commit", "-q", "-a", "-m", "more")
	}
	gitIn(t, dir, "2026-02-06T00:00:00Z", "tag", "-a", "-m", "ten", "v0.10")
	return dir
}

// gitServer serves the repositories below a folder by git's own program.
func gitServer(t *testing.T, root string, before func(http.ResponseWriter, *http.Request) bool) string {
	t.Helper()
	const backend = "/usr/lib/git-core/git-http-backend"
	_, err := os.Stat(backend)
	testkit.Need(t, "git's server for HTTP, of Debian's package git", err == nil)
	h := &cgi.Handler{Path: backend, Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"}, InheritEnv: []string{"PATH"}, Stderr: io.Discard, Logger: log.New(io.Discard, "", 0)}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" || r.UserAgent() != "stoa-test" && r.UserAgent() != fence.Default.UserAgent {
			t.Errorf("%s %s tells %v", r.Method, r.URL, r.Header)
		}
		if before != nil && before(w, r) {
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func keyOf(err error) string {
	var e *good.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}
