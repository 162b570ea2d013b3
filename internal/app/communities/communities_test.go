package communities_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/communities"
	"stoa/internal/call"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	founder = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "p-founder"}
	amina   = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "p-amina"}
	shy     = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZC", Pseudonym: "p-shy"}
	partner = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZE", Pseudonym: "p-partner"}
	desk    = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZD", Pseudonym: "p-desk", Roles: []string{access.Secretariat}}
	allied  = good.Body{ID: "01HZZZZZZZZZZZZZZZZZZZZZZF", Slug: "house", Name: "House of Births"}
	calling = good.Body{ID: "01HZZZZZZZZZZZZZZZZZZZZZZG", Slug: "sourcing", Name: "Sourcing Ltd"}
	births  = good.ID("01JZX4T9W2QK8N5V3B7C6D0001")
	old     = good.ID("01JZX4T9W2QK8N5V3B7C6D0002")
)

type world struct {
	*app.App
	now time.Time
}

func open(t *testing.T, url string) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	db, err := store.Open(t.Context(), url, store.Options{Now: clock, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []access.Who{founder, amina, shy, partner, desk} {
			if err := tx.PutPerson(ctx, &good.Person{ID: who.Person, Pseudonym: who.Pseudonym, Name: "Name of " + who.Pseudonym}); err != nil {
				return err
			}
		}
		for body, person := range map[good.Body]access.Who{allied: founder, calling: partner} {
			if err := tx.AddBody(ctx, body); err != nil {
				return err
			}
			if err := tx.PutMember(ctx, good.Member{Body: body.ID, Person: person.Person, Since: tx.Now()}); err != nil {
				return err
			}
		}
		if err := tx.PutAllianceMember(ctx, &alliance.Member{ID: "01HZZZZZZZZZZZZZZZZZZZZZZM", Slug: "house", Body: allied.ID}); err != nil {
			return err
		}
		if err := tx.PutPartner(ctx, call.Partner{ID: calling.ID, Slug: calling.Slug, Name: calling.Name, Since: "2026-01-01"}); err != nil {
			return err
		}
		if err := tx.PutGood(ctx, &good.Good{ID: births, Slug: "births", Stage: good.Recognised, Facts: good.Facts{Name: "Births"}}); err != nil {
			return err
		}
		return tx.PutGood(ctx, &good.Good{ID: old, Slug: "old", Stage: good.Merged, Facts: good.Facts{Name: "Old"}, Tombstone: &good.Tombstone{Into: births, At: tx.Now()}})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.App = &app.App{DB: db, Now: clock}
	return w
}

func about(name string) app.Input {
	return app.Input{Community: community.Community{Lang: "en", Name: good.Text{"en": name}, Purpose: good.Text{"en": "We register births together."}, SDGs: []int{16}}, Goods: []string{"births", "old"}}
}

func is(t *testing.T, what string, err error, kind good.ErrorKind) {
	t.Helper()
	if good.KindOf(err) != kind {
		t.Errorf("%s: %v", what, err)
	}
}

func (w *world) founded(t *testing.T) *community.Community {
	t.Helper()
	c, err := w.Found(t.Context(), founder, about("Civil registration"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) see(t *testing.T, who access.Who, key string) *app.View {
	t.Helper()
	v, err := w.Show(t.Context(), who, key)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWhoMayFoundOne(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, ctx := open(t, url), t.Context()
		_, err := w.Found(ctx, amina, about("Of one alone"))
		is(t, "a person who acts for nobody", err, good.Forbidden)
		_, err = w.Found(ctx, access.Who{}, about("Of nobody"))
		is(t, "nobody", err, good.Unauthenticated)
		c := w.founded(t)
		if c.Slug != "civil-registration" || len(c.Goods) != 1 || c.Goods[0] != births {
			t.Errorf("%+v", c)
		}
		if _, err := w.Found(ctx, partner, about("Civil registration")); err != nil {
			t.Errorf("a partner: %v", err)
		}
		if _, err := w.Found(ctx, desk, about("Of the desk")); err != nil {
			t.Errorf("the secretariat: %v", err)
		}
		bad := about("With what is not there")
		bad.Goods = []string{"nothing"}
		_, err = w.Found(ctx, founder, bad)
		is(t, "a good that is not there", err, good.Invalid)
		bad = about("With a need that is not public")
		n := need.Record{ID: "01HZZZZZZZZZZZZZZZZZZZZZZN", Title: "A need of our own", Visibility: need.Private, Created: w.now}
		if _, err := w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.PutNeed(ctx, &n, amina.Person) }); err != nil {
			t.Fatal(err)
		}
		bad.Needs = []string{string(n.ID)}
		_, err = w.Found(ctx, founder, bad)
		is(t, "a private need", err, good.Invalid)
		list, err := w.List(ctx, access.Who{}, "births", "", 2)
		if err != nil || list.Total != 3 || len(list.Communities) != 2 || list.Next == "" {
			t.Errorf("%+v %v", list, err)
		}
		if list, err = w.List(ctx, founder, "", list.Next, 2); err != nil || len(list.Communities) != 1 || !list.Founds || len(list.Mine) != 1 {
			t.Errorf("the next page: %+v %v", list, err)
		}
		for n := range community.MaxFounded - 1 {
			if _, err := w.Found(ctx, founder, about("Number "+string(rune('a'+n)))); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.Found(ctx, founder, about("One too many"))
		is(t, "too many", err, good.Limited)
	})
}

func TestPeopleComeAndGoByThemselves(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, ctx := open(t, url), t.Context()
		key := w.founded(t).Slug
		is(t, "nobody joins", w.Join(ctx, access.Who{}, key, "", true), good.Unauthenticated)
		for who, named := range map[*access.Who]bool{&amina: true, &shy: false} {
			if err := w.Join(ctx, *who, key, "", named); err != nil {
				t.Fatal(err)
			}
		}
		is(t, "for another's organisation", w.Join(ctx, amina, key, "house", true), good.Invalid)
		if err := w.Join(ctx, founder, key, "house", true); err != nil {
			t.Fatal(err)
		}
		names := func(v *app.View) (out string) {
			for _, p := range v.People {
				out += p.Name + p.Pseudonym + ";"
			}
			return out
		}
		v := w.see(t, access.Who{}, key)
		if v.Members != 3 || names(v) != "Name of p-amina;" || len(v.Bodies) != 1 || v.Bodies[0].Name != "House of Births" {
			t.Errorf("everybody sees %d %q %+v", v.Members, names(v), v.Bodies)
		}
		if v = w.see(t, founder, key); len(v.People) != 3 || strings.Contains(names(v), "Name of p-shy") || !v.Keeps {
			t.Errorf("the keeper sees %q", names(v))
		}
		if err := w.Join(ctx, amina, key, "", false); err != nil { // takes the consent back
			t.Fatal(err)
		}
		if v = w.see(t, access.Who{}, key); names(v) != "" || v.Members != 3 {
			t.Errorf("who is named no more: %q", names(v))
		}
		is(t, "the last keeper leaves", w.Leave(ctx, founder, key, ""), good.Conflict)
		is(t, "a member makes keepers", w.Member(ctx, amina, key, "p-amina", "", app.MakeKeeper), good.Forbidden)
		is(t, "who does not belong to it", w.Member(ctx, founder, key, "p-partner", "", app.MakeKeeper), good.Invalid)
		if err := w.Member(ctx, founder, key, "p-amina", "", app.MakeKeeper); err != nil {
			t.Fatal(err)
		}
		if err := w.Leave(ctx, founder, key, ""); err != nil {
			t.Errorf("there is another keeper now: %v", err)
		}
		is(t, "who left", w.Leave(ctx, founder, key, ""), good.NotFound)
		if err := w.Member(ctx, amina, key, "p-shy", "", app.SendAway); err != nil {
			t.Fatal(err)
		}
		if v = w.see(t, amina, key); v.Members != 1 || !v.Joined {
			t.Errorf("%+v", v)
		}
		if kept, err := w.Kept(ctx, good.Person{ID: amina.Person}); err != nil || len(kept.([]community.Member)) != 1 {
			t.Errorf("%+v %v", kept, err)
		}
		if _, err := w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return app.Forget(ctx, tx, good.Person{ID: amina.Person})
		}); err != nil {
			t.Fatal(err)
		}
		if v = w.see(t, access.Who{}, key); v.Members != 0 {
			t.Errorf("%d members after the erasure", v.Members)
		}
	})
}

func TestMeetingsAreAnnouncedChangedAndPast(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, ctx := open(t, url), t.Context()
		key := w.founded(t).Slug
		plan := app.Plan{Meeting: community.Meeting{Title: "Monthly call", Zone: "Africa/Nairobi", Local: "2026-12-08T09:00", Minutes: 60, Link: "meet.example.org/x"}, Repeat: community.Monthly, Times: 3}
		_, err := w.Meet(ctx, amina, key, plan)
		is(t, "who is no keeper", err, good.Forbidden)
		list, err := w.Meet(ctx, founder, key, plan)
		if err != nil || len(list) != 3 || list[2].Local != "2027-02-09T09:00" {
			t.Fatalf("%+v %v", list, err)
		}
		past := plan
		past.Local = "2026-01-01T09:00"
		_, err = w.Meet(ctx, founder, key, past)
		is(t, "in the past", err, good.Invalid)
		many := plan
		many.Repeat, many.Times = community.Weekly, community.MaxRepeats
		for range 2 {
			if _, err := w.Meet(ctx, founder, key, many); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.Meet(ctx, founder, key, many)
		is(t, "too many ahead", err, good.Limited)
		v := w.see(t, access.Who{}, key)
		if v.Ahead[0].Local != "2026-12-08T09:00" || len(v.Past) != 0 {
			t.Errorf("%+v", v.Ahead[0])
		}
		w.now = time.Date(2026, 12, 8, 6, 30, 0, 0, time.UTC)
		if v = w.see(t, access.Who{}, key); v.Ahead[0].Local != "2026-12-08T09:00" {
			t.Error("what is under way is over")
		}
		w.now = time.Date(2026, 12, 8, 7, 1, 0, 0, time.UTC)
		if v = w.see(t, access.Who{}, key); len(v.Past) != 3 || v.Ahead[0].Start.Before(w.now) {
			t.Errorf("%d are past", len(v.Past))
		}
		m := list[0]
		m.Notes = "https://notes.example.org/1"
		if _, err := w.Meeting(ctx, founder, key, m.ID, m); err != nil {
			t.Fatal(err)
		}
		_, err = w.Meeting(ctx, founder, key, m.ID, m)
		is(t, "what somebody changed meanwhile", err, good.Conflict)
		other, err := w.Found(ctx, founder, about("Another"))
		if err != nil {
			t.Fatal(err)
		}
		m.Version = 0
		_, err = w.Meeting(ctx, founder, other.Slug, m.ID, m)
		is(t, "of another community", err, good.NotFound)
	})
}

func TestWhatChangedIsSaidAndWhatIsSpamIsHidden(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, ctx := open(t, url), t.Context()
		c := w.founded(t)
		in := about("Civil registration")
		in.Version, in.Purpose["fr"], in.Goods = c.Version, "Nous enregistrons.", nil
		_, err := w.Change(ctx, amina, c.Slug, in)
		is(t, "who is no keeper", err, good.Forbidden)
		if _, err := w.Change(ctx, founder, c.Slug, in); err != nil {
			t.Fatal(err)
		}
		_, err = w.Change(ctx, founder, c.Slug, in)
		is(t, "what somebody changed meanwhile", err, good.Conflict)
		if e := w.see(t, access.Who{}, c.Slug).Events; len(e) != 2 || e[0].What != community.Altered || e[0].Text != "purpose goods" || e[0].By != "" || e[1].What != community.Founded {
			t.Errorf("%+v", e)
		}
		if e := w.see(t, founder, c.Slug).Events; e[0].By != "p-founder" {
			t.Errorf("its keepers do not see by whom: %+v", e[0])
		}
		is(t, "a keeper hides", w.Hide(ctx, founder, c.Slug, true, "Spam"), good.Forbidden)
		is(t, "without a reason", w.Hide(ctx, desk, c.Slug, true, " "), good.Invalid)
		if err := w.Hide(ctx, desk, c.Slug, true, "Sells pills."); err != nil {
			t.Fatal(err)
		}
		_, err = w.Show(ctx, amina, c.Slug)
		is(t, "everybody sees what is hidden", err, good.NotFound)
		is(t, "who joins what is hidden", w.Join(ctx, amina, c.Slug, "", true), good.NotFound)
		if list, err := w.List(ctx, amina, "", "", 10); err != nil || list.Total != 0 || len(list.Communities) != 0 {
			t.Errorf("%+v %v", list, err)
		}
		if v := w.see(t, founder, c.Slug); v.Hidden != "Sells pills." || v.Events[0].Text != "Sells pills." {
			t.Errorf("its keeper reads %+v", v.Events[0])
		}
		is(t, "hidden again", w.Hide(ctx, desk, c.Slug, true, "Again"), good.Conflict)
		if err := w.Hide(ctx, desk, c.Slug, false, "A mistake."); err != nil {
			t.Fatal(err)
		}
		w.see(t, amina, c.Slug)
	})
}
