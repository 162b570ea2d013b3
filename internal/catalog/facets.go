package catalog

import (
	"cmp"
	"slices"
	"strings"
	"sync"

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
	some   [][]uint32 // part → the values counted; nil where all may be
}

// countAll counts the values of dims among the chosen goods of every part; nil
// stands for all living goods, without the lapsed ones where those are hidden.
func (s *Snapshot) countAll(dims []dimension, chosen []*roaring.Bitmap, hides bool) []counting {
	out := make([]counting, len(dims))
	for i, d := range dims {
		out[i] = counting{d, make([][]uint32, len(s.parts)), make([][]uint32, len(s.parts))}
	}
	for k, p := range s.parts {
		var counts *counts
		if chosen == nil {
			counts = p.countEverything(dims, hides)
		} else {
			counts = p.count(dims, chosen[k])
		}
		for i, d := range dims {
			out[i].counts[k] = counts.of(p, d)
			if d == dimParty {
				out[i].some[k] = counts.met
			}
		}
	}
	return out
}

// counts are the counts of all values of a part: of organisations, and of the
// other dimensions numbered through.
type counts struct {
	parties, others []uint32
	met             []uint32 // the organisations counted, where they are few of all
}

// zeros are counts of organisations that are all zero again: there are too
// many of them for each question to have its own.
var zeros = sync.Pool{New: func() any { return new([]uint32) }}

func zeroCounts(n int) []uint32 {
	if z := *zeros.Get().(*[]uint32); cap(z) >= n {
		return z[:n]
	}
	return make([]uint32, n)
}

// done gives back what was counted.
func (c *counting) done() {
	if c.dim != dimParty {
		return
	}
	for k, some := range c.some {
		if some == nil {
			clear(c.counts[k])
		}
		for _, v := range some {
			c.counts[k][v] = 0
		}
		zeros.Put(&c.counts[k])
	}
}

// newCounts makes room for dims; organisations are left out unless asked for.
// few says that few of them will be met.
func (p *part) newCounts(dims []dimension, few bool) *counts {
	c := &counts{others: make([]uint32, p.shape.first[dimensions])}
	if slices.Contains(dims, dimParty) {
		c.parties = zeroCounts(p.dims[dimParty].values.len())
		if few {
			c.met = make([]uint32, 0, 64)
		}
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
// was written, less the deleted and, where those are hidden, the lapsed.
func (p *part) countEverything(dims []dimension, hides bool) *counts {
	c := p.newCounts(dims, false)
	for d := range dimensions {
		to := c.of(p, d)
		for v := range to {
			to[v] = p.dims[d].counts.at(v)
		}
	}
	dead := p.dead
	if lapsed := p.lapsed(); hides && lapsed != nil {
		for d, less := range p.ofLapsed() {
			to := c.of(p, dimension(d))
			for _, l := range less {
				if len(to) > 0 {
					to[l.value] -= l.count
				}
			}
		}
		if dead != nil {
			dead = roaring.AndNot(dead, lapsed)
		}
	}
	if dead != nil {
		p.countForward(dead, c, slices.Max(dims), ^uint32(0)) // less one
	}
	return c
}

// fewShare is how many times more organisations than goods there must be for
// those met to be noted.
const fewShare = 8

// count counts the values of dims among the chosen goods, in whichever way is
// less work: by reading the goods' records, or by intersecting the values'
// bitmaps and reading the column of organisations.
func (p *part) count(dims []dimension, chosen *roaring.Bitmap) *counts {
	n := int(chosen.GetCardinality())
	c := p.newCounts(dims, fewShare*n < p.dims[dimParty].values.len())
	records := n * (recordWork + valueWork*len(dims))
	bitmaps := 0
	for _, d := range dims {
		bitmaps += p.dims[d].work(d, n, p.n)
	}
	if records <= bitmaps {
		p.countForward(chosen, c, slices.Max(dims), 1)
		return c
	}
	words := flatOf(chosen, p.n)
	for _, d := range dims {
		if d != dimParty {
			p.dims[d].count(c.of(p, d), chosen, *words, p.n)
		}
	}
	switch {
	case c.parties == nil:
	case 2*n > p.n && c.met == nil: // all, less the others
		for v := range c.parties {
			c.parties[v] = p.dims[dimParty].counts.at(v)
		}
		turn(*words, p.n)
		p.countColumn(*words, c, ^uint32(0))
	default:
		p.countColumn(*words, c, 1)
	}
	flats.Put(words)
	return c
}

// list turns counts into what a facet shows: the most frequent values, and
// those selected whatever their count. more is what was counted elsewhere; what
// is counted outside the first part joins it.
func (s *Snapshot) list(c counting, more map[string]int, selected []string) []good.Count {
	for k, p := range s.parts[min(1, len(s.parts)):] {
		c.each(k+1, func(v, n uint32) {
			more[string(p.dims[c.dim].values.at(int(v)))] += int(n)
		})
	}
	for _, value := range selected {
		more[value] += 0
	}
	var out []good.Count
	if len(s.parts) > 0 {
		d := &s.parts[0].dims[c.dim]
		most := c.most(0)
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

// each gives the values of part k that were counted, and their counts.
func (c *counting) each(k int, value func(v, n uint32)) {
	if some := c.some[k]; some != nil {
		for _, v := range some {
			value(v, c.counts[k][v])
		}
		return
	}
	for v, n := range c.counts[k] {
		if n > 0 {
			value(uint32(v), n)
		}
	}
}

// most is the values of part k with the highest counts, enough of them to be
// shown, the highest first; among equals the first value.
func (c *counting) most(k int) []uint32 {
	top := make([]uint64, 0, 2*maxValues) // count, then the value's number turned round
	floor := uint64(c.least(k)) << 32
	cut := func() {
		slices.Sort(top)
		top = append(top[:0], top[max(0, len(top)-maxValues):]...)
	}
	c.each(k, func(v, n uint32) {
		key := uint64(n)<<32 | uint64(^v)
		if key < floor {
			return
		}
		if top = append(top, key); len(top) == cap(top) {
			cut()
			floor = top[0]
		}
	})
	cut()
	out := make([]uint32, len(top))
	for i, key := range top {
		out[len(top)-1-i] = ^uint32(key)
	}
	return out
}

// least is a count that at least maxValues values of part k have, as high a one
// as is soon known; 0 where there are not so many.
func (c *counting) least(k int) uint32 {
	var have [1024]int // by count, the last by that and more
	c.each(k, func(_, n uint32) { have[min(int(n), len(have)-1)]++ })
	for n, sum := len(have)-1, 0; n > 0; n-- {
		if sum += have[n]; sum >= maxValues {
			return uint32(n)
		}
	}
	return 0
}
