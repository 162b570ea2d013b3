package i18n

import (
	_ "embed"
	"maps"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

//go:embed locales/names.tsv
var namesTSV string

// names are what the language calls countries and languages.
type names struct {
	country  map[string]string
	language map[string]string // the common ones and those x/text does not name well
	tags     display.Namer
}

func (l *Locale) loadNames() *names {
	n := &names{country: map[string]string{}, language: map[string]string{}, tags: display.Tags(l.tag)}
	own := map[string]string{}
	for line := range strings.Lines(namesTSV) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) == 3 && f[0] == l.Code {
			own[f[1]] = f[2]
		}
	}
	regions := display.Regions(l.tag)
	kosovo, _ := vocab.CountryByCode("XK")
	for _, c := range append([]vocab.Country{kosovo}, vocab.Countries()...) {
		name := own[c.Alpha2]
		if r, err := language.ParseRegion(c.Alpha2); name == "" && err == nil {
			name = regions.Name(r)
		}
		if name == "" {
			name = c.Name
		}
		n.country[c.Alpha2] = name
	}
	for a := 'a'; a <= 'z'; a++ { // x/text takes its time over a name: those most asked for are kept
		for b := 'a'; b <= 'z'; b++ {
			if tag := string([]rune{a, b}); vocab.LanguageName(tag) != "" {
				n.language[tag] = n.ask(tag)
			}
		}
	}
	maps.Copy(n.language, own)
	return n
}

// ask finds the name of a language that is not kept.
func (n *names) ask(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if s := n.tags.Name(t); s != "" {
		return s
	}
	base, _, _ := strings.Cut(tag, "-")
	if s := vocab.LanguageName(base); s != "" {
		return s
	}
	return tag
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

// Region is the name of a part of the world by its UN M49 code, or the code.
func (l *Locale) Region(code string) string {
	if r, err := language.ParseRegion(code); err == nil {
		if s := display.Regions(l.tag).Name(r); s != "" {
			return s
		}
	}
	return code
}

// Language is the name of a language by its BCP 47 tag, in English where this
// language has no name for it, or the tag.
func (l *Locale) Language(tag string) string {
	n := l.names()
	if s := n.language[tag]; s != "" {
		return s
	}
	return n.ask(tag)
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
