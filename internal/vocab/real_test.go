package vocab

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stoa/internal/testkit"
)

// notCountries are texts in the country fields of the real data that name no
// country: a continent, the good itself, pieces that a comma cut off (harvest
// puts those back together first), a paragraph.
var notCountries = []string{"Africa", "ODK", " British"}

// notLicences are texts in licence fields that are no licence.
var notLicences []string

func TestEverySpellingOfTheRealDataIsFound(t *testing.T) {
	root := filepath.Join(testkit.RealData(t), "dpga")
	seen := map[string]map[string]bool{"country": {}, "licence": {}, "sdg": {}, "sector": {}}
	sort := map[string]string{"deploymentCountries": "country", "developmentCountries": "country", "spdx": "licence", "openLicense": "licence",
		"SDGNumber": "sdg", "sdg": "sdg", "sectors": "sector"}
	var walk func(key string, v any)
	walk = func(key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				walk(k, x)
			}
		case []any:
			for _, x := range v {
				walk(key, x)
			}
		case string, float64:
			if s := fmt.Sprint(v); sort[key] != "" && strings.TrimSpace(s) != "" {
				seen[sort[key]][s] = true
			}
		}
	}
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".json" || strings.Contains(path, "/schemas/") {
			return err
		}
		data, err := os.ReadFile(path)
		var v any
		if err != nil || json.Unmarshal(data, &v) != nil { // some files are broken on purpose
			return err
		}
		files++
		walk("", v)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for s := range seen["country"] {
		_, ok := FindCountry(s)
		if want := !slices.Contains(notCountries, s) && len(s) <= maxSpelling; ok != want {
			t.Errorf("country %q: found is %v", s, ok)
		}
	}
	for s := range seen["licence"] {
		if _, ok := FindLicence(s); ok == slices.Contains(notLicences, s) {
			t.Errorf("licence %q: found is %v", s, ok)
		}
	}
	for s := range seen["sdg"] {
		if _, ok := FindSDG(s); !ok {
			t.Errorf("goal %q is not found", s)
		}
	}
	for s := range seen["sector"] {
		if _, ok := FindSector(s); !ok {
			t.Errorf("sector %q is not found", s)
		}
	}
	t.Logf("%d files: %d spellings of countries, %d of licences, %d of goals, %d of sectors", files,
		len(seen["country"]), len(seen["licence"]), len(seen["sdg"]), len(seen["sector"]))
}

func TestEverySectorOfTheRealSchemaIsFound(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(testkit.RealData(t), "dpga", "schemas", "nominee-schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties struct {
			Sectors struct{ Items struct{ Enum []string } }
		}
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	for _, s := range schema.Properties.Sectors.Items.Enum {
		if _, ok := FindSector(s); !ok {
			t.Errorf("sector %q is not found", s)
		}
	}
	if len(schema.Properties.Sectors.Items.Enum) == 0 {
		t.Error("the schema names no sectors")
	}
}
