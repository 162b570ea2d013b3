package deploy_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/vocab"
)

func TestEachKindIsAskedWhatIsItsOwn(t *testing.T) {
	said := map[good.Kind]map[string]string{
		good.Data:     {"data_use": "policy, analysis", "data_refresh": "monthly", "data_products": "A map of clinics"},
		good.AI:       {"ai_serving": "inside", "ai_weights": "2.1", "ai_oversight": "each", "ai_evaluation": "own", "ai_report": "health.example.org/eval"},
		good.Content:  {"content_languages": "Swahili, Luo", "content_offline": "card server", "content_curriculum": "Grade 4"},
		good.Standard: {"standard_profile": "R4", "standard_test": "Inferno", "standard_result": "passed", "standard_tested": "2026-05-31"},
	}
	for kind, own := range said {
		for _, of := range good.Kinds {
			s := sound()
			s.Details = maps.Clone(own)
			err := s.CheckDetails([]good.Kind{of}, today)
			if (err == nil) != (of == kind) {
				t.Errorf("of %s said of %s: %v", kind, of, err)
			}
		}
		s := sound()
		s.Details = maps.Clone(own)
		if err := s.CheckDetails(nil, today); err != nil { // nobody knows of which kind it is
			t.Errorf("%s: %v", kind, err)
		}
		if kind == good.Content && s.Details["content_languages"] != "luo sw" || kind == good.Data && s.Details["data_use"] != "analysis policy" {
			t.Errorf("%v", s.Details)
		}
	}
	for field, details := range map[string]map[string]string{
		"standard_test":   {"standard_result": "passed"},
		"standard_result": {"standard_test": "Inferno", "standard_tested": "2026-05-31"},
		"standard_tested": {"standard_test": "Inferno", "standard_result": "passed", "standard_tested": "2027"},
		"ai_evaluation":   {"ai_report": "https://example.org"},
		"ai_oversight":    {"ai_oversight": "hope"},
		"details":         {"colour": "red"},
	} {
		s := sound()
		s.Details = details
		err := s.CheckDetails(nil, today)
		if e, ok := err.(*good.Error); !ok || e.Kind != good.Invalid || e.Field != field {
			t.Errorf("%v: %v", details, err)
		}
	}
}

func TestTheDetailsAreSaidInTheDocuments(t *testing.T) {
	text, err := os.ReadFile("../../docs/deployments.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range deploy.Details {
		if !strings.Contains(string(text), "`"+d.Name+"`") || !slices.Contains(good.Kinds, good.Kind(d.Of)) || len(d.Options) == 0 != (d.Type != vocab.OneOf && d.Type != vocab.SomeOf) {
			t.Errorf("%+v", d)
		}
		for _, o := range d.Options {
			if !strings.Contains(string(text), "`"+o+"`") {
				t.Errorf("%s can be %s: docs/deployments.md does not say so", d.Name, o)
			}
		}
	}
	if len(vocab.DetailsOf(deploy.Details, good.Kinds)) != len(deploy.Details) || len(vocab.DetailsOf(deploy.Details, []good.Kind{good.Software})) != 0 {
		t.Error("software has details of its own, or a kind has none")
	}
}
