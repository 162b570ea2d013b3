package check

import (
	"context"
	"slices"
	"testing"
)

// TestWhatALibraryHasToDoWithPersons: nothing, if it serves nobody, keeps
// nothing and has no word of persons; of anything else a machine does not know.
func TestWhatALibraryHasToDoWithPersons(t *testing.T) {
	sums := map[string]string{"setup.py": "setup(name='wells')", "wells/a.py": "def depth(x):\n    return x\n", "wells/b.py": "def width(x):\n    return 2 * x\n", "wells/c.py": "HEIGHT = 3\n"}
	with := func(path, text string) map[string]string {
		files := map[string]string{path: text}
		for p, s := range sums {
			if files[p] == "" {
				files[p] = s
			}
		}
		return files
	}
	for name, c := range map[string]struct {
		files            map[string]string
		persons, content []string
	}{
		"a library":            {sums, []string{"none"}, []string{"none"}},
		"with a password":      {with("wells/d.py", "password = ask()\n"), nil, []string{"none"}},
		"with pictures":        {with("wells/d.py", "def draw(image):\n    pass\n"), []string{"none"}, nil},
		"words of tests":       {with("tests/test_d.py", "password = 'x'; image = 1\n"), []string{"none"}, []string{"none"}},
		"a server":             {with("requirements.txt", "flask==3.0\n"), nil, nil},
		"it makes tables":      {with("db/schema.sql", "CREATE TABLE wells (id int);\n"), nil, nil},
		"a part for making it": {with("package.json", `{"name":"wells","devDependencies":{"express":"4"}}`), []string{"none"}, []string{"none"}},
		"hardly any program":   {map[string]string{"a.py": "x = 1\n"}, nil, nil},
	} {
		target := tree(c.files)
		target.Name = "acme/wells"
		r := Run(context.Background(), target)
		if got := of(t, r, "privacy.persons"); !slices.Equal(got.Values, c.persons) {
			t.Errorf("%s: persons %v, want %v (%v)", name, got.Values, c.persons, got.Why)
		}
		if got := of(t, r, "harm.content"); !slices.Equal(got.Values, c.content) {
			t.Errorf("%s: content %v, want %v (%v)", name, got.Values, c.content, got.Why)
		}
	}
}

// TestProgramsThatTakeDataOut: a program that is there for it and writes a form
// of table, with its line; not one that reads, or makes samples.
func TestProgramsThatTakeDataOut(t *testing.T) {
	target := tree(map[string]string{
		"app/export_wells.py":  "import csv\nout = csv.writer(f)\n",
		"app/import_export.py": "rows = openpyxl.load(f)\n",
		"scripts/export_it.py": "rows.to_excel(f)\n",
		"app/exports.js":       "module.exports = 1\n",
	})
	target.Name = "acme/wells"
	f := of(t, Run(context.Background(), target), "data.export")
	if !slices.Equal(f.Values, []string{"CSV"}) || len(f.Evidence) != 1 || f.Evidence[0].Path != "app/export_wells.py" || f.Evidence[0].Line != 2 {
		t.Errorf("%v at %v", f.Values, f.Evidence)
	}
}
