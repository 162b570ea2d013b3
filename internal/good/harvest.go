package good

import "time"

// Harvest says how a source is read by itself: what it is, where, how often and
// within which bounds. It is public.
type Harvest struct {
	Source  string            `json:"source"` // Source.ID
	Kind    string            `json:"kind"`   // which connector reads it
	Address string            `json:"address"`
	Options map[string]string `json:"options,omitempty"` // what the kind asks for besides
	Keeper  string            `json:"keeper,omitempty"`  // the office or organisation that looks after it
	Hours   int               `json:"hours"`             // from the beginning of one run to that of the next; 0: only when somebody asks
	Rate    int               `json:"rate,omitempty"`    // requests a minute to one host, at most; 0 for the usual
	Most    int               `json:"most,omitempty"`    // records of one run, at most; 0 for the usual
	Agreed  bool              `json:"agreed,omitempty"`  // who runs it agreed, whatever its robots.txt says
	Paused  bool              `json:"paused,omitempty"`
}

// RunEnd is how the reading of a source ended.
type RunEnd string

// The ends of a run.
const (
	RunWhole     RunEnd = "whole"     // everything was read
	RunUnchanged RunEnd = "unchanged" // the source says that nothing changed
	RunPartial   RunEnd = "partial"   // it broke off; the next goes on from there
	RunFailed    RunEnd = "failed"    // nothing could be read
)

// RunEnds lists the ends of a run.
var RunEnds = []RunEnd{RunWhole, RunUnchanged, RunPartial, RunFailed}

// Run is one reading of a source: the report that everybody may read.
type Run struct {
	Source    string    `json:"source"`
	N         int       `json:"n"` // from 1 on
	Began     time.Time `json:"began"`
	Ended     time.Time `json:"ended,omitzero"` // zero while it is under way
	End       RunEnd    `json:"end,omitempty"`
	Pages     int       `json:"pages"`
	New       int       `json:"new"` // records
	Changed   int       `json:"changed"`
	Unchanged int       `json:"unchanged"`
	Gone      int       `json:"gone"`            // no longer listed there
	Faulty    int       `json:"faulty"`          // could not be read
	Waiting   int       `json:"waiting"`         // of the new and changed: for a person
	Total     int       `json:"total,omitempty"` // as the source says
	// Why is the sentence that says why it ended, or why what is missing was
	// not taken for gone; a translation key with its values.
	Why  string            `json:"why,omitempty"`
	Args map[string]string `json:"args,omitempty"`
}

// Records is how many records were seen.
func (r Run) Records() int { return r.New + r.Changed + r.Unchanged }

// RunFault is a record of a run that could not be read, and why: a translation
// key with its values.
type RunFault struct {
	ID   string            `json:"id"`
	Key  string            `json:"key"`
	Args map[string]string `json:"args,omitempty"`
}
