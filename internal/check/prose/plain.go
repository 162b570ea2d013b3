package prose

import (
	"strings"

	"stoa/internal/lazy"
)

var (
	underline = lazy.New(`^([=\-~^"#*+.:'_` + "`" + `])([=\-~^"#*+.:'_` + "`" + `]{2,})\s*$`)
	adocTitle = lazy.New(`^(={1,5})\s+(\S.*)$`)
	restLink  = lazy.New("`([^`<]*)<([^>`\\s]+)>`_")
	adocLink  = lazy.New(`(?:link:([^\[\s]+)|(https?://[^\[\s]+))\[([^\]]*)\]`)
	restImage = lazy.New(`^\s*\.\. (?:image|figure)::\s*(\S+)`)
	bareLink  = lazy.New(`https?://[^\s<>"'\x60)\]]+`)
)

// plain reads reStructuredText, AsciiDoc and plain text, line by line.
func (d *Doc) plain(body []byte, above int) {
	marks := map[byte]int{} // reStructuredText gives levels in the order of their signs
	var para []string
	began, last := 0, ""
	end := func() {
		if len(para) > 0 {
			d.paragraph(strings.Join(para, " "), began)
		}
		para = nil
	}
	n := above
	for line := range strings.Lines(string(body)) {
		n++
		l := strings.TrimRight(line, "\r\n \t")
		switch {
		case underlines(last, l):
			if marks[l[0]] == 0 {
				marks[l[0]] = len(marks) + 1
			}
			d.heading(marks[l[0]], last, n-1)
			para = nil
		case adocTitle.MatchString(l):
			end()
			f := adocTitle.FindStringSubmatch(l)
			d.heading(len(f[1]), f[2], n)
		case l == "":
			end()
		case l[0] == ' ' || l[0] == '\t' || strings.HasPrefix(l, "$ "):
			d.command(l, n)
		case underline.MatchString(l) || strings.HasPrefix(l, ".. ") || l[0] == ':' && strings.Count(l, ":") > 1:
		default:
			if len(para) == 0 {
				began = n
			}
			if len(para) < 100 {
				para = append(para, l)
			}
		}
		d.plainLinks(l, n)
		last = l
	}
	end()
}

// underlines says whether a line marks the line before it as a heading.
func underlines(above, l string) bool {
	if len(l) < 3 || above == "" || above[0] == ' ' || !underline.MatchString(l) || strings.Trim(l, l[:1]) != "" {
		return false
	}
	return !underline.MatchString(above) && len(l)+2 >= len([]rune(above)) && len([]rune(above)) <= longest
}

func (d *Doc) plainLinks(l string, n int) {
	if !strings.ContainsAny(l, ":<") || len(l) > 10_000 {
		return
	}
	if f := restImage.FindStringSubmatch(l); f != nil {
		d.link("", f[1], n, true)
	}
	known := false
	for _, f := range restLink.FindAllStringSubmatch(l, -1) {
		d.link(f[1], f[2], n, false)
		known = true
	}
	for _, f := range adocLink.FindAllStringSubmatch(l, -1) {
		d.link(f[3], f[1]+f[2], n, false)
		known = true
	}
	if known {
		return
	}
	for _, address := range bareLink.FindAllString(l, -1) {
		d.link("", strings.TrimRight(address, ".,;:"), n, false)
	}
}
