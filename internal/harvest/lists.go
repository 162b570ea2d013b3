package harvest

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// rejoined is the text that a source cut at its commas: the pieces with the
// commas put back. A source that cuts leaves the space after the comma at the
// head of the piece.
func rejoined(pieces []string) string { return strings.Join(pieces, ",") }

// wasCut says whether pieces are one text cut at its commas rather than a list.
func wasCut(pieces []string) bool {
	for _, p := range pieces[min(1, len(pieces)):] {
		if strings.HasPrefix(p, " ") || strings.HasPrefix(p, "\r") || strings.HasPrefix(p, "\n") {
			return true
		}
	}
	return false
}

// regroup puts pieces of a comma-cut list back together where a piece goes on
// the one before: inside brackets or quotes, after "and", or where the pieces
// spell out one of the names.
func regroup(pieces []string, names ...string) []string {
	var out []string
	for _, p := range pieces {
		if n := len(out) - 1; n >= 0 && (open(out[n]) || goesOn(p)) {
			out[n] += "," + p
			continue
		}
		out = append(out, p)
	}
	if len(out) > 1 {
		all := strings.Join(out, ",")
		for _, name := range names {
			if spells(all, name) {
				return []string{all}
			}
		}
	}
	return out
}

// open says whether s ends inside brackets or double quotes.
func open(s string) bool {
	depth := 0
	for _, r := range s {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		}
	}
	return depth > 0 || strings.Count(s, `"`)%2 == 1
}

var goingOn = regexp.MustCompile(`^\s+(?:and|or|as|for|of|with|et|y|und|including|such|e\.g\.|i\.e\.|etc)\b`)

// goesOn says whether a piece is the rest of a phrase.
func goesOn(s string) bool { return goingOn.MatchString(s) }

// spells says whether the first letters of phrase make up the acronym: "Digital
// Infrastructure for Governance, Impact and Transformation" spells DIGIT.
func spells(phrase, acronym string) bool {
	if n := utf8.RuneCountInString(acronym); n < 3 || n > 12 || strings.ContainsAny(acronym, " ") {
		return false
	}
	var initials strings.Builder
	for _, w := range strings.FieldsFunc(phrase, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsUpper(r) {
			initials.WriteRune(r)
		}
	}
	return strings.EqualFold(initials.String(), acronym)
}

// aliases makes clean alternative names of a source's list.
func (m *mend) aliases(field string, in []string, name string) []string {
	pieces := make([]string, 0, len(in))
	for _, p := range in {
		if strings.TrimSpace(p) == "" {
			m.note(field, `[""]`, "[]", "empty-placeholder")
			continue
		}
		pieces = append(pieces, p)
	}
	groups := regroup(pieces, name)
	if len(groups) < len(pieces) {
		m.note(field, strings.Join(pieces, " | "), strings.Join(groups, " | "), "comma-cut")
	}
	var out []string
	for _, g := range groups {
		parts := []string{g}
		if !strings.ContainsAny(g, "()") && strings.Contains(g, ";") && !entity.MatchString(g) {
			parts = strings.Split(g, ";")
			m.note(field, g, strings.Join(parts, " | "), "list-in-one")
		}
		for _, p := range parts {
			if p = m.line(field, p); p != "" && utf8.RuneCountInString(p) <= 200 && !strings.EqualFold(p, name) {
				out = append(out, p)
			}
		}
	}
	return blanks(out)
}

// answerText makes one text of an answer a source cut at its commas.
func (m *mend) answerText(field string, pieces []string) string {
	if len(pieces) == 0 {
		return ""
	}
	if len(pieces) == 1 && strings.TrimSpace(pieces[0]) == "" {
		m.note(field, `[""]`, "[]", "empty-placeholder")
		return ""
	}
	if !wasCut(pieces) {
		kept := make([]string, 0, len(pieces))
		for _, p := range pieces {
			if p = m.text(field, p); p != "" {
				kept = append(kept, p)
			}
		}
		return strings.Join(kept, "\n")
	}
	whole := rejoined(pieces)
	m.note(field, strings.Join(pieces, " | "), whole, "comma-cut")
	return m.text(field, whole)
}

var listMark = regexp.MustCompile(`^(?:[-*•–]\s*|\(?\d{1,2}[.)]\s+|[a-z]\)\s+)`)

// standards makes a list of named standards of a source's list, leaving out
// sentences: those stay in the answer.
func (m *mend) standards(field string, pieces []string) []string {
	var items []string
	for _, g := range regroup(pieces) {
		for _, part := range strings.FieldsFunc(m.prose(field, g), func(r rune) bool { return r == '\n' || r == ';' }) {
			items = append(items, part)
		}
	}
	var out []string
	for _, s := range items {
		s = listMark.ReplaceAllString(strings.TrimSpace(anyURL.ReplaceAllString(s, "")), "")
		s = strings.Trim(headings.ReplaceAllString(s, ""), " .,:-–(")
		if n := utf8.RuneCountInString(s); n < 2 || n > 80 || len(strings.Fields(s)) > 7 || open(s) || unplaceholder(s) == "" ||
			strings.HasSuffix(s, ")") && !strings.Contains(s, "(") || strings.Contains(s, ". ") || sentence.MatchString(s) || !capital(s) {
			continue
		}
		out = append(out, s)
	}
	return blanks(out)
}

var (
	// headings are under which forms ask for standards.
	headings = regexp.MustCompile(`(?i)^(?:web standards|security(?: standards used)?|internationali[sz]ation(?: \(i18n\))?|data[ /-]+exchange(?: */? *configuration)? formats|` +
		`authentication *(?:&|and) *authorization|(?:standard|std) content formats|multimedia|accessibility|documentation|interoperability standards used|open standards)\s*(?:[-–:]\s*|$)`)
	sentence = regexp.MustCompile(`(?i)\b(?:is|are|was|has|have|used|using|when|which|follows?|for more|based on|adheres?|our|we)\b`)
)

// capital says whether s has a capital or a digit, as names of standards do.
func capital(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) }) ||
		!strings.ContainsFunc(s, unicode.IsLower)
}
