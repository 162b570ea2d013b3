package line

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Around is what sets flags besides the line.
type Around struct {
	Env  func(string) (string, bool)                            // the environment
	File func(path string) (settings map[string]any, err error) // a file of settings: texts, numbers, yes and no
}

// Asked is the error of a line that asks for the help on a command.
type Asked struct{ *Command }

// Error implements error.
func (a Asked) Error() string { return "the help on " + a.Path() }

// Read reads a line into the struct, and returns the command that it gives. The
// line comes before the environment, and both before a file.
func (c *Command) Read(args []string, around Around) (*Command, error) {
	chosen, given, err := c.words(args)
	if err != nil {
		return nil, err
	}
	for at := chosen; at != nil; at = at.Parent {
		if p, ok := at.Does().(interface{ Prepare() }); ok {
			p.Prepare()
		}
	}
	if err := chosen.around(c, around); err != nil {
		return nil, err
	}
	if len(chosen.Commands) > 0 {
		return nil, fmt.Errorf("say what to do: %s", strings.Join(names(chosen.Commands), ", "))
	}
	if err := chosen.arguments(given); err != nil {
		return nil, err
	}
	if err := chosen.whole(); err != nil {
		return nil, err
	}
	return chosen, nil
}

// words goes through the line: the command it gives, and its arguments.
func (c *Command) words(args []string) (chosen *Command, given []string, err error) {
	flags := true
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		switch {
		case flags && word == "--":
			flags = false
		case flags && (word == "--help" || word == "-h"):
			return nil, nil, Asked{c}
		case flags && len(word) > 1 && word[0] == '-':
			if args, err = c.take(word, args); err != nil {
				return nil, nil, err
			}
		case len(c.Commands) > 0:
			i := slices.IndexFunc(c.Commands, func(sub *Command) bool { return sub.Name == word })
			if i < 0 {
				return nil, nil, fmt.Errorf("there is no command %q%s", c.Path()+" "+word, like(word, names(c.Commands)))
			}
			c = c.Commands[i]
		default:
			given = append(given, word)
		}
	}
	return c, given, nil
}

// take takes a flag off the line.
func (c *Command) take(word string, args []string) ([]string, error) {
	name, text, has := strings.Cut(strings.TrimPrefix(word, "--"), "=")
	f := c.flag(name)
	if rest, no := strings.CutPrefix(name, "no-"); f == nil && no && !has {
		if f = c.flag(rest); f != nil && f.negatable {
			return args, f.set("false", FromLine)
		}
		f = nil
	}
	if f == nil {
		var known []string
		for _, f := range c.All() {
			known = append(known, "--"+f.Name)
		}
		said, _, _ := strings.Cut(word, "=")
		return nil, fmt.Errorf("unknown flag %s%s", said, like(said, known))
	}
	switch {
	case has:
	case f.IsBool():
		text = "true"
	case len(args) == 0 || strings.HasPrefix(args[0], "--"):
		return nil, fmt.Errorf("--%s needs a value: --%s", f.Name, f.Summary())
	default:
		text, args = args[0], args[1:]
	}
	return args, f.set(text, FromLine)
}

// around sets the flags that the line did not. program is the first command.
func (c *Command) around(program *Command, around Around) error {
	settings := map[string]any{}
	for _, f := range c.All() {
		if f.kind != "settings" || f.From != FromLine {
			continue
		}
		var err error
		if settings, err = around.File(f.target.String()); err != nil {
			return err
		}
	}
	known := program.settings()
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("configuration: there is no setting %q%s", name, like(name, known))
		}
	}
	for _, f := range c.All() {
		if f.From == FromLine {
			continue
		}
		var err error
		if text, ok := around.Env(f.Env); ok && f.Env != "" {
			if err = f.set(text, FromEnvironment); err != nil {
				err = fmt.Errorf("%s: %w", f.Env, err)
			}
		} else if v := settings[f.Name]; v != nil && f.Env != "" {
			if err = f.set(fmt.Sprint(v), FromFile); err != nil {
				err = fmt.Errorf("configuration: %w", err)
			}
		} else if f.Default != "" {
			err = f.set(f.Default, FromDefault)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settings are the names of all that a file may set, for this command or one
// below it.
func (c *Command) settings() []string {
	var out []string
	for _, f := range c.Flags {
		if f.Env != "" {
			out = append(out, f.Name)
		}
	}
	for _, sub := range c.Commands {
		out = append(out, sub.settings()...)
	}
	return out
}

// arguments gives the arguments what the line gives.
func (c *Command) arguments(given []string) error {
	for i, a := range c.Arguments {
		var mine []string
		switch {
		case a.IsList():
			mine, given = given, nil
		case len(given) > 0:
			mine, given = given[:1], given[1:]
		case a.Default != "":
			mine = []string{a.Default}
		}
		if len(mine) == 0 && a.Required {
			return fmt.Errorf("expected %q", summaries(c.Arguments[i:]))
		}
		for _, text := range mine {
			if err := a.set(text, FromLine); err != nil {
				return err
			}
		}
	}
	if len(given) > 0 {
		return fmt.Errorf("unexpected argument %s", given[0])
	}
	return nil
}

// whole says what lacks, and what goes not together.
func (c *Command) whole() error {
	var missing []string
	set := map[string]string{}
	for _, f := range c.All() {
		if f.From == FromDefault {
			if f.Required {
				missing = append(missing, "--"+f.Summary())
			}
			continue
		}
		if f.xor == "" {
			continue
		}
		if other, both := set[f.xor]; both {
			return fmt.Errorf("--%s and --%s do not go together", other, f.Name)
		}
		set[f.xor] = f.Name
	}
	if len(missing) > 0 {
		return errors.New("missing flags: " + strings.Join(missing, ", "))
	}
	return nil
}

// like offers the one of some words that somebody may have meant.
func like(word string, known []string) string {
	best, least := "", 1+len(word)/3
	for _, k := range known {
		if d := Distance(word, k); d <= least && (best == "" || d < Distance(word, best)) {
			best = k
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// Distance is how many bytes have to be added to a, taken away or changed to
// make it b.
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func names(commands []*Command) []string {
	var out []string
	for _, c := range commands {
		if !c.Hidden {
			out = append(out, c.Name)
		}
	}
	return out
}
