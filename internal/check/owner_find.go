package check

import (
	"bytes"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"stoa/internal/check/declared"
	"stoa/internal/check/prose"
	"stoa/internal/finding"
	"stoa/internal/lazy"
)

// governs says whether a text among those for readers is about who decides, by
// its name or that of its folder.
func governs(e *Entry) bool {
	const mostBefore = 12 // letters: "project" or "community", and not "ofpromocodesand"
	shelved, working := place(e)
	if !shelved || working || !prose.Known(e.Ext) || e.Depth > 4 {
		return false
	}
	bare := stem(strings.TrimSuffix(e.Name, e.Ext))
	folder := stem(strings.ToLower(path.Base(path.Dir(e.Path))))
	return slices.ContainsFunc([]string{"governance", "gouvernance", "gobernanza", "governança"}, func(w string) bool {
		return strings.HasSuffix(bare, w) && len(bare) <= len(w)+mostBefore || strings.HasPrefix(bare, w) || folder == w
	})
}

// keepers are how the heading is called under which a front page names those
// who look after the whole.
var keepers = []string{"maintainer", "maintainers", "project maintainers", "current maintainers", "governance", "project governance", "core team", "steering committee", "technical committee", "mainteneurs", "gouvernance", "mantenedores", "gobernanza", "mantenedores do projeto", "сопровождающие", "управление проектом", "维护者", "治理", "المشرفون", "الحوكمة"}

// rules are how the heading is called under which a guide for contributors says
// who decides.
var rules = []string{"governance", "project governance", "governance model", "decision making", "decision making process", "gouvernance", "gobernanza", "governança", "управление проектом", "治理", "الحوكمة"}

// keeping is in headings, and toldWho in running text, where who decides is told
// in other words: then it is not said that nobody tells it.
var (
	keeping = lazy.New(`\b(?:maintainers?|governance|steering|committees?|core team|decision making|leadership|project leads?|board|council|stewards?)\b`)
	toldWho = lazy.New(`(?i)\bgovernance (?:model|structure|document|process|board|body|page)|governance\.(?:md|html)|/governance\b|\b(?:steering|technical|governing) (?:committee|council|group|board)|maintainers\.(?:md|txt)|codeowners|benevolent dictator|\b(?:project|lead|current|core|main) maintainers?\b|\bmaintained by\b[^.\n]{0,40}@|decisions? (?:are|is) (?:made|taken)`)
)

// ruling says whether a heading of such a guide is called so, also after the
// project's name.
func ruling(words string) bool {
	return slices.ContainsFunc(rules, func(r string) bool { return words == r }) || strings.HasSuffix(words, " governance") || strings.HasSuffix(words, " governance model")
}

// moreOfName is what follows an account's name where it begins that of a good.
var moreOfName = lazy.New(`^ (?:\p{Lu}[\pL\d]*)`)

// longerName is a capital word before a name.
var longerName = lazy.New(`\p{Lu}[\pL\d]+ $`)

// spell takes how the front page writes the name of the account to which the
// repository belongs, if it writes it as a name.
func (o *owner) spell(f *File) {
	var letters []string
	for _, r := range o.account {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters = append(letters, regexp.QuoteMeta(string(r)))
		}
	}
	if len(letters) < 4 || o.spelt.name != "" {
		return
	}
	re, err := regexp.Compile(`(?i)(?:^|[^\pL\pN/.@:_-])(` + strings.Join(letters, `[ -]?`) + `)(?:$|[^\pL\pN/@:_-])`)
	if err != nil {
		return
	}
	for _, at := range re.FindAllSubmatchIndex(f.Text, 20) {
		// As a part of a longer name it is somebody else's, as of an address.
		name := string(f.Text[at[2]:at[3]])
		if strings.Contains(name, " ") && strings.ToUpper(name) == name && strings.ToUpper(o.account) != o.account || moreOfName.Match(f.Text[at[3]:]) {
			continue // a picture that shouts, or the name of one of several goods
		}
		if strings.ToLower(name) != name && !bytes.HasPrefix(f.Text[at[3]:], []byte(".")) && !longerName.Match(bytes.TrimSuffix(f.Text[max(0, at[2]-30):at[2]], []byte("The "))) {
			line := f.Line(at[2])
			o.spelt = namedOwner{name: name, at: f.At(line)}
			if said := strings.ToLower(lineAt(f.Text, line)); making.MatchString(said) || (said[0] == '-' || said[0] == '*') && strings.Contains(said, "/"+strings.ToLower(o.account)+")") {
				o.spelt.form = madeBy
			}
			return
		}
	}
}

// madeBy is the form of an owner of whom a line says who made the good, and making
// is in such a line: a heading or a sentence on what it shows is no evidence.
const madeBy = "made-by"

var making = lazy.New(`(?i)\b(?:by|developed|maintained|authors?|autor\w*|copyright|created|team|owned|property|funded|desarrollad[oa]|desenvolvid[oa]|sviluppat[oa]|développée?|entwickelt|herausgeber|propriété|propiedad|ontwikkeld)(?:$|[^\pL])|©|\(c\)`)

// publisher is the account to which the repository belongs, by the name that
// the front page gives it: the name under which its makers act together where
// none says whose it is.
func (o *owner) publisher(t *Target) finding.Finding {
	f := say("owner.organisation", finding.Met, finding.Medium, finding.Say("check.owner.organisation.account", "Account", o.account, "File", o.spelt.at.Path, "Name", o.spelt.name))
	f.Values, f.Evidence = []string{o.spelt.name}, []finding.Evidence{o.spelt.at}
	if u, err := url.Parse(t.URL); err == nil && isForge(u) {
		u.Path, u.RawQuery, u.Fragment = "/"+o.account, "", ""
		f.Evidence = []finding.Evidence{{URL: u.String()}}
		if o.spelt.form == madeBy {
			f.Evidence = append(f.Evidence, o.spelt.at)
		}
	}
	return f
}

// signsOff are names of files by which contributors say where a change is from:
// they give nothing away.
var signsOff = lazy.New(`^(?:dco|developer)`)

// terms are words in which a guide for contributors asks for an agreement.
var terms = []string{"contributor license agreement", "contributor licence agreement", "developer certificate of origin", "signed-off-by"}

var (
	// agreement is in the name of a file that is one.
	agreement = lazy.New(`contribut(?:or|ion)s?[-_ ]?(?:licen[sc]e|licensing|assignment)?[-_ ]?agreement|contributor[-_]terms`)
	// agreed is how a guide asks for one in other words, or by its short name.
	agreed = lazy.New(`(?i)\bcontribut(?:or|ion)s?['’]?s?\s+(?:licen[sc]e|licensing|assignment)\s+agreement|\bcla-assistant\.io|\beasycla\b|/agreements/cla\b|\bsign(?:ed|ing)?\s+(?:our|the|a|an|this)\s+\[?(?:\w+\s+){0,2}CLA\b|\bsign(?:ed)?[ -]?off\s+(?:on\s+)?(?:your|all|each|every)\s+commits?|\bgit commit (?:-\S+ )*(?:-s|--signoff)\b|\bdeveloper(?:s|'s|s')? certificate of origin`)
	// signing are those of them that a front page may show as an example, or on a badge.
	signing = lazy.New(`(?i)git commit|easycla|cla-assistant|agreements/cla`)
	// unasked is before one that nobody has to sign.
	unasked = lazy.New(`(?i)\b(?:no|not|don['’]t|doesn['’]t|without|never|instead of|rather than|nor)\b[^.\n]{0,60}$|\b(?:no|not|don['’]t|without)\b[^.\n]{0,60}\b(?:CLA|agreement|certificate)`)
)

// publishers takes those whom descriptions of data at the root name.
func (o *owner) publishers(t *Target) {
	for _, d := range t.Data {
		if name := strings.TrimSpace(d.Publisher); name != "" && !strings.Contains(d.Path, "/") && !declared.Known(strings.ToLower(d.Path)) {
			o.named = append(o.named, namedOwner{name, "datapackage", d.at(), slices.Index(ownerForms, "datapackage")})
		}
	}
}
