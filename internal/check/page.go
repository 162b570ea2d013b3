package check

import (
	"bytes"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
)

// Page is a page of a site.
type Page struct {
	URL    string
	Status int
	Type   string // media type
	Text   []byte

	read *paged
}

// paged is what a page says of itself and of the good.
type paged struct {
	lang, title, heading, site, about string
	notices                           []string // lines on copyright
	links                             []pageLink
	linked                            [][]byte // JSON-LD
}

// pageLink is a link of a page to another.
type pageLink struct {
	to   *url.URL
	text string
}

// What is kept of one page at most.
const (
	mostPageLinks = 2000
	mostNotices   = 20
	mostLinked    = 20
	longestNotice = 300 // bytes
)

// Linked are the descriptions in JSON-LD that a page carries.
func (p *Page) Linked() [][]byte { return p.said().linked }

// said reads a page, once. One that is gone, or is none, says nothing.
func (p *Page) said() *paged {
	if p.read == nil {
		p.read = &paged{}
		if base, err := url.Parse(p.URL); err == nil && p.Status == 200 && strings.Contains(p.Type, "html") {
			p.read.take(base, p.Text)
		}
	}
	return p.read
}

// take reads a page token by token: a wild one takes no more time than its length.
func (s *paged) take(base *url.URL, text []byte) {
	z := html.NewTokenizer(bytes.NewReader(text))
	within := "" // the element whose text is read: a title, a heading, a script
	link := -1   // the one whose text is read
	var words strings.Builder
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.Data {
			case "html":
				s.lang = attr(t, "lang")
			case "meta":
				s.meta(t)
			case "link":
				s.refer(base, t)
			case "a":
				link = -1
				if s.refer(base, t) {
					link = len(s.links) - 1
				}
				words.Reset()
			case "title", "h1", "style":
				within = t.Data
			case "script":
				within = t.Data
				if strings.EqualFold(attr(t, "type"), "application/ld+json") {
					within = "linked"
				}
			}
		case html.TextToken:
			switch raw := z.Text(); {
			case within == "linked" && len(s.linked) < mostLinked:
				s.linked = append(s.linked, bytes.Clone(raw))
			case within == "linked" || within == "script" || within == "style":
			default:
				s.text(within, string(raw))
				if link >= 0 && words.Len() < longestNotice {
					words.Write(raw)
				}
			}
		case html.EndTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "a":
				if link >= 0 {
					s.links[link].text = oneLine(words.String())
				}
				link = -1
			case "title", "h1", "script", "style":
				within = ""
			}
		}
	}
}

func (s *paged) text(within, text string) {
	text = oneLine(html.UnescapeString(text))
	switch {
	case text == "":
	case within == "title" && s.title == "":
		s.title = text
	case within == "h1" && s.heading == "":
		s.heading = text
	case len(text) < longestNotice && len(s.notices) < mostNotices && marked([]byte(text)):
		s.notices = append(s.notices, text)
	}
}

func (s *paged) meta(t html.Token) {
	value := oneLine(attr(t, "content"))
	switch name := strings.ToLower(attr(t, "name") + attr(t, "property")); {
	case name == "og:site_name" || name == "application-name" && s.site == "":
		s.site = value
	case name == "description", name == "og:description" && s.about == "":
		s.about = value
	}
}

// refer takes a link, if it leads to a page.
func (s *paged) refer(base *url.URL, t html.Token) bool {
	u, err := base.Parse(attr(t, "href"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || len(s.links) >= mostPageLinks {
		return false
	}
	licence := slices.Contains(strings.Fields(strings.ToLower(attr(t, "rel"))), "license")
	if t.Data != "a" && !licence {
		return false
	}
	s.links = append(s.links, pageLink{to: u})
	return true
}

// attr is the value of an attribute.
func attr(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// name is what a page says the good is called: the site's name where it says it, else
// the part of its title that its host or its heading bears out, or all of it if it is short.
func (s *paged) name(host string) string {
	const mostWords = 6
	if s.site != "" {
		return s.site
	}
	parts := titleParts(s.title)
	for _, fits := range []func(string) bool{
		func(part string) bool { return strings.EqualFold(part, s.heading) },
		func(part string) bool { return shareWord(strings.Fields(plainWords(host)), part) },
	} {
		if i := slices.IndexFunc(parts, fits); i >= 0 && len(strings.Fields(parts[i])) <= mostWords {
			return parts[i]
		}
	}
	if len(parts) == 1 && len(strings.Fields(s.title)) <= mostWords {
		return s.title
	}
	return ""
}

// titleParts are the parts of a title between the signs that part it.
func titleParts(title string) []string {
	for _, sign := range []string{" – ", " — ", " - ", " · ", ": "} {
		title = strings.ReplaceAll(title, sign, " | ")
	}
	var out []string
	for part := range strings.SplitSeq(title, "|") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// ofSource is how a link to what the good is made of is called.
var ofSource = lazy.New(`(?i)^$|git(?:hub|lab)|\bsources?\b|\bcode\b|repositor|\brepo\b|contribut|bitbucket|codeberg|исходн|código|源|المصدر`)

// sources are the repositories that a page calls those of its good, each once.
func (s *paged) sources(called string) (out []string) {
	for _, l := range s.links {
		parts := strings.Split(strings.Trim(l.to.Path, "/"), "/")
		if !isForge(l.to) || len(parts) != 2 || path.Ext(l.to.Path) != "" && path.Ext(l.to.Path) != ".git" || !ofSource.MatchString(l.text) && stem(strings.ToLower(parts[1])) != stem(strings.ToLower(called)) {
			continue
		}
		if at := repository(l.to.String()); at != "" && !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

// ofPage takes what the first page of a site says of the good.
func (g *general) ofPage(t *Target) {
	if len(t.Pages) == 0 || len(t.Entries) > 0 {
		return
	}
	p := &t.Pages[0]
	s, at := p.said(), finding.Evidence{URL: p.URL}
	u, err := url.Parse(p.URL)
	if err != nil || p.Status != 200 {
		return
	}
	name := s.name(u.Hostname())
	g.say("name", name, at, byFront)
	g.say("website", p.URL, at, byFront)
	g.say("summary", sentence(s.about), at, byFront)
	if from := s.sources(name); len(from) == 1 { // of several, which is the good's only a person can say
		g.say("source", from[0], at, byFront)
	}
}

// ofPages takes the licences that pages name as theirs, or lead to.
func (l *licence) ofPages(t *Target) {
	if len(t.Entries) > 0 {
		return
	}
	for i := range t.Pages {
		for _, link := range t.Pages[i].said().links {
			e, known := readExpression(link.to.String())
			if !known || slices.ContainsFunc(l.claims, func(c claim) bool { return slices.Equal(c.ids, e.ids) }) {
				continue
			}
			l.claims = append(l.claims, claim{expression: e, raw: link.to.String(), known: true, form: "page", at: finding.Evidence{URL: t.Pages[i].URL}})
		}
	}
}

// onPage says of a site that a page of it tells under which licence it is: that is
// where the licence of what lies in no files is seen.
func (l *licence) onPage(t *Target) (f finding.Finding, ok bool) {
	if len(t.Entries) > 0 || len(l.claims) == 0 || !l.claims[0].known {
		return f, false
	}
	first := l.claims[0]
	f = say("licence.text", finding.Met, sureOfPage(t, first), finding.Say("check.licence.text.page", "Page", first.at.URL, "Licence", first.named()))
	f.Evidence, f.Values = []finding.Evidence{first.at}, first.ids
	return f, true
}

// sureOfPage is how sure a licence of a page is that of the good: of data and works it
// is, of a program it may be that of the pages alone.
func sureOfPage(t *Target, c claim) finding.Confidence {
	if c.form != "page" || slices.Contains(t.Kinds, good.Data) || slices.Contains(t.Kinds, good.Content) {
		return finding.Medium
	}
	return finding.Low
}

// ofPages is whose the notice of a page says the good is.
func (o *owner) ofPages(t *Target) (f finding.Finding, ok bool) {
	for i := range t.Pages {
		for _, notice := range t.Pages[i].said().notices {
			for _, c := range copyrightLines([]byte(notice), writing{prose: true, front: true}, o.before) {
				if c.blank {
					continue
				}
				if before, _, more := strings.Cut(c.holder, ". "); more && strings.Contains(before, " ") {
					c.holder = before // what follows is another sentence
				}
				f = say("owner.copyright", finding.Met, finding.Medium, finding.Say("check.owner.organisation.met", "File", t.Pages[i].URL, "Name", c.holder))
				f.Evidence, f.Values = []finding.Evidence{{URL: t.Pages[i].URL}}, []string{c.holder}
				return f, len(t.Entries) == 0
			}
		}
	}
	return f, false
}
