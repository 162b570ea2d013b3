package check

import (
	"context"
	"strings"
	"testing"

	"stoa/internal/finding"
)

// TestLinksThatLeadNowhere follows links as a reader of the files would.
func TestLinksThatLeadNowhere(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  finding.State
	}{
		"one leads up to what lies beside it":    {map[string]string{"docs/use.md": "# Use\n\nSee [figures](../FIGURES.md) of the year.", "docs/FIGURES.md": "# Figures"}, finding.NotMet},
		"the front page of a part":               {map[string]string{"README.md": "# Well\n\n[Part](src/pump/README.md)", "src/pump/README.md": "# Pump\n\nA pump in three parts.\n\n![How it looks](pump.png)"}, finding.NotMet},
		"and its links may all lead somewhere":   {map[string]string{"README.md": "# Well", "src/pump/README.md": "# Pump\n\nA pump in three parts.\n\n![How it looks](pump.png)", "src/pump/pump.png": "x"}, finding.Met},
		"an archive that was taken away":         {map[string]string{"README.md": "# Well\n\nTake [all sheets](sheets/all.zip)."}, finding.NotMet},
		"a page that tests read is not a part's": {map[string]string{"README.md": "# Well", "testdata/pump/README.md": "# Pump\n\nA pump in three parts.\n\n![How it looks](pump.png)"}, finding.NotObservable},
	} {
		if f := of(t, Run(context.Background(), tree(c.files)), "docs.links"); f.State != c.want {
			t.Errorf("%s: %s %v, not %s", name, f.State, f.Values, c.want)
		}
	}
}

// TestLanguagesOfTexts: a text is named by a country now and then, and what is
// carried along of others' words is in any language.
func TestLanguagesOfTexts(t *testing.T) {
	notice := "Die Rechte an diesem Werk und an allen Teilen werden nicht übertragen. Es ist für den Gebrauch mit der Anlage und auf eigene Gefahr, ein Anspruch ist nicht gegeben und die Haftung ist ausgeschlossen."
	f := of(t, Run(context.Background(), tree(map[string]string{"README.md": "# Well\n\nThis is the tool for all of the wells that you can find and for those you are to dig with it.", "README_CN.md": "# Well\n\n[home](https://well.example)\n\n| 1 | 2 |", "THIRD-PARTY-NOTICES.md": notice})), "docs.languages")
	if got := f.Values; len(got) != 2 || got[0] != "en" || got[1] != "zh" {
		t.Errorf("%v", got)
	}
}

// TestAFolderIsCalledAfterALanguage only if another beside it is, or its text is
// in it; and one word does not tell in what language a text is.
func TestAFolderIsCalledAfterALanguage(t *testing.T) {
	const english, bare = "# Well\n\nThis is the tool for all of the wells that you can find and for those you are to dig with it.", "# W\n\n| 1 | 2 | 3 | 4 | 5 | 6 |"
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a language of programs":    {map[string]string{"docs/ts/README.md": bare, "docs/rust/README.md": bare}, "en"},
		"one folder alone":          {map[string]string{"docs/tn/index.md": bare}, "en"},
		"an interface":              {map[string]string{"docs/_sources/api_ref/a.rst": "W\n=\n\n====== ="}, "en"},
		"folders beside each other": {map[string]string{"docs/tn/index.md": bare, "docs/sw/index.md": bare}, "en sw tn"},
		"beside one that is read":   {map[string]string{"docs/en/index.md": english, "docs/sw/index.md": bare}, "en sw"},
		"one word":                  {map[string]string{"pump/README.md": "# Pomp\n\nVerticale pomp die water biedt tussen huizen, straten, dorpen, steden, velden, bossen"}, "en"},
	} {
		c.files["README.md"] = english
		if got := strings.Join(of(t, Run(context.Background(), tree(c.files)), "docs.languages").Values, " "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestWhatIsCalledLikeAPaperAndIsNone: a matter of the good, a folder of a
// vocabulary, and how a part is built; and a chapter of a book is one.
func TestWhatIsCalledLikeAPaperAndIsNone(t *testing.T) {
	long := strings.Repeat("The wells of the district are shown with all that is known of them. ", 10)
	for name, c := range map[string]struct {
		probe string
		files map[string]string
		want  finding.State
	}{
		"a matter of the standard": {"practice.security", map[string]string{"README.md": "# Wells\n\n" + long + "\n\n### Security and Privacy\n\nTo say what a well needs so that it is safe.\n"}, finding.NotMet},
		"where to tell of holes":   {"practice.security", map[string]string{"README.md": "# Wells\n\n" + long + "\n\n### Security and Privacy\n\nPlease report vulnerabilities to us alone.\n"}, finding.Met},
		"a folder of terms":        {"law.terms", map[string]string{"README.md": "# Wells\n\nFiles in [`terms`](https://github.com/acme/wells/tree/main/terms) have words.\n"}, finding.NotObservable},
		"how a part is built":      {"docs.contribute", map[string]string{"README.md": "# Wells\n\n" + long, "pump/README.md": "# Pump\n\n## Contributing\n\n### Install what it needs\n\nRun it.\n\n## Docs\n"}, finding.NotObservable},
		"a chapter of a book":      {"practice.conduct", map[string]string{"README.md": "# Wells\n\n" + long, "book/src/appendix/contributing/overview.md": "# Overview\n\n## Code of Conduct\n\nBe kind to each other at the well.\n"}, finding.Met},
	} {
		if got := of(t, Run(context.Background(), tree(c.files)), c.probe); got.State != c.want {
			t.Errorf("%s: %s, want %s", name, got.State, c.want)
		}
	}
}

// TestALongTitleLosesWhatItSaysAside as a name has no sentence in brackets.
func TestALongTitleLosesWhatItSaysAside(t *testing.T) {
	target := tree(map[string]string{"README.md": "# Well Watching Portal (which was made after the Spring Explorer of 2014)\n", "package.json": `{"name": "acme-site"}`})
	target.Name = "acme/well-watching"
	if f := of(t, Run(context.Background(), target), "general.name"); len(f.Values) != 1 || f.Values[0] != "Well Watching Portal" {
		t.Errorf("%v", f.Values)
	}
}

// TestAPageSaysTheNameInItsFirstSentence where its heading is a picture.
func TestAPageSaysTheNameInItsFirstSentence(t *testing.T) {
	for text, want := range map[string]string{
		"**Beacon** is an open platform for watching wells, and works without a network.": "Beacon",
		"Nothing Else is a platform for watching wells, and works without a network.":     "beacon",
		"beacon is an open platform for watching wells, and works without a network.":     "beacon",
	} {
		target := tree(map[string]string{"README.md": "![banner](banner.png)\n\n" + text + "\n", "package.json": `{"name": "@acme/beacon", "version": "1.0.0"}`})
		target.Name = "acme/beacon"
		if f := of(t, Run(context.Background(), target), "general.name"); len(f.Values) != 1 || f.Values[0] != want {
			t.Errorf("%q: %v, not %s", text, f.Values, want)
		}
	}
}

// TestAPackageOfAnotherNameIsNotTheGood where the front page names none.
func TestAPackageOfAnotherNameIsNotTheGood(t *testing.T) {
	target := tree(map[string]string{"README.md": "![banner](banner.png)\n", "package.json": `{"name": "starter-kit"}`})
	target.Name = "acme/beacon"
	if f := of(t, Run(context.Background(), target), "general.name"); f.State != finding.NotObservable {
		t.Errorf("%v", f.Values)
	}
}
