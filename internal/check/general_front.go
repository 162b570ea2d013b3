package check

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"stoa/internal/check/prose"
	"stoa/internal/lazy"
)

// addressWords are the words of the last two parts of a target's address, or of
// its folder: its owner's name and its own. owned is how many are the owner's.
func addressWords(t *Target) (words []string, owned int) {
	at := t.Name
	if u, err := url.Parse(t.URL); err == nil && t.URL != "" {
		at = u.Path
	}
	parts := strings.FieldsFunc(strings.TrimSuffix(at, ".git"), func(r rune) bool { return r == '/' || r == '\\' })
	for i, part := range parts[max(0, len(parts)-2):] {
		words = append(words, strings.Fields(plainWords(part))...)
		if i == 0 && len(parts) > 1 {
			owned = len(words)
		}
	}
	return words, owned
}

// shareWord says whether a name holds one of these words, or one of them a word
// of it.
func shareWord(words []string, name string) bool {
	for w := range strings.SplitSeq(plainWords(name), " ") {
		if len(w) > 2 && slices.ContainsFunc(words, func(c string) bool {
			return c == w || len(c) > 3 && strings.HasPrefix(w, c) || len(w) > 3 && (strings.HasPrefix(c, w) || strings.HasSuffix(c, w))
		}) {
			return true
		}
	}
	return false
}

// siteWords are how a link to a good's own site is called.
var siteWords = []string{"website", "homepage", "home page", "project website", "our project website", "project homepage", "official website", "web site", "our website", "site web", "sitio web", "сайт", "官网", "الموقع"}

// plainPlaces are words of addresses and names that are no name by themselves.
var plainPlaces = []string{"server", "client", "backend", "frontend", "platform", "android", "registry", "collect", "central", "core", "specification", "standard", "application", "website", "documentation", "mobile", "project", "health", "github", "gitlab", "digital", "public", "community", "foundation", "organisation", "organization", "software", "toolkit", "framework", "service", "system", "portal", "google"}

// toolNames are names of tools, whose sites are linked by those who use them.
var toolNames = []string{"python", "pytorch", "tensorflow", "keras", "numpy", "pandas", "jupyter", "react", "angular", "svelte", "django", "flask", "laravel", "rails", "ruby", "node", "nodejs", "java", "javascript", "typescript", "spring", "docker", "kubernetes", "helm", "flutter", "dart", "rust", "golang", "julia", "matlab", "unity", "gradle", "maven", "firebase", "arduino", "qgis", "wordpress", "drupal", "moodle", "postgres", "postgresql", "mysql", "mongodb", "redis", "openai", "huggingface", "gapminder", "wikipedia", "openstreetmap", "swift", "kotlin", "scala", "elixir", "phoenix", "graphql", "swagger", "openapi", "bootstrap", "tailwind", "vuejs", "nuxt", "nextjs", "ionic", "expo", "webpack", "babel", "electron"}

// counters are what a host of a good is called that is not its site but a place
// for something else, and rooms whose hosts bear the names of their tenants.
var (
	counters = []string{"bugs", "bugzilla", "tracker", "forum", "forums", "discuss", "demo", "play", "staging", "test", "dev", "app", "slack", "discord", "jira", "chat", "status", "blog", "download", "downloads", "ci", "hub", "sandbox", "feedback", "support", "help", "issues", "translate", "weblate", "login", "sandkiste", "registry", "news", "careers", "schema", "schemas", "static", "cdn", "assets", "img", "images", "files", "data", "mail", "auth", "sso", "ftp", "git", "svn", "packages", "repo"}
	rooms    = []string{"semaphoreci.com", "slack.com", "atlassian.net", "crowdin.com", "zulipchat.com", "discourse.group", "zendesk.com", "freshdesk.com", "statuspage.io", "canny.io", "eventbrite.com", "substack.com", "sonarcloud.io", "codecov.io", "travis-ci.org", "travis-ci.com", "circleci.com", "appveyor.com", "medium.com", "youtube.com", "twitter.com", "x.com", "linkedin.com", "facebook.com"}
)

// guides are what hosts for readers and for programs are called, with anybody.
var guides = []string{"docs", "doc", "documentation", "wiki", "developers", "developer", "api"}

// roomed says whether a host is one of rooms.
func roomed(host string) bool {
	return slices.ContainsFunc(rooms, func(r string) bool { return host == r || strings.HasSuffix(host, "."+r) })
}

// tenant parts an address into the name that its host begins with and whose the
// host is; "" where that tells nothing of who runs what is so called: where many
// keep something by its name, and where hosts are called so with anybody.
func tenant(address string) (name, rest string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || isForge(u) {
		return "", ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if name, rest, _ = strings.Cut(host, "."); roomed(host) || rest == "github.io" || rest == "readthedocs.io" || name == "blog" || slices.Contains(guides, name) {
		return "", ""
	}
	return name, rest
}

// notPage are endings of what is no page to read.
var notPage = map[string]bool{".json": true, ".xml": true, ".xsd": true, ".yml": true, ".yaml": true, ".png": true, ".jpg": true, ".svg": true, ".gif": true, ".pdf": true, ".zip": true, ".sh": true, ".apk": true, ".csv": true, ".js": true, ".css": true, ".txt": true, ".ipynb": true}

// rooted is the beginning of a site of which an address is a page: of what is
// kept by name on a host for many, or on a domain of the good's own name.
func (g *general) rooted(site, name string) string {
	u, err := url.Parse(site)
	if err != nil || u.Host == "" {
		return site
	}
	host := strings.ToLower(u.Hostname())
	own := append(strings.Fields(plainWords(name)), g.called[min(g.owned, len(g.called)):]...)
	first, _, deeper := strings.Cut(strings.Trim(u.Path, "/"), "/")
	switch {
	case strings.HasSuffix(host, ".github.io") && deeper && shareWord(own, first):
		return u.Scheme + "://" + u.Host + "/" + first + "/"
	case strings.HasSuffix(host, ".readthedocs.io") && shareWord(own, strings.TrimSuffix(host, ".readthedocs.io")):
		return u.Scheme + "://" + u.Host + "/"
	case strings.Contains(host, "-") && strings.Count(strings.TrimPrefix(host, "www."), ".") == 1:
		label, _, _ := strings.Cut(strings.TrimPrefix(host, "www."), ".")
		if stem(label) == strings.Join(g.called[:min(g.owned, len(g.called))], "") || stem(label) == strings.Join(g.called[min(g.owned, len(g.called)):], "") {
			return u.Scheme + "://" + u.Host + "/"
		}
	}
	return site
}

// kin says whether a host bears a part of the good's or its owner's name: then
// there may be a site that was not told from others.
func (g *general) kin(site string) bool {
	u, err := url.Parse(site)
	if err != nil || isForge(u) || u.Host == "" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if roomed(host) {
		return false
	}
	labels := strings.Split(host, ".")
	whole := append(slices.Clone(g.called), strings.Join(g.called[:min(g.owned, len(g.called))], ""), strings.Join(g.called[min(g.owned, len(g.called)):], ""))
	return slices.ContainsFunc(labels[:len(labels)-1], func(label string) bool {
		label = stem(label)
		return len(label) > 2 && label != "www" && slices.ContainsFunc(whole, func(w string) bool {
			return !slices.Contains(plainPlaces, w) && !slices.Contains(plainPlaces, label) && (w == label || len(w) > 4 && strings.Contains(label, w) || len(w) > 4 && strings.HasPrefix(w, label))
		})
	})
}

// firstPage says whether an address is that of the first page of a site that is no
// tool's: the good's own may be among such.
func firstPage(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && strings.Trim(u.Path, "/") == "" && strings.Contains(u.Host, ".") && u.Port() == "" && !isForge(u) && !ofTool(u) && !roomed(strings.ToLower(u.Hostname()))
}

// cleanSite is an address without what only tells where somebody came from, and
// of a page of a good's own domain the domain: its first page tells more.
func cleanSite(site string, own []string) string {
	u, err := url.Parse(site)
	if err != nil {
		return site
	}
	u.RawQuery, u.Fragment = "", ""
	labels := strings.Split(strings.TrimPrefix(strings.ToLower(u.Host), "www."), ".")
	if strings.Trim(u.Path, "/") != "" && !strings.HasSuffix(u.Host, "github.io") && !strings.HasSuffix(u.Host, "readthedocs.io") && slices.ContainsFunc(own, func(w string) bool { return len(w) >= 4 && w == stem(labels[0]) }) {
		u.Path = "/"
	}
	return u.String()
}

// saysWhole says whether what a link is called holds a word of the address as it
// stands, or all of them: "wikibase" is no word of "raisewikibase".
func saysWhole(own []string, said string) bool {
	words := strings.Fields(said)
	return slices.ContainsFunc(own, func(w string) bool { return len(w) > 2 && slices.Contains(words, w) }) || strings.Contains(strings.Join(words, ""), strings.Join(own, ""))
}

// joined is what the address calls the good in one word, without words of sorts
// of things: "wellright" of well-right-api; of an address that has none but those,
// as acme/core, it is its owner's.
func (g *general) joined() string {
	own := slices.DeleteFunc(slices.Clone(g.called[min(g.owned, len(g.called)):]), func(w string) bool { return sortsOfThing[w] })
	if len(own) == 0 {
		own = g.called[:min(g.owned, len(g.called))]
	}
	return strings.Join(own, "")
}

// tellingWords are the words of a name by which a host may be called: of a name
// of several none alone, as that of a city may be among them.
func tellingWords(name string) []string {
	const few = 2
	words := strings.Fields(plainWords(name))
	if own := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return sortsOfThing[w] }); len(own) > few {
		return nil
	}
	return words
}

// siteRank says whether an address is the good's own site, or a page of its
// maker's about it, and how good it is: smaller is better, and 0 that it is none.
// It is called so, or its host bears the name of the good or of its owner.
func (g *general) siteRank(site, text, name string) int {
	u, err := url.Parse(site)
	if err != nil || strings.Contains(u.Path, "{") || u.Port() != "" || notPage[strings.ToLower(path.Ext(u.Path))] {
		return 0
	}
	host := strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	labels := strings.Split(host, ".")
	deep := strings.Count(strings.Trim(u.Path, "/"), "/") + min(1, len(strings.Trim(u.Path, "/")))
	if said := plainWords(text); strings.HasSuffix(said, " website") && deep == 0 && stem(labels[0]) != strings.Join(g.called[:min(g.owned, len(g.called))], "") && saysWhole(g.called[min(g.owned, len(g.called)):], said) {
		return byFront
	}
	if slices.Contains(siteWords, plainWords(text)) && deep <= 1 {
		return byFront
	}
	self := strings.Join(g.called[min(g.owned, len(g.called)):], "")
	if said := plainWords(text); len(self) >= longWord && stem(strings.ToLower(path.Base(strings.TrimRight(u.Path, "/")))) == self && (strings.HasSuffix(said, " web page") || strings.HasSuffix(said, " website") || strings.HasSuffix(said, " homepage")) {
		return byFront + 2 // a page of its makers' about it, which is called so
	}
	if len(labels) < 2 || deep > 2 || slices.Contains([]string{"test", "local", "localhost", "invalid", "internal"}, labels[len(labels)-1]) || strings.HasSuffix(host, "gitbook.io") || strings.HasSuffix(host, "herokuapp.com") {
		return 0
	}
	if roomed(host) || slices.Contains(counters, labels[0]) {
		return 0
	}
	own := append(tellingWords(name), stem(strings.ToLower(name)))
	own = append(own, g.called[min(g.owned, len(g.called)):]...)
	own = append(own, self, g.joined())
	makers := append([]string{strings.Join(g.called[:min(g.owned, len(g.called))], "")}, g.called[:min(g.owned, len(g.called))]...)
	named := func(by []string) func(string) bool {
		return func(label string) bool {
			return slices.ContainsFunc(by, func(w string) bool {
				return len(w) >= 4 && w == stem(label) && !slices.Contains(plainPlaces, w) && (!slices.Contains(toolNames, w) || w == self)
			})
		}
	}
	mine := slices.ContainsFunc(labels[:len(labels)-1], named(own)) || named(own)(host) // pol.is
	switch {
	case strings.HasSuffix(host, "github.io"), strings.HasSuffix(host, "readthedocs.io"):
		if deep <= 1 && (mine || slices.Contains(makers, stem(labels[0])) && (deep == 0 || shareWord(own, u.Path))) {
			return byFront + 3
		}
		return 0
	case !mine && !slices.ContainsFunc(labels[:len(labels)-1], named(makers)) && !named(makers)(host):
		return 0
	case deep == 0 && (named(own)(labels[0]) || named(own)(host)):
		return byFront
	case deep > 0 && !mine:
		// a page of its makers' about it, which is called after it
		if self != "" && stem(strings.ToLower(path.Base(strings.TrimRight(u.Path, "/")))) == self {
			return byFront + 2
		}
		return 0
	case !mine:
		return 0 // the front page of its makers
	case slices.Contains(guides, labels[0]):
		if deep > 0 {
			return 0
		}
		return byFront + 4
	}
	return byFront + 1 + min(deep, 2)
}

// tells is how the part of a front page is called that says what the good is.
var tells = []string{"about", "overview", "introduction", "intro", "description", "summary", "presentation", "background", "purpose", "abstract", "what is this", "project overview", "about this project", "about the project", "project description", "what", "general", "vision", "mission", "à propos", "présentation", "acerca de", "descripción", "introducción", "descripción y contexto", "sobre", "о проекте", "описание", "简介", "介绍", "项目简介", "نبذة", "مقدمة"}

// tellsWhat says whether what stands at a line of a front page may say what the
// good is: it comes before the second heading, or under one that is called so
// or bears the good's name. Further down a page tells how to do things.
func (g *general) tellsWhat(d *prose.Doc, line int, name string) bool {
	at := -1
	for i, h := range d.Headings {
		if h.Line <= line {
			at = i
		}
	}
	if at <= 0 {
		return true
	}
	words := plainWords(d.Headings[at].Text)
	if guiding.MatchString(words) {
		return false
	}
	return slices.ContainsFunc(tells, func(t string) bool { return words == t || strings.HasSuffix(words, " "+t) }) || strings.HasPrefix(words, "what is") || strings.HasPrefix(words, "welcome") ||
		holdsName(append(strings.Fields(plainWords(name)), g.called[min(g.owned, len(g.called)):]...), words)
}

// holdsName says whether a heading holds a word of a name: a short one only as it
// stands, since "info" begins "information" as well.
func holdsName(name []string, heading string) bool {
	const short = 4
	said := strings.Fields(heading)
	return slices.ContainsFunc(name, func(w string) bool {
		return len(w) > 2 && slices.Contains(said, w) || len(w) > short && shareWord([]string{w}, heading)
	})
}

// guiding is how a heading begins that tells how to do something, though it may
// hold the good's name.
var guiding = lazy.New(`^(?:how to|using|usage|use|install\w*|running|run|getting|setting|set up|deploy\w*|build\w*|develop\w*|contribut\w*|testing|configur\w*)\b`)

// Words by which a paragraph says what something is, and those by which it
// begins when it speaks to the reader of something else.
var (
	defines  = lazy.New(`(?i)(?:^|[^\pL])(?:is|are|was|enables?|provides?|helps?|allows?|lets|offers?|supports?|makes|defines|describes|implements|tracks|manages|counts|powers|contains|hosts|gives|brings|serves|collects|shows|displays|transforms|analyses|analyzes|processes|runs|connects|measures|facilitates|delivers|builds|automates|turns|aims|gathers|simplifies|streamlines|empowers|includes|consists|presents|est|sont|permet|es|son|permite|é|является|это|是|为|هو|هي|يحصي)(?:$|[^\pL])`)
	besides  = lazy.New(`(?i)^(?:note|warning|important|deprecated|tip|table of contents|please|see|to |if |for |read|visit|looking|this section|a guide|you |we |click|check|join|follow|the easiest|the following|the official \S+ models|the (?:app|application|server|site|website|service|page) (?:should|will|can|is (?:now|then)?\s?(?:available|accessible|running))|there |here|other languages|full documentation|documentation|starting with|thank you|as much|our goal|it is (?:recommend|an attempt)|add your description|(?:\S+ ){1,4}(?:was|is) (?:generated with|bootstrapped with)|this (?:distribution|readme|is (?:a )?(?:free|open|monorepo))|welcome to |it is recommended|(?:\S+ ){1,4}is (?:\w+ly )?(?:available|deployed|published|hosted|installed|licensed|distributed|released|tested|maintained|now)\b|this (?:repo|repository|project) (?:has moved|is no longer|is for|is part|is now|is archived|is used)|(?:more |further )?information (?:about|on|for)\b|this (?:\S+ ){1,3}is part of\b|(?:\S+ ){1,4}(?:is (?:\w+ly )?(?:derived from|based (?:up)?on|built (?:up)?on)|is a fork|was (?:initially|originally|first) developed|was created|was built)\b|⚠|\[!|english \||\{\{|http|copyright|licensed|by )`)
	scriptOf = lazy.New(`[\x{3040}-\x{9fff}\x{ac00}-\x{d7af}]`)
	// what such a script says where others say "is" or "provides"
	scriptDefines = lazy.New(`是|为|提供|用于|用於|一款|一个|一個|です|ます|である|입니다|합니다`)
	licensing     = lazy.New(`(?i)\blicen[sc]`)
	// called is what a paragraph calls the good after an article, in its first words
	called = lazy.New(`(?i)^(?:an?|the|une?|la|le|les|el|l'|o|os?|este|esta|it)\b(?:\S*\s+){0,8}?(?:tool|toolkit|platform|app|apps|application|applications|system|software|library|framework|service|package|website|site|register|registry|database|dataset|data|standard|specification|simulator|interface|collection|set|suite|engine|server|client|module|plugin|extension|program|project|repository|model|guide|book|course|portal|network|api|algorithm|language|format|dashboard|list|calendar|validator|converter|viewer|editor|reader|map|game|simulation|crawler|scraper|parser|generator|compiler|bot|wrapper|implementation|component|utility|directory|catalog|catalogue|archive|tracker|manager|solution|infrastructure|environment|gateway|backend|frontend|replacement|pipeline|store|herramienta|plataforma|aplicación|sistema|proyecto|repositorio|biblioteca|outil|logiciel|plateforme|projet|dépôt|bibliothèque|ferramenta|aplicativo|projeto|repositório)s?\b`)
	// bare is what it is called without an article: "Mobile application for browsing maps"
	bare = lazy.New(`(?i)^(?:\p{L}[\pL\d-]* ){0,4}(?:app|application|tool|toolkit|platform|library|service|website|system|api|framework|package|module|dashboard|server|client|plugin|simulation|database|dataset|validator|converter|wrapper|pipeline|aplicativo|aplicación|plataforma|sistema|biblioteca|herramienta|ferramenta|plateforme|outil|logiciel)(?:/\pL+)?(?: web)? (?:for|to|that|which|being (?:put|built|made)|para|que|pour|qui)\b`)
	// thing is what a sentence about the good calls it after "this"
	thing = lazy.New(`(?i)^this (?:\S+ ){0,2}?(?:is|project|repo|repository|codebase|application|app|software|library|package|tool|toolkit|platform|website|web|program|module|standard|specification|dataset|database|plugin|extension|framework|model|system|document|guide|book|course|lesson|site|service|work)\b`)
)

// lead is a paragraph if it says what the good of this name is; "" otherwise.
func lead(s, name string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "**", ""))
	begins := strings.Join(strings.Fields(s)[:min(14, len(strings.Fields(s)))], " ")
	if len([]rune(s)) < 25 && !scriptOf.MatchString(s) || strings.HasSuffix(s, ":") || strings.HasSuffix(s, "?") || besides.MatchString(s) || astray(s) {
		return ""
	}
	if scriptOf.MatchString(begins) {
		if r := []rune(s); !scriptDefines.MatchString(string(r[:min(len(r), 80)])) {
			return ""
		}
		return s
	}
	if licensing.MatchString(begins) {
		return ""
	}
	// A paragraph without a verb among its first words may be what stands under a name: "The tool for mapping together".
	speaks, says := name == "" || thing.MatchString(s) || called.MatchString(begins), defines.MatchString(begins) || called.MatchString(begins)
	for w := range strings.SplitSeq(plainWords(name), " ") {
		speaks = speaks || len(w) > 2 && strings.Contains(strings.ToLower(begins), w)
	}
	if !speaks || !says {
		return ""
	}
	return s
}

// sayWhat takes the first paragraph that says what the good is, or a line that is
// set as a heading under the first and says it in a sentence.
func (g *general) sayWhat(f *File, d *prose.Doc, name string) {
	const sentence = 6 // words
	var without, later said
	if len(d.Headings) > 1 && d.Headings[1].Line < 15 && len(strings.Fields(d.Headings[1].Text)) >= sentence {
		if s := lead(cut(d.Headings[1].Text), name); s != "" && defines.MatchString(s) {
			g.say("summary", s, f.At(d.Headings[1].Line), byFront)
			return
		}
	}
	for _, l := range d.Leads {
		if !g.tellsWhat(d, l.Line, name) {
			continue
		}
		text := cut(l.Text)
		s := lead(text, name)
		// Under a heading in other words than the first the paragraph may begin with these.
		if above := headingAbove(d, l.Line); s == "" && len(above) > 3 && strings.HasPrefix(strings.ToLower(text), strings.ToLower(above)) {
			s = lead(text, above)
		}
		if s != "" {
			g.say("summary", s, f.At(l.Line), byFront)
			return
		}
		if s := opening(text, name); s != "" && later.text == "" {
			later = said{s, f.At(l.Line)}
		}
		// A line without a verb that stands first, if no sentence says it.
		if n := len(strings.Fields(text)); without.text == "" && n >= sentence && bare.MatchString(text) && !besides.MatchString(text) && !unended.MatchString(text) && !astray(text) {
			without = said{text, f.At(l.Line)}
		}
	}
	if without.text == "" {
		without = later
	}
	g.say("summary", without.text, without.at, byFront+1)
}

// unended is how a line ends that goes on in another.
var unended = lazy.New(`(?i)(?:[:,]|\b(?:which|that|to|and|or|of|for|with|in|the|a))$`)

// headingAbove is the heading under which a line stands.
func headingAbove(d *prose.Doc, line int) (above string) {
	for _, h := range d.Headings {
		if h.Line <= line {
			above = h.Text
		}
	}
	return above
}
