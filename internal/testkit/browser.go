package testkit

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Screen is how a test looks at a page.
type Screen struct {
	Width, Height int64  // CSS pixels; 1280 × 800 unless said
	Phone         bool   // a touch screen
	NoScript      bool   // the page's scripts do not run
	Dark          bool   // prefers a dark colour scheme
	Print         bool   // as printed
	Languages     string // Accept-Language, "" for the browser's own

	Patience time.Duration // how long the test may take in the browser; maxBrowsing unless said
}

// maxBrowsing bounds one test's time in the browser, unless it says otherwise.
const maxBrowsing = 5 * time.Minute

// tab is what a test's tab has to say, found by its context.
type tab struct {
	screen Screen

	mu         sync.Mutex
	complaints []string
	loads      map[network.RequestID]*Load
	order      []network.RequestID
}

type tabKey struct{}

// Browser returns a context in which chromedp drives a tab of its own, with
// no cookies and nothing cached, closed after the test. All tests of a process
// share one Chromium, which ends with the process; without Chromium the test is
// skipped.
func Browser(t testing.TB, look ...Screen) context.Context {
	t.Helper()
	Need(t, "Chromium (Debian's package chromium)", chromium() != "")
	browser, err := startBrowser()
	if err != nil {
		t.Fatal(err)
	}
	here := &tab{loads: map[network.RequestID]*Load{}}
	if len(look) > 0 {
		here.screen = look[0]
	}
	ctx, closeTab := chromedp.NewContext(context.WithValue(browser, tabKey{}, here), chromedp.WithNewBrowserContext(), chromedp.WithListener(here.hear))
	t.Cleanup(closeTab)
	if err := here.prepare(ctx); err != nil { // opens the tab, which lives as long as the context given here
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(ctx, cmp.Or(here.screen.Patience, maxBrowsing))
	t.Cleanup(stop)
	return ctx
}

// prepare makes the tab look as the test wishes.
func (p *tab) prepare(ctx context.Context) error {
	s := p.screen
	if s.Width == 0 {
		s.Width = 1280
	}
	if s.Height == 0 {
		s.Height = 800
	}
	var how []chromedp.EmulateViewportOption
	if s.Phone {
		how = append(how, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(s.Width, s.Height, how...)); err != nil {
		return fmt.Errorf("open a tab: %w", err)
	}
	scheme, media := "light", "screen"
	if s.Dark {
		scheme = "dark"
	}
	if s.Print {
		media = "print"
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}); err != nil {
		return fmt.Errorf("set media: %w", err)
	}
	if err := scripts(ctx, !s.NoScript); err != nil {
		return err
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		return fmt.Errorf("watch the network: %w", err)
	}
	if s.Languages != "" {
		if _, err := chromedp.Call(ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": s.Languages}}); err != nil {
			return fmt.Errorf("set languages: %w", err)
		}
	}
	return nil
}

// hear notes what the browser finds wrong and what it loads.
func (p *tab) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	load := func(id network.RequestID) *Load {
		if p.loads[id] == nil {
			p.loads[id] = &Load{}
			p.order = append(p.order, id)
		}
		return p.loads[id]
	}
	switch e := event.(type) {
	case *log.EventEntryAdded:
		// A form sent with a mistake is answered by its page: nothing is wrong with that.
		mistake := e.Entry.Source == "network" && strings.Contains(e.Entry.Text, "status of 422")
		if !mistake && (e.Entry.Level == "error" || e.Entry.Level == "warning") {
			p.complaints = append(p.complaints, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *runtime.EventExceptionThrown:
		p.complaints = append(p.complaints, "uncaught: "+e.ExceptionDetails.Text)
	case *network.EventResponseReceived:
		l := load(e.RequestID)
		l.URL, l.Type, l.Status = e.Response.URL, e.Response.MimeType, int(e.Response.Status)
	case *network.EventLoadingFinished:
		load(e.RequestID).Bytes = int(e.EncodedDataLength)
	}
}

// Complaints returns what the browser found wrong in the tab so far: script
// errors, violations of the content security policy, resources that failed.
func Complaints(ctx context.Context) []string {
	p, _ := ctx.Value(tabKey{}).(*tab)
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.complaints)
}

// Load is one thing the browser fetched.
type Load struct {
	URL    string
	Type   string // MIME type
	Status int
	Bytes  int // on the wire, headers included
}

// Loads returns everything the tab has fetched so far, in the order in which
// answers came.
func Loads(ctx context.Context) []Load {
	p, _ := ctx.Value(tabKey{}).(*tab)
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]Load, 0, len(p.order))
	for _, id := range p.order {
		out = append(out, *p.loads[id])
	}
	return out
}

// browserFlags keep Chromium from calling anyone but the page.
var browserFlags = map[string]any{
	"no-sandbox": true, "disable-gpu": true, "disable-quic": true, "no-first-run": true, "disable-background-networking": true,
	"disable-component-update": true, "disable-sync": true, "hide-scrollbars": true, "force-color-profile": "srgb",
	"disable-dev-shm-usage": true, "mute-audio": true, "no-default-browser-check": true, "disable-extensions": true,
}

var startBrowser = sync.OnceValues(func() (context.Context, error) {
	dir, err := os.MkdirTemp("", "stoa-browser-")
	if err != nil {
		return nil, fmt.Errorf("start Chromium: %w", err)
	}
	// Chromium itself ends when its pipe to us closes; its files are swept away.
	if err := sweep(dir); err != nil {
		return nil, err
	}
	options := []chromedp.ExecAllocatorOption{chromedp.Headless, chromedp.ExecPath(chromium()), chromedp.UserDataDir(dir)}
	for name, value := range browserFlags {
		options = append(options, chromedp.Flag(name, value))
	}
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...) // lives as long as the process
	ctx, _ := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		return nil, fmt.Errorf("start Chromium: %w", err)
	}
	return ctx, nil
})

// chromium is the path of the browser, or "".
var chromium = sync.OnceValue(func() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
})
