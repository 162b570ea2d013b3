package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/good"
)

// maxValues is the most values of a facet that are returned, selected ones
// aside.
const maxValues = 300

// counting counts the values of one dimension over all parts.
type counting struct {
	dim    dimension
	counts [][]uint32 // part → value → goods
}

// countAll counts the values of dims among the chosen goods of every part;
// nil stands for all living goods.
func (s *Snapshot) countAll(dims []dimension, chosen []*roaring.Bitmap) []counting {
	out := make([]counting, len(dims))
	for i, d := range dims {
		out[i] = counting{d, make([][]uint32, len(s.parts))}
	}
	for k, p := range s.parts {
		counts := p.newCounts(dims)
		if chosen == nil {
			p.countEverything(counts)
		} else {
			p.count(dims, counts, chosen[k])
		}
		for i, d := range dims {
			out[i].counts[k] = counts.of(p, d)
		}
	}
	return out
}

// counts are the counts of all values of a part: of organisations, and of the
// other dimensions numbered through.
type counts struct{ parties, others []uint32 }

// newCounts makes room for dims; organisations are left out unless asked for.
func (p *part) newCounts(dims []dimension) *counts {
	c := &counts{others: make([]uint32, p.shape.first[dimensions])}
	if slices.Contains(dims, dimParty) {
		c.parties = make([]uint32, p.dims[dimParty].values.len())
	}
	return c
}

func (c *counts) of(p *part, d dimension) []uint32 {
	if d == dimParty {
		return c.parties
	}
	return c.others[p.shape.first[d]:p.shape.first[d+1]]
}

// countEverything counts all living goods: what was counted when the segment
// was written, less the deleted.
func (p *part) countEverything(c *counts) {
	for d := range dimensions {
		to := c.of(p, d)
		for v := range to {
			to[v] = p.dims[d].counts.at(v)
		}
	}
	if p.dead != nil {
		p.countForward(p.dead, c.parties, c.others, ^uint32(0)) // less one
	}
}

// Few goods are counted by reading their values; many by intersecting the
// values' bitmaps, save in dimensions with too many of them.
const (
	forwardAlways = 512
	forwardShare  = 8  // of the segment's goods
	bitmapAlways  = 32 // values of a dimension counted alone
)

func (p *part) count(dims []dimension, c *counts, chosen *roaring.Bitmap) {
	n := int(chosen.GetCardinality())
	if n == 0 {
		return
	}
	many := n > forwardAlways && n > p.n/forwardShare
	unread := false
	for _, d := range dims {
		if p.dims[d].open == nil || !many && (len(dims) > 1 || p.dims[d].values.len() > bitmapAlways) {
			unread = true
		}
	}
	if unread {
		p.countForward(chosen, c.parties, c.others, 1)
		return
	}
	for _, d := range dims {
		to := c.of(p, d)
		for v, b := range p.dims[d].open {
			to[v] = uint32(b.AndCardinality(chosen))
		}
	}
}

// list turns counts into what a facet shows: the most frequent values, and
// those selected whatever their count.
func (s *Snapshot) list(c counting, selected []string) []good.Count {
	more := map[string]int{} // values counted outside the first part
	for k, p := range s.parts[min(1, len(s.parts)):] {
		for v, n := range c.counts[k+1] {
			if n > 0 {
				more[string(p.dims[c.dim].values.at(v))] += int(n)
			}
		}
	}
	for _, value := range selected {
		more[value] += 0
	}
	var out []good.Count
	if len(s.parts) > 0 {
		d := &s.parts[0].dims[c.dim]
		most := mostCounted(c.counts[0])
		out = make([]good.Count, 0, len(most)+len(more))
		for value := range more {
			if v, ok := d.find(value); ok {
				more[value] += int(c.counts[0][v])
			}
		}
		for _, v := range most {
			value := bytesAsString(d.values.at(int(v)))
			if _, ok := more[value]; !ok && c.counts[0][v] > 0 {
				out = append(out, good.Count{Value: strings.Clone(value), Count: int(c.counts[0][v])})
			}
		}
	}
	if len(more) == 0 && len(out) <= maxValues {
		return out // in order already
	}
	for value, n := range more {
		out = append(out, good.Count{Value: value, Count: n, Selected: slices.Contains(selected, value)})
	}
	slices.SortFunc(out, func(a, b good.Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	kept := out[:0]
	for i, v := range out {
		if (i < maxValues && v.Count > 0) || v.Selected {
			kept = append(kept, v)
		}
	}
	return kept
}

// mostCounted is the values with the highest counts, enough of them to be
// shown, the highest first; among equals the first value.
func mostCounted(counts []uint32) []uint32 {
	top := make([]uint64, 0, 2*maxValues) // count, then the value's number turned round
	floor := uint64(1) << 32
	cut := func() {
		slices.Sort(top)
		top = append(top[:0], top[max(0, len(top)-maxValues):]...)
	}
	for v, n := range counts {
		key := uint64(n)<<32 | uint64(^uint32(v))
		if key < floor {
			continue
		}
		if top = append(top, key); len(top) == cap(top) {
			cut()
			floor = top[0]
		}
	}
	cut()
	out := make([]uint32, len(top))
	for i, key := range top {
		out[len(top)-1-i] = ^uint32(key)
	}
	return out
}
