package ask

import (
	"strings"

	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// help is what helps with a question, whatever the good is.
func help(f *page.Frame, q standard.Question) string {
	s, _ := q.Help.In(f.Code)
	return s
}

func with(d page.Field, name, value string, lines int) page.Field {
	d.Name, d.Value, d.Lines = name, value, lines
	return d
}

func linked(f *page.Frame, d page.Field, q standard.Question, v standard.Answer) page.Field {
	d = with(d, PartLinks+q.ID, LinksText(v.Links), 3)
	d.Dir, d.Max, d.Hint = "ltr", 0, strings.TrimSpace(d.Hint+" "+f.T("apply.links.one"))
	return d
}

func choosing(f *page.Frame, d page.Field, q standard.Question, v standard.Answer) page.Field {
	d.Name, d.Chosen, d.Options = PartChoices+q.ID, v.Choices, Options(f, q)
	return d
}

// listed is a field in which countries, languages or licences are named one a
// line.
func listed(f *page.Frame, d page.Field, q standard.Question, v standard.Answer) page.Field {
	d = with(d, PartChoices+q.ID, ChoicesText(f, q, v), 3)
	d.Max, d.Hint = 0, strings.TrimSpace(d.Hint+" "+f.T("apply.one."+string(q.Type)))
	return d
}
