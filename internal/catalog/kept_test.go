package catalog

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

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
	for _, text := range []string{"health", "org"} { // one good in five, and all
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
	if len(s.words.words) != 2 {
		t.Errorf("of %d words something is kept, want 2", len(s.words.words))
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
	if most := keptPerGood * s.Len(); s.words.bytes > most || len(s.words.words) < 2 {
		t.Errorf("%d bytes are kept of %d words, at most %d may be", s.words.bytes, len(s.words.words), most)
	}
}
