package people_test

import (
	"context"
	"testing"

	"stoa/internal/access"
)

func TestWhoeverGetsOrLosesARoleHearsOfIt(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	p, err := h.Add(ctx, operator, "kofi@example.org", "Kofi", "ru")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		kind   string
		change func(context.Context, access.Who, string, string, string) (int64, error)
	}{{"role-granted", h.Grant}, {"role-revoked", h.Revoke}} {
		at, err := step.change(ctx, operator, p.Pseudonym, access.Expert, "knows health")
		if err != nil {
			t.Fatal(err)
		}
		list, err := h.DB.Entries(ctx, at, 1)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v %v", list, err)
		}
		heard, err := h.Concerned(ctx, list[0])
		if err != nil || len(heard) != 1 || heard[0].Person != p.ID || heard[0].Kind != step.kind || heard[0].Args["Role"] != access.Expert {
			t.Errorf("%s: %+v %v", step.kind, heard, err)
		}
	}
}
