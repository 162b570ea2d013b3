package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/testkit"
)

// pick chooses one of several values in a form of the page, by the ids of its
// fields.
func (r reader) pick(field, value string) {
	r.t.Helper()
	r.do(chromedp.Click(chromedp.CSS(`[id="` + field + `"] input[value="` + value + `"]`)))
}

func (r reader) write(field, text string) {
	r.t.Helper()
	r.do(chromedp.SetValue(chromedp.CSS(`[id="`+field+`"]`), text))
}

// sendTo presses the button of the form that goes to a place, or holds it.
func (r reader) sendTo(where string) {
	r.t.Helper()
	r.turn(chromedp.Click(chromedp.CSS(`form[action$="` + where + `"] button`)))
	r.sound()
}

// kept writes a picture of the page where the environment says so.
func (r reader) kept(name string) {
	dir := os.Getenv("STOA_PICTURES")
	if dir == "" {
		return
	}
	picture := see(r, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// state is where an application stands.
func (b *bench) state(t *testing.T, id good.ID) assess.State {
	t.Helper()
	app, err := b.DB.Application(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return app.State
}

func TestAnApplicationIsJudgedByFivePeople(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			b := newBench(t)
			app := b.submitted(t, "Clinic Book")
			page := prefixes[lang] + at(app, "")
			screen := testkit.Screen{Width: 360, Height: 780, Phone: true, NoScript: true}
			if lang == "ar" {
				screen = testkit.Screen{Width: 1280, Height: 900}
			}
			r := newReader(t, screen)
			is := func(want assess.State) {
				t.Helper()
				if got := b.state(t, app.ID); got != want {
					t.Fatalf("it is %s, want %s", got, want)
				}
			}
			// A coordinator finds it on the desk and screens it.
			r.as(b.url, "carl", prefixes[lang]+"/desk")
			r.kept("desk-" + lang)
			r.turn(chromedp.Click(chromedp.CSS("#queue ~ .rows h3 a")))
			r.pick("decision-screen", "accept")
			r.sendTo("/screen") // without the two indicators
			if !script[bool](r, `!!document.querySelector('.wrong a[href^="#verdict-1"], .wrong a[href^="#verdict-2"]')`) {
				t.Error("the page does not lead to the indicator that is missing")
			}
			r.pick("verdict-1-screen", "pass")
			r.pick("verdict-2-screen", "pass")
			r.kept("screen-" + lang)
			r.sendTo("/screen")
			is(assess.Queued)
			// Two reviewers take it.
			for _, who := range []string{"rosa", "ravi"} {
				r.as(b.url, who, prefixes[lang]+"/desk")
				r.sendTo("/claim")
			}
			is(assess.Review)
			r.judge(b, "rosa", page, map[string]string{"4": "fail", "5": "clarify"})
			is(assess.Review)
			r.judge(b, "ravi", page, map[string]string{"5": "clarify"})
			is(assess.Consolidation)
			r.as(b.url, "carl", page)
			r.kept("consolidation-" + lang)
			r.pick("verdict-4-consolidate", "pass")
			r.write("reason-4-consolidate", "An open one can be used instead.")
			r.sendTo("/consolidate")
			is(assess.Clarification)
			if _, _, err := b.Reply(t.Context(), b.who("olga"), app.ID, "5", "The manual is at its new place."); err != nil {
				t.Fatal(err)
			}
			for _, who := range []string{"rosa", "ravi"} {
				r.judge(b, who, page, nil)
			}
			is(assess.Deciding)
			r.as(b.url, "carl", page)
			r.pick("outcome-propose", "recognised")
			r.kept("propose-" + lang)
			r.sendTo("/propose")
			if script[bool](r, `!!document.querySelector('form[action$="/confirm"]')`) {
				t.Error("who signed first is offered to sign second")
			}
			r.as(b.url, "sara", page)
			r.kept("confirm-" + lang)
			r.sendTo("/confirm")
			is(assess.Decided)
			r.sendTo("/publish")
			is(assess.Published)
			r.kept("published-" + lang)
		})
	}
}

// judge has a reviewer judge all that is open, by keyboard alone: each verdict
// leads to the next indicator, the last to the end of the round.
func (r reader) judge(b *bench, who, page string, special map[string]string) {
	r.t.Helper()
	r.as(b.url, who, page)
	open := script[[]string](r, `[...document.querySelectorAll('form[action$="/verdict"] input[name=indicator]')].map(i => i.value)`)
	if len(open) == 0 {
		r.t.Fatalf("%s has nothing to judge", who)
	}
	for n, id := range open {
		v := special[id]
		if v == "" {
			v = "pass"
		}
		r.do(chromedp.Focus(chromedp.CSS(`[id="verdict-verdict-` + id + `"] input[value="` + v + `"]`)))
		r.do(chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.Tab))
		if v != "pass" {
			r.do(chromedp.KeyEvent("It says nothing about it."))
		} else if who == "rosa" { // the other leaves it to her
			r.do(chromedp.KeyEvent("It is so."))
		}
		r.do(chromedp.KeyEvent(kb.Tab))
		if n == 3 {
			r.kept("judging-" + who)
		}
		r.turn(chromedp.KeyEvent(kb.Enter))
		if hash, last := script[string](r, `location.hash`), n == len(open)-1; last != (hash == "#finish") || !last && hash != "#i-"+open[n+1] {
			r.t.Fatalf("after %s it goes on at %q", id, hash)
		}
	}
	r.sound()
	if text := see(r, chromedp.Text(chromedp.CSS("main"))); strings.Contains(text, "desk.") {
		r.t.Error("a sentence is missing")
	}
	r.sendTo("/finish")
}

// TestTheDeskFitsAPhone looks at the pages of those who look after the whole,
// with something in each, on the narrowest screen.
func TestTheDeskFitsAPhone(t *testing.T) {
	b := newBench(t)
	app := b.submitted(t, "Clinic Book")
	if _, _, err := b.Screen(t.Context(), b.who("carl"), app.ID, 0, assessment.Screening{Decision: "accept",
		Screened: assess.Screened{Findings: map[string]assess.Finding{"1": {Verdict: assess.Pass}, "2": {Verdict: assess.Pass}}}}); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.AddDate(0, 3, 0) // late, and stuck
	for _, lang := range []string{"en", "ar"} {
		r := newReader(t, testkit.Screen{Width: 360, Height: 780, Phone: true, Dark: lang == "ar"})
		for _, path := range []string{"/desk", "/desk/pipeline", "/desk/late", "/desk/stuck", "/desk/reviewers", "/desk/reviewers/" + string(b.who("rosa").Person), "/desk/announcements", "/desk/settings", at(app, "/assign")} {
			r.as(b.url, "sara", prefixes[lang]+path)
		}
		r.as(b.url, "rosa", prefixes[lang]+"/desk/profile")
	}
}
