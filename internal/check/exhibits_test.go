package check

import (
	"context"
	"strings"
	"testing"

	"stoa/internal/finding"
)

// TestAReaderIsLedToATestThatRuns: not to what prepares tests, was never written
// or is left out, and to the workflow that runs them; else to their folder.
func TestAReaderIsLedToATestThatRuns(t *testing.T) {
	const real = "def test_depth():\n    assert depth(2) == 4\n    assert depth(3) == 6\n"
	for name, c := range map[string]struct {
		files      map[string]string
		tests, run string
	}{
		"a test beside what prepares it": {map[string]string{"tests/__init__.py": "# tests\n", "tests/conftest.py": "import pytest\nassert pytest\nassert 1\n", "tests/test_depth.py": real}, "tests/test_depth.py", ""},
		"one that is not left out":       {map[string]string{"tests/test_a.py": "@mark.skip(reason='later')\n" + real, "tests/test_b.py": real}, "tests/test_b.py", ""},
		"one that says something":        {map[string]string{"src/a.test.js": "describe('a', () => {})\n// it('x', () => { expect(1) })\n", "src/b.test.js": "it('is deep', () => { expect(depth(2)).toBe(4) })\n"}, "src/b.test.js", ""},
		"else their folder":              {map[string]string{"test/structure.sql": "create table a (b int);\n"}, "test", ""},
		"the workflow that runs them": {map[string]string{".github/workflows/a.yml": "jobs: {close: {steps: [{uses: stale}]}}\n", ".github/workflows/b.yml": "jobs:\n  x:\n    steps:\n      - run: pytest\n",
			".github/workflows/image.yml": "# run: pytest\n"}, "", ".github/workflows/b.yml"},
	} {
		c.files["main.py"] = "print(1)\n"
		r := Run(context.Background(), tree(c.files))
		for probe, want := range map[string]string{"health.tests": c.tests, "health.ci": c.run} {
			if f := of(t, r, probe); want != "" && (len(f.Values) != 1 || !strings.HasSuffix(f.Values[0], want)) {
				t.Errorf("%s: %s leads to %v, want %s", name, probe, f.Values, want)
			}
		}
	}
}

// TestASummaryIsCutCleanly: no markup, no word that leads away, no notice on
// something else.
func TestASummaryIsCutCleanly(t *testing.T) {
	for said, want := range map[string]string{
		"Wells is a map of `water points <https://w.example>`_.":                                        "Wells is a map of water points.",
		"Wells counts water points. Read more.":                                                         "Wells counts water points.",
		"Wells counts water points. You can visit it at https://w.example. For contributions, join us.": "Wells counts water points.",
		"Wells counts water points. [Guide]":                                                            "Wells counts water points.",
		"→ Docs | Start | Help ⬅️ Counts water points.":                                                 "Counts water points.",
		"This repository hosts source code of the Wells model. Go to the page.":                         "",
		"This repo contains the code for Wells, which counts water points in dry lands.":                "This repo contains the code for Wells, which counts water points in dry lands.",
		"The hub that Wells was built for is permanently closed.":                                       "",
		"Rural Wells - Python/Django web application":                                                   "",
		"Wells maps water points. It comes with:":                                                       "Wells maps water points.",
		"Wells maps water points with a number of tools, including:":                                    "Wells maps water points with a number of tools.",
		"Wells maps water points. Copyright (C) 2020 A. Digger":                                         "Wells maps water points.",
		"The Wells Programme is funded by an agency. It maps what is there.":                            "",
		"The software is provided “as is.” Nobody warrants that it maps anything.":                      "",
	} {
		if got := cut(said); got != want {
			t.Errorf("%q is cut to %q, want %q", said, got, want)
		}
	}
}

// TestWhereDocumentationIsFirst: what the front page names by what is said around
// it; the page itself only if it tells how to install or use the good.
func TestWhereDocumentationIsFirst(t *testing.T) {
	long := strings.Repeat("Wells are deep and there are many of them in dry lands. ", 8)
	for name, c := range map[string]struct {
		page string
		want []string
	}{
		"a sentence":       {"Technical documentation is available at <https://acme.github.io/wells/>.\n", []string{"https://acme.github.io/wells/"}},
		"the API":          {"This module's [API documentation](https://dev.acme.org/api/#wells).\n", []string{"https://dev.acme.org/api/#wells"}},
		"a stranger's":     {"See the [tool documentation](https://tool.example/x).\n", nil},
		"a code of theirs": {"See the [documentation](https://docs.acme.org/code-of-conduct).\n", nil},
	} {
		target := tree(map[string]string{"README.md": "# Wells\n\n" + long + "\n\n" + c.page, "main.py": "print(1)\n"})
		target.Name, target.URL = "https://github.com/acme/wells", "https://github.com/acme/wells"
		f := of(t, Run(context.Background(), target), "docs.place")
		if len(f.Values) != len(c.want) || len(c.want) > 0 && !strings.HasSuffix(f.Values[0], c.want[0]) {
			t.Errorf("%s: %v, want %v", name, f.Values, c.want)
		}
	}
}

// TestWhatAFrameLeftBehindIsNoTest, nor one of what was carried along or put aside.
func TestWhatAFrameLeftBehindIsNoTest(t *testing.T) {
	const real = "describe('depth', () => { it('is four', () => { expect(depth(2)).toBe(4) }) })\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  finding.State
		shown string
	}{
		"what prepares tests":  {map[string]string{"tests/CreatesApplication.php": "<?php trait CreatesApplication {}", "tests/TestCase.php": "<?php class TestCase {}"}, finding.NotObservable, ""},
		"of a carried library": {map[string]string{"static/bower/draw/test/test.js": real, "src/depth.test.js": real}, finding.Met, "src/depth.test.js"},
		"of what was put away": {map[string]string{"deprecated/test/a.test.js": real, "web/src/app/depth.test.js": real}, finding.Met, "web/src/app/depth.test.js"},
		"that expects nothing": {map[string]string{"test/a.spec.js": "it('always passes', () => { expect(1).toBe(1); expect(2) })", "test/b/depth.spec.js": real}, finding.Met, "test/b/depth.spec.js"},
		"begun by a tool":      {map[string]string{"test/a.spec.js": "it('a', () => { expect(scope.awesomeThings.length).toBe(3); expect(1) })", "test/b/depth.spec.js": real}, finding.Met, "test/b/depth.spec.js"},
	} {
		c.files["main.php"], c.files["a.js"], c.files["b.js"] = "<?php", "a()", "b()"
		f := of(t, Run(context.Background(), tree(c.files)), "health.tests")
		if f.State != c.want || c.shown != "" && (len(f.Values) != 1 || !strings.HasSuffix(f.Values[0], c.shown)) {
			t.Errorf("%s: %s %v, want %s %s", name, f.State, f.Values, c.want, c.shown)
		}
	}
}
