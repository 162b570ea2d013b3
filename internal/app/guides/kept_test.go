package guides_test

import (
	"context"
	"testing"

	app "stoa/internal/app/guides"
	"stoa/internal/good"
	"stoa/internal/guide"
	"stoa/internal/need"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

func (a world) do(t *testing.T, f func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if _, err := a.DB.Do(t.Context(), good.Actor{}, f); err != nil {
		t.Fatal(err)
	}
}

type world struct{ *app.App }

// ended removes a good, or merges it into another.
func (a world) ended(t *testing.T, slug string, into good.ID) {
	t.Helper()
	a.do(t, func(ctx context.Context, tx *store.Tx) error {
		g, _, err := tx.GoodBySlug(ctx, slug)
		if err != nil {
			return err
		}
		g.Tombstone = &good.Tombstone{Reason: "It was a test.", At: tx.Now(), Into: into}
		*g = g.Restate(nil, nil)
		return tx.PutGood(ctx, g)
	})
}

func TestACopyOutlivesItsGood(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a, ctx := world{open(t, url)}, t.Context()
		c, err := a.Keep(ctx, officer, app.Input{Good: "births"})
		if err != nil {
			t.Fatal(err)
		}
		other, err := a.Keep(ctx, officer, app.Input{Good: "lessons"})
		if err != nil {
			t.Fatal(err)
		}
		for item, seen := range map[string]int{"evaluate.licence": 0, "pilot.hosting": 0} {
			if _, err := a.Mark(ctx, officer, c.ID, item, guide.Mark{State: guide.Done, Note: "of " + item}, seen); err != nil {
				t.Fatal(err)
			}
		}
		a.ended(t, "births", "")
		v, err := a.Show(ctx, officer, c.ID)
		if err != nil || !v.Gone || v.Of.Name != "Births" {
			t.Fatalf("%+v %v", v, err)
		}
		for _, p := range v.Parts {
			for _, i := range p.Items {
				if len(i.Known) > 0 {
					t.Errorf("of a good that was removed is known: %+v", i.Known)
				}
			}
		}
		said := map[string]string{}
		for _, p := range v.Parts {
			for _, i := range p.Items {
				said[i.ID] = i.Mark.Note
			}
		}
		for _, l := range v.Left {
			said[l.ID] = l.Mark.Note
		}
		for _, item := range []string{"evaluate.licence", "pilot.hosting"} {
			if said[item] != "of "+item {
				t.Errorf("what was written of %s is gone: %v", item, said)
			}
		}
		if _, err := a.Mark(ctx, officer, c.ID, "evaluate.licence", guide.Mark{State: guide.Open}, 1); err != nil {
			t.Errorf("it cannot be worked with: %v", err)
		}
		_, err = a.Guide(ctx, "births", "")
		is(t, "everybody's guide of it", err, good.Gone)
		// One that was merged is that of the good into which it went.
		a.ended(t, "lessons", births.ID)
		rows, err := a.Mine(ctx, officer)
		if err != nil || len(rows) != 2 {
			t.Errorf("%+v %v", rows, err)
		}
		for _, r := range rows {
			if want := map[good.ID]string{c.ID: "Births", other.ID: "Lessons"}[r.ID]; r.Name != want || r.Progress.All() == 0 {
				t.Errorf("%s: %+v", want, r)
			}
		}
		if v, err := a.Show(ctx, officer, other.ID); err != nil || v.Gone != true {
			t.Errorf("merged into what was removed: %+v %v", v, err)
		}
		if err := a.Drop(ctx, officer, c.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestACopyFollowsAMerge(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a, ctx := world{open(t, url)}, t.Context()
		c, err := a.Keep(ctx, officer, app.Input{Good: "lessons"})
		if err != nil {
			t.Fatal(err)
		}
		a.ended(t, "lessons", births.ID)
		if rows, err := a.Mine(ctx, officer); err != nil || len(rows) != 1 || rows[0].Slug != "births" || rows[0].Progress.Open == 0 {
			t.Errorf("%+v %v", rows, err)
		}
		if v, err := a.Show(ctx, officer, c.ID); err != nil || v.Gone || v.Of.Slug != "births" {
			t.Errorf("%+v %v", v, err)
		}
	})
}

func TestWhoLeftAnOrganisationReadsItsCopyNoMore(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a, ctx := world{open(t, url)}, t.Context()
		c, err := a.Keep(ctx, officer, app.Input{Good: "births", Body: "ministry"})
		if err != nil {
			t.Fatal(err)
		}
		a.do(t, func(ctx context.Context, tx *store.Tx) error {
			return tx.DeleteMember(ctx, ministry.ID, officer.Person)
		})
		_, err = a.Show(ctx, officer, c.ID)
		is(t, "who left reads", err, good.NotFound)
		_, err = a.Mark(ctx, officer, c.ID, "evaluate.licence", guide.Mark{}, 0)
		is(t, "who left writes", err, good.NotFound)
		is(t, "who left deletes", a.Drop(ctx, officer, c.ID), good.NotFound)
		if rows, err := a.Mine(ctx, officer); err != nil || len(rows) != 0 {
			t.Errorf("listed to who left: %+v %v", rows, err)
		}
		if n, err := a.DB.CountGuides(ctx, officer.Person); err != nil || n != 0 {
			t.Errorf("%d of theirs are counted, %v", n, err)
		}
		if kept, err := a.Kept(ctx, good.Person{ID: officer.Person}); err != nil || len(kept.([]guide.Copy)) != 0 {
			t.Errorf("taken away by who left: %+v %v", kept, err)
		}
		if v, err := a.Show(ctx, colleague, c.ID); err != nil || v.Owns || !v.Drops {
			t.Errorf("who is left: %+v %v", v, err)
		}
		if rows, err := a.Mine(ctx, colleague); err != nil || len(rows) != 1 {
			t.Errorf("%+v %v", rows, err)
		}
		// Where nobody acts for the organisation any more, it is who kept it again.
		a.do(t, func(ctx context.Context, tx *store.Tx) error {
			return tx.DeleteMember(ctx, ministry.ID, colleague.Person)
		})
		if v, err := a.Show(ctx, officer, c.ID); err != nil || !v.Owns {
			t.Errorf("nobody else is left: %+v %v", v, err)
		}
		if rows, err := a.Mine(ctx, officer); err != nil || len(rows) != 1 {
			t.Errorf("%+v %v", rows, err)
		}
	})
}

func TestAGuideThatChangedIsSeenAnew(t *testing.T) {
	a := world{open(t, "sqlite:"+t.TempDir()+"/stoa.db")}
	seen := func(country string) string {
		t.Helper()
		g, err := a.Guide(t.Context(), "births", country)
		if err != nil {
			t.Fatal(err)
		}
		return g.Seen()
	}
	before, elsewhere := seen("KE"), seen("UG")
	if before != seen("KE") || before == elsewhere {
		t.Errorf("%s %s %s", before, seen("KE"), elsewhere)
	}
	position, err := a.DB.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.do(t, func(ctx context.Context, tx *store.Tx) error {
		rec := need.Record{ID: tx.NewID(), Title: "A", Ask: need.Ask{Country: "KE"}, Visibility: need.Public, Created: tx.Now(), Changed: tx.Now()}
		return tx.PutNeed(ctx, &rec, officer.Person)
	})
	if now, err := a.DB.Position(t.Context()); err != nil || now != position {
		t.Errorf("the journal tells of it, %v", err)
	}
	if seen("KE") == before {
		t.Error("what a country needs now is not seen")
	}
	if seen("UG") != elsewhere {
		t.Error("another country's guide is seen anew for nothing")
	}
}
