package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/testkit"
)

const small = `id: small
version: "1.0"
name: Small Standard
released: 2026-01-01
languages: [en]
indicators:
  - id: general
    informative: true
    title: About the good
    requirement: Nothing here is judged.
    questions:
      - {id: general.kinds, type: text, label: What kind is it?, seen_by: [general.kinds]}
  - id: "1"
    title: Open licence
    requirement: It has an open licence.
    questions:
      - {id: licence.licences, type: licences, label: "Under which licence?", required: true, seen_by: [licence.text, licence.agreement]}
      - {id: licence.whole, type: yes-no, label: "Is all of it open?", kinds: [data], required: true, seen_by: [licence.files]}
  - id: "2"
    title: Ownership
    requirement: It is clear whose it is.
    questions:
      - {id: owner.name, type: text, label: Who owns it?, required: true, seen_by: [owner.copyright]}
      - {id: owner.all, type: yes-no, label: Does the owner hold all rights?, required: true}
      - {id: owner.more, type: text, label: What else?, seen_by: [owner.nothing]}
  - id: "3"
    title: Documentation
    requirement: It can be used.
    questions:
      - {id: docs.links, type: links, label: Where is it documented?, required: true, seen_by: [docs.place]}
`

func set(t *testing.T) *standard.Set {
	t.Helper()
	l, err := standard.Load(shape.New(), fstest.MapFS{"small/1.0/set.yml": {Data: []byte(small)}})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := l.Find("small@1.0")
	return s
}

// hostile is what strangers write who wish to be read as more than text.
const hostile = "<script>alert(1)</script>|`x`\x1b[31m]]>&_*\u202e.md"

func found() *finding.Report {
	mend := finding.Say("check.licence.agreement.mend")
	write := finding.Say("check.licence.text.mend")
	return &finding.Report{Target: "./sluice", URL: "https://forge.example/o/sluice", Commit: "0123456789abcdef0123456789abcdef01234567",
		Kinds: []good.Kind{good.Software}, At: time.Date(2026, 11, 1, 9, 30, 0, 0, time.UTC), Files: 1234, Bytes: 5 << 20,
		Cut: []finding.Text{finding.Say("check.cut.unreadable", "Count", 2)},
		Findings: []finding.Finding{
			{Probe: "general.kinds", State: finding.Met, Confidence: finding.Medium, Why: finding.Say("check.kinds.guessed", "Kind", "software"), Evidence: []finding.Evidence{{Path: "main.go"}}},
			{Probe: "licence.text", State: finding.Met, Confidence: finding.High, Why: finding.Say("check.licence.text.met", "Files", []string{"LICENSE"}, "Licence", "MIT"),
				Evidence: []finding.Evidence{{Path: "LICENSE", SHA256: "aa", Commit: "0123", URL: "https://forge.example/o/sluice/blob/0123/LICENSE"}}, Values: []string{"MIT"}},
			{Probe: "licence.agreement", State: finding.NotMet, Confidence: finding.Medium, Contradicts: true, Mend: &mend,
				Why:      finding.Say("check.licence.agreement.clash", "File", hostile, "Declared", "ISC", "Text", "LICENSE", "Licence", "MIT"),
				Evidence: []finding.Evidence{{Path: hostile, Line: 3, URL: "javascript:alert(1)"}}},
			{Probe: "owner.copyright", State: finding.Met, Confidence: finding.High, Why: finding.Say("check.owner.copyright.met", "Count", 1, "Holder", "Example Lab"), Evidence: []finding.Evidence{{Path: "LICENSE", Line: 3}}},
			{Probe: "docs.place", State: finding.NotMet, Confidence: finding.High, Why: finding.Say("check.licence.text.none"), Mend: &write},
			{Probe: "owner.trademark", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("check.owner.trademark.none")},
		}}
}

func sheet(t *testing.T, lang string, known map[string]bool) *Sheet {
	t.Helper()
	l, ok := i18n.Get(lang)
	if !ok {
		t.Fatal(lang)
	}
	return New(set(t), found(), l, known)
}

func TestReports(t *testing.T) {
	for _, c := range []struct {
		file, format, lang string
		style              Style
	}{
		{"report.txt", "terminal", "en", Style{Width: 80}}, {"colour.txt", "terminal", "fr", Style{Colour: true}}, {"report.json", "json", "en", Style{}},
		{"report.md", "markdown", "en", Style{}}, {"report.sarif", "sarif", "en", Style{}}, {"report.html", "html", "en", Style{}},
		{"report.ar.html", "html", "ar", Style{}}, {"report.xml", "junit", "en", Style{}}, {"report.ru.md", "markdown", "ru", Style{}},
	} {
		var b bytes.Buffer
		if err := sheet(t, c.lang, nil).Write(&b, c.format, c.style); err != nil {
			t.Fatal(err)
		}
		testkit.Golden(t, c.file, b.Bytes())
	}
	if err := sheet(t, "en", nil).Write(io.Discard, "yaml", Style{}); err == nil {
		t.Error("any format is written")
	}
}

func TestStatesAddUp(t *testing.T) {
	s := sheet(t, "en", nil)
	states := map[string]finding.State{}
	for _, i := range s.Indicators {
		states[i.ID] = i.State
		for _, q := range i.Questions {
			states[q.ID] = q.State
		}
	}
	for id, want := range map[string]finding.State{
		"1": finding.Met, "licence.licences": finding.Met, // a likely contradiction does not outweigh the text
		"2": finding.NotObservable, "owner.name": finding.Met, "owner.all": finding.NotObservable,
		"3": finding.NotMet, "docs.links": finding.NotMet,
	} {
		if states[id] != want {
			t.Errorf("%s is %q, want %q", id, states[id], want)
		}
	}
	if _, asked := states["licence.whole"]; asked {
		t.Error("a question for data is put to software")
	}
	if s.Counts != (Counts{1, 1, 1}) {
		t.Errorf("counts %+v", s.Counts)
	}
}

func TestWhatLetsARunFail(t *testing.T) {
	s := sheet(t, "en", nil)
	probes := func(on ...string) string {
		lines, partial := s.Failing(on)
		var out []string
		for _, l := range lines {
			out = append(out, l.Probe)
		}
		if partial {
			out = append(out, "partial")
		}
		return strings.Join(out, " ")
	}
	for on, want := range map[string]string{"not-met": "docs.place", "contradiction": "licence.agreement", "not-met contradiction": "licence.agreement docs.place", "partial": "partial", "none": ""} {
		if got := probes(strings.Fields(on)...); got != want {
			t.Errorf("fails on %s for %q, want %q", on, got, want)
		}
	}
}

func TestABaselineKnowsWhatWasFound(t *testing.T) {
	var b bytes.Buffer
	if err := sheet(t, "en", nil).WriteBaseline(&b); err != nil {
		t.Fatal(err)
	}
	known, err := ReadBaseline(b.Bytes())
	if err != nil || len(known) != 2 {
		t.Fatalf("%d are known, %v", len(known), err)
	}
	s := sheet(t, "ru", known) // in any language
	if lines, _ := s.Failing([]string{FailNotMet, FailContradiction}); len(lines) != 0 {
		t.Errorf("what is known lets it fail: %+v", lines)
	}
	r := found()
	r.Findings[2].Evidence[0].Line = 99
	if s := New(set(t), r, s.locale, known); !s.Indicators[1].Questions[0].Findings[1].Known {
		t.Error("another line makes another finding")
	}
	r.Findings[2].Why.Args["Declared"] = "BUSL-1.1"
	if s := New(set(t), r, s.locale, known); s.Indicators[1].Questions[0].Findings[1].Known {
		t.Error("another licence makes the same finding")
	}
	for _, bad := range []string{"", "{}", "[]", `{"stoa": "answers/1"}`} {
		if _, err := ReadBaseline([]byte(bad)); good.KindOf(err) != good.Invalid {
			t.Errorf("%q is read as a baseline: %v", bad, err)
		}
	}
}

func TestJUnitIsReadByAParser(t *testing.T) {
	var b bytes.Buffer
	if err := sheet(t, "en", nil).JUnit(&b); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suites   []struct {
			Cases []struct {
				Failure *struct {
					Message string `xml:"message,attr"`
				} `xml:"failure"`
				Skipped *struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	tests, failures, skipped := 0, 0, 0
	for _, s := range doc.Suites {
		for _, c := range s.Cases {
			tests++
			if c.Failure != nil {
				failures++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
	}
	if doc.Tests != tests || doc.Failures != failures || doc.Skipped != skipped || tests != 5 || failures != 1 || skipped != 2 {
		t.Errorf("says %d, %d, %d; has %d, %d, %d", doc.Tests, doc.Failures, doc.Skipped, tests, failures, skipped)
	}
}

// TestSARIFHasWhatTheStandardAsks holds what is written against the parts of
// SARIF 2.1.0 that a log must have and that forges ask for.
func TestSARIFHasWhatTheStandardAsks(t *testing.T) {
	var b bytes.Buffer
	if err := sheet(t, "en", map[string]bool{fingerprint(found().Findings[4]): true}).SARIF(&b); err != nil {
		t.Fatal(err)
	}
	var doc sarifLog
	dec := json.NewDecoder(&b)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	run := doc.Runs[0]
	if doc.Version != "2.1.0" || len(doc.Runs) != 1 || run.Tool.Driver.Name == "" || len(run.Invocations) != 1 || len(run.Invocations[0].Notes) != 1 {
		t.Fatalf("%+v", doc)
	}
	if len(run.Results) != 2 {
		t.Fatalf("%d results", len(run.Results))
	}
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.Index].ID != r.Rule || r.Message.Text == "" || len(r.Locations) == 0 || r.Prints["stoa/v1"] == "" {
			t.Errorf("%+v", r)
		}
		for _, l := range r.Locations {
			if uri := l.Physical.Artifact.URI; uri == "" || strings.ContainsAny(uri, " <>\x1b`") {
				t.Errorf("%q is no reference", uri)
			}
		}
		if known := r.Rule == "docs.place"; known != (len(r.Suppressed) == 1) {
			t.Errorf("%s suppressed: %v", r.Rule, r.Suppressed)
		}
	}
}

// TestThePageHoldsNothingAlive parses the page as a browser does.
func TestThePageHoldsNothingAlive(t *testing.T) {
	var b bytes.Buffer
	if err := sheet(t, "en", nil).HTML(&b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	policy := ""
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script", "img", "link", "iframe", "form", "object":
			t.Errorf("the page holds <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "href" && !strings.HasPrefix(a.Val, "https://forge.example/") && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
			if n.Data == "meta" && a.Key == "content" && strings.Contains(a.Val, "default-src") {
				policy = a.Val
			}
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("policy %q", policy)
	}
}

// TestATerminalTellsWhatIsToWeigh: what two places say differently is told beside
// what was seen, for a person to weigh; what was not seen at all is not.
func TestATerminalTellsWhatIsToWeigh(t *testing.T) {
	r := found()
	r.Findings = append(r.Findings,
		finding.Finding{Probe: "licence.text", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("check.licence.agreement.clash", "File", "docs/a.md", "Declared", "0BSD", "Text", "LICENSE", "Licence", "MIT"),
			Evidence: []finding.Evidence{{Path: "docs/a.md", Line: 3}, {Path: "LICENSE"}}},
		finding.Finding{Probe: "licence.text", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("check.licence.files.none")})
	l, _ := i18n.Get("en")
	var b bytes.Buffer
	if err := New(set(t), r, l, nil).Terminal(&b, Style{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "docs/a.md declares 0BSD, but LICENSE is MIT.") || strings.Contains(b.String(), "names its own licence") {
		t.Error(b.String())
	}
}

// TestALackSaysOfWhat: a sentence that is said of many matters says of which.
func TestALackSaysOfWhat(t *testing.T) {
	r := found()
	r.Findings = append(r.Findings, finding.Finding{Probe: "docs.install", State: finding.NotMet, Confidence: finding.Medium, Why: finding.Say("probe.none", "Texts", 1)},
		finding.Finding{Probe: "health.packaged", State: finding.Met, Confidence: finding.Medium, Why: finding.Say("probe.packaged", "Path", "Dockerfile")})
	for lang, want := range map[string][]string{"en": {"How to install it — Nothing about it was found.", "  ✓ It can be installed"}, "fr": {"Comment l’installer — "}} {
		l, _ := i18n.Get(lang)
		var b bytes.Buffer
		if err := New(set(t), r, l, nil).Terminal(&b, Style{}); err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(b.String(), w) {
				t.Errorf("%s: no %q in %s", lang, w, b.String())
			}
		}
	}
}

func TestNothingSteersTheTerminal(t *testing.T) {
	var b bytes.Buffer
	if err := sheet(t, "en", nil).Terminal(&b, Style{}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\x1b\u202e") {
		t.Error("a file's name steers the terminal")
	}
}

const hinged = `id: hinged
version: "1.0"
name: Hinged Standard
released: 2026-01-01
languages: [en]
indicators:
  - id: "1"
    title: People
    requirement: They are safe.
    questions:
      - {id: people.meet, type: yes-no, label: Can people meet through it?, required: true, seen_by: [harm.meeting]}
      - {id: people.safe, type: links, label: How are they kept safe?, required_when: {question: people.meet, is: ["yes"]}, shown_when: {question: people.meet, is: ["yes"]}, seen_by: [practice.conduct]}
`

func TestWhatMayNotBeAskedIsNotHeldAgainstAGood(t *testing.T) {
	l, err := standard.Load(shape.New(), fstest.MapFS{"hinged/1.0/set.yml": {Data: []byte(hinged)}})
	if err != nil {
		t.Fatal(err)
	}
	set, _ := l.Find("hinged@1.0")
	locale, _ := i18n.Get("en")
	lacks := finding.Finding{Probe: "practice.conduct", State: finding.NotMet, Confidence: finding.High, Why: finding.Say("check.licence.text.none")}
	for name, c := range map[string]struct {
		meet   finding.Finding
		state  finding.State
		fails  int
		hinges string
	}{
		"nobody knows": {finding.Finding{Probe: "harm.meeting", State: finding.NotObservable, Why: finding.Say("check.owner.trademark.none")}, finding.NotObservable, 0, "Can people meet through it?"},
		"they do":      {finding.Finding{Probe: "harm.meeting", State: finding.Met, Confidence: finding.High, Values: []string{"yes"}, Why: finding.Say("check.owner.trademark.none")}, finding.NotMet, 1, ""},
		"a guess":      {finding.Finding{Probe: "harm.meeting", State: finding.Met, Confidence: finding.Low, Values: []string{"yes"}, Why: finding.Say("check.owner.trademark.none")}, finding.NotObservable, 0, "Can people meet through it?"},
	} {
		s := New(set, &finding.Report{Kinds: []good.Kind{good.Software}, Findings: []finding.Finding{c.meet, lacks}}, locale, nil)
		if q := s.Indicators[0].Questions[1]; q.State != c.state || q.Depends != c.hinges {
			t.Errorf("%s: %s, hangs on %q", name, q.State, q.Depends)
		}
		if lines, _ := s.Failing([]string{FailNotMet}); len(lines) != c.fails {
			t.Errorf("%s: %d lines let it fail", name, len(lines))
		}
		for _, format := range []string{"terminal", "markdown", "html", "junit"} {
			var b bytes.Buffer
			if err := s.Write(&b, format, Style{}); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(b.String(), "Asked only after a certain answer") != (c.hinges != "") {
				t.Errorf("%s, %s: whether it is asked", name, format)
			}
			if !strings.Contains(b.String(), "no licence") {
				t.Errorf("%s, %s does not say what is lacking", name, format)
			}
		}
	}
}
