package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	keyboard "github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"stoa/internal/good"
	"stoa/internal/testkit"
)

// actor is one of the people of a story, at a browser of their own.
type actor struct {
	screen
	*story
	name    string
	address string
	person  good.ID // where a role was given
	keys    bool    // touches nothing but the keyboard
}

// sheds makes pages comparable: the same page of another application, or with
// more rows, is the same page.
const sheds = `location.pathname.replace(/[0-9A-HJKMNP-TV-Z]{26}/g, '') + ' ' +
	[...new Set([...document.querySelectorAll('body *')].map(e => e.tagName + '.' + e.className))].sort().join()`

// meets looks at a page as somebody meets it: nothing is in the way of anybody,
// nothing is wider than the screen. One that was met before is not looked at
// again.
func (a actor) meets() {
	a.t.Helper()
	a.waits(`document.readyState === "complete"`)
	shape := ask[string](a.screen, sheds)
	if a.met[shape] {
		return
	}
	a.met[shape] = true
	a.fine()
	a.pictured()
}

// pictured keeps a picture of the page, where the environment wants some, as it
// is on a desk and on a phone.
func (a actor) pictured() {
	dir := os.Getenv("STOA_PICTURES")
	if dir == "" {
		return
	}
	for suffix, width := range map[string]int64{"desk": 1280, "phone": 360} {
		a.do(chromedp.EmulateViewport(width, 800))
		picture, err := chromedp.Run(a.ctx, chromedp.FullScreenshot(100))
		if err != nil {
			a.t.Fatal(err)
		}
		if ask[bool](a.screen, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
			a.t.Errorf("%s is wider than a screen of %d", ask[string](a.screen, "location.href"), width)
		}
		name := fmt.Sprintf("%s-%s-%03d-%s.png", a.lang.Code, suffix, len(a.met), a.name)
		if err := os.WriteFile(filepath.Join(dir, name), picture, 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
	a.do(chromedp.EmulateViewport(a.look.Width, a.look.Height))
}

// opens goes to a page by its address.
func (a actor) opens(path string) {
	a.t.Helper()
	a.do(chromedp.Navigate(a.base + a.prefix + path))
	a.meets()
}

// focused says whether what is selected has the focus.
func (a actor) focused(selector string) bool {
	a.t.Helper()
	return ask[bool](a.screen, `document.activeElement !== null && document.activeElement.matches(`+strconv.Quote(selector)+`)`)
}

// reaches goes from one stop to the next until the focus is where it is wanted.
func (a actor) reaches(selector string) {
	a.t.Helper()
	for range 600 {
		if a.focused(selector) {
			return
		}
		a.do(chromedp.KeyEvent(kb.Tab))
	}
	a.t.Fatalf("%s does not reach %s at %s: %s", a.name, selector, ask[string](a.screen, "location.href"), ask[string](a.screen, "document.querySelector('main').innerText.slice(0, 600)"))
}

// has says whether there is such a thing in the page.
func (a actor) has(selector string) bool {
	a.t.Helper()
	return ask[bool](a.screen, `document.querySelector(`+strconv.Quote(selector)+`) !== null`)
}

// reads is the text of the page.
func (a actor) reads() string {
	a.t.Helper()
	return ask[string](a.screen, `document.querySelector("main").innerText`)
}

// sees fails the test where the page does not say something.
func (a actor) sees(what string) {
	a.t.Helper()
	if text := a.reads(); !strings.Contains(text, what) {
		a.t.Errorf("%s does not read %q at %s: %.900s", a.name, what, ask[string](a.screen, "location.href"), text)
	}
}

// presses presses a button or follows a link, and meets the page this leads to.
func (a actor) presses(selector string) {
	a.t.Helper()
	if !a.has(selector) {
		a.t.Fatalf("%s finds no %s at %s: %.900s", a.name, selector, ask[string](a.screen, "location.href"), a.reads())
	}
	if a.keys {
		a.reaches(selector)
		a.turn(chromedp.KeyEvent(kb.Enter))
	} else {
		a.turn(chromedp.Click(chromedp.CSS(selector)))
	}
	a.meets()
}

// sends presses the button of the form that goes to a place.
func (a actor) sends(where string) {
	a.t.Helper()
	a.presses(`form[action$="` + where + `"] button`)
}

// unfolds opens what is folded away.
func (a actor) unfolds(details string) {
	a.t.Helper()
	if a.has(details + "[open]") {
		return
	}
	if a.keys {
		a.reaches(details + " > summary")
		a.do(chromedp.KeyEvent(kb.Enter))
		return
	}
	a.do(chromedp.Click(chromedp.CSS(details + " > summary")))
}

// writes puts a text in a field, in place of what stood there.
func (a actor) writes(selector, text string) {
	a.t.Helper()
	if a.keys {
		a.reaches(selector)
	} else {
		a.do(chromedp.Click(chromedp.CSS(selector)))
	}
	a.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.select()`))
	if _, err := chromedp.Call(a.ctx, keyboard.InsertText, keyboard.InsertTextParams{Text: text}); err != nil {
		a.t.Fatal(err)
	}
	if got := ask[string](a.screen, `document.querySelector(`+strconv.Quote(selector)+`).value`); got != text {
		a.t.Fatalf("%s wrote %q into %s, there is %q", a.name, text, selector, got)
	}
}

// chooses takes one of several values that are in sight; scope is where.
func (a actor) chooses(scope, value string) {
	a.t.Helper()
	one := scope + ` input[value="` + value + `"]`
	if ask[bool](a.screen, `document.querySelector(`+strconv.Quote(one)+`)?.checked === true`) {
		return
	}
	if !a.keys {
		a.do(chromedp.Click(chromedp.CSS(one)))
	} else if ask[bool](a.screen, `document.querySelector(`+strconv.Quote(one)+`).type === "checkbox"`) {
		a.reaches(one)
		a.do(chromedp.KeyEvent(" "))
	} else {
		a.reaches(scope + ` input[type=radio]`)
		a.do(chromedp.KeyEvent(" "))
		for range 20 {
			if a.focused(one) {
				break
			}
			a.do(chromedp.KeyEvent(kb.ArrowDown))
		}
	}
	if !ask[bool](a.screen, `document.querySelector(`+strconv.Quote(one)+`)?.checked === true`) {
		a.t.Fatalf("%s cannot choose %s", a.name, one)
	}
}

// selects takes one of several values that are not in sight; by keys, as
// everybody can.
func (a actor) selects(selector, value string) {
	a.t.Helper()
	if a.keys {
		a.reaches(selector)
	} else {
		a.do(chromedp.Focus(chromedp.CSS(selector)))
	}
	for range 100 {
		if ask[string](a.screen, `document.activeElement.value`) == value {
			return
		}
		a.do(chromedp.KeyEvent(kb.ArrowDown))
	}
	a.t.Fatalf("%s finds no %q in %s", a.name, value, selector)
}

// enters signs in by the link in a letter.
func (a actor) enters() {
	a.t.Helper()
	a.opens("/signin")
	a.writes("input[name=address]", a.address)
	a.sends("/signin")
	a.do(chromedp.Navigate(a.post.link(a.t)))
	a.meets()
	a.sends("/signin/link")
	if a.has("form[action$='/signin']") {
		a.t.Fatalf("%s is not let in: %s", a.name, a.reads())
	}
}

// comes lets a person in who has been given roles.
func (s *story) comes(name, address string, keys bool, roles ...string) actor {
	s.t.Helper()
	a := s.sits(name, keys)
	a.address = address
	p, err := s.app.Add(s.t.Context(), operating, address, strings.ToUpper(name[:1])+name[1:], s.lang.Code)
	if err != nil {
		s.t.Fatal(err)
	}
	a.person = p.ID
	for _, r := range roles {
		if _, err := s.app.Grant(s.t.Context(), operating, string(p.ID), r, "for the story"); err != nil {
			s.t.Fatal(err)
		}
	}
	a.enters()
	return a
}

// sits puts somebody before a browser of their own.
func (s *story) sits(name string, keys bool, noScript ...bool) actor {
	s.t.Helper()
	look := s.look
	look.NoScript = len(noScript) > 0
	a := actor{screen: screen{s.test, testkit.Browser(s.test, look)}, story: s, name: name, keys: keys}
	s.t.Cleanup(func() {
		if got := testkit.Complaints(a.ctx); len(got) > 0 {
			s.t.Errorf("the browser of %s complains: %q", name, got)
		}
	})
	return a
}
