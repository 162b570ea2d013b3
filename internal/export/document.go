package export

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// TypeDocument is the media type of a text document.
const TypeDocument = "application/vnd.oasis.opendocument.text"

// TextDocument is a text in the OpenDocument format, version 1.3, with no more
// than headings, paragraphs and items.
type TextDocument struct {
	Title, Lang string
	Lines       []Line
	Made        time.Time // stands in the file, so that the same text is the same bytes
}

// Line is a heading of a level, an item, or a paragraph.
type Line struct {
	Level int // 0 is no heading
	Item  bool
	Text  string
}

// The names of OpenDocument that are used; §3 of part 3 of the standard.
var spaces = []xml.Attr{
	{Name: xml.Name{Local: "xmlns:office"}, Value: "urn:oasis:names:tc:opendocument:xmlns:office:1.0"},
	{Name: xml.Name{Local: "xmlns:text"}, Value: "urn:oasis:names:tc:opendocument:xmlns:text:1.0"},
	{Name: xml.Name{Local: "xmlns:dc"}, Value: "http://purl.org/dc/elements/1.1/"},
	{Name: xml.Name{Local: "xmlns:manifest"}, Value: "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"},
	{Name: xml.Name{Local: "office:version"}, Value: "1.3"},
}

// markup writes elements, the first mistake being the last.
type markup struct {
	out *xml.Encoder
	err error
}

// in writes an element with what body writes in it.
func (m *markup) in(name string, body func(), attrs ...xml.Attr) {
	start := xml.StartElement{Name: xml.Name{Local: name}, Attr: attrs}
	m.token(start)
	if body != nil {
		body()
	}
	m.token(start.End())
}

func (m *markup) text(s string) { m.token(xml.CharData(s)) }

func (m *markup) token(t xml.Token) {
	if m.err == nil {
		m.err = m.out.EncodeToken(t)
	}
}

func attr(name, value string) xml.Attr {
	return xml.Attr{Name: xml.Name{Local: name}, Value: value}
}

// Document writes a text document. What XML cannot hold is left out.
func Document(w io.Writer, d TextDocument) error {
	z := zip.NewWriter(w)
	add := func(name string, method uint16, write func(io.Writer) error) error {
		h := &zip.FileHeader{Name: name, Method: method}
		if method != zip.Store {
			h.Modified = d.Made.UTC() // which takes a field that must not stand before the type
		}
		f, err := z.CreateHeader(h)
		if err == nil {
			err = write(f)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		return nil
	}
	// the type comes first and as it is, so that a look at the first bytes tells
	if err := add("mimetype", zip.Store, func(w io.Writer) error { _, err := io.WriteString(w, TypeDocument); return err }); err != nil {
		return err
	}
	for _, part := range []struct {
		name  string
		write func(*markup)
	}{{"content.xml", d.content}, {"meta.xml", d.meta}, {"META-INF/manifest.xml", manifest}} {
		err := add(part.name, zip.Deflate, func(w io.Writer) error {
			if _, err := io.WriteString(w, xml.Header); err != nil {
				return err
			}
			m := &markup{out: xml.NewEncoder(w)}
			part.write(m)
			if m.err != nil {
				return m.err
			}
			return m.out.Close()
		})
		if err != nil {
			return err
		}
	}
	return z.Close()
}

func (d TextDocument) content(m *markup) {
	m.in("office:document-content", func() {
		m.in("office:body", func() {
			m.in("office:text", func() {
				heading(m, 1, d.Title)
				for i := 0; i < len(d.Lines); i++ {
					switch l := d.Lines[i]; {
					case l.Level > 0:
						heading(m, l.Level, l.Text)
					case l.Item:
						m.in("text:list", func() {
							for ; i < len(d.Lines) && d.Lines[i].Item; i++ {
								m.in("text:list-item", func() { paragraphs(m, d.Lines[i].Text) })
							}
						})
						i--
					default:
						paragraphs(m, l.Text)
					}
				}
			})
		})
	}, spaces...)
}

func heading(m *markup, level int, s string) {
	m.in("text:h", func() { m.text(clean(s)) }, attr("text:outline-level", fmt.Sprint(level)))
}

func paragraphs(m *markup, s string) {
	for p := range strings.SplitSeq(s, "\n") {
		m.in("text:p", func() { m.text(clean(p)) })
	}
}

// clean is s without what XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' || r == 0xFFFE || r == 0xFFFF || r == 0xFFFD {
			return -1
		}
		return r
	}, s)
}

func (d TextDocument) meta(m *markup) {
	m.in("office:document-meta", func() {
		m.in("office:meta", func() {
			m.in("dc:title", func() { m.text(clean(d.Title)) })
			m.in("dc:language", func() { m.text(d.Lang) })
			m.in("dc:date", func() { m.text(d.Made.UTC().Format("2006-01-02T15:04:05")) })
		})
	}, spaces...)
}

func manifest(m *markup) {
	m.in("manifest:manifest", func() {
		for _, f := range [][2]string{{"/", TypeDocument}, {"content.xml", "text/xml"}, {"meta.xml", "text/xml"}} {
			m.in("manifest:file-entry", nil, attr("manifest:full-path", f[0]), attr("manifest:media-type", f[1]))
		}
	}, append([]xml.Attr{attr("manifest:version", "1.3")}, spaces[:len(spaces)-1]...)...)
}
