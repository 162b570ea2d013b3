package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"stoa/internal/app/people"
	"stoa/internal/testkit"
)

// screen is a person at a browser.
type screen struct {
	t   *testing.T
	ctx context.Context
}

func (s screen) do(steps ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	if err := chromedp.Do(s.ctx, steps...); err != nil {
		s.t.Fatal(err)
	}
}

// turn acts and waits for the page that this leads to.
func (s screen) turn(a chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	if _, err := chromedp.RunResponse(s.ctx, a); err != nil {
		s.t.Fatal(err)
	}
}

func ask[T any](s screen, js string) T {
	s.t.Helper()
	v, err := chromedp.Run(s.ctx, chromedp.Evaluate[T](js))
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// fine fails the test where the page is hard to use or wider than the screen.
func (s screen) fine() {
	s.t.Helper()
	testkit.Accessible(s.t, s.ctx)
	if ask[bool](s, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
		s.t.Errorf("%s is wider than the screen", ask[string](s, "location.href"))
	}
}

// waits waits until the script's word is true.
func (s screen) waits(js string) {
	s.t.Helper()
	for range 250 {
		if ask[bool](s, js) {
			return
		}
		s.do(chromedp.Sleep(20 * time.Millisecond))
	}
	s.t.Fatalf("%s never came true at %s: %s", js, ask[string](s, "location.href"), ask[string](s, "document.body.innerText.slice(0, 600)"))
}

// withKeys gives the tab a device that holds passkeys.
func (s screen) withKeys() {
	s.t.Helper()
	if _, err := chromedp.Call(s.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		s.t.Fatal(err)
	}
	if _, err := chromedp.Call(s.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}}); err != nil {
		s.t.Fatal(err)
	}
}

// TestAPersonGetsInByLinkAndPasskeyAndLooksAfterTheAccount goes the way of a
// person at a screen, in English at a desk and in Arabic on a phone.
func TestAPersonGetsInByLinkAndPasskeyAndLooksAfterTheAccount(t *testing.T) {
	for lang, look := range map[string]testkit.Screen{"": {}, "/ar": {Width: 360, Height: 780, Phone: true, Dark: true}} {
		t.Run("language "+lang, func(t *testing.T) {
			s := serving(t, &ServeCmd{SignInFlags: SignInFlags{GitHubID: "id", GitHubSecret: "secret"}})
			r := screen{t, testkit.Browser(t, look)}
			r.withKeys()
			r.do(chromedp.Navigate(s.base + lang + "/account/signin"))
			r.fine()
			r.do(chromedp.SendKeys(chromedp.CSS("input[name=address]"), "amina@example.org"))
			r.turn(chromedp.KeyEvent(kb.Enter)) // by keyboard
			r.waits(`document.querySelector("#code") !== null`)
			r.fine()
			r.do(chromedp.Navigate(s.post.link(t)))
			r.fine()
			r.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
			r.waits(`location.pathname.endsWith("/account/signin")`)
			r.fine()
			r.do(chromedp.Click(chromedp.CSS("[data-passkey=new] button")))
			r.waits(`location.search === "?done=passkey" && document.readyState === "complete"`)
			r.fine()
			for _, tab := range []string{"/account", "/account/tokens", "/account/organisations", "/account/data"} {
				r.do(chromedp.Navigate(s.base + lang + tab))
				r.fine()
			}
			r.do(chromedp.Navigate(s.base + lang + "/account/signin"))
			r.turn(chromedp.Click(chromedp.CSS("form[action$='/signout'] button")))
			r.do(chromedp.Navigate(s.base + lang + "/signin"))
			r.waits(`document.querySelector("[data-passkey=signin]").hidden === false`)
			r.do(chromedp.Click(chromedp.CSS("[data-passkey=signin] button")))
			r.waits(`location.pathname.endsWith("/account") && document.readyState === "complete"`)
			if got := testkit.Complaints(r.ctx); len(got) > 0 {
				t.Errorf("the browser complains: %q", got)
			}
			acc, err := s.app.Find(t.Context(), operating, people.Search{Limit: 10})
			if err != nil || len(acc) != 1 || acc[0].Language != map[string]string{"": "en", "/ar": "ar"}[lang] {
				t.Errorf("%+v %v", acc, err)
			}
			who, err := s.app.Act(t.Context(), "amina@example.org")
			if err != nil {
				t.Fatal(err)
			}
			whole, err := s.app.Account(t.Context(), who, who.Person)
			if err != nil || len(whole.Passkeys) != 1 || whole.Passkeys[0].Used.IsZero() || len(whole.Sessions) != 1 || whole.Sessions[0].Way != "passkey" {
				t.Errorf("%+v %v", whole, err)
			}
		})
	}
}

// TestTheLinkWorksWithoutAScript goes in on a browser that runs none, makes an
// organisation and a token.
func TestTheLinkWorksWithoutAScript(t *testing.T) {
	s := serving(t, &ServeCmd{})
	r := screen{t, testkit.Browser(t, testkit.Screen{Width: 360, Height: 780, NoScript: true})}
	r.do(chromedp.Navigate(s.base+"/signin"), chromedp.SendKeys(chromedp.CSS("input[name=address]"), "amina@example.org"))
	r.turn(chromedp.Click(chromedp.CSS("form[action='/signin'] button")))
	r.do(chromedp.Navigate(s.post.link(t)))
	r.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
	r.do(chromedp.Navigate(s.base+"/account/organisations"), chromedp.SendKeys(chromedp.CSS("input[name=name]"), "Health Lab"))
	r.turn(chromedp.Click(chromedp.CSS("form[action='/account/organisations'] button")))
	r.do(chromedp.Navigate(s.base+"/account/organisations/health-lab"), chromedp.SendKeys(chromedp.CSS("input[name=domain]"), "lab.example.org"))
	r.turn(chromedp.Click(chromedp.CSS("form[action$='/domains'] button")))
	r.fine()
	if text := ask[string](r, "document.body.innerText"); !strings.Contains(text, "_stoa.lab.example.org TXT") {
		t.Errorf("no proof is asked for: %s", text)
	}
	r.do(chromedp.Navigate(s.base+"/account/tokens"), chromedp.SendKeys(chromedp.CSS("input[name=name]"), "laptop"), chromedp.Click(chromedp.CSS("input[name=scopes][value=read]")))
	r.turn(chromedp.Click(chromedp.CSS("form[action='/account/tokens'] button")))
	r.fine()
	secret := strings.TrimSpace(ask[string](r, `document.querySelector("#secret").innerText`))
	if v, err := s.app.Token(t.Context(), secret); err != nil || v.Anonymous() {
		t.Errorf("the token %q is nobody's: %v", secret, err)
	}
}
