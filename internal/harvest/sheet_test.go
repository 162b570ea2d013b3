package harvest

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"stoa/internal/good"
)

var sheetNames = []string{"good", "organisation", "country", "since"}

func read(t *testing.T, raw []byte) (Sheet, error) {
	t.Helper()
	return ReadSheet(raw, sheetNames, []string{"since"}, 100)
}

// xlsx is a workbook of one row, with what change does to it.
func xlsx(t testing.TB, change func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for cell, v := range map[string]any{"A1": "Good", "B1": "Organisation", "C1": "Country", "D1": "Since", "A2": "dhis2", "B2": "Ministry of Health", "C2": "KE", "D2": 45413, "A4": "opencrvs"} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	change(f)
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ods is an OpenDocument spreadsheet with rows as XML.
func ods(t testing.TB, rows string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range []struct{ name, text string }{{"mimetype", documentMedia}, {"content.xml", `<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="One">` + rows + `</table:table></office:spreadsheet></office:body></office:document-content>`}} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Store})
		if err == nil {
			_, err = w.Write([]byte(part.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const odsHead = `<table:table-row><table:table-cell><text:p>good</text:p></table:table-cell><table:table-cell><text:p>organisation</text:p></table:table-cell><table:table-cell><text:p>country</text:p></table:table-cell><table:table-cell><text:p>since</text:p></table:table-cell></table:table-row>`

func TestSpreadsheetsOfEachKindAreRead(t *testing.T) {
	utf16 := []byte{0xff, 0xfe}
	for _, r := range "good;organisation;country\ndhis2;Ministère;KE\n" {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	for name, raw := range map[string][]byte{
		"xlsx":        xlsx(t, func(*excelize.File) {}),
		"ods":         ods(t, odsHead+`<table:table-row><table:table-cell><text:p>dhis2</text:p></table:table-cell><table:table-cell><text:p>Ministry of Health</text:p></table:table-cell><table:table-cell><text:p>KE</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-05-01T00:00:00"><text:p>01.05.24</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`),
		"commas":      []byte("good,organisation,country,since\ndhis2,Ministry of Health,KE,2024-05-01\n"),
		"semicolons":  []byte("Good;Organisation;Country;Since\r\ndhis2;Ministry of Health;KE;2024-05-01\r\n"),
		"tabs, bom":   []byte("\ufeffgood\torganisation\tcountry\tsince\ndhis2\tMinistry of Health\tKE\t2024-05-01\n"),
		"utf-16":      utf16,
		"a year only": []byte("good,organisation,country,since\ndhis2,x,KE,2024\n"),
	} {
		s, err := read(t, raw)
		if err != nil || len(s.Rows) == 0 || s.Rows[0].Cells[0] != "dhis2" || s.Rows[0].Number != 2 || s.Names[1] != "organisation" || s.Rows[0].Broken != "" {
			t.Errorf("%s: %+v %v", name, s, err)
			continue
		}
		if c := s.Rows[0].Cells; len(c) > 3 && c[3] != "2024-05-01" && c[3] != "2024" {
			t.Errorf("%s: the day is %q", name, c[3])
		}
	}
	s, err := read(t, xlsx(t, func(*excelize.File) {}))
	if err != nil || len(s.Rows) != 2 || s.Rows[1].Number != 4 {
		t.Errorf("an empty row counts: %+v %v", s.Rows, err)
	}
}

func TestSpreadsheetsThatCannotBeReadSayWhy(t *testing.T) {
	ok := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for want, raw := range map[string][]byte{
		"deploy.sheet.merged B2:C3": xlsx(t, func(f *excelize.File) { ok(f.MergeCell("Sheet1", "B2", "C3")) }),
		"deploy.sheet.merged A2":    ods(t, odsHead+`<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>dhis2</text:p></table:table-cell></table:table-row>`),
		"deploy.sheet.long":         []byte("good,organisation,country\n" + strings.Repeat("dhis2,x,KE\n", 1_000_000)),
		"deploy.sheet.empty":        {},
		"deploy.sheet.unread":       []byte("PK\x03\x04 no workbook"),
	} {
		key, cells, _ := strings.Cut(want, " ")
		_, err := read(t, raw)
		var e *good.Error
		if !errors.As(err, &e) || e.Key != key || cells != "" && e.Args["Cells"] != cells {
			t.Errorf("%s: %v", want, err)
		}
	}
	s, err := read(t, []byte("good,organisation,country\ndhis2,Minist\xe8re,KE\nopencrvs,\"x,KE\nopencrvs,y,KE\n"))
	if err == nil {
		t.Errorf("a quote that never closes: %+v", s)
	}
	s, err = read(t, []byte("good,organisation,country\ndhis2,Minist\xe8re,KE\nopencrvs,y,KE\n"))
	if err != nil || len(s.Rows) != 2 || s.Rows[0].Broken != "deploy.sheet.encoding" || s.Rows[1].Broken != "" {
		t.Errorf("another encoding: %+v %v", s.Rows, err)
	}
	// What a formula showed last is read; it is not run.
	s, err = read(t, xlsx(t, func(f *excelize.File) { ok(f.SetCellFormula("Sheet1", "B2", `HYPERLINK("http://evil.example","x")`)) }))
	if err != nil || strings.Contains(strings.Join(s.Rows[0].Cells, " "), "evil") {
		t.Errorf("a formula is run: %+v %v", s.Rows, err)
	}
}

func FuzzReadSheet(f *testing.F) {
	f.Add([]byte("good,organisation,country\ndhis2,x,KE\n"))
	f.Add(xlsx(f, func(*excelize.File) {}))
	f.Add(ods(f, odsHead))
	f.Add([]byte("\xD0\xCF\x11\xE0"))
	f.Add([]byte("good;\"a\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := ReadSheet(raw, sheetNames, []string{"since"}, 50)
		if err == nil && len(s.Rows) > 50 {
			t.Errorf("%d rows", len(s.Rows))
		}
		for _, r := range s.Rows {
			if r.Broken == "" && !validCells(r.Cells) {
				t.Errorf("row %d holds no text", r.Number)
			}
		}
	})
}
