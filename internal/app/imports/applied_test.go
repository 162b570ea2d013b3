package imports_test

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"path/filepath"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/standards"
)

func dpgSet(t *testing.T) *standard.Set {
	t.Helper()
	l, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := l.Set("dpg", "")
	return s
}

// applied reads applications out of their texts.
func applied(set *standard.Set, raw ...string) iter.Seq2[harvest.Applied, error] {
	return func(yield func(harvest.Applied, error) bool) {
		for _, r := range raw {
			if !yield(harvest.ReadApplication([]byte(r), "file", set), nil) {
				return
			}
		}
	}
}

const application = `{"id":"10001","name":"Well Watch","stage":"DPG","categories":["Open Software"],"description":"Finds dry wells.","website":"https://wellwatch.example.org",
"organizations":[{"name":"Wells Trust","org_type":"owner","contact_name":"Jane Mzolux","contact_email":"jane@wells.example"}]}`

// drafts are the applications there are.
func drafts(t *testing.T, app *imports.App) []*assess.Application {
	t.Helper()
	var out []*assess.Application
	if err := app.DB.EachApplication(ctx, func(a *assess.Application) error { out = append(out, a); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnApplicationMadeElsewhereBecomesAPrivateDraft(t *testing.T) {
	app, set := fresh(t), dpgSet(t)
	before, err := app.DB.Position(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var report bytes.Buffer
	totals, err := app.Applications(ctx, operator, set, applied(set, application, "{broken"), imports.Options{Report: &report})
	if err != nil || totals.Changed != 1 || totals.Unreadable != 1 || totals.Records != 2 {
		t.Fatalf("%+v %v", totals, err)
	}
	list := drafts(t, app)
	if len(list) != 1 || list[0].State != assess.Draft || list[0].Name != "Well Watch" || list[0].Standard != set.Key() || len(list[0].Owners) > 0 || !list[0].Submitted.IsZero() {
		t.Fatalf("%+v", list)
	}
	answers, err := app.DB.Answers(ctx, list[0].ID)
	if err != nil || len(answers) != totals.Answers || !strings.Contains(string(answers["general.summary"].Doc), "Finds dry wells.") {
		t.Errorf("%d answers of %d: %v", len(answers), totals.Answers, err)
	}
	if after, err := app.DB.Position(ctx); err != nil || after != before {
		t.Errorf("%v: the journal tells of a draft", err)
	}
	if strings.Contains(report.String(), "Mzolux") || strings.Contains(report.String(), "jane@") || !strings.Contains(report.String(), `"why": "ignored"`) {
		t.Errorf("the report:\n%s", &report)
	}

	// Once more, and once the text has changed.
	if totals, err := app.Applications(ctx, operator, set, applied(set, application), imports.Options{}); err != nil || totals.Changed != 0 {
		t.Errorf("again: %+v %v", totals, err)
	}
	better := strings.Replace(application, "dry wells", "dry wells early", 1)
	if totals, err := app.Applications(ctx, operator, set, applied(set, better), imports.Options{DryRun: true}); err != nil || totals.Changed != 1 {
		t.Errorf("dry run: %+v %v", totals, err)
	}
	if totals, err := app.Applications(ctx, operator, set, applied(set, better), imports.Options{}); err != nil || totals.Changed != 1 || len(drafts(t, app)) != 1 {
		t.Errorf("changed: %+v %v", totals, err)
	}
	if answers, err := app.DB.Answers(ctx, list[0].ID); err != nil || !strings.Contains(string(answers["general.summary"].Doc), "early") {
		t.Errorf("%s %v", answers["general.summary"].Doc, err)
	}

	// What somebody took on here is left alone.
	mine := drafts(t, app)[0]
	mine.Owners = []good.ID{"01HZZZZZZZZZZZZZZZZZZZZZZZ"}
	if _, err := app.DB.Do(ctx, operator, func(ctx context.Context, tx *store.Tx) error {
		s, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		return tx.PutApplication(ctx, mine, s.Settings)
	}); err != nil {
		t.Fatal(err)
	}
	report.Reset()
	if totals, err := app.Applications(ctx, operator, set, applied(set, application), imports.Options{Report: &report}); err != nil || totals.Changed != 0 || !strings.Contains(report.String(), "changed-here") {
		t.Errorf("taken on: %+v %v", totals, err)
	}
	if _, err := app.Applications(ctx, good.Actor{Role: access.Reviewer}, set, applied(set, application), imports.Options{}); good.KindOf(err) != good.Forbidden {
		t.Errorf("a reviewer imports: %v", err)
	}
}

func TestCrowdReviewsFindTheirGoodAndKeepTheirAuthorsApart(t *testing.T) {
	app := fresh(t)
	raw := `{"license":{"answer":true,"comment":"Clear.","confidence":"5"},"user":"zoluxhand","timestamp":1617941647}`
	list := func(yield func(harvest.CrowdReview, error) bool) {
		yield(harvest.ReadReview([]byte(raw), "Well Watch_zoluxhand"), nil)
	}
	var report bytes.Buffer
	totals, err := app.Reviews(ctx, operator, list, imports.Options{Report: &report})
	if err != nil || totals.Changed != 1 || totals.Matched != 0 || strings.Contains(report.String(), "zolux") {
		t.Fatalf("%+v %v\n%s", totals, err, &report)
	}
	bring(t, app, write(t, "ww.json", `{"foreign_id":"ww","seen":"2026-01-01","facts":{"name":"Well Watch","kinds":["software"]}}`), imports.Options{})
	if totals, err = app.Reviews(ctx, operator, list, imports.Options{}); err != nil || totals.Changed != 1 || totals.Matched != 1 {
		t.Fatalf("once the good is known: %+v %v", totals, err)
	}
	if totals, err = app.Reviews(ctx, operator, list, imports.Options{}); err != nil || totals.Changed != 0 {
		t.Fatalf("again: %+v %v", totals, err)
	}
	g, _, err := app.DB.GoodBySlug(ctx, "well-watch")
	if err != nil {
		t.Fatal(err)
	}
	reviews, err := app.CommunityReviews(ctx, g.ID)
	if err != nil || len(reviews) != 1 || reviews[0].Findings[0] != (harvest.CrowdFinding{Indicator: "2", Agrees: true, Confidence: 5, Comment: "Clear."}) {
		t.Errorf("%+v %v", reviews, err)
	}
	if said, err := json.Marshal(reviews); err != nil || strings.Contains(string(said), "zolux") {
		t.Errorf("%s %v", said, err)
	}
}

func TestRealApplicationsAndReviewsAreTakenInOnce(t *testing.T) {
	data := filepath.Join(testkit.RealData(t), "dpga")
	app, set := fresh(t), dpgSet(t)
	bring(t, app, data, imports.Options{})
	for _, again := range []bool{false, true} {
		applications, _, err := harvest.Applications(filepath.Join(data, "applications"), set)
		if err != nil {
			t.Fatal(err)
		}
		a, err := app.Applications(ctx, operator, set, applications, imports.Options{})
		if err != nil {
			t.Fatal(err)
		}
		reviews, _, err := harvest.CrowdReviews(filepath.Join(data, "reviews"))
		if err != nil {
			t.Fatal(err)
		}
		r, err := app.Reviews(ctx, operator, reviews, imports.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v\n%+v", a, r)
		if a.Records != 195 || a.Unreadable != 2 || r.Records != 168 || r.Unreadable != 0 || a.Matched < 190 || r.Matched < 165 ||
			!again && (a.Changed != 193 || r.Changed != 168) || again && a.Changed+r.Changed != 0 {
			t.Errorf("again %t: %+v %+v", again, a, r)
		}
	}
}
