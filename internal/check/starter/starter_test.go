package starter

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.yaml.in/yaml/v4"

	"stoa/internal/check"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/publiccode"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
)

func set(t *testing.T) *standard.Set {
	t.Helper()
	l, err := standard.Load(shape.New(), fstest.MapFS{"s/1/set.yml": {Data: []byte(`id: s
version: "1"
name: S
released: 2026-01-01
languages: [en]
indicators:
  - id: "1"
    title: T
    requirement: R
    questions:
      - {id: a.licences, type: licences, label: Under which licence?, seen_by: [licence.text]}
      - {id: a.why, type: text, label: Why?}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := l.Find("s@1")
	return s
}

func met(probe string, values ...string) finding.Finding {
	return finding.Finding{Probe: probe, State: finding.Met, Confidence: finding.High, Values: values}
}

func begun(t *testing.T, kinds []good.Kind, has []string, found ...finding.Finding) map[string]string {
	t.Helper()
	tr := &check.Target{}
	for _, h := range has {
		tr.Entries = append(tr.Entries, check.At(h, 1))
	}
	english, _ := i18n.Get("en")
	files, err := Files(set(t), tr, &finding.Report{Kinds: kinds, URL: "https://forge.example/sluice", At: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Findings: found}, english)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range files {
		out[f.Path] = string(f.Text)
	}
	return out
}

func TestWhatWasSeenIsFilledIn(t *testing.T) {
	name := "Sluice: \"gates\"\n- x"
	files := begun(t, []good.Kind{good.Software}, nil, met("general.name", name), met("general.summary", strings.Repeat("It opens gates. ", 20)),
		met("licence.text", "EUPL-1.2"), met("owner.copyright", "City of Example"))
	if len(files) != 4 {
		t.Fatalf("%d files are begun", len(files))
	}
	if publiccodeVersion != publiccode.Latest {
		t.Errorf("publiccode.yml is begun as version %s; the latest is %s", publiccodeVersion, publiccode.Latest)
	}
	f, _ := publiccode.Check([]byte(files["publiccode.yml"]))
	if f == nil || f.Name != name || f.Legal.Licence != "EUPL-1.2" {
		t.Errorf("publiccode.yml is read as %+v", f)
	}
	for _, found := range []string{"shortDescription: \"It opens gates."} {
		if !strings.Contains(files["publiccode.yml"], found) {
			t.Errorf("publiccode.yml lacks %q:\n%s", found, files["publiccode.yml"])
		}
	}
	var cff struct {
		Title   string
		License string
		Authors []struct{ Name string }
	}
	if err := yaml.Unmarshal([]byte(files["CITATION.cff"]), &cff); err != nil || cff.Title != name || cff.License != "EUPL-1.2" || cff.Authors[0].Name != "City of Example" {
		t.Errorf("CITATION.cff is read as %+v, %v", cff, err)
	}
	read, err := standard.ParseAnswers([]byte(files[Answers]))
	if answers := read.Given(); err != nil || set(t).Takes(read.Standard) != nil || len(answers) != 1 || answers["a.licences"].Choices[0] != "EUPL-1.2" {
		t.Errorf("the answers are read as %+v, %v", answers, err)
	}
	if !strings.Contains(files[Answers], "# Why?") {
		t.Errorf("the file of answers does not ask what is open:\n%s", files[Answers])
	}
}

func TestALicenceThatIsDeclaredIsFilledInWhereNoTextSaysIt(t *testing.T) {
	missing := finding.Finding{Probe: "licence.text", State: finding.NotObservable, Confidence: finding.Low}
	for want, found := range map[string][]finding.Finding{
		"license: \"CC-BY-4.0\"": {missing, met("licence.declared", "CC-BY-4.0")},
		"license: \"MIT\"":       {met("licence.text", "MIT"), met("licence.declared", "ISC")},
	} {
		if got := begun(t, []good.Kind{good.Data}, nil, append(found, met("general.name", "Wells"))...)["CITATION.cff"]; !strings.Contains(got, want) {
			t.Errorf("it lacks %s:\n%s", want, got)
		}
	}
	if got := begun(t, []good.Kind{good.Data}, nil, met("licence.text", "MIT", "ISC"), met("licence.declared", "MIT"), met("general.name", "Wells"))["CITATION.cff"]; strings.Contains(got, "license:") {
		t.Errorf("one of several is chosen:\n%s", got)
	}
}

func TestNothingIsBegunThatIsThere(t *testing.T) {
	files := begun(t, []good.Kind{good.Software}, []string{"publiccode.yaml", "CITATION.cff", ".github/SECURITY.md", Answers}, met("general.name", "Sluice"))
	if len(files) != 0 {
		t.Errorf("begun: %v", files)
	}
	if files := begun(t, []good.Kind{good.Data}, nil); files["publiccode.yml"] != "" || files["SECURITY.md"] != "" || files["CITATION.cff"] != "" {
		t.Errorf("begun for data of no name: %v", files)
	}
}

func TestLongSummariesAreShortened(t *testing.T) {
	files := begun(t, []good.Kind{good.Software}, nil, met("general.summary", strings.Repeat("é", 400)))
	if !strings.Contains(files["publiccode.yml"], "shortDescription: \""+strings.Repeat("é", 147)+"...\"") {
		t.Error(files["publiccode.yml"])
	}
}

func TestFilesSpeakTheLanguageThatWasAskedFor(t *testing.T) {
	for lang, want := range map[string][]string{
		"en": {"# Security\n", "If you use this work, please cite it as below.", "# At most 150 characters."},
		"fr": {"# Sécurité\n", "Si vous utilisez cette œuvre, citez-la comme suit.", "# 150 caractères au plus."},
		"ar": {"# الأمان\n", "الاستشهاد", "# ١٥٠ حرفًا على الأكثر."},
	} {
		l, _ := i18n.Get(lang)
		files, err := Files(set(t), &check.Target{}, &finding.Report{Kinds: []good.Kind{good.Software}, Findings: []finding.Finding{met("general.name", "Sluice"), met("docs.languages", "fr")}}, l)
		if err != nil || len(files) != 4 {
			t.Fatalf("%s: %d files, %v", lang, len(files), err)
		}
		for i, name := range []string{"SECURITY.md", "CITATION.cff", "publiccode.yml"} {
			text := ""
			for _, f := range files {
				if f.Path == name {
					text = string(f.Text)
				}
			}
			if !strings.Contains(text, want[i]) || said.MatchString(strings.ReplaceAll(text, "[]", "")) {
				t.Errorf("%s in %s does not say %q, or holds a name in place of a sentence:\n%s", name, lang, want[i], text)
			}
			if name != "SECURITY.md" {
				var doc map[string]any
				if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
					t.Errorf("%s in %s: %v", name, lang, err)
				}
			}
		}
	}
}
