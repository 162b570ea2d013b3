package catalog

import (
	"maps"
	"math"
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
}

// weights is the goods that have a word with the same weights.
type weights struct {
	weight, literal float32 // literal is zero where only what stands for the word is met
	goods           int
}

func (w *oneWord) question() (text, lang string) { return w.text, w.lang }

func (w *oneWord) size() int {
	return len(w.text) + 256 + 16*len(w.classes) + 2*len(w.codes) + int(w.found.GetSizeInBytes())
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
	words, goods := make([]*oneWord, len(s.parts)), make([][]int, len(s.parts))
	df, literal := 0, 0
	for k, p := range s.parts {
		m := &f.parts[k]
		w := p.words.get(text, lang)
		if w != nil {
			w.open(m, p.n)
		} else if g := groups(); len(g) != 1 || g[0].Optional {
			return finding{}, false
		} else if w = p.classify(&g[0], m); w == nil {
			f.done()
			return finding{}, false
		} else if w.text, w.lang = text, lang; w.found.GetCardinality() >= keptFrom {
			w.fill(m.codes)
			p.words.put(w, keptPerGoodOnce*min(p.n, flatMost))
		}
		words[k], goods[k] = w, w.living(m, p.dead)
		for i, n := range goods[k] {
			df += n
			if w.classes[i].literal > 0 {
				literal += n
			}
		}
	}
	if df == 0 { // what may have been meant is looked for
		f.done()
		return finding{}, false
	}
	all, itself := s.rarity(df), s.rarity(literal)
	for k, w := range words {
		m := &f.parts[k]
		m.worth = make([]float32, len(w.classes))
		for i, c := range w.classes {
			m.worth[i] = worth(c.weight, all)
			if c.literal > 0 {
				m.worth[i] += worth(c.literal, itself)
			}
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

// classify finds a word in a segment and sets codes and found of m; nil where it
// has more weights than can be told apart.
func (s *segment) classify(g *analysis.Group, m *matched) *oneWord {
	h := s.hits(g, nil)
	defer h.done()
	m.spare = codeColumn(s.n)
	m.codes = *m.spare
	known := classings.Get().(*classing)
	defer classings.Put(known)
	clear(known.keys[:])
	w := &oneWord{}
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
		m.codes[d] = code
		dense[d/64] |= 1 << (d % 64)
	}
	w.found = roaring.FromDense(dense, false)
	m.found = w.found
	return w
}

// fill keeps the classes of a column beside what was found.
func (w *oneWord) fill(column []uint16) {
	n := int(w.found.GetCardinality())
	if w.column = 2*n >= len(column); w.column {
		w.codes = append(w.codes, column...)
		return
	}
	w.codes = make([]uint16, 0, n)
	eachOf(w.found, func(d uint32) { w.codes = append(w.codes, column[d]) })
}

// open gives m what was found in a segment of n goods.
func (w *oneWord) open(m *matched, n int) {
	m.found = w.found
	if w.column {
		m.codes = w.codes
		return
	}
	m.spare = codeColumn(n)
	m.codes = *m.spare
	i := 0
	eachOf(w.found, func(d uint32) { m.codes[d] = w.codes[i]; i++ })
}

// living takes the dead from what m found and says how many goods of each class
// are left.
func (w *oneWord) living(m *matched, dead *roaring.Bitmap) []int {
	goods := make([]int, len(w.classes))
	for i, c := range w.classes {
		goods[i] = c.goods
	}
	if dead != nil && dead.Intersects(m.found) {
		eachOf(roaring.And(m.found, dead), func(d uint32) { goods[m.codes[d]]-- })
		m.found = roaring.AndNot(m.found, dead)
	}
	return goods
}

// raise lifts a good by tiers, found or not.
func (m *matched) raise(d uint32, tier float32) {
	if m.codes == nil {
		m.found.Add(d)
		m.scores[d] = min(m.scores[d], maxScore) + tier*tierStep
		return
	}
	score := float32(0)
	if m.found.Contains(d) {
		score = m.worth[m.codes[d]]
	} else {
		m.found = m.found.Clone() // it may be a segment's
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
