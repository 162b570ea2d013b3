package fence_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"stoa/internal/fence"
	"stoa/internal/good"
)

// open is a policy that lets out to the test's own server and nowhere else.
func open(t *testing.T, server string) fence.Policy {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	return fence.Policy{MaxBytes: 1000, MaxTime: 5 * time.Second, MaxRedirects: 2, UserAgent: "test",
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Ports: []uint16{uint16(port)}}
}

func keyOf(err error) string {
	var e *good.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

func TestFetchKeepsWithinTheFence(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("[]")) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte("x"), 2000)) })
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/once", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/ok", http.StatusFound) })
	mux.HandleFunc("/inside", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "file:///etc/passwd")
		w.WriteHeader(http.StatusFound)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	c := fence.New(open(t, server.URL))
	for path, want := range map[string]string{"/ok": "", "/once": "", "/large": "error.fence.large", "/round": "error.fence.redirects",
		"/inside": "error.fence.private", "/file": "error.fence.address", "/none": "error.fence.status"} {
		var body strings.Builder
		final, err := c.Fetch(context.Background(), server.URL+path, &body)
		if keyOf(err) != want {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
		if want == "" && (err != nil || body.String() != "[]" || final != server.URL+"/ok") {
			t.Errorf("%s: %q from %s, %v", path, body.String(), final, err)
		}
	}
}

func TestFetchRefusesPrivateAndOddAddresses(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("let out to a private address") }))
	defer server.Close()
	p := open(t, server.URL)
	p.Allow = nil
	c := fence.New(p)
	for address, want := range map[string]string{
		server.URL:                    "error.fence.private",
		"http://[::1]:80/":            "error.fence.private",
		"http://10.0.0.1/":            "error.fence.private",
		"ftp://example.org/x":         "error.fence.address",
		"https://user:pw@example.org": "error.fence.address",
		"javascript:alert(1)":         "error.fence.address",
		"http://%zz/":                 "error.fence.address",
		"":                            "error.fence.address",
	} {
		if _, err := c.Fetch(context.Background(), address, &strings.Builder{}); keyOf(err) != want {
			t.Errorf("%q: %v, want %q", address, err, want)
		}
	}
}
