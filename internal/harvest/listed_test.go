package harvest_test

import (
	"strings"
	"testing"

	"stoa/internal/harvest"
)

func TestAnEntryNamesItsPublisher(t *testing.T) {
	const file = `publiccodeYmlVersion: \"0.4\"\nname: Well\nurl: https://git.example/well\nlegal: {license: MIT}\nmaintenance: {type: internal, contacts: [{name: Jane Mzolux}]}`
	raw := []byte(`{"id":"1","url":"https://git.example/well","publiccodeYml":"` + file + `"}`)
	for name, want := range map[string]string{"Wells Agency": "Wells Agency", "": "", "Wells jane@wells.example": "Wells"} {
		l := harvest.ReadListed("s", raw, func(address string) string {
			if address != "https://git.example/well" {
				t.Errorf("asked for %q", address)
			}
			return name
		})
		got := ""
		if len(l.Facts.Parties) > 0 {
			got = l.Facts.Parties[0].Name
		}
		if l.ID != "1" || !l.Active || strings.TrimSpace(strings.ReplaceAll(got, "…", "")) != want || l.Facts.Name != "Well" {
			t.Errorf("%q: %+v", name, l)
		}
	}
}

func FuzzListed(f *testing.F) {
	f.Add([]byte(`{"id":"1","url":"https://git.example/well","aliases":["x"],"active":false,"publiccodeYml":"name: x"}`))
	f.Add([]byte(`{"id":{"a":1},"publiccodeYml":"a: &a [*a,*a]"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l := harvest.ReadListed("s", raw, func(string) string { return "Agency" })
		if l.ID == "" && (!l.Held || len(l.Reasons) == 0) || l.ID != "" && l.ForeignID != l.ID {
			t.Errorf("%+v", l)
		}
	})
}
