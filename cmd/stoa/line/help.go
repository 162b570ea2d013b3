package line

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Summary is the value as a line gives it: "name=NAME" of a flag, which stands
// behind two dashes, "<file>" of an argument.
func (v *Value) Summary() string {
	switch {
	case v.flag && v.IsBool():
		return v.Name
	case v.flag:
		return v.Name + "=" + v.stands()
	}
	s := "<" + v.Name + ">"
	if v.IsList() {
		s += " ..."
	}
	if !v.Required {
		s = "[" + s + "]"
	}
	return s
}

// stands is what stands for the value of a flag.
func (v *Value) stands() string {
	more := ""
	if v.IsList() && !v.whole {
		more = ",..."
	}
	t := v.target.Type()
	if v.IsList() {
		t = t.Elem()
	}
	switch {
	case v.Placeholder != "":
		return v.Placeholder + more
	case v.Default != "" && !v.IsList() && t.Kind().String() == "string":
		return strconv.Quote(v.Default)
	case v.Default != "":
		return v.Default + more
	}
	return strings.ToUpper(v.Name) + more
}

func summaries(arguments []*Value) string {
	var out []string
	for _, a := range arguments {
		out = append(out, a.Summary())
	}
	return strings.Join(out, " ")
}

// Summary is how the command is given, with what it cannot do without.
func (c *Command) Summary() string {
	parts := []string{c.Path()}
	more := false
	for _, f := range c.All() {
		if f.Required {
			parts = append(parts, "--"+f.Summary())
		} else {
			more = more || !f.Hidden
		}
	}
	if len(c.Commands) > 0 {
		parts = append(parts, "<command>")
	} else if len(c.Arguments) > 0 {
		parts = append(parts, summaries(c.Arguments))
	}
	if more {
		parts = append(parts, "[flags]")
	}
	return strings.Join(parts, " ")
}

// WriteHelp writes the help on the command in lines of so many columns.
func (c *Command) WriteHelp(w io.Writer, columns int) error {
	p := &paper{columns: columns}
	p.line("Usage: " + c.Summary())
	p.text("", c.Help)
	if d, ok := c.Does().(interface{ Help() string }); ok {
		p.text("", d.Help())
	}
	p.table("Arguments:", rows(c.Arguments))
	own, title := rows(c.Flags), "Flags:"
	for at := c.Parent; at != nil; at = at.Parent {
		if at.Parent == nil {
			p.table(title, own)
			own, title = nil, "Flags of every command:"
		}
		own = append(own, rows(at.Flags)...)
	}
	p.table(title, append(own, [2]string{"--help", "Print this."}))
	if leaves := slices.DeleteFunc(c.Leaves(), func(l *Command) bool { return l == c }); len(leaves) > 0 {
		p.line("", "Commands:")
		for i, leaf := range leaves {
			if i > 0 {
				p.line("")
			}
			p.line("  " + strings.TrimPrefix(leaf.Summary(), c.Path()+" "))
			for _, l := range wrap(leaf.Help, columns-4) {
				p.line("    " + l)
			}
		}
		p.line("", fmt.Sprintf(`"%s <command> --help" says more of a command.`, c.Path()))
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// paper is help on its way out.
type paper struct {
	strings.Builder
	columns int
}

func (p *paper) line(lines ...string) {
	for _, l := range lines {
		p.WriteString(l + "\n")
	}
}

// text writes paragraphs; a line that is indented stays as it is.
func (p *paper) text(indent, text string) {
	if text == "" {
		return
	}
	p.line("")
	for l := range strings.Lines(text) {
		if l = strings.TrimRight(l, "\n"); l == "" || l[0] == ' ' {
			p.line(strings.TrimRight(indent+l, " "))
			continue
		}
		for _, l := range wrap(l, p.columns-len(indent)) {
			p.line(indent + l)
		}
	}
}

// rows are what values are called, and what they are.
func rows(values []*Value) [][2]string {
	var out [][2]string
	for _, v := range values {
		name, help := v.Summary(), v.Help
		switch {
		case v.Hidden:
			continue
		case v.negatable:
			name = "--[no-]" + name
		case v.flag:
			name = "--" + name
		}
		if v.Env != "" {
			help = strings.TrimSuffix(help, ".") + " ($" + v.Env + ")."
		}
		out = append(out, [2]string{name, help})
	}
	return out
}

// table writes rows under a title, if there are any.
func (p *paper) table(title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	p.line("", title)
	left, widest := 0, max(28, p.columns*3/8)
	for _, r := range rows {
		if n := utf8.RuneCountInString(r[0]); n < widest {
			left = max(left, n)
		}
	}
	for _, r := range rows {
		lines := wrap(r[1], p.columns-left-6)
		if utf8.RuneCountInString(r[0]) > left {
			p.line("  " + r[0])
		} else {
			p.line(strings.TrimRight(fmt.Sprintf("  %-*s    %s", left, r[0], lines[0]), " "))
			lines = lines[1:]
		}
		for _, l := range lines {
			p.line(strings.Repeat(" ", left+6) + l)
		}
	}
}

// wrap breaks a text into lines of so many columns; there is at least one.
func wrap(text string, columns int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) > columns:
			lines = append(lines, word)
		default:
			*last += " " + word
		}
	}
	return lines
}
