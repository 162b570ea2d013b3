package store_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
	stoalog "stoa/internal/tlog"
)

// BenchmarkWrite sets a whole write (a record, its good, an entry, the log and
// its signed checkpoint) beside a bare durable transaction of four inserts of
// the same bytes on the same disk. The first is to cost at most three times the
// second. The PostgreSQL here flushes each commit to the disk, unlike the one
// that tests share.
func BenchmarkWrite(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db, url := benchmarked(b, engine)
			text := strings.Repeat("What the good is for, in a few words. ", 80)
			b.Run("bare", func(b *testing.B) { bare(b, url, text) })
			b.Run("stoa", func(b *testing.B) {
				id := seed(b, db)
				for i := 0; b.Loop(); i++ {
					_, err := db.Do(b.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
						g, err := tx.Good(ctx, id)
						if err != nil {
							return err
						}
						r := good.Record{Source: "s", ForeignID: "1", Good: id, Facts: good.Facts{Name: fmt.Sprint("name ", i), Summary: good.Text{"en": text}}}
						*g = g.Restate([]good.Record{r}, nil)
						tx.Append(good.RecordStated, []good.ID{id}, store.NamedValue{Name: "record", Value: r})
						if err := tx.PutRecord(ctx, r); err != nil {
							return err
						}
						return tx.PutGood(ctx, g)
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

func benchmarked(b *testing.B, engine string) (*store.DB, string) {
	b.Helper()
	url := "sqlite:" + b.TempDir() + "/stoa.db"
	if engine == "postgres" {
		url = testkit.DurablePostgres(b).URL()
	}
	key, err := stoalog.LoadOrCreateKey(b.TempDir(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	db, err := store.Open(b.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader, Signer: key})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	return db, url
}

func seed(b *testing.B, db *store.DB) (id good.ID) {
	b.Helper()
	_, err := db.Do(b.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
		id = tx.NewID()
		tx.Append(good.GoodCreated, []good.ID{id}, store.NamedValue{Name: "slug", Value: "a"})
		return tx.PutGood(ctx, &good.Good{ID: id, Slug: "a"})
	})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

func bare(b *testing.B, url, text string) {
	driver, dsn := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+path+"-bare?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(b.Context(), `CREATE TABLE bare (id BIGINT PRIMARY KEY, doc TEXT NOT NULL)`); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		tx, err := db.BeginTx(b.Context(), nil)
		if err != nil {
			b.Fatal(err)
		}
		for n := range 4 {
			if _, err := tx.ExecContext(b.Context(), `INSERT INTO bare (id, doc) VALUES ($1, $2)`, 4*i+n, text); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkManyEntries is a bulk verb: 5,000 entries in one transaction.
func BenchmarkManyEntries(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db, _ := benchmarked(b, engine)
			for b.Loop() {
				_, err := db.Do(b.Context(), actor, func(ctx context.Context, tx *store.Tx) error {
					for i := range 5000 {
						tx.Append(good.RecordStated, []good.ID{good.ID(fmt.Sprint("good ", i))}, store.NamedValue{Name: "record", Value: "a short record"})
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRead is what a page asks of the database.
func BenchmarkRead(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db, _ := benchmarked(b, engine)
			id := seed(b, db)
			b.Run("good", func(b *testing.B) {
				for b.Loop() {
					if _, err := db.Good(b.Context(), id); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("slug", func(b *testing.B) {
				for b.Loop() {
					if _, _, err := db.GoodBySlug(b.Context(), "a"); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("history", func(b *testing.B) {
				for b.Loop() {
					if h, err := db.History(b.Context(), id, 50); err != nil || len(h) == 0 {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
