// Package analysis turns texts in any script into the words the catalogue
// finds them by: folded forms, stems, bigrams for scripts written without
// spaces, and the field's vocabulary in six languages.
package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Version changes whenever the same text would give other words than before;
// an index made under another version is made anew.
const Version = 1

// maxWord is the longest word kept, in bytes; what is longer is cut, in texts
// and in questions alike.
const maxWord = 64

// run is one stretch of a text: a word, or a stretch of a script that is
// written without spaces.
type run struct {
	text  string // lower case, composed, accents kept
	glued bool   // written without spaces: read as bigrams
	clip  bool   // follows an apostrophe, or stands before one and is short
	at    int    // index of the run in its text
}

// runs cuts a text into words. Everything but letters, digits and their marks
// separates; invisible marks of direction and joining do not.
func runs(s string, emit func(run)) {
	if isASCII(s) {
		asciiRuns(s, emit)
		return
	}
	s = cases.Fold().String(norm.NFKC.String(strings.ToValidUTF8(s, " ")))
	var b strings.Builder
	glued, clip, n := false, false, 0
	flush := func(apostrophe bool) {
		if b.Len() > 0 {
			text := norm.NFC.String(b.String())
			emit(run{text: text, glued: glued, clip: clip || apostrophe && utf8.RuneCountInString(text) <= 2, at: n})
			n++
			b.Reset()
		}
		clip = apostrophe
	}
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Cf, r) || r == 'ـ':
			continue
		case isGlued(r) || unicode.IsMark(r) && glued && b.Len() > 0:
			if !glued {
				flush(false)
				glued = true
			}
			b.WriteRune(r)
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && b.Len() > 0:
			if glued {
				flush(false)
				glued = false
			}
			b.WriteRune(plainDigit(r))
		default:
			flush(r == '\'' || r == '’' || r == 'ʼ')
		}
	}
	flush(false)
}

func asciiRuns(s string, emit func(run)) {
	start, clip, n := -1, false, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) {
			c := s[i] | 0x20
			if 'a' <= c && c <= 'z' || '0' <= s[i] && s[i] <= '9' {
				if start < 0 {
					start = i
				}
				continue
			}
		}
		apostrophe := i < len(s) && s[i] == '\''
		if start >= 0 {
			emit(run{text: strings.ToLower(s[start:i]), clip: clip || apostrophe && i-start <= 2, at: n})
			n++
			start = -1
		}
		clip = apostrophe
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isGlued says whether r is of a script whose words are not set apart.
func isGlued(r rune) bool {
	return r >= 0x0E00 && (unicode.IsLetter(r) || unicode.IsDigit(r)) && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) || r == 'ー')
}

// plainDigit writes the decimal digits of every script as ours.
func plainDigit(r rune) rune {
	if r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r) {
		return r
	}
	for _, span := range unicode.Nd.R16 {
		if rune(span.Lo) <= r && r <= rune(span.Hi) {
			return '0' + (r-rune(span.Lo))%10
		}
	}
	return r
}

// letters maps letters that Unicode does not decompose, or that writers use
// for one another, to one form.
var letters = map[rune]string{
	'ł': "l", 'ø': "o", 'đ': "d", 'æ': "ae", 'œ': "oe", 'ı': "i", 'þ': "th", 'ð': "d", 'ħ': "h", 'ŧ': "t",
	'ى': "ي", 'ة': "ه", 'ٱ': "ا", 'ک': "ك", 'ی': "ي", 'ے': "ي", 'ہ': "ه", 'ھ': "ه",
	'ґ': "г", 'є': "е", 'ς': "σ",
}

// fold writes a lower-case word without accents and spelling variants.
func fold(w string) string { return cut(foldBut(w, "")) }

// foldBut folds all but the letters in keep.
func foldBut(w, keep string) string {
	if isASCII(w) || isFolded(w) {
		return w
	}
	var b strings.Builder
	strip := false
	for _, r := range norm.NFD.String(w) {
		if unicode.Is(unicode.Mn, r) {
			if !strip {
				b.WriteRune(r)
			}
			continue
		}
		strip = r < 0x0700 // Latin, Greek, Cyrillic, Hebrew, Arabic: marks are accents or vowels
		if to, ok := letters[r]; ok && !strings.ContainsRune(keep, r) {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// isFolded says, quickly, that there is nothing to fold in a word.
func isFolded(w string) bool {
	for _, r := range w {
		if letters[r] != "" || unicode.Is(unicode.Mn, r) {
			return false
		}
	}
	return norm.NFD.IsNormalString(w)
}

// cut shortens a word to maxWord bytes at a character's end.
func cut(w string) string {
	if len(w) <= maxWord {
		return w
	}
	n := maxWord
	for n > 0 && !utf8.RuneStart(w[n]) {
		n--
	}
	return w[:n]
}

// Key is the form under which names are compared and sorted: folded words
// joined by single spaces.
func Key(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	if isASCII(s) {
		asciiKey(&b, s)
		return b.String()
	}
	runs(s, func(r run) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(fold(r.text))
	})
	return b.String()
}

// asciiKey is Key without a string for each word: whoever finds a place among
// names makes dozens of keys.
func asciiKey(b *strings.Builder, s string) {
	n := 0 // bytes of the word so far
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if ('a' > c || c > 'z') && ('0' > c || c > '9') {
			n = 0
			continue
		}
		if n == 0 && b.Len() > 0 {
			b.WriteByte(' ')
		}
		if n++; n <= maxWord {
			b.WriteByte(c)
		}
	}
}
