package assessment_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

func TestWhatAPersonToldAttachedAndWroteIsTheirsToTakeAndGoesWithThem(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		c := w.confided(t) // by the expert
		list, err := w.DB.ApplicationsOf(ctx, c.Good)
		if err != nil {
			t.Fatal(err)
		}
		app := list[slices.IndexFunc(list, func(a *assess.Application) bool { return a.Kind == assess.First })]
		_, err = w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return tx.AddAttachment(ctx, store.Attachment{ID: "deed", Hash: strings.Repeat("a", 64), About: app.ID, Question: "owner.files", Name: "deed.pdf", Person: owner, Size: 9, Type: "application/pdf"})
		})
		if err != nil {
			t.Fatal(err)
		}
		kept := func(person good.ID) assessment.Kept {
			t.Helper()
			k, err := w.Kept(ctx, good.Person{ID: person})
			if err != nil {
				t.Fatal(err)
			}
			return k.(assessment.Kept)
		}
		if k := kept(expert); len(k.Challenges) != 1 || k.Challenges[0].Text != words || k.Challenges[0].Contact != contact || k.Challenges[0].As != called || !k.Challenges[0].Confidential || k.Challenges[0].Name != "Clinic Book" {
			t.Errorf("of who told something in confidence is kept: %+v", k)
		}
		if k := kept(owner); len(k.Files) != 1 || k.Files[0].Name != "deed.pdf" || k.Files[0].Path != "/files/deed" || k.Files[0].Application != app.ID || len(k.Challenges) != 0 {
			t.Errorf("of who attached a file is kept: %+v", k)
		}
		if k := kept(one); len(k.Remarks) == 0 || k.Remarks[0].Sort != "verdict" || k.Remarks[0].Application != app.ID || k.Remarks[0].Verdict == "" {
			t.Errorf("of who reviewed is kept: %+v", k)
		}
		if k := kept(two); len(k.Challenges)+len(k.Files) != 0 {
			t.Errorf("of who did neither is kept: %+v", k)
		}
		for _, person := range []good.ID{owner, expert} {
			if _, err := w.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
				return w.Gone(ctx, tx, good.Person{ID: person})
			}); err != nil {
				t.Fatal(err)
			}
			if k := kept(person); len(k.Challenges)+len(k.Files) != 0 {
				t.Errorf("of who is erased is kept: %+v", k)
			}
		}
		if left, err := w.DB.Attachments(ctx, app.ID); err != nil || len(left) != 0 {
			t.Errorf("the file of who is erased: %v, %v", left, err)
		}
	})
}
