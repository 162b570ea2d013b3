package i18n

import (
	"strconv"

	"stoa/internal/good"
	"stoa/internal/vocab"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// names are what the language calls countries and languages.
type names struct {
	country   map[string]string
	languages display.Namer
	tags      display.Namer
}

func (l *Locale) loadNames() *names {
	n := &names{country: map[string]string{}, languages: display.Languages(l.tag), tags: display.Tags(l.tag)}
	regions := display.Regions(l.tag)
	known := append([]vocab.Country{}, vocab.Countries()...)
	if kosovo, ok := vocab.CountryByCode("XK"); ok {
		known = append(known, kosovo)
	}
	for _, c := range known {
		name := l.term("vocab.country.", c.Alpha2)
		if name == c.Alpha2 { // no word of our own
			if r, err := language.ParseRegion(c.Alpha2); err == nil {
				name = regions.Name(r)
			}
		}
		if name == "" || name == c.Alpha2 {
			name = c.Name
		}
		n.country[c.Alpha2] = name
	}
	return n
}

// term is the sentence of prefix+value, or the value where there is none.
func (l *Locale) term(prefix, value string) string {
	key := prefix + value
	if s := l.T(key); s != key {
		return s
	}
	return value
}

// Country is the name of a country by its ISO 3166-1 alpha-2 code, or the code.
func (l *Locale) Country(code string) string {
	if s := l.names().country[code]; s != "" {
		return s
	}
	return code
}

// Language is the name of a language by its BCP 47 tag, in English where this
// language has no name for it, or the tag.
func (l *Locale) Language(tag string) string {
	if s := l.term("vocab.language.", tag); s != tag {
		return s
	}
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	name := l.names().tags.Name(t)
	if name == "" {
		base, _ := t.Base()
		name = l.names().languages.Name(base)
	}
	if name == "" || name == tag {
		base, _ := t.Base()
		name = vocab.LanguageName(base.String())
	}
	if name == "" {
		return tag
	}
	return name
}

// Kind is the name of a kind of good.
func (l *Locale) Kind(k good.Kind) string { return l.term("vocab.kind.", string(k)) }

// Stage is the name of a stage in the life of a good.
func (l *Locale) Stage(s good.Stage) string { return l.term("vocab.stage.", string(s)) }

// Role is what an organisation of that role is called.
func (l *Locale) Role(r good.Role) string { return l.term("vocab.role.", string(r)) }

// Facet is the heading of a facet.
func (l *Locale) Facet(f good.Facet) string { return l.term("vocab.facet.", string(f)) }

// Field is the heading of a field of a good.
func (l *Locale) Field(f good.Field) string { return l.term("vocab.field.", string(f)) }

// SDG is the official short title of a Sustainable Development Goal.
func (l *Locale) SDG(n int) string { return l.term("vocab.sdg.", strconv.Itoa(n)) }

// Sector is the name of a sector.
func (l *Locale) Sector(code string) string { return l.term("vocab.sector.", code) }

// Licence says in one sentence what a licence allows, by its SPDX identifier.
func (l *Locale) Licence(id string) string {
	class := "other"
	if licence, ok := vocab.LicenceByID(id); ok {
		class = licence.Class
	}
	return l.T("vocab.licence." + class)
}
