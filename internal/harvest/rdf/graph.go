// Package rdf reads statements about things from the three forms in which
// catalogues publish them: Turtle, RDF/XML and JSON-LD. It fetches nothing:
// neither contexts nor entities, nor what is named.
package rdf

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Limits of one document.
const (
	MaxBytes   = 32 << 20  // of the document
	MaxLinked  = 16 << 20  // of one in JSON-LD, which takes some thirty times its size in memory
	MaxTriples = 1_000_000 // statements in it
	MaxDepth   = 64        // things described within things
)

// Sort says what a term is.
type Sort uint8

// The sorts of terms.
const (
	IRI Sort = iota
	Blank
	Literal
)

// Term is what a statement is about or says: an IRI, a thing without a name, or
// a text with its language or its type.
type Term struct {
	Sort  Sort
	Value string
	Lang  string // as the document spells it
	Type  string // IRI of the type, "" for a plain text
}

// Some words of RDF itself.
const (
	rdfNS   = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	xsdNS   = "http://www.w3.org/2001/XMLSchema#"
	RDFType = rdfNS + "type"
)

// Graph is what a document says.
type Graph struct {
	subjects []Term // in the order of the document
	says     map[Term][]statement
	size     int
}

type statement struct {
	predicate string
	object    Term
}

// Error says where a document is not what it should be.
type Error struct {
	Line int // 0 where it is not known
	Why  string
}

// Error implements error.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Why
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Why)
}

var (
	errMany = errors.New("more than a million statements")
	errDeep = errors.New("nested too deep")
)

func newGraph() *Graph { return &Graph{says: map[Term][]statement{}} }

func (g *Graph) add(s Term, predicate string, o Term) error {
	if g.size++; g.size > MaxTriples {
		return errMany
	}
	list, known := g.says[s]
	if !known {
		g.subjects = append(g.subjects, s)
	}
	g.says[s] = append(list, statement{predicate, o})
	return nil
}

// Len is the number of statements.
func (g *Graph) Len() int { return g.size }

// Objects are what is said of s by predicate, in order.
func (g *Graph) Objects(s Term, predicate string) []Term {
	var out []Term
	for _, st := range g.says[s] {
		if st.predicate == predicate {
			out = append(out, st.object)
		}
	}
	return out
}

// Known says whether the document says anything of s.
func (g *Graph) Known(s Term) bool { return len(g.says[s]) > 0 }

// About calls f for every statement about s, in order.
func (g *Graph) About(s Term, f func(predicate string, o Term)) {
	for _, st := range g.says[s] {
		f(st.predicate, st.object)
	}
}

// Each calls f for every statement, in the order of the things they are about.
func (g *Graph) Each(f func(s Term, predicate string, o Term)) {
	for _, s := range g.subjects {
		for _, st := range g.says[s] {
			f(s, st.predicate, st.object)
		}
	}
}

// Typed are the things of one of these types, in the order of the document.
func (g *Graph) Typed(types ...string) []Term {
	var out []Term
	for _, s := range g.subjects {
		for _, t := range g.Objects(s, RDFType) {
			if contains(types, t.Value) {
				out = append(out, s)
				break
			}
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// resolve is ref as an IRI, seen from base. What is absolute stays as it is
// written: IRIs are compared letter by letter.
func resolve(base, ref string) (string, error) {
	if !utf8.ValidString(ref) || strings.ContainsAny(ref, "<>\"{}|^`\\") || strings.ContainsFunc(ref, func(r rune) bool { return r <= ' ' }) {
		return "", fmt.Errorf("not an IRI: %s", shown(ref))
	}
	if scheme, _, ok := strings.Cut(ref, ":"); ok && isScheme(scheme) {
		return ref, nil
	}
	whole, _, _ := strings.Cut(base, "#")
	switch {
	case whole == "":
		return "", fmt.Errorf("a relative IRI and no base: %s", shown(ref))
	case ref == "":
		return whole, nil
	case ref[0] == '#':
		return whole + ref, nil
	}
	b, err := url.Parse(whole)
	if err != nil {
		return "", fmt.Errorf("not a base: %s", shown(whole))
	}
	u, err := b.Parse(ref)
	if err != nil {
		return "", fmt.Errorf("not an IRI: %s", shown(ref))
	}
	if strings.HasSuffix(ref, "#") && u.Fragment == "" { // an empty one is not to be lost
		return strings.TrimSuffix(u.String(), "#") + "#", nil
	}
	return u.String(), nil
}

func isScheme(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == '+' || r == '-' || r == '.')) {
			return false
		}
	}
	return s != ""
}

// shown is a stranger's text as an error may hold it.
func shown(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if r := []rune(s); len(r) > 80 {
		s = string(r[:80]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
