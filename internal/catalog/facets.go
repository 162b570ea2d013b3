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
	forwardShare  = 64 // of the segment's goods
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
	total := map[string]int{}
	if len(s.parts) > 1 {
		for k, p := range s.parts[1:] {
			for v, n := range c.counts[k+1] {
				if n > 0 {
					total[string(p.dims[c.dim].values.at(v))] += int(n)
				}
			}
		}
	}
	out := make([]good.Count, 0, 64)
	if len(s.parts) > 0 {
		values := s.parts[0].dims[c.dim].values
		for v, n := range c.counts[0] {
			more := 0
			if len(total) > 0 {
				if m, ok := total[bytesAsString(values.at(v))]; ok {
					more = m
					delete(total, bytesAsString(values.at(v)))
				}
			}
			if int(n)+more > 0 {
				out = append(out, good.Count{Value: bytesAsString(values.at(v)), Count: int(n) + more})
			}
		}
	}
	for v, n := range total {
		out = append(out, good.Count{Value: v, Count: n})
	}
	return shownValues(out, selected)
}

func shownValues(all []good.Count, selected []string) []good.Count {
	chosen := make(map[string]bool, len(selected))
	for _, v := range selected {
		chosen[v] = true
	}
	for i := range all {
		if chosen[all[i].Value] {
			all[i].Selected = true
			delete(chosen, all[i].Value)
		}
	}
	for v := range chosen {
		all = append(all, good.Count{Value: v, Selected: true})
	}
	slices.SortFunc(all, func(a, b good.Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	out := all
	if len(all) > maxValues {
		out = all[:maxValues:maxValues]
		for _, c := range all[maxValues:] {
			if c.Selected {
				out = append(out, c)
			}
		}
	}
	for i := range out {
		out[i].Value = string([]byte(out[i].Value)) // out of the segment's bytes
	}
	return slices.Clip(out)
}
