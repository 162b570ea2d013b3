package catalog

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/good"
)

func named(id, name string, more ...func(*good.Good)) *good.Good {
	g := &good.Good{ID: good.ID(id), Slug: good.Slugify(name), Stage: good.Nominated, Facts: good.Facts{Name: name}}
	for _, m := range more {
		m(g)
	}
	return g
}

func summary(lang, text string) func(*good.Good) {
	return func(g *good.Good) { g.Summary = good.Text{lang: text} }
}

func build(t *testing.T, goods ...*good.Good) *Snapshot {
	t.Helper()
	s, err := Build(sequence(goods), 5)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func names(cards []good.Card) []string {
	var out []string
	for _, c := range cards {
		out = append(out, c.Name)
	}
	return out
}

// shelf is a small catalogue with something in every script.
func shelf(t *testing.T) *Snapshot {
	t.Helper()
	return build(t,
		named("a", "OpenCRVS", summary("en", "Civil registration of births and deaths, also where the network is down.")),
		named("b", "DHIS2", func(g *good.Good) {
			g.Aliases = []string{"District Health Information Software"}
			g.Identifiers = map[string]string{"dpgid": "GID0090123"}
		}, summary("en", "Health information system used for surveillance and vaccination campaigns.")),
		named("c", "Éclair du Sahel", summary("fr", "Prévisions météorologiques pour les agriculteurs.")),
		named("d", "Реестр прививок", summary("ru", "Учёт прививок у детей в сельских школах.")),
		named("e", "疫苗登记", summary("zh", "为乡村诊所登记儿童疫苗接种情况的系统。")),
		named("f", "سجل المياه", summary("ar", "خرائط لنقاط مياه الشرب في القرى.")),
		named("g", "Open Data Kit", func(g *good.Good) { g.Aliases = []string{"ODK"} }, summary("en", "Forms for data collection in the field, offline.")),
		named("h", "Health Atlas", func(g *good.Good) { g.Deployments = []good.Deployment{{Country: "KE"}} }, summary("en", "Maps of clinics.")),
	)
}

func TestPeopleFindGoods(t *testing.T) {
	s := shelf(t)
	for _, c := range []struct {
		lang, text, first string
		fuzzy             bool
	}{
		{"en", "opencrvs", "OpenCRVS", false},
		{"en", "open crvs", "OpenCRVS", false},
		{"en", "OPENCRVS", "OpenCRVS", false},
		{"en", "opencvrs", "OpenCRVS", true},
		{"en", "dhis 2", "DHIS2", false},
		{"en", "GID0090123", "DHIS2", false},
		{"en", "district health", "DHIS2", false},
		{"en", "odk", "Open Data Kit", false},
		{"en", "opendata", "Open Data Kit", false},
		{"en", "register births in a village without internet", "OpenCRVS", false},
		{"fr", "enregistrer les naissances", "OpenCRVS", false},
		{"fr", "eclair", "Éclair du Sahel", false},
		{"fr", "prévision météorologique", "Éclair du Sahel", false},
		{"en", "weather forecast", "Éclair du Sahel", false},
		{"es", "agua potable", "سجل المياه", false},
		{"ar", "خريطة المياه", "سجل المياه", false},
		{"ru", "сельская школа", "Реестр прививок", false},
		{"zh", "疫苗", "疫苗登记", false},
		{"zh", "我们需要离线数据收集", "Open Data Kit", false},
		{"en", `"birth registration"`, "", false},
		{"en", `"civil registration"`, "OpenCRVS", false},
		{"en", "health kenya", "Health Atlas", false},
		{"fr", "santé au Kenya", "Health Atlas", false},
		{"en", "qqqqq", "", false},
		{"en", "?!", "", false},
	} {
		r := s.Search(good.Query{Text: c.text, Lang: c.lang})
		got := names(r.Cards)
		switch {
		case c.first == "" && len(got) > 0:
			t.Errorf("%s %q finds %q, want nothing", c.lang, c.text, got)
		case c.first != "" && (len(got) == 0 || got[0] != c.first):
			t.Errorf("%s %q finds %q, want %q first", c.lang, c.text, got, c.first)
		case r.Fuzzy != c.fuzzy:
			t.Errorf("%s %q: fuzzy is %v", c.lang, c.text, r.Fuzzy)
		}
	}
}

func TestRecognisedGoodsComeFirstAmongEquals(t *testing.T) {
	s := build(t, named("a", "Alpha", summary("en", "Water pumps.")), named("z", "Zeta", summary("en", "Water pumps."), func(g *good.Good) { g.Stage = good.Recognised }))
	for _, text := range []string{"", "pumps"} {
		if diff := cmp.Diff([]string{"Zeta", "Alpha"}, names(s.Search(good.Query{Text: text, Lang: "en"}).Cards)); diff != "" {
			t.Error(text, diff)
		}
	}
}

func TestNamesSortAsPeopleSort(t *testing.T) {
	want := []string{"«Aster»", "Éclair", "eclipse", "Ecology", "Zebra", "Ёлка", "Ельник", "سلام", "登记"}
	var goods []*good.Good
	for i, n := range want {
		goods = append(goods, named(strconv.Itoa(9-i), n))
	}
	if diff := cmp.Diff(want, names(build(t, goods...).Search(good.Query{Sort: good.ByName}).Cards)); diff != "" {
		t.Error(diff)
	}
}

func TestTypingSuggestsNames(t *testing.T) {
	s := shelf(t)
	for typed, want := range map[string]string{"open d": "Open Data Kit", "openc": "OpenCRVS", "ecl": "Éclair du Sahel", "疫": "疫苗登记", "реес": "Реестр прививок", "od": "Open Data Kit"} {
		if got := names(s.Suggest(typed, "en", 3)); len(got) == 0 || got[0] != want {
			t.Errorf("%q suggests %q, want %q first", typed, got, want)
		}
	}
	if got := s.Suggest("  ", "en", 3); len(got) != 0 {
		t.Errorf("nothing typed suggests %q", names(got))
	}
	if got := s.Suggest("open", "en", 1); len(got) != 1 {
		t.Errorf("%d suggestions, want 1", len(got))
	}
}

func TestEveryValueCountedHasAHolder(t *testing.T) {
	s := shelf(t)
	for f, counts := range s.Search(good.Query{EveryStage: true}).Facets {
		for _, c := range counts {
			card, ok := s.Holder(f, c.Value)
			found := s.Search(good.Query{Filters: map[good.Facet][]string{f: {c.Value}}, Limit: 1000, EveryStage: true}).Cards
			if !ok || !slices.Contains(names(found), card.Name) {
				t.Errorf("%s %s: %q, want one of %q", f, c.Value, card.Name, names(found))
			}
		}
	}
	if card, ok := s.Holder(good.FacetParty, "nobody"); ok {
		t.Errorf("nobody holds %q", card.Name)
	}
}

func TestSimilarGoodsShareWordsAndGoals(t *testing.T) {
	goal := func(n int) func(*good.Good) {
		return func(g *good.Good) { g.Goals = []good.Goal{{SDG: n}}; g.Kinds = []good.Kind{good.Software} }
	}
	s := build(t,
		named("a", "Clinic Stock", summary("en", "Tracks vaccine stock at clinics."), goal(3)),
		named("b", "Cold Chain", summary("en", "Watches the temperature of vaccine fridges at clinics."), goal(3)),
		named("c", "Harvest", summary("en", "Prices of maize at markets."), goal(2)),
		named("d", "Bare"),
		named("e", "Nurse Rota", goal(3)),
	)
	got := names(s.Similar("a", 5))
	if len(got) == 0 || got[0] != "Cold Chain" || slices.Contains(got, "Clinic Stock") {
		t.Errorf("similar to Clinic Stock: %q", got)
	}
	if got := names(s.Similar("e", 5)); !slices.Contains(got, "Cold Chain") || slices.Contains(got, "Harvest") {
		t.Errorf("similar to a good without texts: %q", got)
	}
	if got := s.Similar("nobody", 5); len(got) != 0 {
		t.Errorf("similar to nothing: %q", names(got))
	}
	if got := s.Similar("a", 1); len(got) != 1 {
		t.Errorf("%d similar goods, want 1", len(got))
	}
}

func TestLongFacetsAreCutButSelectionsStay(t *testing.T) {
	var goods []*good.Good
	for i := range 400 {
		goods = append(goods, named("g"+strconv.Itoa(i), "Good", func(g *good.Good) {
			g.Parties = []good.Party{{Name: "Everyone"}, {Name: "Org " + strconv.Itoa(i)}}
		}))
	}
	s := build(t, goods...)
	counts := s.Search(good.Query{Filters: map[good.Facet][]string{good.FacetParty: {"org-99", "nobody"}}}).Facets[good.FacetParty]
	if len(counts) != maxValues+2 || counts[0] != (good.Count{Value: "everyone", Count: 400}) {
		t.Fatalf("%d values, first %+v", len(counts), counts[0])
	}
	for _, want := range []good.Count{{Value: "org-99", Count: 1, Selected: true}, {Value: "nobody", Selected: true}} {
		if !slices.Contains(counts, want) {
			t.Errorf("%+v is missing", want)
		}
	}
}

func TestBuildFailsWithItsGoods(t *testing.T) {
	broken := errors.New("broken")
	_, err := Build(func(yield func(*good.Good, error) bool) { yield(nil, broken) }, 1)
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestManySlicesAreOneSegment(t *testing.T) {
	g := newGenerator(5)
	n := 2*buildSlice + 10
	s, err := Build(g.goods(n), 1)
	if err != nil {
		t.Fatal(err)
	}
	r := s.Search(good.Query{Sort: good.ByName, Limit: n, EveryStage: true})
	if s.Len() != n || len(s.parts) != 1 || len(r.Cards) != n {
		t.Fatalf("%d goods in %d parts, %d listed", s.Len(), len(s.parts), len(r.Cards))
	}
	seen := map[good.ID]bool{}
	for i, c := range r.Cards {
		if i > 0 && strings.ToLower(r.Cards[i-1].Name) > strings.ToLower(c.Name) || seen[c.ID] {
			t.Fatalf("%q stands after %q", c.Name, r.Cards[i-1].Name)
		}
		seen[c.ID] = true
	}
}

func TestReadersNeverWaitOrSeeHalfAChange(t *testing.T) {
	var live Live
	if s := live.Load(); s.Position() != -1 || s.Search(good.Query{}).Total != 0 {
		t.Fatal("a catalogue before the first is not empty")
	}
	g := newGenerator(6)
	s := build(t, g.good(0))
	live.Store(s)
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				now := live.Load()
				if r := now.Search(good.Query{Text: "health data", Lang: "en"}); r.Position != now.Position() {
					t.Error("an answer from another time")
					return
				}
				if r := now.Search(good.Query{Limit: 5}); r.Total+r.Lapsed != now.Len() || now.Len() != int(now.Position()-4) {
					t.Errorf("%d goods at %d", r.Total, now.Position())
					return
				}
			}
		})
	}
	for i := 1; i < 200; i++ {
		next, err := live.Load().Apply([]*good.Good{g.good(i), g.good(i / 2)}, nil, int64(5+i))
		if err != nil {
			t.Fatal(err)
		}
		live.Store(next)
	}
	close(done)
	readers.Wait()
}
