package harvest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/testkit"
)

// read returns every candidate of an input and the error that ended it.
func read(t testing.TB, path string, format harvest.Format) (all []harvest.Candidate, err error) {
	t.Helper()
	in, err := harvest.Open(path, format)
	if err != nil {
		return nil, err
	}
	for c, err := range in.Each {
		if err != nil {
			return all, err
		}
		all = append(all, c)
	}
	return all, nil
}

// Every fixture's candidates, as a whole: facts, repairs, reasons.
func TestCandidatesOfEveryFormat(t *testing.T) {
	for path, format := range map[string]harvest.Format{"dpgs-2026-01-31.json": harvest.DPGAv1, "index.json": harvest.DPGAHistory,
		"folders": harvest.DPGAFolders, "v0": harvest.DPGAv0, "catalogue": harvest.StoaCatalogue} {
		t.Run(string(format), func(t *testing.T) {
			found, err := harvest.Detect(filepath.Join("testdata", path))
			if err != nil || found != format {
				t.Fatalf("found %q, %v", found, err)
			}
			all, err := read(t, filepath.Join("testdata", path), "")
			if err != nil {
				t.Fatal(err)
			}
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
			testkit.Golden(t, string(format)+".txt", b.String())
		})
	}
}

func TestDaysAreFoundNotInvented(t *testing.T) {
	for path, want := range map[string]good.Date{"x/dpgs-2023-05-31.json": "2023-05-31", "registry-2026/dpgs.json": "", "2023-13-01.json": "",
		"a-2023-01-011.json": "", "20230131.json": ""} {
		if got := harvest.DayIn(path); got != want {
			t.Errorf("DayIn(%q) = %q, want %q", path, got, want)
		}
	}
}

// What strangers send that is not what it says ends in a clear error, or in one
// candidate a person must look at; what stood before it is read.
func TestBrokenInput(t *testing.T) {
	ok := `{"id":"1","dpgid":"G1","name":"One","stage":"DPG"}`
	deep := strings.Repeat("[", 200) + strings.Repeat("]", 200)
	for name, c := range map[string]struct {
		in   string
		key  string // of the error that ends it
		kept int    // candidates before
		held string // reason of the last candidate
	}{
		"empty":           {"", "error.import.empty", 0, ""},
		"white space":     {" \n\t", "error.import.empty", 0, ""},
		"only a mark":     {"\xEF\xBB\xBF", "error.import.empty", 0, ""},
		"marked":          {"\xEF\xBB\xBF[" + ok + "]", "", 1, ""},
		"no JSON":         {"<html>", "error.import.not-a-list", 0, ""},
		"an object":       {ok, "error.import.not-a-list", 0, ""},
		"cut":             {"[" + ok + `,{"id":"2","na`, "error.import.cut", 1, ""},
		"cut after comma": {"[" + ok + ",", "error.import.cut", 1, ""},
		"trailing":        {"[" + ok + "] and more", "error.import.trailing", 1, ""},
		"no comma":        {"[" + ok + ok + "]", "error.import.syntax", 1, ""},
		"deep":            {"[" + ok + `,{"id":` + deep + "}]", "error.import.deep", 1, ""},
		"large":           {"[" + ok + `,{"id":"` + strings.Repeat("x", harvest.MaxRecord+10) + `"}]`, "error.import.record-large", 1, ""},
		"invalid UTF-8":   {"[{\"id\":\"1\",\"name\":\"\xff\xfe\"}]", "", 1, "not-utf-8"},
		"key twice":       {`[{"id":"1","name":"a","name":"b"}]`, "", 1, "key-twice: name"},
		"escapes":         {`[{"id":"1","name":"\c"}]`, "", 1, "not-json"},
		"a number":        {`[17]`, "", 1, "not-an-object"},
		"null":            {`[null]`, "", 1, "not-an-object"},
		"no name":         {`[{"id":"1","name":" ","stage":"DPG"}]`, "", 1, "name-missing"},
		"no id":           {`[{"name":"One","stage":"DPG"}]`, "", 1, "id-missing"},
		"script":          {`[{"id":"1","name":"<script>alert(1)</script>","stage":"DPG"}]`, "", 1, "name-missing"},
		"licence":         {`[{"id":"1","name":"One","stage":"DPG","openlicenses":[{"openLicense":"Ours"}]}]`, "", 1, "licence-unknown: Ours"},
		"country":         {`[{"id":"1","name":"One","stage":"DPG","locations":{"deploymentCountries":["Narnia"]}}]`, "", 1, "country-unknown: Narnia"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "in.json")
			if err := os.WriteFile(path, []byte(c.in), 0o600); err != nil {
				t.Fatal(err)
			}
			all, err := read(t, path, harvest.DPGAv1)
			var e *good.Error
			if errors.As(err, &e); (e == nil) != (c.key == "") || e != nil && e.Key != c.key {
				t.Errorf("ended with %v, want %q", err, c.key)
			}
			if len(all) != c.kept {
				t.Fatalf("%d candidates, want %d", len(all), c.kept)
			}
			if c.held != "" {
				last := all[len(all)-1]
				if !last.Held || len(last.Reasons) == 0 || last.Reasons[0] != c.held {
					t.Errorf("held %v for %v, want %q", last.Held, last.Reasons, c.held)
				}
			}
		})
	}
}

// endless is a list of records that never fit into memory together.
type endless struct {
	left int
	rest []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.left == 0 {
			return 0, io.EOF
		}
		e.left--
		e.rest = []byte(`,{"id":"1","name":"x","padding":"` + strings.Repeat("y", 100_000) + `"}`)
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func TestLargeFilesNeedLittleMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large.json")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []io.Reader{strings.NewReader(`[{"id":"0","name":"first","stage":"DPG"}`), &endless{left: 600}, strings.NewReader("]")} {
		if _, err := io.Copy(f, part); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	in, err := harvest.Open(path, harvest.DPGAv1)
	if err != nil {
		t.Fatal(err)
	}
	var peak uint64
	n := 0
	for _, err := range in.Each {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%100 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
	}
	if n != 601 || peak > 24<<20 {
		t.Errorf("%d records of a 60 MB file held %d MB", n, peak>>20)
	}
}

func FuzzConnectors(f *testing.F) {
	for _, name := range []string{"dpgs-2026-01-31.json", "index.json", "v0/nominees/index.json", "catalogue/well.json"} {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`[[[[`))
	f.Add([]byte(`{"applications":[{"id":1}],"records_by_build":[{"date":"x"}]} x`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(dir, "in.json")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, format := range []harvest.Format{harvest.DPGAv1, harvest.DPGAv0, harvest.DPGAHistory, harvest.StoaCatalogue} {
			all, _ := read(t, path, format)
			for _, c := range all {
				if c.ForeignID == "" || c.Source == "" || (c.Facts.Name == "" && !c.Held) {
					t.Fatalf("%s made %+v", format, c)
				}
				if _, err := json.Marshal(c.Facts); err != nil {
					t.Fatal(err)
				}
			}
		}
		_, _ = harvest.Detect(path)
	})
}

func FuzzFolders(f *testing.F) {
	f.Add([]byte(`{"name":"x"}`))
	f.Add([]byte(`well.json`))
	f.Add([]byte(``))
	dir := f.TempDir()
	folders := []string{"nominees", "archive", "excluded-nominees", "screening", "applications"}
	for _, d := range folders {
		if err := os.Mkdir(filepath.Join(dir, d), 0o700); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, d := range folders {
			if err := os.WriteFile(filepath.Join(dir, d, "in.json"), raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, "excluded-nominees", "README.md"), raw, 0o600); err != nil {
			t.Fatal(err)
		}
		all, err := read(t, dir, harvest.DPGAFolders)
		if err != nil || len(all) != len(folders) {
			t.Fatalf("%d candidates, %v", len(all), err)
		}
	})
}
