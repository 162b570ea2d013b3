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
	"stoa/internal/app/deployments"
	"stoa/internal/app/imports"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/testkit"
)

// TestCountriesAndDeploymentsInTheBrowser fills in the forms of a deployment and
// of a country's checklist with a mistake in each, looks at a spreadsheet row by
// row and at every page of countries: in English at a desk, and in Arabic on a
// phone without a script.
func TestCountriesAndDeploymentsInTheBrowser(t *testing.T) {
	for lang, look := range map[string]testkit.Screen{"": {}, "/ar": {Width: 360, Height: 780, Phone: true, NoScript: true}} {
		t.Run("language "+lang, func(t *testing.T) { landsInTheBrowser(t, lang, look) })
	}
}

func landsInTheBrowser(t *testing.T, lang string, look testkit.Screen) {
	srv := httptest.NewUnstartedServer(nil)
	defer srv.Close()
	base := "http://" + srv.Listener.Addr().String()
	i := newInstance(t, &ServeCmd{}, base)
	srv.Config.Handler = i.handler
	srv.Start()
	file := filepath.Join(t.TempDir(), "open-births.json")
	if err := os.WriteFile(file, []byte(`{"foreign_id":"open-births","seen":"2026-01-01","facts":{"name":"Open Births","kinds":["software"],"deployments":[{"country":"KE"}]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := harvest.Open(file, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&imports.App{DB: i.db, Now: time.Now, CatchUp: i.assessed.CatchUp}).Import(t.Context(), good.Actor{Role: access.Importer}, in, imports.Options{}); err != nil {
		t.Fatal(err)
	}
	sara := i.someone("sara", access.Secretariat)
	link, err := i.app.PrintLink(t.Context(), operating, string(sara.Person))
	if err != nil {
		t.Fatal(err)
	}
	s := screen{t, testkit.Browser(t, look)}
	s.do(chromedp.Navigate(base + link[strings.Index(link, "/signin"):]))
	s.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
	visit := func(path string) {
		t.Helper()
		s.do(chromedp.Navigate(base + lang + path))
		s.fine()
	}
	press := func(button string) {
		t.Helper()
		s.turn(chromedp.Click(chromedp.CSS(button)))
		s.fine()
	}

	// A deployment: what is wrong is said beside its field, and nothing typed is lost.
	visit("/deployments/new")
	s.do(chromedp.SetValue(chromedp.CSS("#good"), "open-births"), chromedp.SetValue(chromedp.CSS("#organisation"), "Ministry of Health"), chromedp.SetValue(chromedp.CSS("#country"), "KE"),
		chromedp.SetValue(chromedp.CSS("#since"), "2999"), chromedp.Click(chromedp.CSS("input[name=stage][value=live]")))
	press("form[action$='/deployments'] button.btn")
	if !ask[bool](s, "!!document.querySelector('#since[aria-invalid=true]') && document.querySelector('#organisation').value == 'Ministry of Health'") {
		t.Error("a day to come is taken, or what was typed is lost")
	}
	s.do(chromedp.SetValue(chromedp.CSS("#since"), "2024"))
	press("form[action$='/deployments'] button.btn")
	if at := ask[string](s, "location.pathname"); !strings.HasPrefix(at, lang+"/deployments/01") {
		t.Fatalf("after claiming: %s: %.500s", at, ask[string](s, "document.querySelector('main').innerText"))
	}
	picture(t, s, "deployment"+strings.ReplaceAll(lang, "/", "-"))

	// A spreadsheet, row by row.
	sheet, err := (&deployments.App{DB: i.db, Now: time.Now}).Send(t.Context(), sara.Who, deploy.Desk, "", []byte("good,organisation,country,stage,place\nopen-births,County of Kisumu,KE,pilot,Kisumu\nopen-births,County of Busia,KE,pilot,\"Kampala, Uganda\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	visit("/deployment-sheets/" + string(sheet.ID))
	if n := ask[int](s, "document.querySelectorAll('main tbody tr').length"); n != 2 {
		t.Errorf("%d rows are shown", n)
	}
	picture(t, s, "sheet"+strings.ReplaceAll(lang, "/", "-"))
	visit("/deployment-sheets")

	// The checklist of a country.
	visit("/countries/KE/readiness/edit")
	s.do(chromedp.Click(chromedp.CSS(`input[name="privacy.law"][value=yes]`)), chromedp.Click(chromedp.CSS(`input[name="skills.public"][value=partly]`)))
	press("form[action$='/readiness'] button.btn")
	if !ask[bool](s, `document.querySelector('[name="privacy.law-evidence"]').getAttribute('aria-invalid') == 'true' && document.querySelector('input[name="skills.public"][value=partly]').checked`) {
		t.Error("a yes that nothing shows is taken, or the other answer is lost")
	}
	s.do(chromedp.SetValue(chromedp.CSS(`[name="privacy.law-evidence"]`), "https://kenyalaw.org/dpa"))
	press("form[action$='/readiness'] button.btn")
	if got := ask[string](s, `[...document.querySelectorAll('[data-answer]')].map(b => b.dataset.answer).filter(Boolean).join(' ')`); got != "partly yes" {
		t.Errorf("answered: %q", got)
	}
	picture(t, s, "readiness"+strings.ReplaceAll(lang, "/", "-"))

	for _, path := range []string{"/countries", "/countries/KE", "/countries/KE/edit", "/countries/TV/readiness", "/countries/compare?c=KE&c=UG", "/regions/eastern-africa", "/map?view=confirmed", "/deployments?country=KE"} {
		visit(path)
	}
	// Nobody else reads the spreadsheet or answers for the country.
	thief := i.someone("thief")
	for how, path := range map[string]string{http.MethodGet: "/deployment-sheets/" + string(sheet.ID), http.MethodPost: "/countries/KE/readiness"} {
		if w := i.ask(how, path, thief.cookie, "skills.public=yes&skills.public-evidence=https://x.org", "application/x-www-form-urlencoded"); w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
			t.Errorf("%s %s: status %d", how, path, w.Code)
		}
	}
}
