package need_test

import (
	"slices"
	"testing"

	"stoa/internal/good"
	"stoa/internal/need"
)

// TestAShortlistThatFollowedAGoodCanBeChanged puts goods on a shortlist and takes
// them off while one of it is part of another.
func TestAShortlistThatFollowedAGoodCanBeChanged(t *testing.T) {
	r := need.Record{Shortlist: []good.ID{"a", "b"}}
	follow := func(of, to good.ID) { r.Shortlist, r.Was = good.Follow(r.Shortlist, r.Was, of, to) }
	short := func(id good.ID, off bool) {
		t.Helper()
		if err := r.Short(id, off); err != nil {
			t.Fatal(err)
		}
	}
	follow("a", "c")
	short("d", false)
	if follow("a", "a"); !slices.Equal(r.Shortlist, []good.ID{"a", "b", "d"}) || r.Was != nil {
		t.Errorf("put on meanwhile: %+v", r)
	}
	follow("a", "b")
	short("b", true) // and with it what is part of it
	if follow("a", "a"); !slices.Equal(r.Shortlist, []good.ID{"d"}) || r.Was != nil {
		t.Errorf("taken off meanwhile: %+v", r)
	}
}
