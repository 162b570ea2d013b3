package calls_test

import (
	"testing"

	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/need"
)

func TestOpenCallsThatFitANeedAreFoundWithReasons(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		draft := must(w.Begin(ctx, pia, "fund", written()))(t)
		c := w.open(t, func(c *call.Call) { c.Themes = []string{"Vaccination"} })
		ask := &need.Ask{Problem: "Children miss their vaccination.", Lang: "en", Country: "KE", SDGs: []int{3, 4}}
		list, err := w.ForNeed(ctx, ask, 5)
		if err != nil || len(list) != 1 || list[0].ID != c.ID || list[0].Slug != c.Slug || !list[0].Until.Equal(c.Until) || list[0].ID == draft.ID {
			t.Fatalf("%+v, %v", list, err)
		}
		for i, want := range []need.Point{{Code: "call-sdg", Value: "3", Weight: 20}, {Code: "call-country", Value: "KE", Weight: 20}, {Code: "theme", Value: "Vaccination", Weight: 15}} {
			if len(list[0].Points) != 3 || list[0].Points[i] != want {
				t.Fatalf("%+v", list[0].Points)
			}
		}
		for name, c := range map[string]struct {
			ask need.Ask
			n   int
		}{
			"another country":       {need.Ask{Lang: "en", Country: "IN", SDGs: []int{3}}, 0},
			"another goal":          {need.Ask{Lang: "en", Country: "KE", SDGs: []int{4}}, 0},
			"another kind":          {need.Ask{Lang: "en", Country: "KE", SDGs: []int{3}, Kinds: []good.Kind{good.Content}}, 0},
			"a goal alone":          {need.Ask{Lang: "en", SDGs: []int{3}}, 1},
			"a theme within a word": {need.Ask{Lang: "en", Problem: "They are in revaccinations."}, 0},
			"nothing that it has":   {need.Ask{Lang: "en", Problem: "Roads break."}, 0},
		} {
			if list, err := w.ForNeed(ctx, &c.ask, 5); err != nil || len(list) != c.n {
				t.Errorf("%s: %+v, %v", name, list, err)
			}
		}
		w.now = c.Until
		if list, err := w.ForNeed(ctx, ask, 5); err != nil || len(list) != 0 {
			t.Errorf("a call that closed is found: %+v, %v", list, err)
		}
	})
}
