package connect_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/harvest/connect"
)

func keyOf(err error) string {
	var e *good.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return fmt.Sprint(err)
}

func hostOf(address string) string { return strings.TrimPrefix(address, "http://") }

func TestAClientKeepsToRobotsTxt(t *testing.T) {
	asked := 0
	base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			asked++
			fmt.Fprint(w, "User-agent: *\nDisallow: /\n\nUser-agent: Stoa\nDisallow: /private\nDisallow: /*?secret=\n")
			return
		}
		fmt.Fprint(w, "here")
	}))
	c := connect.NewClient(through(t, base, 1<<20), &connect.Hosts{}, quick)
	for path, key := range map[string]string{"/open": "", "/private/x": "harvest.error.robots", "/open?secret=1": "harvest.error.robots"} {
		a, err := c.Get(ctx, base+path, connect.Ask{})
		if key == "" && (err != nil || string(a.Body) != "here") || key != "" && keyOf(err) != key {
			t.Errorf("%s: %v", path, err)
		}
	}
	if asked != 1 {
		t.Errorf("robots.txt was asked for %d times", asked)
	}
	agreed := quick
	agreed.Agreed = hostOf(base)
	if _, err := connect.NewClient(through(t, base, 1<<20), &connect.Hosts{}, agreed).Get(ctx, base+"/private/x", connect.Ask{}); err != nil {
		t.Errorf("who runs it agreed: %v", err)
	}
}

// TestAClientKeepsToTheRobotsTxtOfWhereItIsLed follows redirects to another
// host, which has rules of its own.
func TestAClientKeepsToTheRobotsTxtOfWhereItIsLed(t *testing.T) {
	rules, busy := "User-agent: *\nDisallow: /private\n", 0
	there := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/robots.txt":
			fmt.Fprint(w, "there")
		case busy > 0:
			busy--
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			fmt.Fprint(w, rules)
		}
	}))
	here := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.Redirect(w, r, there+"/robots.txt", http.StatusFound) // as some sites have it: no circle
			return
		}
		http.Redirect(w, r, there+r.URL.Path, http.StatusFound)
	}))
	rules += "Disallow: /here-alone\n"
	for name, c := range map[string]struct {
		path, key string
		busy      int
		agreed    string
	}{
		"allowed":                         {path: "/open"},
		"forbidden there":                 {path: "/private/x", key: "harvest.error.robots"},
		"who leads there agreed":          {path: "/private/x", key: "harvest.error.robots", agreed: hostOf(here)},
		"its robots.txt is busy for once": {path: "/open", busy: 1},
	} {
		busy = c.busy
		m := quick
		m.Agreed = c.agreed
		a, err := connect.NewClient(http.DefaultClient, &connect.Hosts{}, m).Get(ctx, here+c.path, connect.Ask{})
		if c.key == "" && (err != nil || string(a.Body) != "there") || c.key != "" && keyOf(err) != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAClientKeepsToTheRateOfAHost(t *testing.T) {
	var n atomic.Int32
	base := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { n.Add(1) }))
	hosts, slow := &connect.Hosts{}, quick
	slow.Rate, slow.Agreed = 20, hostOf(base)
	begun := time.Now()
	for range 4 { // two sources on one host
		for range 2 {
			if _, err := connect.NewClient(through(t, base, 1<<20), hosts, slow).Get(ctx, base, connect.Ask{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if took := time.Since(begun); n.Load() != 8 || took < 7*time.Second/20 {
		t.Errorf("%d requests in %s", n.Load(), took)
	}
}

func TestAClientWaitsForABusyHost(t *testing.T) {
	n := 0
	base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n++; n {
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		case 3:
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "it breaks off")
		default:
			w.Header().Set("ETag", `"a"`)
			if r.Header.Get("If-None-Match") == `"a"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(w, "whole")
		}
	}))
	agreed := quick
	agreed.Agreed = hostOf(base)
	c := connect.NewClient(through(t, base, 1<<20), &connect.Hosts{}, agreed)
	begun := time.Now()
	a, err := c.Get(ctx, base, connect.Ask{})
	if err != nil || string(a.Body) != "whole" || a.Tag != `"a"` || n != 4 || time.Since(begun) < time.Second {
		t.Fatalf("%+v after %d, %s: %v", a, n, time.Since(begun), err)
	}
	if a, err := c.Get(ctx, base, connect.Ask{Tag: a.Tag}); err != nil || !a.Same() {
		t.Errorf("%+v %v", a, err)
	}
}

// TestWhatIsRefused is what no patience helps with, and what it ends with.
func TestWhatIsRefused(t *testing.T) {
	n := 0
	base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		switch r.URL.Path {
		case "/busy":
			w.WriteHeader(http.StatusTooManyRequests)
		case "/later":
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		case "/forbidden":
			w.WriteHeader(http.StatusForbidden)
		case "/inside":
			http.Redirect(w, r, "http://10.0.0.1/secret", http.StatusFound)
		case "/large":
			for range 200 {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<16)); err != nil {
					return
				}
			}
		}
	}))
	agreed := quick
	agreed.Agreed = hostOf(base)
	c := connect.NewClient(through(t, base, 64<<20), &connect.Hosts{}, agreed)
	for _, want := range []struct {
		path, key string
		asked     int
		retry     time.Duration
	}{{"/busy", "harvest.error.busy", 6, 0}, {"/later", "harvest.error.busy", 1, time.Hour}, {"/forbidden", "error.fence.status", 1, 0},
		{"/inside", "error.fence.private", 1, 0}, {"/large", "error.fence.large", 1, 0}} {
		n = 0
		_, err := c.Get(ctx, base+want.path, connect.Ask{Max: 1 << 20})
		var e *good.Error
		if !errors.As(err, &e) || e.Key != want.key || n != want.asked || e.Retry != want.retry {
			t.Errorf("%s: asked %d times: %v", want.path, n, err)
		}
	}
	var b strings.Builder
	if _, err := c.Copy(ctx, base+"/large", connect.Ask{Max: 1 << 20}, &b); keyOf(err) != "error.fence.large" {
		t.Errorf("copied %d: %v", b.Len(), err)
	}
	if _, err := c.Get(ctx, "file:///etc/passwd", connect.Ask{}); keyOf(err) != "harvest.error.address" {
		t.Errorf("a file: %v", err)
	}
}

func TestTheNextPageInALinkHeader(t *testing.T) {
	for link, want := range map[string]string{
		`<https://a.example/?page=2>; rel="next", <https://a.example/?page=9>; rel="last"`: "https://a.example/?page=2",
		`</x?page=1>; rel=prev, </x?page=3>; rel=next`:                                     "https://a.example/x?page=3",
		`<https://a.example/?page=9>; rel="last"`:                                          "", "": "", `<: >; rel="next"`: "",
	} {
		a := connect.Answer{URL: "https://a.example/x?page=2", Link: http.Header{"Link": {link}}}
		if got := a.Next(); got != want {
			t.Errorf("%s: %q", link, got)
		}
	}
}

func TestWhatASourceLacks(t *testing.T) {
	client := connect.NewClient(http.DefaultClient, &connect.Hosts{}, quick)
	for _, c := range []struct {
		kind string
		cfg  connect.Config
		key  string
	}{
		{"carrier-pigeon", connect.Config{Address: "https://a.example"}, "harvest.error.kind"},
		{"publiccode", connect.Config{Address: "ftp://a.example"}, "harvest.error.address"},
		{"publiccode", connect.Config{Address: "https://a.example", Options: map[string]string{"colour": "red"}}, "harvest.error.option"},
		{"publiccode", connect.Config{Address: "https://a.example"}, "<nil>"},
	} {
		if _, err := connect.New(c.kind, c.cfg, client); keyOf(err) != c.key {
			t.Errorf("%s: %v", c.kind, err)
		}
	}
}
