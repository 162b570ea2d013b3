package check

import (
	"context"
	"testing"

	"stoa/internal/finding"
)

// TestNoTextIsMissingWhereSomethingGrants: in a front page that a forge shows from a
// folder, in a package, in words about rights, or in another language.
func TestNoTextIsMissingWhereSomethingGrants(t *testing.T) {
	mit := "# Wells\n\n## License\n\nCopyright (c) 2020 Wells" + someTerms
	for name, want := range map[string]struct {
		path, text string
		state      finding.State
	}{
		"a page in docs":         {"docs/README.md", mit, finding.NotObservable},
		"a page of a forge":      {".github/README.md", mit, finding.NotObservable},
		"a page of a part":       {"pumps/README.md", mit, finding.NotMet},
		"a file about rights":    {"COPYRIGHT", "You may use, copy, change and share this program as you like.\n", finding.NotObservable},
		"terms of a government":  {"TERMS.md", "As a work of the government, this package is in the public domain, and rights are waived.\n", finding.NotObservable},
		"a page that waives":     {"README.md", "# Wells\n\nThis project is in the worldwide public domain.\n", finding.NotObservable},
		"a page of pumps":        {"README.md", "# Wells\n\nA register of wells.\n", finding.NotMet},
		"a file that says where": {"COPYRIGHT", "Wells, since 2020.\n", finding.NotMet},
	} {
		files := map[string]string{"a.py": "x = 1\n", want.path: want.text}
		if f := of(t, Run(context.Background(), tree(files)), "licence.text"); f.State != want.state {
			t.Errorf("%s: %s, want %s", name, f.State, want.state)
		}
	}
}
