package main

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	"stoa/internal/export"
	"stoa/internal/testkit"
)

// TestSourcesInTheBrowser has the secretariat add a source at its desk, pause it
// and resume it; everybody reads what each reading brought.
func TestSourcesInTheBrowser(t *testing.T) {
	for lang, look := range map[string]testkit.Screen{"": {}, "/ar": {Width: 360, Height: 780, Phone: true, NoScript: true}} {
		t.Run("language "+lang, func(t *testing.T) { sourcesInTheBrowser(t, lang, look) })
	}
}

func sourcesInTheBrowser(t *testing.T, lang string, look testkit.Screen) {
	source := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/publishers") {
			fmt.Fprint(w, `{"data":[],"links":{}}`)
			return
		}
		fmt.Fprint(w, `{"data":[7,{"id":"a","url":"https://git.example.org/a","publiccodeYml":"name: nothing"}],"links":{}}`)
	}))
	defer source.Close()
	port, err := strconv.ParseUint(source.URL[strings.LastIndex(source.URL, ":")+1:], 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(nil)
	defer srv.Close()
	base := "http://" + srv.Listener.Addr().String()
	cmd := &ServeCmd{HarvestFlags: HarvestFlags{HarvestNetworks: []string{"127.0.0.1/32"}, HarvestPorts: []uint16{uint16(port)}}}
	i := newInstance(t, cmd, base)
	srv.Config.Handler = i.handler
	srv.Start()
	ines := i.someone("ines", access.Secretariat)
	s := screen{t, testkit.Browser(t, look)}
	says := func(want ...string) {
		t.Helper()
		said := ask[string](s, "document.body.textContent")
		for _, w := range want {
			if lang == "" && !strings.Contains(said, w) {
				t.Errorf("it does not say %q: %.2000s", w, said)
			}
		}
		s.fine()
	}
	s.do(chromedp.Navigate(base + lang + "/sources"))
	says("No source is read by itself yet")
	link, err := i.app.PrintLink(t.Context(), operating, string(ines.Person))
	if err != nil {
		t.Fatal(err)
	}
	s.do(chromedp.Navigate(base + link[strings.Index(link, "/signin"):]))
	s.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
	s.do(chromedp.Navigate(base + lang + "/desk/sources"))
	says("Read another source", "Catalogue of public software")
	s.do(chromedp.Navigate(base + lang + "/desk/sources?kind=publiccode"))
	says("Who recognises goods there")
	fill := func(id, value string) {
		t.Helper()
		s.do(chromedp.SetValue(chromedp.CSS("#"+id), value))
	}
	for kind, want := range map[string]string{"oai-pmh": "Organisations, shown as owners", "hugging-face": "Models and data sets", "table": "What the columns mean", "github": "Those that describe themselves in a file"} {
		s.do(chromedp.Navigate(base + lang + "/desk/sources?kind=" + kind))
		says(want)
	}
	s.do(chromedp.Navigate(base + lang + "/desk/sources?kind=github"))
	fill("source", "forge")
	fill("name", "Repositories of the north")
	fill("address", "https://github.com/")
	all := `input[name="option-take"][value="all"]`
	s.do(chromedp.Click(chromedp.CSS(all)))
	s.turn(chromedp.Click(chromedp.CSS("main form button")))
	says("does not say whose works to read")
	if !ask[bool](s, "document.querySelector('"+all+"').checked") {
		t.Error("what was chosen was lost")
	}
	s.do(chromedp.Navigate(base + lang + "/desk/sources?kind=publiccode"))
	fill("source", "Not an id!")
	fill("name", "Wells of the north")
	fill("address", source.URL+"/v1")
	s.turn(chromedp.Click(chromedp.CSS("main form button")))
	says("cannot be the id of a source")
	if kept := ask[string](s, "document.getElementById('name').value"); kept != "Wells of the north" {
		t.Errorf("the name was lost: %q", kept)
	}
	fill("source", "wells")
	s.turn(chromedp.Click(chromedp.CSS("main form button")))
	says("It is kept", "Not read yet", "Wells of the north")
	if _, err := cmd.harvested.ReadNow(t.Context(), access.Machine(access.Operator), "wells", true, nil); err != nil {
		t.Fatal(err)
	}
	s.do(chromedp.Navigate(base + lang + "/sources/wells"))
	says("Read to the end", "not-an-object", "Pause")
	picture(t, s, "sources"+strings.ReplaceAll(lang, "/", "-"))
	feed, err := http.Get(base + lang + "/sources/wells/runs.atom")
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Body.Close()
	var told struct {
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Summary string `xml:"summary"`
		} `xml:"entry"`
	}
	if err := xml.NewDecoder(feed.Body).Decode(&told); err != nil || feed.Header.Get("Content-Type") != export.TypeAtom || len(told.Entries) != 1 || told.Entries[0].ID != "urn:stoa:harvest:wells:1" ||
		lang == "" && (!strings.Contains(told.Entries[0].Title, "Read to the end") || !strings.Contains(told.Entries[0].Summary, "1")) {
		t.Errorf("the feed of its runs: %+v %v", told, err)
	}
	s.turn(chromedp.Click(chromedp.CSS(`form[action$="/pause"] button`)))
	says("It is not read until somebody resumes it")
	s.turn(chromedp.Click(chromedp.CSS(`form[action$="/pause"] button`)))
	says("goes on where it stood")
	s.turn(chromedp.Click(chromedp.CSS(`form[action$="/run"] button`)))
	says("It will be read within a minute")
	s.do(chromedp.Navigate(base + lang + "/desk/sources/wells"))
	says("Wells of the north")
	s.do(chromedp.Navigate(base + lang + "/sources"))
	says("Wells of the north", "Read to the end")
}
