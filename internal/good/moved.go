package good

import (
	"cmp"
	"slices"
)

// Moved is a thing that names a good which became part of another, or itself
// again.
type Moved struct {
	Thing ID `json:"thing"`
	Good  ID `json:"good"` // that it first named
}

// Followers are what follows a good that becomes part of another and is told in
// public: help for goods, what is translated, and how a good is run.
type Followers struct {
	Support []Moved `json:"support,omitempty"` // offers, public requests, agreements
	Tasks   []Moved `json:"tasks,omitempty"`   // of localisation
	Terms   []Moved `json:"terms,omitempty"`
	Recipes []ID    `json:"recipes,omitempty"`
}

// Part is a good that a list first named, with the one of which it is part now:
// itself, where nothing became of it.
type Part struct {
	Of  ID `json:"of"`
	Now ID `json:"now"`
}

// Follow has a list of goods name another in place of one that it first named:
// the good into which that went, or itself again. was is what the list first
// named; nil where it names that still. Both are returned as they are then.
func Follow(list []ID, was []Part, of, to ID) ([]ID, []Part) {
	then := slices.Clone(was)
	if then == nil {
		for _, id := range list {
			then = append(then, Part{id, id})
		}
	}
	for i := range then {
		if then[i].Of == of {
			then[i].Now = to
		}
	}
	return Names(then)
}

// Names are the goods that a list names now, each once, with what it first
// named; nil where that is the same.
func Names(was []Part) ([]ID, []Part) {
	var now []ID
	same := true
	for _, p := range was {
		if !slices.Contains(now, p.Now) {
			now = append(now, p.Now)
		}
		same = same && p.Now == p.Of
	}
	if same {
		was = nil
	}
	return now, was
}

// FirstNamed are the goods that a list first named and that are part of one now.
func FirstNamed(list []ID, was []Part, now ID) []ID {
	if was == nil && slices.Contains(list, now) {
		return []ID{now}
	}
	var out []ID
	for _, p := range was {
		if p.Now == now {
			out = append(out, p.Of)
		}
	}
	return out
}

// MoveTo is which good a thing names after it moved, and which it first named
// where that is another: it named now, and first was, or "".
func MoveTo(now, was, to ID) (ID, ID) {
	if was = cmp.Or(was, now); was == to {
		was = ""
	}
	return to, was
}
