package check

import (
	"cmp"
	"slices"
	"strings"

	"github.com/github/go-spdx/v2/spdxexp"

	"stoa/internal/vocab"
)

// expression is a statement of licences as SPDX writes it.
type expression struct {
	spdx    string   // with current identifiers: "MIT OR Apache-2.0"
	ids     []string // the licences in it, in order, each once, with their exceptions
	retired []string // identifiers in it that SPDX has given up, as they were written
	open    bool     // whether later versions may be used is not said
	loose   string   // a name in it that is no identifier, of now or of once
}

// longestExpression bounds what is read as one, in bytes, and mostLicences how
// many licences it may name: what it allows is found by writing it out.
const (
	longestExpression = 300
	mostLicences      = 10
)

// readExpression reads a statement of licences: an SPDX expression, with
// identifiers of any age, or the name or address of one licence.
func readExpression(raw string) (expression, bool) {
	s := strings.Join(strings.Fields(strings.Trim(raw, " \t\r\n\"'`;,")), " ")
	if s == "" || len(s) > longestExpression {
		return expression{}, false
	}
	if id, ok := vocab.FindLicence(s); ok {
		e := expression{spdx: id, ids: []string{id}, open: leavesOpen(id, s)}
		if l, exact := vocab.LicenceByID(s); exact && l.Deprecated {
			e.retired = []string{s}
		} else if !exact && !strings.EqualFold(s, id) {
			e.loose = s
		}
		return e, true
	}
	return compound(s)
}

// leavesOpen says whether words that stand for the licence of this identifier
// leave it open whether later versions may be used.
func leavesOpen(id, words string) bool {
	return strings.HasSuffix(id, "-only") && !strings.Contains(strings.ToLower(words), "only")
}

// compound reads an expression of several licences. Cargo and npm once wrote
// "/" for OR.
func compound(s string) (e expression, ok bool) {
	s = strings.NewReplacer("(", " ( ", ")", " ) ", "/", " OR ", "||", " OR ", "&&", " AND ").Replace(s)
	var out []string
	words := strings.Fields(s)
	for i := 0; i < len(words); i++ {
		switch w := words[i]; strings.ToUpper(w) {
		case "AND", "OR", "(", ")":
			out = append(out, strings.ToUpper(w))
			continue
		}
		id := words[i]
		exception := ""
		if i+2 < len(words) && strings.EqualFold(words[i+1], "with") {
			exception = " WITH " + words[i+2]
			i += 2
		}
		if !strings.HasPrefix(id, "LicenseRef-") {
			current, known := vocab.FindLicence(id)
			if !known {
				return expression{}, false
			}
			if l, exact := vocab.LicenceByID(id); exact && l.Deprecated {
				e.retired = append(e.retired, id)
			} else if !exact && !strings.EqualFold(id, current) {
				e.loose = id
			}
			e.open = e.open || leavesOpen(current, id)
			id = current
		}
		id += exception
		out = append(out, id)
		if !slices.Contains(e.ids, id) {
			e.ids = append(e.ids, id)
		}
	}
	e.spdx = strings.NewReplacer("( ", "(", " )", ")").Replace(strings.Join(out, " "))
	if len(e.ids) == 0 || len(e.ids) > mostLicences {
		return expression{}, false
	}
	valid, _ := spdxexp.ValidateLicenses([]string{e.spdx})
	return e, valid
}

// allows says whether the expression lets one do what some licence of the list
// allows: of alternatives one is enough, of parts all are needed. An exception
// only gives more.
func (e expression) allows(accepted []string) bool {
	if len(accepted) == 0 {
		return true
	}
	if len(e.ids) == 1 {
		id, _, _ := strings.Cut(e.ids[0], " WITH ")
		return slices.Contains(accepted, e.ids[0]) || slices.Contains(accepted, id)
	}
	var words []string
	for i, w := range strings.Fields(e.spdx) {
		if all := strings.Fields(e.spdx); w == "WITH" || i > 0 && all[i-1] == "WITH" {
			if strings.HasSuffix(w, ")") {
				words[len(words)-1] += strings.Repeat(")", strings.Count(w, ")"))
			}
			continue
		}
		words = append(words, w)
	}
	plain := slices.DeleteFunc(slices.Clone(accepted), func(id string) bool { return strings.Contains(id, " ") })
	ok, err := spdxexp.Satisfies(strings.Join(words, " "), plain)
	return err == nil && ok
}

// joined makes one expression of several with a word between.
func joined(word string, parts []expression) expression {
	if len(parts) == 1 {
		return parts[0]
	}
	var e expression
	var texts []string
	for _, p := range parts {
		s := p.spdx
		if len(p.ids) > 1 {
			s = "(" + s + ")"
		}
		texts = append(texts, s)
		e.retired = append(e.retired, p.retired...)
		e.open = e.open || p.open
		for _, id := range p.ids {
			if !slices.Contains(e.ids, id) {
				e.ids = append(e.ids, id)
			}
		}
	}
	e.spdx = strings.Join(texts, " "+word+" ")
	return e
}

// family is what a licence is called whatever is said of later versions:
// "GPL-3.0" of GPL-3.0-or-later.
func family(id string) string {
	id, _, _ = strings.Cut(id, " WITH ")
	return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(id, "-only"), "-or-later"), "+")
}

// related says whether two expressions have a licence in common, whatever they
// say of its later versions.
func related(a, b expression) bool {
	return slices.ContainsFunc(a.ids, func(x string) bool {
		return slices.ContainsFunc(b.ids, func(y string) bool { return family(x) == family(y) })
	})
}

// class is what vocab says a licence is.
func class(id string) string {
	l, ok := vocab.LicenceByID(id)
	if !ok {
		id, _, _ = strings.Cut(id, " WITH ")
		l, _ = vocab.LicenceByID(id)
	}
	return cmp.Or(l.Class, "other")
}
