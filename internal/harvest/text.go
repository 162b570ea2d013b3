package harvest

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
)

var (
	entity   = regexp.MustCompile(`&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)
	tag      = regexp.MustCompile(`<[A-Za-z/!?]`)
	breakTag = regexp.MustCompile(`(?i)<(?:br|/p|/div|/li|/h[1-6])\s*/?>`)
	strict   = bluemonday.StrictPolicy()
)

// text makes one free text clean: entities, markup, cedillas for commas,
// control characters, placeholders and personal data. White space is tidied
// without a word.
func (m *mend) text(field, s string) string {
	s = m.prose(field, s)
	return m.personal(field, s)
}

// prose is text without the search for personal data, for names.
func (m *mend) prose(field, s string) string {
	if s == "" {
		return ""
	}
	step := func(rule string, mended string) {
		if mended != s && tidy(mended) != tidy(s) {
			m.note(field, s, mended, rule)
		}
		s = mended
	}
	step("not-utf-8", strings.ToValidUTF8(s, ""))
	step("html-entity", entities(s))
	step("html-tag", untag(s))
	step("cedilla-comma", cedilla(s))
	step("control-character", visible(s))
	s = tidy(s)
	step("placeholder", unplaceholder(s))
	if utf8.RuneCountInString(s) > maxText {
		cut := string([]rune(s)[:maxText])
		m.note(field, s, cut, "text-too-long")
		s = cut
	}
	return s
}

// line is text that belongs on one line, such as a name.
func (m *mend) line(field, s string) string {
	return strings.Join(strings.Fields(m.prose(field, s)), " ")
}

// entities decodes HTML character references, also where they were encoded
// twice ("&amp;#184;").
func entities(s string) string {
	for range 3 {
		if !entity.MatchString(s) {
			break
		}
		s = entity.ReplaceAllStringFunc(s, html.UnescapeString)
	}
	return s
}

// untag takes HTML markup out; line-breaking elements become line breaks, and
// what stands inside script and style goes with them.
func untag(s string) string {
	for range 4 {
		if !tag.MatchString(s) {
			break
		}
		// A lone "<" before a letter that never closes is a sign, not markup.
		cleaned := html.UnescapeString(strict.Sanitize(breakTag.ReplaceAllString(s, "\n")))
		if cleaned == s {
			break
		}
		s = cleaned
	}
	return s
}

// cedilla turns the "¸" a registry's form writes for a comma back into one.
func cedilla(s string) string { return strings.ReplaceAll(s, "¸", ",") }

// visible takes out control characters and the invisible ones that can reorder
// or hide text; joiners that scripts need stay.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF, r == 0x2028, r == 0x2029, r == 0x200B, r == 0xFFFD:
			return -1
		}
		return r
	}, s)
}

// tidy trims white space and lets no more than one empty line stand.
func tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	empty := 0
	for l := range strings.SplitSeq(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), "\n") {
		first := true
		for w := range strings.FieldsSeq(l) {
			switch {
			case !first:
				b.WriteByte(' ')
			case b.Len() > 0:
				b.WriteString("\n\n"[:min(empty, 1)+1])
			}
			b.WriteString(w)
			first = false
		}
		if empty++; !first {
			empty = 0
		}
	}
	return b.String()
}

// unplaceholder empties a text that only says there is none.
func unplaceholder(s string) string {
	switch strings.ToLower(strings.Trim(s, " .,;:-–—_[]\"'")) {
	case "", "n/a", "na", "n.a", "none", "nil", "null", "not applicable", "undefined", "tbd", "no answer":
		return ""
	}
	return s
}

// unquote undoes CSV quoting that was kept as part of a value:
// "Eswatini (fmr. ""Swaziland"")" with its outer quotes.
func unquote(s string) string {
	t := strings.TrimSpace(s)
	if len(t) >= 2 && t[0] == '"' && t[len(t)-1] == '"' {
		inner := t[1 : len(t)-1]
		if !strings.Contains(strings.ReplaceAll(inner, `""`, ""), `"`) {
			return strings.ReplaceAll(inner, `""`, `"`)
		}
	}
	return s
}
