package standard

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"stoa/internal/good"

	"stoa/internal/standard/shape"
)

// every is a set with a question of each type.
const every = `id: small
version: "1"
name: Every type
released: 2026-01-02
languages: [en]
licences: {software: [MIT], data: [CC0-1.0]}
levels: [{id: low, name: Low}, {id: high, name: High}]
indicators:
  - id: a
    title: All
    requirement: All.
    questions:
      - {id: q.text, type: text, label: L, required: true, max_length: 5}
      - {id: q.long, type: long-text, label: L}
      - {id: q.links, type: links, label: L}
      - {id: q.yes, type: yes-no, label: L, required: true, must: ["yes"]}
      - {id: q.one, type: choice, label: L, options: [{id: x, label: X}, {id: y, label: Y}], shown_when: {question: q.yes, is: ["no"]}}
      - {id: q.some, type: choices, label: L, options: [{id: x, label: X}, {id: y, label: Y}]}
      - {id: q.where, type: countries, label: L}
      - {id: q.licences, type: licences, label: L, required: true}
      - {id: q.tongues, type: languages, label: L}
      - {id: q.goals, type: sdgs, label: L}
      - {id: q.each, type: items, of: q.goals, label: L, required: true}
      - {id: q.files, type: files, label: L, private: true}
      - {id: q.data, type: text, label: L, kinds: [data], required: true}
      - {id: q.why, type: text, label: L, required_when: {question: q.one, is: [x]}}
  - id: p
    title: Pillar
    requirement: Levels.
    indicators:
      - {id: p1, level: low, title: L, requirement: R, questions: [{id: p.low, type: yes-no, label: L, must: ["yes"]}]}
      - {id: p2, level: high, title: H, requirement: R, questions: [{id: p.high, type: yes-no, label: L, must: ["yes"]}]}
`

func everySet(t *testing.T) *Set {
	t.Helper()
	s, _ := load(t, folder("small/1/set.yml", every, "small/1/fr.yml", "")).Find("small")
	return s
}

func TestAnswersAreChecked(t *testing.T) {
	s := everySet(t)
	link := []good.Link{{URL: "https://example.org"}}
	hash := strings.Repeat("0", 64)
	for _, c := range []struct {
		question string
		answer   Answer
		want     string // key after "standard.answer.", "": sound
	}{
		{"q.text", Answer{Text: "short"}, ""},
		{"q.text", Answer{Text: "شكراً"}, ""}, // characters, not bytes
		{"q.text", Answer{Text: "longer"}, "too-long"},
		{"q.text", Answer{Text: "a\nb"}, "one-line"},
		{"q.text", Answer{Text: "\xff"}, "not-text"},
		{"q.text", Answer{Links: link}, "shape"},
		{"q.long", Answer{Text: "a\nb", Links: link}, ""},
		{"q.long", Answer{Text: strings.Repeat("é", good.MaxAnswer)}, ""},
		{"q.long", Answer{Text: strings.Repeat("é", good.MaxAnswer+1)}, "too-long"},
		{"q.links", Answer{Links: link, Text: "A note."}, ""},
		{"q.links", Answer{Links: []good.Link{{URL: "javascript:alert(1)"}}}, "link"},
		{"q.links", Answer{Links: []good.Link{{URL: "https://x.org", Name: strings.Repeat("n", 201)}}}, "too-long"},
		{"q.links", Answer{Links: slices.Repeat(link, good.MaxItems+1)}, "too-many"},
		{"q.yes", Answer{Choices: []string{"yes"}}, ""},
		{"q.yes", Answer{Choices: []string{"maybe"}}, "choice"},
		{"q.yes", Answer{Choices: []string{"yes", "no"}}, "one-choice"},
		{"q.yes", Answer{Text: "yes"}, "shape"},
		{"q.one", Answer{Choices: []string{"x", "y"}}, "one-choice"},
		{"q.some", Answer{Choices: []string{"x", "y"}}, ""},
		{"q.some", Answer{Choices: []string{"x", "x"}}, "twice"},
		{"q.where", Answer{Choices: []string{"KE", "XK"}}, ""},
		{"q.where", Answer{Choices: []string{"Kenya"}}, "countries"},
		{"q.licences", Answer{Choices: []string{"MIT"}}, ""},
		{"q.licences", Answer{Choices: []string{"GPL-3.0"}}, "licences"},
		{"q.tongues", Answer{Choices: []string{"pt-BR"}}, ""},
		{"q.tongues", Answer{Choices: []string{"Portuguese"}}, "languages"},
		{"q.goals", Answer{Choices: []string{"17"}}, ""},
		{"q.goals", Answer{Choices: []string{"03"}}, "sdgs"},
		{"q.each", Answer{Items: map[string]string{"3": "By x."}}, ""},
		{"q.each", Answer{Items: map[string]string{"3": "By x.", "18": "By y."}}, "sdgs"},
		{"q.each", Answer{Choices: []string{"3"}}, "shape"},
		{"q.files", Answer{Files: []FileRef{{Hash: hash, Name: "a.pdf", Size: 1, Type: "application/pdf"}}}, ""},
		{"q.files", Answer{Files: []FileRef{{Hash: "../etc", Name: "a.pdf"}}}, "file"},
		{"q.files", Answer{Files: slices.Repeat([]FileRef{{Hash: hash, Name: "a"}}, MaxFiles+1)}, "too-many"},
		{"q.none", Answer{Text: "x"}, "unknown-question"},
	} {
		err := s.Check(c.question, c.answer)
		var e *good.Error
		switch {
		case c.want == "" && err != nil, c.want != "" && (!errors.As(err, &e) || e.Key != "standard.answer."+c.want || e.Field != c.question || e.Kind != good.Invalid):
			t.Errorf("%s %+.80v: %v, want %q", c.question, c.answer, err, c.want)
		}
	}
}

func TestWhatIsAskedFollowsTheAnswers(t *testing.T) {
	s := everySet(t)
	ids := func(kinds []good.Kind, a Answers) string {
		var out []string
		for _, q := range s.Asked(kinds, a) {
			if id := strings.TrimPrefix(q.Question.ID, "q."); q.Required {
				out = append(out, id+"!")
			} else {
				out = append(out, id)
			}
		}
		return strings.Join(out, " ")
	}
	sw := []good.Kind{good.Software}
	if got, want := ids(sw, nil), "text! long links yes! some where licences! tongues goals files why p.low p.high"; got != want {
		t.Errorf("nothing answered:\n%s\n%s", got, want)
	}
	a := Answers{"q.yes": {Choices: []string{"no"}}, "q.one": {Choices: []string{"x"}}, "q.goals": {Choices: []string{"3", "4"}}}
	if got, want := ids([]good.Kind{good.Data}, a), "text! long links yes! one some where licences! tongues goals each! files data! why! p.low p.high"; got != want {
		t.Errorf("answered:\n%s\n%s", got, want)
	}
	// What is no longer asked no longer asks for anything else.
	a["q.yes"] = Answer{Choices: []string{"yes"}}
	if got := ids(sw, a); strings.Contains(got, "one") || strings.Contains(got, "why!") {
		t.Errorf("a hidden answer still counts: %s", got)
	}
}

func TestGapsNameEverything(t *testing.T) {
	s := everySet(t)
	a := Answers{"q.text": {Text: "longer"}, "q.yes": {Choices: []string{"no"}}, "q.goals": {Choices: []string{"3", "4"}},
		"q.each": {Items: map[string]string{"3": "By x.", "4": " "}}, "q.licences": {Choices: []string{"MIT"}}, "p.low": {Choices: []string{"no"}}}
	var got []string
	for _, g := range s.Gaps([]good.Kind{good.Software, good.Data}, a) {
		got = append(got, g.Question+" "+strings.TrimPrefix(g.Key, "standard."))
	}
	want := []string{"q.text answer.too-long", "q.yes gap.must", "q.licences gap.licence", "q.each gap.item", "q.data gap.missing"}
	if !slices.Equal(got, want) {
		t.Errorf("gaps %q, want %q", got, want)
	}
}

func TestLevelsStandOnThoseBelow(t *testing.T) {
	s := everySet(t)
	for want, met := range map[string]map[string]bool{"": {"p2": true}, "low": {"p1": true}, "high": {"p1": true, "p2": true}} {
		if got := s.Grade(met)["p"]; got != want {
			t.Errorf("%v: level %q, want %q", met, got, want)
		}
	}
	if a := (Answers{"p.low": {Choices: []string{"yes"}}}); !s.Met("p1", a) || s.Met("p2", a) || s.Met("a", a) {
		t.Error("answers do not say which criteria they meet")
	}
}

func TestDifferencesAndWhatIsCarried(t *testing.T) {
	old := everySet(t)
	text := strings.NewReplacer(`version: "1"`, `version: "2"`,
		"{id: q.long, type: long-text, label: L}", "{id: q.longer, type: long-text, label: L, replaces: q.long}",
		"label: L, required: true, max_length: 5", "label: Longer?, required: true, max_length: 3",
		"{id: q.links, type: links, label: L}", "{id: q.links, type: links, label: L, help: H, required: true}",
		"      - {id: q.why, type: text, label: L, required_when: {question: q.one, is: [x]}}\n", "      - {id: q.new, type: text, label: N, required: true}\n",
		"levels: [", "retired: {q.why: Nobody knew.}\nlevels: [").Replace(every)
	l := load(t, folder("small/1/set.yml", every, "small/1/fr.yml", "", "small/2/set.yml", text))
	now, _ := l.Find("small")
	var got []string
	for _, c := range Diff(old, now) {
		got = append(got, strings.TrimSpace(c.Sort+" "+c.Question+" "+c.Was+" "+strings.Join(c.Parts, ",")))
	}
	want := []string{"changed q.text  label,length", "replaced q.longer q.long", "changed q.links  help,required", "added q.new", "removed q.why"}
	if !slices.Equal(got, want) {
		t.Errorf("differences\n%q, want\n%q", got, want)
	}
	c := Carry(old, now, []good.Kind{good.Software}, Answers{"q.text": {Text: "four"}, "q.long": {Text: "kept"}, "q.why": {Text: "gone"}, "q.yes": {Choices: []string{"yes"}}})
	if c.Answers["q.longer"].Text != "kept" || len(c.Answers) != 2 {
		t.Errorf("carried %v", c.Answers)
	}
	if !slices.Equal(c.Lost, []string{"q.text", "q.why"}) {
		t.Errorf("lost %v; what no longer fits must be named", c.Lost)
	}
	var asked []string
	for _, a := range c.New {
		asked = append(asked, a.Question.ID)
	}
	if !slices.Equal(asked, []string{"q.text", "q.links", "q.new"}) {
		t.Errorf("newly asked %v", asked)
	}
}

// FuzzCheck holds that any JSON for an answer is checked, and that what is
// found sound stays so when written and read again.
func FuzzCheck(f *testing.F) {
	f.Add("q.each", `{"items":{"3":"x"}}`)
	f.Add("q.links", `{"links":[{"url":"https://a.b"}],"text":"\u0000"}`)
	f.Add("q.files", `{"files":[{"hash":"","size":-1}]}`)
	l, err := Load(shape.New(), folder("small/1/set.yml", every, "small/1/fr.yml", ""))
	if err != nil {
		f.Fatal(err)
	}
	s := l.Sets()[0]
	f.Fuzz(func(t *testing.T, question, raw string) {
		var a Answer
		if json.Unmarshal([]byte(raw), &a) != nil {
			return
		}
		err := s.Check(question, a)
		var e *good.Error
		if err != nil && (!errors.As(err, &e) || e.Field != question) {
			t.Fatalf("%v", err)
		}
		if err != nil {
			return
		}
		again, merr := json.Marshal(a)
		var b Answer
		if merr != nil || json.Unmarshal(again, &b) != nil || s.Check(question, b) != nil {
			t.Fatalf("%s: sound once, not twice: %s", question, again)
		}
	})
}
