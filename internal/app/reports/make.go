package reports

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/vocab"
)

// maker makes one report.
type maker struct {
	*App
	*Report
	ctx context.Context
}

// head puts single numbers before all else.
func (m *maker) head(bars ...Bar) {
	m.Figures = slices.Insert(m.Figures, 0, Figure{"numbers", Statistics, bars})
}

func (m *maker) add(name string, words Words, bars []Bar) {
	if len(bars) > 0 {
		m.Figures = append(m.Figures, Figure{name, words, bars})
	}
}

// goods finds the goods of the report and adds how many there are by each of
// some facets.
func (m *maker) goods(of good.Query, facets map[good.Facet]Words, order ...good.Facet) (good.Results, error) {
	ask := of
	ask.Limit, ask.EveryStage = 1, true
	found, err := m.Goods.Search(m.ctx, ask)
	if err != nil {
		return found, err
	}
	for _, f := range order {
		var bars []Bar
		for _, c := range found.Facets[f] {
			bars = append(bars, Bar{Value: c.Value, Label: c.Label, Count: c.Count, Link: goodsAt(ask.With(f, c.Value))})
		}
		switch f {
		case good.FacetSDG:
			byNumber(bars)
		case good.FacetYear:
			slices.SortFunc(bars, func(x, y Bar) int { return cmp.Compare(x.Value, y.Value) })
		case good.FacetStage:
			slices.SortFunc(bars, func(x, y Bar) int {
				return slices.Index(good.Stages, good.Stage(x.Value)) - slices.Index(good.Stages, good.Stage(y.Value))
			})
		default:
			bars = bars[:min(len(bars), mostCounted)]
		}
		m.add("goods-by-"+string(f), facets[f], bars)
	}
	return found, nil
}

// goodsAt is where the goods of a query are.
func goodsAt(q good.Query) string {
	q.Limit, q.Offset = 0, 0
	if v := q.Values().Encode(); v != "" {
		return "/goods?" + v
	}
	return "/goods"
}

// deploymentsAt is where deployments are listed.
func deploymentsAt(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return strings.TrimSuffix("/deployments?"+v.Encode(), "?")
}

// standing is where deployments are listed that are not withdrawn.
func standing(pairs ...string) string {
	return deploymentsAt(append(slices.Clone(pairs), "state", string(deploy.Standing))...)
}

// deployments adds how many deployments there are by stage and by state, and
// returns how many are confirmed, and how many are not withdrawn. at are the
// filters that list them.
func (m *maker) deployments(that store.DeploymentsThat, at ...string) (confirmed, all int, err error) {
	tallies, err := m.DB.Tallies(m.ctx, that)
	if err != nil {
		return 0, 0, err
	}
	stages, states := map[deploy.Stage]int{}, map[deploy.State]int{}
	for _, t := range tallies {
		states[t.State] += t.N
		if t.State != deploy.Withdrawn {
			stages[t.Stage] += t.N
			all += t.N
		}
	}
	m.add("deployments-by-stage", Running, counted(deploy.Stages, stages, func(s string) string { return standing(append(slices.Clone(at), "stage", s)...) }))
	m.add("deployments-by-state", Relied, counted(deploy.States, states, func(s string) string { return deploymentsAt(append(slices.Clone(at), "state", s)...) }))
	return states[deploy.Confirmed], all, nil
}

func counted[T ~string](order []T, n map[T]int, at func(string) string) []Bar {
	var out []Bar
	for _, v := range order {
		if n[v] > 0 {
			out = append(out, Bar{Value: string(v), Count: n[v], Link: at(string(v))})
		}
	}
	return out
}

// by adds how many deployments there are by what each says.
func (m *maker) by(that store.DeploymentsThat, column string, words Words, at ...string) error {
	shares, err := m.DB.DeploymentsBy(m.ctx, that, column, mostCounted)
	if err != nil {
		return err
	}
	names := map[good.ID]*good.Good{}
	if column == "good" {
		var ids []good.ID
		for _, s := range shares {
			ids = append(ids, good.ID(s.Of))
		}
		if names, err = m.DB.Goods(m.ctx, ids); err != nil {
			return err
		}
	}
	var bars []Bar
	for _, s := range shares {
		b := Bar{Value: s.Of, Count: s.N}
		if g := names[good.ID(s.Of)]; g != nil {
			b.Value, b.Label = g.Slug, g.Name
		}
		b.Link = standing(append(slices.Clone(at), column, b.Value)...)
		bars = append(bars, b)
	}
	if column == "since" {
		slices.SortFunc(bars, func(x, y Bar) int { return cmp.Compare(x.Value, y.Value) })
	}
	m.add("deployments-by-"+column, words, bars)
	return nil
}

// years adds how many deployments began in each year.
func (m *maker) years(begun map[string]int, at ...string) {
	var bars []Bar
	for year, n := range begun {
		bars = append(bars, Bar{Value: year, Count: n, Link: standing(append(slices.Clone(at), "since", year)...)})
	}
	slices.SortFunc(bars, func(x, y Bar) int { return cmp.Compare(x.Value, y.Value) })
	m.add("deployments-by-since", Years, bars)
}

// year is the state of digital public goods in a year.
func (m *maker) year() error {
	n, err := strconv.Atoi(m.Key)
	if err != nil || len(m.Key) != 4 || n < firstYear || n > m.Now().UTC().Year() {
		return unknown(m.Key)
	}
	q := good.Query{Filters: map[good.Facet][]string{good.FacetYear: {m.Key}}}
	found, err := m.goods(q, map[good.Facet]Words{good.FacetStage: OfStages, good.FacetKind: OfKinds, good.FacetSDG: Goals, good.FacetCountry: Countries, good.FacetLicence: Licences},
		good.FacetStage, good.FacetKind, good.FacetSDG, good.FacetCountry, good.FacetLicence)
	if err != nil {
		return err
	}
	confirmed, all, err := m.deployments(store.DeploymentsThat{Since: m.Key}, "since", m.Key)
	if err != nil {
		return err
	}
	q.EveryStage = true
	m.head(
		Bar{Value: "goods-listed", Count: found.Total, Link: goodsAt(q)},
		Bar{Value: "deployments-begun", Count: all, Link: standing("since", m.Key)},
		Bar{Value: "deployments-confirmed", Count: confirmed, Link: deploymentsAt("since", m.Key, "state", string(deploy.Confirmed))},
	)
	return m.by(store.DeploymentsThat{Since: m.Key}, "country", Countries, "since", m.Key)
}

// country is the state of digital public goods in a country.
func (m *maker) country() error {
	c, ok := vocab.CountryByCode(m.Key)
	if !ok {
		return unknown(m.Key)
	}
	q := good.Query{Filters: map[good.Facet][]string{good.FacetCountry: {c.Alpha2}}}
	found, err := m.goods(q, map[good.Facet]Words{good.FacetKind: OfKinds, good.FacetSDG: Goals, good.FacetYear: Years}, good.FacetKind, good.FacetSDG, good.FacetYear)
	if err != nil {
		return err
	}
	made := good.Query{Filters: map[good.Facet][]string{good.FacetDevelopedIn: {c.Alpha2}}, EveryStage: true, Limit: 1}
	here, err := m.Goods.Search(m.ctx, made)
	if err != nil {
		return err
	}
	that := store.DeploymentsThat{Country: c.Alpha2}
	confirmed, all, err := m.deployments(that, "country", c.Alpha2)
	if err != nil {
		return err
	}
	begun, err := m.DB.Begun(m.ctx, c.Alpha2)
	if err != nil {
		return err
	}
	m.years(begun, "country", c.Alpha2)
	q.EveryStage = true
	m.head(
		Bar{Value: "goods-claimed", Count: found.Total, Link: goodsAt(q)},
		Bar{Value: "goods-made", Count: here.Total, Link: goodsAt(made)},
		Bar{Value: "deployments", Count: all, Link: standing("country", c.Alpha2)},
		Bar{Value: "deployments-confirmed", Count: confirmed, Link: deploymentsAt("country", c.Alpha2, "state", string(deploy.Confirmed))},
	)
	return m.by(that, "good", Names, "country", c.Alpha2)
}

// goal is the state of digital public goods for a goal.
func (m *maker) goal() error {
	if n, err := strconv.Atoi(m.Key); err != nil || n < 1 || n > 17 || strconv.Itoa(n) != m.Key {
		return unknown(m.Key)
	}
	q := good.Query{Filters: map[good.Facet][]string{good.FacetSDG: {m.Key}}}
	found, err := m.goods(q, map[good.Facet]Words{good.FacetStage: OfStages, good.FacetKind: OfKinds, good.FacetYear: Years, good.FacetCountry: Countries, good.FacetDevelopedIn: Countries, good.FacetLicence: Licences},
		good.FacetYear, good.FacetStage, good.FacetKind, good.FacetCountry, good.FacetDevelopedIn, good.FacetLicence)
	if err != nil {
		return err
	}
	recognised := 0
	for _, c := range found.Facets[good.FacetStage] {
		if c.Value == string(good.Recognised) {
			recognised = c.Count
		}
	}
	q.EveryStage = true
	m.head(
		Bar{Value: "goods", Count: found.Total, Link: goodsAt(q)},
		Bar{Value: "goods-recognised", Count: recognised, Link: goodsAt(q.With(good.FacetStage, string(good.Recognised)))},
		Bar{Value: "countries", Count: len(found.Facets[good.FacetCountry]), Link: goodsAt(q)},
	)
	return nil
}

// programme is the state of what a programme pays for.
func (m *maker) programme() error {
	if m.Key == "" {
		return unknown(m.Key)
	}
	that := store.DeploymentsThat{Programme: m.Key}
	name, err := m.nameOf(m.ctx, m.Key)
	if err != nil {
		return err
	}
	confirmed, all, err := m.deployments(that, "programme", m.Key)
	if err != nil {
		return err
	}
	if all == 0 {
		return unknown(m.Key)
	}
	m.Name = name
	m.head(
		Bar{Value: "deployments", Count: all, Link: standing("programme", m.Key)},
		Bar{Value: "deployments-confirmed", Count: confirmed, Link: deploymentsAt("programme", m.Key, "state", string(deploy.Confirmed))},
	)
	for _, of := range []struct {
		column string
		words  Words
	}{{"since", Years}, {"country", Countries}, {"good", Names}} {
		if err := m.by(that, of.column, of.words, "programme", m.Key); err != nil {
			return err
		}
	}
	return nil
}

// good is how one good does.
func (m *maker) good() error {
	g, err := m.Goods.Good(m.ctx, m.Key)
	if err != nil {
		return err
	}
	m.Key, m.Name = g.Slug, g.Name
	that := store.DeploymentsThat{Good: g.ID}
	confirmed, all, err := m.deployments(that, "good", g.Slug)
	if err != nil {
		return err
	}
	m.head(
		Bar{Value: "deployments", Count: all, Link: standing("good", g.Slug)},
		Bar{Value: "deployments-confirmed", Count: confirmed, Link: deploymentsAt("good", g.Slug, "state", string(deploy.Confirmed))},
		Bar{Value: "countries-claimed", Count: len(g.Deployments), Link: "/goods/" + g.Slug + "#lands"},
	)
	for _, of := range []struct {
		column string
		words  Words
	}{{"since", Years}, {"country", Countries}, {"programme", Names}} {
		if err := m.by(that, of.column, of.words, "good", g.Slug); err != nil {
			return err
		}
	}
	return nil
}
