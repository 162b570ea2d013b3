package manifest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var uses = map[Use]string{Runtime: "runtime", Optional: "optional", Development: "development", Listed: "listed"}

// said is what a manifest says, a line for each part.
func said(m *Manifest) string {
	var b strings.Builder
	lock := ""
	if m.Lock {
		lock = " lock"
	}
	fmt.Fprintf(&b, "# %s %s%s\n", m.Path, m.Ecosystem, lock)
	for _, s := range []string{m.Name, m.Summary, m.Homepage, m.Source} {
		if s != "" {
			fmt.Fprintf(&b, "  %s\n", s)
		}
	}
	for _, d := range m.Dependencies {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", uses[d.Use], d.Name, d.Version)
	}
	for _, k := range sorted(m.Aliases) {
		fmt.Fprintf(&b, "%s is %s\n", k, m.Aliases[k])
	}
	return b.String()
}

func archives(t testing.TB) map[string]*txtar.Archive {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) < 5 {
		t.Fatalf("%d archives, %v", len(paths), err)
	}
	out := map[string]*txtar.Archive{}
	for _, p := range paths {
		if out[p], err = txtar.ParseFile(p); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestEachManifestSaysWhatItNeeds(t *testing.T) {
	for name, a := range archives(t) {
		var got strings.Builder
		for _, f := range a.Files {
			m, err := Parse(f.Name, f.Data)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			got.WriteString(said(m))
		}
		golden := strings.TrimSuffix(name, ".txtar") + ".golden"
		if os.Getenv("STOA_UPDATE") != "" {
			if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || string(want) != got.String() {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got.String(), want)
		}
	}
}

func TestOtherNamesAreNoManifests(t *testing.T) {
	for _, name := range []string{"readme.md", "mypackage.json", "composer.jsonc", "locker.txt", "compose.md", "docker-compose.json", "x.tfvars", "requirements.md", "project.md", "go.summary"} {
		if Known(name, "a/"+name) {
			t.Errorf("%s is taken for a manifest", name)
		}
	}
	for _, name := range []string{"package.json", "dockerfile.prod", "compose.yaml", "docker-compose.override.yml", "prod.dockerfile", "requirements-dev.txt", "app.vbproj", "main.tf", ".terraform.lock.hcl", "gemfile.lock", "settings.versions.toml"} {
		if !Known(name, "a/"+name) {
			t.Errorf("%s is not known", name)
		}
	}
}

func TestAListInAFolderOfListsIsAManifest(t *testing.T) {
	if !Known("base.txt", "requirements/base.txt") || Known("base.txt", "notes/base.txt") {
		t.Error("requirements/base.txt is one, notes/base.txt is not")
	}
}

func TestWhatDoesNotParseIsNoManifest(t *testing.T) {
	for name, text := range map[string]string{
		"package.json": "{", "pom.xml": "<project>", "pyproject.toml": "[[[", "pubspec.yaml": "a: [", "App.csproj": "no", "go.mod": "require (", "x.txt": "",
		"environment.yml": "on: deploy", "DESCRIPTION": "A shed by the well.", "Project.toml": "[other]", "Package.resolved": "[]",
		"Cargo.toml": "a = " + strings.Repeat("[", 10_000), "compose.yaml": strings.Repeat("a: {", 500), "Chart.yaml": "- a list",
	} {
		if m, err := Parse(name, []byte(text)); !errors.Is(err, ErrShape) || m != nil {
			t.Errorf("%s: %v, %v", name, m, err)
		}
	}
	if _, err := Parse("go.sum", make([]byte, MaxSize+1)); !errors.Is(err, ErrShape) {
		t.Errorf("a lock file longer than may be read: %v", err)
	}
}

func TestALineIsFoundByTheWholeName(t *testing.T) {
	text := []byte("react-dom\n\"react-native\"\n  \"react\": 1\n")
	for name, want := range map[string]int{"react": 3, "react-dom": 1, "native": 0, "vue": 0, "": 0} {
		if got := Line(text, name); got != want {
			t.Errorf("%s: line %d, want %d", name, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, a := range archives(f) {
		for _, file := range a.Files {
			f.Add(file.Name, file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		m, err := Parse(name, text)
		if (m == nil) != (err != nil) {
			t.Fatalf("%v, %v", m, err)
		}
		if m == nil {
			return
		}
		for _, d := range m.Dependencies {
			if d.Name == "" || strings.TrimSpace(d.Name) != d.Name {
				t.Fatalf("a part without a name, or with spaces about it: %q", d.Name)
			}
		}
	})
}
