package check

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/google/licensecheck"
)

// The library begins to compare a text where two words stand that one of its
// patterns begins with, exactly so, and from there on only patterns that begin so
// matter. To prepare the others changes nothing but the time that it takes, which
// is most of what a small tree costs.

// shelf are texts of the library that are looked for together. What it prepares
// grows with what is met.
type shelf struct {
	licences []licensecheck.License
	leads    [][]uint64 // how each can begin

	mu       sync.Mutex
	ready    []bool // which of them the scanner knows
	prepared *licensecheck.Scanner
}

func newShelf(licences []licensecheck.License) *shelf {
	s := &shelf{licences: licences, ready: make([]bool, len(licences))}
	for _, l := range licences {
		s.leads = append(s.leads, leads(l.LRE))
	}
	return s
}

// Scan is what the library finds of all of them.
func (s *shelf) Scan(text []byte) licensecheck.Coverage {
	if scanner := s.scanner(s.begun(string(text))); scanner != nil {
		return scanner.Scan(text)
	}
	return licensecheck.Coverage{}
}

// begun says which of them can begin somewhere in a text.
func (s *shelf) begun(text string) []bool {
	met := map[uint64]bool{}
	for _, list := range s.leads {
		for _, l := range list {
			met[l] = false
		}
	}
	neighbours(text, func(pair uint64) {
		if _, asked := met[pair]; asked {
			met[pair] = true
		}
	})
	out := make([]bool, len(s.leads))
	for i, list := range s.leads {
		out[i] = slices.ContainsFunc(list, func(l uint64) bool { return met[l] })
	}
	return out
}

// scanner knows these, and those that were asked for before; nil: none are asked for.
func (s *shelf) scanner(some []bool) *licensecheck.Scanner {
	if !slices.Contains(some, true) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	more := s.prepared == nil
	for i, is := range some {
		more = more || is && !s.ready[i]
		s.ready[i] = s.ready[i] || is
	}
	if more {
		var all []licensecheck.License
		for i, l := range s.licences {
			if s.ready[i] {
				all = append(all, l)
			}
		}
		s.prepared = prepare(all)
	}
	return s.prepared
}

// leads are the pairs of words that a pattern of the library can begin with. More
// than it can do no harm.
func leads(lre string) []uint64 {
	p := leader{pattern: pattern{lre}}
	var out []uint64
	for _, b := range p.group([]beginning{{}}) {
		if b.n == 2 {
			out = append(out, pair(b.words[0], b.words[1]))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// beginning is up to two words that a text begins with.
type beginning struct {
	words [2]uint64
	n     int
}

// leader reads how a pattern begins.
type leader struct {
	pattern
	depth int // of the group it is in
}

// group goes through one group: before are the beginnings that can stand before it.
func (p *leader) group(before []beginning) []beginning {
	last := before
	var ends []beginning
	p.depth++
	defer func() { p.depth-- }()
	for {
		known := filled(last)
		if known && p.depth == 1 {
			return last // what follows tells no more
		}
		p.rest = strings.TrimLeft(p.rest, " \t\r\n")
		switch {
		case p.rest == "":
			return append(ends, last...)
		case p.after("//**"):
			_, p.rest, _ = strings.Cut(p.rest, "**//")
		case p.after("(("):
			last = p.group(last)
		case p.after("||"):
			ends, last = append(ends, last...), before
		case p.after("))??"):
			return once(append(append(ends, last...), before...))
		case p.after("))"):
			return once(append(ends, last...))
		case p.after("__"):
			_, p.rest, _ = strings.Cut(p.rest, "__")
		default:
			end := strings.IndexAny(p.rest, " \t\r\n")
			if end < 0 {
				end = len(p.rest)
			}
			chunk := p.rest[:end]
			if i := strings.Index(chunk, "))"); i >= 0 { // the end of the group
				chunk = chunk[:i]
			}
			p.rest = p.rest[max(len(chunk), 1):]
			if !known {
				canonical(chunk, func(w uint64) { last = extend(last, w) })
			}
		}
	}
}

// filled says whether no beginning lacks a word.
func filled(all []beginning) bool {
	return !slices.ContainsFunc(all, func(b beginning) bool { return b.n < 2 })
}

func extend(all []beginning, w uint64) []beginning {
	out := slices.Clone(all)
	for i := range out {
		if b := &out[i]; b.n < 2 {
			b.words[b.n] = w
			b.n++
		}
	}
	return once(out)
}

// once are the same without those that are twice.
func once(all []beginning) []beginning {
	var out []beginning
	for _, b := range all {
		if !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}

// neighbours tells of each pair of words that the library may see side by side. It
// leaves out tags and the addresses of links, so a text is read with and without.
func neighbours(text string, met func(uint64)) {
	both := func(text string) {
		last := uint64(0)
		canonical(text, func(w uint64) {
			if last != 0 {
				met(pair(last, w))
			}
			last = w
		})
	}
	both(text)
	if strings.ContainsAny(text, "<{&]") || strings.Contains(text, "(s)") {
		both(unmarked(text))
	}
}

// unmarked is a text without tags, entities, anchors and the addresses of links.
func unmarked(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		if n := signs(text[i:]); n > 0 {
			b.WriteByte(' ')
			i += n
			continue
		}
		if strings.HasPrefix(text[i:], "(s)") && i > 0 && folded[text[i-1]] != 0 {
			b.WriteByte('s')
			i += 3
			continue
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}

// signs is how long the mark is that a text begins with; 0: it begins with none.
func signs(text string) int {
	end, most := "", 0
	switch {
	case len(text) > 2 && text[0] == '<' && (text[1] == '/' || folded[text[1]] != 0):
		end, most = ">", 1000
	case strings.HasPrefix(text, "&copy;"):
		return 0 // canonical takes it for the sign
	case text[0] == '&':
		end, most = ";", 40
	case strings.HasPrefix(text, "{#"):
		end, most = "}", 1000
	case strings.HasPrefix(text, "](http:"), strings.HasPrefix(text, "](https:"), strings.HasPrefix(text, "](mailto:"), strings.HasPrefix(text, "](file:"), strings.HasPrefix(text, "](#"):
		end, most = ")", 4000
	default:
		return 0
	}
	return 1 + strings.Index(text[:min(len(text), most)], end)
}

// same are words that the library takes for one.
var same = map[string]string{
	"are": "is", "them": "it", "they": "it", "these": "the", "this": "the", "those": "the", "copies": "copy", "https": "http",
	"c": "copyright", "©": "copyright",
}

// unaccented are vowels that it takes without their accents.
var unaccented = map[rune]rune{'á': 'a', 'à': 'a', 'é': 'e', 'è': 'e', 'í': 'i', 'ì': 'i', 'ó': 'o', 'ò': 'o', 'ú': 'u', 'ù': 'u'}

// canonical tells of each word of a text as the library has it. Several signs of
// copyright in a row are one.
func canonical(text string, met func(uint64)) {
	var word []byte
	last := uint64(0)
	emit := func() {
		if len(word) == 0 {
			return
		}
		s := string(word)
		if as, ok := same[s]; ok {
			s = as
		}
		h := uint64(seed)
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * prime
		}
		if s != "copyright" || h != last {
			met(h)
		}
		last, word = h, word[:0]
	}
	for i, r := range text {
		switch {
		case r == '©' || r == '&' && strings.HasPrefix(text[i:], "&copy;"):
			emit()
			word = append(word, "©"...)
			emit()
		case r < utf8.RuneSelf && folded[r] != 0:
			word = append(word, folded[r])
		case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			r = unicode.ToLower(r)
			if plain := unaccented[r]; plain != 0 {
				r = plain
			}
			word = utf8.AppendRune(word, r)
		case r >= utf8.RuneSelf && unicode.Is(unicode.Mn, r):
		default:
			emit()
		}
	}
	emit()
}

// begun are those of some texts of the library that can begin in a text.
func (k *known) begun(some []int, text string) []int {
	s := &shelf{}
	for _, l := range some {
		s.leads = append(s.leads, leads(k.licences[l].LRE))
	}
	can := s.begun(text)
	var out []int
	for i, l := range some {
		if can[i] {
			out = append(out, l)
		}
	}
	return out
}
