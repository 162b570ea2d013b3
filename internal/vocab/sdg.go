package vocab

import (
	"html"
	"strconv"
	"strings"

	"stoa/internal/lazy"
)

// SDG is one of the 17 Sustainable Development Goals with its official colour
// as "#RRGGBB".
type SDG struct {
	Number int
	Colour string
}

var sdgs = []SDG{{1, "#E5243B"}, {2, "#DDA63A"}, {3, "#4C9F38"}, {4, "#C5192D"}, {5, "#FF3A21"}, {6, "#26BDE2"}, {7, "#FCC30B"},
	{8, "#A21942"}, {9, "#FD6925"}, {10, "#DD1367"}, {11, "#FD9D24"}, {12, "#BF8B2E"}, {13, "#3F7E44"}, {14, "#0A97D9"},
	{15, "#56C02B"}, {16, "#00689D"}, {17, "#19486A"}}

// SDGs lists the goals in order. The caller must not change the slice.
func SDGs() []SDG { return sdgs }

// sdgTitles are the official short titles and those met in practice, folded.
var sdgTitles = map[string]int{
	"no poverty": 1, "end poverty in all its forms everywhere": 1, "end poverty": 1, "zero hunger": 2,
	"good health and well being": 3, "good health and wellbeing": 3, "good health": 3, "quality education": 4,
	"gender equality": 5, "gender equity": 5, "clean water and sanitation": 6, "affordable and clean energy": 7,
	"decent work and economic growth": 8, "industry innovation and infrastructure": 9,
	"reduced inequalities": 10, "reduced inequality": 10, "reducing inequality": 10, "reducing inequalities": 10,
	"sustainable cities and communities": 11, "responsible consumption and production": 12, "climate action": 13,
	"life below water": 14, "life on land": 15, "peace justice and strong institutions": 16,
	"peace justice strong institutions": 16, "partnerships for goals": 17, "partnership for goals": 17,
}

var sdgNumber = lazy.New(`^(?i)(?:(sdgs?|goals?|sustainable development goal)\s*[-:#]?\s*)?0?(\d{1,2})(?:\.[\da-d]{1,2})?\s*(.*)$`)

// FindSDG finds the number of the goal meant by s: "9", "SDG9: Industry¸
// Innovation and Infrastructure", "Goal 3", "Zero hunger".
func FindSDG(s string) (n int, ok bool) {
	if len(s) > maxSpelling {
		return 0, false
	}
	s = strings.TrimSpace(html.UnescapeString(s))
	if n, ok = sdgTitles[fold(s)]; ok {
		return n, true
	}
	m := sdgNumber.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[2])
	if err != nil || n < 1 || n > len(sdgs) {
		return 0, false
	}
	// A bare number before other words is a goal only with the goal's title.
	rest := strings.TrimSpace(strings.TrimLeft(m[3], ":.-–— "))
	if m[1] == "" && rest != "" && sdgTitles[fold(rest)] != n {
		return 0, false
	}
	if m[1] != "" && m[3] != "" && m[3][0] >= '0' && m[3][0] <= '9' {
		return 0, false
	}
	return n, true
}
