package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"stoa/internal/testkit"
)

// suggest answers as the API does: goods whose names hold what was typed.
func (s *shelf) suggest(w http.ResponseWriter, r *http.Request) {
	type item struct {
		Slug string `json:"slug"`
		Name string `json:"name"`
	}
	var doc struct {
		Items []item `json:"items"`
	}
	doc.Items = []item{}
	for _, g := range s.goods {
		if g.Tombstone == nil && strings.Contains(strings.ToLower(g.Name), strings.ToLower(r.FormValue("q"))) {
			doc.Items = append(doc.Items, item{g.Slug, g.Name})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(doc) // a browser that left
}

// told waits until the page's script says what is wanted of it.
func (r reader) told(js, want string) {
	r.t.Helper()
	var got string
	for range 150 {
		if got = script[string](r, `String(`+js+`)`); got == want {
			return
		}
		r.do(chromedp.Sleep(20 * time.Millisecond))
	}
	r.t.Fatalf("%s is %q, want %q", js, got, want)
}

const (
	options  = `document.querySelectorAll('.found:not([hidden]) [role=option]').length`
	expanded = `document.querySelector('[role=combobox]').ariaExpanded`
	active   = `document.getElementById(document.querySelector('[role=combobox]').getAttribute('aria-activedescendant'))?.textContent`
	status   = `document.querySelector('.ask [role=status]').textContent`
)

func TestTypingIsCompletedByNames(t *testing.T) {
	url := serve(t, samples())
	for lang, said := range map[string]string{"en": "2 suggestions. Use the arrow keys to choose one.", "ar": "اقتراحان. استخدم مفاتيح الأسهم للاختيار."} {
		t.Run(lang, func(t *testing.T) {
			r := newReader(t, testkit.Screen{Width: 360, Height: 780})
			box := chromedp.CSS("main input[name=q]")
			r.do(chromedp.Navigate(url + prefixes[lang] + "/"))
			r.told(expanded, "false")
			r.do(chromedp.SendKeys(box, "open"))
			r.told(options, "2")
			r.told(expanded, "true")
			r.told(status, said)
			r.told(active, "undefined")
			testkit.Accessible(t, r.ctx)
			r.fits()
			// Down, around through the field, and up again.
			first, second := "OpenCRVS", "Open Contracting Data Standard"
			for _, step := range []struct{ key, want string }{{kb.ArrowDown, first}, {kb.ArrowDown, second}, {kb.ArrowDown, "undefined"}, {kb.ArrowUp, second}, {kb.ArrowUp, first}} {
				r.do(chromedp.KeyEvent(step.key))
				r.told(active, step.want)
			}
			testkit.Accessible(t, r.ctx)
			// Escape closes the list, and empties the field only when pressed again.
			r.do(chromedp.KeyEvent(kb.Escape))
			r.told(expanded, "false")
			r.told(`document.activeElement.value`, "open")
			r.do(chromedp.KeyEvent(kb.ArrowDown))
			r.told(active, first)
			r.turn(chromedp.KeyEvent(kb.Enter))
			if got := see(r, chromedp.Location()); got != url+prefixes[lang]+"/goods/opencrvs" {
				t.Errorf("the choice leads to %s", got)
			}
			// Enter without a choice searches; a click chooses.
			r.do(chromedp.Navigate(url+prefixes[lang]+"/goods"), chromedp.SendKeys(box, "open"))
			r.told(options, "2")
			r.turn(chromedp.KeyEvent(kb.Enter))
			if got := see(r, chromedp.Location()); !strings.HasSuffix(got, "/goods?q=open") {
				t.Errorf("Enter leads to %s", got)
			}
			r.do(chromedp.Focus(box), chromedp.Evaluate[chromedp.Void](`document.activeElement.setSelectionRange(99, 99)`), chromedp.KeyEvent(" con"))
			r.told(options, "1")
			r.turn(chromedp.Click(chromedp.CSS(".found li")))
			if got := see(r, chromedp.Location()); !strings.HasSuffix(got, "/goods/open-contracting-data-standard") {
				t.Errorf("the click leads to %s", got)
			}
			r.do(chromedp.Navigate(url+prefixes[lang]+"/goods"), chromedp.SendKeys(box, "zzzz"))
			r.told(status, map[string]string{"en": "No suggestions.", "ar": "لا توجد اقتراحات."}[lang])
			r.told(expanded, "false")
			r.fits()
		})
	}
}

func TestANameIsCompletedForComparing(t *testing.T) {
	url := serve(t, samples())
	r := newReader(t, testkit.Screen{})
	r.do(chromedp.Navigate(url+"/compare?good=dhis2"), chromedp.SendKeys(chromedp.CSS("#good"), "opencr"))
	r.told(options, "1")
	r.do(chromedp.KeyEvent(kb.ArrowDown))
	r.turn(chromedp.KeyEvent(kb.Enter))
	if got := see(r, chromedp.Location()); !strings.HasSuffix(got, "/compare?good=dhis2&good=opencrvs") {
		t.Errorf("the choice leads to %s", got)
	}
}

func TestLongListsOfValuesAreNarrowed(t *testing.T) {
	url := serve(t, many(t, 400))
	r := newReader(t, testkit.Screen{})
	r.do(chromedp.Navigate(url + "/ar/goods"))
	shown := `document.querySelectorAll('.facet details[open] label:not([hidden])').length`
	r.do(chromedp.Evaluate[chromedp.Void](`(() => { const d = document.querySelector('.facet details:has(.box)'); d.open = true; d.querySelector('.box').focus() })()`))
	all := script[int](r, shown)
	testkit.Accessible(t, r.ctx)
	word := script[string](r, `document.querySelector('.facet details[open] label').textContent.trim().split(/\s+/)[0]`)
	r.do(chromedp.KeyEvent(word))
	if n := script[int](r, shown); n == 0 || n >= all {
		t.Errorf("%q leaves %d of %d values", word, n, all)
	}
	before := see(r, chromedp.Location())
	r.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab), chromedp.Sleep(100*time.Millisecond))
	if got := see(r, chromedp.Location()); got != before {
		t.Errorf("narrowing the values leads to %s", got)
	}
}

func TestTheMapNamesThePlaceUnderThePointer(t *testing.T) {
	url := serve(t, samples())
	r := newReader(t, testkit.Screen{})
	r.do(chromedp.Navigate(url + "/map"))
	r.do(chromedp.Focus(chromedp.CSS(".atlas tbody th a")))
	name := script[string](r, `document.activeElement.textContent`)
	if said := script[string](r, `document.querySelector('.named').textContent`); !strings.Contains(said, name) {
		t.Errorf("beside the row of %s the map says %q", name, said)
	}
	if n := script[int](r, `document.querySelectorAll('.world .lit').length`); n != 1 {
		t.Errorf("%d places are lit", n)
	}
	for how, want := range map[string]string{"'click', {bubbles: true, ctrlKey: true}": "/countries/KE", "'click', {bubbles: true, metaKey: true}": "/countries/KE", "'auxclick', {bubbles: true, button: 1}": "/countries/KE", "'auxclick', {bubbles: true, button: 2}": ""} {
		opened := script[string](r, `(() => { let opened = ""; window.open = (to) => { opened = to; }; document.getElementById('KE').dispatchEvent(new MouseEvent(`+how+`)); return opened; })()`)
		if at := see(r, chromedp.Location()); opened != want || !strings.HasSuffix(at, "/map") {
			t.Errorf("%s opens %q beside %s", how, opened, at)
		}
	}
	if got := script[string](r, `getComputedStyle(document.getElementById('KE')).cursor`); got != "pointer" {
		t.Errorf("over Kenya the pointer is %q", got)
	}
	r.do(chromedp.Evaluate[chromedp.Void](`document.getElementById('KE').dispatchEvent(new MouseEvent('click', {bubbles: true}))`), chromedp.Sleep(time.Second))
	if at := see(r, chromedp.Location()); !strings.HasSuffix(at, "/countries/KE") {
		t.Errorf("pressing Kenya leads to %s", at)
	}
	still := newReader(t, testkit.Screen{NoScript: true})
	still.do(chromedp.Navigate(url + "/map"))
	if got := script[string](still, `getComputedStyle(document.getElementById('KE')).cursor`); got == "pointer" {
		t.Error("without the script Kenya looks as if it could be pressed")
	}
}
