package web_test

import (
	"strings"
	"testing"

	"stoa/internal/app/assessment"
	"stoa/internal/assess"
)

// TestThePageOfAReporterIsForTwoRolesAlone has everybody there is look for who
// doubted a good in confidence: on the page that says it, and on the others.
func TestThePageOfAReporterIsForTwoRolesAlone(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	app := b.inReview(t, "Clinic Book")
	b.finish(t, app)
	_, _, err := b.Propose(ctx, b.who("carl"), app.ID, 0, assess.Recognised, nil)
	if err == nil {
		_, _, err = b.Confirm(ctx, b.who("sara"), app.ID, 0)
	}
	if err == nil {
		app, _, err = b.Publish(ctx, b.who("sara"), app.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	const contact, called = "reporter@secret.example", "Reporter Inparticular"
	doubt, _, err := b.Challenge(ctx, b.who("elif"), assessment.Doubt{Good: string(app.Good), Indicators: []string{"4"}, Text: "It needs Oracle.", Confidential: true, Name: called, Contact: contact})
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for name := range judges {
		status, _, body := b.ask(t, name, at(doubt, "/reporter"), nil)
		switch name {
		case "sara", "adam":
			if told++; status != 200 || !strings.Contains(body, contact) || !strings.Contains(body, called) {
				t.Errorf("%s is not told who it was: %d", name, status)
			}
		default:
			if status != 403 && status != 404 {
				t.Errorf("%s asks who it was: %d", name, status)
			}
			for _, secret := range []string{contact, called, string(b.who("elif").Person)} {
				if strings.Contains(body, secret) {
					t.Errorf("%s reads %q", name, secret)
				}
			}
		}
		for _, path := range []string{at(doubt, ""), "/desk", "/desk/pipeline", "/desk/late"} {
			if _, _, body := b.ask(t, name, path, nil); strings.Contains(body, contact) || strings.Contains(body, called) {
				t.Errorf("%s reads on %s who it was", name, path)
			}
		}
	}
	if status, _, body := b.ask(t, "", at(doubt, "/reporter"), nil); status == 200 || strings.Contains(body, contact) || told != 2 {
		t.Errorf("nobody in particular asks who it was: %d; %d were told", status, told)
	}
}
