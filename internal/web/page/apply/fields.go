package apply

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
)

// The parts of an answer in a form: a letter, a dot and the question's id.
const (
	partVersion = "v." // of the answer the form was made from
	partText    = "t."
	partLinks   = "l." // one a line: address, then what it is
	partChoices = "c." // repeated, or one a line where there are too many to show
	partItem    = "i." // followed by the question's id, "/" and the item
	partFiles   = "f." // a file
)

// fid is the id of a question's field in the page.
func fid(question string) string { return "q-" + strings.ReplaceAll(question, ".", "-") }

// fieldNames are the names a form about these questions may have, besides those
// of items.
func fieldNames(asked []standard.Asked) []string {
	out := []string{"next", "drop"}
	for _, a := range asked {
		q := a.Question
		out = append(out, partVersion+q.ID, partText+q.ID, partLinks+q.ID, partChoices+q.ID+"*")
	}
	return out
}

// read is the answer a form gives to a question.
func read(f *page.Frame, q standard.Question, v url.Values) standard.Answer {
	var a standard.Answer
	switch q.Type {
	case standard.ShortText:
		a.Text = strings.TrimSpace(v.Get(partText + q.ID))
	case standard.LongText, standard.Links:
		a.Text, a.Links = strings.TrimSpace(v.Get(partText+q.ID)), links(v.Get(partLinks+q.ID))
	case standard.YesNo, standard.Choice, standard.Choices, standard.SDGs:
		a.Choices = slices.DeleteFunc(slices.Clone(v[partChoices+q.ID]), func(s string) bool { return s == "" })
	case standard.Countries, standard.Languages, standard.Licences:
		a.Choices = named(f, q.Type, v.Get(partChoices+q.ID))
	case standard.Items:
		for name, values := range v {
			if item, ok := strings.CutPrefix(name, partItem+q.ID+"/"); ok && strings.TrimSpace(values[0]) != "" {
				if a.Items == nil {
					a.Items = map[string]string{}
				}
				a.Items[item] = strings.TrimSpace(values[0])
			}
		}
	}
	return a
}

// links reads one address a line, with what it is behind it.
func links(text string) []good.Link {
	var out []good.Link
	for line := range strings.Lines(text) {
		address, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if address == "" {
			continue
		}
		if !strings.Contains(address, ":") && strings.Contains(address, ".") {
			address = "https://" + address
		}
		if l := (good.Link{URL: address, Name: strings.TrimSpace(name)}); !slices.ContainsFunc(out, func(o good.Link) bool { return o.URL == l.URL }) {
			out = append(out, l)
		}
	}
	return out
}

func linksText(list []good.Link) string {
	var b strings.Builder
	for _, l := range list {
		b.WriteString(strings.TrimRight(l.URL+" "+l.Name, " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// named reads one country, language or licence a line, by any of its names. A
// name that is none stays as it is, to be said beside the field.
func named(f *page.Frame, t standard.Type, text string) []string {
	var out []string
	add := func(s string) {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == ';' || r == '؛' || r == '；' }) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if code, ok := code(f, t, line); ok {
			add(code)
			continue
		}
		for part := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ',' || r == '،' || r == '、' || r == '，' }) {
			part = strings.TrimSpace(part)
			c, _ := code(f, t, part)
			add(c)
		}
	}
	return out
}

// code is the code of a country, language or licence by one of its names, in
// the reader's language too; ok is false for a name that is none.
func code(f *page.Frame, t standard.Type, name string) (string, bool) {
	switch t {
	case standard.Countries:
		if c, ok := vocab.FindCountry(name); ok {
			return c.Alpha2, true
		}
		for _, c := range vocab.Countries() {
			if strings.EqualFold(f.Country(c.Alpha2), name) {
				return c.Alpha2, true
			}
		}
	case standard.Languages:
		if tag, ok := vocab.FindLanguage(name); ok {
			return tag, true
		}
	case standard.Licences:
		if id, ok := vocab.FindLicence(name); ok {
			return id, true
		}
	}
	return name, false
}

// shown is a choice in words.
func shown(f *page.Frame, set *standard.Set, q standard.Question, choice string) string {
	switch q.Type {
	case standard.YesNo:
		return f.T("apply." + map[string]string{"yes": "yes", "no": "no"}[choice])
	case standard.Choice, standard.Choices:
		for _, o := range q.Options {
			if o.ID == choice {
				s, _ := o.Label.In(f.Code)
				return s
			}
		}
	case standard.Countries:
		return f.Country(choice)
	case standard.Languages:
		return f.Language(choice)
	case standard.SDGs:
		return f.SDG(int(number(choice)))
	case standard.Items:
		if of, ok := set.Question(q.Of); ok {
			return shown(f, set, of, choice)
		}
	}
	return choice
}

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return max(n, 0)
}

// choicesText is one choice a line, in words.
func choicesText(f *page.Frame, q standard.Question, a standard.Answer) string {
	var out []string
	for _, c := range a.Choices {
		s := c
		if q.Type == standard.Countries {
			s = f.Country(c)
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

// options are those of a question whose choices are all in sight.
func options(f *page.Frame, q standard.Question) []page.Option {
	var out []page.Option
	switch q.Type {
	case standard.YesNo:
		for _, c := range []string{"yes", "no"} {
			out = append(out, page.Option{Value: c, Label: f.T("apply." + c)})
		}
	case standard.Choice, standard.Choices:
		for _, o := range q.Options {
			label, _ := o.Label.In(f.Code)
			out = append(out, page.Option{Value: o.ID, Label: label})
		}
	case standard.SDGs:
		for n := 1; n <= 17; n++ {
			out = append(out, page.Option{Value: page.GoalNumber(n), Label: f.Number(n) + " · " + f.Goal(n)})
		}
	}
	return out
}

// sorted are the items of an answer in order.
func sorted(items map[string]string) []string { return slices.Sorted(maps.Keys(items)) }
