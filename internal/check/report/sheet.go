// Package report lays what probes found beside the questions of a standard,
// and writes it for people and for programs.
package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"stoa/internal/check"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/standard"
)

// Form names the form of a sheet as JSON.
const Form = "check/1"

// Sheet is a report beside the questions of a version of a standard, in one
// language.
type Sheet struct {
	Form       string      `json:"stoa"`     // Form
	Standard   string      `json:"standard"` // "dpg@1.1.7"
	Name       string      `json:"name"`     // of the standard, with its version
	Language   string      `json:"language"`
	Target     string      `json:"target"`
	URL        string      `json:"url,omitempty"`
	Commit     string      `json:"commit,omitempty"`
	Kinds      []good.Kind `json:"kinds"`
	At         time.Time   `json:"at"`
	Files      int         `json:"files"`
	Bytes      int64       `json:"bytes"`             // read
	Partial    []string    `json:"partial,omitempty"` // what was not looked at
	Counts     Counts      `json:"counts"`
	Indicators []Indicator `json:"indicators"`
	Beside     []Line      `json:"beside,omitempty"` // what no question asks for: it informs

	locale *i18n.Locale
}

// Counts are how many judged indicators are in each state.
type Counts struct {
	Met           int `json:"met"`
	NotMet        int `json:"notMet"`
	NotObservable int `json:"notObservable"`
}

// Indicator is one requirement.
type Indicator struct {
	ID        string        `json:"id"`
	Title     string        `json:"title"`
	State     finding.State `json:"state"`
	Judged    bool          `json:"judged"`
	Questions []Question    `json:"questions"`
}

// Question is one question of an indicator.
type Question struct {
	ID       string        `json:"id"`
	Label    string        `json:"label"`
	Required bool          `json:"required"`
	Person   bool          `json:"person,omitempty"`  // no probe speaks of it
	Depends  string        `json:"depends,omitempty"` // the label of a question whose answer says whether this one is asked, where none is seen that asks it
	State    finding.State `json:"state"`
	Findings []Line        `json:"findings,omitempty"`
}

// Line is a finding in words.
type Line struct {
	Probe       string             `json:"probe"`
	State       finding.State      `json:"state"`
	Confidence  finding.Confidence `json:"confidence"`
	Why         string             `json:"why"`
	Mend        string             `json:"mend,omitempty"`
	Evidence    []finding.Evidence `json:"evidence,omitempty"`
	Values      []string           `json:"values,omitempty"`
	Contradicts bool               `json:"contradicts,omitempty"`
	Known       bool               `json:"known,omitempty"` // it stands in the baseline
	Print       string             `json:"fingerprint"`     // the same in each run that finds the same
	Key         string             `json:"key"`             // of the sentence, in any language
}

// New lays a report beside the questions of a set, in a language. Findings
// whose prints are known stand in a baseline.
func New(set *standard.Set, r *finding.Report, l *i18n.Locale, known map[string]bool) *Sheet {
	name, _ := set.Name.In(l.Code)
	s := &Sheet{Form: Form, Standard: set.Key(), Name: name + " " + set.Version, Language: l.Code, Target: r.Target, URL: r.URL, Commit: r.Commit,
		Kinds: r.Kinds, At: r.At, Files: r.Files, Bytes: r.Bytes, locale: l}
	for _, c := range r.Cut {
		s.Partial = append(s.Partial, c.In(l))
	}
	asked, follows := map[string]bool{}, following(set, r)
	for _, in := range set.Leaves() {
		title, _ := in.Title.In(l.Code)
		i := Indicator{ID: in.ID, Title: title, Judged: !in.Informative}
		for _, q := range in.Questions {
			if len(q.Kinds) > 0 && !slices.ContainsFunc(q.Kinds, func(k good.Kind) bool { return slices.Contains(r.Kinds, k) }) {
				continue
			}
			label, _ := q.Label.In(l.Code)
			found := r.Of(q.SeenBy...)
			line := Question{ID: q.ID, Label: label, Required: q.Required, Person: len(q.SeenBy) == 0, State: finding.Sum(found)}
			for _, f := range found {
				line.Findings = append(line.Findings, s.line(f, known))
			}
			if on, ok := follows[q.ID]; ok && line.State != finding.Met {
				line.State = finding.NotObservable
				line.Depends, _ = on.Label.In(l.Code)
			}
			for _, p := range q.SeenBy {
				asked[p] = true
			}
			i.Questions = append(i.Questions, line)
		}
		if len(i.Questions) > 0 {
			i.State = i.sum()
			s.Indicators = append(s.Indicators, i)
			s.count(i)
		}
	}
	for _, f := range r.Findings {
		if !asked[f.Probe] {
			s.Beside = append(s.Beside, s.line(f, known))
		}
	}
	return s
}

// following are the questions that are needed after certain answers alone, where
// no such answer was seen, each with the one it hangs on: what is lacking says
// nothing there, since it may not be asked for.
func following(set *standard.Set, r *finding.Report) map[string]standard.Question {
	answers := standard.Answers{}
	for id, p := range check.Prefill(set, r) {
		answers[id] = p.Answer
	}
	out := map[string]standard.Question{}
	for _, q := range set.Questions() {
		if on, ok := set.Question(q.ShownWhen.Question); ok && (q.Required || !q.RequiredWhen.IsZero()) {
			out[q.ID] = on
		}
	}
	for _, a := range set.Asked(r.Kinds, answers) {
		delete(out, a.Question.ID)
	}
	return out
}

// sum is the state of an indicator: not met if a question is, met if all that
// have to be answered are.
func (i Indicator) sum() finding.State {
	met := false
	for _, q := range i.Questions {
		if q.State == finding.NotMet {
			return finding.NotMet
		}
		met = met || q.Required
	}
	if !met || slices.ContainsFunc(i.Questions, func(q Question) bool { return q.Required && q.State != finding.Met }) {
		return finding.NotObservable
	}
	return finding.Met
}

func (s *Sheet) count(i Indicator) {
	switch {
	case !i.Judged:
	case i.State == finding.Met:
		s.Counts.Met++
	case i.State == finding.NotMet:
		s.Counts.NotMet++
	default:
		s.Counts.NotObservable++
	}
}

func (s *Sheet) line(f finding.Finding, known map[string]bool) Line {
	l := Line{Probe: f.Probe, State: f.State, Confidence: f.Confidence, Why: f.Tell(s.locale), Evidence: f.Evidence, Values: f.Values,
		Contradicts: f.Contradicts, Print: fingerprint(f), Key: f.Why.Key}
	if f.Mend != nil {
		l.Mend = f.Mend.In(s.locale)
	}
	l.Known = known[l.Print]
	return l
}

// fingerprint is the same in each run that finds the same: lines and numbers
// may change.
func fingerprint(f finding.Finding) string {
	parts := []string{f.Probe, string(f.State), f.Why.Key}
	if len(f.Evidence) > 0 {
		parts = append(parts, f.Evidence[0].Path)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Why.Args)) {
		switch v := f.Why.Args[name].(type) {
		case string, []string:
			parts = append(parts, name, fmt.Sprint(v))
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// The things for which a run can fail.
const (
	FailNotMet        = "not-met"       // a judged question is not met, and more than a guess says so
	FailContradiction = "contradiction" // two places of the target say different things
	FailPartial       = "partial"       // not everything was looked at
	FailNone          = "none"
)

// Failing are the lines that let a run fail: what stands in the baseline does
// not. The second result says that it fails because it was partial.
func (s *Sheet) Failing(on []string) (lines []Line, partial bool) {
	seen := map[string]bool{}
	take := func(l Line) {
		if !l.Known && !seen[l.Print] {
			seen[l.Print] = true
			lines = append(lines, l)
		}
	}
	for _, i := range s.Indicators {
		for _, q := range i.Questions {
			for _, l := range q.Findings {
				notMet := i.Judged && q.State == finding.NotMet && l.State == finding.NotMet && l.Confidence != finding.Low
				if slices.Contains(on, FailNotMet) && notMet || slices.Contains(on, FailContradiction) && l.Contradicts {
					take(l)
				}
			}
		}
	}
	for _, l := range s.Beside {
		if l.Contradicts && slices.Contains(on, FailContradiction) {
			take(l)
		}
	}
	return lines, slices.Contains(on, FailPartial) && len(s.Partial) > 0
}

// notMet are all lines that say so, each once, in the order of the sheet.
func (s *Sheet) notMet() []Line {
	var out []Line
	add := func(l Line) {
		if l.State == finding.NotMet && !slices.ContainsFunc(out, func(o Line) bool { return o.Print == l.Print }) {
			out = append(out, l)
		}
	}
	for _, i := range s.Indicators {
		for _, q := range i.Questions {
			for _, l := range q.Findings {
				add(l)
			}
		}
	}
	for _, l := range s.Beside {
		add(l)
	}
	return out
}

// t is a sentence of reports.
func (s *Sheet) t(key string, kv ...any) string { return s.locale.T("check.report."+key, kv...) }

// kinds are the kinds in words.
func (s *Sheet) kinds() string {
	var names []string
	for _, k := range s.Kinds {
		names = append(names, s.locale.Kind(k))
	}
	return s.locale.List(names)
}

// megabytes is what was read, in words.
func (s *Sheet) megabytes() string {
	return s.t("read", "Count", s.Files, "MB", fmt.Sprintf("%.1f", max(0.1, float64(s.Bytes)/(1<<20))))
}

// place is where a line's evidence is: "LICENSE:3".
func place(e finding.Evidence) string {
	where := cmp.Or(e.Path, e.URL)
	if e.Line > 0 {
		where += fmt.Sprintf(":%d", e.Line)
	}
	return where
}
