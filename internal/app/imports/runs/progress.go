package runs

import (
	"encoding/json"

	"stoa/internal/good"
	"stoa/internal/harvest/connect"
)

// progress is where the runs of a source stand. It is all that they remember,
// and is committed with what they take in.
type progress struct {
	Run     good.Run      `json:"run"`               // under way, or the last that ended
	State   connect.State `json:"state"`             // where to go on
	Whole   connect.State `json:"whole"`             // what the reading after a whole one begins with
	Pass    int           `json:"pass"`              // number of the reading: several runs may share one
	Page    int           `json:"page"`              // of the reading
	Read    bool          `json:"read,omitempty"`    // to its end; what is missing is being looked for
	Listing bool          `json:"listing,omitempty"` // it lists everything
	Shifted bool          `json:"shifted,omitempty"` // it changed while it was read
	Seen    int           `json:"seen,omitempty"`    // records of the reading
	Failed  int           `json:"failed,omitempty"`  // runs in a row
	Circles bool          `json:"circles,omitempty"` // it sends the same again and again
	Loop    loop          `json:"loop,omitzero"`
}

func readProgress(raw []byte) (p progress, err error) {
	return p, json.Unmarshal(raw, &p)
}

// under says whether a run is under way.
func (p progress) under() bool { return p.Run.N > 0 && p.Run.Ended.IsZero() }

// loop finds out whether cursors come again, in little room: it keeps one and
// compares all that follow with it, and keeps a later one after twice as many.
type loop struct {
	Kept  string `json:"kept,omitempty"`
	Steps int    `json:"steps,omitempty"` // since then
	Limit int    `json:"limit,omitempty"`
	Idle  int    `json:"idle,omitempty"` // pages in a row that brought nothing that was not there
}

// next takes in the cursor of the page after, how many records of this page
// were not there before, and whether some were; it says whether the source goes
// in circles.
func (l *loop) next(cursor string, fresh int, again bool) bool {
	if fresh > 0 {
		l.Idle = 0
	} else if again {
		l.Idle++
	}
	if l.Limit > 0 && cursor == l.Kept || l.Idle >= idlePages {
		return true
	}
	if l.Steps++; l.Steps >= l.Limit {
		l.Kept, l.Steps, l.Limit = cursor, 0, max(1, 2*l.Limit)
	}
	return false
}

func encoded(p progress) json.RawMessage {
	doc, err := json.Marshal(p)
	if err != nil {
		panic(err) // texts, numbers and times: it cannot fail
	}
	return doc
}
