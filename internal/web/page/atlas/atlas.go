// Package atlas is the world map of goods: where they are said to be in use,
// and where they were made, with the table that says the same in words.
package atlas

import (
	"context"
	_ "embed"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"stoa/internal/good"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
	"stoa/internal/worldmap"
)

// Style is the style of this page.
//
//go:embed atlas.css
var Style []byte

// Goods is what the page asks.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
}

// Lands is what the page asks of countries: how many deployments in each are
// confirmed and running.
type Lands interface {
	Confirmed(ctx context.Context) (map[string]int, error)
}

// view is one way to see the map.
type view struct {
	Name  string
	Facet good.Facet
}

// views are the ways to see the map; the first needs no parameter. The last is
// there where deployments are kept.
var views = []view{{"use", good.FacetCountry}, {"made", good.FacetDevelopedIn}, {"confirmed", ""}}

// path is the address of a view, without language.
func (v view) path() string {
	if v == views[0] {
		return "/map"
	}
	return "/map?view=" + v.Name
}

// mark is a country on the map: its outline or, for the smallest, its middle.
type mark struct {
	Code, Title string // the title is its name
	Path        string // of the outline
	X, Y        string // of the middle where there is no outline
}

// group is the countries of one line of the legend, outlines or points: all in
// one place, so that what they share is said once. The map is to weigh little.
type group struct {
	Level string // "0" for none
	Marks []mark
}

// level is one line of the legend.
type level struct{ Number, Words string }

type model struct {
	*page.Frame
	View   view
	Views  []view
	Groups []group
	Rest   string // outlines of land without a code of its own
	Legend []level
	Counts []good.Count
	None   int // countries without any
}

// Page answers /map. lands is nil where no deployments are kept.
func Page(app Goods, lands Lands) page.Handler {
	have := views
	if lands == nil {
		have = views[:2]
	}
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		m := &model{Frame: f, View: views[0], Views: have}
		f.Here = "countries"
		if said := r.URL.Query().Get("view"); said != "" {
			i := slices.IndexFunc(have, func(v view) bool { return v.Name == said })
			if i < 0 {
				return &good.Error{Kind: good.Invalid, Key: "error.map.view", Field: "view", Args: map[string]any{"Value": said}}
			}
			if m.View = views[i]; i > 0 {
				f.Query = "view=" + said
			}
		}
		f.Title, f.Description = f.T("web.map.title"), f.T("web.map."+m.View.Name+".lede")
		if page.Fresh(w, r, f) {
			return nil
		}
		counts, err := m.count(r.Context(), app, lands)
		if err != nil {
			return err
		}
		m.draw(counts)
		return page.Write(w, r, f, http.StatusOK, atlas(m))
	}
}

// count is how many there are in each country of what the view is of.
func (m *model) count(ctx context.Context, app Goods, lands Lands) ([]good.Count, error) {
	if m.View.Facet != "" {
		res, err := app.Search(ctx, good.Query{Limit: 1, Lang: m.Code})
		return res.Facets[m.View.Facet], err
	}
	by, err := lands.Confirmed(ctx)
	var out []good.Count
	for code, n := range by {
		out = append(out, good.Count{Value: code, Count: n})
	}
	return out, err
}

// number is the name of what is counted.
func (m *model) number() string {
	if m.View.Facet == "" {
		return m.T("deploy.title")
	}
	return m.T("web.topic.goods")
}

// to is where the number of a country leads: to what was counted.
func (m *model) to(code string) templ.SafeURL {
	if m.View.Facet == "" {
		return m.Href("/deployments?country=" + code + "&state=confirmed")
	}
	return m.With(m.View.Facet, code)
}

// file is the table of the view.
func (m *model) file() templ.SafeURL {
	if m.View.Facet == "" {
		return m.Href("/countries.csv")
	}
	return m.Href("/statistics/" + string(m.View.Facet) + ".csv")
}

// draw colours the countries by how many goods each has.
func (m *model) draw(counts []good.Count) {
	have := map[string]int{}
	for _, c := range counts {
		if _, ok := vocab.CountryByCode(c.Value); ok && c.Count > 0 {
			have[c.Value] = c.Count
			m.Counts = append(m.Counts, c)
		}
	}
	slices.SortStableFunc(m.Counts, func(a, b good.Count) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return m.CompareCountries(a.Value, b.Value)
	})
	m.None = len(vocab.Countries()) - len(m.Counts)
	steps := steps(m.Counts)
	m.Legend = m.legend(steps)
	outlines, points := make([]group, len(steps)+1), make([]group, len(steps)+1)
	put := func(in []group, k mark) {
		k.Title = m.Country(k.Code)
		level := levelOf(steps, have[k.Code])
		in[level].Level, in[level].Marks = strconv.Itoa(level), append(in[level].Marks, k)
	}
	drawn := map[string]bool{}
	for _, s := range worldmap.World() {
		if s.Country == "" {
			m.Rest += s.Path
			continue
		}
		drawn[s.Country] = true
		put(outlines, mark{Code: s.Country, Path: s.Path})
	}
	for _, code := range slices.Sorted(maps.Keys(worldmap.Points())) {
		if p := worldmap.Points()[code]; !drawn[code] {
			put(points, mark{Code: code, X: strconv.Itoa(p.X), Y: strconv.Itoa(p.Y)})
		}
	}
	m.Groups = slices.DeleteFunc(append(outlines, points...), func(g group) bool { return len(g.Marks) == 0 }) // no outline covers a point
}

// levels is how many colours the map has besides that of none.
const levels = 5

// steps are the least counts of each level, rising: as many countries in each
// as equal counts allow.
func steps(counts []good.Count) []int {
	var out []int
	for i := range levels {
		if len(counts) == 0 {
			break
		}
		c := counts[len(counts)-1-i*len(counts)/levels].Count
		if len(out) == 0 || c > out[len(out)-1] {
			out = append(out, c)
		}
	}
	return out
}

// levelOf is the level of n goods, 0 for none.
func levelOf(steps []int, n int) int {
	level := 0
	for i, least := range steps {
		if n >= least {
			level = i + 1
		}
	}
	return level
}

// legendKey is that of a line of the legend: it says what is counted.
func (m *model) legendKey(what string) string {
	if m.View.Facet == "" {
		return "land.map." + what
	}
	return "web.map." + what
}

// legend says in words what each level holds.
func (m *model) legend(steps []int) []level {
	out := []level{{"0", m.T("web.map.none")}}
	for i, least := range steps {
		number := strconv.Itoa(i + 1)
		switch {
		case i == len(steps)-1:
			out = append(out, level{number, m.N(m.legendKey("more"), least)})
		case steps[i+1] == least+1:
			out = append(out, level{number, m.N(m.legendKey("just"), least)})
		default:
			out = append(out, level{number, m.T("web.map.range", "From", least, "To", steps[i+1]-1)})
		}
	}
	return out
}
