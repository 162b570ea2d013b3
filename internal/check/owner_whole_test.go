package check

import (
	"context"
	"slices"
	"strings"
	"testing"

	"stoa/internal/finding"
)

const permissive = "MIT License\n\nCopyright (c) 2021 %s\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software.\n"

// TestWhoHoldsTheRightsToTheWhole: the holder whom the licence names, if nobody
// else is named beside libraries and if the holder has to do with the good.
func TestWhoHoldsTheRightsToTheWhole(t *testing.T) {
	for name, c := range map[string]struct {
		holder string
		more   map[string]string
		want   []string
	}{
		"alone":               {"Wells Foundation", nil, []string{"yes"}},
		"beside libraries":    {"Wells Foundation", map[string]string{"static/chart.js": "// Copyright 2019 Chart Makers\n", "gradlew": "# Copyright 2015 the original authors\n"}, []string{"yes"}},
		"beside others":       {"Wells Foundation", map[string]string{"src/depth.py": "# Copyright 2019 Deep Rivers\n"}, nil},
		"beside a closed one": {"Wells Foundation", map[string]string{"static/high.js": "// (c) 2019 Highsoft AS\n"}, nil},
		"no agreement":        {"Wells Foundation", map[string]string{"CONTRIBUTING.md": "# Contributing\n\nAs you like.\n"}, nil},
		"a stranger":          {"Jane Roe", nil, nil},
		"on the front page":   {"Hydrological Society", map[string]string{"README.md": "# Wells\n\nBy the Hydrological Society.\n"}, []string{"yes"}},
		"its first letters":   {"World Food Programme", map[string]string{"x.py": "1"}, nil},
	} {
		files := map[string]string{"CONTRIBUTING.md": "# Contributing\n\nSign our Contributor License Agreement.\n", "LICENSE": strings.Replace(permissive, "%s", c.holder, 1)}
		for path, text := range c.more {
			files[path] = text
		}
		target := tree(files)
		target.Name = "acme/wells"
		f := of(t, Run(context.Background(), target), "owner.whole")
		if !slices.Equal(f.Values, c.want) || (f.State == finding.Met) != (c.want != nil) {
			t.Errorf("%s: %v %v, want %v (%v)", name, f.State, f.Values, c.want, f.Why)
		}
	}
}

// TestTheCountryOfAnOwner: by the name, a legal form that one country has, or an
// address that bears the name of the account; not by endings that anybody takes
// and not by those of others.
func TestTheCountryOfAnOwner(t *testing.T) {
	for name, c := range map[string]struct {
		holder, page string
		want         []string
	}{
		"a name with a country":     {"Statistics Norway", "", []string{"NO"}},
		"a legal form":              {"Wells e.V.", "", []string{"DE"}},
		"known by name":             {"Google LLC", "", []string{"US"}},
		"a state of another's name": {"Wells of Georgia", "", nil},
		"an address":                {"Makers", "See https://docs.acme.org.br and hello@acme.org.br", []string{"BR"}},
		"a public address":          {"Makers", "See https://www.acme.go.ke", []string{"KE"}},
		"an ending anybody takes":   {"Makers", "See https://acme.io and https://acme.co", nil},
		"addresses of others":       {"Makers", "See https://www.ssb.no", nil},
		"two countries":             {"Makers", "See https://acme.de and https://acme.fr", nil},
	} {
		target := tree(map[string]string{"LICENSE": strings.Replace(permissive, "%s", c.holder, 1), "README.md": "# Wells\n\n" + c.page + "\n"})
		target.Name, target.URL = "https://github.com/acme/wells", "https://github.com/acme/wells"
		f := of(t, Run(context.Background(), target), "owner.country")
		if !slices.Equal(f.Values, c.want) || c.want != nil && len(f.Evidence) != 1 {
			t.Errorf("%s: %v, want %v (%v)", name, f.Values, c.want, f.Why)
		}
	}
}
