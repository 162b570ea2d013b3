package goods_test

import (
	"context"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/goods"
	"stoa/internal/app/journal"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var asOperator = access.Machine(access.Operator)

// states has the source say another website of a good.
func states(t *testing.T, app *goods.App, name, website string) {
	t.Helper()
	_, err := app.DB.Do(t.Context(), good.Actor{Role: access.Importer}, func(ctx context.Context, tx *store.Tx) error {
		rec, err := tx.Record(ctx, "src", name)
		if err != nil {
			return err
		}
		g, err := tx.Good(ctx, rec.Good)
		if err != nil {
			return err
		}
		rec.Facts.Website = website
		tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: *rec})
		if err := tx.PutRecord(ctx, *rec); err != nil {
			return err
		}
		sources, err := tx.Sources(ctx)
		if err != nil {
			return err
		}
		if err := tx.Restate(ctx, g, sources); err != nil {
			return err
		}
		return tx.PutGood(ctx, g)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestASourceThatMovedOnIsSettledByPeople(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		app, ctx := open(t, url), t.Context()
		queue := func(want int) goods.Clashes {
			t.Helper()
			list, err := app.Conflicts(ctx, asOperator, goods.ClashQuery{Field: good.FieldWebsite, Source: "src", Limit: 10})
			if err != nil || len(list.Items) != want || list.All != want || list.BySource["src"] != want || list.ByField[good.FieldWebsite] != want {
				t.Fatalf("%d to settle wanted: %+v %v", want, list, err)
			}
			return list
		}
		is := func(want string) {
			t.Helper()
			if g, err := app.Good(ctx, "alpha"); err != nil || g.Website != want {
				t.Errorf("the website is %q, want %q (%v)", g.Website, want, err)
			}
		}
		if _, _, err := app.Edit(ctx, operator, "alpha", 0, "as its site says", website("https://right.example")); err != nil {
			t.Fatal(err)
		}
		queue(0)
		states(t, app, "alpha", "https://moved.example")
		is("https://right.example")
		c := queue(1).Items[0]
		if c.Good.Slug != "alpha" || string(c.Now) != `"https://moved.example"` || string(c.Then) != `"https://alpha.example"` || c.Since.IsZero() {
			t.Errorf("%+v", c)
		}
		if list, err := app.Conflicts(ctx, asOperator, goods.ClashQuery{Field: good.FieldName, Limit: 10}); err != nil || len(list.Items) != 0 || list.ByField[good.FieldWebsite] != 1 {
			t.Errorf("another field: %+v %v", list, err)
		}
		states(t, app, "alpha", "https://moved.example") // said again, it is to be settled since then
		if again := queue(1).Items[0]; !again.Since.Equal(c.Since) {
			t.Errorf("it begins anew: %v %v", c.Since, again.Since)
		}
		for why, call := range map[string]struct{ how, now, reason string }{"no way": {"maybe", "", "x"}, "no reason": {goods.KeepCorrection, "", " "}, "what was read is old": {goods.KeepCorrection, `"https://older.example"`, "x"}} {
			if _, _, err := app.SettleConflict(ctx, asOperator, "alpha", good.FieldWebsite, call.how, call.now, call.reason); err == nil {
				t.Errorf("%s: it is settled", why)
			}
		}
		if _, _, err := app.SettleConflict(ctx, access.Machine(access.Reviewer), "alpha", good.FieldWebsite, goods.KeepCorrection, "", "x"); good.KindOf(err) != good.Forbidden {
			t.Errorf("a reviewer settles: %v", err)
		}
		if _, _, err := app.SettleConflict(ctx, asOperator, "alpha", good.FieldWebsite, goods.KeepCorrection, string(c.Now), "that is a parked domain"); err != nil {
			t.Fatal(err)
		}
		queue(0)
		is("https://right.example")
		if _, _, err := app.SettleConflict(ctx, asOperator, "alpha", good.FieldWebsite, goods.TakeSource, "", "x"); good.KindOf(err) != good.Conflict {
			t.Errorf("settled twice: %v", err)
		}
		states(t, app, "alpha", "https://again.example")
		queue(1)
		if _, _, err := app.SettleConflict(ctx, asOperator, "alpha", good.FieldWebsite, goods.TakeSource, "", "it moved"); err != nil {
			t.Fatal(err)
		}
		queue(0)
		is("https://again.example")
		if _, _, err := app.Undo(ctx, operator, "alpha", "it did not"); err != nil { // what was to be settled is so again
			t.Fatal(err)
		}
		is("https://right.example")
		queue(1)
		if list, err := app.ConflictsOf(ctx, asOperator, "alpha"); err != nil || len(list) != 1 {
			t.Errorf("%+v %v", list, err)
		}
		if _, _, err := app.Remove(ctx, operator, "alpha", "its owner asked"); err != nil {
			t.Fatal(err)
		}
		queue(0)
		if _, _, err := app.Restore(ctx, operator, "alpha", "back"); err != nil {
			t.Fatal(err)
		}
		queue(1)
		if _, _, err := app.Merge(ctx, operator, "alpha", "beta", "one"); err != nil { // the word on alpha goes with it
			t.Fatal(err)
		}
		if list := queue(1); list.Items[0].Good.Slug != "beta" {
			t.Errorf("the conflict stays with the good that went: %+v", list.Items[0])
		}
		if _, _, err := app.SettleConflict(ctx, asOperator, "beta", good.FieldWebsite, goods.TakeSource, "", "it moved"); err != nil {
			t.Fatal(err)
		}
		queue(0)
		if diff, err := (&journal.App{DB: app.DB}).Compare(ctx); err != nil || diff != "" {
			t.Errorf("the replay differs: %s %v", diff, err)
		}
	})
}

// TestOwnersAreToldOfAContradictionOnce has the clock look again and again at
// what is to be settled: its owner is told once of each time a source moved on.
func TestOwnersAreToldOfAContradictionOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		app, ctx := open(t, url), t.Context()
		const owner = good.ID("01KB0ZZZZZZZZZZZZZZZZZZZZA")
		g, err := app.Good(ctx, "alpha")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := app.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.PutPerson(ctx, &good.Person{ID: owner, Pseudonym: "p", Created: tx.Now()}); err != nil {
				return err
			}
			return tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: owner, Token: "t", Created: tx.Now(), Proved: tx.Now(), Method: "dns"})
		}); err != nil {
			t.Fatal(err)
		}
		told := map[string]int{} // as notices are kept: one for its key
		app.Tell = func(_ context.Context, _ *store.Tx, key string, n good.Notice) error {
			if n.Person != owner || n.Kind != "correction-contradicted" || n.Path != "/goods/alpha" || n.Args["Good"] != "alpha" {
				t.Errorf("told is %+v", n)
			}
			told[key]++
			return nil
		}
		look := func(want int) {
			t.Helper()
			for range 3 {
				if err := app.Tick(ctx, time.Now()); err != nil {
					t.Fatal(err)
				}
			}
			if len(told) != want {
				t.Errorf("told of %v, want %d", told, want)
			}
		}
		look(0)
		if _, _, err := app.Edit(ctx, operator, "alpha", 0, "as its site says", website("https://right.example")); err != nil {
			t.Fatal(err)
		}
		look(0)
		states(t, app, "alpha", "https://moved.example")
		look(1)
		if _, _, err := app.SettleConflict(ctx, asOperator, "alpha", good.FieldWebsite, goods.KeepCorrection, "", "that is a parked domain"); err != nil {
			t.Fatal(err)
		}
		look(1)
		states(t, app, "alpha", "https://again.example")
		look(2)
	})
}
