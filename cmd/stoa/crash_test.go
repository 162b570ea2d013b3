package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/testkit"
)

// kills is how many times the program is killed on each engine, in lanes with
// a database each; STOA_TEST_LONG makes it many more.
const (
	kills     = 40
	killsLong = 1000
	lanes     = 2
)

// TestKilledAnywhere kills the built program with SIGKILL at random moments of
// imports and edits and keeps its own list of what the program acknowledged:
// after every kill each acknowledged write must be there, the journal must
// verify and no good may be half written. PostgreSQL itself lives on.
func TestKilledAnywhere(t *testing.T) {
	seed, n := uint64(1), kills
	if s, err := strconv.ParseUint(os.Getenv("STOA_TEST_SEED"), 10, 64); err == nil {
		seed = s
	}
	if os.Getenv("STOA_TEST_LONG") != "" {
		n = killsLong
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		for number := range lanes {
			t.Run(fmt.Sprintf("%s-%d", engine, number), func(t *testing.T) {
				t.Parallel()
				newLane(t, engine, mathrand.New(mathrand.NewPCG(seed, uint64(number)<<8|uint64(len(engine))))).run(n / lanes)
			})
		}
	}
}

// ack is an edit the program said it had written.
type ack struct {
	marker   string
	position int64
}

// lane is one database under attack.
type lane struct {
	t       *testing.T
	engine  string
	program string
	dir     string
	data    string
	url     string
	env     []string
	rand    *mathrand.Rand

	records []map[string]any // what the next import brings
	stated  int              // how many of them an acknowledged import brought
	edits   map[string][]ack // by slug: what was acknowledged, oldest first
	pending map[string]string
	marks   int
	size    int64                    // entries of the journal at the last look
	told    map[string]int           // how it went, for the log
	typical map[string]time.Duration // of an action that is let run
	kills   int
}

func newLane(t *testing.T, engine string, rand *mathrand.Rand) *lane {
	l := &lane{t: t, engine: engine, program: testkit.Program(t), dir: t.TempDir(), rand: rand,
		edits: map[string][]ack{}, pending: map[string]string{}, told: map[string]int{}, typical: map[string]time.Duration{}}
	l.data = filepath.Join(l.dir, "data")
	l.url = "sqlite:" + filepath.Join(l.data, "stoa.db")
	l.env = append(os.Environ(), "STOA_DATA="+l.data, "STOA_DATABASE_URL=")
	if engine == "postgres" {
		l.url = testkit.Postgres(t)
		l.env = append(l.env, "STOA_DATABASE_URL="+l.url)
	}
	return l
}

// begin does everything once that is killed later.
func (l *lane) begin() {
	l.grow(30)
	for _, action := range []string{"import", "import beside a server", "backup", "migration", "server", "edit", "edit"} { // the last one is warm
		if !l.attempt(action, time.Hour) {
			l.t.Fatalf("%s fails when nobody kills it", action)
		}
	}
	l.check()
}

func (l *lane) run(kills int) {
	l.begin()
	killed := 0
	for tries := 0; killed < kills; tries++ {
		if tries > 3*kills {
			l.t.Fatalf("only %d of %d attempts could be killed", killed, tries)
		}
		for range l.rand.IntN(3) { // answers that must not be lost
			if !l.attempt("edit", time.Hour) {
				l.t.Fatal("an edit fails when nobody kills it")
			}
		}
		action := "edit"
		switch n := l.rand.IntN(20); {
		case n < 5:
			action = "import"
			l.grow(3)
		case n < 7:
			action = "import beside a server"
			l.grow(3)
		case n < 9:
			action = "backup"
		case n < 10:
			action = "migration"
		case n < 14:
			action = "server"
			l.grow(2)
		}
		before := l.size
		if l.attempt(action, time.Duration(l.rand.Int64N(int64(l.typical[action]*5/4)))) {
			continue
		}
		if killed++; killed%100 == 0 {
			l.t.Logf("%d kills so far: %v", killed, l.told)
		}
		l.check()
		if l.size > before {
			action += " after a commit"
		}
		l.told["killed "+action]++
	}
	if !l.attempt("import", time.Hour) {
		l.t.Fatal("the last import fails")
	}
	l.check()
	l.must("db", "check")
	l.complete()
	l.t.Logf("%d kills: %v", killed, l.told)
}

// attempt does one thing and kills it after a while; it says whether it ended
// by itself.
func (l *lane) attempt(action string, after time.Duration) bool {
	switch action {
	case "import":
		return l.doImport(action, after)
	case "import beside a server":
		s, err := startServer(l.program, append(l.env, "STOA_ADDR=127.0.0.1:0"), l.dir, "--empty")
		if err != nil {
			l.t.Fatal(err)
		}
		ended := l.doImport(action, after)
		_ = s.end(syscall.SIGKILL) // it cannot exit well
		return ended
	case "backup":
		return l.doBackup(after)
	case "migration":
		env := l.elsewhere()
		_, ended := l.startIn(env, action, after, "db", "migrate")
		l.mustIn(env, "db", "migrate")
		if said := l.mustIn(env, "db", "status"); strings.Contains(said, "missing") {
			l.t.Fatalf("after a migration: %s", said)
		}
		return ended
	case "server":
		return l.doServer(after)
	}
	return l.doEdit(after)
}

// doBackup kills a backup, or reads it back.
func (l *lane) doBackup(after time.Duration) bool {
	file := filepath.Join(l.dir, fmt.Sprintf("backup-%d.stoa", l.next()))
	_, ended := l.start("backup", after, "backup", file)
	if _, err := os.Stat(file); err == nil {
		l.must("backup", "--check", file)
	} else if ended {
		l.t.Fatalf("a backup ended and is not there: %v", err)
	}
	_ = os.Remove(file) // it may not be there
	return ended
}

// doServer kills a server while it is read from, follows what others write and
// merges its index. The next one finds all that was acknowledged.
func (l *lane) doServer(after time.Duration) bool {
	began := time.Now()
	s, err := startServer(l.program, append(l.env, "STOA_ADDR=127.0.0.1:0"), l.dir, "--empty")
	if err != nil {
		l.t.Fatal(err)
	}
	readers := make(chan int)
	ctx, stop := context.WithCancel(l.t.Context())
	for range 2 {
		go func() {
			n := 0
			for ; ctx.Err() == nil; n++ {
				req, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.url+[]string{"/goods?q=tool", "/api/v1/goods/tool-001", "/fr/goods/tool-002", "/log/checkpoint"}[n%4], nil)
				resp, err := noRedirects.Do(req)
				if err != nil {
					break // it was killed
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
			readers <- n
		}()
	}
	l.doImport("import", time.Hour)
	for range 2 {
		l.doEdit(time.Hour)
	}
	l.typical["server"] = time.Since(began)
	if after < time.Hour {
		time.Sleep(after / 4)
	}
	_ = s.end(syscall.SIGKILL) // it cannot exit well
	stop()
	l.told["reads"] += <-readers + <-readers
	return after == time.Hour
}

// start runs the program with a deadline and returns what it said.
func (l *lane) start(action string, after time.Duration, args ...string) (said string, ended bool) {
	return l.startIn(l.env, action, after, args...)
}

func (l *lane) startIn(env []string, action string, after time.Duration, args ...string) (said string, ended bool) {
	cmd := exec.Command(l.program, args...)
	cmd.Env, cmd.Dir = env, l.dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // it may have ended
	err := cmd.Wait()
	timer.Stop()
	var exit *exec.ExitError
	switch {
	case err == nil:
		l.typical[action] = time.Since(began)
		return stdout.String(), true
	case errors.As(err, &exit) && exit.ExitCode() < 0:
		return stdout.String(), false
	default:
		l.t.Fatalf("%s: %v\n%s%s", strings.Join(args, " "), err, &stdout, &stderr)
		return "", false
	}
}

// grow makes the next import bring n new records and change some old ones.
func (l *lane) grow(n int) {
	for range min(n, len(l.records)) {
		r := l.records[l.rand.IntN(len(l.records))]
		r["description"] = fmt.Sprintf("Changed for the %d-th time.", l.next())
	}
	for range n {
		i := len(l.records)
		name := fmt.Sprintf("Tool %03d", i)
		l.records = append(l.records, map[string]any{
			"id": strconv.Itoa(70000 + i), "dpgid": fmt.Sprintf("GID%07d", 7000000+i), "name": name, "stage": "DPG",
			"categories": []string{"Open Software"}, "description": "As it came.", "website": fmt.Sprintf("https://tool%03d.example.org", i),
			"repositories":  []map[string]string{{"name": "main", "url": fmt.Sprintf("https://github.com/tools/%03d", i)}},
			"organizations": []map[string]string{{"name": "Keepers", "website": "https://keepers.example.org", "org_type": "owner", "contact_name": "Nobody Inparticular", "contact_email": "nobody@example.org"}},
			"openlicenses":  []map[string]string{{"openLicense": "MIT", "openLicenseEvidenceURLs": ""}},
			"sdgs":          map[string]any{"sdg": []string{"SDG9: Industry, Innovation and Infrastructure"}, "relevance": ""},
			"locations":     map[string]any{"developmentCountries": []string{"Kenya"}, "deploymentCountries": []string{"Kenya", "Ghana"}},
		})
	}
}

func (l *lane) next() int { l.marks++; return l.marks }

func (l *lane) doImport(action string, after time.Duration) bool {
	l.writeRecords()
	_, ended := l.start(action, after, "import", "--seen", "2026-07-10", "dpgs.json")
	if ended {
		l.stated = len(l.records)
	}
	return ended
}

func (l *lane) writeRecords() {
	b, err := json.Marshal(l.records)
	if err == nil {
		err = os.WriteFile(filepath.Join(l.dir, "dpgs.json"), b, 0o600)
	}
	if err != nil {
		l.t.Fatal(err)
	}
}

var acknowledged = regexp.MustCompile(`^\S+\t\S+\tversion \d+\tjournal (\d+)\n$`)

func (l *lane) doEdit(after time.Duration) bool {
	slug := fmt.Sprintf("tool-%03d", l.rand.IntN(30)) // of the first import
	marker := fmt.Sprintf("https://edit%d.example.org", l.next())
	said, ended := l.start("edit", after, "good", "edit", slug, "website="+marker, "--reason", "a test")
	if m := acknowledged.FindStringSubmatch(said); m != nil { // even if it was killed right after
		position, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			l.t.Fatal(err)
		}
		l.edits[slug] = append(l.edits[slug], ack{marker, position})
		l.told["acknowledged edits"]++
		l.size = position + 1
		delete(l.pending, slug)
	} else if ended {
		l.t.Fatalf("an edit ended without saying so: %q", said)
	} else {
		l.pending[slug] = marker
	}
	return ended
}
