// Package ask is how questions of a criteria set are asked in a form, and how
// what was filled in becomes answers.
package ask

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
	PartVersion = "v." // of the answer the form was made from
	PartText    = "t."
	PartLinks   = "l." // one a line: address, then what it is
	PartChoices = "c." // repeated, or one a line where there are too many to show
	PartItem    = "i." // followed by the question's id, "/" and the item
	PartFiles   = "f." // a file
)

// ID is the id of a question's field in the page.
func ID(question string) string { return "q-" + strings.ReplaceAll(question, ".", "-") }

// Names are the names a form about these questions may have, besides those
// of items.
func Names(asked []standard.Asked) []string {
	out := []string{"next", "drop"}
	for _, a := range asked {
		q := a.Question
		out = append(out, PartVersion+q.ID, PartText+q.ID, PartLinks+q.ID, PartChoices+q.ID+"*")
	}
	return out
}

// Read is the answer a form gives to a question.
func Read(f *page.Frame, q standard.Question, v url.Values) standard.Answer {
	var a standard.Answer
	switch q.Type {
	case standard.ShortText:
		a.Text = strings.TrimSpace(v.Get(PartText + q.ID))
	case standard.LongText, standard.Links:
		a.Text, a.Links = strings.TrimSpace(v.Get(PartText+q.ID)), Links(v.Get(PartLinks+q.ID))
	case standard.YesNo, standard.Choice, standard.Choices, standard.SDGs:
		a.Choices = slices.DeleteFunc(slices.Clone(v[PartChoices+q.ID]), func(s string) bool { return s == "" })
	case standard.Countries, standard.Languages, standard.Licences:
		a.Choices = Named(f, q.Type, v.Get(PartChoices+q.ID))
	case standard.Items:
		for name, values := range v {
			if item, ok := strings.CutPrefix(name, PartItem+q.ID+"/"); ok && strings.TrimSpace(values[0]) != "" {
				if a.Items == nil {
					a.Items = map[string]string{}
				}
				a.Items[item] = strings.TrimSpace(values[0])
			}
		}
	}
	return a
}

// Links reads one address a line, with what it is behind it.
func Links(text string) []good.Link {
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

// LinksText is one address a line, as Links reads it.
func LinksText(list []good.Link) string {
	var b strings.Builder
	for _, l := range list {
		b.WriteString(strings.TrimRight(l.URL+" "+l.Name, " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// Named reads one country, language or licence a line, by any of its names. A
// name that is none stays as it is, to be said beside the field.
func Named(f *page.Frame, t standard.Type, text string) []string {
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

// Shown is a choice in words.
func Shown(f *page.Frame, set *standard.Set, q standard.Question, choice string) string {
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
		return f.SDG(int(Number(choice)))
	case standard.Items:
		if of, ok := set.Question(q.Of); ok {
			return Shown(f, set, of, choice)
		}
	}
	return choice
}

// Number is a number of a form; 0 for what is none.
func Number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return max(n, 0)
}

// ChoicesText is one choice a line, in words.
func ChoicesText(f *page.Frame, q standard.Question, a standard.Answer) string {
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

// Options are those of a question whose choices are all in sight.
func Options(f *page.Frame, q standard.Question) []page.Option {
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

// Sorted are the items of an answer in order.
func Sorted(items map[string]string) []string { return slices.Sorted(maps.Keys(items)) }
