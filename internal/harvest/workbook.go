package harvest

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"stoa/internal/good"
)

// Bounds of a workbook, which is a zip file and may be a bomb.
const (
	maxWorkbook = 64 << 20  // bytes of the file
	maxUnzipped = 256 << 20 // bytes of all that is in it
	maxInMemory = 16 << 20  // bytes of one part; larger ones go to a temporary file
)

// workbook reads one sheet row by row. Formulas are not run: what counts is
// what the spreadsheet last showed for them.
type workbook struct {
	f     *excelize.File
	rows  *excelize.Rows
	count int
	// since1904 says that days are counted from 1904, as old Macintoshes did.
	since1904 bool
}

func openWorkbook(name, sheet string) (w *workbook, err error) {
	bad := broke("error.import.workbook", map[string]any{"Path": name})
	defer func() {
		if recover() != nil { // the library trusts what it reads more than we do
			w, err = nil, bad
		}
	}()
	info, err := os.Stat(name)
	if err != nil {
		return nil, notFound(name, err)
	}
	if info.Size() > maxWorkbook {
		return nil, broke("error.import.workbook-large", map[string]any{"Max": maxWorkbook >> 20})
	}
	if err := wellFormed(name); err != nil {
		return nil, err
	}
	f, err := excelize.OpenFile(name, excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxInMemory})
	if err != nil {
		return nil, bad
	}
	if sheet == "" {
		sheet = f.GetSheetName(0)
	}
	rows, err := f.Rows(sheet)
	if err != nil {
		return nil, errors.Join(broke("error.import.sheet", map[string]any{"Sheet": visible(sheet), "Sheets": strings.Join(f.GetSheetList(), ", ")}), f.Close())
	}
	w = &workbook{f: f, rows: rows}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		w.since1904 = *props.Date1904
	}
	return w, nil
}

// wellFormed makes sure that every sheet of a workbook is whole: the library
// takes one that is cut for one that ends.
func wellFormed(name string) error {
	z, err := zip.OpenReader(name)
	if err != nil {
		return broke("error.import.workbook", map[string]any{"Path": name})
	}
	defer z.Close()
	left := int64(maxUnzipped)
	for _, part := range z.File {
		if left -= int64(min(part.UncompressedSize64, maxUnzipped+1)); left < 0 {
			return broke("error.import.workbook-large", map[string]any{"Max": maxUnzipped >> 20})
		}
		if ok, _ := path.Match("xl/worksheets/*.xml", part.Name); !ok {
			continue
		}
		if err := wellFormedPart(part); err != nil {
			return &good.Error{Kind: good.Invalid, Key: "error.import.workbook", Args: map[string]any{"Path": name}, Err: err}
		}
	}
	return nil
}

func wellFormedPart(part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return err
	}
	dec := xml.NewDecoder(r)
	dec.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("not UTF-8") }
	for {
		_, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return r.Close()
		}
		if err != nil {
			return errors.Join(err, r.Close())
		}
	}
}

func (w *workbook) next() (r row, err error) {
	defer func() {
		if p := recover(); p != nil {
			r, err = row{}, broke("error.import.row", map[string]any{"Row": w.count})
		}
	}()
	if !w.rows.Next() {
		if err := w.rows.Error(); err != nil {
			return row{}, broke("error.import.row", map[string]any{"Row": w.count})
		}
		return row{}, io.EOF
	}
	w.count++
	cells, err := w.rows.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return row{}, fmt.Errorf("read row %d: %w", w.count, err)
	}
	return row{number: w.count, cells: cells}, nil
}

// day turns the number of a day, as a workbook keeps them, into that day.
func (w *workbook) day(cell string) string {
	n, err := strconv.ParseFloat(cell, 64)
	if err != nil || n < 1 || n > 2_958_465 { // up to the year 9999
		return cell
	}
	t, err := excelize.ExcelDateToTime(n, w.since1904)
	if err != nil {
		return cell
	}
	return t.Format(time.DateOnly)
}

func (w *workbook) close() error { return errors.Join(w.rows.Close(), w.f.Close()) }
