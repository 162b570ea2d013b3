package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Word is one word of a text as it is indexed.
type Word struct {
	Text string // folded; a bigram in scripts written without spaces
	Stem string // "" where there is none
	Lang Lang   // language of the stem
	Own  bool   // the word is English and its own stem
	Stop bool   // too common to tell texts apart
	Pos  int    // place in the text
}

// Words calls emit for every word of a text in the language of the tag ("" if
// unknown, read as English).
func (s *Stemmer) Words(text, tag string, emit func(Word)) {
	latin := English
	if tag != "" {
		latin = LangOf(tag)
		if latin > Spanish {
			latin = English // Latin words within Russian or Arabic are mostly English
		}
	}
	pos := 0
	runs(text, func(r run) {
		if r.glued {
			pos = bigrams(r.text, pos, emit)
			return
		}
		lang := script(r.text, latin)
		w := Word{Text: fold(r.text), Lang: lang, Pos: pos}
		w.Stop = r.clip || isStop(lang, w.Text)
		if w.Stem = s.stem(lang, r.text); w.Stem == "" {
			w.Lang = None
		}
		w.Own = lang == English && w.Stem == w.Text
		emit(w)
		pos++
	})
}

// bigrams emits the pairs of neighbouring characters of a stretch and its last
// character, so that a single character is found as the beginning of a pair.
func bigrams(text string, pos int, emit func(Word)) int {
	text = fold(text)
	for i := 0; i < len(text); {
		_, n := utf8.DecodeRuneInString(text[i:])
		_, m := utf8.DecodeRuneInString(text[i+n:])
		emit(Word{Text: text[i : i+n+m], Pos: pos})
		pos++
		i += n
	}
	return pos
}

// Parts are further words a name is known by: the parts of camel case and of
// letters beside digits ("OpenMRS": open, mrs), and the initials of a longer one.
func Parts(name string) []string {
	var out []string
	var words []string
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		words = append(words, w)
		if parts := camel(w); len(parts) > 1 {
			out = append(out, parts...)
		}
	}
	if len(words) >= 3 && len(words) <= 8 {
		var b strings.Builder
		for _, w := range words {
			r, _ := utf8.DecodeRuneInString(w)
			if unicode.IsUpper(r) || unicode.IsDigit(r) {
				b.WriteRune(r)
			}
		}
		if b.Len() >= 3 {
			out = append(out, Key(b.String()))
		}
	}
	return out
}

// camel cuts a word where a capital follows a small letter, where the last of
// several capitals begins a word, and between letters and digits.
func camel(w string) []string {
	rs := []rune(w)
	var out []string
	start := 0
	for i := 1; i < len(rs); i++ {
		lowUp := unicode.IsLower(rs[i-1]) && unicode.IsUpper(rs[i])
		upUpLow := i+1 < len(rs) && unicode.IsUpper(rs[i-1]) && unicode.IsUpper(rs[i]) && unicode.IsLower(rs[i+1]) && i+2 < len(rs)
		digit := unicode.IsDigit(rs[i-1]) != unicode.IsDigit(rs[i])
		if lowUp || upUpLow || digit {
			out = append(out, Key(string(rs[start:i])))
			start = i
		}
	}
	return append(out, Key(string(rs[start:])))
}
