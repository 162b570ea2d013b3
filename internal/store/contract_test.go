package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
	stoalog "stoa/internal/tlog"
)

// opened opens a database another time, as another process would.
func opened(t *testing.T, url string, o store.Options) *store.DB {
	t.Helper()
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Rand = rand.Reader
	db, err := store.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newKey(t *testing.T) *stoalog.Key {
	t.Helper()
	key, err := stoalog.LoadOrCreateKey(t.TempDir(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func note(t *testing.T, db *store.DB, n int) {
	t.Helper()
	_, err := db.Do(t.Context(), actor, func(_ context.Context, tx *store.Tx) error {
		for range n {
			tx.Append("test.noted", nil, store.NamedValue{Name: "n", Value: n})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnAddressLeadsToTheSameGoodForEver(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		first, second := newGood(t, db, "first"), newGood(t, db, "second")
		_, err := db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
			first.Slug = "renamed"
			return tx.PutGood(ctx, first)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, slug := range []string{"first", "renamed"} { // one it had, one it has
			take := *second
			take.Slug = slug
			_, err := db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error { return tx.PutGood(ctx, &take) })
			if good.KindOf(err) != good.Conflict {
				t.Errorf("%s was given to another good: %v", slug, err)
			}
		}
		if g, current, err := db.GoodBySlug(t.Context(), "first"); err != nil || g.ID != first.ID || current {
			t.Error(g, current, err)
		}
		_, err = db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
			first.Slug = "first" // back again
			return tx.PutGood(ctx, first)
		})
		if g, current, err2 := db.GoodBySlug(t.Context(), "first"); errors.Join(err, err2) != nil || !current || g.ID != first.ID {
			t.Error(err, err2, current)
		}
	})
}

// TestNoChangeIsLost has many writers add one to the same good: those that read
// an old version are told so, and nothing is overwritten.
func TestNoChangeIsLost(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		id := newGood(t, db, "counted").ID
		var done, refused atomic.Int64
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() {
				for range 5 {
					g, err := db.Good(t.Context(), id) // outside of the transaction, as a form does
					if err != nil {
						t.Error(err)
						return
					}
					_, err = db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
						next := *g
						next.Aliases = append(slices.Clone(g.Aliases), fmt.Sprint(len(g.Aliases)))
						return tx.PutGood(ctx, &next)
					})
					switch {
					case err == nil:
						done.Add(1)
					case good.KindOf(err) == good.Conflict:
						refused.Add(1)
					default:
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		g, err := db.Good(t.Context(), id)
		if err != nil || int64(len(g.Aliases)) != done.Load() || g.Version != done.Load()+1 || done.Load()+refused.Load() != 60 {
			t.Errorf("%d changes acknowledged, %d refused; there are %d, version %d (%v)", done.Load(), refused.Load(), len(g.Aliases), g.Version, err)
		}
	})
}

// TestTheSameGoodIsNotMadeTwice has transactions look for a good by its keys
// and make it where it is missing, all at once.
func TestTheSameGoodIsNotMadeTwice(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				keys := []string{"repo:example.org/x", "name:x"}
				if w%2 == 1 {
					slices.Reverse(keys)
				}
				_, err := db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
					found, err := tx.MatchKeys(ctx, keys)
					if err != nil || len(found) > 0 {
						return err
					}
					time.Sleep(5 * time.Millisecond)
					g := &good.Good{ID: tx.NewID(), Slug: fmt.Sprint("x-", w)}
					return errors.Join(tx.PutGood(ctx, g), tx.SetMatchKeys(ctx, g.ID, keys))
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		n := 0
		for _, err := range db.EachGood(t.Context()) {
			if n++; err != nil {
				t.Fatal(err)
			}
		}
		if n != 1 {
			t.Errorf("there are %d goods", n)
		}
	})
}

// TestProcessesShareOneLog writes through two handles by turns: neither may go
// on from what it alone remembers.
func TestProcessesShareOneLog(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		key := newKey(t)
		a := opened(t, url, store.Options{Signer: key})
		if err := a.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		b := opened(t, url, store.Options{Signer: key})
		for i, db := range []*store.DB{a, b, a, a, b, b, a} {
			note(t, db, i+1)
		}
		size, signed, err := a.NewestCheckpoint(t.Context())
		if err != nil || size != 28 {
			t.Fatal(size, err)
		}
		c, err := stoalog.OpenCheckpoint(signed, key.Verifier)
		if err != nil {
			t.Fatal(err)
		}
		if root, err := tlog.TreeHash(size, b.Hashes(t.Context())); err != nil || root != c.Root {
			t.Errorf("signed %v, stored %v (%v)", c.Root, root, err)
		}
		leaves, err := a.Leaves(t.Context(), 0, 100)
		edge := &stoalog.Edge{}
		for _, l := range leaves {
			if _, err := edge.Append(l); err != nil {
				t.Fatal(err)
			}
		}
		if root, err2 := edge.Root(); errors.Join(err, err2) != nil || root != c.Root || len(leaves) != 28 {
			t.Errorf("%d leaves give %v (%v %v)", len(leaves), root, err, err2)
		}
		stranger := opened(t, url, store.Options{Signer: newKey(t)})
		_, err = stranger.Do(t.Context(), actor, func(_ context.Context, tx *store.Tx) error { tx.Append("test.noted", nil); return nil })
		var e *good.Error
		if !errors.As(err, &e) || e.Key != "error.log.key" {
			t.Errorf("a node with another key may write: %v", err)
		}
		if err := stranger.SameKey(t.Context()); !errors.As(err, &e) || e.Key != "error.log.key" {
			t.Errorf("a node with another key may start: %v", err)
		}
		if err := b.SameKey(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestTheLastCheckpointOfEachDayIsKept(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		now := time.Date(2026, 7, 10, 22, 0, 0, 0, time.UTC)
		db := opened(t, url, store.Options{Signer: newKey(t), Now: func() time.Time { return now }})
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := db.SignHead(t.Context()); err != nil { // of the empty log
			t.Fatal(err)
		}
		for range 6 { // every 50 minutes, over midnight
			note(t, db, 1)
			now = now.Add(50 * time.Minute)
		}
		notes, err := db.Checkpoints(t.Context())
		var sizes []string
		for _, n := range notes {
			sizes = append(sizes, strings.Split(n, "\n")[1])
		}
		if err != nil || !slices.Equal(sizes, []string{"3", "6"}) {
			t.Errorf("checkpoints of sizes %v are kept (%v)", sizes, err)
		}
	})
}

func TestWritersAreServedInTheOrderTheyCome(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"))
	held, release := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	var order []int
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := db.Do(t.Context(), actor, func(context.Context, *store.Tx) error { close(held); <-release; return nil })
		if err != nil {
			t.Error(err)
		}
	})
	<-held
	for i := range 20 {
		begun := make(chan struct{})
		wg.Go(func() {
			close(begun)
			_, err := db.Do(t.Context(), actor, func(context.Context, *store.Tx) error {
				mu.Lock()
				defer mu.Unlock()
				order = append(order, i)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-begun
		time.Sleep(2 * time.Millisecond) // until it waits in the queue
	}
	impatient, stop := context.WithTimeout(t.Context(), time.Millisecond)
	defer stop()
	if _, err := db.Do(impatient, actor, func(context.Context, *store.Tx) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who no longer waits is served: %v", err)
	}
	close(release)
	wg.Wait()
	if !slices.IsSorted(order) || len(order) != 20 {
		t.Errorf("served in the order %v", order)
	}
}

func TestWhatFailsHalfWayLeavesNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		giveUp := errors.New("gives up")
		write := func(ctx context.Context, tx *store.Tx, slug string) error {
			g := &good.Good{ID: tx.NewID(), Slug: slug}
			tx.Append(good.GoodCreated, []good.ID{g.ID})
			return tx.PutGood(ctx, g)
		}
		ctx, cancel := context.WithCancel(t.Context())
		for what, fn := range map[string]func(context.Context, *store.Tx) error{
			"an error":     func(ctx context.Context, tx *store.Tx) error { return errors.Join(write(ctx, tx, "a"), giveUp) },
			"a cancelling": func(ctx context.Context, tx *store.Tx) error { defer cancel(); return write(ctx, tx, "b") },
			"a value that is no JSON": func(ctx context.Context, tx *store.Tx) error {
				tx.Append("test.noted", nil, store.NamedValue{Name: "n", Value: func() {}})
				return write(ctx, tx, "c")
			},
			"a leaf that cannot be": func(ctx context.Context, tx *store.Tx) error {
				tx.Append(good.Verb(strings.Repeat("x", 1<<16)), nil)
				return write(ctx, tx, "d")
			},
		} {
			at := t.Context()
			if what == "a cancelling" {
				at = ctx
			}
			if _, err := db.Do(at, actor, fn); err == nil {
				t.Errorf("%s passed", what)
			}
		}
		func() {
			defer func() { _ = recover() }()
			_, _ = db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error { _ = write(ctx, tx, "e"); panic("a bug") })
		}()
		if p, err := db.Position(t.Context()); p != -1 || err != nil {
			t.Errorf("something was journalled: %d %v", p, err)
		}
		for g, err := range db.EachGood(t.Context()) {
			t.Errorf("something was written: %v %v", g, err)
		}
		if newGood(t, db, "after"); !exists(db, t, "after") {
			t.Error("nothing can be written any more")
		}
	})
}

func exists(db *store.DB, t *testing.T, slug string) bool {
	_, _, err := db.GoodBySlug(t.Context(), slug)
	return err == nil
}

func TestADatabaseForReadingAlone(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		newGood(t, open(t, url), "there")
		db := opened(t, url, store.Options{ReadOnly: true})
		if !exists(db, t, "there") {
			t.Error("it cannot be read")
		}
		_, err := db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error { tx.Append("test.noted", nil); return nil })
		if err == nil {
			t.Error("it can be written")
		}
		if err := db.Migrate(t.Context()); err == nil {
			t.Error("it can be migrated")
		}
		if err := db.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if _, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "none.db"), store.Options{ReadOnly: true}); good.KindOf(err) != good.NotFound {
		t.Error("a database that is not there was opened:", err)
	}
	path := filepath.Join(t.TempDir(), "not.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err := store.Open(t.Context(), "sqlite:"+path, store.Options{ReadOnly: true}); err == nil {
		t.Error("a text was opened as a database", db.Close())
	}
	for _, bad := range []string{"", "mysql://x", "postgres://user:secret@host:notaport/x"} {
		if _, err := store.Open(t.Context(), bad, store.Options{}); good.KindOf(err) != good.Invalid || strings.Contains(fmt.Sprint(err), "secret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestOnlyTheOwnerReadsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stoa.db")
	newGood(t, open(t, "sqlite:"+path), "there")
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
}

func TestWhatIsErasedIsInNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stoa.db")
	db := open(t, "sqlite:"+path)
	const secret = "Somebody Inparticular"
	_, err := db.Do(t.Context(), actor, func(_ context.Context, tx *store.Tx) error {
		tx.Append("test.noted", nil, store.NamedValue{Name: "who", Value: strings.Repeat(secret+" ", 2000)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !inFiles(t, path, secret) {
		t.Fatal("the test looks in the wrong place")
	}
	_, err = db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error { return tx.Erase(ctx, 0, "who") })
	if err := errors.Join(err, db.Scrub(t.Context())); err != nil {
		t.Fatal(err)
	}
	if inFiles(t, path, secret) {
		t.Error("what was erased can still be read from the files")
	}
}

func inFiles(t *testing.T, path, text string) bool {
	t.Helper()
	for _, name := range []string{path, path + "-wal"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), text) {
			return true
		}
	}
	return false
}
