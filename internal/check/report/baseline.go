package report

import (
	"encoding/json"
	"io"

	"stoa/internal/good"
)

// BaselineForm names the form of a baseline.
const BaselineForm = "check-baseline/1"

// baseline is what was found once and does not let a run fail again.
type baseline struct {
	Form     string  `json:"stoa"`
	Findings []entry `json:"findings"`
}

type entry struct {
	Print string `json:"fingerprint"`
	Probe string `json:"probe"`
	Why   string `json:"why"` // for those who read the file; not compared
}

// ReadBaseline reads the prints that a baseline holds.
func ReadBaseline(raw []byte) (map[string]bool, error) {
	var b baseline
	if err := json.Unmarshal(raw, &b); err != nil || b.Form != BaselineForm {
		return nil, &good.Error{Kind: good.Invalid, Key: "check.error.baseline", Field: "baseline", Err: err}
	}
	known := map[string]bool{}
	for _, e := range b.Findings {
		known[e.Print] = true
	}
	return known, nil
}

// WriteBaseline writes all that is not met, or contradicts, as a baseline.
func (s *Sheet) WriteBaseline(w io.Writer) error {
	b := baseline{Form: BaselineForm, Findings: []entry{}}
	for _, l := range s.notMet() {
		b.Findings = append(b.Findings, entry{l.Print, l.Probe, l.Why})
	}
	return indented(w, b)
}

func indented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
