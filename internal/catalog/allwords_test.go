package catalog

import (
	"testing"

	"stoa/internal/catalog/analysis"
	"stoa/internal/good"
)

// TestGoodsWithAllWordsScoreAsIfAllWereScored compares the quick way of
// questions that enough goods meet in full with that of all others.
func TestGoodsWithAllWordsScoreAsIfAllWereScored(t *testing.T) {
	g := newGenerator(1)
	s, err := Build(g.goods(4000), 1)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.Apply(nil, []good.ID{g.id(7), g.id(1203)}, 2); err != nil {
		t.Fatal(err)
	}
	inFull := 0
	for _, text := range []string{"health data", "open data school", "the health of children", `"open data" org`, g.words[60] + " " + g.words[2], "health " + g.words[140_000], "community map water farm village"} {
		groups := analysis.NewStemmer().Question(text, "en")
		met := s.meetAll(groups)
		quick, ok := s.findAll(groups, met)
		if !ok {
			continue
		}
		inFull++
		all, level, _ := s.count(groups, met)
		if s.score(all.parts, groups, met, level); level != needed(groups) {
			t.Errorf("%s: enough goods have all words, and yet %d of %d are asked for", text, level, needed(groups))
		}
		for k, m := range all.parts {
			if have := quick.parts[k].found; !have.Equals(m.found) {
				t.Errorf("%s finds %d goods, and %d the long way", text, have.GetCardinality(), m.found.GetCardinality())
			}
			eachOf(m.found, func(d uint32) {
				if have := quick.parts[k].scores[d]; have != m.scores[d] {
					t.Errorf("%s: good %d scores %f, and %f the long way", text, d, have, m.scores[d])
				}
			})
		}
	}
	if inFull < 4 {
		t.Errorf("only %d questions are met in full", inFull)
	}
}
