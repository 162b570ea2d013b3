package rdf

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/piprate/json-gold/ld"
)

//go:embed contexts
var contextFiles embed.FS

// contexts are the files of our own that stand for well-known contexts, by how
// their addresses begin, scheme and "www." aside.
var contexts = []struct{ begins, file string }{
	{"schema.org", "schema"},
	{"doi.org/10.5063/schema/codemeta-2.0", "codemeta"},
	{"doi.org/doi:10.5063/schema/codemeta-2.0", "codemeta"},
	{"raw.githubusercontent.com/codemeta/codemeta/", "codemeta"},
	{"w3id.org/codemeta", "codemeta"},
	{"project-open-data.cio.gov/v1.1/schema", "dcatus"},
}

// ContextError says that a document leans on a context that is not known here.
type ContextError struct{ Address string }

// Error implements error.
func (e *ContextError) Error() string { return "a context that is not known here: " + shown(e.Address) }

// loader gives out our own copies and fetches nothing.
type loader struct{ refused *ContextError }

// LoadDocument implements ld.DocumentLoader.
func (l *loader) LoadDocument(address string) (*ld.RemoteDocument, error) {
	_, rest, _ := strings.Cut(strings.ToLower(address), "://")
	rest = strings.TrimPrefix(rest, "www.")
	for _, c := range contexts {
		if after, ok := strings.CutPrefix(rest, c.begins); !ok || c.file == "schema" && strings.Trim(after, "/") != "" && !strings.HasPrefix(after, "/docs/") && !strings.HasPrefix(after, "/version/") {
			continue
		}
		raw, err := contextFiles.ReadFile("contexts/" + c.file + ".jsonld")
		if err != nil {
			return nil, err
		}
		var doc any
		if err := json.Unmarshal(raw, &doc); err != nil {
			return nil, err
		}
		return &ld.RemoteDocument{DocumentURL: address, Document: doc}, nil
	}
	l.refused = &ContextError{Address: address}
	return nil, l.refused
}

// JSONLD reads a document of JSON-LD 1.1; base is where it was found. Contexts
// are never fetched: of some well-known ones there are copies, a document that
// names another is refused with a *ContextError. Other errors are an *Error.
func JSONLD(raw []byte, base string) (g *Graph, err error) {
	doc, err := tree(raw)
	if err != nil {
		return nil, &Error{Why: err.Error()}
	}
	l := &loader{}
	defer func() {
		if broken := recover(); broken != nil { // the library reads strangers' bytes
			g, err = nil, &Error{Why: fmt.Sprint(broken)}
		}
	}()
	opts := ld.NewJsonLdOptions(base)
	opts.DocumentLoader = l
	out, err := ld.NewJsonLdProcessor().ToRDF(doc, opts)
	if l.refused != nil {
		return nil, l.refused
	}
	if err != nil {
		return nil, &Error{Why: err.Error()}
	}
	set, ok := out.(*ld.RDFDataset)
	if !ok {
		return nil, &Error{Why: "no statements"}
	}
	g = newGraph()
	for _, q := range set.Graphs["@default"] {
		if err := g.add(termOf(q.Subject), q.Predicate.GetValue(), termOf(q.Object)); err != nil {
			return nil, &Error{Why: err.Error()}
		}
	}
	return g, nil
}

// tree is raw as JSON, unless it is too large or too deep.
func tree(raw []byte) (doc any, err error) {
	switch {
	case len(raw) > MaxLinked:
		return nil, errors.New("the document is too large")
	case !utf8.Valid(raw):
		return nil, errors.New("not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\uFEFF"))))
	for depth := 0; ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("not JSON: %w", err)
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			if depth++; depth > MaxDepth {
				return nil, errDeep
			}
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	if err := json.Unmarshal(bytes.TrimPrefix(raw, []byte("\uFEFF")), &doc); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	return doc, nil
}

func termOf(n ld.Node) Term {
	switch n := n.(type) {
	case ld.BlankNode:
		return Term{Sort: Blank, Value: n.Attribute}
	case *ld.BlankNode:
		return Term{Sort: Blank, Value: n.Attribute}
	case ld.Literal:
		return literalOf(n)
	case *ld.Literal:
		return literalOf(*n)
	}
	return Term{Value: n.GetValue()}
}

func literalOf(l ld.Literal) Term {
	t := Term{Sort: Literal, Value: l.Value, Lang: l.Language, Type: l.Datatype}
	if t.Type == xsdNS+"string" || t.Type == rdfNS+"langString" {
		t.Type = ""
	}
	return t
}
