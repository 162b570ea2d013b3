package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/standards"
)

// registry is a registry small enough to be searched by a plain scan.
type registry struct {
	goods    []*good.Good
	old      map[string]good.ID // old slug or foreign id → good
	position atomic.Int64
	sources  map[string]good.Source // if not the usual ones
	entries  []good.Entry           // if not the usual ones
	broken   error                  // every question fails with it
	panics   bool
}

var day = time.Date(2026, 7, 10, 9, 30, 0, 0, time.UTC)

func id(n int) good.ID { return good.ID(fmt.Sprintf("01JZX4T9W2QK8N5V3B7C6D%04d", n)) }

// newRegistry holds 60 goods; 0 is whole, 1 removed, 2 merged into 0.
func newRegistry() *registry {
	r := &registry{old: map[string]good.ID{"dhis-2": id(0), "11234": id(0)}}
	for n := range 60 {
		g := &good.Good{ID: id(n), Slug: fmt.Sprintf("good-%02d", n), Stage: good.Nominated, Created: day, Updated: day, Version: 1, Position: int64(n),
			From: map[good.Field]good.Origin{good.FieldName: {Source: "dpga-v1", ForeignID: strconv.Itoa(n), Seen: "2026-07-10"}}, Records: []good.Origin{{Source: "dpga-v1", ForeignID: strconv.Itoa(n)}}}
		g.Name, g.Kinds = fmt.Sprintf("Good %02d", n), []good.Kind{good.Kinds[n%5]}
		g.Goals = []good.Goal{{SDG: n%17 + 1}}
		g.Licences = []good.Licence{{SPDX: []string{"MIT", "CC-BY-4.0"}[n%2]}}
		g.Summary = good.Text{"en": "Records of health"}
		r.goods = append(r.goods, g)
	}
	g := r.goods[0]
	g.Slug, g.Name, g.Stage = "dhis2", `DHIS2 <script>alert(1)</script>`, good.Recognised
	g.Aliases, g.Website = []string{"District Health Information Software"}, "https://dhis2.org"
	g.Summary = good.Text{"en": "Health information", "fr": "Information sanitaire", "ar": "معلومات صحية"}
	g.Repositories = []good.Link{{URL: "https://github.com/dhis2/dhis2-core"}}
	g.Documentation = []good.Link{{Name: "Guide", URL: "https://docs.dhis2.org"}}
	g.Licences[0].URL = "https://github.com/dhis2/dhis2-core/blob/master/LICENSE"
	g.Sectors, g.Languages, g.DevelopedIn, g.Standards = []string{"health"}, []string{"en", "fr"}, []string{"NO"}, []string{"FHIR"}
	g.Parties = []good.Party{{Name: "University of Oslo", Role: good.Owner, Website: "https://uio.no"}}
	g.Deployments = []good.Deployment{{Country: "KE", By: "Ministry of Health", Since: "2011"}, {Country: "BD"}}
	g.Answers = []good.Answer{{Indicator: "4", Question: "platform-independent", Text: "Yes", Links: []good.Link{{URL: "https://example.org"}}}}
	g.Identifiers = map[string]string{"dpgid": "GID0090000"}
	g.Recognitions = []good.Recognition{{Issuer: "DPGA", Reported: true, State: good.Recognised, First: "2020-05-01", Last: "2026-07-10", Source: "dpga-v1"}}
	g.From[good.FieldDeployments+"/KEMinistry of Health"] = good.Origin{Source: "dpga-v1", ForeignID: "0", URL: "https://example.org/0"}
	r.goods[1].Tombstone, r.goods[1].Stage = &good.Tombstone{Reason: "asked for by its owner", At: day, By: "operator"}, good.Removed
	r.goods[2].Tombstone, r.goods[2].Stage = &good.Tombstone{Reason: "the same", At: day, By: "operator", Into: id(0)}, good.Merged
	r.position.Store(100)
	return r
}

func (r *registry) check() error {
	if r.panics {
		panic("boom")
	}
	return r.broken
}

func (r *registry) Position() int64 { return r.position.Load() }

func values(g *good.Good, f good.Facet) (out []string) {
	switch f {
	case good.FacetKind:
		return words(g.Kinds)
	case good.FacetStage:
		return []string{string(g.Stage)}
	case good.FacetSDG:
		return each(g.Goals, func(o good.Goal) string { return strconv.Itoa(o.SDG) })
	case good.FacetLicence:
		return each(g.Licences, func(l good.Licence) string { return l.SPDX })
	case good.FacetCountry:
		return g.DeploymentCountries()
	case good.FacetDevelopedIn:
		return g.DevelopedIn
	case good.FacetLanguage:
		return g.Languages
	case good.FacetParty:
		return each(g.Parties, good.Party.Slug)
	}
	return nil
}

func matches(g *good.Good, q good.Query, but good.Facet) bool {
	if g.Tombstone != nil || !strings.Contains(strings.ToLower(g.Name+" "+g.Summary["en"]), strings.ToLower(q.Text)) {
		return false
	}
	for f, want := range q.Filters {
		if f != but && !slices.ContainsFunc(values(g, f), func(v string) bool { return slices.Contains(want, v) }) {
			return false
		}
	}
	return true
}

func (r *registry) Search(_ context.Context, q good.Query) (good.Results, error) {
	if err := r.check(); err != nil {
		return good.Results{}, err
	}
	res := good.Results{Position: r.position.Load(), Facets: map[good.Facet][]good.Count{}}
	var cards []good.Card
	for _, g := range r.goods {
		if matches(g, q, "") && q.Hides() && g.Stage == good.Lapsed {
			res.Lapsed++
		} else if matches(g, q, "") {
			cards = append(cards, g.Card())
		}
	}
	slices.SortFunc(cards, func(a, b good.Card) int { return cmp.Compare(a.Name, b.Name) })
	res.Total = len(cards)
	from := min(q.Offset, len(cards))
	res.Cards = cards[from:min(from+cmp.Or(q.Limit, 20), len(cards))]
	for _, f := range good.Facets {
		counts := map[string]int{}
		for _, g := range r.goods {
			if matches(g, q, f) && (f == good.FacetStage || !q.Hides() || g.Stage != good.Lapsed) {
				for _, v := range values(g, f) {
					counts[v]++
				}
			}
		}
		for _, v := range slices.Sorted(maps.Keys(counts)) {
			res.Facets[f] = append(res.Facets[f], good.Count{Value: v, Count: counts[v], Selected: slices.Contains(q.Filters[f], v)})
		}
		slices.SortStableFunc(res.Facets[f], func(a, b good.Count) int { return b.Count - a.Count })
	}
	return res, nil
}

func (r *registry) Good(_ context.Context, slugOrID string) (*good.Good, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	for _, g := range r.goods {
		if g.Slug == slugOrID || string(g.ID) == slugOrID || r.old[slugOrID] == g.ID {
			return g, nil
		}
	}
	return nil, &good.Error{Kind: good.NotFound, Key: "error.good.unknown"}
}

func (r *registry) Goods(_ context.Context, ids []good.ID) (map[good.ID]*good.Good, error) {
	out := map[good.ID]*good.Good{}
	for _, g := range r.goods {
		if slices.Contains(ids, g.ID) {
			out[g.ID] = g
		}
	}
	return out, r.check()
}

func (r *registry) History(_ context.Context, of good.ID, limit int) ([]good.Entry, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if r.entries != nil {
		return r.entries[:min(limit, len(r.entries))], nil
	}
	value := func(name string, v any) good.Value {
		data, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return good.Value{Name: name, Data: data, Salt: []byte("secret salt")}
	}
	erased := day.Add(time.Hour)
	record := good.Record{Source: "dpga-v1", ForeignID: "0", Good: of, Seen: "2026-07-10", Facts: good.Facts{Name: "DHIS2", Languages: []string{"en"}, Cite: map[good.Field]string{"": "https://x"}}}
	all := []good.Entry{
		{Position: 40, Time: day, Actor: good.Actor{Role: "operator", Pseudonym: "quiet-heron"}, Verb: good.StageChanged, Subjects: []good.ID{of}, Values: []good.Value{value("stage", map[string]string{"from": "recognised", "to": "lapsed", "reason": "left the listing"})}},
		{Position: 30, Time: day, Actor: good.Actor{Role: "operator"}, Verb: good.GoodRenamed, Subjects: []good.ID{of}, Values: []good.Value{value("slug", "dhis2"), value("reason", "its own spelling")}},
		{Position: 20, Time: day, Actor: good.Actor{Role: "importer"}, Verb: good.RecordStated, Subjects: []good.ID{of}, Values: []good.Value{value("record", record)}},
		{Position: 10, Time: day, Actor: good.Actor{Role: "importer"}, Verb: good.RecordStated, Subjects: []good.ID{of}, Values: []good.Value{{Name: "record", Erased: &erased}, value("unknown", "unheard-of")}},
		{Position: 9, Time: day, Actor: good.Actor{Role: "importer"}, Verb: good.RecordMoved, Subjects: []good.ID{of}, Values: []good.Value{value("record", "dpga-v1/0"), {Name: "reason", Data: []byte("{broken")}}},
	}
	return all[:min(limit, len(all))], nil
}

func (r *registry) Sources(context.Context) (map[string]good.Source, error) {
	if r.sources != nil {
		return r.sources, r.check()
	}
	return map[string]good.Source{"person": {ID: "person", Name: "Stoa", Person: true, Priority: 100},
		"dpga-v1": {ID: "dpga-v1", Name: "DPG Registry", URL: "https://example.org", Issuer: "DPGA", Priority: 20, AsOf: "2026-07-10"}}, r.check()
}

func (r *registry) Suggest(_ context.Context, prefix, _ string, n int) (out []good.Card) {
	for _, g := range r.goods {
		if g.Tombstone == nil && strings.HasPrefix(strings.ToLower(g.Name), strings.ToLower(prefix)) && len(out) < n {
			out = append(out, g.Card())
		}
	}
	return out
}

var errBroken = errors.New("disk on fire at 198.51.100.7")

const base = "https://stoa.example"

// serving returns the API over r.
func serving(t testing.TB, r *registry) http.Handler {
	t.Helper()
	sets, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(Config{Goods: r, Registry: r, Standards: sets, BaseURL: base, Version: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	return h
}
