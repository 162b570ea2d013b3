package vocab

import "testing"

func TestEveryCountryLiesInARegion(t *testing.T) {
	in, parts := map[string]int{}, 0
	for _, r := range Regions() {
		if len(r.Code) != 3 || len(r.Countries()) == 0 {
			t.Errorf("%+v has %d countries", r, len(r.Countries()))
		}
		if by, ok := FindRegion(r.Slug); !ok || by != r {
			t.Errorf("%s finds %+v", r.Slug, by)
		}
		if by, ok := FindRegion(r.Code); !ok || by != r {
			t.Errorf("%s finds %+v", r.Code, by)
		}
		if r.Within == "" {
			parts++
			for _, c := range r.Countries() {
				in[c.Alpha2]++
			}
		}
	}
	if parts != 5 {
		t.Errorf("%d continents", parts)
	}
	for _, c := range Countries() {
		r, ok := RegionOf(c)
		if c.Alpha2 == "AQ" { // M49 leaves Antarctica on its own
			continue
		}
		if !ok || in[c.Alpha2] != 1 {
			t.Errorf("%s lies in %d continents, %+v", c.Alpha2, in[c.Alpha2], r)
		}
	}
	if r, _ := RegionOf(countries().byCode["KE"]); r.Code != "014" || r.Within != "002" {
		t.Errorf("Kenya: %+v", r)
	}
	if _, ok := FindRegion("atlantis"); ok {
		t.Error("Atlantis is a region")
	}
}
