package web_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"stoa/internal/i18n"
	"stoa/internal/testkit"
)

// drawn are the drawings that stand in files of their own.
var drawn = []string{"/goods/opencrvs/badge.svg", "/goods/old-ledger/badge.svg", "/goods/dhis2/badge.svg"}

// TestTheCheckerOfPagesFindsNothing has every page, card, drawing and style
// looked at by the checker browsers' makers and authors use.
func TestTheCheckerOfPagesFindsNothing(t *testing.T) {
	t.Parallel()
	site, odd := newSite(t, samples()), newSite(t, hostile(`"><script>alert(1)</script>&amp;'`))
	var docs []testkit.Document
	for _, l := range i18n.All() {
		for _, path := range slices.Sorted(maps.Keys(pages)) {
			if l.Code != "en" && l.Code != "ar" && strings.ContainsAny(path, "?") {
				continue // seen in both directions; the words of others change no markup
			}
			docs = append(docs, testkit.Document{Name: l.Code + path, Kind: "html", Text: get(t, site, prefixes[l.Code]+path).Body.String()})
		}
		docs = append(docs, testkit.Document{Name: l.Code + " card", Kind: "html", Text: get(t, site, prefixes[l.Code]+"/goods/opencrvs/card").Body.String()})
		for _, path := range drawn {
			docs = append(docs, testkit.Document{Name: l.Code + path, Kind: "svg", Text: get(t, site, prefixes[l.Code]+path).Body.String()})
		}
	}
	for _, path := range []string{"/", "/goods", "/goods/hostile", "/goods/buried", "/imports", "/changes", "/compare?good=hostile&good=buried"} {
		docs = append(docs, testkit.Document{Name: "hostile " + path, Kind: "html", Text: get(t, odd, path).Body.String()})
	}
	home := parse(t, get(t, site, "/"))
	docs = append(docs,
		testkit.Document{Name: "styles", Kind: "css", Text: get(t, site, attr(home.one("link[rel=stylesheet]"), "href")).Body.String()},
		testkit.Document{Name: "icon", Kind: "svg", Text: get(t, site, attr(home.one("link[rel=icon]"), "href")).Body.String()})
	broken := []testkit.Document{
		{Name: "broken page", Kind: "html", Text: `<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><p id="a"><ul id="a"></ul></body></html>`},
		{Name: "broken drawing", Kind: "svg", Text: `<svg xmlns="http://www.w3.org/2000/svg"><circle radius="3"/></svg>`},
		{Name: "broken style", Kind: "css", Text: `a { colour: red }`}}
	found := testkit.Judge(t, append(docs, broken...))
	for _, d := range broken {
		if found[d.Name] == "" {
			t.Errorf("nothing is said of a %s", d.Name)
		}
		delete(found, d.Name)
	}
	for name, problem := range found {
		if name == "styles" && strings.Count(problem, "\n") == 1 && strings.Contains(problem, "Property “r” doesn't exist") {
			continue // a property of SVG 2, which the checker's list of properties ends before
		}
		t.Errorf("%s: %s", name, problem)
	}
	t.Logf("%d documents", len(docs))
}
