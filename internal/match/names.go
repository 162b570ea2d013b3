package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gosimple/unidecode"
	"golang.org/x/text/unicode/norm"
)

// longest is how much of a text is compared, in bytes: a stranger's text must
// not cost time.
const longest = 2000

// foldName makes names comparable: lower case, letters and digits of any
// script only, Latin letters without accents.
func foldName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(cut(name)) {
		r = unicode.ToLower(r)
		if f := plain(r); f != "" {
			b.WriteString(f)
		} else if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && r > 0x36f {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain is a Latin letter without its accents, or "".
func plain(r rune) string {
	if r < utf8.RuneSelf || !unicode.Is(unicode.Latin, r) {
		return ""
	}
	return strings.ToLower(unidecode.Unidecode(string(r)))
}

func cut(s string) string {
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "")
	}
	return s
}

// small are words that only join others, and general are words that many names
// have and that tell none from another.
var small, general = map[string]bool{}, map[string]bool{}

func init() {
	for _, w := range strings.Fields("a an and at by de del der des di du el en et for from in la las le les los of on para pour the to und with y") {
		small[w], general[w] = true, true
	}
	for _, w := range strings.Fields(`api app application applications apps beta core data database dataset datasets desktop digital foundation framework global hub information
		initiative lab labs library lite management manager mobile national network online open org platform plugin portal program programme project
		sdk server service services site software solution solutions source suite system systems tool toolkit tools version web website world`) {
		general[w] = true
	}
}

// wordsOf are the words of a text in small Latin letters, however it is
// written: scripts are transliterated, accents go.
func wordsOf(s string) []string {
	s = norm.NFKC.String(cut(s))
	if strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		s = unidecode.Unidecode(s)
	}
	s = apostrophes.Replace(strings.ToLower(s))
	return strings.FieldsFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// apostrophes join what they stand between.
var apostrophes = strings.NewReplacer("'", "", "`", "", "’", "")

// sound is what is left of a name when the order of its letters, its vowels,
// doubled letters and common ways to write the same sound are taken away; ""
// where too little is left to look for.
func sound(name string) string {
	var out []byte
	for _, w := range wordsOf(name) {
		if !small[w] {
			out = append(out, consonants(w)...)
		}
	}
	if len(out) < 4 || len(out) > 60 {
		return ""
	}
	slices.Sort(out)
	return string(out)
}

var alikeSounds = strings.NewReplacer("ph", "f", "ck", "k", "kh", "h", "sch", "s", "sh", "s", "ts", "s", "z", "s", "c", "k", "q", "k", "w", "v", "x", "ks", "dj", "j", "th", "t")

func consonants(w string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range alikeSounds.Replace(w) {
		if !strings.ContainsRune("aeiouy", r) && r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// name is one name in the forms in which names are compared.
type name struct {
	whole string // its words, written as one
	words []string
	grams []string // three letters each, sorted
}

func nameOf(s string) name {
	words := wordsOf(s)
	n := name{whole: strings.Join(words, ""), words: words}
	n.grams = gramsOf(n.whole)
	return n
}

func gramsOf(s string) []string {
	if s == "" {
		return nil
	}
	s = "^" + s + "$"
	out := make([]string, 0, len(s))
	for i := 0; i+3 <= len(s); i++ {
		out = append(out, s[i:i+3])
	}
	slices.Sort(out)
	return out
}

// closeness says how alike two names are, from 0 to 1: by their words in any
// order, by their letters, or because one is made of the other's initials.
func (n name) closeness(o name) float64 {
	switch {
	case n.whole == "" || o.whole == "":
		return 0
	case n.whole == o.whole:
		return 1
	}
	return max(byWords(n.words, o.words), dice(n.grams, o.grams), byInitials(n, o))
}

// byInitials is how alike a short name and a long one are that it may stand for.
func byInitials(n, o name) float64 {
	if len(n.words) == 1 && initials(o.words) == n.whole || len(o.words) == 1 && initials(n.words) == o.whole {
		return 0.6
	}
	return 0
}

func initials(words []string) string {
	if len(words) < 3 {
		return ""
	}
	var b strings.Builder
	for _, w := range words {
		b.WriteByte(w[0])
	}
	return b.String()
}

// dice says how much of two sorted lists is in both.
func dice(a, b []string) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := strings.Compare(a[i], b[j]); {
		case c == 0:
			both++
			i++
			j++
		case c < 0:
			i++
		default:
			j++
		}
	}
	return 2 * float64(both) / float64(len(a)+len(b))
}

// byWords pairs the words of two names, each with the nearest of the other.
func byWords(a, b []string) float64 {
	var all, met float64
	used := make([]bool, len(b))
	for _, w := range a {
		all += weight(w)
		best, at := 0.0, -1
		for j, o := range b {
			if used[j] {
				continue
			}
			if s := nearWord(w, o); s > best {
				best, at = s, j
			}
		}
		if at >= 0 {
			used[at] = true
			met += best * (weight(w) + weight(b[at]))
		}
	}
	for _, w := range b {
		all += weight(w)
	}
	return met / all
}

func weight(w string) float64 {
	switch {
	case general[w]:
		return 0.25
	case len(w) == 1:
		return 0.5
	}
	return 1
}

// nearWord says how alike two words are: the same, one slip of the pen apart,
// or written as they sound.
func nearWord(a, b string) float64 {
	switch {
	case a == b:
		return 1
	case min(len(a), len(b)) < 4:
		return 0
	case slips(a, b, 1), min(len(a), len(b)) >= 8 && slips(a, b, 2):
		return 0.9
	case len(consonants(a)) > 2 && consonants(a) == consonants(b):
		return 0.8
	}
	return 0
}

// slips says whether at most so many letters added, lost, changed or swapped
// with their neighbour lie between two words.
func slips(a, b string, most int) bool {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return false
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)] <= most
}
