package testkit

import (
	"io"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Repositories serves repositories of git over HTTP as a forge does, at
// /o/<name>.git, each of files and texts by name, and says the commit of each.
func Repositories(t *testing.T, all map[string]map[string]string) (served http.Handler, heads map[string]string) {
	t.Helper()
	const backend = "/usr/lib/git-core/git-http-backend"
	_, err := os.Stat(backend)
	Need(t, "git's server for HTTP, of Debian's package git", err == nil)
	root := t.TempDir()
	heads = map[string]string{}
	for name, files := range all {
		tree := t.TempDir()
		git(t, tree, "init", "-q", "-b", "main")
		for path, text := range files {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(tree, path)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(tree, path), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		git(t, tree, "add", ".")
		git(t, tree, "commit", "-q", "-m", "one")
		heads[name] = git(t, tree, "rev-parse", "HEAD")
		git(t, "", "clone", "-q", "--bare", tree, filepath.Join(root, "o", name+".git"))
	}
	return &cgi.Handler{Path: backend, Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"},
		InheritEnv: []string{"PATH"}, Stderr: io.Discard}, heads
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=C", "GIT_COMMITTER_EMAIL=c@example.org")
	out, err := c.Output()
	if err != nil {
		t.Fatalf("git %v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}
