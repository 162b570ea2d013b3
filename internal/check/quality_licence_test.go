package check

import (
	"slices"
	"strings"
	"testing"

	"stoa/internal/finding"
)

// licenceColumns are the probes that licence.tsv has a label of, in its order.
var licenceColumns = []string{"licence.text", "licence.declared", "licence.agreement", "licence.accepted", "licence.files", "licence.names"}

// licenceLabels are what a person says of the licences of a target, by probe:
// what a column holds, in the words of the other labels.
func licenceLabels(b *testing.B, say func(target, probe, label string)) {
	b.Helper()
	for _, f := range table(b, "licence.tsv", 1+len(licenceColumns)) {
		for i, probe := range licenceColumns {
			switch word := f[1+i]; word {
			case "?":
			case "+":
				say(f[0], probe, string(finding.Met))
			case "x":
				say(f[0], probe, string(finding.NotMet))
			case "-":
				say(f[0], probe, string(finding.NotObservable))
			default:
				say(f[0], probe, "="+word)
			}
		}
	}
}

// among says whether values are one of the alternatives, which "|" parts: the
// first value for any probe, all licences in any order for those of licences,
// where "/" parts them.
func among(alternatives, probe string, values []string) bool {
	if len(values) == 0 {
		return false
	}
	if !strings.HasPrefix(probe, "licence.") {
		return slices.ContainsFunc(strings.Split(alternatives, "|"), func(v string) bool { return sameName(v) == sameName(values[0]) })
	}
	has := slices.Sorted(slices.Values(values))
	for one := range strings.SplitSeq(alternatives, "|") {
		if slices.Equal(has, slices.Sorted(strings.SplitSeq(one, "/"))) {
			return true
		}
	}
	return false
}

// licences is the sum over the probes that licence.tsv has labels of.
func licences(of map[string]*score) *score {
	sum := newScore()
	for _, probe := range licenceColumns {
		if y := of[probe]; y != nil {
			sum.add(y)
		}
	}
	return sum
}

// add adds what another probe said.
func (y *score) add(other *score) {
	y.all, y.silent = y.all+other.all, y.silent+other.silent
	for _, pair := range [][2]map[finding.State]int{{y.said, other.said}, {y.right, other.right}} {
		for s, n := range pair[1] {
			pair[0][s] += n
		}
	}
	for _, pair := range [][2]map[string]int{{y.label, other.label}, {y.recall, other.recall}} {
		for s, n := range pair[1] {
			pair[0][s] += n
		}
	}
}
