package check

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"stoa/internal/check/manifest"
	"stoa/internal/check/nested"
	"stoa/internal/check/prose"
	"stoa/internal/finding"
	"stoa/internal/lazy"
)

// general gathers what every form asks first: name, summary, website, source,
// goals. Files made to say such things stand before the front page, that
// before what tools are told.
type general struct {
	facts  map[string]*sighting
	named  map[int]hit // goals
	called []string    // the words of the target's own address
	owned  int         // how many of them are its owner's
	full   string      // owner and name in the address
	spelt  string      // the last part of the address as it is written
	names  names       // what its places call it
	script hit         // what package.json says the whole is
	served bool        // another manifest stands beside it: it may speak of the pages alone
	alone  bool        // it is one document: a text is its front page, and its title what it is called

	nearby   bool             // the front page leads to hosts of its makers, or to the first page of a site
	siteBest int              // the rank of the best site the front page leads to
	page     finding.Evidence // a front page that tells enough to be read for itself
	about    []said           // what is said of what the good is
}

func newGeneral(t *Target) Probe {
	g := &general{facts: map[string]*sighting{}, named: map[int]hit{}, siteBest: byTools, alone: t.Alone}
	g.called, g.owned = addressWords(t)
	if last := len(g.called) - 2; last > g.owned && g.called[last+1] == "io" && g.called[last] == "github" {
		g.called = g.called[:last] // the host of pages is no word of a name
	}
	at := t.Name
	if u, err := url.Parse(t.URL); err == nil && t.URL != "" {
		at = u.Path
	}
	if parts := strings.Split(strings.Trim(strings.TrimSuffix(at, ".git"), "/"), "/"); len(parts) > 1 {
		g.full = strings.Join(parts[len(parts)-2:], "/")
	}
	g.spelt = path.Base(strings.TrimSuffix(strings.TrimRight(at, "/"), ".git"))
	return g
}

// The ranks of what may say a fact.
const (
	byMaker = 10 // publiccode.yml, codemeta.json, CITATION.cff, datapackage.json
	byForge = 20
	byFront = 30 // the front page
	byTools = 40 // a manifest
	bySelf  = 50 // the repository itself
)

// enoughLetters is how much running text a front page has by which people can
// read about the good where no site was named.
const enoughLetters = 300

// described are files made to say what a good is, by name.
var described = map[string]int{"publiccode.yml": 0, "publiccode.yaml": 0, "codemeta.json": 1, "datapackage.json": 2, "citation.cff": 3}

// fronts are manifests whose words about the whole are taken.
var fronts = map[string]bool{"package.json": true, "pyproject.toml": true, "setup.cfg": true, "cargo.toml": true, "composer.json": true, "pubspec.yaml": true, "pom.xml": true, "chart.yaml": true}

// servers are manifests of programs whose package.json is of their pages.
var servers = map[string]bool{"pyproject.toml": true, "setup.py": true, "requirements.txt": true, "manage.py": true, "gemfile": true, "pom.xml": true, "build.gradle": true, "composer.json": true, "go.mod": true, "cargo.toml": true, "mix.exs": true}

func (g *general) Wants(e *Entry) Want {
	g.served = g.served || e.Depth == 0 && servers[e.Name]
	if e.Depth == 0 && e.Size > 0 && (isFront(e) || fronts[e.Name] || g.alone && prose.Known(e.Ext)) {
		return Whole
	}
	if _, is := described[e.Name]; is && e.Depth == 0 || ofPages(e) {
		return Whole
	}
	return Nothing
}

// ofPages says whether a file names the host at which the pages of the tree are shown.
func ofPages(e *Entry) bool {
	const longest = 300
	dir := path.Dir(e.Path)
	return e.Name == "cname" && e.Size < longest && (dir == "." || dir == "docs" || dir == "public" || dir == "static")
}

func (g *general) say(fact, value string, at finding.Evidence, rank int) {
	if value = strings.Join(strings.Fields(value), " "); value == "" || len(value) > 2000 {
		return
	}
	sure := finding.Medium
	if rank < byForge {
		sure = finding.High
	}
	if fact == "summary" {
		if g.tells(value, at); cut(value) == "" || g.circular(cut(value)) {
			return
		}
		value = cut(value)
	}
	if g.facts[fact] == nil {
		g.facts[fact] = &sighting{}
	}
	g.facts[fact].add(hit{at: at, value: value, sure: sure, rank: rank, how: finding.Say("probe.fact", "Value", brief(value), "Where", at.Path+at.URL)})
}

// brief is a value as a sentence can hold it.
func brief(s string) string {
	if r := []rune(s); len(r) > 160 {
		return string(r[:159]) + "…"
	}
	return s
}

func (g *general) See(f *File) {
	if f.Binary {
		return
	}
	at := f.At(0)
	if rank, is := described[f.Name]; is {
		g.described(f, byMaker+rank)
		return
	}
	if f.Name == "cname" {
		if site := website("https://" + strings.TrimSpace(string(f.Text))); !strings.ContainsAny(site, " \n") {
			g.say("website", site, at, byFront+2)
		}
		return
	}
	if fronts[f.Name] {
		if m, err := manifest.Parse(f.Path, f.Text); err == nil {
			g.names.tools = append(g.names.tools, m.Name)
			g.names.listed = append(g.names.listed, hit{at: at, value: m.Name})
			if f.Name == "package.json" {
				g.script = hit{at: at, value: told(m.Summary)}
				g.tells(g.script.value, at)
				g.topics(f, fields(f))
			} else {
				g.say("summary", told(m.Summary), at, byTools)
			}
			if site := website(m.Homepage); shareWord(append(strings.Fields(plainWords(m.Name)), g.called...), site) {
				g.say("website", cleanSite(site, g.called), at, byTools)
			}
			g.say("source", repository(m.Source), at, byTools)
		}
		return
	}
	g.front(f)
}

// told is what a manifest says the whole is, if it says more than another name.
func told(s string) string {
	if s = sentence(s); len(strings.Fields(s)) < 5 && !scriptOf.MatchString(s) {
		return ""
	}
	return s
}

// byWhom is a summary that says who made tools, and not what for.
var byWhom = lazy.New(`(?i)^(?:\S+ ){0,2}(?:tools?|code|software|scripts?|packages?) (?:put together|made|built|created|developed|written|maintained) by `)

// sentence is a summary that says something.
func sentence(s string) string {
	if byWhom.MatchString(s) || strings.HasSuffix(strings.TrimSpace(s), ":") {
		return ""
	}
	if strings.EqualFold(strings.Trim(s, ". "), "add your description here") || len(strings.Fields(s)) < 3 && len([]rune(s)) < 12 || strings.Contains(s, "${") {
		return ""
	}
	return s
}

// website is an address of a site, not of the sources.
func website(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(s) > 300 {
		return ""
	}
	if isForge(u) {
		return ""
	}
	return u.String()
}

// isForge says whether an address is one of sources.
func isForge(u *url.URL) bool {
	host := strings.ToLower(strings.TrimPrefix(u.Host, "www."))
	return host == "github.com" || host == "gitlab.com" || host == "bitbucket.org" || host == "codeberg.org" || strings.HasPrefix(host, "git.") || strings.HasPrefix(host, "gitlab.")
}

var scp = lazy.New(`^(?:ssh://)?git@([\w.-]+)[:/](.+)$`)

// repository is the address of sources as a reader opens it.
func repository(s string) string {
	s = strings.TrimSpace(strings.TrimPrefix(s, "git+"))
	if m := scp.FindStringSubmatch(s); m != nil {
		s = "https://" + m[1] + "/" + m[2]
	}
	if rest, ok := strings.CutPrefix(s, "git://"); ok {
		s = "https://" + rest
	}
	if rest, ok := strings.CutPrefix(s, "github:"); ok {
		s = "https://github.com/" + rest
	} else if strings.Count(s, "/") == 1 && !strings.Contains(s, ":") && s[0] != '.' {
		s = "https://github.com/" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") == "" || len(s) > 300 {
		return ""
	}
	u.Path, u.Fragment, u.RawQuery = strings.TrimSuffix(strings.TrimSuffix(u.Path, "/"), ".git"), "", ""
	return u.String()
}

// described reads a file that was made to say what the good is.
func (g *general) described(f *File, rank int) {
	doc := fields(f)
	text := func(keys ...string) string {
		for _, k := range keys {
			if s, _ := doc[k].(string); s != "" {
				return s
			}
		}
		return ""
	}
	at := f.At(0)
	switch f.Name {
	case "publiccode.yml", "publiccode.yaml":
		g.made(text("name"), at, rank)
		g.say("website", website(text("landingURL")), at, rank)
		g.say("source", repository(text("url")), at, rank)
		about, _ := doc["description"].(map[string]any)
		audience, _ := doc["intendedAudience"].(map[string]any)
		scopes, _ := audience["scope"].([]any)
		for _, s := range scopes {
			if s, ok := s.(string); ok && len(scopes) == 1 {
				g.tells(s, at) // a list of all says nothing
			}
		}
		for _, lang := range append([]string{"en", "en-GB", "en-US"}, keys(about)...) {
			if in, _ := about[lang].(map[string]any); in != nil {
				short, _ := in["shortDescription"].(string)
				g.say("summary", short, at, rank)
				long, _ := in["longDescription"].(string)
				g.tells(long, at)
				break
			}
		}
	case "codemeta.json":
		g.made(text("name"), at, rank)
		g.say("summary", text("description"), at, rank)
		g.say("website", website(text("url")), at, rank)
		g.say("source", repository(text("codeRepository")), at, rank)
	case "datapackage.json":
		g.made(text("title", "name"), at, rank)
		g.say("summary", text("description"), at, rank)
		g.say("website", website(text("homepage")), at, rank)
	case "citation.cff":
		g.made(text("title"), at, rank)
		g.say("summary", text("abstract"), at, rank)
		g.say("website", website(text("url")), at, rank)
		g.say("source", repository(text("repository-code")), at, rank)
	}
	g.topics(f, doc)
	g.goals(f, rank)
}

func keys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// fields are the fields of a file in YAML or JSON; nil where it has none.
func fields(f *File) (doc map[string]any) {
	read := nested.YAML
	if f.Ext == ".json" {
		read = nested.JSON
	}
	if read(f.Text, &doc) != nil {
		return nil
	}
	return doc
}

// front reads the front page.
func (g *general) front(f *File) {
	if strings.Count(f.Name, ".") > 1 || strings.HasPrefix(f.Name, "readme-") || strings.HasPrefix(f.Name, "readme_") {
		return // in another language, or of a part
	}
	d := f.Doc()
	name := g.heading(f, d)
	g.sayWhat(f, d, name)
	links := slices.Clip(d.Links)
	for _, m := range address.FindAllIndex(f.Text, 200) { // an address in running text is a link to people
		links = append(links, prose.Link{Target: strings.TrimRight(string(f.Text[m[0]:m[1]]), ".,;:"), Line: f.Line(m[0])})
	}
	tenants := map[string]map[string]bool{} // hosts that begin with one name: those who run the good
	for _, l := range links {
		if name, rest := tenant(l.Target); name != "" {
			if tenants[name] == nil {
				tenants[name] = map[string]bool{}
			}
			tenants[name][rest] = true
		}
	}
	for _, l := range links {
		if name, _ := tenant(l.Target); len(tenants[name]) > 2 {
			continue
		}
		g.nearby = g.nearby || !l.Image && !strings.Contains(l.Target, "badge") && (g.kin(l.Target) || firstPage(l.Target))
		if site := website(g.rooted(l.Target, name)); !l.Image && site != "" {
			if rank := g.siteRank(site, l.Text, name); rank > 0 && rank < g.siteBest {
				g.siteBest = rank
				g.say("website", cleanSite(site, append(strings.Fields(plainWords(name)), g.called[min(g.owned, len(g.called)):]...)), f.At(l.Line), rank)
			}
		}
	}
	if d.Letters >= enoughLetters {
		g.page = f.At(0)
	}
	g.subjects(f, d, name)
	g.goals(f, byFront)
}

// Findings are one for each fact.
func (g *general) Findings(t *Target) []finding.Finding {
	if t.Forge != nil {
		at := finding.Evidence{URL: t.URL}
		g.say("summary", sentence(t.Forge.Description), at, byForge)
		g.say("website", website(t.Forge.Homepage), at, byForge)
	}
	g.itself(t)
	g.ofPage(t)
	if source := repository(t.URL); source != "" && !t.Alone {
		g.say("source", source, finding.Evidence{URL: t.URL}, byMaker-1)
		if g.page.Path != "" && !g.nearby {
			g.say("website", source, g.page, bySelf)
		}
	}
	g.settleName()
	g.titled()
	if !g.served {
		g.say("summary", g.script.value, g.script.at, byTools)
	}
	var out []finding.Finding
	for _, fact := range []struct {
		name, id string
	}{{"name", "general.name"}, {"summary", "general.summary"}, {"website", "general.website"}, {"source", "general.source"}} {
		f := unknown(fact.id, "probe.fact.none")
		if s := g.facts[fact.name]; s != nil {
			best := s.best[0]
			f = finding.Finding{Probe: fact.id, State: finding.Met, Confidence: best.sure, Why: best.how, Values: []string{best.value}, Evidence: []finding.Evidence{best.at}}
		}
		out = append(out, f)
	}
	return append(out, g.goalsFound(t))
}
