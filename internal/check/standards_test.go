package check

import (
	"context"
	"strings"
	"testing"

	"stoa/internal/finding"
	"stoa/internal/good"
)

// TestALibraryAloneShowsNoStandard where it carries more than that one or serves
// other ends: the front page has to name it as well.
func TestALibraryAloneShowsNoStandard(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a library that carries it along":  {map[string]string{"README.md": "# Wells", "requirements.txt": "pygeometa\n"}, ""},
		"and the front page names it":      {map[string]string{"README.md": "# Wells\n\nRecords follow ISO 19115.", "requirements.txt": "pygeometa\n"}, "ISO 19115 metadata"},
		"the front page alone":             {map[string]string{"README.md": "# Wells\n\nRecords follow ISO 19115."}, ""},
		"what is to come":                  {map[string]string{"README.md": "# Wells\n\nUpcoming features include records by ISO 19115.", "requirements.txt": "pygeometa\n"}, ""},
		"an interface that is told of":     {map[string]string{"README.md": "# Wells\n\nOpen /docs for Swagger.", "requirements.txt": "fastapi\n"}, "OpenAPI"},
		"a name alone":                     {map[string]string{"README.md": "# DCAT\n\nA profile of DCAT."}, ""},
		"parts of an interface, described": {map[string]string{"README.md": "# Wells", "Pipfile": "[packages]\napispec = \"*\"\n"}, ""},
	} {
		var said []string
		for _, f := range Run(context.Background(), tree(c.files)).Of("standards.used") {
			if f.State == finding.Met {
				said = append(said, f.Values...)
			}
		}
		if got := strings.Join(said, " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestColumnsAreTold in what describes a table of CSV on the Web; and files of
// open forms elsewhere are not said to be missing.
func TestColumnsAreTold(t *testing.T) {
	data := tree(map[string]string{"README.md": "# Wells", "wells.csv": "a,b\n1,2\n", "wells.csv-metadata.json": `{"@context": "http://www.w3.org/ns/csvw", "tableSchema": {"columns": [{"titles": "a", "dc:description": "Depth in metres"}]}}`})
	data.Kinds = []good.Kind{good.Data}
	if f := of(t, Run(context.Background(), data), "docs.dictionary"); f.State != finding.Met {
		t.Errorf("%+v", f)
	}
	for name, want := range map[string]finding.State{"dist/wells/01.json": finding.NotObservable, "dist/wells/01.bin": finding.NotMet} {
		data = tree(map[string]string{"README.md": "# Wells", "sheets/wells.xls": "x", name: "{}"})
		data.Kinds = []good.Kind{good.Data}
		if f := of(t, Run(context.Background(), data), "data.formats"); f.State != want {
			t.Errorf("%s: %s", name, f.State)
		}
	}
}

// TestWhatComesAlongShowsNoStandard: a part that another needs, and a file that is
// only called like one of a standard.
func TestWhatComesAlongShowsNoStandard(t *testing.T) {
	frozen := "pyjwt==2.0\n"
	for i := range 60 {
		frozen += "part" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "==1.0\n"
	}
	environment := "name: wells\ndependencies:\n  - netcdf4=1.5=py36\n"
	for i := range 90 {
		environment += "  - part" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "=1.0=py36\n"
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"needed by another":      {map[string]string{"go.mod": "module wells\n\nrequire go.opentelemetry.io/auto/sdk v1.0.0 // indirect\n"}, ""},
		"needed by the good":     {map[string]string{"go.mod": "module wells\n\nrequire github.com/golang-jwt/jwt/v5 v5.0.0\n"}, "JSON Web Token"},
		"what watches it run":    {map[string]string{"package.json": `{"name": "wells", "dependencies": {"@opentelemetry/api": "1"}}`}, ""},
		"what tests its pages":   {map[string]string{"package.json": `{"name": "wells", "devDependencies": {"axe-core": "4"}}`}, ""},
		"a whole environment":    {map[string]string{"environment.yml": environment}, ""},
		"an environment's parts": {map[string]string{"environment.yml": "name: wells\ndependencies:\n  - netcdf4\n"}, "NetCDF"},
		"a list of all versions": {map[string]string{"requirements.txt": frozen}, ""},
		"a list of its own":      {map[string]string{"requirements.txt": "pyjwt==2.0\nother>=1\n"}, "JSON Web Token"},
		"settings of a server":   {map[string]string{"config/fhir-server.json": `{"port": 80}`}, ""},
		"a resource":             {map[string]string{"input/valueset-pumps.json": `{"resourceType": "ValueSet"}`}, "HL7 FHIR"},
		"a macro of a terminal":  {map[string]string{"tools/login.ttl": "connect 'host'\n"}, ""},
		"a server of pages":      {map[string]string{"requirements.txt": "fastapi\n"}, ""},
		"who logs in elsewhere":  {map[string]string{"package.json": `{"name": "wells", "dependencies": {"passport-oauth2": "1", "@simplewebauthn/browser": "1"}}`}, ""},
		"settings of a tool":     {map[string]string{".nuke/build.schema.json": `{"$schema": "http://json-schema.org/draft-04/schema#"}`, "static/defaults/pumps-schema.json": `{"$schema": "http://json-schema.org/draft-04/schema#"}`}, ""},
		"a schema":               {map[string]string{"schemas/well.schema.json": `{"$schema": "http://json-schema.org/draft-07/schema#"}`}, "JSON Schema"},
		"a schema of a tool":     {map[string]string{"src/FodyWeavers.xsd": "<xs:schema/>"}, ""},
		"carried, with citation": {map[string]string{"pumps/CITATION.cff": "cff-version: 1.2.0\n"}, ""},
		"triples":                {map[string]string{"wells.ttl": "@prefix w: <http://wells.example/> .\n"}, "RDF"},
	} {
		c.files["README.md"] = "# Wells"
		var said []string
		for _, f := range Run(context.Background(), tree(c.files)).Of("standards.used") {
			if f.State == finding.Met {
				said = append(said, f.Values...)
			}
		}
		if got := strings.Join(said, " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
