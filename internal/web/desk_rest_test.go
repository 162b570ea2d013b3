package web_test

import (
	"encoding/csv"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"stoa/internal/assess"
)

func TestWhoLooksAfterTheWholeSeesItAllAndTakesItAway(t *testing.T) {
	b := newBench(t)
	b.submitted(t, "=HYPERLINK(\"https://evil.example\")")
	app := b.inReview(t, "Clinic Book")
	b.now = b.now.AddDate(0, 0, 90)
	for path, want := range map[string]string{"/desk": "Clinic Book", "/desk/pipeline": "/desk?state=review", "/desk/late": "Clinic Book", "/desk/stuck": "Clinic Book",
		"/desk/reviewers": "Rosa", "/desk/announcements": "title-ar", "/desk/settings": "renewal_reminders", at(app, "/assign"): "Remi",
		"/desk/reviewers/" + string(b.who("rosa").Person): "Clinic Book"} {
		for _, lang := range []string{"", "/ar", "/zh"} {
			status, _, body := b.ask(t, "sara", lang+path, nil)
			if status != 200 || !strings.Contains(body, want) || strings.Contains(body, ">desk.") || strings.Contains(body, ">assess.") {
				t.Errorf("%s%s: %d, or no %q in it, or a sentence is missing", lang, path, status, want)
			}
		}
	}
	for _, name := range []string{"applications", "late", "stuck", "pipeline", "reviewers", "nominations", "people", "announcements", "settings"} {
		status, _, body := b.ask(t, "sara", "/desk/tables/"+name+".csv", nil)
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if status != 200 || err != nil || len(rows) == 0 {
			t.Errorf("%s: %d %v", name, status, err)
		}
		for _, row := range rows {
			for _, v := range row {
				if strings.HasPrefix(v, "=") {
					t.Errorf("%s: a formula: %q", name, v)
				}
			}
		}
		if status, _, _ := b.ask(t, "rosa", "/desk/tables/"+name+".csv", nil); status != 403 {
			t.Errorf("a reviewer takes %s away: %d", name, status)
		}
	}
	if _, _, body := b.ask(t, "sara", "/desk/tables/applications.csv?person="+string(b.who("rosa").Person), nil); strings.Count(body, "\n") != 2 || !strings.Contains(body, "Clinic Book") {
		t.Errorf("what Rosa has to do is %q", body)
	}
	if status, _, _ := b.ask(t, "sara", "/desk/tables/persons.csv", nil); status != 404 {
		t.Errorf("a table that is none: %d", status)
	}
	if status, to, _ := b.ask(t, "sara", "/desk/remind", url.Values{"application": {string(app.ID)}, "back": {"/desk/late"}}); status != 303 || !strings.Contains(to, "n=1") {
		t.Errorf("reminding: %d %s", status, to)
	}
	if status, to, _ := b.ask(t, "sara", "/desk/remind", url.Values{"application": {string(app.ID)}, "back": {"/desk/late"}}); status != 303 || !strings.Contains(to, "n=0") {
		t.Errorf("reminding twice on one day: %d %s", status, to)
	}
	status, _, _ := b.ask(t, "sara", "/desk/reviewers/"+string(b.who("rosa").Person)+"/reassign", url.Values{"application": {string(app.ID)}})
	now, err := b.DB.Application(t.Context(), app.ID)
	if status != 303 || err != nil || now.Seated(b.who("rosa").Person) || !now.Seated(b.who("remi").Person) {
		t.Errorf("reassigned: %d %v %+v", status, err, now.Seats)
	}
}

func TestWhatIsWrongOnTheDeskIsSaidAndNothingIsLost(t *testing.T) {
	b := newBench(t)
	app := b.inReview(t, "Clinic Book")
	verdict := url.Values{"indicator": {"3"}, "version": {"0"}, "verdict": {"fail"}, "reason": {"It is not public."}}
	if status, to, _ := b.ask(t, "rosa", at(app, "/verdict"), verdict); status != 303 || !strings.Contains(to, "#i-") {
		t.Fatalf("a verdict: %d %s", status, to)
	}
	if status, _, _ := b.ask(t, "rosa", at(app, "/verdict"), verdict); status != 303 {
		t.Errorf("the same form sent twice: %d", status)
	}
	verdict.Set("reason", "Another window says otherwise.")
	if status, _, body := b.ask(t, "rosa", at(app, "/verdict"), verdict); status != 409 || !strings.Contains(body, "Another window says otherwise.") {
		t.Errorf("a stale form: %d", status)
	}
	for what, form := range map[string]url.Values{
		"an unknown field":   {"indicator": {"3"}, "version": {"0"}, "verdict": {"pass"}, "reason": {""}, "admin": {"yes"}},
		"a field sent twice": {"indicator": {"3"}, "version": {"0"}, "verdict": {"pass", "fail"}, "reason": {""}},
	} {
		if status, _, _ := b.ask(t, "rosa", at(app, "/verdict"), form); status != 400 {
			t.Errorf("%s: %d", what, status)
		}
	}
	if status, _, body := b.ask(t, "rosa", at(app, "/verdict"), url.Values{"indicator": {"4"}, "version": {"0"}, "verdict": {"fail"}, "reason": {""}}); status != 422 || !strings.Contains(body, `href="#reason-verdict-4"`) {
		t.Errorf("a verdict without a reason: %d", status)
	}
	if status, _, _ := b.ask(t, "olga", at(app, "/verdict"), verdict); status != 403 {
		t.Errorf("an applicant judges: %d", status)
	}
	if status, _, body := b.ask(t, "remi", at(app, "/claim"), url.Values{}); status != 403 && status != 409 || !strings.Contains(body, "Clinic Book") && status == 409 {
		t.Errorf("a third reviewer: %d", status)
	}
	b.finish(t, app)
	decision := url.Values{"version": {"0"}, "outcome": {"recognised"}}
	held, err := b.DB.Application(t.Context(), app.ID)
	if err != nil {
		t.Fatal(err)
	}
	decision.Set("version", strconv.FormatInt(held.Version, 10))
	if status, _, _ := b.ask(t, "carl", at(app, "/propose"), decision); status != 303 {
		t.Errorf("the first proposes: %d", status)
	}
	if status, _, body := b.ask(t, "sara", at(app, "/propose"), decision); status != 409 || !strings.Contains(body, "Somebody else was faster") {
		t.Errorf("two propose at once: %d", status)
	}
	if held, err = b.DB.Application(t.Context(), app.ID); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := b.ask(t, "carl", at(app, "/confirm"), url.Values{"version": {strconv.FormatInt(held.Version, 10)}}); status != 403 {
		t.Errorf("one person signs twice: %d", status)
	}
}

// finish ends the review of an application in which all holds.
func (b *bench) finish(t *testing.T, app *assess.Application) {
	t.Helper()
	full, err := b.Application(t.Context(), b.who("rosa"), app.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"rosa", "ravi"} {
		for _, id := range app.Scope {
			version := int64(0)
			for _, v := range full.Verdicts {
				if v.Indicator == id && name == "rosa" {
					version = v.Version
				}
			}
			if err := b.Verdict(t.Context(), b.who(name), app.ID, id, version, assess.Finding{Verdict: assess.Pass, Reason: "The evidence shows it."}); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := b.Finish(t.Context(), b.who(name), app.ID); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnExpertSeesWhatTheyWereAskedAndTheCommunityWhatIsPublic(t *testing.T) {
	b := newBench(t)
	app := b.inReview(t, "Clinic Book")
	if status, _, _ := b.ask(t, "elif", at(app, ""), nil); status != 403 {
		t.Errorf("an expert nobody asked: %d", status)
	}
	if _, _, err := b.Consult(t.Context(), b.who("rosa"), app.ID, b.who("elif").Person, "5", "Is this a manual?"); err != nil {
		t.Fatal(err)
	}
	status, _, body := b.ask(t, "elif", at(app, ""), nil)
	if status != 200 || !strings.Contains(body, `id="i-5"`) || strings.Contains(body, `id="i-4"`) || !strings.Contains(body, "Is this a manual?") {
		t.Errorf("the expert sees %d", status)
	}
	if status, _, _ := b.ask(t, "elif", at(app, "/opinion"), url.Values{"consultation": {"1"}, "verdict": {"pass"}, "opinion": {"It is."}}); status != 303 {
		t.Errorf("the expert answers: %d", status)
	}
	if _, _, body = b.ask(t, "ravi", at(app, ""), nil); !strings.Contains(body, "It is.") {
		t.Error("a reviewer does not see what the expert answered")
	}
	if err := b.Note(t.Context(), b.who("rosa"), app.ID, "", "Between us."); err != nil {
		t.Fatal(err)
	}
	status, _, body = b.ask(t, "mona", at(app, ""), nil)
	if status != 200 || strings.Contains(body, "Between us.") || strings.Contains(body, "general.contact") || !strings.Contains(body, "/advice") {
		t.Errorf("the community sees %d", status)
	}
	if status, _, _ := b.ask(t, "mona", at(app, "/advice"), url.Values{"indicator": {"4"}, "version": {"0"}, "verdict": {"fail"}, "reason": {"The core is closed."}}); status != 303 {
		t.Errorf("the community advises: %d", status)
	}
	if _, _, body = b.ask(t, "rosa", at(app, ""), nil); !strings.Contains(body, "The core is closed.") || !strings.Contains(body, "Between us.") {
		t.Error("a reviewer sees neither advice nor note")
	}
	if _, err := b.ExportAnswers(t.Context(), b.who("elif"), app.ID); err == nil {
		t.Error("an expert takes all answers away")
	}
}
