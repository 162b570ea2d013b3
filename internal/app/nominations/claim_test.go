package nominations_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/nominations"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// world is strangers' hosts on this machine: a website, a git server and a name
// server, reached through the fence as the program does.
type world struct {
	*fence.Client
	*net.Resolver
	names  *testkit.Names
	site   string // address of the website
	files  map[string]string
	git    string // address of the repository
	gitDir string
	db     *store.DB
}

// confirm gives a person addresses of which one waits to be confirmed.
func (w *world) confirm(t *testing.T, person good.ID, waits string, addresses ...string) {
	t.Helper()
	_, err := w.db.Do(t.Context(), good.Actor{Role: access.Person}, func(ctx context.Context, tx *store.Tx) error {
		for _, a := range addresses {
			e := good.Email{Address: a, Person: person, Verified: tx.Now()}
			if a == waits {
				e.Verified = time.Time{}
			}
			if err := tx.PutEmail(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{files: map[string]string{}, names: testkit.NameServer(t), gitDir: t.TempDir()}
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if text, ok := w.files[r.URL.Path]; ok {
			_, _ = rw.Write([]byte(text))
			return
		}
		http.NotFound(rw, r)
	}))
	t.Cleanup(site.Close)
	core, err := exec.Command("git", "--exec-path").Output()
	testkit.Need(t, "git", err == nil)
	w.run(t, "init", "--bare", "--quiet", filepath.Join(w.gitDir, "crvs", "core.git"))
	git := httptest.NewServer(&cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(core)), "git-http-backend"),
		Env: []string{"GIT_PROJECT_ROOT=" + w.gitDir, "GIT_HTTP_EXPORT_ALL=1"}, Stderr: io.Discard})
	t.Cleanup(git.Close)
	port := func(s *httptest.Server) string { return strconv.Itoa(s.Listener.Addr().(*net.TCPAddr).Port) }
	w.site, w.git = "http://www.opencrvs.org:"+port(site), "http://git.opencrvs.org:"+port(git)+"/crvs/core"
	policy := fence.Proofs
	policy.Resolver = w.names.Resolver()
	policy.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for _, s := range []*httptest.Server{site, git} {
		policy.Ports = append(policy.Ports, uint16(s.Listener.Addr().(*net.TCPAddr).Port))
	}
	w.Client, w.Resolver = fence.New(policy), policy.Resolver
	return w
}

// run runs git in a world of its own.
func (w *world) run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Env = append(os.Environ(), "HOME="+w.gitDir, "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.org")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// tag puts a tag on the repository's first commit.
func (w *world) tag(t *testing.T, name string) {
	t.Helper()
	dir := filepath.Join(w.gitDir, "crvs", "core.git")
	tree := w.run(t, "--git-dir", dir, "hash-object", "-t", "tree", "-w", "/dev/null")
	commit := w.run(t, "--git-dir", dir, "commit-tree", tree, "-m", "first")
	w.run(t, "--git-dir", dir, "update-ref", "refs/tags/"+name, commit)
}

// imported is an instance with one good another registry states.
func imported(t *testing.T, url string, w *world) *nominations.App {
	t.Helper()
	a := open(t, url)
	a.Proof, w.db = w, a.DB
	_, err := a.DB.Do(t.Context(), good.Actor{Role: access.Importer}, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range []good.Person{{ID: owner.Person, Pseudonym: "p-1"}, {ID: friend.Person, Pseudonym: "p-2"}} {
			if err := tx.PutPerson(ctx, &p); err != nil {
				return err
			}
		}
		g := &good.Good{ID: tx.NewID(), Slug: "opencrvs", Facts: good.Facts{Name: "OpenCRVS"}}
		tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: g.Slug})
		if err := tx.PutGood(ctx, g); err != nil {
			return err
		}
		return tx.PutRecord(ctx, good.Record{Source: "dpga-v1", ForeignID: "1", Good: g.ID, Facts: good.Facts{Name: "OpenCRVS", Website: w.site, Repositories: []good.Link{{URL: w.git}}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var (
	owner  = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZ1", Pseudonym: "p-1"}
	friend = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZ2", Pseudonym: "p-2"}
)

func TestAnOwnerClaimsByEachProof(t *testing.T) {
	for method, place := range map[nominate.Method]func(*testing.T, *world, string){
		nominate.ByRepository: func(t *testing.T, w *world, token string) { w.tag(t, nominate.RefPrefix+token) },
		nominate.ByFile:       func(_ *testing.T, w *world, token string) { w.files["/.well-known/stoa-claim.txt"] = token + "\n" },
		nominate.ByDNS: func(_ *testing.T, w *world, token string) {
			w.names.SetText("_stoa-claim.opencrvs.org", "v=spf1", "stoa-claim="+token)
		},
		nominate.ByEmail: func(t *testing.T, w *world, _ string) {
			w.confirm(t, owner.Person, "", "me@gmail.com", "ana@mail.opencrvs.org")
		},
	} {
		t.Run(string(method), func(t *testing.T) {
			testkit.Databases(t, func(t *testing.T, url string) {
				w := newWorld(t)
				a := imported(t, url, w)
				c := unproved(t, a)
				place(t, w, c.Token)
				ahead.Add(int64(time.Minute))
				if _, _, err := a.Prove(t.Context(), owner, "opencrvs"); err != nil {
					t.Fatal(err)
				}
				c, err := a.ClaimOf(t.Context(), owner, "opencrvs")
				if err != nil || c.Proved.IsZero() || c.Method != method || c.Owners != 1 {
					t.Fatalf("%+v %v", c, err)
				}
				h, err := a.DB.History(t.Context(), c.Good.ID, 1)
				if err != nil || h[0].Verb != good.GoodClaimed || h[0].Actor.Pseudonym != owner.Pseudonym {
					t.Errorf("the journal says %+v %v", h, err)
				}
				if strings.Contains(string(h[0].Values[0].Data), c.Token) || strings.Contains(string(h[0].Values[0].Data), "@") {
					t.Errorf("the journal says too much: %s", h[0].Values[0].Data)
				}
			})
		})
	}
}

// unproved begins a claim and finds nothing anywhere.
func unproved(t *testing.T, a *nominations.App) *nominations.Claim {
	t.Helper()
	c, err := a.ClaimOf(t.Context(), owner, "opencrvs")
	if err != nil || len(c.Places) != 4 || len(c.Token) < 24 {
		t.Fatalf("%+v %v", c, err)
	}
	if kept, err := a.DB.Claim(t.Context(), c.Good.ID, owner.Person); err != nil || kept != nil {
		t.Fatalf("a look wrote %+v %v", kept, err)
	}
	if again, err := a.ClaimOf(t.Context(), owner, "opencrvs"); err != nil || again.Token != c.Token {
		t.Fatalf("told %s, then %+v %v", c.Token, again, err)
	}
	if another, err := a.ClaimOf(t.Context(), friend, "opencrvs"); err != nil || another.Token == c.Token {
		t.Fatalf("told %s to another: %v", c.Token, err)
	}
	looks, _, err := a.Prove(t.Context(), owner, "opencrvs")
	if err != nil || len(looks) != 4 {
		t.Fatalf("%v %v", looks, err)
	}
	for _, l := range looks {
		if l.Err == nil || !strings.HasPrefix(l.Err.Key, "nominate.look.") && !strings.HasPrefix(l.Err.Key, "error.fence.") {
			t.Errorf("%s: %v", l.Place.Method, l.Err)
		}
	}
	if owns, _ := a.Owns(t.Context(), owner.Person, c.Good.ID); owns {
		t.Fatal("owned without proof")
	}
	return c
}

func TestProofsOfSomebodyElseDoNotCount(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := newWorld(t)
		a := imported(t, url, w)
		theirs := unproved(t, a).Token
		other := friend
		w.files["/.well-known/stoa-claim.txt"] = theirs
		w.names.SetText("opencrvs.org", "stoa-claim="+theirs+"x")
		w.confirm(t, other.Person, "a@opencrvs.org", "a@opencrvs.org.example.com", "a@notopencrvs.org", "a@opencrvs.org")
		looks, _, err := a.Prove(t.Context(), other, "opencrvs")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range looks {
			if l.Err == nil {
				t.Errorf("%s counts for another", l.Place.Method)
			}
		}
		if _, _, err := a.Prove(t.Context(), other, "opencrvs"); good.KindOf(err) != good.Limited {
			t.Errorf("one look after the other: %v", err)
		}
		if _, err := a.ClaimOf(t.Context(), access.Who{}, "opencrvs"); good.KindOf(err) != good.Unauthenticated {
			t.Errorf("a stranger claims: %v", err)
		}
	})
}

func TestOwnersInviteAndLeave(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := newWorld(t)
		a := imported(t, url, w)
		joins := func(by, person access.Who) error {
			_, err := a.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
				g, _, err := tx.GoodBySlug(ctx, "opencrvs")
				if err != nil {
					return err
				}
				return a.Join(ctx, tx, by, g.ID, person)
			})
			return err
		}
		if err := joins(friend, owner); good.KindOf(err) != good.Forbidden {
			t.Fatalf("who owns nothing invites: %v", err)
		}
		w.confirm(t, owner.Person, "", "ana@opencrvs.org")
		if _, _, err := a.Prove(t.Context(), owner, "opencrvs"); err != nil {
			t.Fatal(err)
		}
		hears(t, a, owner.Person)
		if err := joins(owner, friend); err != nil {
			t.Fatal(err)
		}
		hears(t, a, "")
		if h, err := a.DB.History(t.Context(), idOf(t, a), 1); err != nil || h[0].Verb != good.GoodClaimed || h[0].Actor.Pseudonym != friend.Pseudonym {
			t.Errorf("the journal has it as the act of %+v: %v", h, err)
		}
		if c, err := a.ClaimOf(t.Context(), friend, "opencrvs"); err != nil || c.Method != nominate.Invited || c.Owners != 2 {
			t.Fatalf("%+v %v", c, err)
		}
		if err := a.Release(t.Context(), owner, "opencrvs"); err != nil {
			t.Fatal(err)
		}
		if err := a.Release(t.Context(), owner, "opencrvs"); good.KindOf(err) != good.NotFound {
			t.Errorf("left twice: %v", err)
		}
		if c, err := a.ClaimOf(t.Context(), friend, "opencrvs"); err != nil || c.Owners != 1 {
			t.Errorf("%+v %v", c, err)
		}
	})
}

// idOf is the id of the good of these tests.
func idOf(t *testing.T, a *nominations.App) good.ID {
	t.Helper()
	g, _, err := a.DB.GoodBySlug(t.Context(), "opencrvs")
	if err != nil {
		t.Fatal(err)
	}
	return g.ID
}

// hears holds who hears of the newest claim: nobody of an accepted invitation.
func hears(t *testing.T, a *nominations.App, person good.ID) {
	t.Helper()
	c, err := a.ClaimOf(t.Context(), owner, "opencrvs")
	if err != nil {
		t.Fatal(err)
	}
	h, err := a.DB.History(t.Context(), c.Good.ID, 1)
	if err != nil || len(h) != 1 {
		t.Fatalf("%v %v", h, err)
	}
	heard, err := a.Concerned(t.Context(), h[0])
	if err != nil || person == "" && len(heard) > 0 || person != "" && (len(heard) != 1 || heard[0].Person != person || heard[0].Kind != "claimed" || heard[0].Path != "/goods/opencrvs") {
		t.Errorf("%+v %v", heard, err)
	}
}
