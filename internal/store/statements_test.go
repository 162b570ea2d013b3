package store

import (
	"crypto/rand"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"stoa/internal/testkit"
)

// statements are all that the package hands to Q, with the constants in them.
func statements(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	constants := map[string]ast.Expr{}
	var parsed []*ast.File
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Names) == 1 && len(v.Values) == 1 {
				switch e := v.Values[0].(type) {
				case *ast.BasicLit:
					if e.Kind == token.STRING {
						constants[v.Names[0].Name] = e
					}
				case *ast.BinaryExpr: // of other constants
					constants[v.Names[0].Name] = e
				}
			}
			return true
		})
	}
	var text func(ast.Expr) string
	text = func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.BasicLit:
			s, _ := strconv.Unquote(e.Value) // the parser has read it
			return s
		case *ast.BinaryExpr:
			return text(e.X) + text(e.Y)
		case *ast.Ident:
			if said, ok := constants[e.Name]; ok {
				return text(said)
			}
		}
		t.Fatalf("%s: a statement of something else than text and constants", set.Position(e.Pos()))
		return ""
	}
	out := map[string]string{}
	for _, f := range parsed {
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "Q" {
					out[set.Position(call.Pos()).String()] = text(call.Args[0])
				}
			}
			return true
		})
	}
	return out
}

func TestEveryStatementIsUnderstoodByBothEngines(t *testing.T) {
	all := statements(t)
	if len(all) < 40 {
		t.Fatalf("only %d statements were found", len(all))
	}
	testkit.Databases(t, func(t *testing.T, url string) {
		db, err := Open(t.Context(), url, Options{Now: time.Now, Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		for where, query := range all {
			forms := []string{query}
			if strings.HasPrefix(query, "INSERT INTO journal") { // written for many rows
				forms = append(forms, rowsOf(query, strings.Count(query, "$"), 3))
			}
			for _, q := range forms {
				s, err := db.w.PrepareContext(t.Context(), db.dialect.words(q))
				if err != nil {
					t.Errorf("%s: %v\n%s", where, err, q)
					continue
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
		}
	})
}
