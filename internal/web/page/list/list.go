// Package list is the page that finds goods: words, filters with counts,
// orders and pages, every state of it an address.
package list

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of this page.
//
//go:embed list.css
var Style []byte

// Goods is what the page asks.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
}

// pageSize is how many goods a page shows unless the address says.
const pageSize = 20

// lapsedNamed is how many lapsed goods are named where nothing else is found.
const lapsedNamed = 3

// Page answers /goods.
func Page(goods Goods) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Here = "goods"
		vals, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return &good.Error{Kind: good.Invalid, Key: "error.query.form", Err: err}
		}
		q, troubles := understand(vals)
		q.Lang = f.Code
		if q.Limit == 0 {
			q.Limit = pageSize
		}
		m := model{Frame: f, Query: q, Troubles: troubles}
		if len(troubles) > 0 {
			f.Title, f.Unlisted = f.T("web.list.refused"), true
			edge.Private(w.Header())
			return page.Write(w, r, f, http.StatusBadRequest, refused(&m))
		}
		f.Query = m.kept().Values().Encode()
		f.Unlisted = q.Text != "" || q.Offset > 0 || len(q.Filters) > 1 || q.EveryStage
		if page.Fresh(w, r, f) {
			return nil
		}
		if m.Results, err = goods.Search(r.Context(), q); err != nil {
			return err
		}
		if m.Total == 0 && len(q.Filters) > 0 && q.Text != "" {
			wide := good.Query{Text: q.Text, Lang: q.Lang, Sort: good.ByRelevance, Limit: 1}
			res, err := goods.Search(r.Context(), wide)
			if err != nil {
				return err
			}
			m.Elsewhere = res.Total
		}
		if m.Total == 0 && m.Lapsed > 0 {
			lapsed := q.Whole()
			lapsed.Limit = lapsedNamed
			res, err := goods.Search(r.Context(), lapsed)
			if err != nil {
				return err
			}
			m.Former = res.Cards
		}
		f.Title = m.heading()
		f.Description = f.T("web.list.description")
		return page.Write(w, r, f, http.StatusOK, list(&m))
	}
}

// trouble is one parameter that was not understood, in words.
type trouble struct {
	Field string
	Err   *good.Error
}

// understand reads the query; what it does not understand it leaves out and
// names, so that the rest of what was asked is kept.
func understand(vals url.Values) (good.Query, []trouble) {
	rest := make(url.Values, len(vals))
	for k, v := range vals {
		rest[k] = v
	}
	var troubles []trouble
	for range 20 {
		q, err := good.ParseQuery(rest)
		if err == nil {
			for _, t := range troubles {
				if t.Field == "q" {
					q.Text = shortened(vals.Get("q"))
				}
			}
			return q, troubles
		}
		var e *good.Error
		if !errors.As(err, &e) || e.Field == "" {
			return good.Query{Sort: good.ByRelevance}, append(troubles, trouble{Err: e})
		}
		troubles = append(troubles, trouble{Field: e.Field, Err: e})
		delete(rest, e.Field)
	}
	return good.Query{Sort: good.ByRelevance}, troubles
}

// shortened is as much of an over-long search as may be asked.
func shortened(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	if utf8.RuneCountInString(s) > good.MaxText {
		s = string([]rune(s)[:good.MaxText])
	}
	return s
}

// model is what the page shows.
type model struct {
	*page.Frame
	good.Query
	good.Results
	Troubles  []trouble
	Elsewhere int         // goods found by the words alone, where the filters leave none
	Former    []good.Card // lapsed goods found where there are no others
}

// kept is the query without what is only a default.
func (m *model) kept() good.Query {
	q := m.Query
	if q.Limit == pageSize {
		q.Limit = 0
	}
	return q
}

func (m *model) heading() string {
	if m.Text != "" {
		return m.Tell("web.list.found", "Count", m.Total, "Text", m.Text)
	}
	return m.N("web.list.total", m.Total)
}

// hidden is everything chosen besides the words, to go along with a new search.
func (m *model) hidden(facets, text bool) []page.Pair {
	var out []page.Pair
	q := m.kept()
	if facets {
		for _, f := range good.Facets {
			for _, v := range q.Filters[f] {
				out = append(out, page.Pair{Name: string(f), Value: v})
			}
		}
	}
	if q.EveryStage {
		out = append(out, page.Pair{Name: string(good.FacetStage), Value: good.AllStages})
	}
	if text && q.Text != "" {
		out = append(out, page.Pair{Name: "q", Value: q.Text})
	}
	if q.Sort != "" && q.Sort != good.ByRelevance {
		out = append(out, page.Pair{Name: "sort", Value: string(q.Sort)})
	}
	if q.Limit > 0 {
		out = append(out, page.Pair{Name: "limit", Value: strconv.Itoa(q.Limit)})
	}
	return out
}

// chip is one chosen value and the list without it.
type chip struct {
	Facet   good.Facet
	Value   string
	Without good.Query
}

func (m *model) chips() []chip {
	var out []chip
	for _, f := range good.Facets {
		for _, v := range m.Filters[f] {
			out = append(out, chip{f, v, m.kept().With(f, v)})
		}
	}
	return out
}

func (m *model) cleared() good.Query {
	q := m.kept()
	q.Filters, q.Offset = nil, 0
	return q
}

// usual is the list with the default filter.
func (m *model) usual() good.Query {
	q := m.kept()
	q.EveryStage, q.Offset = false, 0
	return q
}

func (m *model) sorted(s good.Sort) good.Query {
	q := m.kept()
	q.Sort, q.Offset = s, 0
	return q
}

func (m *model) from(offset int) good.Query {
	q := m.kept()
	q.Offset = max(offset, 0)
	return q
}

// last is the offset of the last page.
func (m *model) last() int {
	if m.Total == 0 {
		return 0
	}
	return (m.Total - 1) / m.Limit * m.Limit
}

// pageNumber and pageCount are what a reader counts.
func (m *model) pageNumber() int { return m.Offset/m.Limit + 1 }
func (m *model) pageCount() int  { return (m.Total + m.Limit - 1) / m.Limit }

// data is the same search on the programs' side, which pages in its own way.
func (m *model) data() string {
	q := m.kept()
	q.Offset, q.Limit = 0, 0
	if v := q.Values().Encode(); v != "" {
		return "/api/v1/goods?" + v
	}
	return "/api/v1/goods"
}

// file is the whole list as a file of another form.
func (m *model) file(ext string) string {
	q := m.Query
	q.Offset, q.Limit = 0, 0
	v := q.Values()
	v.Set("lang", m.Code)
	return "/goods." + ext + "?" + v.Encode()
}

// The values of a facet that are shown at once, and the most there are behind
// "more": every country, but not every organisation of a large registry.
const (
	shownAtOnce    = 6
	shownAtMost    = 60
	countriesShown = 260
)

// split parts a facet's values into those shown at once and the rest, and says
// how many are not shown at all. Chosen values are never hidden.
func split(f good.Facet, counts []good.Count) (first, more []good.Count, hidden int) {
	most := shownAtMost
	if f == good.FacetCountry || f == good.FacetDevelopedIn {
		most = countriesShown
	}
	if len(counts) <= shownAtOnce+2 {
		return counts, nil, 0
	}
	for i, c := range counts {
		switch {
		case c.Selected || i < shownAtOnce:
			first = append(first, c)
		case len(more) < most:
			more = append(more, c)
		default:
			hidden++
		}
	}
	return first, more, hidden
}

// values are the choices of a facet.
func values(m *model, f good.Facet, counts []good.Count) templ.Component {
	return m.Frame.Values.Each(len(counts), func(i int) page.ValueKey { return page.ValueKey{Facet: f, Count: counts[i]} },
		func(i int) templ.Component { return value(m.Frame, f, counts[i]) })
}

// Name is a facet's value in the page's language.
func Name(f *page.Frame, facet good.Facet, value string) string {
	switch facet {
	case good.FacetKind:
		return f.Kind(good.Kind(value))
	case good.FacetStage:
		return f.Stage(good.Stage(value))
	case good.FacetSDG:
		if n := goal(value); n > 0 {
			return f.Goal(n)
		}
	case good.FacetCountry, good.FacetDevelopedIn:
		return f.Country(value)
	case good.FacetLanguage:
		return f.Language(value)
	case good.FacetSector:
		return f.Sector(value)
	case good.FacetParty:
		return organisation(value)
	}
	return value
}

// organisation makes a name of the address of an organisation, which is all a
// facet knows of it.
func organisation(slug string) string {
	words := strings.Split(slug, "-")
	for i, w := range words {
		if i == 0 || !slices.Contains(small, w) {
			r, n := utf8.DecodeRuneInString(w)
			words[i] = string(unicode.ToTitle(r)) + w[n:]
		}
	}
	return strings.Join(words, " ")
}

// small are the words inside names that begin with a small letter.
var small = []string{"and", "at", "da", "de", "del", "des", "di", "do", "du", "e", "et", "for", "in", "la", "le", "of", "on", "the", "und", "y"}

func goal(value string) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > 17 {
		return 0
	}
	return n
}

// chipName is a chosen value in words that stand on their own.
func (m *model) chipName(c chip) string {
	name := Name(m.Frame, c.Facet, c.Value)
	for _, n := range m.Facets[c.Facet] {
		if n.Value == c.Value {
			name = cmp.Or(n.Label, name)
		}
	}
	switch c.Facet {
	case good.FacetCountry, good.FacetDevelopedIn:
		return m.Tell("web.list.chip", "Facet", m.Facet(c.Facet), "Value", name)
	case good.FacetSDG:
		return m.Tell("web.list.chip.sdg", "Number", goal(c.Value), "Name", name)
	}
	return name
}
