package vocab

import (
	"strings"
	"testing"

	"stoa/internal/quick"
)

// TestSpellingsThatABuildMadeAreThoseThatAreMade: a program that a build has made
// quicker knows the same names of licences.
func TestSpellingsThatABuildMadeAreThoseThatAreMade(t *testing.T) {
	ix := licences()
	want, got := ix.spell(), quick.Table(Spellings())
	if len(want) < 1000 || strings.Count(string(got), "\n") != len(want) {
		t.Errorf("%d spellings are written, %d are made", strings.Count(string(got), "\n"), len(want))
	}
	for s, id := range want {
		if found, _ := got.Find(s); found != id {
			t.Errorf("%q is %q, want %q", s, found, id)
		}
	}
}
