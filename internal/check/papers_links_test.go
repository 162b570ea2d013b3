package check

import (
	"context"
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
