package check

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"stoa/internal/check/prose"
	"stoa/internal/finding"
	"stoa/internal/good"
)

// mostRead is how many texts of a tree are read for what they say.
const mostRead = 1500

// mostParts is how many texts of parts are read for their links.
const mostParts = 500

// paperIDs are the ids of the papers that are looked for.
func paperIDs() (ids []string) {
	for _, p := range embedded().papers {
		ids = append(ids, p.ID)
	}
	return ids
}

// papers looks for the papers a good should have: by the names of files, by
// what their parts are called, by where they lead and by what they tell a
// reader to type.
type papers struct {
	know     *Knowledge
	all      bool // of a kind whose texts are the good itself
	standard bool
	own      []string // the words of the target's address
	home     string   // its address
	entries  []Entry  // the tree
	asked    int
	parts    int
	unread   bool // texts there are more than are read
	texts    int  // that were read
	found    map[string]*sighting
	leads    bool // the front page leads to texts outside the tree
	// mentioned is where the front page or the guide for contributors speaks of a
	// paper that they do not lead to.
	mentioned map[string]finding.Evidence
	letters   int                // of running text, in all that was read
	site      *hit               // where documentation stands outside the tree
	perhaps   *hit               // where else it may stand, by what is said around a link
	moved     []finding.Evidence // lines of the front page on how data comes out or in
	movedAs   []string           // the forms that they name
	front     *prose.Doc
	dead      deadLinks
	langs     map[string]hit
	folders   map[string]map[string]hit // that are called after languages, by where they lie
}

// hit is one place at which something was seen.
type hit struct {
	at    finding.Evidence
	how   finding.Text
	sure  finding.Confidence
	value string // an address or a name, where one was seen
	rank  int    // smaller is better

	slight bool // it says next to nothing
}

// sighting is the best places of one matter.
type sighting struct {
	best  []hit
	count int
}

const keptHits = 5

func (s *sighting) add(h hit) {
	s.count++
	i, _ := slices.BinarySearchFunc(s.best, h, func(a, b hit) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return -1
	})
	s.best = slices.Insert(s.best, i, h)
	s.best = s.best[:min(len(s.best), keptHits)]
}

func newPapers(t *Target) Probe {
	p := &papers{know: t.knowledge(), found: map[string]*sighting{}, mentioned: map[string]finding.Evidence{}, langs: map[string]hit{}, folders: map[string]map[string]hit{}}
	p.own, _ = addressWords(t)
	p.home, p.entries = repository(t.URL), t.Entries
	p.standard = slices.Contains(t.Kinds, good.Standard)
	p.all = p.standard || slices.Contains(t.Kinds, good.Content)
	return p
}

func (p *papers) saw(id string, h hit) {
	s := p.found[id]
	if s == nil {
		s = &sighting{}
		p.found[id] = s
	}
	s.add(h)
}

// sources are folders of programs and of what tests feed them, where a file
// named for a paper is something else.
var sources = map[string]bool{
	"src": true, "lib": true, "app": true, "test": true, "tests": true, "__tests__": true, "spec": true, "specs": true, "fixtures": true, "testdata": true, "test-data": true,
	"e2e": true, "cypress": true, "mock": true, "mocks": true, "__mocks__": true, "node_modules": true, "migrations": true, "templates": true, "locale": true, "locales": true,
	"i18n": true, "res": true, "assets": true, "static": true, "public": true, "resources": true, "dist": true, "snapshots": true, "__snapshots__": true, "archive": true,
	".claude": true, ".cursor": true, "skills": true, "prompts": true, "issue_template": true, "pull_request_template": true, "demo": true,
}

// shelves are folders whose texts are written for readers.
var shelves = map[string]bool{
	"doc": true, "docs": true, "documentation": true, "documents": true, "wiki": true, "website": true, "site": true, "guides": true, "guide": true, "manual": true, "help": true,
	"content": true, ".github": true, ".gitlab": true, ".forgejo": true, "adr": true, "policies": true, "legal": true, "book": true,
}

// place is where a file lies: shelved among what is written for readers,
// working among programs. A shelf further down than in a folder of the root, and
// what a forge reads further down than at the root, is of something carried along.
func place(e *Entry) (shelved, working bool) {
	dir := strings.ToLower(path.Dir(e.Path))
	if dir == "." {
		return true, false
	}
	depth := 0
	for d := range strings.SplitSeq(dir, "/") {
		shelved = shelved || shelves[d] && depth < 2 && (depth == 0 || d[0] != '.')
		working = working || sources[d] && !shelved
		depth++
	}
	return shelved, working
}

// isFront says whether a file tells what the whole is.
func isFront(e *Entry) bool { return strings.HasPrefix(e.Name, "readme") && textual(e.Ext) }

func textual(ext string) bool {
	switch ext {
	case ".md", ".markdown", ".mdx", ".qmd", ".rst", ".adoc", ".asciidoc", ".txt", "":
		return true
	}
	return len(ext) == 3 || len(ext) == 6 // README.fr
}

// stem is a name without its ending and the signs between its words.
func stem(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, name)
}

// written are endings of papers.
var written = map[string]bool{".md": true, ".markdown": true, ".mdx": true, ".qmd": true, ".rst": true, ".adoc": true, ".asciidoc": true, ".txt": true, ".pdf": true, ".html": true, ".htm": true, ".org": true, ".odt": true, ".docx": true, ".textile": true, ".rdoc": true}

// named are the papers that a file is by its name.
func (p *papers) named(e *Entry) []*paper {
	if e.Vendored || e.Depth > 5 {
		return nil
	}
	shelved, working := place(e)
	first, _, _ := strings.Cut(strings.ToLower(e.Path), "/")
	if working && !p.all || e.Depth > 3 && !shelves[first] { // deep among programs lie others' papers
		return nil
	}
	if env := p.know.byName[stem(e.Name)]; strings.Contains(e.Name, "env") && len(env) > 0 && e.Depth <= 1 {
		return env
	}
	if !written[e.Ext] && !(e.Ext == "" && e.Depth == 0) || e.Ext == ".txt" && e.Depth > 1 && !shelved {
		return nil
	}
	bare := strings.TrimSuffix(e.Name, e.Ext)
	if found := p.know.byName[stem(bare)]; len(found) > 0 && (shelved || e.Depth <= 1) {
		return found
	}
	if first, lang, two := strings.Cut(bare, "."); two && len(lang) <= 5 && shelved {
		return p.know.byName[stem(first)]
	}
	return nil
}

// folder are the papers that lie in the folders above a text.
func (p *papers) folder(e *Entry) (out []*paper) {
	if e.Vendored || e.Depth == 0 || e.Depth > 6 || !written[e.Ext] || e.Ext == ".txt" || e.Ext == ".html" && p.texts > 0 {
		return nil
	}
	shelved, _ := place(e)
	dirs := strings.Split(strings.ToLower(path.Dir(e.Path)), "/")
	for _, d := range dirs {
		if shelved || len(dirs) == 1 {
			out = append(out, p.know.byFolder[d]...)
		}
	}
	return out
}

func (p *papers) Wants(e *Entry) Want {
	if e.Vendored || e.Size == 0 {
		return Nothing
	}
	p.lies(e)
	if len(p.named(e)) > 0 {
		return Whole
	}
	switch e.Ext {
	case ".md", ".markdown", ".mdx", ".qmd", ".rst", ".adoc", ".asciidoc":
	default:
		if isFront(e) && e.Depth <= 1 {
			return Whole
		}
		return Nothing
	}
	if p.asked >= mostRead || p.beyond(e) && (p.parts >= mostParts || e.Ext != ".md" || e.Depth > 6 || fixture(e)) {
		p.unread = p.unread || e.Ext == ".md" && !fixture(e)
		return Nothing
	}
	if p.beyond(e) {
		p.parts++
	}
	p.asked++
	return Whole
}

// beyond says whether a text lies where no papers of the whole are looked for.
// Of those, the texts are read for their links alone.
func (p *papers) beyond(e *Entry) bool {
	shelved, working := place(e)
	return working && !p.all || e.Depth > 6 || !shelved && !p.all && e.Depth > 2
}

// See reads a text.
func (p *papers) See(f *File) {
	blank := len(strings.TrimSpace(string(f.Text[:min(len(f.Text), HeadSize)]))) < 20
	script := strings.HasPrefix(string(f.Text[:min(len(f.Text), 2)]), "#!")
	if blank || script && f.Ext == "" {
		return
	}
	named := p.named(&f.Entry)
	if len(named) == 0 && f.Ext == ".md" && f.Depth > 0 && p.beyond(&f.Entry) {
		if prose.MayLink(f.Text) {
			p.dead.see(f.Doc(), !isFront(&f.Entry) || f.Depth > 4)
		}
		return
	}
	for _, paper := range named {
		if paper.lacks(f) {
			p.alluded(paper, f)
			continue
		}
		if !p.ofWhole(paper, f) {
			continue
		}
		sure := finding.High
		if f.Depth > 2 {
			sure = finding.Medium
		}
		h := hit{at: f.At(0), how: finding.Say("probe.file", "Path", f.Path), sure: sure, rank: 10 + f.Depth}
		if stub(paper, f) {
			h.slight, h.rank = true, 80
		}
		p.saw(paper.ID, h)
	}
	if f.Binary || !prose.Known(f.Ext) && !isFront(&f.Entry) {
		return
	}
	for _, paper := range p.folder(&f.Entry) {
		if paper.must != nil && !paper.must.Match(f.Text) || passed(paper, f) || strings.HasPrefix(paper.ID, "law.") && licenceTerms.Match(f.Text) {
			continue
		}
		h := hit{at: f.At(0), how: finding.Say("probe.file", "Path", f.Path), sure: finding.Medium, rank: 30 + f.Depth}
		if strings.HasPrefix(f.Name, "index.") || isFront(&f.Entry) {
			h.rank -= 5 // it leads to the others
		}
		if stub(paper, f) {
			h.slight, h.rank = true, 80
		}
		p.saw(paper.ID, h)
	}
	if bare := stem(f.Name); f.Depth <= 1 && (strings.Contains(bare, "bounty") || strings.Contains(bare, "vulnerab")) {
		p.mentioned["practice.security"] = f.At(0)
	}
	d := f.Doc()
	p.texts++
	p.letters += d.Letters
	p.read(f, d)
	p.dead.see(d, false)
}
