package harvest

import (
	"regexp"
	"slices"
	"strings"

	"stoa/internal/good"
)

var (
	email  = regexp.MustCompile(`(?i)(?:mailto:)?[\p{L}\p{N}._%+\-]+@[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)+`)
	handle = regexp.MustCompile(`(^|[\s(\[,;:])@[A-Za-z0-9_][A-Za-z0-9_.\-]{1,38}`)
	// standIn is how published data sets write a person's name they withhold.
	standIn = regexp.MustCompile(`\bContact [0-9a-f]{6}\b`)
)

// withoutPersonal takes e-mail addresses, handles, withheld names and the given
// names out of a text.
func withoutPersonal(s string, names []string) string {
	if strings.Contains(s, "@") {
		s = email.ReplaceAllString(s, "")
		s = handle.ReplaceAllString(s, "$1")
	}
	if strings.Contains(s, "Contact ") {
		s = standIn.ReplaceAllString(s, "")
	}
	for _, n := range names {
		if strings.Contains(s, n) {
			s = strings.ReplaceAll(s, n, "")
		}
	}
	return s
}

// contact takes a contact a source names out of the record. Its name and
// address are then taken out of every text of the record.
func (m *mend) contact(role, name, address string) {
	name, address = strings.TrimSpace(name), strings.TrimSpace(address)
	if name == "" && address == "" {
		return
	}
	for _, c := range m.contacts {
		if c.Name == name && c.Email == address && c.Role == role {
			return
		}
	}
	m.contacts = append(m.contacts, good.Contact{Role: role, Name: name, Email: address})
	// A single short word is too likely to be an ordinary one, and an
	// organisation may be named as its own contact.
	if len(name) > 5 && strings.Contains(name, " ") && !slices.ContainsFunc(m.public, func(p string) bool { return strings.EqualFold(p, name) }) {
		m.private = append(m.private, name)
	}
	if len(address) > 5 {
		m.private = append(m.private, address)
	}
}

// personal takes personal data out of a text of the record, moving addresses to
// the private contacts.
func (m *mend) personal(field, s string) string {
	out := withoutPersonal(s, m.private)
	if out == s {
		return s
	}
	for _, a := range email.FindAllString(s, -1) {
		m.contact("mentioned", "", strings.TrimPrefix(strings.TrimPrefix(a, "mailto:"), "MAILTO:"))
	}
	for _, n := range standIn.FindAllString(s, -1) {
		m.contact("mentioned", n, "")
	}
	out = strings.TrimSpace(out)
	m.note(field, "…", out, "personal-data")
	return out
}

// scrub makes sure no personal data is left in any string of f, wherever it
// came from.
func (m *mend) scrub(f *good.Facts) {
	text := func(field good.Field, s *string) { *s = m.personal(string(field), *s) }
	link := func(field good.Field, s *string) {
		if email.MatchString(*s) || standIn.MatchString(*s) {
			m.personal(string(field), *s)
			*s = ""
		}
	}
	name := func(field good.Field, s *string) { // "@" may belong to a name
		person := slices.ContainsFunc(m.private, func(p string) bool { return strings.Contains(*s, p) })
		if person || email.MatchString(*s) || standIn.MatchString(*s) {
			*s = m.personal(string(field), *s)
		}
	}
	links := func(field good.Field, ls []good.Link) []good.Link {
		kept := ls[:0]
		for _, l := range ls {
			text(field, &l.Name)
			if link(field, &l.URL); l.URL != "" {
				kept = append(kept, l)
			}
		}
		return kept
	}
	name(good.FieldName, &f.Name)
	for i := range f.Aliases {
		name(good.FieldAliases, &f.Aliases[i])
	}
	f.Aliases = blanks(f.Aliases)
	for lang := range f.Summary {
		s := f.Summary[lang]
		text(good.FieldSummary, &s)
		f.Summary[lang] = s
	}
	link(good.FieldWebsite, &f.Website)
	f.Repositories = links(good.FieldRepositories, f.Repositories)
	f.Documentation = links(good.FieldDocumentation, f.Documentation)
	for i := range f.Licences {
		link(good.FieldLicences, &f.Licences[i].URL)
	}
	for i := range f.Goals {
		text(good.FieldGoals, &f.Goals[i].Relevance)
		link(good.FieldGoals, &f.Goals[i].URL)
	}
	for i := range f.Parties {
		name(good.FieldParties, &f.Parties[i].Name)
		link(good.FieldParties, &f.Parties[i].Website)
	}
	f.Parties = slices.DeleteFunc(f.Parties, func(p good.Party) bool { return p.Name == "" })
	for i := range f.Deployments {
		text(good.FieldDeployments, &f.Deployments[i].By)
		link(good.FieldDeployments, &f.Deployments[i].URL)
	}
	for i := range f.Standards {
		text(good.FieldStandards, &f.Standards[i])
	}
	f.Standards = blanks(f.Standards)
	for i := range f.Answers {
		text(good.FieldAnswers, &f.Answers[i].Text)
		f.Answers[i].Links = links(good.FieldAnswers, f.Answers[i].Links)
	}
	if f.Standing != nil {
		text(good.FieldStanding, &f.Standing.Reason)
		link(good.FieldStanding, &f.Standing.URL)
	}
}

// blanks drops empty strings and repeats.
func blanks(in []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range in {
		if s = strings.TrimSpace(s); s != "" && !seen[strings.ToLower(s)] {
			seen[strings.ToLower(s)] = true
			out = append(out, s)
		}
	}
	return out
}
