package dumps_test

import (
	"context"
	"testing"
	"time"

	"stoa/internal/app/dumps"
	"stoa/internal/app/imports"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// decide recognises a good on an instance, as its people would.
func decide(t *testing.T, db *store.DB, issuer string, until good.Date) {
	t.Helper()
	_, err := db.Do(t.Context(), good.Actor{Role: "operator"}, func(ctx context.Context, tx *store.Tx) error {
		s := good.Source{ID: good.Here, Name: issuer, Issuer: issuer, Priority: 90}
		g := good.Good{ID: tx.NewID(), Slug: "clinic-book"}
		if held, _, err := tx.GoodBySlug(ctx, g.Slug); err == nil {
			g = *held
		}
		r := good.Record{Source: good.Here, ForeignID: string(g.ID), Good: g.ID, Seen: "2027-01-04", Facts: good.Facts{Name: "Clinic Book", Website: "https://clinic.example",
			Repositories: []good.Link{{URL: "https://github.com/clinic/book"}}, Licences: []good.Licence{{SPDX: "MIT"}}, Kinds: []good.Kind{good.Software},
			Standing: &good.Standing{Issuer: issuer, State: good.Recognised, Decided: true, From: "2027-01-04", Until: until, First: "2027-01-04", Last: "2027-01-04", Standard: "dpg@1.1.7"}}}
		if err := tx.PutSource(ctx, s); err != nil {
			return err
		}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: s})
		if g.Version == 0 {
			tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: g.Slug})
			if err := tx.PutGood(ctx, &g); err != nil {
				return err
			}
		}
		if err := tx.PutRecord(ctx, r); err != nil {
			return err
		}
		tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: r})
		sources, err := tx.Sources(ctx)
		if err != nil {
			return err
		}
		if err := tx.Restate(ctx, &g, sources); err != nil {
			return err
		}
		return tx.PutGood(ctx, &g)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatAnotherInstanceDecidedIsReportedHere(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		there := open(t, "sqlite:"+t.TempDir()+"/there.db")
		decide(t, there, "Other Alliance", "2099-01-04")
		set, err := (&dumps.App{DB: there, Dir: t.TempDir(), Base: "https://other.example"}).Latest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		here := open(t, url)
		decide(t, here, "Our Alliance", "2028-01-04")
		bring(t, here, set.Dir, "")
		bring(t, here, set.Dir, "")
		g, _, err := here.GoodBySlug(t.Context(), "clinic-book")
		if err != nil || len(g.Recognitions) != 2 {
			t.Fatalf("the two decisions are not told apart: %+v %v", g, err)
		}
		for _, r := range g.Recognitions {
			switch ours := r.Issuer == "Our Alliance"; {
			case ours && (r.Reported || r.Until != "2028-01-04" || r.Source != good.Here):
				t.Errorf("ours is %+v", r)
			case !ours && (!r.Reported || r.Until != "" || r.From != "" || r.Standard != "" || r.Source == good.Here):
				t.Errorf("theirs is shown as decided here: %+v", r)
			}
		}
		sources, err := here.Sources(t.Context())
		if err != nil || sources[good.Here].Issuer != "Our Alliance" {
			t.Errorf("who decides here is now %+v %v", sources[good.Here], err)
		}
	})
}

func TestNoImportSpeaksForThisInstance(t *testing.T) {
	db := open(t, "sqlite:"+t.TempDir()+"/here.db")
	in := &harvest.Input{Format: harvest.Stoa, Sources: []good.Source{{ID: good.Here, Name: "Us", Issuer: "Us"}}, Each: func(func(harvest.Candidate, error) bool) {}}
	_, err := (&imports.App{DB: db, Now: time.Now}).Import(t.Context(), good.Actor{Role: "operator"}, in, imports.Options{})
	if good.KindOf(err) != good.Forbidden {
		t.Errorf("an import that calls itself what is decided here is taken: %v", err)
	}
}
