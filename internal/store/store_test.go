package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

func open(t *testing.T, url string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader, Log: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

var actor = good.Actor{Role: "operator"}

func newGood(t *testing.T, db *store.DB, slug string) *good.Good {
	t.Helper()
	var g *good.Good
	_, err := db.Do(t.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
		g = &good.Good{ID: tx.NewID(), Slug: slug, Facts: good.Facts{Name: slug}}
		tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: slug})
		return tx.PutGood(ctx, g)
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestAGoodKeepsItsAddresses(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		ctx := t.Context()
		g := newGood(t, db, "old-name")
		stale := *g
		_, err := db.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
			g.Slug = "new-name"
			if err := tx.AddIdentifier(ctx, g.ID, "dpgid", "GID1"); err != nil {
				return err
			}
			tx.Append(good.GoodRenamed, []good.ID{g.ID})
			return tx.PutGood(ctx, g)
		})
		if err != nil {
			t.Fatal(err)
		}
		for slug, want := range map[string]bool{"new-name": true, "old-name": false, "GID1": false} {
			got, current, err := db.GoodBySlug(ctx, slug)
			if err != nil || got.ID != g.ID || current != want || got.Version != 2 || got.Position != 1 {
				t.Errorf("%s: %+v %v %v", slug, got, current, err)
			}
		}
		_, err = db.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error { return tx.PutGood(ctx, &stale) })
		if good.KindOf(err) != good.Conflict {
			t.Errorf("a stale version was written: %v", err)
		}
		if _, err := db.Good(ctx, "nothing"); good.KindOf(err) != good.NotFound {
			t.Error(err)
		}
		taken := &good.Good{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Slug: "new-name"}
		_, err = db.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error { return tx.PutGood(ctx, taken) })
		if good.KindOf(err) != good.Conflict {
			t.Errorf("a slug was given twice: %v", err)
		}
	})
}

// Fifty writers, some of whom give up half way, and a follower who must see
// every position once and in order.
func TestPositionsAreDenseAndInCommitOrder(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		ctx, stop := context.WithCancel(t.Context())
		const writers, rounds = 50, 6
		var seen []int64
		followed := make(chan error, 1)
		go func() {
			followed <- func() error {
				for next := int64(0); ; {
					done := ctx.Err() != nil
					entries, err := db.Entries(context.WithoutCancel(ctx), next, 7)
					if err != nil {
						return err
					}
					for _, e := range entries {
						seen = append(seen, e.Position)
						next = e.Position + 1
					}
					if done && len(entries) == 0 {
						return nil
					}
					if len(entries) == 0 {
						time.Sleep(time.Millisecond)
					}
				}
			}()
		}()
		var wg sync.WaitGroup
		giveUp := errors.New("gives up")
		for w := range writers {
			wg.Go(func() {
				for i := range rounds {
					last := int64(-1)
					position, err := db.Do(ctx, actor, func(_ context.Context, tx *store.Tx) error {
						tx.Append("test.first", []good.ID{tx.NewID()}, store.NamedValue{Name: "n", Value: fmt.Sprint(w, i)})
						time.Sleep(time.Duration((w*7+i)%4) * time.Millisecond)
						tx.Append("test.second", nil)
						if (w+i)%5 == 0 {
							return giveUp
						}
						return nil
					})
					if (err != nil) != ((w+i)%5 == 0) || err == nil && position <= last {
						t.Errorf("writer %d: position %d after %d: %v", w, position, last, err)
					}
				}
			})
		}
		wg.Wait()
		stop()
		if err := <-followed; err != nil {
			t.Fatal(err)
		}
		want := int64(writers * rounds * 4 / 5 * 2)
		if int64(len(seen)) != want {
			t.Errorf("the follower saw %d entries of %d", len(seen), want)
		}
		for i, p := range seen {
			if p != int64(i) {
				t.Fatalf("position %d came as number %d", p, i)
			}
		}
		if p, err := db.Position(t.Context()); p != want-1 || err != nil {
			t.Error(p, err)
		}
		root, err := tlog.TreeHash(want, db.Hashes(t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		leaves, err := db.Leaves(t.Context(), 0, int(want))
		if err != nil {
			t.Fatal(err)
		}
		var stored []tlog.Hash
		again := tlog.HashReaderFunc(func(ids []int64) (out []tlog.Hash, err error) {
			for _, id := range ids {
				out = append(out, stored[id])
			}
			return out, nil
		})
		for i, leaf := range leaves {
			hs, err := tlog.StoredHashes(int64(i), leaf, again)
			if err != nil {
				t.Fatal(err)
			}
			stored = append(stored, hs...)
		}
		if fresh, err := tlog.TreeHash(want, again); err != nil || fresh != root {
			t.Errorf("the stored hashes give %v, the leaves %v (%v)", root, fresh, err)
		}
	})
}

func TestRecordsCasesAndContactsComeBack(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		ctx := t.Context()
		g := newGood(t, db, "a")
		rec := good.Record{Source: "s", ForeignID: "1", Good: g.ID, Seen: "2026-07-10", Facts: good.Facts{Name: "a"}}
		c := store.Case{OpenCase: good.OpenCase{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Source: "s", ForeignID: "2", Reasons: []string{"no-name"}, Since: time.UnixMilli(5).UTC()}, Raw: []byte("raw")}
		_, err := db.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(tx.PutSource(ctx, good.Source{ID: "s", Priority: 3}), tx.PutRecord(ctx, rec), tx.PutCase(ctx, c),
				tx.PutContacts(ctx, "s", "1", []good.Contact{{Name: "n", Email: "e"}}), tx.SetMatchKeys(ctx, g.ID, []string{"name:a", "repo:x"}))
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := db.Records(ctx, g.ID)
		if diff := cmp.Diff([]good.Record{rec}, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
		open, err := db.OpenCases(ctx)
		if diff := cmp.Diff([]store.Case{c}, open); err != nil || diff != "" {
			t.Error(err, diff)
		}
		keys, err := db.MatchKeys(ctx, []string{"name:a", "name:b"})
		if diff := cmp.Diff(map[string][]good.ID{"name:a": {g.ID}}, keys); err != nil || diff != "" {
			t.Error(err, diff)
		}
		if s, err := db.Sources(ctx); err != nil || s["s"].Priority != 3 {
			t.Error(s, err)
		}
		if none, err := db.Record(ctx, "s", "none"); none != nil || err != nil {
			t.Error(none, err)
		}
		n := 0
		for g, err := range db.EachGood(ctx) {
			if n++; err != nil || g.Slug != "a" {
				t.Error(g, err)
			}
		}
		if goods, err := db.Goods(ctx, []good.ID{g.ID, "none"}); n != 1 || len(goods) != 1 || err != nil {
			t.Error(n, goods, err)
		}
	})
}
