package web_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"stoa/internal/testkit"
)

// TestGeneratedCodeIsOfThisRuntime holds the generator that made the committed
// code and the runtime it is linked with to one version.
func TestGeneratedCodeIsOfThisRuntime(t *testing.T) {
	templates := 0
	eachTemplate(t, func(path string) {
		templates++
		b, err := os.ReadFile(generated(path))
		if err != nil {
			t.Errorf("%s was not generated: %v", path, err)
			return
		}
		if !bytes.Contains(b, []byte("// templ: version: "+templ.Version()+"\n")) {
			t.Errorf("%s is of another version than the runtime's %s", generated(path), templ.Version())
		}
	})
	if templates < 7 {
		t.Errorf("%d templates found", templates)
	}
}

// TestGeneratedCodeIsUpToDate makes the code anew from the templates.
func TestGeneratedCodeIsUpToDate(t *testing.T) {
	testkit.Need(t, "the generator, which takes its time (not with -short)", !testing.Short())
	root := testkit.Root(t)
	dir := filepath.Join(t.TempDir(), "internal", "web")
	eachTemplate(t, func(path string) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			t.Fatal(err)
		}
	})
	for _, room := range rooms {
		cmd := exec.Command("go", "tool", "-modfile="+filepath.Join("tools", "go.mod"), "templ", "generate", "-path", filepath.Join(dir, room))
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	eachTemplate(t, func(path string) {
		want, err := os.ReadFile(filepath.Join(dir, generated(path)))
		if err != nil {
			t.Fatal(err)
		}
		have, err := os.ReadFile(generated(path))
		if err != nil || !bytes.Equal(want, have) {
			t.Errorf("%s is not what %s gives (%v); make generate", generated(path), path, err)
		}
	})
}

// rooms are the folders with templates.
var rooms = []string{".", filepath.Join("..", "notify"), filepath.Join("..", "check", "report")}

func generated(path string) string { return strings.TrimSuffix(path, ".templ") + "_templ.go" }

func eachTemplate(t *testing.T, do func(path string)) {
	t.Helper()
	for _, room := range rooms {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err == nil && filepath.Ext(path) == ".templ" {
				do(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
