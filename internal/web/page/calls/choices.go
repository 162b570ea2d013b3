package calls

import (
	"slices"
	"strconv"
	"strings"

	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// at is where something of the call is done.
func (m *running) at(rest string) string { return "/desk/calls/" + page.PathEscape(m.Of.Slug) + rest }

func (m *running) version() string { return strconv.FormatInt(m.Of.Version, 10) }

// ranked are the entries: those of the stage by rank, then the others as they
// came.
func (m *running) ranked() []*call.Entry {
	var out []*call.Entry
	for _, s := range m.Of.Standings {
		if e := m.Of.Entry(s.Entry); e != nil {
			out = append(out, e)
		}
	}
	for _, e := range m.Of.Entries {
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

// standards are the sets some of whose questions can be asked.
func (m *running) standards() []page.Option {
	var out []page.Option
	seen := map[string]bool{}
	for _, s := range m.lib.Sets() {
		if s.Draft || s.About != "" || seen[s.ID] && s.Key() != m.Of.Standard {
			continue
		}
		seen[s.ID] = true
		out = append(out, page.Option{Value: s.Key(), Label: m.Frame.Standard(s.Key())})
	}
	return out
}

// asking are the questions of the standard that was chosen.
func (m *running) asking() []page.Option {
	set, ok := m.lib.Find(m.Of.Standard)
	if !ok {
		return nil
	}
	var out []page.Option
	for _, q := range set.Questions() {
		if q.Type == standard.Files {
			continue
		}
		label, _ := q.Label.In(m.Code)
		out = append(out, page.Option{Value: q.ID, Label: label})
	}
	return out
}

func text[T ~string](s T) string { return string(s) }

func lines(list []string) string { return strings.Join(list, "\n") }

func partners(list []call.Partner) []page.Option {
	return each(list, func(p call.Partner) page.Option { return page.Option{Value: p.Slug, Label: p.Name} })
}

func kindOptions(f *page.Frame) []page.Option {
	return each(good.Kinds, func(k good.Kind) page.Option { return page.Option{Value: string(k), Label: f.Kind(k)} })
}

func goalOptions(f *page.Frame) []page.Option {
	var out []page.Option
	for n := 1; n <= 17; n++ {
		out = append(out, page.Option{Value: strconv.Itoa(n), Label: f.Number(n) + " · " + f.Goal(n)})
	}
	return out
}

func types(f *page.Frame) []page.Option {
	return each(call.Types, func(t string) page.Option { return page.Option{Value: t, Label: f.T("calls.type." + t)} })
}

func verdicts(f *page.Frame) []page.Option {
	return []page.Option{{Value: "yes", Label: f.T("calls.decide.yes")}, {Value: "no", Label: f.T("calls.decide.no")}}
}
