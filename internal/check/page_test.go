package check

import (
	"strings"
	"testing"
)

func TestANameIsTheOneThatAPageBearsOut(t *testing.T) {
	for page, want := range map[string]string{
		"<title>Home | OpenWells</title>":                                    "OpenWells",
		"<title>Wells of the north: data and maps</title><h1>Other</h1>":     "Wells of the north",
		"<title>Data – Atlas of Water</title><h1>Atlas of Water</h1>":        "Atlas of Water",
		"<title>Atlas</title>":                                               "Atlas",
		"<title>All that you ever wanted to know of water and more</title>":  "",
		`<meta property="og:site_name" content="OpenWells"><title>x</title>`: "OpenWells",
		"<title>A | B</title>":                                               "",
	} {
		p := Page{URL: "https://openwells.example/", Status: 200, Type: "text/html", Text: []byte(page)}
		if got := p.said().name("openwells.example"); got != want {
			t.Errorf("%s is called %q, want %q", page, got, want)
		}
	}
	gone := Page{URL: "https://a.example/", Status: 404, Type: "text/html", Text: []byte("<title>Not found</title>")}
	if gone.said().title != "" {
		t.Error("what is gone says something")
	}
}

func TestARepositoryIsTheGoodsWhereThePageSaysSo(t *testing.T) {
	for page, want := range map[string]string{
		`<a href="https://github.com/acme/wells">GitHub</a>`:                                                                                                                         "https://github.com/acme/wells",
		`<a href="https://github.com/acme/wells"><img src=x></a> <a href="https://github.com/acme/wells.git">source code</a>`:                                                        "https://github.com/acme/wells",
		`<a href="https://gitlab.com/acme/openwells">our work</a>`:                                                                                                                   "https://gitlab.com/acme/openwells",
		`<a href="https://github.com/others/considerations">considerations</a> <a href="https://github.com/acme">GitHub</a> <a href="https://github.com/acme/wells/issues">code</a>`: "",
		`<a href="https://wells.example/code">code</a>`:                                                                                                                              "",
	} {
		p := Page{URL: "https://openwells.example/", Status: 200, Type: "text/html", Text: []byte(page)}
		if got := strings.Join(p.said().sources("OpenWells"), " "); got != want {
			t.Errorf("%s leads to %q, want %q", page, got, want)
		}
	}
}

// FuzzPage feeds a page rubbish: it is read, and what is kept of it is bounded.
func FuzzPage(f *testing.F) {
	f.Add([]byte(`<html lang=en><title>a</title><meta name=description content=b><a rel=license href=/x>c</a><script type="application/ld+json">{}</script>© 2026 A`))
	f.Add([]byte("<a href=http://[::1><a><title><h1></title>"))
	f.Add([]byte(strings.Repeat("<a href=/a>", 3000)))
	f.Fuzz(func(t *testing.T, text []byte) {
		p := Page{URL: "https://wells.example/a/", Status: 200, Type: "text/html", Text: text}
		s := p.said()
		if len(s.links) > mostPageLinks || len(s.notices) > mostNotices || len(p.Linked()) > mostLinked {
			t.Error("too much is kept")
		}
		_ = s.name("wells.example")
		for _, at := range s.sources("wells") {
			if !strings.HasPrefix(at, "http") {
				t.Errorf("leads to %q", at)
			}
		}
	})
}
