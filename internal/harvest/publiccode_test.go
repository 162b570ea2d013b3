package harvest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/testkit"
)

func TestPubliccodeFilesBecomeCandidates(t *testing.T) {
	all, err := read(t, "testdata/publiccode", "")
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
	testkit.Golden(t, "publiccode.txt", b.String())
}

// What a file says of people reaches the private contacts and nothing else.
func TestPeopleOfAPubliccodeStayPrivate(t *testing.T) {
	all, err := read(t, "testdata/publiccode", harvest.Publiccode)
	if err != nil {
		t.Fatal(err)
	}
	contacts := 0
	for _, c := range all {
		for _, p := range c.Contacts {
			if p.ForeignID != c.ForeignID || p.Source != "publiccode" {
				t.Errorf("a contact of nobody: %+v", p)
			}
		}
		contacts += len(c.Contacts)
		c.Contacts, c.Raw = nil, nil
		public, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, person := range []string{"Neema", "neema@", "Upendo", "Amani", "amani@", "office@", "+255"} {
			if strings.Contains(string(public), person) {
				t.Errorf("%s shows %s: %s", c.ForeignID, person, public)
			}
		}
	}
	if contacts < 5 {
		t.Errorf("only %d contacts were kept", contacts)
	}
}

func TestAPubliccodeIsFoundWhereverItIs(t *testing.T) {
	dir := t.TempDir()
	small, err := os.ReadFile("testdata/publiccode/rain/publiccode.yaml")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, text := range map[string]string{"download.json": string(small), "quoted.txt": `{"publiccodeYmlVersion": "0.7"}`,
		"bom.yml": "\xEF\xBB\xBF" + string(small), "a/publiccode.yml": "name: x"} {
		if format, err := harvest.Detect(write(name, text)); format != harvest.Publiccode {
			t.Errorf("%s: %q, %v", name, format, err)
		}
	}
	write("deep/er/Publiccode.YML", string(small))
	write("deep/.git/publiccode.yml", string(small))
	write("deep/node_modules/x/publiccode.yml", string(small))
	if err := os.Symlink(filepath.Join(dir, "a", "publiccode.yml"), filepath.Join(dir, "deep", "publiccode.yml")); err != nil {
		t.Fatal(err)
	}
	all, err := read(t, filepath.Join(dir, "deep"), "")
	if err != nil || len(all) != 1 || all[0].Held || all[0].ForeignID != "git.weather.example/rain/gauge" {
		t.Errorf("%v: %+v", err, all)
	}
	if err := os.MkdirAll(filepath.Join(dir, "none"), 0o700); err != nil {
		t.Fatal(err)
	}
	var e *good.Error
	if _, err := harvest.Open(filepath.Join(dir, "none"), harvest.Publiccode); !errors.As(err, &e) || e.Kind != good.Invalid {
		t.Errorf("a folder without one: %v", err)
	}
}

func FuzzPubliccode(f *testing.F) {
	for _, name := range []string{"ledger/publiccode.yml", "odd/publiccode.yml", "torn/publiccode.yml"} {
		raw, err := os.ReadFile("testdata/publiccode/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	file := filepath.Join(f.TempDir(), "publiccode.yml")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		all, err := read(t, file, "")
		if err != nil || len(all) != 1 {
			t.Fatalf("%d candidates, %v", len(all), err)
		}
		c := all[0]
		if c.ForeignID == "" || !c.Held && (c.Facts.Name == "" || len(c.Facts.Kinds) != 1) {
			t.Fatalf("%+v", c)
		}
		if c.Facts.Website != "" && !good.WebAddress(c.Facts.Website) || slices.Contains(c.Facts.Languages, "") {
			t.Fatalf("%+v", c.Facts)
		}
	})
}
