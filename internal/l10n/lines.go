package l10n

import (
	"strconv"
	"strings"
	"unicode"
)

// readStrings reads "key" = "text"; with comments around it.
func readStrings(text string) (*File, error) {
	out, note := &File{}, ""
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		switch {
		case strings.HasPrefix(rest, "/*"):
			said, after, ok := strings.Cut(rest[2:], "*/")
			if !ok {
				return nil, wrong("l10n.error.strings")
			}
			note, rest = strings.TrimSpace(said), after
			continue
		case strings.HasPrefix(rest, "//"):
			_, rest, _ = strings.Cut(rest, "\n")
			continue
		}
		key, after, ok := token(rest)
		after, eq := strings.CutPrefix(strings.TrimSpace(after), "=")
		value, after, whole := token(strings.TrimSpace(after))
		after, semi := strings.CutPrefix(strings.TrimSpace(after), ";")
		if !ok || !eq || !whole || !semi || len(out.Units) > MaxUnits {
			return nil, wrong("l10n.error.strings")
		}
		if value != "" {
			out.Units = append(out.Units, Unit{Key: key, Source: value, Note: note})
		}
		note, rest = "", after
	}
	return out, nil
}

// token is a quoted text, or a word, and what follows.
func token(s string) (t, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		i := strings.IndexFunc(s, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_.-$", r)
		})
		if i <= 0 {
			return "", s, false
		}
		return s[:i], s[i:], true
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			t, err := unescape(s[1:i])
			return t, s[i+1:], err == nil
		}
	}
	return "", "", false
}

// readProperties reads key = text, as Java does: lines that end with a backslash
// go on, \u0041 is a character.
func readProperties(text string) (*File, error) {
	out, note := &File{}, ""
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimLeft(lines[i], " \t\f")
		if line == "" || line[0] == '#' || line[0] == '!' {
			note = strings.TrimSpace(strings.TrimLeft(line, "#! "))
			continue
		}
		for goesOn(line) && i+1 < len(lines) {
			i++
			line = line[:len(line)-1] + strings.TrimLeft(lines[i], " \t\f")
			if len(line) > MaxBytes/4 {
				return nil, wrong("l10n.error.properties")
			}
		}
		key, value := halves(line)
		k, v := java(key), java(value)
		if v != "" && len(out.Units) <= MaxUnits {
			out.Units = append(out.Units, Unit{Key: k, Source: v, Note: note})
		}
		note = ""
	}
	return out, nil
}

func goesOn(line string) bool {
	n := 0
	for n < len(line) && line[len(line)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// halves parts a line where its key ends.
func halves(line string) (key, value string) {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '=', ':', ' ', '\t', '\f':
			rest := strings.TrimLeft(line[i:], " \t\f")
			if rest != "" && (rest[0] == '=' || rest[0] == ':') {
				rest = rest[1:]
			}
			return line[:i], strings.TrimLeft(rest, " \t\f")
		}
	}
	return line, ""
}

func java(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	var units []rune
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r', 'f':
		case 'u':
			if i+4 < len(s) {
				if r, err := strconv.ParseUint(s[i+1:i+5], 16, 16); err == nil {
					i += 4
					units = append(units, rune(r))
					if r >= 0xd800 && r < 0xdc00 && strings.HasPrefix(s[i+1:], `\u`) {
						continue // the first half of a character
					}
					b.WriteString(paired(units))
					units = nil
					continue
				}
			}
			b.WriteByte('u')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String() + paired(units)
}

// paired joins the halves of characters beyond the first 65,536.
func paired(units []rune) string {
	if len(units) == 2 && units[1] >= 0xdc00 && units[1] < 0xe000 {
		return string((units[0]-0xd800)<<10 | (units[1] - 0xdc00) + 0x10000)
	}
	return string(units)
}

// readFluent reads messages of Fluent: a name, its text over as many lines as
// are indented, and its attributes.
func readFluent(text string) (*File, error) {
	out, note := &File{}, ""
	var u *Unit
	message := ""
	end := func() {
		if u != nil {
			if u.Source = strings.TrimSpace(u.Source); u.Source != "" {
				out.Units = append(out.Units, *u)
			}
		}
		u = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		bare := strings.TrimSpace(line)
		indented := line != "" && (line[0] == ' ' || line[0] == '}' || line[0] == '\t')
		name, value, named := strings.Cut(bare, "=")
		name = strings.TrimSpace(name)
		switch {
		case strings.HasPrefix(line, "#"):
			end()
			note = strings.TrimSpace(strings.TrimLeft(line, "# "))
		case bare == "" && u == nil:
		case indented && named && strings.HasPrefix(name, ".") && identifier(name[1:]) && message != "":
			end()
			u = &Unit{Key: message + name, Source: strings.TrimSpace(value)}
		case (indented || bare == "") && u != nil:
			u.Source += "\n" + bare
		case !indented && named && identifier(strings.TrimPrefix(name, "-")):
			end()
			message = name
			u = &Unit{Key: name, Source: strings.TrimSpace(value), Note: note}
			note = ""
		default:
			return nil, wrong("l10n.error.fluent")
		}
		if len(out.Units) > MaxUnits {
			return nil, tooMany(MaxUnits)
		}
	}
	end()
	return out, nil
}

func identifier(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// readYAML reads the leaves of nested keys, as the sentences of Rails lie. It
// reads what such files hold, not all that YAML can say.
func readYAML(text string) (*File, error) {
	out := &File{}
	type level struct {
		indent int
		key    string
	}
	var path []level
	for line := range strings.SplitSeq(text, "\n") {
		bare := strings.TrimLeft(line, " ")
		if bare == "" || strings.HasPrefix(bare, "#") || strings.HasPrefix(bare, "-") {
			continue
		}
		key, value, ok := strings.Cut(bare, ":")
		if !ok || value != "" && value[0] != ' ' && value[0] != '\t' {
			continue // goes on with a text
		}
		indent := len(line) - len(bare)
		for len(path) > 0 && path[len(path)-1].indent >= indent {
			path = path[:len(path)-1]
		}
		if len(path) >= mostDepth || len(out.Units) > MaxUnits {
			break
		}
		path = append(path, level{indent, strings.Trim(strings.TrimSpace(key), `"'`)})
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		if value == "" || indent == 0 || strings.HasPrefix(value, "&") || strings.HasPrefix(value, "*") {
			continue
		}
		var keys []string
		for _, l := range path[1:] {
			keys = append(keys, l.key)
		}
		out.Units = append(out.Units, Unit{Key: strings.Join(keys, "."), Source: value})
	}
	return out, nil
}

// readPlain takes each paragraph for a text.
func readPlain(text string) (*File, error) {
	out := &File{}
	for p := range strings.SplitSeq(text, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out.Units = append(out.Units, Unit{Source: p})
		}
		if len(out.Units) > MaxUnits {
			return nil, tooMany(MaxUnits)
		}
	}
	return out, nil
}
