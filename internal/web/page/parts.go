package page

import (
	"strconv"

	"github.com/a-h/templ"

	"stoa/internal/good"
)

// goalNumbers are the numbers of the goals as the style knows them.
var goalNumbers = func() (n [18]string) {
	for i := range n {
		n[i] = strconv.Itoa(i)
	}
	return n
}()

// GoalNumber is the number by which the style colours goal n.
func GoalNumber(n int) string {
	if n < 1 || n > 17 {
		return ""
	}
	return goalNumbers[n]
}

// stageSigns stand before the words of a stage, so that its colour is never
// alone in saying it.
var stageSigns = map[good.Stage]string{
	good.Recognised: "✓", good.RenewalDue: "↻", good.InReview: "…", good.Applying: "…", good.Nominated: "○",
	good.Lapsed: "◐", good.Retired: "■", good.Withdrawn: "←", good.NotEligible: "×", good.Removed: "×", good.Merged: "→",
}

// Sign is the sign of a stage.
func Sign(s good.Stage) string { return stageSigns[s] }

// summaryShown is how much of a summary a list shows, in characters.
const summaryShown = 230

// ownerShown is how much of an owner's name a list shows, in characters.
const ownerShown = 60

// Pair is one parameter of a form.
type Pair struct{ Name, Value string }

var maxText = strconv.Itoa(good.MaxText)

// rowKey is what a good in a list depends on besides the language: its card
// changes only with an entry of the journal.
type rowKey struct {
	id       good.ID
	position int64
	level    int
}

// rowsKept bounds the rows kept in one language: about 2 MB.
const rowsKept = 1000

func rows(f *Frame, cards []good.Card, level int) templ.Component {
	return f.rows.Each(len(cards), func(i int) rowKey { return rowKey{cards[i].ID, cards[i].Position, level} },
		func(i int) templ.Component { return row(f, &cards[i], level) })
}
