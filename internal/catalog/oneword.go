package catalog

import (
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/catalog/analysis"
)

// Most questions are of one word, or of one phrase. What a segment has of it
// does not change, only how rare the word is among all goods does, and who was
// deleted. So the goods found are told apart by the few weights there are, and a
// change costs anew but the score of each weight.

// oneWord is what one word found in a segment, the deleted among it.
type oneWord struct {
	text, lang string
	found      *roaring.Bitmap
	classes    []weights
	codes      []uint16 // the class of each good: by good, or of the found in their order
	column     bool     // by good
	first      foremost
}

// weights is the goods that have a word with the same weights.
type weights struct {
	weight, literal float32 // literal is zero where only what stands for the word is met
	goods           int
}

func (w *oneWord) question() (text, lang string) { return w.text, w.lang }

func (w *oneWord) size() int {
	return len(w.text) + 256 + 16*len(w.classes) + 2*len(w.codes) + 4*len(w.first.docs) + 6*len(w.first.classes) + int(w.found.GetSizeInBytes())
}

// keptPerGoodOnce is keptPerGood of a segment's single words.
const keptPerGoodOnce = 4

// codeColumns are the classes by good of searches that are over, to be used again.
var codeColumns = sync.Pool{New: func() any { return new([]uint16) }}

func codeColumn(n int) *[]uint16 {
	c := codeColumns.Get().(*[]uint16)
	if cap(*c) < n {
		*c = make([]uint16, n)
	}
	*c = (*c)[:n]
	return c
}

// findOne is find for a question of one word that some good has; false where
// it is another.
func (s *Snapshot) findOne(text, lang string, groups func() []analysis.Group) (finding, bool) {
	f := finding{parts: make([]matched, len(s.parts))}
	goods := make([][]int, len(s.parts))
	df, literal := 0, 0
	for k, p := range s.parts {
		m := &f.parts[k]
		if m.one = p.words.get(text, lang); m.one == nil {
			if g := groups(); len(g) != 1 || g[0].Optional {
				return finding{}, false
			} else if m.one = p.classify(&g[0], m); m.one == nil {
				f.done()
				return finding{}, false
			}
		}
		goods[k] = m.living(p.dead)
		for i, n := range goods[k] {
			df += n
			if m.one.classes[i].literal > 0 {
				literal += n
			}
		}
	}
	if df == 0 { // what may have been meant is looked for
		f.done()
		return finding{}, false
	}
	all, itself := s.rarity(df), s.rarity(literal)
	for k, p := range s.parts {
		m := &f.parts[k]
		m.worth = make([]float32, len(m.one.classes))
		for i, c := range m.one.classes {
			m.worth[i] = worth(c.weight, all)
			if c.literal > 0 {
				m.worth[i] += worth(c.literal, itself)
			}
		}
		if m.one.text == "" && m.one.found.GetCardinality() >= keptFrom {
			kept := m.one.packed(text, lang, m.worth)
			p.words.put(kept, keptPerGoodOnce*min(p.n, flatMost))
		}
	}
	s.tiers(&f, analysis.Key(text))
	return f, true
}

// mostClasses is how many kinds of weights are told apart; a word has some
// hundreds.
const mostClasses = 1 << 12

// classing numbers pairs of weights.
type classing struct {
	keys  [2 * mostClasses]uint64
	codes [2 * mostClasses]uint16
}

var classings = sync.Pool{New: func() any { return new(classing) }}

// classify finds a word in a segment, its classes in a column of m; nil where it
// has more weights than can be told apart.
func (s *segment) classify(g *analysis.Group, m *matched) *oneWord {
	h := s.hits(g, nil)
	defer h.done()
	m.spare = codeColumn(s.n)
	known := classings.Get().(*classing)
	defer classings.Put(known)
	clear(known.keys[:])
	w := &oneWord{codes: *m.spare, column: true}
	dense := make([]uint64, (s.n+63)/64)
	for i, d := range h.docs {
		weight, literal := h.weights[i], float32(0)
		if i < len(h.literal) {
			literal = h.literal[i]
		}
		key := uint64(math.Float32bits(weight))<<32 | uint64(math.Float32bits(literal))
		at := (key * 0x9E3779B97F4A7C15) >> (64 - 13)
		for known.keys[at] != key {
			if known.keys[at] == 0 {
				if len(w.classes) == mostClasses {
					return nil
				}
				known.keys[at], known.codes[at] = key, uint16(len(w.classes))
				w.classes = append(w.classes, weights{weight: weight, literal: literal})
				break
			}
			at = (at + 1) % uint64(len(known.keys))
		}
		code := known.codes[at]
		w.classes[code].goods++
		w.codes[d] = code
		dense[d/64] |= 1 << (d % 64)
	}
	w.found = roaring.FromDense(dense, false)
	return w
}

// packed is what classify found, to be kept.
func (w *oneWord) packed(text, lang string, worth []float32) *oneWord {
	n := int(w.found.GetCardinality())
	kept := &oneWord{text: text, lang: lang, found: w.found, classes: w.classes, column: 2*n >= len(w.codes)}
	first, next := w.foremost(worth)
	kept.first = first
	if kept.column {
		kept.codes = slices.Clone(w.codes)
	} else {
		kept.codes = make([]uint16, 0, n)
	}
	eachOf(w.found, func(d uint32) {
		class := w.codes[d]
		if !kept.column {
			kept.codes = append(kept.codes, class)
		}
		first.add(next, class, d)
	})
	return kept
}

// classOf is the class of a good that was found.
func (w *oneWord) classOf(d uint32) uint16 {
	if w.column {
		return w.codes[d]
	}
	return w.codes[w.found.Rank(d)-1]
}

// classes is the class of each good found, by good, of n goods.
func (m *matched) classes(n int) []uint16 {
	if m.one.column {
		return m.one.codes
	}
	m.spare = codeColumn(n)
	out, i := *m.spare, 0
	eachOf(m.one.found, func(d uint32) { out[d] = m.one.codes[i]; i++ })
	return out
}

// living sets found to the living goods that have the word and says how many
// those are of each class.
func (m *matched) living(dead *roaring.Bitmap) []int {
	goods := make([]int, len(m.one.classes))
	for i, c := range m.one.classes {
		goods[i] = c.goods
	}
	m.found = m.one.found
	if dead != nil && dead.Intersects(m.found) {
		eachOf(roaring.And(m.found, dead), func(d uint32) { goods[m.one.classOf(d)]-- })
		m.found = roaring.AndNot(m.found, dead)
	}
	return goods
}

// raise lifts a good by tiers, found or not.
func (m *matched) raise(d uint32, tier float32) {
	have := m.found.Contains(d)
	if m.one == nil {
		if !have {
			m.found.Add(d)
			m.scores[d] = 0
		}
		m.scores[d] = min(m.scores[d], maxScore) + tier*tierStep
		return
	}
	score := float32(0)
	if have {
		score = m.worth[m.one.classOf(d)]
	} else {
		if m.found == m.one.found {
			m.found = m.found.Clone() // it may be a segment's
		}
		m.found.Add(d)
	}
	if m.raised == nil {
		m.raised = map[uint32]float32{}
	}
	m.raised[d] = min(score, maxScore) + tier*tierStep
}

// offerRaised offers those of the chosen that were raised and returns the others.
func (t *topRefs) offerRaised(k int, m *matched, chosen *roaring.Bitmap) *roaring.Bitmap {
	if len(m.raised) == 0 {
		return chosen
	}
	aside := roaring.New()
	for d := range maps.Keys(m.raised) {
		if chosen.Contains(d) {
			aside.Add(d)
		}
	}
	eachOf(aside, func(d uint32) { t.offer(ref{k, int(d), m.raised[d]}) })
	return roaring.AndNot(chosen, aside)
}
