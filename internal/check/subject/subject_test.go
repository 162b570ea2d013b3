package subject

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stoa/internal/testkit"
)

func TestWhatATextSaysAGoodIsFor(t *testing.T) {
	for text, want := range map[string][]int{
		"Keeps records of patients in small hospitals":                {3},
		"Un registre pour les écoles et leurs enseignants":            {4},
		"登记患者的系统":                                                     {3},
		"Ein Modell des Energiesystems":                               {7},
		"Medidor de calidad del agua potable":                         {6},
		"A register of votes for elections and of patients":           {3}, // "votes" alone says little, and one word no second goal
		"A school tells its teachers of a clinic for its pupils":      {4},
		"Deep learning for crop images on a server farm":              nil,
		"A health check for the leader election of a cluster":         nil,
		"Farmers sell what they grow":                                 nil, // that may be a market
		"Smallholders learn of their crop yields":                     {2},
		"Locates defibrillators for those who saw a cardiac arrest":   {3},
		"Files tax returns for a household":                           {16},
		"Answers from the labour code, for employers and their staff": {8},
		"Sets when the irrigation of a lawn begins":                   {6},
		"For food gardeners: who harvests what, and when":             {2},
		"Portale di dati aperti della provincia":                      {16},
		"Mappa dei defibrillatori e degli ospedali":                   {3},
		"Carte des murs: public art, murals and who painted them":     {11},
		"A model of storm water in pipes":                             {6},
		"Estimates the noise level of an image":                       nil,
		"":                                                            nil,
	} {
		var got []int
		for _, m := range Goals(text) {
			got = append(got, m.Goal)
			if len(m.Words) == 0 || !slices.Equal(m.Texts, []int{0}) {
				t.Errorf("%q: goal %d rests on %v in %v", text, m.Goal, m.Words, m.Texts)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q serves %v, want %v", text, got, want)
		}
	}
	if got := Goals("A register", "of patients", "and clinics"); len(got) != 1 || !slices.Equal(got[0].Texts, []int{1, 2}) {
		t.Errorf("several texts say %v", got)
	}
}

// TestEachWordOfTheListIsFound: each line has a goal, a weight and words as they
// are looked for.
func TestEachWordOfTheListIsFound(t *testing.T) {
	words, others := list()
	if len(words) < 500 || len(others) < 50 {
		t.Fatalf("%d words and %d others", len(words), len(others))
	}
	for _, w := range append(slices.Clone(words), others...) {
		if w.goal < 0 || w.goal > 17 || w.goal > 0 && (w.weight < 1 || w.weight > plenty) {
			t.Errorf("%q has goal %d and weight %d", w.written, w.goal, w.weight)
		}
		bare := regexp.MustCompile(`[*]$`).ReplaceAllString(w.written, "")
		if p := plain(bare); p != " "+bare+" " {
			t.Errorf("%q is looked for as %q and never found", w.written, p)
		}
	}
}

// TestGoalsOfTheRegistry: what descriptions say they are for is among what the
// owners chose. Those of the registry were looked at when the words were chosen,
// what others applied with was not: there a few more are goals that the owner did
// not choose.
func TestGoalsOfTheRegistry(t *testing.T) {
	dir := filepath.Join(testkit.RealData(t), "dpga")
	type described struct {
		Name, Description string
		Sdgs              json.RawMessage
	}
	var registry, applied []described
	raw, err := os.ReadFile(filepath.Join(dir, "registry-2026", "dpgs.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &registry); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "applications", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var d described
		known := func(r described) bool { return strings.EqualFold(strings.TrimSpace(r.Name), strings.TrimSpace(d.Name)) }
		if json.Unmarshal(raw, &d) == nil && !slices.ContainsFunc(registry, known) { // some are broken
			applied = append(applied, d)
		}
	}
	number := regexp.MustCompile(`"SDG(\d+)`)
	for name, all := range map[string][]described{"registry": registry, "applications": applied} {
		said, right := 0, 0
		for _, d := range all {
			var chosen []string
			for _, n := range number.FindAllStringSubmatch(string(d.Sdgs), -1) {
				chosen = append(chosen, n[1])
			}
			for _, m := range Goals(d.Name, d.Description) {
				said++
				if slices.Contains(chosen, strconv.Itoa(m.Goal)) {
					right++
				}
			}
		}
		t.Logf("%s: %d of %d", name, right, said)
		if said < 50 || 100*right < 80*said {
			t.Errorf("%s: %d of %d goals are among those of the owners", name, right, said)
		}
	}
}
