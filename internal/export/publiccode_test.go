package export

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stoa/internal/good"
	"stoa/internal/publiccode"
	"stoa/internal/testkit"
)

func TestPubliccodeSaysWhatIsKnownAndNamesWhatIsNot(t *testing.T) {
	g := sample()
	g.Summary = good.Text{"en": "Registers births & deaths.\n\n" + strings.Repeat("It works where there is no connection. ", 5),
		"fr": "Enregistre les naissances."}
	g.Languages = []string{"en", "bn"}
	g.Parties = []good.Party{{Name: "Plan", Website: "https://plan.example", Role: good.Owner},
		{Name: "No Address", Role: good.Funder}, {Name: "Lakes Fund", Website: "https://fund.example", Role: good.Funder}}
	g.Documentation = []good.Link{{URL: "https://opencrvs.example/docs"}, {Name: "API", URL: "https://opencrvs.example/api"}, {URL: "https://other.example"}}
	g.Standards = []string{"GDPR", "HL7 FHIR", "https://standards.example/x"}
	g.Sectors = []string{"health", "human-rights"}
	raw, err := Publiccode(g, base)
	if err != nil {
		t.Fatal(err)
	}
	testkit.Golden(t, "publiccode.yml", string(raw))
	file, found := publiccode.Check(raw)
	if file == nil || file.Name != g.Name || file.URL != "https://git.example/opencrvs" || file.Legal.Licence != "MPL-2.0" {
		t.Errorf("%+v %v", file, found)
	}
	onlyNamedKeysAreMissing(t, raw, found)
}

// onlyNamedKeysAreMissing says that the format's rules find nothing in the
// file but what its own head says is missing.
func onlyNamedKeysAreMissing(t interface{ Fatalf(string, ...any) }, raw []byte, found []publiccode.Finding) {
	var named []string
	for line := range strings.Lines(string(raw)) {
		if key, ok := strings.CutPrefix(line, "#   "); ok {
			key, _, _ = strings.Cut(strings.TrimSpace(key), " ")
			named = append(named, key)
		}
	}
	for _, f := range found {
		section := slices.ContainsFunc(named, func(n string) bool { return strings.HasPrefix(n, f.Key+".") })
		if f.Message != "is mandatory" || !slices.Contains(named, f.Key) && !section {
			t.Fatalf("%s: %s, and the head names %v\n%s", f.Key, f.Message, named, raw)
		}
	}
}

func TestPubliccodeTakesTheFirstSentenceOfALongText(t *testing.T) {
	long := strings.Repeat("It works where there is no connection. ", 5)
	for text, want := range map[string]string{"Registers births and deaths everywhere. " + long: "Registers births and deaths everywhere.",
		"Dr. Smith made this. " + long: "", strings.Repeat("on and ", 60): "", "登记出生与死亡，供各国民事登记机关使用，并与身份识别系统和卫生系统交换数据。" + strings.Repeat("没有网络的地方也能使用，连上网络以后再把记录送到中央登记处。", 5): "登记出生与死亡，供各国民事登记机关使用，并与身份识别系统和卫生系统交换数据。"} {
		g := sample()
		g.Summary = good.Text{"en": text}
		raw, err := Publiccode(g, base)
		if err != nil {
			t.Fatal(err)
		}
		d := func() publiccode.Description { f, _ := publiccode.Check(raw); return f.Description["en"] }()
		if d.Short != want || strings.Join(strings.Fields(d.Long), " ") != strings.TrimSpace(text) {
			t.Errorf("short %q, want %q, of %q", d.Short, want, d.Long)
		}
	}
}

// Licences of which it is not stated how they go together are not joined.
func TestPubliccodeDoesNotGuessHowLicencesGoTogether(t *testing.T) {
	g := sample()
	g.Licences = []good.Licence{{SPDX: "MIT"}, {SPDX: "CC-BY-4.0"}}
	raw, err := Publiccode(g, base)
	if err != nil {
		t.Fatal(err)
	}
	if file, _ := publiccode.Check(raw); file.Legal.Licence != "" || !strings.Contains(string(raw), "MIT, CC-BY-4.0") {
		t.Errorf("%s", raw)
	}
}

// Whatever a good holds, the file is one YAML document that the format's rules
// take but for what it says is missing.
func TestPubliccodeOfAnyGoodIsReadable(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "yes", "0.7", "- a", "#x", "a: b", "&a", "a\n\nb", "\u2028", "{", "\ufeff",
		strings.Repeat("long ", 60), "short\n\n" + strings.Repeat("long ", 60), "<<", "null"}))
	rapid.Check(t, func(t *rapid.T) {
		g := sample()
		g.Name = text.Draw(t, "name")
		g.Slug = good.Slugify(g.Name)
		g.Summary = good.Text{"en": text.Draw(t, "summary"), "zh-Hant": text.Draw(t, "more")}
		g.Languages = rapid.SliceOfN(rapid.SampledFrom([]string{"en", "no", "sr-Latn"}), 0, 3).Draw(t, "languages")
		g.Standards = rapid.SliceOfN(text, 0, 3).Draw(t, "standards")
		g.Licences = rapid.SampledFrom([][]good.Licence{nil, {{SPDX: "MIT"}}, {{SPDX: "MIT"}, {SPDX: "0BSD"}}}).Draw(t, "licences")
		g.Parties = []good.Party{{Name: text.Draw(t, "owner"), Website: "https://a.example", Role: good.Owner}}
		raw, err := Publiccode(g, base)
		if err != nil {
			t.Fatal(err)
		}
		file, found := publiccode.Check(raw)
		if file == nil {
			t.Fatalf("%v\n%s", found, raw)
		}
		onlyNamedKeysAreMissing(t, raw, found)
		if file.Name != strings.Join(strings.Fields(g.Name), " ") {
			t.Fatalf("the name %q came back as %q", g.Name, file.Name)
		}
	})
}
