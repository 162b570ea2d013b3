package check

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An expression that is written out is a list of words in small letters, of which
// a text holds one wherever the expression matches. In them edge stands for \b, and
// other for a letter that is left open.
const (
	edge  = '\x01'
	other = '\x02'

	shortestNeedle = 3   // bytes of a word, that it be rarer than the letters of any text
	mostSpellings  = 400 // words that one expression is written out into
	mostCased      = 2   // letters beyond ASCII of one word that are written in both cases
)

// needlesOf are words of which a text has to hold one for the expression to be
// found in it; none where that cannot be told. They are exact where the expression
// is found wherever one of them stands, in letters of any case.
func needlesOf(pattern string) (words []string, exact bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, false
	}
	return needles(re)
}

func needles(re *syntax.Regexp) (words []string, exact bool) {
	if words, exact = sharp(spell(re)); words != nil {
		return words, exact
	}
	switch re.Op {
	case syntax.OpCapture, syntax.OpPlus:
		words, _ = needles(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			words, _ = needles(re.Sub[0])
		}
	case syntax.OpConcat:
		words = rarest(re.Sub)
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			some, _ := needles(sub)
			if some == nil {
				return nil, false
			}
			words = append(words, some...)
		}
	}
	return words, false
}

// rarest are the longest words that some parts of an expression in a row have.
func rarest(parts []*syntax.Regexp) (best []string) {
	take := func(words []string) {
		if rarer(words, best) {
			best = words
		}
	}
	run := spelling{words: []string{""}}
	for _, part := range parts {
		s := spell(part)
		if longer := run.then(s); longer.words != nil {
			run = longer
			continue
		}
		words, _ := sharp(run)
		take(words)
		words, _ = needles(part)
		take(words)
		if run = s; s.words == nil {
			run = spelling{words: []string{""}}
		}
	}
	words, _ := sharp(run)
	take(words)
	return best
}

// rarer says whether the shortest of some is longer than that of others.
func rarer(some, others []string) bool {
	shortest := func(of []string) int {
		n := 0
		for i, s := range of {
			if i == 0 || len(s) < n {
				n = len(s)
			}
		}
		return n
	}
	return shortest(some) > shortest(others)
}

// sharp are the words to look for of what is written out: the longest part of each
// without open letters, and none that begins with another. There are none where
// one would be too short.
func sharp(s spelling) (words []string, exact bool) {
	exact = s.exact
	for _, w := range s.words {
		best := ""
		for part := range strings.SplitSeq(w, string(other)) {
			if len(withoutEdges(part)) > len(withoutEdges(best)) {
				best = part
			}
		}
		if bare := withoutEdges(best); len(bare) < shortestNeedle || strings.IndexByte(bare, edge) >= 0 {
			return nil, false
		}
		exact = exact && best == w
		words = append(words, best)
	}
	slices.Sort(words)
	last := ""
	return slices.DeleteFunc(words, func(w string) bool {
		if last != "" && strings.HasPrefix(w, last) {
			return true
		}
		last = w
		return false
	}), exact
}

func withoutEdges(word string) string { return strings.Trim(word, string(edge)) }

// spelling is a part of an expression, written out; it has no words where that
// cannot be done. It is exact if all that is spelt so is matched, in any case.
type spelling struct {
	words []string
	exact bool
}

// then is one part and another behind it.
func (s spelling) then(next spelling) spelling {
	if len(s.words)*len(next.words) > mostSpellings {
		return spelling{}
	}
	var out []string
	for _, a := range s.words {
		for _, b := range next.words {
			out = append(out, a+b)
		}
	}
	return spelling{out, s.exact && next.exact}
}

func spell(re *syntax.Regexp) spelling {
	switch re.Op {
	case syntax.OpLiteral:
		return literal(re.Rune, re.Flags&syntax.FoldCase != 0)
	case syntax.OpCharClass:
		return oneOfFew(re.Rune)
	case syntax.OpEmptyMatch:
		return spelling{[]string{""}, true}
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpNoWordBoundary:
		return spelling{[]string{""}, false}
	case syntax.OpWordBoundary:
		return spelling{[]string{string(edge)}, true}
	case syntax.OpCapture:
		return spell(re.Sub[0])
	case syntax.OpQuest:
		if s := spell(re.Sub[0]); s.words != nil {
			return spelling{append(slices.Clip(s.words), ""), s.exact}
		}
	case syntax.OpConcat:
		all := spelling{[]string{""}, true}
		for _, sub := range re.Sub {
			all = all.then(spell(sub))
		}
		return all
	case syntax.OpAlternate:
		all := spelling{nil, true}
		for _, sub := range re.Sub {
			s := spell(sub)
			if s.words == nil || len(all.words)+len(s.words) > mostSpellings {
				return spelling{}
			}
			all = spelling{append(all.words, s.words...), all.exact && s.exact}
		}
		return all
	}
	return spelling{}
}

// literal writes out letters, in any case or as they stand.
func literal(runes []rune, anyCase bool) spelling {
	all, cased := spelling{[]string{""}, true}, 0
	for _, r := range runes {
		next := spelling{[]string{strings.ToLower(string(r))}, anyCase || unicode.SimpleFold(r) == r}
		if r >= utf8.RuneSelf {
			next.words[0] = string(r)
			if next.exact = true; anyCase && unicode.SimpleFold(r) != r {
				if cased++; cased > mostCased {
					next = spelling{[]string{string(other)}, false}
				} else {
					next = oneOfFew(cases(r))
				}
			}
		}
		all = all.then(next)
	}
	return all
}

// cases are the letters that are taken for one another, as a class has them.
func cases(r rune) []rune {
	out := []rune{r, r}
	for c := unicode.SimpleFold(r); c != r; c = unicode.SimpleFold(c) {
		out = append(out, c, c)
	}
	return out
}

// oneOfFew writes out a few letters. Signs that are taken for ASCII are left out:
// seeker asks the expression itself where a text has one.
func oneOfFew(ranges []rune) spelling {
	const most = 8
	all, has := spelling{nil, true}, map[rune]bool{}
	for i := 0; i < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] >= most || len(has) > 2*most {
			return spelling{}
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			has[r] = true
		}
	}
	for r := range has {
		lower := r
		if r < utf8.RuneSelf {
			lower = unicode.ToLower(r)
			for c := unicode.SimpleFold(r); c != r && c < utf8.RuneSelf; c = unicode.SimpleFold(c) {
				all.exact = all.exact && has[c]
			}
		}
		if !likeASCII(r) && (lower == r || !has[lower]) {
			all.words = append(all.words, string(lower))
		}
	}
	slices.Sort(all.words)
	return all
}

// likeASCII says whether a sign beyond ASCII is taken for one of its letters where
// any case will do: the long s, and the sign of Kelvin.
func likeASCII(r rune) bool {
	return r >= utf8.RuneSelf && slices.ContainsFunc(cases(r), func(c rune) bool { return c < utf8.RuneSelf })
}
