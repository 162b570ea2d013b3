package deployments_test

import (
	"context"
	"maps"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/journal"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

func TestADeploymentSaysWhatIsAskedOfItsKind(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			g, _, err := tx.GoodBySlug(ctx, "opencrvs")
			if err != nil {
				return err
			}
			g.Kinds = []good.Kind{good.Standard}
			return tx.PutGood(ctx, g)
		}); err != nil {
			t.Fatal(err)
		}
		in := input()
		in.Details = map[string]string{"ai_oversight": "each"}
		if _, _, err := w.Claim(t.Context(), owner, in); good.KindOf(err) != good.Invalid || err.(*good.Error).Field != "ai_oversight" {
			t.Errorf("of another kind: %v", err)
		}
		in.Details = map[string]string{"standard_test": " Inferno ", "standard_result": "PASSED", "standard_tested": "2026-05"}
		r, _, err := w.Claim(t.Context(), owner, in)
		want := map[string]string{"standard_test": "Inferno", "standard_result": "passed", "standard_tested": "2026-05"}
		if err != nil || !maps.Equal(r.Details, want) {
			t.Fatalf("%+v %v", r, err)
		}
		w.same(t)
		v, err := w.Show(t.Context(), ministry, r.ID)
		if err != nil || !maps.Equal(v.Details, want) || len(v.Kinds) != 1 || v.Kinds[0] != good.Standard {
			t.Errorf("%+v %v", v, err)
		}
		in.Details = map[string]string{"standard_test": "Touchstone"}
		if r, _, err = w.Change(t.Context(), ministry, r.ID, in); err != nil || len(r.Details) != 1 || r.State != deploy.Claimed {
			t.Errorf("%+v %v", r, err)
		}
		w.same(t)

		// What was written there may name somebody: it can be erased alone.
		past, err := w.DB.History(t.Context(), r.ID, 10)
		if err != nil {
			t.Fatal(err)
		}
		log := &journal.App{DB: w.DB}
		for _, e := range past {
			if _, err := log.Erase(t.Context(), good.Actor{Role: access.Operator}, e.Position, "details", "It named somebody."); err != nil {
				t.Fatal(err)
			}
		}
		if v, err = w.Show(t.Context(), ministry, r.ID); err != nil || len(v.Details) != 0 || v.Place != "Kisumu" {
			t.Errorf("after it was erased: %+v %v", v, err)
		}
		w.same(t)
	})
}

func TestASpreadsheetSaysWhatIsAskedOfEachKind(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		raw := "good;organisation;country;stage;data_use;standard_tested;standard_test;standard_result\n" +
			"opencrvs;County of Lamu;KE;live;analysis policy;;;\n" +
			"opencrvs;County of Kwale;KE;live;gossip;;;\n" +
			"opencrvs;County of Nandi;KE;live;;2026-05-31;Inferno;partly\n"
		s, err := w.Send(t.Context(), owner, deploy.Maintainer, "", []byte(raw))
		if err != nil || s.Count(deploy.Fit) != 2 || s.Rows[1].Key != "detail.error.choice" || s.Rows[1].Field != "data_use" || len(s.Unread) != 0 {
			t.Fatalf("%+v %v", s, err)
		}
		if err := w.Enter(t.Context(), owner, s.ID, nil); err != nil {
			t.Fatal(err)
		}
		if s, err = w.Sheet(t.Context(), owner, s.ID); err != nil {
			t.Fatal(err)
		}
		r, err := w.DB.Deployment(t.Context(), s.Rows[2].ID)
		if err != nil || r == nil || !maps.Equal(r.Details, map[string]string{"standard_test": "Inferno", "standard_result": "partly", "standard_tested": "2026-05-31"}) {
			t.Errorf("%+v %v", r, err)
		}
		w.same(t)
	})
}
