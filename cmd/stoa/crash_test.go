package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// kills is how many times the program is killed on each engine, in lanes with
// a database each; STOA_TEST_LONG makes it many more.
const (
	kills     = 200
	killsLong = 2000
	lanes     = 2
)

// TestKilledAnywhere kills the built program with SIGKILL at random moments of
// imports and edits and keeps its own list of what the program acknowledged:
// after every kill each acknowledged write must be there, the journal must
// verify and no good may be half written. PostgreSQL itself lives on.
func TestKilledAnywhere(t *testing.T) {
	program := testkit.Program(t)
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
				l := &lane{t: t, program: program, dir: t.TempDir(), rand: mathrand.New(mathrand.NewPCG(seed, uint64(number)<<8|uint64(len(engine)))),
					edits: map[string][]ack{}}
				l.data = filepath.Join(l.dir, "data")
				l.url = "sqlite:" + filepath.Join(l.data, "stoa.db")
				l.env = append(os.Environ(), "STOA_DATA="+l.data)
				if engine == "postgres" {
					l.url = testkit.Postgres(t)
					l.env = append(l.env, "STOA_DATABASE_URL="+l.url)
				}
				l.run(n / lanes)
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
}

func (l *lane) run(kills int) {
	l.typical = map[string]time.Duration{}
	l.pending, l.told = map[string]string{}, map[string]int{}
	l.grow(30)
	for _, action := range []string{"import", "import beside a server", "edit", "edit"} { // the last one is warm
		if !l.attempt(action, time.Hour) {
			l.t.Fatalf("%s fails when nobody kills it", action)
		}
	}
	l.check()
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
		switch n := l.rand.IntN(10); {
		case n < 3:
			action = "import"
			l.grow(3)
		case n < 4:
			action = "import beside a server"
			l.grow(3)
		}
		before := l.size
		if l.attempt(action, time.Duration(l.rand.Int64N(int64(l.typical[action]*5/4)))) {
			continue
		}
		killed++
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
	}
	return l.doEdit(after)
}

// start runs the program with a deadline and returns what it said.
func (l *lane) start(action string, after time.Duration, args ...string) (said string, ended bool) {
	cmd := exec.Command(l.program, args...)
	cmd.Env, cmd.Dir = l.env, l.dir
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
	b, err := json.Marshal(l.records)
	if err != nil {
		l.t.Fatal(err)
	}
	file := filepath.Join(l.dir, "dpgs.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		l.t.Fatal(err)
	}
	_, ended := l.start(action, after, "import", "--seen", "2026-07-10", file)
	if ended {
		l.stated = len(l.records)
	}
	return ended
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

// open opens the database as a restarted program would.
func (l *lane) open() *store.DB {
	db, err := store.Open(context.Background(), l.url, store.Options{Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		l.t.Fatal(err)
	}
	return db
}

// must runs the program and wants it to be content.
func (l *lane) must(args ...string) {
	cmd := exec.Command(l.program, args...)
	cmd.Env, cmd.Dir = l.env, l.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// check looks after a kill whether all is well.
func (l *lane) check() {
	ctx := context.Background()
	l.must("verify")
	db := l.open()
	defer db.Close()
	said := map[int64]string{}
	size := int64(0)
	for {
		entries, err := db.Entries(ctx, size, 1000)
		if err != nil {
			l.t.Fatal(err)
		}
		for _, e := range entries {
			if e.Position != size {
				l.t.Fatalf("entry %d stands at %d", e.Position, size)
			}
			size++
			for _, v := range e.Values {
				said[e.Position] += string(v.Data)
			}
		}
		if len(entries) == 0 {
			break
		}
	}
	l.size = size
	for slug, acks := range l.edits {
		for _, a := range acks {
			if !strings.Contains(said[a.position], a.marker) {
				l.t.Fatalf("%s: %s was acknowledged at %d and is lost; there is %q", slug, a.marker, a.position, said[a.position])
			}
		}
		g, _, err := db.GoodBySlug(ctx, slug)
		if err != nil {
			l.t.Fatal(err)
		}
		if last := acks[len(acks)-1].marker; g.Website != last && g.Website != l.pending[slug] {
			l.t.Fatalf("%s shows %s, acknowledged was %s", slug, g.Website, last)
		}
		if g.Website == l.pending[slug] { // it was written after all, and stays
			l.edits[slug] = append(l.edits[slug], ack{g.Website, g.Position})
			delete(l.pending, slug)
		}
	}
	l.whole(ctx, db)
}

// whole compares every good with what its records give: a good is in or out.
func (l *lane) whole(ctx context.Context, db *store.DB) {
	sources, err := db.Sources(ctx)
	if err != nil {
		l.t.Fatal(err)
	}
	found := 0
	for g, err := range db.EachGood(ctx) {
		if err != nil {
			l.t.Fatal(err)
		}
		found++
		records, err := db.Records(ctx, g.ID)
		if err != nil {
			l.t.Fatal(err)
		}
		if len(records) == 0 {
			l.t.Fatalf("%s has no record", g.Slug)
		}
		if diff := cmp.Diff(g.Restate(records, sources), *g, cmpopts.EquateEmpty()); diff != "" {
			l.t.Fatalf("%s is not what its records say: %s", g.Slug, diff)
		}
	}
	if found < l.stated || found > len(l.records) {
		l.t.Fatalf("%d goods, of %d acknowledged and %d sent", found, l.stated, len(l.records))
	}
}

// complete holds the end against what was sent, record by record, and that
// nothing was stated twice.
func (l *lane) complete() {
	ctx := context.Background()
	db := l.open()
	defer db.Close()
	for _, r := range l.records {
		id, found, err := db.FindIdentifier(ctx, "dpgid", r["dpgid"].(string))
		if err != nil || !found {
			l.t.Fatalf("%s is missing: %v", r["name"], err)
		}
		g, err := db.Good(ctx, id)
		if err != nil {
			l.t.Fatal(err)
		}
		if text, _ := g.Summary.In("en"); text != r["description"] {
			l.t.Errorf("%s says %q, sent was %q", g.Slug, text, r["description"])
		}
		history, err := db.History(ctx, id, 1000)
		if err != nil {
			l.t.Fatal(err)
		}
		created, last := 0, ""
		for _, e := range history {
			switch e.Verb {
			case good.GoodCreated:
				created++
			case good.RecordStated:
				for _, v := range e.Values {
					if v.Name != "record" {
						continue
					}
					if string(v.Data) == last {
						l.t.Errorf("%s: the same was stated twice running, at %d", g.Slug, e.Position)
					}
					last = string(v.Data)
				}
			}
		}
		if created != 1 {
			l.t.Errorf("%s was created %d times", g.Slug, created)
		}
	}
}
