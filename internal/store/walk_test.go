package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/testkit"
)

// TestWhatChangedSinceIsFoundInTheOrderOfIDs asks for parts of what changed
// since each moment, in both ways that there are to find it, and compares with
// a plain look at all goods.
func TestWhatChangedSinceIsFoundInTheOrderOfIDs(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
		db, err := Open(t.Context(), url, Options{Now: func() time.Time { return now }, Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		goods := make([]*good.Good, 40)
		put := func(g *good.Good) {
			t.Helper()
			now = now.Add(90 * time.Minute)
			if _, err := db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *Tx) error { return tx.PutGood(ctx, g) }); err != nil {
				t.Fatal(err)
			}
		}
		for n := range goods {
			goods[n] = &good.Good{ID: good.ID(fmt.Sprintf("01J000000000000000000%05d", (n*7)%40)), Slug: fmt.Sprintf("good-%d", n), Facts: good.Facts{Name: "Wells"}}
			put(goods[n])
		}
		for n := 0; n < len(goods); n += 3 { // they change again
			put(goods[n])
		}
		slices.SortFunc(goods, func(a, b *good.Good) int { return strings.Compare(string(a.ID), string(b.ID)) })
		for _, few := range []int{0, 1000} {
			for since := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC); since.Before(now.Add(3 * time.Hour)); since = since.Add(45 * time.Minute) {
				var want, got []string
				for _, g := range goods {
					if !g.Updated.Before(since) {
						want = append(want, string(g.ID))
					}
				}
				after := good.ID("")
				for {
					part, err := db.goodsChanged(t.Context(), since, after, 7, few)
					if err != nil {
						t.Fatal(err)
					}
					if len(part) == 0 {
						break
					}
					for _, g := range part {
						got, after = append(got, string(g.ID)), g.ID
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("since %s: %q, want %q", since, got, want)
				}
			}
		}
	})
}
