package export

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"stoa/internal/good"
)

// Media types of the documents.
const (
	TypeJSONLD   = "application/ld+json"
	TypeYAML     = "application/yaml"
	TypeBibTeX   = "application/x-bibtex"
	TypeCSV      = "text/csv; charset=utf-8"
	TypeNDJSON   = "application/x-ndjson"
	TypeCodeMeta = "application/ld+json"
)

// node is a JSON-LD node; json.Marshal writes its keys in alphabetical order,
// so that a document is the same every time.
type node map[string]any

// put sets key to v unless v says nothing.
func (n node) put(key string, v any) {
	switch x := v.(type) {
	case string:
		if x == "" {
			return
		}
	case []string:
		if len(x) == 0 {
			return
		}
	case []node:
		if len(x) == 0 {
			return
		}
	}
	n[key] = v
}

// schemaType is the schema.org class of a good: that of its first kind in the
// order software, AI system, data, standard, content.
func schemaType(g *good.Good) string {
	for _, c := range []struct {
		kind good.Kind
		typ  string
	}{{good.Software, "SoftwareApplication"}, {good.AI, "SoftwareApplication"}, {good.Data, "Dataset"}, {good.Standard, "DefinedTermSet"}} {
		if slices.Contains(g.Kinds, c.kind) {
			return c.typ
		}
	}
	return "CreativeWork"
}

// JSONLD is the good as a schema.org node.
func JSONLD(g *good.Good, base string) ([]byte, error) { return json.Marshal(schemaNode(g, base)) }

func schemaNode(g *good.Good, base string) node {
	typ := schemaType(g)
	n := node{"@context": "https://schema.org", "@type": typ, "@id": Address(base, g), "name": g.Name,
		"identifier": identifiers(g), "dateModified": g.Updated.UTC().Format(time.RFC3339), "isAccessibleForFree": true}
	n.put("alternateName", g.Aliases)
	n.put("description", texts(g.Summary))
	n.put("url", cmp.Or(g.Website, Address(base, g)))
	n.put("license", mapped(licences(g), LicenceURL))
	n.put("sameAs", urls(g.Repositories))
	n.put("inLanguage", g.Languages)
	n.put("author", organisations(authors(g)))
	n.put("funder", organisations(withRole(g, good.Funder)))
	n.put("maintainer", organisations(withRole(g, good.Maintainer)))
	n.put("about", mapped(goals(g), func(s string) string { return "http://metadata.un.org/sdg/" + s }))
	n.put("spatialCoverage", countries(g.DeploymentCountries()))
	if typ == "SoftwareApplication" {
		n.put("softwareHelp", links(g.Documentation))
		n.put("applicationCategory", "Digital public good")
	}
	return n
}

// CodeMeta is the good as a CodeMeta 3.0 document.
func CodeMeta(g *good.Good, base string) ([]byte, error) {
	n := node{"@context": "https://w3id.org/codemeta/3.0", "@type": "SoftwareSourceCode", "@id": Address(base, g), "name": g.Name,
		"identifier": identifiers(g), "dateModified": g.Updated.UTC().Format("2006-01-02")}
	text, _ := g.Summary.In("en")
	n.put("description", text)
	n.put("url", g.Website)
	n.put("license", mapped(licences(g), LicenceURL))
	if u := urls(g.Repositories); len(u) > 0 {
		n["codeRepository"] = u[0]
		n.put("relatedLink", u[1:])
	}
	n.put("author", organisations(authors(g)))
	n.put("maintainer", organisations(withRole(g, good.Maintainer)))
	n.put("funder", organisations(withRole(g, good.Funder)))
	n.put("keywords", keywords(g))
	if len(g.Documentation) > 0 {
		n["softwareHelp"] = links(g.Documentation)
	}
	return json.Marshal(n)
}

func identifiers(g *good.Good) []node {
	out := []node{{"@type": "PropertyValue", "propertyID": "stoa", "value": string(g.ID)}}
	var schemes []string
	for s := range g.Identifiers {
		schemes = append(schemes, s)
	}
	slices.Sort(schemes)
	for _, s := range schemes {
		out = append(out, node{"@type": "PropertyValue", "propertyID": s, "value": g.Identifiers[s]})
	}
	return out
}

func texts(t good.Text) []node {
	var langs []string
	for l := range t {
		langs = append(langs, l)
	}
	slices.Sort(langs)
	var out []node
	for _, l := range langs {
		out = append(out, node{"@language": l, "@value": t[l]})
	}
	return out
}

func organisations(ps []good.Party) []node {
	var out []node
	for _, p := range ps {
		n := node{"@type": "Organization", "name": p.Name}
		n.put("url", p.Website)
		out = append(out, n)
	}
	return out
}

func withRole(g *good.Good, role good.Role) []good.Party {
	var out []good.Party
	for _, p := range g.Parties {
		if p.Role == role {
			out = append(out, p)
		}
	}
	return out
}

func countries(codes []string) []node {
	var out []node
	for _, c := range codes {
		out = append(out, node{"@type": "Country", "identifier": c})
	}
	return out
}

func links(ls []good.Link) []node {
	var out []node
	for _, l := range ls {
		n := node{"@type": "WebPage", "url": l.URL}
		n.put("name", l.Name)
		out = append(out, n)
	}
	return out
}

func mapped(list []string, f func(string) string) []string {
	var out []string
	for _, s := range list {
		out = append(out, f(s))
	}
	return out
}

// keywords are the SDGs and sectors as plain words.
func keywords(g *good.Good) []string {
	out := []string{"digital public good"}
	for _, s := range g.Goals {
		out = append(out, "SDG "+strconv.Itoa(s.SDG))
	}
	return append(out, g.Sectors...)
}
