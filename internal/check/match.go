package check

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/google/licensecheck"
)

// The library knows hundreds of licence texts, and to prepare them all costs
// seconds. So the texts that can be meant are found first, by the hashes of
// their pairs of words, and only those are prepared.
const (
	shortText = 5000 // bytes of a known text of which every pair is kept
	oneIn     = 8    // pairs of longer ones, of which one is kept
	mostShort = 16   // short known texts that are prepared at once at most
	mostLong  = 4    // and long ones, which cost far more
	manySets  = 8    // sets of texts that are prepared before the usual ones are
	mostSets  = 60   // and before nothing else is looked for
)

// bag is a set of hashes. To look whether one is in it costs next to nothing
// where it is not, and so does emptying it.
type bag struct {
	slots  []uint64
	shift  int
	zero   bool // 0 is in it
	filled []uint32
}

// empty takes everything out, and makes room for n hashes.
func (b *bag) empty(n int) {
	if len(b.slots) <= 2*n {
		b.shift = 64 - bits.Len(uint(2*n))
		b.slots, b.filled = make([]uint64, 1<<(64-b.shift)), nil
	}
	for _, at := range b.filled {
		b.slots[at] = 0
	}
	b.filled, b.zero = b.filled[:0], false
}

// find is where the hash is, or would be put.
func (b *bag) find(h uint64) uint32 {
	at := uint32(h * prime >> b.shift)
	for b.slots[at] != 0 && b.slots[at] != h {
		at = (at + 1) & uint32(len(b.slots)-1)
	}
	return at
}

// add puts a hash in, and says whether it is new.
func (b *bag) add(h uint64) bool {
	if h == 0 {
		was := b.zero
		b.zero = true
		return !was
	}
	at := b.find(h)
	if b.slots[at] == h {
		return false
	}
	b.slots[at], b.filled = h, append(b.filled, at)
	return true
}

// holds says whether a hash is in it.
func (b *bag) holds(h uint64) bool {
	if h == 0 {
		return b.zero
	}
	return b.slots[b.find(h)] == h
}

// common are licences that others were made from: where one of those can be
// meant, these can.
var common = map[string]bool{
	"MIT": true, "ISC": true, "Apache-2.0": true,
	"BSD-1-Clause": true, "BSD-2-Clause": true, "BSD-3-Clause": true, "BSD-4-Clause": true, "BSD-Source-Code": true,
}

// like are the texts that can be meant by one with so many pairs, in the order of
// the library: those of which much is in it, or that much of it is in. The nearest
// of them is told, too.
func (k *known) like(text *bag, size int) (out []int, nearest int) {
	found := make([]float64, len(k.licences))
	most := 0.0
	for l := range found {
		for at := k.pairs[l]; at != ""; at = at[8:] {
			if text.holds(eight(at)) {
				found[l] += k.weight[l]
			}
		}
		found[l] /= min(k.size[l], float64(size)) + 1
		if common[k.licences[l].ID] {
			found[l] *= 1.5
		}
		if found[l] > 0.1 {
			out = append(out, l)
		}
		most = max(most, found[l])
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(found[b], found[a]) })
	if len(out) > 0 {
		nearest = out[0]
	}
	short, long := 0, 0
	out = slices.DeleteFunc(out, func(l int) bool {
		if k.weight[l] == 1 {
			short++
			return found[l] < most/2 || short > mostShort
		}
		long++
		return found[l] < most/2 || long > mostLong
	})
	slices.Sort(out)
	return out, nearest
}

const prime, seed = 1099511628211, 14695981039346656037

// pair is the hash of two words by theirs.
func pair(a, b uint64) uint64 {
	h := (a^seed)*prime ^ b
	h *= prime
	return h ^ h>>29
}

// folded are bytes as parts of words, in small letters; 0: none.
var folded = func() (t [256]byte) {
	for i := range t {
		c := byte(i)
		switch {
		case c >= 'A' && c <= 'Z':
			t[i] = c | 0x20
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c >= 0x80:
			t[i] = c
		}
	}
	return t
}()

// word finds the next word of text, in which marks mean nothing: its hash, and
// what follows it. The hash is 0 at the end.
func word(text string) (hash uint64, rest string) {
	i := 0
	for i < len(text) && folded[text[i]] == 0 {
		i++
	}
	if i == len(text) {
		return 0, ""
	}
	hash = seed
	for ; i < len(text); i++ {
		c := folded[text[i]]
		if c == 0 {
			return hash, text[i:]
		}
		hash = (hash ^ uint64(c)) * prime
	}
	return hash, ""
}

// pairs appends the hashes of all pairs of neighbouring words in text.
func pairs(text string, to []uint64) []uint64 {
	last, rest := word(text)
	for rest != "" {
		var next uint64
		if next, rest = word(rest); next != 0 {
			to = append(to, pair(last, next))
			last = next
		}
	}
	return to
}

// pattern is what is left of one of the library's: words, "((" one "||" other
// "))", "))??" after what may lack, "__5__" for some words.
type pattern struct{ rest string }

// pairs appends the hashes of all pairs of words that can stand together.
func (p pattern) pairs(to []uint64) []uint64 {
	p.walk(nil, &to)
	return to
}

// walk goes through one group: before are the words that can stand before it,
// and those that can stand at its end are returned.
func (p *pattern) walk(before []uint64, to *[]uint64) []uint64 {
	last := before
	var ends, one []uint64
	for {
		for p.rest != "" && blank(p.rest[0]) {
			p.rest = p.rest[1:]
		}
		switch {
		case p.rest == "":
			return last
		case folded[p.rest[0]] != 0: // a word, as mostly
			last = p.words(last, to, &one)
		case p.after("//**"):
			_, p.rest, _ = strings.Cut(p.rest, "**//")
		case p.after("(("):
			last = p.walk(last, to)
		case p.after("||"):
			ends, last = append(ends, last...), before
		case p.after("))??"):
			return some(append(append(ends, last...), before...))
		case p.after("))"):
			return some(append(ends, last...))
		case p.after("__"):
			_, p.rest, _ = strings.Cut(p.rest, "__")
			last = nil
		default:
			last = p.words(last, to, &one)
		}
	}
}

// words reads what stands up to the next space, or up to the end of the group,
// and returns the word that can stand at its end; one is where it is kept.
func (p *pattern) words(last []uint64, to *[]uint64, one *[]uint64) []uint64 {
	for p.rest != "" && !blank(p.rest[0]) && !strings.HasPrefix(p.rest, "))") {
		if folded[p.rest[0]] == 0 {
			p.rest = p.rest[1:]
			continue
		}
		var w uint64
		w, p.rest = word(p.rest)
		for _, l := range last {
			*to = append(*to, pair(l, w))
		}
		if *one == nil {
			*one = make([]uint64, 1)
		}
		(*one)[0], last = w, *one
	}
	return last
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// some are at most a few of the words, each once.
func some(words []uint64) []uint64 {
	words = slices.Clone(words)
	slices.Sort(words)
	words = slices.Compact(words)
	return words[:min(len(words), 40)]
}

// after takes a mark off what is left, if it begins with it.
func (p *pattern) after(mark string) bool {
	rest, found := strings.CutPrefix(p.rest, mark)
	p.rest = rest
	return found
}

// matcher finds known texts in what it is shown.
type matcher struct {
	met      map[string]bool                  // sets of texts that could be meant
	prepared map[string]*licensecheck.Scanner // by what of such a set can begin in a text
	hashes   []uint64
	once     bag // of them
}

// match is what the library finds in text: which known texts, and how much of
// the words they make up, in percent. A tree that carries many licences has
// mostly those that everybody has: these are then prepared together.
func (m *matcher) match(text []byte) licensecheck.Coverage {
	if len(m.met) >= manySets {
		if found := usual().Scan(text); found.Percent > 90 || len(m.met) >= mostSets {
			return found
		}
	}
	m.hashes = pairs(string(text), m.hashes[:0])
	m.once.empty(len(m.hashes))
	size := 0
	for _, h := range m.hashes {
		if m.once.add(h) {
			size++
		}
	}
	like, nearest := library().like(&m.once, size)
	if len(like) == 0 {
		return licensecheck.Coverage{}
	}
	if m.met == nil {
		m.met, m.prepared = map[string]bool{}, map[string]*licensecheck.Scanner{}
	}
	m.met[fmt.Sprint(like)] = true
	if len(library().begun([]int{nearest}, string(text))) > 0 {
		if found := m.scanner(nearest).Scan(text); whole(found, text) {
			return found
		}
	}
	if like = library().begun(like, string(text)); len(like) == 0 {
		return licensecheck.Coverage{}
	}
	return m.scanner(like...).Scan(text)
}

// whole says whether a text is one that the library knows from its first word to
// its last: no other can be more of it.
func whole(found licensecheck.Coverage, text []byte) bool {
	return len(found.Match) == 1 && found.Percent == 100 && found.Match[0].Start == 0 && found.Match[0].End == len(text)
}

// scanner finds these texts of the library.
func (m *matcher) scanner(some ...int) *licensecheck.Scanner {
	key := fmt.Sprint(some)
	if m.prepared[key] == nil {
		var licences []licensecheck.License
		for _, l := range some {
			licences = append(licences, library().licences[l])
		}
		m.prepared[key] = prepare(licences)
	}
	return m.prepared[key]
}

// prepare prepares texts of the library.
func prepare(licences []licensecheck.License) *licensecheck.Scanner {
	s, err := licensecheck.NewScanner(licences)
	if err != nil {
		panic(err) // cannot be: they are the library's own, and there are some
	}
	return s
}

// usual finds the licences that most parts of most projects are under.
var usual = sync.OnceValue(func() *shelf {
	return newShelf(ofLibrary("MIT", "ISC", "0BSD", "Apache-2.0", "BSD-1-Clause", "BSD-2-Clause", "BSD-3-Clause", "BSD-4-Clause", "BSD-Source-Code",
		"MPL-2.0", "CC0-1.0", "CC-BY-4.0", "CC-BY-3.0", "Unlicense", "WTFPL", "Zlib", "OFL-1.1", "GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0", "AGPL-3.0", "EPL-2.0", "Python-2.0", "BSL-1.0"))
})

// inHeads finds what the heads of files say of their licence in the words that
// licences give for that.
var inHeads = sync.OnceValue(func() *shelf {
	return newShelf(ofLibrary("MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MPL-2.0", "EPL-2.0", "EUPL-1.2", "Unlicense",
		"GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "LGPL-2.0-only", "LGPL-2.0-or-later", "LGPL-2.1-only", "LGPL-2.1-or-later",
		"LGPL-3.0-only", "LGPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later"))
})

// ofLibrary are the library's texts of these licences.
func ofLibrary(ids ...string) []licensecheck.License {
	return slices.DeleteFunc(licensecheck.BuiltinLicenses(), func(l licensecheck.License) bool { return l.LRE == "" || !slices.Contains(ids, l.ID) })
}

// plain is text in small letters, its words parted by single spaces and without
// marks, so that a phrase can be looked for.
func plain(text []byte) string {
	var b strings.Builder
	b.Grow(len(text))
	space := true
	for _, r := range strings.ToLower(string(text)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
			space = false
		} else if !space {
			b.WriteByte(' ')
			space = true
		}
	}
	return b.String()
}
