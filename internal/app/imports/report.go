package imports

import (
	"bufio"
	"encoding/json"
	"io"

	"stoa/internal/harvest"
)

// Totals counts the records of an import.
type Totals struct {
	Records      int `json:"records"`
	Kept         int `json:"kept"`
	Repaired     int `json:"repaired"`
	NeedsAPerson int `json:"needs-a-person"`
	Changed      int `json:"changed"`   // records new or changed
	NewGoods     int `json:"new_goods"` // goods that did not exist
}

// report writes {"records":[…],"totals":{…}} as it goes, so that memory does
// not grow with the import.
type report struct {
	w      *bufio.Writer
	totals Totals
}

// reported is one record of the report.
type reported struct {
	Source  string           `json:"source"`
	ID      string           `json:"id"`
	Good    string           `json:"good"` // slug
	Outcome Outcome          `json:"outcome"`
	Repairs []harvest.Repair `json:"repairs"`
	Reasons []string         `json:"reasons"`
}

func newReport(w io.Writer) *report {
	if w == nil {
		w = io.Discard
	}
	r := &report{w: bufio.NewWriter(w)}
	_, _ = r.w.WriteString(`{"records":[`) // bufio keeps the error for Flush
	return r
}

// add counts and writes one record.
func (r *report) add(c harvest.Candidate, d decision) error {
	before := byte(',')
	if r.totals.Records++; r.totals.Records == 1 {
		before = '\n'
	}
	_ = r.w.WriteByte(before)
	switch d.outcome {
	case Kept:
		r.totals.Kept++
	case Repaired:
		r.totals.Repaired++
	case NeedsAPerson:
		r.totals.NeedsAPerson++
	}
	if d.write {
		r.totals.Changed++
	}
	if d.isNew {
		r.totals.NewGoods++
	}
	e := reported{Source: c.Source, ID: c.ForeignID, Good: d.slug, Outcome: d.outcome, Repairs: c.Repairs, Reasons: d.reasons}
	if e.Repairs == nil {
		e.Repairs = []harvest.Repair{}
	}
	if e.Reasons == nil {
		e.Reasons = []string{}
	}
	enc := json.NewEncoder(r.w)
	enc.SetEscapeHTML(false) // the report is a file for people, too
	return enc.Encode(e)
}

// close ends the report; it is whole JSON even where the import was cut short.
func (r *report) close() error {
	b, err := json.Marshal(r.totals)
	if err != nil {
		return err
	}
	_, _ = r.w.WriteString("],\"totals\":")
	_, _ = r.w.Write(b)
	_, _ = r.w.WriteString("}\n")
	return r.w.Flush()
}
