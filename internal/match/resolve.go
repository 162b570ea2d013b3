package match

import (
	"slices"
	"strings"

	"stoa/internal/good"
)

// Profile is what is known of a good when asking whether a record is about it.
type Profile struct {
	ID good.ID
	Side
}

// Resolve says which of the goods a record is about. More than one in about
// means that the record shows them to be one good. Where it may be about one of
// several that are surely different, or only looks like one, a person must
// decide among doubts.
func Resolve(record Side, goods []Profile) (about, doubts []good.ID) {
	var sure []Profile
	for _, g := range goods {
		switch Compare(record, g.Side).Level {
		case Same:
			sure = append(sure, g)
		case Unsure:
			doubts = append(doubts, g.ID)
		}
	}
	slices.SortFunc(sure, func(a, b Profile) int { return strings.Compare(string(a.ID), string(b.ID)) })
	if apart(sure) {
		// The id a register gave decides between goods that only look alike.
		named := slices.DeleteFunc(slices.Clone(sure), func(g Profile) bool { return sharedIdentifier(record.Keys, g.Keys) == "" })
		if len(named) == 0 || apart(named) {
			return nil, ids(sure)
		}
		sure = named
	}
	if len(sure) > 0 {
		return ids(sure), nil
	}
	slices.Sort(doubts)
	return nil, doubts
}

// apart says whether some of the goods are surely not one.
func apart(goods []Profile) bool {
	for i, a := range goods {
		for _, b := range goods[:i] {
			if differ(a.Keys, b.Keys) {
				return true
			}
		}
	}
	return false
}

func ids(goods []Profile) []good.ID {
	out := make([]good.ID, len(goods))
	for i, g := range goods {
		out[i] = g.ID
	}
	return out
}
