package quick

import (
	"fmt"
	"reflect"
	"testing"
)

type word string

type inner struct {
	Name  string
	Words []word
}

type outer struct {
	Is      bool
	Number  int
	Below   int64
	Text    string
	Names   []string
	None    []string
	Empty   []string
	Lists   map[string][]string
	ByWord  map[word]*inner
	NoTable map[string]string
	Inner   inner
	To, No  *inner
	All     []*inner
	hidden  int
}

func TestAValueIsReadAsItWasWritten(t *testing.T) {
	want := outer{Is: true, Number: 300, Below: -70_000, Text: "бük\x00", Names: []string{"", "b"}, Empty: []string{}, Lists: map[string][]string{"a": {"x", "y"}, "b": {}},
		ByWord: map[word]*inner{"k": {Name: "n"}, "none": nil}, Inner: inner{"i", []word{"v", "w"}}, To: &inner{}, All: []*inner{{Name: "p"}, nil}}
	raw, err := Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got outer
	if err := Unmarshal(string(raw), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v: %+v, want %+v", err, got, want)
	}
	for i := range raw {
		if Unmarshal(string(raw[:i]), &outer{}) == nil {
			t.Errorf("%d of %d bytes were taken for the whole", i, len(raw))
		}
	}
	if Unmarshal(string(raw)+"x", &outer{}) == nil {
		t.Error("more was taken for the whole")
	}
	want.hidden = 1
	if again, _ := Marshal(want); string(again) != string(raw) {
		t.Error("a field that nobody else sees was written")
	}
	for _, v := range []any{1.5, map[int]string{1: "a"}, []any{1}} {
		if _, err := Marshal(v); err == nil {
			t.Errorf("%T was written", v)
		}
	}
}

func TestATableIsLookedUp(t *testing.T) {
	all := map[string]string{"": "nothing"}
	for i := range 500 {
		all[fmt.Sprint(i*i)] = fmt.Sprint("v", i)
	}
	table := Tabulate(all)
	for name, want := range all {
		if got, ok := table.Find(name); !ok || got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"2", "99999999", "v", "\n", "1\tv1"} {
		if got, ok := table.Find(name); ok {
			t.Errorf("%q is %q", name, got)
		}
	}
	if _, ok := Table("").Find(""); ok {
		t.Error("there is something in nothing")
	}
}

func FuzzUnmarshal(f *testing.F) {
	raw, _ := Marshal(outer{Names: []string{"a"}, Lists: map[string][]string{"a": {"x"}}, All: []*inner{{}}})
	f.Add(string(raw))
	f.Fuzz(func(t *testing.T, raw string) {
		if Unmarshal(raw, &outer{}) == nil && len(raw) < 5 {
			t.Error("nothing was taken for something")
		}
	})
}
