package watching

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/check/target"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/internal/watch"
	"stoa/standards"
)

const (
	owner  = good.ID("01HZZZZZZZZZZZZZZZZZZZZZ01")
	other  = good.ID("01HZZZZZZZZZZZZZZZZZZZZZ02")
	office = good.ID("01HZZZZZZZZZZZZZZZZZZZZZ03")
)

func who(id good.ID, roles ...string) access.Who {
	return access.Who{Person: id, Pseudonym: "p" + string(id[24:]), Roles: roles}
}

// world is an instance with one recognised good that lives on a forge, a site
// and a page of its privacy policy, all of them on loopback.
type world struct {
	*App
	t     *testing.T
	now   time.Time
	tasks []good.Task
	told  []good.Notice
	good  good.ID
	dir   string // of the repository, bare

	names *testkit.Names
	port  string

	mu       sync.Mutex
	status   map[string]int // of pages, by path
	archived bool
	moved    string
	asked    map[string]int // requests by host
	cut      func()         // is called at the next request
}

func (w *world) Enqueue(_ context.Context, _ *store.Tx, t good.Task) error {
	w.tasks = append(w.tasks, t)
	return nil
}

// set changes what the places say.
func (w *world) set(fn func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fn()
}

// git runs git in the bare repository's work tree and pushes.
func (w *world) commit(name, text string) {
	w.t.Helper()
	tree := w.t.TempDir()
	run(w.t, "", "clone", "-q", w.dir, tree)
	if err := os.WriteFile(filepath.Join(tree, name), []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
	run(w.t, tree, "add", ".")
	run(w.t, tree, "commit", "-q", "-m", "change")
	run(w.t, tree, "push", "-q", "origin", "HEAD:main")
}

func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=C", "GIT_COMMITTER_EMAIL=c@example.org")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// serve answers for the forge, its API, and the site.
func (w *world) serve(root string) *httptest.Server {
	const backend = "/usr/lib/git-core/git-http-backend"
	_, err := os.Stat(backend)
	testkit.Need(w.t, "git's server for HTTP, of Debian's package git", err == nil)
	git := &cgi.Handler{Path: backend, Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"},
		InheritEnv: []string{"PATH"}, Stderr: io.Discard}
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		host, _, _ := strings.Cut(r.Host, ":")
		w.asked[host]++
		status, archived, moved, cut := w.status[r.URL.Path], w.archived, w.moved, w.cut
		w.cut = nil
		w.mu.Unlock()
		if cut != nil {
			cut()
		}
		switch {
		case status != 0:
			http.Error(rw, "no", status)
		case r.URL.Path == "/api/v1/repos/o/wells":
			full := "o/wells"
			if moved != "" {
				full = moved
			}
			fmt.Fprintf(rw, `{"full_name":%q,"archived":%v}`, full, archived)
		case strings.HasPrefix(r.URL.Path, "/o/wells.git"):
			git.ServeHTTP(rw, r)
		case host == "site.example" && (r.URL.Path == "/" || r.URL.Path == "/privacy" || r.URL.Path == "/docs"):
			rw.Header().Set("Content-Type", "text/html")
			fmt.Fprint(rw, "<p>Wells</p>")
		default:
			http.NotFound(rw, r)
		}
	}))
	w.t.Cleanup(s.Close)
	return s
}

const mit = "MIT License\n\nCopyright (c) 2024 Wells\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:\n\nThe above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.\n"

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, url string) { fn(t, build(t, url)) })
}

func build(t *testing.T, at string) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC), status: map[string]int{}, asked: map[string]int{}, names: testkit.NameServer(t)}
	root, tree := t.TempDir(), t.TempDir()
	run(t, tree, "init", "-q", "-b", "main")
	for name, text := range map[string]string{"README.md": "# Wells\n", "LICENSE": mit, "package.json": `{"name":"wells","license":"MIT"}`} {
		if err := os.WriteFile(filepath.Join(tree, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run(t, tree, "add", ".")
	run(t, tree, "commit", "-q", "-m", "one")
	w.dir = filepath.Join(root, "o", "wells.git")
	run(t, "", "clone", "-q", "--bare", tree, w.dir)
	s := w.serve(root)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.port = u.Port()
	port, err := strconv.ParseUint(w.port, 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return w.now }
	db, err := store.Open(t.Context(), at, store.Options{Now: clock, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	library, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	policy := fence.Policy{MaxBytes: 8 << 20, MaxTime: 20 * time.Second, MaxRedirects: 3, UserAgent: "stoa-test", Ports: []uint16{uint16(port)},
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Resolver: w.names.Resolver()}
	w.App = &App{DB: db, Queue: w, Library: library, Now: clock, Temp: t.TempDir(), Limits: target.Limits{Time: 20 * time.Second},
		Client: func() *http.Client { return fence.New(policy).HTTP(64 << 20) },
		Tell: func(_ context.Context, _ *store.Tx, _ string, n good.Notice) error {
			w.told = append(w.told, n)
			return nil
		}}
	w.recognise()
	return w
}

// address is one of the test's places, by the name of its host.
func (w *world) address(host, path string) string { return "http://" + host + ":" + w.port + path }

// recognise brings the good in, as an import does.
func (w *world) recognise() {
	w.t.Helper()
	_, err := w.DB.Do(w.t.Context(), good.Actor{Role: access.Importer}, func(ctx context.Context, tx *store.Tx) error {
		for _, id := range []good.ID{owner, other, office} {
			if err := tx.PutPerson(ctx, &good.Person{ID: id, Pseudonym: "p" + string(id[24:]), Name: "P"}); err != nil {
				return err
			}
		}
		src := good.Source{ID: "dpga", Name: "DPGA", Issuer: "DPGA"}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: src})
		rec := good.Record{Source: "dpga", ForeignID: "1", Good: tx.NewID(), Seen: "2027-01-01", Facts: good.Facts{Name: "Wells", Kinds: []good.Kind{good.Software},
			Website: w.address("site.example", "/"), Repositories: []good.Link{{URL: w.address("forge.example", "/o/wells")}},
			Documentation: []good.Link{{URL: w.address("site.example", "/docs")}}, Licences: []good.Licence{{SPDX: "MIT"}},
			Answers:  []good.Answer{{Indicator: "7", Question: "privacy", Links: []good.Link{{URL: w.address("site.example", "/privacy")}}}},
			Standing: &good.Standing{State: good.Recognised, Issuer: "DPGA", First: "2026-01-01", Last: "2027-01-01"}}}
		w.good = rec.Good
		g := good.Good{ID: rec.Good, Slug: "wells", Created: tx.Now()}.Restate([]good.Record{rec}, map[string]good.Source{"dpga": src})
		tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: g.Slug})
		tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: rec})
		return errors.Join(tx.PutSource(ctx, src), tx.PutGood(ctx, &g), tx.PutRecord(ctx, rec), tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: owner, Token: "t", Created: tx.Now(), Proved: tx.Now(), Method: "file"}))
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// live lets days pass, six hours at a time, and does all that comes up.
func (w *world) live(days int) {
	w.t.Helper()
	for range days {
		if err := w.Daily(w.t.Context(), w.now); err != nil {
			w.t.Fatal(err)
		}
		for range 4 {
			w.now = w.now.Add(6 * time.Hour)
			if err := w.Tick(w.t.Context(), w.now); err != nil {
				w.t.Fatal(err)
			}
			w.work()
		}
	}
}

// await lets days pass until the journal has so many words about the watch: each
// good has a place of its own in the span, so that nobody knows the day.
func (w *world) await(words int) {
	w.t.Helper()
	for range 40 {
		if len(w.entries()) >= words {
			return
		}
		w.live(1)
	}
}

func (w *world) work() {
	w.t.Helper()
	tasks := w.tasks
	w.tasks = nil
	for _, task := range tasks {
		for range 2 { // a task is done at least once
			if err := w.Do(w.t.Context(), task); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// entries are the journal's words about the watch, "watch.noticed licence-text".
func (w *world) entries() []string {
	w.t.Helper()
	list, err := w.DB.Entries(w.t.Context(), 0, 10_000)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		if !watch.Tells(e.Verb) {
			continue
		}
		s, err := w.DB.Sign(w.t.Context(), e.Subjects[1])
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, strings.TrimPrefix(string(e.Verb), "watch.")+" "+string(s.Kind))
	}
	return out
}

func (w *world) signs() []store.Sign {
	w.t.Helper()
	list, err := w.DB.SignsOf(w.t.Context(), w.good)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// want compares the journal's words with those wanted.
func (w *world) want(words ...string) {
	w.t.Helper()
	if got := w.entries(); !slices.Equal(got, words) {
		w.t.Fatalf("the journal tells %q, want %q", got, words)
	}
}

// stage is the good's, which no sign ever changes.
func (w *world) recognised() {
	w.t.Helper()
	g, err := w.DB.Good(w.t.Context(), w.good)
	if err != nil || g.Stage != good.Recognised || len(g.Recognitions) != 1 || g.Recognitions[0].State != good.Recognised {
		w.t.Errorf("a sign changed the recognition: %+v %v", g.Recognitions, err)
	}
}

func key(err error) string {
	var e *good.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return fmt.Sprint(err)
}
