package check

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
)

func TestFindingsBecomeAnswersThatFit(t *testing.T) {
	l, err := standard.Load(fstest.MapFS{"s/1/set.yml": {Data: []byte(`id: s
version: "1"
name: S
released: 2026-01-01
languages: [en]
indicators:
  - id: "1"
    title: T
    requirement: R
    questions:
      - {id: a.licences, type: licences, label: L, seen_by: [licence.text, licence.declared]}
      - {id: a.where, type: links, label: L, seen_by: [licence.text]}
      - {id: a.owner, type: text, label: L, seen_by: [owner.copyright]}
      - {id: a.closed, type: yes-no, label: L, seen_by: [platform.closed]}
      - {id: a.standards, type: long-text, label: L, seen_by: [standards.used]}
      - {id: a.guessed, type: text, label: L, seen_by: [general.kinds]}
      - {id: a.person, type: text, label: L}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	set, _ := l.Find("s@1")
	at := []finding.Evidence{{Path: "LICENSE", URL: "https://forge.example/LICENSE"}}
	f := func(probe string, state finding.State, sure finding.Confidence, values ...string) finding.Finding {
		return finding.Finding{Probe: probe, State: state, Confidence: sure, Values: values, Evidence: at}
	}
	r := &finding.Report{Findings: []finding.Finding{
		f("licence.text", finding.Met, finding.High, "MIT", "LicenseRef-Own", "MIT"), f("licence.declared", finding.Met, finding.High, "ISC"),
		f("owner.copyright", finding.Met, finding.Medium, "Example Lab"), f("platform.closed", finding.NotMet, finding.High, "yes"),
		f("standards.used", finding.Met, finding.High, "OpenAPI 3.1", "FHIR R4"), f("general.kinds", finding.Met, finding.Low, "software"),
	}}
	got := map[string]standard.Answer{}
	for id, p := range Prefill(set, r) {
		got[id] = p.Answer
		if len(p.Findings) == 0 {
			t.Errorf("%s rests on nothing", id)
		}
	}
	want := map[string]standard.Answer{
		"a.licences": {Choices: []string{"MIT"}}, "a.where": {Links: []good.Link{{URL: "https://forge.example/LICENSE", Name: "LICENSE"}}},
		"a.owner": {Text: "Example Lab"}, "a.closed": {Choices: []string{"yes"}}, "a.standards": {Text: "OpenAPI 3.1, FHIR R4"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
