package catalog

import (
	"cmp"
	"runtime"
	"slices"

	"stoa/internal/good"
)

// How far Near looks: at the rarest words, and no further than so many goods
// that have one of them.
const (
	nearWords    = 24
	nearPostings = 60_000
)

// nearTerm is a word to look for, in one of the forms that may be meant.
type nearTerm struct {
	term  string
	df    int
	value float32
}

// Near lists up to n goods that share most with what is known of g: the rare
// words of its names, addresses, organisations and texts, whether or not it is
// in the catalogue; itself left out, the nearest first. What all goods say is
// not looked for, so the time does not grow with them.
func (s *Snapshot) Near(g *good.Good, n int) []good.ID {
	defer runtime.KeepAlive(s) // its segments may be mapped files
	terms := s.nearTerms(g)
	top := topRefs{s: s, most: n + 1}
	for k, p := range s.parts {
		c := gatherers.Get().(*gatherer)
		c.open(p.n)
		for _, t := range terms {
			i, ok := p.term(t.term)
			if !ok {
				continue
			}
			for at := p.cursorOf(i); at.next(); {
				if c.best[at.doc] == 0 {
					c.docs = append(c.docs, at.doc)
				}
				c.best[at.doc] += t.value
			}
		}
		for _, d := range c.docs {
			if !p.isDead(int(d)) {
				top.offer(ref{k, int(d), c.best[d]})
			}
			c.best[d] = 0
		}
		h := c.hits
		c.hits = hits{}
		h.done()
		gatherers.Put(c)
	}
	out := make([]good.ID, 0, n)
	for _, r := range top.sorted() {
		if id := s.parts[r.part].id(r.doc); id != g.ID && len(out) < n {
			out = append(out, id)
		}
	}
	return out
}

// nearTerms are the words by which goods near g are found.
func (s *Snapshot) nearTerms(g *good.Good) []nearTerm {
	var list []nearTerm
	own := 0
	for _, p := range s.parts {
		if _, ok := p.find(g.ID); ok {
			own = 1
		}
	}
	add := func(term string, weight float32) bool {
		df := 0
		for _, p := range s.parts {
			if i, ok := p.term(term); ok {
				df += p.df(i)
			}
		}
		if df > own {
			list = append(list, nearTerm{term, df, worth(weight, s.rarity(df))})
		}
		return df > own
	}
	names := newDocument()
	names.text(fieldName, g.Name, "")
	for _, t := range newDocument().read(g) {
		if t.term[0] != nsWord && t.term[0] != nsAlias {
			continue // the stem beside its word
		}
		_, named := names.index[t.term]
		if w := t.term[1:]; !add(t.term, t.weight) && named {
			for _, o := range s.oneTypoAway(w) {
				for _, meant := range o.Words {
					if meant != w {
						add(word(meant), t.weight/2)
					}
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b nearTerm) int { return cmp.Compare(a.df, b.df) })
	total := 0
	for i, t := range list {
		if total += t.df; i == nearWords || total > nearPostings {
			return list[:i]
		}
	}
	return list
}
