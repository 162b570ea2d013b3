package check

import (
	"bytes"
	"net/url"
	"path"
	"slices"
	"strings"

	"stoa/internal/check/prose"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
)

// looksAt says whether a paper is one of goods of these kinds.
func (p *paper) looksAt(kinds []good.Kind) bool {
	return len(p.Kinds) == 0 || slices.ContainsFunc(p.Kinds, func(k good.Kind) bool { return slices.Contains(kinds, k) })
}

func (p *papers) Findings(t *Target) []finding.Finding {
	for i := range t.Pages {
		p.page(t, &t.Pages[i])
	}
	if t.Forge != nil && len(t.Forge.Releases) > 0 {
		p.saw("practice.changes", hit{how: finding.Say("probe.releases", "Number", len(t.Forge.Releases), "Name", t.Forge.Releases[0].Name), sure: finding.Medium, rank: 40})
	}
	var out []finding.Finding
	for _, paper := range p.know.papers {
		if paper.looksAt(t.Kinds) {
			f := p.judge(t, paper)
			if paper.ID == "data.moving" {
				f = p.ways(t, f)
			}
			out = append(out, f)
		}
	}
	return append(out, p.places(t)...)
}

// fewLetters is how much running text a project has at most of which is said
// that it does not tell how to install or use it: longer ones may tell it in
// words that no probe knows.
const fewLetters = 400

// judge says of one paper what was seen.
func (p *papers) judge(t *Target, paper *paper) finding.Finding {
	f := finding.Finding{Probe: paper.ID}
	if s := p.found[paper.ID]; s != nil {
		best := s.best[0]
		f.State, f.Confidence, f.Why = finding.Met, best.sure, best.how
		for _, h := range s.best {
			if h.at != (finding.Evidence{}) {
				f.Evidence = append(f.Evidence, h.at)
			}
			if v := t.valueOf(h); v != "" && !h.slight && (h.sure != finding.Low || best.sure == finding.Low) && !slices.Contains(f.Values, v) {
				f.Values = append(f.Values, v)
			}
		}
		f.Values = f.Values[:min(len(f.Values), 3)]
		if best.slight {
			f.Confidence = finding.Low // all that was seen says next to nothing
		}
		return f
	}
	mend := finding.Say("probe.mend.add", "File", paper.Add)
	f.Mend = &mend
	outside := p.site != nil || p.leads || t.Forge != nil && t.Forge.Homepage != ""
	switch said := p.mentioned[paper.ID]; {
	case len(t.Entries) == 0:
		f.State, f.Confidence, f.Why, f.Mend = finding.NotObservable, finding.Low, finding.Say("probe.no-tree"), nil
	case said != (finding.Evidence{}):
		f.State, f.Confidence, f.Why, f.Evidence = finding.NotObservable, finding.Low, finding.Say("probe.mentioned", "Path", said.Path), []finding.Evidence{said}
	case paper.Absent == "unknown", len(paper.Lacks) > 0 && !slices.ContainsFunc(paper.Lacks, func(k good.Kind) bool { return slices.Contains(t.Kinds, k) }):
		f.State, f.Confidence, f.Why = finding.NotObservable, finding.Low, finding.Say("probe.elsewhere")
	case paper.Absent == "elsewhere" && (outside || p.letters > fewLetters || p.tells()):
		f.State, f.Confidence, f.Why = finding.NotObservable, finding.Low, finding.Say("probe.elsewhere")
		if p.site != nil {
			f.Evidence = []finding.Evidence{p.site.at}
		}
	default:
		f.State, f.Confidence, f.Why = finding.NotMet, finding.Medium, finding.Say("probe.none", "Texts", p.texts)
	}
	return f
}

// tells says whether the texts tell what to type: one who reads that can use it.
func (p *papers) tells() bool { return p.found["docs.install"] != nil || p.found["docs.run"] != nil }

// valueOf is the address that a sighting gives an answer.
func (t *Target) valueOf(h hit) string {
	if h.value != "" {
		return h.value
	}
	if h.at.URL != "" {
		return h.at.URL
	}
	return t.address(h.at.Path)
}

// meeting says whether people can meet each other: in a place the texts lead
// to, as contributors of a project that says how to become one, or else where a
// forge lets anybody write to the project.
func (p *papers) meeting(t *Target) finding.Finding {
	for _, id := range []string{"harm.meeting", "practice.conduct", "docs.contribute"} {
		if s := p.found[id]; s != nil {
			f := finding.Finding{Probe: "harm.meeting", State: finding.Met, Confidence: finding.Medium, Values: []string{"yes"}, Why: s.best[0].how, Evidence: []finding.Evidence{s.best[0].at}}
			if id != "harm.meeting" {
				f.Why = finding.Say("probe.meeting.project", "Path", s.best[0].at.Path+s.best[0].at.URL)
			}
			return f
		}
	}
	if u, err := url.Parse(t.URL); err == nil && isForge(u) && t.Forge != nil && !t.Forge.Archived {
		return finding.Finding{Probe: "harm.meeting", State: finding.Met, Confidence: finding.Medium, Values: []string{"yes"}, Why: finding.Say("probe.meeting.link", "Path", t.URL, "Link", u.Host), Evidence: []finding.Evidence{{URL: t.URL}}}
	}
	return unknown("harm.meeting", "probe.elsewhere")
}

// page takes the links of a web page, but those to pages that are gone.
func (p *papers) page(t *Target, page *Page) {
	s := page.said()
	for _, l := range s.links {
		if !slices.ContainsFunc(t.Pages, func(o Page) bool { return o.URL == l.to.String() && o.Status >= 400 }) {
			p.pageLink(page.URL, l.to, l.text)
		}
	}
	if code, _, _ := strings.Cut(strings.ToLower(s.lang), "-"); len(code) == 2 && p.langs[code].at.URL == "" {
		p.langs[code] = hit{at: finding.Evidence{URL: page.URL}}
	}
}

func (p *papers) pageLink(on string, to *url.URL, text string) {
	for _, paper := range p.know.speak(text, true, false) {
		p.saw(paper.ID, hit{at: finding.Evidence{URL: on}, how: finding.Say("probe.link", "Path", on, "Link", text), sure: finding.Medium, value: to.String(), rank: 14})
	}
	if isMeeting(to) {
		p.saw("harm.meeting", hit{at: finding.Evidence{URL: on}, how: finding.Say("probe.meeting.link", "Path", on, "Link", to.Host), sure: finding.Medium, value: to.String(), rank: 14})
	}
	if p.site == nil && p.leadsToDocs(to, text, "") {
		p.site = &hit{at: finding.Evidence{URL: on}, value: to.String()}
	}
}

// alluded notes that a file is named for a paper, near the root, and does not
// say what one has to: it may lead to where that is said.
func (p *papers) alluded(of *paper, f *File) {
	if _, known := p.mentioned[of.ID]; !known && of.mention != nil && (f.Depth == 0 || strings.HasPrefix(f.Path, ".github/")) {
		p.mentioned[of.ID] = f.At(0)
	}
}

// invites is how a text on developing speaks to those who might contribute.
var invites = lazy.New(`(?i)contribut|pull[- ]request|\bPRs?\b|\bfork\b|merge request|(?:code|coding) (?:style|convention|standard|guideline)|commit message|patches`)

// ofWhole says whether a file named for a paper is that of the whole: a list of
// changes in the folder of a part is of that part, and what tells how to develop
// says how to contribute only if it invites to.
func (p *papers) ofWhole(of *paper, f *File) bool {
	switch of.ID {
	case "practice.changes":
		shelved, _ := place(&f.Entry)
		return (f.Depth == 0 || shelved) && f.Ext != ".html" && f.Ext != ".htm"
	case "docs.contribute":
		return !strings.HasPrefix(f.Name, "develop") || f.Binary || invites.Match(f.Text)
	}
	return true
}

// partSpeaks says whether a part of a text speaks of the paper that its heading
// names: further down in texts on other matters changes are of those, and a part
// on developing, or on a part of the whole, invites to it or does not.
func (p *papers) partSpeaks(of *paper, d *prose.Doc, i int, readme bool, below []byte) bool {
	h := d.Headings[i]
	ofPart := !readme && strings.Contains(d.Path, "/") && strings.HasPrefix(strings.ToLower(path.Base(d.Path)), "readme")
	switch {
	case of.ID == "practice.changes":
		return readme || i == 0
	case of.ID == "docs.contribute" && (ofPart || strings.HasPrefix(plainWords(h.Text), "develop") || strings.HasPrefix(plainWords(h.Text), "for developers")):
		for _, next := range d.Headings[i+1:] {
			if next.Level <= h.Level {
				lines := bytes.SplitAfterN(below, []byte("\n"), next.Line-h.Line+1)
				return invites.Match(bytes.Join(lines[:min(len(lines), next.Line-h.Line)], nil))
			}
		}
		return invites.Match(below)
	}
	return true
}
