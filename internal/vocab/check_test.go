package vocab

import (
	"errors"
	"strings"
	"testing"

	"stoa/internal/good"
)

func TestFactsKeepToTheLists(t *testing.T) {
	sound := good.Facts{Name: "OpenCRVS", Kinds: []good.Kind{good.Software}, Licences: []good.Licence{{SPDX: "MPL-2.0", URL: "https://a.example/LICENSE"}},
		Goals: []good.Goal{{SDG: 16}}, Languages: []string{"fr"}, DevelopedIn: []string{"BD"}, Website: "https://a.example", Summary: good.Text{"en": "x"}}
	if err := CheckFacts(&sound); err != nil {
		t.Fatal(err)
	}
	for field, f := range map[good.Field]good.Facts{
		good.FieldName:         {Name: strings.Repeat("界", good.MaxName+1)},
		good.FieldSummary:      {Summary: good.Text{"klingon!": "x"}},
		good.FieldKinds:        {Kinds: []good.Kind{"hardware"}},
		good.FieldLicences:     {Licences: []good.Licence{{SPDX: "GPL-3.0"}}},
		good.FieldGoals:        {Goals: []good.Goal{{SDG: 18}}},
		good.FieldLanguages:    {Languages: []string{"not a language"}},
		good.FieldDevelopedIn:  {DevelopedIn: []string{"Kenya"}},
		good.FieldDeployments:  {Deployments: []good.Deployment{{Country: "XX"}}},
		good.FieldWebsite:      {Website: "javascript:alert(1)"},
		good.FieldRepositories: {Repositories: []good.Link{{URL: "https://user:secret@a.example"}}},
		good.FieldAliases:      {Aliases: make([]string, good.MaxItems+1)},
	} {
		err := CheckFacts(&f)
		var e *good.Error
		if !errors.As(err, &e) || e.Kind != good.Invalid || e.Field != string(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}
