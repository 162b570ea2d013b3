package imports_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	ctx      = context.Background()
	operator = good.Actor{Role: access.Operator}
)

// clock starts at a fixed time and moves on a millisecond whenever it is read.
func clock() func() time.Time {
	var ticks atomic.Int64
	return func() time.Time {
		return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).Add(time.Duration(ticks.Add(1)) * time.Millisecond)
	}
}

func open(t testing.TB, url string) *imports.App {
	t.Helper()
	now := clock()
	db, err := store.Open(ctx, url, store.Options{Now: now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return &imports.App{DB: db, Now: now}
}

// template is an empty database, made once: migrating takes longer than the
// tests that want one.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "stoa-imports-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "stoa.db")
	db, err := store.Open(ctx, "sqlite:"+path, store.Options{Now: clock(), Rand: rand.Reader})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(db.Migrate(ctx), db.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// fresh is an empty instance on the embedded database.
func fresh(t testing.TB) *imports.App {
	t.Helper()
	empty, err := template()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+write(t, "stoa.db", string(empty)))
}

// bring imports a file or folder and returns the totals and the report.
func bring(t testing.TB, app *imports.App, path string, o imports.Options) (imports.Totals, string) {
	t.Helper()
	in, err := harvest.Open(path, "")
	if err != nil {
		t.Fatal(err)
	}
	var report bytes.Buffer
	o.Report = &report
	totals, err := app.Import(ctx, operator, in, o)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return totals, report.String()
}

// write puts a list of records into a file of this name.
func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func position(t testing.TB, app *imports.App) int64 {
	t.Helper()
	p, err := app.DB.Position(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func bySlug(t testing.TB, app *imports.App, slug string) *good.Good {
	t.Helper()
	g, _, err := app.DB.GoodBySlug(ctx, slug)
	if err != nil {
		t.Fatalf("%s: %v", slug, err)
	}
	return g
}

const fixtures = "../../harvest/testdata/"

func TestEveryRecordIsReported(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		app := open(t, url)
		for _, path := range []string{"dpgs-2026-01-31.json", "index.json", "v0", "folders", "catalogue"} {
			_, report := bring(t, app, fixtures+path, imports.Options{})
			testkit.Golden(t, strings.TrimSuffix(path, ".json")+".report.json", report)
			var whole struct {
				Records []map[string]any
				Totals  map[string]int
			}
			if err := json.Unmarshal([]byte(report), &whole); err != nil || len(whole.Records) != whole.Totals["records"] {
				t.Errorf("%s: %d records of %v, %v", path, len(whole.Records), whole.Totals, err)
			}
		}
		// A renamed good that several sources speak of is one good, with its names.
		g := bySlug(t, app, "well")
		if len(g.Records) < 5 || !slices.Contains(g.Aliases, "Water Equity") || g.Stage != good.Recognised {
			t.Errorf("the good has %d records, aliases %v, stage %s", len(g.Records), g.Aliases, g.Stage)
		}
		for foreign, slug := range map[string]string{"GID0099001": "well", "20001": "well", "10001": "well"} {
			if g, current, err := app.DB.GoodBySlug(ctx, foreign); err != nil || g.Slug != slug || current {
				t.Errorf("%s does not lead to %s: %v, %v", foreign, slug, g, err)
			}
		}
		if g := bySlug(t, app, "talks"); g.Stage != good.NotEligible || g.Recognitions[0].Last != "2020-04-04" || g.Recognitions[0].Reason == "" {
			t.Errorf("an excluded nominee is %s, %v", g.Stage, g.Recognitions)
		}
	})
}

func TestTheSameTwiceChangesNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		app := open(t, url)
		all := []string{"dpgs-2026-01-31.json", "index.json", "v0", "folders", "catalogue"}
		for _, path := range all {
			bring(t, app, fixtures+path, imports.Options{})
		}
		before := position(t, app)
		for _, path := range all {
			if totals, _ := bring(t, app, fixtures+path, imports.Options{}); totals.Changed != 0 || totals.NewGoods != 0 {
				t.Errorf("%s again: %+v", path, totals)
			}
		}
		if after := position(t, app); after != before {
			entries, _ := app.DB.Entries(ctx, before+1, 5)
			t.Errorf("the journal grew from %d to %d: %v", before, after, entries)
		}
	})
}

func TestOneChangedRecordChangesOneGood(t *testing.T) {
	app := fresh(t)
	raw, err := os.ReadFile(fixtures + "dpgs-2026-01-31.json")
	if err != nil {
		t.Fatal(err)
	}
	bring(t, app, write(t, "dpgs-2026-01-31.json", string(raw)), imports.Options{})
	before := position(t, app)
	changed := strings.Replace(string(raw), "Grazing calendars.", "Grazing calendars for drylands.", 1)
	totals, _ := bring(t, app, write(t, "dpgs-2026-01-31.json", changed), imports.Options{})
	if totals.Changed != 1 {
		t.Errorf("%+v", totals)
	}
	g := bySlug(t, app, "herders-almanac")
	entries, err := app.DB.Entries(ctx, before+1, 10)
	if err != nil || len(entries) != 1 || entries[0].Verb != good.RecordStated || !slices.Equal(entries[0].Subjects, []good.ID{g.ID}) {
		t.Errorf("the journal has %v, %v", entries, err)
	}
	if text, _ := g.Summary.In("en"); text != "Grazing calendars for drylands." {
		t.Errorf("the good says %q", text)
	}
}

func TestADryRunWritesNothingAndSaysTheSame(t *testing.T) {
	for _, path := range []string{"dpgs-2026-01-31.json", "folders", "v0", "catalogue"} {
		t.Run(path, func(t *testing.T) {
			app := fresh(t)
			_, dry := bring(t, app, fixtures+path, imports.Options{DryRun: true})
			if p := position(t, app); p != -1 {
				t.Errorf("the journal is at %d", p)
			}
			if cases, err := app.OpenCases(ctx); err != nil || len(cases) != 0 {
				t.Errorf("cases %v, %v", cases, err)
			}
			if _, real := bring(t, app, fixtures+path, imports.Options{}); real != dry {
				t.Errorf("the dry run said\n%s\nand the import\n%s", dry, real)
			}
		})
	}
}

// listing is a registry's body with these goods: id, name, repository.
func listing(goods ...[3]string) string {
	var out []map[string]any
	for _, g := range goods {
		r := map[string]any{"id": g[0], "name": g[1], "stage": "DPG", "openlicenses": []any{}}
		if g[2] != "" {
			r["repositories"] = []any{map[string]any{"name": "main", "url": "https://github.com/x/" + g[2]}}
			r["website"] = "https://" + g[2] + ".example.org"
		}
		out = append(out, r)
	}
	b, _ := json.Marshal(out)
	return string(b)
}

func TestGoodsThatLeaveTheRegistryLapse(t *testing.T) {
	app := fresh(t)
	bring(t, app, write(t, "dpgs-2025-01-01.json", listing([3]string{"1", "Well", "well"}, [3]string{"2", "Pump", "pump"})), imports.Options{})
	bring(t, app, write(t, "dpgs-2026-01-01.json", listing([3]string{"1", "Well", "well"})), imports.Options{})
	pump := bySlug(t, app, "pump")
	if r := pump.Recognitions[0]; pump.Stage != good.Lapsed || r.Last != "2025-01-01" || r.Gone != "2026-01-01" || pump.Website == "" {
		t.Errorf("the good is %s: %+v", pump.Stage, r)
	}
	if well := bySlug(t, app, "well"); well.Stage != good.Recognised || well.Recognitions[0].First != "2025-01-01" || well.Recognitions[0].Last != "2026-01-01" {
		t.Errorf("the good is %s: %+v", well.Stage, well.Recognitions)
	}
	// The lapse is an entry about the good, so that every reader sees it.
	history, err := app.DB.History(ctx, pump.ID, 1)
	if err != nil || len(history) != 1 || history[0].Verb != good.SourceDeclared || pump.Position != history[0].Position {
		t.Errorf("its last entry is %v, %v", history, err)
	}
	// It comes back and is what it was.
	bring(t, app, write(t, "dpgs-2026-02-01.json", listing([3]string{"1", "Well", "well"}, [3]string{"9", "Pump", "pump"})), imports.Options{})
	if g := bySlug(t, app, "pump"); g.ID != pump.ID || g.Stage != good.Recognised {
		t.Errorf("it came back as %s, %s", g.ID, g.Stage)
	}
}

func TestAListedRecordThatNeedsAPersonDoesNotLapse(t *testing.T) {
	bad := strings.Replace(listing([3]string{"2", "Well", "well"}), `"openlicenses":[]`, `"openlicenses":[{"openLicense":"Ours alone"}]`, 1)
	for _, order := range [][]string{{"2025-01-01", "2026-01-01"}, {"2026-01-01", "2025-01-01"}} {
		app := fresh(t)
		for _, day := range order {
			content := bad
			if day == "2025-01-01" {
				content = listing([3]string{"1", "Well", "well"})
			}
			bring(t, app, write(t, "dpgs-"+day+".json", content), imports.Options{})
		}
		if g := bySlug(t, app, "well"); g.Stage != good.Recognised || g.Recognitions[0].Last != "2026-01-01" {
			t.Errorf("in the order %v the good is %s: %+v", order, g.Stage, g.Recognitions)
		}
	}
}

func TestACutFileIsNoCompleteListing(t *testing.T) {
	app := fresh(t)
	bring(t, app, write(t, "dpgs-2025-01-01.json", listing([3]string{"1", "Well", "well"}, [3]string{"2", "Pump", "pump"})), imports.Options{})
	cut := strings.TrimSuffix(listing([3]string{"1", "Well", "well"}), "]") + `,{"id":"2`
	in, err := harvest.Open(write(t, "dpgs-2026-01-01.json", cut), harvest.DPGAv1)
	if err != nil {
		t.Fatal(err)
	}
	totals, err := app.Import(ctx, operator, in, imports.Options{})
	if good.KindOf(err) != good.Invalid || totals.Records != 1 {
		t.Errorf("%+v, %v", totals, err)
	}
	if g := bySlug(t, app, "pump"); g.Stage != good.Recognised {
		t.Errorf("a good that was cut off is %s", g.Stage)
	}
	if g := bySlug(t, app, "well"); g.Recognitions[0].Last != "2026-01-01" {
		t.Errorf("what was read before the cut is lost: %+v", g.Recognitions)
	}
}

func TestOnlyWhoMayImports(t *testing.T) {
	app := fresh(t)
	in, err := harvest.Open(fixtures+"index.json", "")
	if err != nil {
		t.Fatal(err)
	}
	var e *good.Error
	if _, err := app.Import(ctx, good.Actor{Role: "reader"}, in, imports.Options{}); !errors.As(err, &e) || e.Kind != good.Forbidden {
		t.Errorf("%v", err)
	}
}
