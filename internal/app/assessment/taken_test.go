package assessment_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

func TestWhoProvesAGoodGoesOnWithTheApplicationMadeElsewhere(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		id := w.reported(t, "Elsewhere")
		set, _ := w.Library.Find("dpg")
		made := &assess.Application{Kind: assess.First, Standard: set.Key(), Good: id, Name: "Elsewhere", State: assess.Draft}
		_, err := w.DB.Do(ctx, good.Actor{Role: access.Importer}, func(ctx context.Context, tx *store.Tx) error {
			made.ID, made.Since, made.Opened = tx.NewID(), tx.Now(), tx.Now()
			settings, err := tx.Settings(ctx)
			if err != nil {
				return err
			}
			doc, err := json.Marshal(standard.Answer{Text: "What was answered elsewhere."})
			return errors.Join(err, tx.PutApplication(ctx, made, settings.Settings), tx.PutAnswers(ctx, made.ID, []store.StoredAnswer{{Question: "general.summary", Doc: doc}}))
		})
		if err != nil {
			t.Fatal(err)
		}
		start := func(who good.ID) (*assess.Application, error) {
			return w.Start(ctx, w.who(who), assessment.Start{Good: "elsewhere"})
		}
		own := must[*assess.Application](t)(start(owner))
		if own.ID == made.ID {
			t.Fatal("handed to somebody who has shown nothing")
		}
		if again := must[*assess.Application](t)(start(owner)); again.ID != own.ID {
			t.Error("pressed twice, two applications are there")
		}
		_, err = w.DB.Do(ctx, good.Actor{Role: access.Person}, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutClaim(ctx, store.Claim{Good: id, Person: two, Token: "t", Created: tx.Now(), Proved: tx.Now(), Method: "dns"})
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := start(three); key(err) != "apply.error.claimed" {
			t.Errorf("another begins: %v", err)
		}
		taken := must[*assess.Application](t)(start(two))
		if taken.ID != made.ID || len(taken.Owners) != 1 || taken.Owners[0] != two {
			t.Fatalf("taken up is %+v", taken)
		}
		f, err := w.Application(ctx, w.who(two), taken.ID)
		if err != nil || f.Answers["general.summary"].Answer.Text != "What was answered elsewhere." || !reflect.DeepEqual(f.Answers["licence.licences"].Answer.Choices, []string{"MIT"}) {
			t.Errorf("its answers are %+v %v", f.Answers, err)
		}
		if again := must[*assess.Application](t)(start(two)); again.ID != made.ID {
			t.Error("pressed twice, it is not the same")
		}
		if _, err := w.Application(ctx, w.who(owner), made.ID); good.KindOf(err) != good.Forbidden {
			t.Errorf("who has shown nothing reads it: %v", err)
		}
	})
}

func TestAFileOfAnswersIsOneFormEverywhere(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx := t.Context()
		app := must[*assess.Application](t)(w.Start(ctx, w.who(owner), assessment.Start{Name: "Clinic Book", Kinds: []good.Kind{good.Software}}))
		take := func(raw string) (assessment.Imported, error) {
			f, err := assessment.ParseAnswers([]byte(raw))
			if err != nil {
				return assessment.Imported{}, err
			}
			return w.ImportAnswers(ctx, w.who(owner), app.ID, f)
		}
		const older = "standard: dpg@1.1.6\nanswers:\n  general.summary: {text: 'Clinic: # Book'}\n  general.contact: {text: Ana}\n  general.source: {links: [{url: 'https://clinic.example/code', name: the code}]}\n  nobody.asks: {text: x}\n"
		told, err := take(older)
		if err != nil || !slices.Equal(told.Changed, []string{"general.contact", "general.source", "general.summary"}) || !slices.Equal(told.Unknown, []string{"nobody.asks"}) {
			t.Fatalf("a file to the version before: %+v %v", told, err)
		}
		written, err := w.WriteAnswers(ctx, w.who(owner), app.ID, "fr")
		if err != nil || !strings.Contains(string(written), "\n  # Confidentiel\u00a0: ne mettez pas cette réponse dans un dépôt public.\n  general.contact:") {
			t.Fatalf("%v\n%s", err, written)
		}
		doc := must[assessment.AnswersFile](t)(w.ExportAnswers(ctx, w.who(owner), app.ID))
		asJSON, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		for form, raw := range map[string]string{"YAML": string(written), "JSON": string(asJSON)} {
			f, err := assessment.ParseAnswers([]byte(raw))
			if err != nil || !reflect.DeepEqual(f, doc) {
				t.Errorf("%s is read as %+v %v, not %+v", form, f, err, doc)
			}
			if told, err := take(raw); err != nil || len(told.Changed) > 0 || len(told.Same) != len(doc.Answers) {
				t.Errorf("%s brought back changes %+v %v", form, told, err)
			}
		}
		told, err = take("standard: dpg\nanswers: {general.summary: {text: Anew}}")
		if err != nil || told.Replaced["general.summary"].Text != "Clinic: # Book" {
			t.Errorf("what is replaced is told as %+v %v", told, err)
		}
		for what, c := range map[string][2]string{
			"another standard":              {"standard: maturity@1\nanswers: {general.summary: {text: a}}", "apply.error.standard"},
			"one wrong answer among others": {"standard: dpg\nanswers: {general.summary: {text: a}, general.website: {links: [{url: 'javascript:alert(1)'}]}}", "standard.answer.link"},
		} {
			if _, err := take(c[0]); key(err) != c[1] {
				t.Errorf("%s: %v", what, err)
			}
		}
		if f := must[assessment.AnswersFile](t)(w.ExportAnswers(ctx, w.who(owner), app.ID)); f.Answers["general.summary"].Text != "Anew" {
			t.Errorf("what was refused is taken: %+v", f.Answers["general.summary"])
		}
		if _, err := w.WriteAnswers(ctx, w.who(three), app.ID, "en"); err == nil {
			t.Error("a stranger reads the file")
		}
	})
}

func TestFilesThatAreNoAnswers(t *testing.T) {
	for what, raw := range map[string]string{"another form": "stoa: answers/9\nstandard: dpg\nanswers: {}", "no standard": "answers: {}", "two documents": "standard: dpg\n---\nstandard: dpg\n", "nothing": "",
		"another form of JSON": `{"stoa": "answers/9", "standard": "dpg", "answers": {}}`, "a field of JSON that is none": `{"standard": "dpg", "colour": "red"}`,
		"a file named among the answers": "standard: dpg\nanswers: {owner.files: {files: [{hash: a}]}}", "a deep nest": strings.Repeat("[", 20_000), "a bomb": "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]"} {
		if _, err := assessment.ParseAnswers([]byte(raw)); good.KindOf(err) != good.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}
