package journal_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"stoa/internal/app/journal"
	"stoa/internal/good"
	"stoa/internal/store"
	stoalog "stoa/internal/tlog"
)

// BenchmarkVerify proves a journal of 20,000 entries of the usual size.
func BenchmarkVerify(b *testing.B) {
	key, err := stoalog.LoadOrCreateKey(b.TempDir(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	db, err := store.Open(b.Context(), "sqlite:"+b.TempDir()+"/stoa.db", store.Options{Now: time.Now, Rand: rand.Reader, Signer: key})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	const entries = 20_000
	_, err = db.Do(b.Context(), operator, func(_ context.Context, tx *store.Tx) error {
		for range entries {
			tx.Append(good.RecordStated, []good.ID{tx.NewID()}, store.NamedValue{Name: "record", Value: strings.Repeat("what the good is for ", 100)})
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	app := &journal.App{DB: db}
	for b.Loop() {
		if p, err := stoalog.Verify(b.Context(), app, key.Verifier); err != nil || p.Values != entries {
			b.Fatal(p, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/entries, "µs/entry")
}
