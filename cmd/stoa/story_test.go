package main

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/testkit"
)

// story is an instance, and what became of one good there.
type story struct {
	*served
	test    *testing.T
	lang    *i18n.Locale
	prefix  string
	look    testkit.Screen
	met     map[string]bool // the pages that were looked at
	applied good.ID
	slug    string
	called  string // what the good is called

	used       string // where it stands that the good is in use
	nomination string // where it stands what became of it
}

// begins opens an instance to readers of one language.
func begins(t *testing.T, lang string, look testkit.Screen) *story {
	t.Helper()
	s := &story{test: t, served: serving(t, &ServeCmd{}), look: look, met: map[string]bool{}}
	for _, l := range i18n.All() {
		if l.Code == lang {
			s.lang = l
		}
	}
	if lang != "en" {
		s.prefix = "/" + lang
	}
	s.now = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)
	return s
}

// is fails the test where the application stands elsewhere.
func (s *story) is(want assess.State) {
	s.t.Helper()
	app, err := s.db.Application(s.t.Context(), s.applied)
	if err != nil {
		s.t.Fatal(err)
	}
	if app.State != want {
		s.t.Fatalf("the application is %s, want %s", app.State, want)
	}
}

// shows fails the test where badge and page of verification say another stage.
func (s *story) shows(stage good.Stage) {
	s.t.Helper()
	slug := url.PathEscape(s.slug)
	for _, path := range []string{"/goods/" + slug + "/badge.svg", "/verify/" + slug, "/goods/" + slug} {
		w := s.ask("GET", s.prefix+path, "", "", "")
		if w.Code != 200 || !strings.Contains(w.Body.String(), s.lang.Stage(stage)) {
			s.t.Errorf("%s does not say %s: %d %.300s", path, stage, w.Code, w.Body)
		}
	}
}

// ticks lets the time come when something is due, and has the clock do it.
func (s *story) ticks(at time.Time) assessment.Ticked {
	s.t.Helper()
	s.now = at
	done, err := s.assessed.Tick(s.t.Context(), s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	return done
}

// until is the last day of the recognition.
func (s *story) until() time.Time {
	s.t.Helper()
	g, _, err := s.db.GoodBySlug(s.t.Context(), s.slug)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range g.Recognitions {
		if !r.Reported {
			return assess.Midnight(r.Until)
		}
	}
	s.t.Fatalf("%s is recognised by nobody", s.slug)
	return time.Time{}
}

// longest is how long the story may take on a busy machine.
const longest = 40 * time.Minute

// TestFivePeopleTakeAGoodFromNominationToLapse goes the whole way of a good, by
// people at browsers of their own: in English at a desk, the owner and a
// reviewer by keyboard alone; in Arabic on a phone, the owner without scripts.
func TestFivePeopleTakeAGoodFromNominationToLapse(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			name, look := "Clinic Book", testkit.Screen{Width: 1280, Height: 800, Patience: longest}
			if lang == "ar" {
				name, look = "دفتر العيادة", testkit.Screen{Width: 360, Height: 780, Phone: true, Patience: longest}
			}
			s := begins(t, lang, look)
			s.called = name
			s.slug = s.sits("passer-by", false).nominates(name)
			s.shows(good.Nominated)
			olga := s.sits("olga", lang == "en", lang == "ar")
			olga.address = "olga@clinic-book.org"
			olga.enters()
			olga.claims(s.slug)
			olga.applies()
			s.is(assess.Screening)
			s.shows(good.Applying)
			carl, sara := s.comes("carl", "carl@alliance.example", false, access.Coordinator), s.comes("sara", "sara@alliance.example", false, access.Secretariat)
			rosa, ravi := s.comes("rosa", "rosa@one.example", lang == "en", access.Reviewer), s.comes("ravi", "ravi@two.example", false, access.Reviewer)
			elif := s.comes("elif", "elif@three.example", false, access.Expert)
			carl.screens()
			s.reviewed(rosa, ravi, carl, elif)
			s.clarified(olga, rosa, ravi)
			s.refused(olga, rosa, ravi)
			s.recognisedAfterAll(rosa, carl, sara)
			s.renewed(olga, carl, sara)
			s.lapsed(olga)
			s.returns(olga, carl, sara)
			s.everyPage(olga, rosa)
		})
	}
}

// reviewed has two people judge on their own, one seat given back for a
// conflict of interest first, an expert asked, and a coordinator settle what
// they differ about.
func (s *story) reviewed(rosa, ravi, carl, elif actor) {
	s.t.Helper()
	remi := s.comes("remi", "remi@four.example", false, access.Reviewer)
	remi.takes()
	remi.declines()
	rosa.takes()
	ravi.takes()
	s.is(assess.Review)
	s.shows(good.InReview)
	rosa.consults("9a", "Elif")
	elif.opines("9a")
	rosa.opens(rosa.at(""))
	rosa.sees(expert)
	rosa.judges(map[string]assess.Finding{"4": {Verdict: assess.Fail, Reason: "The map needs a closed service."}, "5": {Verdict: assess.Clarify, Reason: manual}})
	ravi.opens(ravi.at(""))
	if strings.Contains(ravi.reads(), "The map needs a closed service.") {
		s.t.Error("a reviewer reads what the other found before the end of the round")
	}
	ravi.judges(map[string]assess.Finding{"5": {Verdict: assess.Clarify, Reason: "The manual cannot be had."}})
	carl.settles("4")
}

// clarified asks the owner once, about one indicator, and has it alone judged
// again.
func (s *story) clarified(olga, rosa, ravi actor) {
	s.t.Helper()
	s.is(assess.Clarification)
	olga.answersBack("5")
	s.is(assess.Review)
	for _, reviewer := range []actor{rosa, ravi} {
		reviewer.judges(map[string]assess.Finding{"5": {Verdict: assess.Pass, Reason: "It is documented."}})
	}
	s.is(assess.Deciding)
}

// refused has two people sign a refusal, against which the owner appeals.
func (s *story) refused(olga, rosa, ravi actor) {
	s.t.Helper()
	rosa.proposes(assess.NotEligible, map[string]assess.Finding{"7": {Verdict: assess.Fail, Reason: refusal}})
	ravi.confirms()
	olga.appeals()
}

// recognisedAfterAll has two others decide on the appeal, and the badge turn.
func (s *story) recognisedAfterAll(rosa, carl, sara actor) {
	s.t.Helper()
	rosa.opens(rosa.at(""))
	if rosa.has(`form[action$="/propose"]`) {
		s.t.Error("who decided is asked to decide on the appeal")
	}
	carl.proposes(assess.Recognised, map[string]assess.Finding{"7": {Verdict: assess.Pass, Reason: "Page four of the policy speaks of the good and names the law."}})
	sara.confirms()
	s.shows(good.InReview)
	sara.publishes()
	s.shows(good.Recognised)
	s.named(carl)
	reader := s.sits("reader", false)
	reader.doubts()
	for _, path := range []string{"/goods/" + s.slug, "/verify/" + s.slug, "/goods/" + s.slug + "/record"} {
		reader.opens(path)
	}
	for _, public := range []string{refusal, "Page four", manual, "The manual has moved", "The map tiles can come"} {
		reader.sees(public)
	}
	for _, private := range []string{"My sister works", expert, "Is what they say of encryption sound?", "olga@"} {
		if strings.Contains(reader.reads(), private) {
			s.t.Errorf("everybody reads %q", private)
		}
	}
}

// named has somebody who signed agree to be named, and take that back: the
// record that everybody reads turns at once.
func (s *story) named(carl actor) {
	s.t.Helper()
	const name = "Carl Consented"
	for _, named := range []bool{true, false} {
		carl.opens("/account")
		carl.writes("#name", name)
		carl.do(chromedp.Click(chromedp.CSS("#named")))
		carl.sends("/account")
		w := s.ask("GET", s.prefix+"/goods/"+url.PathEscape(s.slug)+"/record", "", "", "")
		if got := strings.Contains(w.Body.String(), name); got != named {
			s.t.Errorf("the record names who signed: %v, want %v", got, named)
		}
	}
}

// renewed lets most of a year pass: the owner is reminded, finds the renewal
// filled in, confirms it, and two people sign.
func (s *story) renewed(olga, carl, sara actor) {
	s.t.Helper()
	until := s.until()
	if done := s.ticks(until.AddDate(0, 0, -89)); done.Reminded == 0 {
		s.t.Errorf("90 days before the end: %+v", done)
	}
	if done := s.ticks(until.AddDate(0, 0, -59)); done.Opened != 1 {
		s.t.Errorf("60 days before the end: %+v", done)
	}
	s.shows(good.RenewalDue)
	for _, a := range []actor{olga, carl, sara} {
		a.enters() // who was here a year ago signs in anew
	}
	olga.renews()
	s.shows(good.RenewalDue)
	carl.proposes(assess.Recognised, nil)
	sara.confirms()
	sara.publishes()
	s.shows(good.Recognised)
	if next := s.until(); !next.Equal(until.AddDate(1, 0, 0)) {
		s.t.Errorf("recognised until %s, then until %s", until, next)
	}
}

// lapsed lets a year pass in which nobody answers.
func (s *story) lapsed(olga actor) {
	s.t.Helper()
	until := s.until()
	for _, days := range []int{-89, -59, -29, -6, 1} {
		s.ticks(until.AddDate(0, 0, days))
	}
	if done := s.ticks(until.AddDate(0, 0, 9)); done.Lapsed+s.ticks(s.now).Lapsed > 1 {
		s.t.Errorf("it lapses twice")
	}
	s.shows(good.Lapsed)
	olga.enters()
	for _, path := range []string{"/apply", "/goods/" + s.slug, "/verify/" + s.slug, "/goods/" + s.slug + "/record", "/goods?stage=lapsed"} {
		olga.opens(path)
		olga.sees(s.called) // what was recognised never vanishes
	}
	s.listed(false)
	olga.opens("/goods")
	olga.presses(`main .lapsed a, main .empty .rows h2 a`) // to all goods, or to the only one
	olga.sees(s.called)
}

// listed fails the test where the list of goods, in any form, shows the good or
// not, against what should be. Its name finds it either way.
func (s *story) listed(want bool) {
	s.t.Helper()
	for path, always := range map[string]bool{"/goods": false, "/api/v1/goods": false, "/goods.csv": false, "/goods?stage=all": true, "/api/v1/goods?stage=all": true, "/goods.csv?stage=all": true,
		"/goods?q=" + url.QueryEscape(s.called): true, "/api/v1/suggest?q=" + url.QueryEscape(s.called): true} {
		prefix := s.prefix
		if strings.HasPrefix(path, "/api") || strings.HasPrefix(path, "/goods.") {
			prefix = ""
		}
		body := s.ask("GET", prefix+path, "", "", "").Body.String()
		_, list, _ := strings.Cut(body, `id="results"`)
		if list == "" {
			list = body
		}
		if path == "/goods" && !want {
			list, _, _ = strings.Cut(list, `class="empty"`) // which names what lapsed, where there is nothing else
		}
		if got := strings.Contains(list, s.slug) || strings.Contains(list, url.PathEscape(s.slug)); got != (want || always) {
			s.t.Errorf("%s lists the good: %v, want %v: %.600s", path, got, want || always, list)
		}
	}
}

// returns renews what lapsed, late: it is listed again.
func (s *story) returns(olga, carl, sara actor) {
	s.t.Helper()
	for _, a := range []actor{carl, sara} {
		a.enters()
	}
	olga.renews()
	carl.proposes(assess.Recognised, nil)
	sara.confirms()
	sara.publishes()
	s.shows(good.Recognised)
	s.listed(true)
}
