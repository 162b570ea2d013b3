package harvest

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// tableRow is one row on its way to facts.
type tableRow struct {
	*mend
	m        *mapping
	facts    good.Facts
	licensed []licence
	standing good.Standing
	days     func(cell string) string // a workbook counts days; nil elsewhere
}

// formulaErrors are what a spreadsheet shows for a formula that failed.
var formulaErrors = []string{"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}

// cell is a cell's value without what a spreadsheet left in it.
func (w *tableRow) cell(column, s string) string {
	if slices.Contains(formulaErrors, strings.TrimSpace(s)) {
		w.note(column, s, "", "formula-error")
		return ""
	}
	if w.m.Disarmed && len(s) > 1 && s[0] == '\'' && strings.ContainsRune("=+-@\t\r", rune(s[1])) {
		return s[1:]
	}
	return s
}

// know learns the row's organisations and people first, so that these can be
// told apart and kept out of every text.
func (w *tableRow) know(steps []step, cell func(int) string) {
	var names, emails []string
	for _, s := range steps {
		switch v := w.values(s.rule, cell(s.column)); s.Field {
		case good.FieldName, good.FieldParties:
			w.public = append(w.public, v...)
		case fieldContactName:
			names = append(names, v...)
		case fieldContactEmail:
			emails = append(emails, v...)
		}
	}
	for i := range max(len(names), len(emails)) {
		var name, address string
		if i < len(names) {
			name = names[i]
		}
		if i < len(emails) {
			address = emails[i]
		}
		w.contact("contact", name, address)
	}
}

// lists are the fields that hold several values.
var lists = []good.Field{good.FieldAliases, good.FieldKinds, good.FieldRepositories, good.FieldDocumentation, good.FieldLicences, good.FieldGoals,
	good.FieldSectors, good.FieldLanguages, good.FieldParties, good.FieldDevelopedIn, good.FieldDeployments, good.FieldStandards,
	fieldContactName, fieldContactEmail}

// values takes a cell apart and puts what is meant for what stands there.
func (w *tableRow) values(r rule, cell string) []string {
	parts := []string{cell}
	if slices.Contains(lists, r.Field) {
		sep := w.m.Separator
		if r.Separator != nil {
			sep = *r.Separator
		}
		parts = strings.Split(strings.ReplaceAll(cell, "\r\n", "\n"), sep)
	}
	var out []string
	for _, p := range parts {
		p = strings.TrimSpace(p)
		for from, to := range r.Values {
			if folded(from) == folded(p) {
				p = to
				break
			}
		}
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

// take makes a fact of one cell; column names it in reports.
func (w *tableRow) take(column string, r rule, cell, address string) {
	values := w.values(r, cell)
	if len(values) == 0 {
		return
	}
	first, f := values[0], &w.facts
	switch r.Field {
	case good.FieldName:
		f.Name = cmp.Or(f.Name, w.name(column, first))
	case good.FieldAliases:
		f.Aliases = append(f.Aliases, w.lines(column, values)...)
	case good.FieldSummary:
		w.summary(column, cmp.Or(r.Language, "en"), first)
	case good.FieldWebsite:
		where, more := w.address(column, first)
		f.Website = cmp.Or(f.Website, where)
		f.Documentation = append(f.Documentation, more...)
	case good.FieldRepositories, good.FieldDocumentation:
		for _, v := range values {
			if r.Field == good.FieldRepositories {
				f.Repositories = append(f.Repositories, w.links(column, v)...)
			} else {
				f.Documentation = append(f.Documentation, w.links(column, v)...)
			}
		}
	case good.FieldLicences:
		for i, v := range values {
			where := "" // an address is that of the first: one text, one licence
			if i == 0 {
				where = address
			}
			w.licensed = append(w.licensed, licence{name: v, where: where})
		}
		f.Licences = w.licences(column, w.licensed)
	case good.FieldParties:
		for i, v := range values {
			where := ""
			if i == 0 {
				where = address
			}
			if p, ok := w.party(column, v, where, r.Role); ok {
				f.Parties = append(f.Parties, p)
			}
		}
	default:
		w.term(column, r, values)
	}
}

// term makes a fact of values that come from a list of terms.
func (w *tableRow) term(column string, r rule, values []string) {
	first, f := values[0], &w.facts
	switch r.Field {
	case good.FieldKinds:
		f.Kinds = append(f.Kinds, w.kinds(column, values)...)
	case good.FieldGoals:
		f.Goals = append(f.Goals, w.sdgs(column, values)...)
	case good.FieldSectors:
		f.Sectors = append(f.Sectors, w.sectors(column, values)...)
	case good.FieldLanguages:
		for _, v := range values {
			if tag := w.language(column, v); tag != "" {
				f.Languages = append(f.Languages, tag)
			}
		}
	case good.FieldDevelopedIn:
		f.DevelopedIn = append(f.DevelopedIn, w.nations(column, r, values)...)
	case good.FieldDeployments:
		for _, c := range w.nations(column, r, values) {
			f.Deployments = append(f.Deployments, good.Deployment{Country: c})
		}
	case good.FieldStandards:
		f.Standards = append(f.Standards, w.lines(column, values)...)
	case fieldIdentifiers:
		if id := w.line(column, first); id != "" && w.within(column, id, 500) {
			if f.Identifiers == nil {
				f.Identifiers = map[string]string{}
			}
			f.Identifiers[r.Scheme] = id
		}
	case good.FieldStanding:
		w.standing.State = w.stage(first)
	case fieldStandingFirst:
		w.standing.First = w.day(first)
	case fieldStandingLast:
		w.standing.Last = w.day(first)
	case fieldStandingWhy:
		w.standing.Reason = w.text(column, first)
	}
}

// nations are countries, by code where the mapping says so.
func (w *tableRow) nations(column string, r rule, values []string) []string {
	var out []string
	for _, v := range values {
		if c, ok := vocab.CountryByCode(v); r.Codes && ok {
			out = append(out, c.Alpha2)
			continue
		}
		out = append(out, w.countries(column, []string{v})...)
	}
	return out
}

// lines are texts of one line each.
func (w *tableRow) lines(column string, values []string) []string {
	var out []string
	for _, v := range values {
		if v = w.line(column, v); v != "" && w.within(column, v, good.MaxName) {
			out = append(out, v)
		}
	}
	return out
}

// within says whether a text is no longer than it may be.
func (w *tableRow) within(column, s string, longest int) bool {
	if utf8.RuneCountInString(s) <= longest {
		return true
	}
	w.note(column, s, "", "text-too-long")
	return false
}

// summary keeps what is said in one language; several columns are paragraphs.
func (w *tableRow) summary(column, lang, s string) {
	if s = w.text(column, s); s == "" {
		return
	}
	if w.facts.Summary == nil {
		w.facts.Summary = good.Text{}
	}
	whole := strings.TrimSpace(w.facts.Summary[lang] + "\n\n" + s)
	if w.within(column, whole, good.MaxAnswer) {
		w.facts.Summary[lang] = whole
	}
}

// statable are the standings that an issuer's own list can state.
var statable = []good.Stage{good.Nominated, good.InReview, good.Recognised, good.Withdrawn, good.NotEligible}

func (w *tableRow) stage(s string) good.Stage {
	st := good.Stage(strings.ReplaceAll(folded(s), " ", "-"))
	if !slices.Contains(statable, st) {
		w.hold("stage-unknown", s)
		return ""
	}
	return st
}

// day is a day, however long the time that follows it; anything else holds the
// record.
func (w *tableRow) day(s string) good.Date {
	s = strings.TrimSpace(s)
	if w.days != nil {
		s = w.days(s)
	}
	if len(s) > 10 && (s[10] == 'T' || s[10] == ' ') {
		s = s[:10]
	}
	if d := good.Date(s); IsDay(d) {
		return d
	}
	w.hold("date-unknown", s)
	return ""
}

// settled are the facts of the whole row.
func (w *tableRow) settled() good.Facts {
	f := w.facts
	f.Aliases = slices.DeleteFunc(blanks(f.Aliases), func(a string) bool { return strings.EqualFold(a, f.Name) })
	if len(f.Aliases) == 0 {
		f.Aliases = nil
	}
	f.Kinds, f.Sectors, f.Languages, f.DevelopedIn = once(f.Kinds), once(f.Sectors), once(f.Languages), once(f.DevelopedIn)
	f.Deployments, f.Goals = once(f.Deployments), once(f.Goals)
	f.Standards, f.Parties = blanks(f.Standards), merged(f.Parties)
	f.Repositories, f.Documentation = unique(f.Repositories), unique(f.Documentation)
	if w.standing.State != "" {
		st := w.standing
		st.Issuer = w.m.Source.Issuer
		f.Standing = &st
	}
	return f
}

// once keeps the first of each.
func once[T comparable](in []T) []T {
	var out []T
	for _, v := range in {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
