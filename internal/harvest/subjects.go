package harvest

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// subjects takes over those keywords that are goals or sectors; the others have
// no place here.
func (m *mend) subjects(f *good.Facts, words []string) {
	for _, w := range words {
		w = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(w), "http://metadata.un.org/"), "https://metadata.un.org/")
		w = strings.Replace(w, "sdg/", "sdg ", 1)
		if w == "" || w[0] >= '0' && w[0] <= '9' {
			continue
		}
		if n, ok := vocab.FindSDG(w); ok {
			if !slices.ContainsFunc(f.Goals, func(g good.Goal) bool { return g.SDG == n }) {
				f.Goals = append(f.Goals, good.Goal{SDG: n})
			}
		} else if code, ok := vocab.FindSector(w); ok && !slices.Contains(f.Sectors, code) {
			f.Sectors = append(f.Sectors, code)
		}
	}
}

// ofOneVersion are names that catalogues of data give to licences of which there
// is one version.
var ofOneVersion = map[string]string{"cc-zero": "CC0-1.0", "cc0": "CC0-1.0", "odc-odbl": "ODbL-1.0", "odc-pddl": "PDDL-1.0", "odc-by": "ODC-By-1.0"}

var brokenVersion = regexp.MustCompile(`(\d) (\d)`)

// licenceOf finds the licence that an address or a name means, be it the address
// of an entry in somebody's list of licences.
func licenceOf(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if id, ok := vocab.FindLicence(s); ok {
		return id, true
	}
	if good.WebAddress(s) {
		s = strings.TrimSuffix(path.Base(strings.TrimRight(s, "/")), ".html")
	}
	if id, ok := ofOneVersion[strings.ToLower(s)]; ok {
		return id, true
	}
	return vocab.FindLicence(brokenVersion.ReplaceAllString(strings.ReplaceAll(s, "_", " "), "$1.$2"))
}

// rights takes over the licences among what is said of rights, where anything
// may be said: what is no licence is left out and noted.
func (m *mend) rights(field string, said ...string) []good.Licence {
	var known []licence
	for _, s := range said {
		if strings.TrimSpace(s) == "" {
			continue
		}
		id, ok := licenceOf(s)
		if !ok {
			m.note(field, s, "", "licence-unknown")
			continue
		}
		m.note(field, s, id, "licence-spelling")
		known = append(known, licence{name: id})
	}
	return m.licences(field, known)
}

// about sets what is said of a good in a language. Of what is longer than it may
// be, whole paragraphs are kept.
func (m *mend) about(f *good.Facts, lang, raw string) {
	s := m.text("summary", raw)
	for utf8.RuneCountInString(s) > good.MaxSummary {
		head := ""
		if i := strings.LastIndex(s, "\n\n"); i > 0 {
			head = s[:i]
		}
		m.note("summary", s, head, "text-too-long")
		s = head
	}
	if s == "" {
		return
	}
	if lang == "" {
		lang = "en"
		m.remark("language-assumed", lang)
	}
	tag := m.language("summary", lang)
	if tag == "" || f.Summary[tag] != "" {
		return
	}
	if f.Summary == nil {
		f.Summary = good.Text{}
	}
	f.Summary[tag] = s
}

var doi = regexp.MustCompile(`^(?i:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)$`)

// identifier takes over a DOI, however it is written.
func (m *mend) identifier(f *good.Facts, raw string) bool {
	found := doi.FindStringSubmatch(strings.TrimSpace(raw))
	if found == nil || len(found[1]) > 200 {
		return false
	}
	if f.Identifiers == nil {
		f.Identifiers = map[string]string{}
	}
	if f.Identifiers["doi"] == "" {
		f.Identifiers["doi"] = strings.ToLower(found[1])
	}
	return true
}

// called sets the name, and what else a good is called as aliases.
func (m *mend) called(f *good.Facts, names []string) {
	for _, raw := range names {
		if f.Name == "" {
			f.Name = m.name("name", raw)
		} else if s := m.line("aliases", raw); s != "" && utf8.RuneCountInString(s) <= good.MaxName && !strings.EqualFold(s, f.Name) {
			f.Aliases = append(f.Aliases, s)
		}
	}
	f.Aliases = blanks(f.Aliases)
	m.public = append(m.public, f.Name)
}

// tongues are the languages that tags, names or addresses in lists of languages
// mean.
func (m *mend) tongues(f *good.Facts, said []string) {
	for _, s := range said {
		if good.WebAddress(s) {
			s = strings.ToLower(path.Base(s))
		}
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if tag := m.language("languages", s); tag != "" && !slices.Contains(f.Languages, tag) {
			f.Languages = append(f.Languages, tag)
		}
	}
}

// most is how many of the addresses of one good are kept.
const most = 20

// repositories are where a good can be had.
func (m *mend) had(f *good.Facts, addresses []string) {
	for _, a := range addresses {
		f.Repositories = append(f.Repositories, m.links("repositories", a)...)
	}
	if f.Repositories = unique(f.Repositories); len(f.Repositories) > most {
		m.note("repositories", joinURLs(f.Repositories), joinURLs(f.Repositories[:most]), "list-long")
		f.Repositories = f.Repositories[:most]
	}
}

// documented are pages about a good.
func (m *mend) documented(f *good.Facts, name, address string) {
	for _, l := range m.links("documentation", address) {
		if n := m.line("documentation", name); n != "" {
			l.Name = n
		}
		f.Documentation = append(f.Documentation, l)
	}
	if f.Documentation = unique(f.Documentation); len(f.Documentation) > most {
		f.Documentation = f.Documentation[:most]
	}
}

// organisation adds an organisation in a role.
func (m *mend) organisation(f *good.Facts, name, website string, role good.Role) {
	if !good.WebAddress(website) {
		website = ""
	}
	if p, ok := m.party("organisations", name, website, string(role)); ok {
		m.public = append(m.public, p.Name)
		f.Parties = merged(append(f.Parties, p))
	}
}
