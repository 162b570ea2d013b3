package standards

import (
	"slices"

	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// question is a question in the page's language.
type question struct {
	ID, Label, Help string
	Example         string
	Marks           []string // what sort of answer, from whom, when
	HelpBy          []kindText
	Options         []string
	Licences        []kindText
}

// kindText is what is said to one kind.
type kindText struct{ Kind, Text string }

// question puts a question into words.
func (m *version) question(q standard.Question) question {
	f := m.Frame
	out := question{ID: q.ID, Label: say(f, q.Label), Help: say(f, q.Help), Example: say(f, q.Example), Marks: m.marks(q)}
	for _, k := range good.Kinds {
		if t := q.HelpBy[k]; len(t) > 0 && (m.Kind == "" || m.Kind == k) {
			out.HelpBy = append(out.HelpBy, kindText{f.Kind(k), say(f, t)})
		}
		if ids := m.Set.Licences[k]; q.Type == standard.Licences && len(ids) > 0 && (m.Kind == "" || m.Kind == k) {
			out.Licences = append(out.Licences, kindText{f.Kind(k), f.Terms(ids)})
		}
	}
	for _, o := range q.Options {
		out.Options = append(out.Options, say(f, o.Label))
	}
	return out
}

// marks say what sort of answer a question takes, from whom, and when.
func (m *version) marks(q standard.Question) []string {
	f := m.Frame
	out := []string{f.T("standard.type." + string(q.Type))}
	if q.Required {
		out = append(out, f.T("standard.required"))
	}
	if len(q.Kinds) > 0 {
		out = append(out, f.T("standard.kinds", "Kinds", kinds(f, q.Kinds)))
	}
	if !q.ShownWhen.IsZero() {
		out = append(out, condition(f, m.Set, "standard.shown-when", q.ShownWhen))
	}
	if !q.RequiredWhen.IsZero() && !same(q.RequiredWhen, q.ShownWhen) {
		out = append(out, condition(f, m.Set, "standard.required-when", q.RequiredWhen))
	} else if !q.RequiredWhen.IsZero() {
		out = append(out, f.T("standard.required"))
	}
	if q.By == standard.Authorised {
		out = append(out, f.T("standard.authorised"))
	}
	if !q.Public {
		out = append(out, f.T("standard.private"))
	}
	return out
}

func same(a, b standard.Cond) bool {
	return a.Question == b.Question && slices.Equal(a.Is, b.Is) && slices.Equal(a.Kinds, b.Kinds)
}

func kinds(f *page.Frame, list []good.Kind) string {
	names := make([]string, len(list))
	for i, k := range list {
		names[i] = f.Kind(k)
	}
	return f.List(names)
}

// condition is a condition in words; key says of what.
func condition(f *page.Frame, s *standard.Set, key string, c standard.Cond) string {
	if c.Question == "" {
		return f.T(key+".kinds", "Kinds", kinds(f, c.Kinds))
	}
	q, _ := s.Question(c.Question)
	if len(c.Is) == 0 {
		return f.Tell(key+".any", "Question", say(f, q.Label))
	}
	answers := make([]string, len(c.Is))
	for i, v := range c.Is {
		answers[i] = f.Chosen(s, q, v)
	}
	return f.Tell(key, "Question", say(f, q.Label), "Answers", f.Terms(answers))
}
