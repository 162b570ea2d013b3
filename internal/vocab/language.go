package vocab

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/languages.tsv
var languagesTSV string

//go:embed data/subtags.tsv
var subtagsTSV string

type languageIndex struct {
	name      map[string]string // current language subtag → English name
	successor map[string]string // withdrawn or covered subtag → what stands for it
	subtag    map[string]string // "script/arab" → "Arab"
}

var languages = sync.OnceValue(func() languageIndex {
	ix := languageIndex{name: map[string]string{}, successor: map[string]string{}, subtag: map[string]string{}}
	for f := range rows(languagesTSV) {
		if tag, next := f[0], f[1]; next != "" {
			ix.successor[tag] = strings.Trim(next, "-")
		} else {
			ix.name[tag] = f[2]
		}
	}
	for f := range rows(subtagsTSV) {
		for _, s := range f[1:] {
			ix.subtag[f[0]+"/"+strings.ToLower(s)] = s
		}
	}
	return ix
})

// spelled are the tags by folded names and ISO 639-2 codes. They are many, and
// only what strangers write asks for them.
var spelled = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for f := range rows(languagesTSV) {
		tag, next, names := f[0], f[1], f[2:]
		if next != "" {
			tag = strings.Trim(next, "-")
		}
		for _, n := range names {
			// The short subtags come first in the file: "Malay" is ms, not one of its kin.
			if k := fold(n); k != "" && tag != "" && out[k] == "" {
				out[k] = tag
			}
		}
	}
	return out
})

// LanguageName is the English name of a language subtag, or "".
func LanguageName(subtag string) string { return languages().name[subtag] }

// ValidLanguage says whether tag is a BCP 47 language tag in its canonical form:
// a registered language, then perhaps script, region and variants ("fr",
// "pt-BR", "zh-Hant"). Withdrawn subtags and other spellings are not valid, so
// that one language has one tag.
func ValidLanguage(tag string) bool {
	canonical, ok := canonicalTag(tag)
	return ok && canonical == tag
}

// FindLanguage finds the canonical tag meant by a spelling: a tag in any case,
// with underscores or with withdrawn subtags, an ISO 639-2 code, or a name in
// English or in the language itself.
func FindLanguage(spelling string) (tag string, ok bool) {
	s := strings.TrimSpace(spelling)
	if len(s) > maxSpelling {
		return "", false
	}
	if len(s) > 3 || languages().name[strings.ToLower(s)] == "" {
		if tag = spelled()[fold(s)]; tag != "" {
			return tag, true
		}
	}
	if tag, ok = canonicalTag(s); ok {
		return tag, true
	}
	if head, _, found := strings.Cut(s, "("); found {
		tag = spelled()[fold(head)]
	}
	return tag, tag != ""
}

// canonicalTag writes a tag as BCP 47 recommends, or says that a part of it is
// not registered or out of place.
func canonicalTag(tag string) (string, bool) {
	if len(tag) > 35 { // RFC 5646 section 4.4.1
		return "", false
	}
	ix := languages()
	parts := strings.Split(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	lang := parts[0]
	if next, gone := ix.successor[lang]; gone {
		lang = next
	}
	if _, known := ix.name[lang]; !known || strings.Contains(lang, "-") {
		return "", false
	}
	out, order := []string{lang}, []string{"script", "region", "variant"}
	for _, p := range parts[1:] {
		found := false
		for i, kind := range order {
			if s, ok := ix.subtag[kind+"/"+p]; ok {
				if kind != "variant" {
					i++
				}
				out, order, found = append(out, s), order[i:], true
				break
			}
		}
		if !found {
			return "", false
		}
	}
	return strings.Join(out, "-"), true
}
