package fence_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"stoa/internal/fence"
)

func TestATokenIsShownToItsHostAlone(t *testing.T) {
	var other *httptest.Server
	seen := map[string]string{}
	mine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen["mine"+r.URL.Path] = r.Header.Get("Authorization")
		if r.URL.Path == "/away" {
			http.Redirect(w, r, other.URL+"/landed", http.StatusTemporaryRedirect)
		}
	}))
	defer mine.Close()
	other = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen["other"+r.URL.Path] = r.Header.Get("Authorization")
	}))
	defer other.Close()
	p, q := open(t, mine.URL), open(t, other.URL)
	p.Ports = append(p.Ports, q.Ports...)
	client := fence.New(p).HTTP(1 << 20)
	ctx := fence.WithToken(t.Context(), mine.URL, "for-anybody")
	for _, path := range []string{"/here", "/away"} {
		req, err := http.NewRequestWithContext(ctx, http.MethodHead, mine.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Basic secret") // never goes out
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	if seen["mine/here"] != "Bearer for-anybody" || seen["mine/away"] != "Bearer for-anybody" {
		t.Errorf("the host sees %q", seen)
	}
	if got, asked := seen["other/landed"]; !asked || got != "" {
		t.Errorf("another host sees %q, asked %v", got, asked)
	}
}
