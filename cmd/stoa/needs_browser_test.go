package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/app/needs"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/need"
	"stoa/internal/testkit"
)

// TestANeedInTheBrowser asks for something in three languages on a phone, and
// keeps it.
func TestANeedInTheBrowser(t *testing.T) {
	for lang, problem := range map[string]string{"": "Births are written on paper in villages without a network.", "/fr": "Il faut enregistrer les naissances dans les villages sans réseau.", "/ar": "نحتاج إلى تسجيل المواليد في القرى بلا شبكة."} {
		t.Run("language "+lang, func(t *testing.T) { needInTheBrowser(t, lang, problem) })
	}
}

func needInTheBrowser(t *testing.T, lang, problem string) {
	srv := httptest.NewUnstartedServer(nil)
	defer srv.Close()
	base := "http://" + srv.Listener.Addr().String()
	i := newInstance(t, &ServeCmd{}, base)
	srv.Config.Handler = i.handler
	srv.Start()
	file := filepath.Join(t.TempDir(), "open-births.json")
	if err := os.WriteFile(file, []byte(`{"foreign_id":"open-births","seen":"2026-01-01","facts":{"name":"Open Births","kinds":["software"],"languages":["sw"],"licences":[{"spdx":"MPL-2.0"}],"deployments":[{"country":"KE"}],"summary":{"en":"Registers births and deaths in villages, offline on phones."}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := harvest.Open(file, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&imports.App{DB: i.db, Now: time.Now, CatchUp: i.assessed.CatchUp}).Import(t.Context(), good.Actor{Role: access.Importer}, in, imports.Options{}); err != nil {
		t.Fatal(err)
	}
	s := screen{t, testkit.Browser(t, testkit.Screen{Width: 360, Height: 780, Phone: true, NoScript: true})}
	link, err := i.app.PrintLink(t.Context(), operating, string(i.someone("nadia").Person))
	if err != nil {
		t.Fatal(err)
	}
	s.do(chromedp.Navigate(base + link[strings.Index(link, "/signin"):]))
	s.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
	press := func(button string) {
		t.Helper()
		s.turn(chromedp.Click(chromedp.CSS(button)))
		s.fine()
	}
	s.do(chromedp.Navigate(base + lang + "/needs/new"))
	s.fine()
	press("button[value=next]") // a problem is needed
	if !ask[bool](s, "!!document.querySelector('#problem[aria-invalid=true]')") {
		t.Error("the mistake is not shown beside its field")
	}
	s.do(chromedp.SendKeys(chromedp.CSS("#problem"), problem))
	press("button[value=next]")
	s.do(chromedp.SendKeys(chromedp.CSS("#languages"), "Klingonese"))
	press("button[value=next]")
	if !ask[bool](s, "!!document.querySelector('#languages[aria-invalid=true]')") {
		t.Error("a language that does not exist is taken")
	}
	s.do(chromedp.SetValue(chromedp.CSS("#languages"), "sw"), chromedp.SetValue(chromedp.CSS("#country"), "KE"))
	press("button[value=next]")
	press("button[value=next]")
	press("button[value=next]")
	picture(t, s, "need-question"+strings.ReplaceAll(lang, "/", "-"))
	s.do(chromedp.Click(chromedp.CSS("input[name=musts][value=offline]")))
	press("button[value=show]")
	picture(t, s, "need-found"+strings.ReplaceAll(lang, "/", "-"))
	if ask[int](s, "document.querySelectorAll('ol.rows > li').length") != 1 || ask[int](s, "document.querySelectorAll('ol.rows li li').length") < 5 {
		t.Errorf("the good or its reasons are missing: %.2000s", ask[string](s, "document.querySelector('main').textContent"))
	}
	s.do(chromedp.Click(chromedp.CSS("input[name=visibility][value=private]")))
	press("form[action$='/needs'] button")
	kept := ask[string](s, "location.pathname")
	press("form[action$='/shortlist'] button")
	if ask[int](s, "document.querySelectorAll('#shortlist + .rows > li').length") != 1 {
		t.Error("the shortlist is empty")
	}
	picture(t, s, "need-kept"+strings.ReplaceAll(lang, "/", "-"))
	s.do(chromedp.Navigate(base + kept + "/brief"))
	s.fine()
	s.do(chromedp.Navigate(base + lang + "/needs"))
	s.fine()
	if !ask[bool](s, "!!document.querySelector('a[href=\""+kept+"\"]')") {
		t.Error("one's own needs are not listed")
	}
	privateNeed(t, i, strings.TrimPrefix(kept, lang))
}

// privateNeed asks for another's private need wherever one can.
func privateNeed(t *testing.T, i *instance, at string) {
	t.Helper()
	for _, cookie := range []string{"", i.someone("thief", access.Secretariat).cookie} {
		for _, path := range []string{at, at + "/brief", at + "/brief.html", at + "/brief.odt", at + "/brief.csv", "/api/v1" + at, "/api/v1" + at + "/goods", "/fr" + at} {
			if w := i.ask(http.MethodGet, path, cookie, "", ""); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "births") {
				t.Errorf("GET %s of another's: status %d", path, w.Code)
			}
		}
		for _, form := range []string{"/shortlist", "/close", "/hide", "/answers", ""} {
			if w := i.ask(http.MethodPost, at+form, cookie, "reason=x&outcome=solved&good=open-births&problem=Something+else+now&lang=en&visibility=public", "application/x-www-form-urlencoded"); w.Code < 300 || w.Code == http.StatusSeeOther && !strings.HasPrefix(w.Header().Get("Location"), "/signin") {
				t.Errorf("POST %s of another's: status %d", at+form, w.Code)
			}
		}
	}
	if list, err := (&needs.App{DB: i.db, Now: time.Now}).List(t.Context(), needs.Which{}, 5); err != nil || list.Total != 0 {
		t.Errorf("%d needs are public, %v", list.Total, err)
	}
	rec, _, err := i.db.Need(t.Context(), good.ID(strings.TrimPrefix(at, "/needs/")))
	if err != nil || rec.Visibility != need.Private || rec.Outcome != "" {
		t.Errorf("another's need was changed: %+v %v", rec, err)
	}
}
