package line

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// programs are told something by this.
type told struct {
	Config string `help:"File of settings." type:"settings"`
	Data   string `help:"Where all lies." env:"T_DATA" default:"data"`
	Level  string `help:"One of ${enum}." env:"T_LEVEL" enum:"low,high" default:"low"`
	Quiet  bool   `help:"Say nothing." env:"T_QUIET"`
	Secret string `help:"A word." env:"T_SECRET" secret:""`

	Add  addCmd  `cmd:"" help:"Add goods."`
	List listCmd `cmd:"" help:"List goods."`
	Deep deepCmd `cmd:"" help:"Go further."`
}

type by struct {
	By string `help:"Who it is." required:""`
}

type addCmd struct {
	by
	Shared `embed:""`
	Name   string   `arg:"" help:"What it is called."`
	Tag    []string `arg:"" optional:"" help:"What it is about."`
}

type Shared struct {
	SDG    []uint16      `help:"Numbers."`
	Fact   []string      `help:"Facts." sep:"none"`
	Wait   time.Duration `help:"How long." default:"2s"`
	AsNew  bool          `help:"It is new." xor:"how"`
	Into   string        `help:"It is another." xor:"how"`
	Named  *bool         `help:"They are named." negatable:""`
	Note   *string       `help:"A note."`
	Count  int           `help:"How many."`
	File   string        `help:"A file." type:"existingfile"`
	ToDisk string        `help:"A place." type:"path"`
}

type listCmd struct {
	Order string `arg:"" enum:"name,date" default:"name" help:"By what: ${enum}."`
}

type deepCmd struct {
	Down deeper `cmd:"" help:"Down."`
	kind string
}

type deeper struct{}

func (d *deepCmd) Prepare() { d.kind = "prepared" }

func (deeper) Help() string { return "It goes:\n\n  down and down\n\nand further." }

func read(t *testing.T, env map[string]string, file map[string]any, args ...string) (*told, *Command, error) {
	t.Helper()
	into := &told{}
	c, err := New(into, "t", "A program.", map[string]string{"word": "means"})
	if err != nil {
		t.Fatal(err)
	}
	c, err = c.Read(args, Around{
		Env:  func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		File: func(path string) (map[string]any, error) { return file, nil },
	})
	return into, c, err
}

func TestALineIsRead(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	yes, no, empty := true, false, ""
	for _, c := range []struct {
		line string
		want func(*told)
	}{
		{"add --by me x", func(w *told) {}},
		{"--data=d add x --by=me", func(w *told) { w.Data = "d" }},
		{"add x --data d --by me", func(w *told) { w.Data = "d" }},
		{"add --by me x a,b c", func(w *told) { w.Add.Tag = []string{"a", "b", "c"} }},
		{`add --by me x a\,b`, func(w *told) { w.Add.Tag = []string{"a,b"} }},
		{"add --by me --sdg 3,4 --sdg 5 x", func(w *told) { w.Add.SDG = []uint16{3, 4, 5} }},
		{"add --by me --fact a,b --fact c x", func(w *told) { w.Add.Fact = []string{"a,b", "c"} }},
		{"add --by me --wait 1m30s x", func(w *told) { w.Add.Wait = 90 * time.Second }},
		{"add --by me --as-new x", func(w *told) { w.Add.AsNew = true }},
		{"add --by me --as-new=false x", func(w *told) {}},
		{"add --by me --named x", func(w *told) { w.Add.Named = &yes }},
		{"add --by me --no-named x", func(w *told) { w.Add.Named = &no }},
		{"add --by me --note= x", func(w *told) { w.Add.Note = &empty }},
		{"add --by me --count -3 x", func(w *told) { w.Add.Count = -3 }},
		{"add --by me --file line_test.go x", func(w *told) { w.Add.File = filepath.Join(here, "line_test.go") }},
		{"add --by me --file - x", func(w *told) { w.Add.File = "-" }},
		{"add --by me --to-disk a/../b x", func(w *told) { w.Add.ToDisk = filepath.Join(here, "b") }},
		{"add --by me -- --x", func(w *told) { w.Add.Name = "--x" }},
	} {
		got, chosen, err := read(t, nil, nil, strings.Split(c.line, " ")...)
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		want := &told{Data: "data", Level: "low"}
		want.Add.By, want.Add.Name, want.Add.Wait = "me", "x", 2*time.Second
		c.want(want)
		if !reflect.DeepEqual(got, want) || chosen.Path() != "t add" || chosen.Does() != any(&got.Add) {
			t.Errorf("%s: %s %+v, want %+v", c.line, chosen.Path(), got, want)
		}
	}
	got, _, err := read(t, nil, nil, "list")
	if err != nil || got.List.Order != "name" || got.Add.Wait != 0 {
		t.Errorf("%+v %v", got, err)
	}
	if got, _, err = read(t, nil, nil, "deep", "down"); err != nil || got.Deep.kind != "prepared" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	for line, says := range map[string]string{
		"":                                "say what to do: add, list, deep",
		"deep":                            "say what to do: down",
		"ad":                              `there is no command "t ad"; did you mean "add"?`,
		"other":                           `there is no command "t other"`,
		"add --by me":                     `expected "<name> [<tag> ...]"`,
		"add x":                           "missing flags: --by=BY",
		"add x --by":                      "--by needs a value: --by=BY",
		"add x --by --count 3":            "--by needs a value: --by=BY",
		"add x --by me --colour red":      "unknown flag --colour",
		"add x --by me --not=y":           `unknown flag --not; did you mean "--note"?`,
		"add x --by me -x":                "unknown flag -x",
		"add x --by me --no-count":        "unknown flag --no-count",
		"add x --by me --count=3x":        `--count: "3x": invalid syntax`,
		"add x --by me --sdg 70000":       `--sdg: "70000": value out of range`,
		"add x --by me --wait long":       `--wait: "long"`,
		"add x --by me --as-new --into":   "--into needs a value",
		"add x --by me --as-new --into=y": "--as-new and --into do not go together",
		"add x --by me --file nothing":    "nothing: no such file",
		"add x --by me --file .":          "is a folder",
		"list shape":                      `<order> must be one of "name", "date" but is "shape"`,
		"list name date":                  "unexpected argument date",
		"list --level loud":               `--level must be one of "low", "high" but is "loud"`,
	} {
		if _, _, err := read(t, nil, nil, strings.Fields(line)...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %s", line, err, says)
		}
	}
}

func TestWhatSetsAFlagBesidesTheLine(t *testing.T) {
	env := map[string]string{"T_DATA": "env", "T_SECRET": "env"}
	file := map[string]any{"data": "file", "quiet": true, "level": "high", "secret": nil}
	got, c, err := read(t, env, file, "list", "--config", "f", "--secret", "line")
	if err != nil {
		t.Fatal(err)
	}
	if got.Data != "env" || !got.Quiet || got.Level != "high" || got.Secret != "line" {
		t.Errorf("%+v", got)
	}
	from := map[string]Origin{}
	for _, s := range c.Settings() {
		from[s.Name] = s.From
	}
	if want := map[string]Origin{"data": FromEnvironment, "level": FromFile, "quiet": FromFile, "secret": FromLine}; !reflect.DeepEqual(from, want) {
		t.Errorf("%v, want %v", from, want)
	}
	if got, _, err = read(t, nil, file, "list"); err != nil || got.Data != "data" || got.Quiet {
		t.Errorf("a file that nobody named is read: %+v %v", got, err)
	}
	if _, _, err = read(t, map[string]string{"T_LEVEL": "loud"}, nil, "list"); err == nil || !strings.HasPrefix(err.Error(), "T_LEVEL: --level must be") {
		t.Error(err)
	}
	if _, _, err = read(t, nil, map[string]any{"level": 3}, "list", "--config", "f"); err == nil || !strings.Contains(err.Error(), "configuration: --level must be") {
		t.Error(err)
	}
	if _, _, err = read(t, nil, map[string]any{"levl": "low"}, "list", "--config", "f"); err == nil || err.Error() != `configuration: there is no setting "levl"; did you mean "level"?` {
		t.Error(err)
	}
}

func TestHelpIsWritten(t *testing.T) {
	for line, has := range map[string][]string{
		"--help":           {"Usage: t <command> [flags]\n\nA program.\n\nFlags:\n", `  --data="data"`, "One of low, high ($T_LEVEL).", "  add --by=BY <name> [<tag> ...] [flags]\n    Add goods.\n", "  deep down [flags]\n"},
		"add --help":       {"Usage: t add --by=BY <name> [<tag> ...] [flags]\n", "Arguments:\n  <name>         What it is called.\n", "--[no-]named", "--sdg=SDG,...", "--fact=FACT ", "Flags of every command:\n", "--help"},
		"deep down x -h":   {"Usage: t deep down [flags]\n\nDown.\n\nIt goes:\n\n  down and down\n\nand further.\n"},
		"list --bad":       nil,
		"add --by --help":  nil,
		"deep --help down": {"Usage: t deep <command> [flags]"},
	} {
		_, _, err := read(t, nil, nil, strings.Fields(line)...)
		asked := new(Asked)
		if errors.As(err, asked) != (has != nil) {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if has == nil {
			continue
		}
		var b strings.Builder
		if err := asked.WriteHelp(&b, 60); err != nil {
			t.Fatal(err)
		}
		for _, h := range has {
			if !strings.Contains(b.String(), h) {
				t.Errorf("%s lacks %q:\n%s", line, h, b.String())
			}
		}
		for l := range strings.Lines(b.String()) {
			if len(l) > 61 {
				t.Errorf("%s: a line is too long: %s", line, l)
			}
		}
	}
}

func TestAStructThatCannotBeToldIsRefused(t *testing.T) {
	if _, err := New(&struct{ When time.Time }{}, "t", "", nil); err == nil {
		t.Error("a time is a flag")
	}
	if _, err := New(&struct {
		A string
		B string `name:"a"`
	}{}, "t", "", nil); err == nil {
		t.Error("two flags are called the same")
	}
}

func TestNamesOfFields(t *testing.T) {
	for field, want := range map[string]string{"AsNew": "as-new", "BaseURL": "base-url", "GitHubURL": "git-hub-url", "SDG": "sdg", "S3": "s3", "SMTPAddress": "smtp-address", "X": "x"} {
		if got := called(reflect.StructField{Name: field}); got != want {
			t.Errorf("%s is called %s, want %s", field, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("add --by me x a,b --sdg 3")
	f.Add("--data= list \\,, --level")
	f.Fuzz(func(t *testing.T, line string) {
		_, c, err := read(t, map[string]string{"T_QUIET": line}, nil, strings.Split(line, " ")...)
		if (c == nil) == (err == nil) {
			t.Fatalf("%q: %v %v", line, c, err)
		}
		if err != nil {
			return
		}
		for _, f := range c.All() {
			if f.Required && f.From == FromDefault {
				t.Fatalf("%q: --%s must be set and is not, and nobody says so", line, f.Name)
			}
		}
	})
}
