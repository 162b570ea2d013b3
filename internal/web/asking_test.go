package web_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"stoa/internal/web"
)

const base = "https://stoa.example"

func newSite(t testing.TB, s *shelf) http.Handler {
	t.Helper()
	site, err := web.New(web.Config{Goods: s, Cases: s, Whole: s, Directory: s, Shelves: s, Registry: s, Dumps: s, Standards: sets(t), BaseURL: base, Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// get asks the site; headers alternate name and value.
func get(t testing.TB, site http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return do(t, site, http.MethodGet, path, headers...)
}

func do(t testing.TB, site http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w
}

// doc is a parsed page that can be asked with CSS selectors.
type doc struct {
	t    testing.TB
	root *html.Node
}

func parse(t testing.TB, w *httptest.ResponseRecorder) doc {
	t.Helper()
	if got := w.Header().Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Fatalf("status %d, content type %q: %.200s", w.Code, got, w.Body)
	}
	root, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return doc{t, root}
}

func (d doc) all(selector string) []*html.Node {
	d.t.Helper()
	sel, err := cascadia.ParseGroup(selector)
	if err != nil {
		d.t.Fatal(err)
	}
	return cascadia.QueryAll(d.root, sel)
}

func (d doc) one(selector string) *html.Node {
	d.t.Helper()
	nodes := d.all(selector)
	if len(nodes) != 1 {
		d.t.Fatalf("%d elements for %s, not one", len(nodes), selector)
	}
	return nodes[0]
}

func (d doc) text(selector string) string { d.t.Helper(); return text(d.one(selector)) }

func (d doc) texts(selector string) []string {
	d.t.Helper()
	return texts(d.all(selector), text)
}

func (d doc) attrs(selector, name string) []string {
	d.t.Helper()
	return texts(d.all(selector), func(n *html.Node) string { return attr(n, name) })
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
