package check

import (
	"strings"
	"unicode"

	"stoa/internal/lazy"
)

var (
	// signsAgain are signs of copyright behind the first, and what is left of one in brackets.
	signsAgain = lazy.New(`(?i)^\s*(?:(?:©|\(c\)|\(©\)|\)|copyright\b)\s*)+`)
	// sinceThen is a year with how long it goes on, in words; oddYear one in other forms.
	sinceThen = lazy.New(`(?i)^\s*((?:19|20)\d\d)[\s–—-]*(?:(?:till date|to date|till now|until now|until today|to present|to now|to today|onwards?|current|and onwards?|and later|and beyond|ongoing)\b|∞)[\s,]*`)
	oddYear   = lazy.New(`^\s*(?:M{1,3}[CDXLVI]{2,}|['’]\d\d)[\s,]+`)
	// partsTold begins what a line goes on to tell of others, of a part, or of how the work
	// may be used, behind the name.
	partsTold = lazy.New(`(?i)(?:[.,;]\s*|\s+|\()(?:portions?\b|(?:unless|except|excluding|where)\s+(?:otherwise|for|where|as|noted|stated|the|in)\b)` +
		`|\s*\(in countries\b|[.;]\s+(?:some|code|documentation|content|theme|template|designed|based|original|modified|modifications|contact|e-?mail|visit|please|released|available|published|powered|proudly|version|last (?:updated|modified)|creative commons|cc[ -]?by|produced|no rights|source code|website|web ?site)\b` +
		`|[.,;|]\s+(?:licen[sc]ed|released|distributed|some rights|based on|derived from|adapted from|v(?:ersion)?\.?\s?\d|tel\.|phone|contact)` +
		`|\s+revision\s+[\da-f]{4,}|\s+[-–—•|]\s+(?:made|built|powered|designed|developed|hosted|proudly|created|crafted|licen[sc]ed|(?:the )?(?:mit|bsd|apache|isc|mpl|a?gpl|lgpl|cc)\b)|\s*[:–—-]\s+an?\s` +
		`|\s*\((?:the )?(?:mit|bsd|apache|isc|mpl|a?gpl|lgpl|cc)(?:[ -][^)]*)?\)|[.,;|]?\s+(?:a|l)?gpl\s?v?\d|[.,;|]\s+(?:the )?(?:mit|bsd|apache|isc|mpl)[ -](?:[\d.]+ )?licen[sc]e` +
		`|,\s+an?\s+(?:[\pL-]+\s+){0,3}(?:project|company|initiative|program(?:me)?|division|subsidiary|unit|service)\b|,\s+(?:for|on behalf of)\s+the\b`)
	// alsoSince is where a line goes on with another holder, and since when.
	alsoSince = lazy.New(`(?i)(?:\s*[,;/&+]\s*(?:and\s+)?|\s+and\s+)(?:\(c\)\s*|©\s*)?(?:19|20)\d\d(?:\s*[-–—]\s*(?:(?:19|20)?\d\d|present|now)?|\+)?[\s,]+\pL`)
	// sentenceOn begins a sentence, or a part of one, and no name: names have capitals.
	sentenceOn = lazy.New(`^(?:in|for|on|at|if|when|as|to|with|under|per|via|not|no|is|are|was|it|its|we|our|my|such|same|any|each|every|either|both|but|so|than|then|can|may|shall|will|would|should|must)\s`)
	// usedWhere is what a bracket behind a name tells of where it is used.
	usedWhere = lazy.New(`(?i)\s*\((?:internal|private|public|official|open source|oss)[^)]*\)$`)
	yearAtEnd = lazy.New(`\s*[\[(](?:19|20)\d\d[^\])]*[\])]\s*$`)
	// ofThings is before a mark where it is of a part, or of what others made.
	ofThings = lazy.New(`(?i)\b(?:portions?|parts?|some|certain|themes?|templates?|logos?|icons?|photos?|images?|pictures?|fonts?|artwork|samples?|examples?|snippets?|modifications?|bundled|embedded|third[- ]party|includes?|contains?|uses|using|from)\b`)
	// bundles is how a file with a licence begins to tell of others' parts.
	bundles = lazy.New(`(?i)^\W*(?:this (?:product|project|software|repository|program|distribution|package|library|repo) (?:also |further )?(?:(?:bundles|incorporates)\b|(?:includes|contains)\b.{0,80}\b(?:third|from|developed|components|libraries|dependencies|packages)\b)|the following (?:third|components|libraries|licen[sc]es? appl)|third[- ]party\b|3rd[- ]party\b|(?:licen[sc]es? (?:for|of) )?(?:bundled|included|vendored) (?:third|components|libraries|dependencies|software|code)|subcomponents\b)`)
	// travellers are makers whose lines stand in many trees of others: of programs that are
	// copied, of templates, of tools that say so when they start, and of papers.
	travellers = lazy.New(`(?i)^(?:the\s+)?(?:google|facebook|meta platforms|microsoft|open ?ai\b|hugging ?face|nvidia|android open source|open-?mmlab|apache software foundation|jetbrains|w3c|world wide web consortium|oracle|free software foundation|sun microsystems|apple inc|amazon\.com|intel corp|twitter|adobe|mozilla|eleutherai|salesforce|deepmind|tensorflow|pytorch|jquery|js foundation|openjs|bootstrap|start ?bootstrap|blackrock digital|creative tim|html5 ?up|templatemo|colorlib|taylor otwell|fabien potencier|drifty|ionic\b|ieee|elsevier|springer|acm\b|association for computing|python software foundation|hashicorp|docker|red hat|canonical|the qt company|digia|wenet|mobvoi|fundamental ai)\b`)
	// begunWithTheirs are makers of what trees are begun with, whose terms lie at the root
	// of them.
	begunWithTheirs = lazy.New(`(?i)^(?:the\s+)?(?:android open source|free software foundation|start ?bootstrap|blackrock digital|creative tim|html5 ?up|templatemo|colorlib|taylor otwell)\b`)
)

// withoutTold is a holder, as it stands behind the mark, without what a line tells
// behind the name and without signs and years in odd forms before it.
func withoutTold(s string) string {
	s = strings.NewReplacer("\ufe0f", "", "\u200b", "").Replace(s)
	s = oddYear.ReplaceAllString(sinceThen.ReplaceAllString(signsAgain.ReplaceAllString(s, ""), "$1 "), "")
	if at := partsTold.FindStringIndex(s); at != nil && at[0] > 2 {
		s = s[:at[0]]
	}
	if at := alsoSince.FindStringIndex(s); at != nil && onlyLetters.MatchString(strings.TrimSpace(s[:at[0]])) {
		s = s[:at[0]]
	}
	return yearAtEnd.ReplaceAllString(s, "")
}

// withoutPictures is a name without the little pictures about it.
func withoutPictures(s string) string {
	const arrows = 0x2190 // from here on signs are no part of a name
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r >= arrows && (unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || r == 0x200d)
	})
}

// ofPartAlone says whether a line tells before its mark that it is of a part.
func ofPartAlone(line string) bool {
	at := markAt(line)
	return at > 0 && ofThings.MatchString(line[:at])
}

// markAt is where the first mark of copyright in a line is; -1 if there is none.
func markAt(line string) int {
	first := -1
	for _, m := range copyrightMarks {
		if at := strings.Index(line, string(m)); at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	return first
}
