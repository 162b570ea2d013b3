package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/testkit"
)

// TestAGoodsPageShowsWhatOrganisationsAgreed tells on the page of a good which
// organisations agreed something with it, who says so, and when its time has run
// out, though nobody wrote anything; a denied one is not told of.
func TestAGoodsPageShowsWhatOrganisationsAgreed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		i := newInstanceOn(t, &ServeCmd{}, "http://stoa.example", url)
		i.now = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)
		i.knows(t, "births", "Open Births")
		g, _, err := i.db.GoodBySlug(t.Context(), "open-births")
		if err != nil {
			t.Fatal(err)
		}
		body := good.Body{ID: "01HZZZZZZZZZZZZZZZZZZZZZZB", Slug: "safari", Name: "Safari <Mobile>", Created: i.now}
		list := []*support.Agreement{
			{ID: "01HZZZZZZZZZZZZZZZZZZZZZZ1", State: support.Claimed, Deal: support.Deal{Kind: "zero-rating", Countries: []string{"KE"}, Since: "2026"}},
			{ID: "01HZZZZZZZZZZZZZZZZZZZZZZ2", State: support.Confirmed, Confirmed: i.now.AddDate(0, -1, 0), Deal: support.Deal{Kind: "hosting", Since: "2026", Until: "2027-01-11"}},
			{ID: "01HZZZZZZZZZZZZZZZZZZZZZZ3", State: support.Denied, Deal: support.Deal{Kind: "training", Since: "2026"}},
		}
		put := func(list ...*support.Agreement) {
			t.Helper()
			if _, err := i.db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
				for _, a := range list {
					a.Body, a.Organisation, a.Good, a.Opened, a.Stated = body.ID, body.Name, g.ID, i.now, i.now
					if err := tx.PutAgreement(ctx, a); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := i.db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.AddBody(ctx, body) }); err != nil {
			t.Fatal(err)
		}
		put(list...)
		const at = "/goods/open-births"
		w := i.ask("GET", at, "", "", "")
		for _, want := range []string{"Agreements with organisations", "Safari &lt;Mobile&gt;", "Claimed by the organisation", "Confirmed by the owner of the good", `href="/support/agreements/` + string(list[0].ID), `href="/support/agreements/` + string(list[1].ID), `href="/support/organisations/` + string(body.ID)} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("the page of the good does not say %q", want)
			}
		}
		if strings.Contains(w.Body.String(), string(list[2].ID)) || strings.Contains(w.Body.String(), "All agreements") {
			t.Error("a denied agreement is told of, or the rest of a list that has none")
		}
		if w := i.ask("GET", "/support/organisations/"+string(body.ID), "", "", ""); w.Code != 200 {
			t.Errorf("the link to the organisation leads to %d", w.Code)
		}
		again := func() int {
			r := httptest.NewRequest("GET", at, nil)
			r.RemoteAddr = "127.0.0.1:1"
			r.Header.Set("If-None-Match", w.Header().Get("ETag"))
			out := httptest.NewRecorder()
			i.handler.ServeHTTP(out, r)
			return out.Code
		}
		if code := again(); code != 304 {
			t.Errorf("asked again on the day: %d", code)
		}
		i.now = i.now.AddDate(0, 0, 1)
		if code, w := again(), i.ask("GET", at, "", "", ""); code != 200 || !strings.Contains(w.Body.String(), "Its time has run out") {
			t.Errorf("the day after its end: %d", code)
		}
		for n := range 4 {
			put(&support.Agreement{ID: good.ID(fmt.Sprintf("01HZZZZZZZZZZZZZZZZZZZZZY%d", n)), State: support.Claimed, Deal: support.Deal{Kind: "device-programme", Countries: []string{"UG"}, Since: "2026"}})
		}
		if w := i.ask("GET", "/fr"+at, "", "", ""); !strings.Contains(w.Body.String(), `href="/fr/support/agreements?good=`) || !strings.Contains(w.Body.String(), "Tous les accords") {
			t.Error("of more than five the rest is not led to")
		}
	})
}
