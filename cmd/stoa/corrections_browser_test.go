package main

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	"stoa/internal/app/goods"
	"stoa/internal/app/imports"
	"stoa/internal/app/journal"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// TestCorrectionsInTheBrowser has what a person corrected and a source
// contradicts settled at the desk.
func TestCorrectionsInTheBrowser(t *testing.T) {
	for lang, look := range map[string]testkit.Screen{"": {}, "/ar": {Width: 360, Height: 780, Phone: true, NoScript: true}} {
		t.Run("language "+lang, func(t *testing.T) { correctionsInTheBrowser(t, lang, look) })
	}
}

func correctionsInTheBrowser(t *testing.T, lang string, look testkit.Screen) {
	srv := httptest.NewUnstartedServer(nil)
	defer srv.Close()
	base := "http://" + srv.Listener.Addr().String()
	i := newInstance(t, &ServeCmd{}, base)
	srv.Config.Handler = i.handler
	srv.Start()
	app := &goods.App{DB: i.db, CatchUp: i.assessed.CatchUp}
	states := func(seen, facts string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "open-births.json")
		if err := os.WriteFile(file, []byte(`{"foreign_id":"open-births","seen":"`+seen+`","facts":{"name":"Open Births","kinds":["software"],`+facts+`}}`), 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := harvest.Open(file, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (&imports.App{DB: i.db, Now: time.Now, CatchUp: i.assessed.CatchUp}).Import(t.Context(), good.Actor{Role: access.Importer}, in, imports.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	states("2026-01-01", `"website":"https://old.example.org","languages":["en"],"summary":{"fr":"Un registre."}`)
	g, _, err := app.Edit(t.Context(), operator, "open-births", 0, "as they say", func(f *good.Facts) error {
		f.Website, f.Languages, f.Summary = "https://births.example.org", []string{"en", "sw"}, good.Text{"fr": "Un registre des naissances."}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	states("2026-02-01", `"website":"https://moved.example.org","languages":["pt"],"summary":{"fr":"Un autre registre."}`)
	owner, told := i.someone("olga").Person, map[string]int{}
	if _, err := i.db.Do(t.Context(), operator, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: owner, Proved: tx.Now()})
	}); err != nil {
		t.Fatal(err)
	}
	app.Tell = func(_ context.Context, _ *store.Tx, key string, n good.Notice) error {
		if n.Person == owner && n.Kind == "correction-contradicted" && n.Args["Good"] == "Open Births" {
			told[key]++
		}
		return nil
	}
	if err := app.Tick(t.Context(), time.Now()); err != nil || len(told) != 1 { // of three at once, in one letter
		t.Errorf("the owner was told %v, %v", told, err)
	}
	s := screen{t, testkit.Browser(t, look)}
	says := func(want ...string) {
		t.Helper()
		said := ask[string](s, "document.body.textContent")
		for _, w := range want {
			if lang == "" && !strings.Contains(said, w) {
				t.Errorf("does not say %q: %.3000s", w, said)
			}
		}
		s.fine()
	}
	s.do(chromedp.Navigate(base + lang + "/goods/open-births"))
	if ask[bool](s, "!!document.querySelector('.contested')") {
		t.Error("everybody is told what is to be settled")
	}
	link, err := i.app.PrintLink(t.Context(), operating, string(i.someone("ines", access.Secretariat).Person))
	if err != nil {
		t.Fatal(err)
	}
	s.do(chromedp.Navigate(base + link[strings.Index(link, "/signin"):]))
	s.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
	s.do(chromedp.Navigate(base + lang + "/goods/open-births"))
	says("Sources contradict 3 corrections of this good.")
	picture(t, s, "corrections-good"+strings.ReplaceAll(lang, "/", "-"))
	s.do(chromedp.Navigate(base + lang + "/desk/corrections?field=website"))
	says("1 conflict to settle.", "https://births.example.org", "https://moved.example.org", "https://old.example.org")
	s.do(chromedp.Navigate(base + lang + "/desk/corrections"))
	says("3 conflicts to settle.", "Swahili", "Portuguese", "Un autre registre.")
	picture(t, s, "corrections"+strings.ReplaceAll(lang, "/", "-"))
	s.turn(chromedp.Click(chromedp.CSS(".rows h2 a")))
	picture(t, s, "corrections-one"+strings.ReplaceAll(lang, "/", "-"))
	settle := func(field, how, reason string) {
		t.Helper()
		form := "form:has(input[name=field][value='" + field + "']) "
		s.do(chromedp.Click(chromedp.CSS(form+"input[name=how][value="+how+"]")), chromedp.SendKeys(chromedp.CSS(form+"textarea[name=reason]"), reason))
		s.turn(chromedp.Click(chromedp.CSS(form + "button")))
		s.fine()
	}
	settle("website", "take", " ") // a reason is needed, and nothing chosen is lost
	if !ask[bool](s, "document.querySelector('#how-website input[value=take]').checked && !!document.querySelector('#reason-website[aria-invalid=true]') && !document.querySelector('#how-languages input:checked')") {
		t.Error("the mistake is not shown beside what was chosen")
	}
	settle("website", "take", "It moved.")
	says("The correction is withdrawn")
	s.do(chromedp.Navigate(base + lang + "/desk/corrections/open-births"))
	settle("summary/fr", "keep", "Theirs is too short.")
	says("The correction is kept.", "1 conflict to settle.")
	if now, err := app.Good(t.Context(), "open-births"); err != nil || now.Website != "https://moved.example.org" || now.Summary["fr"] != "Un registre des naissances." {
		t.Errorf("%+v %v", now, err)
	}
	// How much the source counts for one field.
	s.do(chromedp.Navigate(base + lang + "/desk/priorities"))
	says("Priorities of sources", "Stoa catalogue")
	s.turn(chromedp.Click(chromedp.CSS("a[href$='/desk/priorities/stoa-catalogue']")))
	set := func(n, reason string) {
		t.Helper()
		s.do(chromedp.SetValue(chromedp.CSS("#website"), n), chromedp.SetValue(chromedp.CSS("textarea[name=reason]"), reason))
		s.turn(chromedp.Click(chromedp.CSS("form:has(#website) button")))
		s.fine()
	}
	set("91", "They know where it lives.") // persons go before every source
	if !ask[bool](s, "document.querySelector('#website[aria-invalid=true]').value == '91'") {
		t.Error("the mistake is not shown beside what was typed")
	}
	picture(t, s, "priority"+strings.ReplaceAll(lang, "/", "-"))
	set("70", "They know where it lives.")
	says("The priorities are set.", "Website: 70")
	picture(t, s, "priorities"+strings.ReplaceAll(lang, "/", "-"))
	if diff, err := (&journal.App{DB: i.db}).Compare(t.Context()); err != nil || diff != "" {
		t.Errorf("the replay differs: %s %v", diff, err)
	}
}
