package directory_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/app/directory"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var operator = good.Actor{Role: "operator"}

func open(t *testing.T, url string) (*directory.App, good.ID) {
	t.Helper()
	db, err := store.Open(t.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader, Log: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var id good.ID
	_, err = db.Do(t.Context(), operator, func(ctx context.Context, tx *store.Tx) error {
		id = tx.NewID()
		tx.Append(good.GoodCreated, []good.ID{id}, store.NamedValue{Name: "slug", Value: "a"})
		return tx.PutGood(ctx, &good.Good{ID: id, Slug: "a", Facts: good.Facts{Name: "A"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return &directory.App{DB: db}, id
}

func collection(id good.ID, reason string) good.DirectoryEntry {
	return good.DirectoryEntry{Kind: good.OfCollection, Collection: &good.Collection{Slug: "civil-registration", Name: good.Text{"en": "Civil registration"}, Keeper: "Stoa",
		Items: []good.CollectionItem{{Good: id, Reason: good.Text{"en": reason}}}}}
}

func TestACollectionIsKeptWithItsReasonsAndHistory(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		app, id := open(t, url)
		ctx := t.Context()
		if _, err := app.State(ctx, operator, collection(id, "works offline"), 0, "first"); err != nil {
			t.Fatal(err)
		}
		_, version, err := app.Collection(ctx, "civil-registration")
		if err != nil || version != 1 {
			t.Fatal(version, err)
		}
		if _, err := app.State(ctx, operator, collection(id, "works without a network"), version, "plainer"); err != nil {
			t.Fatal(err)
		}
		if _, err := app.State(ctx, operator, collection(id, "late"), version, "late"); good.KindOf(err) != good.Conflict {
			t.Errorf("a stale version was written: %v", err)
		}
		all, err := app.Collections(ctx)
		if diff := cmp.Diff([]good.Collection{*collection(id, "works without a network").Collection}, all); err != nil || diff != "" {
			t.Error(err, diff)
		}
		history, err := app.DB.History(ctx, id, 10)
		if err != nil || len(history) != 3 || history[0].Verb != good.DirectoryStated {
			t.Errorf("the good's history does not tell of its collections: %v %v", history, err)
		}
		if g, err := app.DB.Good(ctx, id); err != nil || len(g.Collections) != 1 || g.Collections[0] != "civil-registration" {
			t.Errorf("the good does not know its collection: %+v %v", g, err)
		}
		gone := collection(id, "x")
		gone.Gone = true
		if _, err := app.State(ctx, operator, gone, 0, "no longer kept"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := app.Collection(ctx, "civil-registration"); good.KindOf(err) != good.Gone {
			t.Error(err)
		}
		if g, err := app.DB.Good(ctx, id); err != nil || g.Collections != nil {
			t.Errorf("the good is still in a collection that is gone: %+v %v", g, err)
		}
		if _, _, err := app.Collection(ctx, "none"); good.KindOf(err) != good.NotFound {
			t.Error(err)
		}
	})
}

func TestWhatIsWrongIsRefused(t *testing.T) {
	app, id := open(t, "sqlite:"+t.TempDir()+"/stoa.db")
	twice := collection(id, "x")
	twice.Collection.Items = append(twice.Collection.Items, twice.Collection.Items[0])
	unreasoned := collection(id, "x")
	unreasoned.Collection.Items[0].Reason = nil
	nameless := collection(id, "x")
	nameless.Collection.Name = nil
	badSlug := collection(id, "x")
	badSlug.Collection.Slug = "../x"
	for what, e := range map[string]good.DirectoryEntry{
		"a good twice": twice, "a good without a reason": unreasoned, "no name": nameless, "a slug that is none": badSlug, "nothing": {},
		"a country that is none":  {Kind: good.OfCountry, Country: &good.CountryNote{Code: "XX"}},
		"a website that is none":  {Kind: good.OfOrganisation, Organisation: &good.Organisation{Slug: "x", Website: "javascript:alert(1)"}},
		"a language that is none": {Kind: good.OfCountry, Country: &good.CountryNote{Code: "KE", Summary: good.Text{"not a language": "x"}}},
	} {
		if _, err := app.State(t.Context(), operator, e, 0, "why"); good.KindOf(err) != good.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := app.State(t.Context(), operator, collection("01ARZ3NDEKTSV4RRFFQ69G5FAV", "x"), 0, "why"); good.KindOf(err) != good.NotFound {
		t.Errorf("a good that is not there: %v", err)
	}
	if _, err := app.State(t.Context(), operator, collection(id, "x"), 0, ""); good.KindOf(err) != good.Invalid {
		t.Errorf("no reason: %v", err)
	}
	if _, err := app.State(t.Context(), good.Actor{Role: "public"}, collection(id, "x"), 0, "why"); good.KindOf(err) != good.Forbidden {
		t.Errorf("anyone may write: %v", err)
	}
}
