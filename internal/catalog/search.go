package catalog

import (
	"runtime"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/good"
)

// defaultLimit is how many goods a query without a limit gets.
const defaultLimit = 20

// Search answers q. It never fails: text without any word, and values nobody
// has, find nothing.
func (s *Snapshot) Search(q good.Query) good.Results {
	defer runtime.KeepAlive(s) // its segments may be mapped files
	out := good.Results{Position: s.position, Facets: make(map[good.Facet][]good.Count, len(good.Facets))}
	var found *finding
	if text := strings.TrimSpace(q.Text); text != "" {
		f := s.found(text, q.Lang)
		defer f.done()
		found, out.Fuzzy = &f, f.fuzzy
	}
	n := s.narrow(q.Filters, found)
	n.hides = q.Hides()
	var all []*roaring.Bitmap
	all, out.Lapsed = n.chosen(dimensions)
	for _, c := range all {
		out.Total += int(c.GetCardinality())
	}
	s.facets(&out, q, n, all)
	limit := q.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	sort := q.Sort
	if !slices.Contains(good.Sorts, sort) {
		sort = good.ByRelevance
	}
	refs := s.page(sort, all, found, max(q.Offset, 0), limit)
	out.Cards = s.cardsOf(refs)
	return out
}

func (s *Snapshot) cardsOf(refs []ref) []good.Card {
	cards := make([]good.Card, len(refs))
	for i, r := range refs {
		cards[i] = s.parts[r.part].card(r.doc)
	}
	return cards
}

// narrowing is what a query leaves of every part.
type narrowing struct {
	s       *Snapshot
	found   *finding // by words; nil is all living goods
	hides   bool     // the lapsed are left out
	filters map[dimension][]*roaring.Bitmap
}

func (s *Snapshot) narrow(filters map[good.Facet][]string, found *finding) *narrowing {
	n := &narrowing{s: s, found: found, filters: map[dimension][]*roaring.Bitmap{}}
	for f, values := range filters {
		d, ok := dimensionOf(f)
		if !ok || len(values) == 0 {
			continue
		}
		widened := make([]*roaring.Bitmap, len(s.parts))
		for k, p := range s.parts {
			var some []*roaring.Bitmap
			for _, v := range values {
				if b := p.dims[d].bitmap(v); b != nil {
					some = append(some, b)
				}
			}
			if len(some) == 1 {
				widened[k] = some[0]
			} else {
				widened[k] = roaring.FastOr(some...)
			}
		}
		n.filters[d] = widened
	}
	return n
}

// living is all goods of the part that are not deleted.
func (p *part) living() *roaring.Bitmap {
	b := roaring.New()
	b.AddRange(0, uint64(p.n))
	if p.dead != nil {
		b.AndNot(p.dead)
	}
	return b
}

// chosen is what all filters leave, save that of but, and how many goods only
// the default filter keeps out.
func (n *narrowing) chosen(but dimension) (left []*roaring.Bitmap, lapsed int) {
	left = make([]*roaring.Bitmap, len(n.s.parts))
	for k, p := range n.s.parts {
		c := cut{}
		if n.found != nil {
			c.and(n.found.parts[k].found)
		}
		for d := range dimensions {
			if filter := n.filters[d]; filter != nil && d != but {
				c.and(filter[k])
			}
		}
		switch {
		case c.b == nil && n.hides:
			left[k] = p.usual()
			lapsed += p.live - int(left[k].GetCardinality())
			continue
		case c.b == nil:
			c.b = p.living()
		case n.found == nil && p.dead != nil:
			c.andNot(p.dead)
		}
		if out := p.lapsed(); n.hides && out != nil {
			before := c.b.GetCardinality()
			c.andNot(out)
			lapsed += int(before - c.b.GetCardinality())
		}
		left[k] = c.b
	}
	return left, lapsed
}

// cut is a bitmap that is cut down: the first is not changed.
type cut struct {
	b   *roaring.Bitmap
	own bool
}

func (c *cut) and(b *roaring.Bitmap) {
	switch {
	case c.b == nil:
		c.b = b
	case c.own:
		c.b.And(b)
	default:
		c.b, c.own = roaring.And(c.b, b), true
	}
}

func (c *cut) andNot(b *roaring.Bitmap) {
	if c.own {
		c.b.AndNot(b)
	} else {
		c.b, c.own = roaring.AndNot(c.b, b), true
	}
}

// facets counts the values of every facet. Facets without a selection are
// counted together, over what was found; each other one over what would be
// found without its selection.
func (s *Snapshot) facets(out *good.Results, q good.Query, n *narrowing, all []*roaring.Bitmap) {
	var open []dimension
	var counted []counting
	asked := q.Counted
	if asked == nil {
		asked = good.Facets
	}
	for _, f := range asked {
		d, ok := dimensionOf(f)
		if !ok {
			continue
		}
		if n.filters[d] == nil {
			open = append(open, d)
			continue
		}
		var chosen []*roaring.Bitmap
		if n.found != nil || len(n.filters) > 1 {
			chosen, _ = n.chosen(d)
		}
		counted = append(counted, s.countAll([]dimension{d}, chosen, n.hides)...)
	}
	if n.found == nil && len(n.filters) == 0 {
		all = nil
	}
	if len(open) > 0 {
		counted = append(counted, s.countAll(open, all, n.hides)...)
	}
	for _, c := range counted {
		f := facetOf[c.dim]
		besides := map[string]int{}
		if f == good.FacetStage && out.Lapsed > 0 {
			besides[string(good.Lapsed)] = out.Lapsed // its own selection narrows no facet, nor does this one
		}
		out.Facets[f] = s.list(c, besides, q.Filters[f])
		c.done()
	}
}

// Holder is some good that has a value of a facet; false where none has it.
func (s *Snapshot) Holder(f good.Facet, value string) (good.Card, bool) {
	defer runtime.KeepAlive(s) // its segments may be mapped files
	n := s.narrow(map[good.Facet][]string{f: {value}}, nil)
	left, _ := n.chosen(dimensions)
	for k, c := range left {
		if !c.IsEmpty() {
			return s.parts[k].card(int(c.Minimum())), true
		}
	}
	return good.Card{}, false
}
