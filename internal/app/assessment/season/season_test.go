package season_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"stoa/internal/app/assessment"
	"stoa/internal/app/assessment/season"
	"stoa/internal/app/journal"
	"stoa/internal/assess"
	"stoa/internal/standard"
	"stoa/internal/store"
	"stoa/standards"
)

func TestASmallSeasonEndsSound(t *testing.T) {
	sets, err := standard.Load(standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	clock := season.NewClock(time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC))
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), store.Options{Now: clock.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := &season.Season{App: &assessment.App{DB: db, Library: sets, Now: clock.Now, Issuer: "Season"}, N: 40, Clock: clock}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Play(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range []assess.State{assess.Published, assess.Refused, assess.Closed, assess.Withdrawn} {
		if r.States[state] == 0 {
			t.Errorf("none of 40 ends %s: %+v", state, r)
		}
	}
	if r.Clarified == 0 || r.Differing == 0 {
		t.Errorf("nothing was asked back, or nobody differed: %+v", r)
	}
	if differs, err := (&journal.App{DB: db}).Compare(t.Context()); err != nil || differs != "" {
		t.Errorf("the journal gives another state: %v\n%s", err, differs)
	}
}
