package match

import (
	"time"

	"stoa/internal/good"
)

// State is what became of a pair.
type State string

// The states.
const (
	Open   State = "open"   // somebody should look at it
	Merged State = "merged" // the two are one good
	Apart  State = "apart"  // a person keeps them apart
)

// States lists the states in the order they are shown.
var States = []State{Open, Merged, Apart}

// Pair is two goods that may be one.
type Pair struct {
	ID      good.ID
	One     good.ID // the lower of both
	Other   good.ID
	Score   int // of 100
	Sure    bool
	Reasons []Reason
	Found   time.Time
	State   State
	Decided time.Time // zero where nobody did
	Role    string    // of who did
	Judged  bool      // a person decided about it once; no program does again
}

// PairOf is the pair of two goods, the lower id first.
func PairOf(a, b good.ID) Pair {
	return Pair{One: min(a, b), Other: max(a, b), State: Open}
}
