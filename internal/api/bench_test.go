package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"stoa/internal/good"
)

// prepared answers at once, so that a benchmark sees the API's own cost.
type prepared struct {
	*registry
	results good.Results
	one     *good.Good
	many    map[good.ID]*good.Good
}

func (p *prepared) Search(context.Context, good.Query) (good.Results, error) { return p.results, nil }
func (p *prepared) Good(context.Context, string) (*good.Good, error)         { return p.one, nil }
func (p *prepared) Goods(context.Context, []good.ID) (map[good.ID]*good.Good, error) {
	return p.many, nil
}

func newPrepared(b *testing.B) *prepared {
	p := &prepared{registry: newRegistry(), many: map[good.ID]*good.Good{}}
	p.one = p.goods[0]
	var err error
	if p.results, err = p.registry.Search(b.Context(), good.Query{Limit: 25}); err != nil {
		b.Fatal(err)
	}
	for i := range p.results.Cards {
		whole := *p.one
		whole.ID, whole.Slug = p.results.Cards[i].ID, p.results.Cards[i].Slug
		p.results.Cards[i].Summary = good.Text{"en": "An open source platform for the collection, reporting, analysis and dissemination of aggregate and individual data, used in more than seventy countries to manage health information."}
		p.many[whole.ID] = &whole
	}
	return p
}

// BenchmarkAnswer compares answers made anew each time with a bare handler
// that writes the same bytes.
func BenchmarkAnswer(b *testing.B) {
	p := newPrepared(b)
	h, err := New(Config{Goods: p, Registry: p, BaseURL: base, Version: "v1"})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct{ name, target string }{
		{"list-of-25", "/api/v1/goods?limit=25"},
		{"list-of-25-facets", "/api/v1/goods?limit=25&facets=all&kind=software&q=health"},
		{"list-of-25-full", "/api/v1/goods?limit=25&view=full"},
		{"item", "/api/v1/goods/dhis2"},
	} {
		w := get(h, c.target)
		body := w.Body.Bytes()
		bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(body)
		})
		for _, who := range []struct {
			name string
			h    http.Handler
		}{{"bare", bare}, {"api", h}} {
			b.Run(c.name+"/"+who.name, func(b *testing.B) {
				r := httptest.NewRequest("GET", c.target, nil)
				b.ReportAllocs()
				for b.Loop() {
					who.h.ServeHTTP(&status{h: http.Header{}}, r)
				}
			})
		}
	}
}
