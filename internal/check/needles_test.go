package check

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestNeedlesAreInWhateverIsFound(t *testing.T) {
	for pattern, want := range map[string]string{
		`(?i)code of conduct|code de conduite`:         "[code de conduite code of conduct]",
		`security@|hackerone`:                          "[hackerone security@]",
		`(?:report|tell)\w*[^.]{0,9}(?:vulnerab|flaw)`: "[report tell]",
		`(?i)行为|ко`:                                    "[КО Ко Кᲂ кО ко кᲂ 行为]",
		`(?i)\be_?mails?\b|image`:                      "[\x01e_mail\x01 \x01e_mails\x01 \x01email\x01 \x01emails\x01 image]",
		`(?i)código(?:es)?`:                            "[cÓdigo código]",
		`a*|b`:                                         "[]",
		`(?:abcd)?x`:                                   "[]",
		`(?:abcd){2,}`:                                 "[abcd]",
	} {
		if got, _ := needlesOf(pattern); fmt.Sprint(got) != want {
			t.Errorf("%s has %q, want %s", pattern, got, want)
		}
	}
}

// TestASeekerFindsWhatItsExpressionsFind: as often and where they do, in texts made
// of their words, of halves of them, and of letters that are taken for others.
func TestASeekerFindsWhatItsExpressionsFind(t *testing.T) {
	seekers := []*seeker{inPrograms(), inPaths(), inNames(), inNotices()}
	for _, m := range embedded().mentions() {
		seekers = append(seekers, m.seeker)
	}
	r := rand.New(rand.NewPCG(3, 1))
	for which, s := range seekers {
		bits := []string{" ", "_", "\n", "x", ".", "ſ", "\u212a", "ус", "Report a ", "security@", "ﬁ", "\xff", "É"}
		for _, n := range s.needles {
			bits = append(bits, n.word, strings.ToUpper(n.word), n.word[1:], n.word[:len(n.word)-1])
		}
		found := 0
		for range 4000 {
			var text []byte
			for range r.IntN(6) {
				text = append(text, bits[r.IntN(len(bits))]...)
			}
			at := map[int]int{}
			s.first(text, 1<<len(s.all)-1, func(i, from int) { at[i] = from })
			for i, re := range s.all {
				want := re.FindIndex(text)
				if from, is := at[i]; is != (want != nil) || is && from != want[0] {
					t.Fatalf("%q: %s is found at %d (%v), want %v", text, re, from, is, want)
				}
				if want != nil {
					found++
				}
			}
		}
		if found < 200 {
			t.Errorf("the seeker %d found only %d times: nothing was tested", which, found)
		}
	}
	if got := inPrograms(); !got.exact[seesData] || !got.exact[seesPersons] || !got.exact[seesWorks] || got.unknown != 0 {
		t.Error("the words of programs are not looked for alone")
	}
}
