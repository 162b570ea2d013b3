package standard_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/standards"
)

func dpg(t testing.TB) *standard.Set {
	t.Helper()
	library, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	set, ok := library.Find("dpg@1.1.7")
	if !ok {
		t.Fatal("no dpg@1.1.7")
	}
	return set
}

// read is what a file answers to set.
func read(set *standard.Set, raw []byte) (standard.Answers, error) {
	f, err := standard.ParseAnswers(raw)
	if err != nil {
		return nil, err
	}
	if err := set.Takes(f.Standard); err != nil {
		return nil, err
	}
	for id, a := range f.Given() {
		if err := set.Check(id, a); err != nil {
			return nil, err
		}
	}
	return f.Given(), nil
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
	const private = "Confidentiel."
	raw, err := standard.WriteAnswers(set, "OpenCRVS", "fr", private, []good.Kind{good.Software}, answers)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), "# ") || !strings.Contains(string(raw), "standard: dpg@1.1.7") {
		t.Errorf("a person would not know what is asked:\n%.600s", raw)
	}
	for _, q := range set.Questions() {
		if before, _, asked := strings.Cut(string(raw), "\n  "+q.ID+":"); asked && strings.HasSuffix(before, "\n  # "+private) == q.Public {
			t.Errorf("%s, public: %v, stands below %.200q", q.ID, q.Public, before[max(0, len(before)-200):])
		}
	}
	if n := strings.Count(string(raw), private); n == 0 {
		t.Error("nothing is said to be private")
	}
	back, err := read(set, raw)
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
		if _, err := read(set, []byte(raw)); good.KindOf(err) != good.Invalid && good.KindOf(err) != good.Limited {
			t.Errorf("%s: %v", name, err)
		}
	}
	if a, err := read(set, []byte(`{"standard": "dpg@1.1.6", "answers": {"general.name": {"text": "As JSON \ud83d\ude00"}}}`)); err != nil || a["general.name"].Text != "As JSON 😀" {
		t.Errorf("%v %v", a, err)
	}
}

// TestAMistakeInAFileIsToldWithItsLine keeps files whose many equal keys would
// be held against each other: 4 MB of them are read in less than a minute.
func TestAMistakeInAFileIsToldWithItsLine(t *testing.T) {
	for name, c := range map[string]struct {
		raw, key string
		line     int
	}{
		"a key that is none": {"standard: dpg\nanswers:\n  general.name:\n    text: a\n    colour: red\n", "apply.error.file.unknown", 5},
		"a key twice":        {"standard: dpg\nanswers:\n  general.name: {text: a}\n  general.name: {text: b}\n", "apply.error.file.twice", 4},
		"a wrong shape":      {"standard: dpg\nanswers:\n  general.name:\n    links: a\n", "apply.error.file.line", 4},
		"no YAML":            {"standard: dpg\nanswers:\n  general.name: {text: a\n", "apply.error.file.line", 4},
		"an alias":           {"standard: dpg\nname: &a b\nanswers: {}\n", "apply.error.file.line", 2},
		"ever the same key":  {"standard: dpg\nanswers:\n" + strings.Repeat("  a: {text: b}\n", 250_000), "apply.error.file.twice", 4},
	} {
		_, err := standard.ParseAnswers([]byte(c.raw))
		var e *good.Error
		if !errors.As(err, &e) || e.Key != c.key || e.Args["Line"] != c.line || len(err.Error()) > 1000 {
			t.Errorf("%s: %.300v", name, err)
		}
	}
}

// An answer to what is asked no more is not lost on the way through a file.
func TestWhatIsAskedNoMoreStaysInTheFile(t *testing.T) {
	set := dpg(t)
	var hidden standard.Question
	asked := set.Asked([]good.Kind{good.Content}, nil)
	for _, q := range set.Questions() {
		if q.Type == standard.LongText && !slices.ContainsFunc(asked, func(a standard.Asked) bool { return a.Question.ID == q.ID }) {
			hidden = q
		}
	}
	answers := standard.Answers{hidden.ID: {Text: "From before."}}
	raw, err := standard.WriteAnswers(set, "A", "en", "Private.", []good.Kind{good.Content}, answers)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := read(set, raw); err != nil || !reflect.DeepEqual(back, answers) {
		t.Errorf("of %s came back %+v %v", hidden.ID, back, err)
	}
}

func FuzzReadAnswers(f *testing.F) {
	set := dpg(f)
	f.Add([]byte("standard: dpg\nanswers: {general.name: {text: a}}"))
	for _, raw := range []string{"stoa: answers/1\nstandard: dpg@1.1.7\nname: A\nanswers:\n  general.name: {text: a}\n  sdg.relevance: {items: {\"3\": b}}\n  general.source: {links: [{url: 'https://a.org', name: b}]}\n",
		`{"standard":"dpg","answers":{"general.kinds":{"choices":["software"]}}}`, "a: &a [*a]", "standard: !!binary aGk=", "standard: dpg\n---\n", "\xff\xfe"} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		answers, err := read(set, raw)
		if err != nil {
			if k := good.KindOf(err); k != good.Invalid && k != good.Limited {
				t.Fatal(err)
			}
			return
		}
		written, err := standard.WriteAnswers(set, "x", "en", "Private.", good.Kinds, answers)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := read(set, written); err != nil || !reflect.DeepEqual(again, answers) {
			t.Fatalf("what was written is read as %+v %v\n%s", again, err, written)
		}
	})
}
