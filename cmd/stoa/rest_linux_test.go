package main

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestWhatTheStartNeededIsGivenBack looks at how much of the program's file is
// mapped before and after.
func TestWhatTheStartNeededIsGivenBack(t *testing.T) {
	mapped := func() int {
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(status), "RssFile:")
		kb, err := strconv.Atoi(strings.Fields(rest)[0])
		if err != nil {
			t.Fatal(err)
		}
		return kb
	}
	before := mapped()
	if err := unmap(); err != nil {
		t.Fatal(err)
	}
	if after := mapped(); after > before/2 {
		t.Errorf("%d kB of files were mapped, and %d still are", before, after)
	}
	var out strings.Builder
	if code := run(t.Context(), []string{"--help"}, &out, &out); code != 0 || !strings.Contains(out.String(), "Usage: stoa") {
		t.Errorf("the program does not go on: %d %s", code, out.String())
	}
}
