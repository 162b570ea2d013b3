package publiccode

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func fixture(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// lines are findings as the command line prints them.
func lines(found []Finding) []string {
	out := []string{}
	for _, f := range found {
		out = append(out, fmt.Sprintf("%d %s %s: %s", f.Line, f.Level, f.Key, f.Message))
	}
	return out
}

func TestFilesAsTheFormatWantsThemAreValid(t *testing.T) {
	for _, name := range []string{"full.yml", "smallest.yml"} {
		f, found := Check([]byte(fixture(t, name)))
		if diff := cmp.Diff([]string{}, lines(found)); diff != "" || f == nil {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAFileSaysWhatItSays(t *testing.T) {
	f, _ := Check([]byte(fixture(t, "full.yml")))
	ids, compound := f.Legal.Licences()
	if f.Name != "Harbour Ledger" || f.URL != "https://git.harbour.example/ledger/ledger.git" || len(ids) != 2 || !compound ||
		f.Description["sw"].LocalisedName != "Daftari ya Bandari" || f.Maintenance.Contacts[0].Email != "neema@lakes.example" ||
		f.Maintenance.Contractors[0].Name != "Quayside Software" || f.Organisation.Name != "Ministry of Lakes" ||
		!f.Localisation.Ready || len(f.Localisation.Languages) != 2 || f.ReleaseDate != "2026-03-17" || f.Supports[0].ID != "alias:gdpr" {
		t.Errorf("%+v", f)
	}
}

// edit replaces the line that begins with key by other lines.
func edit(t testing.TB, text, key, with string) string {
	t.Helper()
	out, found := "", false
	for line := range strings.Lines(text) {
		if !found && strings.HasPrefix(line, key) {
			found, line = true, with+"\n"
			if with == "" {
				line = ""
			}
		}
		out += line
	}
	if !found {
		t.Fatalf("no line begins with %q", key)
	}
	return out
}

// Each mistake is found where it is made: line, key, level.
func TestEachMistakeIsFoundAtItsKeyAndLine(t *testing.T) {
	long := strings.Repeat("x", 151)
	for _, c := range []struct{ key, with, want string }{
		{"name:", "", "1 error name: is mandatory"},
		{"name:", "name:", "2 error name: is mandatory"},
		{"name:", `name: " "`, "2 error name: must not be empty"},
		{"name:", "name: [a]", "2 error name: must be a text, not a list"},
		{"name:", "name: 12", "2 warning name: is a text: put it in quotes"},
		{"name:", "name: a\nname: b", "3 error name: the key was given before, in line 2"},
		{"name:", "name: a\nnaame: b", "3 warning naame: the format does not know this key"},
		{"url:", "url: git.example/x", "3 error url: must be an address with its scheme, such as https://"},
		{"url:", "url: git@git.example:a/b.git", "3 error url: must be an address with its scheme, such as https://"},
		{"platforms:", "platforms: web", "4 error platforms: must be a list, not a text"},
		{"platforms:", "platforms: []", "4 error platforms: must have at least one entry"},
		{"developmentStatus:", "developmentStatus: done", "5 error developmentStatus: must be one of concept, development, beta, stable, obsolete"},
		{"softwareType:", "softwareType: standalone", "6 error softwareType: must be one of standalone/mobile, standalone/iot, standalone/desktop, standalone/web, standalone/backend, standalone/other, addon, library, configurationFiles"},
		{"  en:", "  english:", "8 error description.english: the key must be a language tag of BCP 47, such as en or pt-BR"},
		{"    shortDescription:", "    shortDescription: " + long, "9 error description.en.shortDescription: must have at most 150 characters, has 151"},
		{"    features:", "    features:", "14 error description.en.features: is mandatory"},
		{"    features:", "    features: [a]\n    genericName: a", "15 warning description.en.genericName: is deprecated: it can be dropped"},
		{"    features:", "    features: [a]\n    videos: [https://films.example/1]", "15 error description.en.videos[0]: must be at a place that supports oEmbed (https://oembed.com)"},
		{"    features:", "    features: [a]\n    screenshots: [a.png, /b.png]", "15 error description.en.screenshots[1]: must be relative to the repository, or an http(s) address; it begins at the root of a disk"},
		{"  license:", "  license: Apache 2", "16 error legal.license: must be an SPDX licence expression, such as EUPL-1.2 OR MIT (https://spdx.org/licenses)"},
		{"  license:", "  license: MIT\n  repoOwner: a", "17 warning legal.repoOwner: is deprecated: use `organisation.name`"},
		{"  type:", "  type: community", "17 error maintenance.contacts: is mandatory when maintenance.type is internal or community"},
		{"  type:", "  type: contract", "17 error maintenance.contractors: is mandatory when maintenance.type is contract"},
		{"  type:", "  type: none\n  contractors: [{name: a, until: \"2027-01-01\"}]", "19 error maintenance.contractors: must not be there unless maintenance.type is contract"},
		{"  type:", "  type: internal\n  contacts: [{name: a, email: a.example}]", "19 error maintenance.contacts[0].email: must be an e-mail address"},
		{"  type:", "  type: contract\n  contractors: [{name: a, until: 31/12/2027}]", "19 error maintenance.contractors[0].until: must be a date, YYYY-MM-DD"},
		{"  localisationReady:", "  localisationReady: yes", "20 error localisation.localisationReady: must be true or false, not a text"},
		{"  availableLanguages:", "  availableLanguages: [en_GB]", "21 error localisation.availableLanguages[0]: must be a language tag of BCP 47, such as en or pt-BR"},
		{"localisation:", "categories: [ships]\nlocalisation:", "19 error categories[0]: must be in the list of the format"},
		{"localisation:", "releaseDate: 2026-02-30\nlocalisation:", "19 error releaseDate: must be a date, YYYY-MM-DD"},
		{"localisation:", "isBasedOn: [a]\nlocalisation:", "19 error isBasedOn[0]: must be an address with its scheme, such as https://"},
		{"localisation:", "isBasedOn: {a: b}\nlocalisation:", "19 error isBasedOn: must be a text or a list of texts"},
		{"localisation:", "logo: a.gif\nlocalisation:", "19 error logo: must be an SVG, SVGZ or PNG file"},
		{"localisation:", "intendedAudience: {countries: [TZ, ke]}\nlocalisation:", "19 warning intendedAudience.countries[1]: country codes in small letters are deprecated; write KE"},
		{"localisation:", "intendedAudience: {countries: [Ke]}\nlocalisation:", "19 error intendedAudience.countries[0]: must be a country code of ISO 3166-1 alpha-2, such as KE"},
		{"localisation:", "intendedAudience: {scope: [fish]}\nlocalisation:", "19 error intendedAudience.scope[0]: must be in the list of the format"},
		{"localisation:", "supports: [{id: \"alias:none\"}]\nlocalisation:", "19 error supports[0].id: is no alias of the format's list"},
		{"localisation:", "organisation: {uri: lakes}\nlocalisation:", "19 error organisation.uri: must be a URI: an address, or a URN such as urn:x-example:name"},
		{"localisation:", "inputTypes: [text]\nlocalisation:", "19 error inputTypes[0]: must be a media type, such as text/plain"},
		{"localisation:", "dependsOn: {open: [{name: a, optional: maybe}]}\nlocalisation:", "19 error dependsOn.open[0].optional: must be true or false, not a text"},
		{"localisation:", "it: {countryExtensionVersion: \"1.0\"}\nlocalisation:", "19 warning it: is deprecated: country sections go, and their codes are in capitals"},
		{"publiccodeYmlVersion:", `publiccodeYmlVersion: 0.7`, "1 error publiccodeYmlVersion: must be a text: put the version in quotes, as \"0.7\""},
		{"publiccodeYmlVersion:", `publiccodeYmlVersion: "0.8"`, "1 error publiccodeYmlVersion: must be a version from 0.2 to 0.7"},
		{"publiccodeYmlVersion:", "", "1 error publiccodeYmlVersion: is mandatory"},
	} {
		_, found := Check([]byte(edit(t, fixture(t, "smallest.yml"), c.key, c.with)))
		got := lines(found)
		if strings.HasPrefix(c.with, "inputTypes") {
			got = got[1:] // it is deprecated as well
		}
		if len(got) == 0 || got[0] != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.with, strings.Join(got, "\n     "), c.want)
		}
	}
}

func TestTheVersionAFileIsOfMatters(t *testing.T) {
	of := func(version, more string) string {
		return edit(t, fixture(t, "smallest.yml"), "publiccodeYmlVersion:", `publiccodeYmlVersion: "`+version+`"`) + more
	}
	for version, want := range map[string][]string{
		"0": nil, "0.7.0": nil, "0.6": {"is not the latest"}, "0.5": {"is not the latest"},
		"0.4":   {"is not the latest", "categories: is mandatory before 0.5"},
		"0.3.0": {"is not the latest", "categories: is mandatory before 0.5", "releaseDate: is mandatory before 0.4"},
		"0.2.2": {"is not the latest", "categories: is mandatory before 0.5", "releaseDate: is mandatory before 0.4", "genericName: is mandatory in 0.2", "at least 500 characters in 0.2"},
	} {
		_, found := Check([]byte(of(version, "")))
		got := strings.Join(lines(found), "\n")
		if len(found) != len(want) || !Valid(found) {
			t.Errorf("%s: %s", version, got)
		}
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: nothing says %q:\n%s", version, w, got)
			}
		}
	}
	_, found := Check([]byte(of("0.4", "supports: [{id: \"alias:gdpr\"}]\ncategories: [other, design]\n")))
	got := strings.Join(lines(found), "\n")
	if !strings.Contains(got, "supports: is known from 0.7 on") || !strings.Contains(got, "categories[0]: is a category from 0.5 on") || strings.Contains(got, "categories[1]") {
		t.Error(got)
	}
}

func TestCharactersAreCountedAsReadersDo(t *testing.T) {
	family := "👩‍👩‍👧‍👦" // one character of seven code points
	_, found := Check([]byte(edit(t, fixture(t, "smallest.yml"), "    shortDescription:", "    shortDescription: "+strings.Repeat(family, 150))))
	if len(found) != 0 {
		t.Error(lines(found))
	}
}

// A wrong value is never handed on, what is right beside it is.
func TestWrongValuesAreNotHandedOn(t *testing.T) {
	text := edit(t, fixture(t, "full.yml"), "landingURL:", "landingURL: javascript:alert(1)")
	text = edit(t, text, "categories:", "categories: [accounting, ships]")
	text = edit(t, text, "  license:", "  license: mine")
	f, found := Check([]byte(text))
	if Valid(found) || f.LandingURL != "" || f.Legal.Licence != "" || f.Categories[0] != "accounting" || f.Categories[1] != "" || f.Name != "Harbour Ledger" {
		t.Errorf("%+v", f)
	}
}
