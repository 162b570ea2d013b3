package catalog

import (
	"math"
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
)

// flat is the goods with one value as one bit each, made when it is first
// wanted. A RoaringBitmap lists the goods of a value that one in twenty has one
// by one, so that an intersection looks at each; bits are looked at 64 at a time.
type flat = atomic.Pointer[[]uint64]

// The share of goods a value must have to be kept flat: at least one in
// flatFrom, where bits are quicker, and less than one in flatTo, from which on
// a RoaringBitmap holds bits itself. It takes some 10 bytes a good, which large
// segments do without.
const (
	flatFrom = 64
	flatTo   = 16
	flatMost = 1 << 18 // goods
)

// isFlat says whether a value that have of n goods have is kept flat.
func isFlat(have, n int) bool { return have*flatFrom >= n && have*flatTo < n && n <= flatMost }

// What counting costs, in nanoseconds or so.
const (
	recordWork = 16  // to find one good's record
	valueWork  = 2   // to count its values of one dimension
	columnWork = 2   // to count one good by a column
	listWork   = 1.2 // to look one listed good of a value up
	wordWork   = 0.8 // to intersect 64 goods
	packedWork = 0.2 // the same within RoaringBitmaps
	valueStart = 20  // to begin with a value
)

// effort is what counting a dimension by its bitmaps takes.
type effort struct {
	listed int // goods that stand in lists, over all values
	flat   int // values that are kept flat
	packed int // values that RoaringBitmaps keep as bits
}

// weigh says which values of the dimension are kept flat in a segment of n goods.
func (d *dimSegment) weigh(n int) {
	d.flat = make([]flat, len(d.open))
	for v := range d.open {
		switch have := int(d.counts.at(v)); {
		case isFlat(have, n):
			d.effort.flat++
		case have*flatTo >= n:
			d.effort.packed++
		default:
			d.effort.listed += have
		}
	}
}

// work is what counting dimension d among so many chosen of n goods takes by
// bitmaps or column.
func (d *dimSegment) work(which dimension, chosen, n int) int {
	if which == dimParty {
		return columnWork * min(chosen, n-chosen)
	}
	if d.open == nil {
		return math.MaxInt32
	}
	words := float64(n) / 64
	packed := packedWork * words
	if chosen*flatTo < n { // the chosen stand in lists
		packed = listWork * float64(chosen)
	}
	return valueStart*len(d.open) + int(listWork*float64(d.effort.listed)+wordWork*words*float64(d.effort.flat)+packed*float64(d.effort.packed))
}

// count counts the chosen goods of every value; words are the same of n goods flat.
func (d *dimSegment) count(to []uint32, chosen *roaring.Bitmap, words []uint64, n int) {
	for v, b := range d.open {
		if isFlat(int(d.counts.at(v)), n) {
			to[v] = uint32(common(d.flatten(v, len(words)), words))
		} else {
			to[v] = uint32(b.AndCardinality(chosen))
		}
	}
}

// flatten is the goods of value v as so many words.
func (d *dimSegment) flatten(v, words int) []uint64 {
	if have := d.flat[v].Load(); have != nil {
		return *have
	}
	out := make([]uint64, words)
	d.open[v].WriteDenseTo(out)
	d.flat[v].Store(&out)
	return out
}

// common is how many bits two equally long runs of words have in common.
func common(a, b []uint64) int {
	n := 0
	for len(a) >= 4 && len(b) >= 4 {
		n += bits.OnesCount64(a[0]&b[0]) + bits.OnesCount64(a[1]&b[1]) + bits.OnesCount64(a[2]&b[2]) + bits.OnesCount64(a[3]&b[3])
		a, b = a[4:], b[4:]
	}
	for i := range a {
		n += bits.OnesCount64(a[i] & b[i])
	}
	return n
}

// flats are the words of questions that are over, to be used again.
var flats = sync.Pool{New: func() any { return new([]uint64) }}

// flatOf is chosen flat, of n goods; it goes back to flats.
func flatOf(chosen *roaring.Bitmap, n int) *[]uint64 {
	words := flats.Get().(*[]uint64)
	if need := (n + 63) / 64; cap(*words) < need {
		*words = make([]uint64, need)
	} else {
		*words = (*words)[:need]
		clear(*words)
	}
	chosen.WriteDenseTo(*words)
	return words
}

// turn makes of words, flat of n goods, those of the other goods.
func turn(words []uint64, n int) {
	for i := range words {
		words[i] = ^words[i]
	}
	if rest := n % 64; rest != 0 {
		words[len(words)-1] &= 1<<rest - 1
	}
}
