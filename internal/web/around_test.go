package web_test

import (
	"encoding/csv"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stoa/internal/good"
)

func TestMapSaysTheSameInTheTable(t *testing.T) {
	site := newSite(t, samples())
	for view, want := range map[string]struct {
		first, list, file string
		countries         int
	}{"/map": {"Kenya", "/goods?country=KE", "/statistics/country.csv", 27}, "/map?view=made": {"India", "/goods?developed-in=IN", "/statistics/developed-in.csv", 2}} {
		d := parse(t, get(t, site, view))
		if got := d.texts("tbody th")[0]; got != want.first {
			t.Errorf("%s: most are in %q, want %s", view, got, want.first)
		}
		if got := d.attrs("tbody td a", "href"); got[0] != want.list || len(got) != want.countries {
			t.Errorf("%s: %d countries, the first number leads to %s", view, len(got), got[0])
		}
		if !slices.Contains(d.attrs(".src a", "href"), want.file) {
			t.Errorf("%s: no file %s", view, want.file)
		}
		if got := d.one(".world"); attr(got, "aria-hidden") != "true" || len(d.all(".world a, .world [tabindex]")) > 0 {
			t.Errorf("%s: the drawing is read or reached beside the table", view)
		}
		marked := d.all(".world [data-q]:not([data-q='0']) > *")
		if len(marked) != want.countries || len(d.all(".legend li")) < 2 {
			t.Errorf("%s: %d countries are coloured, %d lines of legend", view, len(marked), len(d.all(".legend li")))
		}
		if !strings.Contains(d.text("figcaption"), "no position on the status of any territory") {
			t.Errorf("%s: nothing about borders", view)
		}
		if n := get(t, site, view, "Accept-Encoding", "gzip").Body.Len(); n > 30_000 {
			t.Errorf("%s weighs %d bytes", view, n)
		}
	}
	for _, lang := range []string{"", "/ar", "/ru", "/zh"} { // names are longest in bytes where letters are
		html := get(t, site, lang+"/map").Body.String()
		_, drawing, _ := strings.Cut(html, `<svg class="world"`)
		if drawing, _, _ = strings.Cut(drawing, "</svg>"); len(drawing) < 10_000 || len(drawing) > 30_000 {
			t.Errorf("%s/map: the drawing weighs %d bytes before it is packed", lang, len(drawing))
		}
	}
	if got := parse(t, get(t, site, "/fr/map")).texts(".world title"); !slices.Contains(got, "Kenya") || !slices.Contains(got, "Norvège") {
		t.Errorf("the map names %q", got)
	}
}

func TestSmallStatesArePointsThatCanBePressed(t *testing.T) {
	d := parse(t, get(t, newSite(t, samples()), "/map"))
	points := map[string]bool{}
	for _, n := range d.all(".world circle") {
		points[attr(n, "id")] = true
	}
	for _, small := range []string{"TV", "SG", "MV", "ST", "MT", "LU", "JM", "QA", "FJ", "XK"} {
		if !points[small] {
			t.Errorf("%s is not on the map", small)
		}
	}
	if len(d.all(".world g:has(circle) ~ g > path, .world circle ~ path")) > 0 {
		t.Error("an outline is drawn over a point")
	}
	if points["KE"] || attr(d.one(".world"), "data-to") != "/countries/" {
		t.Error("Kenya has an outline and a point, or the map leads nowhere")
	}
}

func TestEveryNumberOfTheStatisticsLeadsToItsGoods(t *testing.T) {
	site := newSite(t, samples())
	d := parse(t, get(t, site, "/statistics"))
	numbers := d.all(".sheets td a")
	if len(numbers) < 60 {
		t.Fatalf("only %d numbers", len(numbers))
	}
	for _, n := range numbers {
		list := parse(t, get(t, site, attr(n, "href")))
		number := text(n)
		number = number[strings.LastIndex(number, ": ")+2:] // before it stands what it counts, for those who hear the page
		if got := list.text("h1"); got != number+" good" && got != number+" goods" {
			t.Errorf("%s leads to %s, which has %q", text(n), attr(n, "href"), got)
		}
	}
}

func TestEveryFigureCanBeTakenAway(t *testing.T) {
	site := newSite(t, samples())
	files := parse(t, get(t, site, "/ar/statistics")).attrs(`.sheets a[href$=".csv"]`, "href")
	want := []string{"stage", "kind", "sdg", "licence", "year", "region", "country", "developed-in", "language"}
	if len(files) != len(want) {
		t.Fatalf("files %v", files)
	}
	for i, path := range files {
		if path != "/ar/statistics/"+want[i]+".csv" {
			t.Errorf("figure %d is at %s", i, path)
		}
		w := get(t, site, path)
		if w.Code != 200 || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || w.Header().Get("Etag") == "" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		rows, err := csv.NewReader(w.Body).ReadAll()
		if err != nil || len(rows) < 2 || !slices.Equal(rows[0], []string{"value", "name", "goods", "url"}) {
			t.Errorf("%s: %v %v", path, rows, err)
			continue
		}
		for _, r := range rows[1:] {
			if n, err := strconv.Atoi(r[2]); err != nil || n < 1 || !strings.HasPrefix(r[3], base+"/ar/goods?") || r[1] == "" {
				t.Errorf("%s: %v", path, r)
			}
		}
	}
	for _, bad := range []string{"/statistics/colour.csv", "/statistics/kind", "/statistics/kind.json"} {
		if w := get(t, site, bad); w.Code != 404 {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
}

func TestDataPageNamesFilesWithSizesAndSums(t *testing.T) {
	site := newSite(t, samples())
	d := parse(t, get(t, site, "/data"))
	rows := d.texts("#dumps ~ .scroll tbody tr")
	if len(rows) != 2 || !strings.Contains(rows[0], "goods.ndjson") || !strings.Contains(rows[0], "1,235 kB") || !strings.Contains(rows[0], strings.Repeat("ab", 32)) {
		t.Errorf("files %q", rows)
	}
	links := d.attrs("main a", "href")
	for _, want := range []string{"/dumps/goods.ndjson", "/dumps/SHA256SUMS", "/goods.csv", "/goods.json", "/goods.ndjson", "/goods.jsonld", "/goods.atom", "/statistics", "/log/checkpoint", "/dpga/v0/dpgs/", "/dpga/v1/api/dpgs"} {
		if !slices.Contains(links, want) {
			t.Errorf("no link to %s", want)
		}
	}
	for _, end := range []string{"json", "jsonld", "codemeta.json", "cff", "bib", "csv", "ndjson"} {
		if !slices.Contains(links, "/goods/african-storybook."+end) {
			t.Errorf("no example of .%s", end)
		}
	}
	terms := d.text("#terms ~ p ~ table")
	if !strings.Contains(terms, "Sample Registry") || !strings.Contains(text(d.one("section[aria-labelledby=terms]")), "CC0 1.0") {
		t.Errorf("terms %q", terms)
	}
	empty := *samples()
	empty.goods, empty.sources = nil, nil
	parse(t, get(t, newSite(t, &empty), "/data"))
}

func TestChangesAreToldByDayNewestFirst(t *testing.T) {
	s := samples()
	s.position = 48000
	site := newSite(t, s)
	d := parse(t, get(t, site, "/changes"))
	if got := d.texts("main h2"); !slices.Equal(got, []string{"10 July 2026"}) {
		t.Errorf("days %q", got)
	}
	if got := d.attrs("main h3 a", "href"); !slices.Equal(got, []string{"/goods/opencrvs"}) {
		t.Errorf("goods %q", got)
	}
	if got := d.texts("main li p"); len(got) == 0 || got[0] != "Sample Registry stated its facts, seen on 10 July 2026." {
		t.Errorf("told %q", got)
	}
	older := attr(d.one("a[rel=next]"), "href")
	if older != "/changes?before=47941" {
		t.Errorf("older at %s", older)
	}
	d = parse(t, get(t, site, "/changes?before=301"))
	if got := d.texts("main h2 time"); !slices.Equal(got, []string{"10 July 2025"}) {
		t.Errorf("days %q", got)
	}
	if got := d.texts("main li p:not([class])"); !slices.Equal(got, []string{"Its stage went from “Nominee” to “Recognised”.", "The record was opened."}) {
		t.Errorf("told %q", got)
	}
	if got := d.text(".changes .quiet"); got != "Seen on the registry’s list." {
		t.Errorf("reason %q", got)
	}
	if len(d.all("main h3")) != 1 {
		t.Error("what happened to one good in a row is not together")
	}
	last := parse(t, get(t, site, "/changes?before=20"))
	if len(last.all("a[rel=next]")) != 0 || len(last.all(".pages a")) != 1 {
		t.Error("there is no end, or no way back")
	}
	for _, bad := range []string{"0", "-1", "x", "1e3", "99999999999999999999", "%00", "%ff"} {
		if w := get(t, site, "/changes?before="+bad); w.Code != 400 {
			t.Errorf("before=%s: %d", bad, w.Code)
		}
	}
	if w := get(t, site, "/changes?before=99999999"); w.Code != 200 {
		t.Errorf("beyond the newest: %d", w.Code)
	}
	s.position = -1
	if got := parse(t, get(t, newSite(t, s), "/changes")).texts("main p"); !slices.Contains(got, "Nothing has happened yet.") {
		t.Errorf("an empty journal: %q", got)
	}
}

func TestGoodsStandSideBySideDifferencesFirst(t *testing.T) {
	site := newSite(t, samples())
	d := parse(t, get(t, site, "/compare?good=opencrvs&good=mosip"))
	if got := d.attrs("thead th > a:not(.src)", "href"); !slices.Equal(got, []string{"/goods/opencrvs", "/goods/mosip"}) {
		t.Fatalf("columns %q", got)
	}
	if got := d.texts(".part"); !slices.Equal(got, []string{"Where they differ", "The same in all"}) {
		t.Fatalf("parts %q", got)
	}
	differ, same := d.texts("tbody:nth-of-type(1) th[scope=row]"), d.texts("tbody:nth-of-type(2) th[scope=row]")
	for what, differs := range map[string]bool{"What it is": true, "Sustainable Development Goals": true, "In use in": true, "Organisations": true, "Kind": false, "Licence": false, "Developed in": false} {
		if slices.Contains(differ, what) != differs || slices.Contains(same, what) == differs {
			t.Errorf("%s stands in the wrong part: differ %q, same %q", what, differ, same)
		}
	}
	if got := d.attrs("thead .src", "href"); !slices.Equal(got, []string{"/compare?good=mosip", "/compare?good=opencrvs"}) {
		t.Errorf("columns are removed by %q", got)
	}
	if got := d.attrs("main form input[type=hidden]", "value"); !slices.Equal(got, []string{"opencrvs", "mosip"}) {
		t.Errorf("another good is added to %q", got)
	}
	link, err := url.Parse(attr(parse(t, get(t, site, "/goods/dhis2")).one("a[href^='/compare']"), "href"))
	if err != nil || len(link.Query()["good"]) != 4 || link.Query()["good"][0] != "dhis2" {
		t.Errorf("a good's page leads to %v", link)
	}
}

func TestCompareTakesWhatPeopleType(t *testing.T) {
	site := newSite(t, samples())
	for asked, want := range map[string]string{
		"good=dhis2&good=dhis2&good=dhis2&good=dhis2":   "/compare?good=dhis2",
		"good=dhis-2&good=mosip":                        "/compare?good=dhis2&good=mosip",
		"good=DHIS2&good=Humanitarian+Data+Exchange":    "/compare?good=dhis2&good=humanitarian-data-exchange",
		"good=&good=mosip&good=":                        "/compare?good=mosip",
		"good=dhis2&good=dhis-2&good=DHIS2&good=+dhis2": "/compare?good=dhis2",
	} {
		w := get(t, site, "/compare?"+asked)
		if w.Code != 302 || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %s, want %s", asked, w.Code, w.Header().Get("Location"), want)
		}
	}
	if got := parse(t, get(t, site, "/compare?good=dhis2")).texts("main p"); !slices.Contains(got, "Choose at least one more good to compare it with.") {
		t.Errorf("one good alone: %q", got)
	}
	w := get(t, site, "/compare?good=dhis2&good=birth-registration&good=mosip")
	d := parse(t, w)
	if got := d.text(".note p:first-child"); w.Code != 404 || got != "There is no good called “birth-registration”." {
		t.Errorf("%d: %q", w.Code, got)
	}
	if got := d.attrs(".note li a", "href"); !slices.Equal(got, []string{"/compare?good=dhis2&good=mosip&good=opencrvs"}) {
		t.Errorf("what may be meant: %q", got)
	}
	if got := attr(d.one(".compare p > .btn"), "href"); got != "/compare?good=dhis2&good=mosip" {
		t.Errorf("the rest is at %s", got)
	}
	w = get(t, site, "/compare?good=dhis2&good=gone-good")
	if got := parse(t, w).text(".note"); w.Code != 200 || !strings.HasPrefix(got, "Gone Good: This record was removed.") {
		t.Errorf("%d: %q", w.Code, got)
	}
	w = get(t, site, "/compare?good=a&good=b&good=c&good=d&good=e")
	if got := parse(t, w).text("main"); w.Code != 400 || !strings.Contains(got, "At most 4 goods can be compared at once.") {
		t.Errorf("%d: %q", w.Code, got)
	}
	for _, bad := range []string{"good=%zz", "good=%ff", "good=%00", "good=" + strings.Repeat("a", 5000), "good=..%2f..%2fetc", "good=" + url.QueryEscape(string(good.ID("01HZZZZZZZZZZZZZZZZZ999999")))} {
		if w := get(t, site, "/compare?"+bad); w.Code != 400 && w.Code != 404 {
			t.Errorf("%.30s: %d", bad, w.Code)
		}
	}
}
