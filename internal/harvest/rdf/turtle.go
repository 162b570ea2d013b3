package rdf

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Turtle reads a document of RDF 1.1 Turtle, or of N-Triples; base is where it
// was found. An error is an *Error.
func Turtle(raw []byte, base string) (*Graph, error) {
	if len(raw) > MaxBytes {
		return nil, &Error{Why: "the document is too large"}
	}
	if !utf8.Valid(raw) {
		return nil, &Error{Why: "not UTF-8"}
	}
	p := &turtle{in: strings.TrimPrefix(string(raw), "\uFEFF"), base: base, prefixes: map[string]string{}, g: newGraph()}
	if err := p.document(); err != nil {
		return nil, &Error{Line: 1 + strings.Count(p.in[:p.at], "\n"), Why: err.Error()}
	}
	return p.g, nil
}

// turtle reads one document; at is the place of what comes next.
type turtle struct {
	in       string
	at       int
	base     string
	prefixes map[string]string
	g        *Graph
	blanks   int
	depth    int
}

func (p *turtle) blank() Term {
	p.blanks++
	return Term{Sort: Blank, Value: "g" + strconv.Itoa(p.blanks)}
}

// peek is the next byte that is no white space or comment, 0 at the end.
func (p *turtle) peek() byte {
	for p.at < len(p.in) {
		switch c := p.in[p.at]; c {
		case ' ', '\t', '\r', '\n':
			p.at++
		case '#':
			end := strings.IndexAny(p.in[p.at:], "\r\n")
			if end < 0 {
				p.at = len(p.in)
				return 0
			}
			p.at += end
		default:
			return c
		}
	}
	return 0
}

func (p *turtle) want(c byte) error {
	if p.peek() != c {
		return p.unexpected(strconv.QuoteRune(rune(c)))
	}
	p.at++
	return nil
}

func (p *turtle) unexpected(wanted string) error {
	if p.at >= len(p.in) {
		return fmt.Errorf("the document ends where %s should stand", wanted)
	}
	r, _ := utf8.DecodeRuneInString(p.in[p.at:])
	return fmt.Errorf("%q where %s should stand", r, wanted)
}

// word says whether the keyword w follows, in any case of letters, and steps
// over it.
func (p *turtle) word(w string) bool {
	rest := p.in[p.at:]
	if len(rest) < len(w) || !strings.EqualFold(rest[:len(w)], w) {
		return false
	}
	if len(rest) > len(w) && !strings.ContainsRune(" \t\r\n<#", rune(rest[len(w)])) {
		return false
	}
	p.at += len(w)
	return true
}

func (p *turtle) document() error {
	for {
		c := p.peek()
		var err error
		switch {
		case c == 0 && p.at >= len(p.in):
			return nil
		case c == '@':
			if err = p.directive(); err == nil {
				err = p.want('.')
			}
		case p.word("PREFIX"):
			err = p.prefix()
		case p.word("BASE"):
			err = p.newBase()
		default:
			if err = p.triples(); err == nil {
				err = p.want('.')
			}
		}
		if err != nil {
			return err
		}
	}
}

func (p *turtle) directive() error {
	for _, d := range []struct {
		word string
		do   func() error
	}{{"@prefix", p.prefix}, {"@base", p.newBase}} {
		if strings.HasPrefix(p.in[p.at:], d.word) {
			p.at += len(d.word)
			return d.do()
		}
	}
	return p.unexpected("@prefix or @base")
}

func (p *turtle) prefix() error {
	p.peek()
	end := strings.IndexByte(p.in[p.at:], ':')
	if end < 0 || !isPrefix(p.in[p.at:p.at+end]) {
		return p.unexpected("a prefix")
	}
	name := p.in[p.at : p.at+end]
	p.at += end + 1
	at, err := p.iriRef()
	p.prefixes[name] = at
	return err
}

func (p *turtle) newBase() error {
	at, err := p.iriRef()
	p.base = at
	return err
}

func (p *turtle) triples() error {
	var s Term
	var err error
	switch c := p.peek(); c {
	case '[':
		if s, err = p.described(); err != nil || p.peek() == '.' && p.spoken(s) {
			return err
		}
	case '(':
		s, err = p.collection()
	default:
		s, err = p.named()
	}
	if err != nil {
		return err
	}
	return p.predicates(s)
}

// spoken says whether anything has been said of s: "[] ." says nothing.
func (p *turtle) spoken(s Term) bool { return p.g.Known(s) }

func (p *turtle) predicates(s Term) error {
	for {
		predicate, err := p.verb()
		if err != nil {
			return err
		}
		for {
			o, err := p.object()
			if err != nil {
				return err
			}
			if err := p.g.add(s, predicate, o); err != nil {
				return err
			}
			if p.peek() != ',' {
				break
			}
			p.at++
		}
		if p.peek() != ';' {
			return nil
		}
		for p.peek() == ';' {
			p.at++
		}
		if c := p.peek(); c == '.' || c == ']' || c == 0 {
			return nil
		}
	}
}

func (p *turtle) verb() (string, error) {
	if p.peek() == 'a' && p.at+1 < len(p.in) && strings.IndexByte(" \t\r\n<[(\"'#", p.in[p.at+1]) >= 0 {
		p.at++
		return RDFType, nil
	}
	t, err := p.named()
	if err == nil && t.Sort != IRI {
		return "", fmt.Errorf("a predicate without an IRI")
	}
	return t.Value, err
}

// named is an IRI or a blank node with a label.
func (p *turtle) named() (Term, error) {
	if p.peek() == '<' {
		at, err := p.iriRef()
		return Term{Value: at}, err
	}
	if strings.HasPrefix(p.in[p.at:], "_:") {
		p.at += 2
		n := p.nameLength()
		if first, _ := utf8.DecodeRuneInString(p.in[p.at:]); n == 0 || !beginsName(first) {
			return Term{}, p.unexpected("a label")
		}
		label := p.in[p.at : p.at+n]
		p.at += n
		return Term{Sort: Blank, Value: "b" + label}, nil
	}
	return p.prefixed()
}

// object is whatever may be said.
func (p *turtle) object() (Term, error) {
	switch c := p.peek(); {
	case c == '[':
		return p.described()
	case c == '(':
		return p.collection()
	case c == '"' || c == '\'':
		return p.quoted()
	case c == '+' || c == '-' || c >= '0' && c <= '9' || c == '.':
		return p.number()
	}
	for _, w := range []string{"true", "false"} {
		if rest := p.in[p.at:]; strings.HasPrefix(rest, w) && (len(rest) == len(w) || strings.IndexByte(" \t\r\n.,;)]#", rest[len(w)]) >= 0) {
			p.at += len(w)
			return Term{Sort: Literal, Value: w, Type: xsdNS + "boolean"}, nil
		}
	}
	return p.named()
}

// within holds how deep things are described within things.
func (p *turtle) within(read func() error) error {
	if p.depth++; p.depth > MaxDepth {
		return errDeep
	}
	defer func() { p.depth-- }()
	return read()
}

// described is a thing without a name, with what is said of it in brackets.
func (p *turtle) described() (Term, error) {
	p.at++
	s := p.blank()
	return s, p.within(func() error {
		if p.peek() != ']' {
			if err := p.predicates(s); err != nil {
				return err
			}
		}
		return p.want(']')
	})
}

func (p *turtle) collection() (first Term, err error) {
	p.at++
	first = Term{Value: rdfNS + "nil"}
	err = p.within(func() error {
		var last Term
		for n := 0; p.peek() != ')'; n++ {
			o, err := p.object()
			if err != nil {
				return err
			}
			cell := p.blank()
			if n == 0 {
				first = cell
			} else if err := p.g.add(last, rdfNS+"rest", cell); err != nil {
				return err
			}
			if err := p.g.add(cell, rdfNS+"first", o); err != nil {
				return err
			}
			last = cell
		}
		p.at++
		if last != (Term{}) {
			return p.g.add(last, rdfNS+"rest", Term{Value: rdfNS + "nil"})
		}
		return nil
	})
	return first, err
}

// iriRef is what stands in angle brackets.
func (p *turtle) iriRef() (string, error) {
	if err := p.want('<'); err != nil {
		return "", err
	}
	end := strings.IndexByte(p.in[p.at:], '>')
	if end < 0 {
		return "", fmt.Errorf("an IRI without an end")
	}
	ref := p.in[p.at : p.at+end]
	if strings.IndexByte(ref, '\\') >= 0 {
		var err error
		if ref, err = unescape(ref, false); err != nil {
			return "", err
		}
	}
	at, err := resolve(p.base, ref)
	if err == nil {
		p.at += end + 1
	}
	return at, err
}
