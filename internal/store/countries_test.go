package store_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// TestWhatIsCountedStepByStepIsWhatTheMigrationCounts confirms, changes and ends
// deployments of goods whose topics change meanwhile, and has the migration
// count all of it at once.
func TestWhatIsCountedStepByStepIsWhatTheMigrationCounts(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
		do := func(f func(context.Context, *store.Tx) error) {
			t.Helper()
			if _, err := db.Do(t.Context(), good.Actor{}, f); err != nil {
				t.Fatal(err)
			}
		}
		var goods []*good.Good
		do(func(ctx context.Context, tx *store.Tx) error {
			for n := range 5 {
				g := &good.Good{ID: tx.NewID(), Slug: "good-" + strconv.Itoa(n), Facts: good.Facts{Name: "Good", Goals: []good.Goal{{SDG: n + 1}, {SDG: 9}}, Sectors: []string{"health"}}}
				if n == 4 {
					g.Facts = good.Facts{Name: "Bare"}
				}
				goods = append(goods, g)
				if err := tx.PutGood(ctx, g); err != nil {
					return err
				}
			}
			return nil
		})
		var made []*deploy.Record
		for n := range 40 {
			do(func(ctx context.Context, tx *store.Tx) error {
				r := &deploy.Record{ID: tx.NewID(), Good: goods[n%5].ID}
				r.Say(deploy.Statement{Organisation: "Body " + strconv.Itoa(n%7), Country: []string{"KE", "UG", "SN"}[n%3], Place: strconv.Itoa(n), Stage: deploy.Stages[n%len(deploy.Stages)]}, deploy.Word{By: deploy.Maintainer, At: now})
				if n%4 > 0 {
					if err := r.Confirm(deploy.Word{By: deploy.Adopter, At: now}); err != nil {
						return err
					}
				}
				made = append(made, r)
				if err := tx.PutDeployment(ctx, r); err != nil {
					return err
				}
				if n%6 == 0 { // a good's topics change while it is in use
					g, err := tx.Good(ctx, goods[n%5].ID)
					if err != nil {
						return err
					}
					g.Goals, g.Sectors = []good.Goal{{SDG: n%17 + 1}}, []string{"education", "water"}
					return tx.PutGood(ctx, g)
				}
				return nil
			})
		}
		for n, r := range made {
			if n%5 == 1 {
				do(func(ctx context.Context, tx *store.Tx) error {
					if err := r.Withdraw("It ended."); err != nil {
						return err
					}
					return tx.PutDeployment(ctx, r)
				})
			}
		}
		counted := func() map[string]int {
			t.Helper()
			out := map[string]int{}
			rows, err := testkit.SQL(t, url).QueryContext(t.Context(), `SELECT country || '/' || kind || '/' || value, n FROM country_uses WHERE n <> 0`)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			for rows.Next() {
				var k string
				var n int
				if err := rows.Scan(&k, &n); err != nil {
					t.Fatal(err)
				}
				out[k] = n
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			return out
		}
		before := counted()
		if len(before) < 20 || before["KE/total/good"] == 0 {
			t.Fatalf("%v", before)
		}
		engine, _, _ := strings.Cut(url, ":")
		raw, err := os.ReadFile(filepath.Join("migrations", engine, "00030_countries.sql"))
		if err != nil {
			t.Fatal(err)
		}
		statements := slices.DeleteFunc(strings.SplitAfter(string(raw), ";\n"), func(s string) bool { return !strings.Contains(s, "INSERT") })
		statements = append([]string{`DELETE FROM country_uses`, `DELETE FROM used_goods`}, statements...)
		do(func(ctx context.Context, tx *store.Tx) error {
			for _, s := range statements {
				if _, err := tx.SQL().ExecContext(ctx, s); err != nil {
					return err
				}
			}
			return nil
		})
		if diff := cmp.Diff(before, counted()); diff != "" {
			t.Error(diff)
		}
		// What is counted later goes on from there.
		do(func(ctx context.Context, tx *store.Tx) error {
			g, err := tx.Good(ctx, goods[1].ID)
			if err == nil {
				g.Goals, g.Sectors = nil, nil
				err = tx.PutGood(ctx, g)
			}
			return err
		})
		for k, n := range counted() {
			if n < 0 {
				t.Errorf("%s: %d", k, n)
			}
		}
	})
}
