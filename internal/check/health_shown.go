package check

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"stoa/internal/finding"
	"stoa/internal/lazy"
)

// exhibits are what of the tests and of what runs them a reader is led to: a file in
// which a test stands, and a workflow that runs them. The first files that lie
// where tests lie often prepare them only, or were made by a tool.
type exhibits struct {
	tests, runs sighting
	read, asked int // files read for either
}

// besideRank is from where on a workflow does something else and runs tests beside.
const besideRank = 30

// mostShownRead is how many files are read for tests, and for what runs them.
const mostShownRead = 60

var (
	// stands is how a test begins, or what it says it expects.
	stands = lazy.New(`(?i)\bdef test_?\w|\bfunc Test\w|@\w*test\b|\[(?:fact|theory|test(?:method|case)?)\b|\bassert\w*[ (.:!]|\bexpect(?:that)?[ (]|\bshould[ .(]|\b(?:it|test|describe|context|scenario|test_that)[ (]+["'\x60]|\bTEST(?:_F|_CASE)?\(|#\[(?:\w+::)?test\b|\bscenario:|\bpublic function test|\bQVERIFY|\bREQUIRE\(|\bstrictEqual|\bdeepEqual`)
	// expects is what a test says should be so.
	expects = lazy.New(`(?i)assert|expect|should|require\(|verify|\bt\.(?:error|fatal)|\b(?:strict|deep)equal|\bthen\b|equal|\bis\(|\bok\(`)
	// putAside is what was put out of use from one sign to another.
	putAside = lazy.New(`(?s)/\*.*?\*/`)
	// undone is in tests that are not run, or that a frame or a course begins with.
	undone = lazy.New(`(?i)\bskip\s*[=(:]|\[ignore|@ignore\b|@disabled\b|\bxit\(|\bxdescribe\(|notimplemented|awesomethings|welcome to react|bucketlist|always pass|expect\(true\)|["']hello world!?["']`)
	// samples are names of tests that tools put there, and of files that are none.
	samples = lazy.New(`(?i)example(?:instrumented|unit)?test|helper|conftest|tester|__init__|incomplete|sample|fixture|config|support|setup|util|extension\.|\.(?:sql|json|txt)$|mock|abstract\w*test|base\w*test\.|\bconf\b|(?:^|/)(?:deprecated|old|legacy|archived?|bower|plugins|tutorials?|examples?)/`)
	// running is in a workflow that runs tests.
	running     = lazy.New(`(?i)\bpytest\b|\btox\b|\bnox\b|\bunittest\b|\bnosetests\b|manage\.py test|runtests|go test|cargo (?:test|nextest)|\bmvnw?\b[^\n]*\b(?:test|verify|install|package)\b|gradlew?\b[^\n]*\b(?:test|check|build)|\bctest\b|\brspec\b|rake (?:test|spec)|rails test|\bphpunit\b|\bjest\b|\bcypress\b|\bplaywright\b|(?:npm|yarn|pnpm|bun)(?: run)? (?:\S+ )?test|npm t\b|make (?:\S+ )?(?:test|check)|dotnet test|mix test|flutter test|R CMD check|check-r-package|\bkarma\b|\btestthat\b|run[-_]?tests?\b|test\.sh|maven\.yml@`)
	testNamed   = lazy.New(`(?i)tests?\b|\bpytest|_tests?[_.]`)
	buildNamed  = lazy.New(`(?i)\bci\b|[_-]ci|ci[_-]|\bmain\b|build|check|maven|gradle|python|node`)
	ciNamed     = lazy.New(`(?i)^(?:ci|continuous[-_]integration)\b`)
	testsAtAll  = lazy.New(`(?i)\btests?\b|[-_]tests?\b`)
	besideBuild = lazy.New(`(?i)publish|release|deploy|docker|image|stale|close|label|docs?\b|lint|format|black|codeql|containers|e2e|conformance`)
)

// wantsTest says whether a file where tests lie is read for one.
func (s *exhibits) wantsTest(e *Entry) bool {
	if s.read >= mostShownRead || samples.MatchString(e.Path) || e.Ext == "" {
		return false
	}
	s.read++
	return true
}

// wantsRun says whether a workflow is read for what it runs.
func (s *exhibits) wantsRun() bool {
	s.asked++
	return s.asked <= mostShownRead
}

// plainTests are endings of languages in which a test begins in a way that is known.
var plainTests = byWord(".py .js .jsx .ts .tsx .mjs .cjs .mts .cts .java .kt .rb .php .go .cs .dart")

// seeTest takes a file in which tests stand that are run. One line that expects
// something is what tools leave behind. It says whether plainly nothing is tested there.
func (s *exhibits) seeTest(f *File) (idle bool) {
	if f.Binary || !s.tests.leads(f.Depth) || samples.MatchString(f.Path) {
		return false
	}
	text := withoutComments(putAside.ReplaceAll(f.Text[:min(len(f.Text), 16*HeadSize)], nil), "//", "*", "# ")
	n := len(stands.FindAllIndex(text, 2))
	if n < 2 || undone.Match(f.Text) {
		return n == 0 && plainTests[f.Ext] && len(f.Text) <= 16*HeadSize
	}
	rank := f.Depth
	if !expects.Match(text) {
		rank += 10 // it was only begun
	}
	if testFolder(f.Path) == "" && (strings.HasPrefix(f.Name, "test_") || f.Name == "tests.py" && f.Depth < 2) {
		rank += 5 // as helpers are called that lie among programs
	}
	s.tests.add(hit{at: finding.Evidence{Path: f.Path}, rank: rank})
	return false
}

// leads says whether a place of this rank would be the first of all: of what is
// behind, nothing is said, so it need not be read.
func (s *sighting) leads(rank int) bool { return s.count == 0 || rank < s.best[0].rank }

// seeRun takes a workflow that runs tests, those first that are called so.
func (s *exhibits) seeRun(f *File) {
	name, rank := path.Base(f.Path), ranked(f)
	if f.Binary || !s.runs.leads(rank) {
		return
	}
	if text := withoutComments(f.Text, "#"); !running.Match(text) {
		// By a name of its own, or a command that is not known, it may run them all the same.
		if besideBuild.MatchString(name) || !testNamed.MatchString(name) && !(buildAlone(f, name) && testsAtAll.Match(text)) {
			return
		}
	}
	s.runs.add(hit{at: finding.Evidence{Path: f.Path}, rank: rank})
}

// ranked is how far behind others a workflow is, by its name.
func ranked(f *File) int {
	name := path.Base(f.Path)
	switch {
	case f.Depth == 0 && strings.HasPrefix(f.Name, ".travis"):
		return 25 // often left behind
	case besideBuild.MatchString(name) && !testNamed.MatchString(name):
		return besideRank
	case testNamed.MatchString(name):
		return 0
	case buildNamed.MatchString(name):
		return 10
	}
	return 20
}

// buildAlone says whether a file tells all that machines do, by where it lies or
// what it is called.
func buildAlone(f *File, name string) bool {
	return ciFiles[f.Name] && !strings.HasPrefix(f.Name, ".travis") || strings.HasPrefix(f.Name, "azure-pipelines") || strings.HasPrefix(f.Path, ".circleci/") || ciNamed.MatchString(name)
}

// withoutComments is the beginning of a file without the lines that were put out
// of use by these signs.
func withoutComments(text []byte, signs ...string) []byte {
	var out []byte
	for line := range bytes.Lines(text[:min(len(text), 16*HeadSize)]) {
		if !slices.ContainsFunc(signs, func(s string) bool { return bytes.HasPrefix(bytes.TrimSpace(line), []byte(s)) }) {
			out = append(out, line...)
		}
	}
	return out
}

// lead gives a finding the address of what shows it: of the file that was chosen,
// or else of what is said instead.
func (s *sighting) lead(t *Target, f finding.Finding, instead string) finding.Finding {
	if f.State != finding.Met {
		return f
	}
	at := instead
	if s.count > 0 && s.best[0].rank < besideRank {
		at = s.best[0].at.Path
	}
	if at == "" || at == "." {
		f.Values = nil // that there is one is so, but none shows it
		return f
	}
	f.Values = []string{at}
	if v := t.address(at); v != "" {
		f.Values[0] = v
	}
	return f
}

// testFolder is the folder of tests in which a file lies, "" if in none.
func testFolder(name string) string {
	parts := strings.Split(path.Dir(name), "/")
	for i, d := range parts {
		if d = strings.ToLower(d); testFolders[d] || strings.HasSuffix(d, "tests") || strings.HasSuffix(d, ".test") {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}
