package catalog

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/catalog/analysis"
)

// Most questions of several words are met by goods that have them all. These
// are few, however common one of the words is: so they are told first, and
// nothing is worked out for the others.

// marked is some goods of a part, and a column in which they alone are marked.
type marked struct {
	docs  []uint32
	marks *[]uint8 // by good
}

// markings are columns without a mark.
var markings = sync.Pool{New: func() any { return new([]uint8) }}

func (m *marked) done() {
	if m.marks == nil {
		return
	}
	for _, d := range m.docs {
		(*m.marks)[d] = 0
	}
	markings.Put(m.marks)
}

// findAll is find where enough goods have all words that are needed; false
// where those with most of them are to be found too.
func (s *Snapshot) findAll(groups []analysis.Group, met [][]hits) (finding, bool) {
	n, whole := needed(groups), 0
	have := make([]marked, len(s.parts))
	defer func() {
		for k := range have {
			have[k].done()
		}
	}()
	for k, p := range s.parts {
		have[k] = p.haveAll(groups, met, k)
		whole += len(have[k].docs)
	}
	if whole == 0 || n >= 3 && whole < hardly {
		return finding{}, false
	}
	f := finding{parts: make([]matched, len(s.parts))}
	for k, p := range s.parts {
		f.parts[k] = usedMatched(p.n)
		f.parts[k].found = bitmapOf(have[k].docs, p.n)
		for _, d := range have[k].docs {
			f.parts[k].scores[d] = 0
		}
	}
	for i := range groups {
		all, itself := s.rarities(met[i])
		for k := range f.parts {
			if marks := have[k].marks; marks != nil {
				h := &met[i][k]
				addMarked(f.parts[k].scores, *marks, h.docs, h.weights, all)
				addMarked(f.parts[k].scores, *marks, h.docs, h.literal, itself)
			}
		}
	}
	return f, true
}

// haveAll marks the goods of part k that have all needed words.
func (p *part) haveAll(groups []analysis.Group, met [][]hits, k int) marked {
	var words [][]uint32
	for i := range groups {
		if !groups[i].Optional {
			words = append(words, met[i][k].docs)
		}
	}
	slices.SortStableFunc(words, func(a, b []uint32) int { return len(a) - len(b) })
	if len(words) == 0 || len(words[0]) == 0 {
		return marked{}
	}
	m := marked{marks: markings.Get().(*[]uint8)}
	if cap(*m.marks) < p.n {
		*m.marks = make([]uint8, p.n)
	}
	*m.marks = (*m.marks)[:p.n]
	marks := *m.marks
	for _, d := range words[0] {
		marks[d] = 1
	}
	for i, docs := range words[1:] {
		before := uint8(i + 1)
		for _, d := range docs {
			if marks[d] == before {
				marks[d]++
			}
		}
	}
	for _, d := range words[0] {
		if int(marks[d]) == len(words) {
			m.docs = append(m.docs, d)
		} else {
			marks[d] = 0
		}
	}
	return m
}

// addMarked is addScores for marked goods alone.
func addMarked(scores []float32, marks []uint8, docs []uint32, weights []float32, rarity float32) {
	for i, w := range weights {
		if d := docs[i]; marks[d] != 0 {
			scores[d] += worth(w, rarity)
		}
	}
}

// bitmapOf is some of n goods as a bitmap.
func bitmapOf(docs []uint32, n int) *roaring.Bitmap {
	if len(docs) < n/1024 {
		docs = slices.Clone(docs)
		slices.Sort(docs)
		return roaring.BitmapOf(docs...)
	}
	dense := make([]uint64, (n+63)/64)
	for _, d := range docs {
		dense[d/64] |= 1 << (d % 64)
	}
	return roaring.FromDense(dense, false)
}
