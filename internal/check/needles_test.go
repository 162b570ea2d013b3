package check

import (
	"bytes"
	"fmt"
	"regexp"
	"testing"
)

func TestNeedlesAreInWhateverIsFound(t *testing.T) {
	for pattern, want := range map[string]string{
		`(?i)code of conduct|code de conduite`:         "[of conduct de conduite]",
		`security@|hackerone`:                          "[security@ hackerone]",
		`(?:report|tell)\w*[^.]{0,9}(?:vulnerab|flaw)`: "[report tell]",
		`(?i)кодекс поведения`:                         "[]",
		`a*|b`:                                         "[]",
		`(?:abcd)?x`:                                   "[]",
		`(?:abcd){2,}`:                                 "[abcd]",
	} {
		if got := fmt.Sprint(needlesOf(pattern)); got != want {
			t.Errorf("%s has %s, want %s", pattern, got, want)
		}
	}
	texts := [][]byte{[]byte("See our CODE OF CONDUCT."), []byte("Report ſecurity issues"), []byte("Report a SECURITY issue to Security@a.example"), []byte("a Kind Contributor Covenant, \xff hackerOne"), []byte("nothing of it")}
	found := 0
	for _, p := range embedded().papers {
		for _, text := range texts {
			if p.mention == nil || !p.mention.Match(text) {
				continue
			}
			found++
			if !mayHold(bytes.ToLower(text), p.needles) {
				t.Errorf("%s is in %q, and was not looked for", p.ID, text)
			}
		}
	}
	if found < 3 || !regexp.MustCompile(`(?i)security`).MatchString("ſecurity") || !mayHold([]byte("ſecurity"), []string{"security"}) {
		t.Errorf("%d were found", found)
	}
}
