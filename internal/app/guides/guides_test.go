package guides_test

import (
	"context"
	"crypto/rand"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/guides"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/guide"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/testkit"
	"stoa/standards"
)

var (
	officer   = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "officer"}
	colleague = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "colleague"}
	stranger  = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZC", Pseudonym: "stranger", Roles: []string{access.Secretariat, access.Administrator}}
	ministry  = good.Body{ID: "01HZZZZZZZZZZZZZZZZZZZZZZF", Slug: "ministry", Name: "Ministry"}
	births    = &good.Good{ID: "01JZX4T9W2QK8N5V3B7C6D0001", Slug: "births", Stage: good.Recognised, Recognitions: []good.Recognition{{Issuer: "DPGA", Reported: true, State: good.Recognised, Last: "2026-07-10", Source: "dpga"}},
		From:  map[good.Field]good.Origin{good.FieldLicences: {Source: "dpga", Seen: "2026-07-10"}},
		Facts: good.Facts{Name: "Births", Kinds: []good.Kind{good.Software}, Licences: []good.Licence{{SPDX: "MPL-2.0"}}, Answers: []good.Answer{{Indicator: "9a", Question: "privacy", Text: "Yes"}}}}
	lessons = &good.Good{ID: "01JZX4T9W2QK8N5V3B7C6D0002", Slug: "lessons", Stage: good.Nominated, Facts: good.Facts{Name: "Lessons", Kinds: []good.Kind{good.Content}}}
)

func lists(t *testing.T) *standard.Library {
	t.Helper()
	folder, err := fs.Sub(standards.Guides, "guides")
	if err != nil {
		t.Fatal(err)
	}
	lib, err := standard.Load(shape.New(), folder)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func open(t *testing.T, url string) *app.App {
	t.Helper()
	clock := func() time.Time { return time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC) }
	db, err := store.Open(t.Context(), url, store.Options{Now: clock, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []access.Who{officer, colleague, stranger} {
			if err := tx.PutPerson(ctx, &good.Person{ID: who.Person, Pseudonym: who.Pseudonym}); err != nil {
				return err
			}
		}
		if err := tx.AddBody(ctx, ministry); err != nil {
			return err
		}
		for _, who := range []access.Who{officer, colleague} {
			if err := tx.PutMember(ctx, good.Member{Body: ministry.ID, Person: who.Person, Since: tx.Now()}); err != nil {
				return err
			}
		}
		for _, g := range []*good.Good{births, lessons} {
			one := *g
			if err := tx.PutGood(ctx, &one); err != nil {
				return err
			}
		}
		for n, country := range []string{"KE", "UG", "FR"} {
			r := &deploy.Record{ID: good.ID("01HZZZZZZZZZZZZZZZZZZZZZQ" + string(rune('1'+n))), Good: births.ID, Statement: deploy.Statement{Organisation: "Ministry of " + country, Country: country, Stage: deploy.Live}, State: deploy.Confirmed}
			if err := tx.PutDeployment(ctx, r); err != nil {
				return err
			}
		}
		return tx.PutOffer(ctx, &support.Offer{ID: "01HZZZZZZZZZZZZZZZZZZZZZR1", Body: ministry.ID, Organisation: "Helpers Ltd", Terms: support.Terms{Title: "We train", Kinds: []string{"training"}, Goods: []good.ID{births.ID}}, State: support.Open, Opened: tx.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
	lib := lists(t)
	return &app.App{DB: db, Now: clock, Lists: func() (*standard.Library, error) { return lib, nil }}
}

// known is what is said about something of an item.
func known(g *app.Guide, item string, about app.About) *app.Known {
	for _, p := range g.Parts {
		for _, i := range p.Items {
			if i.ID != item {
				continue
			}
			for n := range i.Known {
				if i.Known[n].About == about {
					return &i.Known[n]
				}
			}
		}
	}
	return nil
}

func has(g *app.Guide, item string) bool { return strings.Contains(strings.Join(g.Items(), " "), item) }

func TestAGuideIsFilledWithWhatIsKnown(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		g, err := a.Guide(t.Context(), "births", "Kenya")
		if err != nil {
			t.Fatal(err)
		}
		if k := known(g, "evaluate.licence", app.AboutLicences); k == nil || k.Values[0] != "MPL-2.0" || k.Origin.Source != "dpga" || k.Origin.Seen != "2026-07-10" {
			t.Errorf("the licence: %+v", k)
		}
		if k := known(g, "evaluate.standing", app.AboutRecognition); k == nil || k.Values[0] != "DPGA" || k.Origin.Source != "dpga" {
			t.Errorf("the recognition: %+v", k)
		}
		if k := known(g, "evaluate.used", app.AboutUses); k == nil || k.N != 3 {
			t.Errorf("all uses: %+v", k)
		}
		if k := known(g, "evaluate.used", app.AboutHere); k == nil || k.N != 1 || k.Values[0] != "KE" {
			t.Errorf("uses here: %+v", k)
		}
		if k := known(g, "evaluate.used", app.AboutNear); k == nil || len(k.Values) != 1 || k.Values[0] != "UG" {
			t.Errorf("uses nearby: %+v", k)
		}
		if k := known(g, "pilot.training", app.AboutOffers); k == nil || k.Values[0] != "Helpers Ltd" {
			t.Errorf("training: %+v", k)
		}
		if known(g, "scale.audit", app.AboutNoOffers) == nil || known(g, "scale.audit", app.AboutOffers) != nil {
			t.Error("who trains is told as who audits")
		}
		if k := known(g, "pilot.privacy", app.AboutSaid); k == nil || k.N != 1 {
			t.Errorf("what is published on privacy: %+v", k)
		}
		if known(g, "evaluate.documentation", app.AboutDocumentation) != nil {
			t.Error("documentation that nobody names is known")
		}
		if _, err := a.Guide(t.Context(), "births", "Atlantis"); good.KindOf(err) != good.Invalid {
			t.Errorf("Atlantis: %v", err)
		}
		if _, err := a.Guide(t.Context(), "nothing", ""); good.KindOf(err) != good.NotFound {
			t.Errorf("no good: %v", err)
		}
	})
}

func TestEachKindHasItsOwnItems(t *testing.T) {
	a := open(t, "sqlite:"+t.TempDir()+"/stoa.db")
	software, err := a.Guide(t.Context(), "births", "")
	if err != nil {
		t.Fatal(err)
	}
	content, err := a.Guide(t.Context(), "lessons", "")
	if err != nil {
		t.Fatal(err)
	}
	if !has(software, "pilot.hosting") || has(software, "pilot.offline") || has(software, "pilot.conformance") || has(software, "pilot.bias") {
		t.Errorf("of software: %v", software.Items())
	}
	if !has(content, "pilot.offline") || !has(content, "pilot.adapt") || has(content, "live.backup") || has(content, "pilot.hosting") {
		t.Errorf("of content: %v", content.Items())
	}
	if len(software.Parts) != 4 || len(content.Parts) != 4 {
		t.Error("a stage is missing")
	}
}

func is(t *testing.T, what string, err error, kind good.ErrorKind) {
	t.Helper()
	if good.KindOf(err) != kind {
		t.Errorf("%s: %v", what, err)
	}
}

func TestACopyIsNobodyElses(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a, ctx := open(t, url), t.Context()
		_, err := a.Keep(ctx, access.Who{}, app.Input{Good: "births"})
		is(t, "nobody keeps", err, good.Unauthenticated)
		_, err = a.Keep(ctx, stranger, app.Input{Good: "births", Body: "ministry"})
		is(t, "shared with another's organisation", err, good.Invalid)
		c, err := a.Keep(ctx, officer, app.Input{Good: "births", Title: "  Our   hospitals ", Country: "kenya"})
		if err != nil || c.Title != "Our hospitals" || c.Country != "KE" {
			t.Fatalf("%+v %v", c, err)
		}
		mark := guide.Mark{State: guide.InHand, Owner: "Amina", Note: "asked the lawyer", Due: "2026-11-01"}
		if _, err := a.Mark(ctx, officer, c.ID, "evaluate.licence", mark, 0); err != nil {
			t.Fatal(err)
		}
		_, err = a.Mark(ctx, officer, c.ID, "evaluate.nothing", mark, 0)
		is(t, "an item that is none", err, good.NotFound)
		for name, who := range map[string]access.Who{"a colleague": colleague, "the secretariat": stranger, "nobody": {}, "the operator": access.Machine(access.Operator)} {
			_, err := a.Show(ctx, who, c.ID)
			is(t, name+" reads", err, good.NotFound)
			_, err = a.Mark(ctx, who, c.ID, "evaluate.licence", guide.Mark{}, 1)
			is(t, name+" writes", err, good.NotFound)
			_, err = a.Change(ctx, who, c.ID, app.Input{})
			is(t, name+" changes", err, good.NotFound)
			_, err = a.Renew(ctx, who, c.ID)
			is(t, name+" renews", err, good.NotFound)
			is(t, name+" deletes", a.Drop(ctx, who, c.ID), good.NotFound)
		}
		v, err := a.Show(ctx, officer, c.ID)
		if err != nil || v.Progress.InHand != 1 || v.Progress.Late != 1 || v.Progress.Done != 0 || v.Copy.Mark("evaluate.licence").Note != "asked the lawyer" {
			t.Fatalf("%+v %v", v, err)
		}
		if n, err := a.DB.Position(ctx); err != nil || n != -1 {
			t.Errorf("%d entries of the journal tell of it, %v", n, err)
		}
		// Shared, a colleague sees it and writes in it; whose it is stays said.
		if _, err := a.Change(ctx, officer, c.ID, app.Input{Title: "Ours", Body: "ministry"}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Mark(ctx, colleague, c.ID, "evaluate.licence", guide.Mark{State: guide.Done}, 1); err != nil {
			t.Fatal(err)
		}
		_, err = a.Mark(ctx, officer, c.ID, "evaluate.licence", guide.Mark{State: guide.Open}, 1)
		is(t, "over what a colleague wrote", err, good.Conflict)
		is(t, "a colleague deletes", a.Drop(ctx, colleague, c.ID), good.Forbidden)
		if rows, err := a.Mine(ctx, colleague); err != nil || len(rows) != 1 || rows[0].Progress.Done != 1 || rows[0].Slug != "births" {
			t.Errorf("%+v %v", rows, err)
		}
		_, err = a.Show(ctx, stranger, c.ID)
		is(t, "the secretariat reads what is shared with others", err, good.NotFound)
	})
}

func TestWhatIsKeptGoesWithItsPerson(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a, ctx := open(t, url), t.Context()
		own, err := a.Keep(ctx, officer, app.Input{Good: "births"})
		if err != nil {
			t.Fatal(err)
		}
		shared, err := a.Keep(ctx, officer, app.Input{Good: "lessons", Body: "ministry"})
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := a.Kept(ctx, good.Person{ID: officer.Person}); err != nil || len(kept.([]guide.Copy)) != 2 {
			t.Errorf("taken away: %+v %v", kept, err)
		}
		forget := func(who access.Who) {
			t.Helper()
			if _, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
				if err := app.Forget(ctx, tx, good.Person{ID: who.Person}); err != nil {
					return err
				}
				return tx.DeleteMember(ctx, ministry.ID, who.Person)
			}); err != nil {
				t.Fatal(err)
			}
		}
		forget(officer)
		if k, err := a.DB.Guide(ctx, own.ID); err != nil || k != nil {
			t.Errorf("what was theirs alone is there: %+v %v", k, err)
		}
		if k, err := a.DB.Guide(ctx, shared.ID); err != nil || k == nil || k.Owner != "" {
			t.Fatalf("what others of the organisation work with is gone, or still theirs: %+v %v", k, err)
		}
		if _, err := a.Show(ctx, colleague, shared.ID); err != nil {
			t.Errorf("a colleague: %v", err)
		}
		if err := a.Drop(ctx, colleague, shared.ID); err != nil {
			t.Errorf("nobody's is deleted by who is left: %v", err)
		}
	})
}

// newer are the checklists with a second version: an item is new, one has
// another id, one is gone.
func newer(t *testing.T) *standard.Library {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(standards.Guides, "guides", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(standards.Guides, name)
		if err != nil {
			return err
		}
		name = strings.TrimPrefix(name, "guides/")
		files[name] = &fstest.MapFile{Data: raw}
		if strings.HasSuffix(name, "/set.yml") {
			text := strings.NewReplacer(`version: "1.0"`, `version: "2.0"`, "languages: [en, ar, zh, fr, ru, es]", "languages: [en]\nretired: {scale.review: Nobody did.}", "      - id: evaluate.cost\n", "      - id: evaluate.money\n        replaces: evaluate.cost\n",
				"      - id: scale.review\n        type: yes-no\n        label: Look at all of this again each year\n        help: The need may be another by then, and so may the good.\n", "      - id: scale.party\n        type: yes-no\n        label: Have a party\n").Replace(string(raw))
			files["adoption/2.0/set.yml"] = &fstest.MapFile{Data: []byte(text)}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	lib, err := standard.Load(shape.New(), files)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func TestANewVersionOfTheChecklistLosesNothing(t *testing.T) {
	a, ctx := open(t, "sqlite:"+t.TempDir()+"/stoa.db"), t.Context()
	c, err := a.Keep(ctx, officer, app.Input{Good: "births"})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range []string{"evaluate.cost", "scale.review", "evaluate.fit"} {
		if _, err := a.Mark(ctx, officer, c.ID, item, guide.Mark{State: guide.Done, Note: "of " + item}, 0); err != nil {
			t.Fatal(err)
		}
	}
	_, err = a.Renew(ctx, officer, c.ID)
	is(t, "the newest is taken again", err, good.Conflict)
	lib := newer(t)
	a.Lists = func() (*standard.Library, error) { return lib, nil }
	v, err := a.Show(ctx, officer, c.ID)
	if err != nil || v.List.Version != "1.0" || v.Newer == nil || len(v.Changes) < 3 {
		t.Fatalf("what is new is not told: %+v %v", v, err)
	}
	if _, err := a.Renew(ctx, officer, c.ID); err != nil {
		t.Fatal(err)
	}
	if v, err = a.Show(ctx, officer, c.ID); err != nil || v.List.Version != "2.0" || v.Newer != nil {
		t.Fatalf("%+v %v", v, err)
	}
	if v.Copy.Mark("evaluate.money").Note != "of evaluate.cost" || v.Copy.Mark("evaluate.fit").Note != "of evaluate.fit" {
		t.Errorf("%+v", v.Copy.Marks)
	}
	if len(v.Left) != 1 || v.Left[0].ID != "scale.review" || v.Left[0].Mark.Note != "of scale.review" || v.Left[0].Label["en"] == "" {
		t.Errorf("what is asked no more: %+v", v.Left)
	}
}

// TestWhatIsKnownHasItsItem holds the items that are filled here to the
// checklist as it is.
func TestWhatIsKnownHasItsItem(t *testing.T) {
	set, ok := lists(t).Set("adoption", "")
	if !ok {
		t.Fatal("there is no checklist")
	}
	for _, id := range app.Filled() {
		if _, there := set.Question(id); !there {
			t.Errorf("the checklist has no item %s", id)
		}
	}
}
