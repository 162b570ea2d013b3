package check

import (
	"bytes"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"stoa/internal/check/prose"
	"stoa/internal/finding"
	"stoa/internal/lazy"
)

// plainWords are the words of a heading or link in small letters, with single
// spaces and no signs.
func plainWords(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
	}), " ")
}

// joins are words after which a single word still means the same: "using the
// map" speaks of use, "use cases" does not.
var joins = map[string]bool{
	"on": true, "with": true, "from": true, "via": true, "using": true, "in": true, "for": true, "the": true, "and": true, "to": true, "by": true, "of": true, "a": true, "an": true, "instructions": true, "guide": true, "steps": true, "locally": true,
	"de": true, "du": true, "des": true, "la": true, "le": true, "les": true, "del": true, "en": true, "con": true, "et": true, "y": true, "и": true, "в": true, "с": true, "на": true,
}

// speaks says whether words name a paper by this phrase.
func (ph phrase) speaks(words string) bool {
	rest, ok := strings.CutPrefix(words, ph.words)
	if !ok {
		return false
	}
	if rest == "" {
		return true
	}
	if rest[0] != ' ' { // scripts without spaces
		return ph.words[0] >= 0x80 && !strings.Contains(words, " ") && len(words) <= 3*len(ph.words)
	}
	next, more, _ := strings.Cut(rest[1:], " ")
	if ph.of.Exact || !strings.Contains(ph.words, " ") {
		return joins[next] && strings.Count(more, " ") < 5
	}
	return strings.Count(rest, " ") <= 5
}

// speak are the papers that these words name.
func (k *Knowledge) speak(s string, link, front bool) (out []*paper) {
	words := plainWords(s)
	if words == "" || len(words) > 120 || strings.Contains(words, " test") {
		return nil
	}
	first, _, _ := strings.Cut(words, " ")
	lists := [][]phrase{k.words[first]}
	if first[0] >= 0x80 { // a phrase may be a part of a word of a script without spaces
		for key, list := range k.words {
			if key != first && strings.HasPrefix(first, key) {
				lists = append(lists, list)
			}
		}
	}
	for _, list := range lists {
		for _, ph := range list {
			if (link || !ph.links) && (front || !ph.front) && ph.speaks(words) {
				out = append(out, ph.of)
			}
		}
	}
	return out
}

// asSuch says whether a heading names a matter as such: "Security", or with
// another, "Security and privacy".
func asSuch(heading string) bool {
	words := strings.Fields(plainWords(heading))
	return len(words) < 2 || words[1] == "and" || words[1] == "et" || words[1] == "y" || words[1] == "и"
}

// records are texts that speak of everything that ever changed, or to machines.
var records = map[string]bool{"changelog": true, "changes": true, "history": true, "news": true, "releases": true, "releasenotes": true, "license": true, "licence": true, "copying": true, "notice": true, "agents": true, "claude": true, "gemini": true, "copilotinstructions": true, "skill": true, "upgrading": true, "issuetemplate": true, "pullrequesttemplate": true}

// read takes from a text what it has.
func (p *papers) read(f *File, d *prose.Doc) {
	p.language(f, d)
	readme := isFront(&f.Entry)
	shelved, _ := place(&f.Entry)
	top := readme && f.Depth == 0
	if top && (p.front == nil || len(d.Leads) > 0 && f.Name == "readme.md") {
		p.front = d
	}
	if records[stem(strings.TrimSuffix(f.Name, f.Ext))] || readme && !p.all && isAside(f.Path) && !shelved || !readme && !shelved && !p.all {
		return
	}
	base := 20 + 5*f.Depth
	if top {
		base = 12
	}
	if top || strings.HasPrefix(f.Name, "contributing") && f.Depth <= 1 {
		p.mentions(f)
	}
	if top {
		p.moves(f)
	}
	parts := below{text: f.Text}
	for i, h := range d.Headings {
		for _, paper := range p.headed(h.Text, top) {
			if paper.Says == "readme" && !(readme && f.Depth <= 1) && !(shelved && f.Depth <= 2) || paper.Exact && f.Depth > 1 {
				continue
			}
			if paper.tells != nil && (asSuch(h.Text) || paper.ID == "practice.security") && !paper.tells.Match(parts.of(h.Line)) && !paper.tells.MatchString(h.Text) {
				continue // a part on the matter as such, as lists of links have them
			}
			if (paper.ID == "practice.changes" || paper.ID == "docs.contribute") && !p.partSpeaks(paper, d, i, readme && shelved, parts.of(h.Line)) {
				continue
			}
			sure := finding.Medium
			if !readme && (paper.Says == "readme" || paper.ID == "docs.contribute") && !strings.Contains(plainWords(h.Text), " ") {
				sure = finding.Low // "Usage" in a text on one matter is of that matter
			}
			p.saw(paper.ID, hit{at: f.At(h.Line), how: finding.Say("probe.heading", "Path", f.Path, "Heading", h.Text), sure: sure, rank: base})
		}
	}
	if readme && f.Depth <= 1 || shelved && f.Depth <= 1 {
		p.links(f, d, base+1)
	}
	if readme && f.Depth <= 1 {
		p.commands(f, d, base+2)
	}
}

// below finds what stands under the headings of a text, going on from where the
// last one stood.
type below struct {
	text, rest []byte // rest is what stands after line
	line       int
}

// of is the beginning of what stands after a line.
func (b *below) of(line int) []byte {
	const enough = 3000
	if b.line == 0 || line < b.line {
		b.rest, b.line = b.text, 0
	}
	for ; b.line < line; b.line++ {
		_, b.rest, _ = bytes.Cut(b.rest, []byte("\n"))
	}
	return b.rest[:min(len(b.rest), enough)]
}

// mentions takes the papers that a text speaks of without leading to them.
func (p *papers) mentions(f *File) {
	for _, m := range p.know.mentions() {
		asked := uint64(0)
		for i, paper := range m.of {
			if p.mentioned[paper.ID] == (finding.Evidence{}) {
				asked |= 1 << i
			}
		}
		m.first(f.Text, asked, func(i, at int) { p.mentioned[m.of[i].ID] = f.At(f.Line(at)) })
	}
}

// links takes what a text leads to.
func (p *papers) links(f *File, d *prose.Doc, rank int) {
	top, called := isFront(&f.Entry) && f.Depth == 0, ""
	if len(d.Headings) > 0 && top {
		called = d.Headings[0].Text
	}
	for _, l := range d.Links {
		if l.Image {
			continue
		}
		u, err := url.Parse(l.Target)
		if err != nil || l.Target[0] == '#' {
			continue
		}
		outside := u.Host != ""
		value, strange := "", false
		if outside {
			value, strange = l.Target, !p.ownPage(u, called)
		}
		seen := map[*paper]bool{}
		for _, paper := range p.know.speak(l.Text, true, false) {
			seen[paper] = true
		}
		if !outside {
			target := strings.ToLower(u.Path)
			for _, paper := range p.know.byName[stem(strings.TrimSuffix(path.Base(target), path.Ext(target)))] {
				if written[path.Ext(target)] && (paper.ID != "practice.security" || ofForgeOrRoot(path.Join(path.Dir(f.Path), target))) {
					seen[paper] = true
				}
			}
		} else {
			for _, paper := range p.know.papers {
				if slices.ContainsFunc(paper.Targets, func(t string) bool { return strings.Contains(strings.ToLower(u.Path), t) }) {
					seen[paper] = true
				}
			}
		}
		for paper := range seen {
			text := l.Text
			if text == "" {
				text = l.Target
			}
			h := hit{at: f.At(l.Line), how: finding.Say("probe.link", "Path", f.Path, "Link", text), sure: finding.Medium, value: value, rank: rank}
			if paper.ID == "practice.conduct" && outside && strings.Contains(f.Name, "conduct") {
				continue // the one that this was made after
			}
			if strange && (paper.ID == "practice.changes" || paper.ID == "data.moving") {
				continue // those of what the good is built on, or takes data from
			}
			if isForge(u) && paper.ID == "law.terms" && strings.Contains(u.Path, "/tree/") {
				continue // the folder of a vocabulary
			}
			if strange && strings.HasPrefix(paper.ID, "law.") || strings.HasPrefix(paper.ID, "law.") && strings.Contains(f.Name, "conduct") {
				continue // the rules of the place where people meet
			}
			if (strange || p.strangers(u)) && strings.HasPrefix(paper.ID, "docs.") {
				h.value = "" // a policy may stand with its makers, documentation of a tool is a stranger's
			}
			p.sawLink(paper, h, p.linked(f, u))
		}
		if outside && top {
			where := strings.ToLower(u.Host + u.Path)
			p.leads = p.leads || strings.Contains(where, "wiki") || strings.Contains(where, "docs") || strings.Contains(where, "documentation") || strings.Contains(where, "guide")
		}
		if outside && isMeeting(u) {
			p.saw("harm.meeting", hit{at: f.At(l.Line), how: finding.Say("probe.meeting.link", "Path", f.Path, "Link", u.Host), sure: finding.Medium, value: l.Target, rank: rank})
		}
		if outside && top && p.site == nil && p.leadsToDocs(u, l.Text, called) && (!strange || !isForge(u) && u.Fragment == "" && !ofTool(u)) && !p.strangers(u) && !offDocs.MatchString(l.Target) {
			p.site = &hit{at: f.At(l.Line), value: l.Target}
		}
		if outside && top && p.perhaps == nil && (!strange || isForge(u)) && !offDocs.MatchString(l.Target) && p.mayBeDocs(u, l, lineAt(f.Text, l.Line)) {
			p.perhaps = &hit{at: f.At(l.Line), value: l.Target}
		}
	}
}

// ownPage says whether an address outside the tree is one of the good or of its
// makers, and no page of its repository, where what it leads to is seen itself.
func (p *papers) ownPage(u *url.URL, called string) bool {
	if p.home != "" && strings.HasPrefix(strings.ToLower(u.String()+"/"), strings.ToLower(p.home)+"/") {
		return strings.Contains(u.Path, "/wiki")
	}
	where := u.Host
	if isForge(u) || strings.Count(u.Host, ".") < 2 {
		where += u.Path
	}
	return shareWord(append(strings.Fields(plainWords(called)), p.own...), where)
}

// forgeTalk are the pages of a forge on which people answer each other.
var forgeTalk = lazy.New(`/(?:discussions|issues)(?:/new(?:/choose)?)?/?$`)

// isMeeting says whether an address is one where people write to each other.
func isMeeting(u *url.URL) bool {
	host := strings.ToLower(u.Host)
	for _, h := range []string{"slack.com", "discord.gg", "discord.com", "gitter.im", "matrix.to", "t.me", "zulipchat.com", "groups.google.com", "mattermost.com", "groups.io", "freenode.net", "libera.chat"} {
		if host == h || strings.HasSuffix(host, "."+h) {
			return true
		}
	}
	first, _, _ := strings.Cut(host, ".")
	return slices.Contains([]string{"forum", "forums", "community", "discuss", "discourse", "chat", "talk", "lists", "slack", "discord"}, first) || forgeTalk.MatchString(strings.ToLower(u.Path))
}

// commands takes what a reader is told to type.
func (p *papers) commands(f *File, d *prose.Doc, rank int) {
	for _, paper := range p.know.papers {
		if len(paper.commands) == 0 {
			continue
		}
	search:
		for _, c := range d.Commands {
			for _, re := range paper.commands {
				if re.MatchString(c.Text) {
					p.saw(paper.ID, hit{at: f.At(c.Line), how: finding.Say("probe.command", "Path", f.Path, "Command", c.Text), sure: finding.Medium, rank: rank})
					break search
				}
			}
		}
	}
}
