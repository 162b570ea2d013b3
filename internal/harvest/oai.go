package harvest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/harvest/rdf"
)

// OAIPage is an answer of a repository that speaks OAI-PMH 2.0.
type OAIPage struct {
	Records []OAIRecord
	Token   string // of the next part, "" for none
	Total   int    // of records, 0 where it does not say
	Error   string // code of the protocol: "noRecordsMatch", "badResumptionToken", …

	Granularity string // of datestamps, where it answers Identify
	Deleted     string // how deleted records are kept: "no", "transient" or "persistent"
}

// OAIRecord is one record.
type OAIRecord struct {
	ID       string
	Deleted  bool
	Elements []Element // of Dublin Core
	Raw      []byte
}

type oaiDocument struct {
	XMLName xml.Name
	Errors  []struct {
		Code string `xml:"code,attr"`
	} `xml:"error"`
	Identify struct {
		Granularity string `xml:"granularity"`
		Deleted     string `xml:"deletedRecord"`
	} `xml:"Identify"`
	List struct {
		Records []oaiRecord `xml:"record"`
		Token   struct {
			Size string `xml:"completeListSize,attr"`
			Text string `xml:",chardata"`
		} `xml:"resumptionToken"`
	} `xml:"ListRecords"`
}

type oaiRecord struct {
	Header struct {
		Status     string `xml:"status,attr"`
		Identifier string `xml:"identifier"`
	} `xml:"header"`
	Metadata struct {
		Inner []byte `xml:",innerxml"`
		DC    dublin `xml:"dc"`
		QDC   dublin `xml:"qualifieddc"`
	} `xml:"metadata"`
}

type dublin struct {
	Elements []struct {
		XMLName xml.Name
		Lang    string `xml:"lang,attr"`
		Text    string `xml:",chardata"`
	} `xml:",any"`
}

const dublinNS = "http://purl.org/dc/elements/1.1/"

// plainly are the qualified terms that say what a plain element says.
var plainly = map[string]string{"alternative": "title", "abstract": "description", "license": "rights"}

// OAI reads an answer. A document that is no answer of the protocol, or declares
// entities, is an error.
func OAI(raw []byte) (*OAIPage, error) {
	d := rdf.Decoder(bytes.NewReader(raw))
	root, err := rootOf(d)
	if err != nil {
		return nil, err
	}
	if root.Name.Local != "OAI-PMH" {
		return nil, fmt.Errorf("not OAI-PMH but %q", new(mend).show(root.Name.Local))
	}
	var doc oaiDocument
	if err := d.DecodeElement(&doc, &root); err != nil {
		line, _ := d.InputPos()
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	p := &OAIPage{Token: strings.TrimSpace(doc.List.Token.Text), Granularity: strings.TrimSpace(doc.Identify.Granularity), Deleted: strings.TrimSpace(doc.Identify.Deleted)}
	if n, err := strconv.Atoi(doc.List.Token.Size); err == nil && n > 0 {
		p.Total = n
	}
	if len(doc.Errors) > 0 {
		p.Error = doc.Errors[0].Code
	}
	for _, r := range doc.List.Records {
		one := OAIRecord{ID: strings.TrimSpace(r.Header.Identifier), Deleted: r.Header.Status == "deleted", Raw: r.Metadata.Inner}
		for _, e := range slices.Concat(r.Metadata.DC.Elements, r.Metadata.QDC.Elements) {
			name := e.XMLName.Local
			switch e.XMLName.Space {
			case dublinNS:
			case dctNS:
				if name = plainly[name]; name == "" {
					name = "dcterms:" + e.XMLName.Local
				}
			default:
				continue
			}
			one.Elements = append(one.Elements, Element{Name: name, Lang: e.Lang, Text: e.Text})
		}
		if len(one.Raw) > MaxRecord {
			one.Raw = nil
		}
		p.Records = append(p.Records, one)
	}
	return p, nil
}

// rootOf is the outermost element, of a document that declares no entities.
func rootOf(d *xml.Decoder) (xml.StartElement, error) {
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return xml.StartElement{}, errors.New("the document is empty")
		}
		if err == nil {
			err = rdf.Harmless(tok)
		}
		if err != nil {
			return xml.StartElement{}, err
		}
		if e, ok := tok.(xml.StartElement); ok {
			return e.Copy(), nil
		}
	}
}
