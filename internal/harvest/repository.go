package harvest

import (
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/publiccode"
)

// Repository is what a forge says of a repository, with those of its files that
// describe it.
type Repository struct {
	Source      string
	ID          string // the forge's own, which stays when the repository is renamed
	Name        string
	Description string
	Address     string
	Former      []string // addresses it had before
	Homepage    string
	Licence     string // as the forge guesses it
	Topics      []string
	Archived    bool
	Owner       string // the organisation it is of, as the source was told, or ""
	Files       map[string][]byte
	TooLarge    []string // those of its files that are
	Raw         []byte   // what the forge said
}

// Described are the files that describe a repository, the most telling first.
var Described = []string{"publiccode.yml", "codemeta.json", "CITATION.cff"}

// Candidate makes a candidate of a repository: each fact is of the first file
// that states it, in the order of Described, or else of the forge.
func (r *Repository) Candidate() Candidate {
	m := &mend{}
	f := good.Facts{Cite: map[good.Field]string{}}
	for _, name := range Described {
		raw, there := r.Files[name]
		if !there {
			continue
		}
		c, broke := r.file(name, raw)
		if broke != "" {
			m.remark(name+" cannot be read", broke)
			continue
		}
		complete(&f, c.Facts, r.fileAddress(name))
		m.public = append(m.public, f.Name)
		for _, p := range c.Facts.Parties {
			m.public = append(m.public, p.Name)
		}
		for _, who := range c.Contacts {
			m.contact(who.Role, who.Name, who.Email)
		}
		m.repairs = append(m.repairs, c.Repairs...)
		for _, reason := range c.Reasons {
			if reason != "id-missing" {
				m.remark(reason, "")
			}
		}
	}
	complete(&f, r.facts(m), r.Address)
	m.had(&f, append([]string{r.Address}, r.Former...))
	first := func(l good.Link) bool { return l.URL == r.Address }
	slices.SortStableFunc(f.Repositories, func(a, b good.Link) int { return truth(first(b)) - truth(first(a)) })
	f.Cite[""] = r.Address
	for _, name := range r.TooLarge {
		m.remark(name+" cannot be read", "record-large")
	}
	if r.Archived {
		m.remark("repository-archived", "")
	}
	return m.finish(r.Source, r.ID, f, r.Raw)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fileAddress is where a file can be read, on every forge that is known.
func (r *Repository) fileAddress(name string) string { return r.Address + "/blob/HEAD/" + name }

// file is what a file says of its own repository; what it says of another one it
// does not say here.
func (r *Repository) file(name string, raw []byte) (c Candidate, broke string) {
	switch name {
	case "publiccode.yml":
		if len(raw) > publiccode.MaxSize {
			return c, "record-large"
		}
		c = Posted(r.Source, r.ID, raw, []string{r.Address})
		if c.Facts.Name == "" {
			return c, strings.Join(c.Reasons, "; ")
		}
	case "codemeta.json":
		all, err := CodeMeta(r.Source, r.Address, raw)
		if err != nil {
			return c, LinkedReason(err)
		}
		c = all[0]
	default:
		all, err := Citation(r.Source, r.Address, raw, false)
		if err != nil {
			return c, new(mend).show(err.Error())
		}
		c = all[0]
	}
	return c, ""
}

// facts are what the forge says.
func (r *Repository) facts(m *mend) good.Facts {
	f := good.Facts{Kinds: []good.Kind{good.Software}}
	m.called(&f, []string{r.Name})
	if r.Description != "" {
		m.about(&f, "", r.Description)
	}
	f.Website, _ = m.address("website", r.Homepage)
	f.Licences = m.rights("licences", without([]string{r.Licence}, "NOASSERTION", "other")...)
	m.subjects(&f, r.Topics)
	m.organisation(&f, r.Owner, "", good.Owner)
	return f
}

// complete takes over those facts that f lacks, and where they can be read.
func complete(f *good.Facts, from good.Facts, at string) {
	takeText(f, good.FieldName, &f.Name, from.Name, at)
	takeText(f, good.FieldWebsite, &f.Website, from.Website, at)
	takeList(f, good.FieldAliases, &f.Aliases, from.Aliases, at)
	takeList(f, good.FieldKinds, &f.Kinds, from.Kinds, at)
	takeList(f, good.FieldDocumentation, &f.Documentation, from.Documentation, at)
	takeList(f, good.FieldLicences, &f.Licences, from.Licences, at)
	takeList(f, good.FieldGoals, &f.Goals, from.Goals, at)
	takeList(f, good.FieldSectors, &f.Sectors, from.Sectors, at)
	takeList(f, good.FieldLanguages, &f.Languages, from.Languages, at)
	takeList(f, good.FieldParties, &f.Parties, from.Parties, at)
	takeList(f, good.FieldStandards, &f.Standards, from.Standards, at)
	if len(f.Summary) == 0 && len(from.Summary) > 0 {
		f.Summary, f.Cite[good.FieldSummary] = from.Summary, at
	}
	if len(f.Identifiers) == 0 {
		f.Identifiers = from.Identifiers
	}
	f.Aliases = slices.DeleteFunc(f.Aliases, func(s string) bool { return strings.EqualFold(s, f.Name) })
}

func takeText(f *good.Facts, field good.Field, to *string, v, at string) {
	if *to == "" && v != "" {
		*to, f.Cite[field] = v, at
	}
}

func takeList[T any](f *good.Facts, field good.Field, to *[]T, v []T, at string) {
	if len(*to) == 0 && len(v) > 0 {
		*to, f.Cite[field] = v, at
	}
}
