package check

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// TestTheSiteOfAGoodAmongItsRooms: a good whose name begins its hosts with those
// who keep rooms for many, and whose documentation stands beside that of others,
// has a site; what others run under one name is nobody's.
func TestTheSiteOfAGoodAmongItsRooms(t *testing.T) {
	for name, c := range map[string]struct {
		links []string
		want  []string
	}{
		"rooms at others":         {[]string{"mygood.org", "mygood.readthedocs.io", "mygood.slack.com", "mygood.github.io", "mygood.zulipchat.com"}, []string{"https://mygood.org"}},
		"documentation of others": {[]string{"docs.mygood.org", "docs.python.org", "docs.docker.com", "docs.github.com"}, []string{"https://docs.mygood.org"}},
		"interfaces of others":    {[]string{"api.openai.com", "api.slack.com", "api.mygood.org", "api.github.com"}, []string{"https://api.mygood.org"}},
		"what many run":           {[]string{"mygood.unhcr.org", "mygood.ifrc.org", "mygood.msf.org"}, nil},
	} {
		page := "# MyGood\n\nMyGood is a platform for watching wells.\n"
		for _, host := range c.links {
			page += "\n- [" + host + "](https://" + host + ")"
		}
		target := tree(map[string]string{"README.md": page})
		target.Name = "acme/mygood"
		var got []string
		for _, site := range of(t, Run(context.Background(), target), "general.website").Values {
			got = append(got, strings.TrimSuffix(site, "/"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestANameIsWhatIsLeftOfAHeading(t *testing.T) {
	g := newGeneral(&Target{URL: "https://code.example/wells/wells-dart"}).(*general)
	for heading, want := range map[string]string{
		"Wells - Dart": "Wells - Dart", "Wells: depth measured": "", "Wells": "", "wells-dart package": "wells-dart", "Wells Dart &mdash; the official implementation": "Wells Dart",
		"About ==>wells-dart": "wells-dart", "Depth library (@wells/dart)": "Depth library", "@wells/dart": "@wells/dart", "Code of conduct": "", "Maintainers for Wells": "",
		"A simple tool to measure depth": "", "Wells Dart (CVPR 2020, Oral)": "Wells Dart", ":books: Wells Dart": "Wells Dart", "App »Depth«": "App »Depth«", "Anyhow&ensp;¯\\_(°ペ)": "Anyhow",
	} {
		if got := g.whole(heading, frontTitle(heading)); got != want {
			t.Errorf("%q is the name %q, want %q", heading, got, want)
		}
	}
	for name, want := range map[string]string{"wells--root": "wells", "@wells/depth": "depth", "template-node-api": "", "cms": "", "wells": "wells"} {
		if got := toolName(name); got != want {
			t.Errorf("the package %q is called %q, want %q", name, got, want)
		}
	}
}

// TestAGoalIsSeenInWhatTheGoodIsFor: by words where none is named by number, with
// the line that has them; what only sounds so is no goal.
func TestAGoalIsSeenInWhatTheGoodIsFor(t *testing.T) {
	for name, c := range map[string]struct {
		front string
		want  []string
		line  int
	}{
		"by its summary":    {"# Wells\n\nWells is a register of patients in small clinics.\n", []string{"3"}, 3},
		"by number":         {"# Wells\n\nWells is a register of patients. It serves SDG 6.\n", []string{"6"}, 3},
		"not further down":  {"# Wells\n\nWells counts things.\n\n## Thanks\n\nTo the hospital that counted patients first.\n", nil, 0},
		"not by mere sound": {"# Wells\n\nWells is a tool for machine learning with health checks.\n", nil, 0},
		"before the parts":  {"# Wells\n\n- shows the groundwater\n- counts wells\n\n## Use\n\nRun it.\n", []string{"6"}, 1},
	} {
		target := tree(map[string]string{"README.md": c.front})
		target.Name = "acme/wells"
		got := of(t, Run(context.Background(), target), "general.goals")
		if !slices.Equal(got.Values, c.want) || c.line > 0 && got.Evidence[0].Line != c.line {
			t.Errorf("%s: %v at %v, want %v at line %d", name, got.Values, got.Evidence, c.want, c.line)
		}
	}
}

// TestTheHostOfItsPagesIsASite where a file names it; the repository is one only where
// the front page leads to the first page of no other.
func TestTheHostOfItsPagesIsASite(t *testing.T) {
	page := "# Wells\n\n" + strings.Repeat("Wells is a register of the wells of a district, for those who dig them. ", 6)
	const at = "https://github.com/acme/wells"
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a host":           {map[string]string{"README.md": page, "docs/CNAME": "wells.example\n"}, "https://wells.example"},
		"no host":          {map[string]string{"README.md": page, "a/CNAME": "wells.example\n"}, at},
		"two lines":        {map[string]string{"README.md": page, "CNAME": "wells.example\nx\n"}, at},
		"its own":          {map[string]string{"README.md": page + "\n\n[Website](https://deep.example)", "CNAME": "wells.example"}, "https://deep.example"},
		"another's page":   {map[string]string{"README.md": page + "\n\nSee [this](https://pumps.example/of/wells)."}, at},
		"another's site":   {map[string]string{"README.md": page + "\n\nSee [this](https://pumps.example)."}, ""},
		"one of its tools": {map[string]string{"README.md": page + "\n\nInstall [it](https://nodejs.org)."}, at},
	} {
		got := ""
		if v := of(t, Run(context.Background(), under(at, c.files)), "general.website").Values; len(v) > 0 {
			got = v[0]
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
