package export

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func TestADocumentIsWhatOfficesOpen(t *testing.T) {
	d := TextDocument{Title: "Births & <deaths>", Lang: "ar", Made: time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC),
		Lines: []Line{{Text: "In villages.\nOn paper.\x00\x0b"}, {Level: 2, Text: "سجل"}, {Item: true, Text: "one"}, {Item: true, Text: "two"}, {Text: "end"}}}
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := Document(w, d); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same text is not the same bytes")
	}
	// the type stands where file(1) looks: behind a local header of 30 bytes and the name
	if got := a.String()[30 : 30+len("mimetype")+len(TypeDocument)]; got != "mimetype"+TypeDocument {
		t.Errorf("it begins with %q", got)
	}
	z, err := zip.NewReader(bytes.NewReader(a.Bytes()), int64(a.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(raw)
		if !strings.HasSuffix(f.Name, ".xml") {
			continue
		}
		for dec := xml.NewDecoder(bytes.NewReader(raw)); ; {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is no XML: %v\n%s", f.Name, err, raw)
			}
		}
	}
	for _, want := range []string{"Births &amp; &lt;deaths&gt;</text:h>", "<text:p>On paper.</text:p>", `<text:h text:outline-level="2">سجل</text:h>`, "<text:list><text:list-item><text:p>one</text:p></text:list-item><text:list-item><text:p>two</text:p></text:list-item></text:list><text:p>end</text:p>"} {
		if !strings.Contains(parts["content.xml"], want) {
			t.Errorf("the text lacks %s in\n%s", want, parts["content.xml"])
		}
	}
	for name := range parts {
		if name != "mimetype" && !strings.HasPrefix(name, "META-INF/") && !strings.Contains(parts["META-INF/manifest.xml"], `"`+name+`"`) {
			t.Errorf("the manifest does not name %s", name)
		}
	}
}
