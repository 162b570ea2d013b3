package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/finding"
)

// Style is how a terminal is written to.
type Style struct {
	Colour bool
	Width  int // columns; 0: lines are not broken
}

// The colours of states, as terminals are told.
const (
	red, green, yellow, dim, bold, plain = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[2m", "\x1b[1m", "\x1b[0m"
)

// signs say a state beside its word.
var signs = map[finding.State]string{finding.Met: "✓", finding.NotMet: "✗", finding.NotObservable: "·"}

var colours = map[finding.State]string{finding.Met: green, finding.NotMet: red, finding.NotObservable: dim}

// page is text on its way to a terminal.
type page struct {
	strings.Builder
	Style
	told map[string]bool // findings, by their prints: what is in order, or not seen, is told once
}

func (p *page) in(colour, text string) string {
	if !p.Colour || colour == "" || text == "" {
		return text
	}
	return colour + text + plain
}

// para writes a paragraph, broken into lines that begin in column indent.
func (p *page) para(indent int, first, colour, text string) {
	at := indent + utf8.RuneCountInString(first)
	p.WriteString(strings.Repeat(" ", indent) + p.in(colour, first))
	line := ""
	flush := func() {
		p.WriteString(p.in(colour, line) + "\n")
		line = ""
	}
	for i, word := range strings.Split(text, " ") {
		if i > 0 && p.Width > at+10 && at+utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > p.Width {
			flush()
			p.WriteString(strings.Repeat(" ", at))
			line = word
			continue
		}
		if i > 0 {
			line += " "
		}
		line += word
	}
	flush()
}

// Terminal writes a sheet for people at a terminal.
func (s *Sheet) Terminal(w io.Writer, style Style) error {
	p := &page{Style: style, told: map[string]bool{}}
	p.para(0, "", bold, clean(s.Target))
	p.para(0, "", "", s.Name+" · "+s.kinds()+" · "+s.megabytes())
	if s.Commit != "" {
		p.para(0, "", dim, s.t("commit", "Commit", s.Commit[:min(len(s.Commit), 12)]))
	}
	s.partial(p)
	for _, i := range s.Indicators {
		p.WriteString("\n")
		p.para(0, indicatorMark(i), bold, i.Title+" — "+s.t("state."+string(i.State)))
		persons := 0
		for _, q := range i.Questions {
			if q.Person {
				persons++
				continue
			}
			s.question(p, q)
		}
		if persons > 0 {
			p.para(2, signs[finding.NotObservable]+" ", dim, s.t("persons", "Count", persons))
		}
	}
	if len(s.Beside) > 0 {
		p.WriteString("\n")
		p.para(0, "", bold, s.t("beside"))
		for _, l := range s.Beside {
			s.finding(p, 2, l, true)
		}
	}
	p.WriteString("\n")
	p.para(0, "", bold, s.t("counts", "Met", s.Counts.Met, "NotMet", s.Counts.NotMet, "Unseen", s.Counts.NotObservable))
	p.para(0, "", dim, s.t("informs"))
	_, err := io.WriteString(w, p.String())
	return err
}

func (s *Sheet) partial(p *page) {
	if len(s.Partial) == 0 {
		return
	}
	p.para(0, "! ", yellow, s.t("partial"))
	for _, c := range s.Partial {
		p.para(2, "", yellow, c)
	}
}

// indicatorMark is the number of an indicator, where it has one that says
// something.
func indicatorMark(i Indicator) string {
	if i.Judged {
		return i.ID + "  "
	}
	return ""
}

func (s *Sheet) question(p *page, q Question) {
	p.para(2, signs[q.State]+" ", colours[q.State], q.Label)
	if q.Depends != "" {
		p.para(4, "", dim, s.t("depends", "Question", clean(q.Depends)))
	}
	seen := slices.ContainsFunc(q.Findings, func(l Line) bool { return l.State != finding.NotObservable })
	before := p.Len()
	for _, l := range q.Findings {
		weighs := l.State == finding.NotObservable && len(l.Evidence) > 1 // what two places say, for a person to weigh
		if ((l.State != finding.NotObservable) == seen || weighs) && (l.State == finding.NotMet || !p.told[l.Print]) {
			p.told[l.Print] = true
			s.finding(p, 4, l, l.State == finding.NotMet)
		}
	}
	if p.Len() == before {
		s.again(p, q)
	}
	if len(q.Findings) == 0 {
		p.para(4, "", dim, s.t("unseen"))
	}
}

// mostAgain is how many places are led to once more.
const mostAgain = 3

// again leads to what was told under a question before and answers this one as well.
func (s *Sheet) again(p *page, q Question) {
	var where []string
	for _, l := range q.Findings {
		for _, e := range l.Evidence {
			if at := clean(place(e)); l.State == finding.Met && len(where) < mostAgain && !slices.Contains(where, at) {
				where = append(where, at)
			}
		}
	}
	if len(where) > 0 {
		p.para(4, "", dim, strings.Join(where, "  "))
	}
}

// finding writes one finding: why, how sure, where, and what to do.
func (s *Sheet) finding(p *page, indent int, l Line, sign bool) {
	why := clean(l.Why)
	if l.Confidence != finding.High && l.State != finding.NotObservable {
		why += " (" + s.t("confidence."+string(l.Confidence)) + ")"
	}
	if l.Known {
		why += " [" + s.t("known") + "]"
	}
	first, colour := "", ""
	if sign {
		first = signs[l.State] + " "
	}
	if l.State == finding.NotMet {
		colour = red
	} else if l.State == finding.NotObservable {
		colour = dim
	}
	p.para(indent, first, colour, why)
	at := indent + utf8.RuneCountInString(first)
	if len(l.Evidence) > 0 {
		var where []string
		for _, e := range l.Evidence {
			where = append(where, clean(place(e)))
		}
		p.para(at, "", dim, strings.Join(where, "  "))
	}
	if l.Mend != "" && (l.State == finding.NotMet || !sign) {
		p.para(at, "→ ", yellow, clean(l.Mend))
	}
}

// clean keeps what a stranger wrote from steering the terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e {
			return '\ufffd'
		}
		return r
	}, s)
}

// Verdict is the last line of a run: what lets it fail.
func (s *Sheet) Verdict(lines []Line, partial bool) string {
	switch {
	case len(lines) > 0:
		return s.t("fails", "Count", len(lines))
	case partial:
		return s.t("partial")
	}
	return s.t("passes")
}

// JSON writes a sheet for programs.
func (s *Sheet) JSON(w io.Writer) error { return indented(w, s) }

// Write writes a sheet in a format: "terminal", "json", "markdown", "sarif",
// "html" or "junit".
func (s *Sheet) Write(w io.Writer, format string, style Style) error {
	switch format {
	case "terminal":
		return s.Terminal(w, style)
	case "json":
		return s.JSON(w)
	case "markdown":
		return s.Markdown(w)
	case "sarif":
		return s.SARIF(w)
	case "html":
		return s.HTML(w)
	case "junit":
		return s.JUnit(w)
	}
	return fmt.Errorf("report: no format %q", format)
}
