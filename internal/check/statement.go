package check

import (
	"slices"
	"strings"

	"stoa/internal/lazy"
	"stoa/internal/vocab"
)

// spoken are the forms in which prose names a licence. The first finds a name
// with its version, the second one that needs none.
var (
	spokenVersion = lazy.New(`(?i)\b(?:` +
		`(?:gnu\s+)?(?:affero\s+|lesser\s+|library\s+)?(?:gnu\s+)?general\s+public\s+licen[cs]e,?\s+(?:version\s+|v\.?\s*)?[123](?:\.[0-9])?(?:\s*\(?(?:or|and)\s+(?:any\s+)?(?:later|newer)\)?|\+)?` +
		`|(?:(?:gnu\s+)?(?:affero|lesser|library)\s+(?:gnu\s+)?gpl|[al]?gpl|mpl|eupl|epl|cecill|osl|afl|odbl|odc-by|pddl|ogl|ofl|bsl)[ -]?(?:v\.?\s*)?[123](?:\.[0-9])?(?:-or-later|-only|\+|\s+or\s+(?:any\s+)?later)?` +
		`|apache(?:\s+software)?(?:\s+licen[cs]e)?,?[ -]*(?:version\s+|v\.?\s*)?2(?:\.0)?` +
		`|mozilla\s+public\s+licen[cs]e,?\s*(?:version\s+|v\.?\s*)?2(?:\.0)?` +
		`|eclipse\s+public\s+licen[cs]e,?\s*(?:-?\s*v\.?\s*|version\s+)?[12](?:\.0)?` +
		`|european\s+union\s+public\s+licen[cs]e,?\s*(?:version\s+|v\.?\s*)?1\.[12]` +
		`|(?:creative\s+commons|cc)[ -]+(?:(?:by|attribution|zero|0|nc|sa|nd|non[ -]?commercial|share[ -]?alike|no[ -]?derivat(?:iv)?es|no[ -]?derivs)[ -]*)+(?:\s*\(?(?:licen[cs]e|international|version|v\.?|public)\)?\s*)*[1-4]\.[05](?:[ -]+(?:igo|international))?` +
		`|open\s+(?:data\s+commons\s+)?(?:database|government)\s+licen[cs]e,?\s*(?:\(odbl\)\s*)?(?:version\s+|v\.?\s*)?[123](?:\.[0-9])?` +
		`|bsd[ -](?:[0234][ -]clause(?:[ -](?:clear|patent|attribution|lbnl))?|licen[cs]e\s+\([23][ -]clause\))|(?:[234]|two|three)[ -]clause[ -](?:clear[ -])?bsd` +
		`)`)
	spokenName = lazy.New(`\b(?:MIT(?:[ -]0)?|ISC|0BSD|CC0(?:[ -]1\.0)?|Unlicense|WTFPL|ODbL|PDDL|Zlib|[Mm][Ii][Tt]\s+[Ll]icen[cs]e)\b`)
	address    = lazy.New(`https?://[^\s)>\]"'\x60]+`)
)

// noVersion are names that stand for one version when none is said.
var noVersion = map[string]string{"CC0": "CC0-1.0", "ODbL": "ODbL-1.0", "PDDL": "PDDL-1.0"}

// later is what follows a name where later versions may be used, maybe behind
// the address of a link.
var later = lazy.New(`(?i)^(?:\+|[\]*_\x60 ,]*(?:\([^)\s]*\))?[*_ ,]*\(?(?:or|and)\s+(?:\(?at\s+your\s+option\)?\s+)?(?:any\s+)?(?:later|newer|above)\b)`)

// alike is what follows the name of a licence of which another is only made.
var alike = lazy.New(`(?i)^[*_\x60"]*[ -](?:style|like|based|inspired|derived|compatible|alike)\b`)

// statements are the licences that prose names, in their order, each once.
func statements(text string) []expression {
	var out []expression
	for _, f := range spokenIn(text) {
		if !slices.ContainsFunc(out, func(e expression) bool { return family(e.spdx) == family(f.spdx) }) {
			out = append(out, f.expression)
		}
	}
	return out
}

// spoken is a licence that prose names, and where.
type spoken struct {
	expression
	at, end int
}

// spokenIn are all namings of licences in prose, in their order.
func spokenIn(text string) (all []spoken) {
	add := func(m []int, s string) {
		if alike.MatchString(text[m[1]:]) {
			return
		}
		s = strings.Join(strings.Fields(s), " ")
		id, ok := vocab.FindLicence(s)
		if !ok {
			id, ok = vocab.FindLicence(strings.NewReplacer(",", "", "(", "", ")", "").Replace(s))
		}
		if !ok {
			id, ok = noVersion[s], noVersion[s] != ""
		}
		if !ok {
			return
		}
		open := leavesOpen(id, s)
		if open && later.MatchString(text[m[1]:]) {
			id, open = strings.TrimSuffix(id, "-only")+"-or-later", false
		}
		all = append(all, spoken{expression{spdx: id, ids: []string{id}, open: open}, m[0], m[1]})
	}
	for _, m := range spokenVersion.FindAllStringIndex(text, 50) {
		add(m, text[m[0]:m[1]])
	}
	for _, m := range spokenName.FindAllStringIndex(text, 50) {
		add(m, text[m[0]:m[1]])
	}
	for _, m := range address.FindAllStringIndex(text, 50) {
		add(m, strings.TrimRight(text[m[0]:m[1]], ".,;:"))
	}
	slices.SortStableFunc(all, func(a, b spoken) int { return a.at - b.at })
	return all
}

// listItem begins a line of a list.
var listItem = lazy.New(`^\s*(?:[-*+•]|\d+[.)])\s`)

// blocks are the paragraphs of a text, a list with the paragraph before it.
func blocks(text string) (out []string) {
	blank := true
	for line := range strings.Lines(text) {
		switch {
		case strings.TrimSpace(line) == "":
			blank = true
			continue
		case blank && (len(out) == 0 || !listItem.MatchString(line)):
			out = append(out, line)
		default:
			out[len(out)-1] += line
		}
		blank = false
	}
	return out
}

// noVersionCC is a licence of Creative Commons named without its version.
var noVersionCC = lazy.New(`(?i)\bcc[ -]by(?:[ -](?:nc|sa|nd))*\b`)

// notOfThis are words of headings under which others' licences stand.
var notOfThis = []string{"common", "third", "3rd", "depend", "activat", "compar", "key"}

// headingWords are what the headings of the part of a README that speaks of
// the licence hold, in the languages that READMEs are written in.
var headingWords = []string{"licen", "lizenz", "copying", "лиценз", "许可", "授權", "授权", "رخصة", "ترخيص", "ライセンス", "라이선스", "lisensi"}

// licencePart is the part of a README under a heading that speaks of the
// licence, and the line that it begins in; "" where there is none.
func licencePart(text string) (part string, line int) {
	const longest = 3000
	n, from, in := 0, 0, false
	var b strings.Builder
	last := ""
	for l := range strings.Lines(text) {
		n++
		trimmed := strings.TrimSpace(l)
		heading := strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "==") && len(strings.Trim(trimmed, "= ")) > 0
		title := trimmed
		if underline(trimmed) && last != "" && !heading { // the line above was one
			heading, title = true, last
		}
		if heading {
			lower := strings.ToLower(title)
			speaks := false
			for _, w := range headingWords {
				speaks = speaks || strings.Contains(lower, w)
			}
			for _, w := range notOfThis {
				speaks = speaks && !strings.Contains(lower, w)
			}
			if in && !speaks && !underline(trimmed) {
				break
			}
			if speaks && !in {
				in, from = true, n
				b.WriteString(title + "\n")
			}
		} else if in && b.Len() < longest {
			b.WriteString(l)
		}
		last = trimmed
	}
	return b.String(), from
}

func underline(s string) bool {
	return len(s) >= 3 && (strings.Trim(s, "=") == "" || strings.Trim(s, "-") == "" || strings.Trim(s, "~") == "")
}
