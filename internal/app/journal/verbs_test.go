package journal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"stoa/internal/good"
)

// TestEveryVerbIsReplayed reads the verbs from the source that declares them:
// a journal with an entry that the replay does not know cannot be rebuilt.
func TestEveryVerbIsReplayed(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "good", "event.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	verbs := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		lit, ok := spec.Values[0].(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		verb, _ := strconv.Unquote(lit.Value)
		verbs++
		err := newProjections().change(good.Entry{Verb: good.Verb(verb), Subjects: []good.ID{"a", "b", "c"}})
		if err != nil && strings.Contains(err.Error(), "unknown to this program") {
			t.Error(err)
		}
		return true
	})
	if verbs < 20 {
		t.Errorf("only %d verbs found", verbs)
	}
}
