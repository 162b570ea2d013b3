package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"stoa/internal/fault"
	"stoa/internal/testkit"
)

// crashes say what is done to reach a named point, and what is to hold when the
// program has been killed there.
var crashes = map[string]func(l *lane, point string){
	"a write: the state is written":               (*lane).crashWrite,
	"a write: the journal is written":             (*lane).crashWrite,
	"a write: it is committed":                    (*lane).crashWrite,
	"a file: it is kept and nothing refers to it": (*lane).crashAttach,
	"migration: a step is taken":                  (*lane).crashMigration,
	"backup: the rows are written":                (*lane).crashBackup,
	"backup: it is read back":                     (*lane).crashBackup,
	"backup: it has its name":                     (*lane).crashBackup,
	"copy: a table is copied":                     (*lane).crashCopy,
	"copy: all but the head is copied":            (*lane).crashCopy,
	"restore: the database is filled":             (*lane).crashRestore,
	"restore: its files wait for the database":    (*lane).crashRestore,
	"restore: it is proved":                       (*lane).crashRestore,
	"restore: it waits for its place":             (*lane).crashRestore,
	"restore: an old part is gone":                (*lane).crashRestore,
	"restore: a part is in its place":             (*lane).crashRestore,
	"index: a file is begun":                      (*lane).crashIndex,
	"index: a file is written":                    (*lane).crashIndex,
	"index: a file is synced":                     (*lane).crashIndex,
	"index: a file has its name":                  (*lane).crashIndex,
	"index: the list is new":                      (*lane).crashIndex,
	"index: what is old is gone":                  (*lane).crashIndex,
	"index: a slice is written":                   (*lane).crashIndex,
	"index: a merge is under way":                 (*lane).crashIndex,
}

// TestEveryNamedPointSurvivesACrash has the built program kill itself at every
// point that its source names, on both engines.
func TestEveryNamedPointSurvivesACrash(t *testing.T) {
	if named, known := namedPoints(t), slices.Sorted(maps.Keys(crashes)); !slices.Equal(named, known) {
		t.Fatalf("the source names %q\nthe test knows %q", named, known)
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			l := newLane(t, engine, mathrand.New(mathrand.NewPCG(1, 2)))
			l.begin()
			for _, point := range slices.Sorted(maps.Keys(crashes)) {
				if engine == "sqlite" && point == "restore: its files wait for the database" {
					continue // there they are one folder
				}
				before := l.kills
				crashes[point](l, point)
				if l.kills == before {
					t.Errorf("%q was not reached", point)
				}
				l.check()
			}
			l.must("db", "check")
		})
	}
}

// namedPoints are the points that the source names.
func namedPoints(t *testing.T) []string {
	t.Helper()
	literal := regexp.MustCompile(`fault\.At\("([^"]+)"\)`)
	index := regexp.MustCompile(`(?m)^\tpoint[A-Z]\w*\s*= "([^"]+)"`)
	found := map[string]bool{}
	for _, dir := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(testkit.Root(t), dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range literal.FindAllStringSubmatch(string(text), -1) {
				found[m[1]] = true
			}
			for _, m := range index.FindAllStringSubmatch(string(text), -1) {
				found["index: "+m[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// crash runs the program until it kills itself at point, and returns what it
// had said.
func (l *lane) crash(point string, env []string, args ...string) string {
	l.t.Helper()
	cmd := exec.Command(l.program, args...)
	cmd.Env, cmd.Dir = append(slices.Clone(env), fault.Variable+"="+point), l.dir
	out, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		l.t.Fatalf("%s with a crash at %q: %v\n%s", strings.Join(args, " "), point, err, out)
	}
	l.kills++
	return string(out)
}

// crashWrite kills an edit and an import. Only what is committed may be there.
func (l *lane) crashWrite(point string) {
	slug, marker := "tool-001", fmt.Sprintf("https://edit%d.example.org", l.next())
	if said := l.crash(point, l.env, "good", "edit", slug, "website="+marker, "--reason", "a test"); said != "" {
		l.t.Fatalf("%q: an edit says %q before it is whole", point, said)
	}
	db := l.open()
	defer db.Close()
	g, _, err := db.GoodBySlug(l.t.Context(), slug)
	if err != nil {
		l.t.Fatal(err)
	}
	if committed := point == "a write: it is committed"; (g.Website == marker) != committed {
		l.t.Fatalf("%q: the good shows %s, the edit was %s", point, g.Website, marker)
	}
	l.pending[slug] = marker
	l.grow(3)
	l.writeRecords()
	l.crash(point, l.env, "import", "--seen", "2026-07-10", "dpgs.json")
}

// crashAttach kills a command that attaches a file, between the file and what
// refers to it: nothing is attached, and the next time it is.
func (l *lane) crashAttach(point string) {
	address := fmt.Sprintf("owner%d@example.org", l.next())
	l.must("user", "add", address, "--name", "Owner")
	id := regexp.MustCompile(`"id": "([0-9A-Z]{26})"`).FindStringSubmatch(l.mustIn(l.env, "application", "start", "--as", address, "--name", "Clinic Book"))[1]
	file := filepath.Join(l.dir, "deed.pdf")
	if err := os.WriteFile(file, []byte("%PDF-1.7\n%%EOF\n"), 0o600); err != nil {
		l.t.Fatal(err)
	}
	l.crash(point, l.env, "application", "attach", "--as", address, id, "owner.files", file)
	if said := l.mustIn(l.env, "application", "files", "--as", address, id); said != "" {
		l.t.Fatalf("%q: attached is %s", point, said)
	}
	attached := strings.TrimSpace(l.mustIn(l.env, "application", "attach", "--as", address, id, "owner.files", file))
	if said := l.mustIn(l.env, "application", "fetch", "--as", address, id, attached); said != "%PDF-1.7\n%%EOF\n" {
		l.t.Fatalf("%q: the file is %q", point, said)
	}
	if left, err := filepath.Glob(filepath.Join(l.data, "blobs", "*", "*")); err != nil || len(left) != 1 {
		l.t.Fatalf("%q: %d files are kept: %v", point, len(left), err)
	}
}

// crashMigration kills a migration between its steps; the next one goes on.
func (l *lane) crashMigration(point string) {
	env := l.elsewhere()
	l.crash(point, env, "db", "migrate")
	l.mustIn(env, "db", "migrate")
	if said := l.mustIn(env, "db", "status"); strings.Contains(said, "missing") {
		l.t.Fatalf("after a migration that was killed: %s", said)
	}
	l.mustIn(env, "import", "--seen", "2026-07-10", "dpgs.json")
	l.mustIn(env, "db", "check")
}

// crashBackup kills a backup: there is a whole one or none.
func (l *lane) crashBackup(point string) {
	file := filepath.Join(l.dir, fmt.Sprintf("killed-%d.stoa", l.next()))
	l.crash(point, l.env, "backup", file)
	_, err := os.Stat(file)
	if named := point == "backup: it has its name"; named != (err == nil) {
		l.t.Fatalf("%q: %v", point, err)
	}
	if err == nil {
		l.must("backup", "--check", file)
	}
}

// crashCopy kills a copy; the next one goes on, and both logs have one root.
func (l *lane) crashCopy(point string) {
	env := append(slices.Clone(l.env), "STOA_COPY_TO="+testkit.Postgres(l.t))
	l.crash(point, env, "db", "copy")
	if said := l.mustIn(env, "db", "copy"); !strings.Contains(said, "going on where it had been cut") {
		l.t.Fatalf("%q: the second copy says %s", point, said)
	}
}

// crashRestore kills a restore into another place: there is then what was, or
// what was restored, whole.
func (l *lane) crashRestore(point string) {
	file := filepath.Join(l.dir, fmt.Sprintf("kept-%d.stoa", l.next()))
	l.must("backup", file)
	env := l.elsewhere()
	l.mustIn(env, "import", "--seen", "2026-07-10", "dpgs.json")
	old := l.mustIn(env, "verify")
	l.crash(point, env, "restore", "--force", file)
	l.mustIn(env, "db", "migrate") // ends a restore that was cut at its last step
	now, whole := l.mustIn(env, "verify"), l.mustIn(l.env, "verify")
	if now != old && now != whole {
		l.t.Fatalf("%q: neither what was nor what was restored: %s", point, now)
	}
	l.mustIn(env, "db", "check")
	l.mustIn(env, "restore", "--force", file)
	if now := l.mustIn(env, "verify"); now != whole {
		l.t.Fatalf("%q: the second restore gives %s, not %s", point, now, whole)
	}
}

// crashIndex kills a server while it writes its search index; the next one
// finds everything.
func (l *lane) crashIndex(point string) {
	if err := os.RemoveAll(filepath.Join(l.data, indexFolder)); err != nil {
		l.t.Fatal(err)
	}
	env := append(slices.Clone(l.env), "STOA_ADDR=127.0.0.1:0", "STOA_EMPTY=true")
	l.crash(point, env, "serve")
	s, err := startServer(l.program, env, l.dir)
	if err != nil {
		l.t.Fatalf("%q: %v", point, err)
	}
	defer s.end(syscall.SIGKILL)
	resp, err := http.Get(s.url + "/goods/tool-001")
	if err != nil || resp.StatusCode != http.StatusOK {
		l.t.Fatalf("%q: %v %v", point, resp, err)
	}
	resp.Body.Close()
}

// elsewhere is the environment of an empty instance on the same engine.
func (l *lane) elsewhere() []string {
	env := append(slices.Clone(l.env), "STOA_DATA="+filepath.Join(l.dir, fmt.Sprintf("elsewhere-%d", l.next())))
	if l.engine == "postgres" {
		env = append(env, "STOA_DATABASE_URL="+testkit.Postgres(l.t))
	}
	return env
}

// mustIn runs the program in an environment, wants it to be content, and
// returns what it said.
func (l *lane) mustIn(env []string, args ...string) string {
	l.t.Helper()
	cmd := exec.Command(l.program, args...)
	cmd.Env, cmd.Dir = env, l.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		l.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
