package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"net/http/httptest"

	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/app/journal"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/testkit"
)

// TestDuplicatesInTheBrowser has two goods that look like one merged at the
// desk, and brought back.
func TestDuplicatesInTheBrowser(t *testing.T) {
	for lang, look := range map[string]testkit.Screen{"": {}, "/ar": {Width: 360, Height: 780, Phone: true, NoScript: true}} {
		t.Run("language "+lang, func(t *testing.T) { duplicatesInTheBrowser(t, lang, look) })
	}
}

func duplicatesInTheBrowser(t *testing.T, lang string, look testkit.Screen) {
	srv := httptest.NewUnstartedServer(nil)
	defer srv.Close()
	base := "http://" + srv.Listener.Addr().String()
	cmd := &ServeCmd{}
	i := newInstance(t, cmd, base)
	srv.Config.Handler = i.handler
	srv.Start()
	text := `"kinds":["software"],"summary":{"en":"Health workers register births and deaths in villages without a network and send them to the civil registry later.","ar":"يسجل العاملون الصحيون المواليد والوفيات في القرى بلا شبكة."}`
	for _, r := range [][2]string{{"open-births", `"name":"Open Births","website":"https://births.example.org"`}, {"opne-births", `"name":"Opne Births","repositories":[{"url":"https://github.com/births/open-births"}]`}} {
		id, more := r[0], r[1]
		file := filepath.Join(t.TempDir(), id+".json")
		if err := os.WriteFile(file, []byte(`{"foreign_id":"`+id+`","seen":"2026-01-01","facts":{`+more+`,`+text+`}}`), 0o600); err != nil {
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
	if found, err := cmd.duplicates.Find(t.Context(), access.Machine(access.Operator), "open-births"); err != nil || len(found) != 1 {
		t.Fatalf("%+v %v", found, err)
	}
	s := screen{t, testkit.Browser(t, look)}
	link, err := i.app.PrintLink(t.Context(), operating, string(i.someone("ines", access.Secretariat).Person))
	if err != nil {
		t.Fatal(err)
	}
	s.do(chromedp.Navigate(base + link[strings.Index(link, "/signin"):]))
	s.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
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
	open := func(list, name string) {
		t.Helper()
		s.do(chromedp.Navigate(base + lang + list))
		says("Open Births") // whichever of the two stays may have either name while they are one
		picture(t, s, name+strings.ReplaceAll(lang, "/", "-"))
		s.turn(chromedp.Click(chromedp.CSS(".rows h2 a")))
		says("Descriptions alike")
		picture(t, s, name+"-pair"+strings.ReplaceAll(lang, "/", "-"))
	}
	decide := func(value, reason string) {
		t.Helper()
		s.do(chromedp.Click(chromedp.CSS("input[name=decision][value="+value+"]")), chromedp.SendKeys(chromedp.CSS("textarea[name=reason]"), reason))
		s.turn(chromedp.Click(chromedp.CSS("form:has(input[name=decision]) button")))
		s.fine()
	}
	open("/desk/duplicates", "duplicates")
	decide("keep-one", " ") // a reason is needed, and nothing chosen is lost
	if !ask[bool](s, "document.querySelector('input[name=decision][value=keep-one]').checked && !!document.querySelector('[aria-invalid=true]')") {
		t.Error("the mistake is not shown beside what was chosen")
	}
	decide("keep-one", "The same code.")
	open("/desk/duplicates?state=merged", "duplicates-merged")
	says("The same code.")
	decide("undo", "Two ministries.")
	open("/desk/duplicates", "duplicates-again")
	decide("apart", "Two ministries.")
	open("/desk/duplicates?state=apart", "duplicates-apart")
	says("They are kept apart")
	s.do(chromedp.Navigate(base + lang + "/goods/open-births"))
	says("Kept apart from a good that looks like it.")
	if diff, err := (&journal.App{DB: i.db}).Compare(t.Context()); err != nil || diff != "" {
		t.Errorf("the replay differs: %s %v", diff, err)
	}
}
