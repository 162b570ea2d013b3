package check

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/testkit"
)

// readNames are names of files that some probe reads.
var readNames = strings.Fields(`LICENSE COPYING.md NOTICE AUTHORS README.md docs/index.md docs/a.rst docs/a.adoc CONTRIBUTING.md SECURITY.md GOVERNANCE.md PRIVACY.md CHANGELOG.md
	REUSE.toml .reuse/dep5 package.json package-lock.json yarn.lock pnpm-lock.yaml requirements.txt pyproject.toml poetry.lock setup.cfg setup.py Pipfile Pipfile.lock pom.xml
	build.gradle gradle/libs.versions.toml gradle.lockfile a.csproj packages.config packages.lock.json a.nuspec go.mod go.sum Cargo.toml Cargo.lock composer.json composer.lock
	Gemfile Gemfile.lock a.gemspec pubspec.yaml pubspec.lock Dockerfile compose.yaml Chart.yaml Chart.lock main.tf DESCRIPTION a.cabal publiccode.yml codemeta.json CITATION.cff
	datapackage.json croissant.json dataset_info.json .zenodo.json ro-crate-metadata.json openapi.yaml openapi.json api.graphql data.csv model_card.md locale/fr/LC_MESSAGES/a.po
	locales/en.json locales/fr.json locales/fr.yml i18n/a_fr.properties src/a.go src/a.py .github/workflows/ci.yml _config.yml mkdocs.yml index.html a.ttl a.xsd MODEL_CARD.md`)

// unkind are texts that go on with the same, or with nearly the same, for as
// long as one likes: each is what some parser might take too long over.
func unkind(size int) map[string][]byte {
	out := map[string][]byte{}
	for _, part := range []string{"[", "{", "[[", "]]]][", `{"a":`, `[{"a":[`, "- ", "-\n", "? ", "a: ", "{a: ", "&a [*a, ", "<", "<a>", "<a b='", "<!--", "&amp;", `"`, "'", "\\", "\n", " ", "\t", "\r", "\x00", "\xff", "\u202e", "é",
		"a", "A ", "0", "#", "# ", "#\n", "##\n", "=", "=\n", "-", "_", "*", "**a", "~", "`", "``` ", "![](", "[](", "[a](b ", "[a][", "[a]: b\n", "> ", "1. ", "|", "|a|\n|-|\n", "(", "((a)", ")", "/", "//", "/*", "${", "{{", "{%", "<%", "$", "@", "@a@b.c ",
		"http://", "https://a.b/c ", "www.", "Copyright ", "Copyright (c) 2020 ", "© ", "SPDX-License-Identifier: ", "SPDX-License-Identifier: MIT\n", "MIT OR (", "MIT AND ", "(MIT)\n", "license: MIT\n", "License: ", "Licence\n=======\n",
		"Permission is hereby granted, free of charge, to any person ", "This program is free software; you can redistribute it ", "you may not use this file except in compliance with the License. ",
		"a: b\n", "a = 1\n", "[a]\n", "[[package]]\nname = \"a\"\n", "a,b;c\td|", "gem 'a'\n", "group :a do\n", "end\n", "FROM a\n", "FROM a AS b\n", "require (\n", "a v1.0.0\n", "a==1\n", "-r a\n", "  a (1)\n", "provider \"a\" {\n", "implementation('a:b:1')\n",
		"msgid \"a\"\nmsgstr \"b\"\n", "msgid \"\"\n", "<dependency><groupId>a</groupId></dependency>", "<PropertyGroup>", "type Query {\n", "%{", "%YAML 1.2\n", "---\n", "...\n", "--- !a\n", "| \n", ">\n ", "!!binary ", "!<a> ", ": ", ":\n", ", ", "author = 'a', ", "setup(", "license='",
		"begin\n", "if a\n", "\"\"\"\n", "'''", "\"\"\"", "a.", "a.b.c.d=1\n", "\"a\".", "{a={", "a=[{", "key: >-\n", "  - a\n", "openapi: 3.0.0\n", "FHIR ", "health ", "data protection "} {
		out[part] = bytes.Repeat([]byte(part), size/len(part))
	}
	for name, line := range map[string]string{"keys of YAML": "k%d: v\n", "keys of TOML": "k%d = 1\n", "tables of TOML": "[t%d]\n", "parts of names": "a.b%d = 1\n", "folders": "[a.b%d.c]\n", "anchors": "k%d: &a%d x\n", "aliases": "k%d: *a\n",
		"references": "[r%d]: x\n", "uses": "[r%d] ", "notes": "[^%d]: x\n", "parts": "require a%d v1.0.0\n", "images": "FROM a%d AS b%d\n", "crates": "[[package]]\nname = \"a%d\"\n", "copyrights": "Copyright (c) 2020 A%d\n", "elements": "<a%d>", "messages": "msgid \"a%d\"\nmsgstr \"b\"\n",
		"headings": "# h%d\n", "columns": "c%d,", "deeper": "%[1]*[2]s- a\n", "holders": "// Copyright %d B%d Ltd\n"} {
		var b bytes.Buffer
		for i := 0; b.Len() < size; i++ {
			switch strings.Count(line, "%") {
			case 1:
				fmt.Fprintf(&b, line, i)
			default:
				if name == "deeper" {
					fmt.Fprintf(&b, line, i%2000, "")
					continue
				}
				fmt.Fprintf(&b, line, i, i)
			}
		}
		out[name] = b.Bytes()
	}
	for name, form := range map[string]string{"JSON": "{%s\"z\":1}", "a table in JSON": "{\"packages\":{%s\"z\":{}}}", "dependencies": "{\"dependencies\":{%s\"z\":\"1\"}}"} {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, "%q:{\"version\":\"1\"},", fmt.Sprint("node_modules/k", i))
		}
		out[name] = fmt.Appendf(nil, form, b.String())
	}
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, size)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	out["noise"] = noise
	return out
}

// TestNoTextTakesMuchLongerThanItsLength shows each unkind text to all probes
// under each name that any of them reads. STOA_TEST_LONG shows texts of a
// megabyte.
func TestNoTextTakesMuchLongerThanItsLength(t *testing.T) {
	size, most := 8<<10, 100*time.Millisecond
	if os.Getenv("STOA_TEST_LONG") != "" {
		size, most = 1<<20, 3*time.Second
	}
	usual() // what is prepared once
	inHeads()
	look := func(text []byte, names ...string) (took time.Duration, cut []finding.Text) {
		m := fstest.MapFS{}
		for _, n := range names {
			m[n] = &fstest.MapFile{Data: text}
		}
		tr := target(m)
		tr.Kinds = good.Kinds
		before := testkit.ProcessTime()
		cut = Run(context.Background(), tr).Cut
		return testkit.ProcessTime() - before, cut
	}
	for name, text := range unkind(size) {
		if took, cut := look(text, readNames...); took < most*time.Duration(len(readNames))/10 && len(cut) == 0 {
			continue
		}
		for _, n := range readNames {
			if took, cut := look(text, n); took > most || len(cut) > 0 {
				t.Errorf("%d kB of %.40q in %s took %v, cut %v", size>>10, name, n, took, cut)
			}
		}
	}
}

// TestManyHeadingsOfALongTextAreReadInOneGo has a front page of some megabytes
// end with as many headings as are read: that each may speak of something costs
// little more than that none does.
func TestManyHeadingsOfALongTextAreReadInOneGo(t *testing.T) {
	long := "# Wells\n\n" + strings.Repeat("One more line of a long text that says nothing of note.\n\n", 60_000)
	look := func(heading string) time.Duration {
		target := tree(map[string]string{"README.md": long + strings.Repeat("## "+heading+"\n\nReport a vulnerability to security@example.org.\n\n", 1900)})
		before := testkit.ProcessTime()
		if r := Run(context.Background(), target); len(r.Cut) > 0 {
			t.Errorf("%s: %v", heading, r.Cut)
		}
		return testkit.ProcessTime() - before
	}
	look("Pumps")
	if plain, telling := look("Pumps"), look("Security"); telling > 2*plain+time.Second {
		t.Errorf("%v for headings that tell something, %v for those that do not", telling, plain)
	}
}
