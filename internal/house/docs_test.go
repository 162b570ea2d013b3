package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"stoa/internal/testkit"
)

func readDoc(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testkit.Root(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// documents are what a newcomer reads.
var documents = []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/dependencies.md"}

var (
	linkIn = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)
	codeIn = regexp.MustCompile("`([a-z][A-Za-z0-9_.-]*/[A-Za-z0-9_./-]*)`")
	makeIn = regexp.MustCompile("(?m)(?:^|`|    )make ([a-z]+)\\b")
	target = regexp.MustCompile(`(?m)^([a-z]+):`)
)

func TestDocumentsSpeakOfWhatIsThere(t *testing.T) {
	root := testkit.Root(t)
	var targets []string
	for _, m := range target.FindAllStringSubmatch(readDoc(t, "Makefile"), -1) {
		targets = append(targets, m[1])
	}
	decisions, err := filepath.Glob(filepath.Join(root, "docs", "decisions", "*.md"))
	if err != nil || len(decisions) == 0 {
		t.Fatal("no decisions found", err)
	}
	names := slices.Clone(documents)
	for _, d := range decisions {
		names = append(names, "docs/decisions/"+filepath.Base(d))
		if !strings.Contains(readDoc(t, "ARCHITECTURE.md"), "docs/decisions/"+filepath.Base(d)) {
			t.Errorf("ARCHITECTURE.md does not lead to %s", filepath.Base(d))
		}
	}
	for _, name := range names {
		text := readDoc(t, name)
		for _, m := range linkIn.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
		for _, m := range codeIn.FindAllStringSubmatch(text, -1) {
			top, _, _ := strings.Cut(m[1], "/")
			if !slices.Contains([]string{"internal", "cmd", "docs", "catalogue", "testdata", "tools"}, top) {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(m[1]))); err != nil {
				t.Errorf("%s names %s, which is not there", name, m[1])
			}
		}
		for _, m := range makeIn.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(targets, m[1]) {
				t.Errorf("%s says make %s, which the Makefile does not know", name, m[1])
			}
		}
	}
}

func TestReadmeBeginsWithTwoCommands(t *testing.T) {
	text := readDoc(t, "README.md")
	first := shellBlock.FindStringSubmatch(text)
	if first == nil {
		t.Fatal("no commands")
	}
	if got := strings.Fields(first[1]); !slices.Equal(got, []string{"make", "run"}) {
		t.Errorf("the first command is %q", first[1])
	}
	for _, must := range []string{"make test", "http://localhost:8080", "docs/screenshot.png", "LICENSE"} {
		if !strings.Contains(text, must) {
			t.Errorf("the README does not say %s", must)
		}
	}
}

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// TestFirstChange does what CONTRIBUTING.md tells a newcomer, word by word, in
// a copy of the tree.
func TestFirstChange(t *testing.T) {
	blocks := shellBlock.FindAllStringSubmatch(readDoc(t, "CONTRIBUTING.md"), -1)
	if len(blocks) < 3 {
		t.Fatalf("%d blocks of commands", len(blocks))
	}
	dir := t.TempDir()
	for _, f := range files(t) {
		to := filepath.Join(dir, filepath.FromSlash(f.path))
		mode := os.FileMode(0o644)
		if info, err := os.Stat(filepath.Join(testkit.Root(t), filepath.FromSlash(f.path))); err == nil {
			mode = info.Mode().Perm()
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, f.text, mode); err != nil {
			t.Fatal(err)
		}
	}
	script := "git init --quiet && git add --all && git commit --quiet -m start\n"
	for _, b := range blocks {
		script += b[1]
	}
	script += "git status --porcelain | (! grep .)\n"
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=Newcomer", "GIT_AUTHOR_EMAIL=newcomer@example.org",
		"GIT_COMMITTER_NAME=Newcomer", "GIT_COMMITTER_EMAIL=newcomer@example.org", "GOFLAGS=-buildvcs=false",
		"STOA_REAL_DATA=", "STOA_REQUIRE=") // a newcomer has neither
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestStoaDescribesItselfForOtherCatalogues(t *testing.T) {
	var p struct {
		Version      string `yaml:"publiccodeYmlVersion"`
		Name         string `yaml:"name"`
		URL          string `yaml:"url"`
		SoftwareType string `yaml:"softwareType"`
		Status       string `yaml:"developmentStatus"`
		Platforms    []string
		Categories   []string
		Description  map[string]struct {
			Short    string   `yaml:"shortDescription"`
			Long     string   `yaml:"longDescription"`
			Features []string `yaml:"features"`
		}
		Legal        struct{ License string }
		Maintenance  struct{ Type string }
		Localisation struct {
			Ready     *bool    `yaml:"localisationReady"`
			Languages []string `yaml:"availableLanguages"`
		}
	}
	if err := yaml.Unmarshal([]byte(readDoc(t, "publiccode.yml")), &p); err != nil {
		t.Fatal(err)
	}
	en := p.Description["en"]
	if p.Version == "" || p.Name != "Stoa" || p.URL == "" || p.SoftwareType == "" || p.Status == "" || len(p.Platforms) == 0 || len(p.Categories) == 0 {
		t.Errorf("a required field is missing: %+v", p)
	}
	if len(en.Short) > 150 || len(en.Long) < 150 || len(en.Long) > 10000 || len(en.Features) == 0 {
		t.Errorf("the standard wants a short description up to 150 characters (%d), a long one of 150 to 10,000 (%d), features (%d)", len(en.Short), len(en.Long), len(en.Features))
	}
	if p.Legal.License != "Apache-2.0" || p.Maintenance.Type == "" || p.Localisation.Ready == nil || len(p.Localisation.Languages) != 6 {
		t.Errorf("licence, maintenance or languages: %+v", p)
	}
}
