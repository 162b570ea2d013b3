package subject

import (
	"encoding/json"
	"hash/fnv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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
		if w.goal < 0 || w.goal > 17 || w.goal > 0 && w.weight != 1 && w.weight != 2 {
			t.Errorf("%q has goal %d and weight %d", w.written, w.goal, w.weight)
		}
		bare := regexp.MustCompile(`[*]$`).ReplaceAllString(w.written, "")
		if p := plain(bare); p != " "+bare+" " {
			t.Errorf("%q is looked for as %q and never found", w.written, p)
		}
	}
}

// TestGoalsOfTheRegistry: what the descriptions of goods of the registry say
// they are for is among what their owners chose, nine times of ten. One half was
// looked at when the words were chosen, the other was not.
func TestGoalsOfTheRegistry(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testkit.RealData(t), "dpga", "registry-2026", "dpgs.json"))
	if err != nil {
		t.Fatal(err)
	}
	var goods []struct {
		Name, Description string
		Sdgs              struct{ Sdg []string }
	}
	if err := json.Unmarshal(raw, &goods); err != nil {
		t.Fatal(err)
	}
	number := regexp.MustCompile(`^SDG(\d+)`)
	said, right := [2]int{}, [2]int{}
	for _, g := range goods {
		h := fnv.New32()
		h.Write([]byte(g.Name))
		half := h.Sum32() % 2
		for _, m := range Goals(g.Name, g.Description) {
			said[half]++
			if slices.ContainsFunc(g.Sdgs.Sdg, func(s string) bool {
				n := number.FindStringSubmatch(s)
				return n != nil && n[1] == strconv.Itoa(m.Goal)
			}) {
				right[half]++
			}
		}
	}
	t.Logf("looked at: %d of %d; aside: %d of %d", right[0], said[0], right[1], said[1])
	for half := range said {
		if said[half] < 40 || 100*right[half] < 85*said[half] {
			t.Errorf("half %d: %d of %d goals are among those of the owners", half, right[half], said[half])
		}
	}
}
