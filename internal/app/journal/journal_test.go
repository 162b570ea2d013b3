package journal_test

import (
	"context"
	"crypto/rand"
	"errors"
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
	ctx := t.Context()
	key, err := stoalog.LoadOrCreateKey(t.TempDir(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(ctx, url, store.Options{Now: time.Now, Rand: rand.Reader, Log: slog.Default(), Signer: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	w := world{db: db, journal: &journal.App{DB: db, Key: key}, goods: &goods.App{DB: db}}
	for _, name := range []string{"alpha", "beta", "gamma", "delta"} {
		w.create(t, name)
	}
	steps := []func() (*good.Good, int64, error){
		func() (*good.Good, int64, error) { return w.edit(ctx, "alpha", "https://alpha.example") },
		func() (*good.Good, int64, error) { return w.edit(ctx, "alpha", "https://alpha2.example") },
		func() (*good.Good, int64, error) { return w.goods.Rename(ctx, operator, "beta", "beta-2", "clearer") },
		func() (*good.Good, int64, error) { return w.goods.Merge(ctx, operator, "gamma", "alpha", "the same") },
		func() (*good.Good, int64, error) { return w.goods.Remove(ctx, operator, "delta", "harmful") },
		func() (*good.Good, int64, error) { return w.edit(ctx, "beta", "https://beta.example") },
	}
	for i, step := range steps {
		if _, _, err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	return w
}

func (w world) create(t *testing.T, name string) {
	t.Helper()
	_, err := w.db.Do(t.Context(), operator, func(ctx context.Context, tx *store.Tx) error {
		src := good.Source{ID: "src", Name: "Source", Priority: 1}
		g := &good.Good{ID: tx.NewID(), Slug: name}
		rec := good.Record{Source: "src", ForeignID: name, Good: g.ID, Facts: good.Facts{Name: name, Aliases: []string{"alias of " + name}}}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: src})
		tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: name})
		tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: rec})
		*g = g.Restate([]good.Record{rec}, map[string]good.Source{"src": src})
		return errors.Join(tx.PutSource(ctx, src), tx.PutGood(ctx, g), tx.PutRecord(ctx, rec))
	})
	if err != nil {
		t.Fatal(err)
	}
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

// forged is a log in which something was changed.
type forged struct {
	stoalog.Reader
	leaves  func([][]byte) [][]byte
	entries func([]good.Entry) []good.Entry
	signed  func(string) string // of every checkpoint
	hash    int64               // index of a stored hash to flip, -1 for none
}

func (f forged) Checkpoints(ctx context.Context) ([]string, error) {
	notes, err := f.Reader.Checkpoints(ctx)
	if f.signed != nil {
		for i := range notes {
			notes[i] = f.signed(notes[i])
		}
	}
	return notes, err
}

func (f forged) Leaves(ctx context.Context, from int64, limit int) ([][]byte, error) {
	ls, err := f.Reader.Leaves(ctx, from, limit)
	if f.leaves != nil {
		ls = f.leaves(ls)
	}
	return ls, err
}

func (f forged) Entries(ctx context.Context, from int64, limit int) ([]good.Entry, error) {
	es, err := f.Reader.Entries(ctx, from, limit)
	if f.entries != nil {
		es = f.entries(es)
	}
	return es, err
}

func (f forged) Hashes(ctx context.Context) tlog.HashReader {
	under := f.Reader.Hashes(ctx)
	return tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
		hs, err := under.ReadHashes(ids)
		if i := slices.Index(ids, f.hash); i >= 0 && err == nil {
			hs[i][7] ^= 1
		}
		return hs, err
	})
}

func TestOneChangedBitIsFound(t *testing.T) {
	w := build(t, "sqlite:"+t.TempDir()+"/stoa.db")
	ctx := t.Context()
	if _, err := stoalog.Verify(ctx, forged{Reader: w.journal, hash: -1}, w.journal.Verifier()); err != nil {
		t.Fatal("an honest log does not verify:", err)
	}
	other, err := stoalog.LoadOrCreateKey(t.TempDir(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for what, f := range map[string]forged{
		"a bit of a leaf":       {leaves: func(ls [][]byte) [][]byte { ls[3][12] ^= 1; return ls }, hash: -1},
		"a bit of a commitment": {leaves: func(ls [][]byte) [][]byte { ls[3][len(ls[3])-1] ^= 1; return ls }, hash: -1},
		"a bit of a value":      {entries: func(es []good.Entry) []good.Entry { es[2].Values[0].Data[3] ^= 1; return es }, hash: -1},
		"a bit of a salt":       {entries: func(es []good.Entry) []good.Entry { es[2].Values[0].Salt[3] ^= 1; return es }, hash: -1},
		"an actor":              {entries: func(es []good.Entry) []good.Entry { es[2].Actor.Role = "reviewer"; return es }, hash: -1},
		"a subject":             {entries: func(es []good.Entry) []good.Entry { es[2].Subjects = nil; return es }, hash: -1},
		"a time":                {entries: func(es []good.Entry) []good.Entry { es[2].Time = es[2].Time.Add(time.Millisecond); return es }, hash: -1},
		"a hash at the bottom":  {hash: tlog.StoredHashIndex(0, 4)},
		"a hash further up":     {hash: tlog.StoredHashIndex(2, 1)},
		"a bit of the checkpoint": {signed: func(s string) string {
			return strings.Replace(s, "\n", "\n1", 1)
		}, hash: -1},
		"a dropped entry": {leaves: func(ls [][]byte) [][]byte { return slices.Delete(ls, 5, 6) },
			entries: func(es []good.Entry) []good.Entry { return slices.Delete(es, 5, 6) }, hash: -1},
		"two entries in the other order": {leaves: func(ls [][]byte) [][]byte { ls[4], ls[5] = ls[5], ls[4]; return ls },
			entries: func(es []good.Entry) []good.Entry { es[4], es[5] = es[5], es[4]; return es }, hash: -1},
	} {
		f.Reader = w.journal
		if _, err := stoalog.Verify(ctx, f, w.journal.Verifier()); err == nil {
			t.Errorf("%s was changed and nobody noticed", what)
		} else if !strings.Contains(err.Error(), "position") && !strings.Contains(err.Error(), "checkpoint") {
			t.Errorf("%s: the message names no place: %v", what, err)
		}
	}
	if _, err := stoalog.Verify(ctx, w.journal, other.Verifier); err == nil {
		t.Error("a stranger's key verifies the checkpoint")
	}
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
