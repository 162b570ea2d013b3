package catalog

import (
	"cmp"
	"container/heap"
	"runtime"
	"slices"
	"strings"

	"stoa/internal/catalog/analysis"
)

const nowhere = ^uint32(0)

// mergeParts writes one segment of the living goods of several into a sink. It
// reads only segments: their goods are already in order, so the merged order
// keeps each part's own, and postings move by a table of new numbers. breathe
// is called now and then; its error ends the merge. moved says which number each part's
// goods got, or nowhere.
func mergeParts(to *sink, parts []*part, at Mark, breathe func() error) (head []byte, moved [][]uint32, err error) {
	w := segmentWriter{to: to}
	numbers := mergeValues(&w, parts)
	moved = make([][]uint32, len(parts))
	for i, p := range parts {
		moved[i] = make([]uint32, p.n)
		for k := range moved[i] {
			moved[i][k] = nowhere
		}
	}
	type place struct{ part, at uint32 }
	var order []place
	var r row
	w.beginGoods()
	for h := newOrderHeap(parts); len(h.heads) > 0; h.pop() {
		first := h.heads[0]
		p := parts[first.part]
		moved[first.part][first.at] = uint32(w.n)
		order = append(order, place{uint32(first.part), uint32(first.at)})
		p.readRow(first.at, &r, &numbers[first.part])
		w.add(&r)
		if w.n%breathEvery == 0 {
			if err := breathe(); err != nil {
				return nil, moved, err
			}
		}
	}
	w.beginCards()
	for i, x := range order {
		w.cards.add(parts[x.part].cards.at(int(x.at)))
		if i%breathEvery == 0 {
			if err := breathe(); err != nil {
				return nil, moved, err
			}
		}
	}
	order = nil
	w.beginTerms()
	if err := mergeTerms(&w, parts, moved, breathe); err != nil {
		return nil, moved, err
	}
	if err := breathe(); err != nil {
		return nil, moved, err
	}
	head, err = w.seal(at)
	runtime.KeepAlive(parts)
	return head, moved, err
}

// breathEvery is after how many goods or postings a merge breathes.
const breathEvery = 512

// mergeInMemory is mergeParts for small parts.
func mergeInMemory(parts []*part, at Mark, breathe func() error) (*segment, [][]uint32, error) {
	size := 0
	for _, p := range parts {
		size += len(p.data)
	}
	to := newSink(nil, size)
	head, moved, err := mergeParts(to, parts, at, breathe)
	if err != nil {
		return nil, moved, err
	}
	copy(to.bytes, head)
	seg, err := openSegment(to.bytes, true)
	return seg, moved, err
}

// noBreath is for merges that are soon over.
func noBreath() error { return nil }

// mergeValues unites the parts' values of every dimension and says which
// number each part's values get.
func mergeValues(w *segmentWriter, parts []*part) [][dimensions][]uint32 {
	numbers := make([][dimensions][]uint32, len(parts))
	for d := range dimensions {
		all := map[string]uint32{}
		for _, p := range parts {
			for v := range p.dims[d].values.len() {
				all[string(p.dims[d].values.at(v))] = 0
			}
		}
		list := sortedKeys(all)
		for i, v := range list {
			all[v] = uint32(i)
		}
		w.setValues(d, list)
		for i, p := range parts {
			to := make([]uint32, p.dims[d].values.len())
			for v := range to {
				to[v] = all[string(p.dims[d].values.at(v))]
			}
			numbers[i][d] = to
		}
	}
	return numbers
}

// readRow reads the columns of good i with its values renumbered.
func (s *segment) readRow(i int, r *row, numbers *[dimensions][]uint32) {
	r.id, r.listed, r.updated, r.deployed = s.id(i), i < s.listed, s.updatedAt(i), s.deployedIn(i)
	for d := range r.values {
		r.values[d] = r.values[d][:0]
	}
	s.eachValue(i, func(d dimension, v uint32) {
		r.values[d] = append(r.values[d], numbers[d][v]) // both lists are sorted: still ascending
	})
}

// orderHead is the next good of a part in the common order.
type orderHead struct {
	part, at int
	later    bool // not among the recognised
	key      string
	name, id string
}

// orderHeap walks the living goods of several parts in their common order.
type orderHeap struct {
	parts []*part
	heads []orderHead
}

func newOrderHeap(parts []*part) *orderHeap {
	h := &orderHeap{parts: parts}
	for i := range parts {
		head := orderHead{part: i, at: -1}
		if h.advance(&head) {
			h.heads = append(h.heads, head)
		}
	}
	heap.Init(h)
	return h
}

// advance moves a head to its part's next living good.
func (h *orderHeap) advance(head *orderHead) bool {
	p := h.parts[head.part]
	for head.at++; head.at < p.n; head.at++ {
		if !p.isDead(head.at) {
			head.later = head.at >= p.listed
			head.name = p.nameOf(head.at)
			head.key = analysis.Key(head.name)
			head.id = string(p.id(head.at))
			return true
		}
	}
	return false
}

// pop moves past the first good.
func (h *orderHeap) pop() {
	if h.advance(&h.heads[0]) {
		heap.Fix(h, 0)
	} else {
		heap.Pop(h)
	}
}

// Len, Less, Swap, Push and Pop are for container/heap.
func (h *orderHeap) Len() int { return len(h.heads) }

// Less compares as the goods of a segment are ordered.
func (h *orderHeap) Less(i, j int) bool { return h.heads[i].compare(&h.heads[j]) < 0 }

func (a *orderHead) compare(b *orderHead) int {
	if a.later != b.later {
		if b.later {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.name, b.name), cmp.Compare(a.id, b.id))
}

// Swap swaps two heads.
func (h *orderHeap) Swap(i, j int) { h.heads[i], h.heads[j] = h.heads[j], h.heads[i] }

// Push is never used.
func (h *orderHeap) Push(any) {}

// Pop drops the last head.
func (h *orderHeap) Pop() any {
	h.heads = h.heads[:len(h.heads)-1]
	return nil
}

// termHead is the next term of a part.
type termHead struct {
	term     string
	part, at int
}

// termHeap walks the terms of several parts in their common order; of one term
// the parts come in theirs.
type termHeap []termHead

// Len, Less, Swap, Push and Pop are for container/heap.
func (h termHeap) Len() int { return len(h) }

// Less compares terms, then parts.
func (h termHeap) Less(i, j int) bool {
	c := strings.Compare(h[i].term, h[j].term)
	return c < 0 || c == 0 && h[i].part < h[j].part
}

// Swap swaps two heads.
func (h termHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push is never used.
func (h *termHeap) Push(any) {}

// Pop drops the last head.
func (h *termHeap) Pop() any { *h = (*h)[:len(*h)-1]; return nil }

// pop moves past the first term.
func (h *termHeap) pop(parts []*part) {
	first := &(*h)[0]
	if p := parts[first.part]; first.at+1 < p.terms.len() {
		first.at++
		first.term = bytesAsString(p.terms.at(first.at))
		heap.Fix(h, 0)
	} else {
		heap.Pop(h)
	}
}

// moving is a posting on its way into the merged segment.
type moving struct {
	doc    uint32
	weight byte
	pos    []byte
}

// mergeTerms writes the united terms with their postings renumbered.
func mergeTerms(w *segmentWriter, parts []*part, moved [][]uint32, breathe func() error) error {
	var h termHeap
	for i, p := range parts {
		if p.terms.len() > 0 {
			h = append(h, termHead{bytesAsString(p.terms.at(0)), i, 0})
		}
	}
	heap.Init(&h)
	var list []moving
	p := postingWriter{}
	for done := 0; len(h) > 0; {
		term, sources := h[0].term, 0
		list = list[:0]
		for len(h) > 0 && h[0].term == term {
			before := len(list)
			list = parts[h[0].part].appendMoved(list, h[0].at, moved[h[0].part], term[0] == nsWord)
			if len(list) > before {
				sources++
			}
			h.pop(parts)
		}
		if len(list) == 0 {
			continue
		}
		if sources > 1 {
			slices.SortFunc(list, func(a, b moving) int { return cmp.Compare(a.doc, b.doc) })
		}
		p.reset(term[0] != nsWord)
		for _, x := range list {
			p.addRaw(x.doc, x.weight, x.pos)
		}
		w.addTerm(term, &p)
		if done += len(list); done > breathEvery {
			done = 0
			if err := breathe(); err != nil {
				return err
			}
		}
	}
	return nil
}

// appendMoved appends the postings of term t with their new numbers.
func (s *segment) appendMoved(list []moving, t int, to []uint32, places bool) []moving {
	for c := s.cursorOf(t); c.next(); {
		doc := to[c.doc]
		var pos []byte
		if places {
			pos = c.rawPositions()
		}
		if doc != nowhere {
			list = append(list, moving{doc, c.weight, pos})
		}
	}
	return list
}
