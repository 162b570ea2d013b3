// Package line reads command lines. One struct is, by the tags of its fields,
// all that a program can be told: its commands, their arguments and flags, what
// sets flags besides, and the help on all of it.
//
// A field tagged cmd is a command, a struct of its own; one tagged arg is an
// argument; one tagged embed, or without a name, stands for its own fields; any
// other is a flag. What they are called is the name of the field, "as-new" of
// AsNew, unless name says another.
//
//	help         what it is
//	default      what it is unless it is set
//	env          the variable of the environment that sets it; a file may, too
//	enum         the only values, parted by commas
//	type         path: made absolute; existingfile: and it must be there; settings: the file that sets flags
//	required     a flag that must be set
//	optional     an argument that may lack
//	placeholder  what stands for the value in the help
//	sep          none: commas do not part the values of a list
//	xor          of flags with the same word one may be set at most
//	negatable    --no-… sets it to false
//	secret       it must not be shown
//	hidden       the help leaves it out
package line

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Command is what a program can be told to do: the program itself, or a
// command of it.
type Command struct {
	Name, Help string
	Parent     *Command // nil for the program
	Commands   []*Command
	Arguments  []*Value
	Flags      []*Value // its own; those of its parents hold for it, too
	Hidden     bool

	target reflect.Value
}

// Value is an argument or a flag.
type Value struct {
	Name, Help  string
	Default     string
	Env         string
	Placeholder string
	Enum        []string
	Required    bool
	Secret      bool
	Hidden      bool
	From        Origin // what set it, once a line was read

	kind      string // path, existingfile, settings or ""
	xor       string
	whole     bool // commas mean nothing
	negatable bool
	flag      bool
	target    reflect.Value
}

// Origin is what set a value.
type Origin int

// What sets values, the last one before all others.
const (
	FromDefault Origin = iota
	FromFile
	FromEnvironment
	FromLine
)

// New reads the struct that into points at. In its help, ${word} stands for
// what words says, ${enum} for the only values of what is helped with.
func New(into any, name, help string, words map[string]string) (*Command, error) {
	c := &Command{Name: name, Help: help, target: reflect.ValueOf(into).Elem()}
	return c, c.grow(c.target, words)
}

// grow adds what the fields of a struct stand for.
func (c *Command) grow(from reflect.Value, words map[string]string) error {
	for i := range from.NumField() {
		field, target := from.Type().Field(i), from.Field(i)
		if !field.IsExported() && !field.Anonymous {
			continue
		}
		_, embedded := field.Tag.Lookup("embed")
		_, command := field.Tag.Lookup("cmd")
		var err error
		switch {
		case embedded || field.Anonymous:
			err = c.grow(target, words)
		case command:
			sub := &Command{Name: called(field), Help: field.Tag.Get("help"), Parent: c, target: target}
			_, sub.Hidden = field.Tag.Lookup("hidden")
			c.Commands = append(c.Commands, sub)
			err = sub.grow(target, words)
		default:
			err = c.add(newValue(field, target, words))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Command) add(v *Value) error {
	if err := v.check(); err != nil {
		return fmt.Errorf("%s: %s: %w", c.Path(), v.Name, err)
	}
	if !v.flag {
		c.Arguments = append(c.Arguments, v)
		return nil
	}
	if other := c.flag(v.Name); other != nil {
		return fmt.Errorf("%s: there are two flags --%s", c.Path(), v.Name)
	}
	c.Flags = append(c.Flags, v)
	return nil
}

func newValue(field reflect.StructField, target reflect.Value, words map[string]string) *Value {
	has := func(tag string) bool {
		_, ok := field.Tag.Lookup(tag)
		return ok
	}
	v := &Value{Name: called(field), Default: field.Tag.Get("default"), Env: field.Tag.Get("env"), Placeholder: field.Tag.Get("placeholder"),
		Required: has("required"), Secret: has("secret"), Hidden: has("hidden"), flag: !has("arg"), negatable: has("negatable"),
		kind: field.Tag.Get("type"), xor: field.Tag.Get("xor"), whole: field.Tag.Get("sep") == "none", target: target}
	if !v.flag {
		v.Required = !has("optional") && !has("default")
	}
	var shown []string
	if has("enum") {
		v.Enum = strings.Split(field.Tag.Get("enum"), ",")
		shown = slices.DeleteFunc(slices.Clone(v.Enum), func(s string) bool { return s == "" })
	}
	v.Help = strings.ReplaceAll(field.Tag.Get("help"), "${enum}", strings.Join(shown, ", "))
	for word, means := range words {
		v.Help = strings.ReplaceAll(v.Help, "${"+word+"}", means)
	}
	return v
}

// called is what the line calls a field.
func called(field reflect.StructField) string {
	if name := field.Tag.Get("name"); name != "" {
		return name
	}
	var b strings.Builder
	runes := []rune(field.Name)
	for i, r := range runes {
		// A word begins with a capital after a small letter, or with the last of several capitals.
		if i > 0 && unicode.IsUpper(r) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Does is the struct of the command, by its address.
func (c *Command) Does() any { return c.target.Addr().Interface() }

// Path is how the command is given: "stoa good edit".
func (c *Command) Path() string {
	if c.Parent == nil {
		return c.Name
	}
	return c.Parent.Path() + " " + c.Name
}

// Leaves are the commands that do something, this one or those below it, but
// those that are hidden.
func (c *Command) Leaves() []*Command {
	if c.Hidden {
		return nil
	}
	if len(c.Commands) == 0 {
		return []*Command{c}
	}
	var out []*Command
	for _, sub := range c.Commands {
		out = append(out, sub.Leaves()...)
	}
	return out
}

// All are all flags that hold for the command, those of the program first.
func (c *Command) All() []*Value {
	if c.Parent == nil {
		return c.Flags
	}
	return append(slices.Clone(c.Parent.All()), c.Flags...)
}

// flag finds a flag that holds for the command, or nil.
func (c *Command) flag(name string) *Value {
	for ; c != nil; c = c.Parent {
		for _, f := range c.Flags {
			if f.Name == name {
				return f
			}
		}
	}
	return nil
}

// Settings are the flags that hold for the command and that a file or the
// environment may set.
func (c *Command) Settings() []*Value {
	return slices.DeleteFunc(slices.Clone(c.All()), func(f *Value) bool { return f.Env == "" })
}
