package check

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"stoa/internal/lazy"
)

//go:embed data/closed.tsv
var closedTSV string

//go:embed data/titles.tsv
var titlesTSV string

// closed is a licence that is taken for open and is not.
type closed struct {
	id, name string
	why      string // "delay", "service", "use", "commercial" or "rights"
	names    []string
	texts    [][]string // one of these, of which all phrases stand in a text
	alone    bool       // in a text that holds no open licence: others carry such words beside
}

// title is a licence by how its text begins.
type title struct {
	id      string
	phrases []string
}

var closedLicences = sync.OnceValue(func() []closed {
	var out []closed
	for f := range rows(closedTSV, 5) {
		c := closed{id: f[0], name: f[1], why: f[2], names: strings.Split(f[3], "|")}
		f[4], c.alone = strings.CutPrefix(f[4], "!")
		for text := range strings.SplitSeq(f[4], "|") {
			c.texts = append(c.texts, strings.Split(text, "&"))
		}
		out = append(out, c)
	}
	return out
})

var titles = sync.OnceValue(func() []title {
	var out []title
	for f := range rows(titlesTSV, 2) {
		out = append(out, title{f[0], strings.Split(f[1], "|")})
	}
	return out
})

// rows goes through the rows of a table that have these many columns.
func rows(table string, columns int) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(table) {
			f := strings.Split(strings.TrimRight(line, "\n"), "\t")
			if len(f) == columns && !strings.HasPrefix(line, "#") && !yield(f) {
				return
			}
		}
	}
}

// closedText finds the first of them that a text, in plain words, is or holds;
// alone: one that holds no open licence.
func closedText(words string, alone bool) *closed {
	list := closedLicences()
	for i := range list {
		if list[i].alone && !alone {
			continue
		}
		for _, phrases := range list[i].texts {
			if containsAll(words, phrases) {
				return &list[i]
			}
		}
	}
	return nil
}

func containsAll(words string, phrases []string) bool {
	for _, p := range phrases {
		if !strings.Contains(words, p) {
			return false
		}
	}
	return true
}

// spokenLength is how long a name is at least that means no other thing in prose.
const spokenLength = 13

// plainlyClosed are shorter names that mean no other thing.
var plainlyClosed = []string{"sspl", "sspl v1", "sspl 1 0", "ssplv1", "busl", "busl 1 1", "busl1 1", "bsl 1 1", "bsl1 1", "elv2", "fsl 1 1", "rsalv2"}

// closedSpoken finds the one that prose, in plain words, names first.
func closedSpoken(words string) *closed {
	c, _ := closedAt(words)
	return c
}

// closedAt is closedSpoken, and where in the words it is named.
func closedAt(words string) (found *closed, at int) {
	at = len(words)
	list := closedLicences()
	for i := range list {
		for _, n := range list[i].names {
			if len(n) < spokenLength && !slices.Contains(plainlyClosed, n) || list[i].why == "rights" {
				continue
			}
			if j := wordsAt(words, n); j >= 0 && j < at {
				found, at = &list[i], j
			}
		}
	}
	return found, at
}

// putsUnder are words behind which stands what a file is put under.
var putsUnder = []string{"licensed under", "governed by", "distributed under", "released under", "available under", "under the terms of", "accordance with the terms of", "according to the terms of"}

// closedPut finds the one that a head of a file puts the file under.
func closedPut(head []byte) *closed {
	const near = 40 // bytes, in plain words
	words := plain(head)
	for _, p := range putsUnder {
		if i := wordsAt(words, p); i >= 0 {
			rest := words[i+len(p):]
			if c, at := closedAt(rest); at <= near {
				return c
			}
		}
	}
	return nil
}

// choosable says whether words let one choose among licences: what is not open
// need not be chosen. Which version of one may be chosen is another matter.
func choosable(words string) bool {
	for _, m := range yourChoice.FindAllStringIndex(words, -1) {
		if !ofVersions.MatchString(words[m[1]:]) {
			return true
		}
	}
	return false
}

var (
	yourChoice = lazy.New(`\byour (?:choice|election|option|discretion)\b`)
	ofVersions = lazy.New(`^ (?:to )?(?:use )?(?:any|or) (?:later|newer|other version)`)
)

// ofPart says whether a text names the one that is not open behind words that
// part the work, or long after it has begun as something else.
func ofPart(words string, c *closed) bool {
	if c.id == "LicenseRef-Commons-Clause" { // it stands beside another, and takes from it
		return false
	}
	at := -1
	for _, phrases := range slices.Concat(c.texts, [][]string{c.names}) {
		for _, p := range phrases {
			if i := strings.Index(words, p); i >= 0 && len(p) >= spokenLength && (at < 0 || i < at) {
				at = i
			}
		}
	}
	const late = 4000 // bytes
	return at > late && titled(words) != "" || at > 0 && parted.MatchString(words[max(0, at-late):at])
}

// parted are words by which a text tells that licences are of parts.
var parted = lazy.New(`\b(?:variously|portions of th(?:is|e)|(?:sub)?director(?:y|ies)|(?:sub)?folders?|source code files that|files (?:in|under|within)|packages? (?:in|under)|contents? of (?:the|this)|unless otherwise|unless (?:specified|noted|stated)|enterprise (?:features|edition|modules?)|the following exceptions?)\b`)

// commentMarks are what lines of a comment begin with.
const commentMarks = " \t/*#;%!-<>'\"|"

// limited is a licence of its own name that holds uses back.
var limited = lazy.New(`^(?:the )?(?:[\pL\d]+ ){1,5}?(?:non commercial|noncommercial|source available) (?:use )?(?:[\pL\d]+ ){0,2}?licen[cs]e\b`)

// putUnder is the licence that the head of a file puts the file under by its
// name, which may be broken over lines of a comment; "" where none is known.
func putUnder(head []byte) string {
	const near = 60 // bytes
	var b strings.Builder
	for line := range strings.Lines(string(head)) {
		b.WriteString(strings.Trim(line, commentMarks+"\r\n") + " ")
	}
	text := b.String()
	lower := strings.ToLower(text)
	for _, p := range putsUnder {
		i := strings.Index(lower, p)
		if i < 0 || len(lower) != len(text) || !grants(text[max(0, i-200):i], "") {
			continue
		}
		rest := text[i+len(p):]
		if name := limited.FindString(strings.TrimSpace(plain([]byte(rest[:min(len(rest), 120)])))); name != "" {
			if strings.Contains(name, "source available") {
				return "LicenseRef-Source-Available"
			}
			return "LicenseRef-Non-Commercial"
		}
		if all := spokenIn(rest[:min(len(rest), 200)]); len(all) > 0 && all[0].at <= near {
			return all[0].spdx
		}
	}
	return ""
}

// wordsAt is where whole words stand in a text in plain words, or -1.
func wordsAt(text, words string) int {
	for from := 0; ; {
		i := strings.Index(text[from:], words)
		if i < 0 {
			return -1
		}
		i += from
		end := i + len(words)
		if (i == 0 || text[i-1] == ' ') && (end == len(text) || text[end] == ' ') {
			return i
		}
		from = end
	}
}

// closedID finds the one that is a licence of these, where one may choose no
// other.
func closedID(ids []string) *closed {
	if len(ids) != 1 {
		return nil
	}
	list := closedLicences()
	for i := range list {
		if list[i].id == ids[0] {
			return &list[i]
		}
	}
	return nil
}

// closedName finds the one that a declaration names.
func closedName(declared string) *closed {
	words := strings.TrimPrefix(strings.TrimSpace(plain([]byte(declared))), "licenseref ")
	list := closedLicences()
	for i := range list {
		c := &list[i]
		if strings.EqualFold(declared, c.id) {
			return c
		}
		for _, n := range c.names {
			if n == words || strings.HasSuffix(words, " "+n) && len(n) > 12 && !strings.HasPrefix(words, "copyright") {
				return c
			}
		}
	}
	return nil
}

// titled is the licence that a text, in plain words, begins as, or "".
func titled(words string) string {
	const begins = 400
	words = words[:min(len(words), begins)]
	best, at := "", len(words)
	for _, t := range titles() {
		for _, p := range t.phrases {
			if i := strings.Index(words, p); i >= 0 && i < at {
				best, at = t.id, i
			}
		}
	}
	return best
}
