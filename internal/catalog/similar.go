package catalog

import (
	"cmp"
	"runtime"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/catalog/analysis"
	"stoa/internal/good"
)

// Suggest lists up to n goods for what was typed so far: those whose name
// begins with it, then those found by it, lapsed ones too. lang is the language
// of the asker.
func (s *Snapshot) Suggest(prefix, lang string, n int) []good.Card {
	key := analysis.Key(prefix)
	if key == "" || n <= 0 {
		return []good.Card{}
	}
	return s.Search(good.Query{Text: prefix, Lang: lang, Limit: n, Sort: good.ByRelevance, Counted: []good.Facet{}, EveryStage: true}).Cards
}

// sharedValues is what goods share besides words and how much it makes them
// alike.
var sharedValues = []struct {
	dim    dimension
	weight float32
}{{dimSector, 1.5}, {dimParty, 1}, {dimKind, 0.8}, {dimSDG, 0.6}}

// similarWords is how many of a good's rarest words are compared.
const similarWords = 16

// Similar lists up to n goods most like the one with id, most alike first;
// none if there is no such good.
func (s *Snapshot) Similar(id good.ID, n int) []good.Card {
	defer runtime.KeepAlive(s) // its segments may be mapped files
	for k, p := range s.parts {
		if i, ok := p.find(id); ok && !p.isDead(i) && n > 0 {
			return s.cardsOf(s.similar(k, i, n))
		}
	}
	return []good.Card{}
}

func (s *Snapshot) similar(part, doc, n int) []ref {
	card := s.parts[part].card(doc)
	groups := s.telling(&card)
	met := s.meetAll(groups)
	f, _, _ := s.count(groups, met)
	defer f.done()
	parts := f.parts
	s.score(parts, groups, met, 1)
	doneAll(met)
	chosen := make([]*roaring.Bitmap, len(s.parts))
	own := s.parts[part]
	for k, p := range s.parts {
		m := &parts[k]
		if len(groups) < similarWords/2 {
			p.sharing(own, doc, m.found)
		}
		for _, shared := range sharedValues {
			own.valuesOf(doc, shared.dim, func(value string) {
				if b := p.dims[shared.dim].bitmap(value); b != nil {
					for it := roaring.And(b, m.found).Iterator(); it.HasNext(); {
						m.scores[it.Next()] += shared.weight
					}
				}
			})
		}
		chosen[k] = m.found
	}
	chosen[part].Remove(uint32(doc))
	total := uint64(0)
	for _, c := range chosen {
		total += c.GetCardinality()
	}
	return s.best(chosen, &f, 0, min(n, int(total)))
}

// sharing adds the living goods that share a goal or sector with good i of own.
func (p *part) sharing(own *part, i int, to *roaring.Bitmap) {
	for _, d := range []dimension{dimSDG, dimSector} {
		own.valuesOf(i, d, func(value string) {
			if b := p.dims[d].bitmap(value); b != nil {
				to.Or(b)
			}
		})
	}
	if p.dead != nil {
		to.AndNot(p.dead)
	}
}

// telling is the rarest words of a card that other goods have too.
func (s *Snapshot) telling(card *good.Card) []analysis.Group {
	type candidate struct {
		group analysis.Group
		df    int
	}
	var list []candidate
	seen := map[string]bool{}
	st := analysis.NewStemmer()
	add := func(text, lang string) {
		st.Words(text, lang, func(w analysis.Word) {
			if w.Stop || seen[w.Text] {
				return
			}
			seen[w.Text] = true
			o := analysis.Option{Words: []string{w.Text}, Gaps: []int{0}, Weight: 1}
			term := word(w.Text)
			if w.Stem != "" && !w.Own {
				o = analysis.Option{Stem: w.Stem, Lang: w.Lang, Weight: 1}
				term = string([]byte{byte(w.Lang)}) + w.Stem
			}
			if seen[term] {
				return
			}
			seen[term] = true
			if df := s.documents(term); df > 1 {
				list = append(list, candidate{analysis.Group{Options: []analysis.Option{o}}, df})
			}
		})
	}
	add(card.Name, "")
	for _, lang := range sortedKeys(card.Summary) {
		add(card.Summary[lang], lang)
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.df, b.df) })
	out := make([]analysis.Group, 0, similarWords)
	for _, c := range list[:min(len(list), similarWords)] {
		out = append(out, c.group)
	}
	return out
}

// documents is how many living goods have a term.
func (s *Snapshot) documents(term string) int {
	df := 0
	for _, p := range s.parts {
		t, ok := p.term(term)
		switch {
		case !ok:
		case p.dead == nil:
			df += p.df(t)
		default:
			for c := p.cursorOf(t); c.next(); {
				if !p.isDead(int(c.doc)) {
					df++
				}
			}
		}
	}
	return df
}

// valuesOf gives the values of good i in dimension d.
func (s *segment) valuesOf(i int, d dimension, emit func(string)) {
	s.eachValue(i, func(have dimension, v uint32) {
		if have == d {
			emit(string(s.dims[d].values.at(int(v))))
		}
	})
}
