package rdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html/charset"
)

const xmlNS = "http://www.w3.org/XML/1998/namespace"

// XML reads a document of RDF 1.1 XML; base is where it was found. A document
// that declares entities is refused: they can be made to grow without end, or
// to name other files. A literal of XML is kept as its text. An error is an
// *Error.
func XML(raw []byte, base string) (*Graph, error) {
	if len(raw) > MaxBytes {
		return nil, &Error{Why: "the document is too large"}
	}
	r := &xmlReader{d: Decoder(bytes.NewReader(raw)), g: newGraph(), ids: map[string]bool{}}
	if err := r.document(scope{base: base}); err != nil {
		line, _ := r.d.InputPos()
		var syntax *xml.SyntaxError
		if errors.As(err, &syntax) {
			err = errors.New(syntax.Msg)
		}
		return nil, &Error{Line: line, Why: err.Error()}
	}
	return r.g, nil
}

// Decoder reads XML of strangers: in any known encoding, without entities.
func Decoder(in io.Reader) *xml.Decoder {
	d := xml.NewDecoder(in)
	d.CharsetReader = charset.NewReaderLabel
	return d
}

// ErrEntities says that a document declares entities.
var ErrEntities = errors.New("the document declares entities")

// Harmless says whether a token is none that declares entities.
func Harmless(tok xml.Token) error {
	if dir, ok := tok.(xml.Directive); ok && bytes.Contains(bytes.ToUpper(dir), []byte("<!ENTITY")) {
		return ErrEntities
	}
	return nil
}

type xmlReader struct {
	d      *xml.Decoder
	g      *Graph
	ids    map[string]bool
	blanks int
	depth  int
}

// scope is what an element inherits.
type scope struct{ base, lang string }

func (s scope) in(e xml.StartElement) (scope, error) {
	for _, a := range e.Attr {
		if a.Name.Space != xmlNS {
			continue
		}
		switch a.Name.Local {
		case "lang":
			s.lang = a.Value
		case "base":
			at, err := resolve(s.base, a.Value)
			if err != nil {
				return s, err
			}
			s.base = at
		}
	}
	return s, nil
}

func (r *xmlReader) blank() Term {
	r.blanks++
	return Term{Sort: Blank, Value: "g" + strconv.Itoa(r.blanks)}
}

// next is the next token that says anything.
func (r *xmlReader) next() (xml.Token, error) {
	for {
		tok, err := r.d.Token()
		if err != nil {
			return nil, err
		}
		if err := Harmless(tok); err != nil {
			return nil, err
		}
		switch tok.(type) {
		case xml.StartElement, xml.EndElement, xml.CharData:
			return tok, nil
		}
	}
}

func (r *xmlReader) document(s scope) error {
	root, err := r.element()
	if err != nil {
		return err
	}
	if s, err = s.in(root); err != nil {
		return err
	}
	if root.Name != (xml.Name{Space: rdfNS, Local: "RDF"}) {
		_, err = r.node(root, s)
	} else {
		err = r.each(func(e xml.StartElement) error {
			_, err := r.node(e, s)
			return err
		})
	}
	if err != nil {
		return err
	}
	for {
		if tok, err := r.next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		} else if text, ok := tok.(xml.CharData); !ok || len(bytes.TrimSpace(text)) > 0 {
			return errors.New("something follows the document")
		}
	}
}

// element is the first element that comes.
func (r *xmlReader) element() (xml.StartElement, error) {
	for {
		tok, err := r.next()
		if errors.Is(err, io.EOF) {
			return xml.StartElement{}, errors.New("the document is empty")
		}
		if err != nil {
			return xml.StartElement{}, err
		}
		if e, ok := tok.(xml.StartElement); ok {
			return e, nil
		}
	}
}

// each calls f for every element up to the end of the one that stands open.
func (r *xmlReader) each(f func(xml.StartElement) error) error {
	if r.depth++; r.depth > MaxDepth {
		return errDeep
	}
	defer func() { r.depth-- }()
	for {
		tok, err := r.next()
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := f(tok.Copy()); err != nil {
				return err
			}
		case xml.CharData:
			if len(bytes.TrimSpace(tok)) > 0 {
				return errors.New("text between elements")
			}
		}
	}
}

// words of RDF that are no name of a thing, or none of what is said of it.
var (
	syntaxWords = []string{"RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "bagID", "aboutEach", "aboutEachPrefix"}
	oldWords    = []string{"bagID", "aboutEach", "aboutEachPrefix"}
)

// attributes are what an element says in its attributes: those of RDF by their
// names, and the properties.
func attributes(e xml.StartElement) (of map[string]string, said []xml.Attr, err error) {
	of = map[string]string{}
	for _, a := range e.Attr {
		switch a.Name.Space {
		case xmlNS, "xmlns":
		case "":
			if a.Name.Local != "xmlns" && !strings.HasPrefix(strings.ToLower(a.Name.Local), "xml") {
				return nil, nil, fmt.Errorf("an attribute without a namespace: %s", shown(a.Name.Local))
			}
		case rdfNS:
			switch {
			case contains(oldWords, a.Name.Local), a.Name.Local == "RDF", a.Name.Local == "Description", a.Name.Local == "li":
				return nil, nil, fmt.Errorf("an attribute that RDF does not have: %s", shown(a.Name.Local))
			case contains(syntaxWords, a.Name.Local):
				of[a.Name.Local] = a.Value
			default:
				said = append(said, a)
			}
		default:
			if _, err := nameOf(a.Name); err != nil {
				return nil, nil, err
			}
			said = append(said, a)
		}
	}
	return of, said, nil
}

func nameOf(n xml.Name) (string, error) {
	if !strings.Contains(n.Space, ":") && !strings.Contains(n.Space, "/") { // a prefix that nobody declared stays one
		return "", fmt.Errorf("a name without a namespace: %s", shown(n.Local))
	}
	return n.Space + n.Local, nil
}

func isName(s string) bool {
	return s != "" && isPrefix(s) || strings.HasPrefix(s, "_") && isPrefix("a"+s[1:])
}

// id is what rdf:ID names, which stands only once in a document.
func (r *xmlReader) id(s scope, name string) (Term, error) {
	if !isName(name) {
		return Term{}, fmt.Errorf("not a name: %s", shown(name))
	}
	at, err := resolve(s.base, "#"+name)
	if err == nil && r.ids[at] {
		err = fmt.Errorf("an ID twice: %s", shown(name))
	}
	r.ids[at] = true
	return Term{Value: at}, err
}

// identity is what attributes of RDF call a thing; the word is that for an IRI.
func (r *xmlReader) identity(of map[string]string, word string, s scope) (Term, bool, error) {
	iri, isIRI := of[word]
	label, isBlank := of["nodeID"]
	switch {
	case isIRI && isBlank:
		return Term{}, false, errors.New("a thing with two names")
	case isIRI:
		at, err := resolve(s.base, iri)
		return Term{Value: at}, true, err
	case isBlank && !isName(label):
		return Term{}, false, fmt.Errorf("not a name: %s", shown(label))
	case isBlank:
		return Term{Sort: Blank, Value: "b" + label}, true, nil
	}
	return Term{}, false, nil
}

// node reads an element that describes a thing, and says which.
func (r *xmlReader) node(e xml.StartElement, outer scope) (Term, error) {
	s, err := outer.in(e)
	if err != nil {
		return Term{}, err
	}
	name, err := nameOf(e.Name)
	if err != nil {
		return Term{}, err
	}
	if e.Name.Space == rdfNS && (contains(syntaxWords, e.Name.Local) || e.Name.Local == "li") {
		return Term{}, fmt.Errorf("a thing that RDF does not have: %s", shown(e.Name.Local))
	}
	of, said, err := attributes(e)
	if err != nil {
		return Term{}, err
	}
	about, known, err := r.identity(of, "about", s)
	if id, ok := of["ID"]; ok && err == nil {
		if known {
			return Term{}, errors.New("a thing with two names")
		}
		about, err = r.id(s, id)
		known = true
	}
	if err != nil {
		return Term{}, err
	}
	for _, word := range []string{"resource", "parseType", "datatype"} {
		if _, ok := of[word]; ok {
			return Term{}, fmt.Errorf("an attribute of a property at a thing: %s", shown(word))
		}
	}
	if !known {
		about = r.blank()
	}
	if name != rdfNS+"Description" {
		if err := r.g.add(about, RDFType, Term{Value: name}); err != nil {
			return Term{}, err
		}
	}
	if err := r.say(about, said, s); err != nil {
		return Term{}, err
	}
	return about, r.properties(about, s)
}

// say adds properties that stand as attributes.
func (r *xmlReader) say(about Term, said []xml.Attr, s scope) error {
	for _, a := range said {
		o := Term{Sort: Literal, Value: a.Value, Lang: s.lang}
		if a.Name.Space == rdfNS && a.Name.Local == "type" {
			at, err := resolve(s.base, a.Value)
			if err != nil {
				return err
			}
			o = Term{Value: at}
		}
		if err := r.g.add(about, a.Name.Space+a.Name.Local, o); err != nil {
			return err
		}
	}
	return nil
}

// properties reads what is said of a thing up to the end of its element.
func (r *xmlReader) properties(about Term, s scope) error {
	members := 0
	return r.each(func(e xml.StartElement) error {
		predicate, err := nameOf(e.Name)
		if err != nil {
			return err
		}
		if e.Name.Space == rdfNS {
			if e.Name.Local == "li" {
				members++
				predicate = rdfNS + "_" + strconv.Itoa(members)
			} else if contains(syntaxWords, e.Name.Local) || e.Name.Local == "Description" {
				return fmt.Errorf("a property that RDF does not have: %s", shown(e.Name.Local))
			}
		}
		inner, err := s.in(e)
		if err != nil {
			return err
		}
		return r.property(about, predicate, e, inner)
	})
}
