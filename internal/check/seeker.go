package check

import (
	"bytes"

	"stoa/internal/lazy"
)

// seeker looks for several expressions in a text at once: for the words that they
// have to hold, in one reading of it. An expression that is no more than its words
// is never asked, nor compiled.
type seeker struct {
	all     []*lazy.Regexp
	exact   []bool
	unknown uint64 // expressions of which no words are known
	needles []needle
	heads   [1 << headBits]uint16 // by the hash of three letters, 1 + the first needle that begins so
}

// needle is a word that is looked for, in small letters.
type needle struct {
	word       string
	start, end bool // no letter stands before it, or after it
	of         int  // which expression it is of
	next       uint16
}

const (
	headBits   = 12
	mostSought = 64 // expressions of one seeker
)

func head(three uint32) uint32 { return three * 2654435761 >> (32 - headBits) }

// newSeeker makes one for at most mostSought expressions.
func newSeeker(all ...*lazy.Regexp) *seeker {
	s := &seeker{all: all, exact: make([]bool, len(all))}
	for i, re := range all {
		words, exact := needlesOf(re.String())
		if s.exact[i] = exact; words == nil {
			s.unknown |= 1 << i
		}
		for _, w := range words {
			n := needle{word: withoutEdges(w), start: w[0] == edge, end: w[len(w)-1] == edge, of: i}
			at := &s.heads[head(uint32(n.word[0])<<24|uint32(n.word[1])<<16|uint32(n.word[2])<<8)]
			n.next = *at
			s.needles = append(s.needles, n)
			*at = uint16(len(s.needles))
		}
	}
	return s
}

// first tells of the expressions that are asked for, one bit each, where each
// matches first in a text, if it does. It says which of them do.
func (s *seeker) first(text []byte, asked uint64, tell func(which, at int)) (found uint64) {
	met := func(i, at int) {
		if found |= 1 << i; tell != nil {
			tell(i, at)
		}
	}
	ask := func(i int) {
		if at := s.all[i].FindIndex(text); at != nil {
			met(i, at[0])
		}
	}
	sure := s.unknown
	if bytes.Contains(text, []byte("ſ")) || bytes.Contains(text, []byte("\u212a")) {
		sure = asked
	}
	for i := range s.all {
		if asked&sure>>i&1 != 0 {
			ask(i)
		}
	}
	asked &^= sure
	three := uint32(0)
	for i := 0; i < len(text) && asked != 0; i++ {
		three = (three | uint32(small[text[i]])) << 8
		for n := s.heads[head(three)]; n != 0; {
			e := &s.needles[n-1]
			n = e.next
			if asked>>e.of&1 == 0 || !e.stands(text, i-shortestNeedle+1) {
				continue
			}
			if asked &^= 1 << e.of; !s.exact[e.of] {
				ask(e.of)
				continue
			}
			met(e.of, i-shortestNeedle+1)
		}
	}
	return found
}

// stands says whether a needle stands there in a text.
func (n *needle) stands(text []byte, at int) bool {
	if at < 0 || len(text)-at < len(n.word) {
		return false
	}
	for i := range len(n.word) {
		if small[text[at+i]] != n.word[i] {
			return false
		}
	}
	return !(n.start && inWord(text, at-1)) && !(n.end && inWord(text, at+len(n.word)))
}

// inWord says whether a letter, a digit or a low line stands there.
func inWord(text []byte, at int) bool {
	if at < 0 || at >= len(text) {
		return false
	}
	c := small[text[at]]
	return c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
}

// small are bytes, letters of ASCII in small ones.
var small = func() (t [256]byte) {
	for i := range t {
		if t[i] = byte(i); i >= 'A' && i <= 'Z' {
			t[i] |= 0x20
		}
	}
	return t
}()
