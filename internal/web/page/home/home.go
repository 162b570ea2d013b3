// Package home is the first page: what Stoa is, a search, and the ways in.
package home

import (
	"context"
	_ "embed"
	"net/http"
	"slices"
	"strconv"

	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of this page.
//
//go:embed home.css
var Style []byte

// Goods is what the page asks.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
}

// The lengths of the lists on this page.
const (
	freshShown     = 5
	countriesShown = 12
)

// Page answers /.
func Page(goods Goods) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Title, f.Description = f.T("web.home.title"), f.T("web.home.lede")
		if page.Fresh(w, r, f) {
			return nil
		}
		res, err := goods.Search(r.Context(), good.Query{Sort: good.ByNewest, Limit: freshShown, Lang: f.Code})
		if err != nil {
			return err
		}
		return page.Write(w, r, f, http.StatusOK, home(newModel(f, res)))
	}
}

// model is what the page shows.
type model struct {
	*page.Frame
	good.Results
	Kinds     map[good.Kind]int
	Goals     [18]int // by number
	Countries []place // by name
	Most      []place // those with most goods in use
}

// place is a country and how many goods are said to be in use there.
type place struct {
	Code, Name string
	Count      int
}

func newModel(f *page.Frame, res good.Results) *model {
	m := &model{Frame: f, Results: res, Kinds: map[good.Kind]int{}}
	for _, c := range res.Facets[good.FacetKind] {
		m.Kinds[good.Kind(c.Value)] = c.Count
	}
	for _, c := range res.Facets[good.FacetSDG] {
		if n, err := strconv.Atoi(c.Value); err == nil && n > 0 && n < len(m.Goals) {
			m.Goals[n] = c.Count
		}
	}
	for _, c := range res.Facets[good.FacetCountry] {
		m.Countries = append(m.Countries, place{c.Value, f.Country(c.Value), c.Count})
	}
	m.Most = slices.Clone(m.Countries[:min(countriesShown, len(m.Countries))])
	slices.SortFunc(m.Countries, func(a, b place) int { return f.CompareCountries(a.Code, b.Code) })
	return m
}

// stage is how many goods are in a stage.
func (m *model) stage(s good.Stage) int {
	for _, c := range m.Facets[good.FacetStage] {
		if c.Value == string(s) {
			return c.Count
		}
	}
	return 0
}

// tries are the needs offered as examples of a search.
func (m *model) tries() []string {
	var out []string
	for _, n := range []string{"1", "2", "3", "4"} {
		if s := m.Word("web.home.try." + n); s != "" {
			out = append(out, s)
		}
	}
	return out
}
