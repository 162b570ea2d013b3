package main

import (
	"bytes"
	"encoding/json"
	"testing"

	seen "stoa/internal/check/report"
	"stoa/internal/finding"
	"stoa/internal/testkit"
)

// TestStoaPassesItsOwnCheck: what we ask of others, we meet.
func TestStoaPassesItsOwnCheck(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"check", testkit.Root(t), "--kind", "software", "--format", "json"}, &out, &errs); code != 0 {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
	var sheet seen.Sheet
	if err := json.Unmarshal(out.Bytes(), &sheet); err != nil {
		t.Fatal(err)
	}
	for _, i := range sheet.Indicators {
		if i.State == finding.NotMet {
			t.Errorf("indicator %s, %s, is not met: %+v", i.ID, i.Title, i.Questions)
		}
		if i.ID == "2" && i.State != finding.Met {
			t.Errorf("our licence is %s", i.State)
		}
	}
	if sheet.Counts.Met < 3 || len(sheet.Partial) > 0 || sheet.Files < 1000 {
		t.Errorf("%+v, %d files, not looked at: %v", sheet.Counts, sheet.Files, sheet.Partial)
	}
}
