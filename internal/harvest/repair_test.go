package harvest

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"stoa/internal/good"
)

// ruled says whether a repair by rule was noted.
func ruled(m *mend, rule string) bool {
	return slices.ContainsFunc(m.repairs, func(r Repair) bool { return r.Rule == rule })
}

func TestTextIsMadeClean(t *testing.T) {
	for _, c := range []struct{ in, want, rule string }{
		{"SDG9: Industry¸ Innovation and Infrastructure", "SDG9: Industry, Innovation and Infrastructure", "cedilla-comma"},
		{"SDG16: Peace&#184; Justice and Strong Institutions", "SDG16: Peace, Justice and Strong Institutions", "html-entity"},
		{"people,&#013; &#010;At eGov, we", "people,\n\nAt eGov, we", "html-entity"},
		{"Tom &amp;amp; Jerry", "Tom & Jerry", "html-entity"},
		{"Contributing: <br>\r\nhttps://x.org <b>here</b>", "Contributing:\n\nhttps://x.org here", "html-tag"},
		{"&lt;script&gt;alert(1)&lt;/script&gt;fine", "fine", "html-tag"},
		{"<script>alert(1)</script>safe<img src=x onerror=y>", "safe", "html-tag"},
		{"N/A", "", "placeholder"},
		{"Not applicable", "", "placeholder"},
		{"\u202egnp.exe", "gnp.exe", "control-character"},
		{"a < b and b > c", "a < b and b > c", ""},
		{"Farmers & herders", "Farmers & herders", ""},
		{"نظام مفتوح \u200cالمصدر", "نظام مفتوح \u200cالمصدر", ""},
		{"  two   spaces ", "two spaces", ""},
		{" ", "", ""},
		{"mail contact-0a1b2c3d@example.org, or @someone", "mail , or", "personal-data"},
		{"ask Contact 177a84 for it", "ask  for it", "personal-data"},
		{"HCW@Home works at home", "HCW@Home works at home", ""},
	} {
		m := &mend{}
		if got := m.text("f", c.in); got != c.want {
			t.Errorf("text(%q) = %q, want %q", c.in, got, c.want)
		}
		if c.rule != "" != (len(m.repairs) > 0) || c.rule != "" && !ruled(m, c.rule) {
			t.Errorf("text(%q) noted %v, want rule %q", c.in, m.repairs, c.rule)
		}
	}
}

func TestContactsMoveOutOfTexts(t *testing.T) {
	m := &mend{}
	m.contact("owner", "Ada Example", "ada@example.com")
	if got := m.text("f", "Ada Example leads this; write to grievances@example.com"); got != " leads this; write to" && got != "leads this; write to" {
		t.Errorf("text = %q", got)
	}
	if len(m.contacts) != 2 || m.contacts[1].Email != "grievances@example.com" {
		t.Errorf("contacts = %v", m.contacts)
	}
	for _, r := range m.repairs {
		if strings.Contains(r.From+r.To, "example.com") || strings.Contains(r.From+r.To, "Ada") {
			t.Errorf("the report names a person: %v", r)
		}
	}
}

func TestCommaCutAliasesAreRejoined(t *testing.T) {
	for _, c := range []struct {
		name     string
		in, want []string
		rule     string
	}{
		{"DIGIT", []string{"Digital Infrastructure for Governance", " Impact and Transformation"},
			[]string{"Digital Infrastructure for Governance, Impact and Transformation"}, "comma-cut"},
		{"cQube", []string{"Sunbird cQube", " SB cQube"}, []string{"Sunbird cQube", "SB cQube"}, ""},
		{"X", []string{"Office (of trade", " law and data)"}, []string{"Office (of trade, law and data)"}, "comma-cut"},
		{"Joomla CMS", []string{"Joomla; J!"}, []string{"Joomla", "J!"}, "list-in-one"},
		{"Avni", []string{""}, nil, "empty-placeholder"},
		{"QGIS", []string{"QGIS"}, nil, ""},
		{"HCW@Home", []string{"HealthCare Worker @Home"}, []string{"HealthCare Worker @Home"}, ""},
	} {
		m := &mend{}
		if got := m.aliases("aliases", c.in, c.name); !slices.Equal(got, c.want) {
			t.Errorf("aliases of %s = %q, want %q", c.name, got, c.want)
		}
		if c.rule != "" && !ruled(m, c.rule) {
			t.Errorf("aliases of %s noted %v, want %s", c.name, m.repairs, c.rule)
		}
	}
}

func TestCommaCutTextIsRejoined(t *testing.T) {
	m := &mend{}
	got := m.answerText("f", []string{"We collect your first name", " last name", " age"})
	if got != "We collect your first name, last name, age" || !ruled(m, "comma-cut") {
		t.Errorf("got %q, %v", got, m.repairs)
	}
	m = &mend{}
	if got := m.answerText("f", []string{"1. Inclusive", "2. Minimalistic"}); got != "1. Inclusive\n2. Minimalistic" || len(m.repairs) > 0 {
		t.Errorf("a list became %q, %v", got, m.repairs)
	}
	m = &mend{}
	if got := m.answerText("f", []string{""}); got != "" || !ruled(m, "empty-placeholder") {
		t.Errorf(`[""] became %q, %v`, got, m.repairs)
	}
}

func TestStandardsAreNamesNotSentences(t *testing.T) {
	got := (&mend{}).standards("f", []string{"HTTPS", " SSL", "\r\nWCAG 2.1 AA", " HL7 / FHIR (see https://hl7.org/fhir)",
		" OpenCRVS has been designed following the accessibility standard", " with all text"})
	if want := []string{"HTTPS", "SSL", "WCAG 2.1 AA"}; !slices.Equal(got[:3], want) {
		t.Errorf("got %q", got)
	}
	for _, s := range got {
		if strings.Contains(s, "designed") {
			t.Errorf("a sentence counts as a standard: %q", s)
		}
	}
}

func TestAddressesAreMended(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []good.Link
		rule string
	}{
		{"https://docs.digit.org,\r\nhttps://github.com/egovernments/DIGIT-OSS", []good.Link{{URL: "https://docs.digit.org"}, {URL: "https://github.com/egovernments/DIGIT-OSS"}}, "several-urls"},
		{"https://a.org,https://b.org", []good.Link{{URL: "https://a.org"}, {URL: "https://b.org"}}, "several-urls"},
		{"Developer docs: https://github.com/boxwise/boxtribute#readme ;\r\nAPI docs: https://api.boxtribute.org/docs",
			[]good.Link{{Name: "Developer docs", URL: "https://github.com/boxwise/boxtribute#readme"}, {Name: "API docs", URL: "https://api.boxtribute.org/docs"}}, "several-urls"},
		{"energyaccessexplorer.org", []good.Link{{URL: "https://energyaccessexplorer.org"}}, "schemeless-url"},
		{"www.citylearn.net", []good.Link{{URL: "https://www.citylearn.net"}}, "schemeless-url"},
		{" https://storyweaver.org.in", []good.Link{{URL: "https://storyweaver.org.in"}}, ""},
		{"(https://kolibri.readthedocs.io/en/latest/)", []good.Link{{URL: "https://kolibri.readthedocs.io/en/latest/"}}, ""},
		{"https://en.wikipedia.org/wiki/Stoa_(disambiguation)", []good.Link{{URL: "https://en.wikipedia.org/wiki/Stoa_(disambiguation)"}}, ""},
		{"javascript:alert(1)", nil, "url-scheme"},
		{"javascript&#58;alert(1)", nil, "url-scheme"},
		{"file:///Users/somebody/licence.html", nil, "url-scheme"},
		{"http://127.0.0.1/admin", nil, "url-broken"},
		{"https://user:secret@example.org/", nil, "url-broken"},
		{"n/a", nil, "placeholder"},
		{"Bombs", nil, "not-an-address"},
		{"", nil, ""},
	} {
		m := &mend{}
		if got := m.links("f", c.in); !slices.Equal(got, c.want) {
			t.Errorf("links(%q) = %v, want %v", c.in, got, c.want)
		}
		if (c.rule != "") != (len(m.repairs) > 0) || c.rule != "" && !ruled(m, c.rule) {
			t.Errorf("links(%q) noted %v, want %q", c.in, m.repairs, c.rule)
		}
	}
}

func TestCountriesBecomeCodes(t *testing.T) {
	m := &mend{}
	got := m.countries("c", []string{`"Eswatini (fmr. ""Swaziland"")"`, "Côte d", "Virgin Islands", " British", "Myanmar (formerly Burma)",
		"", "Worldwide", "Kenya", "Kenya"})
	if want := []string{"SZ", "CI", "VG", "MM", "KE"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, rule := range []string{"csv-quoting", "comma-cut", "empty-placeholder", "not-a-country", "country-spelling"} {
		if !ruled(m, rule) {
			t.Errorf("no repair by %s in %v", rule, m.repairs)
		}
	}
	if m.held {
		t.Errorf("held for %v", m.reasons)
	}
	m = &mend{}
	if got := m.countries("c", []string{"ODK"}); got != nil || !m.held || m.reasons[0] != "country-unknown: ODK" {
		t.Errorf("ODK is a country: %v, %v", got, m.reasons)
	}
}

func TestLicencesBecomeCurrentIdentifiers(t *testing.T) {
	m := &mend{}
	got := m.licences("l", []licence{{"GPL-3.0", "SDG11: Sustainable Cities and Communities"}, {"OdbL-1.0", "https://x.org/l"}, {"GPL-3.0", "https://x.org/gpl"}})
	if len(got) != 2 || got[0].SPDX != "GPL-3.0-only" || got[0].URL != "https://x.org/gpl" || got[1].SPDX != "ODbL-1.0" {
		t.Errorf("got %v", got)
	}
	if !ruled(m, "licence-spelling") || !ruled(m, "shifted-field") || m.held {
		t.Errorf("noted %v, %v", m.repairs, m.reasons)
	}
	m = &mend{}
	if m.licences("l", []licence{{"Pay me", ""}}); !m.held || m.reasons[0] != "licence-unknown: Pay me" {
		t.Errorf("an unknown licence passes: %v", m.reasons)
	}
}

func TestPlatformIndependenceIsTurnedRound(t *testing.T) {
	for said, want := range map[string]string{"No": "Yes", "Yes": "No", "perhaps": ""} {
		a := &answers{m: &mend{}}
		r := v1Record{}
		r.Platform.V.Dependent = text(said)
		r.platform(a)
		if want == "" {
			if len(a.out) != 0 {
				t.Errorf("%q became %v", said, a.out)
			}
			continue
		}
		if len(a.out) != 1 || a.out[0].Text != want || !ruled(a.m, "inverted-platform-independence") {
			t.Errorf("%q became %v, %v", said, a.out, a.m.repairs)
		}
	}
}

func TestNamesOfTestersAreHeld(t *testing.T) {
	for name, held := range map[string]bool{"TEST RICARDO": true, "test": true, "Testimonial Archive": false, "Contest": false} {
		m := &mend{}
		if m.name("name", name); m.held != held {
			t.Errorf("%q held: %v", name, m.held)
		}
	}
	m := &mend{}
	if got := m.name("name", "UN Biodiversity Lab (on pause)"); got != "UN Biodiversity Lab" || !ruled(m, "note-in-name") {
		t.Errorf("got %q, %v", got, m.repairs)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"a<b", "&lt;script&gt;", "¸", "\xff\xfe", "<<<<>>>>", "&amp;amp;amp;lt;i&gt;", "x@y.z", "Contact 177a84"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := &mend{}
		out := m.text("f", s)
		if !utf8.ValidString(out) {
			t.Fatalf("%q became invalid text %q", s, out)
		}
		if email.MatchString(out) || standIn.MatchString(out) {
			t.Fatalf("%q kept personal data: %q", s, out)
		}
		for _, r := range m.repairs {
			if email.MatchString(r.From+" "+r.To) || standIn.MatchString(r.From+" "+r.To) {
				t.Fatalf("the report of %q holds personal data: %v", s, r)
			}
		}
	})
}

func FuzzLinks(f *testing.F) {
	for _, s := range []string{"https://a.org,https://b.org", "javascript:x", "a.org/b", "https://[::1]/", "https://a.org))))"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range (&mend{}).links("f", s) {
			if !good.WebAddress(l.URL) {
				t.Fatalf("%q gave the address %q", s, l.URL)
			}
		}
	})
}

func FuzzLists(f *testing.F) {
	f.Add("DIGIT", "Digital Infrastructure| Impact (a| b)")
	f.Fuzz(func(t *testing.T, name, joined string) {
		pieces := strings.Split(joined, "|")
		if got := strings.Join(regroup(pieces, name), ","); got != strings.Join(pieces, ",") {
			t.Fatalf("regrouping %q lost something: %q", pieces, got)
		}
		m := &mend{}
		m.aliases("a", pieces, name)
		m.standards("s", pieces)
		m.countries("c", pieces)
		m.answerText("t", pieces)
	})
}
