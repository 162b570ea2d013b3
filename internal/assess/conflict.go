package assess

import (
	"slices"

	"stoa/internal/good"
)

// ConflictCause says of what sort a conflict of interest is.
type ConflictCause string

// The causes. All but the last are detected.
const (
	Owns         ConflictCause = "own"          // it is theirs
	SameHouse    ConflictCause = "organisation" // of the same organisation
	Contributor  ConflictCause = "contributor"  // has applied for this good
	Quarrel      ConflictCause = "quarrel"      // an earlier decision between these people was appealed
	Reported     ConflictCause = "reported"     // doubted this good, or one of the same owners, perhaps in confidence: nobody is told so
	DeclaredSelf ConflictCause = "declared"     // declared, or found and not to be told from that
)

// Reason is one conflict of interest found. With names what it is with, where
// that may be said: an organisation, else nothing.
type Reason struct {
	Cause ConflictCause `json:"cause"`
	With  string        `json:"with,omitempty"`
}

// Declared is a conflict somebody declared: with a person, a good or an
// organisation (its slug); either side may declare it.
type Declared struct {
	By           good.ID `json:"by"`
	Person       good.ID `json:"person,omitempty"`
	Good         good.ID `json:"good,omitempty"`
	Organisation string  `json:"organisation,omitempty"`
	Reason       string  `json:"reason"`
}

// Interests is what is known of one person who may be asked to judge.
type Interests struct {
	Person        good.ID
	Organisations []string // slugs they act for
	Declared      []Declared
	Goods         []good.ID // they contributed to
	Quarrels      []good.ID // people they quarrelled with
	Reported      bool      // they doubted this good, or another of its owners'
}

// Stakes is what is known of those who want something decided.
type Stakes struct {
	Good          good.ID
	Owners        []good.ID
	Organisations []string   // of the owners and of the good
	Declared      []Declared // by the owners
}

// Conflicts lists why a person must not judge. Whoever reads the list cannot
// tell who doubted something in confidence from who declared a conflict.
func Conflicts(p Interests, s Stakes) []Reason {
	var out []Reason
	if slices.Contains(s.Owners, p.Person) {
		out = append(out, Reason{Cause: Owns})
	}
	for _, o := range p.Organisations {
		if slices.Contains(s.Organisations, o) {
			out = append(out, Reason{SameHouse, o})
		}
	}
	if s.Good != "" && slices.Contains(p.Goods, s.Good) {
		out = append(out, Reason{Cause: Contributor})
	}
	if slices.ContainsFunc(s.Owners, func(o good.ID) bool { return slices.Contains(p.Quarrels, o) }) {
		out = append(out, Reason{Cause: Quarrel})
	}
	hidden := p.Reported
	for _, d := range p.Declared {
		switch {
		case d.Person != "" && slices.Contains(s.Owners, d.Person), d.Good != "" && d.Good == s.Good:
			hidden = true
		case d.Organisation != "" && slices.Contains(s.Organisations, d.Organisation):
			out = append(out, Reason{DeclaredSelf, d.Organisation})
		}
	}
	for _, d := range s.Declared {
		if d.Person != "" && d.Person == p.Person || d.Organisation != "" && slices.Contains(p.Organisations, d.Organisation) {
			hidden = true
		}
	}
	if hidden {
		out = append(out, Reason{Cause: DeclaredSelf})
	}
	return out
}
