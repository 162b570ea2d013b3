package api

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stoa/internal/good"
)

// walk follows next links to the end, calling between after each page, and
// returns the slugs met.
func walk(t *testing.T, h http.Handler, target string, between func(page int)) (slugs []string) {
	t.Helper()
	for page := 0; target != ""; page++ {
		if page > 100 {
			t.Fatal("the list does not end")
		}
		w := get(h, target)
		if w.Code != 200 {
			t.Fatalf("%s: %d %s", target, w.Code, w.Body)
		}
		doc := decode[GoodList](t, w)
		for _, g := range doc.Items {
			slugs = append(slugs, g.Slug)
		}
		if link := w.Header().Get("Link"); doc.Next == "" && link != "" || doc.Next != "" && link != "<"+doc.Next+`>; rel="next"` {
			t.Fatalf("Link: %s, next %s", link, doc.Next)
		}
		target = strings.TrimPrefix(doc.Next, base)
		if between != nil {
			between(page)
		}
	}
	return slugs
}

func TestNextLinksLeadToEveryGoodOnce(t *testing.T) {
	h := serving(t, newRegistry())
	for _, target := range []string{"/api/v1/goods", "/api/v1/goods?limit=1&kind=data", "/api/v1/goods?limit=7&facets=kind&view=summary", "/api/v1/goods?limit=58", "/api/v1/goods?limit=100", "/api/v1/goods?limit=29&lang=fr", "/api/v1/goods?q=nothing"} {
		slugs := walk(t, h, target, nil)
		total := decode[GoodList](t, get(h, target)).Total
		sorted := slices.Clone(slugs)
		slices.Sort(sorted)
		if len(slices.Compact(sorted)) != len(slugs) || len(slugs) != total {
			t.Errorf("%s: %d of %d goods", target, len(slugs), total)
		}
	}
	if full := decode[FullGoodList](t, get(h, "/api/v1/goods?view=full&limit=30")); !strings.Contains(full.Next, "view=full") || len(full.Items) != 30 {
		t.Error("the next page would not be whole documents:", full.Next)
	}
}

func TestGoodsThatComeAndGoDoNotDisturbTheOthers(t *testing.T) {
	r := newRegistry()
	h := serving(t, r)
	all := walk(t, h, "/api/v1/goods?limit=10", nil)
	got := walk(t, h, "/api/v1/goods?limit=10", func(page int) {
		r.position.Add(1)
		switch page {
		case 0: // three goods come before what was read
			for _, slug := range []string{"a", "b", "c"} {
				g := *r.goods[5]
				g.ID, g.Slug, g.Name = good.ID("01JZX4T9W2QK8N5V3B7C6DAAA"+strings.ToUpper(slug)), slug, "A "+slug
				r.goods = append(r.goods, &g)
			}
		case 2: // two that were read go
			r.goods[7].Tombstone, r.goods[8].Tombstone = &good.Tombstone{}, &good.Tombstone{}
		case 3: // the last one read goes: its place is kept
			r.goods[41].Tombstone = &good.Tombstone{}
		}
	})
	if !slices.Equal(got, all) && len(got) < len(all)-1 {
		t.Errorf("got %v", got)
	}
	seen := map[string]bool{}
	for _, s := range got {
		if seen[s] {
			t.Errorf("%s is shown twice", s)
		}
		seen[s] = true
	}
}

func TestACursorBelongsToItsQuestion(t *testing.T) {
	h := serving(t, newRegistry())
	next := strings.TrimPrefix(decode[GoodList](t, get(h, "/api/v1/goods?limit=5&kind=data")).Next, base)
	if w := get(h, next); w.Code != 200 {
		t.Fatal(w.Body)
	}
	if w := get(h, strings.Replace(next, "limit=5", "limit=6", 1)); w.Code != 200 {
		t.Error("another page size is refused:", w.Body)
	}
	for _, other := range []string{strings.Replace(next, "kind=data", "kind=ai", 1), next + "&sdg=3", next + "&q=x", next + "&lang=fr", next + "&sort=name", strings.Replace(next, "cursor=", "cursor=A", 1)} {
		if w := get(h, other); w.Code != 400 {
			t.Errorf("%s: %d", other, w.Code)
		} else {
			checkProblem(t, w, "invalid-cursor")
		}
	}
}

func TestCursorsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := cursor{offset: rapid.IntRange(1, good.MaxOffset).Draw(t, "offset"), position: rapid.Int64Min(-1).Draw(t, "position"), last: id(rapid.IntRange(0, 9999).Draw(t, "last"))}
		q := good.Query{Text: rapid.String().Draw(t, "q"), Lang: "en", Filters: map[good.Facet][]string{good.FacetKind: {"data"}}}
		s := c.encode(q)
		if got, ok := decodeCursor(s, q); !ok || got != c || len(s) > cursorMaxLen {
			t.Fatalf("%q gives %+v, %v", s, got, ok)
		}
		b, _ := base64.RawURLEncoding.DecodeString(s)
		b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] ^= byte(1 << rapid.IntRange(0, 7).Draw(t, "bit"))
		if _, ok := decodeCursor(base64.RawURLEncoding.EncodeToString(b), q); ok {
			t.Fatal("a changed cursor is taken")
		}
	})
}

func FuzzCursor(f *testing.F) {
	q := good.Query{Text: "health", Lang: "en"}
	f.Add(cursor{offset: 20, position: 7, last: id(1)}.encode(q))
	f.Add("")
	f.Add("AQ")
	f.Fuzz(func(t *testing.T, s string) {
		c, ok := decodeCursor(s, q)
		if ok && (c.offset < 1 || c.offset > good.MaxOffset || !c.last.Valid() || c.encode(q) != s) {
			t.Errorf("%q gives %+v", s, c)
		}
	})
}

func FuzzQuestion(f *testing.F) {
	f.Add("kind=data&q=health&limit=5")
	f.Add("cursor=AQ&offset=1&facets=all,kind")
	f.Add("q=%ff&%00=1;")
	h := serving(f, newRegistry())
	f.Fuzz(func(t *testing.T, query string) {
		r, err := http.NewRequest("GET", "/api/v1/goods", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.RawQuery = query
		w := &status{h: http.Header{}}
		h.ServeHTTP(w, r)
		if w.code != 200 && w.code != 400 {
			t.Errorf("?%s: %d", query, w.code)
		}
	})
}

type status struct {
	h    http.Header
	code int
}

func (s *status) Header() http.Header         { return s.h }
func (s *status) Write(b []byte) (int, error) { return len(b), nil }
func (s *status) WriteHeader(code int)        { s.code = code }
