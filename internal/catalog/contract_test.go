package catalog

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stoa/internal/good"
)

// lexicon is invented, so that no stem, stop word or concept of a real
// language is in it, with some words one typo apart and some beginning alike.
var lexicon = []string{"zorbak", "zorbakum", "velmox", "velmok", "wolindar", "wolinar", "trelk", "trelkom", "brufta", "bruftal", "ximpo",
	"nargol", "nragol", "plovek", "gwindor", "hlax", "dropik", "dropikum", "fenza", "kuvax"}

var (
	anyWord = rapid.SampledFrom(lexicon)
	epoch   = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

func words(t *rapid.T, label string, least, most int) string {
	return strings.Join(rapid.SliceOfN(anyWord, least, most).Draw(t, label), " ")
}

func someOf[T comparable](t *rapid.T, label string, from []T, most int) []T {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, most, func(v T) T { return v }).Draw(t, label)
}

func drawGood(t *rapid.T, id good.ID) *good.Good {
	g := &good.Good{ID: id, Slug: "g-" + strings.ToLower(string(id)), Stage: rapid.SampledFrom([]good.Stage{good.Recognised, good.Recognised, good.Nominated, good.Lapsed, good.RenewalDue, good.Removed, good.Merged}).Draw(t, "stage"),
		Updated: epoch.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "day")) * 24 * time.Hour), Position: int64(rapid.IntRange(0, 99).Draw(t, "position"))}
	g.Name = words(t, "name", 1, 3)
	if rapid.Bool().Draw(t, "capital") {
		g.Name = strings.ToUpper(g.Name[:1]) + g.Name[1:]
	}
	if rapid.IntRange(0, 9).Draw(t, "tomb") == 0 {
		g.Tombstone = &good.Tombstone{Reason: "x"}
	}
	if rapid.Bool().Draw(t, "alias") {
		g.Aliases = []string{words(t, "aliases", 1, 2)}
	}
	g.Summary = good.Text{"en": words(t, "summary", 0, 8)}
	g.Kinds = someOf(t, "kinds", good.Kinds, 2)
	for _, n := range someOf(t, "sdgs", []int{1, 3, 9, 17}, 3) {
		g.Goals = append(g.Goals, good.Goal{SDG: n})
	}
	for _, c := range someOf(t, "in", []string{"KE", "BD", "NE", "TD"}, 3) {
		g.Deployments = append(g.Deployments, good.Deployment{Country: c}, good.Deployment{Country: c, By: "twice"})
	}
	g.DevelopedIn = someOf(t, "from", []string{"KE", "IN", "NO"}, 2)
	for _, l := range someOf(t, "licences", []string{"MIT", "CC-BY-4.0", "AGPL-3.0-only"}, 2) {
		g.Licences = append(g.Licences, good.Licence{SPDX: l})
	}
	g.Languages = someOf(t, "languages", []string{"en", "sw", "fr"}, 2)
	if first := rapid.SampledFrom([]good.Date{"", "2021-05-01", "2024"}).Draw(t, "first"); first != "" {
		g.Recognitions = []good.Recognition{{Issuer: "x", First: first}}
	}
	for range rapid.IntRange(0, 2).Draw(t, "parties") {
		g.Parties = append(g.Parties, good.Party{Name: words(t, "party", 1, 2), Role: rapid.SampledFrom([]good.Role{good.Owner, good.Maintainer, good.Host}).Draw(t, "role")})
	}
	if rapid.Bool().Draw(t, "standards") {
		g.Standards = []string{words(t, "standard", 1, 2)}
	}
	return g
}

func anyID(t *rapid.T) good.ID {
	return good.ID(fmt.Sprintf("01ARZ3NDEKTSV4RRFFQ69G5F%02d", rapid.IntRange(0, 30).Draw(t, "id")))
}

func drawGoods(t *rapid.T, most int) []*good.Good {
	ids := rapid.SliceOfNDistinct(rapid.Custom(anyID), 0, most, func(id good.ID) good.ID { return id }).Draw(t, "ids")
	var out []*good.Good
	for _, id := range ids {
		out = append(out, drawGood(t, id))
	}
	return out
}

func drawText(t *rapid.T) string {
	switch rapid.IntRange(0, 5).Draw(t, "query kind") {
	case 0:
		return ""
	case 1: // the beginning of a word
		w := anyWord.Draw(t, "begun")
		return w[:rapid.IntRange(2, len(w)).Draw(t, "letters")]
	case 2: // a phrase, and perhaps a word
		return `"` + words(t, "phrase", 1, 3) + `" ` + words(t, "beside", 0, 1)
	case 3: // a typo
		w := []byte(anyWord.Draw(t, "mistyped"))
		i := rapid.IntRange(0, len(w)-1).Draw(t, "where")
		switch rapid.IntRange(0, 2).Draw(t, "how") {
		case 0:
			w = slices.Delete(w, i, i+1)
		case 1:
			w[i] = 'j'
		case 2:
			w = slices.Insert(w, i, 'j')
		}
		return string(w)
	}
	return words(t, "words", 1, 4)
}

func drawQuery(t *rapid.T) good.Query {
	q := good.Query{Text: drawText(t), Lang: "en", Filters: map[good.Facet][]string{}, Sort: rapid.SampledFrom(good.Sorts).Draw(t, "sort"), Limit: 100, EveryStage: rapid.Bool().Draw(t, "every stage")}
	for f, from := range map[good.Facet][]string{good.FacetKind: {"software", "data", "ai"}, good.FacetStage: {"recognised", "lapsed", "removed"}, good.FacetSDG: {"1", "3", "99"},
		good.FacetCountry: {"KE", "NE", "XX"}, good.FacetDevelopedIn: {"IN", "NO"}, good.FacetLicence: {"MIT", "CC-BY-4.0"}, good.FacetLanguage: {"sw", "fr"}, "year": {"2021", "2024"}, good.FacetParty: {"zorbak", "velmox", "wolindar"}} {
		if rapid.IntRange(0, 5).Draw(t, "filter") == 0 {
			if vals := someOf(t, string(f), from, 2); len(vals) > 0 {
				slices.Sort(vals)
				q.Filters[f] = vals
			}
		}
	}
	return q
}

func sequence(goods []*good.Good) iter.Seq2[*good.Good, error] {
	return func(yield func(*good.Good, error) bool) {
		for _, g := range goods {
			if !yield(g, nil) {
				return
			}
		}
	}
}

func cardIDs(cards []good.Card) []good.ID {
	var out []good.ID
	for _, c := range cards {
		out = append(out, c.ID)
	}
	return out
}

// kept is a catalogue under test: in memory, or in a folder of files.
type kept struct {
	*Snapshot
	folder *Folder
}

// opened is a catalogue of goods, of one of the two kinds.
func opened(t *rapid.T, goods []*good.Good, dir string) kept {
	k := kept{}
	var err error
	if rapid.Bool().Draw(t, "in files") {
		k.folder = &Folder{Dir: dir}
		k.Snapshot, err = k.folder.Build(sequence(goods), Mark{}, noBreath)
	} else {
		k.Snapshot, err = Build(sequence(goods), 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// change applies a change; a merge may be under way meanwhile, and what is in
// files may be closed and opened again.
func (k *kept) change(t *rapid.T, changed []*good.Good, gone []good.ID, position int64) {
	before := k.Snapshot
	var m *Merge
	if rapid.Bool().Draw(t, "merge") {
		if m = before.Due(k.folder != nil, rapid.SampledFrom([]Want{Usual, Flushed, Rewritten}).Draw(t, "want")); m != nil {
			if err := m.Run(k.folder, [32]byte{1}, noBreath); err != nil {
				t.Fatal(err)
			}
		}
	}
	answer := before.Search(good.Query{Limit: 100})
	next, err := before.Apply(changed, gone, position)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(answer, before.Search(good.Query{Limit: 100})); diff != "" {
		t.Fatal("the snapshot changed under its readers:", diff)
	}
	k.Snapshot = next
	if m == nil {
		return
	}
	k.Snapshot = next.Join(m)
	if !m.InFile() {
		return
	}
	if err := k.folder.Keep(before.Join(m), [32]byte{1}); err != nil {
		t.Fatal(err)
	}
	if rapid.Bool().Draw(t, "start again") {
		again, err := k.folder.Open(func(Mark) (bool, error) { return true, nil })
		if err != nil || again.Position() != before.Position() {
			t.Fatal(again, err)
		}
		if k.Snapshot, err = again.Apply(changed, gone, position); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEveryQueryEqualsAPlainScan is the contract: whatever is asked, in memory
// and in files, after whatever changes, merges and starts, the answer is that
// of looking at every good.
func TestEveryQueryEqualsAPlainScan(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		start := drawGoods(t, 20)
		want := scan{}
		want.apply(start, nil)
		s := opened(t, start, dir)
		for step := range rapid.IntRange(0, 6).Draw(t, "changes") {
			changed := drawGoods(t, 4)
			gone := rapid.SliceOfN(rapid.Custom(anyID), 0, 3).Draw(t, "gone")
			want.apply(changed, gone)
			s.change(t, changed, gone, int64(step+1))
			if s.Position() != int64(step+1) || s.Len() != len(want.goods()) {
				t.Fatalf("position %d, %d goods, want %d", s.Position(), s.Len(), len(want.goods()))
			}
		}
		for range 6 {
			compare(t, s.Snapshot, want, drawQuery(t))
		}
		fresh, err := Build(sequence(want.goods()), s.Position())
		if err != nil {
			t.Fatal(err)
		}
		q := drawQuery(t)
		if diff := cmp.Diff(fresh.Search(q), s.Search(q), cmpopts.EquateEmpty()); diff != "" {
			t.Fatal("order or counts depend on history:", diff)
		}
	})
}

func compare(t *rapid.T, s *Snapshot, want scan, q good.Query) {
	t.Helper()
	goods, lapsed, facets, fuzzy := want.search(q)
	got := s.Search(q)
	if got.Total != len(goods) || got.Lapsed != lapsed || got.Fuzzy != fuzzy || got.Position != s.Position() {
		t.Fatalf("%+v: %d goods, %d lapsed, fuzzy %v; want %d, %d, %v", q, got.Total, got.Lapsed, got.Fuzzy, len(goods), lapsed, fuzzy)
	}
	var ids []good.ID
	cards := map[good.ID]good.Card{}
	for _, g := range goods {
		ids = append(ids, g.ID)
		cards[g.ID] = g.Card()
	}
	have := cardIDs(got.Cards)
	if q.Text != "" && q.Sort == good.ByRelevance {
		inTiers(t, q.Text, got.Cards, cards, want)
		slices.Sort(have)
	}
	if diff := cmp.Diff(ids, have); diff != "" {
		t.Fatalf("%+v: %s", q, diff)
	}
	for _, c := range got.Cards {
		if diff := cmp.Diff(cards[c.ID], c, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal("a card says something else than its good:", diff)
		}
	}
	if diff := cmp.Diff(facets, got.Facets, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%+v: %s", q, diff)
	}
	paged(t, s, q, cardIDs(got.Cards))
}

// paged checks that pages together are the whole list, in its order.
func paged(t *rapid.T, s *Snapshot, q good.Query, whole []good.ID) {
	t.Helper()
	q.Limit = rapid.IntRange(1, 7).Draw(t, "limit")
	var pages []good.ID
	for q.Offset = 0; ; q.Offset += q.Limit {
		r := s.Search(q)
		if len(r.Cards) == 0 {
			break
		}
		pages = append(pages, cardIDs(r.Cards)...)
	}
	if diff := cmp.Diff(whole, pages); diff != "" {
		t.Fatalf("%+v: pages differ from the list: %s", q, diff)
	}
	q.Offset = good.MaxOffset
	if r := s.Search(q); len(r.Cards) != 0 || r.Total != len(whole) {
		t.Fatalf("far beyond the end there are %d goods of %d", len(r.Cards), r.Total)
	}
}

// inTiers checks that goods named as asked come first, then those known as
// asked, then those whose name begins so.
func inTiers(t *rapid.T, text string, cards []good.Card, all map[good.ID]good.Card, want scan) {
	t.Helper()
	asked := strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(text, `"`, " "))), " ")
	last := 3
	for _, c := range cards {
		tier, name := 0, strings.ToLower(c.Name)
		isAlias := slices.ContainsFunc(want[c.ID].Aliases, func(a string) bool { return strings.ToLower(a) == asked })
		switch {
		case name == asked:
			tier = 3
		case isAlias:
			tier = 2
		case strings.HasPrefix(name, asked):
			tier = 1
		}
		if tier > last {
			t.Fatalf("%q: %q stands below a lesser match", text, c.Name)
		}
		last = tier
	}
}
