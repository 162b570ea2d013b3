package web_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"

	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/web"
)

var prefixes = map[string]string{"en": "", "ar": "/ar", "zh": "/zh", "fr": "/fr", "ru": "/ru", "es": "/es"}

// pages are the paths of every page, with the status each answers.
var pages = map[string]int{"/": 200, "/goods": 200, "/goods?q=birth&kind=software&sdg=16&sort=name": 200, "/goods?q=nothing-like-it&kind=data": 200,
	"/goods/opencrvs": 200, "/goods/open-contracting-data-standard": 200, "/goods/old-ledger": 200, "/goods/gone-good": 410,
	"/map": 200, "/map?view=made": 200, "/map?view=sideways": 400, "/statistics": 200, "/statistics/colour.csv": 404, "/data": 200, "/changes": 200, "/changes?before=0": 400,
	"/compare": 200, "/compare?good=dhis2&good=opencrvs&good=mosip&good=old-ledger": 200, "/compare?good=dhis2&good=nobody": 404, "/compare?good=a&good=b&good=c&good=d&good=e": 400,
	"/countries": 200, "/countries/KE": 200, "/countries/TV": 200, "/countries/XX": 404, "/sdgs/16": 200, "/sdgs/18": 404, "/kinds/data": 200, "/kinds/magic": 404,
	"/licences/MPL-2.0": 200, "/licences/WTF-9": 404, "/organisations/university-of-oslo": 200, "/organisations/nobody-at-all": 404,
	"/collections": 200, "/collections/civil-registration": 200, "/collections/none": 404,
	"/standards": 200, "/standards/dpg/1.1.7": 200, "/standards/dpg/1.1.6?kind=ai": 200, "/standards/maturity/1.0": 200, "/standards/dpg/1.1.7/changes?from=1.1.6": 200, "/standards/none": 404, "/standards/dpg/1.1.7/changes?from=9": 404,
	"/about": 200, "/imports": 200, "/goods/nowhere": 404, "/nowhere": 404, "/goods?colour=blue": 400}

func TestEveryPageInEveryLanguageStandsWhole(t *testing.T) {
	site := newSite(t, samples())
	for _, l := range i18n.All() {
		for path, status := range pages {
			t.Run(l.Code+path, func(t *testing.T) {
				address := strings.TrimSuffix(prefixes[l.Code]+path, "/")
				if path == "/" {
					address = prefixes[l.Code] + "/"
				}
				w := get(t, site, address)
				if w.Code != status {
					t.Fatalf("status %d, want %d", w.Code, status)
				}
				d := parse(t, w)
				if h := d.one("html"); attr(h, "lang") != l.Code || attr(h, "dir") != l.Dir {
					t.Errorf("<html lang=%q dir=%q>", attr(h, "lang"), attr(h, "dir"))
				}
				whole(t, d)
				if bytes.Contains(w.Body.Bytes(), []byte("web.")) || bytes.Contains(w.Body.Bytes(), []byte("{{.")) || bytes.Contains(w.Body.Bytes(), []byte("error.query")) {
					t.Errorf("a sentence is missing: %s", around(w.Body.String(), "web.", "{{.", "error.query"))
				}
				if status != 200 {
					d.one(`meta[name=robots][content=noindex]`)
					return
				}
				for _, n := range d.all("main a[href^='/']") {
					if href := attr(n, "href"); !strings.HasPrefix(href, prefixes[l.Code]+"/") && !strings.HasPrefix(href, "/api/") && !strings.HasPrefix(href, "/log/") && !isFile(href) {
						t.Errorf("link to %s leaves the language", href)
					}
				}
			})
		}
	}
}

// around shows where one of the marks stands.
func around(s string, marks ...string) string {
	for _, m := range marks {
		if i := strings.Index(s, m); i >= 0 {
			return s[max(0, i-60):min(len(s), i+80)]
		}
	}
	return ""
}

// whole checks what every page must have.
func whole(t *testing.T, d doc) {
	t.Helper()
	d.one("main#main")
	d.one("header.top")
	d.one("footer")
	d.one("main h1")
	if first := d.all("body a")[0]; attr(first, "href") != "#main" {
		t.Error("the first link does not skip to the content")
	}
	if d.text("head > title") == "" {
		t.Error("no title")
	}
	if n := len(d.all("[style], style, script:not([src])")); n > 0 {
		t.Errorf("%d inline styles or scripts, which the content policy forbids", n)
	}
	level := 1
	for _, h := range d.all("main h1, main h2, main h3, main h4") {
		l := int(h.Data[1] - '0')
		if l > level+1 {
			t.Errorf("heading %q skips a level", text(h))
		}
		level = l
	}
	ids := map[string]bool{}
	for _, id := range d.attrs("[id]", "id") {
		if ids[id] {
			t.Errorf("id %q twice", id)
		}
		ids[id] = true
	}
	for _, ref := range d.attrs("[aria-labelledby]", "aria-labelledby") {
		if !ids[ref] {
			t.Errorf("labelled by %q, which is not there", ref)
		}
	}
	for _, n := range d.all("a[rel~=external]") {
		if rel := attr(n, "rel"); rel != "nofollow noopener external" || !strings.HasPrefix(attr(n, "href"), "http") {
			t.Errorf("<a href=%q rel=%q>", attr(n, "href"), rel)
		}
	}
}

func TestHeadNamesEveryLanguage(t *testing.T) {
	d := parse(t, get(t, newSite(t, samples()), "/fr/goods?kind=software&q=birth&kind=data"))
	if got, want := d.attrs("link[rel=canonical]", "href"), []string(nil); len(got) != 0 {
		t.Errorf("a search has the canonical address %v, want %v: it is not for search engines", got, want)
	}
	d = parse(t, get(t, newSite(t, samples()), "/fr/goods?kind=data"))
	if got := attr(d.one("link[rel=canonical]"), "href"); got != base+"/fr/goods?kind=data" {
		t.Errorf("canonical %s", got)
	}
	want := []string{"en", "ar", "zh", "fr", "ru", "es", "x-default"}
	if got := d.attrs("link[rel=alternate]", "hreflang"); !slices.Equal(got, want) {
		t.Errorf("hreflang %v, want %v", got, want)
	}
	for i, href := range d.attrs("link[rel=alternate]", "href") {
		if want := base + prefixes[want[i]] + "/goods?kind=data"; href != want {
			t.Errorf("alternate %s, want %s", href, want)
		}
	}
	menu := d.attrs(".menu a", "hreflang")
	if !slices.Equal(menu, []string{"en", "ar", "zh", "ru", "es"}) {
		t.Errorf("the menu offers %v", menu)
	}
}

// TestAProgramFindsWhereElseAGoodIsDescribed reads the header alone.
func TestAProgramFindsWhereElseAGoodIsDescribed(t *testing.T) {
	site := newSite(t, samples())
	for _, path := range []string{"/goods/opencrvs", "/ar/goods/opencrvs"} {
		w := get(t, site, path)
		for _, want := range []string{`/goods/opencrvs>; rel="cite-as"`, `/goods/opencrvs.codemeta.json>; rel="describedby"; type="application/ld+json"`, `/catalog/opencrvs>; rel="describedby"`,
			`/goods/opencrvs.publiccode.yml>; rel="describedby"; type="application/yaml"`, `<https://spdx.org/licenses/MPL-2.0.html>; rel="license"`} {
			if !strings.Contains(w.Header().Get("Link"), want) {
				t.Errorf("%s: no %s in %s", path, want, w.Header().Get("Link"))
			}
		}
	}
	if w := get(t, site, "/goods/gone-good"); w.Header().Get("Link") != "" {
		t.Errorf("what is gone is described at %s", w.Header().Get("Link"))
	}
}

func TestGoodShowsEveryFactWithItsSource(t *testing.T) {
	d := parse(t, get(t, newSite(t, samples()), "/goods/opencrvs"))
	if got := d.text("h1"); got != "OpenCRVS" {
		t.Errorf("heading %q", got)
	}
	facts := d.all(".facts > div")
	if len(facts) != 9 {
		t.Errorf("%d facts", len(facts))
	}
	for _, f := range facts {
		src := cascadia.Query(f, cascadia.MustCompile(".src a"))
		if src == nil || text(src) != "Sample Registry, seen 10 July 2026" || attr(src, "href") != "https://registry.example/opencrvs" {
			t.Errorf("%s: no word of who says so and when", text(f))
		}
	}
	if got := d.texts(".lands a"); !slices.Equal(got, []string{"Bangladesh", "Kenya", "Niger", "Zambia"}) {
		t.Errorf("in use in %v", got)
	}
	if got := d.text("section[aria-labelledby=lands]"); !strings.Contains(got, "not confirmed") {
		t.Errorf("claims are not marked: %q", got)
	}
	if got := d.texts(".ind h3"); len(got) != 9 {
		t.Errorf("indicators %v", got)
	}
	if got := d.text("section[aria-labelledby=recognition]"); !strings.Contains(got, "Last seen there on 10 July 2026") || !strings.Contains(got, "not decided here") {
		t.Errorf("recognition: %q", got)
	}
	if got := d.text("#cite ~ pre"); !strings.HasPrefix(got, "@software{opencrvs,") {
		t.Errorf("BibTeX %q", got)
	}
	if got := d.text("#cite ~ p"); got != "Plan International. OpenCRVS. Digital public good (Software). Stoa, journal entry 1. https://stoa.example/goods/opencrvs" {
		t.Errorf("citation %q", got)
	}
	past := d.texts(".past li")
	if len(past) != 3 || !strings.Contains(past[0], "Sample Registry stated its facts, seen on 10 July 2026.") || !strings.Contains(past[1], "from “Nominee” to “Recognised”") || !strings.Contains(past[1], "Seen on the registry’s list.") {
		t.Errorf("history %q", past)
	}
	if got := d.attrs(".past a", "href"); got[0] != "/log/tile/entries/187" || got[1] != "/log/tile/entries/001" {
		t.Errorf("log at %v", got)
	}
}

func TestLapseIsExplainedKindly(t *testing.T) {
	d := parse(t, get(t, newSite(t, samples()), "/goods/open-contracting-data-standard"))
	got := d.text("section[aria-labelledby=recognition]")
	for _, want := range []string{"no longer does", "Missing from its complete list of 10 July 2026", "may come back"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
}

func TestTextInAnotherLanguageSaysSo(t *testing.T) {
	site := newSite(t, samples())
	if got := attr(parse(t, get(t, site, "/zh/goods/opencrvs")).one(".hero .lede span"), "lang"); got != "en" {
		t.Errorf("an English summary on a Chinese page has lang %q", got)
	}
	if got := attr(parse(t, get(t, site, "/fr/goods/opencrvs")).one(".hero .lede span"), "lang"); got != "" {
		t.Errorf("a French summary on a French page has lang %q", got)
	}
	d := parse(t, get(t, site, "/ar/goods/mosip"))
	if p := d.one(".hero .lede span"); attr(p, "lang") != "en" || attr(p, "dir") != "ltr" {
		t.Errorf("an English summary on an Arabic page has lang %q, dir %q", attr(p, "lang"), attr(p, "dir"))
	}
}

func TestAddressesLead(t *testing.T) {
	site := newSite(t, samples())
	for from, to := range map[string]string{
		"/goods/dhis-2": "/goods/dhis2", "/fr/goods/dhis-2": "/fr/goods/dhis2", "/goods/01HZZZZZZZZZZZZZZZZZ000003": "/goods/dhis2",
		"/en/goods": "/goods", "/en/": "/", "/en": "/", "/fr": "/fr/", "/goods/": "/goods", "/ar/goods/": "/ar/goods",
		"/fr//goods": "/fr/goods", "/goods/../about": "/about", "/en/goods?q=x": "/goods?q=x", "//evil.example/goods": "/evil.example/goods",
	} {
		w := get(t, site, from)
		if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != to {
			t.Errorf("%s: %d to %q, want %q", from, w.Code, w.Header().Get("Location"), to)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	site := newSite(t, samples())
	for path, lang := range map[string]string{"/nowhere": "en", "/de/goods": "en", "/fr/nowhere": "fr", "/ar/goods/no-such-good": "ar", "/goods/a/b": "en", "/FR/goods": "en"} {
		w := get(t, site, path)
		d := parse(t, w)
		if w.Code != 404 || attr(d.one("html"), "lang") != lang {
			t.Errorf("%s: %d in %s", path, w.Code, attr(d.one("html"), "lang"))
		}
		if w.Header().Get("Cache-Control") != "private, no-store" || w.Header().Get("Etag") != "" {
			t.Errorf("%s: a miss can be kept: %v", path, w.Header())
		}
	}
	if got := attr(parse(t, get(t, site, "/goods/no-such-good")).one("main input[type=search]"), "value"); got != "no such good" {
		t.Errorf("a search for %q is offered", got)
	}
	w := get(t, site, "/goods/gone-good")
	d := parse(t, w)
	if got := d.text(".tomb"); w.Code != 410 || !strings.Contains(got, "It was entered twice by mistake.") || !strings.Contains(got, "10 July 2026") || !strings.Contains(got, "By the operator") {
		t.Errorf("status %d: %q", w.Code, got)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH"} {
		w := do(t, site, method, "/ru/goods", "Sec-Fetch-Site", "same-origin")
		if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" || attr(parse(t, w).one("html"), "lang") != "ru" {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	if w := do(t, site, "POST", "/goods", "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("a form of another site gets %d", w.Code)
	}
}

func TestFailuresBecomePagesThatTellNothingInside(t *testing.T) {
	s := samples()
	site := newSite(t, s)
	for kind, status := range map[good.ErrorKind]int{good.Internal: 500, good.Invalid: 400, good.NotFound: 404, good.Gone: 410, good.Conflict: 409,
		good.Forbidden: 403, good.Unauthenticated: 401, good.Limited: 429} {
		s.fail = fmt.Errorf("secret of the database: %w", &good.Error{Kind: kind, Key: "error.reason.missing", Err: io.ErrUnexpectedEOF})
		for _, path := range []string{"/", "/es/goods?q=x", "/goods/dhis2", "/imports", "/map", "/statistics", "/statistics/kind.csv", "/data", "/changes", "/compare?good=dhis2"} {
			w := get(t, site, path)
			if w.Code != status || strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Body.String(), "EOF") {
				t.Errorf("%v on %s: %d, %s", kind, path, w.Code, around(w.Body.String(), "secret", "EOF"))
			}
			whole(t, parse(t, w))
		}
	}
}

func TestFirstPageLeadsOnceToTheReadersLanguage(t *testing.T) {
	site := newSite(t, samples())
	w := get(t, site, "/", "Accept-Language", "fr-CA,fr;q=0.9,en;q=0.5")
	if w.Code != 302 || w.Header().Get("Location") != "/fr/" || !strings.Contains(w.Header().Get("Vary"), "Accept-Language") || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	cookie := w.Result().Cookies()[0]
	if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %v", cookie)
	}
	for name, headers := range map[string][]string{
		"led before":      {"Accept-Language", "fr", "Cookie", cookie.Name + "=" + cookie.Value},
		"from our pages":  {"Accept-Language", "fr", "Sec-Fetch-Site", "same-origin"},
		"by a link":       {"Accept-Language", "fr", "Referer", base + "/fr/"},
		"English":         {"Accept-Language", "en-GB,fr;q=0.3"},
		"no other":        {"Accept-Language", "de"},
		"no wish":         {},
		"a broken header": {"Accept-Language", ";;;q=,"},
	} {
		if w := get(t, site, "/", headers...); w.Code != 200 {
			t.Errorf("%s: %d to %s", name, w.Code, w.Header().Get("Location"))
		}
	}
	w = get(t, site, "/goods/dhis2", "Accept-Language", "ar")
	offer := parse(t, w).one(".offer a")
	if w.Code != 200 || attr(offer, "href") != "/ar/goods/dhis2" || attr(offer, "hreflang") != "ar" {
		t.Errorf("elsewhere %d, offers %s", w.Code, attr(offer, "href"))
	}
	if n := len(parse(t, get(t, site, "/ar/goods/dhis2", "Accept-Language", "ar")).all(".offer")); n != 0 {
		t.Error("a page offers the language it is in")
	}
	if n := len(parse(t, get(t, site, "/goods/dhis2")).all(".offer")); n != 0 {
		t.Error("the cache gave one reader's offer to another")
	}
}

func TestPagesAreAskedForAgainOnlyWhenTheyChanged(t *testing.T) {
	s := samples()
	site := newSite(t, s)
	for _, path := range []string{"/", "/goods?q=birth", "/goods/opencrvs", "/about"} {
		first := get(t, site, path)
		tag := first.Header().Get("Etag")
		if tag == "" || first.Header().Get("Cache-Control") != "public, max-age=0, must-revalidate" {
			t.Fatalf("%s: %v", path, first.Header())
		}
		if w := get(t, site, path, "If-None-Match", tag); w.Code != 304 || w.Body.Len() > 0 {
			t.Errorf("%s: %d, %d bytes", path, w.Code, w.Body.Len())
		}
		if w := get(t, site, "/fr"+path, "If-None-Match", tag); w.Code != 200 {
			t.Errorf("%s: another language has the same tag", path)
		}
		s.position++
		if w := get(t, site, path, "If-None-Match", tag); w.Code != 200 || w.Header().Get("Etag") == tag {
			t.Errorf("%s: after a change %d", path, w.Code)
		}
		head := do(t, site, http.MethodHead, path)
		if full := get(t, site, path); head.Body.Len() != 0 || head.Header().Get("Etag") != full.Header().Get("Etag") || head.Header().Get("Content-Length") != full.Header().Get("Content-Length") {
			t.Errorf("%s: HEAD %v, GET %v", path, head.Header(), full.Header())
		}
	}
	if w := get(t, site, "/goods/nowhere", "If-None-Match", "*"); w.Code != 404 {
		t.Errorf("what is not there is %d", w.Code)
	}
}

func TestAssetsAreKeptForEver(t *testing.T) {
	site := newSite(t, samples())
	d := parse(t, get(t, site, "/ar/goods"))
	for _, path := range append(d.attrs("link[rel=stylesheet], link[rel=icon]", "href"), d.attrs("script", "src")...) {
		w := get(t, site, path, "Accept-Encoding", "gzip")
		if w.Code != 200 || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		if plain := get(t, site, path); plain.Body.Len() <= w.Body.Len() || plain.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: %d bytes plain, %d compressed", path, plain.Body.Len(), w.Body.Len())
		}
	}
	if w := get(t, site, "/assets/stoa-0000000000000000.css"); w.Code != 404 {
		t.Errorf("another content's address: %d", w.Code)
	}
}

func TestPolicyForbidsEverythingNotNeeded(t *testing.T) {
	for _, path := range []string{"/", "/goods/opencrvs", "/nowhere"} {
		h := get(t, newSite(t, samples()), path).Header()
		policy := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: %q lacks %s", path, policy, want)
			}
		}
		if strings.Contains(policy, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestCasesSayTheCommandThatSettlesThem(t *testing.T) {
	d := parse(t, get(t, newSite(t, samples()), "/imports"))
	got := d.texts(".cases pre")
	want := `stoa settle 01HZZZZZZZZZZZZZZZZZZZZZZZ --into dhis2 --reason "…"`
	if len(got) != 6 || got[1] != want {
		t.Errorf("commands %q", got)
	}
	if got := d.texts(".cases .why li"); !slices.Contains(got, "A country is not known by this name: Atlantis") || !slices.Contains(got, "The file is empty") {
		t.Errorf("reasons %q", got)
	}
	if w := get(t, newSite(t, samples()), "/imports?page=zero"); w.Code != 400 {
		t.Errorf("page=zero: %d", w.Code)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for _, c := range []web.Config{{}, {Goods: samples()}, {Goods: samples(), BaseURL: "stoa.example"}, {BaseURL: base}, {Goods: samples(), BaseURL: "ftp://x"}} {
		if _, err := web.New(c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}

// isFile says whether an address is that of a file, which is the same for
// readers of every language: a good or a list of goods in another form.
func isFile(href string) bool {
	path, _, _ := strings.Cut(href, "?")
	rest, ok := strings.CutPrefix(path, "/goods")
	return strings.HasPrefix(path, "/dumps/") || strings.HasPrefix(path, "/dpga/") || ok && strings.Contains(rest, ".")
}
