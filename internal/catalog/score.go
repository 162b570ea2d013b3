package catalog

import (
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/catalog/analysis"
)

// matched is what words found in one part.
type matched struct {
	scores []float32 // by good, zero where nothing was met
	counts []uint8   // by good: needed words met
	found  *roaring.Bitmap
	kept   bool // the scores are kept, and must not be used again

	// Where one word was asked for, instead of scores and counts:
	one    *oneWord
	worth  []float32          // the score of a class
	raised map[uint32]float32 // scores of goods that are better than their class
	spare  *[]uint16          // the class by good, where it can be used again
}

// finding is what words found in all parts.
type finding struct {
	parts []matched
	fuzzy bool
}

// columns are the scores and counts of searches that are over, to be used again.
var columns = sync.Pool{New: func() any { return new(matched) }}

func newMatched(n int) matched {
	m := usedMatched(n)
	clear(m.scores)
	clear(m.counts)
	return m
}

// usedMatched is room for n goods in which anything may stand.
func usedMatched(n int) matched {
	m := columns.Get().(*matched)
	if cap(m.scores) < n {
		return matched{scores: make([]float32, n), counts: make([]uint8, n)}
	}
	return matched{scores: m.scores[:n], counts: m.counts[:n]}
}

// done gives the columns back; the finding must not be used any more.
func (f *finding) done() {
	for i := range f.parts {
		if m := &f.parts[i]; m.kept || m.scores == nil {
			if m.spare != nil {
				codeColumns.Put(m.spare)
			}
			continue
		}
		f.parts[i].found = nil
		columns.Put(&f.parts[i])
	}
	f.parts = nil
}

// The shape of the ranking: how soon more of the same word counts no more,
// and how far apart the tiers are.
const (
	saturation = 3.0
	tierStep   = 1 << 12 // more than words can score
	maxScore   = tierStep - 1
)

// find runs the groups of a question over all parts. The goods found have all
// words that are needed, or most of them where hardly any has all.
func (s *Snapshot) find(text string, groups []analysis.Group) finding {
	met := s.meetAll(groups)
	if f, ok := s.findAll(groups, met); ok {
		doneAll(met)
		s.tiers(&f, analysis.Key(text))
		return f
	}
	f, level, best := s.count(groups, met)
	if best < needed(groups) {
		if mended, then, typos := s.mend(groups, met); mended != nil {
			again, l, b := s.count(mended, then)
			if b > best {
				f, again = again, f
				met, level, f.fuzzy = then, l, typos
			}
			again.done()
		}
	}
	s.score(f.parts, groups, met, level)
	doneAll(met)
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

// doneAll gives the hits of all groups back.
func doneAll(met [][]hits) {
	for _, group := range met {
		for k := range group {
			group[k].done()
		}
	}
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

// hardly is how many goods having all of three or more words are so few that
// those having most are found too.
const hardly = 3

// count counts the needed words every good has. It says how many a good must
// have to be found, and how many the best good has.
func (s *Snapshot) count(groups []analysis.Group, met [][]hits) (f finding, level, best int) {
	f.parts = make([]matched, len(s.parts))
	n, whole := needed(groups), 0
	for k, p := range s.parts {
		f.parts[k] = newMatched(p.n)
		counts := f.parts[k].counts
		for i := range groups {
			if groups[i].Optional {
				continue
			}
			for _, d := range met[i][k].docs {
				c := int(counts[d]) + 1
				counts[d] = uint8(c)
				best = max(best, c)
				if c == n {
					whole++
				}
			}
		}
	}
	if best == n && (n < 3 || whole >= hardly) {
		return f, n, best
	}
	return f, max(min((n+1)/2, best), 1), best
}

// mend gives words that no good has what may have been meant: the same written
// as two words, else words one typo away. It says what meets them then and
// whether typos were mended; nil if there is nothing to mend.
func (s *Snapshot) mend(groups []analysis.Group, met [][]hits) (out []analysis.Group, then [][]hits, typos bool) {
	then = slices.Clone(met)
	for i := range groups {
		g := &groups[i]
		if g.Optional || g.Word == "" || len([]rune(g.Word)) <= minTypo || !canMistype(g.Word) || anyHit(met[i]) {
			continue
		}
		options := s.twoWords(g.Word)
		if len(options) == 0 {
			options = s.oneTypoAway(g.Word)
			typos = typos || len(options) > 0
		}
		if len(options) == 0 {
			continue
		}
		if out == nil {
			out = slices.Clone(groups)
		}
		out[i].Options, out[i].Literal = options, 0
		then[i] = make([]hits, len(s.parts))
		for k, p := range s.parts {
			then[i][k] = p.meet(&out[i])
		}
	}
	return out, then, typos
}

// twoWords is a word written as two that stand side by side somewhere.
func (s *Snapshot) twoWords(w string) []analysis.Option {
	var out []analysis.Option
	for i := range w {
		if i < 2 || len(w)-i < 2 {
			continue
		}
		o := analysis.Option{Words: []string{w[:i], w[i:]}, Gaps: []int{0, 1}, Weight: 1}
		if slices.ContainsFunc(s.parts, func(p *part) bool { return len(p.meet(&analysis.Group{Options: []analysis.Option{o}}).docs) > 0 }) {
			out = append(out, o)
		}
	}
	return out
}

func (s *Snapshot) oneTypoAway(w string) []analysis.Option {
	seen := map[string]bool{}
	var out []analysis.Option
	for _, p := range s.parts {
		p.typoTerms(w, func(t int) {
			if have := string(p.terms.at(t)[1:]); !seen[have] && p.hasLiving(t) {
				seen[have] = true
				out = append(out, analysis.Mended(have)...)
			}
		})
	}
	return out
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
// goods have it; more of the same word soon counts no more; the word itself
// counts beside what stands for it; a good without some of the words is worth
// less than its share.
func (s *Snapshot) score(parts []matched, groups []analysis.Group, met [][]hits, level int) {
	n := needed(groups)
	for i := range groups {
		all, itself := s.rarities(met[i])
		for k := range parts {
			h := &met[i][k]
			addScores(parts[k].scores, h.docs, h.weights, all)
			addScores(parts[k].scores, h.docs, h.literal, itself)
		}
	}
	for k := range parts {
		m := &parts[k]
		dense := make([]uint64, (len(m.counts)+63)/64)
		for i := range groups {
			if groups[i].Optional {
				continue
			}
			for _, d := range met[i][k].docs {
				if int(m.counts[d]) >= level {
					dense[d/64] |= 1 << (d % 64)
				}
			}
		}
		m.found = roaring.FromDense(dense, false)
		if level < n {
			for it := m.found.Iterator(); it.HasNext(); {
				d := it.Next()
				share := float32(m.counts[d]) / float32(n)
				m.scores[d] *= share * share
			}
		}
	}
}

// rarity is what a word is worth that df goods have.
func (s *Snapshot) rarity(df int) float32 {
	return float32(math.Log(1 + (float64(s.live-df)+0.5)/(float64(df)+0.5)))
}

// rarities is what a group is worth by how many goods meet it, and by how many
// have the word itself.
func (s *Snapshot) rarities(met []hits) (all, itself float32) {
	df, literal := 0, 0
	for _, h := range met {
		df += len(h.docs)
		literal += len(h.literal)
	}
	return s.rarity(df), s.rarity(literal)
}

func addScores(scores []float32, docs []uint32, weights []float32, rarity float32) {
	for i, w := range weights {
		scores[docs[i]] += worth(w, rarity)
	}
}

// worth is what a word of some weight and rarity adds to a score.
func worth(w, rarity float32) float32 { return rarity * w * (saturation + 1) / (w + saturation) }

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
				m.raise(d, t)
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
