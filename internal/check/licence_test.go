package check

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/finding"
	"stoa/internal/good"
)

func TestExpressionsAreRead(t *testing.T) {
	for raw, want := range map[string]string{
		"MIT": "MIT", " mit ": "MIT", "MIT/Apache-2.0": "MIT OR Apache-2.0", "(MIT OR Apache-2.0)": "(MIT OR Apache-2.0)", "MIT and CC-BY-4.0": "MIT AND CC-BY-4.0",
		"GPL-3.0": "GPL-3.0-only", "GPL-2.0+": "GPL-2.0-or-later", "Apache License, Version 2.0": "Apache-2.0", "https://opensource.org/licenses/MIT": "MIT",
		"GPL-2.0-only WITH Classpath-exception-2.0": "GPL-2.0-only WITH Classpath-exception-2.0", "MIT OR LicenseRef-Own": "MIT OR LicenseRef-Own",
		"BSD": "", "MIT OR": "", "": "", "see file": "", "MIT OR nonsense": "", strings.Repeat("(", 400): "", "MIT OR MIT OR (": "",
	} {
		e, ok := readExpression(raw)
		if e.spdx != want && ok || ok != (want != "") {
			t.Errorf("%q is read as %q, %v; want %q", raw, e.spdx, ok, want)
		}
	}
	if e, _ := readExpression("GPL-3.0"); !slices.Equal(e.retired, []string{"GPL-3.0"}) {
		t.Errorf("GPL-3.0 is not said to be retired: %v", e.retired)
	}
}

func TestWhatAnExpressionAllows(t *testing.T) {
	accepted := []string{"MIT", "Apache-2.0", "GPL-2.0-only"}
	for raw, want := range map[string]bool{
		"MIT": true, "ISC": false, "MIT OR ISC": true, "MIT AND ISC": false, "MIT AND Apache-2.0": true, "(ISC OR MIT) AND Apache-2.0": true,
		"GPL-2.0-only WITH Classpath-exception-2.0": true, "ISC OR (GPL-2.0-only WITH Classpath-exception-2.0)": true,
	} {
		e, ok := readExpression(raw)
		if !ok || e.allows(accepted) != want {
			t.Errorf("%s allows what is accepted: %v (read: %v)", raw, !want, ok)
		}
	}
}

func TestProseNamesLicences(t *testing.T) {
	for text, want := range map[string]string{
		"Licensed under the MIT License.":                        "MIT",
		"GNU General Public License v3.0 or later":               "GPL-3.0-or-later",
		"available under Apache 2.0, docs under CC BY-SA 4.0":    "Apache-2.0 CC-BY-SA-4.0",
		"Creative Commons Attribution 4.0 International License": "CC-BY-4.0",
		"under [AGPLv3](https://www.gnu.org/licenses/agpl-3.0)":  "AGPL-3.0-only",
		"https://creativecommons.org/licenses/by-nc/4.0/":        "CC-BY-NC-4.0",
		"Data are CC0.": "CC0-1.0",
		"That is a fair and open thing, see version 2": "",
		"BSD 3-Clause":                                     "BSD-3-Clause",
		"licensed under the Affero GNU GPL v3":             "AGPL-3.0-only",
		"released under AFFERO GPL v3":                     "AGPL-3.0-only",
		"under the GNU Affero GPLv3":                       "AGPL-3.0-only",
		"the Affero GNU General Public License, version 3": "AGPL-3.0-only",
		"under the Lesser GPL 2.1":                         "LGPL-2.1-only",
	} {
		var got []string
		for _, e := range statements(text) {
			got = append(got, e.spdx)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}

func TestHoldersOfCopyright(t *testing.T) {
	for line, want := range map[string]string{
		"Copyright (c) 2019-2023 Wells Foundation, Inc. All rights reserved.": "Wells Foundation, Inc",
		"// Copyright 2020 Ana Pires <ana@example.org>":                       "Ana Pires",
		"© 2021 Ville d’Exemple":                                              "Ville d’Exemple",
		"# SPDX-FileCopyrightText: © 2023 Gemeente Voorbeeld <x@y.example>":   "Gemeente Voorbeeld",
		"/* Copyright © Example Lab, 2018 - 2020 */":                          "Example Lab",
		"(c) 2017 by Ben Oduya":                                               "Ben Oduya",
		"Copyright (c) 2020 [Example Lab](https://lab.example)":               "Example Lab",
		"Copyright (c) 2014-16 Ana Pires":                                     "Ana Pires",
		"Copyright © Wells, Inc. 2021. Patent Pending. All rights reserved.":  "Wells, Inc",
		"Copyright (c) 2024-present Wells Corporation, is licensed under the": "Wells Corporation",
		"Copyright (c) 2018+, Wells, Inc and other contributors":              "Wells, Inc and other contributors",
		"Copyright (c) Since 2011 Authors of Wells, see https://x.example":    "Authors of Wells",
		"© 2020-2024 wells, inc. It is distributed under":                     "wells, inc",
		"Copyright (c) 2017-2021 @wells/depth authors & contributors":         "@wells/depth authors & contributors",
		"Copyright 2022-2024, 52 North GmbH":                                  "52 North GmbH",
		"© 2008-2020 Corporation for Wells, Vienna, Virginia, USA":            "Corporation for Wells",
		"Copyright (c) 20007-2016 Wells GmbH":                                 "Wells GmbH",
		"© 2019, 2019-2023, Wells GmbH":                                       "Wells GmbH",
		"© [Well Lab](https://x.example) - This code is made available under": "Well Lab",
		"© 2020 Ana Well (anawell.com)":                                       "Ana Well",
		"© 2020 were granted to those which dig":                              "",
		"Copyright (c) 2020 Wells (a body of":                                 "",
		"the copyright holder shall not be liable (c) see below":              "",
		"(c) the third of the points":                                         "",
		"Copyright [yyyy] [name of copyright owner]":                          "",
		"This is about copyright law.":                                        "",
		"const copyright = `2020`":                                            "",
		`	"© 2021 Ville d’Exemple": "x",`:                                     "",
		`var re = "(?:copyright (c)|©)(.+)"`:                                  "",
	} {
		got := ""
		for _, c := range copyrightLines([]byte(line), writing{}, nil) {
			got += c.holder
		}
		if got != want {
			t.Errorf("%q is held by %q, want %q", line, got, want)
		}
	}
	if sameHolder("Example Health, Inc.") != sameHolder("The Example Health contributors") {
		t.Error("one holder is taken for two")
	}
}

func TestAcceptedIsWhatTheStandardAccepts(t *testing.T) {
	tr := tree(map[string]string{"LICENSE.md": "Under the MIT License."})
	tr.Accepted = map[good.Kind][]string{"software": {"ISC"}}
	for _, f := range Run(context.Background(), tr).Of("licence.accepted") {
		if f.State != finding.NotMet {
			t.Errorf("MIT is accepted where only ISC is: %+v", f)
		}
	}
}

func TestDescriptionsOfDataDeclareTheirLicence(t *testing.T) {
	tr := tree(map[string]string{"rain.csv": "day,mm\n"})
	tr.Kinds = []good.Kind{good.Data}
	tr.Data = []Dataset{{Path: "rain.jsonld", Form: DCAT, Licences: []string{"https://creativecommons.org/licenses/by/4.0/"}}}
	r := Run(context.Background(), tr)
	for _, probe := range []string{"licence.declared", "licence.accepted"} {
		if f := r.Of(probe); len(f) != 1 || f[0].State != finding.Met || !slices.Equal(f[0].Values, []string{"CC-BY-4.0"}) || f[0].Evidence[0].Path != "rain.jsonld" {
			t.Errorf("%s: %+v", probe, f)
		}
	}
}

// TestGreatTextsTakeLittleTime: a file of a megabyte is looked at in a breath, and
// holds up none of the rest.
func TestGreatTextsTakeLittleTime(t *testing.T) {
	for name, unit := range map[string]string{
		"LICENSE": "Permission is hereby granted, free of charge, to any person ", "LICENSE.md": "(c) (c) copyright ", "README.md": "# licence\n",
		"a.go": "// licen licen\n", "COPYING": "copyright (c) 2020 x\n",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		r := Run(ctx, tree(map[string]string{name: strings.Repeat(unit, WholeSize/4/len(unit))}))
		if len(r.Cut) > 0 || ctx.Err() != nil {
			t.Errorf("%s of %q is not done in a minute: %v", name, unit, r.Cut)
		}
		cancel()
	}
}

func FuzzLicence(f *testing.F) {
	f.Add("LICENSE", []byte("MIT License\n\nCopyright (c) 2020 x"))
	f.Add("a.go", []byte("// SPDX-License-Identifier: (MIT OR Apache-2.0)\n"))
	f.Add("README.md", []byte("# a\n\n## Licence\n\nGPLv3\n"))
	f.Add(".reuse/dep5", []byte("License: MIT\n"))
	f.Add("REUSE.toml", []byte("[[annotations]]\nSPDX-License-Identifier = [\"MIT\"]\n"))
	f.Add("publiccode.yml", []byte("legal:\n  license: MIT"))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		if name == "" || strings.HasPrefix(name, "/") || strings.Contains(name, "\x00") {
			return
		}
		tr := &Target{Kinds: []good.Kind{"software", "data"}}
		for _, make := range []func(*Target) Probe{newLicence, newOwner} {
			p := make(tr)
			e := At(name, int64(len(text)))
			if p.Wants(&e) != Nothing {
				p.See(&File{Entry: e, Text: text})
			}
			for _, found := range p.Findings(tr) {
				if found.State == finding.Met && len(found.Evidence) == 0 && found.Probe != "licence.names" {
					t.Fatalf("%s is met on no evidence", found.Probe)
				}
			}
		}
	})
}

func TestProseAloneContradictsNoText(t *testing.T) {
	text, err := os.ReadFile("../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file, says string
		want       finding.State
	}{
		"a front page":             {"README.md", "# Wells\n\n## Licence\n\nGPL-3.0-or-later.\n", finding.NotObservable},
		"a manifest":               {"package.json", `{"name": "wells", "license": "GPL-3.0-or-later"}`, finding.NotMet},
		"a front page that agrees": {"README.md", "# Wells\n\n## Licence\n\nApache-2.0.\n", finding.Met},
	} {
		r := Run(context.Background(), tree(map[string]string{"main.go": "package main\n", "LICENSE": string(text), c.file: c.says}))
		got := r.Of("licence.agreement")
		if len(got) != 1 || got[0].State != c.want || got[0].Contradicts != (c.want == finding.NotMet) || c.want != finding.Met && len(got[0].Evidence) != 2 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestWhatTheForgeSaysOfTheLicenceIsHeardAndHeldAgainstTheText(t *testing.T) {
	const mit = "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:\n\nThe above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.\n"
	for name, c := range map[string]struct {
		forge    *Forge
		text     string
		declared finding.State
		clash    bool
	}{
		"no forge":           {nil, mit, finding.NotObservable, false},
		"it says nothing":    {&Forge{}, mit, finding.NotObservable, false},
		"it says no licence": {&Forge{Licence: "Other, see below"}, mit, finding.NotObservable, false},
		"it says the same":   {&Forge{Licence: "MIT"}, mit, finding.Met, false},
		"it says another":    {&Forge{Licence: "GPL-3.0-only"}, mit, finding.Met, true},
		"there is no text":   {&Forge{Licence: "MIT"}, "", finding.Met, false},
	} {
		files := map[string]string{"main.go": "package main\n"}
		if c.text != "" {
			files["LICENSE"] = c.text
		}
		tr := tree(files)
		tr.Forge, tr.URL = c.forge, "https://forge.example/o/n"
		r := Run(context.Background(), tr)
		d := r.Of("licence.declared")[0]
		if d.State != c.declared || d.State == finding.Met && (d.Confidence != finding.Medium || d.Evidence[0].URL != tr.URL || fmt.Sprint(d.Why.Args["Files"]) != "[forge.example]") {
			t.Errorf("%s: %+v", name, d)
		}
		clash := slices.ContainsFunc(r.Of("licence.agreement"), func(f finding.Finding) bool {
			return f.State == finding.NotMet && f.Contradicts && f.Why.Args["File"] == "forge.example"
		})
		if clash != c.clash {
			t.Errorf("%s: %+v", name, r.Of("licence.agreement"))
		}
		if text := r.Of("licence.text")[0]; c.text != "" && (len(text.Values) != 1 || text.Values[0] != "MIT") {
			t.Errorf("%s: the text is %+v", name, text)
		}
	}
}
