package good

import (
	"strconv"
	"strings"
)

// Shown is a stranger's text, fit for one line of a message.
func Shown(s string) string {
	if r := []rune(s); len(r) > 80 {
		s = string(r[:80]) + "…"
	}
	q := strconv.QuoteToGraphic(s)
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}
