package catalog

import (
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/good"
)

// lapsed is the goods of the segment that the default filter keeps out, dead
// ones too; nil where there are none.
func (s *segment) lapsed() *roaring.Bitmap { return s.dims[dimStage].bitmap(string(good.Lapsed)) }

// usual is the living goods that the default filter leaves, found out once.
func (p *part) usual() *roaring.Bitmap {
	p.leaves.once.Do(func() {
		p.leaves.goods = p.living()
		if lapsed := p.lapsed(); lapsed != nil {
			p.leaves.goods.AndNot(lapsed)
		}
	})
	return p.leaves.goods
}

// leaves is what the default filter leaves of a part.
type leaves struct {
	once  sync.Once
	goods *roaring.Bitmap
}

// valueCount is a value of a dimension and how many goods have it.
type valueCount struct{ value, count uint32 }

// lessens is how much the default filter lessens the counts of a segment.
type lessens struct {
	once sync.Once
	by   [dimensions][]valueCount
}

// ofLapsed counts the values of the lapsed goods, dead ones too. A segment never
// changes, so it is done once, and the list that is asked for most costs no more
// than if there were none.
func (p *part) ofLapsed() *[dimensions][]valueCount {
	p.lessens.once.Do(func() {
		all := make([]dimension, dimensions)
		for d := range all {
			all[d] = dimension(d)
		}
		c := p.count(all, p.lapsed())
		for d := range dimensions {
			for v, n := range c.of(p, d) {
				if n > 0 {
					p.lessens.by[d] = append(p.lessens.by[d], valueCount{uint32(v), n})
				}
			}
		}
		clear(c.parties)
		zeros.Put(&c.parties)
	})
	return &p.lessens.by
}
