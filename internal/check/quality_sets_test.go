package check

import (
	"fmt"
	"strings"
	"testing"

	"stoa/internal/finding"
)

// setMark begins the label of a probe that says several things, each of which
// is right or wrong by itself; "|" parts them.
const setMark = "{"

// setLabels reads what is there of each such matter (sets.tsv). What nobody
// labelled anywhere is added to each label as open to dispute.
func setLabels(b *testing.B, say func(target, probe, label string)) {
	b.Helper()
	open := map[string]string{}
	for _, f := range table(b, "sets.tsv", 3) {
		if f[0] == "*" {
			open[f[1]] = "|?" + strings.ReplaceAll(f[2], "|", "|?")
			continue
		}
		say(f[0], f[1], setMark+f[2]+open[f[1]])
	}
}

// judgeSet compares all that a probe says is there with what a person found:
// each thing said counts, and each thing that is there and was not said.
func (y *score) judgeSet(m *material, probe, label string, found []finding.Finding) {
	there := map[string]bool{} // and whether it is beyond dispute
	for v := range strings.SplitSeq(strings.TrimPrefix(label, setMark), "|") {
		if name, doubtful := strings.CutPrefix(v, "?"); v != "-" && v != "" {
			there[name] = !doubtful
		}
	}
	said := map[string]bool{}
	for _, f := range found {
		if f.State != finding.Met {
			continue
		}
		for _, v := range f.Values {
			if probe == "docs.languages" {
				v, _, _ = strings.Cut(v, "-") // the script or country is not asked
			}
			if sure, is := there[v]; said[v] || is && !sure {
				continue
			}
			said[v] = true
			y.said[finding.Met]++
			if there[v] {
				y.right[finding.Met]++
				continue
			}
			y.wrong = append(y.wrong, fmt.Sprintf("  %s: said %q, a reader says %s (%v)", m.repository, v, strings.TrimPrefix(label, setMark), f.Evidence[:min(1, len(f.Evidence))]))
		}
	}
	for name, sure := range there {
		if !sure {
			continue
		}
		y.all++
		y.label[string(finding.Met)]++
		if said[name] {
			y.recall[string(finding.Met)]++
		} else {
			y.silent++
		}
	}
}
