package web_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/testkit"
)

// TestAnOwnerClaimsInTheBrowser shows by a record of the domain that a good is
// Ana's; Eve, who has seen the record, shows nothing by it.
func TestAnOwnerClaimsInTheBrowser(t *testing.T) {
	for lang, look := range map[string]testkit.Screen{"en": {Width: 360, Height: 780, Phone: true}, "ar": {Width: 360, Height: 780, NoScript: true}} {
		t.Run(lang, func(t *testing.T) {
			b := &bureau{}
			base := b.open(t)
			at := base + prefixes[lang] + "/goods/dhis2/claim"
			r := newReader(t, look)
			r.do(chromedp.Navigate(base+"/as/ana"), chromedp.Navigate(at))
			testkit.Accessible(t, r.ctx)
			r.fits()
			token := script[string](r, `document.querySelector(".token").innerText.trim()`)
			if ways := script[string](r, `document.querySelector(".ways-to").innerText`); !strings.Contains(ways, "dhis2.org") || !strings.Contains(ways, token) {
				t.Fatalf("the ways are %q", ways)
			}
			r.press("main form button")
			testkit.Accessible(t, r.ctx)
			r.fits()
			if n := script[int](r, `document.querySelectorAll(".ways-to .mend").length`); n != 3 {
				t.Errorf("beside %d of 3 ways stands what was seen", n)
			}
			b.names.SetText("_stoa-claim.dhis2.org", "stoa-claim="+token)
			b.now = b.now.Add(time.Minute)
			r.press("main form button")
			testkit.Accessible(t, r.ctx)
			r.fits()
			if owns, err := b.claims.Owns(t.Context(), persons["ana"], b.good); err != nil || !owns {
				t.Fatalf("Ana owns it: %v %v", owns, err)
			}
			r.press("main a.btn")
			if got := see(r, chromedp.Location()); !strings.HasSuffix(got, "/apply/new?good=dhis2") {
				t.Errorf("it leads to %s", got)
			}
			eve := newReader(t, testkit.Screen{})
			eve.do(chromedp.Navigate(base+"/as/eve"), chromedp.Navigate(at))
			if other := script[string](eve, `document.querySelector(".token").innerText.trim()`); other == token {
				t.Error("two have one token")
			}
			eve.press("main form button")
			if owns, err := b.claims.Owns(t.Context(), persons["eve"], b.good); err != nil || owns || script[int](eve, `document.querySelectorAll(".ways-to .mend").length`) != 3 {
				t.Errorf("Eve owns it by what is Ana's: %v %v", owns, err)
			}
		})
	}
}

// TestFilesAreAttachedInTheBrowser chooses a file, sees it in the list, and
// takes it away, with a script and without one.
func TestFilesAreAttachedInTheBrowser(t *testing.T) {
	dir := t.TempDir()
	good, bad := dir+"/deed.pdf", dir+"/seal.svg"
	for name, text := range map[string]string{good: deed, bad: `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for lang, look := range map[string]testkit.Screen{"en": {Width: 360, Height: 780, Phone: true}, "ar": {Width: 360, Height: 780, NoScript: true}} {
		t.Run(lang, func(t *testing.T) {
			b := &bureau{}
			base := b.open(t)
			r := newReader(t, look)
			r.do(chromedp.Navigate(base+"/as/ana"), chromedp.Navigate(base+prefixes[lang]+"/apply/new?good=dhis2"))
			r.press("form .btn")
			part := see(r, chromedp.Location()) + "/part/3"
			r.do(chromedp.Navigate(part))
			testkit.Accessible(t, r.ctx)
			r.fits()
			const field = `input[name="f.owner.files"]`
			choose := func(file string) {
				t.Helper()
				r.do(chromedp.SetUploadFiles(chromedp.CSS(field), []string{file}))
				if look.NoScript {
					r.press(`form[data-autosave] .btns .btn.line`)
				}
			}
			choose(bad)
			r.until("what is wrong", `document.querySelector("#q-owner-files-wrong") !== null && document.querySelector("#q-owner-files-wrong").innerText.includes("seal.svg")`)
			r.do(chromedp.SendKeys(chromedp.CSS(`input[name="t.owner.name"]`), "Clinic Trust"))
			choose(good)
			r.until("the file", `document.querySelectorAll(".attached li").length === 1`)
			testkit.Accessible(t, r.ctx)
			r.fits()
			if !look.NoScript {
				r.until("the save", `document.querySelector(".state").dataset.tone === "good"`)
			}
			r.press(".attached button")
			if n := script[int](r, `document.querySelectorAll(".attached li").length`); n != 0 {
				t.Errorf("%d files are left", n)
			}
			if got := script[string](r, `document.querySelector('input[name="t.owner.name"]').value`); got != "Clinic Trust" {
				t.Errorf("what was written beside it is %q", got)
			}
		})
	}
}
