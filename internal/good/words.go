package good

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line is s on one line, without spaces around it.
func Line(s string) string { return strings.Join(strings.Fields(s), " ") }

// Short is as much of a stranger's text as a message repeats.
func Short(s string) string {
	s = strings.ToValidUTF8(Line(s), "�")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// Address is a web address with the scheme that people leave out.
func Address(s string) string {
	if s = strings.TrimSpace(s); s != "" && !strings.Contains(s, "://") {
		s = "https://" + s
	}
	return s
}

// Hidden says whether r shows nothing itself but turns or hides what stands
// around it: a name is never to look like another.
func Hidden(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d'
}

// CheckText says what is wrong with what somebody wrote in a field: signs that
// cannot be seen, or more characters than most.
func CheckText(field, s string, most int) error {
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, Hidden):
		return &Error{Kind: Invalid, Key: "deploy.error.hidden", Field: field}
	case utf8.RuneCountInString(s) > most:
		return &Error{Kind: Invalid, Key: "deploy.error.long", Field: field, Args: map[string]any{"Max": most}}
	}
	return nil
}

// lookalikes are the letters of one script that look like those of another.
var lookalikes = []struct {
	script  *unicode.RangeTable
	letters string
}{{unicode.Latin, "aeopcyxABEKMHOPCTYX"}, {unicode.Cyrillic, "аеорсухАВЕКМНОРСТУХ"}, {unicode.Greek, "αονρυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"}}

// Disguised says whether some word is written in two scripts, and in one of them
// with nothing but letters that look like the other's: it is made to be read as
// another word. "SMSом" is not.
func Disguised(s string) bool {
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		scripts, disguised := 0, false
		for _, l := range lookalikes {
			some, all := false, true
			for _, r := range w {
				if unicode.Is(l.script, r) {
					some, all = true, all && strings.ContainsRune(l.letters, r)
				}
			}
			if some {
				scripts, disguised = scripts+1, disguised || all
			}
		}
		if scripts > 1 && disguised {
			return true
		}
	}
	return false
}

// Says whether a text has a phrase with no letter or digit right before or behind
// it; where words are written without spaces between them, anywhere.
func Says(text, phrase string) bool {
	if phrase == "" {
		return false
	}
	word := func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
	}
	for from := 0; ; {
		i := strings.Index(text[from:], phrase)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		behind, _ := utf8.DecodeRuneInString(text[i+len(phrase):])
		first, size := utf8.DecodeRuneInString(phrase)
		last, _ := utf8.DecodeLastRuneInString(phrase)
		if !(word(first) && word(before)) && !(word(last) && word(behind)) {
			return true
		}
		from = i + size
	}
}

// What is more than these is there for its links, or is noise.
const (
	mostLinks   = 3
	mostRepeats = 30 // of one letter
)

// Advertises says whether a text is there for its links, or is noise.
func Advertises(s string) bool {
	low := strings.ToLower(s)
	links := strings.Count(low, "http://") + strings.Count(low, "https://") + strings.Count(low, "www.") - strings.Count(low, "://www.")
	if links > mostLinks || strings.Contains(low, "<a ") || strings.Contains(low, "[url") || strings.Contains(low, "<script") {
		return true
	}
	run, last := 0, rune(-1)
	for _, r := range s {
		if r != last {
			run, last = 0, r
		}
		if run++; run > mostRepeats && unicode.IsLetter(r) {
			return true
		}
	}
	words := strings.Fields(low)
	seen := map[string]int{}
	for _, w := range words {
		seen[w]++
	}
	for _, n := range seen { // one word said over and over
		if len(words) > 20 && 2*n > len(words) {
			return true
		}
	}
	return false
}
