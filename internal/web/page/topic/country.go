package topic

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/countries"
	"stoa/internal/call"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
	"stoa/internal/worldmap"
)

// Lands is what the pages of countries need. App is nil where no deployments
// are kept: then they tell what sources say alone.
type Lands struct {
	Goods     Goods
	Directory Directory
	App       *app.App
}

// Routes are the pages of countries and regions.
func (l Lands) Routes() []page.Route {
	out := []page.Route{
		{Pattern: "GET /countries", Act: access.Public, Handler: l.all},
		{Pattern: "GET /countries/{iso}", Act: access.Public, Handler: l.country},
	}
	if l.App == nil {
		return out
	}
	return append(out, []page.Route{
		{Pattern: "GET /countries.csv", Act: access.Public, Handler: l.table},
		{Pattern: "GET /countries/compare", Act: access.Public, Handler: l.compare},
		{Pattern: "GET /countries/{iso}/feed.atom", Act: access.Public, Handler: l.feed},
		{Pattern: "GET /regions/{region}", Act: access.Public, Handler: l.region},
		{Pattern: "GET /countries/{iso}/readiness", Act: access.Public, Handler: l.ready},
		{Pattern: "GET /countries/{iso}/readiness.csv", Act: access.Public, Handler: l.readyTable},
		{Pattern: "GET /countries/{iso}/readiness/edit", Act: access.KeepCountry, Handler: l.answers},
		{Pattern: "POST /countries/{iso}/readiness", Act: access.KeepCountry, Handler: l.answered},
		{Pattern: "GET /countries/{iso}/edit", Act: access.KeepCountry, Handler: l.edit},
		{Pattern: "POST /countries/{iso}", Act: access.KeepCountry, Handler: l.described},
	}...)
}

// land is what the page of a country shows.
type land struct {
	*model
	app.View
	Near []place // countries of the same part of the world
	In   vocab.Region
	Kept bool          // deployments are kept here
	List *standard.Set // the checklist that it answered, or can answer
}

// found is the country of the address; where the address is another one for it,
// the reader was sent on.
func found(w http.ResponseWriter, r *http.Request, f *page.Frame) (c vocab.Country, here bool, err error) {
	code := r.PathValue("iso")
	if c, here = vocab.CountryByCode(code); here {
		return c, true, nil
	}
	c, known := vocab.FindCountry(code)
	if !known {
		return c, false, unknown(code)
	}
	http.Redirect(w, r, f.Prefix+"/countries/"+c.Alpha2, http.StatusMovedPermanently)
	return c, false, nil
}

// country answers /countries/{iso}.
func (l Lands) country(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	c, here, err := found(w, r, f)
	if err != nil || !here {
		return err
	}
	m := &land{model: &model{Frame: f, Heading: f.Country(c.Alpha2)}, Kept: l.App != nil}
	m.View.Code = c.Alpha2
	f.Here = "countries"
	if m.Kept {
		if m.View, err = l.App.Show(r.Context(), f.Reader(), c.Alpha2); err != nil {
			return err
		}
		m.List = l.App.Checklist(m.Land.Standard)
		if page.FreshUntil(w, r, f, time.Minute, m.Seen()) {
			return nil
		}
	}
	if err := l.sourced(r, m, c); err != nil {
		return err
	}
	m.Title = m.Heading
	m.Description = cmp.Or(m.Lede, f.T("web.countries.lede"))
	return page.Write(w, r, f, http.StatusOK, country(m))
}

// sourced adds what sources say of a country.
func (l Lands) sourced(r *http.Request, m *land, c vocab.Country) error {
	notes, err := l.Directory.Countries(r.Context())
	if err != nil {
		return err
	}
	if shape, ok := worldmap.Country(c.Alpha2); ok {
		m.Shape = &shape
	}
	note := notes[c.Alpha2]
	m.Lede, m.LedeIn = m.Land.Text.In(m.Frame.Code)
	if m.Lede == "" {
		m.Lede, m.LedeIn = note.Summary.In(m.Frame.Code)
	}
	if note.Pathfinder != "" {
		m.Facts = append(m.Facts, fact{m.T("web.topic.pathfinder"), m.Date(note.Pathfinder), note.URL})
	}
	if in, ok := vocab.RegionOf(c); ok && m.Kept {
		m.In = in
		m.Facts = append(m.Facts, fact{m.T("land.region"), m.Region(in.Code), m.Prefix + "/regions/" + in.Slug})
	}
	if err := m.find(r, l.Goods, "use", m.T("web.topic.use"), good.FacetCountry, c.Alpha2); err != nil {
		return err
	}
	if err := m.find(r, l.Goods, "made", m.T("web.topic.made"), good.FacetDevelopedIn, c.Alpha2); err != nil {
		return err
	}
	m.Near = neighbours(m.Frame, m.Sections[0].Results, c)
	if m.Sections[0].Results.Total > 0 {
		m.gather(good.FacetSDG, good.FacetKind, good.FacetStage)
	}
	return nil
}

// neighbours are the countries of the same part of the world by goods in use;
// a facet's counts ignore its own selection, so they are there already.
func neighbours(f *page.Frame, res good.Results, c vocab.Country) []place {
	var out []place
	for _, n := range res.Facets[good.FacetCountry] {
		if other, ok := vocab.CountryByCode(n.Value); ok && other.Subregion == c.Subregion && other.Alpha2 != c.Alpha2 && n.Count > 0 {
			out = append(out, place{Code: n.Value, Name: f.Country(n.Value), Count: n.Count})
		}
	}
	return out[:min(barsShown, len(out))]
}

// used is the address of deployments in the country.
func (m *land) used(stage deploy.Stage, state deploy.State) string {
	return inUse(m.View.Code, "", stage, state)
}

// inUse is the address of a list of deployments.
func inUse(country, organisation string, stage deploy.Stage, state deploy.State) string {
	out := "/deployments?country=" + country
	for _, p := range []page.Pair{{Name: "organisation", Value: organisation}, {Name: "stage", Value: string(stage)}, {Name: "state", Value: string(state)}} {
		if p.Value != "" {
			out += "&" + p.Name + "=" + p.Value
		}
	}
	return out
}

// goal is the number of a topic that is an SDG.
func goal(value string) int { n, _ := strconv.Atoi(value); return n }

// most is the largest count among topics.
func most(list []app.Topic) int {
	out := 1
	for _, t := range list {
		out = max(out, t.Goods)
	}
	return out
}

// closes says until when a call takes entries.
func (m *land) closes(c call.Call) string { return m.Day(c.Until) }

// title is what a call is called in the page's language, or in another; tongue
// is which.
func title(f *page.Frame, c call.Call) string  { s, _ := c.Title.In(f.Code); return s }
func tongue(f *page.Frame, c call.Call) string { _, lang := c.Title.In(f.Code); return lang }

// roles are as what a member belongs to the alliance.
func roles(f *page.Frame, m alliance.Member) string {
	var out []string
	for _, r := range m.Roles {
		out = append(out, f.T("alliance.role."+string(r)))
	}
	return f.List(out)
}

// kinds are the kinds of help of an offer, in words.
func (m *land) kinds(list []string) string {
	var out []string
	for _, k := range list {
		out = append(out, m.T("help.kind."+k))
	}
	return m.Frame.List(out)
}

// near names the countries nearby that have what is missing here.
func (m *land) near(g app.Gap) string {
	var names []string
	for _, code := range g.Near {
		names = append(names, m.Country(code))
	}
	return m.Frame.List(names)
}

// past tells the history of what the country says.
func (m *land) past() page.Past { return page.Past{Frame: m.Frame} }

// speaks says whether there is more of the country's own words than its first
// text and its answers to the checklist.
func (m *land) speaks() bool {
	return len(m.told())+len(m.Land.SDGs)+len(m.Land.Sectors)+len(m.Land.Offices)+len(m.Land.Links) > 0
}

// told are the other languages in which the country speaks.
func (m *land) told() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(m.Land.Text)), func(lang string) bool { return lang == m.LedeIn })
}

// compareWith is the address of a comparison with the countries that have most
// in common: those of the same part of the world.
func (m *land) compareWith() string {
	out := "/countries/compare?c=" + m.View.Code
	for _, p := range m.Near[:min(1, len(m.Near))] {
		out += "&c=" + p.Code
	}
	return out
}

// all answers /countries: every country there is, by region.
func (l Lands) all(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	f.Here, f.Title, f.Description = "countries", f.T("web.countries.title"), f.T("web.countries.lede")
	res, err := l.Goods.Search(r.Context(), good.Query{Limit: 1, Lang: f.Code})
	if err != nil {
		return err
	}
	notes, err := l.Directory.Countries(r.Context())
	if err != nil {
		return err
	}
	said, confirmed, lead := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, c := range res.Facets[good.FacetCountry] {
		said[c.Value] = c.Count
	}
	if l.App != nil {
		all, err := l.App.All(r.Context())
		if err != nil {
			return err
		}
		for _, c := range all {
			confirmed[c.Code], lead[c.Code] = c.Running, c.Pathfinder
		}
	}
	m := &world{Frame: f, Places: map[string][]place{}, Kept: l.App != nil}
	for _, c := range vocab.Countries() {
		m.Places[c.Region] = append(m.Places[c.Region], place{c.Alpha2, f.Country(c.Alpha2), said[c.Alpha2], confirmed[c.Alpha2], lead[c.Alpha2] || notes[c.Alpha2].Pathfinder != ""})
	}
	for name, places := range m.Places {
		slices.SortFunc(places, func(a, b place) int { return f.CompareCountries(a.Code, b.Code) })
		m.Regions = append(m.Regions, name)
	}
	slices.SortFunc(m.Regions, func(a, b string) int { return strings.Compare(f.T(regionKey(a)), f.T(regionKey(b))) })
	return page.Write(w, r, f, http.StatusOK, countries(m))
}

// world is what the list of countries shows.
type world struct {
	*page.Frame
	Regions []string           // by name in the page's language
	Places  map[string][]place // by region
	Kept    bool
}

// slug is the address of a continent's name; "" of one that has no page.
func (m *world) slug(region string) string {
	for _, r := range vocab.Regions() {
		if r.Name == region && m.Kept {
			return r.Slug
		}
	}
	return ""
}

func regionKey(region string) string {
	return "web.region." + strings.ToLower(cmp.Or(region, "Antarctica"))
}

func regionID(region string) string { return "in-" + strings.ToLower(region) }
