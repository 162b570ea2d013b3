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

// docsWords are how a link to documentation is called.
var docsWords = []string{"documentation", "docs", "user guide", "user manual", "wiki", "developer documentation", "full documentation", "official documentation", "technical documentation", "documentación", "documentação", "документация", "文档", "التوثيق", "read the docs"}

// docsEnds are how the name of such a link ends or begins, of the good's own
// pages: "Model docs", "API documentation", "Documentation technique".
var (
	docsEnds   = []string{" documentation", " docs", " user guide", " user manual", " manual", " wiki", " api reference"}
	docsBegins = []string{"documentation ", "docs ", "documentación ", "documentação ", "api reference", "api docs", "manual"}
)

// docsHosts are how hosts of documentation begin.
var docsHosts = []string{"docs.", "documentation.", "wiki.", "cwiki."}

// telltale is in a line of the front page that says where documentation is.
var telltale = lazy.New(`(?i)\b(?:documentation|docs|user guide|manual|wiki)\b[^.]{0,60}\b(?:available|found|hosted|at|here|see|moved|read|on)\b|\b(?:see|read|visit|consult)\b[^.]{0,60}\b(?:documentation|docs|user guide|manual|wiki)\b`)

// offDocs is in addresses of pages of documentation on other matters than the good.
var offDocs = lazy.New(`(?i)conduct|contribut|licen[cs]e|known-issues|changelog|release-?notes|privacy|\.git$|//(?:www\.)?(?:twitter|x|facebook|linkedin|instagram|youtube|medium)\.com/|//youtu\.be/`)

// leadsToDocs says whether an address is one of documentation: by what the
// link is called, or by an address that holds a word of what the good is called.
func (p *papers) leadsToDocs(u *url.URL, text, called string) bool {
	words := plainWords(text)
	for _, w := range docsWords {
		if words == w || words == "the "+w || words == "our "+w {
			return true
		}
	}
	host := strings.ToLower(u.Host)
	if !strings.HasSuffix(host, "readthedocs.io") && !strings.HasSuffix(host, "gitbook.io") && !strings.HasSuffix(strings.ToLower(u.Path), "/wiki") &&
		!slices.ContainsFunc(docsHosts, func(h string) bool { return strings.HasPrefix(host, h) }) {
		return false
	}
	return slices.ContainsFunc(append(strings.Fields(plainWords(called)), p.own...), func(w string) bool {
		return len(w) >= 3 && !slices.Contains([]string{"docs", "wiki", "documentation"}, w) && strings.Contains(host, w)
	})
}

// strangers says whether an address is a repository of others that does not bear
// the whole name of the good.
func (p *papers) strangers(u *url.URL) bool {
	if !isForge(u) || p.home == "" {
		return false
	}
	home, err := url.Parse(p.home)
	if err != nil {
		return false
	}
	mine, theirs := strings.Split(strings.Trim(strings.ToLower(home.Path), "/"), "/"), strings.Split(strings.Trim(strings.ToLower(u.Path), "/"), "/")
	return len(theirs) > 1 && len(mine) > 1 && mine[0] != theirs[0] && !strings.Contains(stem(theirs[1]), stem(mine[1])) && !strings.Contains(stem(theirs[0]), stem(mine[1]))
}

// ofTool says whether a host is that of a tool with which others build.
func ofTool(u *url.URL) bool {
	labels := strings.Split(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."), ".")
	return slices.ContainsFunc(labels[:len(labels)-1], func(l string) bool {
		return slices.Contains(toolNames, l) || slices.Contains(toolNames, strings.TrimSuffix(l, "js")) || slices.Contains(toolNames, strings.TrimSuffix(l, "framework"))
	})
}

// gone is at the beginning of a page on what is no longer there.
var gone = lazy.New(`(?i)\b(?:being|been|was|were|is|are) (?:now )?(?:removed|discontinued|retired)\b`)

// mostGone is how many bytes of a page are its beginning.
const mostGone = 300

// passed says whether a page among others is on what was taken away.
func passed(of *paper, f *File) bool {
	return strings.HasPrefix(of.ID, "docs.") && f.Depth > 0 && gone.Match(f.Text[:min(len(f.Text), mostGone)])
}

// licenceTerms is in the text of a licence: it shows no more of the law than which one it is.
var licenceTerms = lazy.New(`(?i)redistribution\s+and\s+use\s+in\s+source\s+and\s+binary|permission\s+is\s+hereby\s+granted,\s+free\s+of\s+charge|permission\s+to\s+use,\s+copy,\s+modify|gnu\s+(?:lesser |affero )?general\s+public\s+licen[sc]e\s+version|apache\s+license,?\s+version\s+2\.0,?\s+january`)

// mayBeDocs says whether an address of the good or its makers is one of
// documentation by what is said around it, where none is called so.
func (p *papers) mayBeDocs(u *url.URL, l prose.Link, line string) bool {
	words, lower := plainWords(l.Text), strings.ToLower(u.Path)
	if strings.Contains(lower, "badge") || strings.Contains(u.RawQuery, "badge") || notPage[path.Ext(lower)] || isMeeting(u) {
		return false
	}
	if isForge(u) {
		// the pages of the repository for people, or one of the same owner's that holds texts
		parts := strings.Split(strings.Trim(lower, "/"), "/")
		own := p.home != "" && strings.HasPrefix(strings.ToLower(p.home+"/"), strings.ToLower("https://"+u.Host+"/"+parts[0]+"/"))
		return own && (len(parts) > 2 && parts[2] == "wiki" && strings.HasPrefix(strings.ToLower(u.String())+"/", strings.ToLower(p.home)+"/") ||
			len(parts) == 2 && (strings.HasSuffix(parts[1], "-docs") || parts[1] == "docs" || parts[1] == "documentation"))
	}
	called := strings.Count(words, " ") <= 5 && (slices.ContainsFunc(docsEnds, func(w string) bool { return strings.HasSuffix(words, w) }) ||
		slices.ContainsFunc(docsBegins, func(w string) bool { return strings.HasPrefix(words, w) }))
	return called || strings.HasPrefix(lower, "/confluence/") || telltale.MatchString(line) && (words == "" || strings.HasPrefix(l.Text, "http") || words == "here" || strings.Contains(words, "doc"))
}

// tellsHow says whether the front page itself tells how to install or use the
// good, or is too long not to; of what is no program it need not.
func (p *papers) tellsHow(t *Target) bool {
	if !slices.Contains(t.Kinds, good.Software) && !slices.Contains(t.Kinds, good.AI) || p.front.Letters > 2500 {
		return true
	}
	for _, id := range []string{"docs.use", "docs.install", "docs.run", "docs.configure", "docs.examples"} {
		if s := p.found[id]; s != nil && slices.ContainsFunc(s.best, func(h hit) bool { return h.at.Path == p.front.Path && h.value == "" }) {
			return true
		}
	}
	return false
}

// places says where documentation is to be read.
func (p *papers) places(t *Target) []finding.Finding {
	f := finding.Finding{Probe: "docs.place", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("probe.none", "Texts", p.texts)}
	meet := func(at finding.Evidence, value string, why finding.Text) {
		f.State, f.Confidence, f.Evidence = finding.Met, finding.Medium, append(f.Evidence, at)
		if f.Values == nil {
			f.Why = why
		}
		if value != "" {
			f.Values = append(f.Values, value)
		}
	}
	if p.site == nil {
		p.site = p.perhaps
	}
	if p.site != nil {
		meet(p.site.at, p.site.value, finding.Say("probe.link", "Path", p.site.at.Path+p.site.at.URL, "Link", p.site.value))
	}
	if p.front != nil && p.front.Letters > 300 && p.tellsHow(t) {
		at := finding.Evidence{Path: p.front.Path}
		meet(at, t.address(p.front.Path), finding.Say("probe.file", "Path", p.front.Path))
	}
	return []finding.Finding{f, p.dead.judge(t, p.unread), p.spoken(), p.meeting(t)}
}

// fewSaid is how many bytes a text on a matter has at most that leads elsewhere
// or was only begun.
const fewSaid = 250

// stub says whether a text named for a paper on documentation says next to nothing.
func stub(of *paper, f *File) bool {
	return strings.HasPrefix(of.ID, "docs.") && of.ID != "docs.examples" && !f.Binary && prose.Known(f.Ext) && len(strings.TrimSpace(string(f.Text[:min(len(f.Text), 2*fewSaid)]))) < fewSaid
}

// lineAt is a line of a text.
func lineAt(text []byte, line int) string {
	for ; line > 1; line-- {
		_, after, more := bytes.Cut(text, []byte("\n"))
		if !more {
			return ""
		}
		text = after
	}
	said, _, _ := bytes.Cut(text, []byte("\n"))
	return string(said[:min(len(said), 500)])
}

// sawLink takes what a link leads to, and of documentation the text of the tree
// that lies there as well.
func (p *papers) sawLink(of *paper, h hit, there string) {
	p.saw(of.ID, h)
	if there != "" && strings.HasPrefix(of.ID, "docs.") {
		h.at, h.rank = finding.Evidence{Path: there}, h.rank+1
		p.saw(of.ID, h)
	}
}

// linked is the text of the tree to which a link of the front page leads; "" where
// it leads elsewhere.
func (p *papers) linked(f *File, u *url.URL) string {
	if u.Host != "" || u.Path == "" || f.Depth > 0 || !isFront(&f.Entry) || !written[strings.ToLower(path.Ext(u.Path))] {
		return ""
	}
	to := path.Join(path.Dir(f.Path), u.Path)
	if u.Path[0] == '/' {
		to = path.Clean(u.Path[1:])
	}
	for i := range p.entries {
		if p.entries[i].Path == to && !p.entries[i].Vendored {
			return to
		}
	}
	return ""
}
