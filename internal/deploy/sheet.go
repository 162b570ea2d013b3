package deploy

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"stoa/internal/good"
)

// SheetColumns are the columns of a spreadsheet of deployments, in the order of
// the template. The first four have to be there; others may stand beside them.
var SheetColumns = append([]string{"good", "organisation", "country", "stage", "website", "place", "since", "until", "release", "people", "users", "facilities", "transactions", "as_of", "source",
	"languages", "hosting", "integrations", "programme", "evidence"}, DetailNames()...)

// SheetDays are those whose cells are days.
var SheetDays = []string{"since", "until", "as_of", "standard_tested"}

// MaxSheet is how many deployments one spreadsheet may hold.
const MaxSheet = 10_000

// Said is what one row of a spreadsheet says.
type Said struct {
	Good         string   // slug or id
	Integrations []string // likewise
	Statement
}

// Read reads one row, by the names of its columns.
func Read(cells map[string]string) (Said, error) {
	for name, c := range cells {
		switch c = strings.TrimSpace(c); {
		case len(c) > 1 && c[0] == '\'' && strings.ContainsRune("=+-@", rune(c[1])): // disarmed by whoever wrote the file
			c = c[1:]
		case strings.HasPrefix(c, "=") || strings.HasPrefix(c, "@"):
			return Said{}, &good.Error{Kind: good.Invalid, Key: "deploy.sheet.formula", Field: name}
		}
		cells[name] = c
	}
	s := Said{Good: lastPart(cells["good"]), Integrations: list(cells["integrations"])}
	s.Statement = Statement{Organisation: cells["organisation"], Website: cells["website"], Country: cells["country"], Place: cells["place"], Release: cells["release"], Stage: stage(cells["stage"]),
		Since: good.Date(cells["since"]), Until: good.Date(cells["until"]), Languages: list(cells["languages"]), Hosting: strings.ToLower(cells["hosting"]), Programme: cells["programme"],
		Evidence: strings.Fields(cells["evidence"])}
	for _, name := range DetailNames() {
		if c := cells[name]; c != "" {
			if s.Details == nil {
				s.Details = map[string]string{}
			}
			s.Details[name] = c
		}
	}
	for _, unit := range Units {
		c := cells[string(unit)]
		if c == "" {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(c, ".0"), 10, 64)
		if err != nil {
			return s, wrong("deploy.error.whole", string(unit))
		}
		s.Scale = append(s.Scale, Measure{Number: n, Unit: unit, Date: good.Date(cells["as_of"]), Source: cells["source"]})
	}
	return s, nil
}

// lastPart is the slug of a good that is named by its address.
func lastPart(s string) string {
	if i := strings.LastIndex(s, "/goods/"); i >= 0 {
		s = s[i+len("/goods/"):]
	}
	return strings.Trim(s, "/ ")
}

// stage is one as people write it: "National scale".
func stage(s string) Stage {
	out := Stage(strings.ReplaceAll(strings.ToLower(s), " ", "-"))
	if out == "national" {
		return National
	}
	return out
}

// list are several values of one cell, separated by spaces, commas or
// semicolons.
func list(s string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;،、", r) }), func(s string) bool { return s == "" })
}

// Outcome is what became of a row.
type Outcome string

// The outcomes.
const (
	Fit     Outcome = "fit"     // it can be entered
	Wrong   Outcome = "wrong"   // it says why it cannot
	There   Outcome = "there"   // it is said already
	Entered Outcome = "entered" // it is here now
	Left    Outcome = "left"    // whoever sent it left it out
)

// Row is one row of a spreadsheet and what became of it.
type Row struct {
	Number  int            `json:"row"` // as a spreadsheet counts
	Cells   []string       `json:"cells,omitempty"`
	Outcome Outcome        `json:"outcome"`
	Key     string         `json:"key,omitempty"` // of the sentence that says why
	Field   string         `json:"field,omitempty"`
	Args    map[string]any `json:"args,omitempty"`
	ID      good.ID        `json:"id,omitempty"` // of the deployment that is here
}

// Sheet is a spreadsheet of deployments that somebody sent. It is private.
type Sheet struct {
	ID      good.ID   `json:"id"`
	Person  good.ID   `json:"person"`
	Side    Side      `json:"side,omitempty"` // for which they speak in every row
	Body    string    `json:"body,omitempty"` // the organisation for which they do
	Columns []string  `json:"columns"`
	Unread  []string  `json:"unread,omitempty"` // names of columns that mean nothing here
	Rows    []Row     `json:"rows"`
	State   string    `json:"state"` // "shown", "entering" or "done"
	Sent    time.Time `json:"sent"`
	Done    int       `json:"-"` // rows that were looked at while they are entered
	// Who they are while rows are entered.
	Pseudonym string   `json:"pseudonym,omitempty"`
	Roles     []string `json:"roles,omitempty"`
}

// The states of a spreadsheet.
const (
	SheetShown    = "shown"
	SheetEntering = "entering"
	SheetDone     = "done"
)

// Count says how many rows came to an outcome.
func (s *Sheet) Count(o Outcome) int {
	n := 0
	for _, r := range s.Rows {
		if r.Outcome == o {
			n++
		}
	}
	return n
}

// Cells are the cells of a row by the names of their columns.
func (s *Sheet) Cells(r Row) map[string]string {
	out := map[string]string{}
	for i, c := range r.Cells {
		if i < len(s.Columns) && slices.Contains(SheetColumns, s.Columns[i]) {
			out[s.Columns[i]] = c
		}
	}
	return out
}
