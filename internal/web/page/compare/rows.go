package compare

import (
	"slices"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/web/page"
)

// item is one value of a cell.
type item struct {
	Text string
	Lang string // of Text, "" where it is the page's or unknown
	Note string
	Link string // a path of ours, or an address elsewhere
}

// row compares the goods in one respect: a cell of values each.
type row struct {
	Name  string
	Cells [][]item
}

// lay makes the rows: those that differ, and those that are the same in all.
func (m *model) lay() {
	add := func(name string, of func(*good.Good) []item) {
		x := row{Name: name}
		empty, same := true, true
		for i, g := range m.Goods {
			x.Cells = append(x.Cells, of(g))
			empty = empty && len(x.Cells[i]) == 0
			same = same && key(x.Cells[i]) == key(x.Cells[0])
		}
		switch {
		case empty:
		case same && len(m.Goods) > 1:
			m.Same = append(m.Same, x)
		default:
			m.Differ = append(m.Differ, x)
		}
	}
	add(m.Field(good.FieldSummary), m.summary)
	add(m.Field(good.FieldKinds), func(g *good.Good) []item {
		return each(g.Kinds, func(k good.Kind) item { return item{Text: m.Kind(k), Link: "/kinds/" + page.PathEscape(string(k))} })
	})
	m.terms(add)
	add(m.Field(good.FieldGoals), func(g *good.Good) []item {
		return each(g.Goals, func(x good.Goal) item {
			return item{Text: m.Digits(x.SDG) + " " + m.Goal(x.SDG), Link: "/sdgs/" + strconv.Itoa(x.SDG)}
		})
	})
	add(m.Field(good.FieldSectors), func(g *good.Good) []item {
		return each(g.Sectors, func(s string) item { return item{Text: m.Sector(s)} })
	})
	add(m.Field(good.FieldLanguages), func(g *good.Good) []item {
		return each(g.Languages, func(l string) item { return item{Text: m.Language(l)} })
	})
	add(m.Field(good.FieldDeployments), m.use)
	add(m.Field(good.FieldDevelopedIn), func(g *good.Good) []item { return each(g.DevelopedIn, m.land) })
	add(m.Field(good.FieldParties), func(g *good.Good) []item {
		return each(g.Parties, func(p good.Party) item {
			return item{Text: p.Name, Note: m.Role(p.Role), Link: "/organisations/" + page.PathEscape(p.Slug())}
		})
	})
	add(m.Field(good.FieldStandards), func(g *good.Good) []item {
		return each(g.Standards, func(s string) item { return item{Text: s} })
	})
	for _, q := range []string{"platform-independent", "personal-data", "content", "interaction"} {
		add(m.T("web.question."+q), func(g *good.Good) []item { return m.answer(g, q) })
	}
	m.addresses(add)
	add(m.T("web.compare.sources"), m.origins)
}

// terms are the rows about licences.
func (m *model) terms(add func(string, func(*good.Good) []item)) {
	add(m.Field(good.FieldLicences), func(g *good.Good) []item {
		return each(g.Licences, func(l good.Licence) item {
			return item{Text: l.SPDX, Link: "/licences/" + page.PathEscape(l.SPDX)}
		})
	})
	add(m.T("web.compare.allows"), func(g *good.Good) []item {
		list := each(g.Licences, func(l good.Licence) item { return item{Text: m.Licence(l.SPDX)} })
		slices.SortStableFunc(list, func(a, b item) int { return strings.Compare(a.Text, b.Text) })
		return slices.Compact(list)
	})
}

// addresses are the rows of links that leave the instance.
func (m *model) addresses(add func(string, func(*good.Good) []item)) {
	away := func(l good.Link) item { return item{Text: page.Host(l.URL), Link: l.URL} }
	add(m.Field(good.FieldWebsite), func(g *good.Good) []item {
		if g.Website == "" {
			return nil
		}
		return []item{away(good.Link{URL: g.Website})}
	})
	add(m.Field(good.FieldRepositories), func(g *good.Good) []item { return each(g.Repositories, away) })
	add(m.Field(good.FieldDocumentation), func(g *good.Good) []item { return each(g.Documentation, away) })
}

func (m *model) summary(g *good.Good) []item {
	text, in := g.Summary.In(m.Code)
	if text == "" {
		return nil
	}
	return []item{{Text: page.Cut(text, 300), Lang: in}}
}

// use is in which countries a good is said to be in use, by their names.
func (m *model) use(g *good.Good) []item {
	codes := slices.Clone(g.DeploymentCountries())
	slices.SortFunc(codes, m.CompareCountries)
	if len(codes) == 0 {
		return nil
	}
	return append([]item{{Text: m.Used(len(codes))}}, each(codes, m.land)...)
}

func (m *model) land(code string) item {
	return item{Text: m.Country(code), Link: "/countries/" + page.PathEscape(code)}
}

// answer is what a good answers to a question of yes or no.
func (m *model) answer(g *good.Good, question string) []item {
	for _, a := range g.Answers {
		if a.Question != question {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(a.Text)) {
		case "yes":
			return []item{{Text: m.T("web.yes")}}
		case "no":
			return []item{{Text: m.T("web.no")}}
		}
	}
	return nil
}

// origins are who states the facts, and when they were seen doing so.
func (m *model) origins(g *good.Good) []item {
	past := page.Past{Frame: m.Frame, Sources: m.Sources}
	list := each(g.Records, func(o good.Origin) item {
		if o.Seen == "" {
			return item{Text: past.Source(o.Source)}
		}
		if o.Gone != "" {
			return item{Text: m.Tell("harvest.source.gone", "Source", past.Source(o.Source), "Date", o.Seen, "Gone", o.Gone)}
		}
		return item{Text: m.Tell("web.src", "Source", past.Source(o.Source), "Date", o.Seen)}
	})
	slices.SortStableFunc(list, func(a, b item) int { return strings.Compare(a.Text, b.Text) })
	return slices.Compact(list)
}

func each[T any](list []T, of func(T) item) []item {
	out := make([]item, len(list))
	for i, x := range list {
		out[i] = of(x)
	}
	return out
}

// key is equal for cells that hold the same values in any order.
func key(cell []item) string {
	texts := make([]string, len(cell))
	for i, x := range cell {
		texts[i] = x.Note + "\x00" + x.Text
	}
	slices.Sort(texts)
	return strings.Join(texts, "\x01")
}

// atOnce is how many values of a cell are shown before the rest folds away.
const atOnce = 6

// fold parts a cell's values into those shown at once and the rest.
func fold(cell []item) (first, rest []item) {
	if len(cell) <= atOnce+2 {
		return cell, nil
	}
	return cell[:atOnce], cell[atOnce:]
}
