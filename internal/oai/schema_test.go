package oai_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
)

// The namespaces of an answer.
const (
	nsOAI   = "http://www.openarchives.org/OAI/2.0/"
	nsPlain = "http://www.openarchives.org/OAI/2.0/oai_dc/"
	nsDC    = "http://purl.org/dc/elements/1.1/"
	nsTerms = "http://purl.org/dc/terms/"
	nsXSI   = "http://www.w3.org/2001/XMLSchema-instance"
	nsXML   = "http://www.w3.org/XML/1998/namespace"
)

// node is an element with what is in it.
type node struct {
	name  xml.Name
	attrs map[xml.Name]string
	text  string
	under []*node
}

// tree reads a document.
func tree(raw string) (*node, error) {
	dec, open := xml.NewDecoder(strings.NewReader(raw)), []*node{{}}
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) && len(open) == 1 && len(open[0].under) == 1 {
			return open[0].under[0], nil
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{name: tok.Name, attrs: map[xml.Name]string{}}
			for _, a := range tok.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					n.attrs[a.Name] = a.Value
				}
			}
			top.under, open = append(top.under, n), append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(tok)
		}
	}
}

// The simple types of the schema.
var (
	aMoment   = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`
	aStamp    = `\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?`
	anAddress = `[a-z][a-z0-9+.-]*:\S+`
	aPrefix   = `[A-Za-z0-9\-_.!~*'()]+`
	aSet      = `[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*`
	aMail     = `\S+@(\S+\.)+\S+`
	aVerb     = `Identify|ListMetadataFormats|ListSets|GetRecord|ListIdentifiers|ListRecords`
	aCode     = `cannotDisseminateFormat|idDoesNotExist|badArgument|badVerb|noMetadataFormats|noRecordsMatch|badResumptionToken|noSetHierarchy`
	aText     = `(?s).*\S.*`
)

// kind is what the schema says of an element: what it holds, in that order, or
// what its text is like, and its attributes.
type kind struct {
	holds []part
	text  string
	attrs map[string]string // by name; those that end with "!" must be there
}

// part is an element of a sequence; most is 0 for any number.
type part struct {
	name        string
	least, most int
}

// schema is that of the protocol, as its specification has it: the kinds of
// elements by name; "record" and "header" are the same wherever they are.
var schema = map[string]kind{
	"OAI-PMH": {}, // by hand: one of several
	"request": {text: anAddress, attrs: map[string]string{"verb": aVerb, "identifier": anAddress, "metadataPrefix": aPrefix, "from": aStamp, "until": aStamp, "set": aSet, "resumptionToken": aText}},
	"error":   {text: `(?s).*`, attrs: map[string]string{"code!": aCode}},
	"Identify": {holds: []part{{"repositoryName", 1, 1}, {"baseURL", 1, 1}, {"protocolVersion", 1, 1}, {"adminEmail", 1, 0}, {"earliestDatestamp", 1, 1},
		{"deletedRecord", 1, 1}, {"granularity", 1, 1}, {"compression", 0, 0}, {"description", 0, 0}}},
	"ListMetadataFormats": {holds: []part{{"metadataFormat", 1, 0}}},
	"metadataFormat":      {holds: []part{{"metadataPrefix", 1, 1}, {"schema", 1, 1}, {"metadataNamespace", 1, 1}}},
	"ListSets":            {holds: []part{{"set", 1, 0}, {"resumptionToken", 0, 1}}},
	"set":                 {holds: []part{{"setSpec", 1, 1}, {"setName", 1, 1}, {"setDescription", 0, 0}}},
	"GetRecord":           {holds: []part{{"record", 1, 1}}},
	"ListRecords":         {holds: []part{{"record", 1, 0}, {"resumptionToken", 0, 1}}},
	"ListIdentifiers":     {holds: []part{{"header", 1, 0}, {"resumptionToken", 0, 1}}},
	"record":              {holds: []part{{"header", 1, 1}, {"metadata", 0, 1}, {"about", 0, 0}}},
	"header":              {holds: []part{{"identifier", 1, 1}, {"datestamp", 1, 1}, {"setSpec", 0, 0}}, attrs: map[string]string{"status": "deleted"}},
	"resumptionToken":     {text: `(?s).*`, attrs: map[string]string{"expirationDate": aMoment, "completeListSize": `[1-9]\d*`, "cursor": `\d+`}},
	"metadata":            {}, // by hand: one element of another namespace
	"responseDate":        {text: aMoment}, "repositoryName": {text: aText}, "baseURL": {text: anAddress}, "protocolVersion": {text: `2\.0`}, "adminEmail": {text: aMail},
	"earliestDatestamp": {text: aStamp}, "deletedRecord": {text: `no|persistent|transient`}, "granularity": {text: `YYYY-MM-DD(Thh:mm:ssZ)?`},
	"metadataPrefix": {text: aPrefix}, "schema": {text: anAddress}, "metadataNamespace": {text: anAddress}, "setSpec": {text: aSet}, "setName": {text: aText},
	"identifier": {text: anAddress}, "datestamp": {text: aStamp},
}

// fits says what of a node is not as the schema has it.
func (n *node) fits() error {
	k, known := schema[n.name.Local]
	if !known || n.name.Space != nsOAI {
		return fmt.Errorf("<%s> of %q has no place here", n.name.Local, n.name.Space)
	}
	switch n.name.Local {
	case "OAI-PMH":
		return n.root()
	case "metadata":
		return n.metadata()
	}
	for a, v := range n.attrs {
		like, must := k.attrs[a.Local], k.attrs[a.Local+"!"]
		if like+must == "" || a.Space != "" || !regexp.MustCompile(`^(`+like+must+`)$`).MatchString(v) {
			return fmt.Errorf("<%s %s=%q>", n.name.Local, a.Local, v)
		}
	}
	for a := range k.attrs {
		if name, must := strings.CutSuffix(a, "!"); must && n.attrs[xml.Name{Local: name}] == "" {
			return fmt.Errorf("<%s> lacks %s", n.name.Local, name)
		}
	}
	if k.text != "" {
		if len(n.under) > 0 || !regexp.MustCompile(`^(`+k.text+`)$`).MatchString(n.text) {
			return fmt.Errorf("<%s>%s", n.name.Local, n.text)
		}
		return nil
	}
	return n.sequence(k.holds)
}

// sequence says whether a node holds elements alone, in their order.
func (n *node) sequence(parts []part) error {
	if strings.TrimSpace(n.text) != "" {
		return fmt.Errorf("text in <%s>: %s", n.name.Local, n.text)
	}
	at := 0
	for _, p := range parts {
		had := 0
		for ; at < len(n.under) && n.under[at].name.Local == p.name && (p.most == 0 || had < p.most); at++ {
			if err := n.under[at].fits(); err != nil {
				return err
			}
			had++
		}
		if had < p.least {
			return fmt.Errorf("<%s> has %d <%s>", n.name.Local, had, p.name)
		}
	}
	if at < len(n.under) {
		return fmt.Errorf("<%s> in <%s> is not in its place", n.under[at].name.Local, n.name.Local)
	}
	return nil
}

func (n *node) root() error {
	if !strings.HasPrefix(n.attrs[xml.Name{Space: nsXSI, Local: "schemaLocation"}], nsOAI+" "+nsOAI+"OAI-PMH.xsd") || len(n.attrs) != 1 || len(n.under) < 3 {
		return fmt.Errorf("the root has %v and %d elements", n.attrs, len(n.under))
	}
	last := part{n.under[2].name.Local, 1, 1}
	if last.name == "error" {
		last.most = 0
	} else if !regexp.MustCompile(`^(` + aVerb + `)$`).MatchString(last.name) {
		return fmt.Errorf("the answer is <%s>", last.name)
	}
	return n.sequence([]part{{"responseDate", 1, 1}, {"request", 1, 1}, last})
}

// fifteen are the elements of Dublin Core.
var fifteen = strings.Fields("title creator subject description publisher contributor date type format identifier source language relation coverage rights")

// refined are the terms that refine them and are used here.
var refined = strings.Fields("alternative abstract created modified isReferencedBy references conformsTo spatial license")

func (n *node) metadata() error {
	if len(n.under) != 1 || len(n.attrs) > 0 || strings.TrimSpace(n.text) != "" {
		return errors.New("metadata is not one element")
	}
	dc := n.under[0]
	plain := dc.name == xml.Name{Space: nsPlain, Local: "dc"}
	if !plain && dc.name != (xml.Name{Space: nsTerms, Local: "qualifieddc"}) || strings.TrimSpace(dc.text) != "" {
		return fmt.Errorf("metadata is %v", dc.name)
	}
	for _, e := range dc.under {
		ok := e.name.Space == nsDC && slices.Contains(fifteen, e.name.Local) || !plain && e.name.Space == nsTerms && slices.Contains(refined, e.name.Local)
		for a, v := range e.attrs {
			ok = ok && a == xml.Name{Space: nsXML, Local: "lang"} && regexp.MustCompile(`^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$`).MatchString(v)
		}
		if !ok || len(e.under) > 0 {
			return fmt.Errorf("%v %v has no place in %s", e.name, e.attrs, dc.name.Local)
		}
	}
	return nil
}

// TestEachAnswerIsAsTheSchemaHasIt asks each question there is, those that are
// mistaken, too, and holds each answer against the schema of the protocol.
func TestEachAnswerIsAsTheSchemaHasIt(t *testing.T) {
	r := newRegistry(130)
	r.goods[3].Tombstone = &good.Tombstone{Reason: "x"}
	r.goods[4].Website, r.goods[4].Aliases, r.goods[4].Languages, r.goods[4].Standards = "https://wells.example/?a=1&b=2", []string{"W\x01ells"}, []string{"en", "sw"}, []string{"HL7 FHIR"}
	h := serve(t, r)
	first := h.ask("verb=ListRecords&metadataPrefix=qdc")
	seen := map[string]bool{}
	for _, query := range []string{"verb=Identify", "verb=ListMetadataFormats", "verb=ListMetadataFormats&identifier=oai:stoa.example:01J00000000000000000000004", "verb=ListSets",
		"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:stoa.example:01J00000000000000000000004", "verb=GetRecord&metadataPrefix=qdc&identifier=oai:stoa.example:01J00000000000000000000004",
		"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:stoa.example:01J00000000000000000000003", // deleted
		"verb=ListRecords&metadataPrefix=oai_dc", "verb=ListRecords&metadataPrefix=qdc&set=kind:software", "verb=ListRecords&resumptionToken=" + *first.Token,
		"verb=ListIdentifiers&metadataPrefix=oai_dc&from=2026-03-01&until=2026-03-02", "verb=ListIdentifiers&metadataPrefix=oai_dc&from=2026-03-01T00:00:00Z",
		"", "verb=<b>", "verb=Identify&x=1", "verb=GetRecord", "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:other:1", "verb=ListRecords&metadataPrefix=marc", "verb=ListRecords&resumptionToken=x",
		"verb=ListRecords&metadataPrefix=oai_dc&from=2030-01-01", "verb=ListIdentifiers&metadataPrefix=oai_dc&set=kind:cheese", "verb=ListIdentifiers&metadataPrefix=oai_dc&set=no%20set", "verb=GetRecord&metadataPrefix=oai_dc&identifier=no%20address"} {
		resp, err := http.Get(h.url + "?" + query)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		n, err := tree(string(raw))
		if err == nil {
			err = n.fits()
		}
		if err != nil {
			t.Errorf("%s: %v\n%.2000s", query, err, raw)
			continue
		}
		seen[n.under[2].name.Local+n.under[2].attrs[xml.Name{Local: "code"}]] = true
	}
	if len(seen) != 12 { // six verbs, six errors
		t.Errorf("not each kind of answer was had: %v", seen)
	}
}

// TestTheSchemaTellsWhatIsWrong keeps the test above from believing anything.
func TestTheSchemaTellsWhatIsWrong(t *testing.T) {
	right := `<OAI-PMH xmlns="` + nsOAI + `" xmlns:xsi="` + nsXSI + `" xsi:schemaLocation="` + nsOAI + ` ` + nsOAI + `OAI-PMH.xsd"><responseDate>` + time.Unix(0, 0).UTC().Format("2006-01-02T15:04:05Z") +
		`</responseDate><request verb="GetRecord">https://stoa.example/oai</request><GetRecord><record><header><identifier>oai:x:1</identifier><datestamp>2026-03-01</datestamp><setSpec>a:b</setSpec></header></record></GetRecord></OAI-PMH>`
	fit := func(doc string) error {
		n, err := tree(doc)
		if err == nil {
			err = n.fits()
		}
		return err
	}
	if err := fit(right); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2]string{
		"the order":       {"<identifier>oai:x:1</identifier><datestamp>2026-03-01</datestamp>", "<datestamp>2026-03-01</datestamp><identifier>oai:x:1</identifier>"},
		"a datestamp":     {"<datestamp>2026-03-01<", "<datestamp>2026-03-01T00:00:00+01:00<"},
		"a second record": {"</GetRecord>", "<record><header><identifier>oai:x:1</identifier><datestamp>2026-03-01</datestamp></header></record></GetRecord>"},
		"an attribute":    {`verb="GetRecord"`, `verb="Get"`},
		"a set":           {"a:b", "a b"},
		"the answer":      {"GetRecord><", "Got><"},
		"an element":      {"<setSpec>", "<about/><setSpec>"},
		"text between":    {"<record>", "well<record>"},
	} {
		wrong := strings.ReplaceAll(right, c[0], c[1])
		if wrong == right || fit(wrong) == nil {
			t.Errorf("%s is believed", name)
		}
	}
}
