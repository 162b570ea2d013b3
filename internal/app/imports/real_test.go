package imports_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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

// The whole of the real data, in the order one would bring it in.
func TestTheRealRegistry(t *testing.T) {
	testkit.RealData(t)
	testkit.Databases(t, func(t *testing.T, url string) {
		app := open(t, url)
		report := all(t, app, newest, in2025, in2024, in2023, history, static, archived)
		testkit.Golden(t, "real.txt", report+summary(t, app))
		before := position(t, app)
		all(t, app, history, newest)
		if after := position(t, app); after != before {
			t.Errorf("the same again: the journal grew from %d to %d", before, after)
		}
	})
}

// Whatever order it comes in, the goods are the same.
func TestTheRealRegistryInOtherOrders(t *testing.T) {
	testkit.RealData(t)
	want := ""
	for _, order := range [][]step{
		{newest, in2025, in2024, in2023, history, static, archived},
		{archived, static, history, in2023, in2024, in2025, newest},
		{in2024, archived, newest, history, in2023, static, in2025},
	} {
		app := fresh(t)
		all(t, app, order...)
		got := state(t, app)
		if want == "" {
			want = got
		}
		if a, b := strings.Split(want, "\n"), strings.Split(got, "\n"); got != want {
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Fatalf("in another order:\n%.1500s\nnot\n%.1500s", b[i], a[i])
				}
			}
			t.Fatalf("%d lines, not %d", len(b), len(a))
		}
	}
}

// Nobody whom the real data names or gives the address of is in what the
// public can read.
func TestNobodyOfTheRealDataIsPublic(t *testing.T) {
	dir := filepath.Join(testkit.RealData(t), "dpga")
	people := map[string]bool{}
	standIn := regexp.MustCompile(`contact-[0-9a-f]+@example\.org|Contact [0-9a-f]{6}\b`)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, who := range standIn.FindAllString(string(raw), -1) {
			people[who] = true
		}
		return err
	})
	if err != nil || len(people) < 900 {
		t.Fatalf("%d people, %v", len(people), err)
	}
	app := fresh(t)
	all(t, app, newest, in2025, in2023, static, archived)
	for from := int64(0); ; from += 500 {
		entries, err := app.DB.Entries(ctx, from, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) == 0 {
			break
		}
		b, err := json.Marshal(values(entries))
		if err != nil {
			t.Fatal(err)
		}
		none(t, standIn, fmt.Sprintf("the journal from %d", from), string(b))
	}
	none(t, standIn, "the goods", state(t, app))
	for _, c := range openCases(t, app) {
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		none(t, standIn, "a case", string(b))
	}
}

// values are the journal's values as text.
func values(entries []good.Entry) (out []string) {
	for _, e := range entries {
		for _, v := range e.Values {
			out = append(out, string(v.Data))
		}
	}
	return out
}

func none(t testing.TB, person *regexp.Regexp, where, text string) {
	t.Helper()
	for _, who := range person.FindAllString(text, 5) {
		t.Errorf("%s names %s", where, who)
	}
}
