package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// sound is a sound answer to a question.
func sound(q standard.Question, answers standard.Answers) standard.Answer {
	switch q.Type {
	case standard.YesNo:
		return standard.Answer{Choices: append(q.Must, "no")[:1]}
	case standard.Choice, standard.Choices:
		for _, o := range q.Options {
			if len(q.Must) == 0 || slices.Contains(q.Must, o.ID) {
				return standard.Answer{Choices: []string{o.ID}}
			}
		}
	case standard.Countries:
		return standard.Answer{Choices: []string{"KE"}}
	case standard.Licences:
		return standard.Answer{Choices: []string{"Apache-2.0"}}
	case standard.Languages:
		return standard.Answer{Choices: []string{"en"}}
	case standard.SDGs:
		return standard.Answer{Choices: []string{"3"}}
	case standard.Items:
		a := standard.Answer{Items: map[string]string{}}
		for _, c := range answers[q.Of].Choices {
			a.Items[c] = "Health workers count with it."
		}
		return a
	case standard.Links:
		return standard.Answer{Links: []good.Link{{URL: "https://dhis2.org/" + q.ID}}}
	}
	return standard.Answer{Text: "What is to be said of " + q.ID}
}

// fill answers as Ana what an application still lacks, but for the parts left out.
func (b *bureau) fill(t *testing.T, id good.ID, but ...string) {
	t.Helper()
	for range 10 {
		f, err := b.Application(t.Context(), whoIs("ana"), id)
		if err != nil {
			t.Fatal(err)
		}
		answers := standard.Answers{}
		for q, s := range f.Answers {
			answers[q] = s.Answer
		}
		var edits []assessment.Edit
		for _, g := range f.Gaps {
			if q, _ := f.Set.Question(g.Question); !slices.Contains(but, q.Indicator) {
				answers[q.ID] = sound(q, answers)
				edits = append(edits, assessment.Edit{Question: q.ID, Version: f.Answers[q.ID].Version, Answer: answers[q.ID]})
			}
		}
		if len(edits) == 0 {
			return
		}
		if _, err := b.Save(t.Context(), whoIs("ana"), id, edits); err != nil {
			t.Fatal(err)
		}
	}
}

// askBack takes an application that was handed in to where its applicant is
// asked about indicator 5.
func (b *bureau) askBack(t *testing.T, id good.ID) {
	t.Helper()
	ctx := t.Context()
	app, _, err := b.Screen(ctx, whoIs("cora"), id, 0, assessment.Screening{Decision: "accept",
		Screened: assess.Screened{Findings: map[string]assess.Finding{"1": {Verdict: assess.Pass}, "2": {Verdict: assess.Pass}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"rita", "rolf"} {
		if app, _, err = b.Claim(ctx, whoIs(name), id); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"rita", "rolf"} {
		for _, i := range app.Scope {
			f := assess.Finding{Verdict: assess.Pass, Reason: "The evidence shows it."}
			if i == "5" {
				f = assess.Finding{Verdict: assess.Clarify, Reason: "Where is the manual for operators?"}
			}
			if err := b.Verdict(ctx, whoIs(name), id, i, 0, f); err != nil {
				t.Fatal(err)
			}
		}
		if app, _, err = b.Finish(ctx, whoIs(name), id); err != nil {
			t.Fatal(err)
		}
	}
	if app.State != assess.Clarification {
		t.Fatalf("the application is in %s", app.State)
	}
}

func idOf(at string) good.ID { return good.ID(strings.TrimPrefix(at, "/apply/")) }

func TestAnApplicationIsHandedInOnlyWhole(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	at := b.begin(t)
	b.fill(t, idOf(at), "5")
	page := parse(t, b.get(t, "ana", at+"/check"))
	if got := page.attrs(".gaps a[href*='#']", "href"); len(got) != 1 || got[0] != at+"/part/5#q-docs-links" {
		t.Fatalf("the gaps lead to %q", got)
	}
	version := attrOf(page, `form[action$="/submit"] input[name=version]`, "value")
	if w := b.post(t, "ana", at+"/submit", url.Values{"version": {version}}); w.Code != 400 || len(parse(t, w).all(".wrong li")) != 1 {
		t.Errorf("with a gap: %d", w.Code)
	}
	b.fill(t, idOf(at))
	if w := b.post(t, "ana", at+"/submit", url.Values{"version": {""}}); w.Code == 303 {
		t.Error("handed in without authority")
	}
	if w := b.post(t, "ana", at+"/authority", url.Values{"authority": {"  "}}); w.Code != 400 {
		t.Errorf("an empty declaration: %d", w.Code)
	}
	if w := b.post(t, "ana", at+"/authority", url.Values{"authority": {"I lead its maintenance."}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, parse(t, w).text("main"))
	}
	version = attrOf(parse(t, b.get(t, "ana", at+"/check")), `form[action$="/submit"] input[name=version]`, "value")
	for n := range 2 { // pressed twice
		if w := b.post(t, "ana", at+"/submit", url.Values{"version": {version}}); w.Code != 303 {
			t.Fatalf("press %d: %d %s", n+1, w.Code, parse(t, w).text("main"))
		}
	}
	page = parse(t, b.get(t, "ana", at))
	if got := page.text(".past"); !strings.Contains(got, "In screening") {
		t.Errorf("the path is %q", got)
	}
	w := b.post(t, "ana", at+"/part/general", url.Values{"v.general.name": {"1"}, "t.general.name": {"Other"}})
	if w.Code != 409 {
		t.Errorf("answers are changed behind the reviewers: %d", w.Code)
	}
}

func TestAnApplicantAnswersAsksAndAppeals(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	at := b.begin(t)
	b.fill(t, idOf(at))
	b.post(t, "ana", at+"/authority", url.Values{"authority": {"I lead its maintenance."}})
	if w := b.post(t, "ana", at+"/submit", url.Values{"version": {"0"}}); w.Code != 303 {
		t.Fatal(w.Code)
	}
	b.askBack(t, idOf(at))
	if _, err := b.Suggest(t.Context(), whoIs("rita"), idOf(at), "docs.links", standard.Answer{Links: []good.Link{{URL: "https://docs.dhis2.org"}}}, "This is the better address."); err != nil {
		t.Fatal(err)
	}
	page := parse(t, b.get(t, "ana", at))
	if got := page.text(".back"); !strings.Contains(got, "manual for operators") {
		t.Fatalf("asked %q", got)
	}
	if got := page.texts(".past strong"); !slices.Equal(got, []string{"In screening", "Waiting for reviewers", "In review", "You are asked to clarify"}) {
		t.Errorf("the way so far is %q", got)
	}
	if w := b.post(t, "ana", at+"/suggestion", url.Values{"suggestion": {attrOf(page, "input[name=suggestion]", "value")}, "accept": {"yes"}}); w.Code != 303 {
		t.Errorf("accepting: %d %s", w.Code, parse(t, w).text("main"))
	}
	if w := b.post(t, "ana", at+"/more", url.Values{"why": {"The writer is away."}}); w.Code != 303 {
		t.Errorf("asking for time: %d", w.Code)
	}
	if w := b.post(t, "ana", at+"/reply", url.Values{"indicator": {"5"}, "text": {""}}); w.Code != 400 {
		t.Errorf("an empty reply: %d", w.Code)
	}
	if w := b.post(t, "ana", at+"/reply", url.Values{"indicator": {"5"}, "text": {"Under /operate, since last week."}}); w.Code != 303 {
		t.Fatalf("replying: %d %s", w.Code, parse(t, w).text("main"))
	}
	if w := b.post(t, "ana", at+"/reply", url.Values{"indicator": {"5"}, "text": {"Once more."}}); w.Code != 409 {
		t.Errorf("replying twice: %d", w.Code)
	}
	f, err := b.Application(t.Context(), whoIs("ana"), idOf(at))
	if err != nil || f.Answers["docs.links"].Answer.Links[0].URL != "https://docs.dhis2.org" || f.State == assess.Clarification {
		t.Errorf("%v %s %v", f.Answers["docs.links"], f.State, err)
	}
	if w := b.post(t, "ana", at+"/withdraw", url.Values{"version": {"0"}, "reason": {"We begin anew."}}); w.Code != 303 {
		t.Errorf("withdrawing: %d", w.Code)
	}
	if page := parse(t, b.get(t, "ana", at)); !strings.Contains(page.text(".tag"), "Withdrawn") || len(page.all(`form[action$="/withdraw"]`)) > 0 {
		t.Error("it was not taken back")
	}
}

func TestAnApplicantReadsWhyAndAppealsOnce(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	at := b.begin(t)
	b.fill(t, idOf(at))
	b.post(t, "ana", at+"/authority", url.Values{"authority": {"I lead its maintenance."}})
	b.post(t, "ana", at+"/submit", url.Values{"version": {"0"}})
	b.askBack(t, idOf(at))
	b.post(t, "ana", at+"/reply", url.Values{"indicator": {"5"}, "text": {"There is none."}})
	ctx, id, why := t.Context(), idOf(at), "Nobody can run it without a manual."
	for _, name := range []string{"rita", "rolf"} {
		if err := b.Verdict(ctx, whoIs(name), id, "5", 0, assess.Finding{Verdict: assess.Fail, Reason: why}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.Finish(ctx, whoIs(name), id); err != nil {
			t.Fatal(err)
		}
	}
	app, _, err := b.Propose(ctx, whoIs("rita"), id, 0, assess.NotEligible, nil)
	if err == nil {
		app, _, err = b.Confirm(ctx, whoIs("rolf"), id, app.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	page := parse(t, b.get(t, "ana", at))
	if got := page.texts("main section > h2"); len(got) < 2 || got[0] != "Not eligible" || got[1] != "Appeal" {
		t.Errorf("the page says in this order: %q", got)
	}
	if got := page.text("main"); !strings.Contains(got, why) || !strings.Contains(got, "You can appeal until 9 August 2026.") {
		t.Errorf("what was decided, and how long it can be appealed: %s", got)
	}
	for _, want := range []int{http.StatusSeeOther, http.StatusConflict} {
		if w := b.post(t, "ana", at+"/appeal", url.Values{"grounds": {"There is one, at /operate."}}); w.Code != want {
			t.Errorf("appealing: %d, want %d", w.Code, want)
		}
	}
}

func TestAnswersThatCannotBeTaken(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	at := b.begin(t)
	for name, c := range map[string]struct {
		form   url.Values
		status int
		kept   string // selector of the field that keeps what was sent
	}{
		"an unknown field":   {url.Values{"v.general.name": {"1"}, "t.general.nickname": {"x"}}, 400, ""},
		"a repeated field":   {url.Values{"v.general.name": {"1"}, "t.general.name": {"x", "y"}}, 400, ""},
		"another part":       {url.Values{"v.docs.links": {"0"}, "l.docs.links": {"https://a.org"}}, 400, ""},
		"no text":            {url.Values{"v.general.name": {"1"}, "t.general.name": {"\xff"}}, 400, ""},
		"a script as link":   {url.Values{"v.general.website": {"1"}, "l.general.website": {"javascript:alert(1)"}}, 400, `textarea[name="l.general.website"]`},
		"no such kind":       {url.Values{"v.general.kinds": {"1"}, "c.general.kinds": {"hardware"}}, 400, ""},
		"a name of a novel":  {url.Values{"v.general.name": {"1"}, "t.general.name": {strings.Repeat("n", 300)}}, 400, ""},
		"markup is text":     {url.Values{"v.general.name": {"1"}, "t.general.name": {"<script>alert(1)</script>"}}, 303, ""},
		"an overlong number": {url.Values{"v.general.name": {"99999999999999999999"}, "t.general.name": {"x"}}, 409, ""},
	} {
		w := b.post(t, "ana", at+"/part/general", c.form)
		if w.Code != c.status {
			t.Errorf("%s: %d", name, w.Code)
		}
		if c.kept != "" && !strings.Contains(parse(t, w).text(c.kept), "javascript:alert") {
			t.Errorf("%s: what was written is lost", name)
		}
	}
	if w := b.get(t, "ana", at+"/part/general"); strings.Contains(w.Body.String(), "<script>alert") {
		t.Error("what was written runs")
	}
}

func TestAnswersLeaveAndComeAsAFile(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	at := b.begin(t)
	b.fill(t, idOf(at))
	w := b.get(t, "ana", at+"/answers.yml")
	if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Disposition"), "dhis2.dpg.yml") || !strings.Contains(w.Body.String(), "general.name:") {
		t.Fatalf("%d %s %.300s", w.Code, w.Header(), w.Body)
	}
	raw := strings.Replace(w.Body.String(), "What is to be said of general.summary", "Told anew in the repository", 1)
	send := func(raw string) *httptest.ResponseRecorder {
		body := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.yml\"\r\n\r\n" + raw + "\r\n--x--\r\n"
		r := httptest.NewRequest("POST", at+"/answers", strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Cookie", "__Host-stoa_session=ana")
		w := httptest.NewRecorder()
		b.site.ServeHTTP(w, r)
		return w
	}
	if !strings.Contains(raw, "  # Private: do not put this answer into a public repository.\n  general.contact:") {
		t.Error("the file does not say what is private")
	}
	raw = strings.Replace(raw, "\nanswers:\n", "\nanswers:\n  general.colour: {text: red}\n", 1)
	w = send(raw)
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, parse(t, w).text("main"))
	}
	said := parse(t, w).text("#brought")
	for _, want := range []string{"One answer was taken over from the file.", "general.colour", "What stood here before", "What is to be said of general.summary"} {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q: %s", want, said)
		}
	}
	if w := send(raw); !strings.Contains(parse(t, w).text("#brought"), "0 answers were taken over") || strings.Contains(parse(t, w).text("#brought"), "What stood here before") {
		t.Errorf("sent twice: %s", parse(t, w).text("#brought"))
	}
	f, err := b.Application(t.Context(), whoIs("ana"), idOf(at))
	if err != nil || f.Answers["general.summary"].Answer.Text != "Told anew in the repository" {
		t.Errorf("%+v %v", f.Answers["general.summary"], err)
	}
	for name, raw := range map[string]string{"a program": "\x7fELF\x00\x00", "another standard": "standard: maturity@1\nanswers: {}", "a wrong answer": "standard: dpg\nanswers: {general.kinds: {choices: [hardware]}}"} {
		if w := send(raw); w.Code != http.StatusBadRequest || len(parse(t, w).all(".wrong li")) != 1 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}
