package house

import (
	"go/ast"
	"regexp"
	"strings"
	"testing"
)

var testIn = regexp.MustCompile("`(Test[A-Za-z0-9_]+)`")

// TestEachLineOfTheThreatModelIsHeldByATest reads docs/security.md: every line
// that says what stands against a threat names tests, and they are there.
func TestEachLineOfTheThreatModelIsHeldByATest(t *testing.T) {
	there := map[string]bool{}
	for _, s := range sources(t, true) {
		for _, d := range s.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				there[f.Name.Name] = true
			}
		}
	}
	held, inTable := 0, false
	for line := range strings.Lines(readDoc(t, "docs/security.md")) {
		line = strings.TrimSpace(line)
		switch {
		case !strings.HasPrefix(line, "|"):
			inTable = false
		case strings.HasPrefix(line, "| threat |"):
			inTable = true
		case inTable && !strings.HasPrefix(line, "|---"):
			named := testIn.FindAllStringSubmatch(line, -1)
			if len(named) == 0 {
				t.Errorf("no test holds: %s", line)
			}
			for _, m := range named {
				held++
				if !there[m[1]] {
					t.Errorf("there is no %s, which is said to hold: %s", m[1], line)
				}
			}
		}
	}
	if held < 40 {
		t.Errorf("only %d tests are named", held)
	}
}
