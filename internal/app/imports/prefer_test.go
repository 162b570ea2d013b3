package imports_test

import (
	"context"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/app/journal"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

func TestASourceMayCountMoreForOneField(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		ctx, app := t.Context(), open(t, url)
		old, new := good.Source{ID: "old", Name: "Old", Priority: 10}, good.Source{ID: "new", Name: "New", Priority: 20}
		var id good.ID
		_, err := app.DB.Do(ctx, good.Actor{Role: access.Importer}, func(ctx context.Context, tx *store.Tx) error {
			id = tx.NewID()
			records := []good.Record{{Source: "old", ForeignID: "a", Good: id, Facts: good.Facts{Name: "Old name", Website: "https://old.example"}},
				{Source: "new", ForeignID: "b", Good: id, Facts: good.Facts{Name: "New name", Website: "https://new.example"}}}
			sources := map[string]good.Source{"old": old, "new": new}
			for _, s := range []good.Source{old, new} {
				tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: s})
				if err := tx.PutSource(ctx, s); err != nil {
					return err
				}
			}
			tx.Append(good.GoodCreated, []good.ID{id}, store.NamedValue{Name: "slug", Value: "tool"})
			g := good.Good{ID: id, Slug: "tool"}.Restate(records, sources)
			if err := tx.PutGood(ctx, &g); err != nil {
				return err
			}
			for _, r := range records {
				tx.Append(good.RecordStated, []good.ID{id}, store.NamedValue{Name: "record", Value: r})
				if err := tx.PutRecord(ctx, r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		who := access.Machine(access.Operator)
		is := func(website string) {
			t.Helper()
			if err := app.Weigh(ctx, "old"); err != nil {
				t.Fatal(err)
			}
			if g, err := app.DB.Good(ctx, id); err != nil || g.Name != "New name" || g.Website != website {
				t.Errorf("%+v %v, want %s", g.Facts, err, website)
			}
		}
		is("https://new.example")
		prefer := map[good.Field]int{good.FieldWebsite: 30}
		for why, err := range map[string]error{
			"a reviewer":  fails(app.Prefer(ctx, access.Machine(access.Reviewer), "old", prefer, "x")),
			"no reason":   fails(app.Prefer(ctx, who, "old", prefer, " ")),
			"a field":     fails(app.Prefer(ctx, who, "old", map[good.Field]int{"colour": 3}, "x")),
			"a priority":  fails(app.Prefer(ctx, who, "old", map[good.Field]int{good.FieldWebsite: 91}, "x")),
			"a source":    fails(app.Prefer(ctx, who, "nobody", prefer, "x")),
			"no change":   fails(app.Prefer(ctx, who, "old", nil, "x")),
			"of a person": fails(app.Prefer(ctx, who, "person", prefer, "x")),
		} {
			if err == nil {
				t.Errorf("%s: it is set", why)
			}
		}
		if _, err := app.Prefer(ctx, who, "old", prefer, "they know where it lives"); err != nil {
			t.Fatal(err)
		}
		is("https://old.example")
		at := position(t, app)
		if is("https://old.example"); position(t, app) != at {
			t.Error("looking again writes again")
		}
		again := old
		if err := app.Take(ctx, good.Actor{Role: access.Importer}, again, nil, imports.Within{Write: func(context.Context, *store.Tx, []imports.Settled, int) error { return nil }, Wrote: func() {}}); err != nil {
			t.Fatal(err)
		}
		if list, err := app.Preferences(ctx, who); err != nil || len(list) != 2 || list[1].Fields[good.FieldWebsite] != 30 {
			t.Errorf("what a person set is lost when the source is read: %+v %v", list, err)
		}
		if _, err := app.Prefer(ctx, who, "old", nil, "no more"); err != nil {
			t.Fatal(err)
		}
		is("https://new.example")
		if diff, err := (&journal.App{DB: app.DB}).Compare(ctx); err != nil || diff != "" {
			t.Errorf("the replay differs: %s %v", diff, err)
		}
	})
}

func fails[T any](_ T, err error) error { return err }
