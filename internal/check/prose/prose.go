// Package prose reads what a project tells its readers: Markdown, and the
// headings of reStructuredText and AsciiDoc. It keeps the shape of a text (its
// headings, links, commands, first paragraph), not the text.
package prose

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"stoa/internal/lazy"
)

// Limits of what is kept of one text. MaxSize is in bytes: what comes after is
// not read.
const (
	MaxSize = 512 << 10
	most    = 2000 // headings, links, commands each
	longest = 300  // bytes of a heading or the text of a link
)

// Heading is a heading of a text.
type Heading struct {
	Level int
	Text  string
	Line  int
}

// Link is a link or a picture of a text.
type Link struct {
	Text, Target string
	Line         int
	Image        bool
}

// Command is a line of code that a reader is told to type.
type Command struct {
	Text string
	Line int
}

// Lead is one of the first paragraphs, at most 1,000 bytes of it.
type Lead struct {
	Text string
	Line int
}

// Doc is the shape of a text.
type Doc struct {
	Path     string
	Front    []byte // the YAML before the text, where there is some
	Headings []Heading
	Links    []Link
	Commands []Command
	Leads    []Lead // the first paragraphs that say something
	Letters  int    // bytes of running text
	Sample   string // the first running text, at most 4,000 bytes, to tell its language
}

// Known says whether a file with this extension is read, and ".md" or the like
// with its dot in small letters is asked for.
func Known(ext string) bool {
	switch ext {
	case ".md", ".markdown", ".mdx", ".qmd", ".rst", ".adoc", ".asciidoc", ".txt", "":
		return true
	}
	return false
}

// Read reads the text of the file at this path. What is no UTF-8 is read as
// far as it is.
func Read(name string, raw []byte) *Doc {
	d := &Doc{Path: name}
	raw = bytes.TrimPrefix(raw[:min(len(raw), MaxSize)], []byte("\ufeff"))
	if !utf8.Valid(raw) {
		raw = bytes.ToValidUTF8(raw, []byte("\ufffd"))
	}
	body, above := d.front(raw)
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown", ".mdx", ".qmd":
		d.markdown(body, above)
	default:
		d.plain(body, above)
	}
	return d
}

// frontEnd ends the YAML that stands before a text.
var frontEnd = lazy.New(`(?m)^(?:---|\.\.\.)[ \t]*\r?$`)

// front takes away the YAML before the text, and says how many lines it has.
func (d *Doc) front(raw []byte) (body []byte, lines int) {
	if !bytes.HasPrefix(raw, []byte("---\n")) && !bytes.HasPrefix(raw, []byte("---\r\n")) {
		return raw, 0
	}
	start := bytes.IndexByte(raw, '\n') + 1
	end := frontEnd.FindIndex(raw[start:])
	if end == nil {
		return raw, 0
	}
	d.Front = bytes.Clone(raw[start : start+end[0]])
	return raw[start+end[1]:], bytes.Count(raw[:start+end[1]], []byte("\n"))
}

func (d *Doc) heading(level int, text string, line int) {
	if text = clean(text, longest); text != "" && len(d.Headings) < most {
		d.Headings = append(d.Headings, Heading{level, text, line})
	}
}

func (d *Doc) link(text, target string, line int, image bool) {
	if target = strings.TrimSpace(target); target != "" && len(target) <= 2000 && len(d.Links) < most {
		d.Links = append(d.Links, Link{clean(text, longest), target, line, image})
	}
}

func (d *Doc) command(text string, line int) {
	text = strings.TrimSpace(text)
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(text, "$ "), "> "))
	if text != "" && text[0] != '#' && len(text) <= longest && len(d.Commands) < most {
		d.Commands = append(d.Commands, Command{text, line})
	}
}

// paragraph takes running text: the first that say something are the leads.
func (d *Doc) paragraph(text string, line int) {
	d.Letters += len(text)
	if len(d.Sample) < 4000 {
		d.Sample += clean(text, 4000-len(d.Sample)) + "\n"
	}
	if len(d.Leads) < 6 && (len(strings.Fields(text)) >= 5 || len([]rune(text)) >= 20 && !strings.Contains(text, " ")) {
		d.Leads = append(d.Leads, Lead{clean(text, 1000), line})
	}
}

// clean is a text in one line, cut at a rune so that it has at most limit bytes.
func clean(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
