package check

import (
	"context"
	"strings"
	"testing"

	"stoa/internal/finding"
)

// TestLicencesOfPartsComeAfterTheWhole: a file of licences often ends with those
// of parts that others made.
func TestLicencesOfPartsComeAfterTheWhole(t *testing.T) {
	long := "Terms of the whole\n" + strings.Repeat("One may use it.\n", 210)
	for name, c := range map[string]struct{ licence, readme, want string }{
		"the front page names the holder":   {long + "Copyright (c) 2025, Others Inc.\n", "# Well\n\nCopyright (c) 2024 Well Makers\n", "Well Makers"},
		"nobody else does":                  {long + "Copyright (c) 2025, Others Inc.\n", "# Well\n", "Others Inc"},
		"the licence does, and another one": {"Copyright (c) 2023 Well Owners\n" + long + "Copyright (c) 2025, Others Inc.\n", "# Well\n\nCopyright (c) 2024 Well Makers\n", "Well Owners"},
	} {
		f := of(t, Run(context.Background(), tree(map[string]string{"LICENSE": c.licence, "README.md": c.readme})), "owner.copyright")
		if len(f.Values) != 1 || strings.TrimSuffix(f.Values[0], ".") != c.want {
			t.Errorf("%s: %v, not %s", name, f.Values, c.want)
		}
	}
}

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
