package web_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/goods"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/web"
	"stoa/internal/web/assets"
	"stoa/internal/web/page"
)

// answered is a search that was answered before: what is measured is the page.
type answered struct{ res good.Results }

func (a answered) Position() int64 { return a.res.Position }

func (a answered) Search(context.Context, good.Query) (good.Results, error) { return a.res, nil }

func (a answered) Show(context.Context, string) (goods.View, error) {
	return goods.View{}, &good.Error{Kind: good.NotFound, Key: "error.good.unknown"}
}

func (a answered) ConflictsOf(context.Context, access.Who, string) ([]goods.Clash, error) {
	return nil, nil
}

// answer is the first page of a list of n goods, with its facets or without.
func answer(b *testing.B, n int, facets bool) good.Results {
	b.Helper()
	res, err := many(b, n).Search(b.Context(), good.Query{})
	if err != nil {
		b.Fatal(err)
	}
	if !facets {
		res.Facets = nil
	}
	return res
}

// discard is a connection that takes everything.
type discard struct{ h http.Header }

func (d discard) Header() http.Header         { return d.h }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// ask measures one request of a handler.
func ask(b *testing.B, h http.Handler, path string, headers ...string) {
	b.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	b.SetBytes(int64(w.Body.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		h.ServeHTTP(discard{http.Header{}}, r)
	}
}

func uncached(b *testing.B, g web.Goods) http.Handler {
	b.Helper()
	site, err := web.New(web.Config{Goods: g, BaseURL: base, Version: "bench", MaxCache: -1})
	if err != nil {
		b.Fatal(err)
	}
	return site
}

// BenchmarkTenKilobytes is the measure: a handler that has 10 kB ready.
func BenchmarkTenKilobytes(b *testing.B) {
	body := make([]byte, 10_000)
	ask(b, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	}), "/goods")
}

// BenchmarkRows renders twenty results and nothing else: as most often, when
// they were shown before, and new each time.
func BenchmarkRows(b *testing.B) {
	res := answer(b, 400, false)
	set, err := assets.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, l := range i18n.All()[:2] {
		for _, changed := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/changed=%t", l.Code, changed), func(b *testing.B) {
				f := &page.Frame{Tongue: page.NewTongue(l), Site: &page.Site{Assets: set}}
				b.ReportAllocs()
				for b.Loop() {
					for i := range res.Cards {
						if changed {
							res.Cards[i].Position++
						}
					}
					if err := page.Rows(f, res.Cards, 2).Render(b.Context(), io.Discard); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkList is the whole page, made anew each time.
func BenchmarkList(b *testing.B) {
	for name, facets := range map[string]bool{"20 results": false, "20 results and facets": true} {
		b.Run(name, func(b *testing.B) { ask(b, uncached(b, answered{answer(b, 400, facets)}), "/goods") })
	}
}

// BenchmarkGood is a good's page, made anew each time.
func BenchmarkGood(b *testing.B) { ask(b, uncached(b, samples()), "/goods/opencrvs") }

// BenchmarkKept is a page that stands ready.
func BenchmarkKept(b *testing.B) {
	site, err := web.New(web.Config{Goods: answered{answer(b, 400, true)}, BaseURL: base, Version: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("plain", func(b *testing.B) { ask(b, site, "/goods") })
	b.Run("gzip", func(b *testing.B) { ask(b, site, "/goods", "Accept-Encoding", "gzip") })
	tag := get(b, site, "/goods").Header().Get("Etag")
	b.Run("304", func(b *testing.B) { ask(b, site, "/goods", "If-None-Match", tag) })
}
