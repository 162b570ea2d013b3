package harvest_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/testkit"
)

const plainMapping = `{source: {id: t, name: T}, id: id, columns: {name: name}}`

// table writes a table and its mapping next to each other.
func table(t testing.TB, mapping, name, content string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, name)
	stem := strings.TrimSuffix(path, filepath.Ext(name))
	for p, b := range map[string]string{path: content, stem + ".mapping.yml": mapping} {
		if err := os.WriteFile(p, []byte(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func shown(t testing.TB, all []harvest.Candidate) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	for _, c := range all {
		contacts := len(c.Contacts)
		c.Raw, c.Contacts = nil, nil
		if err := enc.Encode(c); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "private contacts: %d\n", contacts)
	}
	return b.String()
}

func TestATableBecomesCandidatesByItsMapping(t *testing.T) {
	path := filepath.Join("testdata", "table", "register-2026-02-01.csv")
	in, err := harvest.Open(path, "")
	if err != nil {
		t.Fatal(err)
	}
	want := good.Source{ID: "open-tools", Name: "Register of open tools", URL: "https://opentools.example/", Issuer: "Open Tools Council", Licence: "CC0-1.0", Priority: 35}
	if in.Format != harvest.Table || in.AsOf != "2026-02-01" || in.Complete || len(in.Sources) != 1 || !in.Sources[0].Same(want) {
		t.Errorf("%+v", in)
	}
	all, err := read(t, path, "")
	if err != nil {
		t.Fatal(err)
	}
	got := shown(t, all)
	testkit.Golden(t, "table.txt", got)
	for _, private := range []string{"mara.lindqvist", "Mara Lindqvist"} {
		if strings.Contains(got, private) {
			t.Errorf("%s is told", private)
		}
	}
}

// A workbook with the same cells says the same; a formula counts as what the
// spreadsheet last showed, and a day as a day.
func TestAWorkbookSaysWhatItsCellsShow(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	f.Sheet.Delete("xl/worksheets/sheet1.xml")
	f.Pkg.Store("xl/worksheets/sheet1.xml", []byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>name</v></c><c r="C1" t="str"><v>seen</v></c><c r="D1" t="str"><v>sdg</v></c></row>
<row r="2"><c r="A2"><v>1234567</v></c><c r="B2" t="inlineStr"><is><t>Well Map</t></is></c><c r="C2"><v>45689.75</v></c><c r="D2"><v>6</v></c></row>
<row r="5"><c r="A5" t="str"><v>b</v></c><c r="B5" t="str"><f>HYPERLINK("http://evil.example","run")</f><v>shown before</v></c><c r="C5" t="str"><v>2025-03-04</v></c></row>
<row r="6"><c r="A6" t="str"><v>c</v></c><c r="B6"><f>1+1</f></c></row>
<row r="7"><c r="A7" t="str"><v>d</v></c><c r="B7" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>
</sheetData></worksheet>`))
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	const m = `{source: {id: t, name: T}, id: ID, seen: {column: Seen}, columns: {Name: name, SDG: goals}}`
	all, err := read(t, table(t, m, "wells.xlsx", b.String()), "")
	if err != nil || len(all) != 4 {
		t.Fatal(err, all)
	}
	if c := all[0]; c.Held || c.ForeignID != "1234567" || c.Facts.Name != "Well Map" || c.Seen != "2025-02-01" || !cmp.Equal(c.Facts.Goals, []good.Goal{{SDG: 6}}) {
		t.Errorf("%+v", c)
	}
	if c := all[1]; c.ForeignID != "b" || c.Facts.Name != "shown before" || c.Seen != "2025-03-04" {
		t.Errorf("%+v", c)
	}
	for _, c := range all[2:] {
		if !c.Held || c.Facts.Name != "" || !slices.Contains(c.Reasons, "name-missing") {
			t.Errorf("%+v", c)
		}
	}
}

func TestTheSameTableHoweverItIsWritten(t *testing.T) {
	const m = `{source: {id: t, name: T}, id: id, separator: "|", columns: {name: name, countries: deployments, "licence; or, rule": licences}}`
	rows := [][]string{{"id", "name", "countries", "licence; or, rule"}, {"a", "Été, \"chaud\"; froid\tsec", "Kenya|Peru", "MIT"}}
	written := func(comma rune) string {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma = comma
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	utf16 := func(s string) string {
		b := []byte{0xFF, 0xFE}
		for _, r := range s { // all of it is in the basic plane
			b = append(b, byte(r), byte(r>>8))
		}
		return string(b)
	}
	latin1 := func(s string) string {
		var b []byte
		for _, r := range s {
			b = append(b, byte(r))
		}
		return string(b)
	}
	want := good.Facts{Name: "Été, \"chaud\"; froid sec", Deployments: []good.Deployment{{Country: "KE"}, {Country: "PE"}}, Licences: []good.Licence{{SPDX: "MIT"}}}
	for name, c := range map[string]struct{ m, content string }{
		"comma": {m, written(',')}, "semicolon": {m, written(';')}, "tab": {m, written('\t')},
		"byte order mark": {m, "\xEF\xBB\xBF" + written(',')}, "UTF-16": {m, utf16(written('\t'))},
		"line ends of Windows": {m, strings.ReplaceAll(written(';'), "\n", "\r\n")},
		"an old encoding":      {strings.Replace(m, "{source", "{encoding: windows-1252, source", 1), latin1(written(';'))},
	} {
		all, err := read(t, table(t, c.m, "t.csv", c.content), "")
		if err != nil || len(all) != 1 || all[0].Held {
			t.Errorf("%s: %v %+v", name, err, all)
			continue
		}
		if d := cmp.Diff(want, all[0].Facts); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// What is wrong with a mapping is said before a row is read.
func TestAMappingThatCannotBe(t *testing.T) {
	with := func(more string) string { return strings.Replace(plainMapping, "{source", "{"+more+", source", 1) }
	laughs := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'l'; c++ {
		laughs += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.Repeat("*"+string(c-1)+",", 9))
	}
	for name, c := range map[string]struct{ mapping, key string }{
		"empty":                  {"", "error.import.mapping"},
		"not YAML":               {"a: [", "error.import.mapping"},
		"a list":                 {"[]", "error.import.mapping"},
		"unknown key":            {with("colums: {}"), "error.import.mapping"},
		"key twice":              {with("id: a, id: b"), "error.import.mapping"},
		"laughs":                 {laughs, "error.import.mapping"},
		"deep":                   {strings.Repeat("[", 500), "error.import.mapping"},
		"large":                  {"# " + strings.Repeat("x", 300<<10), "error.import.mapping"},
		"wrong type":             {with("header: two"), "error.import.mapping"},
		"unknown key of a rule":  {strings.Replace(plainMapping, "name: name", "name: {field: name, colour: red}", 1), "error.import.mapping"},
		"unknown field":          {strings.Replace(plainMapping, "name: name", "name: title", 1), "error.import.mapping-value"},
		"no name":                {strings.Replace(plainMapping, "name: name", "name: aliases", 1), "error.import.mapping-value"},
		"no id":                  {strings.Replace(plainMapping, "id: id, ", "", 1), "error.import.mapping-value"},
		"a person's source":      {strings.Replace(plainMapping, "id: t,", "id: person,", 1), "error.import.mapping-value"},
		"another's source":       {strings.Replace(plainMapping, "id: t,", "id: dpga-v1,", 1), "error.import.mapping-value"},
		"above persons":          {strings.Replace(plainMapping, "id: t,", "id: t, priority: 99,", 1), "error.import.mapping-value"},
		"says it is a person":    {strings.Replace(plainMapping, "id: t,", "id: t, person: true,", 1), "error.import.mapping"},
		"no such day":            {with("seen: 2026-02-30"), "error.import.mapping-value"},
		"no such constant":       {with("constants: [{field: licences, value: Nonesuch}]"), "error.import.mapping-value"},
		"standing of nobody":     {with("constants: [{field: standing, value: recognised}]"), "error.import.mapping-value"},
		"no such encoding":       {with("encoding: klingon"), "error.import.mapping-value"},
		"columns that are not":   {strings.Replace(plainMapping, "name: name", "name: name, colour: kinds", 1), "error.import.columns-missing"},
		"a column that is twice": {strings.Replace(plainMapping, "name: name", "name: name, twin: kinds", 1), "error.import.columns-twice"},
	} {
		_, err := harvest.Open(table(t, c.mapping, "t.csv", "id,name,twin,Twin\n1,One,,\n"), "")
		var e *good.Error
		if !errors.As(err, &e) || e.Kind != good.Invalid || e.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	lonely := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(lonely, []byte("id,name\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var e *good.Error
	if _, err := harvest.Open(lonely, ""); !errors.As(err, &e) || e.Key != "error.import.mapping-missing" {
		t.Error(err)
	}
}

func TestABrokenTable(t *testing.T) {
	ok := "id,name\n1,One\n"
	zipped := func(change func(*excelize.File)) string {
		f := excelize.NewFile()
		defer f.Close()
		_ = f.SetSheetRow("Sheet1", "A1", &[]string{"id", "name"})
		_ = f.SetSheetRow("Sheet1", "A2", &[]string{"1", "One"})
		change(f)
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	whole := zipped(func(*excelize.File) {})
	cut := zipped(func(f *excelize.File) {
		f.Sheet.Delete("xl/worksheets/sheet1.xml")
		f.Pkg.Store("xl/worksheets/sheet1.xml", []byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c>`))
	})
	for name, c := range map[string]struct {
		content, key string
		before       int
	}{
		"nothing":         {"", "error.import.empty", 0},
		"one great quote": {ok + "2,\"" + strings.Repeat("x\n", 5<<20), "error.import.record-large", 1},
		"an open quote":   {ok + "2,\"Two\n3,Three\n", "error.import.quote-open", 1},
		"old workbook":    {"\xD0\xCF\x11\xE0 and so on", "error.import.workbook", 0},
		"half a workbook": {whole[:len(whole)/2], "error.import.workbook", 0},
		"half a sheet":    {cut, "error.import.workbook", 0},
	} {
		all, err := read(t, table(t, plainMapping, "t.csv", c.content), "")
		var e *good.Error
		if !errors.As(err, &e) || e.Kind != good.Invalid || e.Key != c.key || len(all) != c.before {
			t.Errorf("%s: %v, %d before", name, err, len(all))
		}
	}
	if all, err := read(t, table(t, plainMapping, "t.xlsx", whole), ""); err != nil || len(all) != 1 || all[0].Facts.Name != "One" {
		t.Errorf("the whole workbook: %v %+v", err, all)
	}
	if _, err := harvest.Open(table(t, "{sheet: Goods, "+plainMapping[1:], "t.xlsx", whole), ""); err == nil || !strings.Contains(err.Error(), "error.import.sheet") {
		t.Errorf("no such sheet: %v", err)
	}
	all, err := read(t, table(t, plainMapping, "t.csv", ok+"2,Caf\xe9\n3,\"T\"hree\n4,Four\n"), "")
	if err != nil || len(all) != 4 || all[1].Reasons[0] != "not-utf-8" || all[2].Reasons[0] != "row-broken" || !all[2].Held || all[3].Held {
		t.Errorf("%v %+v", err, all)
	}
}

// The example in the documentation is one that works.
func TestTheDocumentedTableIsRead(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", "importing.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string) string {
		m := regexp.MustCompile("(?s)```" + kind + "\n(.*?)```").FindSubmatch(doc)
		if m == nil {
			t.Fatalf("no %s in docs/importing.md", kind)
		}
		return string(m[1])
	}
	all, err := read(t, table(t, block("yaml"), "tools.csv", block("csv")), "")
	if err != nil || len(all) != 2 {
		t.Fatal(err, all)
	}
	want := []good.Facts{
		{Name: "Clinic Book", Aliases: []string{"ClinBook"}, Kinds: []good.Kind{good.Software}, Summary: good.Text{"en": "Keeps the records of small clinics."},
			Repositories: []good.Link{{URL: "https://git.example.org/clinicbook"}}, Licences: []good.Licence{{SPDX: "Apache-2.0"}}, Goals: []good.Goal{{SDG: 3}},
			Parties:     []good.Party{{Name: "Clinic Book Foundation", Website: "https://clinicbook.example.org", Role: good.Owner}},
			Deployments: []good.Deployment{{Country: "KE"}, {Country: "CI"}}, Standing: &good.Standing{State: good.Recognised, Issuer: "Open Tools Council"},
			Identifiers: map[string]string{"doi": "10.5555/clinic"}},
		{Name: "Rain Atlas", Kinds: []good.Kind{good.Data}, Summary: good.Text{"en": "Rainfall since 1950."}, Licences: []good.Licence{{SPDX: "CC-BY-4.0"}},
			Goals: []good.Goal{{SDG: 3}}, Deployments: []good.Deployment{{Country: "SN"}}, Standing: &good.Standing{State: good.Nominated, Issuer: "Open Tools Council"}},
	}
	for i, c := range all {
		if c.Held {
			t.Errorf("%v", c.Reasons)
		}
		if d := cmp.Diff(want[i], c.Facts, cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
	}
}

func FuzzTable(f *testing.F) {
	f.Add("id,name\n1,One\n", false)
	f.Add("id;name;x\n1;\"One\n\"\"two\"\"\";\n;;;;\n", true)
	f.Add("\xFF\xFEi\x00d\x00\t\x00n\x00a\x00m\x00e\x00", false)
	f.Add("id\tname\n\"\"\"1\"\t=1+1\n2\t\"", true)
	f.Add("PK\x03\x04", false)
	f.Fuzz(func(t *testing.T, content string, disarmed bool) {
		m := fmt.Sprintf("{disarmed: %v, %s", disarmed, plainMapping[1:])
		all, err := read(t, table(t, m, "t.csv", content), harvest.Table)
		if err != nil && good.KindOf(err) != good.Invalid {
			t.Fatalf("%v", err)
		}
		ids := map[string]bool{}
		for _, c := range all {
			if c.ForeignID == "" || !c.Held && (ids[c.ForeignID] || c.Facts.Name == "") {
				t.Fatalf("%+v", c)
			}
			ids[c.ForeignID] = true
		}
	})
}
