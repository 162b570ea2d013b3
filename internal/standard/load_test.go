package standard

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"stoa/internal/standard/shape"
)

// small is a sound set of two versions in two languages.
const small = `id: small
version: 1
name: Small set
released: 2026-01-02
languages: [en, fr]
licences:
  software: [MIT, EUPL-1.2]
indicators:
  - id: a
    title: Openness
    requirement: It is open.
    questions:
      - id: a.open
        type: yes-no
        label: Is it open?
        required: true
      - id: a.how
        type: choices
        label: In which ways?
        options: [{id: code, label: Code}, {id: data, label: Data}]
        shown_when: {question: a.open, is: [yes]}
      - id: a.each
        type: items
        of: a.how
        label: How in each way?
  - id: b
    title: Above
    requirement: What is above.
    indicators:
      - id: b1
        title: Below
        requirement: What is below.
        questions:
          - id: b.licences
            type: licences
            label: Which licences?
            required_when: {kinds: [software]}
`

const french = `name: Petit
indicator a title: Ouverture
indicator a requirement: Il est ouvert.
a.open label: Est-il ouvert ?
a.how label: De quelles manières ?
a.how option code: Code source
a.how option data: Données
a.each label: Comment, pour chacune ?
indicator b title: Dessus
indicator b requirement: Ce qui est au-dessus.
indicator b1 title: Dessous
indicator b1 requirement: Ce qui est au-dessous.
b.licences label: Quelles licences ?
`

// folder is a library of one set, with files changed: "" takes one away.
func folder(files ...string) fstest.MapFS {
	out := fstest.MapFS{"small/1/set.yml": {Data: []byte(quoted1(small))}, "small/1/fr.yml": {Data: []byte(french)}}
	for i := 0; i+1 < len(files); i += 2 {
		if files[i+1] == "" {
			delete(out, files[i])
			continue
		}
		out[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return out
}

// quoted1 writes the version as the format wants it.
func quoted1(s string) string { return strings.Replace(s, "version: 1\n", "version: \"1\"\n", 1) }

func load(t *testing.T, files fs.FS) *Library {
	t.Helper()
	l, err := Load(shape.New(), files)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestASetIsReadAsWritten(t *testing.T) {
	s, ok := load(t, folder()).Find("small")
	if !ok || s.Key() != "small@1" {
		t.Fatal("the set is not found by its name")
	}
	q, _ := s.Question("a.how")
	if q.Label["fr"] != "De quelles manières ?" || q.Options[1].Label["fr"] != "Données" || q.Indicator != "a" || q.By != Anyone || !q.Public {
		t.Errorf("%+v", q)
	}
	var ids []string
	for _, i := range s.Leaves() {
		ids = append(ids, i.ID)
	}
	if b1, _ := s.Indicator("b1"); !slices.Equal(ids, []string{"a", "b1"}) || b1.Parent != "b" {
		t.Errorf("leaves %v, b1 below %q", ids, b1.Parent)
	}
}

// TestMistakesAreNamed changes the small set, each time in one way, and wants
// the place and what to do.
func TestMistakesAreNamed(t *testing.T) {
	for _, c := range []struct{ what, old, new, want string }{
		{"unknown type", "type: yes-no", "type: maybe", `small/1/set.yml:14: indicators › a › questions › a.open › type: "maybe" is unknown; write one of text, long-text`},
		{"unknown kind", "kinds: [software]", "kinds: [hardware]", `"hardware" is unknown; write one of software, data, ai, standard, content`},
		{"unknown licence", "EUPL-1.2]", "EUPL-9]", "small/1/set.yml:7: licences › software: EUPL-9 is no licence of the SPDX list"},
		{"deprecated licence", "EUPL-1.2]", "GPL-3.0]", "the identifier GPL-3.0 is deprecated"},
		{"unknown key", "        required: true\n", "        requierd: true\n", `small/1/set.yml:16: indicators › a › questions › a.open: "requierd" is no key of the format; remove it or correct its spelling`},
		{"missing key", "        label: Is it open?\n", "", `a.open: add "label"`},
		{"version as a number", "version: \"1\"", "version: 1", "version: write a value of type string; this is of type number"},
		{"id that cannot be", "id: a.open", "id: Open?", `"Open?" does not have the form`},
		{"folder of another version", `version: "1"`, `version: "2"`, "small/1/set.yml:2: the set small@2 lies in the folder small/1"},
		{"condition on nothing", "question: a.open, is", "question: a.gone, is", "small/1/set.yml:17: question a.how: shown_when: there is no question a.gone"},
		{"condition on itself", "question: a.open, is: [yes]", "question: a.how, is: [code]", "conditions go in a circle: a.how → a.how; remove one of them"},
		{"condition that never holds", "is: [yes]", "is: [maybe]", "maybe is no answer to question a.open"},
		{"circle of two", "        required: true\n", "        shown_when: {question: a.how}\n", "conditions go in a circle: a.open → a.how → a.open"},
		{"files for all", "type: choices", "type: files", "files are never public; say private"},
		{"options of no choice", "type: choices", "type: links", "options belong to the types choice and choices"},
		{"items of nothing", "of: a.how", "of: a.open", "nothing is chosen in question a.open"},
		{"the same question twice", "id: b.licences", "id: a.open", "the question a.open is there twice"},
		{"the same indicator twice", "- id: b1", "- id: a", "the indicator a is there twice"},
		{"level of nothing", "title: Below", "title: Below\n        level: high", "of the level high, which is not among levels"},
		{"no such day", "2026-01-02", "2026-02-31", "2026-02-31 is no day"},
		{"another first language", "[en, fr]", "[fr, en]", "begin with en"},
		{"language without a file", "[en, fr]", "[en, fr, ru]", "small/1/set.yml:5: languages: there is no file small/1/ru.yml; write it, or take ru off the list"},
		{"key given twice", "name: Small set", "name: Small set\nname: Other", "small/1/set.yml:4: name is given twice; first in line 3"},
		{"alias", "name: Small set", "name: &n Small set\nsummary: *n", "anchors and aliases are not used here"},
		{"no YAML", "indicators:", "indicators: ]", "not YAML"},
		{"several documents", "id: small", "---\nid: small\n---\nid: other", "several YAML documents"},
		{"markup of another tool", "name: Small set", "name: !python/object x", "the tag !python/object has no meaning here"},
	} {
		t.Run(c.what, func(t *testing.T) {
			text := quoted1(small)
			if !strings.Contains(text, c.old) {
				t.Fatalf("the small set does not say %q", c.old)
			}
			wantProblem(t, folder("small/1/set.yml", strings.Replace(text, c.old, c.new, 1)), c.want)
		})
	}
}

func wantProblem(t *testing.T, files fs.FS, want string) {
	t.Helper()
	l, err := Load(shape.New(), files)
	var p Problems
	if l != nil || !errors.As(err, &p) || !strings.Contains(p.Error(), want) {
		t.Errorf("want %q among\n%v", want, err)
	}
}

func TestTranslationsAreWhole(t *testing.T) {
	wantProblem(t, folder("small/1/fr.yml", strings.Replace(french, "a.how label: De quelles manières ?\n", "", 1)), `small/1/fr.yml:1: the translation of "a.how label" is missing ("In which ways?")`)
	wantProblem(t, folder("small/1/fr.yml", french+"a.where label: Où ?\n"), `small/1/fr.yml:14: "a.where label" is no text of the set`)
	wantProblem(t, folder("small/1/fr.yml", "- a list"), "must be a list of keys")
	wantProblem(t, folder("small/1/fr.yml", "\xff"), "small/1/fr.yml:1: the file is not UTF-8")
}

// TestVersionsKeepTheirQuestions takes a second version and changes it.
func TestVersionsKeepTheirQuestions(t *testing.T) {
	second := strings.Replace(strings.Replace(quoted1(small), `"1"`, `"1.1"`, 1), "[en, fr]", "[en]", 1)
	with := func(old, new string) fstest.MapFS {
		if !strings.Contains(second, old) {
			t.Fatalf("the set does not say %q", old)
		}
		return folder("small/1.1/set.yml", strings.Replace(second, old, new, 1))
	}
	l := load(t, with("Is it open?", "Is all of it open?"))
	if s, _ := l.Set("small", ""); s.Version != "1.1" {
		t.Errorf("the current version is %s", s.Version)
	}
	wantProblem(t, with("a.open\n", "a.opened\n"), "there is no question a.open")
	wantProblem(t, with("id: b.licences", "id: b.licence"), "small/1.1/set.yml:8: question b.licences of small@1 is gone; put it back, name it in replaces of the question that follows it, or say under retired why it went")
	wantProblem(t, with("type: licences", "type: links"), "question b.licences was of type licences and is now links")
	wantProblem(t, with("id: b.licences", "id: b.licence\n            replaces: b.nothing"), "question b.licence replaces b.nothing, which small@1 does not ask")
	wantProblem(t, with("            type: licences", "            replaces: a.open\n            type: licences"), "question b.licences replaces a.open, which is still asked")
	wantProblem(t, with("indicators:", "retired:\n  a.open: It was not clear.\nindicators:"), "question a.open is retired and still asked")
	wantProblem(t, with("2026-01-02", "2025-01-02"), "released before small@1, which it follows")
	load(t, with("id: b.licences", "id: b.licence\n            replaces: b.licences"))
	gone := with("id: b.licences", "id: b.licence")
	gone["small/1.1/set.yml"].Data = []byte(strings.Replace(string(gone["small/1.1/set.yml"].Data), "indicators:", "retired:\n  b.licences: Nobody understood it.\nindicators:", 1))
	load(t, gone)
	again := strings.Replace(second, `"1.1"`, `"1.2"`, 1)
	gone["small/1.2/set.yml"] = &fstest.MapFile{Data: []byte(strings.Replace(again, "id: b.licences", "id: b.licence", 1) + "          - {id: b.licences, type: licences, label: Back?}\n")}
	wantProblem(t, gone, "question b.licences was retired in small@1.1; its id cannot be given again")
}

func TestFoldersAddToEachOther(t *testing.T) {
	if _, err := Load(shape.New(), folder(), folder()); err == nil || !strings.Contains(err.Error(), "small@1 is there twice") {
		t.Errorf("one set in two folders: %v", err)
	}
	if _, err := Load(shape.New(), fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "no criteria sets found") {
		t.Errorf("an empty folder: %v", err)
	}
	draft := strings.Replace(strings.Replace(quoted1(small), `"1"`, `"1.10"`, 1), "[en, fr]", "[en]\ndraft: true", 1)
	ninth := strings.Replace(strings.Replace(quoted1(small), `"1"`, `"1.9"`, 1), "[en, fr]", "[en]", 1)
	l := load(t, folder("small/1.10/set.yml", draft, "small/1.9/set.yml", ninth))
	now, _ := l.Set("small", "")
	newest := l.Sets()[0]
	if now.Version != "1.9" || newest.Version != "1.10" {
		t.Errorf("current %s, newest %s; a draft is never current and 1.10 is after 1.9", now.Version, newest.Version)
	}
	if before, _ := l.Before(newest); before != now {
		t.Errorf("before 1.10 comes %v", before)
	}
}

// FuzzLoad holds that whatever a file holds, loading says where it is wrong or
// gives a set that can be asked.
func FuzzLoad(f *testing.F) {
	f.Add(quoted1(small), french)
	f.Add("id: [", "{}")
	f.Add("a: &a [*a]", "? x")
	f.Add(strings.Repeat("- ", 500), "\x00")
	f.Fuzz(func(t *testing.T, set, fr string) {
		l, err := Load(shape.New(), folder("small/1/set.yml", set+" ", "small/1/fr.yml", fr+" "))
		if err != nil {
			var p Problems
			if !errors.As(err, &p) || len(p) == 0 || l != nil {
				t.Fatalf("%v", err)
			}
			for _, one := range p {
				if one.Line < 1 || one.File == "" || one.Message == "" || strings.Contains(one.String(), "\n") || !utf8.ValidString(one.Message) {
					t.Fatalf("%q", one)
				}
			}
			return
		}
		for _, s := range l.Sets() {
			for _, gap := range s.Gaps(nil, nil) {
				if _, ok := s.Question(gap.Question); !ok {
					t.Fatalf("a gap in %q", gap.Question)
				}
			}
			if d := Diff(s, s); len(d) > 0 {
				t.Fatalf("a set differs from itself: %v", d)
			}
		}
	})
}

func TestTheYAMLOfASetIsItsJSON(t *testing.T) {
	s, _ := load(t, folder("small/1/set.yml", every, "small/1/fr.yml", "")).Find("small")
	raw, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	var y, j any
	if err := yaml.Unmarshal(raw, &y); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(y)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(json.Unmarshal(again, &y), json.Unmarshal(want, &j)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(j, y); diff != "" || strings.Contains(string(raw), `"id"`) {
		t.Errorf("%s\n%.300s", diff, raw)
	}
}

func TestOneSetReadAloneIsTheOneOfTheLibrary(t *testing.T) {
	l, err := Load(shape.New(), os.DirFS("../../standards"))
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{"dpg", "maturity"}
	for _, s := range l.Sets() {
		keys = append(keys, s.Key())
	}
	for _, key := range keys {
		want, _ := l.Find(key)
		for _, lang := range want.Languages {
			got, ok := One(os.DirFS("../../standards"), key, lang)
			if !ok || got.Key() != want.Key() || !slices.Equal(got.Languages, want.Languages) || len(got.Questions()) != len(want.Questions()) {
				t.Fatalf("%s in %s: %v", key, lang, ok)
			}
			texts := want.slots()
			for i, s := range got.slots() {
				said, _ := s.text.In(lang)
				if wanted, _ := texts[i].text.In(lang); s.key != texts[i].key || said != wanted {
					t.Errorf("%s in %s: %s is %q, want %q", key, lang, s.key, said, wanted)
				}
			}
		}
	}
	for _, key := range []string{"", "dpg@", "dpg@0", "nobody", "../dpg"} {
		if s, ok := One(os.DirFS("../../standards"), key, "en"); ok {
			t.Errorf("%q is %s", key, s.Key())
		}
	}
}
