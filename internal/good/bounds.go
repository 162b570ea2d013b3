package good

import (
	"net/url"
	"strings"
)

// Bounds of what a source may state; a longer text is refused, never cut.
const (
	MaxName    = 200    // characters
	MaxSummary = 5_000  // characters a language
	MaxAnswer  = 50_000 // characters
	MaxItems   = 1_000  // of any list
)

// WebAddress says whether s is an absolute http or https address with a host
// and without credentials.
func WebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		len(s) <= 2048 && !strings.ContainsAny(s, " \t\n\"<>")
}
