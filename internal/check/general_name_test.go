package check

import (
	"context"
	"slices"
	"testing"
)

// TestANameIsSaidWhereTwoPlacesAgree: a heading alone may be of a part, of the
// family or a notice, and a package may be called otherwise than the good.
func TestANameIsSaidWhereTwoPlacesAgree(t *testing.T) {
	for name, c := range map[string]struct {
		at    string
		files map[string]string
		want  string
	}{
		"the address":                      {"acme/well-watch", map[string]string{"README.md": "# WellWatch"}, "WellWatch"},
		"the address with more words":      {"acme/watch", map[string]string{"README.md": "# Acme Watch for wells"}, "Acme Watch for wells"},
		"its first letters":                {"acme/wrd", map[string]string{"README.md": "# Wells of Rural Districts"}, "Wells of Rural Districts"},
		"the address but for its sort":     {"acme/wells-android", map[string]string{"README.md": "# Wells"}, "Wells"},
		"a package":                        {"acme/site", map[string]string{"README.md": "# Deepwell", "package.json": `{"name": "deepwell"}`}, "Deepwell"},
		"the first sentences":              {"acme/wells-rwanda", map[string]string{"README.md": "# Wells Diary\n\nThis is the Wells Diary of a country."}, "Wells Diary"},
		"a sentence and the address":       {"acme/pumphouse", map[string]string{"README.md": "Pumphouse is a tool for those who keep pumps."}, "Pumphouse"},
		"a package and the address":        {"acme/PumpHouse", map[string]string{"README.md": "## Installation", "package.json": `{"name": "pumphouse"}`}, "PumpHouse"},
		"a page of its own host":           {"deep-wells/deep-wells.github.io", map[string]string{"README.md": "# DW"}, "DW"},
		"another part":                     {"acme/pump-houses", map[string]string{"README.md": "# Survey\n\nThe survey is open."}, ""},
		"a package beside another heading": {"acme/pump-houses", map[string]string{"README.md": "# Water in the towns", "package.json": `{"name": "pump-houses"}`}, ""},
		"the family":                       {"rivers/augur", map[string]string{"README.md": "# Rivers\n\nRivers is a project of many tools."}, ""},
		"this very repository":             {"acme/wells-of-towns", map[string]string{"README.md": "# About This Repo\n\nThis repo has a list."}, ""},
		"a sentence to the reader":         {"acme/wells", map[string]string{"README.md": "# Read Wells Docs at docs.wells.example/text"}, ""},
		"a notice":                         {"acme/wells", map[string]string{"README.md": "# Wells has moved to another house"}, ""},
		"cut at a bracket":                 {"acme/pumps", map[string]string{"README.md": "# Acme Pumps for Model 8266 (D1 mini) and for all of the others (C3 mini)"}, ""},
		"a sort behind it":                 {"acme/wells_dpg", map[string]string{"README.md": "# Project Wells DPG Repository"}, "Project Wells DPG Repository"},
		"the right side of a citation":     {"acme/wplatform", map[string]string{"README.md": "# Open Water Platform (OWP)", "CITATION.cff": "title: \"Open Wells Family - Open Water Platform (OWP)\"\n"}, "Open Water Platform (OWP)"},
		"a file made for it":               {"acme/house", map[string]string{"README.md": "## Setup", "publiccode.yml": "name: Deepwell House\n"}, "Deepwell House"},
		"a file that the heading denies":   {"acme/pumps", map[string]string{"README.md": "# Acme Pumps", "publiccode.yml": "name: Template of Elsewhere\n"}, "Acme Pumps"},
		"a picture and what follows":       {"acme/pumpbot", map[string]string{"README.md": "# PumpBot 🤖 *(Well-Discord-Bot)*"}, "PumpBot"},
		"a status behind a picture":        {"acme/well-list", map[string]string{"README.md": "# Well list  ⚠️ Moved inside"}, "Well list"},
		"a mark of another language":       {"acme/wells", map[string]string{"README.md": "# Wells of all [**(English Version)**](readme/en.md)"}, "Wells of all"},
		"wide brackets are kept whole":     {"acme/WellChat", map[string]string{"README.md": "# 井（WellChat）"}, "井（WellChat）"},
		"news":                             {"acme/WELLS-19", map[string]string{"README.md": "# New WELLS-19 in the third edition"}, ""},
		"a call":                           {"acme/wells-pumps", map[string]string{"README.md": "# Pumps! Pumps! Pumps!"}, ""},
		"an address as a title":            {"Acme-House/wells", map[string]string{"README.md": "## Setup", "CITATION.cff": "title: 'Acme-House/wells: v4.11'\n"}, "wells"},
		"a bracket that adds another":      {"acme/open-wells", map[string]string{"README.md": "# Open Wells (PUMP-XY)"}, "Open Wells"},
		"its short form in a bracket":      {"acme/open-wells-map", map[string]string{"README.md": "# Open Wells Map (OWM)"}, "Open Wells Map (OWM)"},
		"what a table is of":               {"acme/wells21-xy", map[string]string{"README.md": "# wells21-xy", "datapackage.json": `{"title": "Daily counts of Wells in Elsewhere"}`}, "wells21-xy"},
	} {
		target := tree(c.files)
		target.Name = c.at
		want := []string{c.want}
		if c.want == "" {
			want = nil
		}
		if got := of(t, Run(context.Background(), target), "general.name").Values; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
