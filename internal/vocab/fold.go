package vocab

import (
	"strings"
	"unicode"

	"stoa/internal/packed"
)

// maxSpelling is the longest text, in bytes, that is looked up at all: nothing
// longer names a thing, and a stranger's text must not cost time.
const maxSpelling = 200

// plain maps accented Latin letters to the letters under them, and typographic
// variants to what they stand for.
var plain = func() map[rune]string {
	m := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ı': "i", 'ł': "l", 'đ': "d", 'ø': "o", 'ð': "d", '&': " and "}
	for base, accented := range map[string]string{
		"a": "àáâãäåāăąǎạảấầẩẫậắằẳẵặ", "c": "çćĉċč", "d": "ďḍ", "e": "èéêëēĕėęěẹẻẽếềểễệ", "g": "ĝğġģ", "h": "ĥħḥ",
		"i": "ìíîïĩīĭįǐịỉ", "j": "ĵ", "k": "ķ", "l": "ĺļľŀ", "n": "ñńņňŉ", "o": "òóôõöōŏőǒọỏốồổỗộơớờởỡợ", "r": "ŕŗř",
		"s": "śŝşšșṣ", "t": "ţťŧțṭ", "u": "ùúûüũūŭůűųǔưụủứừửữự", "w": "ŵ", "y": "ýÿŷỳỵỷỹ", "z": "źżžẓ",
	} {
		for _, r := range accented {
			m[r] = base
		}
	}
	return m
}()

// words folds s to lower-case words without accents, apostrophes and
// punctuation: "Côte d'Ivoire" and "COTE D’IVOIRE" become "cote divoire".
// Letters joined by full stops become one word ("U.S." → "us").
func words(s string) []string {
	if len(s) > maxSpelling {
		return nil
	}
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case plain[r] != "":
			b.WriteString(plain[r])
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // a combining accent belongs to its letter; elsewhere it is part of the word
			if r > 0x36f {
				b.WriteRune(r)
			}
		case r == '\'' || r == '’' || r == '‘' || r == 'ʼ' || r == '`' || r == '´' || r == 'ʻ' || r == '\u00ad':
		case r == '.':
			b.WriteByte('.')
		default:
			b.WriteByte(' ')
		}
	}
	fields := strings.Fields(b.String())
	out := make([]string, 0, len(fields))
	for _, f := range fields {
		if initials(f) {
			f = strings.ReplaceAll(f, ".", "")
		}
		for part := range strings.SplitSeq(f, ".") {
			if part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// initials says whether f is single letters joined by full stops.
func initials(f string) bool {
	letters := strings.Split(strings.TrimSuffix(f, "."), ".")
	for _, l := range letters {
		if len(l) != 1 || l[0] < 'a' || l[0] > 'z' {
			return false
		}
	}
	return len(letters) > 1
}

// fold is words joined by single spaces, without the article "the".
func fold(s string) string {
	w := words(s)
	out := make([]string, 0, len(w))
	for _, x := range w {
		if x != "the" {
			out = append(out, x)
		}
	}
	return strings.Join(out, " ")
}

// rows yields the tab-separated fields of each line that is not a comment.
func rows(tsv string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(packed.Text(tsv)) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(strings.Split(line, "\t")) {
				return
			}
		}
	}
}
