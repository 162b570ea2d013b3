package imports_test

import (
	"testing"

	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/testkit"
)

// TestWhatComesWithTheProgramIsReadOnceForEachEdition fills a database as starts
// do: the files are looked at for a new edition alone, and a fault in them is
// not taken for done.
func TestWhatComesWithTheProgramIsReadOnceForEachEdition(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		app, read := open(t, url), 0
		in, err := harvest.Open(write(t, "ww.json", `{"foreign_id":"ww","seen":"2026-01-01","facts":{"name":"Well Watch","kinds":["software"]}}`), "")
		if err != nil {
			t.Fatal(err)
		}
		each := in.Each
		in.Each = func(yield func(harvest.Candidate, error) bool) {
			read++
			each(yield)
		}
		if err := app.Fill(ctx, good.Actor{Role: "nobody"}, in, 1); good.KindOf(err) != good.Forbidden {
			t.Errorf("filled by nobody: %v", err)
		}
		for i, step := range []struct {
			edition int64
			read    int
		}{{1, 1}, {1, 1}, {2, 2}, {2, 2}, {1, 3}} {
			if err := app.Fill(ctx, operator, in, step.edition); err != nil || read != step.read {
				t.Fatalf("start %d: read %d times, want %d: %v", i, read, step.read, err)
			}
		}
		if _, _, err := app.DB.GoodBySlug(ctx, "well-watch"); err != nil {
			t.Error(err)
		}
	})
}
