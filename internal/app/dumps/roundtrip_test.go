package dumps_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/app/dumps"
	"stoa/internal/app/imports"
	"stoa/internal/good"
	"stoa/internal/harvest"
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

func bring(t *testing.T, db *store.DB, path string, seen good.Date) imports.Totals {
	t.Helper()
	in, err := harvest.Open(path, "")
	if err != nil {
		t.Fatal(err)
	}
	totals, err := (&imports.App{DB: db, Now: time.Now}).Import(t.Context(), good.Actor{Role: "operator"}, in, imports.Options{Seen: seen})
	if err != nil {
		t.Fatal(err)
	}
	return totals
}

// public is what readers see of every good, without what is an instance's own.
func public(t *testing.T, ctx context.Context, db *store.DB) map[string]good.Good {
	t.Helper()
	out := map[string]good.Good{}
	for g, err := range db.EachGood(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		g.ID, g.Created, g.Updated, g.Version, g.Position = "", time.Time{}, time.Time{}, 0, 0
		out[g.Slug] = *g
	}
	return out
}

func TestTheRealRegistryLeavesAndComesBackUnchanged(t *testing.T) {
	data := filepath.Join(testkit.RealData(t), "dpga")
	here := open(t, "sqlite:"+t.TempDir()+"/here.db")
	bring(t, here, filepath.Join(data, "registry-history", "dpgs-2023-05-31.json"), "")
	bring(t, here, filepath.Join(data, "registry-2026", "dpgs.json"), "2026-07-10")
	set, err := (&dumps.App{DB: here, Dir: t.TempDir(), Base: "https://stoa.example"}).Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fromSQL := t.TempDir()
	if err := store.ReadSQLite(t.Context(), filepath.Join(set.Dir, dumps.Database), fromSQL); err != nil {
		t.Fatal(err)
	}
	want := public(t, t.Context(), here)
	if len(want) < 200 {
		t.Fatalf("only %d goods were dumped", len(want))
	}
	for what, dir := range map[string]string{"NDJSON": set.Dir, "SQLite": fromSQL} {
		t.Run(what, func(t *testing.T) {
			there := open(t, "sqlite:"+t.TempDir()+"/there.db")
			totals := bring(t, there, dir, "")
			if totals.Kept != totals.Records || totals.NeedsAPerson != 0 {
				t.Errorf("totals %+v", totals)
			}
			if diff := cmp.Diff(want, public(t, t.Context(), there)); diff != "" {
				t.Errorf("what left is not what came back:\n%.3000s", diff)
			}
			if again := bring(t, there, dir, ""); again.Changed != 0 {
				t.Errorf("a second time changes %d records", again.Changed)
			}
		})
	}
}

func TestADumpThatIsNoneIsRefusedWhole(t *testing.T) {
	for what, files := range map[string]map[string]string{
		"a source without a name":    {"sources.ndjson": `{"id":""}`, "records.ndjson": ``},
		"a source that is no object": {"sources.ndjson": `[1]`, "records.ndjson": ``},
	} {
		dir := t.TempDir()
		for name, body := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := harvest.Open(dir, ""); good.KindOf(err) != good.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	dir := t.TempDir()
	lines := "{\"source\":\"s\",\"foreign_id\":\"1\",\"good\":\"\",\"seen\":\"2026-01-01\",\"facts\":{\"name\":\"A\"}}\nrubbish\n{\"source\":\"other\",\"foreign_id\":\"2\",\"good\":\"\",\"seen\":\"2026-01-01\",\"facts\":{\"name\":\"B\"}}\n"
	for name, body := range map[string]string{"sources.ndjson": `{"id":"s","name":"S","priority":1}`, "records.ndjson": lines} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if totals := bring(t, open(t, "sqlite:"+t.TempDir()+"/x.db"), dir, ""); totals.Kept != 1 || totals.NeedsAPerson != 2 {
		t.Errorf("%+v", totals)
	}
}
