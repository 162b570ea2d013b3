package catalog

import (
	"cmp"
	"container/heap"
	"slices"

	"stoa/internal/catalog/analysis"
)

const nowhere = ^uint32(0)

// mergeParts makes one segment of the living goods of several. It reads only
// segments: their goods are already in order, so the merged order keeps each
// part's own, and postings move by a table of new numbers. It clears the
// slice, so that the old segments' memory can be used for the new one.
func mergeParts(parts []*part, position int64) (*part, error) {
	var w segmentWriter
	cards, postings := 0, 0
	for _, p := range parts {
		cards += len(p.cards.bytes)
		postings += len(p.postings.bytes)
	}
	w.cards.bytes, w.posts.bytes = make([]byte, 0, cards), make([]byte, 0, postings)
	numbers := mergeValues(&w, parts)
	moved := make([][]uint32, len(parts)) // part → good → its new number
	for i, p := range parts {
		moved[i] = make([]uint32, p.n)
		for k := range moved[i] {
			moved[i][k] = nowhere
		}
	}
	var r row
	for h := newOrderHeap(parts); len(h.heads) > 0; h.pop() {
		head := h.heads[0]
		p := parts[head.part]
		moved[head.part][head.at] = uint32(w.n)
		p.readRow(head.at, &r, &numbers[head.part])
		w.add(&r)
		w.cards.add(p.cards.at(head.at))
	}
	mergeTerms(&w, parts, moved)
	clear(parts)
	seg, err := w.seal(position)
	if err != nil {
		return nil, err
	}
	return &part{segment: seg, live: seg.n}, nil
}

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
	s.shape.each(s.forward.at(i), func(d dimension, v uint32) {
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

// mergeTerms writes the united terms with their postings renumbered.
func mergeTerms(w *segmentWriter, parts []*part, moved [][]uint32) {
	at := make([]int, len(parts))
	type posting struct {
		doc    uint32
		weight byte
		pos    []byte
	}
	var list []posting
	for {
		term, some := "", false
		for i, p := range parts {
			if at[i] < p.terms.len() {
				if t := bytesAsString(p.terms.at(at[i])); !some || t < term {
					term, some = t, true
				}
			}
		}
		if !some {
			return
		}
		list = list[:0]
		sources := 0
		for i, p := range parts {
			if at[i] >= p.terms.len() || bytesAsString(p.terms.at(at[i])) != term {
				continue
			}
			before := len(list)
			c := p.cursorOf(at[i])
			for c.next() {
				doc := moved[i][c.doc]
				var pos []byte
				if term[0] == nsWord {
					pos = c.rawPositions()
				}
				if doc != nowhere {
					list = append(list, posting{doc, c.weight, pos})
				}
			}
			if len(list) > before {
				sources++
			}
			at[i]++
		}
		if len(list) == 0 {
			continue
		}
		if sources > 1 {
			slices.SortFunc(list, func(a, b posting) int { return cmp.Compare(a.doc, b.doc) })
		}
		p := postingWriter{noPosition: term[0] != nsWord}
		for _, x := range list {
			p.addRaw(x.doc, x.weight, x.pos)
		}
		w.addTerm(term, &p)
	}
}
