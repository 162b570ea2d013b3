package check

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"stoa/internal/check/manifest"
	"stoa/internal/check/prose"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
)

// standards looks for the open standards in use: by files of their forms, by
// libraries that speak them, and by what the good says of itself.
type standards struct {
	know  *Knowledge
	seen  map[*openStandard]*sighting
	asked map[*openStandard]int
	all   bool // examples are a part of the good

	// There are programs in Python, or others alone, beside which a list of parts
	// in Python is one of what was once used.
	python, other bool
}

// How good it is that a front page names a standard, that a library may describe
// an interface by it, and that one carries it along.
const byPage, makesIt, besideIt = 90, 94, 95

// mostAsked is how many files of one standard are looked into.
const mostAsked = 60

func newStandards(t *Target) Probe {
	return &standards{know: t.knowledge(), seen: map[*openStandard]*sighting{}, asked: map[*openStandard]int{}, all: slices.Contains(t.Kinds, good.Standard)}
}

// forms are the standards whose files are named so.
func (s *standards) forms(e *Entry) (out []shape) {
	if e.Vendored || e.Depth > 12 || strings.HasPrefix(e.Name, "mock") || others(e.Path) || !s.all && isAside(e.Path) && !strings.HasPrefix(e.Path, "doc") {
		return nil
	}
	for _, sh := range s.know.shapes[e.Ext] {
		if top := ofWholeAlone[sh.of.ID]; top && e.Depth > 0 || sh.of.ID == "json-schema" && ofSettings.MatchString(e.Path) {
			continue
		}
		if ok, err := path.Match(sh.pattern, e.Name); ok && err == nil {
			out = append(out, sh)
		}
	}
	if len(out) > 0 && toolsOwn.MatchString(e.Path) {
		return nil
	}
	return out
}

// others says whether a file lies where tools put the descriptions of services
// of others that a program calls.
func others(name string) bool {
	lower := strings.ReplaceAll(strings.ToLower(name), " ", "")
	return strings.Contains(lower, "webreferences/") || strings.Contains(lower, "servicereferences/") || strings.Contains(lower, "connectedservices/")
}

// ofWholeAlone are the standards whose file tells of the whole, and lies at its root:
// further down it is of something that is carried along.
var ofWholeAlone = map[string]bool{"cff": true, "codemeta": true}

var (
	// toolsOwn are paths of what tools and themes bring along: what they make pages of, and
	// schemas of settings and of forms that others set.
	toolsOwn = lazy.New(`(?i)(?:^|/)_static/|(?:^|/)\.(?:nuke|vscode|idea|github|devcontainer|storybook|husky|changeset)/|(?:^|/)(?:fodyweavers|fop|xml|xlink|xmldsig[\w-]*|web-app[\w-]*|spring-[\w.-]+|hibernate-[\w.-]+|maven-[\d.]+|log4j[\w.-]*|bpmn20|bpmndi)\.xsd$`)
	// ofSettings are paths of schemas of what a program is set by.
	ofSettings = lazy.New(`(?i)(?:^|/)(?:configs?|configuration|conf|settings|defaults?)/(?:[^/]*/)?[^/]*$|(?:config|conf|settings|defaults|build|tsconfig|package|renovate|turbo|nx)[._-](?:\w+[._-])?schema\.json$`)
	// notYet is in sentences about what is to come, or is not done.
	notYet = lazy.New(`(?i)\b(?:upcoming|planned|plans? to|roadmap|in (?:the )?future|future (?:features|work|enhancements|versions?|releases?)|(?:coming|due) soon|not (?:yet )?(?:supported|implemented)|will (?:support|add|be)|work in progress|instead of|rather than|unlike|no longer)\b`)
)

// noPaths is in the description of an interface that describes nothing, and
// watching in names of parts that only watch a program.
var (
	noPaths  = lazy.New(`(?m)^\s*"?paths"?\s*:\s*\{\s*\}`)
	watching = lazy.New(`(?i)instrument|observab|telemetry[-/](?:auto|exporter)`)
)

func (s *standards) Wants(e *Entry) Want {
	s.other = s.other || !e.Vendored && programs[e.Ext] && e.Ext != ".py"
	s.python = s.python || !e.Vendored && (e.Ext == ".py" || e.Ext == ".ipynb" || e.Ext == ".pyx")
	if e.Vendored || e.Size == 0 {
		return Nothing
	}
	if isFront(e) && e.Depth == 0 || manifest.Known(e.Name, e.Path) && !manifest.Locks(e.Name) && !isAside(e.Path) {
		return Whole
	}
	want := Nothing
	for _, sh := range s.forms(e) {
		if s.asked[sh.of]++; s.asked[sh.of] <= mostAsked {
			want = Head
		}
	}
	return want
}

func (s *standards) saw(of *openStandard, h hit) {
	if s.seen[of] == nil {
		s.seen[of] = &sighting{}
	}
	s.seen[of].add(h)
}

func (s *standards) See(f *File) {
	for _, sh := range s.forms(&f.Entry) {
		head := f.Text[:min(len(f.Text), HeadSize)]
		if sh.of.head != nil && !sh.of.head.Match(head) || sh.of.API && (noPaths.Match(head) || strings.Contains(f.Name, ".local.")) {
			continue
		}
		s.saw(sh.of, hit{at: f.At(0), how: finding.Say("probe.standard.file", "Name", sh.of.Name, "Path", f.Path), sure: finding.High, rank: 10 + f.Depth})
	}
	if isFront(&f.Entry) && f.Depth == 0 && !f.Binary {
		s.named(f)
	}
	if manifest.Locks(f.Name) || isAside(f.Path) || bytes.Contains(f.Text[:min(len(f.Text), HeadSize)], []byte("pip-compile")) {
		return // what only comes along with other parts
	}
	if m, err := manifest.Parse(f.Path, f.Text); err == nil {
		for _, d := range m.Dependencies {
			for _, p := range s.know.find(m.Ecosystem, d.Name) {
				if p.standard == nil || d.Use == manifest.Development {
					continue
				}
				h := hit{at: f.At(lineOf(f.Text, d.Name)), how: finding.Say("probe.standard.part", "Name", p.standard.Name, "Part", d.Name), sure: finding.Medium, rank: 50 + f.Depth}
				brought := broughtAlong(m, d) || watching.MatchString(d.Name) || m.Ecosystem == "pypi" && s.other && !s.python
				if p.along || brought {
					h.how, h.sure, h.rank = finding.Say("probe.standard.along", "Name", p.standard.Name, "Part", d.Name), finding.Low, besideIt
				}
				if p.along && !brought && p.standard.API {
					h.rank = makesIt
				}
				s.saw(p.standard, h)
			}
		}
	}
}

// manyPinned is from how many parts on a list that fixes every version holds what
// comes along with others as well.
const manyPinned = 40

// broughtAlong says whether a part is listed because another needs it, and not because
// the good does.
func broughtAlong(m *manifest.Manifest, d manifest.Dependency) bool {
	switch m.Ecosystem {
	case "go":
		return d.Use == manifest.Listed
	case "maven":
		return strings.HasSuffix(d.Name, "-bom")
	case "pypi":
		if ext := path.Ext(m.Path); (ext == ".yml" || ext == ".yaml") && len(m.Dependencies) >= 2*manyPinned {
			return true // an environment as a tool wrote it down
		}
		return len(m.Dependencies) >= manyPinned && path.Ext(m.Path) == ".txt" && !slices.ContainsFunc(m.Dependencies, func(d manifest.Dependency) bool { return !strings.HasPrefix(strings.TrimSpace(d.Version), "==") })
	}
	return false
}

// named takes the standards that the front page names. That says what is
// claimed, and where.
func (s *standards) named(f *File) {
	text := f.Text[:min(len(f.Text), prose.MaxSize)]
	for _, st := range s.know.standards {
		if !slices.ContainsFunc(st.Words, func(w string) bool { return bytes.Contains(text, []byte(w)) }) {
			continue // looking for each expression in a long page takes a hundred times as long
		}
		if at := st.words.FindIndex(text); at != nil {
			line := 1 + bytes.Count(text[:at[0]+1], []byte("\n"))
			if notYet.MatchString(lineAt(text, line)) {
				continue
			}
			s.saw(st, hit{at: f.At(line), how: finding.Say("probe.standard.named", "Name", st.Name, "Path", f.Path), sure: finding.Low, rank: byPage})
		}
	}
}

// along is where a library carries a standard along that the front page names, if
// nothing surer was seen: the two together show that it is in use.
func (s *sighting) along() *hit {
	at := slices.IndexFunc(s.best, func(h hit) bool { return h.rank == besideIt || h.rank == makesIt })
	if s.best[0].rank != byPage || at < 0 {
		return nil
	}
	return &s.best[at]
}

// made is where a library that describes interfaces by a standard is listed.
func (s *sighting) made() *hit {
	if at := slices.IndexFunc(s.best, func(h hit) bool { return h.rank == makesIt }); at >= 0 {
		return &s.best[at]
	}
	return nil
}

// Findings are one for each standard that was seen, the surest first, and one
// on whether an interface is described.
func (s *standards) Findings(t *Target) []finding.Finding {
	var out []finding.Finding
	var api *sighting
	called := ""
	for _, st := range s.know.standards {
		seen := s.seen[st]
		if seen == nil {
			continue
		}
		best := seen.best[0]
		if by := seen.along(); by != nil {
			best.sure, best.how = finding.Medium, finding.Say("probe.standard.part", "Name", st.Name, "Part", by.how.Args["Part"])
		}
		f := finding.Finding{Probe: "standards.used", State: finding.Met, Confidence: best.sure, Why: best.how, Values: []string{st.Name}}
		if best.sure == finding.Low {
			f.State = finding.NotObservable
			f.Values = nil
		}
		for _, h := range seen.best {
			f.Evidence = append(f.Evidence, h.at)
		}
		f.Evidence = f.Evidence[:min(len(f.Evidence), 3)]
		out = append(out, f)
		if st.API && (api == nil || best.rank < api.best[0].rank) {
			api, called = seen, st.Name
		}
	}
	rank := map[finding.Confidence]int{finding.High: 0, finding.Medium: 1, finding.Low: 2}
	slices.SortStableFunc(out, func(a, b finding.Finding) int { return rank[a.Confidence] - rank[b.Confidence] })
	if len(out) == 0 {
		out = append(out, finding.Finding{Probe: "standards.used", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("probe.standard.none")})
	}
	return append(out, s.api(t, api, called))
}

// api says whether an interface is described in a form for machines, and by
// which standard.
func (s *standards) api(t *Target, seen *sighting, name string) finding.Finding {
	f := finding.Finding{Probe: "docs.api", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("probe.api.none")}
	if seen == nil {
		return f
	}
	best := seen.best[0]
	if by := seen.made(); best.sure == finding.Low && by != nil {
		best = *by
		best.sure = finding.Medium
		best.how = finding.Say("probe.standard.part", "Name", name, "Part", by.how.Args["Part"])
	}
	if best.sure == finding.Low {
		return f
	}
	f.State, f.Confidence, f.Why, f.Evidence = finding.Met, best.sure, best.how, []finding.Evidence{best.at}
	if name := strings.ToLower(path.Base(best.at.Path)); strings.HasPrefix(path.Ext(name), ".graphql") && !strings.Contains(name, "schema") && !strings.Contains(name, "api") {
		f.Confidence = finding.Low // one part of it: the whole is put together from many
		return f
	}
	if best.sure != finding.High {
		f.Values, f.Confidence = []string{name}, finding.Low // a library makes the description; it lies nowhere
	} else if v := t.valueOf(best); v != "" {
		f.Values = []string{v}
	}
	return f
}
