package rdf

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// isPrefix says whether s may be a prefix.
func isPrefix(s string) bool {
	for i, r := range s {
		if !isNameRune(r) && !(r == '.' && i > 0 && i < len(s)-1) || i == 0 && (!beginsName(r) || r == '_' || r >= '0' && r <= '9') {
			return false
		}
	}
	return true
}

// isNameRune says whether r may stand in a name, PN_CHARS of the grammar.
func isNameRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == 0xB7 ||
		r >= 0xC0 && r != 0xD7 && r != 0xF7 && r != 0x37E && (r < 0x2000 || r >= 0x200C && r <= 0x200D || r >= 0x203F && r <= 0x2040 || r >= 0x2070) &&
			(r < 0x2190 || r >= 0x2C00) && (r < 0x2FF0 || r >= 0x3001) && (r < 0xD800 || r >= 0xF900) && (r < 0xFDD0 || r >= 0xFDF0) && r != 0xFFFE && r != 0xFFFF && r <= 0xEFFFF
}

// beginsName says whether r, which may stand in a name, may begin one.
func beginsName(r rune) bool {
	return r != '-' && r != 0xB7 && (r < 0x300 || r > 0x36F) && r != 0x203F && r != 0x2040
}

// nameLength is the length of the name that follows; a dot belongs to it only
// in its middle.
func (p *turtle) nameLength() int {
	n := 0
	for i, r := range p.in[p.at:] {
		if isNameRune(r) {
			n = i + utf8.RuneLen(r)
		} else if r != '.' || i == 0 {
			break
		}
	}
	return n
}

// prefixed is a name with a prefix.
func (p *turtle) prefixed() (Term, error) {
	rest := p.in[p.at:]
	colon := strings.IndexByte(rest, ':')
	if colon < 0 || !isPrefix(rest[:colon]) {
		return Term{}, p.unexpected("a name")
	}
	space, known := p.prefixes[rest[:colon]]
	if !known {
		return Term{}, fmt.Errorf("a prefix that is not declared: %s", shown(rest[:colon]))
	}
	p.at += colon + 1
	local, err := p.local()
	if err != nil {
		return Term{}, err
	}
	return Term{Value: space + local}, nil
}

// local is the part of a name behind its prefix, PN_LOCAL of the grammar.
func (p *turtle) local() (string, error) {
	var b bytes.Buffer
	begin, dots := p.at, 0
	for p.at < len(p.in) {
		r, n := utf8.DecodeRuneInString(p.in[p.at:])
		switch {
		case r == '.':
			if p.at == begin {
				return "", nil
			}
			dots++
			p.at++
			continue
		case r == '\\' && p.at+1 < len(p.in) && strings.IndexByte("_~.-!$&'()*+,;=/?#@%", p.in[p.at+1]) >= 0:
			r, n = rune(p.in[p.at+1]), 2
		case r == '%' && p.at+2 < len(p.in) && isHex(p.in[p.at+1:p.at+3]):
		case r == ':' || isNameRune(r) && (p.at > begin || beginsName(r)):
		default:
			p.at -= dots
			return b.String(), nil
		}
		for ; dots > 0; dots-- {
			b.WriteByte('.')
		}
		b.WriteRune(r)
		p.at += n
	}
	p.at -= dots
	return b.String(), nil
}

func isHex(s string) bool {
	_, err := strconv.ParseUint(s, 16, 64)
	return err == nil && s[0] != '+' && s[0] != '-'
}
