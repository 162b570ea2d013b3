package l10n

import (
	"path"
	"strings"

	"stoa/internal/lazy"
)

// Place is where a file of sentences lies within a tree.
type Place struct {
	Set      string // what the files of one text in several languages share
	Language string // as the path says it, BCP 47 where it can be; Default where the path says none
	Format   Format
}

// Default is the language of a file whose path says none: of what is translated.
const Default = "default"

// tables are the forms such files have: how the language stands in the path.
var tables = []struct {
	ext    string
	path   *lazy.Regexp
	format Format
}{
	{".po", lazy.New(`(?:^|/)([A-Za-z]{2,3}(?:[_-][A-Za-z]{2,4})?)(?:\.po$|/LC_MESSAGES/)`), PO},
	{".json", lazy.New(`(?i)(?:^|/)(?:locales?|i18n|l10n|lang|langs|languages?|translations?|messages|_locales)/(?:[^/]+/)?(?:[a-z]+[._-])?([a-z]{2}(?:[_-][a-z]{2,4})?)(?:\.json$|/[^/]+\.json$)`), JSON},
	{".arb", lazy.New(`_([a-z]{2}(?:_[A-Za-z]{2,4})?)\.arb$`), ARB},
	{".xml", lazy.New(`(?:^|/)res/values(?:-([a-z]{2,3}(?:-r[A-Z]{2})?))?/(?:strings|plurals|arrays)[^/]*\.xml$`), Android},
	{".strings", lazy.New(`(?:^|/)([A-Za-z]{2}(?:-[A-Za-z]{2,4})?)\.lproj/`), Strings},
	{".xcstrings", lazy.New(`\.xcstrings$`), XCStrings},
	{".ftl", lazy.New(`(?:^|/)([a-z]{2,3}(?:[_-][A-Za-z]{2,4})?)(?:\.ftl$|/(?:[^/]+/)*[^/]+\.ftl$)`), Fluent},
	{".xlf", lazy.New(`[._-]([a-z]{2}(?:[_-][A-Za-z]{2,4})?)\.xlf$`), XLIFF},
	{".xliff", lazy.New(`[._-]([a-z]{2}(?:[_-][A-Za-z]{2,4})?)\.xliff$`), XLIFF},
	{".properties", lazy.New(`(?i)(?:^|/)[a-z]*(?:messages|i18n|labels|strings|translations?|text|resources)[a-z0-9]*(?:_([a-z]{2}(?:_[a-z]{2})?))?\.properties$`), Properties},
	{".yml", lazy.New(`(?:^|/)(?:locales?|i18n|translations?|lang)/(?:[^/]+/)*(?:[a-z_]+[.-])?([a-z]{2}(?:[_-][A-Za-z]{2,4})?)\.yml$`), YAML},
}

// FormatOf is the form of a file by its name; "" for none that holds sentences.
func FormatOf(name string) Format {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".pot":
		return PO
	case ".txt", ".md":
		return Plain
	case ".sdlxliff", ".mxliff":
		return XLIFF
	default:
		for _, t := range tables {
			if t.ext == ext {
				return t.format
			}
		}
	}
	return ""
}

// PlaceOf is where a file of sentences lies; ok is false for a file that is none.
func PlaceOf(name string) (p Place, ok bool) {
	ext := strings.ToLower(path.Ext(name))
	for _, t := range tables {
		if ext != t.ext {
			continue
		}
		m := t.path.FindStringSubmatchIndex(name)
		if m == nil {
			return p, false
		}
		p = Place{Set: name, Language: Default, Format: t.format}
		if len(m) > 2 && m[2] >= 0 {
			p.Language = strings.ReplaceAll(strings.Replace(name[m[2]:m[3]], "-r", "-", 1), "_", "-")
			p.Set = name[:m[2]] + "*" + name[m[3]:]
		}
		switch t.format {
		case Android:
			root, _, _ := strings.Cut("/"+name, "/res/")
			p.Set = strings.ReplaceAll(root, "/", "|") + path.Base(name)
		case Properties:
			p.Set = strings.Replace(strings.Replace(p.Set, "_*", "", 1), "*", "", 1)
		}
		p.Set = t.ext + p.Set
		return p, true
	}
	return p, false
}
