package store_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// dumps read the schema as each engine tells it.
var dumps = map[string]string{
	"sqlite": `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name`,
	"postgres": `SELECT line FROM (
		SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
			|| CASE WHEN l.collname IS NOT NULL AND l.collname <> 'default' THEN ' collate ' || l.collname ELSE '' END AS line, 1 AS part, c.relname, a.attnum
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_collation l ON l.oid = a.attcollation
		WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
		UNION ALL SELECT indexdef, 2, tablename, 0 FROM pg_indexes WHERE schemaname = 'public'
		UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid), 3, conrelid::regclass::text, 0
			FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'c')
	) lines ORDER BY part, relname COLLATE "C", attnum, line COLLATE "C"`,
}

func TestTheSchemaIsAsWrittenDown(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		open(t, url)
		engine, _, _ := strings.Cut(url, ":")
		rows, err := testkit.SQL(t, url).QueryContext(t.Context(), dumps[engine])
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var b strings.Builder
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			b.WriteString(line + "\n")
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		testkit.Golden(t, "schema."+engine+".txt", b.String())
	})
}

func TestStepsOfTheSchema(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := opened(t, url, store.Options{})
		steps, err := db.Migrations(t.Context())
		if err != nil || len(steps) == 0 || steps[0].Applied {
			t.Fatalf("before: %+v %v", steps, err)
		}
		var e *good.Error
		if err := db.Ready(t.Context()); !errors.As(err, &e) || e.Key != "error.db.older" {
			t.Errorf("a database without a schema is called ready: %v", err)
		}
		var wg sync.WaitGroup
		for range 4 { // processes that start at once
			wg.Go(func() {
				other, err := store.Open(t.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader})
				if err == nil {
					err = errors.Join(other.Migrate(t.Context()), other.Close())
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if err := db.Ready(t.Context()); err != nil {
			t.Error(err)
		}
		if steps, err = db.Migrations(t.Context()); err != nil || !steps[len(steps)-1].Applied {
			t.Errorf("after: %+v %v", steps, err)
		}
		yes := "1"
		if strings.HasPrefix(url, "postgres") {
			yes = "true"
		}
		if _, err := testkit.SQL(t, url).ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, "+yes+")"); err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context()); !errors.As(err, &e) || e.Key != "error.db.newer" {
			t.Errorf("a newer schema was touched: %v", err)
		}
	})
}

// TestNominationsFromBeforeAreKnown has two nominations of one name wait while
// the schema of this program is brought in: they are seen to be twins.
func TestNominationsFromBeforeAreKnown(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := opened(t, url, store.Options{})
		if err := db.MigrateTo(t.Context(), 16); err != nil {
			t.Fatal(err)
		}
		insert := func(id, doc string, settled int) {
			t.Helper()
			if _, err := testkit.SQL(t, url).ExecContext(t.Context(), `INSERT INTO nominations (id, created, settled, settlement, good, doc, doubts, email, rubbish) VALUES ($1, 1, $2, '', '', $3, '[]', '', 0)`, id, settled, doc); err != nil {
				t.Fatal(err)
			}
		}
		insert("a", `{"name":"Births","link":"https://births.example"}`, 0)
		insert("b", `{"name":"Births","link":"https://elsewhere.example"}`, 0)
		insert("c", `{"name":"Births"}`, 1)
		insert("d", `{"name":"Deaths"}`, 0)
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		beside, err := db.Beside(t.Context(), []good.ID{"a", "b", "c", "d"})
		if err != nil || len(beside) != 2 || len(beside["a"]) != 1 || beside["a"][0].ID != "b" || len(beside["b"]) != 1 || beside["b"][0].ID != "a" {
			t.Errorf("%v %v", beside, err)
		}
	})
}

func TestCheckFindsWhatNoConstraintHolds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		note(t, db, 5)
		if err := db.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		counts, err := db.Counts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range counts {
			if c.Of == "journal entries" && c.N != 5 {
				t.Errorf("%d journal entries", c.N)
			}
		}
		if _, err := testkit.SQL(t, url).ExecContext(t.Context(), "UPDATE log_head SET size = 7"); err != nil {
			t.Fatal(err)
		}
		if err := db.Check(t.Context()); err == nil {
			t.Error("a head that is too far ahead passes")
		}
	})
}
