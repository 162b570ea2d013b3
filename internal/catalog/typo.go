package catalog

import (
	"math/bits"
	"slices"
	"unicode"
	"unicode/utf8"
)

// typo is a hash of a form of a word and the word's term.
type typo struct{ hash, term uint32 }

// typoBuckets sorts terms into about one bucket for every two forms. Hashes
// are not kept: what a bucket holds too much is seen when words are compared.
func typoBuckets(typos []typo) (at, terms []byte) {
	if len(typos) == 0 {
		return nil, nil
	}
	n := (len(typos) + 1) / 2
	bounds := make([]uint32, n+1)
	for _, t := range typos {
		bounds[bucketOf(t.hash, n)+1]++
	}
	for i := range n {
		bounds[i+1] += bounds[i]
	}
	next := slices.Clone(bounds)
	list := make([]uint32, len(typos))
	for _, t := range typos {
		b := bucketOf(t.hash, n)
		list[next[b]] = t.term
		next[b]++
	}
	return putU32s(bounds), putU32s(list)
}

func bucketOf(hash uint32, n int) int {
	hi, _ := bits.Mul64(uint64(hash)<<32, uint64(n))
	return int(hi)
}

// canMistype says whether a word is one in which a typo is mended: letters
// only, four or more, of a script with letters.
func canMistype(w string) bool {
	n := 0
	for _, r := range w {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) || r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			return false
		}
		n++
	}
	return n >= minTypo && n <= maxTypo
}

// The lengths of words in which typos are mended, in letters. A dictionary
// word may be one letter shorter than what was typed.
const (
	minTypo = 3
	maxTypo = 24
)

// withoutOne gives the hash of a word and of it with each letter left out:
// words at distance one share one of them.
func withoutOne(w string, emit func(uint32)) {
	emit(hashOf(w, ""))
	for i, r := range w {
		emit(hashOf(w[:i], w[i+utf8.RuneLen(r):]))
	}
}

// hashOf is FNV-1a of a and b together, with its bits mixed: buckets are
// chosen by the upper ones.
func hashOf(a, b string) uint32 {
	h := uint32(2166136261)
	for i := range len(a) {
		h = (h ^ uint32(a[i])) * 16777619
	}
	for i := range len(b) {
		h = (h ^ uint32(b[i])) * 16777619
	}
	h = (h ^ h>>16) * 0x85ebca6b
	return h ^ h>>13
}

// typoTerms gives the words within one typo of w.
func (s *segment) typoTerms(w string, emit func(term int)) {
	seen := map[uint32]bool{}
	buckets := s.typoAt.len() - 1
	if buckets < 1 {
		return
	}
	withoutOne(w, func(h uint32) {
		b := bucketOf(h, buckets)
		for i := int(s.typoAt.at(b)); i < int(s.typoAt.at(b+1)); i++ {
			t := s.typos.at(i)
			if !seen[t] {
				seen[t] = true
				if oneTypo(w, string(s.terms.at(int(t))[1:])) {
					emit(int(t))
				}
			}
		}
	})
}

// oneTypo says whether a becomes b by leaving out, adding or changing one
// letter, or swapping two neighbours.
func oneTypo(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) < len(y) {
		return slices.Equal(x[i:], y[i+1:])
	}
	if i >= len(x)-1 || slices.Equal(x[i+1:], y[i+1:]) {
		return true
	}
	return x[i] == y[i+1] && x[i+1] == y[i] && slices.Equal(x[i+2:], y[i+2:])
}
