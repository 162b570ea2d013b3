package check

import (
	"context"
	"testing"

	"stoa/internal/finding"
)

// TestAFormOfAnEditorIsNoLicence: an editor keeps what it writes at the head of
// new files.
func TestAFormOfAnEditorIsNoLicence(t *testing.T) {
	head := "/* SPDX-License-Identifier: MIT */\n"
	for path, want := range map[string]finding.State{".idea/header.xml": finding.NotObservable, ".vscode/header.xml": finding.NotObservable, "src/well.c": finding.Met} {
		if f := of(t, Run(context.Background(), tree(map[string]string{path: head, "README.md": "# Well\n"})), "licence.files"); f.State != want {
			t.Errorf("%s: %s, not %s", path, f.State, want)
		}
	}
}
