package duplicates_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/duplicates"
	"stoa/internal/app/journal"
	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	desk = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZ1", Pseudonym: "p-1", Roles: []string{access.Secretariat}}
	text = good.Text{"en": "Health workers register births and deaths in villages without a network and send them to the civil registry later."}
)

func open(t testing.TB, url string) *duplicates.App {
	t.Helper()
	db, err := store.Open(t.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &duplicates.App{DB: db}
}

// state writes a good that a register states, as an import does.
func state(t *testing.T, a *duplicates.App, source, slug string, f good.Facts) good.ID {
	t.Helper()
	var id good.ID
	_, err := a.DB.Do(t.Context(), good.Actor{Role: access.Importer}, func(ctx context.Context, tx *store.Tx) error {
		g := &good.Good{ID: tx.NewID(), Slug: slug, Created: tx.Now()}
		id = g.ID
		s := good.Source{ID: source, Name: source, Issuer: source}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: s})
		tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: slug})
		if err := errors.Join(tx.PutSource(ctx, s), tx.PutGood(ctx, g)); err != nil {
			return err
		}
		rec := good.Record{Source: source, ForeignID: slug, Good: g.ID, Seen: "2026-01-01", Facts: f}
		tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: rec})
		if err := tx.PutRecord(ctx, rec); err != nil {
			return err
		}
		for scheme, value := range f.Identifiers {
			if err := tx.AddIdentifier(ctx, g.ID, scheme, value); err != nil {
				return err
			}
		}
		sources, err := tx.Sources(ctx)
		if err != nil {
			return err
		}
		return errors.Join(tx.Restate(ctx, g, sources), tx.PutGood(ctx, g))
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// read reads the journal as the server does, from a position on.
func read(t *testing.T, a *duplicates.App, from int64) int64 {
	t.Helper()
	for {
		entries, err := a.DB.Entries(t.Context(), from, 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) == 0 {
			return from
		}
		for _, e := range entries {
			from = e.Position + 1
			if !duplicates.Wants(e.Verb) {
				continue
			}
			write, err := a.Read(t.Context(), e)
			if err == nil {
				_, err = a.DB.Do(t.Context(), good.Actor{}, write)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func queue(t *testing.T, a *duplicates.App, s match.State) []duplicates.Item {
	t.Helper()
	items, counts, err := a.Queue(t.Context(), desk, s, 0, 50)
	if err != nil || counts[s] != len(items) {
		t.Fatalf("%d of %v: %v", len(items), counts, err)
	}
	return items
}

// replays holds the journal against the database.
func replays(t *testing.T, a *duplicates.App) {
	t.Helper()
	if diff, err := (&journal.App{DB: a.DB}).Compare(t.Context()); err != nil || diff != "" {
		t.Errorf("the replay differs: %s %v", diff, err)
	}
}

func github(name string) []good.Link { return []good.Link{{URL: "https://github.com/" + name}} }

func TestTwoThatLookAlikeAreMergedKeptApartAndBroughtBack(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		one := state(t, a, "one", "open-births", good.Facts{Name: "Open Births", Summary: text, Identifiers: map[string]string{"one": "17"}})
		two := state(t, a, "two", "opne-births", good.Facts{Name: "Opne Births", Summary: text, Website: "https://births.example.org", Identifiers: map[string]string{"two": "99"}})
		state(t, a, "two", "wells", good.Facts{Name: "Well Watch", Summary: good.Text{"en": "Finds dry wells before the people who need them do."}})
		at := read(t, a, 0)
		open := queue(t, a, match.Open)
		if len(open) != 1 || open[0].Sure || !slices.ContainsFunc(open[0].Reasons, func(r match.Reason) bool { return r.Code == match.ByText }) {
			t.Fatalf("%+v", open)
		}
		decide := func(how, into, reason string) error {
			_, _, err := a.Decide(t.Context(), desk, open[0].ID, duplicates.Decision{How: how, Into: into, Reason: reason})
			at = read(t, a, at)
			replays(t, a)
			return err
		}
		for how, want := range map[string]good.ErrorKind{"": good.Invalid, "undo": good.Conflict} {
			if err := decide(how, "", "x"); good.KindOf(err) != want {
				t.Errorf("%q: %v", how, err)
			}
		}
		if err := decide("merge", "", " "); good.KindOf(err) != good.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if err := decide("apart", "", "two ministries"); err != nil || len(queue(t, a, match.Open)) != 0 || len(queue(t, a, match.Apart)) != 1 {
			t.Fatal(err)
		}
		if err := decide("merge", "", "x"); good.KindOf(err) != good.Conflict {
			t.Errorf("merged what is kept apart: %v", err)
		}
		if err := decide("undo", "", "one ministry after all"); err != nil || len(queue(t, a, match.Open)) != 1 {
			t.Fatal(err)
		}
		if err := decide("merge", "nothing", "x"); good.KindOf(err) != good.Invalid {
			t.Errorf("merged into a third: %v", err)
		}
		if err := decide("merge", "opne-births", "the same code"); err != nil || len(queue(t, a, match.Merged)) != 1 {
			t.Fatal(err)
		}
		for _, address := range []string{"opne-births", "17", "99"} { // every address and id leads on
			if g, _, err := a.DB.GoodBySlug(t.Context(), address); err != nil || g.ID != two {
				t.Errorf("%s leads to %+v: %v", address, g, err)
			}
		}
		if g, err := a.DB.Good(t.Context(), one); err != nil || g.Tombstone == nil || g.Tombstone.Into != two || g.Tombstone.Reason != "the same code" {
			t.Errorf("%+v %v", g, err)
		}
		if err := decide("undo", "", "not the same"); err != nil {
			t.Fatal(err)
		}
		a1, _, err := a.DB.GoodBySlug(t.Context(), "17")
		a2, err2 := a.DB.Good(t.Context(), two)
		if errors.Join(err, err2) != nil || a1.ID != one || a1.Tombstone != nil || a1.Name != "Open Births" || a2.Name != "Opne Births" || len(a2.Records) != 1 || len(a2.Aliases) != 0 {
			t.Errorf("brought back as %+v and %+v: %v", a1, a2, err)
		}
		if p := queue(t, a, match.Open); len(p) != 1 || !p[0].Judged {
			t.Errorf("%+v", p)
		}
	})
}

func TestOnlyWhatIsSureAndNobodyTouchedIsMergedByItself(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		one := state(t, a, "one", "well-watch", good.Facts{Name: "Well Watch", Repositories: github("wells/watch")})
		two := state(t, a, "two", "well-watch-2", good.Facts{Name: "WELL-WATCH", Repositories: github("wells/watch.git")})
		at := read(t, a, 0)
		p := queue(t, a, match.Merged)
		if len(p) != 1 || p[0].Role != access.Importer || p[0].Held() == nil || p[0].Held().ID != two {
			t.Fatalf("%+v", p)
		}
		replays(t, a)
		if _, _, err := a.Decide(t.Context(), desk, p[0].ID, duplicates.Decision{How: "undo", Reason: "two forks"}); err != nil {
			t.Fatal(err)
		}
		read(t, a, at)
		for _, id := range []good.ID{one, two} { // what a person undid stays undone
			if g, err := a.DB.Good(t.Context(), id); err != nil || g.Tombstone != nil {
				t.Errorf("%+v %v", g, err)
			}
		}
		replays(t, a)
	})
}

func TestANominationIsNeverMergedByItself(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		state(t, a, "one", "well-watch", good.Facts{Name: "Well Watch", Repositories: github("wells/watch")})
		state(t, a, "nominations", "well-watch-2", good.Facts{Name: "Well Watch", Repositories: github("wells/watch")})
		read(t, a, 0)
		if p := queue(t, a, match.Open); len(p) != 1 || !p[0].Sure {
			t.Errorf("%+v", p)
		}
	})
}

// A database made of the journal alone knows what people decided, and can still
// undo a merge.
func TestWhatTheJournalAloneKnowsOfPairs(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		state(t, a, "one", "open-births", good.Facts{Name: "Open Births", Summary: text, Identifiers: map[string]string{"one": "17"}})
		state(t, a, "two", "opne-births", good.Facts{Name: "Opne Births", Summary: text})
		state(t, a, "two", "births-open", good.Facts{Name: "Births, open", Summary: text})
		at := read(t, a, 0)
		pairs := queue(t, a, match.Open)
		if len(pairs) != 3 {
			t.Fatalf("%+v", pairs)
		}
		for i, d := range []duplicates.Decision{{How: "apart", Reason: "two"}, {How: "merge", Reason: "one"}} {
			if _, _, err := a.Decide(t.Context(), desk, pairs[i].ID, d); err != nil {
				t.Fatal(err)
			}
			at = read(t, a, at)
		}
		anew := open(t, "sqlite:"+t.TempDir()+"/anew.db")
		if diff, err := (&journal.App{DB: a.DB}).Rebuild(t.Context(), anew.DB); err != nil || diff != "" {
			t.Fatalf("%s %v", diff, err)
		}
		merged := queue(t, a, match.Merged)[0]
		p, err := anew.DB.PairOf(t.Context(), merged.One, merged.Other)
		if err != nil || p.State != match.Merged {
			t.Fatalf("%+v %v", p, err)
		}
		if _, _, err := anew.Decide(t.Context(), desk, p.ID, duplicates.Decision{How: "undo", Reason: "two after all"}); err != nil {
			t.Fatal(err)
		}
		replays(t, anew)
		for g, err := range anew.DB.EachGood(t.Context()) {
			if err != nil || g.Tombstone != nil || len(g.Records) != 1 {
				t.Errorf("%s has %d records and the tombstone %+v: %v", g.Slug, len(g.Records), g.Tombstone, err)
			}
		}
	})
}

func TestWhoMaySeeAndSettleDuplicates(t *testing.T) {
	a := open(t, "sqlite:"+t.TempDir()+"/a.db")
	coordinator := access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZ2", Roles: []string{access.Coordinator}}
	for _, who := range []access.Who{{}, {Person: desk.Person}, {Person: desk.Person, Roles: []string{access.Reviewer}}} {
		if _, _, err := a.Queue(t.Context(), who, "", 0, 1); err == nil {
			t.Errorf("%+v sees the queue", who)
		}
	}
	if _, _, err := a.Queue(t.Context(), coordinator, "", 0, 1); err != nil {
		t.Error(err)
	}
	if _, _, err := a.Decide(t.Context(), coordinator, desk.Person, duplicates.Decision{How: "apart", Reason: "x"}); good.KindOf(err) != good.Forbidden {
		t.Error(err)
	}
	if _, _, err := a.Queue(t.Context(), desk, "lost", 0, 1); good.KindOf(err) != good.Invalid || !strings.Contains(err.Error(), "match.error.state") {
		t.Error(err)
	}
}
