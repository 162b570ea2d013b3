package check

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"unicode"

	"stoa/internal/check/prose"
	"stoa/internal/finding"
	"stoa/internal/lazy"
)

// names gathers what the places of a tree call the good. A name is said only
// where two of them agree, or where a file that was made to say it does and no
// other denies it: an empty field is filled in quickly, a wrong name is sent.
type names struct {
	made   []hit    // publiccode.yml, codemeta.json, datapackage.json, CITATION.cff
	tools  []string // what manifests call the whole
	listed []hit    // the same as a name, with its place
	title  string   // the heading of the front page as it stands
	head   hit      // the name in it
	opens  hit      // the name with which a first sentence begins: "Wells is a …"
	leads  string   // the first sentences, in small letters
}

// How well a name fits the words of an address or of a manifest.
const (
	fitsNot    = iota
	fitsPartly // they share a word
	fitsInside // all of the name is in them, and what is left only tells the sort of thing
	fitsWhole  // it has all words that tell them from others
	fitsSame   // it is the same, but for signs and capitals
)

// sortsOfThing are words of addresses that tell of what sort a repository is,
// not what it is called.
var sortsOfThing = byWord("a an and android api app application apps at backend beta book bot browser build by cli client code com common component components content contract contracts core course css dapp data database dataset desktop dev dist doc docs documentation for frontend full github go gov guide html http in io ios java javascript js kotlin lib libraries library main master ml mobile model models module mono monorepo net next node of official on open org oss package packages page pages php platform plugin plugins portal product program project protocol public py python pytorch react repo repository rs ruby rust sc schema schemas sdk server service services site software solidity source spec specification specifications specs src standard standards starter suite swift system systems template test tool toolkit tools ts typescript ui v0 v1 v2 v3 v4 v5 version vue web webapp website wiki www")

// fit says how well a name fits these words.
func fit(name string, words []string) int {
	if name == "" || len(words) == 0 {
		return fitsNot
	}
	said := strings.Fields(plainWords(name))
	one := strings.Join(said, "")
	if one == strings.Join(words, "") {
		return fitsSame
	}
	own := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return sortsOfThing[w] || len(w) < 2 })
	if len(own) == 0 {
		own = words
	}
	has := func(w string) bool {
		return slices.Contains(said, w) || len(w) > 3 && strings.Contains(one, w)
	}
	held := 0
	for _, w := range own {
		if has(w) || initials(said, w) {
			held++
		}
	}
	whole := strings.Join(words, "")
	inside := func(w string) bool {
		return sortsOfThing[w] || slices.Contains(words, w) || len(w) > 3 && strings.Contains(whole, w)
	}
	switch {
	case held == len(own):
		return fitsWhole
	case initials(own, one) || initials(words, one):
		return fitsWhole
	case held > 0 && !slices.ContainsFunc(said, func(w string) bool { return !inside(w) }):
		return fitsInside
	case held > 0 || slices.ContainsFunc(said, func(w string) bool { return len(w) > 4 && !sortsOfThing[w] && strings.Contains(whole, w) }):
		return fitsPartly
	}
	return fitsNot
}

// initials says whether a short word is made of the first letters of others.
func initials(words []string, short string) bool {
	first := ""
	for _, w := range words {
		if w != "of" && w != "the" && w != "and" && w != "for" {
			first += string([]rune(w)[:1])
		}
	}
	return len(short) > 1 && first == short
}

// telling is what no name holds: a word to the reader, a notice, an address.
var telling = lazy.New(`(?i)(?:^|[^\pL])(?:this|these|please|read|see|we|our|you|your|moved|deprecated|archived|unmaintained|notice|warning|no longer|will be|click|download|https?|badges?|build status|how|why|when|if)(?:[^\pL]|$)|\.(?:com|org|net)/|[.!?]\s+\p{Lu}\pL+ \pL+ `)

// mostWords is how many words a name has at most: more are a title or a sentence.
const mostWords = 9

// asAddress is a title that is an address of a forge, with a version.
var asAddress = lazy.New(`^[\w.-]+/([\w.-]+?)(?::\s*\S+)?$`)

// made takes the name from a file that was made to say it. A title is cut where
// it goes on to say what that is; which side is the name is told by the address.
func (g *general) made(value string, at finding.Evidence, rank int) {
	if value = strings.Join(strings.Fields(value), " "); value != "" {
		if m := asAddress.FindStringSubmatch(value); m != nil && fit(m[1], g.called[min(g.owned, len(g.called)):]) == fitsSame {
			value = m[1] // as archives write it that take a release from a forge
		}
		value = versionAfter.ReplaceAllString(value, "")
		g.names.made = append(g.names.made, hit{at: at, value: value, rank: rank})
	}
}

// borne is how well the address or a manifest bears a name out.
func (g *general) borne(name string) int {
	own, owner := g.called[min(g.owned, len(g.called)):], g.called[:min(g.owned, len(g.called))]
	best := fit(name, own)
	if g.owned > 0 && fit(name, g.called) == fitsSame {
		best = fitsSame
	}
	if g.owned > 0 && fit(name, owner) == fitsSame && best < fitsWhole {
		return fitsNot // the family, or whose it is
	}
	for _, tool := range g.names.tools {
		if f := fit(name, strings.Fields(plainWords(toolName(tool)))); f >= fitsWhole {
			best = max(best, f)
		}
	}
	return best
}

// settleName says the name that is borne out, if one is.
func (g *general) settleName() {
	n := &g.names
	for _, m := range n.made {
		if name := g.madeName(m); name != "" {
			g.say("name", name, m.at, m.rank)
		}
	}
	if fits := g.borne(n.head.value); fits >= fitsInside || fits == fitsPartly && g.spoken(n.head.value) {
		g.say("name", n.head.value, n.head.at, byFront)
	}
	if fits := g.borne(n.opens.value); !onlyTools(n.opens.value, g.called[min(g.owned, len(g.called)):]) && fits >= fitsInside && (n.head.value == "" || fits == fitsSame) {
		g.say("name", n.opens.value, n.opens.at, byTools-1)
	}
	for _, l := range n.listed {
		if n.head.value == "" && (n.title == "" || g.strange(n.title, " "+n.title)) && g.listedName(l.value) != "" {
			g.say("name", g.listedName(l.value), l.at, byTools)
		}
	}
}

// madeName is the name that a file made to say it gives, unless the heading of
// the front page is another and the address bears out that one alone. What a
// citation's title says of the good behind its name is left out.
func (g *general) madeName(m hit) string {
	head := strings.Fields(plainWords(g.names.head.value))
	alone := len(head) == 0 && g.owned == 0 // a folder may be called anything
	agrees := func(name string) bool {
		return alone || g.borne(name) > fitsNot || fit(name, head) >= fitsInside
	}
	if strings.EqualFold(strings.TrimSpace(m.value), g.full) {
		return "" // nobody gave it a name
	}
	short := m.value
	if m.rank == byMaker+described["citation.cff"] || m.rank == byMaker+described["codemeta.json"] {
		if short = shortTitle(m.value); short != m.value && !agrees(short) {
			rest := strings.TrimLeft(strings.TrimPrefix(m.value, short), " -–—:|")
			if !agrees(rest) || len([]rune(rest)) > 60 {
				return ""
			}
			short = rest
		}
	}
	if m.rank == byMaker+described["citation.cff"] && g.ofPaper(short) {
		return ""
	}
	if m.rank == byMaker+described["datapackage.json"] && g.borne(g.names.head.value) == fitsSame && g.borne(short) < fitsWhole && fit(short, head) < fitsInside {
		return "" // a title that says what is in it
	}
	if agrees(short) || len(head) == 0 && len(strings.Fields(short)) <= mostWords {
		return short
	}
	return ""
}

// ofPaper says whether the title of a citation is that of a paper on the good:
// it is long, and the heading is called as the address is, or neither bears it out.
func (g *general) ofPaper(title string) bool {
	const long = 5
	if len(strings.Fields(title)) <= long || g.borne(title) == fitsSame {
		return false
	}
	return g.borne(title) < fitsWhole || g.borne(g.names.head.value) == fitsSame
}

// listedName is the name of a package if the repository is called the same, in
// the capitals of its address, which a package may not have; else "".
func (g *general) listedName(s string) string {
	name := toolName(s)
	if g.owned == 0 || stem(strings.ToLower(name)) != strings.Join(g.called[g.owned:], "") {
		return ""
	}
	if strings.ToLower(name) == name && g.spelt != "" {
		return g.spelt
	}
	return name
}

// spoken says whether the first sentences speak of the good by this name, if it
// has two words or more.
func (g *general) spoken(name string) bool {
	words := plainWords(name)
	return strings.Contains(words, " ") && strings.Contains(g.names.leads, words)
}

// heading takes what the front page is called, and what its first sentences
// call the good. It returns the name by which the page is read further.
func (g *general) heading(f *File, d *prose.Doc) string {
	n, name := &g.names, ""
	if len(d.Headings) > 0 && (d.Headings[0].Level == 1 || d.Headings[0].Line < 15) {
		h := d.Headings[0]
		name = g.whole(h.Text, frontTitle(h.Text))
		if n.title == "" {
			n.title = h.Text
			if head := g.unexplained(g.headline(h.Text, name)); !g.announces(head) && !telling.MatchString(head) && !g.strange(h.Text, head) && len(strings.Fields(head)) <= mostWords {
				n.head = hit{at: f.At(h.Line), value: head}
			}
		}
		if !g.isName(name, f.Text) && !shareWord(g.called, h.Text) {
			name = ""
		}
	}
	if len(d.Leads) > 0 && n.opens.value == "" {
		if m := isA.FindStringSubmatch(strings.ReplaceAll(d.Leads[0].Text, "**", "")); m != nil && g.whole(m[1], m[1]) != "" {
			n.opens = hit{at: f.At(d.Leads[0].Line), value: m[1]}
		}
	}
	for i, l := range d.Leads {
		if i < 2 && len(n.leads) < 4000 {
			n.leads += " " + plainWords(l.Text)
		}
	}
	return name
}

// calledAfter are words that say of what sort the pages are, behind a name.
var calledAfter = lazy.New(`(?i)\s(?:documentation|code ?base|repository|repo)\s*$`)

// headline is the name in a heading: what was left of it, or the heading as it
// stands where only a word as "repository" was taken away and what is left is
// not what the address has, or the part behind a dash that the address bears out.
func (g *general) headline(title, short string) string {
	bare := strings.TrimFunc(html.UnescapeString(title), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("().", r)
	})
	if calledAfter.MatchString(bare) && strings.HasPrefix(bare, short) && short != "" && fit(short, g.called[min(g.owned, len(g.called)):]) != fitsSame && g.borne(short) != fitsSame {
		return bare
	}
	if m := asAddress.FindStringSubmatch(bare); m != nil && strings.EqualFold(bare, g.full) {
		return m[1]
	}
	if g.borne(short) < fitsInside {
		for _, part := range strings.FieldsFunc(bare, func(r rune) bool { return strings.ContainsRune("–—|:", r) }) {
			if part = strings.TrimSpace(part); part != short && len([]rune(part)) <= 60 && g.borne(part) == fitsSame {
				return part
			}
		}
	}
	return short
}

// unexplained is a name without what a bracket behind it adds, where the address
// has the name and nothing of what is in the bracket, and that is no shorter form
// of it.
func (g *general) unexplained(name string) string {
	before, inside, found := strings.Cut(name, " (")
	inside, ends := strings.CutSuffix(inside, ")")
	own := g.called[min(g.owned, len(g.called)):]
	said := strings.Fields(plainWords(before))
	if !found || !ends || fit(before, own) != fitsSame || fit(inside, own) > fitsNot || initials(said, stem(strings.ToLower(inside))) {
		return name
	}
	return before
}

// announces says whether a heading tells that something is new, and the address
// does not.
func (g *general) announces(head string) bool {
	return strings.HasPrefix(head, "New ") && !slices.Contains(g.called, "new")
}

// isName says whether the first heading of a front page is a name rather than
// what its part is about: the address of the target holds a word of it, or the
// text says it again.
func (g *general) isName(title string, text []byte) bool {
	return shareWord(g.called, title) || bytes.Count(bytes.ToLower(text), bytes.ToLower([]byte(title))) > 1
}

// whole is a title that was shortened if that still tells the good from others
// of its owner, or what it was before if that does: "Food - Dart" of a
// repository that is called after both. It is "" where what is left is the
// owner's name alone, or has nothing to do with what the repository is called.
func (g *general) whole(title, short string) string {
	title = bareTitle(scope.ReplaceAllString(title, ""))
	own, owner := g.called[min(g.owned, len(g.called)):], g.called[:min(g.owned, len(g.called))]
	if short == "" || g.owned == 0 {
		return short
	}
	lost := func(words string) bool {
		return slices.ContainsFunc(own, func(w string) bool {
			return len(w) > 2 && slices.Contains(strings.Fields(plainWords(title)), w) && !slices.Contains(strings.Fields(words), w)
		})
	}
	for _, after := range []string{" package", " Package", " library", " Library"} {
		if rest, ok := strings.CutSuffix(short, after); ok && stem(strings.ToLower(rest)) == strings.Join(own, "") {
			return rest
		}
	}
	words := plainWords(short)
	if long := strings.TrimFunc(html.UnescapeString(title), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("()", r)
	}); lost(words) && len([]rune(long)) <= 60 && strings.HasPrefix(long, short) {
		return long
	}
	if joined := strings.Join(strings.Fields(words), ""); joined == strings.Join(owner, "") && len(own) > 1 && slices.ContainsFunc(own, func(w string) bool {
		return !slices.Contains(strings.Fields(words), w) && !slices.Contains(plainPlaces, w)
	}) {
		return ""
	}
	if cut := strings.Index(title, ": "); cut > 0 && len(strings.Fields(words)) > 2 && strings.HasPrefix(plainWords(title[:cut]), words) && !shareWord(g.called, short) {
		return "" // the title of a paper
	}
	return short
}
