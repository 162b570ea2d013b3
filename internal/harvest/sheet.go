package harvest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"stoa/internal/good"
)

// SheetRow is a row of a spreadsheet that a person sent. Broken is the key of a
// sentence that says why it cannot be read, or "".
type SheetRow struct {
	Number int // from 1, as a spreadsheet counts
	Cells  []string
	Broken string
}

// Sheet is a spreadsheet that a person sent: the names in its first row, folded,
// and the rows below that are not empty.
type Sheet struct {
	Names []string
	Rows  []SheetRow
}

// ReadSheet reads the first sheet of a workbook (XLSX, ODS) or separated values,
// whatever the file is called, with up to most rows; more are an error, and so
// are cells that are merged. What formulas showed last is read, never run.
// columns are the names by which the separator is found; days names those whose
// cells are days.
func ReadSheet(raw []byte, columns, days []string, most int) (Sheet, error) {
	rows, err := sheetRows(raw, columns)
	if err != nil {
		return Sheet{}, err
	}
	defer rows.close()
	head, err := rows.next()
	if errors.Is(err, io.EOF) || err == nil && len(head.cells) == 0 {
		return Sheet{}, broke("deploy.sheet.empty", nil)
	}
	if err != nil {
		return Sheet{}, unread(err)
	}
	var out Sheet
	for _, name := range head.cells {
		out.Names = append(out.Names, folded(name))
	}
	for {
		r, err := rows.next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return Sheet{}, unread(err)
		}
		if !slices.ContainsFunc(r.cells, func(c string) bool { return c != "" }) && r.broken == "" {
			continue
		}
		if len(out.Rows) == most {
			return Sheet{}, broke("deploy.sheet.long", map[string]any{"Max": most})
		}
		out.Rows = append(out.Rows, sheetRow(r, rows, out.Names, days))
	}
}

// unread says that a file is broken, in words for whoever sent it.
func unread(err error) error {
	var e *good.Error
	if errors.As(err, &e) && !strings.HasPrefix(e.Key, "deploy.") {
		return &good.Error{Kind: good.Invalid, Key: "deploy.sheet.unread", Err: err}
	}
	return err
}

func sheetRow(r row, rows rowReader, names, days []string) SheetRow {
	out := SheetRow{Number: r.number, Cells: slices.Clone(r.cells)}
	switch {
	case r.broken != "":
		out.Broken = "deploy.sheet.quotes"
	case !validCells(r.cells):
		out.Broken, out.Cells = "deploy.sheet.encoding", nil
	}
	for i, c := range out.Cells {
		if i < len(names) && slices.Contains(days, names[i]) && len(c) != 4 { // four digits are a year
			out.Cells[i] = rows.day(c)
		}
	}
	return out
}

func sheetRows(raw []byte, columns []string) (rowReader, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")) && isDocument(raw):
		return openDocument(raw)
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")), bytes.HasPrefix(raw, []byte("\xD0\xCF\x11\xE0")):
		return openSent(raw)
	}
	m := &mapping{Header: 1, ID: columns[0], Columns: map[string]rules{}}
	for _, c := range columns {
		m.Columns[c] = rules{}
	}
	return newSeparated(bytes.NewReader(raw), m)
}

// openSent opens a workbook that a person sent, by way of a file that is gone
// once it is open.
func openSent(raw []byte) (rowReader, error) {
	f, err := os.CreateTemp("", "stoa-sheet-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(raw); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(raw, []byte("PK")) {
		return nil, broke("deploy.sheet.unread", nil)
	}
	w, err := openWorkbook(f.Name(), "")
	if err != nil {
		return nil, broke("deploy.sheet.unread", nil)
	}
	if at := mergedCells(w.f); at != "" {
		return nil, errors.Join(broke("deploy.sheet.merged", map[string]any{"Cells": at}), w.close())
	}
	return w, nil
}

// mergedCells names the first cells of a workbook's first sheet that are merged, or
// "".
func mergedCells(f *excelize.File) (at string) {
	defer func() {
		if recover() != nil { // the library trusts what it reads more than we do
			at = ""
		}
	}()
	list, err := f.GetMergeCells(f.GetSheetName(0), true)
	if err != nil || len(list) == 0 {
		return ""
	}
	return list[0].GetStartAxis() + ":" + list[0].GetEndAxis()
}

// cellName is what a spreadsheet calls a cell.
func cellName(column, row int) string {
	name := ""
	for n := column; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name + strconv.Itoa(row)
}
