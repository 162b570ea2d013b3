package duplicates_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/app/duplicates"
	"stoa/internal/app/goods"
	"stoa/internal/app/journal"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/need"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/testkit"
)

// naming is everything beside goods that names one.
func naming(t *testing.T, a *duplicates.App, private []good.ID) map[string]any {
	t.Helper()
	out := map[string]any{}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.DB.EachSupport(t.Context(), func(o support.Offer) { o.Version = 0; out[string(o.ID)] = o }, func(g support.Agreement) { g.Version = 0; out[string(g.ID)] = g }, func(r support.Request) { r.Version = 0; out[string(r.ID)] = r }))
	must(a.DB.EachLocalisation(t.Context(), func(k l10n.Task) error { k.Version = 0; out[string(k.ID)] = k; return nil }))
	must(a.DB.EachTerm(t.Context(), func(w l10n.Term) error { out[string(w.ID)] = w; return nil }))
	for _, id := range private {
		n, _, err := a.DB.Need(t.Context(), id)
		must(err)
		r, err := a.DB.SupportRequest(t.Context(), id)
		must(err)
		if n != nil {
			out[string(id)] = n.Shortlist
		} else {
			out[string(id)] = []good.ID{r.Good, r.Was}
		}
	}
	return out
}

// TestWhatNamesAGoodFollowsItAndComesBack merges goods in any order and undoes
// it in any other: offers, requests, agreements, shortlists, tasks and words
// name the goods that there are, and in the end what they first named.
func TestWhatNamesAGoodFollowsItAndComesBack(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		all := &goods.App{DB: a.DB}
		var ids, needs, private []good.ID
		for _, name := range []string{"births", "deaths", "clinics", "schools"} {
			ids = append(ids, state(t, a, "one", name, good.Facts{Name: name}))
		}
		now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
		if _, err := a.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			var err error
			must := func(no error) {
				if err == nil {
					err = no
				}
			}
			say := func(verb good.Verb, about []good.ID, name string, v any) {
				tx.Append(verb, about, store.NamedValue{Name: name, Value: v})
			}
			for i, id := range ids {
				o := support.Offer{ID: tx.NewID(), Body: "body", Terms: support.Terms{Kinds: []string{"training"}, Goods: []good.ID{id, ids[(i+1)%4]}}, State: support.Open, Opened: now, Changed: now}
				say(good.SupportOffered, []good.ID{o.ID, o.Body}, "offer", o)
				must(tx.PutOffer(ctx, &o))
				for _, public := range []bool{true, false} {
					r := support.Request{ID: tx.NewID(), Person: "person", Ask: support.Ask{Kind: "training", Good: id}, Public: public, State: support.Open, Opened: now, Changed: now}
					if public {
						say(good.SupportRequested, []good.ID{r.ID, id}, "request", r)
					} else {
						private = append(private, r.ID)
					}
					must(tx.PutRequest(ctx, &r))
				}
				g := support.Agreement{ID: tx.NewID(), Body: "body", Deal: support.Deal{Good: id, Kind: "training", Since: "2026"}, State: support.Claimed, Opened: now, Stated: now}
				say(good.SupportAgreed, []good.ID{g.ID, id, g.Body}, "agreement", g)
				must(tx.PutAgreement(ctx, &g))
				k := l10n.Task{ID: tx.NewID(), Good: id, Source: "en", Language: "sw", State: l10n.Open, Created: now, Moved: now}
				say(good.LocalisationOpened, []good.ID{id, k.ID}, "task", k)
				must(tx.PutLocalisationTask(ctx, &k))
				about := l10n.Task{ID: tx.NewID(), Good: id, About: true, Source: "en", Language: "sw", State: l10n.Open, Created: now, Moved: now}
				say(good.LocalisationOpened, []good.ID{id, about.ID}, "task", about)
				must(tx.PutLocalisationTask(ctx, &about))
				w := l10n.Term{ID: tx.NewID(), Good: id, Word: "clinic", Language: "sw", Translation: "kliniki", At: now} // of all four
				say(good.TermStated, []good.ID{id, w.ID}, "term", w)
				must(tx.PutTerm(ctx, w))
				n := need.Record{ID: tx.NewID(), Title: "A register", Visibility: need.Visibilities[i%len(need.Visibilities)], Shortlist: []good.ID{ids[(i+2)%4], id}, Created: now}
				must(tx.PutNeed(ctx, &n, "person"))
				needs = append(needs, n.ID)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		before := naming(t, a, slices.Concat(needs, private))
		if len(before) != 4*8 {
			t.Fatalf("%d things", len(before))
		}
		replays(t, a)
		for seed := range uint64(8) {
			any := rand.New(rand.NewPCG(seed, 1))
			whole, gone := slices.Clone(ids), []good.ID{}
			for range 1 + any.IntN(3) {
				any.Shuffle(len(whole), func(i, j int) { whole[i], whole[j] = whole[j], whole[i] })
				if _, _, err := all.Merge(t.Context(), acting, string(whole[0]), string(whole[1]), "one"); err != nil {
					t.Fatal(err)
				}
				gone, whole = append(gone, whole[0]), whole[1:]
			}
			found := 0
			for _, id := range whole {
				asked, err := a.DB.Requests(t.Context(), store.SupportThat{Good: id}, "", 50)
				if err != nil {
					t.Fatal(err)
				}
				agreed, err := a.DB.Agreements(t.Context(), store.SupportThat{Good: id}, "", 50)
				if err != nil {
					t.Fatal(err)
				}
				tasks, err := a.DB.LocalisationTasks(t.Context(), store.TasksThat{Good: id}, "", 50)
				if err != nil {
					t.Fatal(err)
				}
				words, err := a.DB.Terms(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				own := 0
				for _, k := range tasks {
					if k.About {
						own++
					}
				}
				if own != 1 {
					t.Errorf("round %d: %d tasks are about the name of one good", seed, own)
				}
				tasks = slices.DeleteFunc(tasks, func(k l10n.Task) bool { return k.About })
				found += len(asked) + len(agreed) + len(tasks) + len(words)
			}
			if found != 16 {
				t.Errorf("round %d: of 16 things %d are told of the goods that there are", seed, found)
			}
			for _, id := range needs {
				n, _, err := a.DB.Need(t.Context(), id)
				if err != nil || slices.ContainsFunc(n.Shortlist, func(id good.ID) bool { return slices.Contains(gone, id) }) {
					t.Errorf("round %d: a shortlist names what is gone: %+v %v", seed, n, err)
				}
			}
			for _, id := range private {
				if r, err := a.DB.SupportRequest(t.Context(), id); err != nil || slices.Contains(gone, r.Good) {
					t.Errorf("round %d: a request that is not public asks for what is gone: %+v %v", seed, r, err)
				}
			}
			replays(t, a)
			any.Shuffle(len(gone), func(i, j int) { gone[i], gone[j] = gone[j], gone[i] })
			for _, id := range gone {
				if _, _, err := all.Part(t.Context(), acting, string(id), "two"); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(before, naming(t, a, slices.Concat(needs, private))); diff != "" {
				t.Fatalf("round %d: merged and parted again, it is not as it was: %s", seed, diff)
			}
		}
		replays(t, a)

		// What is private is in no journal; the rest comes of it alone.
		if _, _, err := all.Merge(t.Context(), acting, "births", "deaths", "one"); err != nil {
			t.Fatal(err)
		}
		past, err := a.DB.History(t.Context(), ids[0], 1)
		var told good.Followers
		if err != nil || !past[0].Value("followed", &told) || len(told.Support) != 4 || len(told.Tasks) != 1 || len(told.Terms) != 1 {
			t.Errorf("%+v %v", told, err)
		}
		for _, x := range told.Support {
			if slices.Contains(private, x.Thing) {
				t.Errorf("the journal tells of %s, which is private", x.Thing)
			}
		}
		anew := open(t, fmt.Sprintf("sqlite:%s/anew.db", t.TempDir()))
		if diff, err := (&journal.App{DB: a.DB}).Rebuild(t.Context(), anew.DB); err != nil || diff != "" {
			t.Fatalf("%s %v", diff, err)
		}
		if diff := cmp.Diff(naming(t, a, nil), naming(t, anew, nil)); diff != "" {
			t.Errorf("made of the journal alone it is otherwise: %s", diff)
		}
		if _, _, err := (&goods.App{DB: anew.DB}).Part(t.Context(), acting, "births", "two"); err != nil {
			t.Fatal(err)
		}
		for _, id := range slices.Concat(needs, private) {
			delete(before, string(id))
		}
		if diff := cmp.Diff(before, naming(t, anew, nil)); diff != "" {
			t.Errorf("made of the journal alone it comes back otherwise: %s", diff)
		}
	})
}
