package check

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// TestWhatALineTellsBehindTheName is none of the name: what it may be used for, whose
// a part is, who else holds rights since when, and years in odd forms.
func TestWhatALineTellsBehindTheName(t *testing.T) {
	for line, want := range map[string]string{
		"Copyright (c) 2019, Jane Doe <jane@wells.example>, John Roe <john@wells.example>": "Jane Doe, John Roe",
		"Copyright (c) 2015 Jane Doe, 2016-2018 John Roe":                                  "Jane Doe",
		"Copyright (c) 2004-2007 Jane Doe, 2018+ John Roe, 2023+ Ana Soto":                 "Jane Doe",
		"Copyright (c) 2015 Jane Doe and 2016 John Roe":                                    "Jane Doe",
		"Copyright (c) 2010 Wells 2020 District":                                           "Wells 2020 District",
		"Copyright (c) 2015 Jane Doe. Portions copyright (c) 2016 John Roe.":               "Jane Doe",
		"Copyright (c) 2015 Jane Doe. Based on work by John Roe":                           "Jane Doe",
		"Copyright (c) 2015 Jane Doe (except where noted)":                                 "Jane Doe",
		"Copyright (c) 2015 Elsewhere Government (in countries where recognized)":          "Elsewhere Government",
		"Copyright (c) 2015 Jane Doe, unless otherwise noted":                              "Jane Doe",
		"Copyright (c) 2020 Wells, a project of Elsewhere Foundation":                      "Wells",
		"Copyright (c) 2020 Wells. CC BY 4.0":                                              "Wells",
		"Copyright (c) 2020 Wells (GPL-3.0-or-later)":                                      "Wells",
		"Copyright (c) 2020 Wells - MIT License":                                           "Wells",
		"Copyright 2015 Jane Doe; licensed MIT":                                            "Jane Doe",
		"Copyright (c) 2020 Wells. Contact: info@wells.example":                            "Wells",
		"Copyright (c) 2020 Wells. Last updated 2021-01-01":                                "Wells",
		"© Copyright 2020 Jane Doe Revision 1234abcd.":                                     "Jane Doe",
		"Copyright (C) 2020  Wells - A tool that finds wells":                              "Wells",
		"© Wells 2020 - made with love by the river":                                       "Wells",
		"Copyright (c) 2020 onwards Jane Doe":                                              "Jane Doe",
		"Copyright (c) 2020 - till date Jane Doe":                                          "Jane Doe",
		"Copyright (c) 2020-∞ Jane Doe":                                                    "Jane Doe",
		"Copyright (c) MMXX Jane Doe":                                                      "Jane Doe",
		"Copyright © (c) 2020 Jane Doe 👋":                                                  "Jane Doe",
		"©️ 2020 Jane Doe":                                                                 "Jane Doe",
		"Copyright (c) Jane Doe [2020]":                                                    "Jane Doe",
		"Copyright (c) 2015 test":                                                          "",
		"Copyright (c) 2015 none":                                                          "",
		"Copyright (c) 2020 in the name of wells":                                          "",
		"Copyright (c) 2020 Verein zur Förderung":                                          "",
		"Portions Copyright (C) 2020 Jane Doe":                                             "",
		"Icons © 2020 Jane Doe":                                                            "",
	} {
		got := of(t, Run(context.Background(), tree(map[string]string{"LICENSE": "Some License\n\n" + line + someTerms})), "owner.copyright").Values
		if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// TestHoldersThatTravel are those of what was copied into a tree: nothing says that
// the whole is theirs, but an address that is called so.
func TestHoldersThatTravel(t *testing.T) {
	head := "# Copyright (c) Facebook, Inc. and its affiliates.\n"
	two := map[string]string{"a.py": head, "b.py": head}
	for name, c := range map[string]struct {
		at    string
		files map[string]string
		want  []string
	}{
		"of heads":                    {"https://github.com/acme/wells", two, nil},
		"of its own":                  {"https://github.com/facebook/wells", two, []string{"Facebook, Inc. and its affiliates"}},
		"at the foot of a page":       {"https://github.com/acme/wells", map[string]string{"README.md": "# Wells\n\nCopyright 2013-2021 Start Bootstrap LLC. Code released under the MIT license.\n"}, nil},
		"of what it was begun with":   {"https://github.com/acme/wells", map[string]string{"LICENSE": strings.Replace(permissive, "%s", "Blackrock Digital LLC", 1)}, nil},
		"of a folder of settings":     {"https://github.com/acme/wells", map[string]string{".github/styles/plain/README.md": "# Plain\n\nCopyright (c) 2020 Jane Pump\n", "README.md": "# Wells\n"}, nil},
		"beside others as often":      {"https://github.com/acme/wells", map[string]string{"a.py": "# Copyright (c) 2020 Pumps\n", "b.py": "# Copyright (c) 2020 Pumps\n", "c.py": "# Copyright (c) 2020 Levers\n# Copyright (c) 2021 Pumps\n", "d.py": "# Copyright (c) 2020 Levers\n"}, nil},
		"on, and in the next line":    {"https://github.com/acme/wells", map[string]string{"a.py": "# Copyright (c) 2020 The Trustees of Elsewhere University of Wells\n# and Nearby University\n"}, []string{"The Trustees of Elsewhere University of Wells and Nearby University"}},
		"behind the list of parts":    {"https://github.com/acme/wells", map[string]string{"LICENSE": "Some License" + someTerms + "\nThis product bundles levers.\n\nCopyright (c) 2011 Levers\n"}, nil},
		"one of many in a page's top": {"https://github.com/acme/wells", map[string]string{"README.md": "<!-- \nSPDX-FileCopyrightText: 2020 Jane Doe\nSPDX-FileCopyrightText: 2020 Wells Centre\n-->\n# Wells\n", "a.py": "# SPDX-FileCopyrightText: 2020 Wells Centre\n"}, []string{"Wells Centre"}},
	} {
		if got := of(t, Run(context.Background(), under(c.at, c.files)), "owner.copyright"); !slices.Equal(got.Values, c.want) {
			t.Errorf("%s: %q (%s), want %q", name, got.Values, got.State, c.want)
		}
	}
}
