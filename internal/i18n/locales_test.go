package i18n

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/feature/plural"
)

var formNames = map[plural.Form]string{plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}

// texts are the messages of one language: key → form → text.
type texts map[string]map[string]string

// written reads the files of a language as their translators see them, and
// holds that each is sound JSON, sorted and without repeats.
func written(t *testing.T, lang string) texts {
	t.Helper()
	out := texts{}
	paths, err := fs.Glob(files, "locales/*."+lang+".json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files for %s: %v", lang, err)
	}
	for _, p := range paths {
		data, err := fs.ReadFile(files, p)
		if err != nil {
			t.Fatal(err)
		}
		area, _, _ := strings.Cut(filepath.Base(p), ".")
		var raw map[string]any
		if err := json.Unmarshal(data, &raw); err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		keys := topLevelKeys(t, data)
		if !slices.IsSorted(keys) || len(keys) != len(raw) {
			t.Errorf("%s: keys are repeated or not sorted", p)
		}
		for k, v := range raw {
			if !strings.HasPrefix(k, area+".") {
				t.Errorf("%s: %s belongs to another file", p, k)
			}
			switch v := v.(type) {
			case string:
				out[k] = map[string]string{"other": v}
			case map[string]any:
				out[k] = map[string]string{}
				for form, text := range v {
					out[k][form], _ = text.(string)
				}
			default:
				t.Errorf("%s: %s is neither text nor plural forms", p, k)
			}
		}
	}
	return out
}

func topLevelKeys(t *testing.T, data []byte) []string {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(data))
	var keys []string
	for depth, isKey := 0, true; ; {
		tok, err := dec.Token()
		if err != nil {
			return keys
		}
		switch v := tok.(type) {
		case json.Delim:
			if v == '{' {
				depth++
			} else {
				depth--
			}
			isKey = true
		case string:
			if depth == 1 && isKey {
				keys = append(keys, v)
				isKey = false
			} else {
				isKey = true
			}
		}
	}
}

func TestEverySentenceIsInEveryLanguage(t *testing.T) {
	english := written(t, "en")
	for _, l := range All()[1:] {
		own := written(t, l.Code)
		for _, k := range slices.Sorted(maps.Keys(english)) {
			if own[k] == nil {
				t.Errorf("%s lacks %s", l.Code, k)
			}
		}
		for _, k := range slices.Sorted(maps.Keys(own)) {
			if english[k] == nil {
				t.Errorf("%s has %s, which English lacks", l.Code, k)
			}
		}
	}
}

// sameAsEnglish reads testdata/same-as-english.tsv: translations that rightly
// equal the English text.
func sameAsEnglish(t *testing.T) map[string]bool {
	t.Helper()
	data, err := os.ReadFile("testdata/same-as-english.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out[line] = true
		}
	}
	return out
}

var placeholder = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

func TestNothingIsLeftInEnglish(t *testing.T) {
	english, allowed := written(t, "en"), sameAsEnglish(t)
	used := map[string]bool{}
	for _, l := range All()[1:] {
		for k, forms := range written(t, l.Code) {
			for form, text := range forms {
				letters := strings.ContainsFunc(placeholder.ReplaceAllString(text, ""), unicode.IsLetter)
				if text != english[k][form] && text != english[k]["other"] || !letters {
					continue
				}
				if used[l.Code+"\t"+k] = true; !allowed[l.Code+"\t"+k] {
					t.Errorf("%s %s is the English text: %q", l.Code, k, text)
				}
			}
		}
	}
	for line := range allowed {
		if !used[line] {
			t.Errorf("the exception %q is not needed", line)
		}
	}
}

// share is the share of letters in s that are of the script of a language.
// Latin is told from the rest only for languages of another script.
func share(s, lang string) float64 {
	script := map[string]*unicode.RangeTable{"ar": unicode.Arabic, "zh": unicode.Han, "ru": unicode.Cyrillic}[lang]
	if script == nil {
		script = unicode.Latin
	}
	own, all := 0, 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			all++
			if unicode.Is(script, r) {
				own++
			}
		}
	}
	if all == 0 {
		return 1
	}
	return float64(own) / float64(all)
}

// names of things that stay in Latin letters in every language.
var latin = regexp.MustCompile(`\{\{\.\w+\}\}|(?:https?|sqlite|postgres)://?\S+|[\w.]+\.(?:xml|json|csv|db|org)|[\w./-]*/[\w./{}-]+|Open Source Initiative|\b(?:JSON|CSV|API|UTF-8|HTTP|SPDX|ISO|OpenAPI|GET|HEAD|OPTIONS|Accept|Retry-After|Allow|Content-Type|ETag|stoa|Stoa|DHIS2|KE|MIT|CC-BY-4\.0|CC0|fr|pt-BR|BCP|C2SP|Apache-2\.0|verify|Unicode|DPGA|UTC|software|data|ai|standard|content|relevance|name|newest|deployed|next|offset|as-new|into|GOOD|drop|format|[a-z]+=\S+)\b`)

func TestEveryLanguageIsInItsScript(t *testing.T) {
	for _, l := range All()[1:] {
		own, letters := 0.0, 0.0
		for k, forms := range written(t, l.Code) {
			for form, text := range forms {
				rest := latin.ReplaceAllString(text, "")
				n := float64(len([]rune(rest)))
				s := share(rest, l.Code)
				own, letters = own+s*n, letters+n
				if s < 0.6 {
					t.Errorf("%s %s (%s): %d %% in its script: %q", l.Code, k, form, int(100*s), text)
				}
			}
		}
		if all := own / letters; all < 0.95 {
			t.Errorf("%s: %.0f %% in its script", l.Code, 100*all)
		}
	}
}

func TestPlaceholdersAgree(t *testing.T) {
	english := written(t, "en")
	names := func(text string) []string {
		var out []string
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			out = append(out, m[1])
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for _, l := range All() {
		for k, forms := range written(t, l.Code) {
			want := names(english[k]["other"])
			for form, text := range forms {
				got := names(text)
				without := slices.DeleteFunc(slices.Clone(want), func(s string) bool { return s == "Count" })
				if !slices.Equal(got, want) && (form == "other" || !slices.Equal(got, without)) {
					t.Errorf("%s %s (%s) has the values %v, want %v", l.Code, k, form, got, want)
				}
				if strings.Count(text, "{{") != len(placeholder.FindAllString(text, -1)) {
					t.Errorf("%s %s (%s): a placeholder is misspelt: %q", l.Code, k, form, text)
				}
			}
		}
	}
}

func TestPluralsAreComplete(t *testing.T) {
	english := written(t, "en")
	for _, l := range All() {
		need := map[string]bool{"other": true}
		for n := range 1001 {
			need[formNames[plural.Cardinal.MatchPlural(l.tag, n, 0, 0, 0, 0)]] = true
		}
		for k, forms := range written(t, l.Code) {
			counted := english[k]["one"] != ""
			if !counted && strings.Contains(english[k]["other"], "{{.Count}}") && !strings.Contains(english[k]["other"], "({{.Count}})") {
				t.Errorf("%s speaks of a number, so English needs the form “one”", k)
			}
			for form := range need {
				if counted && forms[form] == "" {
					t.Errorf("%s %s lacks the form %q", l.Code, k, form)
				}
			}
			for form := range forms {
				if !need[form] || form != "other" && !counted {
					t.Errorf("%s %s has a form %q that is never used", l.Code, k, form)
				}
			}
		}
	}
}

func TestTextsAreCleanlyWritten(t *testing.T) {
	markup := regexp.MustCompile(`[<>]|&\w+;|&#`)
	unbound := regexp.MustCompile(`[ ][;:!?»]|« `)
	english := written(t, "en")
	last := func(s string) rune { return []rune(s + " ")[len([]rune(s))-min(1, len([]rune(s)))] }
	stops := ".。…"
	for _, l := range All() {
		for k, forms := range written(t, l.Code) {
			for form, text := range forms {
				switch {
				case text == "":
					t.Errorf("%s %s (%s) is empty", l.Code, k, form)
				case markup.MatchString(text):
					t.Errorf("%s %s holds markup: %q", l.Code, k, text)
				case strings.ContainsAny(text, "\t\r\n"):
					t.Errorf("%s %s holds a line break or tab", l.Code, k)
				case !strings.HasPrefix(k, "vocab.list.") && strings.TrimSpace(text) != text:
					t.Errorf("%s %s begins or ends with a space", l.Code, k)
				case l.Code == "fr" && strings.ContainsAny(text, ";:!?»") && unbound.MatchString(text):
					t.Errorf("%s %s: a French sign stands off its word by a breaking space: %q", l.Code, k, text)
				case strings.Contains(text, "  "):
					t.Errorf("%s %s holds a double space", l.Code, k)
				case !strings.HasPrefix(k, "vocab.date.") && strings.ContainsRune(stops, last(english[k]["other"])) != strings.ContainsRune(stops, last(text)):
					t.Errorf("%s %s: the full stop differs from the English text: %q", l.Code, k, text)
				}
			}
		}
	}
}

var keyLike = regexp.MustCompile(`^(?:web|error|api|vocab|nodes|standard|people|assess|mail|nominate|apply|desk|office|proof|form|advisory|invite|check|probe|target|sign|sought|listed|harvest|alliance|board|calls|match|need|help|deploy|impact|l10n|land|clash|reach|guide|community|detail|ways)\.[a-z0-9_.-]*$`)

// TestKeysAndCodeAgree reads the program's Go files (what templ generates is
// among them): every literal that looks like a key is one, or begins some;
// every key is asked for by a literal or by a beginning of one.
func TestKeysAndCodeAgree(t *testing.T) {
	english := written(t, "en")
	asked, begun := map[string]string{}, map[string]string{}
	root := filepath.Join("..", "..")
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			s, err := strconv.Unquote(lit.Value)
			if err != nil || !keyLike.MatchString(s) || strings.HasSuffix(s, ".com") { // api.github.com is a host
				return true
			}
			if where := set.Position(lit.Pos()).String(); strings.HasSuffix(s, ".") || strings.HasSuffix(s, "-") {
				begun[s] = where
			} else {
				asked[s] = where
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, where := range asked {
		if english[key] == nil {
			t.Errorf("%s asks for %s, which no file has", where, key)
		}
	}
	used := map[string]bool{}
	for key := range english {
		for prefix := range begun {
			if strings.HasPrefix(key, prefix) {
				used[prefix], used[key] = true, true
			}
		}
		if asked[key] == "" && !used[key] {
			t.Errorf("nothing asks for %s", key)
		}
	}
	for prefix, where := range begun {
		if !used[prefix] {
			t.Errorf("%s builds keys from %s, and no key begins so", where, prefix)
		}
	}
}

func TestNamesOfTheWorldAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for line := range strings.Lines(namesTSV) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 3 || f[2] != strings.TrimSpace(f[2]) || f[2] == "" {
			t.Errorf("malformed: %q", line)
			continue
		}
		if _, ok := Get(f[0]); !ok {
			t.Errorf("no language %q", f[0])
		}
		if id := f[0] + " " + f[1]; seen[id] {
			t.Errorf("%s is named twice", id)
		} else {
			seen[id] = true
		}
		if share(f[2], f[0]) < 0.6 {
			t.Errorf("%q is not in the script of %s", f[2], f[0])
		}
	}
}
