package rdf

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// quoted is a text with its language or type.
func (p *turtle) quoted() (Term, error) {
	text, err := p.text()
	if err != nil {
		return Term{}, err
	}
	t := Term{Sort: Literal, Value: text}
	switch rest := p.in[p.at:]; {
	case strings.HasPrefix(rest, "@"):
		n := 1
		for n < len(rest) && (rest[n] == '-' || rest[n] >= 'a' && rest[n] <= 'z' || rest[n] >= 'A' && rest[n] <= 'Z' || rest[n] >= '0' && rest[n] <= '9') {
			n++
		}
		t.Lang = rest[1:n]
		if t.Lang == "" || strings.HasPrefix(t.Lang, "-") || strings.HasSuffix(t.Lang, "-") || t.Lang[0] <= '9' {
			return Term{}, fmt.Errorf("not a language: %s", shown(t.Lang))
		}
		p.at += n
	case strings.HasPrefix(rest, "^^"):
		p.at += 2
		typ, err := p.named()
		if err != nil {
			return Term{}, err
		}
		if typ.Sort != IRI {
			return Term{}, fmt.Errorf("a type without an IRI")
		}
		if t.Type = typ.Value; t.Type == xsdNS+"string" {
			t.Type = ""
		}
	}
	return t, nil
}

// text is what stands in quotes, of one line or of several.
func (p *turtle) text() (string, error) {
	sign := p.in[p.at : p.at+1]
	long := strings.HasPrefix(p.in[p.at:], sign+sign+sign)
	if long {
		sign += sign + sign
	}
	p.at += len(sign)
	for i := p.at; i < len(p.in); i++ {
		switch c := p.in[i]; {
		case c == '\\':
			i++
		case !long && (c == '\n' || c == '\r'):
			return "", fmt.Errorf("a text without an end")
		case strings.HasPrefix(p.in[i:], sign):
			out, err := unescape(p.in[p.at:i], true)
			if err == nil {
				p.at = i + len(sign)
			}
			return out, err
		}
	}
	return "", fmt.Errorf("a text without an end")
}

var escapes = map[byte]byte{'t': '\t', 'b': '\b', 'n': '\n', 'r': '\r', 'f': '\f', '"': '"', '\'': '\'', '\\': '\\'}

// unescape reads \n and the like, in texts alone, and \u0000 and \U00000000.
func unescape(s string, inText bool) (string, error) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		if i++; i >= len(s) {
			return "", fmt.Errorf("a backslash at the end")
		}
		if c, ok := escapes[s[i]]; ok && inText {
			b.WriteByte(c)
			continue
		}
		n := map[byte]int{'u': 4, 'U': 8}[s[i]]
		if n == 0 || i+n >= len(s) || !isHex(s[i+1:i+1+n]) {
			return "", fmt.Errorf("an escape that there is not")
		}
		code, err := strconv.ParseUint(s[i+1:i+1+n], 16, 32)
		if err != nil || !utf8.ValidRune(rune(code)) {
			return "", fmt.Errorf("a character that there is not")
		}
		b.WriteRune(rune(code))
		i += n
	}
	return b.String(), nil
}

// number is an integer, a decimal or a double, as it is written.
func (p *turtle) number() (Term, error) {
	rest := p.in[p.at:]
	n := 0
	digits := func() int {
		from := n
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		return n - from
	}
	if rest[0] == '+' || rest[0] == '-' {
		n++
	}
	whole, part, typ := digits(), 0, "integer"
	if n+1 < len(rest) && rest[n] == '.' && (rest[n+1] >= '0' && rest[n+1] <= '9' || whole > 0 && (rest[n+1] == 'e' || rest[n+1] == 'E')) {
		n++
		part, typ = digits(), "decimal"
	}
	if whole+part == 0 {
		return Term{}, p.unexpected("a number")
	}
	if n < len(rest) && (rest[n] == 'e' || rest[n] == 'E') {
		if n++; n < len(rest) && (rest[n] == '+' || rest[n] == '-') {
			n++
		}
		if typ = "double"; digits() == 0 {
			return Term{}, p.unexpected("a number")
		}
	}
	p.at += n
	return Term{Sort: Literal, Value: rest[:n], Type: xsdNS + typ}, nil
}
