package main

import (
	"io"
	"mime/quotedprintable"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"stoa/internal/testkit"
)

// TestTwoPeopleInviteAndAccept has a keeper ask somebody who was never here,
// by the whole program with a mail server: in English at a desk, and in Arabic
// on a phone without a script.
func TestTwoPeopleInviteAndAccept(t *testing.T) {
	for lang, look := range map[string]testkit.Screen{"": {}, "/ar": {Width: 360, Height: 780, Phone: true, NoScript: true}} {
		t.Run("language "+lang, func(t *testing.T) {
			mail := testkit.NewMailServer(t, "", "")
			p := newPost(t, "--smtp", "smtp+plain://"+mail.Addr, "--mail-from", "Stoa <stoa@stoa.example>")
			p.run("", "user", "add", "kofi@lab.example", "--name", "Kofi")
			p.start()
			defer func() { p.kill(); p.buried() }()
			link := address.FindString(p.run("", "user", "link", "kofi@lab.example", "--base-url", p.live.url))
			kofi, zoe := screen{t, testkit.Browser(t, look)}, screen{t, testkit.Browser(t, look)}
			kofi.do(chromedp.Navigate(link))
			kofi.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
			kofi.do(chromedp.Navigate(p.live.url+lang+"/account/organisations"), chromedp.SendKeys(chromedp.CSS("input[name=name]"), "Health Lab"))
			kofi.turn(chromedp.Click(chromedp.CSS("form[action$='/account/organisations'] button")))
			kofi.do(chromedp.Navigate(p.live.url + lang + "/account/organisations/health-lab"))
			kofi.fine()
			kofi.turn(chromedp.Click(chromedp.CSS("a[href*='/account/invite/organisation/']")))
			kofi.do(chromedp.SendKeys(chromedp.CSS("input[name=address]"), "zoe@lab.example"), chromedp.Click(chromedp.CSS("input[name=keeper]")))
			kofi.fine()
			kofi.turn(chromedp.Click(chromedp.CSS("form[data-once] button")))
			kofi.fine()
			if text := ask[string](kofi, "document.body.innerText"); !strings.Contains(text, "zoe@lab.example") {
				t.Fatalf("it is not listed: %s", text)
			}
			// The letter leads to the sign-in, and from there to the invitation.
			at := p.letter(mail, "zoe@lab.example", 0)
			if !strings.HasSuffix(at, lang+"/account/invitations") {
				t.Fatalf("the letter leads to %s", at)
			}
			zoe.do(chromedp.Navigate(at), chromedp.SendKeys(chromedp.CSS("input[name=address]"), "zoe@lab.example"))
			zoe.turn(chromedp.Click(chromedp.CSS("form[action$='/signin'] button")))
			zoe.do(chromedp.Navigate(p.letter(mail, "zoe@lab.example", 1)))
			zoe.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
			if got := ask[string](zoe, "location.pathname"); got != lang+"/account/invitations" {
				t.Fatalf("zoe is led to %s", got)
			}
			zoe.fine()
			if text := ask[string](zoe, "document.body.innerText"); !strings.Contains(text, "Health Lab") || strings.Contains(text, "Kofi") { // who did not agree to be named
				t.Errorf("%s", text)
			}
			zoe.turn(chromedp.Click(chromedp.CSS("button[value=accept]")))
			if text := ask[string](zoe, "document.body.innerText"); !strings.Contains(text, "Health Lab") || !strings.Contains(text, "kofi@lab.example") || !strings.HasPrefix(ask[string](zoe, "location.pathname"), lang+"/account/organisations/") {
				t.Errorf("%s: %s", ask[string](zoe, "location.href"), text)
			}
			zoe.fine()
			// Zoe, a keeper now, lets Kofi look after it no longer.
			zoe.turn(chromedp.Click(chromedp.CSS("form[action$='/members'] input[value=no] ~ button")))
			for _, r := range []screen{kofi, zoe} {
				r.do(chromedp.Navigate(p.live.url + lang + "/account/organisations/health-lab"))
				if got := testkit.Complaints(r.ctx); len(got) > 0 {
					t.Errorf("the browser complains: %q", got)
				}
			}
			if left := ask[int](kofi, `document.querySelectorAll("a[href*='/account/invite/']").length`) + ask[int](zoe, `document.querySelectorAll("a[href*='/account/invite/']").length`); left != 1 {
				t.Errorf("%d look after it", left)
			}
		})
	}
}

var address = regexp.MustCompile(`http://[^\s<>]+`)

// letter waits for the n-th letter to somebody and returns where it leads.
func (p *post) letter(mail *testkit.MailServer, to string, n int) string {
	p.t.Helper()
	var found string
	p.until("a letter to "+to, func() bool {
		at := 0
		for _, m := range mail.Mails() {
			if m.To != to {
				continue
			}
			if at == n {
				text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(string(m.Body))))
				if err != nil && len(text) == 0 {
					p.t.Fatal(err)
				}
				found = address.FindString(string(text))
			}
			at++
		}
		return found != ""
	})
	return found
}
