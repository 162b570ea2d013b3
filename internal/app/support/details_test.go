package support_test

import (
	"context"
	"maps"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/journal"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/testkit"
)

func TestHelpSaysWhatIsAskedOfItsKind(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.owned(t, owner)
		if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			g, err := tx.Good(ctx, opencrvs)
			if err != nil {
				return err
			}
			g.Kinds = []good.Kind{good.Content}
			return tx.PutGood(ctx, g)
		}); err != nil {
			t.Fatal(err)
		}
		in := wish()
		in.Kind, in.Public = "model-evaluation", true
		if _, _, err := w.Request(t.Context(), ministry, in); good.KindOf(err) != good.Invalid || err.(*good.Error).Field != "kind" {
			t.Errorf("help that is of no use: %v", err)
		}
		in.Kind = "magic"
		if _, _, err := w.Request(t.Context(), ministry, in); good.KindOf(err) != good.Invalid || err.(*good.Error).Key != "help.error.kind" {
			t.Errorf("help that there is not: %v", err)
		}
		in.Kind, in.Details = "channel", map[string]string{"channel_type": "ussd", "zero_domains": "example.org"}
		if _, _, err := w.Request(t.Context(), ministry, in); good.KindOf(err) != good.Invalid || err.(*good.Error).Field != "zero_domains" {
			t.Errorf("of another kind of help: %v", err)
		}
		in.Details = map[string]string{"channel_type": "USSD", "channel_operator": "Safari Mobile"}
		r, _, err := w.Request(t.Context(), ministry, in)
		want := map[string]string{"channel_type": "ussd", "channel_operator": "Safari Mobile"}
		if err != nil || !maps.Equal(r.Details, want) {
			t.Fatalf("%+v %v", r, err)
		}
		offer := app.OfferInput{Body: string(safari), Terms: support.Terms{Title: "A code", Kinds: []string{"channel"}, Details: map[string]string{"channel_type": "ussd ivr", "channel_code": "*123#"}}}
		if _, _, err := w.Offer(t.Context(), operator, offer); err != nil {
			t.Fatal(err)
		}
		agreed := deal()
		agreed.Kind = "conformance-testing"
		if _, _, err := w.Agree(t.Context(), operator, agreed); good.KindOf(err) != good.Invalid || err.(*good.Error).Field != "kind" {
			t.Errorf("an agreement that is of no use: %v", err)
		}
		agreed = deal()
		agreed.Details = map[string]string{"zero_domains": "learn.example.org", "zero_until": "2030"}
		g, _, err := w.Agree(t.Context(), operator, agreed)
		if err != nil || g.Details["zero_domains"] != "learn.example.org" {
			t.Fatalf("%+v %v", g, err)
		}
		agreed.Kind, agreed.Details = "conformance-testing", nil
		if _, _, err := w.ChangeAgreement(t.Context(), operator, g.ID, agreed); good.KindOf(err) != good.Invalid {
			t.Errorf("changed into one: %v", err)
		}
		w.same(t)
		w.statedBefore(t, r.ID, g.ID)
		for which, n := range map[app.Which][2]int{{Detail: "channel_type:ussd"}: {1, 1}, {Detail: "channel_type:ivr"}: {1, 0}, {Detail: "channel_type:sms"}: {0, 0}, {For: good.Content}: {1, 1}, {For: good.Standard}: {0, 0}, {For: good.Content, Detail: "channel_type:ivr", Kind: "channel"}: {1, 0}} {
			offers, err := w.Offers(t.Context(), which, 10)
			if err != nil || offers.Total != n[0] || len(offers.Offers) != n[0] {
				t.Errorf("%+v: %d of %d %v", which, len(offers.Offers), offers.Total, err)
			}
			requests, err := w.Requests(t.Context(), which, 10)
			if err != nil || requests.Total != n[1] || len(requests.Requests) != n[1] {
				t.Errorf("%+v: %d of %d %v", which, len(requests.Requests), requests.Total, err)
			}
		}
		for _, which := range []app.Which{{For: "spoons"}, {Detail: "channel_type:pigeon"}, {Detail: "channel_code:*123#"}} {
			if _, err := w.Offers(t.Context(), which, 10); good.KindOf(err) != good.Invalid {
				t.Errorf("%+v: %v", which, err)
			}
		}

		// What was written there may name somebody: it can be erased alone.
		past, err := w.DB.History(t.Context(), r.ID, 10)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (&journal.App{DB: w.DB}).Erase(t.Context(), good.Actor{Role: access.Operator}, past[0].Position, "details", "It named somebody."); err != nil {
			t.Fatal(err)
		}
		if v, err := w.ShowRequest(t.Context(), ministry, r.ID); err != nil || len(v.Ask.Details) != 0 || v.Title == "" {
			t.Errorf("after it was erased: %+v %v", v.Request, err)
		}
		w.same(t)
	})
}

// statedBefore has a request and an agreement be of a kind that is of no use for
// their good, which came with one that became part of it: all but the kind can
// be mended still, and what is stated anew names the good that there is.
func (w *world) statedBefore(t *testing.T, request, agreement good.ID) {
	t.Helper()
	r, err := w.DB.SupportRequest(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	g, err := w.DB.Agreement(t.Context(), agreement)
	if err != nil {
		t.Fatal(err)
	}
	ask, held := r.Ask, g.Deal
	if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		r.Kind, r.Details, r.Was, g.Kind, g.Details, g.Was = "model-evaluation", nil, theirs, "model-evaluation", nil, theirs
		if err := tx.PutRequest(ctx, r); err != nil {
			return err
		}
		return tx.PutAgreement(ctx, g)
	}); err != nil {
		t.Fatal(err)
	}
	again := app.RequestInput{Good: string(r.Good), Public: true, Ask: r.Ask}
	again.Title = "Another title"
	if r, _, err := w.ChangeRequest(t.Context(), ministry, request, again); err != nil || r.Title != "Another title" || r.Was != "" {
		t.Errorf("%+v %v", r, err)
	}
	said := app.AgreementInput{Deal: g.Deal}
	said.Text = "Another text"
	if g, _, err := w.ChangeAgreement(t.Context(), operator, agreement, said); err != nil || g.Text != "Another text" || g.Was != "" {
		t.Errorf("%+v %v", g, err)
	}
	again.Ask, said.Deal = ask, held
	again.Kind = "conformance-testing"
	again.Details = nil
	if _, _, err := w.ChangeRequest(t.Context(), ministry, request, again); good.KindOf(err) != good.Invalid {
		t.Errorf("changed into help that is of no use: %v", err)
	}
	again.Ask = ask
	if _, _, err := w.ChangeRequest(t.Context(), ministry, request, again); err != nil {
		t.Error(err)
	}
	if _, _, err := w.ChangeAgreement(t.Context(), operator, agreement, said); err != nil {
		t.Error(err)
	}
}
