package catalog

import (
	"runtime"
	"slices"
	"strings"

	"stoa/internal/catalog/analysis"
	"stoa/internal/need"
)

// How much of a need is looked for: so many words, the rarest, and none that
// more than one good in commonShare has once there are many goods.
const (
	needWords   = 48
	commonShare = 6
	manyGoods   = 2_000
)

// wish is one wanted word of a need with what it counts.
type wish struct {
	group  analysis.Group
	weight float32
	met    []hits // by part
	df     int
}

// Answer lists up to most goods that answer a need best by their words and
// facets, the best first. Unlike Search it asks for no word in particular: the
// more and the rarer the words a good has, the higher it stands. What lapsed is
// found, too; need.Rank says so of it.
func (s *Snapshot) Answer(q need.Question, most int) []need.Found {
	defer runtime.KeepAlive(s) // its segments may be mapped files
	wishes := s.wishes(q)
	top := topRefs{s: s, most: most}
	for k, p := range s.parts {
		m := newMatched(p.n)
		for i := range wishes {
			w := &wishes[i]
			rare := s.rarity(w.df)
			h := &w.met[k]
			for j, d := range h.docs {
				m.scores[d] += w.weight * worth(h.weights[j], rare)
			}
		}
		s.like(p, m.scores, q.Likes)
		for d, score := range m.scores {
			if score > 0 && !p.isDead(d) {
				top.offer(ref{k, d, score})
			}
		}
		columns.Put(&m)
	}
	best := top.sorted()
	out := make([]need.Found, len(best))
	for i, r := range best {
		out[i] = need.Found{ID: s.parts[r.part].id(r.doc), Score: float64(r.score)}
	}
	s.name(out, best, wishes)
	for i := range wishes {
		for k := range wishes[i].met {
			wishes[i].met[k].done()
		}
	}
	return out
}

// like adds what facets are worth to goods that have some word already.
func (s *Snapshot) like(p *part, scores []float32, likes []need.Like) {
	for _, l := range likes {
		d, ok := dimensionOf(l.Facet)
		if !ok {
			continue
		}
		if b := p.dims[d].bitmap(l.Value); b != nil {
			eachOf(b, func(doc uint32) {
				if scores[doc] > 0 {
					scores[doc] += l.Weight * likeUnit
				}
			})
		}
	}
}

// likeUnit is what a facet of weight 1 adds: about as much as a usual word.
const likeUnit = 4

// wishes are the words of a need with the goods that meet them, the rarest of
// each part of the need; a word that is said twice counts once.
func (s *Snapshot) wishes(q need.Question) []wish {
	st := analysis.NewStemmer()
	var out []wish
	seen := map[string]bool{}
	for _, t := range q.Texts {
		for _, piece := range pieces(t.Text) {
			for _, g := range st.Question(piece, t.Lang) {
				key := wordsOf(g)
				if seen[key] || g.Optional && len(g.Options[0].Words) < 2 {
					continue
				}
				seen[key] = true
				if w := s.wish(g, t.Weight); w.df > 0 {
					out = append(out, w)
				}
			}
		}
	}
	if len(out) > needWords {
		slices.SortStableFunc(out, func(a, b wish) int { return a.df - b.df })
		for i := range out[needWords:] {
			for k := range out[needWords+i].met {
				out[needWords+i].met[k].done()
			}
		}
		out = out[:needWords]
	}
	return out
}

// wish looks for one word. One that very many goods have tells nothing.
func (s *Snapshot) wish(g analysis.Group, weight float32) wish {
	g.Options = slices.DeleteFunc(slices.Clone(g.Options), func(o analysis.Option) bool { return o.Prefix && len(g.Options) > 1 })
	g.Literal = 0
	w := wish{group: g, weight: weight, met: make([]hits, len(s.parts))}
	for k, p := range s.parts {
		w.met[k] = p.meet(&g)
		w.df += len(w.met[k].docs)
	}
	if s.live > manyGoods && w.df > s.live/commonShare {
		for k := range w.met {
			w.met[k].done()
		}
		w.df = 0
	}
	return w
}

// wordsOf is how a word of the question is written.
func wordsOf(g analysis.Group) string {
	if g.Word != "" {
		return g.Word
	}
	return strings.Join(g.Options[0].Words, " ")
}

// shownWord is a word of the question as it is told to people.
func shownWord(g analysis.Group) string {
	if g.Word != "" {
		return g.Word
	}
	var out []rune
	for _, w := range g.Options[0].Words {
		next := []rune(w)
		switch n := len(out); {
		case n == 0:
		case out[n-1] == next[0]: // pairs of a glued script
			next = next[1:]
		default:
			out = append(out, ' ')
		}
		out = append(out, next...)
	}
	return string(out)
}

// pieces cuts a text into sentences, so that none of it is too long to ask for.
func pieces(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".!?;:\n。！？；؟؛،，、", r) })
}

// name says of the best which words they have.
func (s *Snapshot) name(out []need.Found, best []ref, wishes []wish) {
	for k, p := range s.parts {
		place := map[uint32]int{}
		for i, r := range best {
			if r.part == k {
				place[uint32(r.doc)] = i
			}
		}
		if len(place) == 0 {
			continue
		}
		marked := make([]bool, p.n)
		for d := range place {
			marked[d] = true
		}
		for i := range wishes {
			if wishes[i].group.Word == "" && wishes[i].group.Optional {
				continue // neighbours, whose words are named by themselves
			}
			for _, d := range wishes[i].met[k].docs {
				if marked[d] {
					at := place[d]
					out[at].Words = append(out[at].Words, shownWord(wishes[i].group))
				}
			}
		}
	}
}
