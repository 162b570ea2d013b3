package check

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
	setform "stoa/internal/standard/shape"
)

// asked is a set of one question of each kind.
func asked(t *testing.T) *standard.Set {
	t.Helper()
	l, err := standard.Load(setform.New(), fstest.MapFS{"s/1/set.yml": {Data: []byte(`id: s
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
      - {id: a.goals, type: sdgs, label: L, seen_by: [general.goals]}
      - {id: a.links, type: links, label: L, seen_by: [docs.place, docs.use]}
      - {id: a.source, type: links, label: L, fact: repositories, seen_by: [general.source]}
      - {id: a.owner, type: text, label: L, seen_by: [owner.organisation, owner.copyright]}
      - {id: a.closed, type: yes-no, label: L, seen_by: [platform.closed, data.kept]}
      - {id: a.long, type: long-text, max_length: 40, label: L, seen_by: [standards.used, law.privacy]}
      - {id: a.export, type: long-text, label: L, seen_by: [data.moving, data.formats]}
      - {id: a.person, type: text, label: L}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	set, ok := l.Find("s@1")
	if !ok {
		t.Fatal("no set")
	}
	return set
}

func TestOneRuleMakesAnswersOfFindings(t *testing.T) {
	set := asked(t)
	f := func(probe string, state finding.State, sure finding.Confidence, values ...string) finding.Finding {
		return finding.Finding{Probe: probe, State: state, Confidence: sure, Values: values}
	}
	met := func(probe string, values ...string) finding.Finding {
		return f(probe, finding.Met, finding.Medium, values...)
	}
	at := func(probe string, state finding.State, addresses ...string) finding.Finding {
		out := f(probe, state, finding.High)
		for _, a := range addresses {
			out.Evidence = append(out.Evidence, finding.Evidence{Path: "LICENSE", URL: a})
		}
		return out
	}
	holder := func(name string, paths ...string) finding.Finding {
		out := met("owner.copyright", name)
		for _, p := range paths {
			out.Evidence = append(out.Evidence, finding.Evidence{Path: p})
		}
		return out
	}
	const x = "https://a.example/"
	chosen := func(c ...string) standard.Answer { return standard.Answer{Choices: c} }
	linked := func(urls ...string) (a standard.Answer) {
		for _, u := range urls {
			a.Links = append(a.Links, good.Link{URL: u})
		}
		return a
	}
	for name, c := range map[string]struct {
		question string
		found    []finding.Finding
		want     standard.Answer
		rests    int
	}{
		"a guess is left to people":                    {"a.licences", []finding.Finding{f("licence.text", finding.Met, finding.Low, "MIT")}, chosen(), 0},
		"what cannot be told is, too":                  {"a.licences", []finding.Finding{f("licence.text", finding.NotObservable, finding.High, "MIT")}, chosen(), 0},
		"what is not offered, or stands twice, is not": {"a.licences", []finding.Finding{met("licence.text", "MIT", "LicenseRef-Own", "MIT")}, chosen("MIT"), 1},
		"the probe that is named first decides":        {"a.licences", []finding.Finding{met("licence.declared", "ISC"), met("licence.text", "MIT")}, chosen("MIT"), 1},
		"and all that it says holds":                   {"a.licences", []finding.Finding{met("licence.text", "MIT"), met("licence.declared", "0BSD"), met("licence.text", "ISC")}, chosen("MIT", "ISC"), 2},
		"one that says nothing lets the next":          {"a.licences", []finding.Finding{met("licence.text", "LicenseRef-Own"), met("licence.declared", "ISC")}, chosen("ISC"), 1},
		"a licence that will not do is one":            {"a.licences", []finding.Finding{f("licence.text", finding.NotMet, finding.High, "BUSL-1.1")}, chosen("BUSL-1.1"), 1},
		"goals":                                        {"a.goals", []finding.Finding{met("general.goals", "4", "18", "6")}, chosen("4", "6"), 1},
		"a yes where it is not met":                    {"a.closed", []finding.Finding{f("platform.closed", finding.NotMet, finding.Medium, "yes"), f("platform.closed", finding.NotMet, finding.Medium, "yes")}, chosen("yes"), 2},
		"neither where they disagree":                  {"a.closed", []finding.Finding{met("platform.closed", "yes"), met("data.kept", "no")}, chosen(), 0},
		"one line has one value":                       {"a.owner", []finding.Finding{met("owner.copyright", "C"), met("owner.organisation", "Example Lab", "Other")}, standard.Answer{Text: "Example Lab"}, 1},
		"whose heads of files are, is":                 {"a.owner", []finding.Finding{holder("Example Lab", "src/a.c", "src/b.c", "src/c.c")}, standard.Answer{Text: "Example Lab"}, 1},
		"not whose one or two are":                     {"a.owner", []finding.Finding{holder("Example Lab", "src/a.c", "lib/b.c")}, standard.Answer{}, 0},
		"but whose the licence is":                     {"a.owner", []finding.Finding{holder("Example Lab", "LICENSE")}, standard.Answer{Text: "Example Lab"}, 1},
		"that is not what is lacking":                  {"a.owner", []finding.Finding{f("owner.organisation", finding.NotMet, finding.High, "Nobody")}, standard.Answer{}, 0},
		"and of a length":                              {"a.owner", []finding.Finding{met("owner.organisation", strings.Repeat("x", 3000))}, standard.Answer{}, 0},
		"a long text has lines, links and an end": {"a.long", []finding.Finding{met("law.privacy", x), met("standards.used", "OpenAPI 3.1"), met("standards.used", strings.Repeat("é", 40)), met("standards.used", "FHIR R4", "OpenAPI 3.1")},
			standard.Answer{Text: "OpenAPI 3.1\nFHIR R4", Links: linked(x).Links}, 3},
		"a line of the front page alone is no way out": {"a.export", []finding.Finding{met("data.moving", "CSV", "https://github.com/acme/wells/blob/1/README.md#L3")}, standard.Answer{}, 0},
		"a place beside it is":                         {"a.export", []finding.Finding{met("data.moving", "CSV", "https://github.com/acme/wells/blob/1/README.md#L3", "https://github.com/acme/wells/blob/1/export.py#L3")}, standard.Answer{Text: "CSV", Links: linked("https://github.com/acme/wells/blob/1/README.md#L3", "https://github.com/acme/wells/blob/1/export.py#L3").Links}, 1},
		"links are addresses":                          {"a.links", []finding.Finding{met("docs.place", x, "javascript:x")}, linked(x), 1},
		"else where others see it":                     {"a.links", []finding.Finding{at("docs.place", finding.Met, x, "")}, linked(x), 1},
		"and not what is dead":                         {"a.links", []finding.Finding{at("docs.place", finding.NotMet, x), f("docs.use", finding.NotMet, finding.High, x)}, linked(), 0},
		"the first of each come first":                 {"a.links", []finding.Finding{met("docs.place", x+"1", x+"2", x+"3", x+"4", x+"5", x+"6"), met("docs.use", x+"u")}, linked(x+"1", x+"u", x+"2", x+"3", x+"4"), 2},
		"a repository is its address":                  {"a.source", nil, linked("https://forge.example/o/n"), 0},
		"unless it names another":                      {"a.source", []finding.Finding{met("general.source", x)}, linked(x), 1},
		"what nobody sees is open":                     {"a.person", []finding.Finding{met("owner.organisation", "L")}, standard.Answer{}, 0},
	} {
		q, _ := set.Question(c.question)
		got := Answer(set, q, &finding.Report{URL: "https://forge.example/o/n", Commit: "c0ffee", Findings: c.found})
		if diff := cmp.Diff(c.want, got.Answer); diff != "" || len(got.Findings) != c.rests {
			t.Errorf("%s: rests on %d, %s", name, len(got.Findings), diff)
		}
	}
}

func TestAllThatAReportAnswers(t *testing.T) {
	r := &finding.Report{Findings: []finding.Finding{{Probe: "licence.text", State: finding.Met, Confidence: finding.High, Values: []string{"MIT"}}}}
	if got := Prefill(asked(t), r); len(got) != 1 || got["a.licences"].Answer.Choices[0] != "MIT" {
		t.Errorf("%+v", got)
	}
}

// TestTheBestPlacesAloneAreLedTo: the repository is the website only where there is
// no other, and single files do not show whose a good is where its root does.
func TestTheBestPlacesAloneAreLedTo(t *testing.T) {
	const repo = "https://github.com/wells/depth"
	blob := func(p string) string { return repo + "/blob/abc/" + p }
	q := func(fact good.Field, probes ...string) standard.Question {
		return standard.Question{ID: "a.links", Type: standard.Links, Fact: fact, SeenBy: probes}
	}
	said := func(probe string, values ...string) finding.Finding {
		return finding.Finding{Probe: probe, State: finding.Met, Confidence: finding.Medium, Values: values}
	}
	for name, c := range map[string]struct {
		q     standard.Question
		found []finding.Finding
		want  []string
	}{
		"no other page":     {q(good.FieldWebsite, "general.website", "docs.place"), []finding.Finding{said("general.website", repo)}, []string{repo}},
		"its documentation": {q(good.FieldWebsite, "general.website", "docs.place"), []finding.Finding{said("general.website", repo), said("docs.place", "https://depth.readthedocs.io")}, []string{"https://depth.readthedocs.io"}},
		"its own":           {q(good.FieldWebsite, "general.website", "docs.place"), []finding.Finding{said("general.website", "https://depth.example"), said("docs.place", "https://depth.readthedocs.io")}, []string{"https://depth.example"}},
		"the root":          {q("", "owner.copyright"), []finding.Finding{said("owner.copyright", blob("LICENSE#L3"), blob("a/b.c#L1"))}, []string{blob("LICENSE#L3")}},
		"no root":           {q("", "owner.copyright"), []finding.Finding{said("owner.copyright", blob("a/a.c#L3"), blob("a/b.c#L1"))}, []string{blob("a/a.c#L3"), blob("a/b.c#L1")}},
		"one of the law":    {q("", "law.privacy"), []finding.Finding{said("law.privacy", blob("README.md"), blob("PRIVACY.md"))}, []string{blob("PRIVACY.md")}},
	} {
		var got []string
		for _, l := range Answer(asked(t), c.q, &finding.Report{URL: repo, Commit: "abc", Findings: c.found}).Answer.Links {
			got = append(got, l.URL)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestALinkThatLeadsAstrayIsNoAnswer: papers of parts, places within a page,
// settings and interfaces for programs are left out.
func TestALinkThatLeadsAstrayIsNoAnswer(t *testing.T) {
	const repo = "https://github.com/wells/depth"
	blob := func(p string) string { return repo + "/blob/abc/" + p }
	links := func(fact good.Field, probe string, values ...string) []string {
		q := standard.Question{ID: "q", Type: standard.Links, Fact: fact, SeenBy: []string{probe}}
		r := &finding.Report{URL: repo, Commit: "abc", Findings: []finding.Finding{{Probe: probe, State: finding.Met, Confidence: finding.Medium, Values: values}}}
		var out []string
		for _, l := range leading(r, q, named)(r.Findings[0]) {
			out = append(out, strings.TrimPrefix(l.URL, repo+"/blob/abc/"))
		}
		return out
	}
	for name, c := range map[string]struct{ got, want []string }{
		"website":    {links(good.FieldWebsite, "general.website", repo, "https://depth.example"), []string{repo, "https://depth.example"}},
		"settings":   {links("", "docs.configure", blob("example.properties"), blob("docs/settings.md")), []string{"docs/settings.md"}},
		"law":        {links("", "law.terms", blob("docs/api.md"), blob("SECURITY.md"), blob("docs/terms.md")), []string{"docs/terms.md"}},
		"papers":     {links("", "docs.install", blob("INSTALL.md"), blob("docs/a/install.md"), blob("boiler/README.md"), "https://depth.example/page#part"), []string{"INSTALL.md", "docs/a/install.md"}},
		"licence":    {links("", "licence.text", blob("LICENSES/MIT.txt")), []string{"LICENSES/MIT.txt"}},
		"interfaces": {links("", "docs.api", blob("api/a.proto"), blob("api/openapi.yaml")), []string{"api/openapi.yaml"}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	q := standard.Question{ID: "q", Type: standard.LongText, SeenBy: []string{"data.exchange", "docs.api"}}
	alone := &finding.Report{Findings: []finding.Finding{{Probe: "data.exchange", State: finding.Met, Confidence: finding.Medium, Values: []string{"CSV"}}}}
	if got := hear(q, alone); got != nil {
		t.Errorf("a library for tables alone says what comes out: %+v", got)
	}
	alone.Findings = append(alone.Findings, finding.Finding{Probe: "docs.api", State: finding.Met, Confidence: finding.Medium, Values: []string{"OpenAPI"}})
	if got := hear(q, alone); len(got) != 2 {
		t.Errorf("beside an interface it is not heard: %+v", got)
	}
}

// TestPeopleMeetOnAForge: anybody can write to a project there that the forge says is
// open.
func TestPeopleMeetOnAForge(t *testing.T) {
	for address, want := range map[string]finding.State{"https://github.com/wells/depth": finding.Met, "https://github.com/wells/closed": finding.NotObservable, "https://github.com/wells/unasked": finding.NotObservable, "https://wells.example/depth.git": finding.NotObservable} {
		tr := tree(map[string]string{"main.go": "package main"})
		tr.URL = address
		if !strings.HasSuffix(address, "unasked") {
			tr.Forge = &Forge{Archived: strings.HasSuffix(address, "closed")}
		}
		if got := of(t, Run(context.Background(), tr), "harm.meeting"); got.State != want {
			t.Errorf("%s: %+v", address, got)
		}
	}
}
