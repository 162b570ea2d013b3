package people_test

import (
	"sync"
	"testing"

	"stoa/internal/access"
	"stoa/internal/testkit"
)

func TestSomebodyLooksAfterAnOrganisationAsLongAsAnybodyIsInIt(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h, ctx := opened(t, url), t.Context()
		one, _ := h.enter("one@lab.example")
		two, _ := h.enter("two@lab.example")
		three, _ := h.enter("three@lab.example")
		for _, name := range []string{"Health Lab", "School Lab", "Water Lab", "Road Lab"} {
			b, err := h.Found(ctx, one, name)
			if err != nil {
				t.Fatal(err)
			}
			h.joins(one, b.Slug, two, "two@lab.example", true)
			h.joins(one, b.Slug, three, "three@lab.example", false)
			var both sync.WaitGroup
			for _, v := range []access.Viewer{one, two} { // at once
				both.Go(func() {
					if err := h.DropMember(ctx, v, b.Slug, v.Person); err != nil && key(err) != "people.error.last_keeper" {
						t.Error(err)
					}
				})
			}
			both.Wait()
			left, err := h.DB.Members(ctx, b.ID)
			if err != nil {
				t.Fatal(err)
			}
			keepers := 0
			for _, m := range left {
				if m.Keeper {
					keepers++
				}
			}
			if keepers != 1 || len(left) != 2 {
				t.Errorf("of %s are left %+v", name, left)
			}
		}
	})
}
