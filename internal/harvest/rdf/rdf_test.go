package rdf

import (
	"cmp"
	"errors"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"
)

// The same statements in each form.
const (
	asTurtle = `@base <https://a.example/set/> . PREFIX d: <http://purl.org/dc/terms/>
# a comment
<one> a <https://a.example/Set> ; d:title "Rain"@en, 'Pluie'@fr ; d:description """Two
lines, "quoted".""" ; d:issued "2026"^^<http://www.w3.org/2001/XMLSchema#gYear> ; d:extent 12, 1.5, true ;
  d:publisher [ d:title "Office" ] ; d:part ( <#a> "b" ) ; d:source <../two?x=1> .
`
	asXML = `<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://purl.org/dc/terms/" xmlns:a="https://a.example/" xml:base="https://a.example/set/">
<a:Set rdf:about="one"><d:title xml:lang="en">Rain</d:title><d:title xml:lang="fr">Pluie</d:title><d:description>Two
lines, "quoted".</d:description><d:issued rdf:datatype="http://www.w3.org/2001/XMLSchema#gYear">2026</d:issued>
<d:extent rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">12</d:extent><d:extent rdf:datatype="http://www.w3.org/2001/XMLSchema#decimal">1.5</d:extent>
<d:extent rdf:datatype="http://www.w3.org/2001/XMLSchema#boolean">true</d:extent><d:publisher d:title="Office"/>
<d:part><rdf:Description rdf:nodeID="l"><rdf:first rdf:resource="#a"/><rdf:rest rdf:parseType="Resource"><rdf:first>b</rdf:first><rdf:rest rdf:resource="http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"/></rdf:rest></rdf:Description></d:part>
<d:source rdf:resource="../two?x=1"/></a:Set></rdf:RDF>`
	asJSON = `{"@context":{"@base":"https://a.example/set/","d":"http://purl.org/dc/terms/","xsd":"http://www.w3.org/2001/XMLSchema#"},"@id":"one","@type":"https://a.example/Set",
"d:title":[{"@value":"Rain","@language":"en"},{"@value":"Pluie","@language":"fr"}],"d:description":"Two\nlines, \"quoted\".","d:issued":{"@value":"2026","@type":"xsd:gYear"},
"d:extent":[{"@value":"12","@type":"xsd:integer"},{"@value":"1.5","@type":"xsd:decimal"},true],"d:publisher":{"d:title":"Office"},"d:part":{"@list":[{"@id":"#a"},"b"]},"d:source":{"@id":"../two?x=1"}}`
)

func TestTheSameInEachForm(t *testing.T) {
	want := ""
	for _, form := range []struct {
		name, text string
		read       func([]byte, string) (*Graph, error)
	}{{"Turtle", asTurtle, Turtle}, {"XML", asXML, XML}, {"JSON-LD", asJSON, JSONLD}} {
		g, err := form.read([]byte(form.text), "https://elsewhere.example/x")
		if err != nil {
			t.Fatalf("%s: %v", form.name, err)
		}
		one := Term{Value: "https://a.example/set/one"}
		if g.Len() != 16 || len(g.Typed("https://a.example/Set")) != 1 || !g.Known(one) {
			t.Errorf("%s: %d statements", form.name, g.Len())
		}
		if titles := g.Objects(one, "http://purl.org/dc/terms/title"); len(titles) != 2 || titles[0] != (Term{Sort: Literal, Value: "Rain", Lang: "en"}) {
			t.Errorf("%s: %+v", form.name, titles)
		}
		if got := canonical(t, g); want == "" {
			want = got
		} else if got != want {
			t.Errorf("%s says\n%sand not\n%s", form.name, got, want)
		}
	}
}

// TestWhatIsRefused is told with its line where there is one, and held by the
// limits.
func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct {
		name, text, why string
		read            func([]byte, string) (*Graph, error)
	}{
		{"no end", "<a> <b> \"c", "line 1: a text without an end", Turtle},
		{"no prefix", "\n\nx:a x:b x:c .", `line 3: a prefix that is not declared: "x"`, Turtle},
		{"no dot", "<a> <b> <c>", "line 1: the document ends where '.' should stand", Turtle},
		{"no IRI", "<a b> <b> <c> .", `line 1: not an IRI: "a b"`, Turtle},
		{"a predicate", "<a> _:b <c> .", "line 1: a predicate without an IRI", Turtle},
		{"not UTF-8", "<a> <b> \"\xff\" .", "not UTF-8", Turtle},
		{"deep", strings.Repeat("[ <https://x.example/> ", 100), "line 1: nested too deep", Turtle},
		{"deep lists", "<a> <b> " + strings.Repeat("(", 100), "line 1: nested too deep", Turtle},
		{"large", strings.Repeat("#", MaxBytes+1), "the document is too large", Turtle},
		{"entities", "<!DOCTYPE x [\n<!entity a 'b'>]><x/>", "line 2: the document declares entities", XML},
		{"an entity", "<x xmlns='urn:x:'><y>&a;</y></x>", "line 1: invalid character entity &a;", XML},
		{"unclosed", "<x xmlns='urn:x:'><y>", "line 1: unexpected EOF", XML},
		{"no namespace", "<x/>", `line 1: a name without a namespace: "x"`, XML},
		{"nothing", " ", "line 1: the document is empty", XML},
		{"deep XML", "<x xmlns='urn:x:'>" + strings.Repeat("<a><b>", 100), "line 1: nested too deep", XML},
		{"more", "<x xmlns='urn:x:'/><y xmlns='urn:x:'/>", "line 1: something follows the document", XML},
		{"large JSON", `"` + strings.Repeat("x", MaxLinked) + `"`, "the document is too large", JSONLD},
		{"no JSON", `{"a":`, "not JSON: unexpected end of JSON input", JSONLD},
		{"deep JSON", strings.Repeat("[", 100), "nested too deep", JSONLD},
		{"a context", `{"@context":"http://127.0.0.1/x","a":1}`, `a context that is not known here: "http://127.0.0.1/x"`, JSONLD},
		{"an import", `{"@context":{"@version":1.1,"@import":"file:///etc/passwd"},"a":1}`, `a context that is not known here: "file:///etc/passwd"`, JSONLD},
		{"a lookalike", `{"@context":"https://schema.org.evil.example/","a":1}`, `a context that is not known here: "https://schema.org.evil.example/"`, JSONLD},
	} {
		if _, err := c.read([]byte(c.text), "https://base.example/"); err == nil || err.Error() != c.why {
			t.Errorf("%s: %v, want %s", c.name, err, c.why)
		}
	}
	var unknown *ContextError
	if _, err := JSONLD([]byte(`{"@context":"https://x.example/c"}`), ""); !errors.As(err, &unknown) || unknown.Address != "https://x.example/c" {
		t.Errorf("%v", err)
	}
}

func TestKnownContexts(t *testing.T) {
	for _, c := range []struct{ context, key, predicate string }{
		{"https://schema.org", "name", "http://schema.org/name"},
		{"http://schema.org/", "name", "http://schema.org/name"},
		{"https://schema.org/docs/jsonldcontext.jsonld", "name", "http://schema.org/name"},
		{"https://doi.org/10.5063/schema/codemeta-2.0", "codeRepository", "http://schema.org/codeRepository"},
		{"https://raw.githubusercontent.com/codemeta/codemeta/2.0/codemeta.jsonld", "readme", "https://codemeta.github.io/terms/readme"},
		{"https://w3id.org/codemeta/3.0", "codeRepository", "http://schema.org/codeRepository"},
		{"https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld", "keyword", "http://www.w3.org/ns/dcat#keyword"},
	} {
		g, err := JSONLD([]byte(`{"@context":"`+c.context+`","@id":"https://x.example/1","`+c.key+`":"here"}`), "")
		if err != nil {
			t.Errorf("%s: %v", c.context, err)
		} else if got := g.Objects(Term{Value: "https://x.example/1"}, c.predicate); len(got) != 1 || got[0].Value != "here" {
			t.Errorf("%s: %+v", c.context, got)
		}
	}
}

func fuzz(f *testing.F, read func([]byte, string) (*Graph, error), seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		g, err := read(raw, "https://base.example/")
		var told *Error
		var unknown *ContextError
		if err != nil {
			if !errors.As(err, &told) && !errors.As(err, &unknown) || g != nil {
				t.Errorf("%v", err)
			}
			return
		}
		n := 0
		g.Each(func(s Term, p string, o Term) {
			if n++; p == "" || s.Sort == Literal {
				t.Errorf("%+v %q %+v", s, p, o)
			}
		})
		if n != g.Len() {
			t.Errorf("%d statements of %d", n, g.Len())
		}
	})
}

func FuzzTurtle(f *testing.F) {
	fuzz(f, Turtle, asTurtle, "<a> <b> -.5e3, 'x'@en-GB , [], (), a . _:b.c <d> \"\\u00e9\"^^<t> .")
}

func FuzzXML(f *testing.F) { fuzz(f, XML, asXML) }

func FuzzJSONLD(f *testing.F) {
	fuzz(f, JSONLD, asJSON, `{"@context":{"@vocab":"http://x/","a":{"@type":"@id","@container":["@set","@index"],"@context":{"b":null}},"r":{"@reverse":"p"}},"a":{"i":["x"]},"r":{"@id":"_:q"},"@graph":[{"@included":[]}]}`)
}

// canonical is what a graph says whatever its blank nodes are called.
func canonical(t *testing.T, g *Graph) string {
	t.Helper()
	set := ld.NewRDFDataset()
	node := func(x Term) ld.Node {
		switch x.Sort {
		case Blank:
			return ld.NewBlankNode("_:" + strings.TrimPrefix(x.Value, "_:"))
		case Literal:
			typ := cmp.Or(x.Type, xsdNS+"string")
			if x.Lang != "" {
				typ = rdfNS + "langString"
			}
			return ld.NewLiteral(x.Value, typ, strings.ToLower(x.Lang))
		}
		return ld.NewIRI(x.Value)
	}
	g.Each(func(s Term, p string, o Term) {
		set.Graphs["@default"] = append(set.Graphs["@default"], ld.NewQuad(node(s), ld.NewIRI(p), node(o), "@default"))
	})
	opts := ld.NewJsonLdOptions("")
	opts.Format, opts.Algorithm = "application/n-quads", ld.AlgorithmURDNA2015
	out, err := ld.NewJsonLdApi().Normalize(set, opts)
	if err != nil {
		t.Fatal(err)
	}
	return out.(string)
}
