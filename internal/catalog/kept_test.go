package catalog

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stoa/internal/good"
)

// TestWhatIsKeptOfWordsAnswersTheSame asks for common words again and again,
// side by side and with filters, orders and pages: what is kept of the first
// answer must not be told from finding it anew, and must end with a change.
func TestWhatIsKeptOfWordsAnswersTheSame(t *testing.T) {
	s, err := Build(newGenerator(1).goods(7000), 1)
	if err != nil {
		t.Fatal(err)
	}
	anew := func() *Snapshot { // the same goods, with nothing kept
		t.Helper()
		s, err := s.Apply(nil, nil, s.Position())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	var questions []good.Query
	for _, text := range []string{"health", "org", "health org", "open data"} { // one good in five, all, and what is kept with a snapshot
		for _, q := range []good.Query{{}, {Offset: 40}, {Sort: good.ByNewest}, {EveryStage: true}, {Filters: map[good.Facet][]string{good.FacetKind: {"software"}}},
			{Filters: map[good.Facet][]string{good.FacetKind: {"data"}, good.FacetCountry: {"AA", "AB"}}}} {
			q.Text, q.Lang = text, "en"
			questions = append(questions, q)
		}
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for _, q := range questions {
				if diff := cmp.Diff(anew().Search(q), s.Search(q)); diff != "" {
					t.Errorf("%+v: %s", q, diff)
				}
			}
		})
	}
	all.Wait()
	if one, more := len(s.parts[0].words.words), len(s.words.words); one == 0 || more == 0 {
		t.Errorf("of %d single words and %d other questions something is kept", one, more)
	}
	before := s.Search(questions[0])
	first := before.Cards[0].ID
	next, err := s.Apply(nil, []good.ID{first}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if after := next.Search(questions[0]); after.Total != before.Total-1 || after.Cards[0].ID == first {
		t.Errorf("a good that is gone is found by what was kept: %d of %d", after.Total, before.Total)
	}
	for _, word := range newGenerator(1).words[:40] {
		s.Search(good.Query{Text: word, Lang: "en"})
	}
	for _, word := range newGenerator(1).words[:40] {
		s.Search(good.Query{Text: word + " org", Lang: "en"})
	}
	if most := keptPerGood * s.Len(); s.words.bytes > most || len(s.words.words) < 2 {
		t.Errorf("%d bytes are kept of %d questions, at most %d may be", s.words.bytes, len(s.words.words), most)
	}
	if once, most := &s.parts[0].words, keptPerGoodOnce*s.Len(); once.bytes > most || len(once.words) < 2 {
		t.Errorf("%d bytes are kept of %d words, at most %d may be", once.bytes, len(once.words), most)
	}
}

// TestWhatASegmentKeepsOfAWordOutlivesChanges asks for common words, changes
// goods that have them, and asks again: what the segment kept must give what
// the whole catalogue built anew gives.
func TestWhatASegmentKeepsOfAWordOutlivesChanges(t *testing.T) {
	const n = 8000
	g := newGenerator(1)
	goods := map[int]*good.Good{}
	for i := range n {
		goods[i] = g.good(i)
	}
	built := func() *Snapshot {
		t.Helper()
		var list []*good.Good
		for _, i := range slices.Sorted(maps.Keys(goods)) {
			list = append(list, goods[i])
		}
		s, err := Build(sequence(list), 1)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := built()
	ask := func(s *Snapshot, text string) (out []good.Results) {
		for _, q := range []good.Query{{Limit: 60, Filters: map[good.Facet][]string{good.FacetKind: {"software"}}}, {}, {Offset: 180, EveryStage: true}, {Limit: 900}} {
			q.Text, q.Lang = text, "en"
			out = append(out, s.Search(q))
		}
		return out
	}
	other := newGenerator(9)
	for round := range 3 {
		anew := built()
		for _, text := range []string{"health", "org", `"open"`, goods[7].Name} {
			if diff := cmp.Diff(ask(anew, text), ask(s, text), cmpopts.IgnoreFields(good.Results{}, "Position")); diff != "" {
				t.Fatalf("round %d, %s: %s", round, text, diff)
			}
		}
		var changed []*good.Good
		for i := range 40 {
			at := (i*131 + round*17) % n
			goods[at] = other.good(at)
			changed = append(changed, goods[at])
		}
		gone := (round*991 + 3) % n
		if at := goods[gone]; at != nil {
			changed = slices.DeleteFunc(changed, func(g *good.Good) bool { return g.ID == at.ID })
			delete(goods, gone)
			var err error
			if s, err = s.Apply(changed, []good.ID{at.ID}, int64(round+2)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(s.parts) < 2 || s.parts[0].dead == nil || len(s.parts[0].words.words) == 0 {
		t.Errorf("nothing was kept over the changes: %d parts", len(s.parts))
	}
}
