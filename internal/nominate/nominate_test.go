package nominate_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/testkit"
	"stoa/internal/vocab"
)

// sound is a nomination nothing is wrong with.
var sound = nominate.Nomination{Name: "OpenCRVS", Link: "https://github.com/opencrvs/opencrvs-core", Kind: good.Software, Licence: "MPL-2.0", SDG: 16,
	Why: "Every child gets a legal identity: offices in five countries register births with it.", Lang: "en"}

func TestASoundNominationRaisesNoDoubt(t *testing.T) {
	if m, d := sound.Mistakes(), sound.Doubts(nominate.Filled{Took: 40 * time.Second}); len(m)+len(d) > 0 {
		t.Fatalf("mistakes %v, doubts %v", m, d)
	}
	f := sound.Facts()
	if err := vocab.CheckFacts(&f); err != nil {
		t.Fatal(err)
	}
	if f.Website != "" || len(f.Repositories) != 1 || f.Goals[0].Relevance != sound.Why {
		t.Errorf("states %+v", f)
	}
	site := sound
	site.Link = "https://www.opencrvs.org"
	if f := site.Facts(); f.Website != site.Link || f.Repositories != nil {
		t.Errorf("a website is stated as %+v", f)
	}
}

func TestCleanMendsWithoutAsking(t *testing.T) {
	n := nominate.Nomination{Name: "  Open \n CRVS ", Link: " www.opencrvs.org ", Licence: "Apache License, Version 2.0", Why: " x "}
	n.Clean()
	if n.Name != "Open CRVS" || n.Link != "https://www.opencrvs.org" || n.Licence != "Apache-2.0" || n.Why != "x" {
		t.Errorf("cleaned to %+v", n)
	}
}

func TestMistakesNameTheirFields(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*nominate.Nomination)
		field  string
	}{
		"no name":          {func(n *nominate.Nomination) { n.Name = "" }, "name"},
		"a name of digits": {func(n *nominate.Nomination) { n.Name = "123" }, "name"},
		"a long name":      {func(n *nominate.Nomination) { n.Name = strings.Repeat("a b", 100) }, "name"},
		"no link":          {func(n *nominate.Nomination) { n.Link = "" }, "link"},
		"a script":         {func(n *nominate.Nomination) { n.Link = "javascript:alert(1)" }, "link"},
		"a machine inside": {func(n *nominate.Nomination) { n.Link = "http://localhost:8080/x" }, "link"},
		"a number":         {func(n *nominate.Nomination) { n.Link = "http://169.254.169.254/latest" }, "link"},
		"a password":       {func(n *nominate.Nomination) { n.Link = "https://me:secret@example.org/" }, "link"},
		"a sixth kind":     {func(n *nominate.Nomination) { n.Kind = "hardware" }, "kind"},
		"no such licence":  {func(n *nominate.Nomination) { n.Licence = "my own" }, "licence"},
		"goal 18":          {func(n *nominate.Nomination) { n.SDG = 18 }, "sdg"},
		"no reason":        {func(n *nominate.Nomination) { n.Why = "" }, "why"},
		"a novel":          {func(n *nominate.Nomination) { n.Why = strings.Repeat("long ", 1000) }, "why"},
	} {
		n := sound
		c.change(&n)
		m := n.Mistakes()
		if len(m) != 1 || m[0].Field != c.field || m[0].Kind != good.Invalid {
			t.Errorf("%s: %v", name, m)
		}
	}
}

func TestDoubts(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*nominate.Nomination, *nominate.Filled)
		want   []nominate.Doubt
	}{
		"a decoy filled in":    {func(_ *nominate.Nomination, f *nominate.Filled) { f.Decoy = true }, []nominate.Doubt{nominate.Automatic}},
		"too quick":            {func(_ *nominate.Nomination, f *nominate.Filled) { f.Took = time.Second }, []nominate.Doubt{nominate.Automatic}},
		"a test":               {func(n *nominate.Nomination, _ *nominate.Filled) { n.Name = "Webapp 2.0 Launch Test" }, []nominate.Doubt{nominate.TestEntry}},
		"a test in Russian":    {func(n *nominate.Nomination, _ *nominate.Filled) { n.Name = "Тест формы" }, []nominate.Doubt{nominate.TestEntry}},
		"a random name":        {func(n *nominate.Nomination, _ *nominate.Filled) { n.Name = "asdasdffsdf" }, []nominate.Doubt{nominate.Gibberish}},
		"one key":              {func(n *nominate.Nomination, _ *nominate.Filled) { n.Name = "aaaaaaaa" }, []nominate.Doubt{nominate.Gibberish}},
		"a search engine":      {func(n *nominate.Nomination, _ *nominate.Filled) { n.Link = "https://www.google.com" }, []nominate.Doubt{nominate.Placeholder}},
		"a forge's front door": {func(n *nominate.Nomination, _ *nominate.Filled) { n.Link = "https://github.com/" }, []nominate.Doubt{nominate.Placeholder}},
		"an example":           {func(n *nominate.Nomination, _ *nominate.Filled) { n.Link = "https://example.com/x" }, []nominate.Doubt{nominate.Placeholder}},
		"links":                {func(n *nominate.Nomination, _ *nominate.Filled) { n.Why += " http://a.de http://b.de http://c.de" }, []nominate.Doubt{nominate.Advertising}},
		"a tag":                {func(n *nominate.Nomination, _ *nominate.Filled) { n.Why += ` <a href="x">` }, []nominate.Doubt{nominate.Advertising}},
		"wares": {func(n *nominate.Nomination, _ *nominate.Filled) {
			n.Why = "The best casino and poker of all, play it today, you will not regret it."
		}, []nominate.Doubt{nominate.Advertising}},
		"hardly a reason":      {func(n *nominate.Nomination, _ *nominate.Filled) { n.Why = "It is good." }, []nominate.Doubt{nominate.ThinReason}},
		"no licence":           {func(n *nominate.Nomination, _ *nominate.Filled) { n.Licence = "" }, []nominate.Doubt{nominate.NoLicence}},
		"a licence of content": {func(n *nominate.Nomination, _ *nominate.Filled) { n.Licence = "CC-BY-SA-4.0" }, []nominate.Doubt{nominate.NotAccepted}},
		"not for commerce":     {func(n *nominate.Nomination, _ *nominate.Filled) { n.Kind, n.Licence = good.Data, "CC-BY-NC-4.0" }, []nominate.Doubt{nominate.NotAccepted}},
		"no goal, no kind":     {func(n *nominate.Nomination, _ *nominate.Filled) { n.SDG, n.Kind = 0, "" }, []nominate.Doubt{nominate.NoKind, nominate.NoGoal}},
		"a reason in Chinese": {func(n *nominate.Nomination, _ *nominate.Filled) {
			n.Why = "帮助各国政府登记出生和死亡，让每个儿童获得合法身份。"
		}, nil},
		"tests, further on": {func(n *nominate.Nomination, _ *nominate.Filled) {
			n.Why = "Laboratories in Kenya and Ghana follow each malaria test from the sample to the result."
		}, nil},
		"consonants":            {func(n *nominate.Nomination, _ *nominate.Filled) { n.Name = "HL7 FHIR MHGRP" }, nil},
		"flasks, dallas, salad": {func(n *nominate.Nomination, _ *nominate.Filled) { n.Name = "Flask Dallas Salad" }, nil},
	} {
		n, how := sound, nominate.Filled{Took: time.Minute}
		c.change(&n, &how)
		if got := n.Doubts(how); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// application is what the rules see of an application to the DPGA.
type application struct {
	Name        string
	Description string
	Website     string
}

// TestRealTestEntriesAreCaught holds the rules against applications of which
// five are somebody trying the form out; real ones must pass untouched.
func TestRealTestEntriesAreCaught(t *testing.T) {
	rubbish := []string{"10332", "10333", "10452", "10610", "10959"}
	paths, err := filepath.Glob(filepath.Join(testkit.RealData(t), "dpga", "applications", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	seen, caught := 0, 0
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		var a application
		if json.Unmarshal(raw, &a) != nil || a.Name == "" {
			continue // broken at the source
		}
		seen++
		n := nominate.Nomination{Name: a.Name, Link: a.Website, Kind: good.Software, Licence: "MIT", SDG: 3, Why: string([]rune(a.Description)[:min(nominate.MaxWhy, utf8.RuneCountInString(a.Description))])}
		n.Clean()
		id := strings.TrimSuffix(filepath.Base(p), ".json")
		if got := nominate.Rubbish(n.Doubts(nominate.Filled{})); got != slices.Contains(rubbish, id) {
			t.Errorf("%s %q %q %q: %v", id, n.Name, n.Link, page(n.Why), n.Doubts(nominate.Filled{}))
		} else if got {
			caught++
		}
	}
	if seen < 190 || caught != len(rubbish) {
		t.Errorf("%d seen, %d caught", seen, caught)
	}
}

func page(s string) string { return string([]rune(s)[:min(60, utf8.RuneCountInString(s))]) }

func FuzzNomination(f *testing.F) {
	f.Add("OpenCRVS", "https://opencrvs.org", "MIT", "software", 3, "Because it does.")
	f.Add("\x00", "http://[::1", "((((", "", -1, strings.Repeat("a", 3000))
	f.Fuzz(func(t *testing.T, name, link, licence, kind string, sdg int, why string) {
		n := nominate.Nomination{Name: name, Link: link, Licence: licence, Kind: good.Kind(kind), SDG: sdg, Why: why}
		n.Clean()
		m := n.Mistakes()
		n.Doubts(nominate.Filled{})
		if facts := n.Facts(); len(m) == 0 {
			if err := vocab.CheckFacts(&facts); err != nil {
				t.Fatalf("%+v passes and cannot be stored: %v", n, err)
			}
		}
	})
}
