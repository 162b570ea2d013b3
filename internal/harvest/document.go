package harvest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Bounds of an OpenDocument spreadsheet, which may repeat one cell for ever.
const (
	maxDocumentColumns = 200
	documentMedia      = "application/vnd.oasis.opendocument.spreadsheet"
)

// document reads the first table of an OpenDocument spreadsheet row by row.
type document struct {
	part  io.ReadCloser
	dec   *xml.Decoder
	count int      // rows before the next
	same  []string // the row that is to be given again
	again int      // how often
}

// isDocument says whether a zip file says that it is an OpenDocument
// spreadsheet.
func isDocument(raw []byte) bool {
	return bytes.Contains(raw[:min(len(raw), 200)], []byte(documentMedia))
}

func openDocument(raw []byte) (rowReader, error) {
	bad := broke("deploy.sheet.unread", nil)
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, bad
	}
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == "content.xml" })
	if i < 0 || z.File[i].UncompressedSize64 > maxUnzipped {
		return nil, bad
	}
	part, err := z.File[i].Open()
	if err != nil {
		return nil, bad
	}
	d := &document{part: part, dec: xml.NewDecoder(io.LimitReader(part, maxUnzipped))}
	for {
		t, err := d.dec.Token()
		if err != nil {
			return nil, errors.Join(bad, part.Close())
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "table" {
			return d, nil
		}
	}
}

func (d *document) close() error           { return d.part.Close() }
func (d *document) day(cell string) string { return cell }

func (d *document) next() (row, error) {
	for d.again == 0 {
		t, err := d.dec.Token()
		if err != nil {
			return row{}, broke("deploy.sheet.unread", nil)
		}
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local == "table-row" {
				d.again = times(e, "number-rows-repeated")
				if d.same, err = d.cells(); err != nil {
					return row{}, err
				}
				if len(d.same) == 0 { // the empty rest of a sheet
					d.count, d.again = d.count+d.again, 0
				}
			}
		case xml.EndElement:
			if e.Name.Local == "table" {
				return row{}, io.EOF
			}
		}
	}
	d.again--
	d.count++
	return row{number: d.count, cells: d.same}, nil
}

// cells reads the cells of a row up to the last that holds something.
func (d *document) cells() ([]string, error) {
	var out []string
	for {
		t, err := d.dec.Token()
		if err != nil {
			return nil, broke("deploy.sheet.unread", nil)
		}
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local != "table-cell" && e.Name.Local != "covered-table-cell" {
				continue
			}
			if times(e, "number-columns-spanned") > 1 || times(e, "number-rows-spanned") > 1 {
				at := len(out) + 1
				return nil, broke("deploy.sheet.merged", map[string]any{"Cells": cellName(at, d.count+1)})
			}
			text, err := d.text(e)
			if err != nil {
				return nil, err
			}
			for range min(times(e, "number-columns-repeated"), maxDocumentColumns-min(len(out), maxDocumentColumns)) {
				out = append(out, text)
			}
		case xml.EndElement:
			if e.Name.Local == "table-row" {
				for len(out) > 0 && out[len(out)-1] == "" {
					out = out[:len(out)-1]
				}
				return out, nil
			}
		}
	}
}

// text is what a cell holds: its date or number where it is one, else what it
// shows.
func (d *document) text(e xml.StartElement) (string, error) {
	exact := ""
	for _, a := range e.Attr {
		if a.Name.Local == "date-value" || a.Name.Local == "value" {
			exact, _, _ = strings.Cut(a.Value, "T")
		}
	}
	var shown strings.Builder
	for depth := 1; depth > 0; {
		t, err := d.dec.Token()
		if err != nil {
			return "", broke("deploy.sheet.unread", nil)
		}
		switch e := t.(type) {
		case xml.StartElement:
			if depth++; e.Name.Local == "p" && shown.Len() > 0 {
				shown.WriteByte('\n')
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			shown.Write(e)
		}
	}
	if exact != "" {
		return exact, nil
	}
	return strings.TrimSpace(shown.String()), nil
}

// times is the number of an attribute, 1 where it is none.
func times(e xml.StartElement, name string) int {
	for _, a := range e.Attr {
		if n, err := strconv.Atoi(a.Value); a.Name.Local == name && err == nil && n > 0 {
			return n
		}
	}
	return 1
}
