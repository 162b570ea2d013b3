package check

import (
	"context"
	"slices"
	"testing"
)

// under is a tree that lies under an address.
func under(address string, files map[string]string) *Target {
	tr := tree(files)
	tr.Name, tr.URL = address, address
	return tr
}

// TestASummarySaysWhatTheGoodIs to one who reads it alone: nothing that speaks of
// what stood before, of what the good is not, or of what it asks of people.
func TestASummarySaysWhatTheGoodIs(t *testing.T) {
	for page, want := range map[string]string{
		"# Wells\n\nThis project turns that question into a program that compares wells.":                                                                             "",
		"# Wells\n\nAn open register of wells for districts that dig them.\n\nThis project is a list of wells, not a map of them.":                                    "An open register of wells for districts that dig them.",
		"# Wells\n\nThis app replaces the current system with one that is quick.":                                                                                     "",
		"# Wells\n\nDistricts of the north are in need of water that is clean at all times of the year. Wells will aid a district in finding where to dig, and when.": "Wells will aid a district in finding where to dig, and when.",
		"# Wells Skill\n\n## How to use this skill\n\nMany of the skill's answers require an address to provide what is near.":                                        "",
		"# Wells\n\nWells is solely based on Pumps, which others provide to all that ask for them.":                                                                   "",
		"# Wells\n\nThe service is publicly available to all districts that provide water.":                                                                           "",
		"# Wells\n\nA java implementation of wells":                                                                                                                   "",
		"# Wells\n\nFrench to Wolof translation library/system being put together by a team.":                                                                         "French to Wolof translation library/system being put together by a team.",
	} {
		got := ""
		if v := of(t, Run(context.Background(), under("https://github.com/acme/wells", map[string]string{"README.md": page})), "general.summary").Values; len(v) > 0 {
			got = v[0]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", page, got, want)
		}
	}
	for s, want := range map[string]string{"Water tools put together by the wells team": "", "Main place of two services. They are these:": "", "Finds wells in a district": "Finds wells in a district"} {
		if got := sentence(s); got != want {
			t.Errorf("%q: %q", s, got)
		}
	}
}

// TestASiteIsTheGoodsOwn: not that of a city after which it is called, of its
// makers or of what it was made for.
func TestASiteIsTheGoodsOwn(t *testing.T) {
	for page, want := range map[string]string{
		"# Springfield Well Skill Finder\n\nNews are [told](https://www.springfield.example/news).":       "",
		"# Wellwright\n\nSee [the official Wright website](https://wri.example).":                         "",
		"# Wells\n\nMade by [us](https://www.acmeworks.example/).":                                        "",
		"# Wellwright\n\nSee [the Wellwright website](https://dig.example) for how it is done in a year.": "https://dig.example",
	} {
		got := ""
		r := Run(context.Background(), under("https://github.com/acmeworks/wellwright", map[string]string{"README.md": page}))
		if v := of(t, r, "general.website").Values; len(v) > 0 {
			got = v[0]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", page, got, want)
		}
	}
}

// TestASiteIsCalledAfterTheAddress in one word, or after the owner of what is
// called by a word for anything.
func TestASiteIsCalledAfterTheAddress(t *testing.T) {
	for address, site := range map[string]string{"acme/well-right-api": "https://wellright.example/", "wellright/core": "https://wellright.example/"} {
		r := Run(context.Background(), under("https://github.com/"+address, map[string]string{"README.md": "# Manual\n\nOpen [it](" + site + ")."}))
		if v := of(t, r, "general.website").Values; !slices.Equal(v, []string{site}) {
			t.Errorf("%s: %q", address, v)
		}
	}
}

// TestEvidenceOfAnOwnerSpeaksOfIt: neither a heading, nor the text of a licence,
// nor what a program writes.
func TestEvidenceOfAnOwnerSpeaksOfIt(t *testing.T) {
	licence := "MIT License\n\nCopyright (c) 2020 Wells Board\n"
	late := ""
	for range lateLine {
		late += "x = 1\n"
	}
	f := of(t, Run(context.Background(), under("https://github.com/acme/wells", map[string]string{"LICENSE": licence, "wells/write.py": late + "# Copyright (c) 2020 Wells Board\n", "tests/sample.xml": "<!-- Copyright (c) 2020 Wells Board -->"})), "owner.copyright")
	if len(f.Evidence) != 1 || f.Evidence[0].Path != "LICENSE" {
		t.Errorf("%v", f.Evidence)
	}
	for page, want := range map[string]int{"# Wellwright\n\nA register.": 1, "# Wells\n\nDeveloped by Wellwright in a year.": 2, "# Wells\n\n## People\n\n- **Ana** – [Wellwright](https://github.com/wellwright)": 2} {
		if f := of(t, Run(context.Background(), under("https://github.com/wellwright/wells", map[string]string{"README.md": page})), "owner.organisation"); len(f.Evidence) != want || f.Evidence[0].URL != "https://github.com/wellwright" {
			t.Errorf("%q: %v", page, f.Evidence)
		}
	}
	for line, want := range map[string]string{"© 2007 Unione europea": "", "Copyright (c) 2015 (original work) Wells Works SA": "Wells Works SA"} {
		got := of(t, Run(context.Background(), tree(map[string]string{"LICENSE.md": "EUPL\n\n" + line + "\n"})), "owner.copyright").Values
		if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q", line, got)
		}
	}
}

// TestTheCountryOfPublicBodies is told by their own words, and by numbers and
// accounts that they alone have.
func TestTheCountryOfPublicBodies(t *testing.T) {
	for name, want := range map[string]string{"Comune di Esempio": "IT", "Landesamt für Brunnen": "DE", "University of Alberta Libraries": "CA", "Gemeente Voorbeeld": "NL", "Code for Boston": "US", "Wells Works": ""} {
		if got := landIn(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for account, want := range map[string]string{"PuitsGouv": "FR", "WellsUK": "GB", "wellsuk": "", "datauy": "UY", "data": "", "wells": "", "prefeitura-exemplo": "BR", "dataesr": ""} {
		if got := landOfAccount(account); got != want {
			t.Errorf("%q: %q, want %q", account, got, want)
		}
	}
	f := of(t, Run(context.Background(), under("https://github.com/acme/pozzi", map[string]string{"publiccode.yml": "name: Pozzi\nit:\n  riuso:\n    codiceIPA: c_a000\n"})), "owner.country")
	if !slices.Equal(f.Values, []string{"IT"}) || f.Evidence[0].Line != 4 {
		t.Errorf("%v %v", f.Values, f.Evidence)
	}
}

// TestWhatDescribesNothing is no interface, no paper and no standard.
func TestWhatDescribesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		probe string
		met   bool
	}{
		"no paths":               {map[string]string{"api.yml": "openapi: 3.0.1\ninfo:\n  title: Wells\npaths: {}\n"}, "docs.api", false},
		"a path":                 {map[string]string{"api.yml": "openapi: 3.0.1\ninfo:\n  title: Wells\npaths:\n  /wells: {}\n"}, "docs.api", true},
		"state of a page":        {map[string]string{"schema.local.graphql": "type Query {\n  open: Boolean\n}\n"}, "docs.api", false},
		"watched alone":          {map[string]string{"package.json": `{"name":"wells","dependencies":{"@opentelemetry/instrumentation-http":"1"}}`}, "standards.used", false},
		"the text of a licence":  {map[string]string{"docs/legal.rst": "Legal\n=====\n\nRedistribution and use in source and binary forms, with or without modification. No warranty, no liability.\n"}, "law.terms", false},
		"terms of use":           {map[string]string{"docs/legal.rst": "Legal\n=====\n\nThe terms of use say that users agree to draw no water at night, and that there is no liability.\n"}, "law.terms", true},
		"another's import":       {map[string]string{"README.md": "# Wells\n\n[Data import](https://pumps.example/import) of another program."}, "data.moving", false},
		"a page on what is gone": {map[string]string{"README.md": "# Wells", "docs/configuration/pumps.md": "# Pumps being removed\n\nPumps are being removed. Use wells in their place, and all will be as it was before.\n"}, "docs.configure", false},
	} {
		if f := of(t, Run(context.Background(), under("https://github.com/acme/wells", c.files)), c.probe); (f.State == "met") != c.met {
			t.Errorf("%s: %s %v", name, f.State, f.Values)
		}
	}
}
