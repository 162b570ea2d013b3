package web_test

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// held is an application as it is kept now.
func (b *bench) held(t testing.TB, app *assess.Application) *assess.Application {
	t.Helper()
	now, err := b.DB.Application(t.Context(), app.ID)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

func version(app *assess.Application) string { return strconv.FormatInt(app.Version, 10) }

// sends sends a form as somebody and holds the answer to what it should be.
func (b *bench) sends(t *testing.T, name, path string, form url.Values, want int, says ...string) string {
	t.Helper()
	status, to, body := b.ask(t, name, path, form)
	if status != want {
		t.Errorf("%s, %s %v: %d, want %d: %.300s", name, path, form, status, want, body)
	}
	for _, s := range says {
		if !strings.Contains(to+body, s) {
			t.Errorf("%s, %s %v: nothing says %q", name, path, form, s)
		}
	}
	return body
}

func TestAReviewerSuggestsAndTheApplicantDecides(t *testing.T) {
	b := newBench(t)
	app := b.inReview(t, "Clinic Book")
	links := func(url, reason string) map[string][]string {
		return map[string][]string{"question": {"docs.links"}, "links": {url}, "reason": {reason}, "alone": {"5"}}
	}
	suggest, mine := at(app, "/suggest"), "/apply/"+string(app.ID)
	b.sends(t, "rosa", suggest, links("https://docs.good.example Manual", ""), 422, `class="wrong"`, "https://docs.good.example Manual")
	b.sends(t, "rosa", suggest, links("", "It moved."), 422, `class="wrong"`)
	b.sends(t, "rosa", suggest, url.Values{"question": {"no.such"}, "text": {"x"}, "reason": {"y"}}, 422, "no.such")
	b.sends(t, "remi", suggest, links("https://docs.good.example", "It moved."), 403)
	b.sends(t, "olga", suggest, links("https://docs.good.example", "It moved."), 403)
	before, err := b.DB.Answer(t.Context(), app.ID, "docs.links")
	if err != nil {
		t.Fatal(err)
	}
	b.sends(t, "rosa", suggest, links("https://docs.good.example Manual", "It moved."), 303, "on=5")
	if now, err := b.DB.Answer(t.Context(), app.ID, "docs.links"); err != nil || string(now.Doc) != string(before.Doc) {
		t.Errorf("a suggestion changed the answer: %s %v", now.Doc, err)
	}
	b.sends(t, "ravi", at(app, ""), nil, 200, "https://docs.good.example", "It moved.")
	b.sends(t, "olga", mine, nil, 200, "https://docs.good.example", "It moved.")
	open, err := b.DB.Suggestions(t.Context(), app.ID)
	if err != nil || len(open) != 1 {
		t.Fatal(open, err)
	}
	accept := url.Values{"suggestion": {string(open[0].ID)}, "accept": {"yes"}}
	b.sends(t, "rosa", mine+"/suggestion", accept, 403)
	b.sends(t, "olga", mine+"/suggestion", accept, 303)
	if now, err := b.DB.Answer(t.Context(), app.ID, "docs.links"); err != nil || !strings.Contains(string(now.Doc), "docs.good.example") || now.Person != b.who("olga").Person {
		t.Errorf("what was accepted is %s by %s, %v", now.Doc, now.Person, err)
	}
	b.sends(t, "olga", mine+"/suggestion", accept, 409, "settled already") // pressed twice
	b.sends(t, "rosa", at(app, ""), nil, 200, "Accepted")
	b.sends(t, "rosa", suggest, links("https://else.good.example", "Or here."), 303)
	if open, err = b.DB.Suggestions(t.Context(), app.ID); err != nil || len(open) != 2 {
		t.Fatal(open, err)
	}
	open = slices.DeleteFunc(open, func(s store.Suggestion) bool { return !s.Settled.IsZero() }) // both are of one moment
	b.sends(t, "olga", mine+"/suggestion", url.Values{"suggestion": {string(open[0].ID)}, "accept": {"no"}}, 303)
	b.sends(t, "rosa", at(app, ""), nil, 200, "Declined")
	if now, _ := b.DB.Answer(t.Context(), app.ID, "docs.links"); strings.Contains(string(now.Doc), "else.good.example") {
		t.Error("what was declined was taken over")
	}
}

// TestASuggestionMadeStaleSaysSo accepts one of two suggestions to the same
// answer, then the other.
func TestASuggestionMadeStaleSaysSo(t *testing.T) {
	b := newBench(t)
	app := b.inReview(t, "Clinic Book")
	for who, to := range map[string]string{"rosa": "Clinic Notebook", "ravi": "Clinic Diary"} {
		if _, err := b.Suggest(t.Context(), b.who(who), app.ID, "general.name", standard.Answer{Text: to}, "So it is called."); err != nil {
			t.Fatal(err)
		}
	}
	open, err := b.DB.Suggestions(t.Context(), app.ID)
	if err != nil || len(open) != 2 {
		t.Fatal(open, err)
	}
	where := "/apply/" + string(app.ID) + "/suggestion"
	b.sends(t, "olga", where, url.Values{"suggestion": {string(open[0].ID)}, "accept": {"yes"}}, 303)
	b.sends(t, "olga", where, url.Values{"suggestion": {string(open[1].ID)}, "accept": {"yes"}}, 409, "Somebody else changed this answer meanwhile", "Clinic Notebook", "Clinic Diary")
	b.sends(t, "olga", where, url.Values{"suggestion": {string(open[1].ID)}, "accept": {"no"}}, 303)
}

// TestPeopleWithoutANameAreCalledByRole has two reviewers who gave no name be
// told apart without either's whole pseudonym.
func TestPeopleWithoutANameAreCalledByRole(t *testing.T) {
	b := newBench(t)
	pseudonyms := []string{"01HZZZZZZZZZZZZZZZZZZZAB12", "01HZZZZZZZZZZZZZZZZZZZCD34"}
	_, err := b.DB.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range pseudonyms {
			id := tx.NewID()
			if err := tx.PutPerson(ctx, &good.Person{ID: id, Pseudonym: p}); err != nil {
				return err
			}
			if _, err := tx.PutRole(ctx, id, access.Reviewer); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	app := b.submitted(t, "Clinic Book")
	b.sends(t, "carl", at(app, "/screen"), url.Values{"version": {strconv.FormatInt(app.Version, 10)}, "decision": {"accept"}, "verdict-1": {"pass"}, "verdict-2": {"pass"}}, 303)
	said := b.sends(t, "carl", at(app, "/assign"), nil, 200, "Reviewer, no name given (AB12)", "Reviewer, no name given (CD34)")
	for _, p := range pseudonyms {
		if strings.Contains(said, p) {
			t.Errorf("the page says %s", p)
		}
	}
}

func TestAConflictDeclaredAtTheDeskFreesTheSeat(t *testing.T) {
	b := newBench(t)
	app := b.inReview(t, "Clinic Book")
	b.sends(t, "rosa", at(app, "/conflict"), url.Values{"reason": {" "}}, 422, `href="#reason-conflict"`)
	if !b.held(t, app).Seated(b.who("rosa").Person) {
		t.Fatal("the seat is gone without a reason")
	}
	b.sends(t, "rosa", at(app, "/conflict"), url.Values{"reason": {"My brother maintains it."}}, 303, "/desk")
	now := b.held(t, app)
	if now.Seated(b.who("rosa").Person) || !now.Seated(b.who("ravi").Person) || now.State != assess.Queued {
		t.Errorf("it is %s with %+v", now.State, now.Seats)
	}
	b.sends(t, "rosa", at(app, "/claim"), url.Values{}, 403, "A conflict of interest was declared or found here")
	b.sends(t, "carl", at(app, "/assign"), url.Values{"person": {string(b.who("rosa").Person)}}, 403, "A conflict of interest was declared or found here")
	if body := b.sends(t, "carl", at(app, "/assign"), nil, 200, "a conflict of interest was declared or found"); strings.Contains(body, `value="`+string(b.who("rosa").Person)+`"`) {
		t.Error("who has a conflict is offered")
	}
	b.sends(t, "remi", at(app, "/claim"), url.Values{}, 303)
}

func TestNobodyReviewsTheirOwnAtTheDesk(t *testing.T) {
	b := newBench(t)
	_, err := b.DB.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.PutRole(ctx, b.who("olga").Person, access.Reviewer)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	app := b.submitted(t, "Clinic Book")
	olga := b.cast["olga"]
	olga.Roles = []string{access.Reviewer, access.Coordinator}
	b.cast["olga"] = olga
	accept := url.Values{"version": {version(app)}, "decision": {"accept"}, "verdict-1": {"pass"}, "verdict-2": {"pass"}}
	b.sends(t, "olga", at(app, "/screen"), accept, 403, "Nobody may judge an application of their own.")
	b.sends(t, "carl", at(app, "/screen"), accept, 303)
	if body := b.sends(t, "olga", "/desk?state=queued", nil, 200, "Clinic Book"); strings.Contains(body, at(app, "/claim")) {
		t.Error("one’s own is offered for review")
	}
	b.sends(t, "olga", at(app, "/claim"), url.Values{}, 403, "Nobody may judge an application of their own.")
	b.sends(t, "carl", at(app, "/assign"), url.Values{"person": {string(olga.Person)}}, 403, "Nobody may judge an application of their own.")
	if now := b.held(t, app); len(now.Seats) != 0 {
		t.Errorf("seats: %+v", now.Seats)
	}
}

func TestAProposalIsTakenOffTheTableOrSignedOnce(t *testing.T) {
	b := newBench(t)
	app := b.inReview(t, "Clinic Book")
	for _, name := range []string{"rosa", "ravi"} {
		b.judged(t, name, app, nil)
	}
	propose := func() {
		t.Helper()
		b.sends(t, "carl", at(app, "/propose"), url.Values{"version": {version(b.held(t, app))}, "outcome": {"recognised"}}, 303)
	}
	propose()
	b.sends(t, "sara", at(app, "/reject"), url.Values{"version": {version(b.held(t, app))}, "reason": {""}}, 422, `href="#reason-reject"`)
	b.sends(t, "rosa", at(app, "/reject"), url.Values{"version": {"0"}, "reason": {""}}, 422)
	b.sends(t, "olga", at(app, "/reject"), url.Values{"version": {"0"}, "reason": {"I want it."}}, 403)
	b.sends(t, "sara", at(app, "/reject"), url.Values{"version": {version(b.held(t, app))}, "reason": {"The reason on indicator 5 is not clear."}}, 303)
	if s := b.held(t, app).State; s != assess.Deciding {
		t.Fatalf("after it was taken off the table it is %s", s)
	}
	b.sends(t, "carl", at(app, ""), nil, 200, at(app, "/propose"))
	propose()
	// Two sign at once: one is second, the other hears that somebody was faster.
	form, statuses := url.Values{"version": {version(b.held(t, app))}}, make([]int, 2)
	bodies := make([]string, 2)
	var both sync.WaitGroup
	for n, name := range []string{"sara", "rosa"} {
		both.Go(func() { statuses[n], _, bodies[n] = b.ask(t, name, at(app, "/confirm"), form) })
	}
	both.Wait()
	if min(statuses[0], statuses[1]) != 303 || max(statuses[0], statuses[1]) != 409 || !strings.Contains(bodies[0]+bodies[1], "Somebody else was faster") {
		t.Errorf("two who sign at once hear %v", statuses)
	}
	if now := b.held(t, app); now.State != assess.Decided || len(now.Decisions) != 1 {
		t.Errorf("it is %s with %d decisions", now.State, len(now.Decisions))
	}
}

func TestTwoReviewersFinishAtTheSameTime(t *testing.T) {
	b := newBench(t)
	app := b.inReview(t, "Clinic Book")
	for _, name := range []string{"rosa", "ravi"} {
		for _, id := range app.Scope {
			if err := b.Verdict(t.Context(), b.who(name), app.ID, id, 0, assess.Finding{Verdict: assess.Pass, Reason: "The evidence shows it."}); err != nil {
				t.Fatal(err)
			}
		}
	}
	statuses := make([]int, 2)
	var both sync.WaitGroup
	for n, name := range []string{"rosa", "ravi"} {
		both.Go(func() { statuses[n], _, _ = b.ask(t, name, at(app, "/finish"), url.Values{}) })
	}
	both.Wait()
	if now := b.held(t, app); statuses[0] != 303 || statuses[1] != 303 || now.State != assess.Deciding {
		t.Errorf("%v, and it is %s", statuses, now.State)
	}
}

func TestAnAccountThatVanishesMidReviewIsSaidAndReplaced(t *testing.T) {
	b := newBench(t)
	app := b.inReview(t, "Clinic Book")
	b.judged(t, "ravi", app, nil)
	rosa := b.who("rosa").Person
	if err := b.Verdict(t.Context(), b.who("rosa"), app.ID, "3", 0, assess.Finding{Verdict: assess.Pass}); err != nil {
		t.Fatal(err)
	}
	_, err := b.DB.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		if err := b.Gone(ctx, tx, good.Person{ID: rosa}); err != nil {
			return err
		}
		return tx.DeletePerson(ctx, rosa)
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(b.cast, "rosa")
	b.sends(t, "rosa", at(app, "/verdict"), url.Values{"indicator": {"4"}, "version": {"0"}, "verdict": {"pass"}, "reason": {""}}, 401, "Sign in")
	b.sends(t, "carl", at(app, ""), nil, 200, "Somebody whose account is gone", at(app, "/release"))
	b.sends(t, "carl", at(app, "/release"), url.Values{"person": {string(rosa)}, "why": {"absent"}}, 303)
	b.sends(t, "remi", at(app, "/claim"), url.Values{}, 303)
	b.judged(t, "remi", b.held(t, app), nil)
	if now := b.held(t, app); now.State != assess.Deciding {
		t.Errorf("with another in their place it is %s", now.State)
	}
	b.sends(t, "carl", at(app, ""), nil, 200, "Remi")
}
