package testkit

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const pageWithFaults = `<!doctype html><html lang="en"><head><title>x</title><link rel="stylesheet" href="/style.css"></head>
<body><main><h1 id="say">waiting</h1><img src="/none.png"><p style="color:#999;background:#aaa">faint</p></main>
<script>document.getElementById('say').textContent = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'</script></body></html>`

func faultyServer(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			fmt.Fprint(w, pageWithFaults)
		case "/style.css":
			w.Header().Set("Content-Type", "text/css")
			fmt.Fprint(w, "p{margin:0}")
		case "/plain":
			w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'")
			fmt.Fprint(w, `<!doctype html><html lang="en"><title>x</title><body><main><h1>Plain</h1></main><script>1</script></body></html>`)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestTheBrowserShowsThePageAsAsked(t *testing.T) {
	url := faultyServer(t)
	for want, look := range map[string]Screen{"light": {}, "dark": {Dark: true, Width: 360}, "waiting": {NoScript: true}} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			ctx := Browser(t, look)
			if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
				t.Fatal(err)
			}
			got, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("#say")))
			if err != nil || got != want {
				t.Errorf("the page says %q, %v", got, err)
			}
			width, err := chromedp.Run(ctx, chromedp.Evaluate[int64]("innerWidth"))
			if err != nil || look.Width != 0 && width != look.Width {
				t.Errorf("the page is %d wide, %v", width, err)
			}
			var loaded []string
			for _, l := range Loads(ctx) {
				loaded = append(loaded, fmt.Sprintf("%s %d %t", strings.TrimPrefix(l.URL, url), l.Status, l.Bytes > 0))
			}
			if !slices.Contains(loaded, "/style.css 200 true") {
				t.Errorf("loaded %q", loaded)
			}
		})
	}
}

func TestFaultsOfAPageAreFound(t *testing.T) {
	url := faultyServer(t)
	for _, look := range []Screen{{}, {NoScript: true}} {
		ctx := Browser(t, look)
		if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
			t.Fatal(err)
		}
		found, err := Axe(ctx)
		if err != nil {
			Need(t, "axe-core (npm ci in internal/testkit/axe)", false)
		}
		var rules []string
		for _, v := range found {
			rules = append(rules, v.Rule)
		}
		for _, want := range []string{"color-contrast", "image-alt"} {
			if !slices.Contains(rules, want) {
				t.Errorf("axe does not find %s but %v", want, found)
			}
		}
	}
}

func TestAFaultlessPageAndItsPolicy(t *testing.T) {
	url := faultyServer(t)
	ctx := Browser(t)
	if err := chromedp.Do(ctx, chromedp.Navigate(url+"/plain")); err != nil {
		t.Fatal(err)
	}
	Accessible(t, ctx)
	if got := Complaints(ctx); len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), "Content Security Policy") {
		t.Errorf("the blocked script is not told: %q", got)
	}
}
