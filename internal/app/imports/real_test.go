package imports_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"stoa/internal/app/imports"
	"stoa/internal/good"
	"stoa/internal/testkit"
)

// step is one import of the real data; seen where the file does not say it.
type step struct {
	path string
	seen good.Date
}

var (
	newest   = step{"registry-2026/dpgs.json", "2026-07-10"}
	in2025   = step{"registry-history/dpgs-2025-06-27.json", ""}
	in2024   = step{"registry-history/dpgs-2024-06-28.json", ""}
	in2023   = step{"registry-history/dpgs-2023-05-31.json", ""}
	history  = step{"registry-history/index.json", ""}
	static   = step{"api-v0", ""}
	archived = step{".", ""}
)

// all imports steps of the real data.
func all(t testing.TB, app *imports.App, steps ...step) string {
	t.Helper()
	dir := filepath.Join(testkit.RealData(t), "dpga")
	var b strings.Builder
	for _, s := range steps {
		totals, _ := bring(t, app, filepath.Join(dir, s.path), imports.Options{Seen: s.seen})
		fmt.Fprintf(&b, "%s: %d records: %d kept, %d repaired, %d need a person; %d new goods\n",
			s.path, totals.Records, totals.Kept, totals.Repaired, totals.NeedsAPerson, totals.NewGoods)
	}
	return b.String()
}

// summary says how many goods there are in which stage, which share a name,
// which were found to be one, and what needs a person.
func summary(t testing.TB, app *imports.App) string {
	t.Helper()
	stages := map[good.Stage]int{}
	named := map[string][]string{}
	var merged []string
	for g, err := range app.DB.EachGood(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if g.Tombstone != nil {
			merged = append(merged, g.Slug)
			continue
		}
		stages[g.Stage]++
		key := good.Slugify(g.Name)
		named[key] = append(named[key], g.Slug)
	}
	var b strings.Builder
	for _, s := range good.Stages {
		if stages[s] > 0 {
			fmt.Fprintf(&b, "%s: %d\n", s, stages[s])
		}
	}
	var twice, open []string
	for name, slugs := range named {
		if len(slugs) > 1 {
			twice = append(twice, fmt.Sprint(name, slugs))
		}
	}
	for _, c := range openCases(t, app) {
		open = append(open, fmt.Sprintf("%s/%s %s: %s", c.Source, c.ForeignID, c.Name, strings.Join(c.Reasons, "; ")))
	}
	fmt.Fprintf(&b, "share a name: %s\nmerged:\n%s\nneed a person:\n%s\n", sorted(twice), sorted(merged), sorted(open))
	return b.String()
}

// What an operator brings in first, on both databases.
func TestTheRealRegistry(t *testing.T) {
	testkit.RealData(t)
	testkit.Databases(t, func(t *testing.T, url string) {
		t.Parallel()
		app := open(t, url)
		report := all(t, app, newest, history)
		testkit.Golden(t, "real-registry.txt", report+summary(t, app))
		before := position(t, app)
		all(t, app, history, newest)
		if after := position(t, app); after != before {
			t.Errorf("the same again: the journal grew from %d to %d", before, after)
		}
	})
}

// Whatever order the whole of the real data comes in, the goods are the same.
func TestTheRealRegistryInOtherOrders(t *testing.T) {
	testkit.RealData(t)
	t.Parallel()
	orders := [][]step{
		{newest, in2025, in2024, in2023, history, static, archived},
		{archived, static, history, in2023, in2024, in2025, newest},
	}
	ends := make([][]string, len(orders))
	t.Run("orders", func(t *testing.T) { // most of the time is waiting for the disk
		for i, order := range orders {
			t.Run(order[0].path, func(t *testing.T) {
				t.Parallel()
				app := fresh(t)
				report := all(t, app, order...)
				if i == 0 {
					testkit.Golden(t, "real-all.txt", report+summary(t, app))
				}
				ends[i] = strings.Split(state(t, app), "\n")
			})
		}
	})
	for _, end := range ends[1:] {
		if len(end) != len(ends[0]) {
			t.Errorf("%d lines, not %d", len(end), len(ends[0]))
		}
		for i := range min(len(end), len(ends[0])) {
			if end[i] != ends[0][i] {
				t.Fatalf("in another order:\n%.1500s\nnot\n%.1500s", end[i], ends[0][i])
			}
		}
	}
}
