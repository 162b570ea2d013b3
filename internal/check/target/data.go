package target

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"stoa/internal/check"
	"stoa/internal/check/nested"
	"stoa/internal/good"
)

const (
	mostTables      = 50        // that are looked at in one target
	mostColumns     = 1000      // that are kept of one
	mostDescription = 2 << 20   // bytes of a description in JSON
	mostHead        = 256 << 10 // bytes of a table of text
	mostFooter      = 16 << 20  // bytes of what a Parquet file says of itself
)

// patience is how long may be looked at one file that describes data.
var patience = 5 * time.Second

// describe reads what tables and descriptions say.
func describe(t *check.Target) {
	for _, e := range t.Entries {
		if len(t.Data) >= mostTables {
			break
		}
		read := reading(e)
		if t.Alone && worded(e) {
			read = speaking
		}
		if read == nil {
			continue
		}
		d, late := within(patience, func() *check.Dataset { return dataset(t.FS, e, read) })
		if late {
			(*cuts)(&t.Cut).add("target.cut.slow", "Path", e.Path)
		}
		if d != nil {
			d.Path = e.Path
			t.Data = append(t.Data, *d)
		}
	}
}

// within returns what a reader of strangers' bytes makes of them, or that it is
// late: then it is left to itself.
func within[T any](limit time.Duration, read func() T) (out T, late bool) {
	came := make(chan T, 1)
	go func() { came <- read() }()
	after := time.NewTimer(limit)
	defer after.Stop()
	select {
	case out = <-came:
		return out, false
	case <-after.C:
		return out, true
	}
}

// describing are names of files that describe data, whatever else is there.
var describing = []string{"croissant.json", "datapackage.json", "dcat.json", "dataset.json", "metadata.json", "dataset_infos.json"}

// reading is how a file is read that is, or describes, data; nil for others.
func reading(e check.Entry) func(f fs.File, size int64) *check.Dataset {
	name := strings.ToLower(path.Base(e.Path))
	switch path.Ext(name) {
	case ".parquet":
		return columnar
	case ".csv", ".tsv":
		return table
	case ".jsonld":
		return description
	case ".json":
		if (slices.Contains(describing, name) || path.Dir(e.Path) == ".") && e.Size <= mostDescription {
			return description
		}
	}
	return nil
}

// dataset reads a file that is, or describes, data; nil where it does not.
func dataset(from fs.FS, e check.Entry, read func(f fs.File, size int64) *check.Dataset) (d *check.Dataset) {
	f, err := from.Open(e.Path)
	if err != nil {
		return nil
	}
	defer f.Close() // read only
	if !decoded(func() error { d = read(f, e.Size); return nil }) {
		return nil
	}
	return d
}

// table reads the head of a table of text.
func table(f fs.File, _ int64) *check.Dataset {
	in := bufio.NewReader(io.LimitReader(transform.NewReader(f, unicode.BOMOverride(unicode.UTF8.NewDecoder())), mostHead))
	head, err := in.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	if bytes.IndexByte(head, 0) >= 0 || len(line) == 0 {
		return nil
	}
	r := csv.NewReader(in)
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	r.Comma = ','
	for _, sign := range "\t;|" {
		if bytes.Count(line, []byte(string(sign))) > bytes.Count(line, []byte(string(r.Comma))) {
			r.Comma = sign
		}
	}
	names, err := r.Read()
	if err != nil {
		return nil
	}
	d := &check.Dataset{Form: check.CSV, Rows: -1, Formats: []string{"CSV"}}
	for _, n := range names[:min(len(names), mostColumns)] {
		d.Columns = append(d.Columns, check.Column{Name: text(strings.TrimSpace(n))})
	}
	return d
}

// described is a set of data as a description in JSON says it.
type described struct{ check.Dataset }

// description reads a description in JSON: JSON-LD of DCAT, schema.org or
// Croissant, or a data package. Contexts are not fetched: the words these
// vocabularies use in practice are known.
func description(f fs.File, _ int64) *check.Dataset {
	return said(parsed(f, nested.JSON))
}

// parsed is a document as the first of these readers that can takes it; nil where none can.
func parsed(f fs.File, readers ...func(raw []byte, v any) error) (v any) {
	raw, err := io.ReadAll(io.LimitReader(f, mostDescription))
	if err != nil {
		return nil
	}
	for _, read := range readers {
		if v = nil; read(raw, &v) == nil {
			return v
		}
	}
	return nil
}

// said is what a document in JSON says of a set of data; nil where it does not.
func said(v any) *check.Dataset {
	n, form := find(v, 0)
	if n == nil {
		return nil
	}
	d := described{check.Dataset{Form: form, Rows: -1, Name: n.text("title", "name"), Description: n.text("description"), Publisher: n.text("publisher", "creator", "author"),
		Page: address(n, "landingPage", "url", "homepage"), Licences: n.texts("license", "licence", "licenses", "rights")}}
	for _, part := range n.nodes("distribution", "resources") {
		d.Formats = append(d.Formats, part.texts("mediaType", "encodingFormat", "format", "mediatype")...)
		d.Licences = append(d.Licences, part.texts("license", "licenses")...)
		d.Place = cmp.Or(d.Place, address(part, "downloadURL", "accessURL", "contentUrl", "path"))
		for _, s := range part.nodes("schema") {
			d.columns(s.nodes("fields"))
		}
	}
	for _, set := range n.nodes("recordSet") {
		d.columns(set.nodes("field"))
	}
	d.columns(n.nodes("variableMeasured"))
	d.Licences, d.Formats = unique(d.Licences), unique(d.Formats)
	return &d.Dataset
}

// address is the first of these that is an address of the web.
func address(n node, keys ...string) string {
	for _, key := range keys {
		if s := n.text(key); good.WebAddress(s) {
			return s
		}
	}
	return ""
}

// worded says whether a document that stands alone may describe an interface.
func worded(e check.Entry) bool {
	ext := strings.ToLower(path.Ext(e.Path))
	return (ext == ".json" || ext == ".yaml" || ext == ".yml") && e.Size <= mostDescription
}

// speaking reads a document that stands alone: the description of an interface,
// or of data.
func speaking(f fs.File, _ int64) *check.Dataset {
	v := parsed(f, nested.JSON, nested.YAML)
	n := nodeOf(v)
	info := n.nodes("info")
	form := check.OpenAPI
	if n["asyncapi"] != nil {
		form = check.AsyncAPI
	}
	if len(info) == 0 || n["openapi"] == nil && n["swagger"] == nil && n["asyncapi"] == nil {
		return said(v)
	}
	d := &check.Dataset{Form: form, Rows: -1, Name: info[0].text("title"), Description: info[0].text("summary", "description"), Page: address(n, "externalDocs")}
	for _, l := range info[0].nodes("license") {
		if s := l.text("identifier", "name", "url"); s != "" {
			d.Licences = []string{s}
		}
	}
	return d
}

// carried reads the descriptions of data that pages carry.
func carried(t *check.Target) {
	for i := range t.Pages {
		for _, raw := range t.Pages[i].Linked() {
			var v any
			if nested.JSON(raw, &v) != nil || len(t.Data) >= mostTables {
				continue
			}
			if d := said(v); d != nil {
				d.URL = t.Pages[i].URL
				t.Data = append(t.Data, *d)
			}
		}
	}
}

// unique is a list without repeats.
func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
