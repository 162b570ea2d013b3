package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// prefixes are those of the vocabularies that DCAT-AP 3 is made of.
var prefixes = []struct{ name, iri string }{
	{"dcat", "http://www.w3.org/ns/dcat#"}, {"dct", "http://purl.org/dc/terms/"}, {"foaf", "http://xmlns.com/foaf/0.1/"},
	{"hydra", "http://www.w3.org/ns/hydra/core#"}, {"schema", "http://schema.org/"}, {"xsd", "http://www.w3.org/2001/XMLSchema#"},
}

// resource is something that statements are made about; without an IRI it is
// known by them alone.
type resource struct {
	iri   string
	types []string // as prefix:name
	says  []statement
}

// statement is one predicate with its objects: resources, iri, or literal.
type statement struct {
	predicate string
	objects   []any
}

// iri is a resource that is only named.
type iri string

// literal is a text in a language, or a value of a type of XML Schema.
type literal struct{ text, lang, typ string }

// say adds what is said, unless it says nothing.
func (r *resource) say(predicate string, objects ...any) {
	var kept []any
	for _, o := range objects {
		switch o := o.(type) {
		case iri:
			if o == "" {
				continue
			}
		case literal:
			if o.text == "" {
				continue
			}
		}
		kept = append(kept, o)
	}
	if len(kept) > 0 {
		r.says = append(r.says, statement{predicate, kept})
	}
}

// toIRI is an address in the characters an IRI may have, "" for none.
func toIRI(address string) iri {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || strings.ContainsAny(u.String(), "<>\"{}|^`\\ ") {
		return ""
	}
	return iri(u.String())
}

// writeTurtle is what is said of resources as RDF 1.1 Turtle.
func writeTurtle(list []*resource) []byte {
	var b bytes.Buffer
	for _, p := range prefixes {
		fmt.Fprintf(&b, "@prefix %s: <%s> .\n", p.name, p.iri)
	}
	for len(list) > 0 {
		r := list[0]
		fmt.Fprintf(&b, "\n<%s>", r.iri)
		list = append(r.turtle(&b, " "), list[1:]...)
		b.WriteString(" .\n")
	}
	return b.Bytes()
}

// turtle writes the statements about r and returns what is named in them and
// has statements of its own.
func (r *resource) turtle(b *bytes.Buffer, indent string) (named []*resource) {
	b.WriteString(" a " + strings.Join(r.types, ", "))
	for _, s := range r.says {
		b.WriteString(" ;\n" + indent + s.predicate)
		for i, o := range s.objects {
			if i > 0 {
				b.WriteString(",")
			}
			switch o := o.(type) {
			case iri:
				b.WriteString(" <" + string(o) + ">")
			case literal:
				b.WriteString(" " + quoted(o.text))
				if o.lang != "" {
					b.WriteString("@" + o.lang)
				} else if o.typ != "" {
					b.WriteString("^^xsd:" + o.typ)
				}
			case *resource:
				if o.iri != "" {
					b.WriteString(" <" + o.iri + ">")
					named = append(named, o)
					continue
				}
				b.WriteString(" [")
				named = append(named, o.turtle(b, indent+" ")...)
				b.WriteString(" ]")
			}
		}
	}
	return named
}

// quoted is a text as a literal of Turtle.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text(s)) + `"`
}

// writeLinked is what is said of resources as JSON-LD 1.1.
func writeLinked(list []*resource) ([]byte, error) {
	context := map[string]string{}
	for _, p := range prefixes {
		context[p.name] = p.iri
	}
	graph := make([]node, 0, len(list))
	for _, r := range list {
		graph = append(graph, r.linked())
	}
	return json.Marshal(node{"@context": context, "@graph": graph})
}

func (r *resource) linked() node {
	n := node{"@type": r.types}
	if r.iri != "" {
		n["@id"] = r.iri
	}
	for _, s := range r.says {
		var values []any
		for _, o := range s.objects {
			switch o := o.(type) {
			case iri:
				values = append(values, node{"@id": string(o)})
			case literal:
				v := node{"@value": o.text}
				if o.lang != "" {
					v["@language"] = o.lang
				} else if o.typ != "" {
					v["@type"] = "xsd:" + o.typ
				}
				values = append(values, v)
			case *resource:
				values = append(values, o.linked())
			}
		}
		n[s.predicate] = values
	}
	return n
}
