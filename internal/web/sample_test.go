package web_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/dumps"
	"stoa/internal/app/goods"
	"stoa/internal/good"
)

// shelf is a few goods in memory that can be asked by a plain scan.
type shelf struct {
	goods    []*good.Good
	sources  map[string]good.Source
	history  map[good.ID][]good.Entry
	moved    map[string]string // old slug → slug
	position int64
	open     []good.OpenCase
	fail     error
	fuzzy    bool
}

var when = time.Date(2026, 7, 10, 9, 30, 0, 0, time.UTC)

func (s *shelf) Position() int64 { return s.position }

func (s *shelf) OpenCases(context.Context) ([]good.OpenCase, error) { return s.open, s.fail }

func (s *shelf) Show(_ context.Context, slug string) (goods.View, error) {
	if s.fail != nil {
		return goods.View{}, s.fail
	}
	v := goods.View{Sources: s.sources}
	if to, ok := s.moved[slug]; ok {
		slug, v.Moved = to, true
	}
	for _, g := range s.goods {
		if g.Slug != slug && string(g.ID) != slug {
			continue
		}
		v.Good, v.Moved, v.History = g, v.Moved || string(g.ID) == slug, s.history[g.ID]
		for _, o := range s.goods {
			if o != g && o.Tombstone == nil && len(v.Similar) < 5 {
				v.Similar = append(v.Similar, o.Card())
			}
		}
		return v, nil
	}
	return v, &good.Error{Kind: good.NotFound, Key: "error.good.unknown", Args: map[string]any{"Slug": slug}}
}

func (s *shelf) Goods(_ context.Context, ids []good.ID) (map[good.ID]*good.Good, error) {
	out := map[good.ID]*good.Good{}
	for _, g := range s.goods {
		if slices.Contains(ids, g.ID) {
			out[g.ID] = g
		}
	}
	return out, s.fail
}

func (s *shelf) Sources(context.Context) (map[string]good.Source, error) { return s.sources, s.fail }

// Entries are those of every good's history.
func (s *shelf) Entries(_ context.Context, from int64, limit int) ([]good.Entry, error) {
	var out []good.Entry
	for _, h := range s.history {
		for _, e := range h {
			if e.Position >= from && e.Position < from+int64(limit) {
				out = append(out, e)
			}
		}
	}
	slices.SortFunc(out, func(a, b good.Entry) int { return cmp.Compare(a.Position, b.Position) })
	return out, s.fail
}

// Newest is a dump of which only the listing is there.
func (s *shelf) Newest(context.Context, bool) (int64, []dumps.File, error) {
	return s.position, []dumps.File{{Name: dumps.Goods, Bytes: 1_234_567, SHA256: strings.Repeat("ab", 32)}, {Name: dumps.Sums, Bytes: 450}}, s.fail
}

// values are what a facet sees in g.
func values(g *good.Good, f good.Facet) []string {
	switch f {
	case good.FacetKind:
		return texts(g.Kinds, func(k good.Kind) string { return string(k) })
	case good.FacetStage:
		return []string{string(g.Stage)}
	case good.FacetSDG:
		return texts(g.Goals, func(x good.Goal) string { return strconv.Itoa(x.SDG) })
	case good.FacetCountry:
		return g.DeploymentCountries()
	case good.FacetDevelopedIn:
		return g.DevelopedIn
	case good.FacetLicence:
		return texts(g.Licences, func(l good.Licence) string { return l.SPDX })
	case good.FacetLanguage:
		return g.Languages
	case good.FacetYear:
		if y := g.FirstSeen(); y != "" {
			return []string{y}
		}
	case good.FacetParty:
		return texts(g.Parties, good.Party.Slug)
	}
	return nil
}

func texts[T any](list []T, f func(T) string) []string {
	out := make([]string, 0, len(list))
	for _, x := range list {
		out = append(out, f(x))
	}
	return out
}

func (s *shelf) Search(_ context.Context, q good.Query) (good.Results, error) {
	if s.fail != nil {
		return good.Results{}, s.fail
	}
	res := good.Results{Facets: map[good.Facet][]good.Count{}, Position: s.position, Fuzzy: s.fuzzy}
	fits := func(g *good.Good, but good.Facet) bool {
		for _, w := range strings.Fields(strings.ToLower(q.Text)) {
			text := g.Name
			for _, s := range g.Summary {
				text += " " + s
			}
			if !strings.Contains(strings.ToLower(text), w) {
				return false
			}
		}
		for f, want := range q.Filters {
			if f != but && !slices.ContainsFunc(values(g, f), func(v string) bool { return slices.Contains(want, v) }) {
				return false
			}
		}
		return g.Tombstone == nil
	}
	counts := map[good.Facet]map[string]int{}
	for _, f := range good.Facets {
		counts[f] = map[string]int{}
	}
	var found []*good.Good
	for _, g := range s.goods {
		hidden := q.Hides() && g.Stage == good.Lapsed
		if fits(g, "") && hidden {
			res.Lapsed++
		} else if fits(g, "") {
			found = append(found, g)
		}
		for _, f := range good.Facets {
			if fits(g, f) && (f == good.FacetStage || !hidden) {
				for _, v := range values(g, f) {
					counts[f][v]++
				}
			}
		}
	}
	for f, m := range counts {
		for _, v := range q.Filters[f] {
			m[v] += 0
		}
		for v, n := range m {
			res.Facets[f] = append(res.Facets[f], good.Count{Value: v, Count: n, Selected: slices.Contains(q.Filters[f], v)})
		}
		slices.SortFunc(res.Facets[f], func(a, b good.Count) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Value, b.Value)) })
	}
	slices.SortFunc(found, func(a, b *good.Good) int { return cmp.Compare(a.Name, b.Name) })
	res.Total = len(found)
	limit := cmp.Or(q.Limit, 20)
	for i := min(q.Offset, len(found)); i < len(found) && i < q.Offset+limit; i++ {
		res.Cards = append(res.Cards, found[i].Card())
	}
	return res, nil
}

const registry = "registry"

// sample is one good as a registry states it.
func sample(n int, name, summary string, kind good.Kind, stage good.Stage, sdgs []int, licence, owner string, used, languages []string) *good.Good {
	id := good.ID(fmt.Sprintf("01HZZZZZZZZZZZZZZZZZ%06d", n))
	f := good.Facts{Name: name, Kinds: []good.Kind{kind}, Summary: good.Text{"en": summary}, Website: "https://" + good.Slugify(name) + ".example",
		Repositories: []good.Link{{URL: "https://github.com/example/" + good.Slugify(name)}}, Documentation: []good.Link{{URL: "https://docs." + good.Slugify(name) + ".example/guide"}},
		Licences: []good.Licence{{SPDX: licence, URL: "https://github.com/example/" + good.Slugify(name) + "/blob/main/LICENSE"}}, Languages: languages, DevelopedIn: []string{"NO", "IN"},
		Parties: []good.Party{{Name: owner, Role: good.Owner, Website: "https://owner.example"}}, Sectors: []string{"health"}, Standards: []string{"FHIR R4", "OpenAPI 3.1"},
		Standing:    &good.Standing{State: stage, Issuer: "Digital Public Goods Alliance", First: "2023-05-31", Last: "2026-07-10", URL: "https://registry.example/" + good.Slugify(name)},
		Identifiers: map[string]string{"dpgid": fmt.Sprintf("GID%07d", n)},
		Answers: []good.Answer{{Indicator: "3", Question: "ownership", Text: "The copyright is held by " + owner + ".", Links: []good.Link{{URL: "https://owner.example/terms"}}},
			{Indicator: "4", Question: "platform-independent", Text: "Yes"}, {Indicator: "5", Question: "documentation", Text: "https://docs.example"},
			{Indicator: "9a", Question: "personal-data", Text: "Yes"}, {Indicator: "9b", Question: "content", Text: "No"}},
		Cite: map[good.Field]string{"": "https://registry.example/" + good.Slugify(name)}}
	for _, s := range sdgs {
		f.Goals = append(f.Goals, good.Goal{SDG: s, Relevance: "It helps a country to count everybody, so that nobody is left out of services."})
	}
	for _, c := range used {
		f.Deployments = append(f.Deployments, good.Deployment{Country: c})
	}
	if stage == good.Lapsed {
		f.Standing.State, f.Standing.Last = good.Recognised, "2025-06-27"
	}
	g := good.Merge([]good.Record{{Source: registry, ForeignID: strconv.Itoa(n), Good: id, Seen: "2026-07-10", Facts: f}}, sampleSources)
	g.ID, g.Slug, g.Created, g.Updated, g.Version, g.Position = id, good.Slugify(name), when, when.Add(time.Duration(n)*time.Hour), 1, int64(n)
	return &g
}

var sampleSources = map[string]good.Source{
	registry: {ID: registry, Name: "Sample Registry", URL: "https://registry.example", Issuer: "Digital Public Goods Alliance", Priority: 60, AsOf: "2026-07-10"},
	"person": {ID: "person", Name: "Stated here", Person: true, Priority: 100},
}

// samples is a shelf of goods of every kind and stage.
func samples() *shelf {
	s := &shelf{sources: sampleSources, history: map[good.ID][]good.Entry{}, moved: map[string]string{"dhis-2": "dhis2"}, position: 48211}
	s.goods = []*good.Good{
		sample(1, "OpenCRVS", "Civil registration for countries: births, deaths and marriages recorded from the village to the ministry, online and offline. It takes birth registration to where the births are.", good.Software, good.Recognised, []int{16, 3, 10}, "MPL-2.0", "Plan International", []string{"BD", "NE", "ZM", "KE"}, []string{"en", "fr", "bn", "ar"}),
		sample(2, "MOSIP", "A foundation on which a country builds its own digital identity: enrolment, deduplication, authentication, credentials.", good.Software, good.Recognised, []int{16, 9}, "MPL-2.0", "IIIT Bangalore", []string{"IN", "ET", "PH", "MA"}, []string{"en", "fr", "ar"}),
		sample(3, "DHIS2", "Health information a whole country can see: collect, check, analyse and map routine data, on the web and on Android.", good.Software, good.RenewalDue, []int{3}, "BSD-3-Clause", "University of Oslo", strings.Fields("KE UG TZ RW BD NE ZM IN NO GH NG SN ML BF CI CM TD CD CG MZ MW ZW"), []string{"en", "fr", "es", "pt", "ar", "zh"}),
		sample(4, "Humanitarian Data Exchange", "An open platform for sharing data across crises and organisations: find, use and bring thousands of data sets from a single place.", good.Data, good.Recognised, []int{1, 2, 17}, "CC-BY-4.0", "OCHA", []string{"KE", "SY"}, []string{"en"}),
		sample(5, "Masakhane MT", "Translation models for African languages, trained by the people who speak them.", good.AI, good.Nominated, []int{4, 10}, "Apache-2.0", "Masakhane", nil, []string{"sw", "yo", "zu"}),
		sample(6, "Open Contracting Data Standard", "A common way to publish what governments buy, from planning to delivery, so that anybody can follow the money.", good.Standard, good.Lapsed, []int{16}, "Apache-2.0", "Open Contracting Partnership", []string{"UA", "CO", "PY"}, []string{"en", "es", "uk"}),
		sample(7, "African Storybook", "Picture stories in the languages of Africa for children who learn to read, free to print, translate and adapt.", good.Content, good.Recognised, []int{4}, "CC-BY-4.0", "Saide", []string{"ZA", "KE", "UG", "RW"}, []string{"en", "fr", "sw", "zu"}),
		sample(8, "Old Ledger", "A ledger that its makers ended.", good.Software, good.NotEligible, []int{8}, "GPL-3.0-or-later", "Nobody Inc", nil, []string{"en"}),
	}
	s.goods[2].Aliases = []string{"District Health Information Software 2", "HISP"}
	s.goods[0].Summary["fr"] = "L’état civil pour les pays : naissances, décès et mariages enregistrés du village au ministère."
	s.goods[0].Summary["ar"] = "السجل المدني للبلدان: تسجيل المواليد والوفيات والزواج من القرية إلى الوزارة."
	record, _ := json.Marshal(good.Record{Source: registry, ForeignID: "1", Seen: "2026-07-10", Facts: s.goods[0].Facts}) // plain data always marshals
	s.history[s.goods[0].ID] = []good.Entry{
		{Position: 48000, Time: when, Actor: good.Actor{Role: "importer"}, Verb: good.RecordStated, Subjects: []good.ID{s.goods[0].ID}, Values: []good.Value{{Name: "record", Data: record}}},
		{Position: 300, Time: when.AddDate(-1, 0, 0), Actor: good.Actor{Role: "operator"}, Verb: good.StageChanged, Subjects: []good.ID{s.goods[0].ID}, Values: []good.Value{{Name: "stage", Data: []byte(`{"from":"nominated","to":"recognised","reason":"Seen on the registry’s list."}`)}}},
		{Position: 299, Time: when.AddDate(-1, 0, 0), Actor: good.Actor{Role: "importer"}, Verb: good.GoodCreated, Subjects: []good.ID{s.goods[0].ID}},
	}
	gone := sample(9, "Gone Good", "It was here.", good.Software, good.Removed, nil, "MIT", "Somebody", nil, nil)
	gone.Stage, gone.Tombstone = good.Removed, &good.Tombstone{Reason: "It was entered twice by mistake.", At: when, By: "operator"}
	s.goods = append(s.goods, gone)
	s.open = []good.OpenCase{
		{ID: "01HZZZZZZZZZZZZZZZZZZZZZZZ", Source: "Sample Registry", ForeignID: "10142", Name: "Mifos", Reasons: []string{"may-be: dhis2", "country-unknown: Atlantis"}, Since: when},
		{ID: "01HZZZZZZZZZZZZZZZZZZZZZZY", Source: "Sample Registry", ForeignID: "empty.json", Reasons: []string{"empty-file"}, Since: when},
	}
	return s
}

// many is a shelf of n goods.
func many(t testing.TB, n int) *shelf {
	t.Helper()
	s := samples()
	base := s.goods[:8]
	s.goods = nil
	for i := range n {
		g := *base[i%len(base)]
		g.ID, g.Slug = good.ID(fmt.Sprintf("01HZZZZZZZZZZZZZZZZZ%06d", i)), fmt.Sprintf("%s-%d", g.Slug, i)
		g.Name = fmt.Sprintf("%s %d", g.Name, i)
		s.goods = append(s.goods, &g)
	}
	return s
}

// ConflictsOf implements web.Goods: nobody corrected anything.
func (s *shelf) ConflictsOf(context.Context, access.Who, string) ([]goods.Clash, error) {
	return nil, nil
}
