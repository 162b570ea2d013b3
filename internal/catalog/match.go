package catalog

import (
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/catalog/analysis"
	"stoa/internal/good"
)

// hits are the goods of one segment that meet one wanted word, each with its
// weight, in no order and each once.
type hits struct {
	docs    []uint32
	weights []float32
}

func (h *hits) reset() { h.docs, h.weights = h.docs[:0], h.weights[:0] }

// gatherer collects hits of several ways to meet a word, keeping the best of each good.
type gatherer struct {
	best  []float32 // by good; zero where not met
	plain bool      // nothing was gathered twice so far
	hits
}

var gatherers = sync.Pool{New: func() any { return new(gatherer) }}

func (g *gatherer) open(n int) {
	if len(g.best) < n {
		g.best = make([]float32, n)
	}
	g.reset()
}

func (g *gatherer) add(doc uint32, weight float32) {
	if g.best[doc] == 0 {
		g.docs = append(g.docs, doc)
		g.best[doc] = weight
	} else if weight > g.best[doc] {
		g.best[doc] = weight
	}
}

// close returns what was gathered, without the dead, and leaves the gatherer clean.
func (g *gatherer) close(p *part) hits {
	out := hits{docs: make([]uint32, 0, len(g.docs)), weights: make([]float32, 0, len(g.docs))}
	for _, d := range g.docs {
		if !p.isDead(int(d)) {
			out.docs = append(out.docs, d)
			out.weights = append(out.weights, g.best[d])
		}
		g.best[d] = 0
	}
	return out
}

// meet finds the living goods of a part that meet a group. That deleted ones
// are left out here makes scores depend on nothing but what is in the
// catalogue, whatever its history: every node gives the same order.
func (p *part) meet(g *analysis.Group) hits {
	c := gatherers.Get().(*gatherer)
	defer gatherers.Put(c)
	c.open(p.n)
	for i := range g.Options {
		p.option(c, &g.Options[i])
	}
	return c.close(p)
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
	for cur := s.cursorOf(t); cur.next(); {
		c.add(cur.doc, weight*weightTable[cur.weight])
	}
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

// matched is what words found in one part.
type matched struct {
	scores []float32 // by good, zero where not found
	found  *roaring.Bitmap
}

// finding is what words found in all parts.
type finding struct {
	parts []matched
	fuzzy bool
}

// The shape of the ranking: how soon more of the same word counts no more,
// and how far apart the tiers are.
const (
	saturation = 3.0
	tierStep   = 1 << 12 // more than words can score
	maxScore   = tierStep - 1
)

// find runs the groups of a question over all parts. The goods found have all
// words that are needed, or most of them where none has all.
func (s *Snapshot) find(text string, groups []analysis.Group) finding {
	met := s.meetAll(groups)
	level, best := s.level(groups, met)
	f := finding{}
	if best < needed(groups) {
		if mended, metThen := s.mend(groups, met); mended != nil {
			if l, b := s.level(mended, metThen); b > best {
				met, level, f.fuzzy = metThen, l, true
			}
		}
	}
	f.parts = s.score(groups, met, level)
	s.tiers(&f, analysis.Key(text))
	return f
}

// meetAll is group → part → hits.
func (s *Snapshot) meetAll(groups []analysis.Group) [][]hits {
	met := make([][]hits, len(groups))
	for i := range groups {
		met[i] = make([]hits, len(s.parts))
		for k, p := range s.parts {
			met[i][k] = p.meet(&groups[i])
		}
	}
	return met
}

func needed(groups []analysis.Group) int {
	n := 0
	for i := range groups {
		if !groups[i].Optional {
			n++
		}
	}
	return n
}

// level is how many of the needed words a good must have to be found, and how
// many the best good has.
func (s *Snapshot) level(groups []analysis.Group, met [][]hits) (level, best int) {
	n := needed(groups)
	for k, p := range s.parts {
		counts := make([]uint8, p.n)
		for i := range groups {
			if groups[i].Optional {
				continue
			}
			for _, d := range met[i][k].docs {
				counts[d]++
				best = max(best, int(counts[d]))
			}
		}
	}
	if best == n {
		return n, best
	}
	return max(min((n+1)/2, best), 1), best
}

// mend gives words that no good has the words one typo away, and what meets
// them then; nil if there is nothing to mend.
func (s *Snapshot) mend(groups []analysis.Group, met [][]hits) ([]analysis.Group, [][]hits) {
	var out []analysis.Group
	met = slices.Clone(met)
	for i := range groups {
		g := &groups[i]
		if g.Optional || g.Word == "" || len([]rune(g.Word)) <= minTypo || !canMistype(g.Word) || anyHit(met[i]) {
			continue
		}
		seen := map[string]bool{}
		var options []analysis.Option
		for _, p := range s.parts {
			p.typoTerms(g.Word, func(t int) {
				if w := string(p.terms.at(t)[1:]); !seen[w] && p.hasLiving(t) {
					seen[w] = true
					options = append(options, analysis.Mended(w)...)
				}
			})
		}
		if len(options) == 0 {
			continue
		}
		if out == nil {
			out = slices.Clone(groups)
		}
		out[i].Options = options
		met[i] = make([]hits, len(s.parts))
		for k, p := range s.parts {
			met[i][k] = p.meet(&out[i])
		}
	}
	return out, met
}

func anyHit(met []hits) bool {
	return slices.ContainsFunc(met, func(h hits) bool { return len(h.docs) > 0 })
}

// hasLiving says whether a living good has term t.
func (p *part) hasLiving(t int) bool {
	for c := p.cursorOf(t); c.next(); {
		if !p.isDead(int(c.doc)) {
			return true
		}
	}
	return false
}

// score sums what the met words are worth. A word is worth more the fewer
// goods have it; more of the same word soon counts no more; a good without
// some of the words is worth less than its share.
func (s *Snapshot) score(groups []analysis.Group, met [][]hits, level int) []matched {
	total := s.live
	out := make([]matched, len(s.parts))
	n := needed(groups)
	for k, p := range s.parts {
		m := matched{scores: make([]float32, p.n)}
		counts := make([]uint8, p.n)
		for i := range groups {
			df := 0
			for _, h := range met[i] {
				df += len(h.docs)
			}
			idf := float32(math.Log(1 + (float64(total-df)+0.5)/(float64(df)+0.5)))
			h := &met[i][k]
			for x, d := range h.docs {
				m.scores[d] += idf * h.weights[x] * (saturation + 1) / (h.weights[x] + saturation)
				if !groups[i].Optional {
					counts[d]++
				}
			}
		}
		dense := make([]uint64, (p.n+63)/64)
		for i := range groups {
			for _, d := range met[i][k].docs {
				if int(counts[d]) >= level {
					dense[d/64] |= 1 << (d % 64)
				}
			}
		}
		m.found = roaring.FromDense(dense, false)
		if level < n {
			for it := m.found.Iterator(); it.HasNext(); {
				d := it.Next()
				share := float32(counts[d]) / float32(n)
				m.scores[d] *= share * share
			}
		}
		out[k] = m
	}
	return out
}

// The tiers above words alone.
const (
	tierPrefix = iota + 1 // the name begins with what was asked
	tierAlias             // an alias or identifier is what was asked
	tierName              // the name is what was asked
)

// tiers lifts the goods whose name or alias is what was asked, and after them
// those whose name begins with it.
func (s *Snapshot) tiers(f *finding, key string) {
	if key == "" {
		return
	}
	for k, p := range s.parts {
		m := &f.parts[k]
		tier := map[uint32]float32{}
		p.named(key, func(i int, whole bool) {
			if whole {
				tier[uint32(i)] = tierName
			} else if m.found.Contains(uint32(i)) {
				tier[uint32(i)] = tierPrefix
			}
		})
		if t, ok := p.term(string([]byte{nsAlias}) + key); ok {
			for c := p.cursorOf(t); c.next(); {
				tier[c.doc] = max(tier[c.doc], tierAlias)
			}
		}
		for d, t := range tier {
			if !p.isDead(int(d)) {
				m.found.Add(d)
				m.scores[d] = min(m.scores[d], maxScore) + t*tierStep
			}
		}
	}
}

// named gives the goods whose name's key begins with key.
func (s *segment) named(key string, emit func(i int, whole bool)) {
	for _, span := range [2][2]int{{0, s.listed}, {s.listed, s.n}} {
		lo, hi := span[0], span[1]
		for lo < hi {
			mid := int(uint(lo+hi) >> 1)
			if analysis.Key(s.nameOf(mid)) < key {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		for i := lo; i < span[1]; i++ {
			have := analysis.Key(s.nameOf(i))
			if !strings.HasPrefix(have, key) {
				break
			}
			emit(i, have == key)
		}
	}
}
