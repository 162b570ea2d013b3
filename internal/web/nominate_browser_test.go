package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/testkit"
)

func TestAnyoneNominatesInTheBrowser(t *testing.T) {
	d := newDesk(t)
	d.now = time.Now()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.site.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	for lang, look := range map[string]testkit.Screen{"en": {Width: 360, Height: 780, Phone: true}, "ar": {NoScript: true}} {
		t.Run(lang, func(t *testing.T) {
			r := newReader(t, look)
			name := "Births Register " + lang
			r.do(chromedp.Navigate(srv.URL + prefixes[lang] + "/nominate"))
			testkit.Accessible(t, r.ctx)
			r.fits()
			r.do(chromedp.SendKeys(chromedp.CSS("#name"), name), chromedp.SendKeys(chromedp.CSS("#link"), "https://births-"+lang+".org"),
				chromedp.Click(chromedp.CSS(`input[name=kind][value=software]`)), chromedp.SendKeys(chromedp.CSS("#licence"), "MIT"),
				chromedp.SendKeys(chromedp.CSS("#why"), "Every child gets a legal identity: offices in five countries register births with it."))
			r.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("select[name=sdg]").value = "16"`))
			d.now = d.now.Add(time.Minute)
			r.press("form.form button")
			testkit.Accessible(t, r.ctx)
			r.fits()
			if got := see(r, chromedp.Location()); !strings.Contains(got, "/nominate/") {
				t.Fatalf("at %s: %.300s", got, script[string](r, `document.querySelector("main").innerText`))
			}
			if look.NoScript {
				return
			}
			r.do(chromedp.Navigate(srv.URL+prefixes[lang]+"/nominate"), chromedp.SendKeys(chromedp.CSS("#name"), name))
			r.until("what is like it", `document.querySelector("#alike .there") !== null`)
		})
	}
}
