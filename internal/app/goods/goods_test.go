package goods_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"maps"
	"testing"
	"time"

	"stoa/internal/app/follow"
	"stoa/internal/app/goods"
	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var operator = good.Actor{Role: "operator"}

// open is an instance with the goods alpha and beta, as a source states them.
func open(t *testing.T, url string) *goods.App {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, url, store.Options{Now: time.Now, Rand: rand.Reader, Log: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = db.Do(ctx, operator, func(ctx context.Context, tx *store.Tx) error {
		src := good.Source{ID: "src", Name: "Source", Priority: 1}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: src})
		if err := tx.PutSource(ctx, src); err != nil {
			return err
		}
		for _, name := range []string{"alpha", "beta"} {
			g := &good.Good{ID: tx.NewID(), Slug: name}
			rec := good.Record{Source: "src", ForeignID: name, Good: g.ID, Facts: good.Facts{Name: name, Website: "https://" + name + ".example", Identifiers: map[string]string{"dpgid": "GID-" + name}}}
			*g = g.Restate([]good.Record{rec}, map[string]good.Source{"src": src})
			tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: name})
			tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: rec})
			if err := tx.PutGood(ctx, g); err != nil {
				return err
			}
			if err := tx.PutRecord(ctx, rec); err != nil {
				return err
			}
			if err := tx.AddIdentifier(ctx, g.ID, "dpgid", "GID-"+name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	live := &catalog.Live{}
	f := &follow.Follower{Store: db, Live: live, Log: slog.Default()}
	if err := f.Start(ctx); err != nil {
		t.Fatal(err)
	}
	return &goods.App{DB: db, Live: live, CatchUp: f.CatchUp}
}

func website(s string) func(*good.Facts) error {
	return func(f *good.Facts) error {
		f.Website = s
		return nil
	}
}

func TestAnEditIsFoundAtOnceAndCanBeTakenBack(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		app := open(t, url)
		ctx := t.Context()
		g, _, err := app.Edit(ctx, operator, "alpha", 0, "renamed by its owner", func(f *good.Facts) error { f.Name = "Quokka"; return nil })
		if err != nil {
			t.Fatal(err)
		}
		res, err := app.Search(ctx, good.Query{Text: "quokka"})
		if err != nil || res.Total != 1 || res.Cards[0].ID != g.ID {
			t.Errorf("what was just written is not found: %+v %v", res, err)
		}
		if v, err := app.Show(ctx, "alpha"); err != nil || v.Good.Name != "Quokka" || v.Good.From[good.FieldName].Source != goods.PersonSource || len(v.History) != 3 {
			t.Errorf("%+v %v", v, err)
		}
		if _, _, err := app.Edit(ctx, operator, "alpha", g.Version-1, "late", website("https://late.example")); good.KindOf(err) != good.Conflict {
			t.Errorf("an edit of an older version went through: %v", err)
		}
		for _, want := range []string{"alpha", "Quokka", "alpha"} {
			g, _, err := app.Undo(ctx, operator, "alpha", "a mistake")
			if err != nil || g.Name != want {
				t.Fatalf("name %q, want %q: %v", g.Name, want, err)
			}
		}
		if _, _, err := app.Undo(ctx, operator, "beta", "nothing was stated"); good.KindOf(err) != good.Invalid {
			t.Errorf("undone what was never done: %v", err)
		}
	})
}

func TestWhatAnEditMayNotDo(t *testing.T) {
	app := open(t, "sqlite:"+t.TempDir()+"/stoa.db")
	ctx := t.Context()
	for what, c := range map[string]struct {
		slug, reason string
		actor        good.Actor
		change       func(*good.Facts) error
		want         good.ErrorKind
	}{
		"without a reason":        {"alpha", "", operator, website("https://a.example"), good.Invalid},
		"an address that is none": {"alpha", "x", operator, website("javascript:alert(1)"), good.Invalid},
		"no change":               {"alpha", "x", operator, func(*good.Facts) error { return nil }, good.Invalid},
		"a good that is none":     {"gamma", "x", operator, website("https://a.example"), good.NotFound},
		"a stranger":              {"alpha", "x", good.Actor{Role: "public"}, website("https://a.example"), good.Forbidden},
		"nobody":                  {"alpha", "x", good.Actor{}, website("https://a.example"), good.Unauthenticated},
	} {
		before, err := app.DB.Position(ctx)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = app.Edit(ctx, c.actor, c.slug, 0, c.reason, c.change)
		if good.KindOf(err) != c.want || err == nil {
			t.Errorf("%s: %v", what, err)
		}
		if after, err := app.DB.Position(ctx); err != nil || after != before {
			t.Errorf("%s left something in the journal", what)
		}
	}
}

func TestMergedGoodsLeadOn(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		app := open(t, url)
		ctx := t.Context()
		if _, _, err := app.Merge(ctx, operator, "beta", "alpha", "the same thing"); err != nil {
			t.Fatal(err)
		}
		for _, address := range []string{"beta", "GID-beta"} {
			if v, err := app.Show(ctx, address); err != nil || !v.Moved || v.Good.Slug != "alpha" {
				t.Errorf("%s: %+v %v", address, v, err)
			}
		}
		if v, err := app.Show(ctx, "alpha"); err != nil || len(v.Good.Records) != 2 || len(v.Good.Aliases) != 1 {
			t.Errorf("%+v %v", v.Good, err)
		}
		if res, err := app.Search(ctx, good.Query{}); err != nil || res.Total != 1 {
			t.Errorf("%d goods are found, %v", res.Total, err)
		}
		if _, _, err := app.Merge(ctx, operator, "alpha", "alpha", "x"); good.KindOf(err) != good.Invalid {
			t.Errorf("merged with itself: %v", err)
		}
	})
}

func TestARemovedGoodLeavesATombstone(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		app := open(t, url)
		ctx := t.Context()
		if _, _, err := app.Remove(ctx, operator, "beta", "it did harm"); err != nil {
			t.Fatal(err)
		}
		v, err := app.Show(ctx, "beta")
		if err != nil || v.Good.Tombstone == nil || v.Good.Tombstone.Reason != "it did harm" || v.Good.Website != "" || len(v.History) == 0 {
			t.Errorf("%+v %v", v.Good, err)
		}
		if res, err := app.Search(ctx, good.Query{}); err != nil || res.Total != 1 {
			t.Errorf("%d goods are found, %v", res.Total, err)
		}
		if _, _, err := app.Edit(ctx, operator, "beta", 0, "x", website("https://b.example")); good.KindOf(err) != good.Gone {
			t.Errorf("a removed good was edited: %v", err)
		}
		if g, _, err := app.Restore(ctx, operator, "beta", "a mistake"); err != nil || g.Website != "https://beta.example" {
			t.Errorf("%+v %v", g, err)
		}
		if res, err := app.Search(ctx, good.Query{Text: "beta"}); err != nil || res.Total != 1 {
			t.Errorf("%d goods are found, %v", res.Total, err)
		}
	})
}

func TestAddressesAreGivenOnce(t *testing.T) {
	app := open(t, "sqlite:"+t.TempDir()+"/stoa.db")
	ctx := t.Context()
	if _, _, err := app.Rename(ctx, operator, "alpha", "beta", "x"); good.KindOf(err) != good.Conflict {
		t.Errorf("an address was taken from its good: %v", err)
	}
	for _, bad := range []string{"", "Alpha", "a/b", "a b", "01ARZ3NDEKTSV4RRFFQ69G5FAV"} {
		if _, _, err := app.Rename(ctx, operator, "alpha", bad, "x"); good.KindOf(err) != good.Invalid {
			t.Errorf("%q was given as an address: %v", bad, err)
		}
	}
	if _, _, err := app.Rename(ctx, operator, "alpha", "цифровое-благо", "x"); err != nil {
		t.Error(err)
	}
	if v, err := app.Show(ctx, "alpha"); err != nil || !v.Moved || v.Good.Slug != "цифровое-благо" {
		t.Errorf("%+v %v", v, err)
	}
}

func TestFieldsAreSetOneByOne(t *testing.T) {
	f := good.Facts{Name: "A", Website: "https://a.example"}
	if err := goods.SetFields(&f, []string{"name=B = C", `languages=["fr","ar"]`, "website="}); err != nil {
		t.Fatal(err)
	}
	if f.Name != "B = C" || len(f.Languages) != 2 || f.Website != "" {
		t.Errorf("%+v", f)
	}
	for _, bad := range []string{"name", "colour=red", "languages=fr", `languages={"a":1}`, `goals=[{"sdg":"x"}]`, `standing={"state":"recognised"}`} {
		if err := goods.SetFields(&f, []string{bad}); good.KindOf(err) != good.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestOrganisationsAreCountedByName(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		app := open(t, url)
		ctx := t.Context()
		state := func(slug string, parties ...good.Party) {
			t.Helper()
			if _, _, err := app.Edit(ctx, operator, slug, 0, "told so", func(f *good.Facts) error { f.Parties = parties; return nil }); err != nil {
				t.Fatal(err)
			}
		}
		state("alpha", good.Party{Name: "Université d’Oslo", Role: good.Owner}, good.Party{Name: "Norad", Role: good.Funder})
		state("beta", good.Party{Name: "世界银行", Role: good.Maintainer}, good.Party{Name: "Norad", Role: good.Funder})
		want := map[string]int{"Université d’Oslo": 1, "Norad": 2, "世界银行": 1}
		for range 2 { // the second time from memory
			res, err := app.Search(ctx, good.Query{})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			for _, c := range res.Facets[good.FacetParty] {
				got[c.Label] = c.Count
			}
			if !maps.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		}
	})
}
