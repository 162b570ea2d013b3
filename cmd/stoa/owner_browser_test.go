package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"stoa/internal/testkit"
)

// ownerless are two goods that another register reports, one with a contact.
const ownerless = `[
 {"id": "90001", "name": "Well Map", "stage": "DPG", "categories": ["Open Software"], "description": "Shows every well of a district.", "website": "wells.example.org",
  "repositories": [{"name": "main", "url": "https://github.com/example-wells/map"}], "openlicenses": [{"openLicense": "GPL-3.0", "openLicenseEvidenceURLs": ""}],
  "organizations": [{"name": "Wells", "website": "https://wells.example.org", "org_type": "owner", "contact_name": "Amina Diallo", "contact_email": "amina@example.org"}],
  "sdgs": {"sdg": ["SDG6: Clean Water and Sanitation"], "relevance": "Water."}, "locations": {"developmentCountries": ["Kenya"], "deploymentCountries": ["Kenya"]}},
 {"id": "90002", "name": "Open Seeds", "stage": "DPG", "categories": ["Open Data"], "description": "A catalogue of seeds.", "website": "https://seeds.example.org", "repositories": [],
  "organizations": [], "openlicenses": [{"openLicense": "CC-BY-4.0", "openLicenseEvidenceURLs": ""}], "sdgs": {"sdg": ["SDG2: Zero Hunger"], "relevance": ""}}
]`

// TestTheSecretariatFindsAnOwner goes the whole way by the whole program with a
// mail server: the desk writes, the letter's link shows what is known, and its
// reader goes on to the claim and then on to a prefilled application, or has
// such letters ended. In English at a desk, in Arabic on phones without script.
func TestTheSecretariatFindsAnOwner(t *testing.T) {
	for lang, look := range map[string]testkit.Screen{"": {}, "/ar": {Width: 360, Height: 780, Phone: true, NoScript: true}} {
		t.Run("language "+lang, func(t *testing.T) {
			mail := testkit.NewMailServer(t, "", "")
			p := newPost(t, "--smtp", "smtp+plain://"+mail.Addr, "--mail-from", "Stoa <stoa@stoa.example>")
			file := filepath.Join(t.TempDir(), "goods.json")
			if err := os.WriteFile(file, []byte(ownerless), 0o600); err != nil {
				t.Fatal(err)
			}
			p.run("", "import", file)
			p.run("", "user", "add", "ola@stoa.example", "--name", "Ola", "--role", "secretariat")
			p.start()
			defer func() { p.kill(); p.buried() }()
			ola, amina := screen{t, testkit.Browser(t, look)}, screen{t, testkit.Browser(t, look)}
			ola.do(chromedp.Navigate(address.FindString(p.run("", "user", "link", "ola@stoa.example", "--base-url", p.live.url))))
			ola.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
			at := func(path string) { ola.do(chromedp.Navigate(p.live.url + lang + path)) }
			shown := func(s screen) string { return ask[string](s, "document.body.innerText") }

			at("/desk/owners")
			ola.fine()
			portrait(t, ola, "owners", lang)
			if text := shown(ola); !strings.Contains(text, "amina@example.org") || !strings.Contains(text, "Open Seeds") {
				t.Fatalf("%s", text)
			}
			// The contact of the other one is entered by hand; a slip is said beside it.
			ola.do(chromedp.Click(chromedp.CSS("#open-seeds summary")), chromedp.SetValue(chromedp.CSS("#address-open-seeds"), "sam@seeds"))
			ola.turn(chromedp.Click(chromedp.CSS("#open-seeds form button:not([value])")))
			if got := ask[string](ola, "document.querySelector('#address-open-seeds').value + document.querySelectorAll('#open-seeds .mend').length"); got != "sam@seeds1" {
				t.Errorf("after a slip the form has %s", got)
			}
			ola.fine()
			ola.do(chromedp.SetValue(chromedp.CSS("#address-open-seeds"), "sam@seeds.example"))
			ola.turn(chromedp.Click(chromedp.CSS("#open-seeds form button:not([value])")))
			// Letters are looked at first.
			ola.do(chromedp.SetValue(chromedp.CSS("#language"), map[string]string{"": "en", "/ar": "ar"}[lang]))
			ola.turn(chromedp.Click(chromedp.CSS("#write button[name=all]")))
			ola.fine()
			portrait(t, ola, "owners-preview", lang)
			if text := shown(ola); !strings.Contains(text, "sam@seeds.example") || !strings.Contains(text, "amina@example.org") || len(mail.Mails()) != 0 {
				t.Fatalf("%s", text)
			}
			if other := ask[string](ola, "document.querySelector(\".tongues a[hreflang=fr], a[hreflang=fr]\").pathname"); other != "/fr/desk/owners/letters" {
				t.Errorf("another language is at %s", other)
			}
			ola.turn(chromedp.Click(chromedp.CSS("button[name=go][value=send]")))
			if path := ask[string](ola, "location.pathname"); path != lang+"/desk/owners/letters" {
				t.Fatalf("led to %s: %s", path, shown(ola))
			}
			ola.fine()
			// Amina follows the link, and goes on.
			link := p.letter(mail, "amina@example.org", 0)
			if !strings.Contains(link, lang+"/letters/") {
				t.Fatalf("the letter leads to %s", link)
			}
			amina.do(chromedp.Navigate(link))
			amina.fine()
			portrait(t, amina, "owners-letter", lang)
			if text := shown(amina); !strings.Contains(text, "Well Map") || !strings.Contains(text, "GPL-3.0") || strings.Contains(text, "amina@") {
				t.Errorf("%s", text)
			}
			amina.turn(chromedp.Click(chromedp.CSS("button[value=mine]")))
			if where := ask[string](amina, "location.pathname + location.search"); !strings.HasPrefix(where, lang+"/signin?next=") || !strings.Contains(where, "claim") {
				t.Fatalf("led to %s", where)
			}
			amina.do(chromedp.SendKeys(chromedp.CSS("input[name=address]"), "amina@example.org"))
			amina.turn(chromedp.Click(chromedp.CSS("form[action$='/signin'] button")))
			amina.do(chromedp.Navigate(p.letter(mail, "amina@example.org", 1)))
			amina.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
			if where := ask[string](amina, "location.pathname"); where != lang+"/goods/well-map/claim" {
				t.Fatalf("led to %s", where)
			}
			amina.fine()
			at("/desk/owners/letters?state=opened")
			ola.fine()
			portrait(t, ola, "owners-letters", lang)
			if text := shown(ola); !strings.Contains(text, "Well Map") || strings.Contains(text, "Open Seeds") {
				t.Errorf("%s", text)
			}
		})
	}
}

// portrait keeps what a person sees where a folder for pictures is named.
func portrait(t *testing.T, s screen, name, lang string) {
	t.Helper()
	if dir := os.Getenv("STOA_PICTURES"); dir != "" {
		shot, err := chromedp.Run(s.ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+strings.ReplaceAll(lang, "/", "-")+".png"), shot, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
