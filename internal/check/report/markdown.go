package report

import (
	"fmt"
	"io"
	"strings"

	"stoa/internal/finding"
)

// Markdown writes a sheet for a comment, a page or a summary of a build.
func (s *Sheet) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s: %s\n\n", s.t("title"), escape(s.Target), escape(s.Name+" · "+s.kinds()+" · "+s.megabytes()))
	fmt.Fprintf(&b, "**%s**\n\n", escape(s.t("counts", "Met", s.Counts.Met, "NotMet", s.Counts.NotMet, "Unseen", s.Counts.NotObservable)))
	if len(s.Partial) > 0 {
		fmt.Fprintf(&b, "> %s\n", escape(s.t("partial")))
		for _, c := range s.Partial {
			fmt.Fprintf(&b, "> - %s\n", escape(c))
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "| | %s | %s |\n|---|---|---|\n", s.t("indicator"), s.t("state"))
	for _, i := range s.Indicators {
		if i.Judged {
			fmt.Fprintf(&b, "| %s | %s %s | %s |\n", signs[i.State], escape(i.ID), escape(i.Title), s.t("state."+string(i.State)))
		}
	}
	for _, i := range s.Indicators {
		fmt.Fprintf(&b, "\n## %s\n", escape(strings.TrimSpace(indicatorMark(i)+i.Title)))
		for _, q := range i.Questions {
			s.markdownQuestion(&b, q)
		}
	}
	if len(s.Beside) > 0 {
		fmt.Fprintf(&b, "\n## %s\n\n", escape(s.t("beside")))
		for _, l := range s.Beside {
			s.markdownLine(&b, "", l)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", escape(s.t("informs")))
	_, err := io.WriteString(w, b.String())
	return err
}

func (s *Sheet) markdownQuestion(b *strings.Builder, q Question) {
	fmt.Fprintf(b, "\n- %s **%s** (%s)\n", signs[q.State], escape(q.Label), s.t("state."+string(q.State)))
	if q.Person {
		fmt.Fprintf(b, "  - %s\n", escape(s.t("person")))
		return
	}
	if q.Depends != "" {
		fmt.Fprintf(b, "  - %s\n", escape(s.t("depends", "Question", clean(q.Depends))))
	}
	if len(q.Findings) == 0 {
		fmt.Fprintf(b, "  - %s\n", escape(s.t("unseen")))
	}
	for _, l := range q.Findings {
		s.markdownLine(b, "  ", l)
	}
}

func (s *Sheet) markdownLine(b *strings.Builder, indent string, l Line) {
	fmt.Fprintf(b, "%s- %s %s", indent, signs[l.State], escape(l.Why))
	if l.State != finding.NotObservable {
		fmt.Fprintf(b, " (%s)", s.t("confidence."+string(l.Confidence)))
	}
	for _, e := range l.Evidence {
		if where := strings.ReplaceAll(clean(place(e)), "`", "'"); webAddress(e.URL) {
			fmt.Fprintf(b, " [`%s`](<%s>)", where, e.URL)
		} else {
			fmt.Fprintf(b, " `%s`", where)
		}
	}
	b.WriteString("\n")
	if l.Mend != "" && l.State != finding.Met {
		fmt.Fprintf(b, "%s  - → %s\n", indent, escape(l.Mend))
	}
}

// webAddress says whether an address may be led to.
func webAddress(s string) bool {
	return (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && !strings.ContainsAny(s, "<> \n\"")
}

// escaper takes from a text what Markdown would read as more than text.
var escaper = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "|", `\|`, "#", `\#`, "!", `\!`, "~", `\~`, "&", `\&`)

func escape(s string) string { return escaper.Replace(clean(s)) }
