// Package topic holds the pages that gather goods around one thing: a country,
// a goal, a kind, an organisation, a licence; and the list of countries.
package topic

import (
	"cmp"
	"context"
	_ "embed"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
	"stoa/internal/worldmap"
)

// Style is the style of these pages.
//
//go:embed topic.css
var Style []byte

// Goods is what the pages ask of the goods.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
	Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error)
}

// Directory is what is kept beside goods.
type Directory interface {
	Organisation(ctx context.Context, slug string) (o good.Organisation, found bool, err error)
	Countries(ctx context.Context) (map[string]good.CountryNote, error)
}

// shown is how many goods a page names before it links to all.
const shown = 10

// barsShown is how many values of a facet a page shows.
const barsShown = 8

// fact is one line of what is known of a topic.
type fact struct {
	Label, Text string
	Link        string // where it leads, or ""
}

// section is a list of goods on the page with the filter that gives all.
type section struct {
	ID, Heading string
	Facet       good.Facet
	Value       string
	Results     good.Results
	Every       bool // lapsed goods are shown, for there are no others
}

// query finds the goods of the section.
func (s section) query() good.Query {
	return good.Query{Filters: map[good.Facet][]string{s.Facet: {s.Value}}, EveryStage: s.Every}
}

// bars are the goods of a topic by another facet.
type bars struct {
	Heading string
	Facet   good.Facet
	Counts  []good.Count
}

// model is what a topic's page shows.
type model struct {
	*page.Frame
	Heading  string
	Lede     string
	LedeIn   string
	Facts    []fact
	Shape    *worldmap.Shape
	Sections []section
	Bars     []bars
}

// place is a country, how many goods are said to be in use there and how many
// deployments are confirmed.
type place struct {
	Code, Name string
	Count      int
	Confirmed  int
	Pathfinder bool
}

// find adds the goods with one value of a facet to the page, lapsed ones where
// there are no others.
func (m *model) find(r *http.Request, goods Goods, id, heading string, facet good.Facet, value string) error {
	s := section{ID: id, Heading: heading, Facet: facet, Value: value}
	for {
		q := s.query()
		q.Limit, q.Lang = shown, m.Code
		var err error
		if s.Results, err = goods.Search(r.Context(), q); err != nil {
			return err
		}
		if s.Every || s.Results.Total > 0 || s.Results.Lapsed == 0 {
			m.Sections = append(m.Sections, s)
			return nil
		}
		s.Every = true
	}
}

// gather shows the goods of the first section by other facets.
func (m *model) gather(facets ...good.Facet) {
	for _, f := range facets {
		if counts := m.Sections[0].Results.Facets[f]; len(counts) > 0 {
			m.Bars = append(m.Bars, bars{m.Facet(f), f, counts[:min(barsShown, len(counts))]})
		}
	}
}

// both is the address of the goods of the first section with one more value.
func (m *model) both(facet good.Facet, value string) good.Query {
	s := m.Sections[0]
	q := s.query()
	q.Filters[facet] = []string{value}
	return q
}

// label is a facet's value in words.
func (m *model) label(f good.Facet, value string) string {
	switch f {
	case good.FacetKind:
		return m.Kind(good.Kind(value))
	case good.FacetStage:
		return m.Stage(good.Stage(value))
	case good.FacetSDG:
		n, _ := strconv.Atoi(value) // the catalogue gives only numbers
		return m.Digits(n) + " " + m.Goal(n)
	case good.FacetCountry, good.FacetDevelopedIn:
		return m.Country(value)
	case good.FacetLanguage:
		return m.Language(value)
	}
	return value
}

// share is a count's share of the most there is, in percent.
func share(counts []good.Count, n int) int {
	most := 1
	for _, c := range counts {
		most = max(most, c.Count)
	}
	return max(1, 100*n/most)
}

func unknown(name string) error {
	return &good.Error{Kind: good.NotFound, Key: "error.topic.unknown", Args: map[string]any{"Name": name}}
}

// Goal answers /sdgs/{n}.
func Goal(goods Goods) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil || n < 1 || n > 17 || strconv.Itoa(n) != r.PathValue("n") {
			return unknown(r.PathValue("n"))
		}
		if page.Fresh(w, r, f) {
			return nil
		}
		m := &model{Frame: f, Heading: f.T("web.topic.goal", "Number", n, "Name", f.SDG(n)), Lede: f.T("web.topic.goal.lede")}
		m.Facts = []fact{{f.T("web.topic.read"), "sdgs.un.org", "https://sdgs.un.org/goals/goal" + strconv.Itoa(n)}}
		if err := m.find(r, goods, "goods", f.T("web.topic.goods"), good.FacetSDG, strconv.Itoa(n)); err != nil {
			return err
		}
		m.gather(good.FacetKind, good.FacetStage, good.FacetCountry)
		return m.write(w, r)
	}
}

// Kind answers /kinds/{kind}.
func Kind(goods Goods) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		k := good.Kind(r.PathValue("kind"))
		if small := good.Kind(strings.ToLower(string(k))); small != k && slices.Contains(good.Kinds, small) {
			http.Redirect(w, r, f.Prefix+"/kinds/"+string(small), http.StatusMovedPermanently)
			return nil
		}
		if !slices.Contains(good.Kinds, k) {
			return unknown(string(k))
		}
		if page.Fresh(w, r, f) {
			return nil
		}
		m := &model{Frame: f, Heading: f.Kind(k), Lede: f.T("web.home.kind." + string(k))}
		if err := m.find(r, goods, "goods", f.T("web.topic.goods"), good.FacetKind, string(k)); err != nil {
			return err
		}
		m.gather(good.FacetSDG, good.FacetStage, good.FacetLicence, good.FacetCountry)
		return m.write(w, r)
	}
}

// Licence answers /licences/{spdx}.
func Licence(goods Goods) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		id := r.PathValue("spdx")
		l, ok := vocab.LicenceByID(id)
		if current, found := vocab.FindLicence(id); found && current != id {
			http.Redirect(w, r, f.Prefix+"/licences/"+page.PathEscape(current), http.StatusMovedPermanently)
			return nil
		}
		if !ok {
			return unknown(id)
		}
		if page.Fresh(w, r, f) {
			return nil
		}
		m := &model{Frame: f, Heading: cmp.Or(l.Name, l.ID), Lede: f.Licence(id)}
		var accepted []string
		for _, k := range l.AcceptedFor {
			accepted = append(accepted, f.Kind(k))
		}
		who := f.T("web.topic.licence.nobody")
		if len(accepted) > 0 {
			who = f.T("web.topic.licence.accepted", "Kinds", f.List(accepted))
		}
		m.Facts = []fact{{"SPDX", l.ID, l.URL}, {f.T("web.topic.licence.dpg"), who, ""}, {f.T("web.topic.licence.osi"), f.T(yesNo(l.OSI)), ""}}
		if err := m.find(r, goods, "goods", f.T("web.topic.goods"), good.FacetLicence, id); err != nil {
			return err
		}
		m.gather(good.FacetKind, good.FacetSDG)
		return m.write(w, r)
	}
}

func yesNo(b bool) string {
	if b {
		return "web.topic.yes"
	}
	return "web.topic.no"
}

// Organisation answers /organisations/{slug}.
func Organisation(goods Goods, dir Directory) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		slug := r.PathValue("slug")
		o, known, err := dir.Organisation(r.Context(), slug)
		if err != nil {
			return err
		}
		m := &model{Frame: f, Heading: o.Name}
		if err := m.find(r, goods, "goods", f.T("web.topic.goods"), good.FacetParty, slug); err != nil {
			return err
		}
		found := m.Sections[0].Results
		if found.Total == 0 && !known {
			return unknown(slug)
		}
		if page.Fresh(w, r, f) {
			return nil
		}
		if err := m.party(r.Context(), goods, slug, o.Website, found.Cards); err != nil {
			return err
		}
		m.Lede, m.LedeIn = o.Summary.In(f.Code)
		if o.Country != "" {
			m.Facts = append(m.Facts, fact{f.T("web.topic.country"), f.Country(o.Country), f.Prefix + "/countries/" + o.Country})
		}
		m.gather(good.FacetKind, good.FacetSDG, good.FacetCountry)
		return m.write(w, r)
	}
}

// party takes the organisation's name and roles from its goods, and its website
// where site, that of the directory, is not known.
func (m *model) party(ctx context.Context, goods Goods, slug, site string, cards []good.Card) error {
	var ids []good.ID
	for _, c := range cards {
		ids = append(ids, c.ID)
	}
	whole, err := goods.Goods(ctx, ids)
	if err != nil {
		return err
	}
	roles := map[good.Role]bool{}
	for _, id := range ids {
		if whole[id] == nil {
			continue
		}
		for _, p := range whole[id].Parties {
			if p.Slug() == slug {
				m.Heading = cmp.Or(m.Heading, p.Name)
				site = cmp.Or(site, p.Website)
				roles[p.Role] = true
			}
		}
	}
	m.Heading = cmp.Or(m.Heading, slug)
	var names []string
	for _, role := range []good.Role{good.Owner, good.Maintainer, good.Funder, good.Implementer, good.Host} {
		if roles[role] {
			names = append(names, m.Role(role))
		}
	}
	if len(names) > 0 {
		m.Facts = append(m.Facts, fact{m.T("web.topic.roles"), m.List(names), ""})
	}
	if site != "" {
		m.Facts = append(m.Facts, fact{m.T("web.topic.website"), page.Host(site), site})
	}
	return nil
}

func (m *model) write(w http.ResponseWriter, r *http.Request) error {
	m.Title = m.Heading
	m.Description = cmp.Or(m.Lede, m.T("web.home.lede"))
	return page.Write(w, r, m.Frame, http.StatusOK, topic(m))
}
