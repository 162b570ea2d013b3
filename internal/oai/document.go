package oai

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strconv"
	"time"

	"stoa/internal/export"
	"stoa/internal/good"
)

// document is an answer, as the schema of the protocol has it.
type document struct {
	XMLName     xml.Name  `xml:"OAI-PMH"`
	NS          string    `xml:"xmlns,attr"`
	XSI         string    `xml:"xmlns:xsi,attr"`
	Schema      string    `xml:"xsi:schemaLocation,attr"`
	Date        string    `xml:"responseDate"`
	Request     request   `xml:"request"`
	Error       *problem  `xml:"error"`
	Identify    *identify `xml:"Identify"`
	Formats     *formats  `xml:"ListMetadataFormats"`
	Sets        *sets     `xml:"ListSets"`
	Record      *one      `xml:"GetRecord"`
	Identifiers *headers  `xml:"ListIdentifiers"`
	Records     *records  `xml:"ListRecords"`
}

type request struct {
	Args []xml.Attr `xml:",any,attr"`
	URL  string     `xml:",chardata"`
}

type problem struct {
	Code string `xml:"code,attr"`
	Text string `xml:",chardata"`
}

type identify struct {
	Name        string `xml:"repositoryName"`
	URL         string `xml:"baseURL"`
	Version     string `xml:"protocolVersion"`
	Mail        string `xml:"adminEmail"`
	Earliest    string `xml:"earliestDatestamp"`
	Deleted     string `xml:"deletedRecord"`
	Granularity string `xml:"granularity"`
}

type formats struct {
	All []format `xml:"metadataFormat"`
}

type format struct {
	Prefix string `xml:"metadataPrefix"`
	Schema string `xml:"schema"`
	NS     string `xml:"metadataNamespace"`
}

// shapes are the formats: plain and qualified Dublin Core.
var shapes = []format{
	{"oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/"},
	{"qdc", "https://dublincore.org/schemas/xmls/qdc/2008/02/11/qualifieddc.xsd", "http://purl.org/dc/terms/"},
}

type sets struct {
	All []set `xml:"set"`
}

type set struct {
	Spec string `xml:"setSpec"`
	Name string `xml:"setName"`
}

// allSets are the sets: kinds, and goals.
func allSets() []set {
	out := []set{{"kind", "By kind"}}
	for _, k := range good.Kinds {
		out = append(out, set{"kind:" + string(k), string(k)})
	}
	out = append(out, set{"sdg", "By Sustainable Development Goal"})
	for n := 1; n <= 17; n++ {
		out = append(out, set{"sdg:" + strconv.Itoa(n), "SDG " + strconv.Itoa(n)})
	}
	return out
}

// setsOf are the sets a good belongs to, those above them too.
func setsOf(g *good.Good) []string {
	var out []string
	for i, k := range g.Kinds {
		if i == 0 {
			out = append(out, "kind")
		}
		out = append(out, "kind:"+string(k))
	}
	for i, s := range g.Goals {
		if i == 0 {
			out = append(out, "sdg")
		}
		out = append(out, "sdg:"+strconv.Itoa(s.SDG))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

type one struct {
	Record record `xml:"record"`
}

type records struct {
	All   []record    `xml:"record"`
	Token *resumption `xml:"resumptionToken"`
}

type headers struct {
	All   []header    `xml:"header"`
	Token *resumption `xml:"resumptionToken"`
}

type resumption struct {
	Cursor int    `xml:"cursor,attr"`
	Text   string `xml:",chardata"`
}

type record struct {
	Header   header    `xml:"header"`
	Metadata *metadata `xml:"metadata"`
}

type header struct {
	Status     string   `xml:"status,attr,omitempty"`
	Identifier string   `xml:"identifier"`
	Stamp      string   `xml:"datestamp"`
	Sets       []string `xml:"setSpec"`
}

type metadata struct {
	DC  *dublin `xml:"oai_dc:dc"`
	QDC *dublin `xml:"qdc:qualifieddc"`
}

// dublin is a good in Dublin Core.
type dublin struct {
	Attrs []xml.Attr `xml:",any,attr"`
	Terms []term
}

// term is one element.
type term struct {
	XMLName xml.Name
	Lang    string `xml:"xml:lang,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// record is a good as it is harvested; whole with its metadata.
func (f *face) record(g *good.Good, prefix string, whole bool) record {
	r := record{Header: header{Identifier: f.identifier(g), Stamp: g.Updated.UTC().Format(seconds), Sets: setsOf(g)}}
	if g.Tombstone != nil {
		r.Header.Status, r.Header.Sets = "deleted", nil
		return r
	}
	if !whole {
		return r
	}
	d := &dublin{}
	attr := func(name, value string) {
		d.Attrs = append(d.Attrs, xml.Attr{Name: xml.Name{Local: name}, Value: value})
	}
	attr("xmlns:dc", "http://purl.org/dc/elements/1.1/")
	qualified := prefix == "qdc"
	if qualified {
		attr("xmlns:qdc", "http://purl.org/dc/terms/")
		attr("xmlns:dcterms", "http://purl.org/dc/terms/")
		r.Metadata = &metadata{QDC: d}
	} else {
		attr("xmlns:oai_dc", shapes[0].NS)
		attr("xsi:schemaLocation", shapes[0].NS+" "+shapes[0].Schema)
		r.Metadata = &metadata{DC: d}
	}
	d.describe(f, g, qualified)
	return r
}

// add adds an element, named by its plain and its qualified name.
func (d *dublin) add(qualified bool, plain, refined, lang, text string) {
	if text == "" {
		return
	}
	name := "dc:" + plain
	if qualified && refined != "" {
		name = "dcterms:" + refined
	}
	d.Terms = append(d.Terms, term{XMLName: xml.Name{Local: name}, Lang: lang, Text: export.XMLText(text)})
}

// describe says of a good what Dublin Core can hold.
func (d *dublin) describe(f *face, g *good.Good, qualified bool) {
	say := func(plain, qualifiedName, lang, text string) { d.add(qualified, plain, qualifiedName, lang, text) }
	say("title", "", "", g.Name)
	for _, a := range g.Aliases {
		say("title", "alternative", "", a)
	}
	for _, p := range g.Parties {
		switch p.Role {
		case good.Owner:
			say("creator", "", "", p.Name)
		case good.Maintainer:
			say("publisher", "", "", p.Name)
		default:
			say("contributor", "", "", p.Name)
		}
	}
	for _, s := range g.Goals {
		say("subject", "", "", "SDG "+strconv.Itoa(s.SDG))
	}
	for _, s := range g.Sectors {
		say("subject", "", "", s)
	}
	langs := make([]string, 0, len(g.Summary))
	for l := range g.Summary {
		langs = append(langs, l)
	}
	slices.Sort(langs)
	for _, l := range langs {
		say("description", "abstract", l, g.Summary[l])
	}
	say("date", "modified", "", g.Updated.UTC().Format(time.RFC3339))
	if qualified {
		say("date", "created", "", g.Created.UTC().Format(time.RFC3339))
	}
	for _, k := range g.Kinds {
		say("type", "", "", cmp.Or(map[good.Kind]string{good.Software: "Software", good.Data: "Dataset"}[k], string(k)))
	}
	say("identifier", "", "", export.Address(f.BaseURL, g))
	for _, scheme := range []string{"doi", "dpgid"} {
		if id := g.Identifiers[scheme]; id != "" {
			say("identifier", "", "", scheme+":"+id)
		}
	}
	say("relation", "isReferencedBy", "", g.Website)
	for _, r := range g.Repositories {
		say("source", "", "", r.URL)
	}
	for _, l := range g.Documentation {
		say("relation", "references", "", l.URL)
	}
	for _, s := range g.Standards {
		say("relation", "conformsTo", "", s)
	}
	for _, l := range g.Languages {
		say("language", "", "", l)
	}
	for _, c := range g.DeploymentCountries() {
		say("coverage", "spatial", "", c)
	}
	for _, l := range g.Licences {
		say("rights", "license", "", l.SPDX)
	}
}
