package localisation_test

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/access"
	"stoa/internal/app/journal"
	app "stoa/internal/app/localisation"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	desk  = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "desk", Roles: []string{access.Secretariat}}
	owner = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "owner"}
	amina = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZC", Pseudonym: "amina"}
	yusuf = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZD", Pseudonym: "yusuf"}
	thief = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZE", Pseudonym: "thief"}
)

// world is what people translate on a database, at a time that a test moves.
type world struct {
	*app.App
	now  time.Time
	told []string
}

func open(t *testing.T, url string) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)}
	db, err := store.Open(t.Context(), url, store.Options{Now: func() time.Time { return w.now }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err = db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []access.Who{desk, owner, amina, yusuf, thief} {
			must(tx.PutPerson(ctx, &good.Person{ID: who.Person, Pseudonym: who.Pseudonym, Name: who.Pseudonym}))
		}
		g := good.Good{ID: "01JZX4T9W2QK8N5V3B7C6D0001", Slug: "wells", Stage: good.Nominated, Facts: good.Facts{Name: "Wells", Summary: good.Text{"en": "Counts wells."}}}
		must(tx.PutGood(ctx, &g))
		return tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: owner.Person, Created: w.now, Proved: w.now, Method: "file"})
	})
	must(err)
	w.App = &app.App{DB: db, Now: func() time.Time { return w.now }}
	w.Tell = func(_ context.Context, _ *store.Tx, key string, n good.Notice) error {
		kind, _, _ := strings.Cut(key, "/")
		w.told = append(w.told, kind+" "+string(n.Person[25:]))
		return nil
	}
	return w
}

// same says that the journal says what is there.
func (w *world) same(t *testing.T) {
	t.Helper()
	log := &journal.App{DB: w.DB}
	said, err := log.Replay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	live, err := log.Live(t.Context())
	if diff := cmp.Diff(live.Localisation, said.Localisation); err != nil || diff != "" || len(live.Localisation.Tasks) == 0 {
		t.Errorf("the journal says otherwise: %s %v", diff, err)
	}
}

const source = "msgid \"Open the door\"\nmsgstr \"\"\n\nmsgid \"%d well\"\nmsgid_plural \"%d wells\"\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n"

func opening() app.Opening {
	return app.Opening{Good: "wells", Name: "Texts of the app", Language: "Arabic", Format: l10n.PO, File: []byte(source)}
}

func key(err error) string {
	if e, ok := err.(*good.Error); ok {
		return e.Key
	}
	return ""
}

func TestACommunityTranslatesAndReviews(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ctx := t.Context()
		task, _, err := w.Open(ctx, amina, opening())
		if err != nil || task.Language != "ar" || task.Units != 7 || task.Words != 3+1+5 {
			t.Fatalf("%+v, %v", task, err)
		}
		if _, _, err := w.Claim(ctx, amina, task.ID); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{"a second claim": second(w.Claim(ctx, yusuf, task.ID)), "unready": second(w.HandIn(ctx, amina, task.ID)), "unclaimed review": second(w.Review(ctx, yusuf, task.ID, true, ""))} {
			if good.KindOf(err) != good.Conflict {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, err := range map[string]error{"translates": second(w.Translate(ctx, thief, task.ID, []l10n.Said{{N: 1, Target: "x"}})), "releases": second(w.Release(ctx, thief, task.ID)), "withdraws": second(w.Withdraw(ctx, thief, task.ID, "No.")),
			"hands in": second(w.HandIn(ctx, thief, task.ID))} {
			if good.KindOf(err) != good.Forbidden {
				t.Errorf("a thief %s: %v", name, err)
			}
		}
		// A file comes back, made by a machine but for one text.
		po := "msgid \"Open the door\"\nmsgstr \"افتح الباب\"\n\nmsgid \"%d well\"\nmsgid_plural \"%d wells\"\n"
		for i := range 6 {
			po += "msgstr[" + string(rune('0'+i)) + "] \"%d بئر\"\n"
		}
		brought, _, err := w.Import(ctx, amina, task.ID, l10n.PO, []byte(po+"\nmsgid \"other\"\nmsgstr \"x\"\n"), true)
		if err != nil || brought != (app.Brought{Taken: 7, Strange: 1}) {
			t.Fatalf("%+v, %v", brought, err)
		}
		v, err := w.Show(ctx, amina, task.ID, 0, 100)
		if err != nil || v.Machine != 7 || v.Ready != 0 || v.Rows[0].Target != "افتح الباب" || v.HandsIn || !v.Translates {
			t.Fatalf("%+v, %v", v, err)
		}
		// Bad files change nothing.
		for want, file := range map[string]string{"l10n.error.po": "hello", "l10n.error.hidden": "msgid \"Open the door\"\nmsgstr \"\u202ex\"\n", "l10n.error.strange": "msgid \"other\"\nmsgstr \"x\"\n"} {
			if _, _, err := w.Import(ctx, amina, task.ID, l10n.PO, []byte(file), false); key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		if _, _, err := w.Import(ctx, amina, task.ID, l10n.JSON, []byte(`{"a": "b"}`), false); key(err) != "l10n.error.pairs" {
			t.Errorf("sources alone: %v", err)
		}
		if _, _, err := w.Translate(ctx, amina, task.ID, []l10n.Said{{N: 1, Target: "شيء"}, {N: 99, Target: "x"}}); key(err) != "l10n.error.unit" {
			t.Errorf("a text there is not: %v", err)
		}
		if again, err := w.Show(ctx, amina, task.ID, 0, 100); err != nil || cmp.Diff(v.Rows, again.Rows) != "" {
			t.Errorf("something half in: %s %v", cmp.Diff(v.Rows, again.Rows), err)
		}
		// She looks at what the machine wrote, and writes one herself.
		said := []l10n.Said{{N: 1, Target: "افتح هذا الباب"}}
		for _, u := range v.Rows[1:] {
			said = append(said, l10n.Said{N: u.N, Target: u.Target, Seen: true})
		}
		if got, _, err := w.Translate(ctx, amina, task.ID, said); err != nil || got.Ready != 7 || got.Machine != 6 {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, _, err := w.HandIn(ctx, amina, task.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Review(ctx, amina, task.ID, true, ""); key(err) != "l10n.error.own" {
			t.Errorf("a review of one's own: %v", err)
		}
		if _, _, err := w.Review(ctx, yusuf, task.ID, false, ""); key(err) != "error.reason.missing" {
			t.Errorf("sent back without a reason: %v", err)
		}
		w.now = w.now.Add(time.Hour)
		if got, _, err := w.Review(ctx, yusuf, task.ID, false, "The first one is too long."); err != nil || got.State != l10n.Claimed {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, _, err := w.HandIn(ctx, amina, task.ID); err != nil {
			t.Fatal(err)
		}
		done, _, err := w.Review(ctx, yusuf, task.ID, true, "")
		if err != nil || done.State != l10n.Done || len(done.SHA256) != 64 || done.Note != "" {
			t.Fatalf("%+v, %v", done, err)
		}
		for _, want := range []string{"localisation-waiting B", "localisation-returned C", "localisation-finished C", "localisation-finished B"} {
			if !strings.Contains(strings.Join(w.told, "\n"), want) {
				t.Errorf("%q was not told: %q", want, w.told)
			}
		}
		for _, format := range []l10n.Format{l10n.PO, l10n.XLIFF} {
			file, name, err := w.Export(ctx, task.ID, format)
			back, bad := l10n.Read(format, file)
			if err != nil || bad != nil || len(back.Units) != 7 || back.Units[0].Target != "افتح هذا الباب" || back.Units[1].Origin != l10n.Machine || !strings.HasPrefix(name, "wells-ar-") {
				t.Errorf("%s %s: %+v, %v %v", format, name, back, err, bad)
			}
		}
		w.same(t)
	})
}

func second[T any](_ T, _ int64, err error) error { return err }

func TestAGoodHasItsOwnNameInOtherLanguages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ctx := t.Context()
		task, _, err := w.Open(ctx, amina, app.Opening{Good: "wells", Language: "fr", About: true})
		if err != nil || task.Units != 2 {
			t.Fatalf("%+v, %v", task, err)
		}
		if _, _, err := w.Claim(ctx, amina, task.ID); err != nil {
			t.Fatal(err)
		}
		for name, said := range map[string]l10n.Said{"l10n.error.line": {N: 1, Target: "Les\npuits"}, "deploy.error.hidden": {N: 1, Target: "Puits\u2067x\u2069"}, "l10n.error.hidden": {N: 2, Target: "Compte\u202e"}} {
			if _, _, err := w.Translate(ctx, amina, task.ID, []l10n.Said{said}); key(err) != name && !strings.HasSuffix(key(err), ".hidden") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := w.Translate(ctx, amina, task.ID, []l10n.Said{{N: 1, Target: "Puits"}, {N: 2, Target: "Compte les puits.", Machine: true}}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.HandIn(ctx, amina, task.ID); key(err) != "l10n.error.unready" {
			t.Errorf("a machine's text that nobody looked at: %v", err)
		}
		if _, _, err := w.Translate(ctx, amina, task.ID, []l10n.Said{{N: 2, Target: "Compte les puits.", Seen: true}}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.HandIn(ctx, amina, task.ID); err != nil {
			t.Fatal(err)
		}
		if texts, err := w.Languages(ctx, access.Who{}, "wells"); err != nil || len(texts.Texts) != 0 {
			t.Errorf("shown before a review: %+v, %v", texts.Texts, err)
		}
		if _, _, err := w.Review(ctx, owner, task.ID, true, ""); err != nil {
			t.Fatal(err)
		}
		got, err := w.Languages(ctx, access.Who{}, "wells")
		if err != nil || len(got.Texts) != 1 || got.Texts[0].Name != "Puits" || got.Texts[0].Summary != "Compte les puits." || !got.Texts[0].Machine || got.Keeps {
			t.Errorf("%+v, %v", got.Texts, err)
		}
		w.same(t)
		// What was finished can be erased, and is gone everywhere.
		entries, err := w.DB.History(ctx, task.ID, 10)
		if err != nil {
			t.Fatal(err)
		}
		log := &journal.App{DB: w.DB}
		for _, e := range entries {
			if e.Verb == good.LocalisationFinished {
				if _, err := log.Erase(ctx, good.Actor{Role: access.Operator}, e.Position, "texts", "A name of a person."); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got, err = w.Languages(ctx, access.Who{}, "wells"); err != nil || len(got.Texts) != 0 {
			t.Errorf("after an erasure: %+v, %v", got.Texts, err)
		}
		w.same(t)
	})
}

func TestWordsAndShares(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ctx := t.Context()
		task, _, err := w.Open(ctx, amina, opening())
		if err != nil {
			t.Fatal(err)
		}
		term, _, err := w.SayTerm(ctx, amina, "wells", l10n.Term{Word: "well", Language: "ar", Translation: "بئر", Note: "A water well."})
		if err != nil {
			t.Fatal(err)
		}
		if again, _, err := w.SayTerm(ctx, yusuf, "wells", l10n.Term{Word: "Well", Language: "ar", Translation: "بئر ماء"}); err != nil || again.ID != term.ID {
			t.Errorf("%+v, %v", again, err)
		}
		// Said of another good that became part of this one, it is said again all the same.
		if _, err := w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			came := *term
			came.ID, came.Word, came.Was = tx.NewID(), "pump", "01HZZZZZZZZZZZZZZZZZZZZZZW"
			return tx.PutTerm(ctx, came)
		}); err != nil {
			t.Fatal(err)
		}
		pump, _, err := w.SayTerm(ctx, yusuf, "wells", l10n.Term{Word: "Pump", Language: "ar", Translation: "مضخة"})
		if list, no := w.DB.Terms(ctx, term.Good); err != nil || no != nil || len(list) != 2 || pump.Was != "" || !slices.ContainsFunc(list, func(x l10n.Term) bool { return x.ID == pump.ID && x.Translation == "مضخة" }) {
			t.Errorf("%+v, %v %v", list, err, no)
		}
		if _, err := w.DropTerm(ctx, yusuf, "wells", pump.ID); err != nil {
			t.Error(err)
		}
		if v, err := w.Show(ctx, access.Who{}, task.ID, 0, 10); err != nil || len(v.Words) != 1 || v.Words[0].Translation != "بئر ماء" {
			t.Errorf("%+v, %v", v.Words, err)
		}
		for want, bad := range map[string]l10n.Term{"l10n.error.language": {Word: "a", Language: "Klingonese", Translation: "b"}, "l10n.error.word": {Word: "a", Language: "ar"}, "deploy.error.hidden": {Word: "a\u202e", Language: "ar", Translation: "b"}} {
			if _, _, err := w.SayTerm(ctx, amina, "wells", bad); key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		if _, err := w.DropTerm(ctx, thief, "wells", term.ID); good.KindOf(err) != good.Forbidden {
			t.Errorf("a thief drops a word: %v", err)
		}
		w.same(t)
		if _, err := w.DropTerm(ctx, yusuf, "wells", term.ID); err != nil {
			t.Error(err)
		}
		shares := l10n.Coverage{Hand: true, Shares: []l10n.Share{{Language: "Swahili", Percent: 40}, {Language: "en", Percent: 100}}}
		if _, _, err := w.Cover(ctx, thief, "wells", shares); good.KindOf(err) != good.Forbidden {
			t.Errorf("a thief states shares: %v", err)
		}
		if _, _, err := w.Cover(ctx, owner, "wells", shares); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Cover(ctx, owner, "wells", l10n.Coverage{Shares: []l10n.Share{{Language: "en", Percent: 101}}}); key(err) != "l10n.error.share" {
			t.Errorf("more than all: %v", err)
		}
		got, err := w.Languages(ctx, owner, "wells")
		if err != nil || !got.Keeps || got.Coverage.Shares[1].Language != "sw" || len(got.Words) != 0 {
			t.Errorf("%+v, %v", got, err)
		}
		w.same(t)
	})
}

func TestNobodyFillsAGoodsPageAlone(t *testing.T) {
	w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"))
	for i := range 21 {
		_, _, err := w.Open(t.Context(), amina, app.Opening{Good: "wells", Language: "fr", About: true})
		if i < 20 && err != nil || i == 20 && good.KindOf(err) != good.Limited {
			t.Fatalf("task %d: %v", i, err)
		}
	}
	for want, in := range map[string]app.Opening{"l10n.error.same": {Good: "wells", Language: "en", About: true}, "l10n.error.language": {Good: "wells", Language: "xx", About: true}, "l10n.error.good": {Good: "nothing", Language: "fr", About: true},
		"l10n.error.name": {Good: "wells", Language: "fr"}, "l10n.error.empty": {Good: "wells", Language: "fr", Name: "x", Format: l10n.Plain}} {
		if _, _, err := w.Open(t.Context(), yusuf, in); key(err) != want || good.KindOf(err) != good.Invalid {
			t.Errorf("%s: %v", want, err)
		}
	}
	list, err := w.List(t.Context(), app.Which{Good: "wells", Language: "French", State: l10n.Open}, 15)
	if err != nil || len(list.Tasks) != 15 || list.Next == "" || list.Tasks[0].Of != "Wells" {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := w.List(t.Context(), app.Which{State: "lost"}, 5); key(err) != "l10n.error.filter" {
		t.Error(err)
	}
}
