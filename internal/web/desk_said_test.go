package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
)

// decide has Carl and Sara sign a decision on an application whose review is
// over.
func (b *bench) decide(t *testing.T, app *assess.Application, outcome assess.Outcome) *assess.Application {
	t.Helper()
	b.sends(t, "carl", at(app, "/propose"), url.Values{"version": {version(b.held(t, app))}, "outcome": {string(outcome)}}, 303)
	b.sends(t, "sara", at(app, "/confirm"), url.Values{"version": {version(b.held(t, app))}}, 303)
	return b.held(t, app)
}

func TestAnApplicantReadsTheDecisionAndAppealsOnce(t *testing.T) {
	b := newBench(t)
	fails := map[string]assess.Finding{"4": {Verdict: assess.Fail, Reason: "It needs a closed database."}}
	var apps []*assess.Application
	for _, name := range []string{"Clinic Book", "Seed Bank"} {
		app := b.inReview(t, name)
		b.judged(t, "rosa", app, fails)
		b.judged(t, "ravi", app, fails)
		apps = append(apps, b.decide(t, app, assess.NotEligible))
	}
	app, late := apps[0], apps[1]
	mine := "/apply/" + string(app.ID)
	b.sends(t, "olga", mine, nil, 200, "It needs a closed database.", mine+"/appeal")
	b.sends(t, "olga", mine+"/appeal", url.Values{"grounds": {" "}, "links": {"https://good.example/manual"}}, 400, `class="wrong"`, "https://good.example/manual")
	b.sends(t, "rosa", mine+"/appeal", url.Values{"grounds": {"I disagree."}}, 403)
	grounds := url.Values{"grounds": {"An open database works, see the manual."}, "links": {"https://good.example/manual"}}
	b.sends(t, "olga", mine+"/appeal", grounds, 303)
	b.sends(t, "olga", mine+"/appeal", grounds, 409, `class="wrong"`) // sent twice
	if body := b.sends(t, "olga", mine, nil, 200); strings.Contains(body, mine+"/appeal") {
		t.Error("a second appeal is offered")
	}
	b.sends(t, "adam", "/desk", nil, 200)
	b.sends(t, "carl", at(app, ""), nil, 200, "An open database works, see the manual.", "https://good.example/manual")
	if body := b.sends(t, "carl", at(app, ""), nil, 200); strings.Contains(body, at(app, "/propose")) {
		t.Error("who decided is offered to decide on the appeal")
	}
	b.sends(t, "carl", at(app, "/propose"), url.Values{"version": {version(b.held(t, app))}, "outcome": {"recognised"}}, 403)
	// Time passes: the other one may be appealed no more, and that is said.
	b.now = b.now.AddDate(0, 3, 0)
	b.sends(t, "olga", "/apply/"+string(late.ID)+"/appeal", grounds, 409, "The time for an appeal has passed.", "An open database works")
	b.sends(t, "sara", at(late, "/publish"), url.Values{}, 303)
	if body := b.sends(t, "olga", "/apply/"+string(late.ID), nil, 200, "It needs a closed database."); strings.Contains(body, "/appeal") {
		t.Error("what is published can still be appealed")
	}
}

func TestARenewalIsOpenedConfirmedAndShown(t *testing.T) {
	b := newBench(t)
	app := b.inReview(t, "Clinic Book")
	b.sends(t, "olga", "/apply/renew", url.Values{"good": {"clinic-book"}}, 409, "is not recognised")
	for _, name := range []string{"rosa", "ravi"} {
		b.judged(t, name, app, nil)
	}
	app = b.decide(t, app, assess.Recognised)
	b.sends(t, "sara", at(app, "/publish"), url.Values{}, 303)
	b.sends(t, "olga", "/apply/"+string(app.ID), nil, 200, "The renewal of Clinic Book opens on")
	b.sends(t, "olga", "/apply/renew", url.Values{"good": {"clinic-book"}}, 409, "The renewal of Clinic Book opens on")
	b.sends(t, "rosa", "/apply/renew", url.Values{"good": {"clinic-book"}}, 403)
	b.sends(t, "olga", "/apply/renew", url.Values{"good": {"nowhere"}}, 404)
	b.now = b.now.AddDate(0, 0, 310)
	if _, err := b.Tick(t.Context(), b.now); err != nil {
		t.Fatal(err)
	}
	b.sends(t, "olga", "/apply/"+string(app.ID), nil, 200, "Renew the recognition")
	_, to, _ := b.ask(t, "olga", "/apply/renew", url.Values{"good": {"clinic-book"}})
	_, again, _ := b.ask(t, "olga", "/apply/renew", url.Values{"good": {"clinic-book"}})
	if !strings.HasPrefix(to, "/apply/01") || again != to {
		t.Fatalf("renewing leads to %q, and once more to %q", to, again)
	}
	for _, lang := range []string{"", "/ar"} {
		b.sends(t, "olga", lang+to, nil, 200, "Clinic Book")
		b.sends(t, "olga", lang+to+"/check", nil, 200)
		b.sends(t, "olga", lang+"/apply", nil, 200, to)
	}
	b.sends(t, "olga", to+"/authority", url.Values{"authority": {"I still maintain it."}}, 303)
	renewal, err := b.DB.Application(t.Context(), good.ID(strings.TrimPrefix(to, "/apply/")))
	if err != nil {
		t.Fatal(err)
	}
	b.sends(t, "olga", to+"/submit", url.Values{"version": {version(renewal)}}, 303)
	if now := b.held(t, renewal); now.Kind != assess.Renewal || now.State != assess.Deciding {
		t.Errorf("where nothing changed it is %s", now.State)
	}
	b.decide(t, renewal, assess.Recognised)
	if g, err := b.DB.Good(t.Context(), app.Good); err != nil || g.Stage == good.Lapsed {
		t.Errorf("the good is %s, %v", g.Stage, err)
	}
}

func TestWhatIsAnnouncedReachesThoseItIsForAndCanBeRead(t *testing.T) {
	b := newBench(t)
	b.submitted(t, "Clinic Book")
	page := "/desk/announcements"
	b.sends(t, "sara", page, url.Values{"title-en": {""}, "body-en": {"We close in August."}, "title-fr": {"Vacances"}}, 422, `href="#title-en"`, "We close in August.", "Vacances")
	b.sends(t, "carl", page, url.Values{"title-en": {"x"}, "body-en": {"y"}}, 403)
	send := func(title string, to ...string) map[good.ID]string {
		t.Helper()
		b.sends(t, "sara", page, url.Values{"title-en": {title}, "body-en": {"We close in August."}, "title-fr": {"Vacances d’août"}, "body-fr": {"Nous fermons en août."}, "to": to}, 303)
		last, err := b.DB.Position(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		entries, err := b.DB.Entries(t.Context(), last, 1)
		if err != nil || entries[0].Verb != good.AnnouncementMade {
			t.Fatal(entries, err)
		}
		notices, err := b.Concerned(t.Context(), entries[0])
		heard := map[good.ID]string{}
		for _, n := range notices {
			heard[n.Person] = n.Path + " " + n.Args["Text"]
		}
		if err != nil {
			t.Fatal(err)
		}
		return heard
	}
	if heard := send("To applicants", access.Applicant); len(heard) != 1 || heard[b.who("olga").Person] != "/apply We close in August." {
		t.Errorf("of what is for applicants hear %v", heard)
	}
	if heard := send("To reviewers", access.Reviewer); len(heard) != 3 || heard[b.who("rosa").Person] == "" {
		t.Errorf("of what is for reviewers hear %v", heard)
	}
	if heard := send("To all"); len(heard) != len(judges) {
		t.Errorf("of what is for all hear %d of %d", len(heard), len(judges))
	}
	b.sends(t, "sara", page, nil, 200, "To reviewers", "To all")
}

func TestListsOfWhatIsLateAndStuck(t *testing.T) {
	b := newBench(t)
	for path, none := range map[string]string{"/desk/late": "Nothing is late.", "/desk/stuck": "Nothing is stuck."} {
		b.sends(t, "sara", path, nil, 200, none)
		b.sends(t, "rosa", path, nil, 403)
	}
	for n := range 53 {
		b.submitted(t, fmt.Sprintf("Good %02d", n))
	}
	b.now = b.now.AddDate(0, 0, 70)
	b.submitted(t, "Fresh one")
	for _, path := range []string{"/desk/late", "/desk/stuck"} {
		first := b.sends(t, "sara", path, nil, 200, "53 applications", "from=50")
		second := b.sends(t, "sara", path+"?from=50", nil, 200, `rel="prev"`)
		if strings.Contains(first+second, "Fresh one") {
			t.Errorf("%s lists what is neither", path)
		}
		listed := "" // one of the first page: those of one moment stand in any order
		for n := range 53 {
			name := fmt.Sprintf("Good %02d<", n)
			if strings.Contains(first, name) == strings.Contains(second, name) {
				t.Errorf("%s has %s on no page or on two", path, name)
			}
			if strings.Contains(first, name) {
				listed = name
			}
		}
		b.sends(t, "sara", path+"?from=-3", nil, 200, listed)
		b.sends(t, "sara", path+"?from=x", nil, 200, listed)
	}
	for _, name := range []string{"late", "stuck"} {
		if _, _, body := b.ask(t, "sara", "/desk/tables/"+name+".csv", nil); strings.Count(body, "\n") != 54 || strings.Contains(body, "Fresh one") {
			t.Errorf("the file of %s has %d lines", name, strings.Count(body, "\n"))
		}
	}
	// Many are reminded at once, once a day each; what is gone is said.
	list, _, err := b.DB.Applications(t.Context(), assessment.Filter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"back": {"/desk/stuck"}}
	for _, i := range list {
		form.Add("application", string(i.ID))
	}
	b.sends(t, "sara", "/desk/remind", form, 303, "/desk/stuck?", "n=54")
	b.now = b.now.AddDate(0, 0, 1)
	b.sends(t, "sara", "/desk/remind", form, 303, "n=54")
	b.sends(t, "rosa", "/desk/remind", form, 403)
	b.sends(t, "sara", "/desk/remind", url.Values{"back": {"/desk/late"}, "application": {"01HZZZZZZZZZZZZZZZZZZZZZZZ"}}, 404)
}

// TestAnAbsenceFreesWhatIsNotFinished holds that whoever is away for long keeps
// no one waiting, whether they say so or somebody says it for them.
func TestAnAbsenceFreesWhatIsNotFinished(t *testing.T) {
	b := newBench(t)
	app := b.inReview(t, "Clinic Book")
	rosa := "/desk/reviewers/" + string(b.who("rosa").Person)
	b.sends(t, "carl", rosa+"/absence", url.Values{"away": {"next week"}}, 422, `href="#away"`, "next week")
	b.sends(t, "ravi", rosa+"/absence", url.Values{"away": {"2027-03-01"}}, 403)
	b.sends(t, "carl", rosa+"/absence", url.Values{"away": {"2027-01-06"}}, 303) // two days: her seat waits
	if !b.held(t, app).Seated(b.who("rosa").Person) {
		t.Error("two days away cost her the seat")
	}
	b.sends(t, "carl", rosa+"/absence", url.Values{"away": {"2027-03-01"}}, 422, "changed elsewhere") // a stale form
	b.sends(t, "carl", rosa+"/absence", url.Values{"version": {"1"}, "away": {"2027-03-01"}}, 303)
	if now := b.held(t, app); now.Seated(b.who("rosa").Person) || now.State != assess.Queued {
		t.Errorf("away till March, and it is %s with %+v", now.State, now.Seats)
	}
	b.sends(t, "sara", "/desk/reviewers", nil, 200, "Away until")
	b.sends(t, "carl", at(app, "/assign"), nil, 200, "Away until")
	b.sends(t, "carl", at(app, "/assign"), url.Values{"person": {""}}, 303) // who suits best is not who is away
	if now := b.held(t, app); now.Seated(b.who("rosa").Person) || len(now.Seats) != 2 {
		t.Errorf("assigned to %+v", now.Seats)
	}
	b.sends(t, "ravi", "/desk/profile", url.Values{"away": {"2027-04-01"}}, 303)
	if b.held(t, app).Seated(b.who("ravi").Person) {
		t.Error("who says they are away keeps the seat")
	}
}
