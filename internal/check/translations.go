package check

import (
	"bytes"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/finding"
)

// translations counts the sentences of a program by language. A language's
// share is of what the fullest one has, set by set.
type translations struct {
	asked  int
	counts map[string]map[string]int // set → language → sentences
	first  map[string]string         // a file of each language
}

// mostTables is how many tables of sentences are read.
const mostTables = 3000

// tables are the forms such tables have: how the language stands in the path,
// and how sentences are counted.
var tables = []struct {
	ext   string
	path  *regexp.Regexp
	count func([]byte) int
}{
	{".po", regexp.MustCompile(`(?:^|/)([A-Za-z]{2,3}(?:[_-][A-Za-z]{2,4})?)(?:\.po$|/LC_MESSAGES/)`), countPO},
	{".json", regexp.MustCompile(`(?i)(?:^|/)(?:locales?|i18n|l10n|lang|langs|languages?|translations?|messages|_locales)/(?:[^/]+/)?(?:[a-z]+[._-])?([a-z]{2}(?:[_-][a-z]{2,4})?)(?:\.json$|/[^/]+\.json$)`), countJSON},
	{".arb", regexp.MustCompile(`_([a-z]{2}(?:_[A-Za-z]{2,4})?)\.arb$`), countJSON},
	{".xml", regexp.MustCompile(`/res/values(?:-([a-z]{2,3}(?:-r[A-Z]{2})?))?/(?:strings|plurals|arrays)[^/]*\.xml$`), countTags},
	{".strings", regexp.MustCompile(`(?:^|/)([A-Za-z]{2}(?:-[A-Za-z]{2,4})?)\.lproj/`), countLines},
	{".xlf", regexp.MustCompile(`[._-]([a-z]{2}(?:[_-][A-Za-z]{2,4})?)\.xlf$`), countTargets},
	{".xliff", regexp.MustCompile(`[._-]([a-z]{2}(?:[_-][A-Za-z]{2,4})?)\.xliff$`), countTargets},
	{".properties", regexp.MustCompile(`(?i)(?:^|/)[a-z]*(?:messages|i18n|labels|strings|translations?|text|resources)[a-z0-9]*(?:_([a-z]{2}(?:_[a-z]{2})?))?\.properties$`), countLines},
	{".yml", regexp.MustCompile(`(?:^|/)(?:locales?|i18n|translations?|lang)/(?:[^/]+/)*(?:[a-z_]+[.-])?([a-z]{2}(?:[_-][A-Za-z]{2,4})?)\.yml$`), countYAML},
}

// languageOf is the set and language of a table of sentences; no set where the
// file is none.
func languageOf(e *Entry) (set, lang string, count func([]byte) int) {
	for _, t := range tables {
		if e.Ext != t.ext {
			continue
		}
		m := t.path.FindStringSubmatchIndex(e.Path)
		if m == nil {
			return "", "", nil
		}
		lang = "default"
		set = e.Path
		if m[2] >= 0 {
			lang = strings.ReplaceAll(strings.Replace(e.Path[m[2]:m[3]], "-r", "-", 1), "_", "-")
			set = e.Path[:m[2]] + "*" + e.Path[m[3]:]
		}
		if t.ext == ".xml" {
			set = strings.Replace(e.Path[:strings.Index(e.Path, "/res/")], "/", "|", -1) + path.Base(e.Path)
		} else if t.ext == ".properties" {
			set = strings.Replace(strings.Replace(set, "_*", "", 1), "*", "", 1)
		}
		return t.ext + set, lang, t.count
	}
	return "", "", nil
}

func newTranslations(*Target) Probe {
	return &translations{counts: map[string]map[string]int{}, first: map[string]string{}}
}

func (t *translations) Wants(e *Entry) Want {
	if e.Vendored || isAside(e.Path) {
		return Nothing
	}
	if set, _, _ := languageOf(e); set == "" {
		return Nothing
	}
	if t.asked++; t.asked > mostTables {
		return Nothing
	}
	return Whole
}

func (t *translations) See(f *File) {
	set, lang, count := languageOf(&f.Entry)
	if set == "" {
		return
	}
	if t.counts[set] == nil {
		t.counts[set] = map[string]int{}
	}
	t.counts[set][lang] += count(f.Text)
	if t.first[lang] == "" {
		t.first[lang] = f.Path
	}
}

var poEntry = regexp.MustCompile(`(?m)^msgstr(?:\[\d+\])? "(.*)"\r?\n("?)`)

// countPO counts the entries that have a translation; those marked as doubtful
// are not among them.
func countPO(text []byte) (n int) {
	for block := range bytes.SplitSeq(text, []byte("\n\n")) {
		if bytes.Contains(block, []byte("#, fuzzy")) || bytes.Contains(block, []byte("\nmsgid \"\"\nmsgstr")) || bytes.HasPrefix(block, []byte("msgid \"\"\nmsgstr")) {
			continue
		}
		if m := poEntry.FindSubmatch(append(slices.Clip(block), '\n')); m != nil && (len(m[1]) > 0 || len(m[2]) > 0) {
			n++
		}
	}
	return n
}

func countJSON(text []byte) int {
	var doc any
	if json.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &doc) != nil {
		return 0
	}
	return leaves(doc)
}

// leaves counts the texts that say something. A key that begins with @ speaks
// of another.
func leaves(v any) (n int) {
	switch v := v.(type) {
	case string:
		if v != "" {
			return 1
		}
	case map[string]any:
		for k, inner := range v {
			if !strings.HasPrefix(k, "@") {
				n += leaves(inner)
			}
		}
	case []any:
		for _, inner := range v {
			n += leaves(inner)
		}
	}
	return n
}

var (
	sentenceTag = regexp.MustCompile(`<(?:string|item)[\s>]`)
	targetTag   = regexp.MustCompile(`<target[^>/]*>[^<]`)
	keyLine     = regexp.MustCompile(`(?m)^\s*["A-Za-z][^=\n]*=\s*\S`)
	yamlLeaf    = regexp.MustCompile(`(?m)^\s+["']?[\w.-]+["']?:[ \t]+\S`)
)

func countTags(text []byte) int    { return len(sentenceTag.FindAllIndex(text, -1)) }
func countTargets(text []byte) int { return len(targetTag.FindAllIndex(text, -1)) }
func countLines(text []byte) int   { return len(keyLine.FindAllIndex(text, -1)) }
func countYAML(text []byte) int    { return len(yamlLeaf.FindAllIndex(text, -1)) }

// share is a language with its percentage of all sentences.
type share struct {
	lang    string
	percent int
}

// shares are the languages of all sets that have more than one, fullest first.
func (t *translations) shares() (out []share) {
	have, all := map[string]int{}, 0
	for _, set := range t.counts {
		most := 0
		for _, n := range set {
			most = max(most, n)
		}
		if len(set) < 2 || most < 5 {
			continue
		}
		all += most
		for lang, n := range set {
			have[lang] += n
		}
	}
	for lang, n := range have {
		if p := 100 * n / max(all, 1); p > 0 && lang != "default" {
			out = append(out, share{lang, min(p, 100)})
		}
	}
	slices.SortFunc(out, func(a, b share) int {
		if a.percent != b.percent {
			return b.percent - a.percent
		}
		return strings.Compare(a.lang, b.lang)
	})
	return out
}

// Findings say in which languages the good speaks, and how much of it.
func (t *translations) Findings(*Target) []finding.Finding {
	f := finding.Finding{Probe: "health.translations", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("probe.translations.none")}
	all := t.shares()
	if len(all) == 0 {
		return []finding.Finding{f}
	}
	said := make([]string, 0, len(all))
	for _, s := range all {
		said = append(said, s.lang+" "+strconv.Itoa(s.percent)+" %")
		if s.percent >= 50 {
			f.Values = append(f.Values, s.lang)
		}
		if len(f.Evidence) < 10 {
			f.Evidence = append(f.Evidence, finding.Evidence{Path: t.first[s.lang]})
		}
	}
	rest := ""
	if len(said) > 12 {
		said, rest = said[:12], ", …"
	}
	f.State, f.Confidence = finding.Met, finding.Medium
	f.Why = finding.Say("probe.translations", "Number", len(all), "Shares", strings.Join(said, ", ")+rest)
	return []finding.Finding{f}
}
