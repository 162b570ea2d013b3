package check

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"stoa/internal/check/prose"
	"stoa/internal/finding"
	"stoa/internal/lazy"
	"stoa/internal/vocab"
)

// inName is a language in the name of a text or of its folder: README.fr.md,
// README_zh-CN.md, docs/es/index.md.
var inName = lazy.New(`(?i)(?:^|/)(?:docs?|documentation|i18n|l10n|translations?|locales?)/(?:[^/]+/)?([a-z]{2,3}(?:[-_][a-z]{2,4})?)/|(?:^|/)readme[._-]([a-z]{2,3}(?:[-_](?:[a-z]{2}|hans|hant))?)(?:\.md|\.rst|\.txt|$)`)

// commonWords are words that no text of some length does without, by language.
var commonWords = map[string][]string{
	"en": {"the", "and", "of", "to", "is", "for", "with", "this", "you", "can", "are"},
	"fr": {"le", "la", "les", "des", "et", "est", "une", "pour", "dans", "vous", "avec", "sur"},
	"es": {"el", "los", "las", "una", "para", "con", "por", "que", "del", "este", "puede", "como"},
	"pt": {"os", "uma", "para", "com", "não", "que", "dos", "do", "da", "você", "pode", "este"},
	"de": {"der", "die", "das", "und", "ist", "für", "mit", "ein", "eine", "nicht", "auf", "werden"},
	"it": {"il", "gli", "che", "per", "con", "una", "della", "di", "sono", "questo", "nel", "è"},
	"id": {"yang", "dan", "untuk", "dengan", "di", "ini", "dari", "adalah", "anda", "dapat"},
	"nl": {"het", "een", "van", "en", "voor", "met", "zijn", "niet", "wordt", "deze"},
}

// wordOf are the languages of a common word.
var wordOf = sync.OnceValue(func() map[string][]string {
	of := map[string][]string{}
	for lang, list := range commonWords {
		for _, w := range list {
			of[w] = append(of[w], lang)
		}
	}
	return of
})

// tongue is the language of a text as far as its script or its most common
// words tell; "" where they do not.
func tongue(text string) string {
	counts, letters := map[string]int{}, 0
	for _, r := range text {
		switch {
		case r < unicode.MaxLatin1: // no other script
		case unicode.Is(unicode.Han, r):
			counts["zh"]++
		case unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r):
			counts["ja"]++
		case unicode.Is(unicode.Hangul, r):
			counts["ko"]++
		case unicode.Is(unicode.Arabic, r):
			counts["ar"]++
		case unicode.Is(unicode.Cyrillic, r):
			counts["ru"]++
		}
		if unicode.IsLetter(r) {
			letters++
		}
	}
	if letters < 60 {
		return ""
	}
	switch {
	case counts["ja"]*10 > letters:
		return "ja"
	case counts["zh"]*3 > letters:
		return "zh"
	case counts["ko"]*2 > letters:
		return "ko"
	case counts["ar"]*2 > letters || counts["ru"]*2 > letters:
		return "" // several languages share the script
	}
	words, found, told := 0, map[string]int{}, map[string]map[string]bool{}
	for w := range strings.FieldsSeq(strings.ToLower(text)) {
		words++
		w = strings.Trim(w, ".,;:()!?\"'")
		for _, lang := range wordOf()[w] {
			if told[lang] == nil {
				told[lang] = map[string]bool{}
			}
			found[lang]++
			told[lang][w] = true
		}
	}
	best, second, name := 0, 0, ""
	for lang, n := range found {
		if n > best {
			best, second, name = n, best, lang
		} else if n > second {
			second = n
		}
	}
	const enough = 2 // a word may be one of another language, or of a program
	if len(told[name]) < enough || best*12 < words || best < 2*second && best-second < 8 {
		return ""
	}
	return name
}

// countryFor are codes of countries by which texts are named, and the language
// that is meant.
var countryFor = map[string]string{"cn": "zh", "jp": "ja", "kr": "ko", "vn": "vi", "cz": "cs", "dk": "da", "ua": "uk", "gr": "el"}

// enoughTexts is after how many texts the language of one that does not name it
// is no longer looked for.
const enoughTexts = 300

// notLanguages are folders that look like the code of a language and are not.
var notLanguages = map[string]bool{"md": true, "api": true, "img": true, "dev": true, "src": true, "lib": true, "css": true, "js": true, "faq": true, "adr": true, "rfc": true, "ops": true, "app": true, "doc": true, "ui": true, "db": true, "ci": true, "qa": true, "cli": true, "sdk": true, "how": true, "v1": true, "v2": true, "new": true, "old": true, "tmp": true, "ref": true, "web": true, "use": true, "get": true, "bin": true, "res": true, "pdf": true, "svg": true, "png": true, "map": true, "log": true, "sql": true, "aws": true, "gcp": true, "prd": true, "tls": true, "ssl": true, "gui": true, "sso": true, "ts": true}

// region is what follows the code of a language in the name of a folder.
var region = lazy.New(`^(?:[a-z]{2}|hans|hant|latn|cyrl|arab)$`)

// language notes in what language a text is.
func (p *papers) language(f *File, d *prose.Doc) {
	if _, is := licenceLike(&f.Entry); is || strings.Contains(stem(f.Name), "notice") || f.Path[0] == '.' && strings.Contains(f.Path, "/templates/") {
		return // others' words, in whatever language
	}
	code := ""
	if m := inName.FindStringSubmatch(f.Path); m != nil {
		code = strings.ReplaceAll(strings.ToLower(m[1]+m[2]), "_", "-")
	}
	if meant := countryFor[code]; meant != "" {
		code = meant
	}
	short, rest, wide := strings.Cut(code, "-")
	if code != "" && (notLanguages[short] || len(short) == 3 || wide && !region.MatchString(rest) || vocab.LanguageName(short) == "") {
		code, short = "", ""
	}
	if code == "" && p.texts > enoughTexts {
		return
	}
	found := tongue(d.Sample)
	dir, is := ofFolder(f.Path, code)
	if is && (found == "" || found == short) {
		if p.folders[dir] == nil {
			p.folders[dir] = map[string]hit{}
		}
		if _, known := p.folders[dir][code]; !known {
			p.folders[dir][code] = hit{at: f.At(0)}
		}
	}
	if is && found == "" && !otherScript(d.Sample) {
		return // whether folders beside it are called after languages is seen in the end
	}
	if code == "" || found != "" && found != short {
		code = found // a folder may be named otherwise
	}
	if code == "" {
		return
	}
	if _, known := p.langs[code]; !known {
		p.langs[code] = hit{at: f.At(0)}
	}
}

// otherScript says whether a text is mostly in letters that are not Latin: then
// a folder that is called after a language is, whatever lies beside it.
func otherScript(text string) bool {
	latin, other := 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.IsLetter(r):
			other++
		}
	}
	return other > latin
}

// ofFolder is the folder in which one lies that is called by this code.
func ofFolder(name, code string) (string, bool) {
	at := inName.FindStringSubmatchIndex(name)
	if at == nil || at[2] < 0 || code == "" {
		return "", false
	}
	return name[:at[2]], true
}

// beside takes the languages after which folders are called that lie beside each
// other, or beside one whose texts are seen to be in the language of its name: one
// alone may be called after a program's.
func (p *papers) beside() {
	for _, codes := range p.folders {
		for code, h := range codes {
			if _, known := p.langs[code]; !known && len(codes) > 1 {
				p.langs[code] = h
			}
		}
	}
}

// spoken says in which languages the texts are.
func (p *papers) spoken() finding.Finding {
	f := finding.Finding{Probe: "docs.languages", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("probe.languages.none")}
	p.beside()
	for code := range p.langs {
		f.Values = append(f.Values, code)
	}
	slices.Sort(f.Values)
	for _, code := range f.Values {
		f.Evidence = append(f.Evidence, p.langs[code].at)
	}
	if len(f.Values) > 0 {
		f.State, f.Confidence, f.Why = finding.Met, finding.Medium, finding.Say("probe.languages", "Languages", strings.Join(f.Values, ", "))
	}
	f.Evidence = f.Evidence[:min(len(f.Evidence), 10)]
	return f
}
