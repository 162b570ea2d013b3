// Package i18n says things in the six languages of the United Nations: the
// sentences of pages, errors and the API from embedded files, and the numbers,
// dates, lists and names of the world that go into them.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"strings"
	"sync"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"stoa/internal/packed"
)

// The files are go-i18n message files, {area}.{language}.json.
//
//go:embed locales/*.json
var brought embed.FS

// files are they as they were written.
var files = packed.Files(brought)

// Locale is one language that pages are in. Dir is "ltr" or "rtl"; Native is
// what its speakers call it.
type Locale struct {
	Code   string
	Dir    string
	Native string

	tag      language.Tag
	digits   *[10]string                            // nil: 0 to 9
	group    string                                 // between groups of three digits
	groupMin int                                    // digits from which on there are groups
	areas    map[string]func() map[string]*sentence // by the beginning of their keys; read when they are first wanted: few instances are asked for all languages, few commands for many areas
	names    func() *names

	countryRank func() map[string]int // place of each country in the order of names
}

var all = []*Locale{
	{Code: "en", Dir: "ltr", Native: "English", tag: language.BritishEnglish, group: ",", groupMin: 4},
	{Code: "ar", Dir: "rtl", Native: "العربية", tag: language.MustParse("ar-EG"), digits: &arabicIndic, group: "٬", groupMin: 4},
	{Code: "zh", Dir: "ltr", Native: "中文", tag: language.SimplifiedChinese, group: ",", groupMin: 4},
	{Code: "fr", Dir: "ltr", Native: "Français", tag: language.French, group: "\u202f", groupMin: 4},
	{Code: "ru", Dir: "ltr", Native: "Русский", tag: language.Russian, group: "\u00a0", groupMin: 4},
	// The Real Academia and the United Nations write 2026 and 12 345 in Spanish, with a space.
	{Code: "es", Dir: "ltr", Native: "Español", tag: language.Spanish, group: "\u00a0", groupMin: 5},
}

// All lists the languages in the order in which they are offered.
func All() []*Locale {
	load()
	return all
}

// Get finds a language by its code: en, ar, zh, fr, ru or es.
func Get(code string) (*Locale, bool) {
	load()
	for _, l := range all {
		if l.Code == code {
			return l, true
		}
	}
	return nil, false
}

// maxAccept is the longest Accept-Language header, in bytes, that is read.
const maxAccept = 1000

// Negotiate finds the language that suits an Accept-Language header best, else
// English. Only a language itself is matched, never a neighbour: nobody who
// asks for one language is given another because the two are alike.
func Negotiate(acceptLanguage string) *Locale {
	load()
	if len(acceptLanguage) > maxAccept {
		return all[0]
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return all[0]
	}
	for _, t := range tags { // by descending weight
		base, _ := t.Base()
		if l, ok := Get(base.String()); ok {
			return l
		}
	}
	return all[0]
}

// load makes the languages ready.
var load = sync.OnceFunc(func() {
	paths, err := fs.Glob(files, "locales/*.json")
	if err != nil {
		panic(err)
	}
	for _, l := range all {
		l.areas = map[string]func() map[string]*sentence{}
		for _, p := range paths {
			if area, found := strings.CutSuffix(path.Base(p), "."+l.Code+".json"); found {
				l.areas[area] = sync.OnceValue(func() map[string]*sentence { return l.read(area, p) })
			}
		}
		l.names = sync.OnceValue(l.loadNames)
		l.countryRank = sync.OnceValue(l.rankCountries)
	}
})

// read reads one of the language's own files. They are part of the program: one
// that cannot be read is a fault of the build, which any test finds.
func (l *Locale) read(area, name string) map[string]*sentence {
	out := map[string]*sentence{}
	if english := all[0].areas[area]; l != all[0] && english != nil {
		out = maps.Clone(english()) // English stands where a translation is missing
	}
	data, err := fs.ReadFile(files, name)
	if err != nil {
		panic(fmt.Errorf("%s: %w", name, err))
	}
	file, err := goi18n.ParseMessageFileBytes(data, path.Base(name), nil)
	if err != nil {
		panic(fmt.Errorf("%s: %w", name, err))
	}
	for _, m := range file.Messages {
		if out[m.ID], err = parse(m, l); err != nil {
			panic(fmt.Errorf("%s: %s: %w", name, m.ID, err))
		}
	}
	return out
}

// sentence finds the sentence of a key, which begins with its area.
func (l *Locale) sentence(key string) (*sentence, bool) {
	area, _, _ := strings.Cut(key, ".")
	read := l.areas[area]
	if read == nil {
		if read = all[0].areas[area]; read == nil {
			return nil, false
		}
	}
	m, ok := read()[key]
	return m, ok
}

// sentence is one message, parsed: in the forms its number asks for.
type sentence struct {
	plain  string    // the whole sentence, if it is the same for every value
	forms  [][]piece // else by plural.Form; nil where the language does not tell it from Other
	spoken *Locale   // the language it is in
}

// piece is a stretch of text, or the name of a value to put in its place.
type piece struct{ text, name string }

func parse(m *goi18n.Message, in *Locale) (*sentence, error) {
	out := &sentence{spoken: in, forms: make([][]piece, plural.Many+1)}
	count := 0
	for form, text := range [...]string{plural.Other: m.Other, plural.Zero: m.Zero, plural.One: m.One, plural.Two: m.Two, plural.Few: m.Few, plural.Many: m.Many} {
		if text == "" {
			continue
		}
		count++
		pieces, err := split(text)
		if err != nil {
			return nil, err
		}
		out.forms[form] = pieces
	}
	other := out.forms[plural.Other]
	if other == nil {
		return nil, fmt.Errorf("the form “other” is missing")
	}
	if count == 1 && len(other) == 1 && other[0].name == "" {
		out.plain, out.forms = other[0].text, nil
	}
	return out, nil
}

// split parses a sentence with {{.Name}} in it.
func split(s string) ([]piece, error) {
	var out []piece
	for s != "" {
		text, rest, found := strings.Cut(s, "{{")
		if text != "" {
			out = append(out, piece{text: text})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}}")
		name = strings.TrimSpace(name)
		if !closed || len(name) < 2 || name[0] != '.' {
			return nil, fmt.Errorf("a placeholder is not of the form {{.Name}}: %q", s)
		}
		out = append(out, piece{name: name[1:]})
		s = after
	}
	return out, nil
}

// T is the sentence of a key with its values: kv alternates a placeholder's
// name and its value. Numbers are written as the language writes them, dates
// and times too; the value "Count" also chooses the plural form. A key that the
// language lacks is said in English, one that nobody knows is returned as it is.
func (l *Locale) T(key string, kv ...any) string {
	m, ok := l.sentence(key)
	if !ok {
		return key
	}
	if m.plain != "" {
		return m.plain
	}
	pieces := m.forms[m.form(kv)]
	if pieces == nil {
		pieces = m.forms[plural.Other]
	}
	var b strings.Builder
	b.Grow(128)
	for _, p := range pieces {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		if v, ok := value(kv, p.name); ok {
			l.write(&b, v)
		} else {
			b.WriteString("{{." + p.name + "}}")
		}
	}
	return b.String()
}

// Has says whether there is a sentence for key, in this language or in English.
func (l *Locale) Has(key string) bool {
	_, ok := l.sentence(key)
	return ok
}

// form is the plural form the value "Count" asks for.
func (m *sentence) form(kv []any) plural.Form {
	v, ok := value(kv, "Count")
	if !ok {
		return plural.Other
	}
	n, ok := integer(v)
	if !ok {
		return plural.Other
	}
	if n < 0 {
		n = -n
	}
	return plural.Cardinal.MatchPlural(m.spoken.tag, n%10_000_000, 0, 0, 0, 0)
}

func value(kv []any, name string) (any, bool) {
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i] == name {
			return kv[i+1], true
		}
	}
	return nil, false
}

// Apart isolates a text (Unicode FSI and PDI) where its direction may differ
// from that of the sentence it stands in.
func (l *Locale) Apart(s string) string {
	if l.Dir == "ltr" && !strings.ContainsFunc(s, func(r rune) bool {
		return r >= 0x590 && r < 0x900 || r >= 0xfb1d && r < 0xff00 || r >= 0x200e && r <= 0x202e
	}) {
		return s
	}
	return "\u2068" + s + "\u2069"
}
