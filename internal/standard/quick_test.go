package standard_test

import (
	"reflect"
	"testing"

	"stoa/internal/standard"
	"stoa/standards"
)

// TestWhatABuildMakesOfSetsIsTheSets: a program that a build has made quicker
// looks by the same sets.
func TestWhatABuildMakesOfSetsIsTheSets(t *testing.T) {
	quick, err := standard.Quick(standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := standard.Keys(standards.FS)
	if err != nil || len(keys) < 4 || keys[0] != "dpg@1.1.7" || keys[1] != "dpg@1.1.6" {
		t.Fatalf("%v %v", keys, err)
	}
	for _, key := range append(keys, "dpg", "maturity", "readiness") {
		want, known := standard.One(standards.FS, key, "en")
		got, ok := standard.OneOf(string(quick), key)
		if ok != known || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v, and what is read differs from what was written", key, ok, known)
		}
	}
	for _, key := range []string{"", "dpg@", "dpg@9", "nothing"} {
		if _, ok := standard.OneOf(string(quick), key); ok {
			t.Errorf("there is a set %q", key)
		}
	}
	if _, ok := standard.OneOf("", "dpg"); ok {
		t.Error("there is a set in nothing")
	}
}
