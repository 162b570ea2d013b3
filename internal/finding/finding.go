// Package finding is what a machine saw of a good: whether one matter is met,
// for what reason, on what evidence. A finding informs; people decide.
package finding

import (
	"time"

	"stoa/internal/good"
)

// State is what a probe says of its matter.
type State string

// The states. Not observable says that a machine cannot tell; it never counts
// for a good, nor against it.
const (
	Met           State = "met"
	NotMet        State = "not-met"
	NotObservable State = "not-observable"
)

// Confidence is how sure a probe is of what it says.
type Confidence string

// The confidences: High rests on an exact form (a whole licence text, a
// manifest that parses), Medium on a name or a heading, Low on a guess.
const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
)

// Text is a sentence by its translation key, "check.…", with what stands in it.
type Text struct {
	Key  string         `json:"key"`
	Args map[string]any `json:"args,omitempty"`
}

// Say makes a Text of a key and pairs of a name and a value.
func Say(key string, pairs ...any) Text {
	t := Text{Key: key}
	for i := 0; i+1 < len(pairs); i += 2 {
		if t.Args == nil {
			t.Args = map[string]any{}
		}
		t.Args[pairs[i].(string)] = pairs[i+1]
	}
	return t
}

// Evidence is where a finding can be looked up: a file of the target, or an
// address.
type Evidence struct {
	Path   string `json:"path,omitempty"`   // from the root of the target, with slashes
	Line   int    `json:"line,omitempty"`   // from 1; 0: the whole file
	URL    string `json:"url,omitempty"`    // where others see the same, where there is such an address
	SHA256 string `json:"sha256,omitempty"` // of the bytes that were read, in hexadecimal
	Commit string `json:"commit,omitempty"`
}

// Finding is what one probe saw of one matter.
type Finding struct {
	Probe      string     `json:"probe"` // "licence.accepted": stable, named by questions of a standard
	State      State      `json:"state"`
	Why        Text       `json:"why"`
	Mend       *Text      `json:"mend,omitempty"` // what to do, where something can be done
	Evidence   []Evidence `json:"evidence,omitempty"`
	Confidence Confidence `json:"confidence"`
	Values     []string   `json:"values,omitempty"` // what an answer could say: SPDX identifiers, addresses, a name

	Contradicts bool `json:"contradicts,omitempty"` // two places of the target say different things
}

// Report is one run of the probes over one target.
type Report struct {
	Target   string      `json:"target"`           // as it was given
	URL      string      `json:"url,omitempty"`    // where others find it
	Commit   string      `json:"commit,omitempty"` // of the tree that was read
	Kinds    []good.Kind `json:"kinds"`
	At       time.Time   `json:"at"`
	Files    int         `json:"files"` // in the target
	Bytes    int64       `json:"bytes"` // that were read
	Findings []Finding   `json:"findings"`
	Cut      []Text      `json:"cut,omitempty"` // the limits that ended the run early: what is missing may be there
}

// Of are the findings of these probes, in the order of the report.
func (r *Report) Of(probes ...string) []Finding {
	var out []Finding
	for _, f := range r.Findings {
		for _, p := range probes {
			if f.Probe == p {
				out = append(out, f)
			}
		}
	}
	return out
}

// Sum is the state of a question that several findings speak of: not met if a
// sure one says so, else met if one does, else not met if one says so with
// less than certainty, else not observable.
func Sum(findings []Finding) State {
	met, doubted := false, false
	for _, f := range findings {
		switch {
		case f.State == NotMet && f.Confidence == High:
			return NotMet
		case f.State == NotMet:
			doubted = true
		case f.State == Met:
			met = true
		}
	}
	switch {
	case met:
		return Met
	case doubted:
		return NotMet
	}
	return NotObservable
}
