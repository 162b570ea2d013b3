package api

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"stoa/internal/edge"
	"stoa/internal/good"
)

// TestBehindTheWholeEdge asks over the wire, through all that stands before
// the API in the program, while the registry changes.
func TestBehindTheWholeEdge(t *testing.T) {
	in := newInstance(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), 40)
	var out lines
	log := slog.New(slog.NewTextHandler(&out, nil))
	cache := edge.NewPageCache(edge.CacheConfig{Position: in.app.Position, Now: time.Now})
	h := edge.Chain(in, edge.RequestID(strings.NewReader("abcdef")), edge.Log(log, time.Now), edge.Recover(log, Refuse(base)),
		edge.SecurityHeaders(edge.Security{CSP: "default-src 'none'"}), edge.Limits{Rate: -1, Now: time.Now, Deny: Refuse(base)}.Middleware, edge.Compress, cache.Middleware)
	srv := httptest.NewServer(h)
	defer srv.Close()
	ask := func(method, target string, header headers) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), method, srv.URL+target, nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range header {
			r.Header.Set(k, v)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, string(b)
	}
	first, plain := ask("GET", "/api/v1/goods?limit=25&q=register", headers{"Accept-Encoding": "identity"})
	zipped, packed := ask("GET", "/api/v1/goods?q=register&limit=25", headers{"Accept-Encoding": "gzip"})
	if zipped.Header.Get("Content-Encoding") != "gzip" || len(packed) >= len(plain)/3 || first.Header.Get("Etag") != zipped.Header.Get("Etag") {
		t.Errorf("compressed to %d of %d bytes, %v", len(packed), len(plain), zipped.Header)
	}
	if res, _ := ask("HEAD", "/api/v1/goods?limit=25&q=register", nil); res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/json" {
		t.Error("HEAD", res.Status, res.Header)
	}
	if res, body := ask("GET", "/api/v1/goods?limit=25&q=register", headers{"If-None-Match": first.Header.Get("Etag")}); res.StatusCode != 304 || body != "" {
		t.Error(res.Status)
	}
	for name, want := range map[string]string{"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"} {
		if got := first.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	french, _ := ask("GET", "/api/v1/problems/gone", headers{"Accept-Language": "fr"})
	english, _ := ask("GET", "/api/v1/problems/gone", headers{"Accept-Language": "en"})
	if french.Header.Get("Content-Language") != "fr" || english.Header.Get("Content-Language") != "en" {
		t.Error("the cache mixes languages")
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 25 {
				target := []string{"/api/v1/goods?limit=25&q=register", "/api/v1/goods/register-003", "/api/v1/sources", "/api/v1/goods/register-003/history"}[i]
				if res, _ := ask("GET", target, nil); res.StatusCode != 200 {
					t.Errorf("%s while the registry changes: %s", target, res.Status)
				}
			}
		})
	}
	for _, name := range []string{"Amira's register", "Register of Amira"} {
		if _, _, err := in.app.Edit(context.WithoutCancel(t.Context()), operator, "register-003", 0, "its own name", func(f *good.Facts) error { f.Name = name; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, body := ask("GET", "/api/v1/goods/register-003", nil); !strings.Contains(body, name) {
			t.Errorf("%s is not shown at once", name)
		}
	}
	wg.Wait()
	if _, body := ask("GET", "/api/v1/goods?q=amira", nil); !strings.Contains(body, "Register of Amira") {
		t.Error("a new name is not found:", body)
	}
	logged := out.String()
	if strings.Contains(logged, "mira") || strings.Contains(logged, "127.0.0.1") || !strings.Contains(logged, `route="GET /api/v1/goods/{good}"`) {
		t.Error("the log:", logged[:min(2000, len(logged))])
	}
}

// lines is a buffer many may write to.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
