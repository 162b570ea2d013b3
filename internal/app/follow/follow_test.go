package follow_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/app/follow"
	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var actor = good.Actor{Role: "importer"}

// node is a follower on a database, with a folder and a log of its own.
type node struct {
	*follow.Follower
	t      *testing.T
	db     *store.DB
	log    *bytes.Buffer
	builds int
	behind int64 // entries a replica has not got until it is told that they were shown
}

// Head and Shown make the node one that reads a replica.
func (n *node) Head(ctx context.Context) (int64, error) { return n.db.Position(ctx) }

// Shown says what the replica must have.
func (n *node) Shown(int64) { n.behind = 0 }

// EachGood counts how often everything is read.
func (n *node) EachGood(ctx context.Context) iter.Seq2[*good.Good, error] {
	n.builds++
	return n.db.EachGood(ctx)
}

func (n *node) Position(ctx context.Context) (int64, error) {
	head, err := n.db.Position(ctx)
	return head - n.behind, err
}

func (n *node) LogRoot(ctx context.Context, size int64) ([32]byte, error) {
	if head, err := n.Position(ctx); err != nil || size > head+1 {
		return [32]byte{}, fmt.Errorf("the replica has no hash %d: %w", size, err)
	}
	return n.db.LogRoot(ctx, size)
}
func (n *node) Entries(ctx context.Context, from int64, limit int) ([]good.Entry, error) {
	return n.db.Entries(ctx, from, limit)
}
func (n *node) Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error) {
	return n.db.Goods(ctx, ids)
}

func database(t *testing.T, url string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// started is a node on db that keeps its index in dir.
func started(t *testing.T, db *store.DB, dir string) *node {
	t.Helper()
	return startedBehind(t, db, dir, 0)
}

// startedBehind is a node that reads a replica which lacks so many entries.
func startedBehind(t *testing.T, db *store.DB, dir string, behind int64) *node {
	t.Helper()
	n := &node{t: t, db: db, log: &bytes.Buffer{}, behind: behind}
	n.Follower = &follow.Follower{Store: n, Primary: n, Live: &catalog.Live{}, Log: slog.New(slog.NewTextHandler(n.log, nil)), Folder: &catalog.Folder{Dir: dir}, Now: time.Now}
	if err := n.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return n
}

// write makes goods named so, or changes those there are.
func write(t *testing.T, db *store.DB, summary string, names ...string) {
	t.Helper()
	_, err := db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
		for _, name := range names {
			g, _, err := tx.GoodBySlug(ctx, good.Slugify(name))
			if err != nil {
				g = &good.Good{ID: tx.NewID(), Slug: good.Slugify(name), Stage: good.Recognised}
				tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: g.Slug})
			}
			g.Name, g.Summary = name, good.Text{"en": summary}
			tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: summary})
			if err := tx.PutGood(ctx, g); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shows wants the node to find so many goods for words, at the journal's end.
func (n *node) shows(words string, want int) {
	n.t.Helper()
	head, err := n.db.Position(n.t.Context())
	if err != nil {
		n.t.Fatal(err)
	}
	if r := n.Live.Load().Search(good.Query{Text: words, Lang: "en"}); r.Total != want || r.Position != head {
		n.t.Errorf("%q finds %d goods at %d, want %d at %d", words, r.Total, r.Position, want, head)
	}
}

// stopped runs the node for a moment and stops it as a server is stopped.
func (n *node) stopped() {
	n.t.Helper()
	ctx, stop := context.WithCancel(n.t.Context())
	stop()
	n.Run(ctx, time.Hour)
}

func numbered(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("Tool %d", i))
	}
	return names
}

func TestASecondStartOpensWhatTheFirstBuilt(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			url := "sqlite:" + filepath.Join(t.TempDir(), "stoa.db")
			if engine == "postgres" {
				url = testkit.Postgres(t)
			}
			db, dir := database(t, url), t.TempDir()
			write(t, db, "vaccine fridges", numbered(40)...)
			first := started(t, db, dir)
			first.shows("fridges", 40)
			write(t, db, "water pumps", "Tool 3", "Tool 7", "Another")
			if err := first.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			first.shows("pumps", 3)
			first.stopped()
			write(t, db, "maize prices", "Tool 7")
			second := started(t, db, dir)
			if first.builds != 1 || second.builds != 0 {
				t.Errorf("everything was read %d times, then %d times; want once, then never", first.builds, second.builds)
			}
			second.shows("pumps", 2)
			second.shows("maize", 1)
			second.shows("fridges", 38)
			write(t, db, "seeds", "Tool 7")
			third := started(t, db, dir) // of one that was killed
			third.shows("seeds", 1)
			if third.builds != 0 || third.log.Len() > 0 {
				t.Errorf("after a kill everything is read again: %s", third.log)
			}
		})
	}
}

func TestAReplicaThatLagsDoesNotSpoilTheIndex(t *testing.T) {
	db, dir := database(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db")), t.TempDir()
	write(t, db, "fridges", numbered(10)...)
	started(t, db, dir).shows("fridges", 10)
	n := startedBehind(t, db, dir, 5)
	n.shows("fridges", 10)
	if err := n.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n.builds != 0 || n.log.Len() > 0 {
		t.Errorf("because a replica lags everything is read %d times: %s", n.builds, n.log)
	}
}

func TestAnIndexOfAnotherDatabaseIsBuiltAnew(t *testing.T) {
	one, other, dir := database(t, "sqlite:"+filepath.Join(t.TempDir(), "a.db")), database(t, "sqlite:"+filepath.Join(t.TempDir(), "b.db")), t.TempDir()
	write(t, one, "fridges", numbered(10)...)
	write(t, other, "pumps", numbered(10)...)
	started(t, one, dir).shows("fridges", 10)
	n := started(t, other, dir)
	n.shows("fridges", 0)
	n.shows("pumps", 10)
	if n.builds != 1 || !strings.Contains(n.log.String(), "another log") {
		t.Errorf("built %d times; the log says %s", n.builds, n.log)
	}
	shorter := database(t, "sqlite:"+filepath.Join(t.TempDir(), "c.db"))
	started(t, shorter, dir).shows("", 0)
}

// TestADatabaseThatIsAnotherIsNoticed puts another journal under a running
// node: the old catalogue serves until the new one stands.
func TestADatabaseThatIsAnotherIsNoticed(t *testing.T) {
	for name, goods := range map[string]int{"shorter": 3, "longer": 30} {
		t.Run(name, func(t *testing.T) {
			n := started(t, database(t, "sqlite:"+filepath.Join(t.TempDir(), "a.db")), t.TempDir())
			write(t, n.db, "fridges", numbered(10)...)
			if err := n.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := n.Tend(t.Context()); err != nil {
				t.Fatal(err)
			}
			n.db = database(t, "sqlite:"+filepath.Join(t.TempDir(), "b.db"))
			write(t, n.db, "pumps", numbered(goods)...)
			if r := n.Live.Load().Search(good.Query{Text: "fridges"}); r.Total != 10 {
				t.Errorf("the old catalogue finds %d", r.Total)
			}
			if err := n.Tend(t.Context()); err != nil {
				t.Fatal(err)
			}
			n.shows("pumps", goods)
			n.shows("fridges", 0)
		})
	}
}

func TestWhatIsErasedLeavesTheIndexFiles(t *testing.T) {
	db, dir := database(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db")), t.TempDir()
	write(t, db, "Call Aminata Sesay", "Tool 1")
	write(t, db, "fridges", numbered(30)...)
	n := started(t, db, dir)
	write(t, db, "Call Aminata Sesay", "Tool 2")
	if err := n.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	n.stopped()
	if !holds(t, dir, "Aminata") {
		t.Fatal("the name is not in the index at all")
	}
	write(t, db, "pumps", "Tool 1", "Tool 2")
	_, err := db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
		tx.Append(good.ValueErased, nil, store.NamedValue{Name: "position", Value: 1})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := n.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	n.shows("pumps", 2)
	if holds(t, dir, "Aminata") {
		t.Error("what was erased is still in the index's files")
	}
}

func holds(t *testing.T, dir, text string) bool {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) || bytes.Contains(b, []byte(strings.ToLower(text))) {
			return true
		}
	}
	return false
}

func TestWithoutAFolderTheIndexStaysInMemory(t *testing.T) {
	db := database(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"))
	write(t, db, "fridges", numbered(10)...)
	blocked := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	n := started(t, db, filepath.Join(blocked, "index"))
	n.shows("fridges", 10)
	if !strings.Contains(n.log.String(), "stays in memory") {
		t.Errorf("nobody is told: %s", n.log)
	}
	write(t, db, "pumps", "Tool 1")
	if err := n.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	n.shows("pumps", 1)
	n.stopped()
}

// TestManyChangesGoToFiles writes more than is kept in memory.
func TestManyChangesGoToFiles(t *testing.T) {
	db, dir := database(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db")), t.TempDir()
	n := started(t, db, dir)
	for i := range 10 {
		write(t, db, "fridges", numbered(500 * (i + 1))[500*i:]...)
		if err := n.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := n.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	n.shows("fridges", 5000)
	again := started(t, db, dir) // of one that was killed
	again.shows("fridges", 5000)
	if again.builds != 0 {
		t.Error("the second start reads everything again")
	}
}
