package vocab

import "testing"

func TestEveryCountrysOfficesWorkInLanguagesThatThereAre(t *testing.T) {
	none := 0
	for _, c := range Countries() {
		list := OfficialLanguages(c.Alpha2)
		if len(list) == 0 {
			none++
		}
		seen := map[string]bool{}
		for _, tag := range list {
			if !ValidLanguage(tag) || seen[tag] {
				t.Errorf("%s: %q", c.Alpha2, tag)
			}
			seen[tag] = true
		}
	}
	if none > 6 { // of some islands nobody lives on
		t.Errorf("%d countries without a language", none)
	}
	if got := OfficialLanguages("KE"); len(got) != 2 || got[0] != "sw" {
		t.Errorf("Kenya: %v", got)
	}
	for code := range official() {
		if _, ok := CountryByCode(code); !ok {
			t.Errorf("%s is no country", code)
		}
	}
}
