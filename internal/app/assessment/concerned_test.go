package assessment_test

import (
	"path/filepath"
	"slices"
	"testing"

	"stoa/internal/app/assessment"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// heard is who hears of the entries from a position on: persons by kind, and
// once more by kind and count of days.
func (w *world) heard(t testing.TB, from int64) map[string][]good.ID {
	t.Helper()
	out := map[string][]good.ID{}
	for {
		list, err := w.DB.Entries(t.Context(), from, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return out
		}
		for _, e := range list {
			from = e.Position + 1
			if !slices.Contains(assessment.Telling, e.Verb) {
				continue
			}
			notices, err := w.Concerned(t.Context(), e)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range notices {
				out[n.Kind] = append(out[n.Kind], n.Person)
				if n.Args["Good"] == "" || n.Path == "" {
					t.Errorf("%s does not say of what, or where: %+v", n.Kind, n)
				}
				if n.Kind == "renewal-due" {
					out["renewal-due "+n.Args["Count"]] = append(out["renewal-due "+n.Args["Count"]], n.Person)
				}
			}
		}
	}
}

func TestThoseConcernedHearOfEachStepAndNobodyElse(t *testing.T) {
	w := build(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"))
	app := w.inReview(t, "Heard of")
	early := w.heard(t, 0)
	if !slices.Equal(early["submitted"], app.Owners) || len(early["waiting"]) == 0 || slices.Contains(early["waiting"], app.Owners[0]) {
		t.Errorf("%v", early)
	}
	for _, s := range app.Seats {
		if !slices.Contains(early["assigned"], s.Person) {
			t.Errorf("a reviewer was not told: %v", early["assigned"])
		}
	}
	if len(early["assigned"]) != len(app.Seats) {
		t.Errorf("%v were told of a review", early["assigned"])
	}
	from, err := w.DB.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Suggest(t.Context(), w.who(one), app.ID, "general.name", standard.Answer{Text: "Heard of again"}, "That is what it is called."); err != nil {
		t.Fatal(err)
	}
	if got := w.heard(t, from+1); !slices.Equal(got["suggested"], app.Owners) || len(got) > 1 {
		t.Errorf("of a wording that is suggested heard %v, want %v", got, app.Owners)
	}
	w.same(t)
	done := w.recognised(t, "Recognised")
	if got := w.heard(t, from+1)["recognised"]; !slices.Equal(got, done.Owners) {
		t.Errorf("of the recognition heard %v, want %v", got, done.Owners)
	}
	if from, err = w.DB.Position(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 400 {
		w.days(t, 1)
	}
	late := w.heard(t, from+1)
	for _, kind := range []string{"renewal-due 90", "renewal-due 60", "renewal-due 30", "renewal-due 7", "renewal-open", "lapsed"} {
		if len(late[kind]) != 1 {
			t.Errorf("%s: %d people heard, want the owner once: %v", kind, len(late[kind]), late)
		}
	}
}
