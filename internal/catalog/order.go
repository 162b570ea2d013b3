package catalog

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/catalog/analysis"
	"stoa/internal/good"
)

// ref is one good of a snapshot.
type ref struct {
	part, doc int
	score     float32
}

// head is the next good of a stream, with what it is compared by once needed.
type head struct {
	ref
	next func() (doc int, ok bool)
	key  string
	have bool
}

// page lists the chosen goods from offset on, at most limit, in the order sort.
func (s *Snapshot) page(sort good.Sort, chosen []*roaring.Bitmap, found *finding, offset, limit int) []ref {
	total := 0
	for _, c := range chosen {
		total += int(c.GetCardinality())
	}
	if offset >= total || limit <= 0 {
		return nil
	}
	limit = min(limit, total-offset)
	if sort == good.ByRelevance && found != nil {
		return s.best(chosen, found, offset, limit)
	}
	if len(s.parts) == 1 && sort != good.ByName {
		return s.onePart(sort, chosen[0], offset, limit)
	}
	m := &merger{s: s, sort: sort}
	for k := range s.parts {
		for _, next := range s.streams(k, sort, chosen[k]) {
			h := head{ref: ref{part: k}, next: next}
			if h.advance() {
				m.heads = append(m.heads, h)
			}
		}
	}
	heap.Init(m)
	out := make([]ref, 0, limit)
	for n := 0; len(out) < limit && len(m.heads) > 0; n++ {
		if n >= offset {
			out = append(out, m.heads[0].ref)
		}
		if m.heads[0].advance() {
			heap.Fix(m, 0)
		} else {
			heap.Pop(m)
		}
	}
	return out
}

// onePart is page where there is nothing to merge.
func (s *Snapshot) onePart(sort good.Sort, chosen *roaring.Bitmap, offset, limit int) []ref {
	out := make([]ref, 0, limit)
	if sort == good.ByRelevance {
		first, err := chosen.Select(uint32(offset))
		if err != nil {
			return nil
		}
		it := chosen.Iterator()
		it.AdvanceIfNeeded(first)
		for len(out) < limit && it.HasNext() {
			out = append(out, ref{doc: int(it.Next())})
		}
		return out
	}
	next := s.streams(0, sort, chosen)[0]
	for n := 0; len(out) < limit; n++ {
		doc, ok := next()
		if !ok {
			break
		}
		if n >= offset {
			out = append(out, ref{doc: doc})
		}
	}
	return out
}

func (h *head) advance() (ok bool) {
	h.doc, ok = h.next()
	h.have = false
	return ok
}

// streams lists the chosen goods of part k in order, as one stream or several
// to be merged.
func (s *Snapshot) streams(k int, sort good.Sort, chosen *roaring.Bitmap) []func() (int, bool) {
	p := s.parts[k]
	switch sort {
	case good.ByNewest:
		return []func() (int, bool){ordered(p.newest, chosen, func(a, b uint32) int { return cmp.Compare(p.updatedAt(int(b)), p.updatedAt(int(a))) })}
	case good.ByDeployed:
		return []func() (int, bool){ordered(p.most, chosen, func(a, b uint32) int { return cmp.Compare(p.deployedIn(int(b)), p.deployedIn(int(a))) })}
	case good.ByName:
		rest := chosen.Iterator()
		rest.AdvanceIfNeeded(uint32(p.listed))
		first := chosen.Iterator()
		return []func() (int, bool){
			func() (int, bool) {
				if !first.HasNext() || int(first.PeekNext()) >= p.listed {
					return 0, false
				}
				return int(first.Next()), true
			},
			func() (int, bool) { return nextOf(rest) },
		}
	}
	it := chosen.Iterator()
	return []func() (int, bool){func() (int, bool) { return nextOf(it) }}
}

func nextOf(it roaring.IntPeekable) (int, bool) {
	if !it.HasNext() {
		return 0, false
	}
	return int(it.Next()), true
}

// ordered streams the chosen goods in the order of a list of all: by walking
// the list where it meets many of them, by sorting them where they are few.
func ordered(all u32s, chosen *roaring.Bitmap, compare func(a, b uint32) int) func() (int, bool) {
	n := int(chosen.GetCardinality())
	i := 0
	if n*64 < all.len() {
		docs := chosen.ToArray()
		slices.SortStableFunc(docs, compare)
		return func() (int, bool) {
			if i == len(docs) {
				return 0, false
			}
			i++
			return int(docs[i-1]), true
		}
	}
	return func() (int, bool) {
		for ; i < all.len(); i++ {
			if doc := all.at(i); chosen.Contains(doc) {
				i++
				return int(doc), true
			}
		}
		return 0, false
	}
}

// merger merges streams; it is a heap of their heads.
type merger struct {
	s     *Snapshot
	sort  good.Sort
	heads []head
}

// Len, Less, Swap, Push and Pop are for container/heap.
func (m *merger) Len() int { return len(m.heads) }

// Less says which of two heads comes first.
func (m *merger) Less(i, j int) bool {
	a, b := &m.heads[i], &m.heads[j]
	pa, pb := m.s.parts[a.part], m.s.parts[b.part]
	c := 0
	switch m.sort {
	case good.ByNewest:
		c = cmp.Compare(pb.updatedAt(b.doc), pa.updatedAt(a.doc))
	case good.ByDeployed:
		c = cmp.Compare(pb.deployedIn(b.doc), pa.deployedIn(a.doc))
	}
	if c == 0 && m.sort != good.ByName {
		c = compareListed(pa, a.doc, pb, b.doc)
	}
	if c == 0 {
		c = cmp.Or(cmp.Compare(a.keyIn(pa), b.keyIn(pb)), cmp.Compare(pa.nameOf(a.doc), pb.nameOf(b.doc)), cmp.Compare(pa.id(a.doc), pb.id(b.doc)))
	}
	return c < 0
}

func compareListed(pa *part, a int, pb *part, b int) int {
	la, lb := a < pa.listed, b < pb.listed
	switch {
	case la == lb:
		return 0
	case la:
		return -1
	}
	return 1
}

func (h *head) keyIn(p *part) string {
	if !h.have {
		h.key, h.have = analysis.Key(p.nameOf(h.doc)), true
	}
	return h.key
}

// Swap swaps two heads.
func (m *merger) Swap(i, j int) { m.heads[i], m.heads[j] = m.heads[j], m.heads[i] }

// Push is never used.
func (m *merger) Push(any) {}

// Pop drops the last head.
func (m *merger) Pop() any {
	m.heads = m.heads[:len(m.heads)-1]
	return nil
}

// best lists the chosen goods by score.
func (s *Snapshot) best(chosen []*roaring.Bitmap, found *finding, offset, limit int) []ref {
	top := topRefs{s: s, most: offset + limit}
	top.refs = make([]ref, 0, min(2*top.most+64, 1024))
	var buf [256]uint32
	for k, c := range chosen {
		m := &found.parts[k]
		var classes []uint16
		if m.one != nil {
			c = top.offerRaised(k, m, c)
			if top.offerForemost(k, m, c) {
				continue
			}
			classes = m.classes(s.parts[k].n)
		}
		it := c.ManyIterator()
		for n := it.NextMany(buf[:]); n > 0; n = it.NextMany(buf[:]) {
			for _, d := range buf[:n] {
				var score float32
				if classes != nil {
					score = m.worth[classes[d]]
				} else {
					score = m.scores[d]
				}
				if !top.full || score >= top.last.score {
					top.offer(ref{k, int(d), score})
				}
			}
		}
	}
	return top.sorted()[offset:]
}

// topRefs keeps the best refs offered: twice as many as wanted are collected,
// then the worse half is dropped.
type topRefs struct {
	s    *Snapshot
	most int
	refs []ref
	last ref // the worst of the kept ones
	full bool
}

func (t *topRefs) offer(r ref) {
	if t.full && (r.score < t.last.score || r.score == t.last.score && r.part == t.last.part && r.doc > t.last.doc) {
		return
	}
	t.refs = append(t.refs, r)
	if len(t.refs) >= 2*t.most+64 {
		t.sorted()
		t.last, t.full = t.refs[len(t.refs)-1], true
	}
}

// sorted drops all but the best and returns those, best first.
func (t *topRefs) sorted() []ref {
	slices.SortFunc(t.refs, func(a, b ref) int {
		if c := cmp.Compare(b.score, a.score); c != 0 {
			return c
		}
		if a.part == b.part {
			return cmp.Compare(a.doc, b.doc)
		}
		pa, pb := t.s.parts[a.part], t.s.parts[b.part]
		if c := compareListed(pa, a.doc, pb, b.doc); c != 0 {
			return c
		}
		na, nb := pa.nameOf(a.doc), pb.nameOf(b.doc)
		return cmp.Or(cmp.Compare(analysis.Key(na), analysis.Key(nb)), cmp.Compare(na, nb), cmp.Compare(pa.id(a.doc), pb.id(b.doc)))
	})
	t.refs = t.refs[:min(len(t.refs), t.most)]
	return t.refs
}
