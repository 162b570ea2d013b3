package check

import (
	"bytes"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// shortestNeedle is how long what is looked for first has to be, in bytes, to be
// rarer than the letters of any text.
const shortestNeedle = 3

// needlesOf are words, in small letters, of which a text has to hold one for the
// expression to be found in it; none where that cannot be told. To look for them
// takes a small part of the time that the expression takes.
func needlesOf(pattern string) []string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	return needles(re)
}

func needles(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		if plain := plainest(re.Rune); len(plain) >= shortestNeedle {
			return []string{plain}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needles(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needles(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if some := needles(sub); rarer(some, best) {
				best = some
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			some := needles(sub)
			if some == nil {
				return nil
			}
			all = append(all, some...)
		}
		return all
	}
	return nil
}

// plainest is the longest part of a word that has but ASCII signs, of which
// nothing but their own other case is taken for the same.
func plainest(word []rune) (longest string) {
	for part := range strings.FieldsFuncSeq(string(word), func(r rune) bool { return r >= utf8.RuneSelf }) {
		if len(part) > len(longest) {
			longest = strings.ToLower(part)
		}
	}
	return longest
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

// mayHold says whether a text in small letters may hold what has these needles.
// The long s is taken for an s by expressions, and is no capital letter.
func mayHold(lower []byte, needles []string) bool {
	if needles == nil {
		return true
	}
	for _, n := range needles {
		if bytes.Contains(lower, []byte(n)) {
			return true
		}
	}
	return bytes.Contains(lower, []byte("ſ"))
}
