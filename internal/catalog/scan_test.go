package catalog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/good"
)

// scan is the catalogue as one would write it without any index: it looks at
// every good for every question. It knows words of small Latin letters in
// English texts, which is all the contract's goods are made of.
type scan map[good.ID]*good.Good

func (s scan) apply(changed []*good.Good, gone []good.ID) {
	for _, g := range changed {
		s[g.ID] = g
	}
	for _, id := range gone {
		delete(s, id)
	}
}

func (s scan) goods() []*good.Good {
	var out []*good.Good
	for _, g := range s {
		if g.Tombstone == nil && g.Stage != good.Removed && g.Stage != good.Merged {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b *good.Good) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// textsOf lists a good's texts, each as its words.
func textsOf(g *good.Good) [][]string {
	texts := append([]string{g.Name, g.Summary["en"], strings.Join(g.Sectors, " ")}, g.Aliases...)
	for _, p := range g.Parties {
		texts = append(texts, p.Name)
	}
	texts = append(texts, g.Standards...)
	var out [][]string
	for _, t := range texts {
		out = append(out, strings.Fields(strings.ToLower(t)))
	}
	return out
}

// wanted is one word, beginning of a word, or phrase.
type wanted struct {
	words  []string
	prefix bool
	quoted bool
	typos  bool
}

func (w wanted) in(g *good.Good) bool {
	for _, text := range textsOf(g) {
		for i := range text {
			if i+len(w.words) > len(text) {
				break
			}
			all := true
			for k, want := range w.words {
				have := text[i+k]
				same := have == want || w.prefix && strings.HasPrefix(have, want) || w.typos && distance(have, want) <= 1
				all = all && same
			}
			if all {
				return true
			}
		}
	}
	return false
}

// distance is the number of letters left out, added, changed or swapped.
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// parse reads words and "phrases"; the last word may go on.
func parse(text string) []wanted {
	var out []wanted
	parts := strings.Split(text, `"`)
	for i, part := range parts {
		words := strings.Fields(strings.ToLower(part))
		if i%2 == 1 {
			if len(words) > 0 {
				out = append(out, wanted{words: words, quoted: true})
			}
			continue
		}
		for k, w := range words {
			out = append(out, wanted{words: []string{w}, prefix: i == len(parts)-1 && k == len(words)-1})
		}
	}
	return out
}

// matching lists the goods that have all words, else most.
func (s scan) matching(text string) (found map[good.ID]bool, fuzzy bool) {
	found = map[good.ID]bool{}
	words := parse(text)
	if strings.TrimSpace(text) == "" {
		for _, g := range s.goods() {
			found[g.ID] = true
		}
		return found, false
	}
	counts, best := s.count(words)
	if best < len(words) {
		mended := slices.Clone(words)
		for i, w := range mended {
			if !w.quoted && len(w.words[0]) >= 4 && !s.any(w) {
				mended[i] = wanted{words: w.words, typos: true}
			}
		}
		if c, b := s.count(mended); b > best {
			counts, best, fuzzy = c, b, true
		}
	}
	level := len(words)
	whole := 0
	for _, n := range counts {
		if n == level {
			whole++
		}
	}
	if best < level || level >= 3 && whole < 3 {
		level = max(1, min(best, (level+1)/2))
	}
	for id, n := range counts {
		if n >= level {
			found[id] = true
		}
	}
	return found, fuzzy
}

func (s scan) any(w wanted) bool {
	return slices.ContainsFunc(s.goods(), w.in)
}

func (s scan) count(words []wanted) (map[good.ID]int, int) {
	counts, best := map[good.ID]int{}, 0
	for _, g := range s.goods() {
		for _, w := range words {
			if w.in(g) {
				counts[g.ID]++
			}
		}
		best = max(best, counts[g.ID])
	}
	return counts, best
}

func values(g *good.Good, f good.Facet) map[string]bool {
	out := map[string]bool{}
	switch f {
	case good.FacetKind:
		for _, k := range g.Kinds {
			out[string(k)] = true
		}
	case good.FacetStage:
		out[string(g.Stage)] = true
	case good.FacetSDG:
		for _, goal := range g.Goals {
			out[strconv.Itoa(goal.SDG)] = true
		}
	case good.FacetCountry:
		for _, d := range g.Deployments {
			out[d.Country] = true
		}
	case good.FacetDevelopedIn:
		for _, c := range g.DevelopedIn {
			out[c] = true
		}
	case good.FacetLicence:
		for _, l := range g.Licences {
			out[l.SPDX] = true
		}
	case good.FacetLanguage:
		for _, l := range g.Languages {
			out[l] = true
		}
	case "year":
		for _, r := range g.Recognitions {
			if year := string(r.First)[:min(4, len(r.First))]; len(out) == 0 && year != "" {
				out[year] = true
			}
		}
	case good.FacetParty:
		for _, p := range g.Parties {
			out[good.Slugify(p.Name)] = true
		}
	}
	return out
}

// hidden says whether only the default filter keeps a good out.
func hidden(g *good.Good, q good.Query) bool {
	return !q.EveryStage && len(q.Filters[good.FacetStage]) == 0 && g.Stage == good.Lapsed
}

func passes(g *good.Good, filters map[good.Facet][]string, but good.Facet) bool {
	for f, wanted := range filters {
		if f == but || len(wanted) == 0 {
			continue
		}
		have := values(g, f)
		if !slices.ContainsFunc(wanted, func(v string) bool { return have[v] }) {
			return false
		}
	}
	return true
}

// search answers everything but the order of relevance; Cards are in the
// asked order, by id where it is relevance to words.
func (s scan) search(q good.Query) (found []*good.Good, lapsed int, facets map[good.Facet][]good.Count, fuzzy bool) {
	match, fuzzy := s.matching(q.Text)
	for _, g := range s.goods() {
		switch {
		case !match[g.ID] || !passes(g, q.Filters, ""):
		case hidden(g, q):
			lapsed++
		default:
			found = append(found, g)
		}
	}
	facets = map[good.Facet][]good.Count{}
	for _, f := range good.Facets {
		counts := map[string]int{}
		for _, g := range s.goods() {
			if match[g.ID] && passes(g, q.Filters, f) && (f == good.FacetStage || !hidden(g, q)) {
				for v := range values(g, f) {
					counts[v]++
				}
			}
		}
		for _, v := range q.Filters[f] {
			counts[v] += 0
		}
		list := []good.Count{}
		for v, n := range counts {
			list = append(list, good.Count{Value: v, Count: n, Selected: slices.Contains(q.Filters[f], v)})
		}
		slices.SortFunc(list, func(a, b good.Count) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
		})
		facets[f] = list
	}
	slices.SortFunc(found, func(a, b *good.Good) int { return order(q, a, b) })
	return found, lapsed, facets, fuzzy
}

func order(q good.Query, a, b *good.Good) int {
	first := func(g *good.Good) int {
		if g.Stage == good.Recognised || g.Stage == good.RenewalDue {
			return 0
		}
		return 1
	}
	byName := cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	switch q.Sort {
	case good.ByName:
		return byName
	case good.ByNewest:
		return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(first(a), first(b)), byName)
	case good.ByDeployed:
		return cmp.Or(cmp.Compare(len(b.DeploymentCountries()), len(a.DeploymentCountries())), cmp.Compare(first(a), first(b)), byName)
	}
	if q.Text != "" {
		return cmp.Compare(a.ID, b.ID)
	}
	return cmp.Or(cmp.Compare(first(a), first(b)), byName)
}
