package catalog

import (
	"cmp"
	"slices"

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
		counts := make([][]uint32, dimensions)
		for _, d := range dims {
			counts[d] = make([]uint32, p.dims[d].values.len())
		}
		if chosen == nil {
			p.countEverything(dims, counts)
		} else {
			p.count(dims, counts, chosen[k])
		}
		for i, d := range dims {
			out[i].counts[k] = counts[d]
		}
	}
	return out
}

// countEverything counts all living goods: what was counted when the segment
// was written, less the deleted.
func (p *part) countEverything(dims []dimension, counts [][]uint32) {
	for _, d := range dims {
		for v := range counts[d] {
			counts[d][v] = p.dims[d].counts.at(v)
		}
	}
	if p.dead != nil {
		p.readForward(p.dead, dims, func(d dimension, v uint32) { counts[d][v]-- })
	}
}

// Few goods are counted by reading their values; many by intersecting the
// values' bitmaps, save in dimensions with too many of them.
const (
	forwardAlways = 512
	forwardShare  = 12 // of the segment's goods
)

func (p *part) count(dims []dimension, counts [][]uint32, chosen *roaring.Bitmap) {
	n := int(chosen.GetCardinality())
	if n == 0 {
		return
	}
	read := dims
	if n > forwardAlways && n > p.n/forwardShare {
		read = nil
		for _, d := range dims {
			ds := &p.dims[d]
			if ds.open == nil {
				read = append(read, d)
				continue
			}
			for v, b := range ds.open {
				counts[d][v] = uint32(b.AndCardinality(chosen))
			}
		}
	}
	if len(read) > 0 {
		p.readForward(chosen, read, func(d dimension, v uint32) { counts[d][v]++ })
	}
}

// readForward reads the values of dims of the chosen goods.
func (p *part) readForward(chosen *roaring.Bitmap, dims []dimension, each func(dimension, uint32)) {
	last := slices.Max(dims)
	var wanted [dimensions]bool
	for _, d := range dims {
		wanted[d] = true
	}
	for it := chosen.Iterator(); it.HasNext(); {
		in := reader{p.forward.at(int(it.Next()))}
		for d := dimension(0); d <= last; d++ {
			v := uint32(0)
			for n := in.count(); n > 0; n-- {
				v += uint32(in.uvarint())
				if wanted[d] {
					each(d, v)
				}
			}
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
	var out []good.Count
	seen := map[string]bool{}
	add := func(value string, n int) {
		if !seen[value] {
			seen[value] = true
			out = append(out, good.Count{Value: value, Count: n, Selected: slices.Contains(selected, value)})
		}
	}
	if len(s.parts) > 0 {
		d := &s.parts[0].dims[c.dim]
		first := func(value string) int {
			if v, ok := d.find(value); ok {
				return int(c.counts[0][v])
			}
			return 0
		}
		for value, n := range more {
			add(value, n+first(value))
		}
		for _, value := range selected {
			add(value, first(value))
		}
		for _, v := range mostCounted(c.counts[0]) {
			add(string(d.values.at(int(v))), int(c.counts[0][v]))
		}
	}
	for _, value := range selected {
		add(value, 0)
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
// shown; among equals the first.
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
		out[i] = ^uint32(key)
	}
	return out
}
