package l10n

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// mostDepth is how deep the elements of a file may lie in one another.
const mostDepth = 64

// walk reads XML from one element to the next. What would make a parser read
// other files, or swell, is refused: a document type.
func walk(text string, bad string, begin func(path []string, e xml.StartElement), chars func(path []string, s string), end func(path []string)) error {
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, wrong("l10n.error.encoding") }
	var path []string
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) && len(path) == 0 {
			return nil
		}
		if err != nil {
			if strings.Contains(err.Error(), "l10n.error.encoding") {
				return wrong("l10n.error.encoding")
			}
			return wrong(bad)
		}
		switch t := t.(type) {
		case xml.Directive:
			return wrong("l10n.error.doctype")
		case xml.StartElement:
			if path = append(path, t.Name.Local); len(path) > mostDepth {
				return wrong(bad)
			}
			begin(path, t)
		case xml.CharData:
			if len(path) > 0 {
				chars(path, string(t))
			}
		case xml.EndElement:
			end(path)
			path = path[:len(path)-1]
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// xliff reads XLIFF of both versions: units of 1.2 are trans-units, those of 2.0
// are segments within units.
type xliff struct {
	out     File
	unit    Unit
	name    string // of the unit of 2.0
	segment int    // within it
	in      *string
	full    bool
	known   bool
}

func readXLIFF(text string) (*File, error) {
	x := &xliff{out: File{Pairs: true}}
	err := walk(text, "l10n.error.xliff", x.begin, x.chars, x.end)
	switch {
	case err != nil:
		return nil, err
	case !x.known:
		return nil, wrong("l10n.error.xliff")
	case x.full:
		return nil, tooMany(MaxUnits)
	}
	return &x.out, nil
}

// machineStates are how XLIFF says that a machine wrote something.
var machineStates = map[string]bool{"mt-suggestion": true, "leveraged-mt": true, "x-machine-translated": true, "stoa:machine": true, "mt": true}

func (x *xliff) begin(path []string, e xml.StartElement) {
	switch e.Name.Local {
	case "xliff":
		x.known = len(path) == 1
		x.language(attr(e, "trgLang"))
	case "file":
		x.language(attr(e, "target-language"))
	case "trans-unit", "segment":
		x.unit = Unit{Key: first(attr(e, "resname"), attr(e, "id")), State: Translated, Origin: Person}
		if e.Name.Local == "segment" {
			if x.unit.Key = x.name; x.segment > 0 {
				x.unit.Key += "/" + strconv.Itoa(x.segment)
			}
			x.segment++
			x.state(attr(e, "state"), attr(e, "subState"))
		} else if attr(e, "approved") == "yes" {
			x.unit.State = Reviewed
		}
	case "unit":
		x.name, x.segment = first(attr(e, "name"), attr(e, "id")), 0
	case "source":
		if parent(path, "trans-unit", "segment") {
			x.in = &x.unit.Source
		}
	case "target":
		if parent(path, "trans-unit", "segment") {
			x.in = &x.unit.Target
			x.state(attr(e, "state"), attr(e, "state-qualifier"))
		}
	case "note":
		if parent(path, "trans-unit") {
			x.in = &x.unit.Note
		}
	default:
		if x.in != nil { // a placeholder within a text
			*x.in += "{" + first(attr(e, "equiv"), attr(e, "id"), e.Name.Local) + "}"
		}
	}
}

func (x *xliff) language(s string) {
	if x.out.Language == "" {
		x.out.Language = strings.ReplaceAll(s, "_", "-")
	}
}

func (x *xliff) state(state, more string) {
	switch state {
	case "needs-translation", "needs-review-translation", "needs-adaptation", "needs-l10n", "needs-review-adaptation", "needs-review-l10n", "new", "initial":
		x.unit.State = Doubtful
	case "reviewed", "signed-off":
		x.unit.State = Reviewed
	}
	if state == "final" {
		x.unit.State = Reviewed
	}
	if machineStates[more] {
		x.unit.Origin = Machine
	}
}

func (x *xliff) chars(_ []string, s string) {
	if x.in != nil && len(*x.in) <= 4*MaxText+len(s) {
		*x.in += s
	}
}

func (x *xliff) end(path []string) {
	switch path[len(path)-1] {
	case "source", "target", "note":
		x.in = nil
	case "trans-unit", "segment":
		if x.full = x.full || len(x.out.Units) > MaxUnits; !x.full && x.unit.Source != "" {
			x.out.Units = append(x.out.Units, x.unit)
		}
		x.unit = Unit{}
	}
}

func parent(path []string, names ...string) bool {
	for _, n := range names {
		if len(path) > 1 && path[len(path)-2] == n {
			return true
		}
	}
	return false
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// The elements of XLIFF 2.0 as they are written.
type (
	xliffDoc struct {
		XMLName xml.Name  `xml:"urn:oasis:names:tc:xliff:document:2.0 xliff"`
		Version string    `xml:"version,attr"`
		Source  string    `xml:"srcLang,attr"`
		Target  string    `xml:"trgLang,attr"`
		File    xliffFile `xml:"file"`
	}
	xliffFile struct {
		ID    string      `xml:"id,attr"`
		Name  string      `xml:"original,attr"`
		Units []xliffUnit `xml:"unit"`
	}
	xliffUnit struct {
		ID      string       `xml:"id,attr"`
		Name    string       `xml:"name,attr,omitempty"`
		Notes   []string     `xml:"notes>note,omitempty"`
		Segment xliffSegment `xml:"segment"`
	}
	xliffSegment struct {
		State  string     `xml:"state,attr"`
		Sub    string     `xml:"subState,attr,omitempty"`
		Source xliffText  `xml:"source"`
		Target *xliffText `xml:"target"`
	}
	xliffText struct {
		Space string `xml:"http://www.w3.org/XML/1998/namespace space,attr"`
		Text  string `xml:",chardata"`
	}
)

// WriteXLIFF writes units as XLIFF 2.0. A unit is named u and its number.
func WriteXLIFF(p Project, units []Unit) ([]byte, error) {
	doc := xliffDoc{Version: "2.0", Source: p.Source, Target: p.Target, File: xliffFile{ID: "f1", Name: p.Name}}
	for _, u := range units {
		s := xliffSegment{State: "initial", Source: xliffText{"preserve", u.Source}}
		switch u.State {
		case Translated:
			s.State = "translated"
		case Reviewed:
			s.State = "reviewed"
		}
		if u.Target != "" {
			s.Target = &xliffText{"preserve", u.Target}
		}
		if u.Origin == Machine {
			s.Sub = "stoa:machine"
		}
		one := xliffUnit{ID: "u" + strconv.Itoa(u.N), Name: "u" + strconv.Itoa(u.N), Segment: s}
		for _, n := range []string{u.Key, u.Note} {
			if n != "" {
				one.Notes = append(one.Notes, n)
			}
		}
		doc.File.Units = append(doc.File.Units, one)
	}
	out, err := xml.MarshalIndent(doc, "", " ")
	return append([]byte(xml.Header), append(out, '\n')...), err
}
