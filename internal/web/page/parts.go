package page

import (
	"strconv"

	"stoa/internal/good"
)

// sdgClass are the classes that colour the goals.
var sdgClass = func() (c [18]string) {
	for i := range c {
		c[i] = "sdg sdg-" + strconv.Itoa(i)
	}
	return c
}()

// SDGClass is the class that colours goal n.
func SDGClass(n int) string {
	if n < 1 || n > 17 {
		return "sdg"
	}
	return sdgClass[n]
}

// stageSigns stand before the words of a stage, so that its colour is never
// alone in saying it.
var stageSigns = map[good.Stage]string{
	good.Recognised: "✓", good.RenewalDue: "↻", good.InReview: "…", good.Applying: "…", good.Nominated: "○",
	good.Lapsed: "◐", good.Retired: "■", good.Withdrawn: "←", good.NotEligible: "×", good.Removed: "×", good.Merged: "→",
}

// Sign is the sign of a stage.
func Sign(s good.Stage) string { return stageSigns[s] }

var stageClasses = func() map[good.Stage]string {
	m := map[good.Stage]string{}
	for _, s := range good.Stages {
		m[s] = "stage " + string(s)
	}
	return m
}()

// StageClass is the class of a stage's badge.
func StageClass(s good.Stage) string {
	if c, ok := stageClasses[s]; ok {
		return c
	}
	return "stage"
}

// summaryShown is how much of a summary a list shows, in characters.
const summaryShown = 230

// ownerShown is how much of an owner's name a list shows, in characters.
const ownerShown = 60

// Pair is one parameter of a form.
type Pair struct{ Name, Value string }

var maxText = strconv.Itoa(good.MaxText)
