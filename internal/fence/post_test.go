package fence_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/fence"
)

func TestPostKeepsWithinTheFence(t *testing.T) {
	var elsewhere atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != `{"a":1}` || r.Method != http.MethodPost || r.Header.Get("Webhook-Id") != "m1" || r.Header.Get("User-Agent") != "test" || r.Header.Get("Cookie") != "" {
			t.Errorf("%s %q %v %v", r.Method, body, r.Header, err)
		}
		w.WriteHeader(http.StatusAccepted)
	})
	mux.HandleFunc("/elsewhere", func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusPermanentRedirect)
	})
	mux.HandleFunc("/inside", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for chunk := bytes.Repeat([]byte("x"), 1<<16); r.Context().Err() == nil; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) { // headers at once, a body without end
		w.WriteHeader(http.StatusOK)
		for http.NewResponseController(w).Flush() == nil {
			select {
			case <-r.Context().Done():
				return
			case <-time.After(20 * time.Millisecond):
				_, _ = w.Write([]byte("x"))
			}
		}
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does a server see that nobody waits any more
		<-r.Context().Done()
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	p := open(t, server.URL)
	p.MaxTime = 700 * time.Millisecond
	c := fence.New(p)
	post := func(c *fence.Client, address string) (int, string, time.Duration) {
		began := time.Now()
		status, err := c.Post(context.Background(), address, map[string]string{"Webhook-Id": "m1", "Content-Type": "application/json"}, []byte(`{"a":1}`))
		return status, keyOf(err), time.Since(began)
	}
	for path, want := range map[string]struct {
		status int
		key    string
	}{"/ok": {202, ""}, "/moved": {308, ""}, "/inside": {307, ""}, "/endless": {200, ""}, "/drip": {200, ""}, "/none": {404, ""}, "/slow": {0, "error.fence.unreachable"}} {
		status, key, took := post(c, server.URL+path)
		if status != want.status || key != want.key || took > 10*time.Second {
			t.Errorf("%s: %d %q after %v, want %+v", path, status, key, took, want)
		}
	}
	if elsewhere.Load() != 0 {
		t.Error("a redirect was followed")
	}
	inside := p
	inside.Allow = nil
	for address, want := range map[string]string{server.URL + "/ok": "error.fence.private", "http://10.0.0.1/in": "error.fence.private", "http://[::1]/in": "error.fence.private",
		"http://[::ffff:127.0.0.1]/in": "error.fence.private", "https://user:pw@example.org/in": "error.fence.address", "ftp://example.org/in": "error.fence.address", "http://%zz": "error.fence.address"} {
		if status, key, _ := post(fence.New(inside), address); key != want || status != 0 {
			t.Errorf("%s: %d %q, want %q", address, status, key, want)
		}
	}
	other := p
	other.Ports = []uint16{443}
	if status, key, _ := post(fence.New(other), server.URL+"/ok"); key != "error.fence.private" || status != 0 {
		t.Errorf("another port: %d %q", status, key)
	}
}
