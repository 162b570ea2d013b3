package figures

import (
	"cmp"
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"stoa/internal/good"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
)

// counter makes figures for one reader.
type counter struct {
	*page.Frame
	ctx context.Context
	app Goods
	all good.Results
}

func count(ctx context.Context, app Goods, f *page.Frame) (*counter, error) {
	all, err := app.Search(ctx, good.Query{Limit: 1, Lang: f.Code, EveryStage: true})
	return &counter{f, ctx, app, all}, err
}

// names are the figures in the order they are shown.
var names = []string{"stage", "kind", "sdg", "licence", "year", "region", "country", "developed-in", "language"}

// makers make each figure.
var makers = map[string]func(*counter) (figure, error){
	"stage": func(c *counter) (figure, error) {
		x := c.facet(good.FacetStage, func(v string) string { return c.Stage(good.Stage(v)) })
		order := func(b bar) int { return slices.Index(good.Stages, good.Stage(b.Value)) }
		slices.SortStableFunc(x.Bars, func(a, b bar) int { return order(a) - order(b) })
		return x, nil
	},
	"kind": func(c *counter) (figure, error) {
		x := c.facet(good.FacetKind, func(v string) string { return c.Kind(good.Kind(v)) })
		x.Note = c.T("web.figures.several")
		return x, nil
	},
	"sdg":     (*counter).goals,
	"licence": (*counter).licences,
	"year": func(c *counter) (figure, error) {
		x := c.facet(good.FacetYear, func(v string) string { return c.Date(good.Date(v)) })
		slices.SortFunc(x.Bars, func(a, b bar) int { return cmp.Compare(a.Value, b.Value) })
		x.Note = c.T("web.figures.year")
		return x, nil
	},
	"region": (*counter).regions,
	"country": func(c *counter) (figure, error) {
		x := c.facet(good.FacetCountry, c.Country)
		x.Note = c.T("web.figures.claims")
		return x, nil
	},
	"developed-in": func(c *counter) (figure, error) { return c.facet(good.FacetDevelopedIn, c.Country), nil },
	"language": func(c *counter) (figure, error) {
		x := c.facet(good.FacetLanguage, c.Language)
		x.Note = c.T("web.figures.several")
		return x, nil
	},
}

// facet counts the goods by the values of a facet, the most first.
func (c *counter) facet(f good.Facet, label func(string) string) figure {
	x := figure{Heading: c.Facet(f), Total: c.all.Total}
	for _, n := range c.all.Facets[f] {
		x.Bars = append(x.Bars, bar{Value: n.Value, Label: label(n.Value), Count: n.Count, Query: only(f, n.Value)})
	}
	return x
}

// only are the goods counted with these values: a register counts what lapsed, too.
func only(f good.Facet, values ...string) good.Query {
	slices.Sort(values)
	return good.Query{Filters: map[good.Facet][]string{f: values}, EveryStage: f != good.FacetStage}
}

func (c *counter) goals() (figure, error) {
	x := c.facet(good.FacetSDG, func(v string) string { return c.Goal(number(bar{Value: v})) })
	slices.SortFunc(x.Bars, func(a, b bar) int { return number(a) - number(b) })
	for i := range x.Bars {
		x.Bars[i].Mark = page.GoalNumber(number(x.Bars[i]))
	}
	x.Note = c.T("web.figures.several")
	return x, nil
}

// number is the number of the goal a line counts.
func number(b bar) int {
	n, _ := strconv.Atoi(b.Value) // the catalogue gives only numbers
	return n
}

// licences counts goods by what their licences allow.
func (c *counter) licences() (figure, error) {
	classes := map[string][]string{}
	for _, n := range c.all.Facets[good.FacetLicence] {
		class := "other"
		if l, ok := vocab.LicenceByID(n.Value); ok {
			class = l.Class
		}
		classes[class] = append(classes[class], n.Value)
	}
	x, err := c.groups(good.FacetLicence, classes, func(class string) string { return c.T("web.licence." + class) })
	x.Heading, x.Note = c.T("web.figures.licence"), c.T("web.figures.licence.note")
	return x, err
}

// regions counts goods by the part of the world they are said to be in use in.
func (c *counter) regions() (figure, error) {
	regions := map[string][]string{}
	for _, n := range c.all.Facets[good.FacetCountry] {
		if k, ok := vocab.CountryByCode(n.Value); ok && k.Region != "" {
			regions[k.Region] = append(regions[k.Region], n.Value)
		}
	}
	x, err := c.groups(good.FacetCountry, regions, func(r string) string { return c.T("web.region." + strings.ToLower(r)) })
	x.Heading, x.Note = c.T("web.figures.region"), c.T("web.figures.claims")
	return x, err
}

// groups counts the goods that have any of the values of each group, each good
// once a group.
func (c *counter) groups(f good.Facet, groups map[string][]string, label func(string) string) (figure, error) {
	x := figure{Total: c.all.Total}
	for name, values := range groups {
		q := only(f, values[:min(len(values), good.MaxValues)]...) // the most used come first
		ask := q
		ask.Limit = 1
		res, err := c.app.Search(c.ctx, ask)
		if err != nil {
			return x, err
		}
		x.Bars = append(x.Bars, bar{Value: name, Label: label(name), Count: res.Total, Query: q})
	}
	slices.SortFunc(x.Bars, func(a, b bar) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Value, b.Value)) })
	return x, nil
}

// table is a figure as CSV: the value, its name, the goods, and where they are.
func table(f *page.Frame, x figure) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		out := csv.NewWriter(w)
		lines := [][]string{{"value", "name", "goods", "url"}}
		for _, b := range x.Bars {
			lines = append(lines, []string{b.Value, b.Label, strconv.Itoa(b.Count), f.Site.Base + string(f.Goods(b.Query))})
		}
		return out.WriteAll(lines)
	})
}
