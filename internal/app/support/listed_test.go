package support_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/testkit"
)

func TestNobodyConfirmsWhatWasChangedMeanwhile(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.owned(t, owner)
		g, _, err := w.Agree(t.Context(), operator, deal())
		if err != nil {
			t.Fatal(err)
		}
		read := g.Version
		in := deal()
		in.Text, in.Version = "Free for whoever pays.", read
		if _, _, err := w.ChangeAgreement(t.Context(), operator, g.ID, in); err != nil {
			t.Fatal(err)
		}
		in.Text = "Free again."
		if _, _, err := w.ChangeAgreement(t.Context(), operator, g.ID, in); good.KindOf(err) != good.Conflict {
			t.Errorf("a colleague's words are overwritten: %v", err)
		}
		for name, c := range map[string]struct {
			to      support.State
			version int64
		}{"what was read is confirmed": {support.Confirmed, read}, "whatever it is, it is confirmed": {support.Confirmed, 0}, "what was read is denied": {support.Denied, read}} {
			if _, _, err := w.TurnAgreement(t.Context(), owner, g.ID, c.to, "No.", c.version); good.KindOf(err) != good.Conflict {
				t.Errorf("%s: %v", name, err)
			}
		}
		if now, _, err := w.TurnAgreement(t.Context(), owner, g.ID, support.Confirmed, "", read+1); err != nil || now.State != support.Confirmed || now.Deal.Text != "Free for whoever pays." {
			t.Errorf("%+v %v", now, err)
		}
		w.same(t)
	})
}

func TestAnOrganisationAsksOwnersOnlySoOften(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.owned(t, owner)
		lands := []string{"KE", "TZ", "UG", "RW", "SN", "ML", "NE", "TD", "SD", "EG", "LY", "TN", "DZ", "MA", "GH", "TG", "BJ", "NG", "CM", "GA", "CG"}
		agree := func(n int) (*support.Agreement, error) {
			in := deal()
			in.Countries = lands[n : n+1]
			g, _, err := w.Agree(t.Context(), operator, in)
			return g, err
		}
		var last *support.Agreement
		for n := range support.StatedADay {
			var err error
			if last, err = agree(n); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := agree(support.StatedADay); good.KindOf(err) != good.Limited {
			t.Errorf("one more: %v", err)
		}
		// One that was stated today can be put right, and nobody is asked twice.
		in := deal()
		in.Countries, in.Text = last.Countries, "Free, with a mistake mended."
		if _, _, err := w.ChangeAgreement(t.Context(), operator, last.ID, in); err != nil {
			t.Error(err)
		}
		if n := w.heard(owner, "agreement-waiting"); n != support.StatedADay {
			t.Errorf("the owner heard %d times", n)
		}
		if _, _, err := w.TurnAgreement(t.Context(), operator, last.ID, support.Closed, "To make room.", 0); err != nil {
			t.Fatal(err)
		}
		if _, err := agree(support.StatedADay); good.KindOf(err) != good.Limited {
			t.Errorf("one that is over makes room: %v", err)
		}
		w.now = w.now.Add(24 * time.Hour)
		if _, err := agree(support.StatedADay); err != nil {
			t.Errorf("the day after: %v", err)
		}
	})
}

// listed are the ids of what an organisation's lists hold, as they can be taken
// away by everybody.
func (w *world) listed(t *testing.T) (offers, agreements []good.ID) {
	t.Helper()
	which := app.Which{Body: string(safari)}
	if err := w.EachOffer(t.Context(), which, func(o support.Offer, _ app.Names) error { offers = append(offers, o.ID); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := w.EachAgreement(t.Context(), which, func(g support.Agreement, _ app.Names) error { agreements = append(agreements, g.ID); return nil }); err != nil {
		t.Fatal(err)
	}
	return offers, agreements
}

func TestWhatIsHiddenIsInNoListOfItsOrganisation(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.owned(t, owner)
		o := w.offer(t)
		g, _, err := w.Agree(t.Context(), operator, deal())
		if err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(time.Second)
		over := deal()
		over.Countries = []string{"TZ"}
		ended, _, err := w.Agree(t.Context(), operator, over)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.TurnAgreement(t.Context(), operator, ended.ID, support.Closed, "It ran out.", 0); err != nil {
			t.Fatal(err)
		}
		if offers, agreements := w.listed(t); !slices.Equal(offers, []good.ID{o.ID}) || !slices.Equal(agreements, []good.ID{ended.ID, g.ID}) {
			t.Errorf("%v %v", offers, agreements)
		}
		if _, _, err := w.TurnOffer(t.Context(), operator, o.ID, support.Paused); err != nil {
			t.Fatal(err)
		}
		if offers, _ := w.listed(t); len(offers) != 0 {
			t.Errorf("a paused offer is listed: %v", offers)
		}
		for _, id := range []good.ID{o.ID, g.ID} {
			if _, err := w.Hide(t.Context(), desk, id, true, "It is an advertisement."); err != nil {
				t.Fatal(err)
			}
		}
		if offers, agreements := w.listed(t); len(offers) != 0 || !slices.Equal(agreements, []good.ID{ended.ID}) {
			t.Errorf("taken away: %v %v", offers, agreements)
		}
		if list, err := w.Agreements(t.Context(), app.Which{Body: string(safari)}, 10); err != nil || len(list.Items) != 1 || list.Items[0].ID != ended.ID {
			t.Errorf("listed: %+v %v", list.Items, err)
		}
		v, err := w.ShowOrganisation(t.Context(), access.Who{}, string(safari))
		if err != nil || len(v.Offers) != 0 || len(v.Agreements) != 1 || len(v.Kinds)+len(v.Countries) != 0 {
			t.Errorf("on its page: %+v %+v %v %v %v", v.Offers, v.Agreements, v.Kinds, v.Countries, err)
		}
	})
}

func TestOrganisationsAreListedInShort(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		const most = app.PageLength + 2
		if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			for n := range most {
				g := &support.Agreement{ID: good.ID(fmt.Sprintf("01HZZZZZZZZZZZZZZZZZZZZ%03d", n)), Body: safari, Organisation: "Safari Mobile", Deal: support.Deal{Good: opencrvs, Kind: "hosting", Since: "2026", Countries: []string{"KE"}}, State: support.Claimed, Opened: w.now, Stated: w.now}
				switch n {
				case 0:
					g.Kind, g.Countries = "channel", nil
				case 1:
					g.Kind, g.Countries, g.State = "training", []string{"UG"}, support.Denied
				}
				if err := tx.PutAgreement(ctx, g); err != nil {
					return err
				}
			}
			return tx.PutOffer(ctx, &support.Offer{ID: "01HZZZZZZZZZZZZZZZZZZZZZR1", Body: theirs, Organisation: "Safari Mobile Ltd", Terms: support.Terms{Title: "We train", Kinds: []string{"training"}, Countries: []string{"SN"}}, State: support.Open, Opened: w.now})
		}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Reach(t.Context(), operator, app.ReachInput{Body: string(safari), Say: []support.Span{span(5)}}); err != nil {
			t.Fatal(err)
		}
		list, err := w.Organisations(t.Context(), app.Which{}, "", 10)
		if err != nil || len(list.Items) != 2 {
			t.Fatalf("%+v %v", list.Items, err)
		}
		if one := list.Items[0]; one.ID != safari || !one.Anywhere || !slices.Equal(one.Countries, []string{"KE"}) || len(one.Kinds) != 2 || slices.Contains(one.Kinds, "training") || len(one.Spans) != 1 {
			t.Errorf("%+v", one)
		}
		if one := list.Items[1]; one.ID != theirs || one.Anywhere || !slices.Equal(one.Countries, []string{"SN"}) || !slices.Equal(one.Kinds, []string{"training"}) || len(one.Spans) != 0 {
			t.Errorf("%+v", one)
		}
		v, err := w.ShowOrganisation(t.Context(), access.Who{}, string(safari))
		if err != nil || len(v.Agreements) != app.PageLength || !v.More {
			t.Errorf("%d agreements on its page, more: %v, %v", len(v.Agreements), v.More, err)
		}
	})
}
