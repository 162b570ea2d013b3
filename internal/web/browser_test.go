package web_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"stoa/internal/testkit"
	"stoa/internal/web"
)

// serve runs the pages on an address the browser can reach.
func serve(t *testing.T, s *shelf) string {
	t.Helper()
	var site http.Handler
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/suggest", s.suggest)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { site.ServeHTTP(w, r) })
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	var err error
	if site, err = web.New(web.Config{Goods: s, Cases: s, Whole: s, Directory: s, Shelves: s, Registry: s, Dumps: s, Standards: sets(t), BaseURL: srv.URL, Version: "browser"}); err != nil {
		t.Fatal(err)
	}
	return srv.URL
}

// reader is somebody at a browser.
type reader struct {
	t   *testing.T
	ctx context.Context
}

func newReader(t *testing.T, look testkit.Screen) reader {
	t.Helper()
	return reader{t, testkit.Browser(t, look)}
}

func (r reader) do(steps ...chromedp.Action[chromedp.Void]) {
	r.t.Helper()
	if err := chromedp.Do(r.ctx, steps...); err != nil {
		r.t.Fatal(err)
	}
}

func see[T any](r reader, a chromedp.Action[T]) T {
	r.t.Helper()
	v, err := chromedp.Run(r.ctx, a)
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

func script[T any](r reader, js string) T {
	r.t.Helper()
	return see(r, chromedp.Evaluate[T](js))
}

// turn acts and waits for the page that this leads to.
func (r reader) turn(a chromedp.Action[chromedp.Void]) {
	r.t.Helper()
	if _, err := chromedp.RunResponse(r.ctx, a); err != nil {
		r.t.Fatal(err)
	}
}

// fits fails the test where the page is wider than the screen, or the browser
// found something wrong with it.
func (r reader) fits() {
	r.t.Helper()
	if over := script[[]string](r, `(() => { const w = document.documentElement.clientWidth, out = [];
		if (document.documentElement.scrollWidth > w) for (const e of document.querySelectorAll('body *')) { const b = e.getBoundingClientRect();
			if (b.right > w + 1 || b.left < -1) out.push(e.tagName + '.' + e.className + ' ' + Math.round(b.left) + '–' + Math.round(b.right)) }
		return out.slice(0, 5) })()`); len(over) > 0 {
		r.t.Errorf("%s is wider than the screen: %q", see(r, chromedp.Location()), over)
	}
	if got := testkit.Complaints(r.ctx); len(got) > 0 {
		r.t.Errorf("the browser complains: %q", got)
	}
}

// needs are words a reader of the language might search by.
var needs = map[string]string{"en": "birth registration", "ar": "تسجيل المواليد", "zh": "birth"}

func TestReaderFindsNarrowsReadsAndCites(t *testing.T) {
	url := serve(t, samples())
	for _, lang := range []string{"en", "ar", "zh"} {
		for name, look := range map[string]testkit.Screen{"phone": {Width: 360, Height: 780, Phone: true}, "phone without script": {Width: 360, Height: 780, Phone: true, NoScript: true},
			"desk": {}, "desk without script": {NoScript: true}} {
			t.Run(lang+" "+name, func(t *testing.T) {
				r := newReader(t, look)
				r.do(chromedp.Navigate(url + prefixes[lang] + "/"))
				r.fits()
				r.do(chromedp.SendKeys(chromedp.CSS("main input[name=q]"), needs[lang]))
				r.turn(chromedp.KeyEvent(kb.Enter))
				r.fits()
				if look.Phone {
					if top := script[float64](r, `document.querySelector('.rows').getBoundingClientRect().top`); top > 500 {
						t.Errorf("results begin at %.0f px", top)
					}
					r.do(chromedp.Click(chromedp.CSS(".to-filters")), chromedp.WaitVisible(chromedp.CSS("#filters")))
					r.fits()
				}
				r.narrow("kind", "software")
				r.fits()
				if !script[bool](r, `document.querySelector('#filters input[value=software]').checked`) {
					t.Errorf("the choice is not kept at %s", see(r, chromedp.Location()))
				}
				r.turn(chromedp.Click(chromedp.CSS(".rows h2 a")))
				r.fits()
				if got := see(r, chromedp.Text(chromedp.CSS("h1"))); got != "OpenCRVS" {
					t.Errorf("the good is %q", got)
				}
				if got := see(r, chromedp.Text(chromedp.CSS("#cite ~ pre"))); !strings.HasPrefix(got, "@software{opencrvs,") || !strings.Contains(got, "/goods/opencrvs") {
					t.Errorf("the citation is %q", got)
				}
			})
		}
	}
}

// narrow chooses a value of a facet, as a reader with or without a script does.
func (r reader) narrow(name, value string) {
	r.t.Helper()
	before := see(r, chromedp.Location())
	r.do(chromedp.Click(chromedp.CSS(fmt.Sprintf("#filters input[name=%s][value=%s]", name, value))))
	if script[bool](r, `document.querySelector('.apply')?.checkVisibility() && !document.querySelector('.apply').hidden`) {
		r.turn(chromedp.Click(chromedp.CSS(".apply button")))
	}
	for range 100 { // a script sends the form by itself
		if see(r, chromedp.Location()) != before && script[string](r, "document.readyState") == "complete" {
			return
		}
		r.do(chromedp.Sleep(20 * time.Millisecond))
	}
	r.t.Fatalf("%s was not narrowed", before)
}

// looks are how a page is checked for accessibility.
var looks = map[string]testkit.Screen{"": {}, "/ar": {Width: 360, Height: 780, Phone: true, Dark: true}, "/zh": {Width: 360, Height: 780, NoScript: true}}

func TestPagesAreAccessible(t *testing.T) {
	url := serve(t, samples())
	for prefix, look := range looks {
		t.Run(cmp.Or(prefix, "/en"), func(t *testing.T) {
			t.Parallel()
			r := newReader(t, look)
			for path := range pages {
				if prefix != "" && strings.ContainsAny(path, "&=") {
					continue // seen in English
				}
				r.do(chromedp.Navigate(url + prefix + path))
				testkit.Accessible(t, r.ctx)
			}
		})
	}
}

func TestTargetsAreLargeEnough(t *testing.T) {
	url := serve(t, samples())
	for _, look := range []testkit.Screen{{}, {Width: 360, Phone: true}} {
		r := newReader(t, look)
		for _, path := range []string{"/", "/goods?kind=software", "/goods/opencrvs", "/imports", "/nowhere", "/map", "/statistics", "/data", "/changes", "/compare?good=dhis2&good=mosip", "/standards", "/standards/dpg/1.1.7", "/standards/maturity/1.0", "/standards/dpg/1.1.7/changes?from=1.1.6"} {
			r.do(chromedp.Navigate(url + path + "#filters"))
			small := script[[]string](r, `[...document.querySelectorAll('button, summary, select, input:not([type=hidden]):not([type=checkbox]), .facet label, .btn, .chip, nav a, .sorts a, .aims a, .mark, .foot a, .crumbs a')]
				.filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()]).filter(([e, b]) => b.width > 1 && (b.height < 24 || b.width < 24)).map(([e, b]) => e.outerHTML.slice(0, 80) + ' ' + b.width + '×' + b.height)`)
			if len(small) > 0 {
				t.Errorf("%s: %q", path, small)
			}
		}
	}
}

func TestKeyboardAlone(t *testing.T) {
	url := serve(t, samples())
	r := newReader(t, testkit.Screen{NoScript: true})
	focused := func() string {
		return script[string](r, `(() => { const e = document.activeElement, s = getComputedStyle(e); return (e.name || e.className || e.tagName) + (s.outlineStyle === 'none' || e.id === 'main' ? '' : ' seen') })()`)
	}
	tab := chromedp.KeyEvent(kb.Tab)
	r.do(chromedp.Navigate(url+"/goods"), tab)
	if got := focused(); got != "skip btn seen" {
		t.Fatalf("the first stop is %q", got)
	}
	r.do(chromedp.KeyEvent(kb.Enter), tab)
	if got := focused(); got != "q seen" {
		t.Fatalf("after skipping to the content the first stop is %q", got)
	}
	r.turn(chromedp.KeyEvent("birth" + kb.Enter))
	// Every stop in the order of the page, none twice, none without a mark.
	stops := script[int](r, `[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary, [tabindex="0"]')].filter(e => e.checkVisibility()).length`)
	r.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	seen := map[string]bool{}
	for i := range stops {
		r.do(tab)
		if got := focused(); !strings.HasSuffix(got, " seen") {
			t.Errorf("stop %d, %q, shows no focus", i, got)
		}
		seen[script[string](r, `(() => { const all = [...document.querySelectorAll('*')]; return String(all.indexOf(document.activeElement)) })()`)] = true
	}
	if len(seen) != stops {
		t.Errorf("%d of %d stops are reached", len(seen), stops)
	}
	// Choose with the space bar, apply with Enter, open the first result.
	r.do(chromedp.Focus(chromedp.CSS("#filters input[name=kind][value=software]")), chromedp.KeyEvent(" "))
	r.turn(chromedp.KeyEvent(kb.Enter))
	if got := see(r, chromedp.Location()); !strings.Contains(got, "kind=software") || !strings.Contains(got, "q=birth") {
		t.Fatalf("narrowed to %s", got)
	}
	r.do(chromedp.Focus(chromedp.CSS(".rows h2 a")))
	r.turn(chromedp.KeyEvent(kb.Enter))
	r.do(chromedp.Focus(chromedp.CSS(".ind summary")), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS(".ind details[open] .answers")))
}

func TestSlashGoesToTheSearch(t *testing.T) {
	r := newReader(t, testkit.Screen{})
	r.do(chromedp.Navigate(serve(t, samples())+"/goods/opencrvs"), chromedp.KeyEvent("/"))
	if got := script[string](r, `document.activeElement.tagName`); got != "BODY" {
		t.Errorf("a page without a search moves the focus to %s", got)
	}
	r.do(chromedp.Navigate(serve(t, samples())+"/goods"), chromedp.KeyEvent("/"))
	if got := script[string](r, `document.activeElement.name`); got != "q" {
		t.Errorf("the focus is on %q", got)
	}
}

func TestLongWordsDoNotWidenThePage(t *testing.T) {
	url := serve(t, hostile(strings.Repeat("Donaudampfschiff", 40)))
	r := newReader(t, testkit.Screen{Width: 360, Height: 780, Phone: true})
	for _, path := range []string{"/", "/goods?sdg=3", "/goods/hostile", "/goods/buried", "/imports", "/goods?colour=blue", "/ar/goods/hostile", "/changes", "/data", "/statistics", "/compare?good=hostile&good=buried"} {
		r.do(chromedp.Navigate(url + path))
		over := script[int](r, `document.documentElement.scrollWidth - document.documentElement.clientWidth`)
		if over > 0 {
			t.Errorf("%s is %d px wider than the screen", path, over)
		}
	}
}

// The most a first view may weigh on the wire, everything it loads included.
const (
	listBytes = 60_000
	goodBytes = 50_000
)

func TestFirstViewIsLight(t *testing.T) {
	url := serve(t, many(t, 400))
	for path, limit := range map[string]int{"/": listBytes, "/goods": listBytes, "/goods/opencrvs-0": goodBytes} {
		weigh(t, url+path, limit)
	}
}

func weigh(t *testing.T, url string, limit int) {
	t.Helper()
	r := newReader(t, testkit.Screen{})
	r.do(chromedp.Navigate(url), chromedp.WaitReady(chromedp.CSS("footer")))
	sum, loads := 0, testkit.Loads(r.ctx)
	for _, l := range loads {
		sum += l.Bytes
	}
	if len(loads) < 3 || sum > limit {
		t.Errorf("%s: %d bytes in %d loads, at most %d", url, sum, len(loads), limit)
	}
	t.Logf("%s: %d bytes in %d loads", url, sum, len(loads))
}
