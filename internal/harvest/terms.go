package harvest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// implausibleLicences is how many licences no single good is under: somebody
// ticked every box of a form.
const implausibleLicences = 20

// countries finds the ISO 3166 codes of a list of spellings. A spelling that
// names no country holds the record, unless it names a larger region or is a
// sentence: those say nothing of a country and are dropped.
func (m *mend) countries(field string, in []string) []string {
	var out []string
	add := func(code string) {
		if !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	for i := 0; i < len(in); i++ {
		raw := in[i]
		if strings.TrimSpace(raw) == "" {
			m.note(field, `"`+raw+`"`, "", "empty-placeholder")
			continue
		}
		if i+1 < len(in) && strings.HasPrefix(in[i+1], " ") { // "Virgin Islands", " British"
			if c, ok := vocab.FindCountry(raw + "," + in[i+1]); ok {
				m.note(field, raw+" | "+in[i+1], c.Alpha2, "comma-cut")
				add(c.Alpha2)
				i++
				continue
			}
		}
		if code := m.country(field, raw); code != "" {
			add(code)
		}
	}
	return out
}

// country is the code of one spelling, or "".
func (m *mend) country(field, raw string) string {
	s := unquote(raw)
	if s != raw {
		m.note(field, raw, s, "csv-quoting")
	}
	s = m.line(field, s)
	if s == "" {
		return ""
	}
	if c, ok := vocab.FindCountry(s); ok {
		if c.Name != s {
			m.note(field, s, c.Alpha2, "country-spelling")
		}
		return c.Alpha2
	}
	if c, ok := cutCountry(s); ok {
		m.note(field, s, c.Alpha2, "cut-at-quote")
		return c.Alpha2
	}
	if wider(s) || utf8.RuneCountInString(s) > 60 {
		m.note(field, s, "", "not-a-country")
		return ""
	}
	m.hold("country-unknown", s)
	return ""
}

// cutCountry finds the one country whose name begins with s and goes on with an
// apostrophe: a source that cuts at quotes makes "Côte d" of "Côte d'Ivoire".
func cutCountry(s string) (found vocab.Country, ok bool) {
	for _, c := range vocab.Countries() {
		name := strings.ReplaceAll(c.Name, "’", "'")
		if strings.HasPrefix(name, s+"'") {
			if ok {
				return vocab.Country{}, false
			}
			found, ok = c, true
		}
	}
	return found, ok
}

var widerThanCountry = map[string]bool{"africa": true, "asia": true, "europe": true, "latin america": true, "south america": true,
	"north america": true, "central america": true, "oceania": true, "middle east": true, "caribbean": true, "european union": true,
	"eu": true, "global": true, "worldwide": true, "world": true, "international": true, "all": true, "all countries": true, "other": true,
	"multiple": true, "various": true, "sub-saharan africa": true, "east africa": true, "west africa": true, "southeast asia": true}

func wider(s string) bool { return widerThanCountry[strings.ToLower(s)] }

// licence is one licence as a source names it, with the field that should say
// where its text is.
type licence struct{ name, where string }

// licences finds the current SPDX identifiers.
func (m *mend) licences(field string, in []licence) []good.Licence {
	var out []good.Licence
	for _, l := range in {
		name := m.line(field, l.name)
		if name == "" {
			continue
		}
		id, ok := vocab.FindLicence(name)
		if !ok {
			m.hold("licence-unknown", name)
			continue
		}
		m.note(field, name, id, "licence-spelling")
		where := m.licenceAddress(field, l.where)
		if i := slices.IndexFunc(out, func(have good.Licence) bool { return have.SPDX == id }); i >= 0 {
			if out[i].URL == "" {
				out[i].URL = where
			}
			continue
		}
		out = append(out, good.Licence{SPDX: id, URL: where})
	}
	if len(out) > implausibleLicences {
		m.hold("licences-implausible", strconv.Itoa(len(out)))
		return nil
	}
	return out
}

// licenceAddress is where a licence's text is; a registry once shifted the
// goals into that column.
func (m *mend) licenceAddress(field, raw string) string {
	s := cedilla(entities(raw))
	if strings.HasPrefix(s, "SDG") {
		if _, ok := vocab.FindSDG(strings.SplitN(s, ",SDG", 2)[0]); ok {
			m.note(field+".url", raw, "", "shifted-field")
			return ""
		}
	}
	where, _ := m.address(field+".url", raw)
	return where
}

// sdgs finds the numbers of the goals a source names.
func (m *mend) sdgs(field string, in []string) []good.Goal {
	var out []good.Goal
	for _, raw := range in {
		s := m.line(field, raw)
		if s == "" {
			continue
		}
		n, ok := vocab.FindSDG(s)
		if !ok {
			m.hold("sdg-unknown", s)
			continue
		}
		if !slices.ContainsFunc(out, func(g good.Goal) bool { return g.SDG == n }) {
			out = append(out, good.Goal{SDG: n})
		}
	}
	return out
}

// sectors finds the sectors a source names; one that is not in the list is
// dropped and said.
func (m *mend) sectors(field string, in []string) []string {
	var out []string
	for _, raw := range in {
		s := m.line(field, raw)
		if s == "" {
			continue
		}
		code, ok := vocab.FindSector(s)
		if !ok {
			m.note(field, s, "", "sector-unknown")
			continue
		}
		if !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

var kindOf = map[string]good.Kind{"software": good.Software, "open software": good.Software, "opensoftware": good.Software,
	"data": good.Data, "open data": good.Data, "dataset": good.Data, "content": good.Content, "open content": good.Content,
	"standard": good.Standard, "standards": good.Standard, "open standard": good.Standard, "open standards": good.Standard,
	"ai": good.AI, "aimodel": good.AI, "ai model": good.AI, "open ai model": good.AI, "open ai models": good.AI,
	"open ai system": good.AI, "open ai systems": good.AI, "ai system": good.AI, "model": good.AI}

// kinds finds the kinds a source names; an unknown one holds the record.
func (m *mend) kinds(field string, in []string) []good.Kind {
	var out []good.Kind
	for _, raw := range in {
		s := m.line(field, raw)
		if s == "" {
			if raw == "" {
				m.note(field, `""`, "", "empty-placeholder")
			}
			continue
		}
		k, ok := kindOf[strings.ToLower(s)]
		if !ok {
			m.hold("kind-unknown", s)
			continue
		}
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

var (
	testEntry = regexp.MustCompile(`(?i)^(?:test|testing|asdf\w*|lorem ipsum|untitled|dummy|example)(?:\b|$)`)
	nameNote  = regexp.MustCompile(`(?i)\s*\((?:on pause|on hold|archived|formerly|old|deprecated|draft|test)\)\s*$`)
)

// name makes a good's name clean; a name that looks like somebody trying out a
// form holds the record.
func (m *mend) name(field, raw string) string {
	s := m.line(field, unquote(raw))
	if cut := nameNote.ReplaceAllString(s, ""); cut != "" && cut != s {
		m.note(field, s, cut, "note-in-name")
		s = cut
	}
	if testEntry.MatchString(s) {
		m.hold("name-test", s)
	}
	if utf8.RuneCountInString(s) > 200 {
		m.hold("name-long", s)
		s = string([]rune(s)[:200])
	}
	return s
}

var roleOf = map[string]good.Role{"owner": good.Owner, "maintainer": good.Maintainer, "funder": good.Funder,
	"implementer": good.Implementer, "host": good.Host, "": good.Owner}

// parties makes organisations of what a source lists.
func (m *mend) party(field, name, website, role string) (good.Party, bool) {
	n := m.line(field, name)
	if n == "" {
		return good.Party{}, false
	}
	if utf8.RuneCountInString(n) > 150 || strings.Contains(n, ". ") && len(strings.Fields(n)) > 14 {
		m.note(field, n, "", "sentence-for-a-name")
		return good.Party{}, false
	}
	r, ok := roleOf[strings.ToLower(strings.TrimSpace(role))]
	if !ok {
		m.note(field, role, string(good.Owner), "role-unknown")
		r = good.Owner
	}
	web, _ := m.address(field+".website", website)
	return good.Party{Name: n, Website: web, Role: r}, true
}

// merged drops parties said twice.
func merged(in []good.Party) []good.Party {
	var out []good.Party
	for _, p := range in {
		if !slices.ContainsFunc(out, func(q good.Party) bool { return q.Role == p.Role && strings.EqualFold(q.Name, p.Name) }) {
			out = append(out, p)
		}
	}
	return out
}
