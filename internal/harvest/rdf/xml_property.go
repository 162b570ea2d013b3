package rdf

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
)

// property reads one element that says something of a thing.
func (r *xmlReader) property(about Term, predicate string, e xml.StartElement, s scope) error {
	of, said, err := attributes(e)
	if err != nil {
		return err
	}
	if _, ok := of["about"]; ok {
		return errors.New("an attribute of a thing at a property: about")
	}
	var o Term
	kind, typed := of["parseType"]
	switch _, both := of["resource"]; {
	case typed && (both || len(said) > 0):
		return errors.New("a property that is two things")
	case kind == "Resource":
		o = r.blank()
		err = r.properties(o, s)
	case kind == "Collection":
		o, err = r.list(s)
	case typed:
		o, err = r.literal()
	default:
		o, err = r.value(of, said, s)
	}
	if err != nil {
		return err
	}
	if err := r.g.add(about, predicate, o); err != nil {
		return err
	}
	id, named := of["ID"]
	if !named {
		return nil
	}
	st, err := r.id(s, id)
	if err != nil {
		return err
	}
	for _, said := range []struct {
		word string
		o    Term
	}{{"type", Term{Value: rdfNS + "Statement"}}, {"subject", about}, {"predicate", Term{Value: predicate}}, {"object", o}} {
		if err := r.g.add(st, rdfNS+said.word, said.o); err != nil {
			return err
		}
	}
	return nil
}

// value is what a property says: a thing that its attributes name or that it
// holds, or else its text.
func (r *xmlReader) value(of map[string]string, said []xml.Attr, s scope) (Term, error) {
	o, named, err := r.identity(of, "resource", s)
	if err != nil {
		return Term{}, err
	}
	typ, typed := of["datatype"]
	if named || len(said) > 0 {
		if typed {
			return Term{}, errors.New("a type at a property that names a thing")
		}
		if !named {
			o = r.blank()
		}
		if err := r.say(o, said, s); err != nil {
			return Term{}, err
		}
		return o, r.each(func(xml.StartElement) error { return errors.New("a property that names a thing and holds another") })
	}
	text, held, err := r.content(s)
	if err != nil || held != nil && !typed {
		if held != nil {
			return *held, err
		}
		return Term{}, err
	}
	if held != nil {
		return Term{}, errors.New("a type at a property that holds a thing")
	}
	o = Term{Sort: Literal, Value: text, Lang: s.lang}
	if typed {
		if o.Type, err = resolve(s.base, typ); err != nil {
			return Term{}, err
		}
		if o.Lang = ""; o.Type == xsdNS+"string" {
			o.Type = ""
		}
	}
	return o, nil
}

// content is the text of a property, or the one thing that it holds.
func (r *xmlReader) content(s scope) (text string, held *Term, err error) {
	if r.depth++; r.depth > MaxDepth {
		return "", nil, errDeep
	}
	defer func() { r.depth-- }()
	var b strings.Builder
	for {
		tok, err := r.next()
		if err != nil {
			return "", nil, err
		}
		switch tok := tok.(type) {
		case xml.CharData:
			b.Write(tok)
		case xml.StartElement:
			if held != nil {
				return "", nil, errors.New("a property that holds two things")
			}
			t, err := r.node(tok.Copy(), s)
			if err != nil {
				return "", nil, err
			}
			held = &t
		case xml.EndElement:
			if held != nil && strings.TrimSpace(b.String()) != "" {
				return "", nil, errors.New("text beside a thing")
			}
			return b.String(), held, nil
		}
	}
}

// literal is the text within a literal of XML.
func (r *xmlReader) literal() (Term, error) {
	var b strings.Builder
	for depth := 1; depth > 0; {
		tok, err := r.next()
		if err != nil {
			return Term{}, err
		}
		switch tok := tok.(type) {
		case xml.CharData:
			b.Write(tok)
		case xml.StartElement:
			if depth++; depth > MaxDepth {
				return Term{}, errDeep
			}
		case xml.EndElement:
			depth--
		}
	}
	return Term{Sort: Literal, Value: b.String(), Type: rdfNS + "XMLLiteral"}, nil
}

// list is a collection of things.
func (r *xmlReader) list(s scope) (Term, error) {
	first := Term{Value: rdfNS + "nil"}
	var last Term
	err := r.each(func(e xml.StartElement) error {
		o, err := r.node(e, s)
		if err != nil {
			return err
		}
		cell := r.blank()
		if last == (Term{}) {
			first = cell
		} else if err := r.g.add(last, rdfNS+"rest", cell); err != nil {
			return err
		}
		last = cell
		return r.g.add(cell, rdfNS+"first", o)
	})
	if err == nil && last != (Term{}) {
		err = r.g.add(last, rdfNS+"rest", Term{Value: rdfNS + "nil"})
	}
	if err != nil {
		return Term{}, fmt.Errorf("a collection: %w", err)
	}
	return first, nil
}
