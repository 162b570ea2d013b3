package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"stoa/internal/good"
)

func TestListFindsNarrowsAndKeepsWhatWasChosen(t *testing.T) {
	site := newSite(t, samples())
	d := parse(t, get(t, site, "/goods?kind=software&sdg=16&sort=name"))
	if got := d.texts(".rows h2"); !slices.Equal(got, []string{"MOSIP", "OpenCRVS"}) {
		t.Errorf("found %v", got)
	}
	if got := d.text("h1"); got != "2 goods" {
		t.Errorf("heading %q", got)
	}
	if got := d.attrs(".chips a", "href"); !slices.Equal(got, []string{"/goods?sdg=16&sort=name", "/goods?kind=software&sort=name", "/goods?sort=name"}) {
		t.Errorf("chips lead to %v", got)
	}
	if got := d.attrs("form.facets input[checked]", "value"); !slices.Equal(got, []string{"software", "16"}) {
		t.Errorf("checked %v", got)
	}
	if got := d.attrs("form.find input[type=hidden]", "name"); !slices.Equal(got, []string{"kind", "sdg", "sort"}) {
		t.Errorf("a new search would keep %v", got)
	}
	if got := attr(d.one(".sorts a[aria-current]"), "href"); got != "/goods?kind=software&sdg=16&sort=name" {
		t.Errorf("current order %s", got)
	}
	if got := attr(d.all(".take a")[0], "href"); got != "/api/v1/goods?kind=software&sdg=16&sort=name" {
		t.Errorf("data at %s", got)
	}
	// The kinds count what would be found with each, whatever is chosen among them.
	for _, n := range d.all("form.facets fieldset:nth-of-type(2) label") {
		if got := text(n); got != "Software 2" && got != "Standard 1" {
			t.Errorf("a kind is offered as %q", got)
		}
	}
}

func TestListPages(t *testing.T) {
	site := newSite(t, many(t, 51)) // six of them lapsed
	d := parse(t, get(t, site, "/goods?offset=20"))
	if len(d.all(".rows > li")) != 20 || d.text(".pages span") != "Page 2 of 3" {
		t.Errorf("%d goods, %q", len(d.all(".rows > li")), d.text(".pages span"))
	}
	if got := d.attrs(".pages a", "href"); !slices.Equal(got, []string{"/goods", "/goods?offset=40"}) {
		t.Errorf("pages lead to %v", got)
	}
	d = parse(t, get(t, site, "/goods?offset=10000000"))
	if got := attr(d.one(".empty a"), "href"); got != "/goods?offset=40" {
		t.Errorf("beyond the end leads to %s", got)
	}
}

// TestALapsedGoodLeavesOnlyTheDefaultFilter looks for one in each list of a page.
func TestALapsedGoodLeavesOnlyTheDefaultFilter(t *testing.T) {
	site := newSite(t, samples())
	const name = "Open Contracting Data Standard"
	for _, c := range []struct {
		path        string
		listed      bool
		says, leads string // what the page says of lapsed goods, and where it leads
	}{
		{"/goods", false, "1 good whose recognition lapsed is not shown.", "/goods?stage=all"},
		{"/goods?sdg=16&sort=name", false, "1 good whose recognition lapsed is not shown.", "/goods?sdg=16&sort=name&stage=all"},
		{"/goods?kind=software", false, "", ""},
		{"/goods?stage=all", true, "Goods whose recognition lapsed are shown, too.", "/goods"},
		{"/goods?stage=all&stage=recognised", false, "", ""},
		{"/goods?stage=lapsed", true, "", ""},
		{"/goods?q=contracting", true, "Only 1 good answers this, and its recognition lapsed.", "/goods/open-contracting-data-standard"},
		{"/goods?q=contracting&kind=software", false, "No good answers all of this yet.", "/goods"},
		{"/sdgs/16", false, "1 good whose recognition lapsed is not shown.", "/goods?sdg=16&stage=all"},
		{"/countries/UA", true, "", "/goods?country=UA&stage=all"}, // it is the only one there
		{"/organisations/open-contracting-partnership", true, "", "/goods?organisation=open-contracting-partnership&stage=all"},
	} {
		w := get(t, site, c.path)
		d := parse(t, w)
		if got := slices.Contains(d.texts("main .rows h2, main .rows h3"), name); w.Code != 200 || got != c.listed {
			t.Errorf("%s: status %d, lists it: %v", c.path, w.Code, got)
		}
		if says := d.text("main"); !strings.Contains(says, c.says) || c.says == "" && strings.Contains(says, "recognition lapsed") {
			t.Errorf("%s does not say %q: %s", c.path, c.says, says)
		}
		if links := d.attrs("main a", "href"); c.leads != "" && !slices.Contains(links, c.leads) {
			t.Errorf("%s leads to %v, not to %s", c.path, links, c.leads)
		}
	}
	d := parse(t, get(t, site, "/goods?stage=all&sdg=16"))
	if got := d.attrs("form.facets input[name=stage][type=hidden], main form.find input[name=stage]", "value"); !slices.Equal(got, []string{"all", "all"}) {
		t.Errorf("the next search asks for the stages %v", got)
	}
	// Each number of the statistics is that of the list it leads to, lapsed ones included.
	for _, a := range parse(t, get(t, site, "/statistics")).all("main td a") {
		found := parse(t, get(t, site, attr(a, "href"))).text("h1")
		if n, _, _ := strings.Cut(found, " "); !strings.HasSuffix(text(a), ": "+n) {
			t.Errorf("%s is counted as %q and leads to %q", attr(a, "href"), text(a), found)
		}
	}
}

func TestListSaysWhenALetterWasMended(t *testing.T) {
	s := samples()
	s.fuzzy = true
	if got := parse(t, get(t, newSite(t, s), "/goods?q=birth")).text(".note"); !strings.Contains(got, "“birth”") {
		t.Errorf("note %q", got)
	}
}

func TestEmptyListTeaches(t *testing.T) {
	d := parse(t, get(t, newSite(t, samples()), "/goods?q=birth&kind=data"))
	if got := d.attrs(".empty a", "href"); !slices.Equal(got, []string{"/goods?q=birth", "/goods?q=birth", "/goods"}) {
		t.Errorf("offers %v", got)
	}
	if got := d.texts(".empty a")[0]; got != "1 good for “birth” without the filters" {
		t.Errorf("says %q", got)
	}
}

func TestWhatIsNotUnderstoodIsNamedAndTheRestKept(t *testing.T) {
	site := newSite(t, samples())
	long := strings.Repeat("word ", 2000)
	for _, c := range []struct{ query, field, rest string }{
		{"colour=blue&kind=software", "colour", "/goods?kind=software"},
		{"sort=size&q=birth", "sort", "/goods?q=birth"},
		{"offset=1000000000&sdg=3", "offset", "/goods?sdg=3"},
		{"offset=-1&sdg=3", "offset", "/goods?sdg=3"},
		{"limit=0&sdg=3", "limit", "/goods?sdg=3"},
		{"limit=many", "limit", "/goods"},
		{"kind=%ff&q=x", "kind", "/goods?q=x"},
		{"q=" + url.QueryEscape(long) + "&kind=data", "q", ""},
		{"colour=blue&shape=round&kind=software", "shape", "/goods?kind=software"},
	} {
		w := get(t, site, "/goods?"+c.query)
		d := parse(t, w)
		if w.Code != 400 || !slices.Contains(d.texts(".note code"), c.field) {
			t.Errorf("%.40s: status %d, names %v", c.query, w.Code, d.texts(".note code"))
		}
		links := d.attrs("main .narrow > p a", "href")
		if c.rest != "" && !slices.Equal(links, []string{c.rest}) {
			t.Errorf("%.40s: leads to %v, want %s", c.query, links, c.rest)
		}
	}
	d := parse(t, get(t, site, "/goods?q="+url.QueryEscape(long)+"&kind=data"))
	if got := attr(d.one("main form.find input[name=q]"), "value"); len([]rune(got)) != good.MaxText {
		t.Errorf("%d characters of the search are kept", len([]rune(got)))
	}
	if got := attr(d.one("main form.find input[type=hidden]"), "value"); got != "data" {
		t.Errorf("the filter %q is kept", got)
	}
	for _, q := range []string{"q=%zz", "kind=banana", "country=ZZ", "q=%00%01", "sdg=99"} {
		if w := get(t, site, "/goods?"+q); w.Code != 200 && w.Code != 400 {
			t.Errorf("%s: status %d", q, w.Code)
		}
	}
}
