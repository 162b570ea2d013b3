package assessment_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
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
	set, _ := build(t, "").Library.Find("dpg")
	answers := standard.Answers{"general.name": {Text: "Clinic: # Book"}, "general.kinds": {Choices: []string{"software"}}, "general.source": {Links: []good.Link{{URL: "https://clinic.example/code", Name: "the code"}}}}
	page, err := standard.WriteAnswers(set, "Clinic Book", "fr", []good.Kind{good.Software}, answers)
	if err != nil {
		t.Fatal(err)
	}
	f, err := assessment.ParseAnswers(page)
	if err != nil || !reflect.DeepEqual(f.Answers, answers) || f.Standard != set.Key() {
		t.Fatalf("the page's file at the command line: %+v %v", f, err)
	}
	line, err := f.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := standard.ReadAnswers(set, line); err != nil || !reflect.DeepEqual(back, answers) {
		t.Errorf("the command line's file on the page: %+v %v", back, err)
	}
	for what, raw := range map[string]string{"another form": "stoa: answers/9\nstandard: dpg\nanswers: {}", "no standard": "answers: {}", "two documents": "standard: dpg\n---\nstandard: dpg\n", "nothing": "",
		"a file named among the answers": "standard: dpg\nanswers: {owner.files: {files: [{hash: a}]}}", "a deep nest": strings.Repeat("[", 20_000), "a bomb": "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]"} {
		if _, err := assessment.ParseAnswers([]byte(raw)); good.KindOf(err) != good.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzParseAnswers(f *testing.F) {
	for _, raw := range []string{"stoa: answers/1\nstandard: dpg@1.1.7\nname: A\nanswers:\n  general.name: {text: a}\n  sdg.relevance: {items: {\"3\": b}}\n  general.source: {links: [{url: 'https://a.org', name: b}]}\n",
		`{"standard":"dpg","answers":{"general.kinds":{"choices":["software"]}}}`, "a: &a [*a]", "standard: !!binary aGk=", "standard: dpg\n---\n", "\xff\xfe"} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := assessment.ParseAnswers(raw)
		if err != nil {
			if k := good.KindOf(err); k != good.Invalid && k != good.Limited {
				t.Fatalf("%v", err)
			}
			return
		}
		written, err := file.YAML()
		if err != nil {
			t.Fatal(err)
		}
		again, err := assessment.ParseAnswers(written)
		if err != nil || !reflect.DeepEqual(again.Answers, file.Answers) {
			t.Fatalf("what was written is read as %+v %v\n%s", again, err, written)
		}
	})
}
