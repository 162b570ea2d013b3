package journal_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/app/goods"
	"stoa/internal/app/journal"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
	stoalog "stoa/internal/tlog"
)

var operator = good.Actor{Role: "operator"}

type world struct {
	db      *store.DB
	journal *journal.App
	goods   *goods.App
}

// build makes a journal with everything that can happen to goods.
func build(t *testing.T, url string) world {
	t.Helper()
	key, err := stoalog.LoadOrCreateKey(t.TempDir(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := open(t, url, key)
	if err := w.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func open(t *testing.T, url string, key *stoalog.Key) world {
	t.Helper()
	w, err := connect(t.Context(), url, key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.db.Close() })
	return w
}

func connect(ctx context.Context, url string, key *stoalog.Key) (world, error) {
	db, err := store.Open(ctx, url, store.Options{Now: time.Now, Rand: rand.Reader, Log: slog.Default(), Signer: key})
	if err != nil {
		return world{}, err
	}
	return world{db: db, journal: &journal.App{DB: db, Key: key}, goods: &goods.App{DB: db}}, db.Migrate(ctx)
}

func (w world) fill(ctx context.Context) error {
	for _, name := range []string{"alpha", "beta", "gamma", "delta"} {
		if err := w.create(ctx, name); err != nil {
			return err
		}
	}
	for i, step := range []func() (*good.Good, int64, error){
		func() (*good.Good, int64, error) { return w.edit(ctx, "alpha", "https://alpha.example") },
		func() (*good.Good, int64, error) { return w.edit(ctx, "alpha", "https://alpha2.example") },
		func() (*good.Good, int64, error) { return w.goods.Rename(ctx, operator, "beta", "beta-2", "clearer") },
		func() (*good.Good, int64, error) { return w.goods.Merge(ctx, operator, "gamma", "alpha", "the same") },
		func() (*good.Good, int64, error) { return w.goods.Remove(ctx, operator, "delta", "harmful") },
		func() (*good.Good, int64, error) { return w.edit(ctx, "beta", "https://beta.example") },
	} {
		if _, _, err := step(); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	return nil
}

func (w world) create(ctx context.Context, name string) error {
	_, err := w.db.Do(ctx, operator, func(ctx context.Context, tx *store.Tx) error {
		src := good.Source{ID: "src", Name: "Source", Priority: 1}
		g := &good.Good{ID: tx.NewID(), Slug: name}
		rec := good.Record{Source: "src", ForeignID: name, Good: g.ID, Facts: good.Facts{Name: name, Aliases: []string{"alias of " + name}}}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: src})
		tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: name})
		tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: rec})
		*g = g.Restate([]good.Record{rec}, map[string]good.Source{"src": src})
		return errors.Join(tx.PutSource(ctx, src), tx.PutGood(ctx, g), tx.PutRecord(ctx, rec))
	})
	return err
}

func (w world) edit(ctx context.Context, slug, website string) (*good.Good, int64, error) {
	return w.goods.Edit(ctx, operator, slug, 0, "known in person", func(f *good.Facts) error {
		f.Website = website
		return nil
	})
}

// same fails unless the journal alone gives what the database holds.
func (w world) same(t *testing.T) {
	t.Helper()
	replayed, err := w.journal.Replay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	live, err := w.journal.Live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a, err := replayed.Hash()
	b, err2 := live.Hash()
	if err != nil || err2 != nil || a != b {
		var diff strings.Builder
		_ = replayed.Differences(&diff, live)
		t.Fatalf("the journal gives another state than the database holds: %v %v\n%s", err, err2, diff.String())
	}
	if len(live.Goods) == 0 || len(live.Records) == 0 || len(live.Slugs) == 0 || len(live.Sources) == 0 {
		t.Fatal("nothing was compared")
	}
}

func TestTheJournalAloneRebuildsWhatIsPublic(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		w.same(t)
		if _, _, err := w.goods.Restore(t.Context(), operator, "delta", "a mistake"); err != nil {
			t.Fatal(err)
		}
		w.same(t)
	})
}

func TestErasureForgetsAndTheLogStillProves(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		before, err := stoalog.Verify(ctx, w.journal, w.journal.Verifier())
		if err != nil {
			t.Fatal(err)
		}
		g, err := w.goods.Good(ctx, "alpha")
		if err != nil || g.Website != "https://alpha2.example" {
			t.Fatal(g, err)
		}
		for i, want := range []string{"https://alpha.example", ""} { // the newest edit first, then the one before
			position := w.statement(t, g.ID)
			if _, err := w.journal.Erase(ctx, operator, position, "record", "asked by a person"); err != nil {
				t.Fatal(err)
			}
			after, err := w.goods.Good(ctx, "alpha")
			if err != nil || after.Website != want {
				t.Fatalf("after erasing %d: website %q, %v", i, after.Website, err)
			}
			w.same(t)
			if _, err := w.journal.Erase(ctx, operator, position, "record", "again"); good.KindOf(err) != good.NotFound {
				t.Errorf("erased twice: %v", err)
			}
		}
		proven, err := stoalog.Verify(ctx, w.journal, w.journal.Verifier())
		if err != nil || proven.Erased != 2 || proven.Checkpoint.Size != before.Checkpoint.Size+2 {
			t.Errorf("%+v %v", proven, err)
		}
		proof, err := tlog.ProveTree(proven.Checkpoint.Size, before.Checkpoint.Size, w.journal.Hashes(ctx))
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckTree(proof, proven.Checkpoint.Size, proven.Checkpoint.Root, before.Checkpoint.Size, before.Checkpoint.Root); err != nil {
			t.Errorf("the log before is no part of the log after: %v", err)
		}
		if _, err := w.journal.Erase(ctx, good.Actor{Role: "public"}, 0, "source", "x"); good.KindOf(err) != good.Forbidden {
			t.Errorf("anyone may erase: %v", err)
		}
	})
}

// statement is the position of the newest statement in person about a good.
func (w world) statement(t *testing.T, id good.ID) int64 {
	t.Helper()
	history, err := w.db.History(t.Context(), id, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range history {
		if e.Verb == good.RecordStated && e.Values[0].Erased == nil && strings.Contains(string(e.Values[0].Data), goods.PersonSource) {
			return e.Position
		}
	}
	t.Fatal("no statement in person")
	return 0
}

func TestTilesAreThoseOfTheLog(t *testing.T) {
	w := build(t, "sqlite:"+t.TempDir()+"/stoa.db")
	ctx := t.Context()
	_, err := w.db.Do(ctx, operator, func(_ context.Context, tx *store.Tx) error {
		for range 300 {
			tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: good.Source{ID: "many"}})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	position, err := w.db.Position(ctx)
	if err != nil {
		t.Fatal(err)
	}
	size := position + 1
	var leaves [][]byte
	for _, tile := range tlog.NewTiles(stoalog.TileHeight, 0, size) {
		data, err := w.journal.Tile(ctx, strings.TrimPrefix(stoalog.TilePath(tile), "tile/"))
		if err != nil || len(data) != tile.W*tlog.HashSize {
			t.Errorf("%s: %d bytes, %v", stoalog.TilePath(tile), len(data), err)
		}
		if tile.L == 0 {
			tile.L = -1
			data, err := w.journal.Tile(ctx, strings.TrimPrefix(stoalog.TilePath(tile), "tile/"))
			if err != nil {
				t.Fatal(err)
			}
			more, err := stoalog.DecodeBundle(data)
			if err != nil || len(more) != tile.W {
				t.Fatal(len(more), err)
			}
			leaves = append(leaves, more...)
		}
	}
	held, err := w.db.Leaves(ctx, 0, int(size))
	if err != nil || !slices.EqualFunc(held, leaves, slices.Equal) {
		t.Errorf("the bundles hold %d leaves, the log %d (%v)", len(leaves), len(held), err)
	}
	for _, bad := range []string{"", "0", "0/999", "9/000", "entries/x999/000", "../../etc/passwd", "0/000.p/0", "0/000.p/257", "data/000", "0/-01"} {
		if _, err := w.journal.Tile(ctx, bad); good.KindOf(err) != good.NotFound {
			t.Errorf("tile %q: %v", bad, err)
		}
	}
}

func TestTheKeyIsMadeOnceForItsOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	a, err := stoalog.LoadOrCreateKey(dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b, err := stoalog.LoadOrCreateKey(dir, rand.Reader)
	if err != nil || a.Verifier != b.Verifier {
		t.Errorf("a second key was made: %v", err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	if info, err := files[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}
