package house

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"stoa/internal/testkit"
)

// pkg is what the rules need of go list's answer about a package.
type pkg struct {
	ImportPath   string
	Dir          string
	Name         string
	ForTest      string
	Standard     bool
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Deps         []string
	Module       *struct {
		Path, Dir, Version string
		Main               bool
	}
}

// ours says whether the package is of this source tree.
func (p *pkg) ours() bool { return p.Module != nil && p.Module.Main }

// room is the path below stoa/internal, or "cmd" for the programs.
func (p *pkg) room() string { return room(p.ImportPath) }

func room(path string) string {
	if in, ok := strings.CutPrefix(path, "stoa/internal/"); ok {
		return in
	}
	if in, ok := strings.CutPrefix(path, "stoa/"); ok {
		if strings.HasPrefix(in, "cmd/") {
			return "cmd"
		}
		return in
	}
	return ""
}

var listed = sync.OnceValues(func() (map[string]*pkg, error) {
	// -test brings in what only tests import.
	cmd := exec.Command("go", "list", "-deps", "-test", "-json", "stoa/...")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.New(err.Error() + ": " + stderr.String())
	}
	all := map[string]*pkg{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		p := new(pkg)
		if err := dec.Decode(p); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		if p.ForTest == "" && !strings.HasSuffix(p.ImportPath, ".test") {
			all[p.ImportPath] = p
		}
	}
})

// packages returns every package the program and its tests are made of, by path.
func packages(t *testing.T) map[string]*pkg {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatal(err)
	}
	if all["stoa/cmd/stoa"] == nil || !all["stoa/cmd/stoa"].ours() {
		t.Fatalf("go list finds no program among %d packages in %s", len(all), testkit.Root(t))
	}
	return all
}
