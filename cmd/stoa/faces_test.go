package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/testkit"
)

// TestEveryAnswerIsGuarded asks the built program on each of its faces, for
// what there is and for what there is not, in ways it refuses: every answer
// has the headers that keep a browser safe, and its log is lines of JSON that
// name nobody.
func TestEveryAnswerIsGuarded(t *testing.T) {
	dir := t.TempDir()
	s, err := startServer(testkit.Program(t), append(os.Environ(), "STOA_DATA="+filepath.Join(dir, "data"), "STOA_ADDR=127.0.0.1:0", "STOA_DATABASE_URL="),
		dir, "--base-url", "https://goods.example.org", "--log-format", "json")
	if err != nil {
		t.Fatal(err)
	}
	defer s.end(syscall.SIGKILL)
	var at []string
	for deadline := time.Now().Add(10 * time.Second); at == nil && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		at = regexp.MustCompile(`"address":"(127\.0\.0\.1:\d+)"`).FindStringSubmatch(s.logged.String())
	}
	if at == nil {
		t.Fatalf("the log does not say where it serves: %s", s.logged)
	}
	long := "/goods?q=" + strings.Repeat("x", 20<<10)
	for _, c := range []struct {
		method, path string
		status       int
		header       string
	}{
		{"GET", "/", 200, ""}, {"GET", "/goods", 200, ""}, {"GET", "/en/goods", 301, ""}, {"GET", "/fr/goods/dhis2", 200, ""}, {"GET", "/goods/dhis2/badge.svg", 200, ""},
		{"GET", "/absent-amina", 404, ""}, {"DELETE", "/goods", 405, ""}, {"GET", long, 414, ""}, {"POST", "/goods", 403, "Sec-Fetch-Site: cross-site"},
		{"GET", "/api/v1/goods", 200, ""}, {"GET", "/api/v1/absent", 404, ""}, {"PUT", "/api/v1/goods", 405, ""}, {"GET", "/api/v1/goods?amina=1", 400, ""},
		{"GET", "/api" + long, 414, ""}, {"GET", "/api/v1/goods", 503, "Stoa-Position: 999999"}, {"GET", "/api/v1/openapi.yaml", 200, ""},
		{"GET", "/log/checkpoint", 200, ""}, {"GET", "/log/absent", 404, ""}, {"GET", "/dpga/absent", 404, ""}, {"GET", "/dpga" + long, 414, ""},
		{"GET", "/robots.txt", 200, ""}, {"GET", "/sitemap.xml", 200, ""}, {"GET", "/goods.csv", 200, ""}, {"GET", "/feed.atom?amina", 0, ""},
		{"GET", "/healthz", 200, ""}, {"POST", "/readyz", 405, ""}, {"GET", "/metrics", 200, ""}, {"GET", "/assets/absent.css", 404, ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, "http://"+at[1]+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if name, value, ok := strings.Cut(c.header, ": "); ok {
			req.Header.Set(name, value)
		}
		resp, err := noRedirects.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		what := c.method + " " + c.path[:min(len(c.path), 40)]
		if err != nil || c.status != 0 && resp.StatusCode != c.status {
			t.Errorf("%s: %s %v", what, resp.Status, err)
		}
		h := resp.Header
		if csp := h.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors") && !strings.HasSuffix(c.path, ".svg") {
			t.Errorf("%s: Content-Security-Policy %q", what, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", what, name, h.Get(name))
			}
		}
		if h.Get("Permissions-Policy") == "" || h.Get("Cross-Origin-Resource-Policy") == "" {
			t.Errorf("%s: headers %v", what, h)
		}
		if ops := strings.HasSuffix(c.path, "z") || c.path == "/metrics"; !ops && h.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s: browsers are not told to stay on https", what)
		}
	}
	if err := s.end(syscall.SIGTERM); err != nil {
		t.Errorf("stop: %v", err)
	}
	lines := 0
	for line := range strings.Lines(s.logged.String()) {
		var v struct{ Time, Level, Msg, Route string }
		if err := json.Unmarshal([]byte(line), &v); err != nil || v.Time == "" || v.Level == "" || v.Msg == "" {
			t.Errorf("a log line is not JSON with time, level and msg: %s", line)
		}
		lines++
	}
	if lines < 20 || strings.Contains(s.logged.String(), "amina") || strings.Count(s.logged.String(), "127.0.0.1") != 1 {
		t.Errorf("%d log lines: %s", lines, s.logged.String())
	}
}
