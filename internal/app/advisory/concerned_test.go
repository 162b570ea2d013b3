package advisory_test

import (
	"maps"
	"testing"

	"stoa/internal/access"
	"stoa/internal/advise"
	"stoa/internal/good"
)

// heard says of whom an entry tells what: person → kind.
func (w *world) heard(t *testing.T, at int64) map[good.ID]string {
	t.Helper()
	list, err := w.db.Entries(t.Context(), at, 1)
	if err != nil || len(list) != 1 {
		t.Fatalf("%v %v", list, err)
	}
	notices, err := w.Concerned(t.Context(), list[0])
	if err != nil {
		t.Fatal(err)
	}
	out := map[good.ID]string{}
	for _, n := range notices {
		if out[n.Person] = n.Kind; n.Path != "/consultations/draft-1-2-0" {
			t.Errorf("%s leads to %s", n.Kind, n.Path)
		}
	}
	return out
}

func TestTheGroupHearsWhatItIsAskedAndACommenterTheAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.seat(t, amina, advise.Seat{Name: "Amina Diallo"})
		w.seat(t, bo, advise.Seat{Organisation: "acme"}) // which it concerns
		draft := advise.Consultation{Subject: advise.OnStandard, Ref: "dpg@1.2.0", Title: "Draft 1.2.0", Text: "What do you think?", Lang: "en", Public: true,
			Opens: "2026-11-01", Closes: "2026-12-01", Organisations: []string{"acme"}}
		c, at, err := w.Consult(ctx, desk, draft)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := w.heard(t, at), (map[good.ID]string{amina.Person: "opinion-asked", bo.Person: "draft-open"}); !maps.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		m, at, err := w.Comment(ctx, citizen, c.Slug, advise.Comment{On: "2", Text: "Name the licences.", Lang: "en"})
		if err != nil || len(w.heard(t, at)) > 0 {
			t.Fatal("somebody hears of a comment", err)
		}
		if at, err = w.Answer(ctx, desk, m.ID, advise.Accepted, "We will."); err != nil {
			t.Fatal(err)
		}
		if got := w.heard(t, at); got[citizen.Person] != "comment-answered" || len(got) != 1 {
			t.Errorf("%v", got)
		}
		if at, err = w.Extend(ctx, desk, c.Slug, "2026-12-20"); err != nil || len(w.heard(t, at)) > 0 {
			t.Errorf("an extension is told: %v", err)
		}
		list, err := w.db.Entries(ctx, at, 1)
		if err != nil {
			t.Fatal(err)
		}
		list[0].Actor.Role, list[0].Verb = access.Importer, good.CommentAnswered
		if n, err := w.Concerned(ctx, list[0]); err != nil || len(n) > 0 {
			t.Errorf("what is brought in concerns %v, %v", n, err)
		}
	})
}
