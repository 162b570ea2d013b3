package assessment_test

import (
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/good"
)

func TestAnAnnouncementReachesThoseItIsForWithAllThatItSays(t *testing.T) {
	w := build(t, "")
	ctx := t.Context()
	w.joined(t, person(10), access.Reviewer)
	w.submitted(t, "Clinic Book")
	for _, c := range []struct {
		to     []string
		owner  bool
		review bool
	}{{nil, true, true}, {[]string{access.Applicant}, true, false}, {[]string{access.Reviewer}, false, true}} {
		from := must[int64](t)(w.DB.Position(ctx)) + 1
		if _, err := w.Announce(ctx, access.Machine(access.Operator), assessment.Announcement{Title: good.Text{"en": "Holidays"}, Body: good.Text{"en": "We are away until Monday."}, To: c.to}); err != nil {
			t.Fatal(err)
		}
		entries, err := w.DB.Entries(ctx, from, 10)
		if err != nil || len(entries) != 1 {
			t.Fatalf("%d entries: %v", len(entries), err)
		}
		notices, err := w.Concerned(ctx, entries[0])
		if err != nil {
			t.Fatal(err)
		}
		at := map[good.ID]string{}
		for _, n := range notices {
			at[n.Person] = n.Path
			if n.Args["Title"] != "Holidays" || n.Args["Text"] != "We are away until Monday." {
				t.Errorf("heard is %+v", n)
			}
		}
		if (at[owner] == "/apply") != c.owner || (at[person(10)] == "/desk") != c.review {
			t.Errorf("to %v: %v", c.to, at)
		}
	}
	for _, in := range []assessment.Announcement{
		{Title: good.Text{"en": strings.Repeat("a", good.MaxName+1)}, Body: good.Text{"en": "x"}},
		{Title: good.Text{"en": "x"}, Body: good.Text{"en": strings.Repeat("a", 10_001)}},
	} {
		if _, err := w.Announce(ctx, access.Machine(access.Operator), in); key(err) != "assess.error.long" {
			t.Errorf("a long one: %v", err)
		}
	}
}
