package catalog

import (
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/catalog/analysis"
	"stoa/internal/good"
)

// hits are the goods of one segment that meet one wanted word, each with its
// weight, in no order and each once. The first so many have the word itself,
// with that weight.
type hits struct {
	docs    []uint32
	weights []float32
	literal []float32
}

// spent are hits of searches that are over, to be used again.
var spent = sync.Pool{New: func() any { return new(hits) }}

// done gives hits back; they must not be used any more.
func (h *hits) done() {
	spent.Put(&hits{h.docs[:0], h.weights[:0], h.literal[:0]})
	*h = hits{}
}

// gatherer collects hits of several ways to meet a word, keeping the best of each good.
type gatherer struct {
	done []int     // terms gathered without a bound, which nothing later can better
	most float32   // bound of the option being gathered
	best []float32 // by good; zero where not met
	hits
}

var gatherers = sync.Pool{New: func() any { return new(gatherer) }}

func (g *gatherer) open(n int) {
	if len(g.best) < n {
		g.best = make([]float32, n)
	}
	g.hits = *spent.Get().(*hits)
	g.done = g.done[:0]
}

func (g *gatherer) add(doc uint32, weight float32) {
	weight = min(weight, g.most)
	if g.best[doc] == 0 {
		g.docs = append(g.docs, doc)
		g.best[doc] = weight
	} else if weight > g.best[doc] {
		g.best[doc] = weight
	}
}

// itself notes that what was gathered so far has the word itself.
func (g *gatherer) itself() {
	g.literal = slices.Grow(g.literal, len(g.docs))
	for _, d := range g.docs {
		g.literal = append(g.literal, g.best[d])
	}
}

// close returns what was gathered, without the dead, and leaves the gatherer clean.
func (g *gatherer) close(dead *roaring.Bitmap) hits {
	if dead != nil {
		g.bury(dead)
	}
	out := g.hits
	out.weights = slices.Grow(out.weights, len(out.docs))[:len(out.docs)]
	for i, d := range out.docs {
		out.weights[i] = g.best[d]
		g.best[d] = 0
	}
	g.hits = hits{}
	return out
}

// bury drops the dead. They are fewer than what is met by a common word, and
// looked up one by one otherwise.
func (g *gatherer) bury(dead *roaring.Bitmap) {
	if n := dead.GetCardinality(); n < uint64(len(g.docs)) {
		for it := dead.Iterator(); it.HasNext(); {
			g.best[it.Next()] = 0
		}
	} else {
		for _, d := range g.docs {
			if dead.Contains(d) {
				g.best[d] = 0
			}
		}
	}
	docs, literal := g.docs[:0], g.literal[:0]
	for i, d := range g.docs {
		if g.best[d] == 0 {
			continue
		}
		docs = append(docs, d)
		if i < len(g.literal) {
			literal = append(literal, g.literal[i])
		}
	}
	g.docs, g.literal = docs, literal
}

// meet finds the living goods of a part that meet a group. That deleted ones
// are left out here makes scores depend on nothing but what is in the
// catalogue, whatever its history: every node gives the same order.
func (p *part) meet(g *analysis.Group) hits {
	return p.hits(g, p.dead)
}

// hits finds the goods that meet a group, but for the dead.
func (s *segment) hits(g *analysis.Group, dead *roaring.Bitmap) hits {
	c := gatherers.Get().(*gatherer)
	defer gatherers.Put(c)
	c.open(s.n)
	for i := range g.Options {
		if i > 0 && i == g.Literal {
			c.itself()
		}
		c.most = maxScore
		if m := g.Options[i].Most; m > 0 {
			c.most = m
		}
		s.option(c, &g.Options[i])
	}
	return c.close(dead)
}

// option gathers the goods that meet a group in one way.
func (s *segment) option(c *gatherer, o *analysis.Option) {
	switch {
	case o.Facet != "":
		d, ok := dimensionOf(good.Facet(o.Facet))
		if !ok {
			return
		}
		if b := s.dims[d].bitmap(o.Value); b != nil {
			for it := b.Iterator(); it.HasNext(); {
				c.add(it.Next(), o.Weight)
			}
		}
	case o.Stem != "":
		s.oneTerm(c, string([]byte{byte(o.Lang)})+o.Stem, o.Weight)
		if o.Own {
			s.oneTerm(c, word(o.Stem), o.Weight)
		}
	case len(o.Words) == 1 && !o.Prefix:
		s.oneTerm(c, word(o.Words[0]), o.Weight)
	case len(o.Words) == 1:
		from, to := s.termRange(word(o.Words[0]))
		for t := from; t < to; t++ {
			s.wholeTerm(c, t, o.Weight)
		}
	case len(o.Words) > 1:
		s.phrase(c, o)
	}
}

// word is the term of a folded word.
func word(w string) string { return string([]byte{nsWord}) + w }

func (s *segment) oneTerm(c *gatherer, term string, weight float32) {
	if t, ok := s.term(term); ok {
		s.wholeTerm(c, t, weight)
	}
}

func (s *segment) wholeTerm(c *gatherer, t int, weight float32) {
	if slices.Contains(c.done, t) {
		return
	}
	if weight == 1 && c.most == maxScore && len(c.done) < 16 {
		c.done = append(c.done, t)
	}
	cur := s.cursorOf(t)
	best, most, docs := c.best, c.most, slices.Grow(c.docs, cur.left)
	doc, in := uint32(0), cur.docs
	for len(in) > 1 { // cursor.next, in place: half of a search is spent here
		d, n := uint32(in[0]), 1
		if d >= 0x80 {
			v, k := binary.Uvarint(in)
			if k <= 0 || k >= len(in) {
				break
			}
			d, n = uint32(v), k
		}
		doc += d
		w := min(weight*weightTable[in[n]], most)
		in = in[n+1:]
		if have := best[doc]; have == 0 {
			docs = append(docs, doc)
			best[doc] = w
		} else if w > have {
			best[doc] = w
		}
	}
	c.docs = docs
}

// termRange is the terms that begin with prefix.
func (s *segment) termRange(prefix string) (from, to int) {
	from, _ = s.term(prefix)
	lo, hi := from, s.terms.len()
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if strings.HasPrefix(bytesAsString(s.terms.at(mid)), prefix) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return from, lo
}

// maxPhraseEnds is how many words the open end of a phrase is tried with.
const maxPhraseEnds = 64

// phrase gathers goods in which words stand at their distances.
func (s *segment) phrase(c *gatherer, o *analysis.Option) {
	terms := make([]int, len(o.Words))
	last := len(terms) - 1
	for i, w := range o.Words {
		if i == last && o.Prefix {
			break
		}
		t, ok := s.term(word(w))
		if !ok {
			return
		}
		terms[i] = t
	}
	if !o.Prefix {
		s.phraseOf(c, terms, o)
		return
	}
	from, to := s.termRange(word(o.Words[last]))
	for t := from; t < min(to, from+maxPhraseEnds); t++ {
		terms[last] = t
		s.phraseOf(c, terms, o)
	}
}

func (s *segment) phraseOf(c *gatherer, terms []int, o *analysis.Option) {
	cursors := make([]cursor, len(terms))
	for i, t := range terms {
		cursors[i] = s.cursorOf(t)
		if !cursors[i].next() {
			return
		}
	}
	var starts, next []uint32
	for {
		doc := cursors[0].doc
		for i := 1; i < len(cursors); i++ {
			for cursors[i].doc < doc {
				if !cursors[i].next() {
					return
				}
			}
			doc = max(doc, cursors[i].doc)
		}
		if doc == cursors[0].doc {
			starts = cursors[0].positions(starts[:0])
			weight := weightTable[cursors[0].weight]
			for i := 1; i < len(cursors) && len(starts) > 0; i++ {
				next = cursors[i].positions(next[:0])
				starts = follow(starts, next, uint32(o.Gaps[i]))
				weight = min(weight, weightTable[cursors[i].weight])
			}
			if len(starts) > 0 {
				c.add(doc, weight*o.Weight)
			}
			doc++
		}
		for cursors[0].doc < doc {
			if !cursors[0].next() {
				return
			}
		}
	}
}

// follow keeps the starts that have a place in next gap further on; both are sorted.
func follow(starts, next []uint32, gap uint32) []uint32 {
	out := starts[:0]
	k := 0
	for _, p := range starts {
		for k < len(next) && next[k] < p+gap {
			k++
		}
		if k < len(next) && next[k] == p+gap {
			out = append(out, p)
		}
	}
	return out
}
