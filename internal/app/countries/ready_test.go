package countries_test

import (
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	app "stoa/internal/app/countries"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/testkit"
	"stoa/standards"
)

// TestTheHistoryOfAnswersBeginsWhereTheyBegan says much else of a country
// between two answers.
func TestTheHistoryOfAnswersBeginsWhereTheyBegan(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		answer := func(said string) {
			t.Helper()
			if _, _, err := a.AnswerSome(t.Context(), lead, "KE", []deploy.Ready{{Question: "privacy.law", Answer: said}}); err != nil {
				t.Fatal(err)
			}
		}
		describe := func(times int) {
			t.Helper()
			for n := range times {
				if _, _, err := a.Describe(t.Context(), lead, "KE", app.Description{SDGs: []int{n%17 + 1}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		same := func(want []app.Turn) {
			t.Helper()
			v, err := a.Ready(t.Context(), lead, "KE")
			if diff := cmp.Diff(want, v.History, cmpopts.IgnoreFields(app.Turn{}, "At")); err != nil || diff != "" {
				t.Errorf("%s %v", diff, err)
			}
		}
		change := func(from, to string) app.Turn {
			return app.Turn{Changes: []app.Changed{{Question: "privacy.law", From: from, To: to}}}
		}
		answer("no")
		describe(30)
		answer("partly")
		same([]app.Turn{change("no", "partly"), change("", "no")})
		describe(1_000) // more than is read
		same([]app.Turn{})
		answer("no")
		same([]app.Turn{change("partly", "no")})
	})
}

// TestFirstAnswersDoNotOverwriteEachOther has several people answer at once.
func TestFirstAnswersDoNotOverwriteEachOther(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		none, err := a.Ready(t.Context(), lead, "KE")
		if err != nil {
			t.Fatal(err)
		}
		for n, want := range []bool{true, false} { // two opened the form before either sent it
			_, _, err := a.Answer(t.Context(), lead, "KE", []deploy.Ready{{Question: "privacy.law", Answer: []string{"partly", "no"}[n]}}, &none.Version)
			if want && err != nil || !want && good.KindOf(err) != good.Conflict {
				t.Errorf("form %d: %v", n, err)
			}
		}
		if _, _, err := a.Describe(t.Context(), lead, "KE", app.Description{Version: &none.Version}); good.KindOf(err) != good.Conflict {
			t.Errorf("the description that knows of no answers: %v", err)
		}
		var wait sync.WaitGroup
		questions := []string{"governance.lead", "governance.coordination", "policy.open", "policy.standards", "security.team", "skills.public"}
		wrong := make([]error, len(questions))
		for n, q := range questions {
			wait.Go(func() {
				_, _, wrong[n] = a.AnswerSome(t.Context(), lead, "KE", []deploy.Ready{{Question: q, Answer: "no"}})
			})
		}
		wait.Wait()
		v, err := a.Ready(t.Context(), lead, "KE")
		taken := 1
		for _, no := range wrong {
			if no == nil {
				taken++
			} else if good.KindOf(no) != good.Conflict { // it is told that another was faster
				t.Error(no)
			}
		}
		if err != nil || taken < 2 || len(v.Answers) != taken {
			t.Errorf("of %d answers that were taken %d are left: %v", taken, len(v.Answers), err)
		}
		for n, r := range []deploy.Ready{{Question: "privacy.law", Evidence: "https://kenyalaw.org/dpa"}, {Question: "privacy.law", Date: "2026-01-01"}} {
			if _, _, err := a.AnswerSome(t.Context(), lead, "KE", []deploy.Ready{r}); good.KindOf(err) != good.Invalid {
				t.Errorf("%d: what shows no answer is dropped in silence: %v", n, err)
			}
		}
	})
}

// TestASecondChecklistKeepsTheAnswersToWhatItStillAsks answers one version and
// then the next, which asks one question less.
func TestASecondChecklistKeepsTheAnswersToWhatItStillAsks(t *testing.T) {
	raw, err := fs.ReadFile(standards.FS, "readiness/1.0/set.yml")
	if err != nil {
		t.Fatal(err)
	}
	first := regexp.MustCompile(`(?m)^languages: .*$`).ReplaceAllString(string(raw), "languages: [en]")
	second := strings.Replace(first, `version: "1.0"`, "version: \"1.1\"\nchanges: Less.\nretired:\n  security.team: It says little.", 1)
	second = regexp.MustCompile(`(?m)^      - id: security\.team\n(        .*\n)+`).ReplaceAllString(second, "")
	library := func(versions ...string) *standard.Library {
		folder := fstest.MapFS{}
		for n, text := range versions {
			folder["readiness/1."+strconv.Itoa(n)+"/set.yml"] = &fstest.MapFile{Data: []byte(text)}
		}
		l, err := standard.Load(shape.New(), folder)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		a.Library = library(first)
		if _, _, err := a.AnswerSome(t.Context(), lead, "KE", []deploy.Ready{{Question: "security.team", Answer: "no"}, {Question: "privacy.law", Answer: "partly"}}); err != nil {
			t.Fatal(err)
		}
		a.Library = library(first, second)
		old, err := a.Ready(t.Context(), lead, "KE")
		if err != nil || old.Key != "readiness@1.0" || old.Now.Version != "1.1" || len(old.Answers) != 2 {
			t.Fatalf("%+v %v", old, err)
		}
		security := func() app.Area {
			t.Helper()
			two, err := a.Compare(t.Context(), []string{"KE", "UG"})
			if err != nil || two[1].Ready != nil {
				t.Fatalf("%+v %v", two, err)
			}
			for _, area := range two[0].Ready {
				if area.ID == "security" {
					return area
				}
			}
			return app.Area{}
		}
		if got := security(); got != (app.Area{ID: "security", Open: 1}) {
			t.Errorf("what is asked no more is compared: %+v", got)
		}
		if _, _, err := a.Describe(t.Context(), lead, "KE", app.Description{SDGs: []int{3}}); err != nil {
			t.Errorf("who answered the first version cannot be described: %v", err)
		}
		if _, _, err := a.AnswerSome(t.Context(), lead, "KE", []deploy.Ready{{Question: "policy.open", Answer: "no"}}); err != nil {
			t.Fatalf("who answered the first version cannot answer any more: %v", err)
		}
		v, err := a.Ready(t.Context(), lead, "KE")
		if err != nil || v.Key != "readiness@1.1" || len(v.Answers) != 2 {
			t.Errorf("%+v %v", v.Answers, err)
		}
		if law, _ := v.Answer("privacy.law"); law.Answer != "partly" {
			t.Errorf("an answer that is still asked for is lost: %+v", v.Answers)
		}
	})
}
