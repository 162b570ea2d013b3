package check

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"stoa/internal/check/manifest"
	"stoa/internal/finding"
	"stoa/internal/good"
)

// parts looks at what a good says it is made of: whether it needs something
// closed, which open standards its libraries speak, whether versions are fixed.
type parts struct {
	know      *Knowledge
	manifests int
	needed    int               // parts without which it does not run
	writers   []writer          // libraries by which tables are written and read
	tables    string            // a file that makes the tables of a database
	locks     map[string]string // a lock file by the folder and ecosystem it serves
	unlocked  []openEnd
	closed    map[*closedThing][]use
	standards map[*openStandard][]use
	open      map[string]string // matter → an open part that serves it
	aliases   map[string]string
	pending   []pending // named by an alias
	kept      []string  // databases that are needed
}

// use is a place at which a manifest names a part.
type use struct {
	at   finding.Evidence
	name string
	manifest.Use
	lock bool
}

// pending is a part that a build names as a catalogue of versions does.
type pending struct {
	use
	ecosystem string
}

// writer is a library by which tables of one form are written and read.
type writer struct {
	matter string
	use
}

// tableForms are the forms of tables by the matter of the libraries for them.
var tableForms = map[string]string{"csv": "CSV", "spreadsheets": "Office Open XML"}

// openEnd is a manifest that would want a lock file beside it or above.
type openEnd struct {
	dir, ecosystem string
	at             finding.Evidence
}

func newParts(t *Target) Probe {
	return &parts{know: t.knowledge(), locks: map[string]string{}, closed: map[*closedThing][]use{}, standards: map[*openStandard][]use{}, open: map[string]string{}, aliases: map[string]string{}}
}

// aside are folders whose manifests are not the good's own.
var aside = map[string]bool{"test": true, "tests": true, "__tests__": true, "testdata": true, "fixtures": true, "example": true, "examples": true, "sample": true, "samples": true, "demo": true, "demos": true, "template": true, "templates": true, "e2e": true, "benchmark": true, "benchmarks": true, "cypress": true, "playground": true, "archive": true, "deprecated": true, "docs": true, "doc": true, "website": true, "node_modules": true, "integration-tests": true, "it": true, "mock": true, "mocks": true, "spec": true}

func isAside(name string) bool {
	for d := range strings.SplitSeq(strings.ToLower(path.Dir(name)), "/") {
		if aside[d] || strings.HasPrefix(d, "e2e") || strings.HasSuffix(d, "-test") || strings.HasSuffix(d, "-tests") || strings.HasSuffix(d, "_test") {
			return true
		}
	}
	return false
}

// makesTables says whether a file makes the tables of a database.
func makesTables(e *Entry) bool {
	return e.Name == "schema.prisma" || e.Ext == ".sql" || programs[e.Ext] && strings.Contains(strings.ToLower(e.Path), "/migrations/")
}

// lockNames are lock files by name, and whose they are: one may be too long to
// be read, or of a form that is not.
var lockNames = map[string]string{"package-lock.json": "npm", "npm-shrinkwrap.json": "npm", "yarn.lock": "npm", "pnpm-lock.yaml": "npm", "bun.lockb": "npm", "bun.lock": "npm", "deno.lock": "npm",
	"cargo.lock": "cargo", "composer.lock": "composer", "gemfile.lock": "rubygems", "gems.locked": "rubygems", "pubspec.lock": "pub", "go.sum": "go", "mix.lock": "hex", "podfile.lock": "cocoapods"}

func (p *parts) Wants(e *Entry) Want {
	if eco := lockNames[e.Name]; eco != "" && !e.Vendored {
		if at := path.Dir(e.Path) + " " + eco; p.locks[at] == "" {
			p.locks[at] = e.Path
		}
	}
	if !e.Vendored && e.Size > 0 && p.tables == "" && makesTables(e) && !isAside(e.Path) {
		p.tables = e.Path
	}
	if e.Vendored || e.Size == 0 || e.Size > manifest.MaxSize || !manifest.Known(e.Name, e.Path) || isAside(e.Path) {
		return Nothing
	}
	return Whole
}

func (p *parts) See(f *File) {
	m, err := manifest.Parse(f.Path, f.Text)
	if err != nil || f.Binary {
		return
	}
	dir := path.Dir(f.Path)
	if m.Lock {
		p.locks[dir+" "+m.Ecosystem] = f.Path
	} else {
		p.manifests++
		if slices.Contains([]string{"npm", "cargo", "composer", "rubygems", "pub", "go", "hex", "cocoapods"}, m.Ecosystem) && len(m.Dependencies) > 0 && f.Ext != ".gemspec" && f.Ext != ".podspec" {
			p.unlocked = append(p.unlocked, openEnd{dir, m.Ecosystem, f.At(0)})
		}
	}
	for alias, name := range m.Aliases {
		p.aliases[alias] = name
	}
	for _, d := range m.Dependencies {
		if !m.Lock && d.Use == manifest.Runtime {
			p.needed++
		}
		if strings.HasPrefix(d.Name, "libs.") && m.Ecosystem == "maven" {
			p.pending = append(p.pending, pending{use{finding.Evidence{Path: f.Path, Line: manifest.Line(f.Text, d.Name)}, d.Name, d.Use, false}, m.Ecosystem})
			continue
		}
		if found := p.know.find(m.Ecosystem, d.Name); found != nil {
			p.take(found, use{f.At(lineOf(f.Text, d.Name)), d.Name, d.Use, m.Lock})
		}
	}
}

// lineOf is the line that names a part. Maven writes the two halves of a name
// apart.
func lineOf(text []byte, name string) int {
	if line := manifest.Line(text, name); line > 0 {
		return line
	}
	_, last, _ := strings.Cut(name, ":")
	return manifest.Line(text, last)
}

// mostUses is how many places are kept of one thing.
const mostUses = 20

func (p *parts) take(found []part, u use) {
	for _, f := range found {
		switch {
		case f.open != "":
			if u.Use != manifest.Development && !u.lock && p.open[f.open] == "" {
				p.open[f.open] = u.name
				if tableForms[f.open] != "" {
					p.writers = append(p.writers, writer{f.open, u})
				}
			}
		case f.closed != nil:
			if len(p.closed[f.closed]) < mostUses {
				p.closed[f.closed] = append(p.closed[f.closed], u)
			}
		case f.standard != nil:
			if !u.lock && !f.along && len(p.standards[f.standard]) < mostUses {
				p.standards[f.standard] = append(p.standards[f.standard], u)
			}
		}
	}
}

func (p *parts) Findings(t *Target) []finding.Finding {
	for _, w := range p.pending {
		name := p.aliases[w.name]
		if name == "" { // an alias may go on with the name of one of its parts
			name = p.aliases[strings.TrimSuffix(w.name, path.Ext(w.name))]
		}
		if found := p.know.find(w.ecosystem, name); found != nil {
			w.use.name = name
			p.take(found, w.use)
		}
	}
	if !slices.Contains(t.Kinds, good.Software) && !slices.Contains(t.Kinds, good.AI) {
		return []finding.Finding{p.keeps(t)}
	}
	return append(p.closedFindings(), p.keeps(t), p.exchanges(), p.fixed(t))
}

// exchanges says in which forms tables come out of the good and into it, as far
// as libraries for them show it.
func (p *parts) exchanges() finding.Finding {
	f := finding.Finding{Probe: "data.exchange", State: finding.Met, Confidence: finding.Medium}
	slices.SortFunc(p.writers, func(a, b writer) int { return strings.Compare(a.matter, b.matter) })
	for _, w := range p.writers {
		f.Values = append(f.Values, tableForms[w.matter])
		f.Evidence = append(f.Evidence, w.at)
	}
	if len(f.Values) == 0 {
		return unknown("data.exchange", "probe.exchange.none")
	}
	f.Why = finding.Say("probe.exchange", "Part", p.writers[0].name, "Forms", strings.Join(f.Values, ", "))
	return f
}

// closedFindings says what closed things were seen, one finding for each.
func (p *parts) closedFindings() (out []finding.Finding) {
	if p.needed == 0 && len(p.closed) == 0 {
		return []finding.Finding{{Probe: "platform.closed", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("probe.parts.none")}}
	}
	free := p.needed > 0
	for _, c := range p.know.closed {
		if uses := p.closed[c]; len(uses) > 0 {
			if f, any := p.closedFinding(c, uses); any {
				out = append(out, f)
				free = free && slices.Contains(dispensable, f.Why.Key) && (c.Sort == "service" || f.Why.Key != "probe.closed.beside")
			}
		}
	}
	if free && len(out) > 0 {
		return append([]finding.Finding{{Probe: "platform.closed", State: finding.Met, Confidence: finding.Medium, Values: []string{"no"}, Evidence: out[0].Evidence,
			Why: finding.Say("probe.closed.free", "Parts", p.needed, "Manifests", p.manifests)}}, out...)
	}
	if len(out) == 0 {
		return []finding.Finding{{Probe: "platform.closed", State: finding.Met, Confidence: finding.Medium, Values: []string{"no"},
			Why: finding.Say("probe.closed.met", "Parts", p.needed, "Manifests", p.manifests)}}
	}
	return out
}

// dispensable are the reasons for which a closed thing that was seen is none
// that the good needs.
var dispensable = []string{"probe.closed.beside", "probe.closed.listed", "probe.closed.optional", "probe.closed.spared"}

// closedFinding says what is known of one closed thing. That a library is
// there does not say that nothing runs without it; only of what cannot be one
// of several ways to do the same, and stands alone, is it said.
func (p *parts) closedFinding(c *closedThing, uses []use) (f finding.Finding, any bool) {
	f = finding.Finding{Probe: "platform.closed", State: finding.NotObservable, Confidence: finding.Low}
	mend := finding.Say("probe.closed.mend", "Name", c.Name, "Instead", strings.Join(c.Instead, "; "))
	f.Mend = &mend
	slices.SortStableFunc(uses, func(a, b use) int { return weight(a) - weight(b) })
	first := uses[0]
	for _, u := range uses {
		if u.Use != manifest.Development && len(f.Evidence) < keptHits {
			f.Evidence = append(f.Evidence, u.at)
		}
	}
	beside := p.open[c.Matter]
	switch {
	case first.Use == manifest.Development:
		return f, false
	case beside != "":
		f.Why = finding.Say("probe.closed.beside", "Name", c.Name, "Part", first.name, "Open", beside)
	case first.lock || first.Use == manifest.Listed:
		f.Why = finding.Say("probe.closed.listed", "Name", c.Name, "Part", first.name)
	case first.Use == manifest.Optional:
		f.Why = finding.Say("probe.closed.optional", "Name", c.Name, "Part", first.name)
	case c.Spared:
		f.Why = finding.Say("probe.closed.spared", "Name", c.Name, "Part", first.name)
	case c.Mandatory && strings.Count(first.at.Path, "/") <= 2:
		f.State, f.Confidence, f.Values = finding.NotMet, finding.Medium, []string{"yes"}
		f.Why = finding.Say("probe.closed.needed", "Name", c.Name, "Part", first.name)
	default:
		f.Why = finding.Say("probe.closed.seen", "Name", c.Name, "Part", first.name)
	}
	return f, true
}

// weight orders uses: what is needed to run first, lock files last.
func weight(u use) int {
	w := map[manifest.Use]int{manifest.Runtime: 0, manifest.Optional: 1, manifest.Listed: 2, manifest.Development: 4}[u.Use]
	if u.lock {
		w += 3
	}
	return w
}

// keeps says whether the good keeps data, as far as a database among its parts
// shows it.
func (p *parts) keeps(t *Target) finding.Finding {
	f := finding.Finding{Probe: "data.kept", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("probe.kept.none")}
	name := cmp.Or(p.open["database"], p.open["storing"])
	for _, c := range p.know.closed {
		for _, u := range p.closed[c] {
			if c.Matter == "database" && u.Use <= manifest.Optional && !u.lock {
				name = cmp.Or(name, u.name)
			}
		}
	}
	switch {
	case slices.ContainsFunc(t.Kinds, func(k good.Kind) bool { return k == good.Data || k == good.Content || k == good.AI }):
		f.State, f.Confidence, f.Values, f.Why = finding.Met, finding.Medium, []string{"yes"}, finding.Say("probe.kept.nature")
	case name != "":
		f.State, f.Confidence, f.Values, f.Why = finding.Met, finding.Medium, []string{"yes"}, finding.Say("probe.kept", "Part", name)
	case len(p.writers) > 0:
		f.State, f.Confidence, f.Values, f.Why = finding.Met, finding.Medium, []string{"yes"}, finding.Say("probe.exchange", "Part", p.writers[0].name, "Forms", tableForms[p.writers[0].matter])
	case p.open["handling"] != "":
		f.State, f.Confidence, f.Values, f.Why = finding.Met, finding.Medium, []string{"yes"}, finding.Say("probe.kept.handles", "Part", p.open["handling"])
	case p.tables != "":
		f.State, f.Confidence, f.Values, f.Why = finding.Met, finding.Medium, []string{"yes"}, finding.Say("probe.kept.tables", "Path", p.tables)
		f.Evidence = []finding.Evidence{{Path: p.tables}}
	}
	return f
}

// fixed says whether the versions of all parts are fixed.
func (p *parts) fixed(*Target) finding.Finding {
	f := finding.Finding{Probe: "health.pinned", State: finding.Met, Confidence: finding.High}
	if len(p.unlocked) == 0 {
		f.State, f.Confidence, f.Why = finding.NotObservable, finding.Low, finding.Say("probe.pinned.none")
		return f
	}
	locked, first := 0, false
	for _, o := range p.unlocked {
		file := ""
		for dir := o.dir; ; dir = path.Dir(dir) { // a workspace has one lock file at its root
			if file = p.locks[dir+" "+o.ecosystem]; file != "" || dir == "." {
				break
			}
		}
		if file == "" {
			f.Evidence = append(f.Evidence, o.at)
			first = first || !strings.Contains(o.dir, "/")
		} else {
			locked++
		}
	}
	if len(f.Evidence) > 0 {
		mend := finding.Say("probe.pinned.mend")
		f.State, f.Why, f.Mend = finding.NotMet, finding.Say("probe.pinned.not", "Path", f.Evidence[0].Path, "Number", len(f.Evidence)), &mend
		if locked > 0 || len(p.locks) > 0 || !first { // some are fixed; what the others are for is not known
			f.State, f.Confidence = finding.NotObservable, finding.Low
		}
		f.Evidence = f.Evidence[:min(len(f.Evidence), keptHits)]
		return f
	}
	f.Why = finding.Say("probe.pinned", "Number", locked)
	for _, file := range p.locks {
		f.Evidence = append(f.Evidence, finding.Evidence{Path: file})
	}
	inOrder(&f)
	return f
}
