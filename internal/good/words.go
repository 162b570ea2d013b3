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
