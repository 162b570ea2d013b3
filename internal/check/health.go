package check

import (
	"path"
	"slices"
	"strings"
	"time"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
)

// health looks at how a good is kept: whether it is tested, built by a machine
// and packaged, and what its history tells. It informs and never decides.
type health struct {
	tests, ci, packaged sighting
	maybe               string   // a file that is called or lies like a test and is of no form that is known
	inside              int      // files asked for that may hold tests beside what they test
	idle                int      // files among tests in which nothing is tested
	shown               exhibits // what a reader is led to
}

func newHealth(*Target) Probe { return &health{} }

// testFolders and ciFiles are where tests lie and what machines that build are
// told by.
var (
	testFolders = map[string]bool{"test": true, "tests": true, "__tests__": true, "spec": true, "specs": true, "e2e": true, "androidtest": true, "cypress": true, "testing": true, "integration-tests": true}
	ciFiles     = map[string]bool{".gitlab-ci.yml": true, ".travis.yml": true, "jenkinsfile": true, "azure-pipelines.yml": true, "bitbucket-pipelines.yml": true, ".drone.yml": true, "appveyor.yml": true, ".appveyor.yml": true, ".woodpecker.yml": true, ".cirrus.yml": true, "cloudbuild.yaml": true, ".semaphore.yml": true, "buildspec.yml": true,
		".gitlab-ci.yaml": true, "azure-pipelines.yaml": true, "azure-pipeline.yml": true, "circle.yml": true, "wercker.yml": true, ".build.yml": true, "codefresh.yml": true, "cloudbuild.yml": true, ".buildkite.yml": true, "earthfile": true, "buddy.yml": true, "screwdriver.yaml": true, ".drone.yaml": true, ".woodpecker.yaml": true, "buildspec.yaml": true, ".travis.yaml": true, "bitrise.yml": true, "codemagic.yaml": true, "jenkinsfile.groovy": true, "shippable.yml": true, ".scrutinizer.yml": true, "taskcluster.yml": true, ".taskcluster.yml": true}
	ciFolders = []string{".github/workflows/", ".gitea/workflows/", ".forgejo/workflows/", ".circleci/", ".woodpecker/", ".semaphore/", ".buildkite/", ".azure-pipelines/", ".jenkins/", ".gitlab/ci/", ".azuredevops/", ".azure/pipelines/", "azure-pipelines/", ".pipelines/", ".teamcity/", "bamboo-specs/", ".tekton/", ".builds/", ".gitlab-ci/", "ci/pipelines/", ".ado/", ".codefresh/"}
	programs  = map[string]bool{".js": true, ".jsx": true, ".ts": true, ".tsx": true, ".mjs": true, ".vue": true, ".py": true, ".java": true, ".kt": true, ".kts": true, ".groovy": true, ".go": true, ".rs": true, ".rb": true, ".php": true, ".cs": true, ".fs": true, ".swift": true, ".dart": true, ".ex": true, ".exs": true, ".c": true, ".cc": true, ".cpp": true, ".scala": true, ".clj": true, ".r": true, ".m": true, ".jl": true, ".feature": true, ".robot": true, ".pl": true}
)

// unwritten is how long a tests.py is at most that holds nothing but what
// Django began it with: an import and "Create your tests here".
const unwritten = 64

// testable are endings of what tests are written in, beside those of programs.
var testable = byWord(".sol .lua .elm .hs .lhs .purs .ml .mli .nim .zig .bats .t .cljs .cljc .erl .cr .f90 .f95 .f .for .d .v .sv .vhd .rkt .scm .lisp .el .mm .cxx .gd .move .cairo .adb .tcl .pas .hx .rei .re .res .gleam .sml .st .ps1 .qml .hpp .cu .mjs .cjs .mts .cts .svelte .coffee .litcoffee .ls .vb .pm .rmd .wl .stan .sas .do .nix .rego .sql .cypher .kql .bal .vue .astro .ino .asm .cbl .jsx .tsx .phpt .hurl .http")

func byWord(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// alwaysTests are endings that only tests have.
var alwaysTests = byWord(".bats .phpt .feature .robot .hurl")

// named is how the name of a test begins or ends, without its ending: tests of
// Go, Python, JavaScript, Dart, Ruby, Lua, Crystal, C++ (Qt), R (testthat),
// Solidity (Foundry), Erlang (EUnit, Common Test) and others.
var (
	testEnds = []string{"_test", "-test", ".test", ".tests", ".spec", "_spec", "-spec", "_tests", "_suite", ".t", ".cy", ".e2e"}
	// camelEnds are ends of names that are written without signs.
	camelEnds = []string{"Test", "Tests", "TestCase", "TestSuite"}
)

// leftBehind are files among tests that frames put there and that test nothing.
var leftBehind = map[string]bool{"createsapplication": true, "testcase": true, "exampletest": true, "dusktestcase": true}

// isTest says whether a file tests the rest.
func isTest(e *Entry) bool {
	if !programs[e.Ext] && !testable[e.Ext] || e.Name == "tests.py" && e.Size <= unwritten {
		return false
	}
	if alwaysTests[e.Ext] || e.Ext == ".t" && e.Size < 1<<20 {
		return true
	}
	bare := strings.TrimSuffix(e.Name, e.Ext)
	if leftBehind[bare] {
		return false
	}
	if e.Ext != ".sql" && e.Ext != ".nix" { // which describe what tests need as well
		for _, end := range testEnds {
			if strings.HasSuffix(bare, end) && len(bare) > len(end) && !(strings.HasSuffix(end, "spec") && notSpecs[e.Ext]) {
				return true
			}
		}
		if strings.HasPrefix(bare, "test_") || e.Ext == ".r" && strings.HasPrefix(bare, "test-") || strings.HasPrefix(bare, "tst_") && e.Ext == ".cpp" || bare == "tests" || bare == "runtests" || bare == "conftest" {
			return true
		}
	}
	for d := range strings.SplitSeq(strings.ToLower(path.Dir(e.Path)), "/") {
		if testFolders[d] || strings.HasSuffix(d, ".tests") || strings.HasSuffix(d, ".test") || strings.HasSuffix(d, ".unittests") || strings.HasSuffix(d, "-tests") || strings.HasSuffix(d, "_tests") {
			return true
		}
	}
	return false
}

// calledTest says whether a file is called like a test and no more: of a hospital
// a LabTest.cs may be what a laboratory does. What stands in it tells.
func calledTest(e *Entry) bool {
	cased := strings.TrimSuffix(path.Base(e.Path), path.Ext(e.Path))
	for _, end := range camelEnds {
		if strings.HasSuffix(cased, end) && len(cased) > len(end)+1 && camelled[e.Ext] {
			return true
		}
	}
	return strings.HasSuffix(cased, "Spec") && len(cased) > 5 && specced[e.Ext]
}

// inTests is what stands in tests of the languages of which files are called so.
var inTests = lazy.New(`(?i)@\w*test\b|\[(?:fact|theory|test\w*|setup)\b|\bassert\w*[ (.]|\bexpect(?:that)?[ (]|\bshould(?:be|equal|not)?[ (]*[("]|testcase|testsuite|xctest|unittest|quickcheck|hspec|\bspec\b *[:=({]|describe *[("]|\btest *[("]|q_?test|gtest|junit|phpunit|scalatest|kotest|spock`)

// camelled are endings of languages whose names have no signs between words.
var camelled = byWord(".java .kt .kts .groovy .scala .php .cs .fs .vb .swift .hs .purs .elm .mm .m .cpp .cc .cxx .dart .hx .pas .ps1 .sol")

// notSpecs are endings of languages whose tests are not called so: a
// feature_spec.py describes a feature.
var notSpecs = byWord(".py .go .java .kt .rs .c .cc .cpp .cs .r .jl .sol .nim .zig")

// specced are those whose tests are called after what they specify; elsewhere
// a name that ends so is of a specification.
var specced = byWord(".scala .groovy .hs .purs")

// mayTest says whether a file is called, or lies, like a test that is of no form
// that is known.
func mayTest(e *Entry) bool {
	if e.Name == "tests.py" && e.Size <= unwritten {
		return false
	}
	for d := range strings.SplitSeq(strings.ToLower(path.Dir(e.Path)), "/") {
		if testFolders[d] && d != "testing" {
			return true
		}
	}
	if e.Ext != ".sh" && !programs[e.Ext] && !testable[e.Ext] {
		return false
	}
	for _, word := range strings.FieldsFunc(strings.TrimSuffix(e.Name, e.Ext), func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		if word == "test" || word == "tests" || word == "spec" && e.Ext != ".py" || word == "selftest" || word == "unittest" {
			return true
		}
	}
	return false
}

// beside are endings of languages whose tests stand beside what they test, and
// how one begins.
var beside = map[string]*lazy.Regexp{
	".rs": lazy.New(`#\[(?:\w+::)?test\b|#\[cfg\(test\)\]|#\[rstest`), ".zig": lazy.New(`(?m)^\s*test\s+(?:"|\w+\s*\{)`),
	".d": lazy.New(`\bunittest\b`), ".jl": lazy.New(`@testset\b`), ".nim": lazy.New(`(?m)^\s*(?:suite|test) "`),
	".pony": lazy.New(`is UnitTest\b`), ".gleam": lazy.New(`_test\(\)`),
}

// mostInside is how many such files are read.
const mostInside = 300

// isPackaged says whether a file makes or describes something to install.
func isPackaged(e *Entry) bool {
	switch e.Name {
	case "dockerfile", "containerfile", "docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml", "chart.yaml", "snapcraft.yaml", "app.json", ".goreleaser.yml", ".goreleaser.yaml":
		return true
	case "flake.nix", "default.nix":
		return e.Depth <= 1 // deeper down they are of what is carried along
	}
	return strings.HasPrefix(e.Name, "dockerfile.") && !programs[e.Ext] && !written[e.Ext] || strings.HasPrefix(e.Name, "docker-compose.") && (e.Ext == ".yml" || e.Ext == ".yaml") || e.Ext == ".dockerfile" || e.Ext == ".spec" && strings.Contains(e.Path, "rpm") || strings.HasSuffix(path.Dir(e.Path), "debian") && e.Name == "control"
}

// Wants looks at names, and asks for what may hold tests beside the rest.
func (h *health) Wants(e *Entry) Want {
	if e.Vendored || e.Size == 0 {
		return Nothing
	}
	at := hit{at: finding.Evidence{Path: e.Path}, rank: e.Depth}
	want := Nothing
	switch {
	case isTest(e):
		h.tests.add(at)
		if h.shown.wantsTest(e) {
			want = Whole
		}
	case calledTest(e):
		if h.tests.count == 0 && h.inside < mostInside {
			h.inside++
			want = Whole
		} else if h.shown.wantsTest(e) {
			want = Whole
		}
	case h.maybe == "" && mayTest(e):
		h.maybe = e.Path
	}
	if beside[e.Ext] != nil && h.tests.count == 0 && h.inside < mostInside {
		h.inside++
		want = Whole
	}
	if isPackaged(e) && e.Name != "app.json" {
		h.packaged.add(at)
	}
	if builds(e) {
		h.ci.add(at)
		if h.shown.wantsRun() {
			want = Whole
		}
	}
	return want
}

// builds says whether a file tells a machine how to build and test.
func builds(e *Entry) bool {
	if e.Depth == 0 && ciFiles[e.Name] || e.Depth <= 2 && (e.Name == "jenkinsfile" || strings.HasPrefix(e.Name, "jenkinsfile.") || strings.HasPrefix(e.Name, "azure-pipelines") && (e.Ext == ".yml" || e.Ext == ".yaml")) {
		return true
	}
	lower := strings.ToLower(e.Path)
	return (e.Ext == ".yml" || e.Ext == ".yaml" || e.Ext == ".json" || e.Ext == ".kts" || e.Name == "jenkinsfile") &&
		slices.ContainsFunc(ciFolders, func(dir string) bool { return strings.HasPrefix(lower, dir) })
}

// See looks for tests beside what they test.
func (h *health) See(f *File) {
	if test := isTest(&f.Entry); (test || calledTest(&f.Entry)) && h.shown.seeTest(f) && test {
		h.idle++
	}
	if builds(&f.Entry) {
		h.shown.seeRun(f)
	}
	if calledTest(&f.Entry) && !f.Binary && h.tests.count == 0 {
		if inTests.Match(f.Text) {
			h.tests.add(hit{at: finding.Evidence{Path: f.Path}, rank: f.Depth})
		} else if h.maybe == "" {
			h.maybe = f.Path
		}
		return
	}
	if re := beside[f.Ext]; re != nil && !f.Binary && h.tests.count == 0 && re.Match(f.Text) {
		h.tests.add(hit{at: finding.Evidence{Path: f.Path}, rank: f.Depth})
	}
}

// Findings are of what was seen, then of what history and forge tell.
func (h *health) Findings(t *Target) []finding.Finding {
	out := []finding.Finding{activity(t), people(t), releases(t)}
	if len(tags(t)) > 0 {
		out = append(out, signed(t))
	}
	if !slices.Contains(t.Kinds, good.Software) && !slices.Contains(t.Kinds, good.AI) {
		return out
	}
	return append(out,
		h.tested(t),
		h.shown.runs.lead(t, h.tree(t, "health.ci", &h.ci, "probe.ci", "probe.ci.none", "probe.ci.mend"), ""),
		h.tree(t, "health.packaged", &h.packaged, "probe.packaged", "probe.packaged.none", "probe.packaged.mend"))
}

// tested is the finding on tests: where something may be one, not even none.
func (h *health) tested(t *Target) finding.Finding {
	s := h.tests
	switch {
	case h.shown.tests.count > 0: // what a reader is led to comes first
		s.best = append(slices.Clone(h.shown.tests.best[:1]), slices.DeleteFunc(slices.Clone(s.best), func(o hit) bool { return o.at.Path == h.shown.tests.best[0].at.Path })...)
	case s.count > 0 && s.count == h.idle:
		h.maybe, s = s.best[0].at.Path, sighting{}
	}
	f := h.tree(t, "health.tests", &s, "probe.tests", "probe.tests.none", "probe.tests.mend")
	if f.State == finding.NotMet && h.maybe != "" {
		f = unknown("health.tests", "probe.tests.none")
		f.Why, f.Evidence = finding.Say("probe.tests.maybe", "Path", h.maybe), []finding.Evidence{{Path: h.maybe}}
	}
	if f.State == finding.Met {
		f = h.shown.tests.lead(t, f, testFolder(f.Evidence[0].Path))
	}
	return f
}

// tree is the finding on files: met where there are some, else not.
func (h *health) tree(t *Target, id string, s *sighting, some, none, mend string) finding.Finding {
	f := finding.Finding{Probe: id, State: finding.Met, Confidence: finding.High}
	switch {
	case s.count > 0:
		for _, b := range s.best {
			f.Evidence = append(f.Evidence, b.at)
		}
		f.Evidence = f.Evidence[:min(len(f.Evidence), 3)]
		f.Why = finding.Say(some, "Number", s.count, "Path", f.Evidence[0].Path)
		f.Values = []string{f.Evidence[0].Path}
		if v := t.address(f.Evidence[0].Path); v != "" {
			f.Values[0] = v
		}
	case len(t.Entries) == 0:
		f.State, f.Confidence, f.Why = finding.NotObservable, finding.Low, finding.Say("probe.no-tree")
	default:
		do := finding.Say(mend)
		f.State, f.Confidence, f.Why, f.Mend = finding.NotMet, finding.Medium, finding.Say(none), &do
	}
	return f
}

const year = 365 * 24 * time.Hour

func unknown(id, key string) finding.Finding {
	return finding.Finding{Probe: id, State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say(key)}
}

// activity says how long ago the newest commit was made.
func activity(t *Target) finding.Finding {
	if t.Forge != nil && t.Forge.Archived {
		return finding.Finding{Probe: "health.activity", State: finding.NotMet, Confidence: finding.High, Why: finding.Say("probe.activity.archived")}
	}
	if t.History == nil || t.History.Newest.IsZero() || t.Now.IsZero() {
		return unknown("health.activity", "probe.history.none")
	}
	days := int(t.Now.Sub(t.History.Newest).Hours() / 24)
	f := finding.Finding{Probe: "health.activity", State: finding.Met, Confidence: finding.High, Values: []string{t.History.Newest.UTC().Format(time.DateOnly)},
		Why: finding.Say("probe.activity", "Days", max(days, 0))}
	if t.Now.Sub(t.History.Newest) > year {
		f.State = finding.NotMet
	}
	return f
}

// people says on how many shoulders the work lies: the fewest who made half of
// a year's commits.
func people(t *Target) finding.Finding {
	if t.History == nil || len(t.History.Authors) == 0 || t.History.Commits <= 0 {
		return unknown("health.people", "probe.history.none")
	}
	half, sum := 0, 0
	for _, a := range t.History.Authors {
		half++
		if sum += a.Commits; 2*sum >= t.History.Commits {
			break
		}
	}
	f := finding.Finding{Probe: "health.people", State: finding.Met, Confidence: finding.Medium, Why: finding.Say("probe.people", "Half", half, "All", len(t.History.Authors), "Commits", t.History.Commits)}
	if half < 2 {
		f.State = finding.NotMet
	}
	return f
}

// tags are the releases that forge or history know, newest first.
func tags(t *Target) []Tag {
	if t.Forge != nil && len(t.Forge.Releases) > 0 {
		return t.Forge.Releases
	}
	if t.History != nil {
		return t.History.Tags
	}
	return nil
}

func releases(t *Target) finding.Finding {
	all := tags(t)
	if len(all) == 0 {
		return unknown("health.releases", "probe.releases.none")
	}
	f := finding.Finding{Probe: "health.releases", State: finding.Met, Confidence: finding.High, Values: []string{all[0].Name},
		Why: finding.Say("probe.releases", "Number", len(all), "Name", all[0].Name)}
	if !all[0].At.IsZero() && !t.Now.IsZero() && t.Now.Sub(all[0].At) > 2*year {
		f.State, f.Why = finding.NotMet, finding.Say("probe.releases.old", "Name", all[0].Name, "Days", int(t.Now.Sub(all[0].At).Hours()/24))
	}
	return f
}

func signed(t *Target) finding.Finding {
	all := tags(t)
	f := finding.Finding{Probe: "health.signed", State: finding.NotMet, Confidence: finding.Medium, Why: finding.Say("probe.signed.none", "Name", all[0].Name)}
	if all[0].Signed {
		f.State, f.Confidence, f.Why = finding.Met, finding.High, finding.Say("probe.signed", "Name", all[0].Name)
	}
	return f
}
