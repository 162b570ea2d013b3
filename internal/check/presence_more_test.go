package check

import (
	"context"
	"testing"

	"stoa/internal/finding"
	"stoa/internal/good"
)

// TestPapersByMoreSigns: steps that are counted, headings that hold what they tell of,
// what a reader is told to type, and files that are no texts.
func TestPapersByMoreSigns(t *testing.T) {
	for name, c := range map[string]struct {
		probe string
		files map[string]string
		want  finding.State
	}{
		"a counted step":          {"docs.run", map[string]string{"README.md": "# Wells\n\n## 3. Start the app\n\nPress the button."}, finding.Met},
		"a step by its word":      {"docs.configure", map[string]string{"README.md": "# Wells\n\n### Step 2: Configuration\n\nWrite it."}, finding.Met},
		"served by yarn":          {"docs.run", map[string]string{"README.md": "# Wells\n\n```\nyarn serve\n```\n"}, finding.Met},
		"a script that infers":    {"docs.run", map[string]string{"README.md": "# Wells\n\n```\npython tools/infer_wells.py --deep\n```\n"}, finding.Met},
		"tests alone":             {"docs.run", map[string]string{"README.md": "# Wells\n\n```\nbash scripts/check.sh\n```\n"}, finding.NotMet},
		"variables":               {"docs.configure", map[string]string{"README.md": "# Wells\n\n## Other environment variables to set\n\nDEPTH"}, finding.Met},
		"the settings of editors": {"docs.configure", map[string]string{"README.md": "# Wells\n\n## IDE configuration\n\nTabs."}, finding.NotObservable},
		"a copied file":           {"docs.configure", map[string]string{"README.md": "# Wells\n\n```\ncp .env.example .env\n```\n"}, finding.Met},
		"a file to be filled in":  {"docs.configure", map[string]string{"README.md": "# Wells", "app/.example.env": "DEPTH=\n"}, finding.Met},
		"settings by example":     {"docs.configure", map[string]string{"README.md": "# Wells", "config/application.example.yml": "a: b\n"}, finding.Met},
		"of a test":               {"docs.configure", map[string]string{"README.md": "# Wells", "tests/config.example.yml": "a: b\n"}, finding.NotObservable},
		"the short name":          {"owner.contributors", map[string]string{"CONTRIBUTING.md": "# Contributing\n\nPlease read and sign our [CLA](cla.txt) before."}, finding.Met},
		"two words more":          {"owner.contributors", map[string]string{"README.md": "# Wells\n\nWe have a contributors license\nagreement in place."}, finding.Met},
		"one that nobody signs":   {"owner.contributors", map[string]string{"CONTRIBUTING.md": "# Contributing\n\nYou do not have to sign a CLA."}, finding.NotObservable},
		"a file that is one":      {"owner.contributors", map[string]string{"README.md": "# Wells", "Wells_Individual_Contributor_Assignment_Agreement.txt": "I assign."}, finding.Met},
		"a folder that is named":  {"docs.links", map[string]string{"README.md": "# Wells\n\nSee [the texts](docs/guide).", "docs/guide/a.md": "# A"}, finding.Met},
		"one that is not there":   {"docs.links", map[string]string{"README.md": "# Wells\n\nSee [the terms](LICENSE)."}, finding.NotMet},
		"pages of the forge":      {"docs.links", map[string]string{"README.md": "# Wells\n\nSee [those](issues) and [these](releases/latest)."}, finding.NotObservable},
	} {
		if got := of(t, Run(context.Background(), tree(c.files)), c.probe); got.State != c.want {
			t.Errorf("%s: %s at %v, want %s", name, got.State, got.Evidence, c.want)
		}
	}
	for file, want := range map[string]finding.State{"input/examples/well.xml": finding.Met, "samples/well.jsonld": finding.Met, "examples/well.py": finding.NotObservable, "parts/well.xml": finding.NotObservable} {
		target := tree(map[string]string{"README.md": "# Wells", file: "<well/>"})
		target.Kinds = []good.Kind{good.Standard}
		if got := of(t, Run(context.Background(), target), "docs.examples"); got.State != want {
			t.Errorf("%s: %s, want %s", file, got.State, want)
		}
	}
}

// TestOnSecurityIsHowToReport: what found faults, or how something is kept safe, is none.
func TestOnSecurityIsHowToReport(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  finding.State
	}{
		"a policy":                {map[string]string{"SECURITY.md": "# Security\n\nPlease report vulnerabilities by mail."}, finding.Met},
		"one for those who work":  {map[string]string{".github/SECURITY.md": "# Security\n\nReport issues by mail."}, finding.Met},
		"under a heading":         {map[string]string{"README.md": "# Wells\n\n## Security policy\n\nPlease report a vulnerability to us."}, finding.Met},
		"what an audit found":     {map[string]string{"docs/analysis.md": "# Analysis\n\n## Security issues detected\n\nTwo of the pumps leak."}, finding.NotMet},
		"how doors are kept shut": {map[string]string{"docs/security.md": "# Security\n\nThe security of doors: each user has an e-mail and a key."}, finding.NotMet},
		"a lesson":                {map[string]string{"README.md": "# Lessons\n\n[Week of locks](weeks/security.md)", "weeks/security.md": "# Locks\n\nLocks are kept shut all night."}, finding.NotMet},
	} {
		if got := of(t, Run(context.Background(), tree(c.files)), "practice.security"); got.State != c.want {
			t.Errorf("%s: %s at %v, want %s", name, got.State, got.Evidence, c.want)
		}
	}
}
