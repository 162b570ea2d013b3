package check

import (
	"slices"
	"strings"

	"stoa/internal/lazy"
)

// naming is a licence that prose puts the good under, open or not, and where
// it does, in plain words.
type naming struct {
	expression
	closed *closed
	at     int
}

// Words before the name of a licence by which a sentence does not put the good
// under it: near is looked for among the last ones alone. All are plain words.
var (
	notNear = lazy.New(`\b(?:not|never|nor|no longer|cannot|\pL+n t|instead of|rather than|unlike|similar to|equivalent to|compatible with|incompatible with|convert\pL*|becom\pL+|changes? to|change licen[cs]e|switch\pL* to|switch\pL* from|moved from|transition\pL*|used to be|conflicts?|make sure|remember|look for|recommend\pL*|prefer\pL*|consider|such as|for example|if you use|if you are using)\b`)
	notEver = lazy.New(`\b(?:why|formerly|previously|originally|until|prior to|(?:older|earlier|prior|previous|future) (?:versions?|releases?)|versions? (?:before|prior|up to|older)|change date)\b`)
	ofOther = lazy.New(`\b(?:except(?:ions?)?|excluding|apart from|based on|derived from|adapted from|taken from|borrowed from|copied from|ported from|(?:code|codes|files|material|snippets|assets) (?:from|by)|(?:work|software|data) from|fork(?:ed)? (?:of|from)|modified (?:version|from)|` +
		`(?:some|certain|several|few|many|other|individual) (?:of )?(?:the |our |its )?(?:\pL+ ){0,2}(?:components?|parts?|portions?|files?|code|modules?|sections?|packages?|scripts?|folders?|directories|subdirectories|pieces|tools|plugins|extensions)|portions?|third party|3rd party|dependenc\pL+ (?:is|are|have|has|used|under|may|which|that|licen\pL+)|interfaces|inspired|` +
		`includes? (?:\pL+ ){0,2}(?:code|work|software|files|copy|parts|components|libraries)|bundle[sd]?|upstream|vendored|thanks to|(?:subdirectory|subdirectories|subfolders?) (?:\pL+ ){0,6}additionally|` +
		`(?:uses|using|built (?:on|with|using)|powered by|relies on|depends on|requires|made with|made possible by) (?:[\pL\d]+ ){1,8}(?:which|that|licensed|released|distributed|is|are|under))\b`)
	inTime = lazy.New(`^(?:licen[cs]e )?(?:(?:after|in|within|from|upon) (?:\pL+ |\d+ ){0,4}(?:years?|months?|change date)|(?:until|up to|before|prior to)|for (?:all )?(?:older|earlier|prior|previous|versions?|releases?))\b`)

	// ofFrame begins what the front page says that a framework starts every work with.
	ofFrame = lazy.New(`^(?:the )?(?:nest|laravel|lumen|codeigniter(?: \d)?|symfony|slim|yii|cakephp|strapi|ionic|expo|next js|nuxt|docusaurus|create react app|react native|vite|adonisjs|feathers|jhipster|spring boot|django|flask)(?: php)?(?: framework)? (?:is|are)\b`)
	// ridesOn is behind a name to which something is added.
	ridesOn = lazy.New(`^(?:licen[cs]e )?(?:with|plus|and|subject to) (?:(?:an?|the|some|our|these) )?(?:\pL+ ){0,3}(?:riders?|(?:additional|further|extra|special) (?:terms|restrictions|conditions|clauses?)|restrictions|modifications)\b`)

	// puts are words by one of which a long sentence puts the good under a licence: others speak of licences themselves.
	puts = lazy.New(`(?i)licen|lizenz|лиценз|许可|許可|授權|授权|协议|協議|رخصة|ترخيص|مجوز|ライセンス|라이선스|lisensi|\b(?:released|available|distributed|published|provided|shared|offered|under|unter|sous|bajo|sob|terms|dedicated|waived?|copyright(?:ed)?|covered|governed)\b`)
)

// shortSentence is how many words a sentence has at most that may be no more than
// a name.
const shortSentence = 10

// nearby is how many words before a name are near it.
const nearby = 9

// grants says whether a sentence puts the good under what it names: before and
// after are what stands about the name.
func grants(before, after string) bool {
	words, behind := plain([]byte(before)), strings.TrimSpace(plain([]byte(after)))
	last := strings.Fields(words)
	last = last[max(0, len(last)-nearby):]
	return !notNear.MatchString(strings.Join(last, " ")) && !notEver.MatchString(words) && !ofOther.MatchString(words) && !ofFrame.MatchString(strings.TrimSpace(words)) &&
		!inTime.MatchString(behind) && !ridesOn.MatchString(behind)
}

// sentenceEnd is where a sentence ends, or a line of a list or table begins.
var sentenceEnd = lazy.New(`[.!?。][)\]"']*\s+|\n\s*(?:[-*+•|]|\d+[.)])\s|\n\s*\n`)

// sentences are the parts of a text that say one thing each. A small letter or
// a number goes on with what was said: "v. 3", "Inc. and".
func sentences(text string) (out []string) {
	from := 0
	for _, m := range sentenceEnd.FindAllStringIndex(text, -1) {
		if c := text[m[1]:]; text[m[0]] == '.' && c != "" && (c[0] >= 'a' && c[0] <= 'z' || c[0] >= '0' && c[0] <= '9') {
			continue
		}
		out, from = append(out, text[from:m[1]]), m[1]
	}
	return append(out, text[from:])
}

// namings are the licences that prose puts the good under, in their order, each
// once. others says whether it names one that it does not put the good under.
func namings(text string) (all []naming, others bool) {
	base := 0
	for _, s := range sentences(text) {
		speaks := len(strings.Fields(s)) <= shortSentence || puts.MatchString(s)
		for _, f := range spokenIn(s) {
			switch {
			case !speaks || !grants(s[:f.at], s[f.end:]):
				others = true
			case !slices.ContainsFunc(all, func(n naming) bool { return n.closed == nil && family(n.spdx) == family(f.spdx) }):
				all = append(all, naming{expression: f.expression, at: base + len(plain([]byte(s[:f.at])))})
			}
		}
		words := plain([]byte(s))
		if c, at := closedAt(words); c != nil {
			if grants(words[:at], "") {
				all = append(all, naming{closed: c, at: base + at})
			} else {
				others = true
			}
		}
		base += len(words)
	}
	slices.SortStableFunc(all, func(a, b naming) int { return a.at - b.at })
	return all, others
}

// opened are those of namings that are open.
func opened(all []naming) (out []expression) {
	for _, n := range all {
		if n.closed == nil {
			out = append(out, n.expression)
		}
	}
	return out
}
