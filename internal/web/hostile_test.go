package web_test

import (
	"fmt"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"stoa/internal/good"
)

// attacks are what a stranger may write into any text.
var attacks = []string{
	`"><script>alert(1)</script>`,
	`'><img src=x onerror=alert(1)>`,
	`</title></textarea></style></script><svg onload=alert(1)>`,
	`javascript:alert(1)`,
	`" autofocus onfocus=alert(1) x="`,
	`{{.Name}}<b>bold</b>&lt;i&gt;`,
	"\u202e\u2066right to left\x00\xff\ufeff",
}

// plant writes s into every text reachable from v.
func plant(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type() != reflect.TypeFor[time.Time]() {
				plant(v.Field(i), s)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		}
		for i := range v.Len() {
			plant(v.Index(i), s)
		}
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		plant(v.Elem(), s)
	case reflect.Map:
		m := reflect.MakeMap(v.Type())
		for _, key := range []string{s, "en", "fr"} {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			k.SetString(key)
			plant(e, s)
			m.SetMapIndex(k, e)
		}
		v.Set(m)
	case reflect.Int:
		v.SetInt(3)
	}
}

// hostile is a shelf whose every text is s.
func hostile(s string) *shelf {
	out := samples()
	g := &good.Good{}
	plant(reflect.ValueOf(g), s)
	g.Slug, g.Tombstone, g.Stage, g.Kinds = "hostile", nil, good.Stage(s), []good.Kind{good.Kind(s), good.Software}
	buried := *g
	buried.ID, buried.Slug, buried.Tombstone = "2", "buried", &good.Tombstone{Reason: s, By: s, At: when}
	twin := *g
	twin.ID, twin.Slug = "3", s
	out.goods = []*good.Good{g, &buried, &twin}
	out.sources = map[string]good.Source{s: {ID: s, Name: s, URL: s}}
	quoted := fmt.Sprintf("%q", s)
	for _, id := range []good.ID{g.ID, "2"} {
		for _, verb := range []good.Verb{good.RecordStated, good.GoodRenamed, good.StageChanged, good.GoodMerged, good.Verb(s)} {
			out.history[id] = append(out.history[id], good.Entry{Time: when, Actor: good.Actor{Role: s}, Verb: verb, Subjects: []good.ID{id},
				Values: []good.Value{{Name: "slug", Data: []byte(quoted)}, {Name: "reason", Data: []byte(quoted)}, {Name: "record", Data: []byte(`{"source":` + quoted + `,"seen":` + quoted + `}`)},
					{Name: "stage", Data: []byte(`{"from":` + quoted + `,"to":` + quoted + `,"reason":` + quoted + `}`)}}})
		}
	}
	out.open = []good.OpenCase{{ID: good.ID(s), Source: s, ForeignID: s, Name: s, Since: when, Reasons: []string{s, "may-be: " + s, "country-unknown: " + s}}}
	return out
}

func TestNothingAStrangerWritesBecomesMarkup(t *testing.T) {
	for i, s := range attacks {
		site := newSite(t, hostile(s))
		esc := strings.NewReplacer("%", "%25", " ", "+", "&", "%26", "#", "%23", "\x00", "%00", "\xff", "%ff", "\"", "%22", "<", "%3C", ">", "%3E").Replace(s)
		for _, path := range []string{"/", "/goods", "/goods/hostile", "/goods/buried", "/imports", "/about", "/ar/goods/hostile", "/zh/goods",
			"/changes", "/changes?before=" + esc, "/map", "/map?view=" + esc, "/statistics", "/data", "/compare?good=hostile&good=buried", "/compare?good=" + esc + "&good=hostile",
			"/goods?q=" + esc, "/goods?kind=" + esc + "&country=" + esc + "&organisation=" + esc, "/goods?sort=" + esc, "/goods?" + esc + "=1", "/goods?q=zzzz&kind=" + esc, "/nowhere?" + esc} {
			w := get(t, site, path)
			if w.Code >= 500 {
				t.Fatalf("attack %d on %s: status %d", i, path, w.Code)
			}
			harmless(t, fmt.Sprintf("attack %d on %s", i, path), w)
		}
	}
}

func TestWhatAStrangerWritesIsStillShown(t *testing.T) {
	w := get(t, newSite(t, hostile(attacks[0])), "/goods/hostile")
	if n := strings.Count(w.Body.String(), "&lt;script&gt;alert(1)&lt;/script&gt;"); n < 30 {
		t.Errorf("the text stands on the page %d times only", n)
	}
}

// harmless checks that a page has only our own markup: no foreign elements, no
// handlers, no addresses but those of the web.
func harmless(t *testing.T, what string, w *httptest.ResponseRecorder) {
	t.Helper()
	d := parse(t, w)
	for n := range d.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "script" && !strings.HasPrefix(attr(n, "src"), "/assets/") || slices.Contains([]string{"img", "iframe", "object", "embed", "base", "textarea", "b", "style"}, n.Data) {
			t.Errorf("%s: a stranger's <%s>", what, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "autofocus" || a.Key == "style" || a.Key == "x" {
				t.Errorf("%s: a stranger's attribute %s on <%s>", what, a.Key, n.Data)
			}
			if a.Key == "href" || a.Key == "src" || a.Key == "action" {
				if !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "http://") {
					t.Errorf("%s: <%s %s=%q>", what, n.Data, a.Key, a.Val)
				}
				if strings.HasPrefix(a.Val, "//") {
					t.Errorf("%s: <%s %s=%q> leads to another host", what, n.Data, a.Key, a.Val)
				}
			}
		}
	}
}
