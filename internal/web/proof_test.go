package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/testkit"
	"stoa/internal/web"
	"stoa/internal/web/page/proof"
	"stoa/standards"
)

// told is an assessment with one application's whole path, an appeal and a
// clarification in it.
type told struct {
	doubts []assessment.Doubt
	full   error // of the quota
}

var day = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

// Record implements proof.Assessment.
func (t *told) Record(context.Context, good.ID) (assessment.PublicRecord, error) {
	reviewer, chief := good.Actor{Role: access.Reviewer, Pseudonym: "p-1"}, good.Actor{Role: access.Coordinator, Pseudonym: "p-2"}
	met := map[string]assess.Finding{"1": {Verdict: assess.Pass, Reason: "It serves goal 16.9."}, "9a": {Verdict: assess.Pass, Reason: "The policy says <b>how</b>."}}
	return assessment.PublicRecord{Names: map[string]string{"p-1": "Amina Diallo"}, Applications: []assess.Record{{
		Application: "01HZZZZZZZZZZZZZZZZZZZZZZA", Kind: assess.First, Standard: "dpg@1.1.7", State: assess.Published, Since: day, Submitted: day.AddDate(0, -1, 0),
		Outcome: assess.Recognised, From: "2026-03-04", Until: "2027-03-04",
		Path: []assess.Passed{{At: day.AddDate(0, -1, 0), Step: assess.StepSubmit, By: good.Actor{Role: access.Applicant}, To: assess.Screening},
			{At: day, Step: assess.StepFinish, By: reviewer, To: assess.Clarification, Words: "One thing is unclear.", Erased: true}, {At: day, Step: assess.StepPublish, By: chief, To: assess.Published}},
		Exchanges: []assess.Exchange{{Indicator: "5", Question: "Where is the manual?", Asked: day, Reply: "Here it is.", Answered: day}, {Indicator: "8", Question: "And the tests?", Asked: day}},
		Decisions: []assess.PublicDecision{{Outcome: assess.NotEligible, Findings: map[string]assess.Finding{"4": {Verdict: assess.Fail, Reason: "It needs a closed database."}}, By: []good.Actor{chief, reviewer}, At: day},
			{Outcome: assess.Recognised, Findings: met, By: []good.Actor{chief, reviewer}, At: day, Appeal: true}},
		Grounds: &assess.PublicGrounds{Text: "An open one works too.", Links: []good.Link{{URL: "https://example.org/open"}}},
	}, {Application: "01HZZZZZZZZZZZZZZZZZZZZZZB", Kind: assess.Challenge, Standard: "dpg@1.1.7", State: assess.Screening, Since: day, Submitted: day,
		Doubt: &assess.PublicDoubt{Indicators: []string{"2"}, Confidential: true}}}}, nil
}

// NextRenewal implements proof.Assessment.
func (t *told) NextRenewal(context.Context, good.ID) (*assessment.Asks, error) {
	return &assessment.Asks{From: "dpg@1.1.6", To: "dpg@1.1.7", New: []standard.Asked{{Question: standard.Question{ID: "x", Indicator: "3", Label: good.Text{"en": "Is all of the data open?"}}}}}, nil
}

// Statistics implements proof.Assessment.
func (t *told) Statistics(context.Context) (assessment.Statistics, error) {
	return assessment.Statistics{At: day, Months: 24, States: []assessment.StateCount{{State: assess.Review, Kind: assess.First, Count: 7, Oldest: day.AddDate(0, 0, -9)}},
		Times: []assessment.StageTime{{Kind: assess.First, Month: "2026-01", State: assess.Screening, Count: 7, Median: 30, Ninety: 900}, {Kind: assess.First, Month: "2026-02", State: assess.Review, Count: 3, Median: 40, Ninety: 400}}, Whole: []assessment.StageTime{{Kind: assess.First, State: assess.Review, Count: 3, Median: 40, Ninety: 400}},
		Oldest: []assessment.Item{{Name: "OpenCRVS", Good: samples().goods[0].ID, Kind: assess.First, State: assess.Review, Since: day.AddDate(0, 0, -9)}}}, nil
}

// Challenge implements proof.Assessment.
func (t *told) Challenge(_ context.Context, _ access.Who, in assessment.Doubt) (*assess.Application, int64, error) {
	if in.Text == "" || len(in.Indicators) == 0 {
		return nil, 0, &good.Error{Kind: good.Invalid, Key: "assess.error.challenge_indicators", Field: "indicators"}
	}
	t.doubts = append(t.doubts, in)
	return &assess.Application{}, 1, nil
}

// prove serves the pages, with OpenCRVS recognised here.
func prove(t *testing.T) (url string, app *told) {
	t.Helper()
	library, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	s, app := samples(), &told{}
	for _, g := range s.goods {
		if g.Slug == "opencrvs" {
			g.Recognitions = append(g.Recognitions, good.Recognition{Issuer: "Stoa", State: good.Recognised, From: "2026-03-04", Until: "2027-03-04", Standard: "dpg@1.1.7", Renewing: "2027-02-01"})
		}
	}
	var site http.Handler
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { site.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	pages, err := web.New(web.Config{Goods: s, Cases: s, Whole: s, Directory: s, Shelves: s, Registry: s, Dumps: s, Standards: library, BaseURL: srv.URL, Version: "browser",
		More: proof.Routes(proof.Config{Assessment: app, Goods: s, Standards: library,
			Quota: func(*http.Request) error { return app.full }, Now: func() time.Time { return day }})})
	if err != nil {
		t.Fatal(err)
	}
	site = edge.Identify(players, false, pages.Deny)(pages)
	return srv.URL, app
}

func TestNobodyDoubtsWithoutEnd(t *testing.T) {
	url, app := prove(t)
	app.full = &good.Error{Kind: good.Limited, Key: "nominate.error.quota", Args: map[string]any{"Minutes": 6}}
	resp, err := http.PostForm(url+"/goods/opencrvs/challenge", map[string][]string{"text": {"The licence has changed."}, "indicators": {"2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(page), "The licence has changed.")
	contains(t, string(page), "send it again in 6 min")
	if len(app.doubts) > 0 {
		t.Errorf("one challenge too many went through")
	}
}

func TestTheBadgeOnAnotherSiteSaysNothingThatCouldTurn(t *testing.T) {
	url, _ := prove(t)
	res, err := http.Get(url + "/verify/opencrvs")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(body); !strings.Contains(got, "/goods/opencrvs/badge.svg&#34; alt=&#34;Is OpenCRVS recognised?&#34;&gt;") {
		t.Errorf("what is copied is not neutral about the state: %s", got[strings.Index(got, "<pre"):])
	}
}

func TestARecognitionShowsWhatItRestsOn(t *testing.T) {
	url, app := prove(t)
	for _, lang := range []string{"en", "ar"} {
		for name, look := range map[string]testkit.Screen{"phone": {Width: 360, Height: 780, Phone: true, NoScript: true}, "desk": {}} {
			t.Run(lang+" "+name, func(t *testing.T) {
				r, at := newReader(t, look), url+prefixes[lang]
				r.do(chromedp.Navigate(at + "/goods/opencrvs"))
				r.sound()
				r.turn(chromedp.Click(chromedp.CSS(`a[href$="/record"]`)))
				r.sound()
				text := see(r, chromedp.Text(chromedp.CSS("main")))
				for _, want := range []string{"Amina Diallo", "It needs a closed database.", "The policy says <b>how</b>.", "Where is the manual?", "Here it is.", "An open one works too.", "Is all of the data open?"} {
					contains(t, text, want)
				}
				r.do(chromedp.Navigate(at + "/verify/opencrvs"))
				r.sound()
				contains(t, see(r, chromedp.Text(chromedp.CSS("main"))), "1.1.7")
				r.do(chromedp.Navigate(at + "/pipeline"))
				r.sound()
				contains(t, see(r, chromedp.Text(chromedp.CSS("main"))), "OpenCRVS")
				months := func() string { return see(r, chromedp.Text(chromedp.CSS(`[aria-labelledby="months"].table`))) }
				newest := months()
				r.turn(chromedp.Click(chromedp.CSS(`a[href*="month=2026-01"]`)))
				r.sound()
				if months() == newest {
					t.Errorf("the month before shows what the newest does: %s", newest)
				}
				r.do(chromedp.Navigate(at + "/goods/opencrvs/challenge"))
				r.sound()
				r.fill("text", "The licence has changed.")
				r.send("text") // without an indicator
				if got := see(r, chromedp.Value(chromedp.CSS("[name=text]"))); got != "The licence has changed." {
					t.Errorf("after a mistake the form holds %q", got)
				}
				r.choose("indicators", `"2"`)
				r.do(chromedp.Click(chromedp.CSS("#confidential")))
				r.fill("links", "https://example.org/licence\nhttps://example.org/before")
				r.send("text")
				if got := see(r, chromedp.Location()); !strings.HasSuffix(got, "/goods/opencrvs/record?sent=challenge") {
					t.Errorf("led to %s", got)
				}
			})
		}
	}
	if len(app.doubts) != 4 || !app.doubts[0].Confidential || len(app.doubts[0].Links) != 2 || app.doubts[0].Indicators[0] != "2" {
		t.Errorf("%+v", app.doubts)
	}
}

func TestARecognitionReportedByOthersIsChallengedThere(t *testing.T) {
	url, _ := prove(t)
	s := samples()
	for _, g := range s.goods {
		if g.Slug == "opencrvs" || g.Tombstone != nil {
			continue
		}
		resp, err := http.Get(url + "/goods/" + g.Slug + "/challenge")
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		buf := make([]byte, 1<<16)
		for n := 1; n > 0; {
			n, _ = resp.Body.Read(buf)
			b.Write(buf[:n])
		}
		resp.Body.Close()
		if resp.StatusCode != 200 || strings.Contains(b.String(), "<textarea") {
			t.Errorf("%s: %d, a form: %v", g.Slug, resp.StatusCode, strings.Contains(b.String(), "<textarea"))
		}
	}
}
