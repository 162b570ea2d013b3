package check

import (
	"reflect"
	"slices"
	"testing"
)

// TestWhatABuildMakesSaysTheSame: a program that a build has made quicker knows
// what the files say.
func TestWhatABuildMakesSaysTheSame(t *testing.T) {
	quick, err := Quick()
	if err != nil {
		t.Fatal(err)
	}
	slow, err := ours("")
	if err != nil {
		t.Fatal(err)
	}
	fast, err := ours(string(quick))
	if err != nil {
		t.Fatal(err)
	}
	if len(fast.papers) < 15 || len(fast.closed) < 50 || len(fast.standards) < 50 || len(fast.matters) < 5 {
		t.Errorf("%d papers, %d closed, %d standards, %d matters", len(fast.papers), len(fast.closed), len(fast.standards), len(fast.matters))
	}
	if !reflect.DeepEqual(fast, slow) {
		t.Error("what a build writes does not say what the files say")
	}
	if _, err := ours(string(quick[:len(quick)/2])); err == nil {
		t.Error("half a file was taken for the whole")
	}
	if err := fast.arrange(true); err != nil {
		t.Errorf("an expression does not compile: %v", err)
	}
}

func TestPairsThatWereFoundBeforeAreThoseThatAreFound(t *testing.T) {
	found := library()
	prepared := string(Prepare())
	read := &known{licences: found.licences}
	if !read.unpack(prepared) || !slices.Equal(read.pairs, found.pairs) {
		t.Error("what was prepared is not what is found")
	}
	total := 0
	for _, p := range found.pairs {
		total += len(p)
	}
	if total < 100_000 || total > 2<<20 {
		t.Errorf("they take %d bytes", total)
	}
	// Of other texts, or of none, they are found anew.
	for _, p := range []string{"", "x", "x" + prepared[1:]} {
		if read := (&known{licences: found.licences}); read.unpack(p) {
			t.Errorf("%.10q was taken for them", p)
		}
	}
	if fewer := (&known{licences: found.licences[1:]}); fewer.unpack(prepared) {
		t.Error("the pairs of other texts were taken")
	}
}
