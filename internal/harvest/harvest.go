// Package harvest reads what other registries publish: bytes from strangers go
// in, clean candidates come out, each with the repairs made on the way and the
// reasons why a person must look, if any. It never guesses in silence.
package harvest

import (
	"iter"
	"regexp"
	"slices"
	"strings"

	"stoa/internal/good"
)

// Format names a form in which another registry publishes.
type Format string

// The formats that can be read.
const (
	DPGAv1        Format = "dpga-v1"        // the DPGA registry's API body, dpgs.json
	DPGAv0        Format = "dpga-v0"        // the DPGA's old static API
	DPGAFolders   Format = "dpga-folders"   // the DPGA's candidates repository: one file a record
	DPGAHistory   Format = "dpga-history"   // index of who was listed when
	StoaCatalogue Format = "stoa-catalogue" // a folder of files in Stoa's own form
	Stoa          Format = "stoa"           // another instance's dump: records.ndjson and sources.ndjson
)

// Formats lists the formats in the order they are tried.
var Formats = []Format{DPGAv1, DPGAv0, DPGAFolders, DPGAHistory, StoaCatalogue, Stoa, Publiccode, CodeMetaFile, CitationFile, CodeFile, DCATFile, Table}

// Limits of what is read from a stranger.
const (
	MaxRecord = 8 << 20 // bytes of one record
	MaxDepth  = 64      // nesting of one record
	maxText   = 50_000  // characters of one text
	maxShown  = 300     // characters of a value shown in a report
)

// Repair is one thing mended in one field. From and To are shortened and hold
// no personal data.
type Repair struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
	Rule  string `json:"rule"`
}

// Candidate is one outside record made clean.
type Candidate struct {
	Source    string // good.Source.ID
	ForeignID string
	Facts     good.Facts
	Seen      good.Date // the day the source was seen saying so, if the record or its file says it
	Contacts  []good.Contact
	Repairs   []Repair
	// Reasons are codes with an optional value, "country-unknown: ODK". On a
	// held candidate they say why a person must decide; on another, what is
	// remarkable.
	Reasons []string
	Held    bool
	Raw     []byte // the record as it came; private
	// Mark stands for all it was read from and how: with the same mark it says
	// the same. "" where that is to be found out.
	Mark string
}

// Input is a source opened for reading.
type Input struct {
	Format   Format
	Sources  []good.Source // those its candidates come from
	Complete bool          // the listing is complete: what it lacks is no longer listed
	// AsOf is the day the listing is of, where the input itself says so.
	AsOf good.Date
	// Frozen is the last day on which this source can have said anything.
	Frozen good.Date
	// Count is the number of records, or -1 where it is not known beforehand.
	Count int
	// Each yields the candidates in the input's order. An error ends it: what
	// was yielded before stands, the listing is then not complete.
	Each iter.Seq2[Candidate, error]
}

// mend collects what was repaired in one record.
type mend struct {
	repairs  []Repair
	reasons  []string
	held     bool
	contacts []good.Contact
	private  []string // the record's own contact names and addresses
	public   []string // names of the good and its organisations
}

// note records a repair, unless nothing changed.
func (m *mend) note(field, from, to, rule string) {
	if from == to {
		return
	}
	r := Repair{Field: field, From: m.show(from), To: m.show(to), Rule: rule}
	if !slices.Contains(m.repairs, r) {
		m.repairs = append(m.repairs, r)
	}
}

// remark adds a reason that a person may want to know.
func (m *mend) remark(code, value string) {
	if value != "" {
		code += ": " + m.show(value)
	}
	if !slices.Contains(m.reasons, code) {
		m.reasons = append(m.reasons, code)
	}
}

// hold says that a person must decide.
func (m *mend) hold(code, value string) {
	m.held = true
	m.remark(code, value)
}

// show makes a value fit for a report: short and without personal data.
func (m *mend) show(s string) string {
	s = visible(withoutPersonal(strings.ToValidUTF8(s, ""), m.private))
	if r := []rune(s); len(r) > maxShown {
		s = string(r[:maxShown]) + "…"
	}
	return s
}

var anID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$`)

// id is an identifier another register gave, or "" where it has none; one that
// does not look like an identifier holds the record.
func (m *mend) id(raw text) string {
	s := strings.TrimSpace(string(raw))
	if s != "" && !anID.MatchString(s) {
		m.hold("id-odd", s)
		return ""
	}
	return s
}

// finish is the candidate of a mended record.
func (m *mend) finish(source, id string, f good.Facts, raw []byte) Candidate {
	m.scrub(&f)
	if f.Name == "" {
		m.hold("name-missing", "")
	}
	for i := range m.contacts {
		m.contacts[i].Source, m.contacts[i].ForeignID = source, id
	}
	return Candidate{Source: source, ForeignID: id, Facts: f, Contacts: m.contacts, Repairs: m.repairs,
		Reasons: m.reasons, Held: m.held, Raw: raw}
}

// broken is the candidate of bytes that are no record.
func broken(source, id, reason string, raw []byte) Candidate {
	return Candidate{Source: source, ForeignID: id, Reasons: []string{new(mend).show(reason)}, Held: true, Raw: raw}
}
