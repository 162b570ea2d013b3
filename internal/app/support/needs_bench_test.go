package support_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/testkit"
)

// tenThousand are as many offers of 200 organisations, a fiftieth of them about
// a good.
func tenThousand(b *testing.B) *world {
	b.Helper()
	w := open(b, "sqlite:"+filepath.Join(b.TempDir(), "stoa.db"))
	countries := []string{"KE", "UG", "TZ", "IN", "SN", "FR", "BR", "ID", "EG", "PE"}
	kinds := []string{"implementation", "training", "hosting", "integration", "localisation"}
	for n := 0; n < 10_000; n += 500 {
		_, err := w.DB.Do(b.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			for k := range 500 {
				i := n + k
				o := support.Offer{ID: tx.NewID(), Body: good.ID(fmt.Sprint("body-", i%200)), Organisation: fmt.Sprint("Body ", i%200), State: support.Open, Opened: tx.Now(), Terms: support.Terms{Title: fmt.Sprint("Help ", i), Kinds: kinds[i%5 : i%5+1], Countries: countries[i%10 : i%10+1], Languages: []string{"en"}}}
				if i%50 == 0 {
					o.Goods = []good.ID{opencrvs}
				}
				if err := tx.PutOffer(ctx, &o); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return w
}

// BenchmarkForNeed finds help for a need among 10,000 offers.
func BenchmarkForNeed(b *testing.B) {
	w := tenThousand(b)
	ask := &need.Ask{Problem: "Births are registered on paper.", Lang: "en", Country: "KE", Tongues: []string{"sw"}}
	ranked := []*good.Good{{ID: opencrvs, Slug: "opencrvs", Facts: good.Facts{Name: "OpenCRVS"}}}
	for b.Loop() {
		if list, err := w.ForNeed(b.Context(), ask, ranked, 5); err != nil || len(list) != 5 {
			b.Fatalf("%d, %v", len(list), err)
		}
	}
}

// BenchmarkReach has a request reach the most offers that one may, among 10,000:
// in which transaction others wait for it, and what is found before.
func BenchmarkReach(b *testing.B) {
	w := tenThousand(b)
	r := support.Request{Person: "asker", State: support.Open, Consent: true, Ask: support.Ask{Title: "Train our nurses", Kind: "implementation", Country: "KE", Good: opencrvs, Languages: []string{"en"}}}
	var before, within time.Duration
	for b.Loop() {
		begun := testkit.ProcessTime()
		fits, err := app.Suited(w.App, b.Context(), &r)
		if err != nil || len(fits) != 100 {
			b.Fatal(len(fits), err)
		}
		before += testkit.ProcessTime() - begun
		_, err = w.DB.Do(b.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			begun := testkit.ProcessTime()
			defer func() { within += testkit.ProcessTime() - begun }()
			r.ID, r.Version = tx.NewID(), 0
			if err := tx.PutRequest(ctx, &r); err != nil {
				return err
			}
			return app.Reach(w.App, ctx, tx, &r, fits)
		})
		if err != nil {
			b.Fatal(err)
		}
		if talks, err := w.DB.TalksOf(b.Context(), r.ID); err != nil || len(talks) != support.Reached {
			b.Fatal(len(talks), err)
		}
	}
	b.ReportMetric(float64(before.Microseconds())/1000/float64(b.N), "before-ms")
	took := float64(within.Microseconds()) / 1000 / float64(b.N)
	b.ReportMetric(took, "within-ms")
	if took > 20 {
		b.Errorf("others wait %.1f ms", took)
	}
}
