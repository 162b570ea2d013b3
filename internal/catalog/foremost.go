package catalog

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// A page shows the twenty best of what a word found. So beside the classes of
// all goods, a segment keeps the goods of the classes that were worth most when
// the word was asked for: a page begins with them, however many others there are.

// foremost is the goods of some classes, of the last of them perhaps the first alone.
type foremost struct {
	classes []uint16
	from    []uint32 // class → its first place in docs; one more ends the last
	docs    []uint32 // class after class, each in order
	cut     bool     // the last has more goods
}

const (
	foremostShare = 16  // of so many goods found one is kept so,
	foremostLeast = 512 // of few so many
)

// foremost makes room for the goods of the classes that are worth most: next is
// one more than the first place of each class, 0 where it is left out.
func (w *oneWord) foremost(worth []float32) (f foremost, next []uint32) {
	all := make([]uint16, len(w.classes))
	for i := range all {
		all[i] = uint16(i)
	}
	slices.SortFunc(all, func(a, b uint16) int { return cmp.Compare(worth[b], worth[a]) })
	most := max(int(w.found.GetCardinality())/foremostShare, foremostLeast)
	f.from = []uint32{0}
	next = make([]uint32, len(w.classes))
	n := 0
	for _, c := range all {
		if n == most {
			break
		}
		next[c] = uint32(n) + 1
		f.cut = n+w.classes[c].goods > most
		n = min(n+w.classes[c].goods, most)
		f.classes, f.from = append(f.classes, c), append(f.from, uint32(n))
	}
	f.docs = make([]uint32, n)
	return f, next
}

// add puts a good of a class at its place, if there is one.
func (f *foremost) add(next []uint32, class uint16, d uint32) {
	if at := &next[class]; *at > 0 && int(*at) <= len(f.docs) {
		f.docs[*at-1] = d
		*at++
	}
}

// offerForemost offers the chosen goods that are worth most, and says whether no
// other of the part is worth as much as enough of them.
func (t *topRefs) offerForemost(k int, m *matched, chosen *roaring.Bitmap) bool {
	f := &m.one.first
	in := make([]bool, len(m.worth))
	order := make([]int, len(f.classes))
	for i, c := range f.classes {
		in[c], order[i] = true, len(order)-1-i // what is cut before what is worth the same
	}
	least := float32(0) // the most that a class left out is worth
	for c, w := range m.worth {
		if !in[c] {
			least = max(least, w)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(m.worth[f.classes[b]], m.worth[f.classes[a]]) })
	enough := make([]ref, 0, min(2*t.most, 512))
	for _, i := range order {
		score := m.worth[f.classes[i]]
		if score <= least || len(enough) >= t.most && score < enough[len(enough)-1].score {
			break
		}
		begun := len(enough)
		for _, d := range f.docs[f.from[i]:f.from[i+1]] {
			if chosen.Contains(d) {
				if enough = append(enough, ref{k, int(d), score}); len(enough)-begun == t.most {
					break // of what is worth the same the first come first
				}
			}
		}
		if f.cut && i == len(f.classes)-1 && len(enough) < t.most {
			return false
		}
	}
	if len(enough) < t.most {
		return false
	}
	for _, r := range enough {
		t.offer(r)
	}
	return true
}
