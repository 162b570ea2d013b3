package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// SentDetails are the names under which a form sends details, as Sent takes
// them.
func SentDetails(table []vocab.Detail) []string {
	var out []string
	for _, d := range table {
		if d.Type == vocab.SomeOf {
			out = append(out, d.Name+"*")
		} else {
			out = append(out, d.Name)
		}
	}
	return out
}

// ReadDetails are details as a form sent them; nil where none is filled in.
func ReadDetails(table []vocab.Detail, v url.Values) map[string]string {
	var out map[string]string
	for _, d := range table {
		if s := strings.TrimSpace(strings.Join(v[d.Name], " ")); s != "" {
			if out == nil {
				out = map[string]string{}
			}
			out[d.Name] = s
		}
	}
	return out
}

// Detail is what is said of a detail, in words.
func (f *Frame) Detail(d vocab.Detail, said string) string {
	var parts []string
	for _, p := range d.Parts(said) {
		switch d.Type {
		case vocab.OneOf, vocab.SomeOf:
			p = f.T("detail." + d.Name + "." + p)
		case vocab.Languages:
			p = f.Language(p)
		case vocab.DayPast, vocab.DayAny:
			p = f.Date(good.Date(p))
		case vocab.Whole:
			if n, err := strconv.Atoi(p); err == nil {
				p = f.Number(n)
			}
		}
		parts = append(parts, p)
	}
	return f.List(parts)
}

// detailField is a detail as a field of a form, with what is said of it.
func detailField(f *Frame, d vocab.Detail, said string) Field {
	out := Field{Name: d.Name, Label: f.T("detail." + d.Name), Value: said}
	for _, o := range d.Options {
		out.Options = append(out.Options, Option{Value: o, Label: f.T("detail." + d.Name + "." + o)})
	}
	switch d.Type {
	case vocab.Text:
		out.Max = vocab.MaxDetail
	case vocab.SomeOf:
		out.Value, out.Chosen = "", d.Parts(said)
	case vocab.Languages:
		out.Hint, out.Value = f.T("deploy.languages.hint"), strings.Join(d.Parts(said), ", ")
	case vocab.DayPast, vocab.DayAny:
		out.Hint, out.Max, out.Dir = f.T("deploy.date.hint"), 10, "ltr"
	case vocab.Link:
		out.Kind, out.Max = "url", 2048
	case vocab.Hosts:
		out.Hint, out.Value, out.Dir = f.T("detail.hint.hosts"), strings.Join(d.Parts(said), ", "), "ltr"
	case vocab.Whole:
		out.Kind = "number"
	case vocab.Money:
		out.Hint, out.Max, out.Dir = f.T("detail.hint.money"), 20, "ltr"
	case vocab.ShortCode:
		out.Hint, out.Max, out.Dir = f.T("detail.hint.code"), 30, "ltr"
	}
	return out
}

// detailGroups are the details of each kind, in their order.
func detailGroups(table []vocab.Detail) [][]vocab.Detail {
	var out [][]vocab.Detail
	for _, d := range table {
		if n := len(out); n > 0 && out[n-1][0].Of == d.Of {
			out[n-1] = append(out[n-1], d)
		} else {
			out = append(out, []vocab.Detail{d})
		}
	}
	return out
}

// Filled says whether something is said, or wrong, in a group of fields.
func Filled(field func(Field) Field, group []vocab.Detail, said map[string]string) bool {
	return slices.ContainsFunc(group, func(d vocab.Detail) bool {
		sent := field(Field{Name: d.Name, Value: said[d.Name]})
		return sent.Value != "" || sent.Wrong != ""
	})
}
