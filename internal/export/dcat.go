package export

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/good"
)

// TypeTurtle is the media type of Turtle.
const TypeTurtle = "text/turtle; charset=utf-8"

// DCATPage is a page of the catalogue in DCAT-AP 3.
type DCATPage struct {
	Base        string // address of the instance
	Title, Lang string // of the registry, in one language
	Description string
	Publisher   string
	Changed     time.Time
	Total       int    // goods in all
	Self, Next  string // addresses of this page and the one behind it, "" for none
}

// DCATAddress is where what DCAT says of a good is.
func DCATAddress(base string, g *good.Good) string { return base + "/catalog/" + urlSlug(g) }

func urlSlug(g *good.Good) string { return Address("", g)[len("/goods/"):] }

// DCAT writes goods in DCAT-AP 3, as a page of the catalogue or, where page is
// nil, by themselves: as Turtle or, if linked, as JSON-LD.
func DCAT(base string, page *DCATPage, goods []*good.Good, linked bool) ([]byte, error) {
	var list []*resource
	if page != nil {
		list = page.resources(goods)
	}
	for _, g := range goods {
		list = append(list, dataset(base, g))
	}
	if linked {
		return writeLinked(list)
	}
	return writeTurtle(list), nil
}

// resources are the catalogue and its page.
func (p *DCATPage) resources(goods []*good.Good) []*resource {
	c := &resource{iri: p.Base + "/catalog", types: []string{"dcat:Catalog", "hydra:Collection"}}
	c.say("dct:title", literal{text: p.Title, lang: p.Lang})
	c.say("dct:description", literal{text: p.Description, lang: p.Lang})
	publisher := &resource{types: []string{"foaf:Agent"}}
	publisher.say("foaf:name", literal{text: p.Publisher})
	c.say("dct:publisher", publisher)
	c.say("foaf:homepage", toIRI(p.Base+"/"))
	c.say("dct:modified", moment(p.Changed))
	var all []any
	for _, g := range goods {
		all = append(all, iri(DCATAddress(p.Base, g)))
	}
	c.say("dcat:dataset", all...)
	c.say("hydra:totalItems", literal{text: strconv.Itoa(p.Total), typ: "integer"})
	view := &resource{iri: p.Self, types: []string{"hydra:PartialCollectionView"}}
	view.say("hydra:first", iri(p.Base+"/catalog"))
	view.say("hydra:next", iri(p.Next))
	c.say("hydra:view", iri(p.Self))
	if p.Self == c.iri { // the first page has the catalogue's own address
		c.types = append(c.types, "hydra:PartialCollectionView")
		c.says = append(c.says, view.says...)
		return []*resource{c}
	}
	return []*resource{c, view}
}

func moment(t time.Time) literal {
	if t.IsZero() {
		return literal{}
	}
	return literal{text: t.UTC().Format(time.RFC3339), typ: "dateTime"}
}

// dataset is a good as DCAT has it. What DCAT demands and no source has stated
// is said by the name alone, never made up.
func dataset(base string, g *good.Good) *resource {
	r := &resource{iri: DCATAddress(base, g), types: []string{"dcat:Dataset"}}
	if typ := schemaType(g); typ != "Dataset" {
		r.types = append(r.types, "schema:"+typ)
	}
	r.say("dct:title", literal{text: g.Name})
	r.say("dct:alternative", plain(g.Aliases)...)
	var about []any
	for _, n := range texts(g.Summary) {
		about = append(about, literal{text: n["@value"].(string), lang: n["@language"].(string)})
	}
	if len(about) == 0 {
		about = []any{literal{text: g.Name}}
	}
	r.say("dct:description", about...)
	r.say("dct:identifier", literal{text: "urn:stoa:good:" + string(g.ID)})
	r.say("dct:issued", moment(g.Created))
	r.say("dct:modified", moment(g.Updated))
	r.say("dcat:landingPage", iri(Address(base, g)), toIRI(g.Website))
	r.say("dcat:keyword", plain(keywords(g))...)
	r.say("dcat:theme", named(mapped(goals(g), func(s string) string { return "http://metadata.un.org/sdg/" + s }))...)
	r.say("dct:publisher", agents(authors(g))...)
	r.say("foaf:page", named(urls(g.Documentation))...)
	var languages, places []any
	for _, l := range g.Languages {
		if code, _, _ := strings.Cut(l, "-"); len(code) == 2 {
			languages = append(languages, iri("http://lexvo.org/id/iso639-1/"+code))
		}
	}
	r.say("dct:language", languages...)
	for _, c := range g.DeploymentCountries() {
		place := &resource{types: []string{"dct:Location"}}
		place.say("dct:identifier", literal{text: c})
		places = append(places, place)
	}
	r.say("dct:spatial", places...)
	r.say("dcat:distribution", distributions(base, g)...)
	return r
}

// distributions are where a good can be had: its repositories, else its website.
func distributions(base string, g *good.Good) []any {
	from := urls(g.Repositories)
	if len(from) == 0 && g.Website != "" {
		from = []string{g.Website}
	}
	var out []any
	for i, address := range from {
		at := toIRI(address)
		if at == "" {
			continue
		}
		d := &resource{iri: DCATAddress(base, g) + "#" + strconv.Itoa(i+1), types: []string{"dcat:Distribution"}}
		d.say("dcat:accessURL", at)
		if ids := licences(g); len(ids) > 0 {
			d.say("dct:license", named(mapped(ids, LicenceURL))...)
		}
		out = append(out, d)
	}
	return out
}

func plain(list []string) []any {
	var out []any
	for _, s := range list {
		out = append(out, literal{text: s})
	}
	return out
}

func named(list []string) []any {
	var out []any
	for _, s := range list {
		if i := toIRI(s); i != "" && !slices.Contains(out, any(i)) {
			out = append(out, i)
		}
	}
	return out
}

func agents(ps []good.Party) []any {
	var out []any
	for _, p := range ps {
		a := &resource{types: []string{"foaf:Agent"}}
		a.say("foaf:name", literal{text: p.Name})
		a.say("foaf:homepage", toIRI(p.Website))
		out = append(out, a)
	}
	return out
}
