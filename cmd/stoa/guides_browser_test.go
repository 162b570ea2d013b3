package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
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
	"stoa/internal/guide"
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
	labels := ask[[]string](s, `[...document.querySelectorAll("main ol.rows h3")].map(e => e.textContent.trim())`)
	for _, ending := range []string{"html", "odt", "json"} {
		w := i.ask("GET", "/ar"+kept+"/copy."+ending, who.cookie, "", "")
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", ending, w.Code)
		}
		text := takenAway(t, ending, w.Body.Bytes())
		want := []string{"خطتنا", "سألنا القانوني", "Births server", "registry.example.org/births/server:2.1"}
		if ending != "json" {
			want = append(append(want, "السجل المدني"), labels...)
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s holds nothing of %q", ending, w)
			}
		}
	}
	s.do(chromedp.EmulateViewport(1280, 900))
	open("/ar/goods/open-births/guide?country=KE")
	picture(t, s, "guide-wide-ar")
	s.do(chromedp.SetValue(chromedp.CSS("#title"), strings.Repeat("x", guide.MaxTitle+1)))
	press("form[method=post][action$='/guide'] button")
	if !ask[bool](s, `!!document.querySelector("#title[aria-invalid=true]") && document.querySelector("#country").value === "KE" && document.querySelector("#for").value === "KE"`) {
		t.Error("after a mistaken title the country is gone, or the mistake is not shown beside its field")
	}
	s.do(chromedp.SetValue(chromedp.CSS("#title"), "Kenya"))
	press("form[method=post][action$='/guide'] button")
	if path := ask[string](s, "location.pathname"); !strings.HasPrefix(path, "/ar/guides/") {
		t.Errorf("a guide that is filled for a country cannot be kept: %s", path)
	}
	open("/ar" + kept)
	picture(t, s, "guide-copy-wide-ar")
	s.do(chromedp.EmulateViewport(360, 780, chromedp.EmulateMobile))
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
	mine := "#" + ask[string](s, `[...document.querySelectorAll("main ul.rows > li")].find(e => e.textContent.includes("نسخة للتدريب")).id`)
	s.do(chromedp.Click(chromedp.CSS(mine + " details summary")))
	press(mine + " form[action$='/drop'] button")
	picture(t, s, "recipes-kept-ar")
	// A form of before another changed the recipe does not write over it, nor does it when it is sent again.
	list, err := ways.Of(t.Context(), who.Who, "open-births")
	if err != nil || len(list.Recipes) != 1 {
		t.Fatalf("%+v %v", list, err)
	}
	one := list.Recipes[0]
	if _, _, err := ways.Change(t.Context(), who.Who, "open-births", one.ID, one); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"kind": {"container"}, "name": {"Another"}, "address": {one.Address}, "edition": {strconv.FormatInt(one.Edition, 10)}}
	w = i.ask("POST", "/goods/open-births/recipes/"+string(one.ID), who.cookie, form.Encode(), "application/x-www-form-urlencoded")
	if sent := w.Body.String(); w.Code != http.StatusConflict || !strings.Contains(sent, `name="edition" value="`+form.Get("edition")+`"`) || strings.Count(sent, `id="name"`) != 1 || strings.Count(sent, `id="name-`+string(one.ID)+`"`) != 1 {
		t.Errorf("%d: %s", w.Code, sent)
	}
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

// takenAway is the text of a file that a copy of a guide is taken away as, which
// must be whole.
func takenAway(t *testing.T, ending string, raw []byte) string {
	t.Helper()
	if ending == "json" {
		var doc struct {
			Title   string
			Marks   map[string]guide.Mark `json:"items"`
			Recipes []recipe.Recipe
		}
		if err := json.Unmarshal(raw, &doc); err != nil || doc.Marks["evaluate.licence"].State != guide.Done || len(doc.Recipes) != 1 || doc.Recipes[0].By != "" {
			t.Errorf("%v: %s", err, raw)
			return ""
		}
		return doc.Title + " " + doc.Marks["evaluate.licence"].Note + " " + doc.Recipes[0].Name + " " + doc.Recipes[0].Address
	}
	if ending == "html" {
		if text := string(raw); strings.Contains(text, "<form") || strings.Contains(text, "<script") || !strings.Contains(text, `<html lang="ar" dir="rtl">`) {
			t.Errorf("a file of its own: %.600s", text)
		}
		return html.UnescapeString(string(raw))
	}
	file, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	content, err := file.Open("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	var text strings.Builder
	for in := xml.NewDecoder(content); ; {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if chars, ok := token.(xml.CharData); ok {
			text.Write(chars)
		}
	}
}
