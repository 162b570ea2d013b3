package check

import (
	"context"
	"slices"
	"testing"

	"stoa/internal/finding"
)

// TestAHolderIsTheGoodsOwn: what stands in the terms of something that is used,
// or within a sentence of the front page, is held by others.
func TestAHolderIsTheGoodsOwn(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"terms of a part":         {map[string]string{"LICENSE": "MIT License\n\nCopyright (c) 2020 Wells\n", "A-PUMP-LICENSE.txt": "MIT License\n\nCopyright (c) 2019 A Pump\n"}, []string{"Wells"}},
		"in a sentence":           {map[string]string{"README.md": "# Wells\n\nThe map has tiles, which are © Mapmakers of the World.\n"}, nil},
		"on the last line":        {map[string]string{"README.md": "# Wells\n\n© 2020 District of Wells\n"}, []string{"District of Wells"}},
		"over two lines":          {map[string]string{"LICENSE": "MIT License\n\n   Copyright (C) 2013 by Elsewhere Initiative for Well Water Open\n   Source Software GmbH\n"}, []string{"Elsewhere Initiative for Well Water Open Source Software GmbH"}},
		"a body that acts":        {map[string]string{"pump.py": "# Copyright © 2021 Elsewhere Government as represented by the Administrator of the\n# National Wells Administration.  All Rights Reserved.\n"}, []string{"Elsewhere Government as represented by the Administrator of the National Wells Administration"}},
		"cut in the name":         {map[string]string{"LICENSE": "MIT License\n\nCopyright (c) 2013 Administration of the\n\n"}, nil},
		"a second person":         {map[string]string{"LICENSE": "MIT License\n\nCopyright (c) 2020 Jane Doe\nPermission is hereby granted, free of charge\n"}, []string{"Jane Doe"}},
		"signs by name":           {map[string]string{"README.md": "# Wells\n\nCopyright &copy; 2017&ndash;2021 &nbsp; The Well B.V.\n"}, []string{"The Well B.V"}},
		"reserved, in Portuguese": {map[string]string{"LICENSE": "MIT License\n\nCopyright (c) 2009-2014 Câmara dos Poços. Todos os direitos reservados.\n"}, []string{"Câmara dos Poços"}},
		"a stop after the year":   {map[string]string{"LICENSE.md": "Copyright ©2016.  The University of Wells (“Wells”). All Rights Reserved.\n\nThis software is derived from wells.example/pumps, Copyright (c) 2015 Pumps LLC, made available under other terms.\n"}, []string{"The University of Wells (“Wells”)"}},
		"taken over in a notice":  {map[string]string{"NOTICE": "Wells were dug together.\n\nWells contains code and derived code from Pumps.\n\nCopyright (c) Pumps CIC Ltd, 2017\n"}, nil},
	} {
		if got := of(t, Run(context.Background(), tree(c.files)), "owner.copyright").Values; !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestThatNobodyDecidesIsSaidOfNoHint: where a page tells in other words who
// decides, or how people are to behave, it is not said that nothing does.
func TestThatNobodyDecidesIsSaidOfNoHint(t *testing.T) {
	for page, want := range map[string]finding.State{
		"# Wells\n\nA register.":                                        finding.NotMet,
		"# Wells\n\nThe steering committee meets each month.":           finding.NotObservable,
		"# Wells\n\n## Our core team and its ways\n\nAna and Ben.":      finding.NotObservable,
		"# Wells\n\nSee our [pages](https://wells.example/governance).": finding.NotObservable,
		"# Wells\n\n## Maintainers\n\n- Ana":                            finding.Met,
	} {
		if got := of(t, Run(context.Background(), tree(map[string]string{"README.md": page})), "owner.governance").State; got != want {
			t.Errorf("%q: %s, want %s", page, got, want)
		}
	}
	broken := "# Wells\n\n> Please note the Contributor Code of\n> Conduct, by which all abide."
	if got := of(t, Run(context.Background(), tree(map[string]string{"README.md": broken})), "practice.conduct").State; got != finding.NotObservable {
		t.Errorf("a code named over two lines: %s", got)
	}
}

// TestPapersOfWhatIsCarriedAlong are none of the good's.
func TestPapersOfWhatIsCarriedAlong(t *testing.T) {
	r := Run(context.Background(), tree(map[string]string{
		"README.md": "# Wells\n\nA register.",
		"steps/parse/engine/.github/CODE_OF_CONDUCT.md": "# Code of Conduct\n\nBe kind.", "steps/parse/engine/.github/CONTRIBUTING.md": "# Contributing to the engine\n\nSend patches.",
		"engine/CODEOWNERS": "* @engine", "engine/docs/news.md": "# News\n\nNothing.", "CHANGES.md": "To be written by somebody.",
		"fastlane/README.md": "# fastlane documentation\n\n## changelog\n\nMakes a list of 2.1.",
	}))
	for probe, want := range map[string]finding.State{"practice.conduct": finding.NotMet, "docs.contribute": finding.NotMet, "owner.governance": finding.NotMet, "practice.changes": finding.NotObservable} {
		if got := of(t, r, probe); got.State != want {
			t.Errorf("%s: %s at %v, want %s", probe, got.State, got.Evidence, want)
		}
	}
}

// TestLinksOfTextsOfWhichASiteIsMade lead where only its program knows.
func TestLinksOfTextsOfWhichASiteIsMade(t *testing.T) {
	for file, want := range map[string]finding.State{"mkdocs.yml": finding.NotObservable, "docs/_toc.yml": finding.NotObservable, "docs/.vitepress/config.ts": finding.NotObservable, "_config.yml": finding.NotObservable, "notes.yml": finding.NotMet} {
		r := Run(context.Background(), tree(map[string]string{file: "a: b", "README.md": "# Wells\n\n[a](docs/a.md)", "docs/a.md": "# A\n\n[b](../img/logo.svg)"}))
		if got := of(t, r, "docs.links").State; got != want {
			t.Errorf("with %s: %s, want %s", file, got, want)
		}
	}
}
