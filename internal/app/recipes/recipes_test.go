package recipes_test

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/access"
	"stoa/internal/app/journal"
	app "stoa/internal/app/recipes"
	"stoa/internal/fence"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/recipe"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	desk  = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "desk", Roles: []string{access.Secretariat}}
	owner = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "owner"}
	amina = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZC", Pseudonym: "amina"}
	thief = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZE", Pseudonym: "thief"}
	shell = access.Machine(access.Operator)
)

// world are recipes on a database, at a time that a test moves, and the hosts
// that they name.
type world struct {
	*app.App
	t      *testing.T
	now    time.Time
	told   []string
	tasks  []good.Task
	server *httptest.Server

	mu   sync.Mutex
	dead map[string]bool // paths that are not there
}

// Enqueue implements app.Queue.
func (w *world) Enqueue(_ context.Context, _ *store.Tx, task good.Task) error {
	if !slices.ContainsFunc(w.tasks, func(t good.Task) bool { return t.Key == task.Key }) {
		w.tasks = append(w.tasks, task)
	}
	return nil
}

func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.dead[r.URL.Path], r.URL.Path == "/robots.txt":
		rw.WriteHeader(http.StatusNotFound)
	case r.URL.Path == "/charts/index.yaml":
		_, _ = rw.Write([]byte("entries:\n  wells:\n    - version: 1.0.0\n"))
	}
}

func (w *world) die(path string, dead bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead[path] = dead
}

func open(t *testing.T, database string) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC), dead: map[string]bool{}}
	w.server = httptest.NewServer(w)
	t.Cleanup(w.server.Close)
	db, err := store.Open(t.Context(), database, store.Options{Now: func() time.Time { return w.now }, Rand: rand.Reader})
	w.must(err)
	t.Cleanup(func() { db.Close() })
	w.must(db.Migrate(t.Context()))
	_, err = db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []access.Who{desk, owner, amina, thief} {
			w.must(tx.PutPerson(ctx, &good.Person{ID: who.Person, Pseudonym: who.Pseudonym, Name: who.Pseudonym}))
		}
		g := good.Good{ID: "01JZX4T9W2QK8N5V3B7C6D0001", Slug: "wells", Stage: good.Nominated, Facts: good.Facts{Name: "Wells"}}
		w.must(tx.PutGood(ctx, &g))
		w.must(tx.PutGood(ctx, &good.Good{ID: "01JZX4T9W2QK8N5V3B7C6D0002", Slug: "other", Stage: good.Nominated, Facts: good.Facts{Name: "Other"}}))
		return tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: owner.Person, Created: w.now, Proved: w.now, Method: "file"})
	})
	w.must(err)
	u, err := url.Parse(w.server.URL)
	w.must(err)
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	w.must(err)
	fenced := fence.New(fence.Policy{MaxBytes: 1 << 20, MaxTime: 5 * time.Second, MaxRedirects: 2, UserAgent: "test", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Ports: []uint16{uint16(port)}})
	w.App = &app.App{DB: db, Now: func() time.Time { return w.now }, Queue: w, Client: func() *http.Client { return fenced.HTTP(4 << 20) }}
	w.Tell = func(_ context.Context, _ *store.Tx, key string, n good.Notice) error {
		if line := key + " " + string(n.Person[25:]); !slices.Contains(w.told, line) {
			w.told = append(w.told, line)
		}
		return nil
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) state(who access.Who, in recipe.Recipe) *recipe.Recipe {
	w.t.Helper()
	r, _, err := w.State(w.t.Context(), who, "wells", in)
	w.must(err)
	return r
}

func (w *world) of() []recipe.Recipe {
	w.t.Helper()
	list, err := w.Of(w.t.Context(), access.Who{}, "wells")
	w.must(err)
	return list.Recipes
}

// live lets time pass, an hour at a time, and does what is put away.
func (w *world) live(days int) {
	w.t.Helper()
	for range 24 * days {
		w.now = w.now.Add(time.Hour)
		w.must(w.Tick(w.t.Context(), w.now))
		for _, task := range w.tasks {
			w.must(w.Do(w.t.Context(), task))
		}
		w.tasks = nil
	}
}

// same says that the journal says what is there.
func (w *world) same() {
	w.t.Helper()
	log := &journal.App{DB: w.DB}
	said, err := log.Replay(w.t.Context())
	w.must(err)
	live, err := log.Live(w.t.Context())
	if diff := cmp.Diff(live.Recipes, said.Recipes); err != nil || diff != "" {
		w.t.Errorf("the journal says otherwise: %s %v", diff, err)
	}
}

func is(t *testing.T, what string, err error, kind good.ErrorKind) {
	t.Helper()
	if good.KindOf(err) != kind {
		t.Errorf("%s: %v", what, err)
	}
}

func (w *world) hosted(name string) recipe.Recipe {
	return recipe.Recipe{Kind: recipe.Hosted, Name: name, Address: w.server.URL + "/" + name}
}

func TestWhoSaysHowAGoodIsRun(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		w, ctx := open(t, database), t.Context()
		_, _, err := w.State(ctx, access.Who{}, "wells", w.hosted("a"))
		is(t, "nobody", err, good.Unauthenticated)
		_, _, err = w.State(ctx, amina, "nothing", w.hosted("a"))
		is(t, "of a good that is not there", err, good.NotFound)
		_, _, err = w.State(ctx, amina, "wells", recipe.Recipe{Kind: recipe.Container, Name: "Wells", Address: "wells"})
		is(t, "an image without its registry", err, good.Invalid)
		mine := w.state(amina, w.hosted("mine"))
		_, _, err = w.State(ctx, thief, "wells", w.hosted("mine"))
		is(t, "the same again", err, good.Conflict)
		found := w.hosted("found")
		found.Says = recipe.Machine
		for name, c := range map[string]struct {
			got, want recipe.Says
		}{
			"a person":                 {mine.Says, recipe.Person},
			"the owner":                {w.state(owner, w.hosted("owner")).Says, recipe.Owner},
			"the secretariat":          {w.state(desk, w.hosted("desk")).Says, recipe.Office},
			"a program":                {w.state(shell, found).Says, recipe.Machine},
			"who says it is a machine": {w.state(amina, recipe.Recipe{Kind: recipe.Steps, Name: "Steps", Address: "docs.example.org/run", Says: recipe.Machine}).Says, recipe.Person},
		} {
			if c.got != c.want {
				t.Errorf("%s: %s, want %s", name, c.got, c.want)
			}
		}
		next := *mine
		next.Command = "open it"
		_, _, err = w.Change(ctx, thief, "wells", mine.ID, next)
		is(t, "a thief changes it", err, good.Forbidden)
		_, err = w.Drop(ctx, thief, "wells", mine.ID)
		is(t, "a thief drops it", err, good.Forbidden)
		_, err = w.Drop(ctx, amina, "other", mine.ID)
		is(t, "of another good", err, good.NotFound)
		kept, _, err := w.Change(ctx, amina, "wells", mine.ID, next)
		if err != nil || kept.Command != "open it" || kept.Edition != mine.Edition+1 {
			t.Errorf("%+v %v", kept, err)
		}
		_, _, err = w.Change(ctx, amina, "wells", mine.ID, next)
		is(t, "what was changed meanwhile", err, good.Conflict)
		next.Edition = 0
		if kept, _, err = w.Change(ctx, owner, "wells", mine.ID, next); err != nil || kept.Says != recipe.Owner || kept.By != "owner" {
			t.Errorf("the owner: %+v %v", kept, err)
		}
		list, err := w.Of(ctx, owner, "wells")
		if err != nil || len(list.Recipes) != 5 || !list.Keeps[mine.ID] || !list.States || list.Recipes[0].Says != recipe.Owner {
			t.Errorf("%+v %v", list, err)
		}
		if list, err = w.Of(ctx, thief, "wells"); err != nil || list.Keeps[mine.ID] {
			t.Errorf("a thief keeps it: %v", err)
		}
		w.same()
		_, err = w.Drop(ctx, desk, "wells", mine.ID)
		w.must(err)
		if len(w.of()) != 4 {
			t.Error("it is there still")
		}
		w.same()
	})
}

func TestOwnersHearWhatOthersSayOnceADay(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		w := open(t, database)
		w.state(owner, w.hosted("own"))
		if len(w.told) != 0 {
			t.Errorf("the owner hears of what they said: %q", w.told)
		}
		w.state(thief, w.hosted("bad"))
		w.state(amina, w.hosted("more"))
		if len(w.told) != 1 || !strings.HasPrefix(w.told[0], "recipe-stated/") || !strings.HasSuffix(w.told[0], " B") {
			t.Errorf("the owner hears %q", w.told)
		}
		list, err := w.Of(t.Context(), access.Who{}, "wells")
		if err != nil || len(list.Recipes) != 3 || len(list.Vouched()) != 1 || list.Vouched()[0].Name != "own" {
			t.Errorf("pages that speak for the good show %+v, %v", list.Vouched(), err)
		}
	})
}

func TestOneHostDoesNotKeepTheOthersWaiting(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		w, ctx := open(t, database), t.Context()
		for n := range 9 {
			w.state(desk, w.hosted("n"+strconv.Itoa(n)))
		}
		w.now = w.now.Add(time.Hour)
		far := w.state(desk, recipe.Recipe{Kind: recipe.Hosted, Name: "far", Address: "https://far.example.org"})
		due, err := w.DB.DueRecipes(ctx, w.now, 4, 20)
		if err != nil || len(due) != 5 || due[1].ID != far.ID {
			t.Fatalf("%d are due: %+v %v", len(due), due, err)
		}
		w.must(w.Do(ctx, good.Task{}))
		seen := 0
		for _, r := range w.of() {
			if !r.Sight.At.IsZero() {
				seen++
			}
		}
		if seen != 5 {
			t.Errorf("a round looked at %d", seen)
		}
		_, err = w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			s, err := tx.Settings(ctx)
			w.must(err)
			s.Settings.Watch = 0
			return tx.PutSettings(ctx, s.Version, "a closed network", s.Settings)
		})
		w.must(err)
		w.now, w.tasks = w.now.Add(time.Hour), nil
		w.must(w.Tick(ctx, w.now))
		if len(w.tasks) != 0 {
			t.Error("an instance that watches nothing asks hosts")
		}
		ended, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := w.Run(ended, shell, "wells"); err == nil {
			t.Error("a round that was ended says that it was whole")
		}
		w.same()
	})
}

func TestAFloodOfRecipesIsHeldBack(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		w := open(t, database)
		for n := range recipe.MaxOfDay {
			w.state(thief, w.hosted("n"+strconv.Itoa(n)))
		}
		_, _, err := w.State(t.Context(), thief, "wells", w.hosted("more"))
		is(t, "one too many in a day", err, good.Limited)
		_, err = w.Drop(t.Context(), thief, "wells", w.of()[0].ID)
		w.must(err)
		_, _, err = w.State(t.Context(), thief, "wells", w.hosted("more"))
		is(t, "one more for one that was taken away", err, good.Limited)
		last := w.of()[0]
		_, _, err = w.Change(t.Context(), thief, "wells", last.ID, last)
		is(t, "one said anew", err, good.Limited)
		w.now = w.now.Add(25 * time.Hour)
		for n := recipe.MaxOfDay; n <= recipe.MaxOfGood; n++ {
			w.state(thief, w.hosted("n"+strconv.Itoa(n)))
		}
		_, _, err = w.State(t.Context(), desk, "wells", w.hosted("more"))
		is(t, "one too many of a good", err, good.Limited)
	})
}

func TestWhatDoesNotAnswerTwiceIsToldToItsKeeperOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		w, ctx := open(t, database), t.Context()
		mine := w.state(amina, w.hosted("service"))
		w.state(owner, recipe.Recipe{Kind: recipe.Chart, Name: "wells", Address: w.server.URL + "/charts"})
		w.told = nil
		w.live(1)
		for _, r := range w.of() {
			if r.Sight.Word != recipe.Alive || r.Sight.Alive.IsZero() {
				t.Errorf("%s is not found: %+v", r.Name, r.Sight)
			}
		}
		looked := w.of()[0].Sight.At
		w.live(3)
		if at := w.of()[0].Sight.At; !at.Equal(looked) {
			t.Errorf("it is looked at again after %s", at.Sub(looked))
		}
		w.same()
		w.die("/service", true)
		w.live(6)
		if len(w.told) > 1 {
			t.Errorf("%q", w.told)
		}
		w.live(40)
		if len(w.told) != 1 || !strings.HasPrefix(w.told[0], "recipe-dead/"+string(mine.ID)) || !strings.HasSuffix(w.told[0], " C") {
			t.Errorf("its keeper heard %q", w.told)
		}
		list := w.of()
		last := list[len(list)-1]
		if last.ID != mine.ID || last.Sight.Dead.IsZero() || last.Sight.Failures < recipe.Enough {
			t.Errorf("what does not answer is not last: %+v", last)
		}
		w.same()
		w.die("/service", false)
		w.live(30)
		if r := w.of()[slices.IndexFunc(w.of(), func(r recipe.Recipe) bool { return r.ID == mine.ID })]; !r.Sight.Dead.IsZero() || r.Sight.Word != recipe.Alive {
			t.Errorf("it answers again: %+v", r.Sight)
		}
		next := *mine
		next.Edition, next.Address = 0, w.server.URL+"/elsewhere"
		kept, _, err := w.Change(ctx, amina, "wells", mine.ID, next)
		if err != nil || !kept.Sight.At.IsZero() {
			t.Errorf("what leads elsewhere keeps what was seen: %+v %v", kept, err)
		}
		w.same()
		n, err := w.Run(ctx, shell, "wells")
		if err != nil || n != 2 {
			t.Errorf("%d %v", n, err)
		}
		_, err = w.Run(ctx, amina, "wells")
		is(t, "a person has everything looked at", err, good.Forbidden)
		w.same()
	})
}

func TestWhatAMachineFindsIsSaidAnewAndTakenAway(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		w, ctx := open(t, database), t.Context()
		mine := w.state(amina, w.hosted("mine"))
		w.state(shell, recipe.Recipe{Kind: recipe.Container, Name: "image", Address: "registry.example.org/wells:1", Says: recipe.Machine})
		report := func(at string, paths ...string) *finding.Report { // as a reading of a repository leaves it
			f := finding.Finding{Probe: "health.packaged", State: finding.Met}
			for _, p := range paths {
				f.Evidence = append(f.Evidence, finding.Evidence{Path: p, Commit: "0123456789"})
			}
			return &finding.Report{URL: at, Findings: []finding.Finding{f}}
		}
		const hub, lab = "https://github.com/wells/wells.git", "https://gitlab.example.org/team/group/wells"
		names := func() (out []string) {
			for _, r := range w.of() {
				out = append(out, r.Name+" "+string(r.Says))
			}
			slices.Sort(out)
			return out
		}
		w.must(w.Found(ctx, mine.Good, report(hub, "Dockerfile", "deploy/Chart.yaml")))
		w.must(w.Found(ctx, mine.Good, report(hub, "Dockerfile", "deploy/Chart.yaml")))
		if diff := cmp.Diff([]string{"Dockerfile machine", "deploy/Chart.yaml machine", "image machine", "mine person"}, names()); diff != "" {
			t.Error(diff)
		}
		w.must(w.Found(ctx, mine.Good, report(hub, "Dockerfile")))
		if diff := cmp.Diff([]string{"Dockerfile machine", "image machine", "mine person"}, names()); diff != "" {
			t.Error(diff)
		}
		one := func() recipe.Recipe {
			return w.of()[slices.IndexFunc(w.of(), func(r recipe.Recipe) bool { return r.Name == "Dockerfile" })]
		}
		if r := one(); r.Address != "https://github.com/wells/wells/blob/HEAD/Dockerfile" || r.Sight.Word != recipe.Alive {
			t.Errorf("%+v", r)
		}
		w.same()
		w.now = w.now.Add(20 * 24 * time.Hour)
		w.must(w.Found(ctx, mine.Good, report(hub, "Dockerfile")))
		if r := one(); !r.Sight.Alive.Equal(w.now) || r.Due().Sub(w.now) < 7*24*time.Hour {
			t.Errorf("what was read again is asked for: %+v", r)
		}
		w.must(w.Found(ctx, mine.Good, report("https://forge.example.org/wells", "other.yml")))
		if len(w.of()) != 3 {
			t.Error("a forge whose addresses nobody knows takes away what was found")
		}
		w.must(w.Found(ctx, mine.Good, report(lab, "Dockerfile")))
		if r := one(); r.Address != lab+"/-/blob/HEAD/Dockerfile" || !r.Sight.Alive.Equal(w.now) {
			t.Errorf("the repository moved: %+v", r)
		}
		cut := report(lab)
		cut.Cut = []finding.Text{{Key: "x"}}
		w.must(w.Found(ctx, mine.Good, cut))
		if len(w.of()) != 3 {
			t.Error("what could not be looked at is taken away")
		}
		w.same()
	})
}

func TestWhereNobodyStandsBehindARecipeItsOwnersHear(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		w := open(t, database)
		in := w.hosted("service")
		in.Says = recipe.Machine
		w.state(shell, in)
		w.die("/service", true)
		w.live(9)
		if len(w.told) != 1 || !strings.HasSuffix(w.told[0], " B") {
			t.Errorf("%q", w.told)
		}
	})
}
