package check

import (
	"context"
	"slices"
	"testing"

	"stoa/internal/finding"
)

const someTerms = "\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software.\n"

// TestLinesOfLicencesOfManyKinds: in what a licence's text has of its own, in forms
// that nobody filled in, and where nobody is named, there is no holder.
func TestLinesOfLicencesOfManyKinds(t *testing.T) {
	for line, want := range map[string]string{
		"Copyright (c) 2004 Sam Hocevar <sam@hocevar.net>":                        "",
		"This License is Copyright (c) 2005 Lawrence Rosen.":                      "",
		"Copyright (c) 2000-2006, The Perl Foundation.":                           "",
		"EUPL © Unione europea 2007, 2016":                                        "",
		"Copyright (c) 2014 (original work) Open Wells SA;":                       "Open Wells SA",
		"Required Notice: Copyright Yoyodyne, Inc. (http://example.com)":          "",
		"Required Notice: Copyright (c) 2024 Yoyodyne, Inc.":                      "",
		"Copyright (C) 2007 Free Software Foundation, Inc.":                       "",
		"Copyright (c) 2001-2012 Python Software Foundation; All Rights Reserved": "",
		"Copyright (C) 1996 X Consortium":                                         "",
		"Copyright 2002-2008 LaTeX3 Project":                                      "",
		"Copyright (c) 2023 Your Name":                                            "",
		"Copyright (c) YEAR YOUR NAME":                                            "",
		"Copyright (c) 20XX Company Name":                                         "",
		"Copyright (c) 2020 [name of copyright owner]":                            "",
		"Copyright (c) 2020 <name>":                                               "",
		"Copyright (c) {{ year }} {{ author }}":                                   "",
		"Copyright (c) 2022 {{cookiecutter.full_name}}":                           "",
		"Copyright (c) 2020 __AUTHOR__":                                           "",
		"Copyright (c) 2020 The Authors":                                          "",
		"Copyright 2020 by the contributors":                                      "",
		"Copyright (c) 2020 the respective contributors":                          "",
		"Copyright (c) 2020 the original author or authors":                       "the original author or authors",
		"Copyright (c) 2020 Individual contributors":                              "",
		"Copyright (c) 2020 its authors and contributors":                         "",
		"Copyright (c) 2020":                                                      "",
		"Copyright (c) 2020 MIT License":                                          "",
		"Copyright (c) 2024 (2024) Wells":                                         "Wells",
		"The model is licensed under the Pump License, Copyright (c) Pumps Platforms, Inc. All Rights Reserved.": "",
		"Copyright (c) 2019 to 2021 Wells of Elsewhere":                                                          "Wells of Elsewhere",
		"Copyright (c) 2019~2021 Wells of Elsewhere":                                                             "Wells of Elsewhere",
		"Copyright (c) 2019 & 2021 Wells of Elsewhere":                                                           "Wells of Elsewhere",
		"Copyright (c) January 2024 Wells of Elsewhere":                                                          "Wells of Elsewhere",
		"Copyright (c) 1 May 2024, Wells of Elsewhere":                                                           "Wells of Elsewhere",
		"Copyright (c) (2020) Wells of Elsewhere":                                                                "Wells of Elsewhere",
		"Copyright [2017-2019] The Wells of Elsewhere":                                                           "",
		"Copyright (c) [2017] [Wells of Elsewhere]":                                                              "Wells of Elsewhere",
		"Copyright (c) 2017 [Wells of Elsewhere]":                                                                "Wells of Elsewhere",
		"Copyright (c) 2017-, Wells of Elsewhere":                                                                "Wells of Elsewhere",
		"Copyright (c) Wells of Elsewhere, 2017 - 2020.":                                                         "Wells of Elsewhere",
		"版权所有 (c) 2020 井水公司。保留所有权利":                                                                              "井水公司",
		"Copyright (c) 2020 Pozos de Allá. Todos los derechos reservados":                                        "Pozos de Allá",
		"Copyright (c) 2020 Колодцы. Все права защищены":                                                         "Колодцы",
		"Copyright (c) 2020 Jane Doe. MIT.":                                                                      "Jane Doe",
		"Copyright (c) 2020 Jane Doe | MIT License":                                                              "Jane Doe",
		"Copyright (c) 2020 Jane Doe - https://jane.example":                                                     "Jane Doe",
		"Copyright (c) 2020 Jane Doe and John Roe":                                                               "Jane Doe and John Roe",
		"Copyright (c) 2020-present, Wells, Inc. and its affiliates.":                                            "Wells, Inc. and its affiliates",
		"(C) COPYRIGHT 2020 Wells of Elsewhere":                                                                  "Wells of Elsewhere",
		"Copyright © 2021-2022 Wells of Elsewhere®":                                                              "Wells of Elsewhere®",
	} {
		got := of(t, Run(context.Background(), tree(map[string]string{"LICENSE": "Some License\n\n" + line + someTerms})), "owner.copyright").Values
		if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// TestWhatStandsAtTheFootOfAPage is no part of a holder's name.
func TestWhatStandsAtTheFootOfAPage(t *testing.T) {
	for line, want := range map[string]string{
		"© 2020 Wells of Elsewhere | Built with care":          "Wells of Elsewhere",
		"© 2020 Wells of Elsewhere · Privacy · Terms":          "Wells of Elsewhere",
		"© 2020 Wells of Elsewhere. Made with ❤ by the river.": "Wells of Elsewhere",
		"Made with care © 2020 Wells":                          "",
		"© OpenStreetMap contributors":                         "",
		"Map data © 2020 Mapmakers":                            "",
		"Copyright © 2020. All rights reserved.":               "",
	} {
		got := of(t, Run(context.Background(), tree(map[string]string{"README.md": "# Wells\n\nA map.\n\n" + line + "\n"})), "owner.copyright").Values
		if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// TestTermsOfPartsNameNoHolderOfTheWhole: a font's, a library's, a template's.
func TestTermsOfPartsNameNoHolderOfTheWhole(t *testing.T) {
	gpl := "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n\nCopyright (C) 2007 Free Software Foundation, Inc. <https://fsf.org/>\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"a font":                   {map[string]string{"LICENSE": gpl, "OFL.txt": "Copyright 2011 The Wells Font Project Authors\n\nThis Font Software is licensed under the SIL Open Font License.\n"}, nil},
		"a font's licence":         {map[string]string{"LICENSE": gpl, "LICENSE-FONT.txt": "Copyright 2011 Fontmakers\n\nThis Font Software is licensed.\n"}, nil},
		"a tool that was used":     {map[string]string{"LICENSE": gpl, "LICENSE.pumptool": "MIT License\n\nCopyright (c) 2018 Pump Tool\n"}, nil},
		"the same for code":        {map[string]string{"LICENSE": gpl, "LICENSE-CODE": "MIT License\n\nCopyright (c) 2018 Wells\n"}, []string{"Wells"}},
		"by the name of a licence": {map[string]string{"LICENSE.MIT": "MIT License\n\nCopyright (c) 2018 Wells\n"}, []string{"Wells"}},
	} {
		if got := of(t, Run(context.Background(), tree(c.files)), "owner.copyright"); !slices.Equal(got.Values, c.want) {
			t.Errorf("%s: %q (%s), want %q", name, got.Values, got.State, c.want)
		}
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"of a text":             {map[string]string{"a.py": "x = 1\n", "docs/guide.md": "# Guide\n\n© 2020 Tree Makers\n"}, nil},
		"of one program":        {map[string]string{"a.py": "# Copyright (c) 2020 Pumps\n", "b.py": "x = 1\n", "c.py": "x = 1\n"}, nil},
		"of all programs":       {map[string]string{"a.py": "# Copyright (c) 2020 Pumps\n", "b.py": "# Copyright (c) 2020 Pumps\n", "c.py": "# Copyright (c) 2020 Pumps\n"}, []string{"Pumps"}},
		"called as the address": {map[string]string{"a.py": "# Copyright (c) 2020 Tree Makers\n", "b.py": "x = 1\n"}, []string{"Tree Makers"}},
		"of a tool's script":    {map[string]string{"gradlew": "# Copyright 2015 the tree authors\n", "jquery.js": "// Copyright (c) 2010 Tree Maker\n"}, nil},
	} {
		if got := of(t, Run(context.Background(), tree(c.files)), "owner.copyright"); !slices.Equal(got.Values, c.want) {
			t.Errorf("%s: %q (%s), want %q", name, got.Values, got.State, c.want)
		}
	}
	f := of(t, Run(context.Background(), tree(map[string]string{"LICENSE": "MIT License\n\nCopyright (c) [year] [fullname]\n"})), "owner.copyright")
	if f.State != finding.NotMet {
		t.Errorf("a form that nobody filled in: %s", f.State)
	}
}
