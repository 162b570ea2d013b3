package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	"stoa/internal/app/communities"
	"stoa/internal/app/imports"
	"stoa/internal/app/recipes"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/recipe"
	"stoa/internal/testkit"
)

// TestAGuideAndACommunityInTheBrowser keeps a copy of a guide and joins a
// community, on a phone without a script, in English and in Arabic.
func TestAGuideAndACommunityInTheBrowser(t *testing.T) {
	srv := httptest.NewUnstartedServer(nil)
	defer srv.Close()
	base := "http://" + srv.Listener.Addr().String()
	i := newInstance(t, &ServeCmd{}, base)
	srv.Config.Handler = i.handler
	srv.Start()
	file := filepath.Join(t.TempDir(), "open-births.json")
	if err := os.WriteFile(file, []byte(`{"foreign_id":"open-births","seen":"2026-01-01","facts":{"name":"Open Births","kinds":["software"],"languages":["sw"],"documentation":[{"url":"https://docs.example.org/births"}],"licences":[{"spdx":"MPL-2.0"}]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := harvest.Open(file, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&imports.App{DB: i.db, Now: time.Now, CatchUp: i.assessed.CatchUp}).Import(t.Context(), good.Actor{Role: access.Importer}, in, imports.Options{}); err != nil {
		t.Fatal(err)
	}
	who := i.someone("nadia", access.Secretariat)
	gathered := &communities.App{DB: i.db, Now: time.Now}
	made, err := gathered.Found(t.Context(), who.Who, communities.Input{Community: community.Community{Lang: "en", Name: good.Text{"en": "Civil registration", "ar": "السجل المدني"}, Purpose: good.Text{"en": "We register births."}, SDGs: []int{16}}, Goods: []string{"open-births"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gathered.Meet(t.Context(), who.Who, made.Slug, communities.Plan{Meeting: community.Meeting{Title: "Monthly call", Zone: "Africa/Nairobi", Local: "2099-01-13T09:00", Minutes: 60, Link: "https://meet.example.org/x"}}); err != nil {
		t.Fatal(err)
	}
	ways := &recipes.App{DB: i.db, Now: time.Now, CatchUp: i.assessed.CatchUp}
	if _, _, err := ways.State(t.Context(), who.Who, "open-births", recipe.Recipe{Kind: recipe.Container, Name: "Births server", Address: "registry.example.org/births/server:2.1", Version: "2.1", Command: "docker run registry.example.org/births/server:2.1", Languages: []string{"sw"}}); err != nil {
		t.Fatal(err)
	}
	s := screen{t, testkit.Browser(t, testkit.Screen{Width: 360, Height: 780, Phone: true, NoScript: true})}
	open := func(path string) {
		t.Helper()
		s.do(chromedp.Navigate(base + path))
		s.fine()
	}
	for _, lang := range []string{"", "/ar"} { // as everybody reads them
		open(lang + "/goods/open-births/guide?country=KE")
		picture(t, s, "guide"+strings.ReplaceAll(lang, "/", "-"))
		if back := ask[string](s, `new URL(document.querySelector("main a[href*='/signin?next=']").href).searchParams.get("next")`); back != lang+"/goods/open-births/guide?country=KE" {
			t.Errorf("whoever signs in comes back to %s", back)
		}
		open(lang + "/goods/open-births/recipes")
		picture(t, s, "recipes"+strings.ReplaceAll(lang, "/", "-"))
		open(lang + "/goods/open-births")
		open(lang + "/communities")
		open(lang + "/communities/" + made.Slug)
		picture(t, s, "community"+strings.ReplaceAll(lang, "/", "-"))
	}
	link, err := i.app.PrintLink(t.Context(), operating, string(who.Person))
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
	open("/ar/goods/open-births/guide")
	s.do(chromedp.SendKeys(chromedp.CSS("#title"), "خطتنا"))
	press("form[method=post][action$='/guide'] button")
	kept := strings.TrimPrefix(ask[string](s, "location.pathname"), "/ar")
	if !strings.HasPrefix(kept, "/guides/") {
		t.Fatalf("no copy is kept: %s", kept)
	}
	summary := "li[id='evaluate.licence'] details summary"
	s.do(chromedp.Click(chromedp.CSS(summary)))
	s.do(chromedp.Click(chromedp.CSS("#state-evaluate-licence input[value=done]")), chromedp.SendKeys(chromedp.CSS("#note-evaluate-licence"), "سألنا القانوني"))
	press("li[id='evaluate.licence'] form button")
	picture(t, s, "guide-copy-ar")
	if text := ask[string](s, "document.getElementById('evaluate.licence').textContent"); !strings.Contains(text, "سألنا القانوني") {
		t.Errorf("what was written is not shown: %.400s", text)
	}
	// A form of before that was written does not write over it, nor does it when it is sent again.
	stale := url.Values{"item": {"evaluate.licence"}, "state": {"open"}, "note": {"another"}, "version": {"0"}}
	w := i.ask("POST", kept+"/items", who.cookie, stale.Encode(), "application/x-www-form-urlencoded")
	_, again, _ := strings.Cut(w.Body.String(), `id="evaluate.licence"`)
	if again, _, _ = strings.Cut(again, "</form>"); w.Code != http.StatusConflict || !strings.Contains(again, `name="version" value="0"`) || !strings.Contains(again, "سألنا القانوني") || !strings.Contains(again, "another") {
		t.Errorf("%d: %s", w.Code, again)
	}
	open("/guides")
	if !ask[bool](s, "document.querySelector('main').textContent.includes('خطتنا')") {
		t.Error("one's own copies are not listed")
	}
	open("/ar/goods/open-births/recipes")
	press("form[method=post][action$='/recipes'] button")
	if !ask[bool](s, "!!document.querySelector('#name[aria-invalid=true], #kind[aria-invalid=true]')") {
		t.Error("a recipe without a kind: the mistake is not shown beside its field")
	}
	picture(t, s, "recipes-wrong-ar")
	s.do(chromedp.SetValue(chromedp.CSS("#kind"), "hosted"), chromedp.SendKeys(chromedp.CSS("#name"), "نسخة للتدريب"), chromedp.SendKeys(chromedp.CSS("#address"), "train.example.org"))
	press("form[method=post][action$='/recipes'] button")
	if !ask[bool](s, "document.querySelector('main').textContent.includes('نسخة للتدريب')") {
		t.Error("what was stated is not shown")
	}
	s.do(chromedp.Click(chromedp.CSS("main ul.rows > li:last-child details summary")))
	press("main ul.rows > li:last-child form[action$='/drop'] button")
	picture(t, s, "recipes-kept-ar")
	open("/communities/" + made.Slug)
	picture(t, s, "community-kept")
	if !ask[bool](s, "!!document.querySelector('form[action$=\"/meetings\"]')") {
		t.Error("its keeper cannot announce a meeting")
	}
	press("form[action$='/join'] button")
	change := "form[action$='/communities/" + made.Slug + "']"
	opened := "details:has(> " + change + ") > summary"
	s.do(chromedp.Click(chromedp.CSS(opened)), chromedp.SetValue(chromedp.CSS(change+" select[name=lang]"), "ar"))
	press(change + " button")
	picture(t, s, "community-change")
	if !ask[bool](s, "!!document.querySelector('#purpose-ar[aria-invalid=true]') && document.querySelector('#purpose-en').value === 'We register births.'") {
		t.Error("the other language has no purpose: the mistake is not shown beside its field, or the first language is lost")
	}
	s.do(chromedp.SendKeys(chromedp.CSS("#purpose-ar"), "نسجل المواليد."))
	press(change + " button")
	if c, err := i.db.Community(t.Context(), made.Slug); err != nil || c.Lang != "ar" || c.Name["en"] != "Civil registration" || c.Name["ar"] != "السجل المدني" || c.Purpose["en"] != "We register births." || c.Purpose["ar"] != "نسجل المواليد." {
		t.Errorf("another language in which most is said: %+v %v", c, err)
	}
	open("/ar/communities/new")
	press("form[method=post][action$='/communities'] button")
	if !ask[bool](s, "!!document.querySelector('#name-ar[aria-invalid=true]')") {
		t.Error("a community without a name: the mistake is not shown beside its field")
	}
}
