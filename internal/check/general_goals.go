package check

import (
	"regexp"
	"strconv"
)

// goalNamed is how a text names a goal of sustainable development.
var goalNamed = regexp.MustCompile(`(?i)(?:\bSDGs?|\bSustainable Development Goals?|\bODS|\bODD|ЦУР|可持续发展目标|أهداف? التنمية المستدامة)[\s#:_-]*(?:number |no\.? |goal )?((?:1[0-7]|[1-9])(?:\s*(?:,|and|&|y|et|и|、)\s*(?:SDG\s*)?(?:1[0-7]|[1-9]))*)(?:[^\d%]|$)|sdgs\.un\.org/goals/goal(1[0-7]|[1-9])\b`)

var number = regexp.MustCompile(`\d+`)

// goals takes the goals that a text names by number. A goal that stands only
// in a list of all is no more than a list.
func (g *general) goals(f *File, rank int) {
	found := map[string]int{}
	for _, m := range goalNamed.FindAllSubmatchIndex(f.Text, 200) {
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		for _, n := range number.FindAll(f.Text[from:to], -1) {
			if _, seen := found[string(n)]; !seen {
				found[string(n)] = f.Line(from)
			}
		}
	}
	if len(found) > 8 {
		return
	}
	for n := 1; n <= 17; n++ {
		line, is := found[strconv.Itoa(n)]
		if have, known := g.named[n]; is && (!known || rank < have.rank) {
			g.named[n] = hit{at: f.At(line), rank: rank}
		}
	}
}
