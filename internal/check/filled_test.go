package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// filledTree is a tree at an address, of which each line can be led to.
func filledTree(at string, files map[string]string) *Target {
	target := tree(files)
	target.Name, target.URL, target.Commit = at, at, "abc"
	target.Address = func(path string, line int) string {
		if line > 0 {
			return fmt.Sprintf("%s/blob/abc/%s#L%d", at, path, line)
		}
		return at + "/blob/abc/" + path
	}
	return target
}

// TestHowDataComesOutStandsOnALine: the forms that a front page names where it
// says how data moves, and that line; not what is typed or set.
func TestHowDataComesOutStandsOnALine(t *testing.T) {
	const at = "https://github.com/acme/wells"
	for name, c := range map[string]struct {
		page string
		want []string
	}{
		"exported":       {"Each list can be exported as CSV or GeoJSON.", []string{"CSV", "GEOJSON", "#L3"}},
		"made":           {"Creates maps of wells in PDF, XML or CSV format.", []string{"XML", "CSV", "#L3"}},
		"a setting":      {"Download the service account JSON and save it.", nil},
		"what is typed":  {"```\nexport wells as csv\n```", nil},
		"only a mention": {"CSV is a form of tables.", nil},
	} {
		f := of(t, Run(context.Background(), filledTree(at, map[string]string{"README.md": "# Wells\n\n" + c.page + "\n"})), "data.moving")
		var got []string
		for _, v := range f.Values {
			if _, line, led := strings.Cut(v, "README.md"); led {
				v = line
			} else {
				v = strings.ToUpper(v)
			}
			got = append(got, v)
		}
		want := slices.Clone(c.want)
		for i, w := range want {
			if w[0] != '#' {
				want[i] = strings.ToUpper(w)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// TestProgramsThatUseData: several read or write it in a form; one may only read
// what it is set to.
func TestProgramsThatUseData(t *testing.T) {
	reads := "import csv\nfor row in csv.reader(open('wells.csv')):\n    print(row)\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"three programs": {map[string]string{"a.py": reads, "b.py": reads, "c.py": "json.dump(wells, f)\n"}, []string{"yes"}},
		"one alone":      {map[string]string{"a.py": reads, "b.py": "x = 1\n", "c.py": "y = 2\n"}, nil},
		"samples":        {map[string]string{"fixtures/a.py": reads, "fixtures/b.py": reads, "samples/c.py": reads}, nil},
	} {
		if f := of(t, Run(context.Background(), tree(c.files)), "data.used"); !slices.Equal(f.Values, c.want) {
			t.Errorf("%s: %v, want %v", name, f.Values, c.want)
		}
	}
}

// TestTheSiteIsThePageAboutTheGood: a page at its makers' that is called after it
// before their first page.
func TestTheSiteIsThePageAboutTheGood(t *testing.T) {
	for name, c := range map[string]struct{ page, want string }{
		"a page at its makers'": {"See the [information](https://www.acme.org/projects/deepwells). [Acme](https://www.acme.org/) keeps it.", "https://www.acme.org/projects/deepwells"},
		"called so elsewhere":   {"Visit [the tool's web page](https://tools.uni.example/en/deep-wells).", "https://tools.uni.example/en/deep-wells"},
	} {
		target := tree(map[string]string{"README.md": "# Deep Wells\n\nDeep Wells is a map of wells.\n\n" + c.page + "\n"})
		target.Name, target.URL = "https://github.com/acme/deep-wells", "https://github.com/acme/deep-wells"
		if f := of(t, Run(context.Background(), target), "general.website"); len(f.Values) != 1 || f.Values[0] != c.want {
			t.Errorf("%s: %v, want %s", name, f.Values, c.want)
		}
	}
}

// TestASummaryIsFoundWhereItStands: without an article, as a heading, or under the
// full name.
func TestASummaryIsFoundWhereItStands(t *testing.T) {
	for page, want := range map[string]string{
		"# Wells\n\nMobile application for browsing wells in dry lands.\n":                                         "Mobile application for browsing wells in dry lands.",
		"# wells\n\n#### Wells is a library for drawing maps of wells.\n\n## Start\n\nRun it.\n":                   "Wells is a library for drawing maps of wells.",
		"# wells2box\n\n## Wells2 in a box\n\nWells2 in a box provides centres with a way to share their wells.\n": "Wells2 in a box provides centres with a way to share their wells.",
		"# Wells\n\nA simple calendar for the days on which wells are cleaned.\n":                                  "A simple calendar for the days on which wells are cleaned.",
		"# Wells\n\nWells counts water points. This project depends on the API of another.\n":                      "Wells counts water points.",
	} {
		target := tree(map[string]string{"README.md": page})
		target.Name = "acme/wells2box"
		if f := of(t, Run(context.Background(), target), "general.summary"); len(f.Values) != 1 || f.Values[0] != want {
			t.Errorf("%q: %v, want %q", page, f.Values, want)
		}
	}
}

// TestSchemasByTheHundredAreNoStandard where hundreds of programs read them.
func TestSchemasByTheHundredAreNoStandard(t *testing.T) {
	var entries []Entry
	for i := range 2 * manyPrograms {
		entries = append(entries, At(fmt.Sprintf("schemas/%d.xsd", i), 9))
	}
	if got := guessKinds(entries).Values[0]; got != string(good.Standard) {
		t.Errorf("schemas alone: %s", got)
	}
	for i := range manyPrograms {
		entries = append(entries, At(fmt.Sprintf("lib/%d.rb", i), 9))
	}
	if got := guessKinds(entries).Values[0]; got != string(good.Software) {
		t.Errorf("schemas that programs read: %s", got)
	}
}

// TestWhoseTheGoodIsByItsOwnTerms: not whose something is that it uses, and not an
// account's name that begins another's or is shouted by a picture.
func TestWhoseTheGoodIsByItsOwnTerms(t *testing.T) {
	terms := strings.Replace(permissive, "%s", "Ann Pump", 1)
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"of what is used":    {map[string]string{"LICENSE.pumps.txt": terms, "README.md": "# Wells\n"}, ""},
		"a dated notice":     {map[string]string{"NOTICE.txt": "Wells\nCopyright [2017-2019] The Wells Foundation\n", "README.md": "# Wells\n"}, "The Wells Foundation"},
		"of its code":        {map[string]string{"LICENSE.code.txt": terms, "README.md": "# Wells\n"}, "Ann Pump"},
		"an account":         {map[string]string{"README.md": "# Wells\n\nMade by Water Works since 2020.\n"}, "Water Works"},
		"one good of theirs": {map[string]string{"README.md": "# Water Works Maps\n"}, ""},
		"a shouting picture": {map[string]string{"README.md": "# ![WATER WORKS](logo.png)\n"}, ""},
	} {
		target := filledTree("https://github.com/waterworks/wells", c.files)
		q := standard.Question{ID: "q", Type: standard.ShortText, SeenBy: []string{"owner.organisation", "owner.copyright"}, MaxLength: 200}
		got := ""
		for _, f := range hear(q, Run(context.Background(), target)) {
			if f.State == finding.Met && got == "" {
				got = f.Values[0]
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestAListHoldsWhatShows: of practices no front page beside two others, and of
// workflows none that publishes.
func TestAListHoldsWhatShows(t *testing.T) {
	link := func(p string) good.Link { return good.Link{URL: "https://github.com/acme/wells/blob/abc/" + p} }
	q := standard.Question{SeenBy: []string{"health.tests"}}
	p := Prefilled{Answer: standard.Answer{Links: []good.Link{link("README.md"), link("tests/a.py"), link("ci.yml")}}}
	if p.surer(q); len(p.Answer.Links) != 2 {
		t.Errorf("beside two others: %v", p.Answer.Links)
	}
	p.Answer.Links = []good.Link{link("README.md"), link("tests/a.py")}
	if p.surer(q); len(p.Answer.Links) != 2 {
		t.Errorf("beside one other: %v", p.Answer.Links)
	}
	files := map[string]string{"main.py": "x = 1\n", ".github/workflows/publish_image.yml": "jobs:\n  x:\n    steps:\n      - run: pytest\n"}
	if f := of(t, Run(context.Background(), filledTree("https://github.com/acme/wells", files)), "health.ci"); f.State != finding.Met || len(f.Values) > 0 {
		t.Errorf("a workflow that publishes: %+v", f)
	}
}
