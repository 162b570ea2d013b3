package harvest

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/harvest/rdf"
)

// thing is what a document of RDF says of one thing.
type thing struct {
	g    *rdf.Graph
	term rdf.Term
}

// The vocabularies that are read.
const (
	dcatNS   = "http://www.w3.org/ns/dcat#"
	dctNS    = "http://purl.org/dc/terms/"
	foafNS   = "http://xmlns.com/foaf/0.1/"
	schemaNS = "http://schema.org/"
	skosNS   = "http://www.w3.org/2004/02/skos/core#"
	vcardNS  = "http://www.w3.org/2006/vcard/ns#"
	rdfsNS   = "http://www.w3.org/2000/01/rdf-schema#"
	hydraNS  = "http://www.w3.org/ns/hydra/core#"
)

// all are the objects of these predicates, those of the first one first.
func (t thing) all(predicates ...string) []thing {
	var out []thing
	for _, p := range predicates {
		found := t.g.Objects(t.term, p)
		if rest, ok := strings.CutPrefix(p, schemaNS); ok { // people write both
			found = append(found, t.g.Objects(t.term, "https://schema.org/"+rest)...)
		}
		for _, o := range found {
			out = append(out, thing{t.g, o})
		}
	}
	return out
}

// value is a thing as a text: itself, if it is one, or its address.
func (t thing) value() string {
	if t.term.Sort == rdf.Blank {
		return ""
	}
	return strings.TrimSpace(t.term.Value)
}

// values are the objects of these predicates as texts.
func (t thing) values(predicates ...string) []string {
	var out []string
	for _, o := range t.all(predicates...) {
		if v := o.value(); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// first is the first of values, or "".
func (t thing) first(predicates ...string) string {
	return slices.Concat(t.values(predicates...), []string{""})[0]
}

// is says whether the thing is of one of these types.
func (t thing) is(types ...string) bool {
	return slices.ContainsFunc(t.values(rdf.RDFType), func(v string) bool {
		return slices.Contains(types, strings.Replace(v, "https://schema.org/", schemaNS, 1))
	})
}

// label is what a thing is called, "" where it says nothing of itself.
func (t thing) label() string {
	if t.term.Sort == rdf.Literal {
		return t.value()
	}
	return t.first(foafNS+"name", schemaNS+"name", schemaNS+"legalName", vcardNS+"fn", vcardNS+"organization-name", skosNS+"prefLabel", rdfsNS+"label", dctNS+"title")
}

// inEnglish puts the texts in English first, then those in no language, and
// keeps the order otherwise.
func inEnglish(in []thing) []thing {
	rank := func(t thing) int {
		switch lang := strings.ToLower(t.term.Lang); {
		case lang == "en" || strings.HasPrefix(lang, "en-"):
			return 0
		case lang == "":
			return 1
		}
		return 2
	}
	out := slices.Clone(in)
	slices.SortStableFunc(out, func(a, b thing) int { return rank(a) - rank(b) })
	return out
}

func labels(in []thing) []string {
	var out []string
	for _, t := range in {
		out = append(out, t.label())
	}
	return out
}

// isPerson says whether a thing is said to be somebody.
func (t thing) isPerson() bool {
	return t.is(foafNS+"Person", schemaNS+"Person", vcardNS+"Individual") || len(t.all(schemaNS+"givenName", schemaNS+"familyName", foafNS+"givenName", foafNS+"familyName")) > 0
}

// isOrganisation says whether a thing is said to be one.
func (t thing) isOrganisation() bool {
	return t.is(foafNS+"Organization", foafNS+"Agent", schemaNS+"Organization", schemaNS+"GovernmentOrganization", schemaNS+"EducationalOrganization",
		schemaNS+"CollegeOrUniversity", schemaNS+"ResearchOrganization", schemaNS+"NGO", schemaNS+"Corporation", vcardNS+"Organization", "http://www.w3.org/ns/org#Organization") && !t.isPerson()
}

// agents takes over those who are something to a good: organisations by name,
// people privately. What is not said to be either is an organisation only where
// loose.
func (m *mend) agents(f *good.Facts, in []thing, role good.Role, loose bool) {
	for i, t := range in {
		switch {
		case i >= most:
			m.note("organisations", "…", "", "list-long")
			return
		case t.isOrganisation(), loose && !t.isPerson():
			m.organisation(f, t.label(), t.first(foafNS+"homepage", schemaNS+"url", vcardNS+"hasURL"), role)
		default:
			m.contact(string(role), personName(t), mailbox(t))
		}
	}
}

func personName(t thing) string {
	if name := strings.TrimSpace(t.first(schemaNS+"givenName", foafNS+"givenName") + " " + t.first(schemaNS+"familyName", foafNS+"familyName")); name != "" {
		return name
	}
	return t.label()
}

func mailbox(t thing) string {
	for _, e := range t.all(schemaNS+"email", foafNS+"mbox", vcardNS+"hasEmail") {
		if v := strings.TrimPrefix(e.value(), "mailto:"); v != "" {
			return v
		}
		if v := strings.TrimPrefix(e.first(vcardNS+"hasValue", vcardNS+"value"), "mailto:"); v != "" {
			return v
		}
	}
	return ""
}

// maxForeign is how long the id of a record may be, in bytes.
const maxForeign = 200

// placeID makes an id of an address: host, path and what follows it.
func placeID(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		rest = address
	}
	rest = strings.TrimSuffix(strings.Join(strings.Fields(rest), " "), "/")
	if len(rest) > maxForeign {
		sum := sha256.Sum256([]byte(rest))
		return "sha256:" + hex.EncodeToString(sum[:16])
	}
	return rest
}
