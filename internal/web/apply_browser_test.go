package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/assess"
	"stoa/internal/edge"
	"stoa/internal/testkit"
)

// open runs an instance at an address the browser can reach; /as/{who} signs in.
func (b *bureau) open(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/as/{who}", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: edge.SessionCookie, Value: r.PathValue("who"), Path: "/"})
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<link rel="icon" href="data:,">`) // so that the browser asks for no other
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	b.build(t, srv.URL)
	mux.Handle("/", b.site)
	return srv.URL
}

// until waits for something to be so.
func (r reader) until(what, js string) {
	r.t.Helper()
	for range 150 {
		if script[bool](r, js) {
			return
		}
		r.do(chromedp.Sleep(40 * time.Millisecond))
	}
	r.t.Fatalf("%s never came; the page says %.400q", what, script[string](r, `document.querySelector("main").innerText`))
}

// press presses a button that leads on.
func (r reader) press(selector string) {
	r.t.Helper()
	for try := range 4 {
		_, err := chromedp.RunResponse(r.ctx, chromedp.Click(chromedp.CSS(selector)))
		if err == nil {
			return
		}
		// A script may put another in its place between the finding and the press.
		if try == 3 || !strings.Contains(err.Error(), "Could not find node") {
			r.t.Fatal(err)
		}
	}
}

func TestAnOwnerAppliesInTheBrowser(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		for name, look := range map[string]testkit.Screen{"phone": {Width: 360, Height: 780, Phone: true}, "desk without script": {NoScript: true}} {
			t.Run(lang+" "+name, func(t *testing.T) {
				b := &bureau{}
				base := b.open(t)
				r := newReader(t, look)
				r.do(chromedp.Navigate(base+"/as/ana"), chromedp.Navigate(base+prefixes[lang]+"/apply"))
				testkit.Accessible(t, r.ctx)
				r.fits()
				r.do(chromedp.Navigate(base + prefixes[lang] + "/apply/new?good=dhis2"))
				testkit.Accessible(t, r.ctx)
				r.press(`form .btn`)
				r.fits()
				testkit.Accessible(t, r.ctx)
				at := strings.TrimPrefix(see(r, chromedp.Location()), base+prefixes[lang])
				r.answers(b, base+prefixes[lang]+at, look.NoScript)
				b.fill(t, idOf(at))
				r.do(chromedp.Navigate(base + prefixes[lang] + at + "/check"))
				testkit.Accessible(t, r.ctx)
				r.fits()
				r.do(chromedp.SendKeys(chromedp.CSS("#authority"), "I lead its maintenance."))
				r.press(`form[action$="/authority"] button`)
				r.press(`form[action$="/submit"] button`)
				r.fits()
				if f, err := b.Application(t.Context(), whoIs("ana"), idOf(at)); err != nil || f.State != assess.Screening {
					t.Fatalf("%s %v", f.State, err)
				}
				b.askBack(t, idOf(at))
				r.do(chromedp.Navigate(base + prefixes[lang] + at))
				testkit.Accessible(t, r.ctx)
				r.fits()
				r.do(chromedp.SendKeys(chromedp.CSS("#reply-5"), "Under /operate."))
				r.press(`form[action$="/reply"] button`)
				if f, err := b.Application(t.Context(), whoIs("ana"), idOf(at)); err != nil || f.State == assess.Clarification {
					t.Fatalf("%s %v", f.State, err)
				}
				testkit.Accessible(t, r.ctx)
			})
		}
	}
}

// answers writes a summary: it is kept without a press where a script runs, by
// the button where none does.
func (r reader) answers(b *bureau, at string, byHand bool) {
	r.t.Helper()
	const field = `textarea[name="t.general.summary"]`
	r.do(chromedp.Navigate(at + "/part/general"))
	testkit.Accessible(r.t, r.ctx)
	r.fits()
	r.do(chromedp.SendKeys(chromedp.CSS(field), "Health ministries count with it."))
	if byHand {
		r.press(`form[data-autosave] .btn.line`)
	} else {
		before := script[string](r, `document.querySelector("#lacks").innerText`)
		r.until("the save", `document.querySelector(".state").dataset.tone === "good"`)
		r.until("what is missing", `document.querySelector("#lacks").innerText !== `+"`"+before+"`")
	}
	r.do(chromedp.Navigate(at + "/part/general"))
	if got := script[string](r, `document.querySelector('`+field+`').value`); got != "Health ministries count with it." {
		r.t.Errorf("after coming back the summary is %q", got)
	}
	// Another question is asked once a goal is chosen.
	r.do(chromedp.Navigate(at+"/part/1"), chromedp.Click(chromedp.CSS(`input[name="c.sdg.goals"][value="4"]`)))
	if byHand {
		r.press(`form[data-autosave] .btn.line`)
	}
	r.until("the question about the goal", `document.querySelector('textarea[name="i.sdg.relevance/4"]') !== null`)
}

func TestTwoInTheBrowserMeet(t *testing.T) {
	b := &bureau{}
	base := b.open(t)
	w := b.post(t, "ana", "/apply/new", url.Values{"good": {"dhis2"}}, "Cookie", "stoa_session=ana")
	at := w.Header().Get("Location")
	b.joins(t, at, "ben")
	const field = `textarea[name="t.general.summary"]`
	ana, ben := newReader(t, testkit.Screen{}), newReader(t, testkit.Screen{Width: 360, Height: 780, Phone: true})
	for who, r := range map[string]reader{"ana": ana, "ben": ben} {
		r.do(chromedp.Navigate(base+"/as/"+who), chromedp.Navigate(base+at+"/part/general"))
	}
	ana.do(chromedp.SendKeys(chromedp.CSS(field), "What Ana wrote."))
	ana.until("her save", `document.querySelector(".state").dataset.tone === "good"`)
	ben.do(chromedp.SendKeys(chromedp.CSS(field), "What Ben wrote."))
	ben.until("his clash", `document.querySelector(".state").dataset.tone === "bad"`)
	ben.press(`form[data-autosave] .btn.line`)
	testkit.Accessible(t, ben.ctx)
	if over := script[int](ben, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("the two sides are %d px wider than the screen", over)
	}
	if got := script[string](ben, `document.querySelector(".sides").innerText`); !strings.Contains(got, "What Ana wrote.") || !strings.Contains(got, "What Ben wrote.") {
		t.Fatalf("the two sides are %q", got)
	}
	ben.press("main .btn")
	f, err := b.Application(t.Context(), whoIs("ana"), idOf(at))
	if got := f.Answers["general.summary"].Answer.Text; err != nil || !strings.Contains(got, "Ana wrote") || !strings.Contains(got, "Ben wrote") {
		t.Errorf("in the end: %q %v", got, err)
	}
}
