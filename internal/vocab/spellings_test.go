package vocab

import (
	"maps"
	"testing"
)

// TestSpellingsThatABuildMadeAreThoseThatAreMade: a program that a build has made
// quicker knows the same names of licences.
func TestSpellingsThatABuildMadeAreThoseThatAreMade(t *testing.T) {
	ix := licences()
	want, got := ix.spell(), readSpellings(Spellings())
	if len(want) < 1000 || !maps.Equal(got, want) {
		t.Errorf("%d spellings are read, %d are made", len(got), len(want))
	}
	if len(readSpellings("")) != 0 {
		t.Error("there are spellings in nothing")
	}
}
