package good

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Task is work to be done after a transaction has committed. It is enqueued
// within the transaction: both happen or neither. It is done at least once, so
// whoever does it must bear a repeat.
type Task struct {
	Kind string          // what to do, "mail"; somebody has to be registered for it
	Key  string          // of two tasks with one kind and one key the second is not enqueued; never a secret or a person's address
	Args json.RawMessage // what the doer needs; JSON
	At   time.Time       // not before; zero for at once
}

// Notice is something one person should hear because of a journal entry. The
// noun that wrote the entry says who that is; how it reaches them is theirs to
// choose.
type Notice struct {
	Person ID
	Kind   string            // "clarification-asked": the texts mail.<kind>.subject and .body are its words
	About  ID                // the good, application or other thing it is about
	Args   map[string]string // what the texts name: of the person's own business, never another's address
	Path   string            // where on this instance to read on or to act, "/apply/…"
}

// Values are the values of a notice for its words: names and values in turn.
// Whole numbers and days are such, so that each language writes them its way.
func (n Notice) Values() []any {
	var out []any
	for _, name := range slices.Sorted(maps.Keys(n.Args)) {
		s := n.Args[name]
		var v any = s
		if i, err := strconv.Atoi(s); err == nil && strconv.Itoa(i) == s {
			v = i
		} else if _, err := time.Parse(time.DateOnly, s); err == nil {
			v = Date(s)
		}
		out = append(out, name, v)
	}
	return out
}
