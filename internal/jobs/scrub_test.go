package jobs

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWhatIsKeptOfAnErrorIsTextThatEveryDatabaseTakes(t *testing.T) {
	for _, says := range []string{"550 no such user <ada@example.org>", strings.Repeat("é", 251), "x" + strings.Repeat("é", 251), "bad \x00 and \xff bytes"} {
		s := scrub(errors.New(says))
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || strings.Contains(s, "@") || len(s) > 500 || s == "" {
			t.Errorf("of %q is kept %q", says, s)
		}
	}
}
