package support_test

import (
	"slices"
	"testing"

	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/support"
	"stoa/internal/testkit"
)

func codes(a need.Aid) (out []string) {
	for _, p := range a.Points {
		out = append(out, p.Code)
	}
	return out
}

func TestOffersThatFitANeedAreFoundWithReasons(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ctx := t.Context()
		o := w.offer(t)
		ranked := []*good.Good{{ID: opencrvs, Slug: "opencrvs", Facts: good.Facts{Name: "OpenCRVS"}}}
		ask := &need.Ask{Problem: "Births are registered on paper.", Lang: "en", Country: "KE", Tongues: []string{"sw"}, Musts: []need.Must{need.Offline}}
		list, err := w.ForNeed(ctx, ask, ranked, 5)
		if err != nil || len(list) != 1 || list[0].ID != o.ID || list[0].By != "Safari Mobile" {
			t.Fatalf("%+v, %v", list, err)
		}
		for _, want := range []string{"good-said", "kind", "country", "language"} {
			if !slices.Contains(codes(list[0]), want) {
				t.Errorf("%s is no reason: %+v", want, list[0].Points)
			}
		}
		if title, in := list[0].Called("fr"); title != "Messages in Kenya" || in != "" {
			t.Errorf("%q %q", title, in)
		}
		// What the need does not call for, and who knows none of its goods, fits only in the very country.
		for name, c := range map[string]struct {
			ask    need.Ask
			ranked []*good.Good
			n      int
		}{
			"another country":                 {need.Ask{Lang: "en", Country: "UG", Musts: ask.Musts}, ranked, 0},
			"its good alone":                  {need.Ask{Lang: "en", Country: "KE"}, ranked, 1},
			"neither a good nor a kind":       {need.Ask{Lang: "en", Country: "KE"}, nil, 0},
			"a kind in the country":           {need.Ask{Lang: "en", Country: "KE", Musts: ask.Musts}, nil, 1},
			"where the need names no country": {need.Ask{Lang: "en", Musts: ask.Musts}, nil, 1},
		} {
			if list, err := w.ForNeed(ctx, &c.ask, c.ranked, 5); err != nil || len(list) != c.n {
				t.Errorf("%s: %d, %v", name, len(list), err)
			}
		}
		if _, _, err := w.TurnOffer(ctx, operator, o.ID, support.Paused); err != nil {
			t.Fatal(err)
		}
		if list, err := w.ForNeed(ctx, ask, ranked, 5); err != nil || len(list) != 0 {
			t.Errorf("who wants to hear nothing is found: %+v, %v", list, err)
		}
	})
}
