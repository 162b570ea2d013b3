// Package sight is how pages show what a machine saw: how far a look is, and
// beside a question what was found, on what evidence and what was held against
// it.
package sight

import (
	_ "embed"
	"strconv"
	"strings"

	"stoa/internal/app/checks"
	"stoa/internal/finding"
	"stoa/internal/web/page"
)

// Style is its style.
//
//go:embed sight.css
var Style []byte

// signs stand before the words of a state.
var signs = map[finding.State]string{finding.Met: "✓", finding.NotMet: "✗", finding.NotObservable: "–"}

// state is a state in words.
func state(f *page.Frame, s finding.State) string {
	switch s {
	case finding.Met:
		return f.T("assess.check.met")
	case finding.NotMet:
		return f.T("assess.check.not-met")
	}
	return f.T("assess.check.not-observable")
}

// say is a sentence of a probe; one of a probe that is no more is left out.
func say(f *page.Frame, t finding.Text) string { return said(f, t.Key, t.In) }

// said is what is said with a sentence, if this version knows it.
func said(f *page.Frame, key string, in func(finding.Speaker) string) string {
	if !f.Has(key) {
		return ""
	}
	return page.Cut(page.Valid(in(f)), 2000)
}

// tell is why a finding is as it is; "" where this version does not know the sentence.
func tell(f *page.Frame, one finding.Finding) string { return said(f, one.Why.Key, one.Tell) }

// step is what a look is at.
func step(f *page.Frame, c *checks.Check) string {
	key := "assess.check.step." + c.Step
	if c.Step == "" || !f.Has(key) {
		return ""
	}
	return f.T(key, "Sofar", c.Count)
}

// place is where something was seen, for people.
func place(e finding.Evidence) string {
	s := e.Path
	if s == "" {
		s = e.URL
	}
	if e.Line > 0 {
		s += ":" + strconv.Itoa(e.Line)
	}
	return page.Cut(page.Valid(s), 200)
}

// short is a commit as people write it.
func short(commit string) string { return commit[:min(len(commit), 10)] }

// most is how much evidence of one finding is shown.
const most = 5

func fid(about, probe string) string {
	return "dispute-" + strings.ReplaceAll(about+"-"+probe, ".", "-")
}
