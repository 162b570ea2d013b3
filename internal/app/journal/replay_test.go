package journal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
	stoalog "stoa/internal/tlog"
)

// TestWhateverHappensTheJournalTellsIt does things to goods at random, erasures
// among them, and compares what the journal gives with what the database holds.
func TestWhateverHappensTheJournalTellsIt(t *testing.T) {
	w := build(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"))
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			n++
			var slugs []string
			for g, err := range w.db.EachGood(ctx) {
				if err != nil {
					t.Fatal(err)
				}
				slugs = append(slugs, g.Slug)
			}
			one, other := rapid.SampledFrom(slugs).Draw(t, "one"), rapid.SampledFrom(slugs).Draw(t, "other")
			var err error
			switch what := rapid.SampledFrom([]string{"create", "edit", "rename", "merge", "remove", "restore", "erase", "declare"}).Draw(t, "what"); what {
			case "create":
				err = w.create(ctx, fmt.Sprint("good-", n))
			case "edit":
				_, _, err = w.edit(ctx, one, fmt.Sprintf("https://%d.example", n))
			case "rename":
				_, _, err = w.goods.Rename(ctx, operator, one, fmt.Sprint("name-", n), "clearer")
			case "merge":
				_, _, err = w.goods.Merge(ctx, operator, one, other, fmt.Sprint("the same ", n))
			case "remove":
				_, _, err = w.goods.Remove(ctx, operator, one, fmt.Sprint("harmful ", n))
			case "restore":
				_, _, err = w.goods.Restore(ctx, operator, one, "a mistake")
			case "declare": // with another trust, which only later writes follow
				_, err = w.db.Do(ctx, operator, func(ctx context.Context, tx *store.Tx) error {
					s := good.Source{ID: "src", Name: fmt.Sprint("Source ", n), Priority: n % 200, AsOf: "2026-07-10"}
					tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: s})
					return tx.PutSource(ctx, s)
				})
			case "erase":
				size, serr := w.journal.Size(ctx)
				if serr != nil {
					t.Fatal(serr)
				}
				_, err = w.journal.Erase(ctx, operator, rapid.Int64Range(0, size-1).Draw(t, "position"), rapid.SampledFrom([]string{"record", "reason", "slug"}).Draw(t, "value"), "asked for")
			}
			var refused *good.Error
			if err != nil && !errors.As(err, &refused) { // not everything can be done to every good
				t.Fatal(err)
			}
		}
		if differs, err := w.journal.Compare(ctx); err != nil || differs != "" {
			t.Fatal(differs, err)
		}
	})
	p, err := stoalog.Verify(t.Context(), w.journal, w.journal.Verifier())
	if err != nil || p.Erased == 0 {
		t.Errorf("after %d steps: %+v %v", n, p, err)
	}
}

func TestWhatIsErasedIsInNoProjection(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		state := func(name string) {
			t.Helper()
			_, err := w.db.Do(ctx, operator, func(ctx context.Context, tx *store.Tx) error {
				e := good.DirectoryEntry{Kind: good.OfCountry, Key: "KE", Country: &good.CountryNote{Code: "KE", Summary: good.Text{"en": name}}}
				if held, err := tx.DirectoryEntry(ctx, e.Kind, e.Key); err != nil {
					return err
				} else if held != nil {
					e.Version = held.Version
				}
				if err := tx.PutDirectory(ctx, &e); err != nil {
					return err
				}
				tx.Append(good.DirectoryStated, nil, store.NamedValue{Name: "entry", Value: e})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		state("noted first")
		state("noted again")
		w.same(t)
		for _, c := range []struct {
			text  string // of the value
			value string
		}{
			{"noted again", "entry"}, {"noted first", "entry"}, {"the same", "reason"}, {"harmful", "reason"}, {"alias of gamma", "record"}, {"alias of delta", "record"},
		} {
			position := w.find(t, c.text)
			if !w.shows(t, c.text) {
				t.Fatalf("%q is nowhere to begin with", c.text)
			}
			if _, err := w.journal.Erase(ctx, operator, position, c.value, "asked by a person"); err != nil {
				t.Fatalf("erase %q: %v", c.text, err)
			}
			if w.shows(t, c.text) {
				t.Errorf("%q is still shown", c.text)
			}
			w.same(t)
		}
		for position, name := range map[int64]string{0: "source", 1: "slug"} {
			if _, err := w.journal.Erase(ctx, operator, position, name, "why not"); good.KindOf(err) != good.Forbidden {
				t.Errorf("the journal loses %s of entry %d: %v", name, position, err)
			}
		}
		for position, name := range map[int64]string{-1: "record", 1 << 40: "record", 2: "nothing"} {
			if _, err := w.journal.Erase(ctx, operator, position, name, "why not"); good.KindOf(err) != good.NotFound {
				t.Errorf("%s of entry %d: %v", name, position, err)
			}
		}
		if _, err := w.journal.Erase(ctx, operator, 2, "record", ""); good.KindOf(err) != good.Invalid {
			t.Errorf("erased without a reason: %v", err)
		}
	})
}

// find is the position of the newest entry with a value that holds text.
func (w world) find(t *testing.T, text string) (position int64) {
	t.Helper()
	entries, err := w.db.Entries(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	position = -1
	for _, e := range entries {
		for _, v := range e.Values {
			if strings.Contains(string(v.Data), text) {
				position = e.Position
			}
		}
	}
	return position
}

// shows says whether text is in anything public: a projection or a value.
func (w world) shows(t *testing.T, text string) bool {
	t.Helper()
	live, err := w.journal.Live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(asJSON(t, live), text) || w.find(t, text) >= 0
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
