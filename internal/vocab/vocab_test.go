package vocab

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"stoa/internal/good"
)

func TestCountriesAreAllOfISO3166(t *testing.T) {
	list := Countries()
	if len(list) != 249 {
		t.Fatalf("%d countries, want the 249 of ISO 3166-1", len(list))
	}
	regions := map[string]int{}
	for _, c := range list {
		if len(c.Alpha2) != 2 || len(c.Alpha3) != 3 || len(c.Numeric) != 3 || c.Name == "" || c.Region == "" || c.Subregion == "" {
			t.Errorf("incomplete: %+v", c)
		}
		regions[c.Region]++
		for _, spelling := range []string{c.Name, c.Alpha2, c.Alpha3, strings.ToUpper(c.Name), "the " + c.Name, " " + c.Name + " "} {
			if got, ok := FindCountry(spelling); (!ok || got != c) && spelling != "NA" {
				t.Errorf("FindCountry(%q) = %q", spelling, got.Alpha2)
			}
		}
		if got, ok := CountryByCode(c.Alpha2); !ok || got != c {
			t.Errorf("CountryByCode(%q) = %v", c.Alpha2, got)
		}
	}
	for region, want := range map[string]int{"Africa": 60, "Americas": 57, "Asia": 51, "Europe": 51, "Oceania": 29, "Antarctica": 1} {
		if regions[region] != want {
			t.Errorf("%d countries in %s, want %d", regions[region], region, want)
		}
	}
}

func TestFindCountry(t *testing.T) {
	for spelling, want := range map[string]string{
		`"Eswatini (fmr. ""Swaziland"")"`: "SZ", "Eswatini (fmr. 'Swaziland')": "SZ", "eSwatini (former Swaziland)": "SZ",
		"Côte d": "CI", "Cote D'Ivoire": "CI", "CÔTE D’IVOIRE": "CI", "Ivory Coast": "CI",
		"Congo (Congo-Brazzaville)": "CG", "Congo": "CG", "Congo (the Democratic Republic of the Congo)": "CD", "Dem. Rep. Congo": "CD",
		"Congo (Kinshasa)": "CD", "Congo, The Democratic Republic of the": "CD", "DR Congo": "CD", "République démocratique du Congo": "CD",
		"Myanmar (formerly Burma)": "MM", "Palestine State": "PS", "State of Palestine": "PS", "Scotland": "GB", "London": "GB",
		"Holy See": "VA", "Laos": "LA", "Turkey": "TR", "Türkiye": "TR", "Turquie": "TR", "Kyrgyztan": "KG", "VietNam": "VN",
		"Korea (the Republic of Korea)": "KR", "Korea, Republic of": "KR", "Korea (Dem. People's Rep.)": "KP", "Korea": "",
		"Virgin Islands, British": "VG", "Virgin Islands (U.S.)": "VI", "Virgin Islands, U.S.": "VI", " British": "", "U.S.": "US", "u.s.a.": "US",
		"Saint Vincent and The Grenadines": "VC", "St. Kitts & Nevis": "KN", "Sao Tome": "ST", "São Tomé e Príncipe": "ST",
		"Micronesia": "FM", "Macedonia": "MK", "Guinea Bissau": "GW", "The Gambia": "GM", "Somaliland": "SO", "Zanzibar": "TZ",
		"Kosovo": "XK", "Россия": "RU", "中国": "CN", "مصر": "EG", "Côte d’Ivoire": "CI", "Iran (Islamic Rep.)": "IR", "Curacao": "CW", "Reunion": "RE", "ke": "KE",
		"Africa": "", "ODK": "", "NA": "", "N/A": "", "no": "", "No": "", "NO": "NO", "NAM": "NA", "and": "", " ken ": "KE", "none": "", "": "", "()": "", "(Kenya)": "KE", "Sudan (South)": "SS", "Atlantis": "", strings.Repeat("Kenya ", 1000): "", "\xff\xfe": "",
	} {
		c, ok := FindCountry(spelling)
		if c.Alpha2 != want || ok != (want != "") {
			t.Errorf("FindCountry(%q) = %q, want %q", spelling, c.Alpha2, want)
		}
	}
}

func TestEveryCountrySpellingMeansOneCountry(t *testing.T) {
	owner := map[string]string{}
	for f := range rows(countrySpellingsTSV) {
		if _, ok := CountryByCode(f[0]); !ok {
			t.Errorf("%q is not a country code", f[0])
		}
		for _, s := range f[1:] {
			k := fold(s)
			if k == "" {
				t.Errorf("%s: %q folds to nothing", f[0], s)
			}
			if owner[k] != "" && owner[k] != f[0] {
				t.Errorf("%q is said of %s and of %s", s, owner[k], f[0])
			}
			owner[k] = f[0]
			if c, _ := FindCountry(s); c.Alpha2 != f[0] {
				t.Errorf("FindCountry(%q) = %s, want %s", s, c.Alpha2, f[0])
			}
		}
	}
}

func TestFindLicence(t *testing.T) {
	for spelling, want := range map[string]string{
		"MIT": "MIT", "mit": "MIT", "MIT License": "MIT", "The MIT License (MIT)": "MIT", "MIT Licence": "MIT", "Expat": "MIT",
		"GPL-3.0": "GPL-3.0-only", "AGPL-3.0": "AGPL-3.0-only", "gpl-3.0": "GPL-3.0-only", "GPLv3": "GPL-3.0-only", "GNU GPL v3": "GPL-3.0-only",
		"GPL-3.0+": "GPL-3.0-or-later", "GPLv3+": "GPL-3.0-or-later", "GPL v2 or later": "GPL-2.0-or-later", "GNU General Public License v3.0 or later": "GPL-3.0-or-later",
		"GNU Affero General Public License v3.0": "AGPL-3.0-only", "GNU Lesser General Public License version 2.1": "LGPL-2.1-only", "LGPL-3.0": "LGPL-3.0-only",
		"OdbL-1.0": "ODbL-1.0", "Open Database License": "ODbL-1.0", "Apache 2.0": "Apache-2.0", "Apache-2": "Apache-2.0", "Apache License, Version 2.0": "Apache-2.0",
		"CC BY 4.0": "CC-BY-4.0", "cc-by-4.0": "CC-BY-4.0", "Creative Commons Attribution 4.0 International": "CC-BY-4.0",
		"CC BY-NC-SA 4.0": "CC-BY-NC-SA-4.0", "Creative Commons Attribution-NonCommercial-ShareAlike 3.0": "CC-BY-NC-SA-3.0", "CC0": "CC0-1.0", "CC0 1.0 Universal": "CC0-1.0",
		"CC-BY-SA-3.0-US": "CC-BY-SA-3.0", "BSD 3-Clause": "BSD-3-Clause", "New BSD License": "BSD-3-Clause", "BSD-2-Clause-FreeBSD": "BSD-2-Clause-Views",
		"wxWindows": "LGPL-2.0-or-later WITH WxWindows-exception-3.1", "Mozilla Public License 2.0": "MPL-2.0", "EUPL-1.2": "EUPL-1.2", "European Union Public License 1.2": "EUPL-1.2",
		"https://creativecommons.org/licenses/by-sa/4.0/": "CC-BY-SA-4.0", "http://creativecommons.org/licenses/by/3.0/igo/": "CC-BY-3.0-IGO",
		"https://creativecommons.org/publicdomain/zero/1.0/deed.en": "CC0-1.0", "https://creativecommons.org/licenses/by/4.0/deed.fr": "CC-BY-4.0",
		"https://opensource.org/licenses/MIT": "MIT", "https://www.gnu.org/licenses/agpl-3.0.en.html": "AGPL-3.0-only",
		"http://www.apache.org/licenses/LICENSE-2.0": "Apache-2.0", "https://spdx.org/licenses/0BSD.html": "0BSD",
		"CC BY": "", "GPL": "", "BSD": "", "Public domain": "", "proprietary": "", "": "", "license": "", "Net-SNMP": "", "MIT or GPL": "", strings.Repeat("MIT ", 100): "",
	} {
		id, ok := FindLicence(spelling)
		if id != want || ok != (want != "") {
			t.Errorf("FindLicence(%q) = %q, want %q", spelling, id, want)
		}
	}
}

func TestEveryLicenceIsFoundByIdentifierAndName(t *testing.T) {
	classes := []string{"permissive", "weak-copyleft", "strong-copyleft", "network-copyleft", "public-domain", "share-alike", "attribution", "non-commercial", "no-derivatives", "other"}
	current := 0
	for _, l := range Licences() {
		if !slices.Contains(classes, l.Class) || l.Name == "" || !strings.HasPrefix(l.URL, "https://") {
			t.Errorf("incomplete: %+v", l)
		}
		if len(l.AcceptedFor) > 0 && (l.Deprecated || l.Class == "other" || l.Class == "no-derivatives") {
			t.Errorf("%s is accepted though it is deprecated or of class %s", l.ID, l.Class)
		}
		id, ok := FindLicence(l.ID)
		if !ok && l.ID != "Net-SNMP" {
			t.Errorf("%s is not found", l.ID)
		}
		if got, known := LicenceByID(id); ok && (!known || got.Deprecated) {
			t.Errorf("%s leads to %q, which is not current", l.ID, id)
		}
		if l.Deprecated {
			continue
		}
		current++
		if id != l.ID {
			t.Errorf("%s gives %q", l.ID, id)
		}
		if id, ok = FindLicence(strings.ToLower(l.ID)); id != l.ID {
			t.Errorf("%s in small letters gives %q", l.ID, id)
		}
		if byName, ok := FindLicence(l.Name); !ok {
			t.Errorf("%q is not found", l.Name)
		} else if named, _ := LicenceByID(byName); byName != l.ID && foldLicence(named.Name) != foldLicence(l.Name) {
			t.Errorf("%q gives %s, want %s", l.Name, byName, l.ID)
		}
	}
	if current < 700 {
		t.Errorf("only %d current licences", current)
	}
}

func TestAcceptedLicences(t *testing.T) {
	for _, c := range []struct {
		id   string
		kind good.Kind
		want bool
	}{
		{"AGPL-3.0-only", good.Software, true}, {"GPL-3.0-or-later", good.Software, true}, {"MIT", good.AI, true}, {"CC-BY-4.0", good.Software, false},
		{"CC-BY-4.0", good.Content, true}, {"CC-BY-NC-4.0", good.Content, true}, {"CC-BY-NC-4.0", good.Data, false}, {"CC-BY-ND-4.0", good.Content, false},
		{"ODbL-1.0", good.Data, true}, {"CC-BY-4.0", good.Standard, true}, {"W3C", good.Standard, true}, {"BUSL-1.1", good.Software, false},
	} {
		l, ok := LicenceByID(c.id)
		if !ok || l.Accepts(c.kind) != c.want {
			t.Errorf("%s for %s: %v, want %v", c.id, c.kind, l.Accepts(c.kind), c.want)
		}
	}
}

func TestLanguages(t *testing.T) {
	for tag, want := range map[string]bool{"fr": true, "pt-BR": true, "zh-Hant": true, "zh-Hans-CN": true, "es-419": true, "swh": false, "sw": true, "quc": true,
		"PT-br": false, "pt_BR": false, "iw": false, "xx": false, "english": false, "": false, "en-": false, "en-BR-Latn": false, "de-1996": true, "qaa-x": false} {
		if ValidLanguage(tag) != want {
			t.Errorf("ValidLanguage(%q) is not %v", tag, want)
		}
	}
	for spelling, want := range map[string]string{"French": "fr", "FRANÇAIS": "fr", "fr_FR": "fr-FR", "eng": "en", "fre": "fr", "fra": "fr", "PT-br": "pt-BR", "iw": "he",
		"Simplified Chinese": "zh-Hans", "中文": "zh", "Mandarin": "zh", "العربية": "ar", "Kiswahili": "sw", "Bangla": "bn", "Malay": "ms", "Brazilian Portuguese": "pt-BR",
		"Portuguese (Brazil)": "pt-BR", "Ndebele": "nd", "in": "id", "Klingon": "tlh", "swh": "sw", "Norwegian (Bokmål)": "nb", "K'iche'": "quc", "gibberish": "", "": ""} {
		if got, ok := FindLanguage(spelling); got != want || ok != (want != "") {
			t.Errorf("FindLanguage(%q) = %q, want %q", spelling, got, want)
		}
	}
	if n := LanguageName("sw"); n != "Swahili" {
		t.Errorf("sw is called %q", n)
	}
}

func TestFindSDG(t *testing.T) {
	for s, want := range map[string]int{"9": 9, "17": 17, "SDG9: Industry¸ Innovation and Infrastructure": 9, "SDG16: Peace&#184; Justice and Strong Institutions": 16,
		"SDG1: End Poverty in all its forms everywhere": 1, "Goal 3": 3, "SDG 03": 3, "sdg-12": 12, "Zero hunger": 2, "Gender Equity": 5, "SDG3.4": 3, "13. Climate Action": 13,
		"Industry¸ Innovation and Infrastructure": 9, "0": 0, "18": 0, "SDG 18": 0, "SDG 123": 0, "3 billion people": 0, "": 0, "-1": 0, "sdg": 0} {
		if n, ok := FindSDG(s); n != want || ok != (want != 0) {
			t.Errorf("FindSDG(%q) = %d, want %d", s, n, want)
		}
	}
	if len(SDGs()) != 17 {
		t.Error("there are 17 goals")
	}
}

func TestSectors(t *testing.T) {
	codes := Sectors()
	if !slices.IsSorted(codes) || len(codes) < 30 {
		t.Errorf("%d sectors, sorted %v", len(codes), slices.IsSorted(codes))
	}
	owner := map[string]string{}
	for f := range rows(sectorsTSV) {
		for _, s := range f {
			if k := fold(s); owner[k] != "" && owner[k] != f[0] {
				t.Errorf("%q is said of %s and of %s", s, owner[k], f[0])
			} else {
				owner[k] = f[0]
			}
		}
	}
	if code, _ := FindSector("Digital/Data/Tech"); code != "digital-development" {
		t.Errorf("got %q", code)
	}
}

func TestBlocks(t *testing.T) {
	list := Blocks()
	if len(list) < 20 || !slices.IsSortedFunc(list, func(a, b Block) int { return strings.Compare(a.Code, b.Code) }) {
		t.Errorf("%d building blocks, in order?", len(list))
	}
	for _, b := range list {
		if b.Name == "" || len(b.Words) < 3 {
			t.Errorf("%s has no name or too few words to be found by", b.Code)
		}
		for _, spelling := range []string{b.Code, b.Name, strings.ToUpper(b.Name)} {
			if got, ok := FindBlock(spelling); !ok || got.Code != b.Code {
				t.Errorf("FindBlock(%q) = %q", spelling, got.Code)
			}
		}
	}
	if _, ok := FindBlock("bricks"); ok {
		t.Error("bricks are no building block")
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"Korea (the Republic of Korea)", "Apache License, Version 2.0", "https://creativecommons.org/licenses/by/4.0/", "SDG9: x", "zh-Hans-CN", "\xff(", "U.S."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c, ok := FindCountry(s); ok {
			if _, known := CountryByCode(c.Alpha2); !known {
				t.Errorf("country %q", c.Alpha2)
			}
		}
		if id, ok := FindLicence(s); ok {
			if l, known := LicenceByID(id); !known || l.Deprecated {
				t.Errorf("licence %q", id)
			}
		}
		if tag, ok := FindLanguage(s); ok && !ValidLanguage(tag) {
			t.Errorf("language %q is not canonical", tag)
		}
		if n, ok := FindSDG(s); ok && (n < 1 || n > 17) {
			t.Errorf("goal %d", n)
		}
		if code, ok := FindSector(s); ok && !slices.Contains(Sectors(), code) {
			t.Errorf("sector %q", code)
		}
		_ = utf8.ValidString(fold(s))
	})
}
