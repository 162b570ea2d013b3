package check

import (
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"stoa/internal/check/prose"
	"stoa/internal/finding"
	"stoa/internal/lazy"
)

// deadLinks looks for links inside the tree that lead nowhere. Only those are
// judged that name a file by its ending, and on the front page by its name alone: a site's
// generator makes other addresses of files.
type deadLinks struct {
	links []treeLink
	want  map[string]bool // targets, and whether they are there
}

// treeLink is a link to another file of the tree.
type treeLink struct {
	from   string
	line   int
	target string // from the root
	text   string // as it is written
	doubt  bool   // it may lead where nobody can tell
}

// mostLinks is how many are judged.
const mostLinks = 20_000

// filed are endings by which a link names a file rather than an address that a
// site has once it is made.
var filed = map[string]bool{".md": true, ".rst": true, ".txt": true, ".adoc": true, ".pdf": true, ".png": true, ".jpg": true, ".jpeg": true, ".svg": true, ".gif": true, ".webp": true,
	".yml": true, ".yaml": true, ".json": true, ".csv": true, ".xml": true, ".sh": true, ".py": true, ".js": true, ".ts": true, ".java": true, ".go": true, ".rb": true, ".php": true, ".sql": true, ".toml": true, ".mp4": true,
	".zip": true, ".docx": true, ".xlsx": true, ".pptx": true, ".ipynb": true, ".webm": true, ".kt": true, ".rs": true, ".c": true, ".cpp": true, ".h": true, ".cs": true, ".swift": true, ".markdown": true}

// madePages are endings of what a site's program makes, not of files of a tree.
var madePages = map[string]bool{".html": true, ".htm": true, ".php": true, ".aspx": true, ".jsp": true, ".com": true, ".org": true, ".net": true, ".io": true, ".dev": true}

// ending is what a file's name may end with.
var ending = lazy.New(`^\.[a-z][a-z0-9]{0,9}$`)

// see takes the links of a text; apart is one among programs, which may be
// shown where its links mean something else, or be the form for many texts.
func (l *deadLinks) see(d *prose.Doc, apart bool) {
	switch path.Ext(strings.ToLower(d.Path)) {
	case ".md", ".markdown":
	default:
		return // other forms are resolved by programs of their own
	}
	if strings.HasPrefix(d.Path, ".github/") {
		if strings.Contains(strings.ToLower(d.Path), "template") {
			return
		}
		apart = true
	}
	for _, link := range d.Links {
		u, err := url.Parse(link.Target)
		if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" || strings.ContainsAny(u.Path, "{}$<>%*|") || len(l.links) >= mostLinks {
			continue
		}
		ext := strings.ToLower(path.Ext(u.Path))
		if bare := plainTarget(d.Path, u.Path); madePages[ext] || !ending.MatchString(ext) && !bare {
			continue
		}
		one := treeLink{d.Path, link.Line, path.Join(path.Dir(d.Path), u.Path), link.Target, apart || !filed[ext] && !plainTarget(d.Path, u.Path)}
		if strings.HasPrefix(u.Path, "/") {
			one.doubt = one.doubt || strings.Contains(d.Path, "/") // the root of a site, or of the tree
			one.target = strings.TrimPrefix(path.Clean(u.Path), "/")
		}
		if strings.HasPrefix(one.target, "..") {
			continue // the forge's pages about the tree
		}
		if l.want == nil {
			l.want = map[string]bool{}
		}
		l.want[one.target] = false
		l.links = append(l.links, one)
	}
}

// plainName is a file or folder that is named without an ending.
var plainName = lazy.New(`^(?:\./)?[\w-]+(?:/[\w-]+)*$`)

// forgePages are pages that a forge shows beside the files.
var forgePages = byWord("issues pulls pull wiki releases tags tree blob raw discussions actions commits graphs security stargazers network projects milestones labels compare new edit url link todo here http https www")

// plainTarget says whether a link of a front page names a file or folder of the
// tree by its name alone: a forge shows that page, and makes no other address of it.
func plainTarget(from, target string) bool {
	if strings.Contains(from, "/") || !strings.HasPrefix(strings.ToLower(from), "readme") || !plainName.MatchString(target) {
		return false
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(target, "./"), "/")
	return !forgePages[strings.ToLower(first)]
}

// judge says whether all links lead somewhere. Those of which it cannot be told
// are no dead ones, and no live ones either; nor is it told of texts left unread.
func (l *deadLinks) judge(t *Target, unread bool) finding.Finding {
	f := finding.Finding{Probe: "docs.links", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("probe.links.none")}
	if len(l.links) == 0 {
		return f
	}
	for _, e := range t.Entries {
		for name := e.Path; name != "."; name = path.Dir(name) { // folders as well
			if there, asked := l.want[name]; there {
				break
			} else if asked {
				l.want[name] = true
			}
		}
	}
	var open []treeLink
	dead, sites := 0, madeSites(t)
	for _, link := range l.links {
		if l.want[link.target] || alive(t, link) {
			continue
		}
		if link.doubt || ofSite(link.from, sites) {
			open = append(open, link)
			continue
		}
		if dead++; len(f.Evidence) < 10 {
			f.Evidence = append(f.Evidence, finding.Evidence{Path: link.from, Line: link.line})
			f.Values = append(f.Values, link.text)
		}
	}
	switch {
	case dead > 0:
		mend := finding.Say("probe.links.mend")
		f.State, f.Confidence, f.Why, f.Mend = finding.NotMet, finding.High, finding.Say("probe.links.dead", "Number", dead, "Link", f.Values[0], "Path", f.Evidence[0].Path), &mend
	case len(open) > 0:
		f.Why = finding.Say("probe.links.open", "Number", len(open), "Link", open[0].text, "Path", open[0].from)
		f.Evidence = []finding.Evidence{{Path: open[0].from, Line: open[0].line}}
	case !unread:
		f.State, f.Confidence, f.Why = finding.Met, finding.High, finding.Say("probe.links.met", "Number", len(l.links))
	}
	return f
}

// siteMakers are files by which programs make sites of a tree, and where the
// texts lie of which they are made: "" is the folder of the file, and all below.
var siteMakers = map[string][]string{
	"conf.py": {""}, "_config.yml": {""}, "_toc.yml": {""}, "_quarto.yml": {""}, "docfx.json": {""}, "myst.yml": {""}, "mint.json": {""}, "antora.yml": {""}, "summary.md": {""}, "_sidebar.md": {""}, "sidebars.js": {"docs/"}, "_bookdown.yml": {""}, "_site.yml": {""}, "_pkgdown.yml": {"vignettes/", "man/", "articles/"},
	"mkdocs.yml": {"docs/"}, "mkdocs.yaml": {"docs/"}, "book.toml": {"src/", "docs/"}, "docusaurus.config.js": {""}, "docusaurus.config.ts": {""}, ".eleventy.js": {""}, "eleventy.config.js": {""},
	"hugo.toml": {""}, "hugo.yaml": {""}, "hugo.yml": {""}, "gatsby-config.js": {"content/", "src/", "docs/"}, "gatsby-config.ts": {"content/", "src/", "docs/"}, "astro.config.mjs": {"src/", "docs/", "content/"}, "astro.config.ts": {"src/", "docs/", "content/"}, "nuxt.config.ts": {"content/", "docs/"}, "nuxt.config.js": {"content/", "docs/"}, "vocs.config.ts": {"docs/"}, "docma.json": {""},
}

// madeSites are the folders of which a program makes a site, with addresses
// and files that are not in the tree; "" is the whole, but for what a forge shows
// beside it.
func madeSites(t *Target) (dirs []string) {
	for _, e := range t.Entries {
		dir := path.Dir(e.Path)
		in, makes := siteMakers[e.Name]
		if base := path.Base(dir); strings.HasPrefix(e.Name, "config.") && (base == ".vitepress" || base == ".vuepress") {
			dir, in, makes = path.Dir(dir), []string{""}, true
		}
		if e.Name == "summary.md" && e.Depth > 0 && path.Base(dir) != "src" && path.Base(dir) != "docs" {
			continue // a summary of anything
		}
		if !makes {
			continue
		}
		for _, sub := range in {
			dirs = append(dirs, strings.TrimPrefix(dir+"/", "./")+sub)
		}
	}
	return dirs
}

// ofSite says whether a text is one of which a program makes a site.
func ofSite(name string, sites []string) bool {
	lower := strings.ToLower(name)
	if !strings.Contains(name, "/") && (strings.HasPrefix(lower, "readme") || strings.HasPrefix(lower, "contributing")) {
		return false
	}
	return slices.ContainsFunc(sites, func(dir string) bool { return strings.HasPrefix(name, dir) })
}

// alive looks for what is no regular file but there all the same (a link of
// the file system), and for what a site's generator puts elsewhere: pictures
// and files of its folder for static files.
func alive(t *Target, link treeLink) bool {
	if t.FS == nil {
		return false
	}
	if _, err := fs.Lstat(t.FS, link.target); err == nil {
		return true
	}
	if strings.Contains(link.text, "../") {
		return false // from a folder for static files nothing leads up
	}
	for _, dir := range []string{"static", "public", "assets", ".vuepress/public", "docs/static", "docs/public"} {
		if _, err := fs.Stat(t.FS, path.Join(dir, link.text)); err == nil {
			return true
		}
	}
	return false
}
