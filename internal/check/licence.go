package check

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"

	"stoa/internal/check/declared"
	"stoa/internal/check/prose"
	"stoa/internal/finding"
)

// Limits of what one run looks at.
const (
	mostTexts   = 3000 // licence texts that are identified
	mostWindows = 2000 // different statements in the heads of files
	mostShown   = 5    // files named in one finding
)

// licence looks at licence texts, at what is declared, and at what files say
// of themselves.
type licence struct {
	matcher
	texts       []licenceText
	known       map[uint64]licenceText // by the hash of the text: trees hold the same again and again
	carried     map[string]*tally      // licences of others' work, by SPDX identifier
	closed      map[string]*tally      // and those that are not open, by name
	claims      []claim
	heads       map[string]*tally // licences that own files name in their heads, by expression
	prose       map[string]*tally // and those that heads put their files under in words of their own
	windows     map[uint64]string
	silent      int // own files that name none
	reuse       []claim
	unread      bool     // the front page has a part on the licence that names none that is known
	later       []string // licences of GNU, of which the front page says somewhere that later versions may be used
	front       []string // all that the front page names
	reserved    bool     // the front page says that some uses are held back
	frontClosed bool     // the front page names one that is not open
	translated  bool     // there is a front page of the plain name: others are translations of it
	lib         bool     // lib holds what a tool brought
	alone       bool     // it is one document: a text that is no licence is its own front page
	sealed      string   // a file of the root that is named as a licence and cannot be read
	spoken      string   // one that may speak of the licence without being named so
	someCC      string   // a licence of Creative Commons that it names without its version, and that holds uses back
	someAt      finding.Evidence
	pointed     []string // files that a manifest, or the part of the front page on the licence, names as its text
	headed      tally    // own files whose heads seem to hold the text itself
	seed        maphash.Seed
}

// claim is what a file declares.
type claim struct {
	expression
	raw    string
	known  bool    // raw could be read
	closed *closed // what raw names that is not open
	doubt  bool    // it may be of a part alone
	idle   bool    // a tool wrote it where nobody chose
	form   string  // of the file: "npm", "readme", …
	at     finding.Evidence
	depth  int
}

// tally counts files that say the same.
type tally struct {
	count int
	at    []finding.Evidence // the first few
}

func (t *tally) add(f *File, line int) {
	t.count++
	if len(t.at) < mostShown {
		t.at = append(t.at, f.At(line))
	}
}

func count(m map[string]*tally, key string, f *File, line int) {
	if m[key] == nil {
		m[key] = &tally{}
	}
	m[key].add(f, line)
}

func newLicence(t *Target) Probe {
	l := &licence{known: map[uint64]licenceText{}, carried: map[string]*tally{}, closed: map[string]*tally{},
		heads: map[string]*tally{}, prose: map[string]*tally{}, windows: map[uint64]string{}, seed: maphash.MakeSeed(), alone: t.Alone}
	for _, e := range t.Entries {
		if e.Depth == 0 {
			l.translated = l.translated || plainReadme(&e)
			l.lib = l.lib || e.Name == "foundry.toml"
		}
	}
	return l
}

// plainReadme says whether a file is a front page, and by its name no translation
// of one.
func plainReadme(e *Entry) bool {
	return isReadme(e) && strings.TrimSuffix(e.Name, e.Ext) == "readme"
}

// foreign says whether a file is somebody else's: lib is where a tool for
// contracts puts what it fetches.
func (l *licence) foreign(e *Entry) bool {
	return e.Vendored || inContrib(e.Path) || l.lib && (strings.HasPrefix(e.Path, "lib/") || strings.Contains(e.Path, "/lib/"))
}

// frontPage says whether a file is the front page of the whole.
func (l *licence) frontPage(e *Entry) bool {
	if _, like := licenceLike(e); l.alone && !like && prose.Known(e.Ext) {
		return true
	}
	return e.Depth == 0 && isReadme(e) && (plainReadme(e) || !l.translated)
}

// See implements Probe.
func (l *licence) See(f *File) {
	if f.Binary {
		if f = l.decoded(f); f == nil {
			return
		}
	}
	rank, like := licenceLike(&f.Entry)
	switch {
	case like:
		l.seeText(f, rank)
	case f.Name == "reuse.toml" || f.Path == ".reuse/dep5":
		l.reuse = append(l.reuse, readReuse(f)...)
	case l.frontPage(&f.Entry):
		l.seeReadme(f)
	case otherReadme(&f.Entry), frontElsewhere(&f.Entry):
		if l.spoken == "" && wholeText.Match(f.Text) {
			l.spoken = f.Path
		}
	case maybeLicence(&f.Entry):
		l.seeMaybe(f)
	default:
		if declared.Known(f.Name) && f.Depth <= 3 {
			l.seeManifest(f)
		}
		l.seeHead(f)
	}
}

// seeText identifies a licence text.
func (l *licence) seeText(f *File, rank int) {
	hash := maphash.Bytes(l.seed, f.Text)
	t, seen := l.known[hash]
	if !seen {
		if len(l.known) >= mostTexts {
			return
		}
		t = l.identify(f.Text)
		l.known[hash] = t
	}
	if l.foreign(&f.Entry) || fixture(&f.Entry) || othersList(f) {
		for _, id := range t.ids {
			count(l.carried, current(id), f, 0)
		}
		if t.closed != nil && !fixture(&f.Entry) {
			count(l.closed, t.closed.name, f, 0)
		}
		return
	}
	if t.named || t.short {
		l.point(f.Path, string(f.Text[:min(len(f.Text), HeadSize)]), toName)
	}
	t.path, t.rank, t.sha, t.part = f.Path, rank, f.SHA256(), partOf(f.Name)
	l.texts = append(l.texts, t)
}

// seeMaybe takes a file for a licence's if its text is one.
func (l *licence) seeMaybe(f *File) {
	if othersList(f) {
		return
	}
	t := l.identify(f.Text)
	if len(t.ids) > 0 && !t.named && t.percent > 60 {
		t.path, t.rank, t.sha = f.Path, 25, f.SHA256()
		l.texts = append(l.texts, t)
	} else if l.spoken == "" && (bytes.Contains(f.Text, licenMark) || bytes.Contains(f.Text, []byte("ICEN")) || slices.ContainsFunc(hintParts, func(n string) bool { return bytes.Contains(f.Text, []byte(n)) }) || grantsAlone.MatchString(plain(f.Text[:min(len(f.Text), HeadSize)]))) {
		l.spoken = f.Path
	}
}

// othersList says whether a file names itself a list of what others' parts are
// under.
func othersList(f *File) bool {
	for _, w := range notOurs {
		if strings.Contains(f.Name, w) {
			return true
		}
	}
	return false
}

// seeManifest takes what a manifest declares.
func (l *licence) seeManifest(f *File) {
	l.point(f.Path, string(f.Text[:min(len(f.Text), declared.MaxSize)]), toFile)
	facts, err := declared.Parse(f.Path, f.Text)
	if err == nil {
		l.claim(f, facts)
	}
}

// undecided are what stands where nobody has said under what a work is.
var undecided = map[string]bool{"none": true, "tbd": true, "todo": true, "n/a": true, "na": true, "unknown": true, "null": true, "undecided": true, "-": true}

func (l *licence) claim(f *File, facts *declared.Facts) {
	var read []expression
	for _, c := range facts.Licences {
		if undecided[strings.ToLower(c.Text)] {
			continue
		}
		one := claim{raw: c.Text, form: facts.Form, at: f.At(c.Line), depth: f.Depth, closed: closedName(c.Text), idle: facts.Template || facts.Form == "npm" && (c.Text == "ISC" || facts.Private && c.Text == "UNLICENSED")}
		if one.closed == nil {
			one.expression, one.known = readExpression(c.Text)
			one.closed = closedID(one.ids)
		}
		if one.known && one.closed == nil && len(facts.Licences) > 1 {
			read = append(read, one.expression)
			if len(read) > 1 {
				continue // it is taken together with the first
			}
		}
		l.claims = append(l.claims, one)
	}
	if len(read) > 1 {
		word := "AND"
		if facts.Choice {
			word = "OR"
		}
		for i := range l.claims {
			if c := &l.claims[i]; c.at.Path == f.Path && c.known && c.spdx == read[0].spdx {
				c.expression = joined(word, read)
			}
		}
	}
}

// seeReadme takes the licences that the README names: in the YAML before its
// text, and under the heading that speaks of the licence, else where it says that
// the whole is under one.
func (l *licence) seeReadme(f *File) {
	if card := declared.Card(f.Text); card != nil {
		l.claim(f, card)
	}
	for _, s := range spokenIn(string(f.Text)) {
		l.front = append(l.front, s.spdx)
		if strings.HasSuffix(s.spdx, "-or-later") {
			l.later = append(l.later, s.spdx)
		}
	}
	l.reserved = l.reserved || reserves(string(f.Text))
	l.frontClosed = l.frontClosed || closedSpoken(plain(f.Text)) != nil || modelsOwn.Match(f.Text)
	if l.spoken == "" && (wholeText.Match(f.Text) || waived.Match(f.Text)) {
		l.spoken = f.Path
	}
	part, line := licencePart(string(f.Text))
	if part == "" {
		part, line = grantedIn(string(f.Text))
	}
	l.point(f.Path, part, toLink)
	if part == "" {
		return
	}
	if t := l.identify([]byte(part)); !t.named && len(t.ids) > 0 && len(part) > 600 && t.percent > 60 {
		t.path, t.line, t.rank, t.sha = f.Path, line, 100, f.SHA256()
		l.texts = append(l.texts, t)
		return
	}
	c, ok := readmeSays(part)
	if !ok {
		l.unread = true
		if l.someCC = unversioned(part); l.someCC != "" {
			l.someAt = f.At(line)
		}
		return
	}
	c.form, c.at = "readme", f.At(line)
	l.claims = append(l.claims, c)
}
