package check

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"stoa/internal/check/declared"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
)

// owner looks for whose the work is: lines of copyright, what manifests name,
// and the files in which a project says who decides and on what terms others
// contribute.
type owner struct {
	holders map[string]*holder
	before  map[statement]copyrightLine // statements that were read
	blank   []finding.Evidence          // forms nobody filled in
	named   []namedOwner
	decides []finding.Evidence
	hinted  []finding.Evidence // where who decides may be told in words that no list has
	agree   []finding.Evidence
	marks   []finding.Evidence
	texts   bool             // the good is made of texts
	given   finding.Evidence // an agreement by which contributors give rights
	called  []string         // the words of the target's own address
	owned   int              // how many of them are its owner's
	account string           // on a forge, to which the repository belongs
	home    string           // its page there
	spelt   namedOwner
	sources int                         // files of programs that were seen
	hosts   map[string]finding.Evidence // that texts about the whole name
	page    string                      // the front page in plain words
	listed  finding.Evidence            // the number of a body in the list that Italy keeps of its own
}

// holder is one who is named in lines of copyright.
type holder struct {
	tally
	name  string
	names map[string]int // spellings
	first bool           // in a licence text, notice or README of the root
	order int            // of the first of these: licence texts before notices before the rest, then by line
}

// namedOwner is one whom a manifest names.
type namedOwner struct {
	name string
	form string
	at   finding.Evidence
	rank int
}

func newOwner(t *Target) Probe {
	called, owned := addressWords(t)
	return &owner{holders: map[string]*holder{}, before: map[statement]copyrightLine{}, called: called, owned: owned, account: accountOf(t.URL), home: homeOf(t.URL), texts: slices.Contains(t.Kinds, good.Standard) || slices.Contains(t.Kinds, good.Content), hosts: map[string]finding.Evidence{}}
}

// Wants implements Probe.
func (o *owner) Wants(e *Entry) Want {
	_, like := licenceLike(e)
	switch {
	case e.Vendored || fixture(e):
		return Nothing
	case like || declared.Known(e.Name) && e.Depth <= 1 && e.Size <= declared.MaxSize:
		return Whole
	case ownerFile(e) != "" || noticeLike(e) || isReadme(e) && e.Depth == 0 || strings.HasPrefix(e.Name, "contributing"):
		return Whole
	case notText[e.Ext] || strings.HasSuffix(e.Name, ".min.js") || strings.HasSuffix(e.Name, ".min.css"):
		return Nothing
	}
	return Head
}

func noticeLike(e *Entry) bool {
	stem := strings.TrimSuffix(e.Name, e.Ext)
	return stem == "notice" || stem == "copyright" || stem == "copyrights" || stem == "authors"
}

// ownerFile is what a file is about by its name: "decides", "agree" or
// "marks"; "" for all others.
func ownerFile(e *Entry) string {
	if governs(e) {
		return "decides"
	}
	if first, _, _ := strings.Cut(strings.ToLower(e.Path), "/"); e.Depth > 2 || e.Depth == 2 && first != ".github" && first != "docs" || e.Depth == 1 && !shelves[first] && first != "community" && first != "governance" && first != "project" && first != "meta" {
		return "" // of a part, or of something carried along
	}
	switch e.Ext {
	case "", ".md", ".txt", ".rst", ".adoc", ".markdown", ".yml", ".yaml", ".toml", ".json", ".clabot":
	default:
		return ""
	}
	stem := strings.Trim(strings.TrimSuffix(e.Name, e.Ext), ".")
	switch stem {
	case "governance", "maintainers", "maintainer", "codeowners", "code_owners", "code-owners", "owners", "committers", "steering", "charter", "technical-charter":
		return "decides"
	case "cla", "dco", "contributor-license-agreement", "contributor_license_agreement", "icla", "ccla", "clabot", "individual-cla", "developer-certificate-of-origin":
		return "agree"
	case "trademark", "trademarks", "trademark-policy", "trademark_policy", "branding", "brand":
		return "marks"
	}
	if e.Name == ".clabot" || agreement.MatchString(stem) {
		return "agree"
	}
	return ""
}

// See implements Probe.
func (o *owner) See(f *File) {
	if f.Binary {
		return
	}
	if programs[f.Ext] {
		o.sources++
	}
	switch ownerFile(&f.Entry) {
	case "decides":
		o.decides = append(o.decides, f.At(0))
	case "agree":
		o.agree = append(o.agree, f.At(0))
		if !signsOff.MatchString(f.Name) {
			o.given = f.At(0)
		}
	case "marks":
		o.marks = append(o.marks, f.At(0))
	}
	_, like := licenceLike(&f.Entry)
	first := f.Depth == 0 && (like || noticeLike(&f.Entry) || isReadme(&f.Entry))
	text, prose := f.Text, like || noticeLike(&f.Entry) || isReadme(&f.Entry)
	if !prose {
		text = text[:min(len(text), HeadSize)]
	}
	if like && (othersList(f) || f.Depth == 0 && o.partsTerms(f.Name)) {
		return
	}
	var lines []copyrightLine
	if prose || marked(text) && !o.aside(f) {
		lines = copyrightLines(text, writing{licence: like, prose: prose, front: isReadme(&f.Entry)}, o.before)
	}
	for _, c := range lines {
		if c.blank {
			// Further down, a licence tells how it is applied to other works.
			if first && c.line <= 20 && len(o.blank) < mostShown {
				o.blank = append(o.blank, f.At(c.line))
			}
			continue
		}
		order := 0
		if first {
			order = c.line
			if !like {
				order += ofFrontPage / 2
			}
			if isReadme(&f.Entry) {
				order += ofFrontPage / 2
			}
			if like && !ownTerms.MatchString(f.Name) {
				order += 500_000 // the terms of something that is used
			}
		}
		o.count(f, c, first, order)
	}
	if declared.Known(f.Name) && f.Depth <= 1 {
		o.seeManifest(f)
	}
	o.seeTerms(f)
	if f.Depth == 0 && strings.HasPrefix(f.Name, "publiccode.") {
		if at := ipa.FindIndex(f.Text); at != nil {
			o.listed = f.At(f.Line(at[0]))
		}
	}
	if isReadme(&f.Entry) && f.Depth == 0 {
		o.page += plainWords(string(f.Text[:min(len(f.Text), 100_000)])) + " "
	}
	if first || declared.Known(f.Name) && f.Depth == 0 {
		o.takeHosts(f)
	}
}

// ownTerms is how a file with the good's own terms is called.
var ownTerms = lazy.New(`^(?:un)?licen[cs]es?\b|^copying|^copyright|^(?:mit|bsd|apache|a?l?gpl|mpl|cc)[\w.-]*licen[cs]e|^legal`)

func (o *owner) count(f *File, c copyrightLine, first bool, order int) {
	key := sameHolder(c.holder)
	if key == "" {
		key = strings.ToLower(c.holder)
	}
	h := o.holders[key]
	if h == nil {
		if len(o.holders) >= 5000 {
			return
		}
		h = &holder{names: map[string]int{}}
		o.holders[key] = h
	}
	if first && (!h.first || order < h.order) {
		h.first, h.name, h.order = true, c.holder, order
		h.at = append([]finding.Evidence{f.At(c.line)}, h.at...)
		h.at = h.at[:min(len(h.at), mostShown)]
		h.tally.count++
	} else {
		h.add(f, c.line)
	}
	h.names[c.holder]++
}

// ofFrontPage is from where on the order of a holder is that of a front page's line.
const ofFrontPage = 2_000_000

// ofBody are words in the names of bodies that persons are not called by.
var ofBody = lazy.New(`(?i)\b(?:inc|ltd|llc|gmbh|e\.? ?v|plc|foundation|fundaci[oó]n|fondation|stiftung|universit\w+|universidad|institut\w*|ministr\w+|ministerio|department|agency|agencia|authority|association|asociaci[oó]n|organi[sz]ation|initiative|alliance|consortium|council|centre|center|laborator\w+|society|government|commission|unicef|undp|who|network|collective|corporation|company|college|federation|trust|museum|library)\b`)

// forms in the order in which they are believed.
var ownerForms = []string{"publiccode", "codemeta", "citation", "datapackage", "maven", "nuget"}

func (o *owner) seeManifest(f *File) {
	facts, err := declared.Parse(f.Path, f.Text)
	if err != nil {
		return
	}
	names := facts.Owners
	if len(names) == 0 && facts.Publisher != "" {
		names = []string{facts.Publisher}
	}
	if len(names) == 0 && f.Depth == 0 {
		names = slices.DeleteFunc(slices.Clone(facts.Authors), func(s string) bool { return !ofBody.MatchString(s) })
	}
	if f.Depth > 0 && (facts.Form == "maven" || facts.Form == "nuget") {
		return // a part may be built after another's
	}
	for _, name := range names[:min(len(names), 3)] {
		if strings.HasPrefix(name, "@") {
			continue // an account, not a name
		}
		rank := slices.Index(ownerForms, facts.Form)
		if rank < 0 {
			rank = len(ownerForms)
		}
		line := 0
		if i := bytes.Index(f.Text, []byte(name)); i >= 0 {
			line = f.Line(i)
		}
		o.named = append(o.named, namedOwner{name, facts.Form, f.At(line), rank + 10*f.Depth})
	}
}

func (o *owner) seeTerms(f *File) {
	guide := strings.HasPrefix(f.Name, "contributing") && f.Depth <= 1
	if !guide && !(isReadme(&f.Entry) && f.Depth == 0) {
		return
	}
	lower := bytes.ToLower(f.Text)
	if !guide {
		o.spell(f)
	}
	for _, h := range f.Doc().Headings {
		switch words := plainWords(h.Text); {
		case guide && ruling(words), !guide && slices.Contains(keepers, words):
			o.decides = append(o.decides, f.At(h.Line))
		case keeping.MatchString(words):
			o.hinted = append(o.hinted, f.At(h.Line))
		case !guide && strings.Contains(words, "trademark"):
			o.marks = append(o.marks, f.At(h.Line))
		}
	}
	if at := toldWho.FindIndex(f.Text); at != nil {
		o.hinted = append(o.hinted, f.At(f.Line(at[0])))
	}
	for _, t := range terms {
		if i := bytes.Index(lower, []byte(t)); guide && i >= 0 {
			at := f.At(f.Line(min(i, len(f.Text))))
			o.agree = append(o.agree, at)
			if strings.HasPrefix(t, "contributor") {
				o.given = at
			}
			break
		}
	}
	if at := agreed.FindIndex(f.Text); at != nil && (guide || !signing.Match(f.Text[at[0]:at[1]])) && !unasked.Match(f.Text[max(0, at[0]-80):at[1]]) {
		o.agree = append(o.agree, f.At(f.Line(at[0])))
	}
	// Others' marks are named in passing, a project's own as registered.
	if i := bytes.Index(lower, []byte("registered trademark")); i >= 0 && len(o.marks) == 0 && !guide {
		o.marks = append(o.marks, f.At(f.Line(min(i, len(f.Text)))))
	}
}

// Findings implements Probe.
func (o *owner) Findings(t *Target) []finding.Finding {
	o.publishers(t)
	holder, named := o.copyright(t), o.organisation()
	if holder.State != finding.Met && named.State != finding.Met && o.spelt.name != "" {
		named = o.publisher(t)
	}
	return []finding.Finding{holder, named, o.governance(), o.contributors(), o.trademark(), o.whole(), o.country(holder, named)}
}

func (o *owner) copyright(t *Target) finding.Finding {
	const id = "owner.copyright"
	list := slices.SortedFunc(maps.Values(o.holders), func(a, b *holder) int {
		if a.first != b.first {
			if a.first {
				return -1
			}
			return 1
		}
		const tags = ofFrontPage + 20
		if a.order >= ofFrontPage && b.order >= ofFrontPage && max(a.order, b.order) < tags { // a page may list all who had a part
			return cmp.Or(cmp.Compare(b.tally.count, a.tally.count), cmp.Compare(a.order, b.order))
		}
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(b.tally.count, a.tally.count), cmp.Compare(a.display(), b.display()))
	})
	if len(list) == 0 {
		if f, ok := o.ofPages(t); ok {
			return f
		}
		if len(o.blank) > 0 {
			f := say(id, finding.NotMet, finding.Medium, finding.Say("check.owner.copyright.blank", "File", o.blank[0].Path))
			f.Evidence = o.blank
			return mending(f, "check.owner.copyright.blank-mend", "File", o.blank[0].Path)
		}
		return mending(say(id, finding.NotObservable, finding.Low, finding.Say("check.owner.copyright.none")), "check.owner.copyright.mend", "File", "LICENSE")
	}
	top := list[0]
	sure := finding.High
	if !top.first {
		sure = finding.Medium
	}
	f := say(id, finding.Met, sure, finding.Say("check.owner.copyright.met", "Count", top.tally.count, "Holder", top.display()))
	if len(list) > 1 {
		var names []string
		for _, h := range list[:min(len(list), 6)] {
			names = append(names, h.display())
		}
		f.Why = finding.Say("check.owner.copyright.several", "Count", len(list), "Holders", names)
	}
	f.Evidence, f.Values = top.shown(), []string{top.display()}
	if !top.first && !o.heads(top, list[1:]) || o.travelled(top) {
		// Whom a few files name may have written these alone.
		f.State, f.Confidence, f.Values = finding.NotObservable, finding.Low, nil
		return mending(f, "check.owner.copyright.mend", "File", "LICENSE")
	}
	return f
}

func (o *owner) organisation() finding.Finding {
	const id = "owner.organisation"
	if len(o.named) == 0 {
		return mending(say(id, finding.NotObservable, finding.Low, finding.Say("check.owner.organisation.none")), "check.owner.organisation.mend", "File", "publiccode.yml")
	}
	best := slices.MinFunc(o.named, func(a, b namedOwner) int { return a.rank - b.rank })
	sure := finding.High
	if best.rank > 1 {
		sure = finding.Medium
	}
	f := say(id, finding.Met, sure, finding.Say("check.owner.organisation.met", "File", best.at.Path+best.at.URL, "Name", best.name))
	f.Evidence, f.Values = []finding.Evidence{best.at}, []string{best.name}
	return f
}

// there is a finding that rests on files being there.
func there(id string, at []finding.Evidence, met, lacks, mend string, absent finding.State, pairs ...any) finding.Finding {
	if len(at) == 0 {
		return mending(say(id, absent, finding.Medium, finding.Say(lacks)), mend, pairs...)
	}
	var files []string
	for _, e := range at {
		if !slices.Contains(files, e.Path) && len(files) < mostShown {
			files = append(files, e.Path)
		}
	}
	f := say(id, finding.Met, finding.Medium, finding.Say(met, "Files", files))
	f.Evidence = at[:min(len(at), mostShown)]
	return f
}

func (o *owner) governance() finding.Finding {
	if len(o.decides) == 0 && len(o.hinted) > 0 {
		f := say("owner.governance", finding.NotObservable, finding.Low, finding.Say("probe.mentioned", "Path", o.hinted[0].Path))
		f.Evidence = o.hinted[:1]
		return f
	}
	return there("owner.governance", o.decides, "check.owner.governance.met", "check.owner.governance.none", "check.owner.governance.mend", finding.NotMet, "File", "GOVERNANCE.md")
}

func (o *owner) contributors() finding.Finding {
	return there("owner.contributors", o.agree, "check.owner.contributors.met", "check.owner.contributors.none", "check.owner.contributors.mend", finding.NotObservable, "Name", "Developer Certificate of Origin", "File", "CONTRIBUTING.md")
}

func (o *owner) trademark() finding.Finding {
	return there("owner.trademark", o.marks, "check.owner.trademark.met", "check.owner.trademark.none", "check.owner.trademark.mend", finding.NotObservable)
}
