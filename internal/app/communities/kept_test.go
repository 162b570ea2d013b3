package communities_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/communities"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

func (w *world) write(t *testing.T, do func(context.Context, *store.Tx) error) {
	t.Helper()
	if _, err := w.DB.Do(t.Context(), good.Actor{Role: access.Secretariat}, do); err != nil {
		t.Fatal(err)
	}
}

func fine(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestWhoseOrganisationLeftTheAllianceFoundsNoMore(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.write(t, func(ctx context.Context, tx *store.Tx) error {
			m, err := tx.AllianceMember(ctx, "house")
			if err != nil {
				return err
			}
			m.Until = "2026-11-26"
			return tx.PutAllianceMember(ctx, m)
		})
		_, err := w.Found(t.Context(), founder, about("Of who left"))
		is(t, "whose organisation left", err, good.Forbidden)
		w.write(t, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutAllianceMember(ctx, &alliance.Member{ID: "01HZZZZZZZZZZZZZZZZZZZZZZN", Slug: "house-again", Body: allied.ID})
		})
		if _, err := w.Found(t.Context(), founder, about("Of who is back")); err != nil {
			t.Errorf("whose organisation is back: %v", err)
		}
	})
}

func TestAKeeperTakesOutWhomTheyName(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, ctx := open(t, url), t.Context()
		key := w.founded(t).Slug
		// the organisation was there before the person who speaks for it
		fine(t, w.Join(ctx, partner, key, "sourcing", false))
		w.now = w.now.Add(time.Minute)
		fine(t, w.Join(ctx, partner, key, "", true))
		is(t, "an organisation as keeper", w.Member(ctx, founder, key, "", "sourcing", app.MakeKeeper), good.Invalid)
		is(t, "an organisation that does not belong to it", w.Member(ctx, founder, key, "", "house", app.SendAway), good.Invalid)
		is(t, "an organisation that is none", w.Member(ctx, founder, key, "", "nothing", app.SendAway), good.Invalid)
		is(t, "a member takes it out", w.Member(ctx, partner, key, "", "sourcing", app.SendAway), good.Forbidden)
		fine(t, w.Member(ctx, founder, key, "p-partner", "", app.SendAway))
		if v := w.see(t, founder, key); v.Members != 1 || len(v.Bodies) != 1 || v.Bodies[0].Slug != "sourcing" {
			t.Errorf("the organisation went with the person: %d %+v", v.Members, v.Bodies)
		}
		fine(t, w.Join(ctx, partner, key, "", true), w.Member(ctx, founder, key, "", "sourcing", app.SendAway))
		if v := w.see(t, founder, key); v.Members != 2 || len(v.Bodies) != 0 {
			t.Errorf("the person went with the organisation: %d %+v", v.Members, v.Bodies)
		}
	})
}

func TestWhatIsHiddenCanBeLeft(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, ctx := open(t, url), t.Context()
		key := w.founded(t).Slug
		fine(t, w.Join(ctx, amina, key, "", true), w.Hide(ctx, desk, key, true, "Sells pills."))
		if list, err := w.List(ctx, amina, "", "", 10); err != nil || len(list.Mine) != 0 {
			t.Errorf("a member still sees it among theirs: %+v %v", list.Mine, err)
		}
		if list, err := w.List(ctx, founder, "", "", 10); err != nil || len(list.Mine) != 1 {
			t.Errorf("its keeper sees it no more: %+v %v", list.Mine, err)
		}
		fine(t, w.Leave(ctx, amina, key, ""))
		err := w.Leave(ctx, amina, key, "")
		is(t, "who is out of it", err, good.NotFound)
		var e *good.Error
		if !errors.As(err, &e) || e.Key != "community.error.unknown" {
			t.Errorf("it tells strangers that it is there: %v", err)
		}
		if v := w.see(t, founder, key); v.Members != 1 {
			t.Errorf("%d members", v.Members)
		}
	})
}

func TestACommunityOutlivesItsOnlyKeeper(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, ctx := open(t, url), t.Context()
		key := w.founded(t).Slug
		w.write(t, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutMember(ctx, good.Member{Body: allied.ID, Person: shy.Person, Since: tx.Now()})
		})
		fine(t, w.Join(ctx, amina, key, "", false), w.Join(ctx, founder, key, "house", true), w.Join(ctx, partner, key, "sourcing", true))
		is(t, "the secretariat names a keeper where there is one", w.Member(ctx, desk, key, "p-amina", "", app.MakeKeeper), good.Forbidden)
		if v := w.see(t, desk, key); v.Names || len(v.People) != 0 {
			t.Errorf("the secretariat sees who belongs to what others keep: %+v", v.People)
		}
		w.write(t, func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(app.Forget(ctx, tx, good.Person{ID: founder.Person}), app.Forget(ctx, tx, good.Person{ID: partner.Person}))
		})
		v := w.see(t, desk, key)
		if len(v.Bodies) != 1 || v.Bodies[0].Slug != "house" {
			t.Errorf("what belongs to it by others: %+v", v.Bodies)
		}
		if !v.Names || v.Keeps || len(v.People) != 1 || v.People[0].Pseudonym != "p-amina" || v.People[0].Name != "" {
			t.Errorf("the secretariat cannot name a keeper: %+v", v.People)
		}
		is(t, "a member names themselves", w.Member(ctx, amina, key, "p-amina", "", app.MakeKeeper), good.Forbidden)
		is(t, "the secretariat sends members away", w.Member(ctx, desk, key, "p-amina", "", app.SendAway), good.Forbidden)
		fine(t, w.Member(ctx, desk, key, "p-amina", "", app.MakeKeeper))
		if v := w.see(t, amina, key); !v.Keeps || len(v.People) != 1 || !v.People[0].Keeper {
			t.Errorf("%+v", v.People)
		}
		if v := w.see(t, shy, key); len(v.Belongs) != 1 {
			t.Error("who acts for the organisation cannot leave with it")
		}
		fine(t, w.Leave(ctx, shy, key, "house"))
	})
}

func TestConsentCanBeTakenBackAfterManyJoins(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, ctx := open(t, url), t.Context()
		key := w.founded(t).Slug
		fine(t, w.Join(ctx, amina, key, "", true))
		for range community.MaxJoinsDay - 1 { // what was left again counts, too
			fine(t, w.Leave(ctx, amina, key, ""), w.Join(ctx, amina, key, "", true))
		}
		second, err := w.Found(ctx, founder, about("Deaths"))
		fine(t, err)
		is(t, "one more", w.Join(ctx, amina, second.Slug, "", true), good.Limited)
		fine(t, w.Join(ctx, amina, key, "", false))
		if v := w.see(t, access.Who{}, key); len(v.People) != 0 {
			t.Errorf("still named: %+v", v.People)
		}
		w.now = w.now.Add(25 * time.Hour)
		if err := w.Join(ctx, amina, second.Slug, "", true); err != nil {
			t.Errorf("a day later: %v", err)
		}
	})
}

func TestMeetingsAheadAreBoundedWhateverWayTheyCome(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, ctx := open(t, url), t.Context()
		key := w.founded(t).Slug
		plan := func(local string, times int) app.Plan {
			p := app.Plan{Meeting: community.Meeting{Title: " Our \n call ", Zone: "UTC", Local: local, Minutes: 60}, Times: times}
			if times > 1 {
				p.Repeat = community.Weekly
			}
			return p
		}
		first, err := w.Meet(ctx, founder, key, plan("2026-11-26T09:00", 1))
		fine(t, err)
		if v := w.see(t, founder, key); v.Events[0].Text != "Our call" {
			t.Errorf("the history says %q", v.Events[0].Text)
		}
		w.now = w.now.Add(3 * 24 * time.Hour) // the first one is long over
		for _, n := range []int{26, 26, 7} {
			_, err := w.Meet(ctx, founder, key, plan("2026-12-01T09:00", n))
			fine(t, err)
		}
		_, err = w.Meet(ctx, founder, key, plan("2026-11-29T10:00", 1)) // some hours ago
		fine(t, err)
		_, err = w.Meet(ctx, founder, key, plan("2026-11-29T10:00", 1))
		is(t, "one more of yesterday", err, good.Limited)
		m := first[0]
		m.Local = "2027-01-01T09:00"
		_, err = w.Meeting(ctx, founder, key, m.ID, m)
		is(t, "one that is over moves ahead", err, good.Limited)
		m.Local, m.Notes = "2026-11-26T10:00", "https://notes.example.org"
		if _, err := w.Meeting(ctx, founder, key, m.ID, m); err != nil {
			t.Errorf("what was written down of it: %v", err)
		}
	})
}

func TestACommunityIsFoundUnderWhatItsGoodWentInto(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w, ctx := open(t, url), t.Context()
		in := about("Deaths")
		in.Goods = []string{"deaths"}
		deaths := good.Good{ID: "01JZX4T9W2QK8N5V3B7C6D0003", Slug: "deaths", Stage: good.Recognised, Facts: good.Facts{Name: "Deaths"}}
		w.write(t, func(ctx context.Context, tx *store.Tx) error { return tx.PutGood(ctx, &deaths) })
		_, err := w.Found(ctx, founder, in)
		fine(t, err)
		found := func(name string) int {
			t.Helper()
			list, err := w.List(ctx, access.Who{}, name, "", 10)
			if err != nil || list.Total != len(list.Communities) {
				t.Fatalf("%+v %v", list, err)
			}
			return list.Total
		}
		if found("births") != 0 || found("deaths") != 1 {
			t.Error("before")
		}
		w.write(t, func(ctx context.Context, tx *store.Tx) error {
			g, err := tx.Good(ctx, deaths.ID)
			if err != nil {
				return err
			}
			return tx.MergeGood(ctx, g, births, "The same.", true)
		})
		if found("births") != 1 || found("deaths") != 1 || found("old") != 1 {
			t.Error("it is not found under what its good went into")
		}
		w.write(t, func(ctx context.Context, tx *store.Tx) error {
			g, err := tx.Good(ctx, deaths.ID)
			if err != nil {
				return err
			}
			return tx.Part(ctx, g, "Not the same.")
		})
		if found("births") != 0 || found("deaths") != 1 {
			t.Error("it is not given back")
		}
	})
}

func TestAPageListsSoManyMembersAndCountsAll(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		key := w.founded(t).Slug
		c := w.see(t, founder, key)
		w.write(t, func(ctx context.Context, tx *store.Tx) error {
			for range app.MembersShown {
				p := &good.Person{ID: tx.NewID(), Name: "Of many"}
				p.Pseudonym = "p-" + string(p.ID)
				if err := errors.Join(tx.PutPerson(ctx, p), tx.PutCommunityMember(ctx, community.Member{Community: c.ID, Person: p.ID, Named: true, Since: tx.Now()})); err != nil {
					return err
				}
			}
			return nil
		})
		v := w.see(t, founder, key)
		if v.Members != app.MembersShown+1 || len(v.People) != app.MembersShown || v.People[0].Pseudonym != "p-founder" {
			t.Errorf("%d of %d, %+v first", len(v.People), v.Members, v.People[0])
		}
		if f, err := w.Follow(t.Context(), access.Who{}, key); err != nil || len(f.Events) != 1 || f.Members != 0 {
			t.Errorf("what programs follow: %+v %v", f, err)
		}
	})
}
