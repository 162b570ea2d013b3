package standard_test

import (
	"reflect"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/standards"
)

func dpg(t testing.TB) *standard.Set {
	t.Helper()
	library, err := standard.Load(standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	set, ok := library.Find("dpg@1.1.7")
	if !ok {
		t.Fatal("no dpg@1.1.7")
	}
	return set
}

func TestAnswersGoIntoOneFileAndBack(t *testing.T) {
	set := dpg(t)
	answers := standard.Answers{
		"general.name":      {Text: "OpenCRVS: births & deaths # not a comment"},
		"general.kinds":     {Choices: []string{"software"}},
		"sdg.goals":         {Choices: []string{"3", "16"}},
		"sdg.relevance":     {Items: map[string]string{"3": "Mothers are\nregistered.", "16": "نعم: هوية قانونية"}},
		"licence.licences":  {Choices: []string{"MPL-2.0"}},
		"general.source":    {Links: []good.Link{{URL: "https://github.com/opencrvs/opencrvs-core", Name: "the code"}}},
		"licence.evidence":  {Links: []good.Link{{URL: "https://github.com/opencrvs/opencrvs-core/blob/develop/LICENSE"}}},
		"standards.open":    {Text: "- FHIR\n- yes", Links: []good.Link{{URL: "https://hl7.org/fhir/"}}},
		"general.summary":   {Text: "null"},
		"owner.country":     {Choices: []string{"NO"}},
		"general.aliases":   {Text: "yes"},
		"general.website":   {Links: []good.Link{{URL: "https://www.opencrvs.org"}}},
		"general.contact":   {Text: "a@example.org"},
		"platform.elements": {Text: "1.10"},
	}
	for id, a := range answers {
		if err := set.Check(id, a); err != nil {
			delete(answers, id) // a question of this name is not in the set
		}
	}
	if len(answers) < 9 {
		t.Fatalf("only %d of the answers fit the set", len(answers))
	}
	raw, err := standard.WriteAnswers(set, "OpenCRVS", "fr", []good.Kind{good.Software}, answers)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), "# ") || !strings.Contains(string(raw), "standard: dpg@1.1.7") {
		t.Errorf("a person would not know what is asked:\n%.600s", raw)
	}
	back, err := standard.ReadAnswers(set, raw)
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	for id, a := range answers {
		if !reflect.DeepEqual(back[id], a) {
			t.Errorf("%s came back as %+v, was %+v", id, back[id], a)
		}
	}
}

func TestFilesThatAreNoAnswers(t *testing.T) {
	set := dpg(t)
	for name, raw := range map[string]string{
		"not yaml":           "\t{{",
		"another standard":   "standard: maturity@1\nanswers: {}",
		"an unknown part":    "standard: dpg\nanswers: {general.name: {text: a, colour: red}}",
		"an unknown key":     "standard: dpg\nowner: me\nanswers: {}",
		"an unknown answer":  "standard: dpg\nanswers: {general.colour: {text: red}}",
		"a wrong choice":     "standard: dpg\nanswers: {general.kinds: {choices: [hardware]}}",
		"a script":           "standard: dpg\nanswers: {general.website: {links: [{url: 'javascript:alert(1)'}]}}",
		"a bomb":             "standard: dpg\na: &a [x,x]\nb: &b [*a,*a]\nanswers: {}",
		"a list":             "- 1",
		"a name twice":       "standard: dpg\nanswers: {general.name: {text: a}, general.name: {text: b}}",
		"a file of 5 MB":     "standard: dpg\nanswers: {general.name: {text: '" + strings.Repeat("x", 5<<20) + "'}}",
		"the wrong shape":    "standard: dpg\nanswers: {general.name: {choices: [a]}}",
		"a name of a number": "standard: [dpg]\nanswers: {}",
	} {
		if _, err := standard.ReadAnswers(set, []byte(raw)); good.KindOf(err) != good.Invalid && good.KindOf(err) != good.Limited {
			t.Errorf("%s: %v", name, err)
		}
	}
	if a, err := standard.ReadAnswers(set, []byte(`{"standard": "dpg@1.1.6", "answers": {"general.name": {"text": "JSON is YAML"}}}`)); err != nil || a["general.name"].Text != "JSON is YAML" {
		t.Errorf("%v %v", a, err)
	}
}

func FuzzReadAnswers(f *testing.F) {
	set := dpg(f)
	f.Add([]byte("standard: dpg\nanswers: {general.name: {text: a}}"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		answers, err := standard.ReadAnswers(set, raw)
		if err != nil {
			return
		}
		again, err := standard.WriteAnswers(set, "x", "en", good.Kinds, answers)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := standard.ReadAnswers(set, again); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, again)
		}
	})
}
