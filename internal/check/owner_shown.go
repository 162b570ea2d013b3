package check

import (
	"maps"
	"slices"
	"strings"

	"stoa/internal/finding"
)

// lateLine is after which line of a program what looks like a statement of
// copyright is what the program writes, or a sample.
const lateLine = 40

// shown are the places that show who holds the rights: where the terms of the
// whole do, no tests, and no lines from within programs.
func (h *holder) shown() []finding.Evidence {
	if !h.first {
		return h.tally.at
	}
	return slices.DeleteFunc(slices.Clone(h.tally.at), func(e finding.Evidence) bool {
		return strings.Contains(e.Path, "/") && (e.Line > lateLine || isAside(e.Path))
	})
}

// display is the name in the spelling that is used most.
func (h *holder) display() string {
	if h.name != "" {
		return h.name
	}
	best := ""
	for _, n := range slices.Sorted(maps.Keys(h.names)) {
		if best == "" || h.names[n] > h.names[best] {
			best = n
		}
	}
	return best
}
