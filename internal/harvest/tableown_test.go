package harvest_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/testkit"
	"stoa/internal/vocab"
)

// held is what of a good's facts Stoa's own CSV holds.
func held(g *good.Good) good.Facts {
	f := good.Facts{Name: g.Name, Aliases: g.Aliases, Kinds: g.Kinds, Website: g.Website, Sectors: g.Sectors, Languages: g.Languages, DevelopedIn: g.DevelopedIn}
	if s, _ := g.Summary.In("en"); s != "" {
		f.Summary = good.Text{"en": s}
	}
	for _, l := range g.Repositories {
		f.Repositories = append(f.Repositories, good.Link{URL: l.URL})
	}
	for _, l := range g.Licences {
		f.Licences = append(f.Licences, good.Licence{SPDX: l.SPDX})
	}
	for _, x := range g.Goals {
		f.Goals = append(f.Goals, good.Goal{SDG: x.SDG})
	}
	for _, p := range g.Parties {
		if p.Role == good.Owner {
			f.Parties = append(f.Parties, good.Party{Name: p.Name, Role: p.Role})
		}
	}
	for _, c := range g.DeploymentCountries() {
		f.Deployments = append(f.Deployments, good.Deployment{Country: c})
	}
	if id := g.Identifiers["dpgid"]; id != "" {
		f.Identifiers = map[string]string{"dpgid": id}
	}
	return f
}

// backAgain writes goods as Stoa's CSV and reads them by the mapping we ship.
func backAgain(t testing.TB, mapping string, goods []*good.Good) []harvest.Candidate {
	t.Helper()
	var b bytes.Buffer
	c, err := export.NewCSV(&b, "https://stoa.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range goods {
		if err := c.Write(g); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := read(t, table(t, mapping, "goods.csv", b.String()), "")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func ownMapping(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", "mappings", "stoa-csv.yml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestStoasOwnTableComesBackAsTheSameFacts(t *testing.T) {
	mapping := ownMapping(t)
	words := rapid.StringOfN(rapid.RuneFrom([]rune(`abcXYZ éß数字ع =+-',";()&#`+"\t")), 1, 30, -1)
	word := rapid.Custom(func(t *rapid.T) string { // text as the registry keeps it: clean
		s := strings.Join(strings.Fields(words.Draw(t, "text")), " ")
		return "Q" + strings.TrimLeft(s, "'")
	})
	formula := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"=", "+", "-", ""}).Draw(t, "sign") + word.Draw(t, "word")
	})
	var codes, licences []string
	for _, c := range vocab.Countries() {
		codes = append(codes, c.Alpha2)
	}
	licences = []string{"MIT", "Apache-2.0", "AGPL-3.0-only", "CC-BY-4.0", "ODbL-1.0"}
	some := func(t *rapid.T, name string, of []string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, 4, rapid.ID[string]).Draw(t, name)
	}
	rapid.Check(t, func(rt *rapid.T) {
		g := &good.Good{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Slug: "x", Stage: good.Recognised, Updated: time.Date(2026, 11, 24, 1, 2, 3, 0, time.UTC)}
		g.Name = formula.Draw(rt, "name")
		g.Aliases = rapid.SliceOfNDistinct(word, 0, 3, strings.ToLower).Draw(rt, "aliases")
		g.Aliases = slices.DeleteFunc(g.Aliases, func(a string) bool { return strings.EqualFold(a, g.Name) })
		g.Summary = good.Text{"en": strings.Join(rapid.SliceOfN(word, 1, 3).Draw(rt, "paragraphs"), "\n\n"), "fr": "autre chose"}
		g.Kinds = rapid.SliceOfNDistinct(rapid.SampledFrom(good.Kinds), 0, 3, rapid.ID[good.Kind]).Draw(rt, "kinds")
		g.DevelopedIn = some(rt, "developed", codes)
		for _, c := range some(rt, "deployed", codes) {
			g.Deployments = append(g.Deployments, good.Deployment{Country: c, By: "somebody"})
		}
		for _, l := range some(rt, "licences", licences) {
			g.Licences = append(g.Licences, good.Licence{SPDX: l})
		}
		for _, s := range rapid.SliceOfNDistinct(rapid.IntRange(1, 17), 0, 4, rapid.ID[int]).Draw(rt, "goals") {
			g.Goals = append(g.Goals, good.Goal{SDG: s})
		}
		g.Sectors, g.Languages = some(rt, "sectors", vocab.Sectors()), some(rt, "languages", []string{"en", "fr", "pt-BR", "ar"})
		for _, p := range some(rt, "places", []string{"https://git.example.org/a", "https://git.example.org/b?c=d", "http://c.example.org/"}) {
			g.Repositories = append(g.Repositories, good.Link{Name: "Code", URL: p})
		}
		for _, p := range rapid.SliceOfNDistinct(word, 0, 2, strings.ToLower).Draw(rt, "owners") {
			g.Parties = append(g.Parties, good.Party{Name: p, Role: good.Owner})
		}
		all := backAgain(t, mapping, []*good.Good{g})
		if len(all) != 1 || all[0].Held || len(all[0].Repairs) > 0 || all[0].Seen != "2026-11-24" || all[0].ForeignID != string(g.ID) {
			rt.Fatalf("%+v", all)
		}
		if d := cmp.Diff(held(g), all[0].Facts, cmpopts.EquateEmpty()); d != "" {
			rt.Fatal(d)
		}
	})
}

// The real records too: what the registry keeps of them leaves and comes back.
func TestTheRealGoodsComeBackFromTheirTable(t *testing.T) {
	found, err := filepath.Glob(filepath.Join(testkit.RealData(t), "dpga", "*", "dpgs.json"))
	if err != nil || len(found) == 0 {
		t.Fatalf("the real data holds no listing: %v", err)
	}
	slices.Sort(found)
	var goods []*good.Good
	in, err := harvest.Open(found[len(found)-1], harvest.DPGAv1)
	if err != nil {
		t.Fatal(err)
	}
	for c, err := range in.Each {
		if err != nil {
			t.Fatal(err)
		}
		if !c.Held {
			g := &good.Good{ID: good.ID(c.ForeignID), Slug: good.Slugify(c.Facts.Name), Facts: c.Facts, Updated: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}
			goods = append(goods, g)
		}
	}
	all := backAgain(t, ownMapping(t), goods)
	if len(all) != len(goods) || len(all) == 0 {
		t.Fatalf("%d of %d", len(all), len(goods))
	}
	for i, c := range all {
		if c.Held {
			t.Errorf("%s: %v", goods[i].Name, c.Reasons)
		}
		if d := cmp.Diff(held(goods[i]), c.Facts, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s: %s", goods[i].Name, d)
		}
	}
	t.Logf("%d goods", len(all))
}
