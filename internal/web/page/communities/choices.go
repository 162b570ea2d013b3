package communities

import (
	"slices"
	"strconv"
	"strings"

	app "stoa/internal/app/communities"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

func (m *one) languages() []page.Option {
	var out []page.Option
	for _, l := range community.Languages {
		out = append(out, page.Option{Value: l, Label: m.Frame.Language(l)})
	}
	return out
}

// first is the language in which most is said, as the form has it.
func (m *one) first(form string) string {
	if m.Form != nil && m.Sent == form && slices.Contains(community.Languages, m.Form.Values.Get("lang")) {
		return m.Form.Values.Get("lang")
	}
	return m.Community.Lang
}

// cut says whether more belong to it than are listed.
func (m *one) cut() bool {
	return len(m.People) == app.MembersShown || len(m.View.Bodies) == app.MembersShown
}

func (m *one) goals() []page.Option {
	var out []page.Option
	for n := 1; n <= 17; n++ {
		out = append(out, page.Option{Value: strconv.Itoa(n), Label: m.Digits(n) + " · " + m.Goal(n)})
	}
	return out
}

func (m *one) chosen() []string {
	var out []string
	for _, n := range m.Community.SDGs {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// slugs, ids and tables are what the community names, as its form has it.
func (m *one) slugs() string {
	var out []string
	for _, g := range m.View.Goods {
		out = append(out, g.Slug)
	}
	return strings.Join(out, ", ")
}

func (m *one) ids() string {
	var out []string
	for _, n := range m.Needs {
		out = append(out, string(n.ID))
	}
	return strings.Join(out, ", ")
}

func (m *one) tables() string {
	var out []string
	for _, b := range m.Boards {
		out = append(out, b.Slug)
	}
	return strings.Join(out, ", ")
}

func options(list []good.Body) []page.Option {
	var out []page.Option
	for _, b := range list {
		out = append(out, page.Option{Value: b.Slug, Label: b.Name})
	}
	return out
}

// outside are the organisations for which who reads acts and that do not belong
// to the community.
func (m *one) outside() []page.Option {
	return options(slices.DeleteFunc(slices.Clone(m.Own), func(b good.Body) bool {
		return slices.ContainsFunc(m.Belongs, func(o good.Body) bool { return o.ID == b.ID })
	}))
}

func (m *one) repeats() []page.Option {
	out := []page.Option{{Value: "once", Label: m.T("community.meet.repeat.once")}}
	for _, r := range community.Repeats[1:] {
		out = append(out, page.Option{Value: r, Label: m.T("community.meet.repeat." + r)})
	}
	return out
}

// called is what a member is called.
func called(f *page.Frame, p app.Person) string { return f.Called(p.Name, p.Pseudonym) }

func (m *one) people() []page.Option {
	var out []page.Option
	for _, p := range m.People {
		out = append(out, page.Option{Value: p.Pseudonym, Label: called(m.Frame, p)})
	}
	return out
}

func (m *one) ways() []page.Option {
	var out []page.Option
	for _, how := range []string{app.MakeKeeper, app.MakePlain, app.SendAway} {
		if !m.Keeps && how != app.MakeKeeper {
			continue
		}
		out = append(out, page.Option{Value: how, Label: m.T("community.member.how." + how)})
	}
	return out
}

// hides is what the secretariat can do with the community.
func (m *one) hides() string {
	if m.Hidden == "" {
		return m.T("community.hide")
	}
	return m.T("community.show")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
