package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is a parsed Go file that a person wrote.
type source struct {
	path string
	set  *token.FileSet
	*ast.File
}

// sources returns every hand-written Go file; tests are among them if asked.
func sources(t *testing.T, tests bool) []source {
	t.Helper()
	var out []source
	for _, f := range files(t) {
		isTest := strings.HasSuffix(f.path, "_test.go")
		if !strings.HasSuffix(f.path, ".go") || isTest && !tests || generated.Match(f.text) || strings.Contains(f.path, "/testdata/") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, f.path, f.text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, source{f.path, set, parsed})
	}
	return out
}

// lines is how many lines a part of the file has.
func (s source) lines(n ast.Node) int {
	return s.set.Position(n.End()).Line - s.set.Position(n.Pos()).Line + 1
}

func TestExportedNamesAreDocumented(t *testing.T) {
	for _, s := range sources(t, false) {
		missing := func(n *ast.Ident) {
			t.Errorf("%s: %s has no docstring", s.set.Position(n.Pos()), n.Name)
		}
		for _, d := range s.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || receiver(d).IsExported()) {
					missing(d.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil {
							missing(spec.Name)
						}
					case *ast.ValueSpec:
						for _, n := range spec.Names {
							if n.IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
								missing(n)
							}
						}
					}
				}
			}
		}
	}
}

// receiver is the type a method belongs to.
func receiver(d *ast.FuncDecl) *ast.Ident {
	e := d.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x
		default:
			return ast.NewIdent("_")
		}
	}
}

// maxFunction is how many lines a function may have; about sixty is meant.
const maxFunction = 75

func TestFunctionsAreShort(t *testing.T) {
	for _, s := range sources(t, false) {
		for _, d := range s.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && s.lines(f) > maxFunction {
				t.Errorf("%s: %s has %d lines", s.set.Position(f.Pos()), f.Name.Name, s.lines(f))
			}
		}
	}
}

// vague are package names that say nothing.
var vague = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "misc", "base", "lib", "shared"}

func TestPackagesHaveNamesAndReasons(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t, false) {
		if slices.Contains(vague, s.Name.Name) {
			t.Errorf("%s: a package named %s", s.path, s.Name.Name)
		}
		dir := s.path[:strings.LastIndex(s.path, "/")+1]
		documented[dir] = documented[dir] || s.Doc != nil
	}
	for dir, is := range documented {
		if !is {
			t.Errorf("%s: no comment says what the package is for", dir)
		}
	}
}

// maxMethods is how many methods an interface may have.
const maxMethods = 5

func TestInterfacesAreSmall(t *testing.T) {
	for _, s := range sources(t, false) {
		ast.Inspect(s.File, func(n ast.Node) bool {
			if i, ok := n.(*ast.InterfaceType); ok && i.Methods.NumFields() > maxMethods {
				t.Errorf("%s: an interface of %d methods", s.set.Position(i.Pos()), i.Methods.NumFields())
			}
			return true
		})
	}
}

// TestOnlyTheTestkitSkips keeps STOA_REQUIRE=all honest: a skip elsewhere
// would pass unseen.
func TestOnlyTheTestkitSkips(t *testing.T) {
	for _, s := range sources(t, true) {
		if strings.HasPrefix(s.path, "internal/testkit/") {
			continue
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if sel, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) {
					if x, ok := sel.X.(*ast.Ident); ok && (x.Name == "t" || x.Name == "b" || x.Name == "tb") {
						t.Errorf("%s: skips; testkit.Need says why and fails where nothing may be skipped", s.set.Position(call.Pos()))
					}
				}
			}
			return true
		})
	}
}

// handedIn are what floors 0 to 2 are given and never take.
var handedIn = map[string][]string{
	"time":         {"Now", "Since", "Until"},
	"crypto/rand":  {"Reader", "Read", "Text", "Int"},
	"math/rand/v2": {"Int", "IntN", "N", "Float64", "Shuffle", "Perm", "Uint64"},
	"os":           {"Getenv", "LookupEnv", "Environ", "Args"},
}

func TestTimeAndChanceAreHandedIn(t *testing.T) {
	for _, s := range sources(t, false) {
		in, ok := strings.CutPrefix(s.path, "internal/")
		if floor, known := layers[top(in)]; !ok || !known || floor > 2 || strings.HasSuffix(s.path, "/gen/main.go") {
			continue
		}
		names := map[string]string{} // local name → import path
		for _, i := range s.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimSuffix(path, "/v2")
			name = name[strings.LastIndex(name, "/")+1:]
			if i.Name != nil {
				name = i.Name.Name
			}
			names[name] = path
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Obj == nil && slices.Contains(handedIn[names[x.Name]], sel.Sel.Name) {
					t.Errorf("%s: takes %s.%s, which is handed in", s.set.Position(sel.Pos()), x.Name, sel.Sel.Name)
				}
			}
			return true
		})
	}
}

// TestNoTemplatesAreReadAtRunTime keeps out what would keep every method of
// every type in the program (docs/decisions/0009-command-line.md).
func TestNoTemplatesAreReadAtRunTime(t *testing.T) {
	for _, p := range packages(t) {
		if !p.ours() || strings.HasPrefix(p.ImportPath, "stoa/tools/") || slices.Contains(outside, top(p.room())) {
			continue
		}
		for _, path := range []string{"text/template", "html/template"} {
			if slices.Contains(p.Imports, path) {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
		}
	}
}

// markup is how HTML looks in a string.
var markup = []string{"<div", "<span", "<p>", "<a ", "<ul", "<li", "<table", "<html", "<body", "<h1", "<section", "<img"}

func TestPagesAreWrittenInTemplates(t *testing.T) {
	for _, s := range sources(t, false) {
		if !strings.HasPrefix(s.path, "internal/web/") && !strings.HasPrefix(s.path, "internal/api/") && !strings.HasPrefix(s.path, "internal/app/") {
			continue
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				for _, m := range markup {
					if strings.Contains(strings.ToLower(lit.Value), m) {
						t.Errorf("%s: markup in a Go string: %s", s.set.Position(lit.Pos()), m)
						return false
					}
				}
			}
			return true
		})
	}
}
