package needs_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/needs"
	"stoa/internal/catalog"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	ministry = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "ministry"}
	helper   = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "helper"}
	other    = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZC", Pseudonym: "other"}
	desk     = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZD", Pseudonym: "desk", Roles: []string{access.Secretariat}}
	nobody   access.Who
)

// world is needs on a database with two goods.
type world struct {
	*app.App
	now  time.Time
	told []string
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
	var goods []*good.Good
	_, err = db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []access.Who{ministry, helper, other, desk} {
			if err := tx.PutPerson(ctx, &good.Person{ID: who.Person, Pseudonym: who.Pseudonym}); err != nil {
				return err
			}
		}
		for n, summary := range []string{"Registers births and deaths in villages, offline on phones.", "Keeps payments of banks."} {
			g := &good.Good{ID: good.ID("01JZX4T9W2QK8N5V3B7C6D000" + string(rune('1'+n))), Slug: []string{"opencrvs", "mojaloop"}[n], Stage: good.Recognised, Facts: good.Facts{Name: []string{"OpenCRVS", "Mojaloop"}[n], Summary: good.Text{"en": summary}}}
			goods = append(goods, g)
			if err := tx.PutGood(ctx, g); err != nil {
				return err
			}
		}
		b := good.Body{ID: "01HZZZZZZZZZZZZZZZZZZZZZZF", Slug: "helpers", Name: "Helpers Ltd", Created: w.now}
		if err := tx.AddBody(ctx, b); err != nil {
			return err
		}
		return tx.PutMember(ctx, good.Member{Body: b.ID, Person: helper.Person, Keeper: true, Since: w.now})
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := catalog.Build(func(yield func(*good.Good, error) bool) {
		for _, g := range goods {
			if !yield(g, nil) {
				return
			}
		}
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	live := &catalog.Live{}
	live.Store(s)
	w.App = &app.App{DB: db, Live: live, Now: clock, Tell: func(_ context.Context, _ *store.Tx, key string, n good.Notice) error {
		w.told = append(w.told, n.Kind+" "+string(n.Person))
		return nil
	}}
	return w
}

func asked(v need.Visibility) need.Record {
	return need.Record{Ask: need.Ask{Problem: "Register births in villages. There is no network.", Lang: "en", Country: "KE", Sectors: []string{"governance"}, SDGs: []int{16}, Musts: []need.Must{need.Offline}}, Visibility: v, Wanted: true}
}

func (w *world) keeps(t *testing.T, who access.Who, v need.Visibility) *need.Record {
	t.Helper()
	r, err := w.Keep(t.Context(), who, asked(v))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func is(t *testing.T, what string, err error, kind good.ErrorKind) {
	t.Helper()
	if good.KindOf(err) != kind {
		t.Errorf("%s: %v", what, err)
	}
}

func TestGoodsAreRankedWithoutAnAccount(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ask := asked("").Ask
		list, err := w.Match(t.Context(), &ask, 5)
		if err != nil || len(list) == 0 || list[0].Good.Slug != "opencrvs" {
			t.Fatalf("%+v %v", list, err)
		}
		if r := list[0].Reasons(); !slices.ContainsFunc(r, func(f need.Finding) bool { return f.About == need.AboutOffline }) {
			t.Errorf("the reasons are %+v", r)
		}
		if slices.ContainsFunc(list[0].Findings, func(f need.Finding) bool { return f.About == need.AboutUse }) {
			t.Error("what nobody confirmed is told as confirmed")
		}
		r := &deploy.Record{ID: "01HZZZZZZZZZZZZZZZZZZZZZZQ", Good: list[0].Good.ID, Statement: deploy.Statement{Organisation: "Ministry", Country: "KE", Stage: deploy.Live}, State: deploy.Confirmed}
		if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.PutDeployment(ctx, r) }); err != nil {
			t.Fatal(err)
		}
		if list, err = w.Match(t.Context(), &ask, 5); err != nil || list[0].Findings[0].About != need.AboutUse {
			t.Errorf("confirmed use is not told first: %+v %v", list[0].Findings, err)
		}
		near := map[string]deploy.State{"UG": deploy.Confirmed, "TZ": deploy.Claimed, "IN": deploy.Confirmed} // the last is far away
		for country, state := range near {
			r := &deploy.Record{ID: good.ID("01HZZZZZZZZZZZZZZZZZZZZZ" + country), Good: list[0].Good.ID, Statement: deploy.Statement{Organisation: "Ministry of " + country, Country: country, Stage: deploy.Live}, State: state}
			if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.PutDeployment(ctx, r) }); err != nil {
				t.Fatal(err)
			}
		}
		if list, err = w.Match(t.Context(), &ask, 5); err != nil || list[0].Findings[0].About != need.AboutUse || list[0].Findings[1].About != need.AboutNearby || !slices.Equal(list[0].Findings[1].Values, []string{"UG"}) {
			t.Errorf("confirmed use nearby: %+v %v", list[0].Findings, err)
		}
		// The index is asked again once it is another.
		if list, err = w.Match(t.Context(), &ask, 5); err != nil || list[0].Good.Slug != "opencrvs" {
			t.Errorf("asked again: %+v %v", list, err)
		}
		s, err := catalog.Build(func(yield func(*good.Good, error) bool) {
			yield(&good.Good{ID: "01JZX4T9W2QK8N5V3B7C6D0002", Slug: "mojaloop", Stage: good.Recognised, Facts: good.Facts{Name: "Mojaloop", Summary: good.Text{"en": "Registers births in villages."}}}, nil)
		}, 2)
		if err != nil {
			t.Fatal(err)
		}
		w.Live.Store(s)
		if list, err = w.Match(t.Context(), &ask, 5); err != nil || len(list) != 1 || list[0].Good.Slug != "mojaloop" {
			t.Errorf("after the catalogue changed: %+v %v", list, err)
		}
		ask.Problem = ""
		_, err = w.Match(t.Context(), &ask, 5)
		is(t, "nothing is asked", err, good.Invalid)
	})
}

func TestWhoSeesANeed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		_, err := w.Keep(t.Context(), nobody, asked(need.Public))
		is(t, "nobody keeps a need", err, good.Unauthenticated)
		private, linked, public := w.keeps(t, ministry, need.Private), w.keeps(t, ministry, need.Linked), w.keeps(t, ministry, need.Public)
		for _, who := range []access.Who{nobody, other, desk} {
			_, err := w.Show(t.Context(), who, private.ID)
			is(t, who.Pseudonym+" sees what is private", err, good.NotFound)
			for _, id := range []good.ID{linked.ID, public.ID} {
				if v, err := w.Show(t.Context(), who, id); err != nil || v.Keeps {
					t.Errorf("%s: %+v %v", who.Pseudonym, v, err)
				}
			}
			_, err = w.Change(t.Context(), who, public.ID, asked(need.Private))
			if k := good.KindOf(err); k != good.Forbidden && k != good.Unauthenticated {
				t.Errorf("%s changes another's need: %v", who.Pseudonym, err)
			}
		}
		list, err := w.List(t.Context(), app.Which{}, 10)
		if err != nil || list.Total != 1 || list.Needs[0].ID != public.ID || list.Needs[0].Title != "Register births in villages" {
			t.Errorf("listed are %+v %v", list, err)
		}
		for which, n := range map[app.Which]int{{Country: "KE"}: 1, {Country: "UG"}: 0, {Sector: "governance", SDG: "16"}: 1, {Sector: "health"}: 0, {State: "open"}: 1, {State: "closed"}: 0} {
			if list, err := w.List(t.Context(), which, 10); err != nil || list.Total != n || len(list.Needs) != n {
				t.Errorf("%+v: %d, %v", which, list.Total, err)
			}
		}
		if mine, err := w.Mine(t.Context(), ministry); err != nil || len(mine) != 3 {
			t.Errorf("%d are mine, %v", len(mine), err)
		}
		if _, err := w.Change(t.Context(), ministry, public.ID, asked(need.Private)); err != nil {
			t.Fatal(err)
		}
		if list, _ := w.List(t.Context(), app.Which{Country: "KE"}, 10); list.Total != 0 {
			t.Error("what became private is still listed")
		}
		stale := asked(need.Public)
		stale.Version = public.Version
		_, err = w.Change(t.Context(), ministry, public.ID, stale)
		is(t, "an old version is written over", err, good.Conflict)
	})
}

func TestANeedIsShortlistedClosedAndHidden(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		r := w.keeps(t, ministry, need.Public)
		if _, err := w.Short(t.Context(), ministry, r.ID, "opencrvs", false); err != nil {
			t.Fatal(err)
		}
		_, err := w.Short(t.Context(), ministry, r.ID, "nothing", false)
		is(t, "no good", err, good.Invalid)
		_, err = w.Short(t.Context(), other, r.ID, "opencrvs", true)
		is(t, "another's shortlist", err, good.Forbidden)
		if v, err := w.Show(t.Context(), nobody, r.ID); err != nil || len(v.Short) != 1 || v.Short[0].Slug != "opencrvs" {
			t.Errorf("%+v %v", v, err)
		}
		if r, err = w.Short(t.Context(), ministry, r.ID, "opencrvs", true); err != nil || len(r.Shortlist) != 0 {
			t.Errorf("%+v %v", r, err)
		}
		if _, err := w.Close(t.Context(), ministry, r.ID, need.Hidden, "x"); err == nil {
			t.Error("a keeper hides a need as the secretariat does")
		}
		if r, err = w.Close(t.Context(), ministry, r.ID, need.Solved, "OpenCRVS runs."); err != nil || r.Outcome != need.Solved {
			t.Fatalf("%+v %v", r, err)
		}
		_, err = w.Change(t.Context(), ministry, r.ID, asked(need.Public))
		is(t, "what is closed changes", err, good.Conflict)
		_, err = w.Hide(t.Context(), other, r.ID, "Spam.")
		is(t, "anybody hides", err, good.Forbidden)
		_, err = w.Hide(t.Context(), desk, r.ID, " ")
		is(t, "without a reason", err, good.Invalid)
		if _, err := w.Hide(t.Context(), desk, r.ID, "Spam."); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Show(t.Context(), other, r.ID); good.KindOf(err) != good.NotFound {
			t.Errorf("what is hidden is seen: %v", err)
		}
		if v, err := w.Show(t.Context(), ministry, r.ID); err != nil || v.Reason != "Spam." {
			t.Errorf("its keeper reads why: %+v %v", v, err)
		}
		if list, _ := w.List(t.Context(), app.Which{}, 10); list.Total != 0 {
			t.Error("what is hidden is listed")
		}
	})
}

func TestAnswersAreBetweenTwoUntilAccepted(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		r := w.keeps(t, ministry, need.Public)
		text := "We set up OpenCRVS in four countries and train clerks."
		_, err := w.Answer(t.Context(), nobody, r.ID, "", text)
		is(t, "nobody answers", err, good.Unauthenticated)
		_, err = w.Answer(t.Context(), other, r.ID, "", text)
		is(t, "without an organisation", err, good.Invalid)
		_, err = w.Answer(t.Context(), other, r.ID, "helpers", text)
		is(t, "for another's organisation", err, good.Invalid)
		_, err = w.Answer(t.Context(), helper, r.ID, "", "buy https://a.example https://b.example https://c.example https://d.example now")
		is(t, "spam", err, good.Invalid)
		a, err := w.Answer(t.Context(), helper, r.ID, "", text)
		if err != nil || a.Name != "Helpers Ltd" || !slices.Equal(w.told, []string{"need-answered " + string(ministry.Person)}) {
			t.Fatalf("%+v %v, told %v", a, err, w.told)
		}
		_, err = w.Answer(t.Context(), helper, r.ID, "", text)
		is(t, "answered twice", err, good.Conflict)
		for who, n := range map[string]int{"ministry": 1, "helper": 1, "other": 0, "": 0} {
			v, err := w.Show(t.Context(), map[string]access.Who{"ministry": ministry, "helper": helper, "other": other}[who], r.ID)
			if err != nil || len(v.Answers) != n {
				t.Errorf("%q sees %d answers, want %d: %v", who, len(v.Answers), n, err)
			}
		}
		_, err = w.Decide(t.Context(), helper, r.ID, a.ID, true)
		is(t, "accepts its own", err, good.Forbidden)
		if a, err = w.Decide(t.Context(), ministry, r.ID, a.ID, true); err != nil || a.State != need.Accepted || w.told[1] != "need-accepted "+string(helper.Person) {
			t.Fatalf("%+v %v", a, err)
		}
		_, err = w.Decide(t.Context(), ministry, r.ID, a.ID, false)
		is(t, "decided twice", err, good.Conflict)
		if v, _ := w.Show(t.Context(), nobody, r.ID); len(v.Answers) != 1 {
			t.Error("what is accepted is not seen")
		}
		quiet := asked(need.Public)
		quiet.Wanted = false
		if r, err = w.Keep(t.Context(), ministry, quiet); err != nil {
			t.Fatal(err)
		}
		_, err = w.Answer(t.Context(), helper, r.ID, "", text)
		is(t, "answers nobody wants", err, good.Conflict)
	})
}

func TestFloodsAndErasure(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		for range 20 {
			w.keeps(t, other, need.Public)
		}
		_, err := w.Keep(t.Context(), other, asked(need.Public))
		is(t, "the 21st of a day", err, good.Limited)
		w.now = w.now.Add(25 * time.Hour)
		w.keeps(t, other, need.Private)
		r := w.keeps(t, ministry, need.Public)
		if _, err := w.Answer(t.Context(), helper, r.ID, "helpers", "We set it up and train clerks."); err != nil {
			t.Fatal(err)
		}
		kept, err := w.Kept(t.Context(), good.Person{ID: helper.Person})
		if err != nil || !strings.Contains(fmt.Sprint(kept), "train clerks") {
			t.Errorf("kept is %v, %v", kept, err)
		}
		for _, who := range []access.Who{other, ministry} {
			if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
				return app.Forget(ctx, tx, good.Person{ID: who.Person})
			}); err != nil {
				t.Fatal(err)
			}
		}
		if list, err := w.List(t.Context(), app.Which{}, 10); err != nil || list.Total != 0 {
			t.Errorf("%d are left, %v", list.Total, err)
		}
		kept, err = w.Kept(t.Context(), good.Person{ID: helper.Person})
		if err != nil || strings.Contains(fmt.Sprint(kept), "train clerks") {
			t.Errorf("an answer to what is erased is left: %v, %v", kept, err)
		}
	})
}
