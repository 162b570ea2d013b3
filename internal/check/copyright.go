package check

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"stoa/internal/lazy"
)

// copyrightLine is one statement of who holds the copyright.
type copyrightLine struct {
	holder string
	blank  bool // a form that nobody filled in
	line   int
}

var (
	copyrightMarks = [][]byte{[]byte("opyright"), []byte("OPYRIGHT"), []byte("©"), []byte("(c) "), []byte("(C) ")}

	// A statement has a sign or a year: prose about copyright has neither.
	copyrightTag  = lazy.New(`SPDX-(?:File|Snippet)CopyrightText:\s*(.+)`)
	copyrightSign = lazy.New(`(?i)(?:copyright\s*:?\s*(?:\(c\)|©|&copy;)|(?:\(c\)|©|&copy;)\s*(?:copyright)?)[\s,:]*(?:by\s+)?(.+)`)
	copyrightYear = lazy.New(`(?i)\bcopyright[\s,:]+((?:19|20)\d\d.+)`)

	years       = lazy.New(`(?i)^(?:(?:19|20)\d\d(?:[-–—/]\d\d\b)?|present|now|today|[-–—,;:\s]|and\b)+`)
	yearsAfter  = lazy.New(`(?i)[\s,]+(?:\(?(?:19|20)\d\d(?:\s*[-–—]\s*(?:(?:19|20)\d\d|present))?\)?[\s,]*)+$`)
	reserved    = lazy.New(`(?i)[\s.,;(-]*\b(?:all rights? reserved|todos os direitos|todos los derechos|tous droits|tutti i diritti|alle rechte|licensed under|released under|distributed under|under the|see (?:the )?(?:license|authors|contributors)|use of\b|this (?:file|program|software|work|project)|permission is).*$`)
	contacts    = lazy.New(`(?i)\s*(?:<[^>]*>|\([^)]*(?:@|https?:|www\.|\pL\.(?:com|org|net|io|dev|ca|de|fr|eu|uk|gov|edu)\b)[^)]*\)|\[[^\]]*\]\([^)]*\)|https?://\S+|\S+@\S+)\s*`)
	markdownRef = lazy.New(`\[([^\]]+)\]\([^)]*\)`)
	// What stands about a name: since when, with what claims, what is said of it, where it is.
	sinceYear  = lazy.New(`(?i)^(?:(?:since|from|as of)\s+)?(?:(?:19|20)\d\d(?:[-–—/]\d\d\b)?)?\s*[-–—,+]*\s*(?:\+\s*,?|present\b)?\s*`)
	patents    = lazy.New(`(?i)[\s.,;]*(?:(?:19|20)\d\d)?[\s.,;]*\bpatents?[- ]pending.*$`)
	toldOfIt   = lazy.New(`(?:,\s*(?:is|are|see|which|who|and is|and are|licensed|released|made|distributed|provided)|\.\s+(?:It|This|They|The|We|See|You|For)|\s+and (?:is|are)|\s+is)\b.*$|\s*[,(]?\s*(?:ABN|ACN|VAT)\s[\d ]+\)?$`)
	inPlace    = lazy.New(`(?:,\s+\p{Lu}[\pL.]+(?: \p{Lu}[\pL.]+)?){1,2},\s+(?:USA|U\.S\.A|United States|UK|Germany|France|Canada|India|Switzerland|Netherlands|The Netherlands|Australia|Japan|China|Spain|Italy|Kenya|Brazil|Austria|Belgium|Sweden|Norway|Denmark)\.?$`)
	unfilled   = lazy.New(`(?i)[\[<{]\s*(?:year|yyyy|name|owner|fullname|full name|copyright holders?|holders?|author|dates|your name|organization|project)|\[yyyy\]|<year>|name of (?:copyright owner|author)|your name here|copyright holder>`)
	toldAfter  = lazy.New(`(?i)(?:\s+located at\b|\s+and licensed\b|\.\s+[^.]+\s+(?:is|are)\s+(?:a\s+)?(?:registered\s+)?trademarks?\b).*$`)
	realYear   = lazy.New(`[<\[{]\s*((?:19|20)\d\d(?:\s*[-–]\s*(?:(?:19|20)\d\d|present))?)\s*[>\]}]\s*[<\[{]([^>\]}]+)[>\]}]`)
	commentEnd = lazy.New(`\s*(?:\*/|-->|#\}|\}\}|\*\)|"""|''')\s*$`)
	// mistyped is a year or a span of which one has a digit too many or too few;
	// afterDash is what is said of the work behind a dash; notHolder are words that
	// are in sentences about a work, and in no name.
	mistyped    = lazy.New(`^(?:\d{5}|\d{1,5}\s*[-–—/]\s*\d{1,5})(?:[\s,;:]+|$)`)
	afterDash   = lazy.New(`(?i)\s+[-–—|]+\s+(?:this|these|the (?:code|software|work|data|source|project)|all|licen[sc]e[ds]?|released|distributed|published|available|see|code|source|software|made|some|no|for|under|version)\b.*$`)
	notHolder   = lazy.New(`(?i)(?:^|[^\pL])(?:this|these|those|that|which|is|was|were|has|have|been|licen[sc]ed?|copyright(?:ed|s)?|permissions?|permitted|granted|warranty|redistribut\w+|your?|herein|above|below|following|unless|otherwise|portions? of|files?|reserved|terms|conditions|made by|written by|created by|modified|derived|based on|see)(?:[^\pL]|$)`)
	cutOff      = lazy.New(`(?:\.\s+All|,\s+(?:19|20)\d\d,?\s+and\b.*)$`) // what goes on in the next line
	onlyLetters = lazy.New(`\pL{2}`)
	ofLicence   = lazy.New(`(?i)free software foundation|european union|unione europea|union europ[ée]enne|europäische union|uni[óo]n europea|uni[ãa]o europe?ia|europese unie|unia europejska|creative commons corporation|open source initiative|sil international|the linux foundation and its contributors|unicode, inc|mariadb|mongodb, inc`)
)

// writing is what sort of text a statement stands in.
type writing struct{ licence, prose, front bool }

// begins says whether a statement begins its line.
func (in writing) begins() bool { return !in.prose || in.front }

// mayOpen says of a line as it stands whether it can be one of a statement: most
// lines that speak of copyright cannot, and what follows is dear.
func (in writing) mayOpen(line []byte) bool {
	return !in.begins() || bytes.IndexByte(line, '&') >= 0 || bytes.Contains(line, []byte("\u00a0")) || opens(string(line))
}

// copyrightLines are the statements of copyright in text. In a licence's own
// text, that of the licence is none of the work's. In what is no prose, and on a
// front page, a statement begins its line: elsewhere the words are part of a
// program, or of a sentence on what others hold. What was read before is kept.
func copyrightLines(text []byte, in writing, before map[statement]copyrightLine) []copyrightLine {
	if !marked(text) {
		return nil
	}
	var out []copyrightLine
	n := 0
	at := 0
	for line := range bytes.Lines(text) {
		n, at = n+1, at+len(line)
		if len(out) >= 50 {
			break
		}
		if in.prose && !in.licence && !in.front && !bytes.Contains(line, []byte("from this")) && inNotices().first(line, 1, nil) != 0 || in.licence && len(line) < 200 && bundles.Match(line) {
			break // from here on it is of what was taken over
		}
		if len(line) > 400 || !marked(line) || !in.mayOpen(line) {
			continue
		}
		if !in.licence && bytes.IndexByte(line, '[') >= 0 && !realYear.Match(line) { // in a licence it may be a form
			line = yearsSet.ReplaceAll(line, []byte("$1"))
		}
		known := statement{string(line), wholeLine(line, text[at:], in.prose), in}
		c, seen := before[known]
		if !seen {
			c = known.read()
		}
		if before != nil && len(before) < mostStatements {
			before[known] = c
		}
		if c.line = n; c.blank || c.holder != "" {
			out = append(out, c)
		}
	}
	return out
}

// statement is a line that may be one, and with what the next one has of it. Most
// files of a tree have the same.
type statement struct {
	line, whole string
	in          writing
}

// mostStatements is how many are kept.
const mostStatements = 1000

// read is what it states; nothing, where it is none.
func (s statement) read() (c copyrightLine) {
	holder, found := statedHolder(s.whole)
	if !found || !opens(s.whole) && (s.in.begins() || takenOver(s.whole) || ofPartAlone(s.whole)) {
		return c
	}
	if unfilled.MatchString(holder) || unfilled.MatchString(s.line) || formWords.MatchString(strings.TrimSpace(holder)) {
		return copyrightLine{blank: true}
	}
	if holder = cleanHolder(holder); holder != "" && !(s.in.licence && ofLicence.MatchString(holder)) && !ofTerms(s.whole, holder, s.in) {
		c.holder = holder
	}
	return c
}

// yearsSet are years in brackets, as those who fill in a form leave them.
var yearsSet = lazy.New(`\[((?:19|20)\d\d[\d –,-]*)\]`)

// signsOfComment stand before a line in programs.
const signsOfComment = " \t/*#;%!->"

// wholeLine is a line with what the next one has of its statement, where it ends
// within a name: after a word that none ends with, or, in running text, as a long
// line before a capital; and in programs where the next has no more than the rest
// of the name of a body. What HTML writes by names is written out.
func wholeLine(line, next []byte, prose bool) string {
	s := strings.TrimRight(strings.ReplaceAll(html.UnescapeString(string(line)), "\u00a0", " "), "\r\n ")
	next, _, _ = bytes.Cut(next[:min(len(next), 200)], []byte("\n"))
	bare := strings.TrimSpace(strings.TrimLeft(string(next), signsOfComment))
	goesOn := strings.HasPrefix(bare, "and ")
	first, _ := utf8.DecodeRuneInString(strings.TrimPrefix(bare, "and "))
	last, _ := utf8.DecodeLastRuneInString(s)
	const long = 55
	switch {
	case !unicode.IsUpper(first) || marked([]byte(bare)) || strings.Contains(bare[:min(len(bare), 40)], ":"):
		return s
	case betweenNames[lastWord(s)], goesOn && len(s) >= long && !strings.HasSuffix(s, "."):
	case len(s) < long || !unicode.IsLetter(last) || strings.HasSuffix(s, "All"):
		return s
	case prose && len(s) >= long+10 && unicode.IsLetter(rune(next[0])):
	case !ofBody.MatchString(bare) || len(strings.Fields(bare)) > 6:
		return s
	}
	if reserved.MatchString(" " + bare[:min(len(bare), 25)]) {
		return s
	}
	return s + " " + bare[:min(len(bare), 100)]
}

// betweenNames are words within names, with which none ends.
var betweenNames = byWord("of the and for by in to an der des de la le les du del da do dos das et und für von van zur zum förderung &")

func lastWord(s string) string {
	return strings.ToLower(s[strings.LastIndexAny(s, " \t")+1:])
}

var inNotices = sync.OnceValue(func() *seeker { return newSeeker(holds) })

// taken is how a text says that what follows was taken over from others.
var taken = lazy.New(`(?i)\b(?:derived from|based (?:up)?on|adapted from|taken from|forked from|fork of|borrowed from|copied from|ported from)\b`)

// holds is how a notice begins to tell of what is others'.
var holds = lazy.New(`(?i)\b(?:contains|includes|incorporates|bundles)\b[^.]*\b(?:code|software|files|material|libraries)\b|\bderived (?:code |work )?from\b`)

// takenOver says whether a line says so before its mark of copyright.
func takenOver(line string) bool {
	at := taken.FindStringIndex(line)
	return at != nil && !marked([]byte(line[:at[0]]))
}

// opens says whether a line begins with a statement of copyright, after the
// marks of a comment.
func opens(line string) bool {
	line = strings.TrimLeft(line, " \t/*#;%!-<>'.|@{:dnl")
	for _, mark := range []string{"copyright", "spdx-", "©", "(c)", "&copy;"} {
		if len(line) >= len(mark) && strings.EqualFold(line[:len(mark)], mark) {
			return true
		}
	}
	return false
}

func marked(text []byte) bool {
	for _, m := range copyrightMarks {
		if bytes.Contains(text, m) {
			return true
		}
	}
	return false
}

// signsOfStatement are what a statement has, one of them at least.
var signsOfStatement = []string{"19", "20", "©", "(c)", "(C)", "&", "CopyrightText"}

// statedHolder is what stands after the sign or the year.
func statedHolder(line string) (string, bool) {
	if !slices.ContainsFunc(signsOfStatement, func(sign string) bool { return strings.Contains(line, sign) }) {
		return "", false
	}
	if m := copyrightTag.FindStringSubmatch(line); m != nil {
		s := strings.TrimSpace(m[1])
		if again := copyrightSign.FindStringSubmatch(s); again != nil {
			s = again[1]
		}
		return s, true
	}
	if m := copyrightYear.FindStringSubmatch(line); m != nil {
		return m[1], true
	}
	m := copyrightSign.FindStringSubmatch(line)
	if m == nil {
		return "", false
	}
	// "(c)" alone also numbers the parts of a list: there has to be a year.
	said := strings.ToLower(m[0][:len(m[0])-len(m[1])])
	if !strings.Contains(said, "copy") && !strings.Contains(said, "©") && !years.MatchString(strings.TrimSpace(m[1])) {
		return "", false
	}
	return m[1], true
}

// cleanHolder takes away what is no part of the name.
func cleanHolder(s string) string {
	s = ofWork.ReplaceAllString(markdownRef.ReplaceAllString(s, "$1"), "")
	s = realYear.ReplaceAllString(s, "$1 $2") // a form whose brackets were kept
	s = withoutTold(toldAfter.ReplaceAllString(s, ""))
	s = commentEnd.ReplaceAllString(strings.TrimSpace(s), "")
	for before := ""; before != s; { // years stand in any order and number
		before = s
		s = strings.TrimLeft(sinceYear.ReplaceAllString(mistyped.ReplaceAllString(s, ""), ""), " ,;:.")
		s = withoutYears(s)
	}
	s = withoutTail(s)
	s = patents.ReplaceAllString(s, "")
	s = reserved.ReplaceAllString(s, "")
	s = cutOff.ReplaceAllString(s, "")
	s = strings.ReplaceAll(contacts.ReplaceAllString(s, " "), " ,", ",")
	s = years.ReplaceAllString(strings.TrimSpace(s), "")
	s = withoutYears(yearsAfter.ReplaceAllString(s, ""))
	s = toldOfIt.ReplaceAllString(strings.TrimSpace(s), "")
	s = afterDash.ReplaceAllString(s, "")
	s = strings.TrimPrefix(strings.TrimPrefix(s, "by "), "By ")
	s = strings.TrimPrefix(s, "(original work) ")
	if place := inPlace.FindString(s); place != "" && ofBody.MatchString(strings.TrimSuffix(s, place)) {
		s = strings.TrimSuffix(s, place)
	}
	account := strings.HasPrefix(strings.TrimSpace(s), "@") && strings.Contains(strings.Fields(s)[0], "/")
	s = strings.Trim(strings.Join(strings.Fields(s), " "), " .,;:*#/\\-–—_|\"'`<>“”@\ufe0f")
	s = withoutPictures(usedWhere.ReplaceAllString(s, ""))
	if account {
		s = "@" + s
	}
	s = strings.TrimRight(yearAtEnd.ReplaceAllString(s, ""), " ([<{") // an address that was taken away stood in it
	if strings.HasPrefix(s, ")") && !strings.Contains(s, "(") {
		s = strings.TrimSpace(s[1:])
	}
	longest := 100
	if strings.Contains(s, "represented by") {
		longest = 140 // a state, and the body that acts for it
	}
	if len(s) > longest || len(s) < 3 || !onlyLetters.MatchString(s) || strings.ContainsAny(s, "{}$=%^?\\\"`") {
		return ""
	}
	switch lower := strings.ToLower(s); lower {
	case "copyright", "and contributors", "contributors", "the author", "the authors", "authors", "holder", "holders", "license", "notice", "all", "and", "or", "the", "of", "as":
		return ""
	default:
		for _, p := range []string{"holder", "owner", "notice", "law", "and license", "statement", "or "} {
			if strings.HasPrefix(lower, p) {
				return ""
			}
		}
	}
	if namesNobody(s) || betweenNames[lastWord(s)] || sentenceOn.MatchString(s) {
		return "" // nobody, or cut within the name
	}
	if notHolder.MatchString(s) || strings.Count(s, "(") != strings.Count(s, ")") {
		return "" // a sentence, or half a bracket
	}
	return s
}

// ofWork is a remark before a name on which work that holder has.
var ofWork = lazy.New(`(?i)^\s*(?:(?:19|20)\d\d(?:[-–]\d{2,4})?\s*,?\s*)?\((?:original|initial|first|derived|update|modified) (?:works?|versions?|code|parts?)\)\s*`)

// legalForms are words of a holder's name that some leave out.
var legalForms = map[string]bool{"inc": true, "ltd": true, "llc": true, "gmbh": true, "the": true, "and": true, "contributors": true, "contributor": true, "authors": true, "others": true, "co": true, "corp": true, "corporation": true, "limited": true, "e": true, "v": true, "plc": true, "project": true}

// sameHolder folds a name so that its spellings meet.
func sameHolder(s string) string {
	var out []string
	for w := range strings.FieldsSeq(plain([]byte(s))) {
		if !legalForms[w] {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}
