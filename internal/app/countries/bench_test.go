package countries_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/countries"
	"stoa/internal/good"
	"stoa/internal/store"
)

// fill writes 100,000 goods and 1,000,000 deployments, a twentieth of them in
// one country, and what is counted of them, as the program would have.
const fill = `
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
INSERT INTO goods (id, slug, version, doc, reported, changed) SELECT printf('01HG%022d', i), 'g' || i, 1, json_object('id', printf('01HG%022d', i), 'slug', 'g' || i, 'stage', 'nominated', 'name', 'Good ' || i,
	'goals', json_array(json_object('sdg', i % 16 + 1)), 'sectors', json_array('health')), 0, 0 FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
INSERT INTO deployments (id, good, country, organisation, stage, state, due, same, version, doc)
SELECT printf('01HD%022d', i), printf('01HG%022d', (i * 7919) % 100000), c, 'body-' || (i % 5000), s, t, 0, i, 1,
	json_object('id', printf('01HD%022d', i), 'good', printf('01HG%022d', (i * 7919) % 100000), 'organisation', 'Body ' || (i % 5000), 'country', c, 'stage', s, 'state', t, 'stated', json_object('by', 'maintainer', 'proof', 'owner', 'at', '2026-11-01T00:00:00Z'))
FROM (SELECT i, CASE WHEN i % 20 = 0 THEN 'KE' ELSE char(65 + i % 26) || char(65 + i / 26 % 26) END c, CASE i % 4 WHEN 0 THEN 'live' WHEN 1 THEN 'pilot' WHEN 2 THEN 'national-scale' ELSE 'retired' END s,
	CASE i % 3 WHEN 0 THEN 'claimed' ELSE 'confirmed' END t FROM n);
INSERT INTO deployment_tallies (scope, stage, state, n) SELECT country, stage, state, count(*) FROM deployments GROUP BY country, stage, state`

// BenchmarkCountry is what a country's page asks, at 100,000 goods and a million
// deployments, 50,000 of them there.
func BenchmarkCountry(b *testing.B) {
	db, err := store.Open(b.Context(), "sqlite://"+filepath.Join(b.TempDir(), "stoa.db"), store.Options{Now: func() time.Time { return now }})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join("..", "..", "store", "migrations", "sqlite", "00030_countries.sql"))
	if err != nil {
		b.Fatal(err)
	}
	_, counts, _ := strings.Cut(string(raw), "topics TEXT NOT NULL) STRICT;")
	_, err = db.Do(b.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for s := range strings.SplitSeq(fill+";\n"+counts, ";\n") {
			if strings.TrimSpace(s) == "" {
				continue
			}
			if _, err := tx.SQL().ExecContext(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	a := &app.App{DB: db, Now: func() time.Time { return now }}
	v, err := a.Show(b.Context(), access.Who{}, "KE")
	if err != nil || v.Running < 20_000 || v.Goods < 1_000 || len(v.SDGs) == 0 {
		b.Fatalf("%+v %v", v.Figures, err)
	}
	for name, ask := range map[string]func() error{
		"country": func() error { _, err := a.Show(b.Context(), access.Who{}, "KE"); return err },
		"all":     func() error { _, err := a.All(b.Context()); return err },
		"region":  func() error { _, err := a.Region(b.Context(), "africa"); return err },
		"compare": func() error { _, err := a.Compare(b.Context(), []string{"KE", "UG", "SN", "IN"}); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
