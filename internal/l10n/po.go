package l10n

import (
	"fmt"
	"strconv"
	"strings"
)

// poReader reads entries of a PO file, line by line.
type poReader struct {
	out     File
	entry   poEntry
	into    *string // what a line of text goes on with
	entries int
}

// poEntry is one entry while it is read.
type poEntry struct {
	context, id, plural string
	forms               []string
	note                string
	fuzzy, machine      bool
	any, said           bool // something of it was read; its translation was begun
}

// mostForms is how many plural forms a language has at most.
const mostForms = 6

func readPO(text string) (*File, error) {
	r := &poReader{out: File{Pairs: true}}
	for line := range strings.SplitSeq(text, "\n") {
		if err := r.line(strings.TrimSpace(line)); err != nil {
			return nil, err
		}
		if len(r.out.Units) > MaxUnits {
			return nil, tooMany(MaxUnits)
		}
	}
	r.end()
	if r.entries == 0 {
		return nil, wrong("l10n.error.po")
	}
	return &r.out, nil
}

func (r *poReader) line(s string) error {
	switch {
	case s == "":
		r.into = nil
		return nil
	case strings.HasPrefix(s, "#"):
		r.comment(s)
		return nil
	case strings.HasPrefix(s, `"`):
		if r.into == nil {
			return wrong("l10n.error.po")
		}
		t, err := poText(s)
		*r.into += t
		return err
	}
	word, rest, _ := strings.Cut(s, " ")
	t, err := poText(strings.TrimSpace(rest))
	if err != nil {
		return err
	}
	if e := &r.entry; e.said && (word == "msgctxt" || word == "msgid") {
		r.end()
	}
	return r.word(word, t)
}

// word takes a keyword with its text.
func (r *poReader) word(word, t string) error {
	e := &r.entry
	e.any = true
	switch word {
	case "msgctxt":
		e.context, r.into = t, &e.context
	case "msgid":
		e.id, r.into = t, &e.id
	case "msgid_plural":
		e.plural, r.into = t, &e.plural
	default:
		n := 0
		if i, ok := strings.CutPrefix(word, "msgstr["); ok {
			var err error
			if n, err = strconv.Atoi(strings.TrimSuffix(i, "]")); err != nil {
				return wrong("l10n.error.po")
			}
		} else if word != "msgstr" {
			return wrong("l10n.error.po")
		}
		if n != len(e.forms) || n >= mostForms {
			return wrong("l10n.error.po")
		}
		e.forms = append(e.forms, t)
		e.said, r.into = true, &e.forms[n]
	}
	return nil
}

func (r *poReader) comment(s string) {
	if r.entry.said {
		r.end()
	}
	r.into = nil
	switch {
	case strings.HasPrefix(s, "#~"):
	case strings.HasPrefix(s, "#,"):
		for flag := range strings.SplitSeq(s[2:], ",") {
			r.entry.fuzzy = r.entry.fuzzy || strings.TrimSpace(flag) == "fuzzy"
			r.entry.machine = r.entry.machine || strings.TrimSpace(flag) == machineFlag
		}
	case strings.HasPrefix(s, "#."):
		r.entry.note = strings.TrimSpace(r.entry.note + "\n" + strings.TrimSpace(s[2:]))
	}
}

// machineFlag marks what a machine wrote; programs that do not know the flag
// leave it alone.
const machineFlag = "machine-translated"

// end makes units of the entry that was read.
func (r *poReader) end() {
	e := r.entry
	r.entry, r.into = poEntry{}, nil
	if !e.any || !e.said {
		return
	}
	r.entries++
	if e.id == "" {
		for line := range strings.SplitSeq(strings.Join(e.forms, ""), "\n") {
			if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Language") {
				r.out.Language = strings.ReplaceAll(strings.TrimSpace(value), "_", "-")
			}
		}
		return
	}
	for i, t := range e.forms {
		u := Unit{Key: e.context, Source: e.id, Note: e.note, Target: t, State: Translated, Origin: Person}
		if e.plural != "" {
			u.Form, u.One, u.Many = i+1, e.id, e.plural
			if i > 0 {
				u.Source = e.plural
			}
		}
		if e.fuzzy {
			u.State = Doubtful
		}
		if e.machine {
			u.Origin = Machine
		}
		r.out.Units = append(r.out.Units, u)
	}
}

// poText is the text between quotation marks, with its escapes undone.
func poText(s string) (string, error) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", wrong("l10n.error.po")
	}
	return unescape(s[1 : len(s)-1])
}

// unescape undoes the escapes that gettext and Apple share.
func unescape(s string) (string, error) {
	if !strings.Contains(s, `\`) {
		if strings.Contains(s, `"`) {
			return "", wrong("l10n.error.po")
		}
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			return "", wrong("l10n.error.po")
		}
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		if i++; i == len(s) {
			return "", wrong("l10n.error.po")
		}
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
		case 'U', 'u':
			if i+4 < len(s) {
				if r, err := strconv.ParseUint(s[i+1:i+5], 16, 16); err == nil {
					b.WriteRune(rune(r))
					i += 4
					continue
				}
			}
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), nil
}

// Project is what an export says of itself.
type Project struct {
	Name   string // of the good and the task
	Source string // language of the sources
	Target string // language of the targets
}

// WritePO writes units as a PO file.
func WritePO(p Project, units []Unit) []byte {
	var b strings.Builder
	b.WriteString("msgid \"\"\nmsgstr \"\"\n")
	plural := PluralOf(p.Target)
	for _, h := range [][2]string{{"Project-Id-Version", p.Name}, {"Language", strings.ReplaceAll(p.Target, "-", "_")}, {"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=UTF-8"},
		{"Content-Transfer-Encoding", "8bit"}, {"Plural-Forms", fmt.Sprintf("nplurals=%d; plural=%s;", plural.Forms, plural.Rule)}} {
		b.WriteString(poQuoted(h[0]+": "+strings.ReplaceAll(h[1], "\n", " ")+"\n") + "\n")
	}
	for i := 0; i < len(units); {
		n := 1
		for units[i].Form > 0 && i+n < len(units) && units[i+n].Form == units[i].Form+n && units[i+n].Key == units[i].Key && units[i+n].One == units[i].One {
			n++
		}
		writeEntry(&b, units[i:i+n])
		i += n
	}
	return []byte(b.String())
}

func writeEntry(b *strings.Builder, group []Unit) {
	u := group[0]
	b.WriteString("\n")
	for line := range strings.SplitSeq(u.Note, "\n") {
		if line != "" {
			b.WriteString("#. " + line + "\n")
		}
	}
	fuzzy, machine := false, false
	for _, f := range group {
		fuzzy = fuzzy || f.State == Doubtful
		machine = machine || f.Origin == Machine
	}
	if fuzzy {
		b.WriteString("#, fuzzy\n")
	}
	if machine {
		b.WriteString("#, " + machineFlag + "\n")
	}
	if u.Key != "" {
		b.WriteString("msgctxt " + poQuoted(u.Key) + "\n")
	}
	b.WriteString("msgid " + poQuoted(first(u.One, u.Source)) + "\n")
	if u.Form == 0 {
		b.WriteString("msgstr " + poQuoted(u.Target) + "\n")
		return
	}
	b.WriteString("msgid_plural " + poQuoted(u.Many) + "\n")
	for i, f := range group {
		fmt.Fprintf(b, "msgstr[%d] %s\n", i, poQuoted(f.Target))
	}
}

var poEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`)

func poQuoted(s string) string { return `"` + poEscapes.Replace(s) + `"` }
