package web_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/countries"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/internal/web"
)

// inCountries writes 100,000 goods, 50,000 public needs and 1,000,000
// deployments, a twentieth of them in one country, and what is counted of them,
// as the program would have.
const inCountries = `
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
INSERT INTO goods (id, slug, version, doc, reported, changed) SELECT printf('01HG%022d', i), 'g' || i, 1, json_object('id', printf('01HG%022d', i), 'slug', 'g' || i, 'stage', 'nominated', 'name', 'Good ' || i,
	'goals', json_array(json_object('sdg', i % 16 + 1)), 'sectors', json_array('health')), 0, 0 FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
INSERT INTO deployments (id, good, country, organisation, stage, state, due, same, version, doc)
SELECT printf('01HD%022d', i), printf('01HG%022d', (i * 7919) % 100000), c, 'body-' || (i % 5000), s, t, 0, i, 1,
	json_object('id', printf('01HD%022d', i), 'good', printf('01HG%022d', (i * 7919) % 100000), 'organisation', 'Body ' || (i % 5000), 'country', c, 'stage', s, 'state', t, 'stated', json_object('by', 'maintainer', 'proof', 'owner', 'at', '2026-11-01T00:00:00Z'))
FROM (SELECT i, CASE WHEN i % 20 = 0 THEN 'KE' ELSE char(65 + i % 26) || char(65 + i / 26 % 26) END c, CASE i % 4 WHEN 0 THEN 'live' WHEN 1 THEN 'pilot' WHEN 2 THEN 'national-scale' ELSE 'retired' END s,
	CASE i % 3 WHEN 0 THEN 'claimed' ELSE 'confirmed' END t FROM n);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49999)
INSERT INTO needs (id, owner, visibility, outcome, created, version, doc) SELECT printf('01HN%022d', i), 'p', 'public', '', 0, 1, json_object('id', printf('01HN%022d', i), 'title', 'Births are not registered in district ' || i,
	'country', 'KE', 'visibility', 'public', 'created', '2026-11-01T00:00:00Z', 'changed', '2026-11-01T00:00:00Z', 'version', 1) FROM n;
INSERT INTO need_tags (tag, need) SELECT 'state/open', id FROM needs;
INSERT INTO need_tags (tag, need) SELECT 'country/' || CASE WHEN rowid % 20 = 0 THEN 'KE' ELSE 'UG' END, id FROM needs;
INSERT INTO deployment_tallies (scope, stage, state, n) SELECT country, stage, state, count(*) FROM deployments GROUP BY country, stage, state`

// entire are the goods of a catalogue that has changed, whole from the database.
type entire struct {
	changing
	db *store.DB
}

func (e entire) Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error) {
	return e.db.Goods(ctx, ids)
}

func midday() time.Time { return time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC) }

// million is a database with what stands above, and what more says.
func million(b *testing.B, more string) *store.DB {
	b.Helper()
	db, err := store.Open(b.Context(), "sqlite://"+filepath.Join(b.TempDir(), "stoa.db"), store.Options{Now: midday})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join("..", "store", "migrations", "sqlite", "00030_countries.sql"))
	if err != nil {
		b.Fatal(err)
	}
	_, counts, _ := strings.Cut(string(raw), "topics TEXT NOT NULL) STRICT;")
	_, err = db.Do(b.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for s := range strings.SplitSeq(inCountries+";\n"+counts+";\n"+more, ";\n") {
			if strings.TrimSpace(s) == "" {
				continue
			}
			if _, err := tx.SQL().ExecContext(ctx, s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return db
}

// light asks for pages again and again, and fails where one takes more than 20
// ms of the processor or weighs more than 60 kB on the wire.
func light(b *testing.B, site http.Handler, paths ...string) {
	b.Helper()
	for _, path := range paths {
		b.Run(strings.ReplaceAll(path, "/", "."), func(b *testing.B) {
			w := get(b, site, path, "Accept-Encoding", "gzip")
			if w.Code != http.StatusOK {
				b.Fatalf("status %d: %.300s", w.Code, w.Body)
			}
			begun := testkit.ProcessTime()
			for b.Loop() {
				get(b, site, path)
			}
			took := float64((testkit.ProcessTime() - begun).Microseconds()) / 1000 / float64(b.N)
			weight := float64(w.Body.Len()) / 1024
			b.ReportMetric(took, "cpu-ms")
			b.ReportMetric(weight, "kB")
			if took > 20 || weight > 60 {
				b.Errorf("%.1f ms of the processor, %.1f kB", took, weight)
			}
		})
	}
}

// BenchmarkCountries reads the pages of countries, each made anew as a whole
// request, and fails where one takes more than 20 ms of the processor or weighs
// more than 60 kB on the wire. "asked" is what the country's page asks of the
// database alone.
func BenchmarkCountries(b *testing.B) {
	db := million(b, "")
	a := &countries.App{DB: db, Now: midday, Library: sets(b)}
	v, err := a.Show(b.Context(), access.Who{}, "KE")
	if err != nil || v.Running < 20_000 || v.Goods < 1_000 || len(v.SDGs) == 0 || v.Needed < 2_000 {
		b.Fatalf("%+v %d %v", v.Figures, v.Needed, err)
	}
	b.Run("asked", func(b *testing.B) {
		for b.Loop() {
			if _, err := a.Show(b.Context(), access.Who{}, "KE"); err != nil {
				b.Fatal(err)
			}
		}
	})
	all := entire{changing{indexed{Snapshot: hundredThousand()}}, db}
	site, err := web.New(web.Config{Goods: all, Whole: all, Directory: samples(), Lands: a, BaseURL: base, Version: "bench", MaxCache: -1})
	if err != nil {
		b.Fatal(err)
	}
	light(b, site, "/countries/KE", "/ar/countries/KE", "/countries", "/regions/africa", "/countries/compare?c=KE&c=UG&c=SN&c=IN", "/countries/KE/readiness", "/map?view=confirmed")
}
